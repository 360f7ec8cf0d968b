"""A simulated city of its own, settled once, and clients of the site that shows it.

- `site`: nobody has signed in; the pages read the pack and the run, no database.
- `persona("firm")`: whoever `tests/web/personas.py` names has signed in, on a database of their own test:
  what one test writes no other sees. `records` alone gives that database without a client.
- `persona_postgresql`: the same on PostgreSQL. INNOCITY_TEST_DATABASE=postgresql puts all of them there.
- `served`: an instance with that database, for the tests that start `innocity serve`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Instance:
    """A folder like `var` and the database that goes with it."""

    var: Path
    database: dict[str, Any]

    @property
    def environment(self) -> dict[str, str]:
        """What a process of its own is told of it."""
        return {"INNOCITY_VAR": str(self.var), **databases.environment(self.database)}

    @contextmanager
    def named(self) -> Iterator[None]:
        """This process's environment names the database, if it is none beside the facts: ledgers would be files."""
        with pytest.MonkeyPatch.context() as patch:
            if not self.database["ENGINE"].endswith("sqlite3"):
                patch.setenv("INNOCITY_DATABASE_URL", self.environment["INNOCITY_DATABASE_URL"])
            yield

    def copied(self, folder: Path) -> Instance:
        """One of its own in a new folder: the database copied, what is only read linked."""
        (folder / "weihai").mkdir(parents=True)
        for one in (self.var / "weihai").resolve().iterdir():
            (folder / "weihai" / one.name).symlink_to(one)
        if not self.database["ENGINE"].endswith("sqlite3"):
            return Instance(folder, databases.copied(self.database, folder))
        shutil.copyfile(self.var / DATABASE, folder / DATABASE)
        return Instance(folder, databases.sqlite(folder / DATABASE))


def _filled(settings: dict[str, Any], instance: Path, var: Path) -> Instance:
    """The folder of facts and run with a database that holds it all: the template of every test's own."""
    (var / "weihai").symlink_to(instance / "weihai")
    found = Instance(var, databases.migrated(settings))
    with found.named():
        personas.fill(settings, var, instance / "weihai" / "runs" / "first")
    return found


@pytest.fixture(scope="session")
def filled_sqlite(instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """That template on SQLite."""
    var = tmp_path_factory.mktemp("filled")
    return _filled(databases.sqlite(var / DATABASE), instance, var)


@pytest.fixture(scope="session")
def filled_postgresql(postgres: str, instance: Path, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """The same on the tests' own server."""
    settings = databases.postgresql(postgres, "site_template")
    databases.execute(settings, "CREATE DATABASE site_template")
    return _filled(settings, instance, tmp_path_factory.mktemp("filled"))


@pytest.fixture(scope="session")
def filled(request: pytest.FixtureRequest) -> Instance:
    """The template on the database that the tests run on."""
    found: Instance = request.getfixturevalue(f"filled_{databases.CHOSEN}")
    return found


@contextmanager
def served_by(one: Instance) -> Iterator[None]:
    """The site of this process shows that instance."""
    from django.conf import settings
    from django.core.cache import cache
    from django.test.utils import override_settings

    from innocity.core.kept import Kept

    cache.clear()  # what one test tried does not count in the next
    quick = override_settings(PASSWORD_HASHERS=[personas.HASHER])  # few rounds: tests sign in many times
    with pytest.MonkeyPatch.context() as patch, databases.used(one.database), one.named(), quick:
        # What is kept by the version of the facts is of one database: each test has another.
        patch.setattr("innocity.web.entitled._KEPT", Kept(256))
        patch.setattr("innocity.actions.view_entitlements._rounds", {})
        patch.setattr("innocity.actions.view_roster._TABLES", {})
        patch.setattr(settings, "INNOCITY_VAR", one.var, raising=False)
        patch.setattr(settings, "SECRET_KEY", "tests")
        patch.setattr(settings, "INNOCITY_MFA_ROLES", frozenset())
        yield


@pytest.fixture
def records(filled: Instance, tmp_path: Path) -> Iterator[Path]:
    """A database of the test's own with the small city and its accounts; gives the instance's folder."""
    with own_copy(filled, tmp_path / "var") as one:
        yield one.var


@pytest.fixture
def persona(records: Path) -> Persona:
    """`persona("firm")`: a client of the site with whom that one has signed in (names: `personas.PERSONAS`)."""
    return signed_in


@pytest.fixture
def persona_postgresql(filled_postgresql: Instance, tmp_path: Path) -> Iterator[Persona]:
    """The same on PostgreSQL."""
    with own_copy(filled_postgresql, tmp_path / "var"):
        yield signed_in


@contextmanager
def own_copy(template: Instance, folder: Path) -> Iterator[Instance]:
    """The site shows a copy of that instance, in that folder; its database is dropped afterwards."""
    one = template.copied(folder)
    with served_by(one):
        yield one
    databases.dropped(one.database)


def signed_in(name: str) -> Client:
    """A client of the site with the session of an account; the sign-in page has tests of its own."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    backend = "innocity.records.accounts.AccountBackend"
    client.force_login(get_user_model().objects.get(username=name), backend=backend)
    return client


@pytest.fixture(scope="session")
def served(filled: Instance, tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """An instance for a server of its own: what is written there stays there."""
    return filled.copied(tmp_path_factory.mktemp("served") / "var")
