"""Whose facts are published is found without a look at all others."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0005_api_tokens")]
    operations = [
        migrations.AddIndex(
            "fact",
            models.Index(
                fields=["party"], name="published_facts",
                condition=Q(published_on__isnull=False, current=True, withdrawn=False),
            ),
        )
    ]  # fmt: skip
