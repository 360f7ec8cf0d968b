"""Promises: of a city of 60,000 firms a page comes within 150 ms for 95 of 100 asked by twenty readers at once, a
firm's entitlements within 50 ms, and the largest thing of a page stands within a second on a slow phone."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.measure import Result
from bench.readers import Read, read, wait_for

#: Addresses of each kind of reader; `-` has not signed in. Accounts are those of the demo.
PAGES = {
    "-": (
        "/weihai/", "/weihai/clauses/", "/weihai/clauses/?words=%E9%AB%98%E6%96%B0", "/weihai/clauses/hnte_reward/",
        "/weihai/documents/conference-2023/", "/weihai/calculator/contract_payment_subsidy/?example=1",
        "/weihai/progress/", "/weihai/progress/tasks/", "/weihai/indicators/hnte_count/", "/compare/",
    ),
    "firm": ("/weihai/my/", "/weihai/my/entitlements/", "/weihai/my/near/", "/weihai/my/facts/"),
    "science": (
        "/weihai/office/", "/weihai/office/registers/", "/weihai/office/registers/qualification/",
        "/weihai/office/figures/", "/weihai/office/tasks/", "/weihai/office/runs/",
    ),
    "leader": ("/weihai/lead/", "/weihai/lead/units/", "/weihai/lead/money/", "/weihai/units/wh_science/"),
}  # fmt: skip
ENTITLEMENTS = "/weihai/my/entitlements/"
PAINTED = {"leader": "/weihai/lead/", "firm": ENTITLEMENTS}
BROWSER = ("no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
           "disable-component-update", "disable-sync")  # fmt: skip
PHONE = {"offline": False, "latency": 40, "downloadThroughput": 10e6 / 8, "uploadThroughput": 10e6 / 8}
#: The last paint of the largest thing so far, in milliseconds since the page was asked for.
LARGEST = """new Promise(done => new PerformanceObserver(list => done(list.getEntries().at(-1).startTime))
    .observe({type: 'largest-contentful-paint', buffered: true}))"""


def pages(scratch: Path, scale: float, seconds: float) -> list[Result]:
    """Readers, one asker after the other, and a slow phone, on the demo's own instance."""
    folder = made(scratch / f"site-{scale:g}", scale)
    passwords = json.loads((folder / "var/demo/accounts.json").read_text(encoding="utf-8"))
    with served(folder) as port:
        cookies = {kind: "" if kind == "-" else signed_in(port, kind, passwords[kind]) for kind in PAGES}
        for kind, addresses in PAGES.items():  # what is worked out once is worked out before anybody waits
            read(port, {kind: addresses}, cookies, 1, len(addresses) * 0.3, 0)
        together = read(port, PAGES, cookies, 20, seconds, 0.5)
        alone = read(port, {"firm": (ENTITLEMENTS,)}, cookies, 1, seconds / 5, 0)["all"]
        painted = {kind: largest_paint(port, address, cookies[kind]) for kind, address in PAINTED.items()}
    found = [_readers(together), _entitlements(alone)]
    return found + [_painted(kind, times) for kind, times in painted.items() if times]


def made(folder: Path, scale: float) -> Path:
    """The demo's instance below `folder`, as `innocity demo` makes it; one that is complete is kept."""
    if not (folder / "var/demo/accounts.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        code = "from innocity.cli.main import app; app()"
        command = [sys.executable, "-c", code, "demo", "--no-serve", "--scale", str(scale)]
        subprocess.run(command, cwd=folder, env=_environment(), check=True, stdout=subprocess.DEVNULL)
    return folder


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INNOCITY_")}
    return {**kept, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """The site of that instance, with the demo's accounts, on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    code = (
        "from pathlib import Path; from innocity.cli.demo_people import use_own_database;"
        "from innocity.cli.screen import Screen; from innocity.cli.serve import run_site;"
        f"use_own_database(Path('var/demo')); run_site(Screen(), 'weihai', Path('var/demo'), port={port}, demo=True)"
    )
    server = subprocess.Popen([sys.executable, "-c", code], cwd=folder, env=_environment(), stdout=subprocess.DEVNULL)
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def signed_in(port: int, name: str, password: str) -> str:
    """The cookies of whoever has signed in through the page, as a header's value."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    address = f"http://localhost:{port}/account/login/"
    form = opener.open(address).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token.group(1), "login": name, "password": password}
    opener.open(urllib.request.Request(address, urllib.parse.urlencode(fields).encode(), {"Referer": address})).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def largest_paint(port: int, address: str, cookies: str, times: int = 5) -> list[float]:
    """Milliseconds to the largest paint, on a phone's screen, processor four times slower, 10 Mbit/s, 40 ms away."""
    chromium = shutil.which("chromium")
    if chromium is None:
        return []
    from playwright.sync_api import sync_playwright

    found = []
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=chromium, args=[f"--{name}" for name in BROWSER])
        for _ in range(times):
            context = browser.new_context(viewport={"width": 390, "height": 844})
            context.add_cookies([_cookie(port, text) for text in cookies.split("; ")])
            page = context.new_page()
            phone = context.new_cdp_session(page)
            phone.send("Network.emulateNetworkConditions", PHONE)
            phone.send("Emulation.setCPUThrottlingRate", {"rate": 4})
            page.goto(f"http://localhost:{port}{address}", wait_until="load")
            time.sleep(0.5)
            found.append(float(page.evaluate(LARGEST)))
            context.close()
        browser.close()
    return found


def _cookie(port: int, text: str) -> Any:
    name, _, value = text.partition("=")
    return {"name": name, "value": value, "url": f"http://localhost:{port}"}


def _readers(found: dict[str, Read]) -> Result:
    every = found["all"]
    slowest = max((page for page in found if page != "all"), key=lambda page: found[page].p95)
    note = (
        f"{every.count:,} pages, 20 readers who pause half a second, middle {every.p50:.0f} ms; slowest page"
        f" {slowest} {found[slowest].p95:.0f} ms"
    )
    return Result("pages, p95", every.p95, "ms", target="<= 150 ms", met=every.p95 <= 150, note=note)


def _entitlements(found: Read) -> Result:
    note = f"{found.count} times one after the other, p95 {found.p95:.0f} ms"
    return Result("a firm's entitlements, one reader, p50", found.p50, "ms", target="<= 50 ms", met=found.p50 <= 50,
                  note=note)  # fmt: skip


def _painted(kind: str, times: list[float]) -> Result:
    middle = statistics.median(times)
    note = f"a phone with a cold cache, {len(times)} times, worst {max(times):.0f} ms"
    return Result(f"largest paint, {PAINTED[kind]}", middle, "ms", target="<= 1000 ms", met=middle <= 1000, note=note)
