"""Write a report of a city to a file: Word, HTML or a workbook, by the file's name."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from innocity.actions.figures import city_board
from innocity.actions.ledger import VAR
from innocity.actions.overview import Overview, overview
from innocity.actions.report_input import report_input
from innocity.actions.withheld import NOTHING, Hidden
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.engines.indicators.forecast import forecast
from innocity.engines.indicators.goals import better
from innocity.engines.indicators.model import Board
from innocity.engines.reports import Report, ReportInput, build, html_page, units_asked, word_bytes, workbook_bytes
from innocity.engines.reports.build import check_kind
from innocity.engines.reports.model import ForecastLine
from innocity.engines.reports.template import fill, starter
from innocity.engines.reports.web import article
from innocity.engines.tasks.units import find_unit
from innocity.packs.load import find_city
from innocity.packs.model import Pack

register_codes({
    "E-REPORT-SUFFIX": ("报告文件要以 .docx、.html 或 .xlsx 结尾", "a report file ends in .docx, .html or .xlsx"),
    "E-REPORT-EXISTS": ("报告文件已存在", "the report file exists already"),
})  # fmt: skip

EMPTY = "换一个日期（命令行用 --as-of）；各项任务和期限在任务台账里（命令行用 innocity tasks）"
SUFFIXES = (".docx", ".html", ".xlsx")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for. `unit` is an id, name or alias; `document` the id of the document to report on.

    Nothing that became known after `known_on` is used; by default nothing that became known after `as_of`. `hidden`
    is what is kept back from whoever asks.
    """

    kind: str
    as_of: date
    out: Path
    unit: str | None = None
    document: str | None = None
    issuer: str = ""
    var: Path = VAR
    simulated: bool = True
    overwrite: bool = False
    known_on: date | None = None
    hidden: Hidden = NOTHING


@dataclass(frozen=True, slots=True)
class Made:
    """One file that was written."""

    path: Path
    kind: str
    title: str
    unit: str | None
    simulated: bool
    template: str | None = None  # the file of the city's template, where it has one


def make_report(pack: Pack, asked: Request, faults: ErrorList | None = None) -> list[Made]:
    """Write the report; for supervision notices without a unit, one file a unit into the folder `out`.

    `faults` takes warnings about recorded lines that the report goes without (W-LEDGER-LEFT): say them.
    Errors: E-REPORT-*, E-UNIT-UNKNOWN, and those of records.
    """
    check_kind(asked.kind)
    folder = asked.kind == "supervision" and asked.unit is None and asked.out.suffix.lower() not in SUFFIXES
    if not folder:
        _check_target(asked.out, asked.overwrite)
    data = _input(pack, asked, faults)
    if folder:
        return _notices(pack, asked, data)
    unit = find_unit(pack.units, asked.unit).id if asked.unit else None
    return [_make(pack, asked, data, unit, asked.out)]


def report_article(pack: Pack, asked: Request) -> str:
    """The report as one HTML article for a page, its charts as tables; `out` is not looked at.

    Errors: E-REPORT-*, E-UNIT-UNKNOWN, and those of records.
    """
    check_kind(asked.kind)
    unit = find_unit(pack.units, asked.unit).id if asked.unit else None
    return article(build(asked.kind, _input(pack, asked), unit))


def _input(pack: Pack, asked: Request, faults: ErrorList | None = None) -> ReportInput:
    known_on = asked.known_on or asked.as_of
    view = overview(
        pack, asked.as_of, asked.var, simulated=asked.simulated, known_on=known_on, strict=True, hidden=asked.hidden
    )  # fmt: skip
    if faults is not None:
        faults.extend(view.faults)
    before = _before(view, asked) if asked.kind == "bulletin" else None
    ahead = forecasts(view.board) if asked.kind == "midterm" else ()
    return report_input(view, document=asked.document, before=before, issuer=asked.issuer, forecasts=ahead)


