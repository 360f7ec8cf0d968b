"""The passes in their order. Each is a pure function that adds one kind of finding to a reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from innocity.engines.reading.benefits import benefits, placed
from innocity.engines.reading.citations import relations
from innocity.engines.reading.confidence import confident
from innocity.engines.reading.facts import facts
from innocity.engines.reading.flow import Flow, flow
from innocity.engines.reading.grids import Table, find_tables
from innocity.engines.reading.meta import definitions, metadata
from innocity.engines.reading.model import Benefit, Finding, Reading, Relation
from innocity.engines.reading.outline import outline
from innocity.engines.reading.parties import parties
from innocity.engines.reading.procedures import procedures
from innocity.engines.reading.tables import table_benefits, table_targets, table_tasks
from innocity.engines.reading.targets import targets
from innocity.engines.reading.tasks import tasks
from innocity.engines.reading.vocabulary import Vocabulary

Found = TypeVar("Found", bound=Finding)
Pass = Callable[[Flow, Reading], Reading]


@dataclass(frozen=True, slots=True)
class Step:
    """A pass with its name."""

    name: str
    run: Pass


def _busy(doc: Flow, reading: Reading) -> list[tuple[int, int]]:
    """Pieces of the flow that hold amounts of benefits (money set aside may be a target, too)."""
    held = (b for b in reading.benefits if b.quantified and b.shape != "budget_pool")
    return sorted((doc.where(b.start), doc.where(b.end)) for b in held)


def _with_tables(reading: Reading, tables: tuple[Table, ...]) -> Reading:
    """The reading with the rows of tables among its findings."""
    if not tables:
        return reading
    return replace(
        reading, tasks=_sorted(reading.tasks + table_tasks(tables)),
        targets=_sorted((*reading.targets, *placed(table_targets(tables), reading.outline))),
        benefits=_sorted((*reading.benefits, *placed(table_benefits(tables), reading.outline))),
    )  # fmt: skip


def _sorted(found: tuple[Found, ...]) -> tuple[Found, ...]:
    return tuple(sorted(found, key=lambda f: f.start))


def _with_parties(benefit: Benefit) -> Benefit:
    return replace(benefit, parties=parties(benefit.subject)) if benefit.subject else benefit


def _relations(doc: Flow, r: Reading) -> tuple[Relation, ...]:
    return relations(doc, r.outline, r.targets, str(r.meta.get("title") or ""))


PASSES: tuple[Step, ...] = (
    Step("meta", lambda doc, r: replace(r, meta=metadata(doc.source))),
    Step("outline", lambda doc, r: replace(r, outline=outline(doc))),
    Step("tasks", lambda doc, r: replace(r, tasks=tasks(doc, r.outline))),
    Step("benefits", lambda doc, r: replace(r, benefits=benefits(doc, r.outline))),
    Step("targets", lambda doc, r: replace(r, targets=targets(doc, r.outline, r.tasks, _busy(doc, r)))),
    Step("facts", lambda doc, r: replace(r, facts=facts(doc, r.outline, r.targets, _busy(doc, r)))),
    Step("procedures", lambda doc, r: replace(r, procedures=procedures(doc, r.outline))),
    Step("tables", lambda doc, r: _with_tables(r, doc.tables)),
    Step("parties", lambda doc, r: replace(r, benefits=tuple(_with_parties(b) for b in r.benefits))),
    Step("relations", lambda doc, r: replace(r, relations=_relations(doc, r), definitions=definitions(doc))),
    Step("confidence", lambda doc, r: confident(r)),
)


def read(text: str, vocabulary: Vocabulary | None = None) -> Reading:
    """Read a document's text; spans are places in exactly this text.

    With a vocabulary (`innocity.engines.reading.vocabulary`) each benefit names the glossary words in it (`terms`).

    >>> r = read("一、奖励\\n（一）企业。对新认定的高新技术企业，每家奖励20万元。（责任单位：市科技局）")
    >>> [b.amounts[0].value_yuan for b in r.benefits], r.tasks[0].responsible_units
    ([200000], ('市科技局',))
    >>> read("").benefits
    ()
    """
    doc = flow(text, find_tables(text))
    reading = Reading()
    for step in PASSES:
        reading = step.run(doc, reading)
    if vocabulary is None:
        return reading
    return replace(reading, benefits=tuple(replace(b, terms=_terms(doc, b, vocabulary)) for b in reading.benefits))


def _terms(doc: Flow, benefit: Benefit, vocabulary: Vocabulary) -> tuple[str, ...]:
    words = vocabulary.words_in(doc.text[doc.where(benefit.start) : doc.where(benefit.end)])
    return tuple(dict.fromkeys(w.id for w in words))
