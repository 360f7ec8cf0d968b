"""Firms are acted for by handlers, whom their legal person authorises; accounts know the age of their password."""

import django.db.models.deletion
from django.db import migrations, models


def handlers_of_accounts(apps, schema_editor):
    """Whoever had an account of a firm was its only handler: the legal person."""
    account, handler, entry = (apps.get_model("records", name) for name in ("Account", "Handler", "AuditEntry"))
    for one in account.objects.filter(party__isnull=False).order_by("pk"):
        opened = entry.objects.filter(action="open_account", object=f"account/{one.user.username}").last()
        handler.objects.create(
            account=one,
            party_id=one.party_id,
            legal_person=True,
            granted_on=opened.at[:10] if opened else "2026-01-01",
            granted_by=opened.actor if opened else "",
            revoked_on=one.revoked_on,
            entry=opened.seq if opened else 0,
        )


class Migration(migrations.Migration):
    dependencies = [("records", "0003_corrections_feedback")]

    operations = [
        migrations.RemoveConstraint("account", "role_has_its_party"),
        migrations.AddField("account", "demo", models.BooleanField(default=False, verbose_name="演示账号")),
        migrations.AddField(
            "account", "must_change_password", models.BooleanField(default=False, verbose_name="须改密码")
        ),
        migrations.AddField("account", "password_changed_on", models.DateField(null=True, verbose_name="密码更改日期")),
        migrations.AddField(
            "account", "previous_passwords", models.JSONField(default=list, verbose_name="用过的密码（摘要）")
        ),
        migrations.CreateModel(
            name="Handler",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("legal_person", models.BooleanField(default=False, verbose_name="法定代表人")),
                ("granted_on", models.DateField(verbose_name="授权日期")),
                ("granted_by", models.CharField(max_length=150, verbose_name="授权人")),
                ("revoked_on", models.DateField(null=True, verbose_name="撤销日期")),
                ("revoked_by", models.CharField(blank=True, max_length=150, verbose_name="撤销人")),
                ("entry", models.BigIntegerField(verbose_name="审计编号")),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="handles", to="records.account"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="authorities", to="records.party"
                    ),
                ),
            ],
            options={"verbose_name": "经办授权"},
        ),
        migrations.RunPython(handlers_of_accounts, migrations.RunPython.noop),
        migrations.RemoveField("account", "party"),
        migrations.AlterField(
            "handler",
            "party",
            models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="handlers", to="records.party"),
        ),
        migrations.AddConstraint(
            "account",
            models.CheckConstraint(
                condition=models.Q(("role", "firm"), ("unit__isnull", True))
                | models.Q(("role", "officer"), ("unit__isnull", False))
                | models.Q(("role__in", ("leader", "auditor"))),
                name="role_has_its_unit",
            ),
        ),
        migrations.AddConstraint(
            "handler",
            models.UniqueConstraint(
                condition=models.Q(("revoked_on__isnull", True)), fields=("account", "party"), name="authorised_once"
            ),
        ),
    ]
