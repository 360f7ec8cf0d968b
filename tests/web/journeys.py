"""People who walk through the site in a browser, each in a window of their own, and what they press there.

`Town.comes("firm")` opens the site as a person does: by the sign-in page, with an account of `personas.PERSONAS`.
Whatever is pressed is waited for: what loads another page by `follow` and `send`, all else by `expect`.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import duckdb
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from innocity.actions.open_account import open_account
from tests.records import databases
from tests.records.test_documents import word
from tests.web import test_browser
from tests.web.conftest import Instance
from tests.web.personas import OPERATOR, PASSWORD, parties
from tests.web.serving import serving
from tests.web.test_matters import open_calls

#: A firm with a reward to apply for, of which nothing else is told.
APPLICANT = "applicant"
expect = test_browser.playwright.expect
expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@dataclass
class Town:
    """The site of one instance, the browser in which people open it, and what their pages complained of."""

    address: str
    browser: Any
    windows: list[Any] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def comes(self, who: str = "", *, phone: bool = False) -> Any:
        """A page on which somebody has signed in; without a name it is anybody, on the home page of the city."""
        size = {"width": 390 if phone else 1280, "height": 844 if phone else 900}
        window = self.browser.new_context(viewport=size, reduced_motion="reduce", locale="zh-CN")
        window.set_default_timeout(60_000)
        self.windows.append(window)
        page = window.new_page()
        page.on("console", lambda line: self._hears(page, line.type, line.text))
        page.on("pageerror", lambda error: self._hears(page, "error", str(error)))
        if who:
            test_browser.sign_in(page, self.address, who)
        else:
            page.goto(f"{self.address}/weihai/")
        return page

    def _hears(self, page: Any, kind: str, text: str) -> None:
        if kind in ("error", "warning"):  # what the policy stops, what is not found, what fails here or there
            self.said.append(f"{page.url}: {text}")

    def leave(self) -> None:
        """All close their windows; none of their pages may have complained."""
        for one in self.windows:
            one.close()
        said, self.windows, self.said = self.said, [], []
        assert said == []


@contextmanager
def town_of(template: Instance, folder: Path) -> Iterator[Town]:
    """The site of a copy of an instance, on a day on which calls are open, and a browser.

    The browser starts after all that touches the database: Django and Playwright's loop do not share a thread.
    """
    one = template.copied(folder)
    try:
        with databases.used(one.database):
            open_calls()
            owed = _owed(one.var / "weihai" / "runs" / "first")
            open_account(OPERATOR, APPLICANT, PASSWORD, "firm", party=owed)
        with serving(one) as address, test_browser.playwright.sync_playwright() as tools:
            browser = tools.chromium.launch(executable_path=test_browser.CHROMIUM, args=test_browser.ARGUMENTS)
            yield Town(address, browser)
            browser.close()
    finally:
        databases.dropped(one.database)


def _owed(run: Path) -> str:
    """A firm to which a run gives the reward of its recognition, and which has no account yet."""
    sql = f"SELECT party FROM '{run / 'awards.parquet'}' WHERE clause = 'hnte_reward' AND status = 'sum' ORDER BY party"
    taken = set(parties(run).values())
    return next(str(row[0]) for row in duckdb.sql(sql).fetchall() if row[0] not in taken)


# --- what people press -----------------------------------------------------------------------------------------


def work(page: Any, name: str) -> None:
    """Go to a place of one's own work, by the menu."""
    test_browser.pressed(page, f'.work nav >> role=link[name="{name}"]')


def follow(page: Any, name: str, within: str = "main") -> None:
    """Follow the first link of a part of the page whose words begin so (a regular expression)."""
    test_browser.pressed(page, f"{within} >> role=link[name=/^{name}/]")


def send(page: Any, name: str, within: str = "main") -> None:
    """Press the first button of a part of the page whose words begin so."""
    test_browser.pressed(page, f"{within} >> role=button[name=/^{name}/]")


def unfolded(field: Any) -> Any:
    """A field to write in, once the parts of the page in which it is folded away are opened, the outermost first."""
    folds = field.locator("xpath=ancestor::details[not(@open)]/summary")
    while folds.count():
        folds.first.click()
    return field


def taken_home(page: Any, name: str) -> bytes:
    """What a link gives to keep."""
    with page.expect_download() as waits:
        page.click(f"main >> role=link[name=/^{name}/]")
    return Path(waits.value.path()).read_bytes()


def status(page: Any) -> Any:
    """The words with which a page says that something was done."""
    return page.get_by_role("status")


def sheets(page: Any) -> int:
    """How many sheets of A4 a page takes, as the browser prints it."""
    page.emulate_media(media="print")
    found = len(PdfReader(io.BytesIO(page.pdf(format="A4"))).pages)
    page.emulate_media(media="screen")
    return found


def look_up(officer: Any, register: str, name: str) -> None:
    """The lines of a party in a register."""
    work(officer, "登记簿")
    follow(officer, register)
    officer.get_by_label("主体名称、信用代码或编号").fill(name)
    send(officer, "查找")


def report(officer: Any, value: str, note: str = "") -> None:
    """A figure of 2023 is written down and sent in."""
    cells = {"时期": "2023", "数值": value, "取数日期": "2023-12-31", "佐证材料": "年报.xlsx", "说明": note}
    for label, text in cells.items():
        officer.get_by_role("textbox", name=label).fill(text)
    send(officer, "登记")
    expect(status(officer)).to_contain_text("已登记")
    send(officer, "报送审核")
    expect(status(officer)).to_contain_text("待审核")


# --- what people bring -----------------------------------------------------------------------------------------


def paper(name: str) -> dict[str, Any]:
    """A Word file to hand in."""
    return upload(name, word("一份材料"))


def upload(name: str, content: bytes) -> dict[str, Any]:
    """A file to hand in."""
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def rows_of(workbook: bytes) -> list[list[Any]]:
    """The rows of the first table of a workbook."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(workbook))
    return list(opened.get_sheet_by_index(0).to_python())


def filled_in(template: bytes, values: Mapping[str, str]) -> bytes:
    """A template with one more row, written into the file that was taken; columns are named as on the sheet."""
    rows = rows_of(template)
    names, number = [str(name).lstrip("*") for name in rows[0]], len(rows) + 1
    assert set(values) <= set(names) and len(names) <= 26
    cells = "".join(
        f'<c r="{chr(65 + names.index(name))}{number}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'
        for name, text in sorted(values.items(), key=lambda one: names.index(one[0]))
    )
    out, first = io.BytesIO(), "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(template)) as before, zipfile.ZipFile(out, "w") as after:
        for one in before.namelist():
            content = before.read(one).decode() if one == first else before.read(one)
            if isinstance(content, str):
                content = re.sub("</sheetData>", f'<row r="{number}">{cells}</row></sheetData>', content)
            after.writestr(one, content)
    return out.getvalue()
