"""The Django app `records`."""

from __future__ import annotations

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Parties, facts, documents, runs, accounts, audit."""

    name = "innocity.records"
    label = "records"
    verbose_name = "登记"
    default_auto_field = "django.db.models.BigAutoField"
