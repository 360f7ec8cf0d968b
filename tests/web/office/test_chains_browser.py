"""产业生态图谱 in a real browser: drawn with shapes, colours and arrows; a table where nothing can be drawn.

Needs Debian's Chromium and Playwright; without them these tests are skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from innocity.actions.simulate_chains import simulate_chains
from innocity.actions.simulate_exchange import cast_of
from innocity.records.viewer import Viewer
from innocity.web.cities import pack_of
from tests.web.conftest import Persona
from tests.web.test_browser import ARGUMENTS
from tests.web.words import WEB

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (make test)")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")
CHAIN, HOST = "/weihai/office/chains/carbon/", "http://localhost"
#: The names that the drawing shows, by the text of its lines; and the fills of its shapes.
NAMES = "[...document.querySelectorAll('.chainfig svg text')].map((one) => one.textContent).join('')"
FILLS = "[...new Set([...document.querySelectorAll('.chainfig svg path')].map((one) => one.getAttribute('fill')))]"
TOKEN = "(name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()"
Opened = Callable[..., Any]


@pytest.fixture
def opened(records: Path, persona: Persona, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """Opens the page of a chain: the site of this process answers the browser."""
    pack, operator = pack_of("weihai"), Viewer.operator("tests")
    simulate_chains(pack, operator, cast_of(operator, ["F0000001", "F0000002", "F0000003"]))
    client = persona("science")
    html = client.get(CHAIN)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")

    def answer(route: Any) -> None:
        path = route.request.url.removeprefix(HOST)
        found = html if path == CHAIN else client.get(path)
        body = b"".join(found.streaming_content) if found.streaming else found.content
        route.fulfill(status=found.status_code, body=body, headers={
            name: value for name, value in found.items() if name not in ("Content-Length", "Content-Encoding")
        })  # fmt: skip

    with playwright.sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)

        def open_page(width: int = 1280, scripts: bool = True) -> Any:
            context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts,
                                          reduced_motion="reduce", color_scheme="light")  # fmt: skip
            page = context.new_page()
            page.route("**/*", answer)
            page.goto(HOST + CHAIN)
            return page

        yield open_page
        browser.close()


@pytest.mark.skipif(not (WEB / "assets/dist/charts.js").is_file(), reason="Charts are not built (scripts/charts)")
def test_the_map_is_drawn_with_a_shape_and_a_colour_for_each_strength(opened: Opened) -> None:
    page = opened()
    page.wait_for_selector(".chainfig svg text")
    nodes = page.eval_on_selector_all("#chain-nodes tr[data-at]", "rows => rows.map((row) => row.dataset.name)")
    drawn = page.evaluate(NAMES)
    assert nodes and all(name[:6] in drawn for name in nodes)
    fills = set(page.evaluate(FILLS))
    there = set(page.eval_on_selector_all("#chain-nodes tr[data-at]", "rows => rows.map((row) => row.dataset.kind)"))
    for kind, token in (("gap", "--alert"), ("weak", "--watch")):
        assert kind in there and page.evaluate(TOKEN, token) in fills
    assert page.locator(".chainfig svg").count() == 1
    assert all(word in drawn for word in ("缺口", "薄弱", "较强")), "the legend tells what shapes mean"
    edges = sum(len(one.split()) for one in page.eval_on_selector_all(
        "#chain-nodes tr[data-at]", "rows => rows.map((row) => row.dataset.from)"))  # fmt: skip
    lines = "[...document.querySelectorAll('.chainfig svg path')].filter((one) => one.getAttribute('fill') === 'none')"
    assert page.evaluate(f"{lines}.length") >= edges > 5


def test_without_scripts_and_on_a_phone_the_list_says_it_all(opened: Opened) -> None:
    for page in (opened(scripts=False), opened(width=390)):
        assert not page.locator(".chainfig .canvas").is_visible()
        assert page.locator("#chain-nodes tbody tr").count() >= 9
        assert page.locator("#chain-nodes tbody tr", has_text="缺口").first.is_visible()
