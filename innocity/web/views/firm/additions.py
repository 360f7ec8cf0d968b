"""Asking for a missing fact: which register, what it says, why, with which papers; the answers to check; a receipt.

What was answered so far waits in the session, for one register at a time.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from innocity.actions.request_addition import addable, request_addition, try_addition
from innocity.actions.request_correction import LONGEST, checked_text
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack, Register
from innocity.records import queries
from innocity.records.queries.entitlements import counted
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.views.firm.corrections import answered_column, columns_of, field_faults, keep_papers
from innocity.web.views.firm.facts import keepers
from innocity.web.views.office.common import Fault

STEPS = ("value", "why", "papers", "check")
_KEY = "addition"
_FIELDS = {"why": "reason", "papers": "file"}


class Draft:
    """The answers so far about a register, in the session."""

    def __init__(self, request: HttpRequest, register: Register) -> None:
        self.session = request.session
        kept = request.session.get(_KEY, {})
        empty: dict[str, Any] = {"register": register.id, "values": {}, "reason": "", "papers": []}
        self.data: dict[str, Any] = kept if kept.get("register") == register.id else empty

    def keep(self, **answers: Any) -> None:
        """Keep answers."""
        self.data.update(answers)
        self.session[_KEY] = self.data

    def forget(self) -> None:
        """Once it is filed."""
        self.session.pop(_KEY, None)

    def ready(self, step: str) -> bool:
        """Whether everything before a step is answered."""
        wants = {"why": "values", "papers": "reason", "check": "papers"}
        before = STEPS[: STEPS.index(step) + 1]
        return all(bool(self.data[wants[one]]) for one in before if one in wants)


@opens_to("firm")
def choose(request: HttpRequest, city: str) -> HttpResponse:
    """The registers to which a fact can be asked for, those in which the firm stands first."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    counts = counted(viewer, viewer.party or "")
    rows = [{"register": one, "keepers": keepers(pack, one), "total": counts.get(one.id, 0)} for one in addable(pack)]
    rows.sort(key=lambda row: not row["total"])
    return render(request, "web/firm/add_where.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@opens_to("firm")
def step(request: HttpRequest, city: str, register: str, step: str) -> HttpResponse:
    """One question, or the answers to check."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    known = pack.registers.get(register)
    if known is None or known not in addable(pack) or step not in STEPS:
        raise Http404("no such question")
    draft = Draft(request, known)
    if not draft.ready(step):
        return redirect("add_fact", city=city, register=register, step=STEPS[0])
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            return _answered(request, pack, viewer, known, draft, step)
        except InnoCityError as error:
            faults = field_faults(error, _FIELDS.get(step, "values"), each=step == "value")
    typed = {"typed": request.POST} if faults else {}
    papers = [one for one in queries.documents(viewer, viewer.party) if one.id in draft.data["papers"]]
    context = {
        "register": known, "draft": draft, "step": step, "number": STEPS.index(step) + 1, "of": len(STEPS),
        "longest": LONGEST, "papers": papers, "back": STEPS[STEPS.index(step) - 1] if step != STEPS[0] else "",
        "fields": [answered_column(pack, one, draft.data["values"].get(one.id, "")) for one in columns_of(known)],
        "keepers": keepers(pack, known), **typed,
    }  # fmt: skip
    return render(request, "web/firm/add.html", {**context, "faults": faults}, status=422 if faults else 200)


def _answered(
    request: HttpRequest, pack: Pack, viewer: Viewer, register: Register, draft: Draft, step: str
) -> HttpResponse:  # fmt: skip
    """Keep the answer and go on. Errors: those of the answer."""
    here = {"city": pack.city.id, "register": register.id}
    if step == "value":
        given = {column.id: request.POST.get(column.id, "").strip()[:1000] for column in columns_of(register)}
        if not any(given.values()):
            raise InnoCityError("E-FACT-SAME", _("什么都没有填"), None, _("至少填一项"))
        draft.keep(values=try_addition(pack, viewer, register.id, given))
    elif step == "why":
        told = (_("没有写理由"), _("写明为什么应当登记、依据什么"))
        draft.keep(reason=checked_text(request.POST.get("reason", ""), "E-FACT-REASON", *told))
    elif step == "papers":
        if stay := keep_papers(request, pack, viewer, draft):
            return redirect("add_fact", **here, step=stay)
        if not draft.data["papers"]:
            raise InnoCityError("E-ADDITION-PAPERS", _("没有上传材料"), None, _("补登要有材料：证书、合同或公告"))
    else:
        number = request_addition(
            pack, viewer, register.id, draft.data["values"], draft.data["reason"], evidence=draft.data["papers"]
        )
        draft.forget()
        return redirect(f"{reverse('my_correction', args=[pack.city.id, number])}?filed=1")
    return redirect("add_fact", **here, step=STEPS[STEPS.index(step) + 1])
