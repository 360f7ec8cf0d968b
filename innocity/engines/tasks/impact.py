"""What pushes what: task -> target -> indicator, task -> clause. A red light shows its tasks and its money."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from innocity.packs.model import Pack, Target


@dataclass(frozen=True, slots=True)
class Impact:
    """What stands behind an indicator or a target: ids in the order of the documents.

    `tasks` name the target themselves; `above` are the tasks over those; `clauses` is the money that these
    tasks name, then that of the tasks above. `shown` are recommendations and the like among `tasks`.
    """

    targets: tuple[str, ...]
    tasks: tuple[str, ...]
    above: tuple[str, ...]
    clauses: tuple[str, ...]
    shown: tuple[str, ...] = ()


def impact_of_target(pack: Pack, target: str) -> Impact:
    """Behind one target and those of other documents that say the same."""
    return _impact(pack, same_targets(pack, target))


def impact_of_indicator(pack: Pack, indicator: str) -> Impact:
    """Behind all targets of an indicator."""
    return _impact(pack, [one.id for one in pack.targets.values() if one.indicator == indicator])


def same_targets(pack: Pack, target: str) -> list[str]:
    """A target, and the targets that are said to be the same, in either direction."""
    found, waiting = [target], [target]
    while waiting:
        here = waiting.pop()
        named: Iterable[str] = pack.targets[here].same_as if here in pack.targets else ()
        naming = [one.id for one in pack.targets.values() if here in one.same_as]
        for other in (*named, *naming):
            if other not in found:
                found.append(other)
                waiting.append(other)
    return found


def _impact(pack: Pack, targets: list[str]) -> Impact:
    wanted = set(targets)
    tasks = [task for task in pack.tasks.values() if wanted & set(task.targets)]
    over: dict[str, None] = {}
    for task in tasks:
        parent = task.parent
        while parent in pack.tasks and parent not in over:
            assert parent is not None
            over[parent] = None
            parent = pack.tasks[parent].parent
    named = dict.fromkeys(clause for task in tasks for clause in task.clauses)
    named.update(dict.fromkeys(clause for name in over for clause in pack.tasks[name].clauses))
    return Impact(
        tuple(targets),
        tuple(task.id for task in tasks if task.owed()),
        tuple(over),
        tuple(named),
        tuple(task.id for task in tasks if not task.owed()),
    )


def targets_of_unit(pack: Pack, units: Iterable[str]) -> list[Target]:
    """The targets that name one of these units, each of several that say the same once (the first)."""
    wanted, passed = set(units), set[str]()
    found = []
    for target in pack.targets.values():
        if target.id in passed or not wanted & set(target.units):
            continue
        passed.update(same_targets(pack, target.id))
        found.append(target)
    return found
