"""When a clause holds: its own dates, its document's, and what superseded it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from innocity.core.dates import parse_boolean
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.packs.model import Clause, Pack, Relation

register_codes({
    "E-SUPERSEDE-CYCLE": ("取代关系成环", "supersession goes in a circle"),
    "E-VALIDITY-ORDER": ("有效期的止期早于起期", "a validity ends before it begins"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """From when to when a clause holds, whether it may be applied, and what to say about it."""

    start: date | None
    end: date | None
    applies: bool
    flags: tuple[str, ...]


def standings(pack: Pack, overrides: Mapping[str, Mapping[str, str]], simulated: bool) -> dict[str, Standing]:
    """The standing of every clause; inferred supersession is applied where its relation assumes it."""
    own = {c.id: _own(pack, c, simulated) for c in pack.clauses.values()}
    over = [r for r in pack.relations.values() if r.kind == "supersedes" and _assumed(r, overrides.get(r.id, {}))]
    _check_circle(over)
    result = dict(own)
    for relation in over:
        for older in _members(pack, relation.older or relation.target):
            result[older] = _ended(result[older], _start(pack, relation, own), relation)
    return result


def _own(pack: Pack, clause: Clause, simulated: bool) -> Standing:
    document = pack.document_of(clause)
    start = clause.valid.from_ or (document.valid_from if document else None)
    end = clause.valid.to or (document.valid_to if document else None)
    if start and end and end < start:
        raise InnoCityError(
            "E-VALIDITY-ORDER",
            f"条款 {clause.id} 的止期 {end} 早于起期 {start}",
            Place.of(clause.place),
            "改正 valid 或文件的有效期",
        )
    state = document.state if document else "in_force"
    flags = ("state_unknown",) if state == "unknown" else ()
    closed = state in ("expired", "repealed") and end is None
    return Standing(start, end, not closed and (simulated or state != "unknown"), flags)


def _assumed(relation: Relation, settings: Mapping[str, str]) -> bool:
    return parse_boolean(settings["assume"]) if "assume" in settings else relation.assume


def _members(pack: Pack, name: str | None) -> list[str]:
    """The clauses meant by a clause's or document's id."""
    if name in pack.clauses:
        return [str(name)]
    return [c.id for c in pack.clauses.values() if c.article.partition("#")[0] == name]


def _start(pack: Pack, relation: Relation, own: Mapping[str, Standing]) -> date | None:
    if relation.from_ is not None:
        return relation.from_
    newer = _members(pack, relation.newer or relation.source)
    return own[newer[0]].start if newer else None


def _ended(standing: Standing, start: date | None, relation: Relation) -> Standing:
    if start is None:
        return standing
    end = start - timedelta(days=1)
    if standing.end is not None:
        end = min(end, standing.end)
    flags = standing.flags if relation.explicit else (*standing.flags, "inferred_supersession")
    return Standing(standing.start, end, standing.applies, flags)


def _check_circle(relations: list[Relation]) -> None:
    newer_of: dict[str, set[str]] = {}
    for r in relations:
        newer_of.setdefault(r.older or r.target or "", set()).add(r.newer or r.source or "")
    for first in newer_of:
        seen, todo = set(), list(newer_of[first])
        while todo:
            name = todo.pop()
            if name == first:
                raise InnoCityError(
                    "E-SUPERSEDE-CYCLE",
                    f"取代关系绕回了自身：{first}",
                    Place.of(relations[0].place),
                    "删去其中一条取代关系",
                )
            if name not in seen:
                seen.add(name)
                todo.extend(newer_of.get(name, ()))
