"""Make the database ready for commands: a new one gets its tables, an older one is asked to be migrated."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-RECORDS-SCHEMA": ("库的结构不是这一版程序的", "the database's tables are of another version of the program"),
    "E-RECORDS-CONNECT": ("连不上数据库", "the database cannot be reached"),
})  # fmt: skip


def prepare(*, migrate: bool = False) -> bool:
    """Create or, with `migrate`, update the tables; whether anything was done.

    Errors: E-RECORDS-CONNECT, E-RECORDS-SCHEMA where an existing database is behind.
    """
    if connection.vendor == "sqlite":
        Path(connection.settings_dict["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        text = f"连不上数据库：{str(error).splitlines()[0]}"
        raise InnoCityError("E-RECORDS-CONNECT", text, None, "核对 INNOCITY_DATABASE_URL，确认数据库已启动") from None
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return False
    if executor.loader.applied_migrations and not migrate:
        text = f"库还缺 {len(plan)} 步结构更新"
        raise InnoCityError("E-RECORDS-SCHEMA", text, None, "先备份，再运行 innocity records migrate")
    call_command("migrate", verbosity=0, interactive=False)
    return True
