"""Demand and supply: who may see what, whose word counts, what is simulated."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.actions.exchange_sight import as_seen
from innocity.actions.post_listing import Posting, post_listings
from innocity.core.errors import InnoCityError
from innocity.records.viewer import Viewer
from tests.systems.built import (
    DAY,
    VAR,
    decide,
    event,
    pack_of,
    pair,
    post,
    records,
    roster,
    step,
    tables,
)

SCIENCE, INDUSTRY, FINANCE = "wh_science", "wh_industry", "wh_financial_supervision"


def test_nobody_reaches_a_listing_that_waits_or_was_refused_by_its_id() -> None:
    """Ids can be guessed: what may not be seen is unknown, to whoever is neither its owner nor a unit."""
    waits = post("F1", "results", "demand", "保密难题", "甲公司", field="materials")
    own = post("F2", "results", "offer", "我们的工艺", "乙公司", field="materials")
    decide(own, "open", SCIENCE)
    for state in ("pending", "refused"):
        if state == "refused":
            decide(waits, state, SCIENCE, "含有电话")
        with pytest.raises(InnoCityError) as told:
            step("proposed", waits, own, "F2", "2024-01-08")
        assert told.value.code == "E-EXCHANGE-UNKNOWN" and "甲公司" not in str(told.value)
    with pytest.raises(InnoCityError) as owned:
        post_listings(pack_of(), [Posting("results", "demand", "另一项", "乙公司", "F2", DAY, {}, waits)], VAR)
    assert "甲公司" not in str(owned.value)
    with pytest.raises(InnoCityError, match="还没有审核"):
        step(
            "proposed",
            post("F3", "results", "demand", "另一项", "丙公司", field="materials"),
            own,
            SCIENCE,
            "2024-01-08",
        )


def test_a_planned_event_is_changed_by_its_own_unit_for_its_own_kind_alone() -> None:
    planned = event(INDUSTRY, "supply_chain", "fair", "配套对接会", "2024-02-01")
    for unit, kind in ((SCIENCE, "results"), ("wh_development", "supply_chain"), (INDUSTRY, "orders")):
        with pytest.raises(InnoCityError, match="另一次活动"):
            event(unit, kind, "fair", "换了", "2024-02-03", id=planned)
    assert records().events[planned].title == "配套对接会"


def test_one_side_alone_cannot_say_that_both_agreed() -> None:
    order = post("F_BIG", "orders", "demand", "壳体外协", "大企业", chain="equipment")
    able = post("F_SMALL", "orders", "offer", "五轴加工", "小企业", chain="equipment")
    for one in (order, able):
        decide(one, "open", INDUSTRY)
    step("proposed", order, able, "F_SMALL", "2024-01-08", amount="1亿元")
    step("agreed", order, able, "F_SMALL", "2024-01-10", amount="900万元")
    told = pair(order, able)
    assert (told.step, told.amount) == ("proposed", None), "it is said, and does not count"
    assert told.claim is not None and (told.claim.party, told.claim.amount) == ("F_SMALL", 900_0000_00)
    with pytest.raises(InnoCityError, match="不能登记已履约"):
        step("fulfilled", order, able, INDUSTRY, "2024-01-11", evidence=("验收单",))
    with pytest.raises(InnoCityError, match="对方登记的金额是 9000000"):
        step("agreed", order, able, "F_BIG", "2024-01-12", amount="90万元")
    step("agreed", order, able, "F_SMALL", "2024-01-12", amount="90万元", text="改正")
    step("agreed", order, able, "F_BIG", "2024-01-13", amount="90万元")
    told = pair(order, able)
    assert (told.step, told.amount, told.claim) == ("agreed", 90_0000_00, None)
    assert [one.step for one in told.steps] == ["proposed", "agreed"]


def test_what_the_office_says_was_agreed_rests_on_a_paper() -> None:
    order = post(INDUSTRY, "orders", "demand", "壳体外协", "大企业", chain="equipment")
    able = post(INDUSTRY, "orders", "offer", "五轴加工", "小企业", chain="equipment")
    with pytest.raises(InnoCityError, match="已签约没有佐证材料"):
        step("agreed", order, able, INDUSTRY, "2024-01-10", evidence=())
    step("agreed", order, able, INDUSTRY, "2024-01-10", evidence=("合同",))
    assert pair(order, able).step == "agreed"


def test_a_firm_is_known_by_its_id_whatever_name_was_typed() -> None:
    need = post("F1", "results", "demand", "涂层", "甲公司", field="materials")
    own = post("F1", "results", "offer", "涂层工艺", "甲有限公司", field="materials")
    other = post("F2", "results", "offer", "涂层设备", "甲公司", field="materials")
    for one in (need, own, other):
        decide(one, "open", SCIENCE)
    exchange = records()
    assert [one.offer.id for one in exchange.offers_for(exchange.listings[need], DAY)] == [other]
    assert [one.demand.id for one in exchange.demands_for(exchange.listings[other], DAY)] == [need]
    with pytest.raises(InnoCityError, match="同一家"):
        step("proposed", need, own, "F1", "2024-01-08")


def test_a_firm_that_writes_its_name_in_two_ways_is_counted_once() -> None:
    for by in ("甲公司", "甲有限公司"):
        decide(
            post("F1", "machines", "demand", "焊接机器人", by, words="焊接", quantity="2", batch="一"),
            "open",
            "wh_marine",
        )
    post("wh_marine", "machines", "demand", "码垛机器人", "乙公司", words="码垛", quantity="1", batch="一")
    rows = [{"party_id": one.party, "listing": one.id, "kind": one.kind, "side": one.side, "title": one.title,
             "by": one.by, "firm": one.firm, "quantity": str(one.values["quantity"]), "batch": "一",
             "posted_on": "2024-01-02", "state": one.state} for one in records().listings.values()]  # fmt: skip
    name = "machine_demands"
    assert {row["firm"] for row in rows} == {"F1", ""}, "who posted it is kept when an officer has opened it"
    [group] = roster(name, tables(exchange_listing=rows))["tables"][0]["groups"]
    assert group["values"] == {"企业": 2, "台数": 5}


def test_simulated_steps_give_way_to_real_ones_and_never_mix() -> None:
    need = post(SCIENCE, "results", "demand", "涂层", "甲公司", field="materials")
    offer = post(SCIENCE, "results", "offer", "工艺", "某院", field="materials")
    step("agreed", need, offer, SCIENCE, "2024-01-10", amount="9亿元", simulated=True)
    assert pair(need, offer).simulated
    step("introduced", need, offer, SCIENCE, "2024-01-05")
    told = pair(need, offer)
    assert ([one.step for one in told.steps], told.simulated, told.amount) == (["introduced"], False, None)
    made_up = Posting("results", "offer", "假想工艺", "假想院", SCIENCE, DAY, {"field": "materials"}, simulated=True)
    listing = str(post_listings(pack_of(), [made_up], VAR)[0]["listing"])
    step("proposed", need, listing, SCIENCE, "2024-03-02")
    [told] = [one for one in records().pairs("results", date(2024, 3, 3)) if one.offer == listing]
    assert told.simulated, "a step between what is simulated is simulated"


def test_names_and_sums_of_those_who_need_money_are_for_the_office_and_whom_it_brought_together() -> None:
    need = post("F1", "finance", "demand", "流动资金", "甲公司", stage="growth", loan="300万元", text="甲公司要贷款")
    loan = post("B1", "finance", "offer", "信用贷", "某银行", stage="growth", loan="300万元")
    for one in (need, loan):
        decide(one, "open", FINANCE)
    bank, owner = Viewer("firm", "b", None, "B1"), Viewer("firm", "a", None, "F1")
    office, other = Viewer("officer", "o", FINANCE), Viewer("officer", "x", "wh_marine")

    def seen(viewer: Viewer, name: str = need) -> tuple[str, object, object]:
        one = as_seen(exchange := records(), exchange.listings[name], viewer)
        return one.by, one.values.get("loan"), one.values.get("text")

    whole, less = ("甲公司", 300_0000_00, "甲公司要贷款"), ("", None, None)
    assert [seen(one) for one in (owner, office, bank, other, Viewer())] == [whole, whole, less, less, less]
    assert seen(Viewer(), loan)[:2] == ("某银行", 300_0000_00), "what banks offer is public"
    step("proposed", need, loan, "B1", "2024-01-08")
    step("introduced", need, loan, "B1", "2024-01-09")
    assert seen(bank) == less, "nobody brings oneself together with another"
    step("agreed", need, loan, FINANCE, "2024-01-10")
    assert (seen(bank), seen(Viewer("firm", "c", None, "C1"))) == (whole, less)
