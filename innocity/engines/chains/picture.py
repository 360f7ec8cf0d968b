"""Where the nodes of a chain stand in its picture: upstream to the left, downstream to the right."""

from __future__ import annotations

from collections.abc import Sequence

from innocity.engines.chains.model import Node

MOST = 24  # nodes of a column that are drawn


def columns(nodes: Sequence[Node]) -> dict[str, int]:
    """The column of each node, from 0: one further than the furthest of what it comes from.

    What is named upstream and is no node counts as nothing; of nodes that lead back to each other the links that
    close the circle are passed over.
    """
    upstream = {one.id: [name for name in one.upstream if name != one.id] for one in nodes}
    found: dict[str, int] = {}
    for start in upstream:  # without recursion: maps may be deeper than Python's stack
        path, way = [start], {start}
        while path:
            here = path[-1]
            coming = [name for name in upstream[here] if name in upstream and name not in found and name not in way]
            if coming:
                path.append(coming[0])
                way.add(coming[0])
                continue
            found.setdefault(here, max((found[name] + 1 for name in upstream[here] if name in found), default=0))
            way.discard(path.pop())
    return found


def links(nodes: Sequence[Node]) -> list[tuple[str, str]]:
    """(upstream, downstream) between nodes that are there, each once."""
    known = {one.id for one in nodes}
    return list(dict.fromkeys((name, one.id) for one in nodes for name in one.upstream
                              if name in known and name != one.id))  # fmt: skip


def places(nodes: Sequence[Node], most: int = MOST) -> dict[str, tuple[int, int]]:
    """(column, row) of each node that is drawn, `most` a column: steps first, then who has the largest revenue.

    Within a column nodes stand by the rows of what they come from, so that lines cross less.
    """
    column = columns(nodes)
    drawn: dict[str, tuple[int, int]] = {}
    for at in sorted(set(column.values())):
        here = [one for one in nodes if column[one.id] == at]
        here.sort(key=lambda one: (not one.step, -sum(each.revenue or 0 for each in one.held.firms)))
        rows = {one.id: [drawn[name][1] for name in one.upstream if name in drawn] for one in here[:most]}
        means = {name: sum(own) / len(own) if own else 0.0 for name, own in rows.items()}
        ranked = sorted(here[:most], key=lambda one: means[one.id])
        drawn |= {one.id: (at, row) for row, one in enumerate(ranked)}
    return drawn
