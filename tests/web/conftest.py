"""A simulated city of its own, settled once, and clients of the site that shows it.

- `site`: nobody has signed in; the pages read the pack and the run, no database.
- `persona("firm")`: whoever `tests/web/personas.py` names has signed in, on a database of their own test:
  what one test writes no other sees. `records` alone gives that database without a client.
- `persona_postgresql`: the same on PostgreSQL.
- `served`: the folder of an instance with that database, for the tests that start `innocity serve`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import innocity.records  # noqa: F401  makes Django ready
from innocity.engines.rules.run import settle
from innocity.engines.simulation import simulate
from innocity.packs.load import load_pack
from tests.records import databases
from tests.web import personas

if TYPE_CHECKING:
    from django.test import Client

YEAR, AS_OF = 2023, date(2023, 12, 31)
DATABASE = "innocity.sqlite3"
Persona = Callable[[str], "Client"]


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like `var`: facts of a small simulated Weihai, and a run over them."""
    var = tmp_path_factory.mktemp("instance")
    pack = load_pack("weihai")
    simulate(pack, 0.02, 7, out=var / "weihai" / "facts")
    settle(pack, var / "weihai" / "facts", var / "weihai" / "runs" / "first", YEAR)
    return var


@pytest.fixture(scope="module")
def site(instance: Path) -> Iterator[Client]:
    """A client of the site of that instance. A page that fails raises its error."""
    from django.conf import settings
    from django.test import Client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "INNOCITY_VAR", instance, raising=False)
        yield Client(SERVER_NAME="localhost")


@pytest.fixture(scope="session", autouse=True)
def contexts() -> Iterator[None]:
    """Answers know the context that their page was rendered with."""
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment()
    yield
    teardown_test_environment()


@pytest.fixture(autouse=True)
def own_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test has read is made anew for the next, so that its answers know their context."""
    from innocity.core.kept import Kept

    monkeypatch.setattr("innocity.web.unchanged._PAGES", Kept(256))


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is made anew, for a test that looks into the context of a page it has read before."""
    from innocity.core.kept import Kept

    monkeypatch.setattr("innocity.web.unchanged._PAGES", Kept(0))


# --- signed in -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def filled(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same folder with a database that holds it all: the template of every test's own."""
    var = tmp_path_factory.mktemp("filled")
    (var / "weihai").symlink_to(instance / "weihai")
    settings = databases.migrated(databases.sqlite(var / DATABASE))
    personas.fill(settings, var, instance / "weihai" / "runs" / "first")
    return var


@pytest.fixture(scope="session")
def filled_postgresql(postgres: str, instance: Path) -> dict[str, Any]:
    """A database like that of `filled` on the tests' own server."""
    settings = databases.postgresql(postgres, "site_template")
    databases.execute(settings, "CREATE DATABASE site_template")
    databases.migrated(settings)
    personas.fill(settings, instance, instance / "weihai" / "runs" / "first")
    return settings


def instance_like(filled: Path, folder: Path) -> Path:
    """A folder of an instance of its own: the database copied, what is only read linked."""
    folder.mkdir(parents=True)
    shutil.copyfile(filled / DATABASE, folder / DATABASE)
    (folder / "weihai").mkdir()
    for one in (filled / "weihai").resolve().iterdir():
        (folder / "weihai" / one.name).symlink_to(one)
    return folder


@contextmanager
def served_by(database: dict[str, Any], var: Path) -> Iterator[None]:
    """The site of this process shows the instance in `var`, on that database."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test.utils import override_settings

    from innocity.core.kept import Kept

    cache.clear()  # what one test tried does not count in the next
    quick = override_settings(PASSWORD_HASHERS=[personas.HASHER])  # few rounds: tests sign in many times
    with pytest.MonkeyPatch.context() as patch, databases.used(database), quick:
        # What is kept by the version of the facts is of one database: each test has another.
        patch.setattr("innocity.web.entitled._KEPT", Kept(256))
        patch.setattr("innocity.actions.view_entitlements._rounds", {})
        patch.setattr("innocity.actions.view_roster._TABLES", {})
        if not database["ENGINE"].endswith("sqlite3"):  # without it ledgers would be files beside the database
            patch.setenv("INNOCITY_DATABASE_URL", f"postgresql:///{database['NAME']}")
        patch.setattr(settings, "INNOCITY_VAR", var, raising=False)
        patch.setattr(settings, "SECRET_KEY", "tests")
        patch.setattr(settings, "INNOCITY_MFA_ROLES", frozenset())
        yield


@pytest.fixture
def records(filled: Path, tmp_path: Path) -> Iterator[Path]:
    """A database of the test's own (SQLite) with the small city and its accounts; gives the instance's folder."""
    var = instance_like(filled, tmp_path / "var")
    with served_by(databases.sqlite(var / DATABASE), var):
        yield var


@pytest.fixture
def persona(records: Path) -> Persona:
    """`persona("firm")`: a client of the site with whom that one has signed in (names: `personas.PERSONAS`)."""
    return signed_in


@pytest.fixture
def persona_postgresql(filled: Path, filled_postgresql: dict[str, Any], tmp_path: Path) -> Iterator[Persona]:
    """The same on PostgreSQL."""
    var = instance_like(filled, tmp_path / "var")
    (var / DATABASE).unlink()
    copy = databases.copied(filled_postgresql, tmp_path)
    with served_by(copy, var):
        yield signed_in
    databases.dropped(copy)


def signed_in(name: str) -> Client:
    """A client of the site with the session of an account; the sign-in page has tests of its own."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    backend = "innocity.records.accounts.AccountBackend"
    client.force_login(get_user_model().objects.get(username=name), backend=backend)
    return client


@pytest.fixture(scope="session")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an instance with a database, for a server of its own: what is written there stays there."""
    return instance_like(filled, tmp_path_factory.mktemp("served") / "var")
