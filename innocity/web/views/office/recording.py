"""登记一条: one fact by hand, begun from nothing or from what a list, a grade or a deal leads to.

What is typed is checked and shown as a sheet of one row is; nothing is written before it was seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from innocity.actions.check_import import Preview, check_import, importable
from innocity.actions.grade import grade_view
from innocity.actions.prepare_rows import NEW, graded_rows, prepared_table, typed_text, whom
from innocity.actions.view_roster import view_roster
from innocity.core.dates import parse_date, parse_year
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_yuan
from innocity.packs.model import Pack, Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.records.queries import fact_lists as facts
from innocity.records.queries import imports
from innocity.records.viewer import ANY_UNIT, Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.columns import asked_column
from innocity.web.views.office.common import Fault, faults_of, writers_page
from innocity.web.views.office.importing import given_grades, grading_again, show_prepared
from innocity.web.views.office.registers import register_of

_TYPED = 1000  # signs of a value
_BESIDE = ("whom", "adds", "source")  # what a form holds beside the columns
_DAYS = tuple(column for column in BASE_COLUMNS if column.id in ("valid_from", "valid_to"))


@writers_page
def record_fact(request: HttpRequest, city: str, register: str) -> HttpResponse:
    """The form; what is sent is checked, and shown as it would be written."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    try:
        importable(pack, viewer, one.id)
    except InnoCityError as error:
        return _form(request, pack, one, {}, faults_of(error), shut=True)
    if request.method != "POST":
        return _form(request, pack, one, _begun(pack, viewer, one, request.GET), [])
    given = {name: request.POST.get(name, "").strip()[:_TYPED] for name in (*_BESIDE, *_names(one))}
    row = {name: given[name] for name in _names(one)} | whom(viewer, one, given["whom"])
    typed = any(row.values())
    row["source"] = given["source"]
    if given["adds"]:
        row["fact_id"] = NEW
        if not given["valid_from"]:  # without it nobody could tell from when the new state holds
            return _form(request, pack, one, given, [Fault(_("没有写新状态从哪天起"), _("填有效期起"), "v-valid_from")])
    if not typed:
        return _form(request, pack, one, given, [Fault(_("什么都没有填"), _("至少填一项"), "whom")])
    name, raw = f"{one.name}手工登记.xlsx", prepared_table(one, [row])
    try:
        preview = check_import(pack, viewer, one.id, name, raw)
    except InnoCityError as error:
        return _form(request, pack, one, given, faults_of(error))
    if preview.problem_count:
        return _form(request, pack, one, given, _faults(one, preview))
    return show_prepared(request, pack, one, preview, name, raw)


@writers_page
def record_grades(request: HttpRequest, city: str, grading: str) -> HttpResponse:
    """Decided grades as rows of the register that holds evaluations: shown first, then written like a sheet."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    rule = pack.gradings.get(grading)
    if rule is None or rule.records is None or request.method != "POST":
        raise Http404(f"nothing to record of {grading}")
    one = pack.registers[rule.records.register_]
    try:
        importable(pack, viewer, one.id)
        day, year = parse_date(request.POST.get("on", "").strip()), parse_year(request.POST.get("year", "").strip())
        full, by = request.POST.get("full", "").strip(), request.POST.get("by", "").strip()[:100]
        found = grade_view(pack, rule, view_roster(pack, viewer, rule.roster, day))
        rows = graded_rows(
            rule, one, found, year, day, today=timezone.localdate(), full=parse_yuan(full) if full else None,
            evaluator=by, recorded=(line.fact for line in facts.all_fact_lines(viewer, one)),
        )  # fmt: skip
        name = f"{rule.name}{'（演示规则）' if rule.demonstration else ''}{year}年度.xlsx"
        raw = prepared_table(one, rows)
        preview = check_import(pack, viewer, one.id, name, raw)
    except InnoCityError as error:
        back = grading_again(pack, grading, given_grades(request.POST))
        context = {"register": one, "faults": faults_of(error), "back": back}
        return render(request, "web/office/refused.html", context, status=422)
    return show_prepared(request, pack, one, preview, name, raw)


def _begun(pack: Pack, viewer: Viewer, register: Register, asked: Mapping[str, str]) -> dict[str, str]:
    """What the form begins with: the values of a fact of the register that is named (`like`), then those given."""
    begun: dict[str, str] = {}
    line = facts.fact_line(viewer, register, asked.get("like", "")) if asked.get("like") else None
    if line is not None and not line.fact.withdrawn:
        begun = {one.id: typed_text(one, line.fact.values.get(one.id)) for one in register.columns}
        begun["whom"] = line.fact.party
    elif own_name(register) and viewer.unit:
        begun["whom"] = viewer.unit
    given = {name: asked[name].strip()[:_TYPED] for name in (*_BESIDE, *_names(register)) if name in asked}
    begun |= given
    parties = ["whom", *(column.id for column in register.columns if column.type == "party")]
    known = imports.parties_by_id(viewer, {begun[name] for name in parties if begun.get(name)})
    return begun | {name: known[begun[name]].code or known[begun[name]].name or begun[name]
                    for name in parties if begun.get(name) in known}  # fmt: skip


def own_name(register: Register) -> bool:
    """Whether units write a register in their own name, so that it is about them; of others a row is about whoever it
    is, and to put the own unit there would be an error that nobody sees."""
    return register.about == "any" and bool(ANY_UNIT & set(register.writers))


def _names(register: Register) -> list[str]:
    return [column.id for column in (*register.columns, *_DAYS)]


def _faults(register: Register, preview: Preview) -> list[Fault]:
    """What is wrong, at the field of its heading; of whom the row is about, at that field."""
    fields = {column.name: f"v-{column.id}" for column in (*register.columns, *_DAYS)}
    return [Fault(one.message, one.remedy or "", fields.get(one.column, "whom")) for one in preview.problems]


def _form(
    request: HttpRequest, pack: Pack, register: Register, given: Mapping[str, str], faults: list[Fault], *,
    shut: bool = False,
) -> HttpResponse:  # fmt: skip
    sees = viewer_of(request).sees_personal(register)
    context = {
        "register": register, "faults": faults, "shut": shut, "given": given, "own_name": own_name(register),
        "fields": [asked_column(pack, one, given.get(one.id, "")) for one in (*register.columns, *_DAYS)
                   if sees or not one.personal],
        "personal": [] if sees else [one.name for one in register.columns if one.personal],
    }  # fmt: skip
    return render(request, "web/office/record.html", context, status=422 if faults and not shut else 200)
