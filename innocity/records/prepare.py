"""Make the database ready for commands: a new one gets its tables, an older one is asked to be migrated."""

from __future__ import annotations

from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError

from innocity.core.errors import InnoCityError, register_codes
from innocity.records import queries
from innocity.records.viewer import Viewer

register_codes({
    "E-RECORDS-SCHEMA": ("库的结构不是这一版程序的", "the database's tables are of another version of the program"),
    "E-RECORDS-CONNECT": ("连不上数据库", "the database cannot be reached"),
    "E-RECORDS-NONE": ("这里没有库", "there is no instance here"),
})  # fmt: skip


def prepare(*, migrate: bool = False, existing: bool = False) -> bool:
    """Create or, with `migrate`, update the tables; whether anything was done. With `existing` a database that holds
    no city is refused, and nothing is made.

    Errors: E-RECORDS-CONNECT, E-RECORDS-NONE, E-RECORDS-SCHEMA where an existing database is behind.
    """
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if existing and not path.is_file():  # to look into it would make it
            raise _none("没有这个文件")
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        text = f"连不上数据库：{str(error).splitlines()[0]}"
        raise InnoCityError("E-RECORDS-CONNECT", text, None, "核对 INNOCITY_DATABASE_URL，确认数据库已启动") from None
    if existing and not executor.loader.applied_migrations:
        raise _none("库是空的")
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        if existing and queries.instance(Viewer()) is None:
            raise _none("库里还没有城市")
        return False
    if executor.loader.applied_migrations and not migrate:
        text = f"库还缺 {len(plan)} 步结构更新"
        raise InnoCityError("E-RECORDS-SCHEMA", text, None, "先备份，再运行 innocity records migrate")
    call_command("migrate", verbosity=0, interactive=False)
    return True


def _none(text: str) -> InnoCityError:
    """What to say where a command needs an instance and there is none; where it looked stands in it, no password."""
    settings = connection.settings_dict
    where = settings["NAME"] if connection.vendor == "sqlite" else f"{settings['HOST']}/{settings['NAME']}"
    remedy = "核对 INNOCITY_DATABASE_URL 和 INNOCITY_VAR；还没有建过的，先运行 innocity records adopt 城市"
    return InnoCityError("E-RECORDS-NONE", f"这里没有库（{where}）：{text}", None, remedy)
