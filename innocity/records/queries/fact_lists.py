"""Facts as lists of a register: with the names of their parties, found by text, place, and page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber

from innocity.packs.model import Pack, Register
from innocity.records.models import Document, Fact, Party, RegisterState
from innocity.records.protect import normal
from innocity.records.queries import (
    _by_register,
    _fact_view,
    _facts,
    _knows,
    _of_party,
    _page,
    _parties,
    _party_view,
    history,
)
from innocity.records.viewer import Viewer
from innocity.records.views import FactView, Page, PartyView


@dataclass(frozen=True, slots=True)
class FactLine:
    """A fact and whom it is about."""

    fact: FactView
    party: PartyView


def fact_lines(
    viewer: Viewer, register: Register, *, text: str = "", division: str = "", without: Collection[str] = (),
    number: int = 1, size: int = 50,
) -> Page:  # fmt: skip
    """The current facts of a register as `FactLine`, newest number first.

    `text` is part of a party's name, its credit code or id, or a fact's id; `division` a division's or zone's id;
    `without` are fact ids that the caller keeps back.
    """
    found = _found(viewer, register, text, division, without).order_by("-fact_id")
    whole = not (text.strip() or division or without) and viewer.sees_all_parties()
    state = RegisterState.objects.filter(register=register.id).first() if whole else None
    total = state.rows if state is not None else None
    return _page(found, number, size, lambda one: _line(viewer, register, one), total)


def all_fact_lines(
    viewer: Viewer, register: Register, *, text: str = "", division: str = "", without: Collection[str] = ()
) -> Iterator[FactLine]:
    """The same without pages, in order of `fact_id`, a batch at a time: for exports."""
    found = _found(viewer, register, text, division, without).order_by("fact_id")
    for one in found.iterator(chunk_size=2000):
        yield _line(viewer, register, one)


def fact_line(viewer: Viewer, register: Register, fact_id: str) -> FactLine | None:
    """One current fact; None where there is none, or none that the asker may see. Withdrawn ones are shown too."""
    one = _facts(viewer).filter(register=register.id, fact_id=fact_id, current=True).first()
    return _line(viewer, register, one) if one is not None else None


def facts_from(viewer: Viewer, register: Register, sources: Collection[str]) -> tuple[FactView, ...]:
    """The current facts of a register that name one of these sources, of those that the asker may see."""
    if not sources:
        return ()
    found = _facts(viewer).filter(register=register.id, current=True, withdrawn=False, source__in=sorted(sources))
    return tuple(_fact_view(viewer, register, one) for one in found.order_by("fact_id"))


def evidence_of(viewer: Viewer, register: Register, fact_id: str) -> tuple[Document, ...]:
    """The documents on which the current fact rests, for whoever sees more of its party than what is published."""
    found = papers_of(viewer, register, fact_id)
    return found[max(found)] if found else ()


def papers_of(viewer: Viewer, register: Register, fact_id: str) -> dict[int, tuple[Document, ...]]:
    """The documents on which each revision of a fact rests, by its number: a correction brings papers of its own.

    For whoever sees more of its party than what is published; of others nothing.
    """
    one = _facts(viewer).filter(register=register.id, fact_id=fact_id, current=True).first()
    if one is None or not _knows(viewer, one.party):
        return {}
    revisions = {each.id: each.revision for each in history(viewer, register, fact_id)}
    rests = list(Fact.evidence.through.objects.filter(fact_id__in=revisions).values_list("fact_id", "document_id"))
    papers = Document.objects.filter(id__in={number for _, number in rests}).defer("text")
    if viewer.role == "firm":  # a paper about others, too, is the unit's that recorded it
        papers = papers.filter(Q(party_id=viewer.party) | Q(published_on__isnull=False))
    known = {paper.id: paper for paper in papers}
    found: dict[int, list[Document]] = {number: [] for number in revisions.values()}
    for fact, number in sorted(rests):
        if number in known:
            found[revisions[fact]].append(known[number])
    return {revision: tuple(own) for revision, own in found.items()}


def reads_papers(viewer: Viewer, register: Register, party: str) -> bool:
    """Whether the papers of a party's facts are opened to somebody who sees that there are such: of a register with
    personal columns they tell what those hold."""
    return viewer.sees_personal(register, party) or not any(column.personal for column in register.columns)


def register_state(viewer: Viewer, register: str) -> RegisterState | None:
    """How far a register is; public."""
    return RegisterState.objects.filter(register=register).first()


class Extent(NamedTuple):
    """How many current facts a register has, and when it was last written."""

    rows: int
    refreshed_on: date | None


def extents(viewer: Viewer) -> tuple[tuple[str, Extent], ...]:
    """How far each register is, in order of their ids; public."""
    found = RegisterState.objects.order_by("register").values_list("register", "rows", "refreshed_on")
    return tuple((name, Extent(rows, day)) for name, rows, day in found)


def latest_of(viewer: Viewer, pack: Pack, party_id: str, each: int) -> dict[str, tuple[FactView, ...]]:
    """The latest `each` current facts of a party in every register of the pack, latest first.

    One of which nobody knows since when it holds stands where it was recorded.
    """
    found = _of_party(viewer, party_id)
    since = Coalesce("valid_from", "recorded_at").desc(nulls_last=True)
    place = Window(RowNumber(), partition_by=F("register"), order_by=[since, F("id").desc()])
    places = dict(found.annotate(place=place).filter(place__lte=each).values_list("id", "place"))  # of thousands
    rows = sorted(found.select_related(None).filter(id__in=places), key=lambda one: places[one.id])
    whose = Party.objects.filter(id=party_id).first() if rows else None
    for one in rows:
        one.party = whose  # read once, not beside each fact
    return _by_register(viewer, pack, rows)


def names_of(viewer: Viewer, parties: set[str]) -> dict[str, str]:
    """The names of parties, of those that the asker may see."""
    wanted = sorted(parties)
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = _parties(viewer).filter(id__in=wanted[start : start + 500])
        found.update(rows.values_list("id", "name"))
    return found


def _found(
    viewer: Viewer, register: Register, text: str, division: str, without: Collection[str] = ()
) -> QuerySet[Fact]:
    found = _facts(viewer).filter(register=register.id, current=True, withdrawn=False)
    if without:
        found = found.exclude(fact_id__in=without)
    if division:
        found = found.filter(Q(party__division=division) | Q(party__zone=division))
    if part := text.strip():
        # The few parties first, then their facts: a condition over the join would read the whole register.
        named = Party.objects.filter(Q(name__contains=part) | Q(code=normal(part)) | Q(id=part)).values("id")
        found = found.filter(Q(party_id__in=named) | Q(fact_id=part))
    return found


def _line(viewer: Viewer, register: Register, one: Fact) -> FactLine:
    return FactLine(_fact_view(viewer, register, one), _party_view(one.party))
