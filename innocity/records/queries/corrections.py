"""Requests for corrections: a firm sees its own, officers those of the registers that their unit keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from innocity.packs.model import Pack
from innocity.records.models_corrections import Correction
from innocity.records.queries import _county, _page
from innocity.records.viewer import ANY_UNIT, Viewer
from innocity.records.views import Page


@dataclass(frozen=True, slots=True)
class CorrectionView:
    """A request as it is shown; `changes` are texts by column id, `evidence` the documents' numbers and titles."""

    id: int
    party: str
    party_name: str
    register: str
    fact_id: str
    revision: int
    strike: bool
    changes: Mapping[str, str]
    reason: str
    state: str
    state_name: str
    filed_on: date
    decided_on: date | None
    answer: str
    evidence: tuple[tuple[int, str], ...]
    add: bool = False

    @property
    def number(self) -> str:
        """The number on the receipt."""
        return f"{self.filed_on.year}-{self.id:06d}"


def corrections(viewer: Viewer, pack: Pack, *, state: str = "", number: int = 1, size: int = 20) -> Page:
    """Requests that the asker may see: open ones first in order of arrival, then the latest decided."""
    found = _corrections(viewer, pack)
    if state:
        found = found.filter(state=state)
    return _page(found.order_by("decided_on", "id") if state == "open" else found.order_by("-id"), number, size, _view)


def correction(viewer: Viewer, pack: Pack, number: int) -> CorrectionView | None:
    """One request by its number; None where there is none that the asker may see."""
    found = _corrections(viewer, pack).filter(id=number).first()
    return _view(found) if found else None


def open_of_fact(viewer: Viewer, pack: Pack, register: str, fact_id: str) -> CorrectionView | None:
    """The request that waits for a decision about a fact."""
    found = _corrections(viewer, pack).filter(register=register, fact_id=fact_id, state="open").first()
    return _view(found) if found else None


def waiting(viewer: Viewer, pack: Pack) -> int:
    """How many requests wait for this asker's decision."""
    return _corrections(viewer, pack).filter(state="open").count() if viewer.role == "officer" else 0


def _corrections(viewer: Viewer, pack: Pack) -> QuerySet[Correction]:
    every = Correction.objects.select_related("party").prefetch_related("evidence")
    if viewer.role in ("auditor", "operator"):
        return every
    if viewer.role == "firm" and viewer.party:
        return every.filter(party_id=viewer.party)
    if viewer.role != "officer":
        return every.none()
    kept = [r.id for r in pack.registers.values() if viewer.duty(r) and not ANY_UNIT & set(r.writers)]
    found = every.filter(Q(register__in=kept))
    return found.filter(_county(viewer.county, "party__")) if viewer.county else found


def _view(one: Correction) -> CorrectionView:
    papers = tuple((paper.id, paper.title) for paper in one.evidence.all())
    return CorrectionView(
        one.id, one.party_id, one.party.name, one.register, one.fact_id, one.revision, one.strike, one.changes,
        one.reason, one.state, one.get_state_display(), one.filed_on, one.decided_on, one.answer, papers, one.add,
    )  # fmt: skip
