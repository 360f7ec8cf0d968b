"""Two cities side by side, topic by topic: a table of contents, then a topic at a time to unfold."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.core.errors import InnoCityError
from innocity.engines.rules.diff import Comparison, Topic
from innocity.engines.rules.diff import compare as compared
from innocity.web import cities
from innocity.web.access import public
from innocity.web.unchanged import unchanged

_GROUPS = (None, "left", "right")  # topics of both cities, then those that one has alone


@public
@unchanged
def compare(request: HttpRequest) -> HttpResponse:
    """The comparison; `left`, `right` and `topic` are ids, the first two default to the first two cities.

    Clauses that both cities have alike are left out unless `same=1`; `open=1` unfolds all topics.
    """
    known = cities.city_ids()
    asked = [request.GET.get(side, "") for side in ("left", "right")]
    left = asked[0] if asked[0] in known else settings.INNOCITY_CITY
    right = asked[1] if asked[1] in known else next((name for name in known if name != left), left)
    packs = cities.pack_of(left), cities.pack_of(right)
    whole = compared(*packs, {**cities.topics_of(left), **cities.topics_of(right)})
    topic = request.GET.get("topic", "")
    same, found = request.GET.get("same") == "1", _only(whole, topic)
    alike = _pairs(found) - _pairs(found.only_changed())
    shown = found if same else found.only_changed()
    context = {
        "left": packs[0].city, "right": packs[1].city, "known": [cities.pack_of(name).city for name in known],
        "topics": [(one.id, one.name) for one in whole.topics], "topic": topic,
        "groups": [(only, [_counted(one) for one in shown.topics if one.only == only]) for only in _GROUPS],
        "same": same, "alike": alike, "unfolded": request.GET.get("open") == "1" or len(shown.topics) == 1,
        "both": sum(one.only is None for one in whole.topics),
        "alone": {side: sum(one.only == side for one in whole.topics) for side in ("left", "right")},
    }  # fmt: skip
    return render(request, "web/compare.html", context)


def _pairs(found: Comparison) -> int:
    return sum(len(one.pairs) for one in found.topics)


def _counted(one: Topic) -> tuple[Topic, int, int]:
    """A topic with how many clauses either city has on it."""
    return one, sum(pair.left is not None for pair in one.pairs), sum(pair.right is not None for pair in one.pairs)


def _only(whole: Comparison, topic: str) -> Comparison:
    """One topic; all of them where none is asked for or the one asked for is unknown."""
    try:
        return whole.only_topic(topic) if topic else whole
    except InnoCityError:
        return whole
