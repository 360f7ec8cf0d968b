"""Commands that look into an instance where there is none: refused with a code, and nothing is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import data, typed
from tests.cli.instance import DATABASE, working_in
from tests.records import databases

LOOKING = [
    ("verify",), ("backup", "weihai"), ("snapshot", "weihai"), ("records", "status"), ("records", "load", "weihai"),
    ("records", "run", "weihai", "run"), ("records", "export", "weihai", "organization", "--out", "o.csv"),
    ("records", "template", "weihai", "organization", "--out", "t.csv"), ("account", "list", "weihai"),
    ("records", "import", "weihai"), ("attach", "weihai", "opinion-2023", __file__),
    ("records", "publish", "weihai", "qualification", "--ids", "a"),
    ("records", "unpublish", "weihai", "qualification", "--ids", "a"),
]  # fmt: skip


@pytest.mark.parametrize("words", LOOKING, ids=lambda words: " ".join(words[:2]))
def test_where_there_is_no_database_a_command_says_so_and_makes_none(words: tuple[str, ...], tmp_path: Path) -> None:
    mistyped = databases.sqlite(tmp_path / "mistyped" / DATABASE)
    with working_in(tmp_path, mistyped):
        before = sorted(tmp_path.rglob("*"))
        error = data(*words, code=1)["error"]
        assert error["code"] == "E-RECORDS-NONE" and "mistyped" in error["message"]
        assert "INNOCITY_DATABASE_URL" in error["remedy"]
        assert sorted(tmp_path.rglob("*")) == before


def test_a_database_that_no_city_has_adopted_is_none(tmp_path: Path) -> None:
    with working_in(tmp_path):
        typed("records", "migrate")
        assert data("verify", code=1)["error"]["code"] == "E-RECORDS-NONE"
        typed("records", "adopt", "weihai")
        assert data("verify")["findings"] == []


def test_an_empty_file_is_none_and_stays_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite3").touch()
    with working_in(tmp_path, databases.sqlite(tmp_path / "empty.sqlite3")):
        assert data("verify", code=1)["error"]["code"] == "E-RECORDS-NONE"
