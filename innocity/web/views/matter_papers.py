"""The papers of matters: what a step takes, taking files in and out before it is sent, handing one file out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from innocity.actions.attach_document import LARGEST
from innocity.actions.attach_to_matter import MOST, attach_to_matter
from innocity.actions.matter_papers import missing_of
from innocity.actions.note_export import note_export
from innocity.actions.paper_guard import ACCEPT, too_large
from innocity.actions.procedure_records import deciding, deciding_in
from innocity.actions.withdraw_from_matter import withdraw_from_matter
from innocity.core.errors import InnoCityError
from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import materials_of
from innocity.packs.model import Pack, Procedure, ProcedureStep
from innocity.records.queries import matters as queries
from innocity.records.queries.matters import Papers, PaperView
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office.common import Fault, attachment, faults_of, var

KEEP, DROP = "keep", "drop-"  # values of the button that was pressed


@dataclass(frozen=True, slots=True)
class Slot:
    """One paper that a step takes: `name` is empty for any other; `field` names its input, `at` is its id."""

    name: str
    field: str
    at: str
    waiting: tuple[PaperView, ...]


@dataclass(frozen=True, slots=True)
class Tray:
    """The papers of one step that is not sent: what it takes, what was handed in, what was taken out again."""

    towards: Papers
    slots: tuple[Slot, ...]
    past: tuple[PaperView, ...]
    asked: bool

    @property
    def number(self) -> int:
        """How many files wait to be sent."""
        return sum(len(slot.waiting) for slot in self.slots)

    @property
    def missing(self) -> tuple[str, ...]:
        """The papers asked for of which nothing was handed in."""
        return tuple(slot.name for slot in self.slots if slot.name and not slot.waiting)


def tray_of(
    pack: Pack, viewer: Viewer, procedure: Procedure, step: ProcedureStep, owner: str, *, case: Case | None = None,
    clause: str = "",
) -> Tray:  # fmt: skip
    """The papers of a step that the asker may take in the name of `owner`; `clause`: what a first step is about."""
    day = timezone.localdate()
    towards = Papers(owner, procedure.id, step.id, case.id if case else "", "" if case else clause)
    every = queries.papers_for(viewer, towards)
    waiting = [one for one in every if one.state == "waiting"]
    names = (*materials_of(pack, procedure, step, case.clause if case else clause, day), "")
    slots = tuple(
        Slot(name, f"m-{n}", f"m-{step.id}-{n}", tuple(one for one in waiting if one.material == name))
        for n, name in enumerate(names)
    )
    return Tray(towards, slots, tuple(one for one in every if one.state != "waiting"), "evidence" in step.asks)


def rules() -> dict[str, Any]:
    """What pages say of files that may be handed in."""
    return {"accept": ACCEPT, "largest": LARGEST >> 20, "most": MOST}


def taken_in(request: HttpRequest, pack: Pack, tray: Tray) -> tuple[list[Fault], list[str]]:
    """Keep the files of a form and take out what its button says: what is wrong, by file, and what to look at.

    A file that is refused does not hold up the others: these wait for the step.
    """
    viewer, faults, warnings = viewer_of(request), list[Fault](), list[str]()
    dropped = request.POST.get("do", "").removeprefix(DROP)
    if dropped.isascii() and dropped.isdigit() and len(dropped) < 12:
        try:
            withdraw_from_matter(pack, viewer, tray.towards, int(dropped))
        except InnoCityError as refused:
            faults += faults_of(refused)
    for field, at, material, replaces in _fields(tray):
        for file in request.FILES.getlist(field):
            try:
                if (file.size or 0) > LARGEST:
                    raise too_large(file.name or "", file.size or 0)
                done = attach_to_matter(
                    pack, viewer, tray.towards, file.name or "", file.read(), var(), material=material,
                    looked=bool(request.POST.get("looked")), replaces=replaces,
                )  # fmt: skip
                warnings += [f"{one.message}：{one.remedy}" for one in done.warnings]
            except InnoCityError as refused:
                said = faults_of(refused)
                if refused.code == "E-DOCUMENT-UNREAD":  # here the asker looks, and ticks that there is no mark
                    at_fault, remedy = f"looked-{tray.towards.step}", _("看过、确认没有密级标志，勾选以后再传一次")
                    said = [Fault(one.message, remedy, at_fault) for one in said]
                else:
                    said = [Fault(one.message, one.remedy, at) for one in said]
                faults += [Fault(f"{file.name}：{one.message}", one.remedy, one.field) for one in said]
    return faults, warnings


def _fields(tray: Tray) -> list[tuple[str, str, str, int | None]]:
    """(name, id, material, number of the file that is replaced) of each input of a form."""
    own: list[tuple[str, str, str, int | None]] = [(one.field, one.at, one.name, None) for one in tray.slots]
    return own + [(f"r-{one.id}", f"r-{one.id}", slot.name, one.id) for slot in tray.slots for one in slot.waiting]


# --- what was sent -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=8)
def _deciding(city: str, pack: int, day: date) -> Mapping[str, frozenset[str]]:
    return deciding(cities.pack_of(city), day)


def deciders(pack: Pack) -> Mapping[str, frozenset[str]]:
    """The units that decide in each procedure today."""
    return _deciding(pack.city.id, id(pack), timezone.localdate())


def sent_of(pack: Pack, viewer: Viewer, case: Case) -> dict[str, Any]:
    """The papers of a matter by step, and which of those asked for are there; only their number for others."""
    decide = {case.procedure.id: deciding_in(pack, case, timezone.localdate())}
    papers = queries.sent_papers(viewer, decide, case.id)
    by_row: dict[str, list[PaperView]] = {}
    for one in papers:
        by_row.setdefault(one.row, []).append(one)
    own = viewer.role == "firm" and viewer.party == case.applicant
    reads = own or viewer.role == "operator" or (viewer.unit or "") in decide[case.procedure.id]
    hidden = queries.counted_papers(viewer, case.id) - len(papers) if viewer.role != "firm" else 0
    return {"papers": by_row, "hidden_papers": hidden, "listed": missing_of(pack, case, var()) if reads else []}


def hand_out(request: HttpRequest, city: str, number: int, seen: Mapping[str, Case]) -> HttpResponse:
    """One file, for whoever may read it (`seen`: the matters that the asker sees). Raises Http404 for all others."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = queries.paper(viewer, deciders(pack), number)
    case = seen.get(one.case) if one else None
    if one is None or (one.case and case is None):
        raise Http404(f"no paper {number}")
    if case is not None and one.state == "sent":  # of an application only the units to which it goes
        decide = {case.procedure.id: deciding_in(pack, case, timezone.localdate())}
        if all(one.id != paper.id for paper in queries.sent_papers(viewer, decide, case.id)):
            raise Http404(f"no paper {number}")
    path = queries.path_of(one, var())
    if not path.is_file():
        raise Http404(_("这份材料的文件不在了，请找系统管理员。"))
    content = path.read_bytes()
    note_export(viewer, f"matter/{one.case or one.procedure}", one.file_name.rpartition(".")[2].lower(), paper=one.id)
    return attachment(content, one.file_name, one.media_type)
