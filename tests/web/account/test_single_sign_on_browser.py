"""Single sign-on as people see it: Chromium, the site as `innocity serve` runs it, and a real provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from innocity.actions.drop_password import drop_password
from tests.records import databases
from tests.web import test_browser
from tests.web.account.conftest import Provider
from tests.web.conftest import Instance
from tests.web.personas import OPERATOR
from tests.web.serving import serving

pytestmark = test_browser.pytestmark
axe = test_browser.axe


@pytest.fixture(scope="module")
def address(provider: Provider, filled: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A site that knows the provider; 科技 and the leader were opened for single sign-on."""
    one = filled.copied(tmp_path_factory.mktemp("single") / "var")
    with databases.used(one.database):
        for name in ("science", "leader"):
            drop_password(OPERATOR, name)
    own = {**provider.environment, "INNOCITY_OIDC_MFA": "otp", "INNOCITY_MFA_ROLES": "leader"}
    with serving(one, urlsplit(provider.site).port or 0, **own) as found:
        yield found


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    """Started after the site: Playwright and Django's database do not share a thread's loop."""
    with test_browser.playwright.sync_playwright() as tools:
        found = tools.chromium.launch(executable_path=test_browser.CHROMIUM, args=test_browser.ARGUMENTS)
        yield found
        found.close()


@pytest.fixture
def page(browser: Any, address: str) -> Iterator[Any]:
    """A page of a browser of its own; whatever the policy of the site stops fails the test."""
    found = test_browser.opened(browser, address, "light")
    stopped: list[str] = []
    found.on("console", lambda line: stopped.append(line.text) if "Content Security Policy" in line.text else None)
    yield found
    found.context.close()
    assert stopped == []


def press(page: Any, address: str, ask: str = "") -> None:
    """From the sign-in page to the provider's form."""
    page.goto(f"{address}/account/login/{ask}")
    page.click("text=试点市统一登录")
    page.wait_for_selector("#name")


def come_back(page: Any, name: str, do: str = "in") -> None:
    """Sign in there."""
    page.fill("#name", name)
    test_browser.pressed(page, f'button[value="{do}"]')
    page.wait_for_selector("main")


def test_from_the_button_to_work_and_out_again(page: Any, address: str, provider: Provider, axe: str) -> None:
    press(page, address)
    assert page.url.startswith(provider.issuer)
    come_back(page, "science")
    assert page.url == f"{address}/weihai/office/" and "市科技局" in page.inner_text(".whose")
    page.goto(f"{address}/account/")
    assert page.locator("text=改密码").count() == 0
    page.goto(f"{address}/account/logout/")
    test_browser.pressed(page, "main form button")
    page.wait_for_selector("text=也退出试点市统一登录")
    assert test_browser.violations(page, address, axe, {"left": "/account/single/left/"}) == []
    page.click("text=也退出试点市统一登录")
    page.click('button[name="logout"]')  # the provider asks whether one means it
    page.wait_for_url(f"{address}/**")
    press(page, address)  # it asks anew who this is
    assert page.url.startswith(provider.issuer)


def test_who_is_still_known_there_comes_in_at_once_to_the_page_asked_for(page: Any, address: str) -> None:
    press(page, address)
    come_back(page, "science")
    page.context.clear_cookies(name="sessionid")
    page.goto(f"{address}/weihai/office/registers/")
    assert "/account/login/?next=" in page.url
    page.click("text=试点市统一登录")
    page.wait_for_url(f"{address}/weihai/office/registers/")


def test_back_from_the_provider_is_no_trap(page: Any, address: str) -> None:
    press(page, address)
    page.go_back()
    page.wait_for_selector("#id_login")


def test_a_stranger_is_told_what_to_do(page: Any, address: str, axe: str) -> None:
    press(page, address)
    come_back(page, "stranger")
    assert page.inner_text("h1") == "这里没有您的账号"
    page.evaluate(axe)
    assert page.evaluate(test_browser.RULES)["violations"] == []
    page.click("text=换一个身份")
    page.wait_for_selector('button[name="logout"]')
    page.goto(f"{address}/weihai/office/")
    assert "/account/login/" in page.url


def test_whoever_gives_up_is_led_back_to_the_sign_in(page: Any, address: str) -> None:
    press(page, address)
    come_back(page, "science", "cancel")
    assert page.inner_text("h1") == "没有登录成功"
    page.click("text=回到登录")
    page.wait_for_selector("#id_login")


def test_a_leader_needs_a_second_factor_here_or_there(page: Any, browser: Any, address: str) -> None:
    press(page, address)
    come_back(page, "leader")
    assert page.url == f"{address}/account/2fa/totp/activate/"
    other = test_browser.opened(browser, address, "light")
    press(other, address)
    come_back(other, "leader+otp")
    assert other.url == f"{address}/weihai/lead/"
    other.context.close()


def test_it_works_without_scripts(browser: Any, address: str) -> None:
    page = test_browser.opened(browser, address, "light", java_script_enabled=False)
    press(page, address)
    come_back(page, "science")
    assert page.url == f"{address}/weihai/office/"
    page.context.close()
