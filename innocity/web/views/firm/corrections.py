"""Asking for a correction: one question a page, then the answers to check, then a receipt.

What was answered so far waits in the session, for one fact at a time.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from innocity.actions.attach_document import attach_document
from innocity.actions.request_correction import LONGEST, checked_text, request_correction, try_correction
from innocity.actions.withdraw_correction import withdraw_correction
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError, InvalidValue
from innocity.packs.model import Column, Pack, Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.records import queries
from innocity.records.queries.corrections import CorrectionView, correction, corrections, open_of_fact
from innocity.records.viewer import Viewer
from innocity.records.views import FactView
from innocity.web import cities
from innocity.web.access import opens_to, viewer_of
from innocity.web.columns import asked_column
from innocity.web.consequences import consequence_of
from innocity.web.papers import bytes_of
from innocity.web.templatetags.site import day
from innocity.web.views import lists
from innocity.web.views.firm.facts import lines, own_fact
from innocity.web.views.office import listed
from innocity.web.views.office.cells import Words, words_for
from innocity.web.views.office.common import Fault, faults_of, page_number

STEPS = ("what", "value", "why", "papers", "check")
_KEY = "correction"
_FIELDS = {"what": "columns", "value": "values", "why": "reason", "papers": "file"}
_MOST_PAPERS = 5
_DAYS = ("valid_from", "valid_to")


class Draft:
    """The answers so far about one fact, in the session."""

    def __init__(self, request: HttpRequest, register: Register, fact: FactView) -> None:
        self.session, self.key = request.session, f"{register.id}/{fact.fact_id}/{fact.revision}"
        kept = request.session.get(_KEY, {})
        empty: dict[str, Any] = {"key": self.key, "columns": [], "values": {}, "reason": "", "papers": []}
        self.data: dict[str, Any] = kept if kept.get("key") == self.key else empty

    def keep(self, **answers: Any) -> None:
        """Keep answers."""
        self.data.update(answers)
        self.session[_KEY] = self.data

    def forget(self) -> None:
        """Once it is filed."""
        self.session.pop(_KEY, None)

    @property
    def strike(self) -> bool:
        """Whether the fact is said not to be the firm's at all."""
        return self.data["columns"] == ["*"]

    def steps(self) -> tuple[str, ...]:
        """The questions of this request: what is struck has no new value."""
        return tuple(step for step in STEPS if not (step == "value" and self.strike))

    def ready(self, step: str) -> bool:
        """Whether everything before a step is answered."""
        needs = {"value": self.data["columns"], "why": self.data["values"] or self.strike,
                 "papers": self.data["reason"], "check": self.data["reason"]}  # fmt: skip
        return all(bool(needs[one]) for one in self.steps()[: self.steps().index(step) + 1] if one in needs)


def columns_of(register: Register) -> list[Column]:
    """What a firm may ask to have corrected: the register's columns, and from when to when the fact holds."""
    return [*register.columns, *(column for column in BASE_COLUMNS if column.id in _DAYS)]


