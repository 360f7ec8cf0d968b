"""政策测算: choose a clause, change its parameters, try that over facts, keep it as a draft, compare drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from innocity.actions import reform_jobs
from innocity.actions.delete_reform import may_delete
from innocity.actions.export_sheet import MEDIA, Kind
from innocity.actions.note_export import note_export
from innocity.actions.save_reform import save_reform
from innocity.actions.try_reform import fit_name, overlay_text, read_reforms
from innocity.core.errors import InnoCityError
from innocity.engines.rules.reform import Overlay
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer
from innocity.web import cities, finder
from innocity.web.access import viewer_of
from innocity.web.views.office import parameters, reform_result, vary
from innocity.web.views.office.common import Fault, attachment, faults_of, staff_page, var, writers_page
from innocity.web.views.office.laboratory import bases_of, basis_of, job_of, may_see, steps_of

REMOVE = "remove"
_JOBS_SHOWN = 8


@staff_page
def lab(request: HttpRequest, city: str) -> HttpResponse:
    """Drafts, what is being tried, and the clauses to start from."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    words = request.GET.get("words", "").strip()[:60]
    rows = finder.find(city, finder.Query(words=words)) if words else finder.catalogue(city)
    clauses = [row for row in rows if pack.clauses[row.clause.id].computes()]
    running = [one for one in reform_jobs.jobs(var(), city) if may_see(viewer, one)]
    known = read_reforms(var(), city)
    drafts = [reform_result.summary(name, report) for name, report in known.items()]
    context = {
        "clauses": clauses, "words": words, "drafts": drafts,
        "jobs": [(one, kept_as(known, one.id)) for one in running[:_JOBS_SHOWN]],
        "bases": bases_of(pack, viewer), "writes": viewer.role in ("officer", "leader", "operator"),
    }  # fmt: skip
    return render(request, "web/office/lab.html", context)


@writers_page
def change(request: HttpRequest, city: str, clause: str) -> HttpResponse:
    """The form of a clause's parameters; what was changed of other clauses before comes along."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = pack.clauses.get(clause)
    if one is None or not one.computes():
        raise Http404(f"no clause {clause} that computes")
    data = request.POST if request.method == "POST" else request.GET
    given = {key: value for key, value in data.items() if "." in key}
    fields = parameters.fields_of(pack, one, cities.topics_of(city), given)
    own = {field.key for field in fields}
    earlier = {key: value.strip() for key, value in given.items() if key not in own and value.strip()}
    removed = [name for name in data.getlist(REMOVE) if name in pack.clauses]
    faults: list[Fault] = []
    if request.method == "POST":
        changed = {field.key: field.value for field in fields if field.changed}
        faults = [Fault(f"{field.label}：{field.error}", field.remedy, field.id) for field in fields if field.error]
        overlay = Overlay(name=data.get("name", "").strip()[:40], set={**earlier, **changed}, remove=tuple(removed))
        if not faults:
            answer = _started(pack, viewer, overlay, data, city, faults)
            if answer is not None:
                return answer
    context = {
        "clause": one, "fields": fields, "faults": faults, "earlier": told(pack, earlier), "removed": removed,
        "stopped": clause in removed, "others": [name for name in removed if name != clause],
        "bases": bases_of(pack, viewer), "basis": data.get("basis", ""), "name": data.get("name", ""),
        "row": next(row for row in cities.clauses_of(city) if row["clause"] == clause), "pack": pack,
        "clauses": [other for other in finder.catalogue(city) if other.clause.computes() and other.clause.id != clause],
    }  # fmt: skip
    return render(request, "web/office/change.html", context, status=422 if faults else 200)


def _started(
    pack: Pack, viewer: Viewer, overlay: Overlay, data: Any, city: str, faults: list[Fault]
) -> HttpResponse | None:
    """To the next clause, or to the job; with what is wrong in `faults`, nowhere."""
    following = data.get("next", "")
    if "more" in data and following in pack.clauses:
        kept = [*overlay.set.items(), *((REMOVE, name) for name in overlay.remove), ("name", overlay.name)]
        return redirect(_address(city, following, [*kept, ("basis", data.get("basis", ""))]))
    try:
        basis = basis_of(pack, viewer, data.get("basis", ""))
        labelled = overlay if overlay.name else overlay.model_copy(update={"name": short_name(pack, overlay)})
        job = reform_jobs.start_reform(pack, viewer.name, labelled, basis, var())
    except InnoCityError as error:
        faults.extend(faults_of(error))
        return None
    return redirect("reform_job", city=city, job=job.id)


def _address(city: str, clause: str, pairs: list[tuple[str, str]]) -> str:
    from urllib.parse import urlencode

    from django.urls import reverse

    return f"{reverse('reform_change', args=[city, clause])}?{urlencode([pair for pair in pairs if pair[1]])}"


def short_name(pack: Pack, overlay: Overlay) -> str:
    """A name for a change that was given none: each clause that it touches, and what of it becomes what.

    It is also what the draft is called unless another name is written, so two changes of one clause differ by it.
    """
    parts: dict[str, list[str]] = {}
    for key, value in overlay.set.items():
        label = reform_result.parameter_now(pack, key)[0]
        words = f"{label}{parameters.CHOICES.get(value, value)}"
        parts.setdefault(reform_result.owner_of(pack, key), []).append(words)
    for name in overlay.remove:
        parts.setdefault(reform_result.owner_of(pack, name), []).append("停止执行")
    said = "；".join(f"{owner}：{'、'.join(words)}" for owner, words in parts.items())
    return fit_name(said) or "资金安排"


def kept_as(drafts: Mapping[str, Mapping[str, Any]], job: str) -> list[str]:
    """The names of the drafts that hold a job's result."""
    return [name for name, report in drafts.items() if report.get("job") == job]


