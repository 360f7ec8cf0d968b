"""Feedback about clauses: everybody sees what was approved; officers of the city what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Avg, Count, QuerySet

from innocity.records.models_feedback import Feedback
from innocity.records.queries import _page
from innocity.records.viewer import Viewer
from innocity.records.views import Page


@dataclass(frozen=True, slots=True)
class FeedbackView:
    """Feedback as it is shown. `answer` is the officer's reply, or to officers why it is kept back."""

    id: int
    clause: str
    rating: int
    words: str
    kind: str
    said_on: date
    state: str
    state_name: str
    answer: str


@dataclass(frozen=True, slots=True)
class Rated:
    """What approved feedback says of a clause: how many, and their average to one decimal (None: none)."""

    count: int
    average: float | None


def rated(clause: str) -> Rated:
    """Count and average of a clause's approved feedback; public."""
    found = Feedback.objects.filter(clause=clause, state="shown").aggregate(count=Count("id"), average=Avg("rating"))
    return Rated(found["count"], None if found["average"] is None else round(float(found["average"]), 1))


def shown(clause: str, number: int = 1, size: int = 10) -> Page:
    """A clause's approved feedback with words, the latest first; public."""
    found = Feedback.objects.filter(clause=clause, state="shown").exclude(words="")
    return _page(found.order_by("-id"), number, size, _view)


def to_moderate(viewer: Viewer, state: str = "waiting", number: int = 1, size: int = 20) -> Page:
    """Feedback in a state, the oldest waiting first; for officers of the city, auditors and operators."""
    found = _moderated(viewer).filter(state=state)
    return _page(found.order_by("id" if state == "waiting" else "-id"), number, size, _view)


def waiting(viewer: Viewer) -> int:
    """How much feedback waits to be looked at by this asker."""
    return _moderated(viewer).filter(state="waiting").count()


def _moderated(viewer: Viewer) -> QuerySet[Feedback]:
    sees = viewer.role in ("auditor", "operator") or (viewer.role == "officer" and viewer.county is None)
    return Feedback.objects.all() if sees else Feedback.objects.none()


def _view(one: Feedback) -> FeedbackView:
    return FeedbackView(
        one.id, one.clause, one.rating, one.words, one.kind, one.said_on, one.state, one.get_state_display(), one.answer
    )
