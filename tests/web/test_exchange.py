"""供需对接 on the site: a firm posts, an officer looks at it, everybody sees it, a pair is followed; the log tells."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.test import Client

from innocity.actions.correct_fact import correct_fact
from innocity.packs.load import load_pack
from innocity.records.models import AuditEntry
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR

MINE, OFFICE, PUBLIC = "/weihai/my/exchange/", "/weihai/office/exchange/", "/weihai/exchange/"
FACTS = "/weihai/my/facts/"
DEMAND = {"do": "post", "side": "demand", "title": "预浸料稳定化", "field": "materials", "words": "碳纤维"}
OFFER = {
    "do": "post",
    "side": "offer",
    "title": "碳纤维工艺",
    "by": "某课题组",
    "field": "materials",
    "unit": "wh_science",
}


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def sent(client: Client, address: str, data: dict[str, str]) -> Any:
    """A form that is taken."""
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["faults"]
    return answer


def test_from_a_firm_s_need_to_a_contract(persona: Persona) -> None:
    firm, science, anybody = persona("firm"), persona("science"), Client(SERVER_NAME="localhost")
    sent(firm, f"{MINE}?kind=results", DEMAND)
    assert "预浸料稳定化" not in text_of(anybody, f"{PUBLIC}results/"), "nobody has looked at it yet"
    assert "预浸料稳定化" in text_of(science, f"{OFFICE}?kind=results")
    sent(science, f"{OFFICE}?kind=results", {"do": "open", "listing": "results_d0001", "unit": "wh_science"})
    sent(science, f"{OFFICE}?kind=results", OFFER)
    page = text_of(anybody, f"{PUBLIC}results/results_d0001/")
    assert "碳纤维工艺" in page and "都是新材料" in page and "70" in page
    assert "申请对接" in text_of(firm, MINE)
    sent(firm, MINE, {"do": "ask", "demand": "results_d0001", "offer": "results_o0001"})
    pair = {"do": "step", "demand": "results_d0001", "offer": "results_o0001", "unit": "wh_science"}
    agreed = {"step": "agreed", "on": date.today().isoformat(), "amount": "60万元", "evidence": "技术开发合同"}
    sent(science, f"{OFFICE}?kind=results", pair | agreed)
    assert "已签约" in text_of(firm, MINE)
    assert "签约 1" in text_of(anybody, PUBLIC)
    logged = list(AuditEntry.objects.values_list("action", flat=True))
    assert [logged.count(name) for name in ("post_listing", "decide_listing", "record_exchange_step")] == [2, 1, 2]


def test_what_is_refused_is_told_to_its_firm_alone(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    sent(firm, f"{MINE}?kind=results", DEMAND)
    refuse = {"do": "refused", "listing": "results_d0001", "unit": "wh_science", "note": ""}
    assert science.post(f"{OFFICE}?kind=results", refuse).status_code == 422
    sent(science, f"{OFFICE}?kind=results", refuse | {"note": "含有联系电话"})
    assert "含有联系电话" in text_of(firm, MINE)
    assert "预浸料稳定化" not in text_of(persona("other_firm"), MINE)
    assert Client(SERVER_NAME="localhost").get(f"{PUBLIC}results/results_d0001/").status_code == 404


def test_nobody_acts_for_another(persona: Persona) -> None:
    """Not another firm, not a unit that does not look after the kind, not in the name of another unit."""
    firm, other, county = persona("firm"), persona("other_firm"), persona("county")
    sent(firm, f"{MINE}?kind=results", DEMAND)
    assert other.post(MINE, {"do": "closed", "listing": "results_d0001"}).status_code == 422
    for unit in ("wh_science", "wh_huancui"):
        opened = {"do": "open", "listing": "results_d0001", "unit": unit}
        assert county.post(f"{OFFICE}?kind=results", opened).status_code == 422
    assert county.post(f"{OFFICE}?kind=results", OFFER).status_code == 422
    assert "预浸料稳定化" not in text_of(Client(SERVER_NAME="localhost"), f"{PUBLIC}results/")


def test_an_event_is_planned_and_recorded(persona: Persona) -> None:
    science = persona("science")
    told = {"do": "event", "unit": "wh_science", "form": "fair", "title": "对接会", "planned_on": "2026-11-01"}
    sent(science, f"{OFFICE}?kind=results", told)
    assert "对接会" in text_of(Client(SERVER_NAME="localhost"), f"{PUBLIC}results/")
    held = told | {"held_on": "2026-11-02", "event": "results-2026-11-01-1"}
    assert science.post(f"{OFFICE}?kind=results", held).status_code == 422, "one that was held needs a record"
    sent(science, f"{OFFICE}?kind=results", held | {"text": "现场配对三组"})
    assert "现场配对三组" in text_of(science, f"{OFFICE}?kind=results")


NEED = {"do": "post", "side": "demand", "title": "扩产贷款", "stage": "growth", "loan": "300万元", "text": "本公司扩产"}
LOAN = {"do": "post", "side": "offer", "title": "信用贷", "by": "某银行", "stage": "growth", "loan": "600万元",
        "unit": "wh_science"}  # fmt: skip


def test_who_needs_money_is_not_told_to_everybody(persona: Persona) -> None:
    """A finance listing: its title is public; its firm, words, sum and the scores that would tell the sum are not."""
    firm, science, other, anybody = (*map(persona, ("firm", "science", "other_firm")), Client(SERVER_NAME="localhost"))
    sent(firm, f"{MINE}?kind=finance", NEED)
    sent(science, f"{OFFICE}?kind=finance", {"do": "open", "listing": "finance_d0001", "unit": "wh_science"})
    sent(science, f"{OFFICE}?kind=finance", LOAN)
    for client in (anybody, other):
        pages = [text_of(client, f"{PUBLIC}finance/{name}") for name in ("", "finance_d0001/", "finance_o0001/")]
        assert all("扩产贷款" in page and "单位不公开" in page for page in pages)
        assert not any("300万元" in page or "本公司扩产" in page or "70.0" in page for page in pages)
        assert "某银行" in pages[0] and "600万元" in pages[0], "what banks offer is public"
    assert "<h3><a" not in text_of(anybody, f"{PUBLIC}finance/?q=本公司"), "what is kept back is not found either"
    page = text_of(firm, f"{PUBLIC}finance/finance_d0001/")
    assert "300万元" in page and "70.0" in page
    sent(firm, MINE, {"do": "ask", "demand": "finance_d0001", "offer": "finance_o0001"})
    sent(firm, MINE, {"do": "agreed", "demand": "finance_d0001", "offer": "finance_o0001", "amount": "280万元"})
    assert "等对方或负责的单位确认" in text_of(firm, MINE)
    assert "280万元" in text_of(science, f"{OFFICE}?kind=finance")
    elsewhere = text_of(persona("county"), f"{OFFICE}?kind=finance")
    assert "扩产贷款" in elsewhere and "280万元" not in elsewhere and "300万元" not in elsewhere
    assert "签约 1" not in text_of(anybody, PUBLIC)


def test_what_a_simulated_city_records_is_marked_on_every_page(persona: Persona) -> None:
    firm, science, anybody = persona("firm"), persona("science"), Client(SERVER_NAME="localhost")
    sent(firm, f"{MINE}?kind=results", DEMAND)
    sent(science, f"{OFFICE}?kind=results", {"do": "open", "listing": "results_d0001", "unit": "wh_science"})
    sent(science, f"{OFFICE}?kind=results", OFFER)
    sent(firm, MINE, {"do": "ask", "demand": "results_d0001", "offer": "results_o0001"})
    mark = '<span class="sim">'
    for client, address in ((anybody, PUBLIC), (anybody, f"{PUBLIC}results/results_d0001/"), (firm, MINE),
                            (science, f"{OFFICE}?kind=results")):  # fmt: skip
        assert mark in text_of(client, address), address


def test_a_firm_cannot_read_what_waits_by_asking_to_meet_it(persona: Persona) -> None:
    firm, other = persona("firm"), persona("other_firm")
    sent(firm, f"{MINE}?kind=results", DEMAND)
    sent(other, f"{MINE}?kind=results", DEMAND | {"side": "offer", "title": "探路"})
    asked = other.post(MINE, {"do": "ask", "demand": "results_d0001", "offer": "results_o0001"})
    assert asked.status_code == 422 and "预浸料稳定化" not in asked.content.decode()
    assert "预浸料稳定化" not in text_of(other, MINE)


def test_long_lists_say_how_many_there_are(persona: Persona, monkeypatch: Any) -> None:
    firm, science = persona("firm"), persona("science")
    monkeypatch.setattr("innocity.web.views.firm.exchange._SIZE", 2)
    monkeypatch.setattr("innocity.web.views.office.exchange._MOST", 2)
    for number in range(3):
        sent(firm, f"{MINE}?kind=results", DEMAND | {"title": f"难题{number}号"})
        told = {"do": "event", "unit": "wh_science", "form": "fair", "title": f"活动{number}号"}
        sent(science, f"{OFFICE}?kind=results", told | {"planned_on": f"2026-11-0{number + 1}"})
    page = text_of(firm, f"{MINE}?page=2")
    assert "3 项" in page and "第 2 页，共 2 页" in page and "难题0号" in page and "难题2号" not in page
    page = text_of(science, f"{OFFICE}?kind=results")
    assert "先列 2 项" in page and "只列最近的 2 次" in page and "难题2号" not in page


CONTRACTS = "/weihai/office/registers/technology_contract"
CONTRACT = {"registration_no": "2026370000000001", "type": "development", "registered_on": "2026-11-01"}


def agreed_pair(persona: Persona, title: str = DEMAND["title"], number: int = 1) -> tuple[Client, str]:
    """A pair that agreed today on 60万元, and the code of the side that offers."""
    firm, science = persona("firm"), persona("science")
    demand, offer = f"results_d000{number}", f"results_o000{number}"
    sent(firm, f"{MINE}?kind=results", DEMAND | {"title": title})
    sent(science, f"{OFFICE}?kind=results", {"do": "open", "listing": demand, "unit": "wh_science"})
    code = science.get("/weihai/office/registers/organization/").context["page"].items[-1].party.code
    sent(science, f"{OFFICE}?kind=results", OFFER | {"by": code, "title": f"工艺，答{title}"})
    pair = {"do": "step", "demand": demand, "offer": offer, "unit": "wh_science"}
    sent(science, f"{OFFICE}?kind=results", pair | {"step": "proposed", "on": date.today().isoformat()})
    pairs = science.get(f"{OFFICE}?kind=results").context["pairs"]
    assert [told for one, *told in pairs if one.state.demand == demand] == [["", ""]], "nothing is agreed yet"
    agreed = {"step": "agreed", "on": date.today().isoformat(), "amount": "60万元", "evidence": "技术开发合同"}
    sent(science, f"{OFFICE}?kind=results", pair | agreed)
    return science, code


def begun_from(science: Client, query: str) -> dict[str, str]:
    """What the form of the contract begins with."""
    form = science.get(f"{CONTRACTS}/new/?{query}")
    given: dict[str, str] = form.context["given"]
    assert f'name="source" value="{given["source"]}"' in form.content.decode(), "it goes along with what is typed"
    return given


def registered(science: Client, given: dict[str, str], **more: str) -> str:
    """The fact that a contract was registered as."""
    preview = science.post(f"{CONTRACTS}/new/", given)
    assert preview.context["preview"].ok and not preview.context["preview"].problem_count, preview.content.decode()
    asked = {"kept": preview.context["kept"], "digest": preview.context["preview"].digest, "prepared": "1", **more}
    answer = science.post(f"{CONTRACTS}/import/", asked)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).partition("/facts/")[2].partition("/")[0]


def test_what_two_sides_agreed_is_registered_as_a_technology_contract_from_the_same_page(persona: Persona) -> None:
    """Where demand and supply met, the deal goes on to its registration, with what is known of it filled in."""
    science, code = agreed_pair(persona)
    [(_, query, fact)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    form = begun_from(science, query)
    assert (form["whom"], form["contract_amount"], form["signed_on"]) == (code, "60万元", date.today().isoformat())
    assert not fact and "认定登记技术合同" in text_of(science, f"{OFFICE}?kind=results")


def test_a_pair_whose_contract_is_registered_says_so_and_is_not_registered_again(persona: Persona) -> None:
    """Also where the officer corrected what the two sides had told: the contract names the pair."""
    science, _ = agreed_pair(persona)
    [(_, query, _)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    fact = registered(science, begun_from(science, query) | CONTRACT | {"contract_amount": "58万元"})
    [(_, again, found)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    page = text_of(science, f"{OFFICE}?kind=results")
    assert (again, found) == ("", fact)
    assert f'href="{CONTRACTS}/facts/{fact}/"' in page and "已登记到技术合同" in page and "认定登记技术合同" not in page
    assert "results_d0001 results_o0001" in text_of(science, f"{CONTRACTS}/facts/{fact}/"), "it says where it is from"


def test_a_contract_that_came_another_way_is_found_by_its_parties_day_and_sum(persona: Persona) -> None:
    """The office of contracts registered it itself; one of another sum or day is another contract."""
    science, _ = agreed_pair(persona)
    [(_, query, _)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    own = begun_from(science, query) | CONTRACT | {"source": ""}
    registered(science, own | {"contract_amount": "61万元"})
    registered(science, own | {"registration_no": "2026370000000002", "signed_on": "2020-01-01"})
    assert science.get(f"{OFFICE}?kind=results").context["pairs"][0][2] == "", "neither is what was agreed"
    fact = registered(science, own | {"registration_no": "2026370000000003"})
    assert science.get(f"{OFFICE}?kind=results").context["pairs"][0][1:] == ("", fact)


def test_of_two_deals_alike_one_contract_registers_one(persona: Persona) -> None:
    science, _ = agreed_pair(persona)
    [(_, query, _)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    fact = registered(science, begun_from(science, query) | CONTRACT)
    agreed_pair(persona, "另一个难题", number=2)
    pairs = science.get(f"{OFFICE}?kind=results").context["pairs"]
    found = {pair.state.demand: (bool(query), fact) for pair, query, fact in pairs}
    assert found == {"results_d0001": (False, fact), "results_d0002": (True, "")}
    assert persona("county").get(f"{OFFICE}?kind=results").context["pairs"][0][1:] == ("", ""), "not its parties"


def test_a_contract_that_was_withdrawn_registers_nothing(persona: Persona) -> None:
    science, _ = agreed_pair(persona)
    [(_, query, _)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    fact = registered(science, begun_from(science, query) | CONTRACT)
    reason = "登记错了"
    correct_fact(load_pack("weihai"), OPERATOR, "technology_contract", fact, {}, reason, revision=1, withdraw=True)
    [(_, again, found)] = science.get(f"{OFFICE}?kind=results").context["pairs"]
    assert again == query and not found


def test_a_listing_has_one_state_wherever_its_firm_reads_it(persona: Persona) -> None:
    """What the office decides is a row of the office's own: the firm's row must not go on saying that it waits."""
    firm, science = persona("firm"), persona("science")
    sent(firm, f"{MINE}?kind=results", DEMAND)
    assert all("待审核" in text_of(firm, page) for page in (MINE, f"{FACTS}exchange_listing/"))
    sent(science, f"{OFFICE}?kind=results", {"do": "open", "listing": "results_d0001", "unit": "wh_science"})
    for page in (MINE, FACTS, f"{FACTS}exchange_listing/"):
        assert "已发布" in text_of(firm, page) and "待审核" not in text_of(firm, page), page
