"""多值比较: what each value of one or two parameters would cost, and which of them a budget bears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from innocity.actions import reform_jobs
from innocity.actions.export_sheet import MEDIA, Kind
from innocity.actions.note_export import note_export
from innocity.actions.save_reform import save_reform
from innocity.actions.vary_reform import MOST, WHOLE
from innocity.core.errors import InnoCityError
from innocity.engines.rules.reform import Overlay
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office import variants, vary_form
from innocity.web.views.office.common import Fault, attachment, faults_of, var, writers_page
from innocity.web.views.office.laboratory import bases_of, basis_of, job_of
from innocity.web.views.office.reform_result import owner_of


@writers_page
def vary(request: HttpRequest, city: str) -> HttpResponse:
    """The form; once it is sent and holds, the job."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    sent = request.method == "POST"
    data = request.POST if sent else request.GET
    asked = vary_form.read(pack, city, data, sent=sent)
    faults = list(asked.faults)
    if sent and not faults:
        try:
            return redirect("reform_job", city=city, job=_started(pack, viewer, asked, data).id)
        except InnoCityError as error:
            faults = faults_of(error)
    run = queries.latest_run(viewer)
    context = {
        "rows": asked.rows, "groups": vary_form.choices_of(city), "budget": asked.budget_text, "faults": faults,
        "wrong": {fault.field for fault in faults}, "bases": bases_of(pack, viewer), "basis": data.get("basis", ""),
        "name": data.get("name", ""), "most": MOST, "whole": WHOLE, "run": run,
        "now": run.report.get("totals", {}).get("payable") if run is not None else None,
    }  # fmt: skip
    return render(request, "web/office/vary.html", context, status=422 if faults else 200)


def _started(pack: Pack, viewer: Viewer, asked: vary_form.Asked, data: Mapping[str, str]) -> reform_jobs.Job:
    """Errors: those of `start_variants` and of the basis."""
    owners = dict.fromkeys(owner_of(pack, key) for key in asked.vary)
    name = data.get("name", "").strip()[:40] or ("比" + "、".join(owners))[:40]
    basis = basis_of(pack, viewer, data.get("basis", ""))
    return reform_jobs.start_variants(pack, viewer.name, Overlay(name=name), asked.vary, asked.budget, basis, var())


def result(
    request: HttpRequest, city: str, one: reform_jobs.Job, report: dict[str, Any], faults: list[Fault] | None = None
) -> HttpResponse:
    """What a comparison found, with the form by which a combination is kept as a draft."""
    found = variants.shown(cities.pack_of(city), report)
    chosen = request.POST.get("variant") or (str(found["best"]["number"]) if found["best"] else "")
    context = {**found, "job": one, "faults": faults or [], "chosen": chosen, "wanted": request.POST.get("name", ""),
               "again": _again(report)}  # fmt: skip
    return render(request, "web/office/variants.html", context, status=422 if faults else 200)


def _again(report: dict[str, Any]) -> list[tuple[str, str]]:
    """The form's inputs as they would have to be to ask the same."""
    found = []
    for letter, key in zip(vary_form.LETTERS, report["variants"][0]["settings"], strict=False):
        values = dict.fromkeys(one["settings"][key] for one in report["variants"])
        found += [(letter, key), (f"{letter}_values", "，".join(values))]
    return found


def _report(request: HttpRequest, city: str, job: str) -> tuple[reform_jobs.Job, dict[str, Any]]:
    """One's own comparison and what it found. Raises Http404."""
    one = job_of(request, city, job)
    report = reform_jobs.variants_of(var(), city, job)
    if report is None:
        raise Http404(f"job {job} has compared nothing")
    return one, report


@require_POST
@writers_page
def keep(request: HttpRequest, city: str, job: str) -> HttpResponse:
    """Keep a combination as a named draft; one that was not tried in full is tried first, by itself."""
    one, report = _report(request, city, job)
    pack, viewer = cities.pack_of(city), viewer_of(request)
    text = request.POST.get("variant", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= number <= len(report["variants"]):
        return result(request, city, one, report, [Fault("没有选组合", "在表里选一行", "v-1")])
    found = variants.shown(pack, report)
    name = request.POST.get("name", "").strip() or variants.name_of(found["heads"], found["rows"][number - 1])
    try:
        whole = reform_jobs.result_of(var(), city, job, number)
        if whole is not None:
            path = save_reform(pack, viewer, whole, name, var(), job=one.id)
            return redirect("reform_draft", city=city, draft=path.stem)
        overlay = Overlay(name=name[:40], set=report["variants"][number - 1]["settings"])
        basis = reform_jobs.basis_asked(var(), city, one.id) or basis_of(pack, viewer, "")
        alone = reform_jobs.start_reform(pack, viewer.name, overlay, basis, var())
    except InnoCityError as error:
        return result(request, city, one, report, faults_of(error, {"E-REFORM-NAME": "name"}))
    return redirect("reform_job", city=city, job=alone.id)


@writers_page
def export(request: HttpRequest, city: str, job: str, ending: str) -> HttpResponse:
    """The table of a comparison as a spreadsheet."""
    one, report = _report(request, city, job)
    kind = next((known for known in get_args(Kind) if known == ending), None)
    if kind is None:
        raise Http404(f"no files of kind {ending}")
    content = variants.file_of(cities.pack_of(city), report, kind)
    note_export(viewer_of(request), f"reform/{job}", kind, len(report["variants"]))
    return attachment(content, f"{one.name}.{kind}", MEDIA[kind])
