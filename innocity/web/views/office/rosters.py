"""名录: lists that the city reads off its registers, with totals in which gaps show."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.export_sheet import MEDIA, export
from innocity.actions.note_export import note_export
from innocity.actions.prepare_rows import typed_text
from innocity.actions.view_roster import reading_day, view_roster
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.engines.rosters.model import Column, Group, RosterView, Row, Totals, sum_word
from innocity.packs.model import Pack, Register
from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.records.views import Page
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.open_data import sheet_text
from innocity.web.views.office.common import attachment, faults_of, page_number, rest_of, staff_page

SIZE = 50
LINES = 100  # of a table of totals on the page; the file has all


@staff_page
def rosters(request: HttpRequest, city: str) -> HttpResponse:
    """All rosters of the city, each with the register that it reads."""
    pack = cities.pack_of(city)
    rows = [(one, pack.registers[one.register_]) for one in pack.rosters.values()]
    return render(request, "web/office/rosters.html", {"rows": rows})


@staff_page
def roster(request: HttpRequest, city: str, roster: str) -> HttpResponse:
    """One roster as of a day: its totals, and its rows a page at a time."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    if roster not in pack.rosters:
        raise Http404(f"no roster {roster}")
    day, number, year = _asked(request) or reading_day(viewer), page_number(request), _year(request)
    wanted = request.GET.get("table", "")
    if wanted:
        return _table_file(request, view_roster(pack, viewer, roster, day, limit=0, year=year), wanted)
    view = view_roster(pack, viewer, roster, day, skip=(number - 1) * SIZE, limit=SIZE, year=year)
    page = Page(view.rows, view.count, number, SIZE)
    context = {
        "view": view, "day": day, "page": page, "rest": rest_of(request), "instance": queries.instance(viewer),
        "register": pack.registers[view.roster.register_], "tables": [_shown(one, view) for one in view.tables],
        "next": number + 1 if number < page.pages else 0, "previous": number - 1,
        **_next(pack, viewer, view), "whole": viewer.sees_all_parties(),
        "rate": f"{float(view.fund.rate):.1%}" if view.fund else "",
        "years": _years(view), "query": _query(view, day),
        "numbers": {place: column.number for place, column in enumerate(view.columns)},  # those stand at the right
    }  # fmt: skip
    return render(request, "web/office/roster.html", context)


