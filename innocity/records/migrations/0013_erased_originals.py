"""An original that should never have been attached can be erased: the row stays, its bytes and text go."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("records", "0012_replaced_originals")]
    operations = [migrations.AddField("document", "erased_on", models.DateField("删除日期", null=True))]