def told(pack: Pack, settings: dict[str, str]) -> list[tuple[str, str, str]]:
    """(key, what it is of, value) of changes, in words."""
    return [
        (key, what, new)
        for key, value in settings.items()
        for what, _, new in reform_result.changes_of(pack, {"set": {key: value}})
    ]


# --- one job -------------------------------------------------------------------------------------------------


@writers_page
def job(request: HttpRequest, city: str, job: str) -> HttpResponse:
    """How far a job is, and when it is done what it found; asked by htmx it gives the progress alone."""
    one = job_of(request, city, job)
    read = reform_jobs.variants_of if one.kind == "vary" else reform_jobs.result_of
    report = read(var(), city, job) if one.state == "done" else None
    context = {"job": one, "steps": steps_of(one), "ahead": reform_jobs.ahead_of(var(), one)}
    if report is None:
        part = "web/office/parts/progress.html" if request.htmx else "web/office/job.html"
        return render(request, part, context)
    if request.htmx:  # the page is loaded anew, with all of the result
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    if one.kind == "vary":
        return vary.result(request, city, one, report)
    shown = reform_result.shown(cities.pack_of(city), viewer_of(request), report)
    kept = kept_as(read_reforms(var(), city), one.id)
    return render(request, "web/office/result.html", {**context, **shown, "draft": "", "faults": [], "kept": kept})


@require_POST
@writers_page
def keep(request: HttpRequest, city: str, job: str) -> HttpResponse:
    """Keep a job's result as a named draft."""
    one = job_of(request, city, job)
    report = reform_jobs.result_of(var(), city, job)
    if report is None:
        raise Http404(f"job {job} is not done")
    pack, viewer = cities.pack_of(city), viewer_of(request)
    try:
        path = save_reform(pack, viewer, report, request.POST.get("name", ""), var(), job=one.id)
    except InnoCityError as error:
        faults = faults_of(error, {"E-REFORM-NAME": "name"})
        shown = reform_result.shown(pack, viewer, report)
        context = {"job": one, "faults": faults, "draft": "", **shown, "wanted": request.POST.get("name", "")}
        return render(request, "web/office/result.html", context, status=422)
    return redirect("reform_draft", city=city, draft=path.stem)


# --- drafts --------------------------------------------------------------------------------------------------


def _draft(city: str, name: str) -> dict[str, Any]:
    found = read_reforms(var(), city).get(name)
    if found is None:
        raise Http404(f"no draft {name}")
    return found


@staff_page
def draft(request: HttpRequest, city: str, draft: str) -> HttpResponse:
    """One draft."""
    pack, report = cities.pack_of(city), _draft(city, draft)
    shown = reform_result.shown(pack, viewer_of(request), report)
    mine = may_delete(viewer_of(request), report)
    context = {**shown, "draft": draft, "job": None, "faults": [], "mine": mine}
    return render(request, "web/office/result.html", context)


@staff_page
def export(request: HttpRequest, city: str, draft: str) -> HttpResponse:
    """A draft's change as an overlay file of the pack."""
    cities.pack_of(city)
    text = overlay_text(_draft(city, draft))
    note_export(viewer_of(request), f"reform/{draft}", "yaml")
    return attachment(text.encode(), f"{draft}-改动文件.yaml", "application/yaml; charset=utf-8")


@staff_page
def job_parties(request: HttpRequest, city: str, job: str, ending: str) -> HttpResponse:
    """Everybody who gains or loses by a job's change, as a table."""
    one, report = job_of(request, city, job), reform_jobs.result_of(var(), city, job)
    return _parties_file(request, report, f"reform/{job}", one.name, ending)


@staff_page
def draft_parties(request: HttpRequest, city: str, draft: str, ending: str) -> HttpResponse:
    """Everybody who gains or loses by a draft, as a table."""
    return _parties_file(request, _draft(city, draft), f"reform/{draft}", draft, ending)


def _parties_file(
    request: HttpRequest, report: dict[str, Any] | None, what: str, name: str, ending: str
) -> HttpResponse:  # fmt: skip
    kind = next((known for known in get_args(Kind) if known == ending), None)
    if kind is None or report is None or "changed" not in report:
        raise Http404(f"no such file of {what}")
    content, rows = reform_result.parties_file(viewer_of(request), report, kind)
    note_export(viewer_of(request), what, kind, rows)
    return attachment(content, f"{name}-增减对象.{kind}", MEDIA[kind])


@staff_page
def compare(request: HttpRequest, city: str) -> HttpResponse:
    """Drafts side by side."""
    pack = cities.pack_of(city)
    known = read_reforms(var(), city)
    chosen = [name for name in dict.fromkeys(request.GET.getlist("draft")) if name in known][:5]
    context = {
        "known": list(known), "chosen": chosen, "pack": pack,
        "table": reform_result.side_by_side(pack, {name: known[name] for name in chosen}) if chosen else None,
    }  # fmt: skip
    return render(request, "web/office/compare.html", context)
