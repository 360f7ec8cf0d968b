"""Papers of matters: for whoever handed them in, the applicant, and the units that decide; for nobody else."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from innocity.records.models import AuditEntry, Document
from innocity.records.models_matters import MatterFile
from innocity.records.viewer import Viewer

Deciders = Mapping[str, Collection[str]]  # units by the id of the procedure in which they decide


@dataclass(frozen=True, slots=True)
class Papers:
    """For which step files are meant: of a matter (`case`), or the first one of a matter to come, about `clause`."""

    owner: str
    procedure: str
    step: str
    case: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class PaperView:
    """One file: `row` is the step it was sent with; `size` in bytes; times with their zone."""

    id: int
    owner: str
    procedure: str
    case: str
    row: str
    material: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    internal: bool
    kept_by: str
    kept_at: datetime
    state: str
    state_name: str
    ended_by: str
    ended_at: datetime | None


def papers_for(viewer: Viewer, towards: Papers) -> tuple[PaperView, ...]:
    """What was handed in for a step that is not sent yet, what was replaced or taken out included, the oldest first."""
    found = _own(viewer).filter(
        owner=towards.owner, procedure=towards.procedure, step=towards.step, case=towards.case, clause=towards.clause,
    ).exclude(state="sent")  # fmt: skip
    return tuple(map(_view, found.order_by("id")))


def sent_papers(viewer: Viewer, deciders: Deciders, case: str) -> tuple[PaperView, ...]:
    """The files of a matter that were sent with its steps, as far as the asker may read them, the oldest first."""
    return tuple(map(_view, _readable(viewer, deciders).filter(case=case, state="sent").order_by("id")))


def counted_papers(viewer: Viewer, case: str) -> int:
    """How many files were sent in a matter, for whoever sees the matter and not its files."""
    return MatterFile.objects.filter(case=case, state="sent").count() if viewer.role != "anonymous" else 0


def sent_materials(case: str) -> Counter[str]:
    """How many files were sent in a matter, by the name under which they were asked for."""
    return Counter(MatterFile.objects.filter(case=case, state="sent").values_list("material", flat=True))


def seen_results(viewer: Viewer, cases: Collection[str]) -> set[str]:
    """The steps of some matters of which the applicant has seen what they brought, by their rows' ids."""
    if viewer.role not in ("firm", "operator"):
        return set()
    found = AuditEntry.objects.filter(object__in=[f"matter/{one}" for one in cases], action="see_result")
    return {str(json.loads(text).get("row", "")) for text in found.values_list("details", flat=True)}


def paper(viewer: Viewer, deciders: Deciders, number: int) -> PaperView | None:
    """One file by its number; None where there is none that the asker may read."""
    mine = _own(viewer).filter(id=number).exclude(state="sent").first()
    found = mine or _readable(viewer, deciders).filter(id=number, state="sent").first()
    return _view(found) if found else None


def papers_of_steps(viewer: Viewer, rows: Collection[str]) -> dict[str, tuple[PaperView, ...]]:
    """The files that were sent with some steps, by step: for callers that have checked that these open to the asker."""
    found: dict[str, tuple[PaperView, ...]] = {}
    for one in MatterFile.objects.filter(row__in=list(rows), state="sent").order_by("id"):
        found[one.row] = (*found.get(one.row, ()), _view(one))
    return found


def internal_papers(viewer: Viewer, rows: Collection[str]) -> int:
    """How many files sent with some steps are marked as internal."""
    return MatterFile.objects.filter(row__in=list(rows), state="sent", internal=True).count()


def unsent_bytes(owner: str) -> int:
    """The bytes that a party or unit has handed in for steps that are not sent, what was taken out in the last week
    included."""
    lately = timezone.now() - timedelta(days=7)
    found = MatterFile.objects.filter(Q(state="waiting") | Q(ended_at__gte=lately), owner=owner)
    return int(found.aggregate(every=Sum("size"))["every"] or 0)


def path_of(one: PaperView, root: Path) -> Path:
    """Where a file's bytes lie below `root`."""
    return root / "files" / one.sha256[:2] / one.sha256


def kept_hashes(viewer: Viewer) -> Iterator[tuple[str, str]]:
    """(SHA-256, what it is) of every file that the records name, for whoever verifies them. Erased ones are gone."""
    if not viewer.sees_audit():
        return
    told = AuditEntry.objects.filter(action="remove_original").values_list("details", flat=True)
    erased = [json.loads(one) for one in told]
    gone = {one["sha256"] for one in erased if one["erased"]}  # what the log does not say is erased has to be there
    kept = Document.objects.exclude(erased_on__isnull=False, sha256__in=gone)
    yield from ((sha, f"document/{number}") for number, sha in kept.values_list("id", "sha256"))
    yield from ((sha, f"paper/{number}") for number, sha in MatterFile.objects.values_list("id", "sha256"))


def _own(viewer: Viewer) -> QuerySet[MatterFile]:
    """What the asker's party hands in, or the asker in the name of a unit: drafts are of one account there."""
    every = MatterFile.objects.all()
    if viewer.role == "operator":
        return every
    if viewer.role == "firm" and viewer.party:
        return every.filter(owner=viewer.party)
    if viewer.role in ("officer", "leader") and viewer.name:
        return every.filter(kept_by=viewer.name)
    return every.none()


def _readable(viewer: Viewer, deciders: Deciders) -> QuerySet[MatterFile]:
    """What was sent, for the applicant, the unit that handed it in, and the units that decide in its procedure."""
    every = MatterFile.objects.all()
    if viewer.role == "operator":
        return every
    if viewer.role == "firm" and viewer.party:
        return every.filter(party=viewer.party)
    if viewer.role == "officer" and viewer.unit:
        mine = [name for name, units in deciders.items() if viewer.unit in units]
        return every.filter(Q(owner=viewer.unit) | Q(procedure__in=mine))
    return every.none()


def _view(one: MatterFile) -> PaperView:
    return PaperView(
        one.id, one.owner, one.procedure, one.case, one.row, one.material, one.file_name, one.media_type, one.size,
        one.sha256, one.internal, one.kept_by, one.kept_at, one.state, one.get_state_display(), one.ended_by,
        one.ended_at,
    )  # fmt: skip
