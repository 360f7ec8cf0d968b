"""Moderate feedback: an officer lets it be seen, or keeps it back with a reason; may answer it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from innocity.core.errors import InnoCityError
from innocity.records import store
from innocity.records.models_feedback import Feedback
from innocity.records.viewer import Viewer

LONGEST = 500


def moderate_feedback(
    viewer: Viewer, number: int, *, show: bool, answer: str = "", today: date | None = None
) -> None:  # fmt: skip
    """Show feedback, with or without an `answer`, or hide it with a reason; also what was decided before.

    City officers alone. Errors: E-RECORDS-DENIED, E-FEEDBACK-*.
    """
    if viewer.role != "operator" and not (viewer.role == "officer" and viewer.county is None):
        raise InnoCityError("E-RECORDS-DENIED", "留言由市级责任单位审核", None, "交由责任单位处理")
    answer = answer.strip().replace("\x00", "")
    if not show and not answer:
        raise InnoCityError("E-FEEDBACK-REASON", "不公开要写理由", None, "写明是广告、泄露隐私还是别的原因")
    if len(answer) > LONGEST:
        raise InnoCityError("E-FEEDBACK-LONG", f"写了 {len(answer)} 个字，最多 {LONGEST} 个", None, "写得短一些")
    with transaction.atomic():
        store.next_entry()
        found = Feedback.objects.filter(id=number).first()
        if found is None:
            raise InnoCityError("E-FEEDBACK-UNKNOWN", f"没有留言 {number}", None, "核对编号")
        state = "shown" if show else "hidden"
        Feedback.objects.filter(id=number).update(
            state=state, answer=answer, decided_by=viewer.name, decided_on=today or store.today()
        )
        store.audit(viewer, "moderate_feedback", f"feedback/{number}", {"state": state})