@require_http_methods(["GET", "POST"])
@opens_to("firm")
def step(request: HttpRequest, city: str, register: str, fact: str, step: str) -> HttpResponse:
    """One question, or the answers to check."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    if register not in pack.registers or step not in STEPS:
        raise Http404("no such question")
    known = pack.registers[register]
    found = own_fact(viewer, known, fact)[0]
    waiting = open_of_fact(viewer, pack, register, fact)
    if waiting is not None:
        return redirect("my_correction", city=city, number=waiting.id)
    draft = Draft(request, known, found)
    if step not in draft.steps() or not draft.ready(step):
        return redirect("correct", city=city, register=register, fact=fact, step=STEPS[0])
    faults: list[Fault] = []
    if request.method == "POST":
        try:
            return _answered(request, pack, viewer, known, found, draft, step)
        except InnoCityError as error:
            faults = field_faults(error, _FIELDS.get(step, ""), each=step == "value")
    context = _context(pack, viewer, known, found, draft, step)
    typed = {"typed": request.POST} if faults else {}
    return render(
        request, "web/firm/correct.html", {**context, **typed, "faults": faults}, status=422 if faults else 200
    )


def field_faults(error: InnoCityError, field: str, *, each: bool) -> list[Fault]:
    """What is wrong, at a field of the page; with `each`, at the value of the column that it is about, where it is."""
    found = faults_of(error)
    if each:
        errors = getattr(error, "errors", (error,))
        return [Fault(one.message, one.remedy, f"v-{_named(raw)}" if _named(raw) else field)
                for one, raw in zip(found, errors, strict=True)]  # fmt: skip
    return [Fault(one.message, one.remedy, field) for one in found]


def _named(error: InnoCityError) -> str:
    """The column that an error is about, where it names one."""
    return str(error.details.get("column") or (error.place.path if error.place else "") or "")


def _answered(
    request: HttpRequest, pack: Pack, viewer: Viewer, register: Register, fact: FactView, draft: Draft, step: str
) -> HttpResponse:  # fmt: skip
    """Keep the answer and go on. Errors: those of the answer."""
    if step == "what":
        _keep_what(request, register, draft)
    elif step == "value":
        _keep_values(request, pack, viewer, register, fact, draft)
    elif step == "why":
        reason = checked_text(
            request.POST.get("reason", ""), "E-FACT-REASON", _("没有写理由"), _("写明哪里不对、依据什么")
        )
        draft.keep(reason=reason)
    elif step == "papers" and (stay := keep_papers(request, pack, viewer, draft)):
        return redirect("correct", city=pack.city.id, register=register.id, fact=fact.fact_id, step=stay)
    elif step == "check":
        return _filed(pack, viewer, register, fact, draft)
    steps = draft.steps()
    onward = steps[steps.index(step) + 1]
    return redirect("correct", city=pack.city.id, register=register.id, fact=fact.fact_id, step=onward)


def _keep_what(request: HttpRequest, register: Register, draft: Draft) -> None:
    known = {column.id for column in columns_of(register)}
    chosen = [name for name in request.POST.getlist("columns") if name in known or name == "*"]
    if not chosen:
        raise InnoCityError("E-FACT-SAME", _("没有选哪一项不对"), None, _("至少选一项"))
    if "*" in chosen and len(chosen) > 1:
        text = _("选了单项，又选了“整条都不对”")
        raise InnoCityError("E-FACT-SAME", text, None, _("只改几项就去掉“整条都不对”；整条要撤销就只选它"))
    values = {name: text for name, text in draft.data["values"].items() if name in chosen}
    draft.keep(columns=chosen, values=values)


def _keep_values(
    request: HttpRequest, pack: Pack, viewer: Viewer, register: Register, fact: FactView, draft: Draft
) -> None:  # fmt: skip
    values = {name: request.POST.get(name, "").strip()[:1000] for name in draft.data["columns"]}
    values = {name: text for name, text in values.items() if text != as_text(register, fact, name)}
    if not values:
        raise InnoCityError("E-FACT-SAME", _("与现在登记的相同"), None, _("改成正确的内容"))
    try_correction(pack, viewer, register.id, fact.fact_id, values, revision=fact.revision)
    draft.keep(values=values)


def keep_papers(request: HttpRequest, pack: Pack, viewer: Viewer, draft: Any) -> str:
    """Take a file in or out; the step to show again, nothing where it goes on."""
    papers = list(draft.data["papers"])
    if drop := request.POST.get("drop"):
        draft.keep(papers=[one for one in papers if str(one) != drop])
        return "papers"
    file = request.FILES.get("file")
    if file is None:
        if request.POST.get("add"):
            raise InnoCityError("E-DOCUMENT-FORMAT", _("没有选文件"), None, _("先选文件，再按上传"))
        return ""
    if len(papers) >= _MOST_PAPERS:
        raise InnoCityError("E-DOCUMENT-SIZE", _("材料太多"), None, _("最多五份，去掉一份再传"))
    raw = bytes_of(file)
    looked = viewer.name if request.POST.get("looked") else ""
    added = attach_document(pack, viewer, file.name, raw, party=viewer.party or "", marking_checked_by=looked)
    draft.keep(papers=[*papers, added.id])
    return "papers" if request.POST.get("add") else ""


def _filed(pack: Pack, viewer: Viewer, register: Register, fact: FactView, draft: Draft) -> HttpResponse:
    number = request_correction(
        pack, viewer, register.id, fact.fact_id, draft.data["values"], draft.data["reason"], revision=fact.revision,
        strike=draft.strike, evidence=draft.data["papers"],
    )  # fmt: skip
    draft.forget()
    return redirect(f"{reverse('my_correction', args=[pack.city.id, number])}?filed=1")


def as_text(register: Register, fact: FactView, name: str) -> str:
    """A value as a form holds it: sums in yuan, days and codes as they are written."""
    value = getattr(fact, name) if name in _DAYS else fact.values.get(name)
    if value is None:
        return ""
    column = register.column(name)
    if column is not None and column.type == "money":
        return f"{value // 100}.{value % 100:02d}" if value % 100 else str(value // 100)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _context(
    pack: Pack, viewer: Viewer, register: Register, fact: FactView, draft: Draft, step: str
) -> dict[str, Any]:  # fmt: skip
    words = words_for(pack, viewer, register, [fact])
    columns = columns_of(register)
    asked = [one for one in columns if one.id in draft.data["values" if step == "check" else "columns"]]
    steps = draft.steps()
    papers = [one for one in queries.documents(viewer, viewer.party) if one.id in draft.data["papers"]]
    return {
        "register": register, "fact": fact, "draft": draft, "step": step, "number": steps.index(step) + 1,
        "of": len(steps), "lines": lines(words, fact), "longest": LONGEST, "papers": papers,
        "back": steps[steps.index(step) - 1] if step != steps[0] else "",
        "columns": [(one, _word(words, one, fact)) for one in columns],
        "fields": [_field(pack, register, fact, words, one, draft) for one in asked],
    }  # fmt: skip


def _word(words: Words, column: Column, fact: FactView) -> str:
    value = getattr(fact, column.id) if column.id in _DAYS else fact.values.get(column.id)
    return day(value) if isinstance(value, date) else words.word(column, value)


def _field(
    pack: Pack, register: Register, fact: FactView, words: Words, column: Column, draft: Draft
) -> dict[str, Any]:  # fmt: skip
    """One question about a value: how it is asked, what stands there now, what was answered."""
    answer = draft.data["values"].get(column.id, as_text(register, fact, column.id))
    return {**answered_column(pack, column, answer), "now": _word(words, column, fact)}


def answered_column(pack: Pack, column: Column, answer: str) -> dict[str, Any]:
    """A question about a value, with what was answered in words."""
    asked = asked_column(pack, column, answer)
    return {**asked, "said": dict(asked["choices"]).get(answer) or day_said(column, answer)}


# --- what was filed --------------------------------------------------------------------------------------------


@opens_to("firm")
def requests(request: HttpRequest, city: str) -> HttpResponse:
    """All requests of the firm."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    found = corrections(viewer, pack, number=page_number(request))
    rows = lists.every(lambda number, size: corrections(viewer, pack, number=number, size=size))
    context = {"page": found, "registers": pack.registers}
    return lists.page(request, "web/firm/corrections.html", context, listed.corrections(pack, viewer, rows))


