"""The site as `innocity serve` runs it, for tests that look at it from outside."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from tests.web.conftest import Instance

LONGEST = 180  # seconds until it must answer: a busy machine is slow, not wrong
CODE = "from innocity.cli.main import app; app()"


@contextmanager
def serving(one: Instance, port: int = 0, **more: str) -> Iterator[str]:
    """Two processes serve an instance as long as this lasts; gives their address.

    Its environment is that of the tests without INNOCITY_*, with the instance's own and `more`. Nobody needs a
    second factor unless `more` says so. Port 0: one that is free.
    """
    port = port or free_port()
    command = [sys.executable, "-c", CODE, "serve", "--var", str(one.var), "--port", str(port), "--workers", "2"]
    plain = {key: value for key, value in os.environ.items() if not key.startswith("INNOCITY_")}
    environment = {**plain, **one.environment, "INNOCITY_MFA_ROLES": "none", **more}
    with tempfile.TemporaryFile() as said:  # not a pipe: nobody would read it, and a full one stops the server
        server = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)
        try:
            _await(f"http://127.0.0.1:{port}/health/", server, said)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(20)


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(url: str, server: subprocess.Popen[bytes], said: IO[bytes]) -> None:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        if server.poll() is not None:
            said.seek(0)
            raise AssertionError(said.read().decode())
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)
