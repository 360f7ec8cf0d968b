"""办事: a firm asks, officers take the steps that are theirs, each sees what concerns it, all of it is in the log."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from innocity.actions.open_account import open_account
from innocity.actions.procedure_records import open_cases
from innocity.actions.publish_facts import publish_facts
from innocity.actions.record_facts import record_facts
from innocity.actions.take_step import Step, take_step
from innocity.core.errors import InnoCityError
from innocity.packs.facts_text import case_table
from innocity.records.models import AuditEntry, Instance, Party
from innocity.records.viewer import Viewer
from innocity.web import cases
from innocity.web.applications import offers, procedure_for
from innocity.web.cities import pack_of
from innocity.web.views import matters
from innocity.web.views.office.others import waiting
from tests.web.conftest import Persona
from tests.web.personas import PASSWORD

OPERATOR = Viewer.operator("tests")
OFFICE, OWN = "/weihai/office/procedures/", "/weihai/my/matters/"


SEEN = "证书和账户在窗口核过原件"


def step(client: Any, address: str, name: str, **more: str) -> Any:
    """Take a step by its form."""
    return client.post(address, {"step": name, "on": date.today().isoformat(), **more})


def open_calls(day: date = date(2024, 3, 15)) -> None:
    """The simulated city stands still on another day, on which its calls are open."""
    Instance.objects.update(as_of=day)


def begun(client: Any) -> str:
    """The address of an application that a firm has just made."""
    open_calls()
    answer = step(
        client,
        f"{OWN}start/call_application/",
        "apply",
        title="高新技术企业认定奖励",
        clause="hnte_reward",
        text="按通知申报",
        evidence="证书.pdf",
    )
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).partition("?")[0]


def test_a_firm_applies_an_officer_asks_for_more_and_it_is_paid_as_approved(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    mine = begun(firm)
    case = mine.rstrip("/").rpartition("/")[2]
    desk = science.get(OFFICE)
    assert case in {one.id for one in desk.context["mine"]}, "it waits for the officer"
    there = f"{OFFICE}{case}/"
    [waits] = waiting(pack_of("weihai"), Viewer("officer", "science", "wh_science"), "weihai")  # what the inbox lists
    assert waits.address == there and "接着：受理、容缺受理、要求补正" in waits.why
    assert step(science, there, "return", actor="wh_science", text="缺收款账户").status_code == 302
    text = firm.get(mine).content.decode()
    assert "缺收款账户" in text and "补正" in text and "审核通过" not in text.partition("aside")[0]
    assert step(firm, mine, "supplement", evidence="账户.pdf").status_code == 302
    assert step(science, there, "accept", actor="wh_science").status_code == 302
    assert step(science, there, "approve", actor="wh_science", sum="10万元", text="符合", reason=SEEN)["Location"]
    refused = step(science, there, "pay", actor="wh_science", sum="20万元", evidence="凭证")
    assert refused.status_code == 422 and "不由市科技局办" in refused.content.decode()
    case_now = science.get(there).context["case"]
    assert [one.step for one in case_now.taken] == ["apply", "return", "supplement", "accept", "approve"]
    logged = AuditEntry.objects.filter(action="take_step")
    assert logged.count() == 6, "five steps, and the decision that came of the last"
    assert set(logged.values_list("actor", flat=True)) == {"firm", "science"}


def test_what_is_wrong_is_told_and_nothing_is_written(persona: Persona) -> None:
    firm = persona("firm")
    answer = step(firm, f"{OWN}start/call_application/", "apply", title="", text="", evidence="")
    assert answer.status_code == 422 and "还要写办件名称、申报哪一条、说明、佐证材料" in answer.content.decode()
    officer = persona("science").post(
        f"{OFFICE}start/directed_commission/",
        {"step": "propose", "on": "2999-01-01", "title": "x", "text": "x", "actor": "wh_science"},
    )
    assert officer.status_code == 422 and "还没有到" in officer.content.decode()
    assert (
        firm.get(OWN).context["rows"][0]["cases"] == [] and not AuditEntry.objects.filter(action="take_step").exists()
    )


def test_what_is_owed_leads_to_the_form_that_asks_for_it_and_the_officer_sees_which(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    owed = firm.get("/weihai/my/entitlements/?year=2023")
    links = {one.item.clause.id: one.procedure for group in owed.context["groups"] for one in group["items"]}
    assert links["hnte_reward"] == "call_application"
    [link] = re.findall(r'href="(/weihai/my/matters/start/call_application/\?clause=hnte_reward[^"]*)"',
                        owed.content.decode())  # fmt: skip
    early = firm.get(unescape(link)).content.decode()
    assert "2024年3月1日才开始受理，2023年12月31日还不能申报" in early and 'type="file"' not in early
    assert "演示通知" in early and "先备齐材料：高新技术企业证书、收款账户" in early
    open_calls()
    text = firm.get(unescape(link)).content.decode()
    assert '<input type="hidden" name="clause" value="hnte_reward">' in text and "演示通知" in text
    assert 'value="高新技术企业认定奖励"' in text and 'value="10万元"' in text, "its name and the sum reckoned"
    told = {"title": "认定奖励", "clause": "hnte_reward", "sum": "10万元", "text": "申报", "evidence": "证书.pdf"}
    there = f"{OWN}start/call_application/"
    for wrong in ("", "talent_card", "no_such"):
        refused = step(firm, there, "apply", **(told | {"clause": wrong}))
        assert refused.status_code == 422, wrong
    refused = step(firm, there, "apply", **(told | {"sum": "十来万", "text": "写了的"}))
    assert refused.status_code == 422 and "写了的" in refused.content.decode(), "what was written stays"
    mine = str(step(firm, there, "apply", **told)["Location"]).partition("?")[0]
    seen = science.get(mine.replace("my/matters", "office/procedures"))
    assert seen.context["case"].clause == "hnte_reward" and seen.context["case"].sum_of("apply") == 10_000_000
    assert '<dt>申报的条款</dt><dd><a href="/weihai/clauses/hnte_reward/">' in seen.content.decode()
    assert "请从下面选" in firm.get(f"{there}?clause=no_such").content.decode()


@pytest.mark.parametrize(
    ("day", "says"), [(date(2024, 2, 29), "才开始受理"), (date(2024, 5, 1), "已于2024年4月30日截止")]
)
def test_before_a_call_opens_and_after_it_closes_nobody_applies(persona: Persona, day: date, says: str) -> None:
    firm, told = persona("firm"), {"title": "奖励", "clause": "hnte_reward", "text": "申报", "evidence": "证书.pdf"}
    there = f"{OWN}start/call_application/"
    open_calls(day)
    shown = firm.get(f"{there}?clause=hnte_reward").content.decode()
    assert says in shown and 'name="title"' not in shown
    refused = step(firm, there, "apply", **told)
    assert refused.status_code == 422 and says in refused.content.decode()
    assert not AuditEntry.objects.filter(action="take_step").exists()
    open_calls(date(2024, 4, 30))
    assert step(firm, there, "apply", **told).status_code == 302, "its last day is among those"


def test_the_window_records_what_was_brought_while_a_call_was_open_and_nothing_else(persona: Persona) -> None:
    open_account(OPERATOR, "window", PASSWORD, "officer", unit="wh_approval")
    window = persona("window")
    firm = Party.objects.get(handlers__account__user__username="firm").id
    there = f"{OFFICE}start/call_application/"
    form = window.get(f"{there}?clause=hnte_reward").content.decode()
    assert "收到材料的日期" in form and "只登记受理期内收到的" in form and "演示通知" in form
    told = {"step": "apply", "actor": "wh_approval", "party": firm, "title": "奖励", "clause": "hnte_reward",
            "text": "窗口收件", "evidence": "纸面材料一套"}  # fmt: skip
    for day, says in (("2024-02-29", "才开始受理"), ("2024-05-01", "已于2024年4月30日截止")):
        refused = window.post(there, told | {"on": day})
        assert refused.status_code == 422 and says in refused.content.decode(), day
    assert window.post(there, told | {"on": "2024-04-30"}).status_code == 302


def test_what_a_firm_does_itself_is_dated_on_the_day_on_which_it_does(persona: Persona) -> None:
    mine = begun(persona("firm"))
    case = persona("firm").get(mine).context["case"]
    assert case.taken[0].taken_on == date.today()
    pack, var = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    viewer = Viewer("firm", "firm", None, case.applicant)
    backdated = Step("voucher", "apply_general", case.applicant, date(2024, 3, 15), "", "券", case.applicant, "检测")
    with pytest.raises(InnoCityError, match="E-STEP-DATE"):
        take_step(pack, backdated, var, viewer=viewer)


def test_what_is_offered_are_calls_that_are_open_or_to_come_and_to_the_window_all(persona: Persona) -> None:
    pack = pack_of("weihai")
    procedure = pack.procedures["call_application"]
    for day, stages in (("2024-01-01", {"upcoming"}), ("2024-04-30", {"open"}), ("2024-05-01", set())):
        assert {one.stage for one in offers(pack, procedure, date.fromisoformat(day))} == stages, day
    late = offers(pack, procedure, date(2024, 5, 1), closed=True)
    assert {one.stage for one in late} == {"closed"} and len(late) == len(pack.calls)
    assert procedure_for(pack, "hnte_reward") == "call_application"
    town = pack_of("liaocheng")
    assert {procedure_for(town, name) for name in town.clauses} == {""}, "it has no such procedure"


def test_another_firm_sees_nothing_of_it_and_cannot_take_its_steps(persona: Persona) -> None:
    mine = begun(persona("firm"))
    other = persona("other_firm")
    assert other.get(mine).status_code == 404
    assert step(other, mine, "withdraw", text="撤回").status_code == 404
    assert other.get(OWN).content.decode().count("高新技术企业认定奖励") == 0


def test_a_firm_that_joined_sees_the_question_but_not_the_other_bids(persona: Persona) -> None:
    science = persona("science")
    joins = Party.objects.get(handlers__account__user__username="other_firm").id
    third = Party.objects.filter(kind="organization", handlers=None).first()
    answer = step(persona("firm"), f"{OWN}start/open_challenge/", "demand", title="难题", text="甲的难题")
    there = str(answer["Location"]).partition("?")[0].replace("my/matters", "office/procedures")
    step(science, there, "publish", actor="wh_science", text="榜单", evidence="榜.pdf")
    step(science, there, "bid", actor="wh_science", party=joins, text="一个方案")
    answer = step(science, there, "bid", actor="wh_science", party="查无此人", text="没有这一家")
    assert answer.status_code == 422 and "没有编号为 查无此人 的主体" in answer.content.decode()
    assert third is not None
    assert step(science, there, "bid", actor="wh_science", party=third.id, text="别家的方案").status_code == 302
    own = there.replace("office/procedures", "my/matters")
    text = persona("other_firm").get(own).content.decode()
    assert "甲的难题" in text and "一个方案" in text and "别家的方案" not in text
    step(science, there, "select", actor="wh_science", party=third.id, evidence="评审表")
    step(science, there, "approve", actor="wh_science", sum="123万元", evidence="机密批文.pdf")
    assert "123万元" in science.get(there).content.decode()
    text = persona("other_firm").get(own).content.decode()
    assert "一个方案" in text and "123万元" not in text and "机密批文" not in text, "it was not chosen"


def test_no_office_takes_the_steps_of_a_firm_nor_asks_in_its_name(persona: Persona) -> None:
    there = begun(persona("firm")).replace("my/matters", "office/procedures")
    science = persona("science")
    assert "撤回" not in {one.name for one, _, _ in science.get(there).context["forms"]}
    answer = step(science, there, "withdraw", actor="wh_science", text="撤回")
    assert answer.status_code == 422 and "不由市科技局办" in answer.content.decode()
    assert science.get(f"{OFFICE}start/call_application/").status_code == 404, "whoever decides does not apply"
    assert science.get(f"{OFFICE}start/directed_commission/").status_code == 200


def test_a_list_of_matters_is_read_once_shown_by_pages_and_made_up_ones_are_marked(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    firm, science = persona("firm"), persona("science")
    begun(firm)
    pack, var = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    party = Party.objects.get(handlers__account__user__username="firm").id
    one = Step("case_by_case", "apply", party, date(2026, 11, 1), "", "", party, "x", ("x",), simulated=True)
    for number in range(6):
        take_step(pack, replace(one, title=f"第{number}件"), var)
    reads: list[object] = []

    def read(*given: Any) -> Any:
        reads.append(given)
        return open_cases(*given)

    monkeypatch.setattr(cases, "open_cases", read)
    monkeypatch.setattr(matters, "_PAGE", 4)
    answer = science.get(OFFICE)
    assert "看全部 6 件" in answer.content.decode()
    [listed] = [row for row in answer.context["rows"] if row["procedure"].id == "case_by_case"]
    assert [case.title for case in listed["cases"]] == [f"第{number}件" for number in (5, 4, 3, 2, 1)]
    marked = Client.get(science, f"{OFFICE}?of=case_by_case").content.decode()
    assert marked.count('class="sim"') >= 4
    second = science.get(OFFICE, {"of": "case_by_case", "page": "2"})
    assert [case.title for case in second.context["rows"][0]["cases"]] == ["第1件", "第0件"]
    assert "第 2 页，共 2 页" in second.content.decode() and len(reads) == 1


def test_a_county_sees_what_waits_for_it_and_names_nobody(persona: Persona) -> None:
    pack, var = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    row = take_step(
        pack, Step("company_visit", "assign", "wh_industry", date(2026, 11, 1), "", "走访", "", "任务"), var
    )
    county = persona("county")
    text = county.get(f"{OFFICE}{row['case']}/")
    assert text.status_code == 200 and [one.id for one, _, _ in text.context["forms"]] == ["visit"]
    [waits] = county.get(OFFICE).context["mine"]
    assert waits.id == row["case"]
    places = {"本区的": "huancui", "别处的": "rongcheng", "不知在哪的": ""}
    cases = {}
    for name, division in places.items():
        Party.objects.create(id=name, kind="organization", name=name, division=division)
        one = Step("company_visit", "assign", "wh_industry", date(2026, 11, 1), "", name, name, "任务")
        cases[name] = take_step(pack, one, var)["case"]
    seen = {name for name, case in cases.items() if county.get(f"{OFFICE}{case}/").status_code == 200}
    assert seen == {"本区的", "不知在哪的"}, "what no county has by its place can still be taken on"


def test_leaders_and_auditors_look_on_and_the_list_names_every_procedure(persona: Persona) -> None:
    begun(persona("firm"))
    for name in ("leader", "auditor"):
        client = persona(name)
        text = client.get(OFFICE).content.decode()
        assert all(one.name in text for one in pack_of("weihai").procedures.values()) and "高新技术企业认定奖励" in text
    assert persona("auditor").get(f"{OFFICE}start/call_application/").status_code == 403


def recorded(register: str, *rows: dict[str, str]) -> None:
    """Facts written into a register, as an import writes them."""
    pack = pack_of("weihai")
    table = case_table(list(rows), pack.registers[register], pack.codes)
    record_facts(pack, OPERATOR, {register: table}, simulated=True)


def test_the_applicant_s_credit_is_checked_where_the_application_is_decided(persona: Persona) -> None:
    case = begun(persona("firm")).rstrip("/").rpartition("/")[2]
    firm = Party.objects.get(handlers__account__user__username="firm").id
    science = persona("science")
    assert "申请人不在失信名单上" in science.get(f"{OFFICE}{case}/").content.decode()
    bad = {
        "fact_id": "IR-T1",
        "party_id": firm,
        "list": "judgment_defaulter",
        "starts_on": "2026-01-01",
        "source": "公共信用信息平台",
    }
    recorded("integrity_record", bad, {**bad, "fact_id": "IR-T2", "list": "tax_violation", "repaired_on": "2026-02-01"})
    text = science.get(f"{OFFICE}{case}/").content.decode()
    assert "失信被执行人（公共信用信息平台）" in text and "重大税收违法" not in text, (
        "what was repaired no longer counts"
    )
    assert "失信被执行人" not in persona("firm").get(f"{OWN}{case}/").content.decode()


def test_services_of_a_pilot_base_are_published_and_their_use_is_kept(persona: Persona) -> None:
    client = Client(SERVER_NAME="localhost")
    firm = Party.objects.get(handlers__account__user__username="firm")
    recorded(
        "innovation_platform",
        {
            "fact_id": "IP-T1",
            "party_id": firm.id,
            "platform_id": "B1",
            "name": "中试基地",
            "type": "pilot_base",
            "level": "city",
            "event": "filing",
            "approved_on": "2023-05-01",
        },
    )
    recorded(
        "shared_resource",
        {
            "fact_id": "SR-T1",
            "party_id": firm.id,
            "resource": "S1",
            "kind": "pilot_service",
            "name": "中试放大服务",
            "fee_basis": "每批两万元",
            "platform_id": "B1",
            "listed_on": "2023-06-01",
        },
    )
    recorded(
        "resource_use",
        {
            "fact_id": "RU-T1",
            "party_id": firm.id,
            "resource": "S1",
            "booking": "K1",
            "booked_on": "2023-07-01",
            "used_on": "2023-07-03",
            "fee": "2万元",
        },
    )
    page = "/weihai/lookup/"
    assert "中试放大服务" not in client.get(page, {"q": firm.name}).content.decode(), "nothing is public by itself"
    publish_facts(pack_of("weihai"), OPERATOR, "shared_resource", "保密员", "备案公告", ids=["SR-T1"])
    shown = client.get(page, {"q": firm.name}).content.decode()
    assert "中试放大服务" in shown and "每批两万元" in shown and "2万元" not in shown.replace("每批两万元", "")
    uses = persona("science").get("/weihai/office/rosters/resource_uses/", {"on": "2023-12-31"}).context["view"]
    assert [row.words[0] for row in uses.rows] == ["中试放大服务"] and uses.tables[0].total.values == (
        1,
        1,
        0,
        2_000_000,
    )
    listed = persona("science").get("/weihai/office/rosters/city_platforms/").context["view"]
    assert "B1" in {row.words[1] for row in listed.rows}, "it stands among the six kinds that are reviewed"


def test_steps_are_not_imported_from_a_table(persona: Persona) -> None:
    answer = persona("science").get("/weihai/office/registers/procedure_step/import/")
    assert answer.context["shut"] and answer.context["faults"], "a table would pass by the order of the steps"


def test_the_window_files_a_paper_application_for_a_firm_and_it_says_so(persona: Persona) -> None:
    """Who the plan names for one window records it, by the firm's credit code; others may not."""
    open_account(OPERATOR, "window", PASSWORD, "officer", unit="wh_approval")
    window, party = persona("window"), Party.objects.get(handlers__account__user__username="firm")
    page = window.get(f"{OFFICE}start/voucher/")
    assert page.status_code == 200 and "替申请人登记" in page.content.decode()
    paper = {
        "actor": "wh_approval",
        "party": party.code,
        "title": "检测用券",
        "text": "窗口收件",
        "evidence": "盖章的申请表",
    }
    without = step(window, f"{OFFICE}start/voucher/", "apply_general", **(paper | {"evidence": ""}))
    assert without.status_code == 422 and "佐证材料" in without.context["faults"][0].message
    taken = step(window, f"{OFFICE}start/voucher/", "apply_general", **paper)
    assert taken.status_code == 302
    case = taken["Location"].partition("?")[0].rstrip("/").rpartition("/")[2]
    for client, where in ((window, OFFICE), (persona("firm"), OWN), (persona("science"), OFFICE)):
        text = client.get(f"{where}{case}/").content.decode()
        assert "代申请人登记" in text and "盖章的申请表" in text
    assert not window.get(f"{OFFICE}{case}/").context["forms"]
    assert persona("group_office").get(f"{OFFICE}start/voucher/").status_code == 404


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_each_city_names_who_takes_paper_applications(city: str) -> None:
    taking = {unit for one in pack_of(city).procedures.values() for unit in one.intake}
    assert taking and taking <= set(pack_of(city).units)
