"""Tokens by which the systems of a unit ask the interface for programs."""

from __future__ import annotations

from django.db import models


class ApiToken(models.Model):
    """A token of a unit. Only its hash is kept: the token itself is 256 random bits, told once when it is issued.

    What the token may do ends on `expires_on`, at the latest on the day on which it is revoked.
    """

    id = models.BigAutoField(primary_key=True)
    unit = models.ForeignKey("records.Party", models.PROTECT, related_name="tokens")
    name = models.CharField("用途", max_length=100)
    start = models.CharField("开头", max_length=16)  # by which its holder tells it from others
    digest = models.CharField("摘要", max_length=64, unique=True)
    writes = models.BooleanField("可以登记", default=False)
    issued_on = models.DateField("签发日期")
    expires_on = models.DateField("有效期止")
    revoked_on = models.DateField("撤销日期", null=True)
    used_on = models.DateField("最近使用", null=True)
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "接口令牌"
