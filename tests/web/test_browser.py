"""The site in a real browser: no axe violations in any look, no violation of the policy, all usable by keyboard.

Needs Debian's Chromium (scripts/chromium) and Playwright; without them these tests are skipped.
"""

from __future__ import annotations

import os
import shutil
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import Instance
from tests.web.pages import MISSING, PAGES, PAGES_OF
from tests.web.personas import PASSWORD
from tests.web.serving import serving

CHROMIUM = shutil.which("chromium")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed (make test)")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (apt-get install chromium)")

ARGUMENTS = [
    f"--{name}" for name in (
        "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
        "disable-component-update", "disable-sync",
    )
]  # fmt: skip
#: Cookies and width of each look.
LOOKS: dict[str, tuple[dict[str, str], int]] = {
    "light": ({"theme": "light"}, 1280),
    "dark, phone": ({"theme": "dark"}, 390),
    "care": ({"care": "1", "theme": "light"}, 1280),
    "dark": ({"theme": "dark"}, 1280),
    "phone": ({"theme": "light"}, 390),
    "care, dark, phone": ({"care": "1", "theme": "dark"}, 390),
}
#: The two show both of every colour, size and width; all combinations take three times as long.
TRIED = list(LOOKS) if os.environ.get("INNOCITY_THOROUGH") else ["light", "care, dark, phone"]
#: Where a broken element stands is told by its text: to work out a selector of each takes a quarter of the time.
RULES = "axe.run(document, {resultTypes: ['violations'], selectors: false})"


@pytest.fixture(scope="module")
def address(served: Instance) -> Iterator[str]:
    """The site of the instance as `innocity serve` runs it."""
    with serving(served) as found:
        yield found


def test_counts_are_of_all_processes_of_the_site(address: str) -> None:
    def asked(path: str) -> str:
        with urllib.request.urlopen(address + path, timeout=30) as answer:
            return str(answer.read().decode())

    def counted() -> float:
        line = 'innocity_requests_total{method="GET",route="systems",status="200"}'
        return next((float(row.split()[1]) for row in asked("/metrics/").splitlines() if row.startswith(line)), 0.0)

    before = counted()
    for _ in range(12):  # each on a connection of its own: they reach either process
        asked("/weihai/systems/")
    assert {counted() for _ in range(6)} == {before + 12}


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as tools:
        found = tools.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The checker's own script; the policy of the site forbids script tags, so it is evaluated."""
    import axe_playwright_python

    folder = Path(axe_playwright_python.__file__).parent
    return next(folder.rglob("axe.min.js")).read_text(encoding="utf-8")


def opened(browser: Any, address: str, look: str, **settings: Any) -> Any:
    cookies, width = LOOKS[look]
    context = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", locale="zh-CN", **settings
    )
    context.add_cookies([{"name": key, "value": value, "url": address} for key, value in cookies.items()])
    return context.new_page()


@pytest.mark.parametrize("look", TRIED)
def test_no_violations(browser: Any, address: str, axe: str, look: str) -> None:
    """Of accessibility, of the content security policy, of width. Unless thorough, a page is tried in one look."""
    page = opened(browser, address, look)
    every = {**PAGES, "missing": MISSING}
    tried = every if len(TRIED) > 2 else dict(list(every.items())[TRIED.index(look) :: len(TRIED)])
    assert violations(page, address, axe, tried) == []
    page.context.close()


@pytest.mark.parametrize("who", PAGES_OF)
@pytest.mark.parametrize("look", TRIED if len(TRIED) > 2 else ["dark, phone"])
def test_no_violations_behind_the_sign_in(browser: Any, address: str, axe: str, look: str, who: str) -> None:
    page = opened(browser, address, look)
    sign_in(page, address, who)
    assert violations(page, address, axe, PAGES_OF[who]) == []
    page.context.close()


def sign_in(page: Any, address: str, who: str) -> None:
    """By the page, as people do."""
    page.goto(address + "/account/login/")
    page.fill("#id_login", who)
    page.fill("#id_password", PASSWORD)
    pressed(page, "main form.card button")
    page.wait_for_selector(".whose")


