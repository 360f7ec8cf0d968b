"""What people say of clauses. Nothing shows before an officer has looked at it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Feedback(models.Model):
    """A rating of a clause from 1 to 5, with words. `source` is a keyed hash of the day and of where it came from:
    it limits how much one place may send, and leads back to nobody."""

    class State(models.TextChoices):
        WAITING = "waiting", "待审核"
        SHOWN = "shown", "已公开"
        HIDDEN = "hidden", "未公开"

    id = models.BigAutoField(primary_key=True)
    clause = models.CharField("条款", max_length=128)
    rating = models.PositiveSmallIntegerField("评分")
    words = models.TextField("留言", blank=True)
    kind = models.CharField("身份", max_length=16)  # the role of whoever wrote; never their name
    source = models.CharField("来源", max_length=64)
    said_on = models.DateField("日期")
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField("审核人", max_length=150, blank=True)
    decided_on = models.DateField("审核日期", null=True)
    answer = models.TextField("回复或不公开的理由", blank=True)
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "评价与留言"
        constraints = [
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="ratings_from_1_to_5"),
        ]
        indexes = [
            models.Index(fields=["clause", "state"], name="feedback_of_a_clause"),
            models.Index(fields=["source", "said_on"], name="feedback_of_a_source"),
            models.Index(fields=["state", "id"], name="feedback_to_moderate"),
        ]