@staff_page
def roster_file(request: HttpRequest, city: str, roster: str, ending: str) -> HttpResponse:
    """All rows of a roster as of a day as a table: what the asker may see, and no more."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    if roster not in pack.rosters or ending not in MEDIA:
        raise Http404(f"no file {roster}.{ending}")
    day = _asked(request) or reading_day(viewer)
    view = view_roster(pack, viewer, roster, day, year=_year(request))
    instance = queries.instance(viewer)
    headings = ["主体", *(f"{one.name}（元）" if one.type == "money" else one.name for one in view.columns)]
    rows = ([row.name, *map(_cell, view.columns, row.values, row.words)] for row in view.rows)
    try:
        content = export(view.roster.name, headings, rows, "csv" if ending == "csv" else "xlsx",
                         simulated=instance is not None and instance.simulated)  # fmt: skip
    except InnoCityError as error:
        context = {"register": pack.registers[view.roster.register_], "faults": faults_of(error)}
        return render(request, "web/office/refused.html", context, status=422)
    note_export(viewer, f"roster/{roster}", ending, view.count, as_of=day.isoformat(), year=view.year)
    of_year = f"{view.year}年" if view.year is not None else ""
    return attachment(content, f"{view.roster.name}{of_year}_{day.isoformat()}.{ending}", MEDIA[ending])


def _cell(column: Column, value: Any, word: str) -> Any:
    """A value as a cell: sums in yuan, days and numbers as such, everything else in words."""
    if value is None:
        return ""
    if column.type == "money":
        return Decimal(int(value)) / 100
    return value if column.type in ("date", "integer") and not column.codes else word


def _year(request: HttpRequest) -> int | None:
    """The year asked for; none where it cannot be one."""
    text = request.GET.get("year", "").strip()
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() and 1900 <= int(text) <= 2200 else None


def _years(view: RosterView) -> list[tuple[int, int]]:
    """The years to choose from with their rows: those that have any, and the one asked for."""
    found = dict(view.years)
    if view.year is not None:
        found.setdefault(view.year, 0)
    return sorted(found.items(), reverse=True)


def _query(view: RosterView, day: date) -> str:
    """The query under which another page or a file shows the same."""
    return urlencode({"on": day.isoformat(), **({"year": view.year} if view.year is not None else {})})


def _next(pack: Pack, viewer: Viewer, view: RosterView) -> dict[str, Any]:
    """The register in which listed rows are recorded next, and each row with the query that begins its form."""
    after = view.roster.becomes
    if after is None or not viewer.writes(pack.registers[after.register_]):
        return {"rows": [(row, "") for row in view.rows], "becomes": None}
    target = pack.registers[after.register_]
    return {"rows": [(row, _begins(view, row, target)) for row in view.rows], "becomes": target}


def _begins(view: RosterView, row: Row, target: Register) -> str:
    """The query of a form that is begun from a row; nothing where it is recorded already."""
    after = view.roster.becomes
    assert after is not None
    values = {column.name: value for column, value in zip(view.columns, row.values, strict=True)}
    if after.open is not None and values[after.open] is not None:
        return ""
    begun = {"whom": row.party, "adds": "1" if after.adds else ""}
    if target.id == view.roster.register_:
        begun["like"] = row.fact
    for name, heading in after.columns.items():
        column = target.column(name)
        begun[name] = typed_text(column, values[heading]) if column is not None else ""
    return urlencode({name: text for name, text in (begun | after.set_).items() if text})


def _asked(request: HttpRequest) -> date | None:
    """The day asked for; none where it cannot be read."""
    try:
        return parse_date(request.GET.get("on", "").strip())
    except InnoCityError:
        return None


def _shown(table: Totals, view: RosterView) -> dict[str, Any]:
    """A table with its first lines, those that are marked before others where not all stand here."""
    groups = table.groups
    if len(groups) > LINES:
        groups = tuple(sorted(groups, key=lambda one: not one.marked))[:LINES]
    total = () if table.total is None else (table.total,)
    lines = [(one, _words(table, one)) for one in (*groups, *total)]
    return {"table": table, "lines": lines, "shown": len(groups), "all": len(table.groups),
            "parties": _parties(table, view)}  # fmt: skip


def _parties(table: Totals, view: RosterView) -> int | None:
    """The total of parties, where it is less than the rows of the roster: some of them have several."""
    told = next(one for one in view.roster.tables if one.name == table.name)
    if told.yearly or table.total is None or list(told.values.values())[:1] != ["distinct(party_id)"]:
        return None
    found = table.total.values[0]
    return int(found) if found is not None and found < view.count else None


def _words(table: Totals, group: Group) -> list[str]:
    return [sum_word(column, value) for column, value in zip(table.columns, group.values, strict=True)]


def _table_file(request: HttpRequest, view: RosterView, wanted: str) -> HttpResponse:
    """All lines of a table of totals as CSV; `wanted` counts from 1. Sums as they are shown."""
    if not wanted.isdecimal() or not 1 <= int(wanted) <= len(view.tables):
        raise Http404(f"no table {wanted}")
    table, out = view.tables[int(wanted) - 1], io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    simulated = (instance := queries.instance(viewer_of(request))) is not None and instance.simulated
    writer.writerow(["类别", *(column.name for column in table.columns), "是否模拟"])
    mark = "是" if simulated else "否"
    writer.writerows([*map(sheet_text, (one.name, *_words(table, one))), mark] for one in table.lines)
    note_export(viewer_of(request), f"roster/{view.roster.id}", "csv", len(table.groups))
    return attachment(out.getvalue().encode(), f"{view.roster.name}-{table.name}.csv", "text/csv; charset=utf-8")
