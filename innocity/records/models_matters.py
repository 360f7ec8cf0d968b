"""Papers that were handed in for the steps of a matter."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class MatterFile(models.Model):
    """One file for one step. The bytes lie beside the database, named by their hash; nothing here is ever public.

    Before the step is sent (`waiting`) a file may be replaced or taken out; its row stays and says so. With the step
    all that wait for it are sent: from then on they stand. `owner` is the party or unit that takes the step, `party`
    whose papers they are, `material` the name under which the step asks for it (empty: any other), `row` the step in
    the register `procedure_step`.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "待提交"
        SENT = "sent", "已提交"
        REPLACED = "replaced", "已换掉"
        WITHDRAWN = "withdrawn", "已撤下"

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField("谁交的", max_length=64)
    party = models.CharField("申请人", max_length=64, blank=True)
    procedure = models.CharField("办事流程", max_length=64)
    step = models.CharField("步骤", max_length=64)
    case = models.CharField("办件编号", max_length=128, blank=True)
    clause = models.CharField("申报的条款", max_length=128, blank=True)
    row = models.CharField("步骤编号", max_length=64, blank=True)
    material = models.CharField("材料", max_length=200, blank=True)
    file_name = models.CharField("文件名", max_length=255)
    media_type = models.CharField("格式", max_length=100)
    size = models.PositiveBigIntegerField("字节")
    sha256 = models.CharField("摘要", max_length=64)
    internal = models.BooleanField("标有内部", default=False)
    marking_checked_by = models.CharField("密级核对人", max_length=100, blank=True)
    kept_by = models.CharField("经办账号", max_length=150)
    kept_at = models.DateTimeField("上传时间")
    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.WAITING)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    ended_by = models.CharField("换掉或撤下的账号", max_length=150, blank=True)
    ended_at = models.DateTimeField("换掉或撤下的时间", null=True)
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "办事材料"
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="sent") & ~Q(row="") & ~Q(case="")) | (~Q(state="sent") & Q(row="")),
                name="sent_papers_belong_to_a_step",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="papers_of_a_matter"),
            models.Index(fields=["owner", "procedure", "step"], name="papers_of_a_step"),
        ]
