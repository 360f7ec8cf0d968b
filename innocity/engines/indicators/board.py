"""The board: every target of a city as of a date."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date

from innocity.engines.indicators.figures import current, from_pack
from innocity.engines.indicators.model import Board, Computed, Confirmed, Figure
from innocity.engines.indicators.status import standing
from innocity.packs.model import Pack, Target

__all__ = ["board", "default_date", "from_pack", "links", "scope_name"]


def default_date(pack: Pack) -> date:
    """The day that a city looks at by default: `as_of` of city.yaml, else the end of its default year."""
    return pack.city.as_of or date(pack.city.default_year, 12, 31)


def scope_name(pack: Pack, scope: str) -> str:
    """A scope in Chinese: the division's or zone's name, 全市, or the words of the pack."""
    if scope == "city":
        return "全市"
    places = {place.id: place.name for place in (*pack.city.divisions, *pack.city.zones)}
    return places.get(scope, scope)


def board(
    pack: Pack, as_of: date, figures: Iterable[Figure] = (),
    computed: Mapping[tuple[str, str], Computed] | None = None, known_on: date | None = None,
    confirmed: Collection[Confirmed] = (),
) -> Board:  # fmt: skip
    """All targets' standings as of a date, in the order of the pack.

    `figures` are those recorded besides `observations.csv`; `computed` what the registers give by (indicator,
    scope); `known_on` leaves out vintages that became known later; `confirmed` names the figures that their units
    have confirmed.
    """
    beside = computed or {}
    known = set(confirmed)
    all_figures = [_marked(one, known) for one in current([*from_pack(pack), *figures], known_on, pack.indicators)]
    by_indicator: dict[str, list[Figure]] = {}
    for figure in all_figures:
        by_indicator.setdefault(figure.indicator, []).append(figure)
    targets = {name: one for name, one in pack.targets.items() if pack.set_by(one, as_of)}
    repeated = _repeated(targets)
    tasks = _tasks_of(pack)
    standings = []
    for target in targets.values():
        indicator = pack.indicators[target.indicator]
        one = standing(
            target, indicator, by_indicator.get(indicator.id, ()), as_of, pack.city.pace, pack.document_of(target),
            beside.get((indicator.id, target.scope)),
        )  # fmt: skip
        own, clauses = links(pack, target, tasks)
        standings.append(
            replace(
                one,
                tasks=own,
                clauses=clauses,
                duplicate_of=repeated.get(target.id),
                scope_name=scope_name(pack, target.scope),
            )
        )
    aimed = {target.indicator for target in targets.values()}
    rest = tuple(one for one in pack.indicators.values() if one.id not in aimed)
    return Board(pack.city.id, as_of, tuple(standings), rest, tuple(all_figures), beside, known_on)


def _marked(figure: Figure, confirmed: set[Confirmed]) -> Figure:
    return replace(figure, confirmed=True) if figure.key() in confirmed and not figure.simulated else figure


def _repeated(targets: Mapping[str, Target]) -> dict[str, str]:
    """Targets that only repeat another's, and which. Of two that name each other the first one stands.

    A document that sets one value twice, for different units, counts once too.
    """
    found: dict[str, str] = {}
    first: dict[tuple[object, ...], str] = {}
    for target in targets.values():
        document = target.article.partition("#")[0]
        if target.value is not None and target.due() is not None:
            what = (document, target.indicator, target.scope, target.operator, target.value, target.unit, target.due())
            if first.setdefault(what, target.id) != target.id:
                found[target.id] = first[what]
    order = {name: place for place, name in enumerate(targets)}
    for target in targets.values():
        for other in target.same_as:
            if other not in targets:  # set later, or in no document of this city
                continue
            mutual = target.id in targets[other].same_as
            if found.get(other) != target.id and not (mutual and order[target.id] < order[other]):
                found.setdefault(target.id, other)
    return found


def _tasks_of(pack: Pack) -> dict[str, list[str]]:
    """Task ids by the target that they serve."""
    found: dict[str, list[str]] = {}
    for task in pack.tasks.values():
        for target in task.targets:
            found.setdefault(target, []).append(task.id)
    return found


def links(pack: Pack, target: Target, tasks: Mapping[str, list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Tasks that push a target, and the clauses that push those tasks.

    A task belongs to all targets of its indicator and scope, whichever document sets them.
    """
    alike = [t.id for t in pack.targets.values() if (t.indicator, t.scope) == (target.indicator, target.scope)]
    own = dict.fromkeys(task for one in [target.id, *alike] for task in tasks.get(one, ()))
    clauses = dict.fromkeys(clause for task in own for clause in pack.tasks[task].clauses)
    return tuple(own), tuple(clauses)
