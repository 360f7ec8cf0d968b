"""Fixtures that several folders of tests share."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.records import databases

# Nothing of the server survives the tests: nothing needs to reach the disk, to be copied elsewhere or tidied up.
SERVER = (
    "fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "jit=off", "checkpoint_timeout=1h", "max_wal_size=2GB", "listen_addresses=", "max_connections=20",
)  # fmt: skip
ACCOUNT = "postgres"


@pytest.fixture(scope="session", autouse=True)
def packs_read_once() -> Iterator[None]:
    """The project's own cities do not change while tests run, and packs are frozen: a process reads each one once."""
    from innocity.core.errors import ErrorList
    from innocity.packs import load

    kept: dict[Path, tuple[load.Pack | None, ErrorList]] = {}
    read, own = load.read_pack, load.cities_root().resolve()

    def once(city: str | Path, *, root: Path | None = None) -> tuple[load.Pack | None, ErrorList]:
        folder = load.find_city(city, root)
        if root is not None or not folder.is_relative_to(own):
            return read(city, root=root)
        if folder not in kept:
            kept[folder] = read(city)
        pack, errors = kept[folder]
        return pack, ErrorList(errors)  # whoever checks more adds to it

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "read_pack", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def chosen_database(request: pytest.FixtureRequest) -> None:
    """Where all tests are to run on PostgreSQL its server is there before the first."""
    if databases.CHOSEN == "postgresql":
        request.getfixturevalue("postgres")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Connection string of a temporary PostgreSQL server of this test session (one a worker of xdist).

    It sorts texts by a Chinese collation, not bytewise: whoever forgets to say `COLLATE "C"` is found out.
    """
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's programs are not installed (apt-get install postgresql)")
    if os.geteuid() == 0 and not _account():
        pytest.skip(f"PostgreSQL does not run as root, and there is no account {ACCOUNT} to run it as")
    folder = Path(tempfile.mkdtemp(prefix="innocity-postgres-"))
    if os.geteuid() == 0:
        shutil.chown(folder, ACCOUNT, ACCOUNT)
    keeper = _keeper(programs, folder)
    try:
        _make_cluster(programs, folder / "data")
        options = " ".join(f"-c {setting}" for setting in (*SERVER, f"unix_socket_directories={folder}"))
        _run(programs / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        databases.server[:] = [f"host={folder} dbname=postgres user={ACCOUNT}"]
        yield databases.server[0]
    finally:
        keeper.communicate()


def _keeper(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    """A process that stops the server and removes its folder as soon as its input ends.

    That is when the tests are over, or killed, so that no server is ever left behind.
    """
    script = 'read -r _; "$1" -D "$2/data" -m immediate stop >/dev/null 2>&1; rm -rf "$2"'
    return subprocess.Popen(
        ["sh", "-c", script, "keeper", str(programs / "pg_ctl"), str(folder)], cwd="/", stdin=subprocess.PIPE,
        start_new_session=True, **_as_account(),  # type: ignore[call-overload]
    )  # fmt: skip


def _programs() -> Path | None:
    """The folder of the server's programs: the one that INNOCITY_TEST_POSTGRES names, else of the newest server."""
    if named := os.environ.get("INNOCITY_TEST_POSTGRES", "").strip():
        assert (Path(named) / "initdb").is_file(), f"INNOCITY_TEST_POSTGRES={named}: there is no initdb"
        return Path(named).resolve()
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: float(p.parts[-3]))
    on_path = shutil.which("initdb")
    if found:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path else None


def _account() -> bool:
    import pwd

    return any(entry.pw_name == ACCOUNT for entry in pwd.getpwall())


def _make_cluster(programs: Path, data: Path) -> None:
    plain = ("-D", data, "-U", ACCOUNT, "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8")
    try:
        _run(programs / "initdb", *plain, "--locale-provider=icu", "--icu-locale=zh-u-co-pinyin")
    except subprocess.CalledProcessError:  # older than 15, or built without ICU
        shutil.rmtree(data, ignore_errors=True)
        _run(programs / "initdb", *plain)


def _as_account() -> dict[str, Any]:
    """How to run a program as the server's account where we are root."""
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


def _run(*command: str | Path) -> None:
    """Run a program of the server. Its words are shown if it fails."""
    done = subprocess.run(
        [str(part) for part in command], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, **_as_account(),
    )  # fmt: skip
    if done.returncode:
        print(done.stdout)
        raise subprocess.CalledProcessError(done.returncode, done.args, done.stdout)
