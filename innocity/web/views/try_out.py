"""The calculator without login: choose a clause, enter facts, see the arithmetic. Nothing is kept."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.engines.rules.status import KINDS, kind_of
from innocity.packs.model import Pack
from innocity.web import amounts, cities, finder
from innocity.web import calculator as calculating
from innocity.web.access import public
from innocity.web.fields import ME, Reads, blocks, reads_of, whole
from innocity.web.unchanged import unchanged, unchanged_unless_asked

_YEARS = range(2016, 2027)
_KINDS = ("computing", "ceiling", "gated")


@public
@unchanged
def choose(request: HttpRequest, city: str) -> HttpResponse:
    """The clauses that compute, by topic."""
    found = [one for one in finder.catalogue(city) if one.clause.computes() and one.row["kind"] in _KINDS]
    found.sort(key=lambda one: one.row["topic_name"])
    topics = [(name, list(rows)) for name, rows in groupby(found, lambda one: one.row["topic_name"])]
    return render(request, "web/choose.html", {"topics": topics, "total": len(found)})


@public
@unchanged_unless_asked("example")
def calculator(request: HttpRequest, city: str, clause: str) -> HttpResponse:
    """The form of one clause and, once something is entered, what it gives."""
    pack = cities.pack_of(city)
    if clause not in pack.clauses or not (pack.clauses[clause].register_ or pack.clauses[clause].after):
        raise Http404(f"nothing to compute for {clause}")
    year = _year(request, pack)
    reads = reads_of(pack, clause, year)
    shown = calculating.examples(city, clause, reads)
    rows = calculating.given_rows(request.GET, reads)
    chosen = whole(request.GET.get("example", ""))
    if chosen is not None and chosen < len(shown):
        case = shown[chosen]
        year, rows = case.years[0], calculating.rows_of(case, reads)
        reads = reads_of(pack, clause, year)
    asked = calculating.spoken(calculating.filled(rows), reads)
    result = _result(pack, clause, reads, asked)
    if request.GET.get("add") in reads.columns:
        rows.setdefault(request.GET["add"], [{}]).append({})
    one = pack.clauses[clause]
    row = next(row for row in cities.clauses_of(city) if row["clause"] == clause)
    context = {
        "clause": one, "row": row, "kind": KINDS[kind_of(one)], "year": year, "years": _YEARS, "reads": reads,
        "blocks": blocks(pack, reads, rows, result["errors"]), "examples": list(enumerate(shown)), "me": ME,
        "amount": amounts.steps(row["amount"]), "document": pack.document_of(one), "asked": bool(asked),
        "sent": bool(rows) and "add" not in request.GET, **result,
    }  # fmt: skip
    return render(request, "web/parts/result.html" if _part(request) else "web/calculator.html", context)


def _part(request: HttpRequest) -> bool:
    htmx: Any = request.htmx
    return bool(htmx) and htmx.target == "result" and not htmx.history_restore_request


def _year(request: HttpRequest, pack: Pack) -> int:
    year = whole(request.GET.get("year", ""))
    return pack.city.default_year if year is None or year not in _YEARS else year


def _result(pack: Pack, clause: str, reads: Reads, rows: calculating.Given) -> dict[str, Any]:
    """The verdicts, or what is wrong with the answers: by field, and for the summary above the form."""
    if not rows:
        return {"verdicts": [], "errors": {}, "wrong": []}
    try:
        return {"verdicts": calculating.evaluate(pack, clause, reads, rows), "errors": {}, "wrong": []}
    except InnoCityErrors as found:
        errors: tuple[InnoCityError, ...] = found.errors
    except InnoCityError as found:
        errors = (found,)
    wrong = [_wrong(reads, one) for one in errors]
    return {"verdicts": [], "errors": dict(wrong), "wrong": wrong}


def _wrong(reads: Reads, error: InnoCityError) -> tuple[str, str]:
    """A field's name, and what is wrong with it: the column by its Chinese name."""
    path = (error.place.path if error.place else None) or ""
    register, _, rest = path.partition(".")
    column = rest.partition(".")[2]
    name = next((one.name for one in reads.columns.get(register, ()) if one.id == column), column)
    message = error.message.removeprefix(f"{column}：")
    return path, f"{name}：{message}。{error.remedy or ''}"
