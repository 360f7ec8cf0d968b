"""The calculator agrees with the golden cases, and says what it cannot read."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from innocity.web import calculator, cities
from innocity.web.fields import reads_of


def total(verdicts: list[calculator.Verdict]) -> int:
    """As cases count: what is payable, else ceilings and sums that await a decision."""
    awards = [one.award for one in verdicts]
    if any(award.status == "sum" for award in awards):
        return sum(award.payable for award in awards)
    return sum(award.after_pool or 0 for award in awards if award.status in ("ceiling", "awaiting_decision"))


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_examples_come_out_as_their_cases_say(city: str) -> None:
    pack, compared = cities.pack_of(city), 0
    for clause in (one for one in pack.clauses.values() if one.register_ or one.after):
        reads = reads_of(pack, clause.id, pack.city.default_year)
        for case in calculator.examples(city, clause.id, reads):
            dated = reads_of(pack, clause.id, case.years[0])
            rows = calculator.filled(calculator.rows_of(case, dated))
            verdicts = calculator.evaluate(pack, clause.id, dated, rows)
            if case.total_fen is not None:
                assert total(verdicts) == case.total_fen, case.says
                compared += 1
    assert compared > 20


def test_arithmetic_with_its_article(site: Client) -> None:
    text = site.get("/weihai/calculator/contract_payment_subsidy/?example=1").content.decode()
    assert "支付金额 6000020元 × 5% = 300001元" in text
    assert '<li class="bind">封顶30万元' in text and "可申报，金额为上限" in text
    assert "/weihai/documents/conference-2023/#" in text


def test_a_form_filled_by_hand(site: Client) -> None:
    facts = {"year": "2023", "qualification.0.title": "hnte", "qualification.0.recognition_kind": "first"}
    given = {**facts, "qualification.0.issued_on": "2023-06-01"}
    assert "可申报" in (text := site.get("/weihai/calculator/hnte_reward/", given).content.decode())
    assert "20万元" in text.partition('id="result"')[2]
    later = site.get("/weihai/calculator/hnte_reward/", {**given, "year": "2022"}).content.decode()
    assert "现在还用不上" in later


def test_what_cannot_be_read_is_said_at_its_field(site: Client) -> None:
    given = {"contract_payment.0.amount": "二十来块", "contract_payment.0.paid_on": "2023-13-45"}
    text = site.get("/weihai/calculator/contract_payment_subsidy/", given).content.decode()
    for name in given:
        assert f'<a href="#f-{name}">' in text and f'id="f-{name}"' in text and f'id="e-{name}"' in text
    assert text.count('aria-invalid="true"') == 2 and "支付金额：" in text and ">amount：" not in text


@pytest.mark.parametrize("written", ["6000020", "600.002万", "600.002万元", "6,000,020"])
def test_a_sum_is_understood_as_people_write_it(site: Client, written: str) -> None:
    address = "/weihai/calculator/contract_payment_subsidy/"
    form = site.get(address, {"example": "1"}).content.decode()
    asked = dict(re.findall(r'<input id="f-[^"]+" name="([^"]+)"[^>]* value="([^"]*)"', form))
    asked |= {
        name: next(iter(re.findall(r'<option value="([^"]*)" selected', rest)), "")
        for name, rest in re.findall(r'<select id="f-[^"]+" name="([^"]+)"(.*?)</select>', form, re.DOTALL)
    }
    text = site.get(address, {**asked, "year": "2023", "contract_payment.0.amount": written}).content.decode()
    assert "支付金额 6000020元 × 5% = 300001元" in text


def test_enter_computes_and_an_empty_form_says_what_is_missing(site: Client) -> None:
    address = "/weihai/calculator/contract_payment_subsidy/"
    form = site.get(address).content.decode().partition('<form class="card sheet"')[2]
    first = form.partition("<button")[2].partition(">")[0]
    assert "name=" not in first, "the first button of a form is what Enter presses"
    empty = site.get(address, {"year": "2023", "contract_payment.0.amount": ""}).content.decode()
    assert "至少填一项再算" in empty and "至少填一项再算" not in site.get(address).content.decode()


def test_htmx_gets_the_result_alone_and_another_row_can_be_added(site: Client) -> None:
    address = "/weihai/calculator/contract_payment_subsidy/"
    headers = {"HX-Request": "true", "HX-Target": "result"}
    part = site.get(address + "?example=0", headers=headers).content.decode()
    assert "<html" not in part and "20万元" in part
    more = site.get(address, {"add": "contract_payment", "contract_payment.0.amount": "1万元"}).content.decode()
    assert 'name="contract_payment.1.amount"' in more and 'value="1万元"' in more


@pytest.mark.parametrize(
    "query",
    ["contract_payment.99.amount=1元", "nothing.0.x=1", "contract_payment.0.voucher_no=1", "year=1", "example=99",
     "contract_payment.0.amount=99999999999999999999万元", "add=nothing", "contract_payment..=1",
     "contract_payment.².amount=1元", "example=²", "year=²"],
)  # fmt: skip
def test_strange_queries_are_harmless(site: Client, query: str) -> None:
    assert site.get(f"/weihai/calculator/contract_payment_subsidy/?{query}").status_code == 200


def test_personal_data_are_never_asked_for() -> None:
    for city in ("weihai", "liaocheng"):
        pack = cities.pack_of(city)
        for clause in (one for one in pack.clauses.values() if one.register_ or one.after):
            asked = reads_of(pack, clause.id, 2023).columns
            assert [c.id for columns in asked.values() for c in columns if c.personal] == [], clause.id
