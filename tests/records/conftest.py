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
from tests.records.hasher import HASHER

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


@pytest.fixture(scope="session")
def sqlite_city(
    sqlite_template: dict[str, Any], weihai: Pack, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """A SQLite file that has adopted the first city."""
    return _adopted(sqlite_template, weihai, tmp_path_factory.mktemp("adopted"))


@pytest.fixture(scope="session")
def postgresql_city(
    postgresql_template: dict[str, Any], weihai: Pack, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """The same on the tests' own server."""
    return _adopted(postgresql_template, weihai, tmp_path_factory.mktemp("adopted"))


def _adopted(template: dict[str, Any], pack: Pack, folder: Path) -> dict[str, Any]:
    from django.test.utils import override_settings

    copy = databases.copied(template, folder)
    with databases.used(copy), override_settings(INNOCITY_VAR=folder / "var", SECRET_KEY="tests"):
        adopt_pack(pack, OPERATOR)
    return copy


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, settings_here: None) -> Iterator[str]:
    """A migrated database, empty but for the pack where a test asks for `city`; gives the name of its kind."""
    if request.config.pluginmanager.hasplugin("django"):  # pytest-django keeps databases shut unless asked
        request.getfixturevalue("django_db_blocker").unblock()
    holds = "city" if "city" in request.fixturenames else "template"
    settings = databases.copied(request.getfixturevalue(f"{request.param}_{holds}"), tmp_path)
    with databases.used(settings):
        yield request.param
        connection.close()
    databases.dropped(settings)


@pytest.fixture
def settings_here(tmp_path: Path) -> Iterator[None]:
    """What the instance keeps beside its database lies in the test's folder; passwords are hashed quickly."""
    from django.test.utils import override_settings

    with override_settings(INNOCITY_VAR=tmp_path / "var", SECRET_KEY="tests", PASSWORD_HASHERS=[HASHER]):
        yield


@pytest.fixture(scope="session")
def weihai() -> Pack:
    """The pack of the first city."""
    return load_pack("weihai")


@pytest.fixture
def city(store: str, weihai: Pack) -> Pack:
    """The database has adopted the pack: `store` sees to it."""
    return weihai
