"""The people of the tests: an account for each, in a database of the small simulated city.

Used by the fixtures of `tests/web/conftest.py`. What stands here is opened by the actions that commands use.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
from django.test.utils import override_settings

from innocity.actions.adopt_pack import adopt_pack
from innocity.actions.import_ledgers import import_ledgers
from innocity.actions.open_account import open_account
from innocity.actions.record_facts import record_facts
from innocity.actions.register_run import register_run
from innocity.actions.simulate_reviews import simulate_reviews
from innocity.packs.facts import read_facts
from innocity.packs.load import load_pack
from innocity.records.viewer import Viewer
from tests.records import databases
from tests.records.hasher import HASHER

OPERATOR = Viewer.operator("tests")
PASSWORD = "Tests-of-2023!"
#: Name of each account: its role and the unit or, for a firm, the key of `parties`.
PERSONAS: dict[str, tuple[str, str]] = {
    "firm": ("firm", "firm"),
    "other_firm": ("firm", "other_firm"),
    "science": ("officer", "wh_science"),
    "county": ("officer", "wh_huancui"),
    "group_office": ("officer", "wh_innovation_group"),
    "leader": ("leader", ""),
    "auditor": ("auditor", ""),
}


def parties(run: Path) -> dict[str, str]:
    """The firm that most different things can be said of, and another one that gets money too."""
    sql = (
        f"SELECT party FROM '{run / 'awards.parquet'}' WHERE party LIKE 'F%' AND status IN ('sum', 'near', 'ceiling',"
        " 'in_kind', 'awaiting_decision') GROUP BY party HAVING count(*) FILTER (WHERE status = 'sum') > 0"
        " ORDER BY count(*) FILTER (WHERE status = 'sum') DESC, count(DISTINCT status) DESC, party LIMIT 2"
    )
    first, second = (row[0] for row in duckdb.sql(sql).fetchall())
    return {"firm": str(first), "other_firm": str(second)}


def fill(settings: dict[str, Any], var: Path, run: Path) -> None:
    """Everything that an instance of the small city holds: pack, facts, run, ledgers, accounts."""
    pack = load_pack("weihai")
    read = read_facts(var / "weihai" / "facts", pack)
    with databases.used(settings), override_settings(
        PASSWORD_HASHERS=[HASHER], INNOCITY_VAR=var, SECRET_KEY="tests"
    ):  # fmt: skip
        adopt_pack(pack, OPERATOR)
        record_facts(pack, OPERATOR, read.tables, simulated=True, as_of=read.manifest.as_of)
        import_ledgers(pack, OPERATOR, var)
        simulate_reviews(pack, OPERATOR, var)
        register_run(pack, OPERATOR, run)
        own = parties(run)
        for name, (role, whom) in PERSONAS.items():
            unit = whom if role == "officer" else None
            open_account(OPERATOR, name, PASSWORD, role, unit=unit, party=own.get(whom))
