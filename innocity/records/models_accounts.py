"""Who may act for a firm: its legal person, and the handlers whom that one authorises."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from innocity.records.models import Account, Party


class Handler(models.Model):
    """That an account acts for a party. What is revoked stays as history; a new authority is a new row."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="handles")
    party = models.ForeignKey(Party, models.PROTECT, related_name="handlers")
    legal_person = models.BooleanField("法定代表人", default=False)
    granted_on = models.DateField("授权日期")
    granted_by = models.CharField("授权人", max_length=150)
    revoked_on = models.DateField("撤销日期", null=True)
    revoked_by = models.CharField("撤销人", max_length=150, blank=True)
    entry = models.BigIntegerField("审计编号")

    class Meta:
        verbose_name = "经办授权"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "party"], condition=Q(revoked_on__isnull=True), name="authorised_once"
            )
        ]
