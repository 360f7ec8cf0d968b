"""公开: facts of a register made public, and taken back: which ones and how many are seen before anything is written.

What is sent carries a digest of the list that was looked at; where the list has changed since, nothing happens.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from innocity.actions.publish_facts import BASIS_MOST, LARGEST, check_count, digest_of, publish_facts
from innocity.actions.unpublish_facts import unpublish_facts
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack, Register
from innocity.records import queries
from innocity.records.queries import publications
from innocity.records.queries.publications import State
from innocity.records.viewer import Viewer
from innocity.records.views import Page
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office import cells
from innocity.web.views.office.common import faults_of, page_number, rest_of, writers_page
from innocity.web.views.office.publication import PUBLISH, UNPUBLISH, Verb, shut
from innocity.web.views.office.registers import asked, register_of

SIZE = 20  # what is to be filled in stands below
_FACT_MOST = 64
_FIELDS = {"E-PUBLISH-CHECK": "checked_by", "E-PUBLISH-REASON": "reason"}


@writers_page
def publish(request: HttpRequest, city: str, register: str) -> HttpResponse:
    """Make facts public: all that the filter leaves, one, or those that wait after a correction."""
    return _page(request, city, register, PUBLISH)


@writers_page
def unpublish(request: HttpRequest, city: str, register: str) -> HttpResponse:
    """Take the publication of facts back, with a reason; or decide that those which wait stay shut."""
    return _page(request, city, register, UNPUBLISH)


def _page(request: HttpRequest, city: str, register: str, verb: Verb) -> HttpResponse:
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    faults = shut(pack, viewer, one, verb)
    if faults:
        return render(request, "web/office/publishing.html", {"register": one, "verb": verb, "faults": faults,
                                                              "shut": True})  # fmt: skip
    ids = _chosen(request, pack, viewer, one, verb)
    if request.method == "POST":
        try:
            count = _done(request, pack, one, verb, ids)
        except InnoCityError as refused:
            faults = faults_of(refused, _FIELDS)
        else:
            opened, closed = _("已公开 %(n)s 条，不登录也查得到。"), _("已收回 %(n)s 条，不登录的人查不到了。")
            messages.success(request, (opened if verb is PUBLISH else closed) % {"n": count})
            fact = _fact(request)
            return redirect("fact", city, one.id, fact) if fact else redirect("register", city, one.id)
    context = {
        **_shown(request, pack, viewer, one, ids), "register": one, "verb": verb, "faults": faults,
        "wrong": {fault.field for fault in faults}, "given": request.POST,
        "asked": asked(request, pack), "fact": _fact(request), "waiting": _waits(request),
        "areas": [*pack.city.divisions, *pack.city.zones], "longest": BASIS_MOST, "most": LARGEST,
        "instance": queries.instance(viewer), "query": request.GET.urlencode(),
    }  # fmt: skip
    return render(request, "web/office/publishing.html", context, status=422 if faults else 200)


def _fact(request: HttpRequest) -> str:
    return request.GET.get("fact", "").strip()[:_FACT_MOST]


def _waits(request: HttpRequest) -> bool:
    return request.GET.get("waiting") == "1"


def _chosen(request: HttpRequest, pack: Pack, viewer: Viewer, register: Register, verb: Verb) -> dict[str, int]:
    """The revisions that are meant, by fact id. Raises Http404 for one that is not there or not to be had."""
    fact = _fact(request)
    state: State = "waiting" if _waits(request) else verb.state
    narrow = asked(request, pack)
    found = publications.chosen(
        viewer, register, state, text=narrow["text"], division=narrow["division"], ids=[fact] if fact else None,
        most=LARGEST + 1,
    )  # fmt: skip
    if fact and not found:
        raise Http404(f"fact {fact} is not to be published or taken back")
    return found


def _done(request: HttpRequest, pack: Pack, register: Register, verb: Verb, ids: dict[str, int]) -> int:
    """Written as it was looked at; of how many. Errors: E-PUBLISH-*, E-FACT-*, E-RECORDS-*."""
    check_count(len(ids))
    if request.POST.get("seen") != digest_of(ids):
        text = _("看过以后名单变了：有新登记的，或刚更正过的")
        raise InnoCityError("E-PUBLISH-CHANGED", text, None, _("再看一遍下面的名单"))
    viewer, data = viewer_of(request), request.POST
    if verb is UNPUBLISH:
        return unpublish_facts(pack, viewer, register.id, data.get("reason", ""), ids=ids)
    return publish_facts(pack, viewer, register.id, data.get("checked_by", ""), data.get("basis", ""), ids=ids)


def _shown(
    request: HttpRequest, pack: Pack, viewer: Viewer, register: Register, ids: dict[str, int]
) -> dict[str, Any]:  # fmt: skip
    """A page of the list: what the public is shown of each, in its columns."""
    total, names = len(ids), list(ids)
    number = min(page_number(request), max(1, -(-total // SIZE)))
    lines = publications.lines_of(viewer, register, names[(number - 1) * SIZE : number * SIZE])
    words = cells.words_for(pack, viewer, register, [line.fact for line in lines])
    columns = [one for one in register.columns if not one.personal]
    return {
        "page": Page(lines, total, number, SIZE), "columns": columns, "rest": rest_of(request), "seen": digest_of(ids),
        "rows": [(line, words.row(line.fact, columns)) for line in lines], "many": total > LARGEST,
    }  # fmt: skip
