"""Every test that asks for `store` runs twice: on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from innocity.actions.adopt_pack import adopt_pack
from innocity.packs.load import load_pack
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer
from tests.records import databases

OPERATOR = Viewer.operator("tests")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A migrated SQLite file."""
    path = tmp_path_factory.mktemp("records") / "template.sqlite3"
    return databases.migrated(databases.sqlite(path))


@pytest.fixture(scope="session")
def postgresql_template(postgres: str) -> dict[str, Any]:
    """A migrated database of the tests' own server."""
    settings = databases.postgresql(postgres, "records_template")
    databases.execute(settings, "CREATE DATABASE records_template")
    return databases.migrated(settings)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, settings_here: None) -> Iterator[str]:
    """An empty, migrated database; gives the name of its kind."""
    if request.config.pluginmanager.hasplugin("django"):  # pytest-django keeps databases shut unless asked
        request.getfixturevalue("django_db_blocker").unblock()
    template = request.getfixturevalue(f"{request.param}_template")
    settings = databases.copied(template, tmp_path)
    with databases.used(settings):
        yield request.param
        connection.close()
    databases.dropped(settings)


@pytest.fixture
def settings_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the instance keeps beside its database lies in the test's folder."""
    from django.conf import settings

    monkeypatch.setattr(settings, "INNOCITY_VAR", tmp_path / "var", raising=False)
    monkeypatch.setattr(settings, "SECRET_KEY", "tests")


@pytest.fixture(scope="session")
def weihai() -> Pack:
    """The pack of the first city."""
    return load_pack("weihai")


@pytest.fixture
def city(store: str, weihai: Pack) -> Pack:
    """The database has adopted the pack."""
    adopt_pack(weihai, OPERATOR)
    return weihai
