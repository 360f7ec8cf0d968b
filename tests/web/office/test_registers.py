"""登记簿: lists, search, places, what a county sees, one fact with its history."""

from __future__ import annotations

import io
import re

import pytest
from python_calamine import CalamineWorkbook

from innocity.actions.correct_fact import correct_fact
from innocity.packs.load import load_pack
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona

LIST = "/weihai/office/registers/"
FIRMS = f"{LIST}organization/"


def test_every_register_is_listed_with_its_source_and_the_own_ones_first(persona: Persona) -> None:
    rows = persona("science").get(LIST).context["rows"]
    assert len(rows) == len(load_pack("weihai").registers)
    mine = [row["mine"] for row in rows]
    assert any(mine) and mine == sorted(mine, reverse=True)


def test_pages_do_not_overlap_and_together_are_the_whole(persona: Persona) -> None:
    client = persona("science")
    first = client.get(FIRMS).context["page"]
    seen: list[str] = []
    for number in range(1, first.pages + 1):
        items = client.get(FIRMS, {"page": number}).context["page"].items
        seen += [line.fact.fact_id for line in items]
    assert len(seen) == len(set(seen)) == first.total > 1000


def test_any_page_of_a_long_register_is_one_step_away_and_keeps_what_was_asked(persona: Persona) -> None:
    client = persona("science")
    answer = client.get(FIRMS, {"division": "huancui", "text": "企业", "page": 2})
    pages, text = answer.context["page"].pages, answer.content.decode()
    assert pages > 5 and f'page={pages}">最后一页' in text and 'page=1">第一页' in text
    jump = text[text.index('<form class="jump">') :].partition("</form>")[0]
    hidden = dict(re.findall(r'type="hidden" name="([a-z]+)" value="([^"]*)"', jump))
    assert hidden == {"division": "huancui", "text": "企业"} and f'max="{pages}"' in jump
    last = client.get(FIRMS, {**hidden, "page": pages})
    assert last.context["page"].number == pages and "下一页" not in last.content.decode()


def test_who_may_not_write_a_register_is_offered_no_template_and_told_by_whom_it_is_kept(persona: Persona) -> None:
    client, award = persona("county"), f"{LIST}award/"
    assert "template.xlsx" not in client.get(award).content.decode()
    refused = client.get(f"{award}template.xlsx")
    assert refused.status_code == 422 and "由市财政局" in refused.content.decode()
    writes = persona("science").get(f"{LIST}contract_payment/").content.decode()
    assert "contract_payment/template.xlsx" in writes


def test_a_party_is_found_by_part_of_its_name_by_code_and_by_number(persona: Persona) -> None:
    client = persona("science")
    one = client.get(FIRMS).context["page"].items[-1]
    for text in (one.party.name, one.party.code, one.party.id, one.party.name[2:]):
        found = client.get(FIRMS, {"text": text}).context["page"]
        assert one.fact.fact_id in {line.fact.fact_id for line in found.items}, text
    assert "没有符合条件的事实" in client.get(FIRMS, {"text": "没有这样的名字"}).content.decode()


def test_the_menu_of_the_site_stands_above_a_register(persona: Persona) -> None:
    text = persona("science").get(FIRMS).content.decode()
    assert 'href="/weihai/clauses/"' in text and 'href=""' not in text


def test_a_place_narrows_the_list(persona: Persona) -> None:
    found = persona("science").get(FIRMS, {"division": "huancui"}).context["page"]
    assert found.total > 0 and {line.party.division for line in found.items} == {"huancui"}


def test_a_county_sees_its_own_firms_only(persona: Persona) -> None:
    whole = persona("science").get(FIRMS, {"division": "huancui"}).context["page"].total
    client = persona("county")
    page = client.get(FIRMS).context["page"]
    assert page.total == whole and {line.party.division for line in page.items} == {"huancui"}
    other = persona("science").get(FIRMS, {"division": "rongcheng"}).context["page"].items[0]
    assert client.get(f"{FIRMS}facts/{other.fact.fact_id}/").status_code == 404


def test_personal_columns_are_hidden_from_units_that_do_not_keep_the_register(persona: Persona) -> None:
    pack = load_pack("weihai")
    register = pack.registers["person"]
    answer = persona("leader").get(f"{LIST}{register.id}/")
    assert answer.context["hidden"] == [c.name for c in register.columns if c.personal]
    assert "不予显示" in answer.content.decode()


def test_the_history_of_a_fact_tells_what_changed_why_and_who(persona: Persona) -> None:
    client = persona("science")
    line = client.get(f"{LIST}contract_payment/").context["page"].items[0]
    pack, fact = load_pack("weihai"), line.fact
    operator = Viewer.operator("小张")
    correct_fact(pack, operator, "contract_payment", fact.fact_id, {"amount": "7777元"}, "凭证写错", revision=1)
    answer = client.get(f"{LIST}contract_payment/facts/{fact.fact_id}/")
    (latest, who, changed, _), (_, _, nothing, _) = answer.context["revisions"]
    assert latest.reason == "凭证写错" and who[0] == "小张" and nothing == []
    assert [(name, after) for name, _, after in changed if name == "支付金额"] == [("支付金额", "7777元")]


def test_the_unit_that_keeps_a_register_is_named_and_no_other_of_a_like_name(persona: Persona) -> None:
    assert persona("science").get(f"{LIST}contract_payment/").context["writers"] == ["市科技局"]


def test_an_unknown_register_or_fact_is_not_found(persona: Persona) -> None:
    client = persona("science")
    assert client.get(f"{LIST}nothing/").status_code == 404
    assert client.get(f"{FIRMS}facts/nothing/").status_code == 404


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_export_holds_what_the_list_shows(persona: Persona, ending: str) -> None:
    client = persona("science")
    total = client.get(FIRMS, {"division": "huancui"}).context["page"].total
    answer = client.get(f"{FIRMS}export.{ending}", {"division": "huancui"})
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    if ending == "xlsx":
        rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
        assert sum(str(row[-1]) != "" or str(row[0]) != "" for row in rows) >= total
    else:
        assert len(answer.content.decode("utf-8-sig").splitlines()) > total
