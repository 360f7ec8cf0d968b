"""A firm sees what it is owed, why, by which article, when to ask for it, and what the sum rests on."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from innocity.actions.record_facts import record_rows
from innocity.records import queries
from innocity.web import cities
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR

PAGE = "/weihai/my/entitlements/"


def party(client: Client) -> str:
    """The firm's id, as its own page has it."""
    return str(client.get(PAGE).context["found"].party)


@pytest.fixture
def firm(persona: Persona) -> Client:
    """The firm with a recognition, and with a payment and a premium that meet their caps."""
    client = persona("firm")
    pack, own = cities.pack_of("weihai"), party(client)
    kind = next(code.id for code in pack.codes["registration_class"].codes if "高" in code.name)
    paid = {"party_id": own, "registration_no": "R1", "contract_type": "development", "filed": "true"}
    days = {"paid_on": "2023-06-01", "signed_on": "2023-02-01"}
    record_rows(pack, OPERATOR, "contract_payment", [{**paid, **days, "counterpart_kind": kind, "amount": "800万元"}])
    return client


def test_every_sum_has_its_arithmetic_article_call_and_verdict(firm: Client) -> None:
    text = firm.get(PAGE).content.decode()
    assert "高新技术企业认定奖励" in text and "可申报" in text and "适用档次：重新认定" in text
    assert '<li class="bind">封顶30万元' in text and "可申报，金额为上限" in text
    assert "/weihai/documents/conference-2023/#" in text and "2024年3月1日开始受理，还有 61 天" in text
    assert "演示通知" in text and "通知没有写" in text  # the telephone is not invented
    assert "企业会计准则第16号" in text and "是否征税以税务机关意见为准" in text


def test_the_total_holds_only_what_can_be_claimed(firm: Client) -> None:
    answer = firm.get(PAGE)
    found = answer.context["found"]
    claimed = [item for item in found.items if item.counts]
    assert {item.award.status for item in claimed} == {"sum"} and all(item.call for item in claimed)
    assert found.total == sum(item.fen for item in claimed) == 10_000_000
    assert found.apart()["ceiling"] == 30_000_000 and found.apart()["estimate"] > 0
    assert "不计入合计" in answer.content.decode()


def test_the_page_names_the_run_and_the_day(firm: Client) -> None:
    text = firm.get(PAGE).content.decode()
    run = queries.latest_run(OPERATOR, 2023)
    assert run is not None and run.hash[:12] in text and f"第 {run.id} 号" in text
    assert "2023年12月31日" in text and "模拟" in text


def test_no_verdict_is_a_bare_no(firm: Client) -> None:
    text = firm.get(PAGE).content.decode()
    assert "不适用" in text and "不符合" not in text and "无资格" not in text


def test_other_years_are_a_press_away(firm: Client) -> None:
    assert firm.get(PAGE + "?year=2024").context["found"].year == 2024
    for strange in ("1990", "x", "²"):
        assert firm.get(PAGE, {"year": strange}).context["found"].year == 2023


def test_a_page_asks_the_database_little(firm: Client) -> None:
    firm.get(PAGE)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        firm.get(PAGE)
    assert len(asked) <= 40


@pytest.mark.parametrize("path", ["", "letter/", "deadlines.ics"])
def test_nobody_else_opens_it(persona: Persona, path: str) -> None:
    for name in ("science", "county", "leader", "auditor"):
        assert persona(name).get(PAGE + path).status_code == 403, name
    assert Client(SERVER_NAME="localhost").get(PAGE + path).status_code == 302


def test_two_firms_see_different_pages(persona: Persona) -> None:
    first, second = persona("firm"), persona("other_firm")
    assert party(first) != party(second)
    assert party(first) not in second.get(PAGE).content.decode()


def test_the_letter_says_the_same_and_that_it_is_a_draft(firm: Client) -> None:
    text = firm.get(PAGE + "letter/").content.decode()
    for part in ("政策兑现告知书", "测算稿", "合计（测算）", "10万元", "不计入合计的", "模拟数据", "签发单位（印章）"):
        assert part in text


def test_the_calendar_is_one_that_other_programs_read(firm: Client) -> None:
    answer = firm.get(PAGE + "deadlines.ics")
    assert answer["Content-Type"].startswith("text/calendar") and "attachment" in answer["Content-Disposition"]
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    events = Calendar.from_ical(answer.content).walk("VEVENT")
    days = {str(event["uid"]): (event["dtstart"].dt, event["dtend"].dt) for event in events}
    assert days["demo_call_2023_firms-opens@weihai.innocity"] == (date(2024, 3, 1), date(2024, 3, 2))
    assert days["demo_call_2023_firms-closes@weihai.innocity"] == (date(2024, 4, 30), date(2024, 5, 1))
    assert len(days) == len(events) == 4  # two calls, each with its first and its last day
    assert sum(len(event.walk("VALARM")) for event in events) == 2
    again = Calendar.from_ical(firm.get(PAGE + "deadlines.ics").content).walk("VEVENT")
    assert {str(event["uid"]) for event in again} == set(days)


def test_the_to_do_list_comes_soonest_first(firm: Client) -> None:
    found = firm.get("/weihai/my/").context
    days = [one.day for one in found["dated"]]
    assert days == sorted(days) and {one.kind for one in found["dated"]} <= {"opens", "closes", "ends"} and days


def test_near_misses_say_how_much_is_lacking_and_what_it_would_bring(persona: Persona) -> None:
    client = persona("firm")
    pack, own = cities.pack_of("weihai"), party(client)
    record_rows(pack, OPERATOR, "postdoc_residence", [
        {"party_id": own, "project": "P1", "host": own, "entered_on": "2023-05-01"}])  # fmt: skip
    answer = client.get("/weihai/my/near/")
    assert answer.status_code == 200
    for one in answer.context["items"]:
        assert one.item.near["says"] in answer.content.decode()
