"""Open data: what can be taken away, in which form, and what its columns mean."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.web import cities
from innocity.web.access import public
from innocity.web.open_data import TABLES, as_csv, as_json, as_parquet
from innocity.web.unchanged import unchanged
from innocity.web.views.progress import set_in_document

ENDINGS = {
    "csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
}  # fmt: skip


@public
@unchanged
def data(request: HttpRequest, city: str) -> HttpResponse:
    """The tables with the dictionary of their columns."""
    cities.pack_of(city)
    state = cities.state_of(city)
    tables = [(table, len(table.rows(city))) for table in TABLES.values()]
    counted = {  # as the home page and the pages of progress count: why a table has more rows stands beside it
        "targets": len(state.board.distinct), "tasks": sum(set_in_document(one) for one in state.tasks.leaves()),
    }  # fmt: skip
    return render(request, "web/data.html", {"tables": tables, "state": state, "counted": counted})


@public
def download(request: HttpRequest, city: str, table: str, ending: str) -> HttpResponse:
    """One table as a file: `.csv`, `.json` or `.parquet`."""
    cities.pack_of(city)
    if table not in TABLES or ending not in ENDINGS:
        raise Http404(f"no table {table}.{ending}")
    found = TABLES[table]
    rows = found.rows(city)
    content: str | bytes = as_csv(found, rows) if ending == "csv" else b""
    if ending != "csv":
        content = (as_json if ending == "json" else as_parquet)(found, city, rows)
    headers = {"Content-Disposition": f'attachment; filename="{city}-{table}.{ending}"'}
    return HttpResponse(content, content_type=ENDINGS[ending], headers=headers)