@opens_to("firm")
def receipt(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """One request: its number, what was asked, where it is, the answer."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    found = correction(viewer, pack, number)
    if found is None:
        raise Http404("no such request")
    context = {"one": found, "register": pack.registers.get(found.register), "filed": request.GET.get("filed") == "1",
               "changes": asked_for(pack, viewer, found),
               "consequence": consequence_of(pack, viewer, found)}  # fmt: skip
    return render(request, "web/firm/correction.html", context)


@require_POST
@opens_to("firm")
def withdraw(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """Take a request back."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    if correction(viewer, pack, number) is None:
        raise Http404("no such request")
    with suppress(InnoCityError):  # decided meanwhile: its page says how
        withdraw_correction(viewer, number)
    return redirect("my_correction", city=city, number=number)


def asked_for(pack: Pack, viewer: Viewer, one: CorrectionView) -> list[tuple[str, str, str]]:
    """(column, as it was, as it should be) of a request."""
    register = pack.registers.get(one.register)
    if register is None:
        return []
    revisions = queries.history(viewer, register, one.fact_id)
    old = None if one.add else next((fact for fact in revisions if fact.revision == one.revision), None)
    words = words_for(pack, viewer, register, [old] if old else [])
    found = []
    for column in columns_of(register):
        if column.id in one.changes:
            before = _word(words, column, old) if old else ""
            found.append((column.name, before, worded(pack, column, one.changes)))
    return found


def worded(pack: Pack, column: Column, changes: Mapping[str, str]) -> str:
    """A value as it was asked for, codes by name."""
    text = changes[column.id]
    if column.type == "bool":
        return {"true": "是", "false": "否"}.get(text, text)
    names = {one.id: one.name for one in pack.codes[column.codes].codes} if column.codes in pack.codes else {}
    return names.get(text) or day_said(column, text)


def day_said(column: Column, text: str) -> str:
    """A text as people write it: days in words, all else as it stands."""
    if column.type != "date" or not text:
        return text
    try:
        return day(parse_date(text))
    except InvalidValue:
        return text
