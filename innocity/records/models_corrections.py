"""What firms say is wrong in their own facts, until an officer has decided."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Correction(models.Model):
    """A request to correct, or to strike, one fact of a party, or to `add` one that is missing.

    `changes` are texts by column id, as they were asked for; `revision` is the one that the asker saw. An addition
    has no `fact_id` before it is granted. What is asked never changes; a decision is written once.
    """

    class State(models.TextChoices):
        OPEN = "open", "待核对"
        APPROVED = "approved", "已更正"
        REFUSED = "refused", "未采纳"
        WITHDRAWN = "withdrawn", "已撤回"

    id = models.BigAutoField(primary_key=True)
    party = models.ForeignKey("records.Party", models.PROTECT, related_name="corrections")
    register = models.CharField("登记簿", max_length=64)
    fact_id = models.CharField("事实编号", max_length=64)
    revision = models.PositiveIntegerField("针对版次")
    strike = models.BooleanField("请求撤销", default=False)
    add = models.BooleanField("请求补登", default=False)
    changes = models.JSONField("更正内容")
    reason = models.TextField("理由")
    evidence = models.ManyToManyField("records.Document", related_name="corrections")
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.OPEN)
    filed_by = models.CharField("申请人", max_length=150)
    filed_on = models.DateField("申请日期")
    decided_by = models.CharField("核对人", max_length=150, blank=True)
    decided_on = models.DateField("核对日期", null=True)
    answer = models.TextField("答复", blank=True)
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "更正申请"
        constraints = [
            models.UniqueConstraint(
                fields=["register", "fact_id"], condition=Q(state="open", add=False), name="one_open_correction_a_fact"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_on__isnull=True) | (~Q(state="open") & Q(decided_on__isnull=False)),
                name="decided_corrections_have_a_day",
            ),
        ]
        indexes = [models.Index(fields=["state", "register"], name="corrections_to_decide")]
