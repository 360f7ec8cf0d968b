"""`innocity serve`: what it refuses, and how; how it stops."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from innocity.cli.serve import check_port, run_site
from innocity.core.errors import InnoCityError
from tests.records import databases
from tests.web.conftest import Instance


def test_a_port_in_use_is_told_with_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InnoCityError) as refused:
            check_port("127.0.0.1", port)
    assert refused.value.code == "E-SERVE-PORT" and f"--port {port + 1}" in str(refused.value)


@pytest.mark.parametrize(("city", "code"), [("nowhere", "E-CITY-UNKNOWN"), ("cities/weihai", "E-USAGE")])
def test_a_city_that_the_site_does_not_have(city: str, code: str, tmp_path: object) -> None:
    from pathlib import Path

    from innocity.cli.screen import Screen

    with pytest.raises(InnoCityError) as refused:
        run_site(Screen(), city, Path(str(tmp_path)))
    assert refused.value.code == code


@pytest.fixture
def server(filled_postgresql: Instance, tmp_path: Path) -> Iterator[tuple[Any, int, str]]:
    """A server of two processes on a PostgreSQL database of its own: the process, its port, how to connect to both."""
    one = filled_postgresql.copied(tmp_path / "var")
    copy = one.database
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    plain = {key: value for key, value in os.environ.items() if not key.startswith("INNOCITY_")}
    code = "from innocity.cli.main import app; app()"
    command = [sys.executable, "-c", code, "serve", "--var", str(one.var), "--port", str(port), "--workers", "2"]
    environment = {**plain, **one.environment}
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
    try:
        until(lambda: status(port, "/health/") == 200, running)
        yield running, port, f"host={copy['HOST']} user={copy['USER']} dbname={copy['NAME']}"
    finally:
        running.kill()
        running.wait(20)
        databases.dropped(copy)


def status(port: int, path: str, **headers: str) -> int:
    """The status of an answer, wherever it leads; 0 where there is none."""
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asking.request("GET", path, headers=headers)
        return asking.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        asking.close()


def until(holds: Any, running: subprocess.Popen[bytes]) -> None:
    """Wait for something that the server does."""
    for _ in range(600):
        if holds():
            return
        assert running.poll() is None
        time.sleep(0.1)
    raise TimeoutError


def waiting(connection: Any) -> int:
    """How many queries wait for a lock."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return int(connection.execute(sql).fetchone()[0])


def asked_while_locked(server: tuple[Any, int, str], locked: Any) -> tuple[threading.Thread, list[int]]:
    """A request that hangs, as its session is in a table that `locked` holds; its status once it is answered."""
    running, port, at = server
    locked.execute("LOCK TABLE django_session IN ACCESS EXCLUSIVE MODE")
    found: list[int] = []
    cookie = "sessionid=" + "a" * 32
    thread = threading.Thread(target=lambda: found.append(status(port, "/weihai/office/", Cookie=cookie)))
    thread.start()
    with psycopg.connect(at, autocommit=True) as watcher:
        until(lambda: waiting(watcher) > 0, running)
    return thread, found


def test_a_request_in_flight_is_answered_before_the_server_ends(server: tuple[Any, int, str]) -> None:
    running, _, at = server
    with psycopg.connect(at) as locked:
        thread, found = asked_while_locked(server, locked)
        running.send_signal(signal.SIGTERM)
        locked.rollback()
    assert running.wait(60) == 0
    thread.join(60)
    assert found == [302]  # to the sign-in


def test_one_that_hangs_does_not_keep_the_server_from_ending(server: tuple[Any, int, str]) -> None:
    running, _, at = server
    with psycopg.connect(at) as locked:
        thread, found = asked_while_locked(server, locked)
        running.send_signal(signal.SIGTERM)
        running.wait(60)  # the lock is held all the while
        thread.join(60)
    assert found == [0]
