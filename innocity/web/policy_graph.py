"""The policy graph of a document: document -> task -> clause and indicator -> unit.

Pages show it as a nested list; the same nodes and links are drawn where the chart library is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from innocity.engines.indicators.model import Board, Standing
from innocity.packs.model import Clause, Pack, Task, Unit

LAYERS = ("document", "task", "clause", "indicator", "unit")


@dataclass(frozen=True, slots=True)
class Branch:
    """A task with what hangs on it; `below` are tasks of the same document under it."""

    task: Task
    clauses: tuple[tuple[Clause, tuple[Unit, ...]], ...]
    standings: tuple[Standing, ...]
    units: tuple[Unit, ...]


def documents_with_tasks(pack: Pack) -> list[str]:
    """The documents of which a graph can be drawn: those with most tasks first."""
    tasks: dict[str, int] = {}
    for task in pack.tasks.values():
        if task.clauses or task.targets:
            document = task.article.partition("#")[0]
            tasks[document] = tasks.get(document, 0) + 1
    return sorted(tasks, key=lambda name: -tasks[name])


def branches(pack: Pack, board: Board, document: str) -> list[Branch]:
    """The tasks of a document that serve a target or name a clause, in its order."""
    lights = {one.target.id: one for one in board.standings}
    found = []
    for task in pack.tasks.values():
        if task.article.partition("#")[0] != document or not (task.clauses or task.targets):
            continue
        clauses = tuple((pack.clauses[name], _units(pack, pack.clauses[name].responsible)) for name in task.clauses)
        aims = tuple(lights[name] for name in task.targets if name in lights)
        found.append(Branch(task, clauses, aims, _units(pack, (*task.lead, *task.responsible))))
    return found


def _units(pack: Pack, names: tuple[str, ...]) -> tuple[Unit, ...]:
    return tuple(pack.units[name] for name in dict.fromkeys(names) if name in pack.units)


def drawing(pack: Pack, document: str, found: list[Branch]) -> dict[str, Any]:
    """Nodes (id, name, layer, kind of page) and links of the branches, each once.

    Of several units only the first is drawn: the list beside the drawing names them all.
    """
    one = pack.documents[document]
    nodes: dict[str, dict[str, Any]] = {}
    links: dict[tuple[str, str], None] = {}

    def node(layer: str, name: str, text: str) -> str:
        key = f"{layer}:{name}"
        nodes.setdefault(key, {"id": key, "name": text, "layer": LAYERS.index(layer), "page": layer, "key": name})
        return key

    root = node("document", one.id, one.number or one.title)
    for branch in found:
        task = node("task", branch.task.id, branch.task.title)
        links[root, task] = None
        for clause, units in branch.clauses:
            key = node("clause", clause.id, clause.name)
            links[task, key] = None
            links.update({(key, node("unit", unit.id, unit.name)): None for unit in units[:1]})
        for aim in branch.standings:
            key = node("indicator", aim.indicator.id, aim.indicator.name)
            links[task, key] = None
            aimed = _units(pack, aim.target.units)
            links.update({(key, node("unit", unit.id, unit.name)): None for unit in aimed[:1]})
        if not branch.clauses and not any(aim.target.units for aim in branch.standings):
            links.update({(task, node("unit", unit.id, unit.name)): None for unit in branch.units[:1]})
    return {"nodes": _in_order(nodes, links), "links": [{"source": a, "target": b} for a, b in links]}


def _in_order(nodes: dict[str, dict[str, Any]], links: dict[tuple[str, str], None]) -> list[dict[str, Any]]:
    """Units beside what leads to them, so that lines cross less; all else stays in the document's order."""
    place = {key: at for at, key in enumerate(nodes)}
    leading: dict[str, list[int]] = {}
    for source, target in links:
        leading.setdefault(target, []).append(place[source])

    def rank(key: str) -> tuple[int, float]:
        layer = nodes[key]["layer"]
        before = leading.get(key, [0])
        return layer, sum(before) / len(before) if LAYERS[layer] == "unit" else place[key]

    return [nodes[key] for key in sorted(nodes, key=rank)]
