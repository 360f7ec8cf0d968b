"""读文件: what was read of a document over its text, decided finding by finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from innocity.actions import reading_store as store
from innocity.actions.decide_finding import decide_finding
from innocity.actions.delete_reading import may_delete
from innocity.actions.reading_alive import reader_of
from innocity.core.errors import InnoCityError
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office import reading_fields, reading_review, reading_text
from innocity.web.views.office.common import Fault, faults_of, var
from innocity.web.views.office.reading_common import folder_of, reviewers
from innocity.web.views.office.reading_review import Asked, Row

_FIELDS = {"E-READING-REASON": "reason"}


@reviewers
def document(request: HttpRequest, city: str, document: str) -> HttpResponse:
    """A document with what was read over its text; POST decides one finding and goes to the next."""
    folder = folder_of(city, document)
    state = store.state_in(folder)
    if state != "read":
        return _waiting(request, folder, state)
    if request.htmx and request.htmx.target == "progress":  # whoever waited sees the whole page, not its side alone
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse("reading_document", args=[city, document])
        return answer
    if request.method == "POST":
        return _decided(request, city, folder)
    return _page(request, city, folder, [])


def _waiting(request: HttpRequest, folder: Path, state: store.State) -> HttpResponse:
    context: dict[str, Any] = {
        "document": store.document_in(folder), "state": state, "fault": store.fault_in(folder),
        "pages": store.pages_in(folder),
    }  # fmt: skip
    mine = may_delete(viewer_of(request), context["document"]) and state == "reading"
    context["may_withdraw"] = mine and reader_of(folder) is not None
    part = "web/office/reading_progress.html" if request.htmx else "web/office/reading_wait.html"
    return render(request, part, context)


def _asked(request: HttpRequest, rows: list[Row], parts: list[int]) -> Asked:
    """What the address asks for; a finding that is named decides the part."""
    wanted = request.GET
    kind = wanted.get("kind", "")
    add = wanted.get("add", "")
    one = next((row for row in rows if row.key == wanted.get("finding", "")), None)
    number = wanted.get("part", "")
    part = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 1
    if one is not None:
        part = reading_text.part_at(parts, one.finding.start)
    part = min(max(part, 1), len(parts) - 1)
    return Asked(
        part, one.key if one else "", kind if kind in store.KINDS else "", wanted.get("open") == "1",
        add if add in store.KINDS else "",
    )  # fmt: skip


def _page(request: HttpRequest, city: str, folder: Path, faults: list[Fault], key: str = "") -> HttpResponse:
    """The whole page, or what stands beside the text where htmx asks for it."""
    review = store.review_of(folder)
    parts = reading_text.parts_in(folder, review.document.sha256)
    rows = reading_review.rows_of(review)
    asked = _asked(request, rows, parts)
    begin, end = parts[asked.part - 1], parts[asked.part]
    here = [row for row in rows if begin <= row.finding.start < end]
    listed = [row for row in here if asked.lists(row)]
    current = next((row for row in rows if row.key == asked.finding), None)
    if current is None and not asked.add:
        current = next((row for row in listed if not row.verdict), listed[0] if listed else None)
    done, total, added = review.progress()
    context = {
        "document": review.document, "asked": asked, "rows": [(row, _link(asked, row)) for row in listed],
        "current": current, "done": done, "total": total, "added": added, "faults": faults, "parts": len(parts) - 1,
        "tallies": [(*one, asked.address(kind=one[0], finding="", add="")) for one in reading_review.tallies(rows)],
        "links": _links(asked, len(parts) - 1, reading_review.next_open(rows, current.key if current else "", asked)),
        **_panel(request, review, asked, None if asked.add else current, faults),
    }  # fmt: skip
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "web/office/reading_side.html", context)
    spans = [(row.key, row.finding.start, row.finding.end) for row in rows]
    headings = [(one.start, one.head_end) for one in review.reading.outline]
    context["lines"] = reading_text.lines_of(review.text, begin, end, spans, headings)
    context["marks"] = {row.key: (row, _link(asked, row)) for row in here}
    return render(request, "web/office/reading_document.html", context, status=422 if faults else 200)


def _link(asked: Asked, row: Row) -> str:
    return asked.address(finding=row.key, add="")


def _links(asked: Asked, parts: int, following: Row | None) -> dict[str, Any]:
    """Addresses: other parts, other lists, the next finding that is open, forms to add."""
    return {
        "before": asked.address(part=asked.part - 1, finding="", add="") if asked.part > 1 else "",
        "after": asked.address(part=asked.part + 1, finding="", add="") if asked.part < parts else "",
        "every": asked.address(kind="", finding="", add=""),
        "open": asked.address(open="" if asked.open else "1", finding="", add=""),
        "next": asked.address(finding=following.key, add="") if following else "",
        "here": asked.address(),
        "add": [
            (kind, word, asked.address(add=kind, finding="")) for kind, word in reading_fields.KIND_WORDS.items()
        ],
    }  # fmt: skip


def _panel(
    request: HttpRequest, review: store.Review, asked: Asked, current: Row | None, faults: list[Fault]
) -> dict[str, Any]:
    """One finding in full with the form to correct it, or the form to add one."""
    given = request.POST if faults and "quote" in request.POST else None
    kind = asked.add or (current.kind if current else "")
    if not kind:
        return {}
    finding = current.finding.as_dict() if current else {}
    read = dict(review.findings()).get(current.key) if current else None
    start, quote = _span(request, review, current)
    context = {
        "fields": reading_fields.fields_of(kind, finding, given, faults), "form_kind": kind,
        "kind_word": reading_fields.KIND_WORDS[kind], "start": start,
        "quote": given.get("quote", "") if given else quote, "correcting": given is not None and not asked.add,
        "reason": request.POST.get("reason", ""), "modes": reading_fields.MODES,
        "amount_labels": reading_review.amount_labels(),
        "amounts": list(enumerate(reading_fields.amount_rows(finding.get("amounts", []), given)))
        if kind == "benefits" else [],
    }  # fmt: skip
    if current is not None:
        context["shown"] = list(reading_review.shown_fields(current, read))
        context["history"] = reading_review.history(review, current.key)
    return context


def _span(request: HttpRequest, review: store.Review, current: Row | None) -> tuple[int | str, str]:
    """Where the quote begins and what it says: of the finding, or of what was marked in the text."""
    if current is not None:
        return current.finding.start, current.quote
    start, end = (request.GET.get(name, "") for name in ("start", "end"))
    if all(one.isascii() and one.isdigit() and len(one) < 9 for one in (start, end)):
        return int(start), review.text[int(start) : min(int(end), int(start) + 3000)]
    return "", ""


# --- decisions --------------------------------------------------------------------------------------------------


def _decided(request: HttpRequest, city: str, folder: Path) -> HttpResponse:
    """Write the decision that a form gives, then go to the next finding."""
    data = request.POST
    key, verdict = data.get("key", "")[:40], data.get("verdict", "")
    seen = number if (number := data.get("seen", "")).isascii() and number.isdigit() and len(number) < 9 else ""
    review = store.review_of(folder)
    fields: dict[str, Any] = {}
    faults: list[Fault] = []
    if verdict in ("correct", "add"):
        fields, faults = _given(review, key, data)
    if not faults:
        try:
            entry = decide_finding(
                cities.pack_of(city), viewer_of(request), review.document.id, key, verdict, var(), fields=fields,
                reason=data.get("reason", ""), seen=int(seen) if seen else None,
            )  # fmt: skip
        except InnoCityError as refused:
            faults = faults_of(refused, _FIELDS)
    if faults:
        return _page(request, city, folder, faults)
    changed = verdict in (store.UNDO, "add") or "start" in fields
    return _onward(request, folder, entry.key, stay=verdict in (store.UNDO, "add"), anew=changed)


def _given(review: store.Review, key: str, data: Any) -> tuple[dict[str, Any], list[Fault]]:
    """The fields of a correction that differ from what was read, or all of an added finding."""
    kind = key.replace("+", "-").partition("-")[0]
    if kind not in store.KINDS:
        return {}, [Fault(_("没有选要补的种类"), _("从“补一条漏掉的”里选"))]
    fields, faults = reading_fields.read_fields(kind, data)
    start = data.get("start", "")
    at = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else None
    places = reading_text.found_at(review.text, data.get("quote", ""), at)
    if not places:
        faults.append(Fault(_("原文里找不到这段文字"), _("照原文抄，一个字也不要改"), "quote"))
    elif len(places) > 1:
        faults.append(Fault(_("这段文字在原文里不止一处"), _("多抄几个字，抄到只有一处"), "quote"))
    if faults:
        return {}, faults
    fields["start"], fields["end"] = places[0]
    read = dict(review.findings()).get(key)
    if read is None:
        return {**reading_fields.REST.get(kind, {}), **fields}, []
    before = read.as_dict()
    changed = {name: value for name, value in fields.items() if value != before.get(name)}
    return changed, [] if changed else [Fault(_("没有改动"), _("不用改就按接受"))]


def _onward(request: HttpRequest, folder: Path, key: str, *, stay: bool, anew: bool) -> HttpResponse:
    """To the next open finding: beside the text where it is in the same part, else on a new page."""
    review = store.review_of(folder)
    rows = reading_review.rows_of(review)
    parts = reading_text.parts_in(folder, review.document.sha256)
    asked = _asked(request, rows, parts)
    following = next((row for row in rows if row.key == key), None) if stay else None
    following = following or reading_review.next_open(rows, key, asked) or next(iter(rows), None)
    address = asked.address(finding=following.key if following else "", add="")
    path = reverse("reading_document", args=[review.document.city, review.document.id]) + address
    if not request.htmx:
        return redirect(f"{path}#panel")
    answer = HttpResponse()
    same = following and reading_text.part_at(parts, following.finding.start) == asked.part
    if anew or not same:  # the marks in the text are others, or the text is
        answer["HX-Redirect"] = f"{path}#panel"
        return answer
    answer["HX-Location"] = _location(path)
    return answer


def _location(path: str) -> str:
    return json.dumps({"path": path, "target": "#side", "swap": "innerHTML"})
