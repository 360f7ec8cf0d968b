"""A real OpenID provider: `oidc-provider` in Node.js, on a port of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1] / "provider"
NODE = shutil.which("node")


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider answers, and of which site it knows."""

    issuer: str
    site: str

    @property
    def environment(self) -> dict[str, str]:
        """What the site is told of it."""
        return {
            "INNOCITY_OIDC_URL": self.issuer, "INNOCITY_OIDC_ID": "innocity",
            "INNOCITY_OIDC_SECRET": "secret-of-the-tests", "INNOCITY_OIDC_NAME": "试点市统一登录",
            "INNOCITY_OIDC_HTTP": "1",
        }  # fmt: skip


def free_ports(count: int) -> list[int]:
    """Ports of this machine that nobody uses now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    found = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return found


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    """One that runs until the module's tests are over; it ends with its input, so that none is left behind."""
    if NODE is None or not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        pytest.skip("the OpenID provider of the tests is not installed (Node.js and npm, then scripts/provider)")
    own, site = free_ports(2)
    found = Provider(f"http://127.0.0.1:{own}", f"http://127.0.0.1:{site}")
    command = [NODE, "server.mjs", str(own), found.site, found.issuer]
    running = subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert running.stdin is not None and running.stdout is not None
    try:
        assert running.stdout.readline() == b"ready\n"
        yield found
    finally:
        running.stdin.close()
        running.wait(20)
        running.stdout.close()
