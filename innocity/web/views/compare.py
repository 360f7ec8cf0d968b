"""Two cities side by side, topic by topic."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.core.errors import InnoCityError
from innocity.engines.rules.diff import Comparison
from innocity.engines.rules.diff import compare as compared
from innocity.web import cities
from innocity.web.access import public
from innocity.web.unchanged import unchanged


@public
@unchanged
def compare(request: HttpRequest) -> HttpResponse:
    """The comparison; `left`, `right` and `topic` are ids, the first two default to the first two cities."""
    known = cities.city_ids()
    asked = [request.GET.get(side, "") for side in ("left", "right")]
    left = asked[0] if asked[0] in known else settings.INNOCITY_CITY
    right = asked[1] if asked[1] in known else next((name for name in known if name != left), left)
    packs = cities.pack_of(left), cities.pack_of(right)
    whole = compared(*packs, {**cities.topics_of(left), **cities.topics_of(right)})
    topic = request.GET.get("topic", "")
    found = _only(whole, topic)
    context = {
        "left": packs[0].city, "right": packs[1].city, "known": [cities.pack_of(name).city for name in known],
        "topics": [(one.id, one.name) for one in whole.topics], "found": found, "topic": topic,
        "both": sum(one.only is None for one in whole.topics),
        "alone": {side: sum(one.only == side for one in whole.topics) for side in ("left", "right")},
    }  # fmt: skip
    return render(request, "web/compare.html", context)


def _only(whole: Comparison, topic: str) -> Comparison:
    """One topic; all of them where none is asked for or the one asked for is unknown."""
    try:
        return whole.only_topic(topic) if topic else whole
    except InnoCityError:
        return whole
