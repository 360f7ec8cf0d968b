"""Money and what it rests on: loans, pledges, insurance, linked finance, the yearly fund."""

from __future__ import annotations

from pathlib import Path

from innocity.actions.procedure_records import own_view
from tests.systems.shown import Matter, awards, listed, roster, table, told, totals, weihai


def test_conversion_loans_are_filed_their_losses_shared_and_what_comes_back_is_booked() -> None:
    filed = [
        {
            "party_id": "甲",
            "loan_no": name,
            "product": "result_conversion",
            "borrower": who,
            "principal": "500万元",
            "filed_on": "2018-03-01",
        }
        for name, who in (("L1", "乙"), ("L2", "丙"))
    ]
    lost = [
        {
            "party_id": "甲",
            "loan_no": "L1",
            "product": "result_conversion",
            "filed": "true",
            "recognised_on": "2019-06-01",
            "loss": "200万元",
        },
        {
            "party_id": "甲",
            "loan_no": "L9",
            "product": "result_conversion",
            "filed": "false",
            "recognised_on": "2019-06-01",
            "loss": "100万元",
        },
    ]
    back = [
        {"party_id": "甲", "loan_no": "L1", "recovered_on": "2020-05-01", "amount": "30万元"},
        {"party_id": "甲", "loan_no": "L1", "recovered_on": "2021-05-01", "amount": "10万元"},
    ]
    view = roster("conversion_loans", "2021-12-31", loan_filing=filed, loan_loss=lost)
    assert table(view, "备案的贷款").total.values == (2, 1_000_000_000, 1)
    assert listed(view, "贷款", "借款企业", "最近损失认定") == [
        ("甲公司", "L1", "乙公司", "2019-06-01"),
        ("甲公司", "L2", "丙公司", ""),
    ]
    losses = totals(roster("loan_losses", "2021-12-31", loan_loss=lost), "各笔贷款")
    assert losses == {"L1": (1, 200_000_000), "L9": (1, 100_000_000)}
    [award] = awards(["conversion_loan_compensation"], [2019], loan_loss=lost)
    assert (award.object, award.payable, award.others) == (
        "L1",
        70_000_000,
        {"province": 70_000_000, "bank": 60_000_000},
    )
    assert totals(roster("loans_recovered", "2021-12-31", loan_recovery=back), "各笔贷款") == {"L1": (40_000_000,)}
    assert totals(roster("loans_recovered", "2020-12-31", loan_recovery=back), "各笔贷款") == {"L1": (30_000_000,)}


def test_pledges_tell_who_bears_how_much_and_visits_to_parks_are_kept() -> None:
    pledge = {
        "party_id": "甲",
        "bank": "乙",
        "insurer": "丙",
        "principal": "300万元",
        "government_share": 40,
        "bank_share": 30,
        "insurer_share": 30,
    }
    view = roster(
        "ip_pledges",
        ip_pledge=[
            {**pledge, "pledge_no": "Z1", "right_no": "CN1", "pledged_on": "2023-03-01"},
            {**pledge, "pledge_no": "Z2", "right_no": "CN2", "pledged_on": "2021-03-01", "released_on": "2022-03-01"},
        ],
    )
    assert listed(view, "权利", "银行", "政府担", "银行担", "保险担") == [("甲公司", "CN1", "乙公司", "40", "30", "30")]
    assert table(view, "在押").total.values == (1, 300_000_000), "the other was released"
    visits = [{"party_id": "乙", "event_name": "质押融资进高区", "kind": "park_visit", "held_on": "2023-04-01"}]
    assert totals(roster("events", event_hosting=visits), "本年各类") == {"进园区": (1,)}


def test_policies_premiums_and_claims_stand_together_and_what_was_paid_is_subsidised() -> None:
    paid = [
        {
            "party_id": "甲",
            "policy_no": f"P{number}",
            "product": "linked_finance",
            "paid_on": "2023-05-01",
            "premium": premium,
        }
        for number, premium in ((1, "10万元"), (2, "50万元"))
    ]
    claims = [
        {"party_id": "甲", "policy_no": "P1", "claimed_on": day, "paid_out": sum_}
        for day, sum_ in (("2023-07-01", "20万元"), ("2023-09-01", "10万元"))
    ]
    view = roster("insurance", insurance_premium=paid, insurance_claim=claims)
    assert listed(view, "保单", "保费", "最近赔付") == [
        ("甲公司", "P1", "10万元", "2023-09-01"),
        ("甲公司", "P2", "50万元", ""),
    ]
    assert table(view, "本年").total.values == (2, 60_000_000, 1)
    claimed = roster("insurance_claims", insurance_premium=paid, insurance_claim=claims)
    assert totals(claimed, "各保单") == {"P1": (2, 30_000_000, 10_000_000, 3.0)}, "both claims of one policy"
    found = told(awards(["linked_finance_insurance"], insurance_premium=paid))
    assert found == {("linked_finance_insurance", "甲", 2023): ("ceiling", 20_000_000)}, (
        "half of 600,000 yuan, at most 200,000"
    )


