"""English pages are English: what stays Chinese on them is a name or a text of the city's folder or of its records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.packs.load import load_pack
from innocity.web.speaker import texts_of
from tests.web.conftest import Persona
from tests.web.pages import PAGES, PAGES_OF
from tests.web.phrases import ROOT

_MARKED = re.compile(r'<(\w+)(?=[^>]*lang="zh-CN")[^>]*>(.*?)</\1>', re.DOTALL)
_SHOWN = re.compile(r' (?:title|aria-label|placeholder|alt)="([^"]*)"')
_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
CITIES = ROOT.parent / "cities"
#: Papers that are Chinese by what they are for: put before a leader, sent to a unit.
CHINESE_PAPERS = ("/weihai/lead/sheet", "/weihai/office/reports/")


def stays(page: str) -> set[str]:
    """The runs of Chinese characters that a page shows."""
    body = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    shown = [*re.sub(r"<[^>]*>", "\n", body).splitlines(), *_SHOWN.findall(body)]
    return {run for text in shown for run in _RUN.findall(unescape(text))}


@dataclass(frozen=True)
class Data:
    """What is no sentence of the program: all texts of data in one, and those that are words of their own."""

    whole: str
    words: frozenset[str]

    def explain(self, run: str) -> bool:
        """Whether they hold it, or two of them one behind the other: a prize and its grade."""
        behind = any(run[:at] in self.words and run[at:] in self.words for at in range(2, len(run) - 1))
        return run in self.whole or behind

    def with_records(self) -> Data:
        """And what the tables of the records hold."""
        found = [text for model in apps.get_app_config("records").get_models()
                 for row in model.objects.values_list() for text in texts_of(list(row))]  # fmt: skip
        return Data("\n".join((self.whole, *found)), self.words)


@pytest.fixture(scope="module")
def data() -> Data:
    """All texts of the cities' folders, and those that made-up data are made of."""
    packs = [text for city in ("weihai", "liaocheng") for text in texts_of(load_pack(city))]
    files = [path.read_text(encoding="utf-8") for path in CITIES.rglob("*.yaml")]
    made_up = [path.read_text(encoding="utf-8") for path in (ROOT / "engines" / "simulation").rglob("*.py")]
    return Data("\n".join([*packs, *files, *made_up, "中文"]), frozenset(packs))


def unexplained(client: Client, pages: Iterable[str], data: Data) -> dict[str, list[str]]:
    """What pages show in Chinese though it is no data."""
    found = {}
    for path in pages:
        if path.startswith(CHINESE_PAPERS):
            continue
        left = sorted(run for run in stays(client.get(path).content.decode()) if not data.explain(run))
        if left:
            found[path] = left
    return found


def test_public_pages(site: Client, data: Data) -> None:
    site.cookies["django_language"] = "en"
    try:
        assert unexplained(site, PAGES.values(), data) == {}
    finally:
        site.cookies.clear()


@pytest.mark.parametrize("who", list(PAGES_OF))
def test_pages_behind_the_sign_in(persona: Persona, data: Data, who: str) -> None:
    client = persona(who)
    client.cookies["django_language"] = "en"
    assert unexplained(client, PAGES_OF[who].values(), data.with_records()) == {}


#: Forms that are refused: who sends them, where to, what.
REFUSED = (
    ("science", "/weihai/office/documents/calls-2023/original/", {}),
    ("science", "/weihai/office/documents/calls-2023/original/", {"removal": " "}),
    ("science", "/weihai/office/figures/report/", {"indicator": "hnte_count", "value": "many", "period": "2023-13"}),
    ("science", "/weihai/office/reform/change/contract_payment_subsidy/", {"contract_payment_subsidy.rate": "lots"}),
    ("science", "/weihai/office/registers/qualification/new/", {"party_id": "nobody", "title": "hnte"}),
    ("science", "/weihai/office/meetings/new/", {"held_on": "2023-02-30"}),
    ("firm", "/weihai/my/matters/start/voucher/", {"sum": "lots"}),
    ("firm", "/weihai/my/exchange/?kind=results", {"title": ""}),
    ("firm", "/weihai/my/facts/qualification/QU00000020/correct/what/", {}),
    ("firm", "/weihai/clauses/hnte_reward/feedback/", {"rating": "9"}),
)


@pytest.mark.parametrize(("who", "address", "fields"), REFUSED, ids=[one[1] for one in REFUSED])
def test_what_is_wrong_with_a_form_is_said_in_english(
    persona: Persona, data: Data, who: str, address: str, fields: dict[str, str]
) -> None:
    client = persona(who)
    client.cookies["django_language"] = "en"
    answer = client.post(address, fields)
    assert answer.status_code in (400, 422)
    known = data.with_records()
    assert sorted(run for run in stays(answer.content.decode()) if not known.explain(run)) == []


def test_what_somebody_wrote_stays_as_it_is(persona: Persona) -> None:
    """Words that the program has too, within somebody's own text, are not put into English."""
    client = persona("science")
    client.post("/weihai/office/documents/calls-2023/original/", {
        "file": SimpleUploadedFile("通知.txt", "第一条\n同意\n无\n2023年12月31日".encode()),
    })  # fmt: skip
    client.post("/weihai/office/documents/calls-2023/original/", {"checked_by": "张三", "basis": "同意，通过"})
    client.cookies["django_language"] = "en"
    page = client.get("/weihai/office/documents/calls-2023/original/").content.decode()
    assert '<span lang="zh-CN">同意，通过</span>' in page
    text = client.get("/weihai/documents/calls-2023/?read=original").content.decode()
    assert "<p>同意</p>" in text and "<p>2023年12月31日</p>" in text and 'original-text" lang="zh-CN"' in text
