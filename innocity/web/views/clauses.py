"""Finding a clause, and one clause: what, to whom, how, how much, since when, and what came of it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.engines.rules.cases import Case
from innocity.engines.rules.profile import clause_profile
from innocity.engines.rules.validity import standings
from innocity.packs.model import Clause, Pack
from innocity.packs.model_fences import papers_of
from innocity.web import amounts, cities, finder
from innocity.web.access import public
from innocity.web.unchanged import unchanged
from innocity.web.views import feedback
from innocity.web.views.office.parameters import label_of

_PAGE = 20


def finder_groups(city: str) -> list[dict[str, Any]]:
    """The questions of the finder with their answers."""
    topics = {one.row["topic"]: one.row["topic_name"] for one in finder.catalogue(city)}

    def answers(groups: dict[str, tuple[str, finder.Words]]) -> list[tuple[str, str]]:
        return [(key, name) for key, (name, _) in groups.items()]

    return [
        {"id": "audience", "choices": answers(finder.AUDIENCES)},
        {"id": "topic", "choices": sorted(topics.items(), key=lambda item: item[1])},
        {"id": "industry", "choices": answers(finder.INDUSTRIES)},
        {"id": "size", "choices": answers(finder.SIZES)},
        {"id": "least", "choices": [(text, text) for text in finder.AMOUNTS]},
        {"id": "order", "choices": [("amount", "")]},
    ]


@public
@unchanged
def finder_page(request: HttpRequest, city: str) -> HttpResponse:
    """The finder; asked by htmx it gives the results alone."""
    cities.pack_of(city)
    asked = {name: request.GET.get(name, "").strip()[:60] for name in finder.Query.__dataclass_fields__}
    query = finder.Query(**asked)
    found = finder.find(city, query)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    rest = request.GET.copy()
    rest.pop("page", None)
    context = {
        "query": query, "groups": {one["id"]: one["choices"] for one in finder_groups(city)}, "page": page,
        "rest": rest.urlencode(), "total": len(found), "whole": len(finder.catalogue(city)),
        "narrowed": any(value for name, value in asked.items() if name != "order"),
    }  # fmt: skip
    template = (
        "web/parts/found.html" if request.htmx and not request.htmx.history_restore_request else "web/finder.html"
    )
    return render(request, template, context)


@public
@unchanged
def clause(request: HttpRequest, city: str, clause: str) -> HttpResponse:
    """One clause."""
    pack = cities.pack_of(city)
    if clause not in pack.clauses:
        raise Http404(f"no clause {clause}")
    one = pack.clauses[clause]
    document = pack.document_of(one)
    profile = clause_profile(pack, clause, cities.topics_of(city))
    run = cities.run_of(city)
    context = {
        "clause": one, "profile": profile, "document": document, "article": one.article.partition("#")[2],
        "amount": amounts.steps(profile["amount"]), "computes": bool(one.register_ or one.after),
        "calls": [(call, pack.units.get(call.contact.unit) if call.contact else None, papers_of(one, call))
                  for call in pack.calls.values() if clause in call.clauses],
        "papers": papers_of(one, None),
        "history": history(pack, one), "cases": cases_of(city, clause),
        "parameters": [{**row, "label": label_of(pack, one, row)} for row in profile["parameters"]],
        "feedback": feedback.summary(city, clause),
        "run": run, "given": run.clause(clause) if run else None, "impact": impact(city, pack, clause),
        "units": [pack.units[name] for name in one.responsible if name in pack.units],
    }  # fmt: skip
    return render(request, "web/clause.html", context)


def history(pack: Pack, one: Clause) -> dict[str, Any]:
    """From when to when a clause holds, and what it replaces or is replaced by."""
    standing = standings(pack, {}, simulated=True)[one.id]
    over = [r for r in pack.relations.values() if r.kind == "supersedes"]
    return {
        "start": standing.start, "end": standing.end,
        "older": [(r, pack.clauses[r.older]) for r in over if r.newer == one.id and r.older in pack.clauses],
        "newer": [(r, pack.clauses[r.newer]) for r in over if r.older == one.id and r.newer in pack.clauses],
    }  # fmt: skip


def cases_of(city: str, clause: str) -> list[Case]:
    """The golden cases that name a clause."""
    return [case for case in cities.cases_of(city) if clause in case.clauses]


def impact(city: str, pack: Pack, clause: str) -> dict[str, Any]:
    """The tasks that name a clause, and the lights of the targets that these tasks serve."""
    tasks = [task for task in pack.tasks.values() if clause in task.clauses]
    wanted = {target for task in tasks for target in task.targets}
    board = cities.state_of(city).board
    return {"tasks": tasks, "standings": [one for one in board.distinct if one.target.id in wanted]}
