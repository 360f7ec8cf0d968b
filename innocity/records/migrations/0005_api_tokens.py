"""Tokens of units for the interface for programs."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0004_handlers"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=100, verbose_name="用途")),
                ("start", models.CharField(max_length=16, verbose_name="开头")),
                ("digest", models.CharField(max_length=64, unique=True, verbose_name="摘要")),
                ("writes", models.BooleanField(default=False, verbose_name="可以登记")),
                ("issued_on", models.DateField(verbose_name="签发日期")),
                ("expires_on", models.DateField(verbose_name="有效期止")),
                ("revoked_on", models.DateField(null=True, verbose_name="撤销日期")),
                ("used_on", models.DateField(null=True, verbose_name="最近使用")),
                ("entry", models.BigIntegerField(verbose_name="审计编号")),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to="records.party"
                    ),
                ),
            ],
            options={
                "verbose_name": "接口令牌",
            },
        ),
    ]
