"""`innocity account`: on a database of its own, as the operator types it; what `serve` refuses.

One command is a process of its own, with its instance in the environment; the others are typed in this one.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from innocity.web.passwords import kinds_of
from tests.cli.conftest import data
from tests.cli.instance import working_in
from tests.records import databases
from tests.web.conftest import Instance

PROGRAM = [sys.executable, "-c", "from innocity.cli.main import app; app()"]


@pytest.fixture(scope="module")
def var(filled: Instance, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance for the commands of this module."""
    return filled.copied(tmp_path_factory.mktemp("commands") / "var")


def typed(one: Instance, *words: str, code: int = 0) -> Any:
    """A command's JSON, or its error, on an instance."""
    with working_in(one.var.parent, one.database):
        return data(*words, code=code)


def run(one: Instance, *words: str, code: int = 0) -> Any:
    """The same in a process of its own."""
    plain = {key: value for key, value in os.environ.items() if not key.startswith("INNOCITY_")}
    done = subprocess.run(
        [*PROGRAM, *words, "--json"], capture_output=True, text=True, cwd=one.var.parent, check=False,
        env={**plain, **one.environment},
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def found(one: Instance, sql: str) -> list[tuple[Any, ...]]:
    """What its database says."""
    with databases.used(one.database), connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def test_an_account_from_opening_to_revoking(var: Instance) -> None:
    opened = typed(var, "account", "open", "weihai", "liming", "--role", "officer", "--unit", "wh_finance")
    assert len(opened["password"]) == 14 and kinds_of(opened["password"]) == 3
    again = typed(var, "account", "password", "weihai", "liming")
    assert again["password"] != opened["password"]
    rows = {row["name"]: row for row in typed(var, "account", "list", "weihai")["accounts"]}
    assert rows["liming"]["whom"] == ["市财政局"] and rows["liming"]["signed_in_on"] is None
    typed(var, "account", "revoke", "weihai", "liming")
    rows = {row["name"]: row for row in run(var, "account", "list", "weihai")["accounts"]}
    assert rows["liming"]["revoked_on"]
    assert typed(var, "account", "revoke", "weihai", "liming", code=1)["error"]["code"] == "E-ACCOUNT-UNKNOWN"


def test_a_firm_is_found_by_its_credit_code(var: Instance) -> None:
    sql = "SELECT id, code FROM records_party WHERE kind = 'organization' AND code IS NOT NULL ORDER BY id LIMIT 1"
    ((party, code),) = found(var, sql)
    words = ("account", "open", "weihai", "boss", "--role", "firm", "--party", code, "--sso")
    opened = typed(var, *words)
    assert opened["party"] == party and opened["password"] is None


def test_an_account_moves_to_single_sign_on_and_back(var: Instance) -> None:
    opened = typed(var, "account", "open", "weihai", "wangwu", "--role", "officer", "--unit", "wh_finance")
    assert opened["password"]
    typed(var, "account", "sso", "weihai", "wangwu")
    ((password,),) = found(var, "SELECT password FROM auth_user WHERE username = 'wangwu'")
    assert password.startswith("!")
    assert typed(var, "account", "sso", "weihai", "wangwu", "--subject", "8f14e45f")["subject"] == "8f14e45f"
    sql = "SELECT provider, uid FROM socialaccount_socialaccount"
    assert found(var, sql) == [("office", "8f14e45f")]
    both = typed(var, "account", "sso", "weihai", "wangwu", "--off", "--subject", "x", code=2)
    assert both["error"]["code"] == "E-USAGE" and len(found(var, sql)) == 1
    typed(var, "account", "sso", "weihai", "wangwu", "--off")
    assert found(var, sql) == []


@pytest.mark.parametrize(("words", "code"), [
    (("sso", "weihai", "nobody"), "E-ACCOUNT-UNKNOWN"),
    (("sso", "weihai", "nobody", "--subject", "x"), "E-ACCOUNT-UNKNOWN"),
    (("sso", "weihai", "leader", "--subject", "x" * 200), "E-ACCOUNT-IDENTITY"),
    (("sso", "weihai", "leader", "--off"), "E-ACCOUNT-IDENTITY"),
    (("open", "weihai", "x", "--role", "king"), "E-ACCOUNT-ROLE"),
    (("open", "weihai", "x", "--role", "officer"), "E-ACCOUNT-ROLE"),
    (("open", "weihai", "x", "--role", "firm", "--party", "none"), "E-ACCOUNT-ROLE"),
    (("open", "weihai", "leader", "--role", "leader"), "E-ACCOUNT-NAME"),
    (("list", "liaocheng"), "E-RECORDS-CITY"),
    (("password", "weihai", "nobody"), "E-ACCOUNT-UNKNOWN"),
])  # fmt: skip
def test_what_cannot_be_done_is_told(var: Instance, words: tuple[str, ...], code: str) -> None:
    assert typed(var, "account", *words, code=1)["error"]["code"] == code


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serve_refuses_a_database_of_another_version(filled: Instance, tmp_path: Path) -> None:
    one = filled.copied(tmp_path / "var")
    newest = "SELECT max(name) FROM django_migrations WHERE app = 'records'"
    with databases.used(one.database), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM django_migrations WHERE app = 'records' AND name = ({newest})")
    plain = {key: value for key, value in os.environ.items() if not key.startswith("INNOCITY_")}
    done = subprocess.run(
        [*PROGRAM, "serve", "--var", str(one.var), "--port", str(free_port())], capture_output=True, text=True,
        cwd=tmp_path, check=False, env={**plain, **databases.environment(one.database)}, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1 and "E-RECORDS-SCHEMA" in done.stderr and "innocity records migrate" in done.stderr