def forecasts(board: Board) -> tuple[ForecastLine, ...]:
    """Forecasts of the targets that are still to come and not reached, where there are figures enough."""
    figures = [one for one in board.figures if one.on is not None and one.on <= board.as_of]
    found = []
    for one in board.distinct:
        if one.due is None or one.due <= board.as_of or one.reached or one.value is None:
            continue
        sign = better(one.target, one.indicator)
        made = forecast(figures, one.indicator, one.target.scope, one.due, float(one.value), sign)
        if made.method:
            found.append(ForecastLine(one.target.id, one.name, made.says(one.indicator.unit or "")))
    return tuple(found)


def _before(view: Overview, asked: Request) -> Board:
    """The lights on the last day of the month before, by what was known then."""
    end = asked.as_of.replace(day=1) - timedelta(days=1)
    return city_board(view.pack, end, asked.var, known_on=end, figures=view.figures)


def _notices(pack: Pack, asked: Request, data: ReportInput) -> list[Made]:
    units = units_asked(data)
    if not units:
        raise InnoCityError("E-REPORT-EMPTY", f"截至{asked.as_of}没有须督办的单位", None, EMPTY)
    files = [(unit.id, asked.out / f"supervision-{unit.id}.docx") for unit in units]
    for _, path in files:
        _check_target(path, asked.overwrite)
    return [_make(pack, asked, data, unit, path) for unit, path in files]


def _make(pack: Pack, asked: Request, data: ReportInput, unit: str | None, path: Path) -> Made:
    """Write one file."""
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        _check_ledger(data, unit)
        _write(path, workbook_bytes(data, unit))
        return Made(path, asked.kind, f"{data.city}指标与任务台账", unit, data.simulated)
    report = build(asked.kind, data, unit)
    template = template_of(pack, asked.kind) if suffix == ".docx" else None
    makers: dict[str, Callable[[], bytes]] = {
        ".docx": lambda: fill(template, report, data) if template else word_bytes(report),
        ".html": lambda: html_page(report).encode("utf-8"),
    }
    _write(path, makers[suffix]())
    return Made(path, asked.kind, report.title, unit, data.simulated, template.name if template else None)


def _check_ledger(data: ReportInput, unit: str | None) -> None:
    """Refuse a workbook without a row. Error: E-REPORT-EMPTY."""
    held = [one.units for one in data.targets] + [one.units for one in data.tasks]
    if not any(unit is None or unit in units for units in held):
        who = data.unit(unit).name if unit else data.city
        text = f"截至{data.as_of}，{who}没有目标，也没有任务"
        raise InnoCityError(
            "E-REPORT-EMPTY",
            text,
            None,
            "核对单位和日期（命令行用 --unit、--as-of；各单位承担的事项用 innocity unit 查看）",
        )


def template_of(pack: Pack, kind: str) -> Path | None:
    """The template of this kind: the city's own, else that of its nearest parent; `report.docx` serves all kinds."""
    folders = [Path(pack.root), *(find_city(parent) for parent in reversed(pack.parents))]
    for folder in folders:
        for name in (f"{kind}.docx", "report.docx"):
            if (folder / "templates" / name).is_file():
                return folder / "templates" / name
    return None


def write_starter(pack: Pack, kind: str, out: Path, *, overwrite: bool = False) -> Made:
    """Write a template that a city may change and keep under `templates/<kind>.docx`. Errors: E-REPORT-*."""
    check_kind(kind)
    if out.suffix.lower() != ".docx":
        raise InnoCityError("E-REPORT-SUFFIX", f"模板是 Word 文件：{out.name}", remedy="文件名以 .docx 结尾")
    _check_target(out, overwrite)
    report = Report(kind, "模板", pack.city.name or pack.city.id, pack.city.as_of or date(2000, 1, 1), ())
    _write(out, starter(report))
    return Made(out, kind, "模板", None, False)


def _check_target(path: Path, overwrite: bool) -> None:
    if path.suffix.lower() not in SUFFIXES:
        text = f"看不出“{path.name}”要写成哪种文件"
        raise InnoCityError("E-REPORT-SUFFIX", text, remedy="文件名以 .docx、.html 或 .xlsx 结尾")
    if path.exists() and not overwrite:
        raise InnoCityError("E-REPORT-EXISTS", f"{path} 已存在", remedy="换一个 --out，或加 --overwrite")


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: written beside, then put in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
