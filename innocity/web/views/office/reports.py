"""报告: choose a kind and a day, read it as a page, take it as Word or a workbook. Always a draft to be signed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from innocity.actions.ledger import changed
from innocity.actions.make_report import Request, make_report, report_article
from innocity.actions.note_export import note_export
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.engines.reports.model import KINDS
from innocity.packs.model import Pack
from innocity.records.store import today
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office.common import DOCX, XLSX, Fault, attachment, faults_of, staff_page, var

ABOUT = {"E-DATE-FORMAT": "as_of", "E-REPORT-DOCUMENT": "document", "E-REPORT-UNIT": "unit", "E-UNIT-UNKNOWN": "unit",
         "E-REPORT-KIND": "kind", "E-REPORT-EMPTY": "as_of"}  # fmt: skip
FIRST, LAST = date(1990, 1, 1), date(2100, 12, 31)
SAYS = {
    "midterm": "目标、任务到哪一步，差多少，下一步做什么", "selfeval": "对照考核指标逐项自评，附佐证",
    "bulletin": "本月的灯和上月比有什么变化", "supervision": "一个单位一份：逾期和有风险的任务，几天内答复",
    "decision": "一页纸：要领导定什么",
}  # fmt: skip
_FILES = {"docx": DOCX, "xlsx": XLSX}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form asks for, as text."""

    kind: str = ""
    as_of: str = ""
    unit: str = ""
    document: str = ""
    issuer: str = ""
    real: bool = False
    late: bool = False  # use what became known after the day, too

    def request(self, out: Path, today: date) -> Request:
        """The action's request. Errors: E-DATE-FORMAT, E-REPORT-EMPTY for a day far from any document's."""
        day = parse_date(self.as_of)
        if not FIRST <= day <= LAST:
            raise InnoCityError("E-REPORT-EMPTY", f"{day} 没有可报告的", None, f"写 {FIRST} 到 {LAST} 之间的日期")
        return Request(
            self.kind, day, out, self.unit if self.kind == "supervision" else None,
            self.document or None, self.issuer, var(), simulated=not self.real, known_on=today if self.late else None,
        )  # fmt: skip


def _asked(request: HttpRequest, pack: Pack) -> Asked:
    get = request.GET.get
    text = {name: get(name, "").strip()[:80] for name in ("kind", "as_of", "unit", "document", "issuer")}
    asked = Asked(**text, real=get("real") == "1", late=get("late") == "1")
    return asked if asked.as_of else replace(asked, as_of=cities.day_of(pack.city.id).isoformat())


@staff_page
def reports(request: HttpRequest, city: str) -> HttpResponse:
    """The form, and below it the report that it asks for."""
    pack = cities.pack_of(city)
    asked = _asked(request, pack)
    faults: list[Fault] = []
    shown: SafeString | None = None
    if asked.kind:
        try:
            wanted = replace(
                asked.request(Path("preview.html"), today()), hidden=cities.uncounted_for(city, viewer_of(request))
            )
            # The report's text is escaped where it is written (innocity.engines.reports.web).
            shown = mark_safe(_article(city, wanted, changed(pack, var())))
        except InnoCityError as error:
            faults = faults_of(error, ABOUT)
    return _page(request, city, asked, faults, shown)


def _page(request: HttpRequest, city: str, asked: Asked, faults: list[Fault], shown: SafeString | None) -> HttpResponse:
    pack, view = cities.pack_of(city), cities.state_for(city, viewer_of(request))
    units = {unit for item in view.supervision for unit in item.units}
    context = {
        "kinds": [(key, name, SAYS.get(key, "")) for key, name in KINDS.items()], "asked": asked, "faults": faults,
        "wrong": {fault.field for fault in faults}, "report": shown, "rest": request.GET.urlencode(),
        "units": sorted((pack.units[one] for one in units if one in pack.units), key=lambda one: one.id),
        "documents": [one for one in pack.documents.values() if _has_targets(pack, one.id)],
    }  # fmt: skip
    return render(request, "web/office/reports.html", context)


def _has_targets(pack: Pack, document: str) -> bool:
    return any(one.article.startswith(f"{document}#") for one in pack.targets.values())


@lru_cache(maxsize=16)
def _article(city: str, wanted: Request, stamp: tuple[object, ...]) -> str:
    return report_article(cities.pack_of(city), wanted)


@staff_page
def report_file(request: HttpRequest, city: str, ending: str) -> HttpResponse:
    """The same report as Word, or the ledgers as a workbook."""
    pack = cities.pack_of(city)
    if ending not in _FILES:
        raise Http404(f"no reports as {ending}")
    asked = _asked(request, pack)
    try:
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / f"report.{ending}"
            hidden = cities.uncounted_for(city, viewer_of(request))
            made = make_report(pack, replace(asked.request(out, today()), hidden=hidden))[0]
            content = out.read_bytes()
    except InnoCityError as error:
        answer = _page(request, city, asked, faults_of(error, ABOUT), None)
        answer.status_code = 422
        return answer
    note_export(viewer_of(request), f"report/{made.kind}", ending, as_of=asked.as_of, unit=made.unit)
    name = f"{made.title}（{asked.as_of}）.{ending}"
    return attachment(content, name, _FILES[ending])
