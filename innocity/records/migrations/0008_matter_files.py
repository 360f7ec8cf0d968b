"""Papers of matters; the database itself refuses to change or delete one that was sent."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

_SQLITE = (
    """CREATE TRIGGER records_paper_no_update BEFORE UPDATE ON records_matterfile WHEN OLD.state = 'sent'
       BEGIN SELECT RAISE(ABORT, 'what was sent with a step stands'); END""",
    """CREATE TRIGGER records_paper_no_delete BEFORE DELETE ON records_matterfile
       BEGIN SELECT RAISE(ABORT, 'papers keep their history'); END""",
)
_POSTGRES = (
    """CREATE TRIGGER records_paper_no_update BEFORE UPDATE ON records_matterfile
       FOR EACH ROW WHEN (OLD.state = 'sent') EXECUTE FUNCTION records_refuse()""",
    """CREATE TRIGGER records_paper_no_delete BEFORE DELETE ON records_matterfile
       FOR EACH ROW EXECUTE FUNCTION records_refuse()""",
)
_NAMES = ("records_paper_no_update", "records_paper_no_delete")


def forward(apps: object, schema_editor: object) -> None:
    """Make the triggers."""
    vendor = schema_editor.connection.vendor  # type: ignore[attr-defined]
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRES}[vendor]:
        schema_editor.execute(statement)  # type: ignore[attr-defined]


def back(apps: object, schema_editor: object) -> None:
    """Take them away."""
    vendor = schema_editor.connection.vendor  # type: ignore[attr-defined]
    where = " ON records_matterfile" if vendor == "postgresql" else ""
    for name in _NAMES:
        schema_editor.execute(f"DROP TRIGGER {name}{where}")  # type: ignore[attr-defined]


class Migration(migrations.Migration):
    dependencies = [
        ("records", "0007_additions"),
    ]

    operations = [
        migrations.CreateModel(
            name="MatterFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("owner", models.CharField(max_length=64, verbose_name="谁交的")),
                ("party", models.CharField(blank=True, max_length=64, verbose_name="申请人")),
                ("procedure", models.CharField(max_length=64, verbose_name="办事流程")),
                ("step", models.CharField(max_length=64, verbose_name="步骤")),
                ("case", models.CharField(blank=True, max_length=128, verbose_name="办件编号")),
                ("clause", models.CharField(blank=True, max_length=128, verbose_name="申报的条款")),
                ("row", models.CharField(blank=True, max_length=64, verbose_name="步骤编号")),
                ("material", models.CharField(blank=True, max_length=200, verbose_name="材料")),
                ("file_name", models.CharField(max_length=255, verbose_name="文件名")),
                ("media_type", models.CharField(max_length=100, verbose_name="格式")),
                ("size", models.PositiveBigIntegerField(verbose_name="字节")),
                ("sha256", models.CharField(max_length=64, verbose_name="摘要")),
                ("internal", models.BooleanField(default=False, verbose_name="标有内部")),
                ("marking_checked_by", models.CharField(blank=True, max_length=100, verbose_name="密级核对人")),
                ("kept_by", models.CharField(max_length=150, verbose_name="经办账号")),
                ("kept_at", models.DateTimeField(verbose_name="上传时间")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "待提交"),
                            ("sent", "已提交"),
                            ("replaced", "已换掉"),
                            ("withdrawn", "已撤下"),
                        ],
                        default="waiting",
                        max_length=16,
                        verbose_name="状态",
                    ),
                ),
                ("ended_by", models.CharField(blank=True, max_length=150, verbose_name="换掉或撤下的账号")),
                ("ended_at", models.DateTimeField(null=True, verbose_name="换掉或撤下的时间")),
                ("entry", models.BigIntegerField(verbose_name="审计编号")),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="records.matterfile",
                    ),
                ),
            ],
            options={
                "verbose_name": "办事材料",
                "indexes": [
                    models.Index(fields=["case"], name="papers_of_a_matter"),
                    models.Index(fields=["owner", "procedure", "step"], name="papers_of_a_step"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "sent"),
                                models.Q(("row", ""), _negated=True),
                                models.Q(("case", ""), _negated=True),
                            ),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("row", "")),
                            _connector="OR",
                        ),
                        name="sent_papers_belong_to_a_step",
                    )
                ],
            },
        ),
        migrations.RunPython(forward, back),
    ]
