"""Facts that were public before they were corrected are found without a look at all others."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0010_facts_of_an_entry")]
    operations = [
        migrations.AddIndex(
            "fact",
            models.Index(
                fields=["register", "fact_id"], name="published_before",
                condition=Q(published_on__isnull=False, current=False),
            ),
        )
    ]  # fmt: skip
