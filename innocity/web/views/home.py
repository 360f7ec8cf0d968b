"""The first page: what somebody came to do."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from innocity.engines.indicators.model import GRADES, Standing
from innocity.packs.model import Document
from innocity.web import cities, finder
from innocity.web.access import public
from innocity.web.unchanged import unchanged
from innocity.web.views.progress import set_in_document

_SHOWN = 5
_ORDER = ("alert", "watch", "near", "not_reported", "met", "not_due")
#: What people come for, each with the words that find it.
TASKS = (
    ("高新技术企业", "高新技术企业"),
    ("博士后", "博士后"),
    ("科技成果转化", "转化"),
    ("创新平台", "平台"),
    ("专利", "专利"),
)


@public
def start(request: HttpRequest) -> HttpResponse:
    """The site's root: the instance's own city."""
    return redirect("home", city=settings.INNOCITY_CITY)


@public
@unchanged
def home(request: HttpRequest, city: str) -> HttpResponse:
    """Where a firm, a citizen and a journalist each find their way."""
    pack = cities.pack_of(city)
    state = cities.state_of(city)
    told = [one for one in state.board.distinct if one.status in _ORDER and _tells(one)]
    told.sort(key=lambda one: (_ORDER.index(one.status), one.latest is None, -(one.due or date.min).toordinal()))
    context = {
        "documents": sorted(pack.documents.values(), key=_newest, reverse=True),
        "clauses": len(finder.catalogue(city)),
        "targets": len(state.board.distinct),
        "tasks": sum(set_in_document(one) for one in state.tasks.leaves()),
        "standings": _spread(told),
        "as_of": state.as_of,
        "counts": state.board.counts(),
        "words": TASKS,
        "others": [cities.pack_of(name).city for name in cities.city_ids() if name != city],
    }
    return render(request, "web/home.html", context)


def _newest(document: Document) -> date:
    return document.issued_on or document.valid_from or date.min


def _tells(one: Standing) -> bool:
    """Whether there is something to tell: a figure, or a light that needs none, such as a milestone not kept."""
    return one.latest is not None or one.status in GRADES


def _spread(told: list[Standing]) -> list[Standing]:
    """One target an indicator, the worst first: the first of every light, then as many more as there is room for."""
    first: dict[str, Standing] = {}
    for one in told:
        first.setdefault(one.indicator.id, one)
    lights = {one.status: one for one in reversed(first.values())}
    heads = {id(one) for one in lights.values()}
    chosen = sorted(first.values(), key=lambda one: id(one) not in heads)[:_SHOWN]
    return sorted(chosen, key=lambda one: _ORDER.index(one.status))
