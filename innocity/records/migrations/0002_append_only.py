"""The database itself refuses to change or delete what the audit log holds, and to rewrite a recorded fact."""

from __future__ import annotations

from django.db import migrations

_SQLITE = (
    """CREATE TRIGGER records_audit_no_update BEFORE UPDATE ON records_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER records_audit_no_delete BEFORE DELETE ON records_auditentry
       BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER records_fact_no_rewrite
       BEFORE UPDATE OF register, fact_id, party_id, valid_from, valid_to, recorded_at, source, data, revision,
       withdrawn, supersedes_id, reason, entry ON records_fact
       BEGIN SELECT RAISE(ABORT, 'a recorded fact is corrected by a new row'); END""",
)
_SQLITE_BACK = (
    "DROP TRIGGER records_audit_no_update", "DROP TRIGGER records_audit_no_delete",
    "DROP TRIGGER records_fact_no_rewrite",
)  # fmt: skip
_POSTGRES = (
    """CREATE FUNCTION records_refuse() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE EXCEPTION 'what is recorded is only added to' USING ERRCODE = 'integrity_constraint_violation';
       END $$""",
    """CREATE TRIGGER records_audit_no_change BEFORE UPDATE OR DELETE ON records_auditentry
       FOR EACH ROW EXECUTE FUNCTION records_refuse()""",
    """CREATE TRIGGER records_fact_no_rewrite
       BEFORE UPDATE OF register, fact_id, party_id, valid_from, valid_to, recorded_at, source, data, revision,
       withdrawn, supersedes_id, reason, entry ON records_fact
       FOR EACH ROW EXECUTE FUNCTION records_refuse()""",
)
_POSTGRES_BACK = (
    "DROP TRIGGER records_audit_no_change ON records_auditentry",
    "DROP TRIGGER records_fact_no_rewrite ON records_fact", "DROP FUNCTION records_refuse()",
)  # fmt: skip


def _run(schema_editor: object, sqlite: tuple[str, ...], postgres: tuple[str, ...]) -> None:
    vendor = schema_editor.connection.vendor  # type: ignore[attr-defined]
    for statement in {"sqlite": sqlite, "postgresql": postgres}[vendor]:
        schema_editor.execute(statement)  # type: ignore[attr-defined]


def forward(apps: object, schema_editor: object) -> None:
    """Make the triggers."""
    _run(schema_editor, _SQLITE, _POSTGRES)


def back(apps: object, schema_editor: object) -> None:
    """Take them away."""
    _run(schema_editor, _SQLITE_BACK, _POSTGRES_BACK)


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]
    operations = [migrations.RunPython(forward, back)]
