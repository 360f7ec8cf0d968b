"""The review of a document in a real browser: by keys, by marking words, and all of it without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.office.test_reading import READING, TEXT
from tests.web.test_browser import (  # noqa: F401  the first three are fixtures
    TRIED,
    address,
    axe,
    browser,
    opened,
    pressed,
    pytestmark,
    sign_in,
    violations,
)


def reviewed(page: Any, base: str, text: str = TEXT) -> str:
    """Sign in and upload; gives the address of the document."""
    sign_in(page, base, "science")
    page.goto(base + READING)
    page.set_input_files("#file", {"name": "措施.txt", "mimeType": "text/plain", "buffer": text.encode()})
    pressed(page, "form.sheet button")
    page.wait_for_url(re.compile(r"reading/[0-9a-f]{16}/"))
    return str(page.url).partition("?")[0]


@pytest.mark.parametrize("look", TRIED[-1:] if len(TRIED) == 2 else TRIED)
def test_no_violations_of_a_review(browser: Any, address: str, axe: str, look: str) -> None:  # noqa: F811
    page = opened(browser, address, look)
    path = reviewed(page, address).removeprefix(address)
    pages = {"list": READING, "review": path, "add": f"{path}?add=benefits", "target": f"{path}?finding=targets-0",
             "draft": f"{path}draft/"}  # fmt: skip
    assert violations(page, address, axe, pages) == []
    page.goto(f"{address}{path}?finding=benefits-0")
    page.evaluate("document.querySelectorAll('details').forEach(function (one) { one.open = true; })")
    page.evaluate(axe)
    assert [one["id"] for one in page.evaluate("axe.run(document)")["violations"]] == []
    page.context.close()


def test_findings_are_decided_by_keys_without_loading_the_page(browser: Any, address: str) -> None:  # noqa: F811
    page = opened(browser, address, "light")
    reviewed(page, address, TEXT.replace("松岚", "竹川"))
    page.evaluate("window.same = true")
    key = "document.getElementById('panel').dataset.key"
    keys = page.eval_on_selector_all(".found li", "rows => rows.map(row => row.dataset.key)")
    assert page.evaluate(key) == keys[0] and page.locator("#text mark.on").count() >= 1
    page.keyboard.press("j")
    page.wait_for_selector(f'#panel[data-key="{keys[1]}"]')
    page.keyboard.press("k")
    page.wait_for_selector(f'#panel[data-key="{keys[0]}"]')
    page.keyboard.press("a")
    page.wait_for_selector(f'#panel[data-key="{keys[1]}"]')
    assert page.get_attribute(f'[data-tag="{keys[0]}"]', "data-verdict") == "accept"
    page.keyboard.press("x")
    page.keyboard.type("jka 不是承诺")
    page.keyboard.press("Enter")
    page.wait_for_selector(f'#panel[data-key="{keys[2]}"]')
    assert page.get_attribute(f'[data-tag="{keys[1]}"]', "data-verdict") == "reject"
    assert page.evaluate("window.same") and "2" in page.inner_text("#h-done")
    page.keyboard.press("e")
    assert page.locator("details[data-do=correct]").get_attribute("open") is not None
    page.keyboard.press("Escape")
    page.click(".rd-help summary")
    page.uncheck("#keys")
    page.click("#panel-h")
    page.keyboard.press("j")
    page.wait_for_timeout(300)
    assert page.evaluate(key) == keys[2]
    page.context.close()


def test_keys_pressed_before_the_answer_is_there_wait_for_it(browser: Any, address: str) -> None:  # noqa: F811
    page = opened(browser, address, "light")
    reviewed(page, address, TEXT.replace("松岚", "柳溪"))
    keys = page.eval_on_selector_all(".found li", "rows => rows.map(row => row.dataset.key)")
    # In one go, as no hand could: the answer to `j` is still under way when `a`, `x` and a reason are typed.
    press = "new KeyboardEvent('keydown', {key, bubbles: true})"
    page.evaluate(f"[...'jaxjka'].forEach((key) => document.body.dispatchEvent({press}))")
    page.wait_for_selector(f'#panel[data-key="{keys[2]}"] details[data-do=reject][open]')
    verdicts = page.eval_on_selector_all(".found li", "rows => rows.map(row => row.dataset.verdict)")
    assert verdicts[:4] == ["", "accept", "", ""] and set(verdicts[2:]) == {""}
    assert page.evaluate("document.activeElement.id") == "reason"
    page.context.close()


def test_words_that_are_marked_are_added(browser: Any, address: str) -> None:  # noqa: F811
    page = opened(browser, address, "light")
    reviewed(page, address, TEXT.replace("松岚", "𠮷川").replace("另有补贴3万元", "另有补贴🎈3万元"))
    page.evaluate(
        """() => {
            const walk = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const at = walk.currentNode.data.indexOf("补贴");
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walk.currentNode, at);
                range.setEnd(walk.currentNode, at + 7);
                getSelection().removeAllRanges();
                getSelection().addRange(range);
            }
        }"""
    )
    page.wait_for_selector("#picked >> text=补贴")
    page.click(".rd-add >> text=奖补")
    page.wait_for_url(re.compile("add=benefits"))
    assert page.input_value("#quote") == "补贴🎈3万元"
    page.fill("#v-subject", "雏鹰企业")
    page.fill("#v-value_yuan-0", "3万元")
    page.select_option("#v-shape", "fixed")
    page.click("#panel form button.btn")
    page.wait_for_selector('#text [data-verdict="add"]')
    assert page.locator("#text mark.on").first.inner_text() == "补贴🎈3万元"
    page.context.close()


def test_all_of_it_works_without_scripts(browser: Any, address: str) -> None:  # noqa: F811
    page = opened(browser, address, "phone", java_script_enabled=False)
    reviewed(page, address, TEXT.replace("松岚", "梅岭"))
    first = page.get_attribute("#panel", "data-key")
    pressed(page, "#panel button[value=accept]")
    assert page.get_attribute("#panel", "data-key") != first and "1" in page.inner_text("#h-done")
    page.click("#panel >> text=不要")
    page.fill("#reason", "只是说明")
    pressed(page, "#panel >> text=不要这一条")
    assert "2" in page.inner_text("#h-done")
    pressed(page, ".rd-add >> text=任务")
    page.fill("#quote", "本措施提到的雏鹰企业")
    page.fill("#v-path", "三")
    page.fill("#v-title", "雏鹰企业")
    page.select_option("#v-kind", "task")
    pressed(page, "#panel form button.btn")
    assert page.locator(".found [aria-current] >> text=务+3").count() == 1
    pressed(page, "text=看草案")
    assert page.locator(".diff").count() >= 1
    page.context.close()