def pressed(page: Any, element: str) -> None:
    """Press what loads another page, and wait until that one is there: a test that looks before sees the old one."""
    with page.expect_navigation():
        page.click(element)


def violations(page: Any, address: str, axe: str, pages: dict[str, str]) -> list[str]:
    """What axe, the policy and the width of the window have against pages."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    found: list[str] = []
    for name, path in pages.items():
        page.goto(address + path)
        page.evaluate(axe)
        for broken in page.evaluate(RULES)["violations"]:
            found.append(f"{name}: {broken['id']} {broken['nodes'][0]['html'][:120]}")
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wider > 0:
            found.append(f"{name}: {wider} px too wide")
    return found + [text for text in said if "404 (Not Found)" not in text]


def test_the_finder_changes_its_part_alone(browser: Any, address: str) -> None:
    page = opened(browser, address, "light")
    page.goto(address + "/weihai/clauses/")
    page.evaluate("window.same = true")
    with page.expect_response(lambda answer: "topic=high_tech_firms" in answer.url):
        page.select_option("#topic", "high_tech_firms")
    page.wait_for_selector("#found >> text=找到 2 个条款")
    assert "topic=high_tech_firms" in page.url and page.evaluate("window.same") is True
    page.context.close()


def test_everything_works_without_scripts(browser: Any, address: str) -> None:
    page = opened(browser, address, "light", java_script_enabled=False)
    page.goto(address + "/weihai/clauses/")
    page.select_option("#topic", "high_tech_firms")
    pressed(page, "text=筛选")
    assert page.locator("#found li").count() == 2
    page.goto(address + "/weihai/calculator/contract_payment_subsidy/")
    pressed(page, "text=一份备案的技术开发合同当年支付400万元")
    assert "20万元" in page.inner_text("#result")
    pressed(page, "text=再加一笔")
    assert page.locator('input[name="contract_payment.1.amount"]').count() == 1
    page.goto(address + "/weihai/graph/")
    assert page.locator(".graphfig").is_visible() is False and page.locator(".net > li").count() > 10
    page.context.close()


def test_what_cannot_be_read_takes_the_focus(browser: Any, address: str) -> None:
    page = opened(browser, address, "light")
    page.goto(address + PAGES["calculator with an error"])
    assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a")
    assert page.evaluate("document.activeElement.name") == "contract_payment.0.amount"
    page.context.close()


def test_keyboard(browser: Any, address: str) -> None:
    page = opened(browser, address, "light")
    page.goto(address + "/weihai/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "words"
    page.context.close()


def test_care_mode_is_one_press_away_and_large(browser: Any, address: str) -> None:
    page = opened(browser, address, "phone")
    page.goto(address + "/weihai/clauses/")
    pressed(page, "text=关怀版")
    size = "getComputedStyle(document.querySelector('.ent p')).fontSize"
    assert page.url.endswith("/weihai/clauses/") and float(page.evaluate(size).removesuffix("px")) >= 18
    assert page.evaluate("document.querySelector('.facts .btn').offsetHeight") >= 60
    page.context.close()


def test_charts_are_drawn_beside_their_tables(browser: Any, address: str) -> None:
    from django.conf import settings

    if not (settings.CHARTS / "charts.js").is_file():
        pytest.skip("the charts are not built (make charts)")
    page = opened(browser, address, "light")
    page.goto(address + PAGES["indicator"])
    page.wait_for_selector(".chart.drawn svg")
    assert page.locator(".chart tbody tr").count() > 1
    page.goto(address + "/weihai/graph/")
    page.wait_for_selector(".graphfig.drawn svg")
    assert page.locator(".graphfig svg path").count() > 50
    page.context.close()


def test_the_checker_finds_what_it_is_for(browser: Any, axe: str) -> None:
    page = browser.new_page()
    page.set_content(
        '<html><body><img src="x"><input><p style="color:#ccc;background:#fff">pale words</p></body></html>'
    )
    page.evaluate(axe)
    found = {one["id"] for one in page.evaluate(RULES)["violations"]}
    assert {"image-alt", "label", "color-contrast", "document-title"} <= found
    page.close()