def test_a_project_is_known_to_all_four_sides_at_once_and_each_keeps_its_own_books(tmp_path: Path) -> None:
    one = Matter("linked_finance_project", tmp_path, "卡脖子项目一")
    one.take("apply", "甲", "2023-01-10", party="甲", text="攻关")
    assert own_view(one.now(), "银行") is None
    for side in ("基金", "银行", "保险"):
        one.take("partner", "wh_science", "2023-01-20", party=side)
    one.take("list", "wh_science", "2023-02-01", text="第一批")
    for side in ("基金", "银行", "保险", "甲"):
        seen = own_view(one.now(), side)
        assert seen is not None and seen.taken[-1].step == "list", "by the one step of entering, all see it"
    one.take("grant", "wh_finance", "2023-03-01", sum="60万元", evidence=["拨款文"])
    one.take("equity", "wh_finance_office", "2023-04-01", party="基金", sum="500万元", evidence=["协议"])
    one.take("loan", "wh_finance_office", "2023-05-01", party="银行", sum="1000万元", evidence=["借据"])
    one.take("insure", "wh_finance_office", "2023-05-01", party="保险", sum="800万元", evidence=["保单"])
    one.take("premium_subsidy", "wh_finance", "2023-06-01", sum="15万元", evidence=["凭证"])
    bank = own_view(one.now(), "银行")
    assert bank is not None and "equity" not in {step.step for step in bank.taken} and bank.taken[-2].step == "loan"
    steps = [
        {
            "party_id": step.actor,
            "case": step.case,
            "procedure": step.procedure,
            "step": step.step,
            "taken_on": step.taken_on,
            **({"sum": f"{step.sum // 100}元"} if step.sum else {}),
        }
        for step in one.now().taken
    ]
    view = roster("linked_money", procedure_step=steps)
    moved = (75_000_000, 500_000_000, 1_000_000_000, 800_000_000, 20.0)
    assert totals(view, "各项目") == {one.case: moved}, "the same books; one yuan moves twenty"
    assert table(view, "全部项目").total.values == moved


def test_linked_finance_stays_within_its_rates_and_its_yearly_ten_million() -> None:
    clauses = ["linked_finance_grant", "linked_finance_loan", "linked_finance_insurance"]
    stock = [
        {"party_id": "乙", "product": "linked_finance", "as_on": day, "balance": balance}
        for day, balance in (("2022-12-31", "1亿元"), ("2023-12-31", "6亿元"))
    ]
    premium = [
        {"party_id": "甲", "policy_no": "P1", "product": "linked_finance", "paid_on": "2023-05-01", "premium": "60万元"}
    ]
    project = [
        {
            "party_id": "甲",
            "project_no": "X1",
            "program": "linked_finance_grant",
            "level": "city",
            "event": "project_approval",
            "approved_on": "2023-05-01",
            "fiscal": "900万元",
        }
    ]
    decided = [
        {"clause": "linked_finance_loan", "object": "乙", "party": "乙", "selected": True, "sum": "300万元"},
        {"clause": "linked_finance_insurance", "object": "甲", "party": "甲", "selected": True, "sum": "20万元"},
    ]
    registered = {"loan_stock": stock, "insurance_premium": premium, "st_project": project}
    open_ = told(awards(clauses[1:], **registered))
    assert open_["linked_finance_loan", "乙", 2023] == ("ceiling", 300_000_000), "0.6 % of what was lent anew"
    assert open_["linked_finance_insurance", "甲", 2023] == ("ceiling", 20_000_000)
    found = told(awards(clauses, decisions=decided, **registered))
    assert sum(fen or 0 for _, fen in found.values()) == 1_000_000_000, "12.2 million yuan are cut to ten"


def test_the_yearly_fund_is_a_pool_and_what_is_paid_out_of_it_is_booked_one_by_one(tmp_path: Path) -> None:
    labs = [
        {
            "party_id": f"A{number}",
            "platform_id": f"L{number}",
            "type": "national_key_lab",
            "level": "national",
            "role": "lead",
            "approved_on": f"2023-02-0{number}",
        }
        for number in range(1, 10)
    ]
    found = awards(["national_key_lab"], innovation_platform=labs)
    assert sum(one.payable for one in found) == 8_000_000_000, "nine times ten million, of eighty that are there"
    booked = [
        {
            "party_id": "甲",
            "clause": clause,
            "object": item,
            "year": 2022,
            "approved": sum_,
            "paid": sum_,
            "amount": sum_,
            "quota_doc_no": "指标1号",
            "voucher_no": voucher,
            "valid_from": "2023-05-01",
        }
        for clause, item, sum_, voucher in (
            ("hnte_reward", "甲", "20万元", "记1"),
            ("national_key_lab", "L1", "900万元", "记2"),
        )
    ]
    view = roster("awards_of_year", award=booked)
    assert view.year == 2023 and totals(view, "各条款") == {
        weihai().clauses["hnte_reward"].name: (1, 20_000_000, 20_000_000),
        weihai().clauses["national_key_lab"].name: (1, 900_000_000, 900_000_000),
    }
    assert ("甲公司", "L1", "指标1号", "记2") in listed(view, "事项", "指标文号", "凭证")
