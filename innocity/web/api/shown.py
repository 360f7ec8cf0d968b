"""What packs, boards and records hold, as the schemas give it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from innocity.core.measures import format_value
from innocity.engines.indicators.model import Figure, Standing
from innocity.engines.tasks.model import TaskState
from innocity.packs.model import Document, Indicator, Pack, Unit
from innocity.web import cities
from innocity.web.calculator import Verdict
from innocity.web.finder import Found
from innocity.web.views.documents import relations_of


def _text(value: Fraction | None) -> str | None:
    return None if value is None else format_value(value)


def document_line(one: Document) -> dict[str, Any]:
    """A document in a row."""
    return {
        "id": one.id, "title": one.title, "number": one.number, "issuer": one.issuer, "issued_on": one.since(),
        "state": one.state,
    }  # fmt: skip


def document_view(pack: Pack, one: Document) -> dict[str, Any]:
    """A document with its articles and what was read from it."""

    def of(fences: Any) -> list[str]:
        return [fence.id for fence in fences.values() if fence.article.partition("#")[0] == one.id]

    return {
        **document_line(one), "clauses": of(pack.clauses), "targets": of(pack.targets), "tasks": of(pack.tasks),
        "articles": [{"id": a.id, "path": a.path, "title": a.title, "digest": a.text} for a in one.articles],
        "relations": [relation_view(row) for row in relations_of(pack, one)],
    }  # fmt: skip


def relation_view(row: dict[str, Any]) -> dict[str, Any]:
    """A relation as the page of its documents tells it."""
    one = row["relation"]
    document, _, article = one.article.partition("#")
    return {
        "id": one.id, "kind": one.kind, "kind_name": row["word"], "newer": row["newer"], "older": row["older"],
        "explicit": one.explicit, "since": one.from_, "says": row["says"], "document": document, "article": article,
    }  # fmt: skip


def clause_line(one: Found) -> dict[str, Any]:
    """A clause in a row."""
    document, _, article = one.clause.article.partition("#")
    keys = ("name", "topic", "topic_name", "who", "what", "amount", "kind", "kind_name", "state")
    return {
        **{key: one.row[key] for key in keys}, "id": one.clause.id, "largest_fen": one.most,
        "force": one.clause.force, "delivery": one.clause.delivery, "document": document, "article": article,
        "citation": one.row["article"],
    }  # fmt: skip


def verdict_view(one: Verdict) -> dict[str, Any]:
    """What facts give, as the calculator's page tells it."""
    return {
        "status": one.award.status, "word": one.word, "fen": one.fen, "party": one.party,
        "steps": [text for text, _bound in one.steps], "says": list(one.says), "payers": dict(one.payers),
    }  # fmt: skip


def figure_view(one: Figure) -> dict[str, Any]:
    """A value of an indicator."""
    return {
        "indicator": one.indicator, "scope": one.scope, "period": one.period_text, "on": one.on,
        "value": format_value(one.value), "unit": one.unit, "approx": one.approx, "observed_on": one.observed_on,
        "document": one.document, "article": one.article, "source": one.source, "simulated": one.simulated,
        "confirmed": one.confirmed,
    }  # fmt: skip


def target_view(one: Standing) -> dict[str, Any]:
    """A target and its light."""
    document, _, article = one.target.article.partition("#")
    return {
        "id": one.target.id, "indicator": one.indicator.id, "name": one.name, "scope": one.target.scope,
        "document": document, "article": article, "operator": one.target.operator, "value": _text(one.value),
        "unit": one.indicator.unit, "due": one.due, "status": one.status, "label": one.label, "reached": one.reached,
        "expected": _text(one.expected), "achieved": _text(one.achieved), "needed": _text(one.needed),
        "rate": _text(one.rate), "rate_unit": one.rate_unit, "why": one.why, "next": one.next,
        "latest": figure_view(one.latest) if one.latest else None, "units": list(one.target.units),
        "tasks": list(one.tasks), "clauses": list(one.clauses), "same_as": one.duplicate_of,
    }  # fmt: skip


def indicator_line(one: Indicator) -> dict[str, Any]:
    """An indicator in a row."""
    return {
        "id": one.id, "name": one.name, "unit": one.unit, "direction": one.direction, "kind": one.kind,
        "frequency": one.frequency, "caliber": one.caliber, "agency": one.agency,
    }  # fmt: skip


def task_view(one: TaskState) -> dict[str, Any]:
    """A task and how it stands."""
    task = one.task
    return {
        "id": one.id, "title": task.title, "kind": task.kind, "document": one.document,
        "article": task.article.partition("#")[2], "parent": task.parent, "phase": one.phase,
        "lead": list(task.lead), "responsible": list(task.responsible), "cooperating": list(task.cooperating),
        "starts": one.starts, "due": one.due, "status": one.status, "progress": one.progress,
        "overdue_days": one.overdue_days, "simulated": one.simulated, "why": one.why, "next": one.next,
        "targets": list(task.targets), "clauses": list(task.clauses),
    }  # fmt: skip


def unit_line(one: Unit) -> dict[str, Any]:
    """A unit in a row."""
    return {
        "id": one.id, "name": one.name, "full_name": one.full_name, "parent": one.parent, "level": one.level,
        "successor": one.successor, "collective": one.collective,
    }  # fmt: skip


def city_view(name: str, own: str) -> dict[str, Any]:
    """A city with how much it holds."""
    pack, state = cities.pack_of(name), cities.state_of(name)
    place = pack.city
    return {
        "id": name, "name": place.name, "own": name == own, "as_of": state.as_of, "simulated": state.simulated,
        "divisions": [{"id": one.id, "name": one.name} for one in place.divisions],
        "zones": [{"id": one.id, "name": one.name} for one in place.zones],
        "documents": len(pack.documents), "clauses": len(pack.clauses), "targets": len(pack.targets),
        "tasks": len(pack.tasks), "units": len(pack.units),
    }  # fmt: skip


def entitlement_view(one: Any) -> dict[str, Any]:
    """One item of what a party is owed."""
    return {
        "clause": one.clause.id, "name": one.clause.name, "status": one.award.status, "fen": one.fen,
        "counts": one.counts, "citation": one.article, "amount": one.amount, "stage": one.stage,
        "missing": list(one.missing), "matter": one.applied.id if one.applied else None,
        "outcome": one.outcome.state if one.outcome else None,
        "decided_fen": one.outcome.decided if one.outcome else None, "paid_fen": one.outcome.paid if one.outcome else 0,
    }  # fmt: skip
