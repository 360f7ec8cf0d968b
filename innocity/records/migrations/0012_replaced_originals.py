"""An original can be replaced: the one before stays, with the day and the reason."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("records", "0011_published_before")]
    operations = [
        migrations.AddField("document", "replaced_on", models.DateField("替换日期", null=True)),
        migrations.AddField(
            "document", "replaced_because", models.TextField("替换理由", blank=True, default=""), preserve_default=False
        ),
        migrations.RemoveConstraint("document", "one_original_a_document"),
        migrations.AddConstraint(
            "document",
            models.UniqueConstraint(
                fields=["pack_document"],
                condition=~Q(pack_document="") & Q(replaced_on__isnull=True),
                name="one_original_a_document",
            ),
        ),
    ]
