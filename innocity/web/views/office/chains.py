"""产业链与创新链: every chain, one chain with its picture, roadmaps on a time line, the four kinds of technology."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.note_export import note_export
from innocity.actions.view_chain import view_chain, view_chains, view_roadmaps, view_technologies
from innocity.actions.view_roster import reading_day
from innocity.core.dates import parse_date
from innocity.core.errors import InnoCityError
from innocity.engines.chains.gather import chains_of
from innocity.engines.chains.roadmap import Roadmap, RoadStep
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.web import chains as shown
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.open_data import sheet_text
from innocity.web.roadmaps import timeline
from innocity.web.views.office.common import attachment, staff_page

MOST = 150  # nodes, or technologies, listed on a page; files and lists have all


@staff_page
def chains(request: HttpRequest, city: str) -> HttpResponse:
    """Every chain of the city with what stands on it and how many of its steps lack something."""
    pack, viewer, day = cities.pack_of(city), viewer_of(request), _day(request)
    rows = []
    for view in view_chains(pack, viewer, day):
        rows.append({"view": view, "chief": next((one.name for one in view.duties if one.role == "chief"), ""),
                     "gaps": sum(one.strength == "gap" for one in view.steps),
                     "weak": sum(one.strength == "weak" for one in view.steps),
                     "late": sum(one.late for one in view.tasks)})  # fmt: skip
    context = {"rows": rows, "day": day, "whole": viewer.sees_all_parties(), "instance": queries.instance(viewer)}
    return render(request, "web/office/chains.html", context)


@staff_page
def chain(request: HttpRequest, city: str, chain: str) -> HttpResponse:
    """One chain as of a day: the picture, what lacks where, who answers, tasks, what meets."""
    pack, viewer, day = cities.pack_of(city), viewer_of(request), _day(request)
    if chain not in chains_of(pack):
        raise Http404(f"no chain {chain}")
    view = view_chain(pack, viewer, chain, day)
    if request.GET.get("file") == "csv":
        return _file(request, pack, view.chain, day)
    rows = shown.node_rows(view)
    drawn = sum(bool(one.at) for one in rows)  # they stand first, and are drawn from the table
    listed = max(drawn, MOST)
    context = {
        "view": view, "day": day, "rows": rows[:listed], "drawn": drawn, "left": len(rows[listed:]),
        "counts": _counts(view.steps), "money": list(shown.money_words(view.whole)), "roles": shown.roles(pack, view),
        "boards": shown.boards(pack, view), "proposals": shown.proposals(city, viewer, view),
        "without": [(word, view.without(word)) for word in ("企业", "项目", "平台")],
        "whole": viewer.sees_all_parties(), "instance": queries.instance(viewer), "pack": pack,
    }  # fmt: skip
    return render(request, "web/office/chain.html", context)


def _counts(steps: Any) -> dict[str, int]:
    return {word: sum(one.strength == word for one in steps) for word in ("gap", "weak", "strong")}


def _day(request: HttpRequest) -> date:
    """The day asked for, else that of the facts."""
    try:
        return parse_date(request.GET.get("on", "").strip())
    except InnoCityError:
        return reading_day(viewer_of(request))


def _file(request: HttpRequest, pack: Pack, chain: str, day: date) -> HttpResponse:
    """Everything of a chain as CSV, as the asker sees it."""
    viewer = viewer_of(request)
    view, out = view_chain(pack, viewer, chain, day), io.StringIO()
    instance = queries.instance(viewer)
    mark = "是" if instance is not None and instance.simulated else "否"
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow([*shown.HEADINGS, "截至", "是否模拟"])
    rows = list(shown.lines(pack, view))
    writer.writerows(
        [*(sheet_text(str(row.get(name, ""))) for name in shown.HEADINGS), day.isoformat(), mark] for row in rows
    )
    note_export(viewer, f"chain/{chain}", "csv", len(rows))
    return attachment(out.getvalue().encode(), f"{view.name}-{day}.csv", "text/csv; charset=utf-8")


@staff_page
def roadmaps(request: HttpRequest, city: str) -> HttpResponse:
    """Every roadmap on its time line, and the technologies held in reserve."""
    pack, viewer, day = cities.pack_of(city), viewer_of(request), _day(request)
    found, reserve = view_roadmaps(pack, viewer, day)
    names = {key: {one.id: one.name for one in codes.codes} for key, codes in pack.codes.items()}
    context = {
        "maps": [(one, timeline(one, day), _about(one, names), _steps(one)) for one in found], "day": day,
        "reserves": [(one, _about(one, names)) for one in reserve], "instance": queries.instance(viewer),
        "behind": sum(len(one.behind) for one in found),
    }  # fmt: skip
    return render(request, "web/office/roadmaps.html", context)


def _steps(one: Roadmap) -> list[tuple[RoadStep, list[tuple[str, bool]]]]:
    """The steps of a roadmap, each with the names of those it depends on and whether they are still open."""
    names = {step.id: step.name for step in one.steps}
    return [(step, [(names.get(need, need), need in step.open) for need in step.needs]) for step in one.steps]


def _about(one: Any, names: dict[str, dict[str, str]]) -> str:
    """Cluster, chain and field of a roadmap or technology, in words."""
    told = (("industrial_cluster", one.cluster), ("key_chain", one.chain), ("technology_field", one.field))
    return "，".join(names[codes].get(code, code) for codes, code in told if code)


@staff_page
def technologies(request: HttpRequest, city: str) -> HttpResponse:
    """The key technologies by kind and way of organising, those organised otherwise first."""
    pack, viewer, day = cities.pack_of(city), viewer_of(request), _day(request)
    told = view_technologies(pack, viewer, day)
    modes = list(pack.codes["organising_mode"].codes) if "organising_mode" in pack.codes else []
    names = {one.id: one.name for one in modes}
    forms = {one.id: one.name for one in pack.codes["technology_form"].codes}
    lines = []
    for one in told.kinds:
        rule = pack.technology_kinds.get(one.kind)
        cells = [(one.modes.get(mode.id, 0), rule is not None and mode.id in rule.modes) for mode in modes]
        lines.append({"count": one, "name": forms.get(one.kind, one.kind), "cells": cells, "rule": rule,
                      "ways": [names[mode] for mode in rule.modes] if rule else [],
                      "document": pack.documents.get(rule.document or "") if rule else None})  # fmt: skip
    rows = [(one, forms.get(one.form, one.form), names.get(one.mode or "", "")) for one in told.found[:MOST]]
    context = {"lines": lines, "modes": modes, "rows": rows,
               "needs": shown.needs(city, forms), "total": len(told.found), "day": day, "most": MOST,
               "instance": queries.instance(viewer)}  # fmt: skip
    return render(request, "web/office/technologies.html", context)
