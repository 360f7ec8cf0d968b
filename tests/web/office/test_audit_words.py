"""The log in words: nothing of how it is stored, and no name of an account taken for a word."""

from __future__ import annotations

import json

from innocity.packs.load import load_pack
from innocity.web.views.office.audit_words import details_in_words, object_in_words
from tests.web.conftest import Persona


def test_an_entry_names_registers_units_and_roles() -> None:
    pack = load_pack("weihai")
    rows = {"award": {"hash": "0" * 64, "rows": 3}}
    kept = {"role": "officer", "unit": "wh_science", "demo": True, "entry": 9, "registers": rows}
    shown = dict(details_in_words(pack, json.dumps(kept)))
    assert shown == {"岗位": "工作人员", "单位": "市科技局", "演示": "是", "登记簿": "奖补兑现台账 3 行"}
    assert object_in_words(pack, "award、organization") == "奖补兑现台账、创新主体"
    assert object_in_words(pack, "a" * 64) == "a" * 12 + "…"


def test_an_account_named_as_a_role_keeps_its_name() -> None:
    pack = load_pack("weihai")
    assert object_in_words(pack, "account/auditor") == "账号 auditor"
    assert details_in_words(pack, json.dumps({"account": "leader"})) == [("账号", "leader")]


def test_the_page_shows_no_word_of_the_program(persona: Persona) -> None:
    text = persona("auditor").get("/weihai/office/audit/").content.decode()
    table = text[text.index('<table class="log"') :]
    assert "True" not in table and ">open_account<" not in table and "开账号" in table
