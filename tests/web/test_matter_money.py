"""From applying to paying: what is granted keeps to the clause, once, by the unit of the call; all sides see where it
stands."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from innocity.actions.matter_papers import missing_of
from innocity.actions.observe import observe
from innocity.actions.open_account import open_account
from innocity.actions.procedure_records import open_cases
from innocity.actions.review_figure import review_figure
from innocity.actions.submit_figure import submit_figure
from innocity.actions.take_step import Step, take_step
from innocity.engines.workflow.papers import materials_of
from innocity.packs.model_fences import papers_of
from innocity.records.models import AuditEntry, Party
from innocity.records.viewer import Viewer
from innocity.web.cases import thing_in_words
from innocity.web.cities import pack_of
from tests.web.conftest import Persona
from tests.web.personas import PASSWORD
from tests.web.test_matters import OFFICE, OPERATOR, OWN, open_calls, recorded, step

PAPERS = "高新技术企业证书；收款账户"
START = f"{OWN}start/call_application/"
TOLD = {"title": "认定奖励", "clause": "hnte_reward", "sum": "10万元", "text": "申报", "evidence": PAPERS}


def officer(unit: str) -> None:
    open_account(OPERATOR, unit, PASSWORD, "officer", unit=unit)


def applied(persona: Persona, **more: str) -> str:
    """The address of an application of the firm, taken on by the office."""
    open_calls()
    answer = step(persona("firm"), START, "apply", **(TOLD | more))
    assert answer.status_code == 302, answer.content.decode()
    there = str(answer["Location"]).partition("?")[0].replace("my/matters", "office/procedures")
    assert step(persona("science"), there, "accept", actor="wh_science").status_code == 302
    return there


def approved(client: Any, there: str, total: str, reason: str = "") -> Any:
    return step(client, there, "approve", actor="wh_science", sum=total, text="符合", reason=reason)


# --- sums ------------------------------------------------------------------------------------------------------


def test_whoever_approves_sees_what_the_clause_gives_and_cannot_give_more(persona: Persona) -> None:
    there, science = applied(persona, sum="12万元"), persona("science")
    page = science.get(there)
    found, text = page.context["award"], page.content.decode()
    assert (found.status, found.gives, found.bound, page.context["gap"]) == ("sum", 10**7, 10**7, 2 * 10**6)
    assert "按“高新技术企业认定奖励”2023年度测算" in text and "比测算 +2万元" in text and found.article in text
    assert 'name="sum" value="10万元"' in text, "the sum worked out stands in the box"
    for total in ("35万元", "9999万元", "10.01万元"):
        refused = approved(science, there, total, "领导同意")
        assert refused.status_code == 422 and "最多给10万元" in refused.content.decode(), total
        assert refused.context["wrong"] == {"f-sum"}
    unseen = step(science, there, "approve", actor="wh_science", sum="9999万元", text="同意")
    assert "最多给10万元" in unseen.content.decode()
    assert [one.step for one in science.get(there).context["case"].taken] == ["apply", "accept"]
    assert approved(science, there, "10万元").status_code == 302, "as worked out no reason is asked for"


def test_less_than_worked_out_wants_a_reason_that_stays(persona: Persona) -> None:
    there, science = applied(persona), persona("science")
    refused = approved(science, there, "5万元")
    assert refused.status_code == 422 and "测算是10万元，定的是5万元，没有写理由" in refused.content.decode()
    assert refused.context["wrong"] == {"f-reason"}
    assert approved(science, there, "5万元", "已在别处领过一半").status_code == 302
    assert "理由：</b>已在别处领过一半" in science.get(there).content.decode()


def test_whoever_the_registers_know_nothing_of_gets_money_only_for_a_reason_and_within_the_clause(
    persona: Persona,
) -> None:
    there, science = applied(persona, clause="national_key_lab", sum=""), persona("science")
    assert science.get(there).context["award"].status == "none"
    assert "登记簿里查不到" in approved(science, there, "1万元").content.decode()
    reason = "证书刚发，登记还没有更新；批复和证明看过"
    refused = approved(science, there, "9999亿元", reason)
    assert refused.status_code == 422 and "最多给" in refused.content.decode()
    assert approved(science, there, "1万元", reason).status_code == 302


def test_whoever_stands_on_a_list_of_bad_credit_gets_nothing_whatever_the_reason(persona: Persona) -> None:
    there, science = applied(persona), persona("science")
    party = Party.objects.get(handlers__account__user__username="firm").id
    recorded("integrity_record", {"party_id": party, "list": "research_misconduct", "starts_on": "2023-05-01",
                                  "valid_from": "2023-05-01"})  # fmt: skip
    assert science.get(there).context["award"].status == "excluded"
    refused = approved(science, there, "10万元", "情况特殊")
    assert refused.status_code == 422 and "有排除情形，不能定金额" in refused.content.decode()


def test_a_second_name_for_one_thing_is_no_second_award(persona: Persona) -> None:
    applied(persona)
    party = Party.objects.get(handlers__account__user__username="firm").id
    for thing in ("第二张证书", party):  # the clause gives to the firm itself: whatever is written is the firm
        again = step(persona("firm"), START, "apply", **(TOLD | {"object": thing}))
        assert again.status_code == 422 and "已经申报过" in again.content.decode(), thing


def test_what_is_applied_for_is_a_thing_that_the_registers_know(persona: Persona) -> None:
    open_calls()
    lab = TOLD | {"clause": "national_key_lab", "sum": "", "object": "LAB-9"}
    refused = step(persona("firm"), START, "apply", **lab)
    assert refused.status_code == 422 and "没有登记“LAB-9”这个事项" in refused.content.decode()
    laboratory(Party.objects.get(handlers__account__user__username="firm").id, "lead")
    assert step(persona("firm"), START, "apply", **lab).status_code == 302


def test_what_is_given_once_for_a_thing_is_granted_to_one_party_alone(persona: Persona) -> None:
    open_calls()
    parties = {name: Party.objects.get(handlers__account__user__username=name).id for name in ("firm", "other_firm")}
    lab, science = TOLD | {"clause": "national_key_lab", "sum": "", "object": "LAB-9"}, persona("science")
    for name, role in (("firm", "lead"), ("other_firm", "participant")):
        laboratory(parties[name], role)
    answers, gives = [], []
    for name in parties:
        answer = step(persona(name), START, "apply", **lab)
        assert answer.status_code == 302, answer.content.decode()
        there = str(answer["Location"]).partition("?")[0].replace("my/matters", "office/procedures")
        assert step(science, there, "accept", actor="wh_science").status_code == 302
        gives.append(science.get(there).context["award"].gives)
        answers.append(approved(science, there, f"{gives[0] // 10**6}万元", "批复和证明看过"))
    assert gives[0] > 0 and not gives[1], "the other is told that it gets nothing before anybody decides"
    assert answers[0].status_code == 302
    assert answers[1].status_code == 422 and "同一事项只给一次" in answers[1].content.decode()


def test_a_clause_that_names_no_number_gives_nothing_of_which_the_registers_know_nothing(persona: Persona) -> None:
    there, science = applied(persona, clause="linked_finance_grant", sum=""), persona("science")
    found = science.get(there).context["award"]
    assert (found.status, found.bound) == ("none", None)
    refused = approved(science, there, "9999亿元", "批复看过")
    assert refused.status_code == 422 and "不能定金额" in refused.content.decode()


def laboratory(party: str, role: str, name: str = "LAB-9") -> None:
    recorded("innovation_platform", {
        "fact_id": f"{name}-{role}", "party_id": party, "platform_id": name, "name": "重点实验室",
        "type": "national_key_lab", "level": "national", "role": role,
        "approved_on": "2023-05-01", "valid_from": "2023-05-01",
    })  # fmt: skip


def test_papers_that_nobody_has_seen_are_not_passed_over_in_silence(persona: Persona) -> None:
    there, science = applied(persona, evidence="证书.pdf；收款账户"), persona("science")
    page = science.get(there)
    assert page.context["listed"] == [("高新技术企业证书", 0, "missing"), ("收款账户", 0, "said")]
    assert "缺材料" in page.content.decode()
    refused = approved(science, there, "10万元")
    assert refused.status_code == 422 and "通知列出的材料还缺：高新技术企业证书" in refused.content.decode()
    assert approved(science, there, "10万元", "证书在上级网站核过").status_code == 302


def listed(there: str, var: Path) -> list[str]:
    """How the papers that a call asks for stand in a matter, in order."""
    pack = pack_of("weihai")
    case = open_cases(pack, date.max, Path(settings.INNOCITY_VAR), on=date.today())[
        there.rstrip("/").rpartition("/")[2]
    ]
    return [state for _, _, state in missing_of(pack, case, var)]


def test_only_a_paper_s_own_name_says_that_it_was_brought(persona: Persona, tmp_path: Path) -> None:
    there = applied(persona, evidence="没有高新技术企业证书；收款账户（网上交2份）")
    assert listed(there, tmp_path / "files") == ["missing", "said"]
    assert "通知列出的材料还缺：高新技术企业证书" in approved(persona("science"), there, "10万元").content.decode()


def test_what_a_unit_writes_of_its_own_step_brings_no_paper_and_what_the_window_takes_does(
    persona: Persona, tmp_path: Path,
) -> None:  # fmt: skip
    open_calls()
    pack, var = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    party = Party.objects.get(handlers__account__user__username="firm").id
    officer("wh_approval")
    told = {"actor": "wh_approval", "party": party, **TOLD, "evidence": "收款账户", "on": "2024-03-20"}
    answer = persona("wh_approval").post(f"{OFFICE}start/call_application/", {"step": "apply", **told})
    there = str(answer["Location"]).partition("?")[0]
    one = Step("", "accept", "wh_science", date.today(), there.rstrip("/").rpartition("/")[2], evidence=[PAPERS])
    take_step(pack, one, var, viewer=Viewer("officer", "science", "wh_science"))
    assert listed(there, tmp_path / "files") == ["missing", "said"]


# --- once ------------------------------------------------------------------------------------------------------


def test_the_same_is_applied_for_once_as_long_as_the_first_stands(persona: Persona) -> None:
    firm, there = persona("firm"), applied(persona)
    case = there.rstrip("/").rpartition("/")[2]
    mine = there.replace("office/procedures", "my/matters")
    page = firm.get(f"{START}?clause=hnte_reward").content.decode()
    assert f'href="{mine}"' in page and "已经申报过" in page and 'name="title"' not in page
    again = step(firm, START, "apply", **TOLD)
    assert again.status_code == 422 and f"已经申报过：{case}" in again.content.decode()
    assert f'href="{mine}"' in again.content.decode()
    assert step(firm, mine, "withdraw", text="写错了").status_code == 302
    assert step(firm, START, "apply", **TOLD).status_code == 302, "what was withdrawn does not stand in the way"


def test_what_was_granted_is_not_applied_for_again_and_what_was_refused_may_be(persona: Persona) -> None:
    firm, science, there = persona("firm"), persona("science"), applied(persona)
    assert step(science, there, "refuse", actor="wh_science", text="证书过期").status_code == 302
    second = str(step(firm, START, "apply", **TOLD)["Location"]).partition("?")[0]
    there = second.replace("my/matters", "office/procedures")
    step(science, there, "accept", actor="wh_science")
    assert approved(science, there, "10万元").status_code == 302
    officer("wh_finance")
    paid = step(persona("wh_finance"), there, "pay", actor="wh_finance", sum="10万元", evidence="凭证")
    assert paid.status_code == 302 and not science.get(there).context["case"].open
    assert "已经申报过" in step(firm, START, "apply", **TOLD).content.decode()


def test_entitlements_and_deadlines_say_that_it_was_applied_for(persona: Persona) -> None:
    firm = persona("firm")
    before = firm.get("/weihai/my/entitlements/?year=2023").content.decode()
    assert "start/call_application/?clause=hnte_reward" in before and "已申报" not in before
    closes = "（演示）2023年度高新技术企业认定奖励"
    assert closes in firm.get("/weihai/my/?year=2023").content.decode()
    case = applied(persona).rstrip("/").rpartition("/")[2]
    after = firm.get("/weihai/my/entitlements/?year=2023").content.decode()
    assert "start/call_application/?clause=hnte_reward" not in after
    assert "已申报" in after and f'<a href="{OWN}{case}/">{case}</a>' in after
    assert closes not in firm.get("/weihai/my/?year=2023").content.decode()


# --- what each side sees ---------------------------------------------------------------------------------------


def test_what_was_sent_back_is_the_first_line_and_results_are_news_until_seen(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    open_calls()
    mine = str(step(firm, START, "apply", **TOLD)["Location"]).partition("?")[0]
    there = mine.replace("my/matters", "office/procedures")
    assert firm.get("/weihai/my/").context["back"] == []
    step(science, there, "return", actor="wh_science", text="账户和执照不一致")
    desk = firm.get("/weihai/my/")
    [back] = desk.context["back"]
    text = desk.content.decode()
    assert back["steps"] == ("补正",) and "账户和执照不一致" in text and "没有写明期限" in text
    assert text.index("账户和执照不一致") < text.index("有日子的"), "before all else"
    assert step(firm, mine, "supplement", evidence="账户.pdf").status_code == 302
    assert firm.get("/weihai/my/").context["back"] == []
    step(science, there, "accept", actor="wh_science")
    assert firm.get("/weihai/my/").context["news"] == []
    assert approved(science, there, "10万元").status_code == 302
    [news] = firm.get("/weihai/my/").context["news"]
    assert news["word"] == "审核通过" and news["good"] and news["last"].sum == 10**7
    assert persona("other_firm").get("/weihai/my/").context["news"] == []
    firm.get(mine)
    firm.get(mine)
    assert firm.get("/weihai/my/").context["news"] == [] and AuditEntry.objects.filter(action="see_result").count() == 1


def test_after_handing_in_it_says_who_decides_next_and_giving_up_stands_folded_at_the_end(persona: Persona) -> None:
    firm = persona("firm")
    open_calls()
    address = str(step(firm, START, "apply", **TOLD)["Location"])
    page = firm.get(address)
    text = page.content.decode()
    assert page.context["forms"] == [] and [form[0].id for form in page.context["own_end"]] == ["withdraw"]
    assert "接下来由" in text and "市科技局" in text and "受理、容缺受理、要求补正" in text and "没有写明期限" in text
    assert text.index("接下来由") < text.index("办过的步骤") < text.index("不想办了？可以撤回")


def test_an_application_goes_to_the_unit_of_its_call_and_to_no_other(persona: Persona) -> None:
    firm = persona("firm")
    open_calls(date(2023, 6, 1))
    told = {"title": "知识产权奖励", "clause": "patent_volume_reward", "text": "申报", "evidence": "清单"}
    mine = str(step(firm, START, "apply", **told)["Location"]).partition("?")[0]
    there = mine.replace("my/matters", "office/procedures")
    officer("wh_market")
    assert step(persona("science"), there, "accept", actor="wh_science").status_code == 422
    assert step(persona("wh_market"), there, "accept", actor="wh_market").status_code == 302
    assert "市市场监管局" in firm.get(mine).content.decode()


def test_lists_tell_who_asked_when_and_for_how_much(persona: Persona) -> None:
    firm, science = persona("firm"), persona("science")
    open_calls()
    mine = str(step(firm, START, "apply", **TOLD)["Location"]).partition("?")[0]
    name = Party.objects.get(handlers__account__user__username="firm").name
    today = date.today()
    day = f"{today.year}年{today.month}月{today.day}日"
    for page in (science.get(OFFICE).content.decode(), science.get("/weihai/office/").content.decode()):
        assert name in page and "10万元" in page and day in page and "没有写明期限" in page
    own = firm.get(OWN).content.decode()
    assert "10万元" in own and day in own and "市科技局" in own
    text = science.get(mine.replace("my/matters", "office/procedures")).content.decode()
    assert text.index("办过的步骤") < text.index("材料清单") < text.index('name="step" value="accept"')


def test_a_new_listing_waits_for_the_office_that_looks_at_it(persona: Persona) -> None:
    from innocity.actions.post_listing import Posting, post_listings
    from innocity.web.views.office.others import waiting

    pack = pack_of("weihai")
    kind = next(one for one in pack.matching.values() if "wh_science" in one.office)
    science = Viewer("officer", "science", "wh_science")
    assert not [one for one in waiting(pack, science, "weihai") if one.kind == "exchange"]
    party = Party.objects.get(handlers__account__user__username="firm")
    told = Posting(kind.id, "demand", "预浸料稳定化", party.name or "", party.id, date.today(),
                   {"field": "materials", "words": "碳纤维"})  # fmt: skip
    post_listings(pack, [told], viewer=Viewer("firm", "firm", None, party.id), var=Path(settings.INNOCITY_VAR))
    [one] = [one for one in waiting(pack, science, "weihai") if one.kind == "exchange"]
    assert one.title == f"{kind.name}：1 条供需等着审核" and one.address.endswith(f"?kind={kind.id}")
    assert not [one for one in waiting(pack, Viewer("officer", "x", "wh_tax"), "weihai") if one.kind == "exchange"]


def test_the_public_page_of_a_clause_says_where_to_apply_with_which_papers_and_all_faces_say_the_same(
    persona: Persona,
) -> None:
    text = Client(SERVER_NAME="localhost").get("/weihai/clauses/hnte_reward/").content.decode()
    assert "向哪里申报" in text and "市科技局" in text and "高新技术企业证书、收款账户" in text
    pack = pack_of("weihai")
    for call in pack.calls.values():
        for name in call.clauses:
            named = papers_of(pack.clauses[name], call)
            page = Client(SERVER_NAME="localhost").get(f"/weihai/clauses/{name}/").content.decode()
            assert "、".join(named) in page, name
            procedure = pack.procedures["call_application"]
            assert materials_of(pack, procedure, procedure.steps[0], name, call.opens) == named


def test_the_log_says_which_matter_which_step_which_sum_and_what_came_of_a_figure(persona: Persona) -> None:
    there = applied(persona)
    assert approved(persona("science"), there, "10万元").status_code == 302
    case = there.rstrip("/").rpartition("/")[2]
    text = persona("auditor").get("/weihai/office/audit/", {"action": "take_step"}).content.decode()
    assert f'<a href="{there}">{case}</a> 审核通过，10万元' in text
    assert "高新技术企业认定奖励，申报，10万元" in text and "符合" not in text, "no words that somebody wrote"


def test_the_log_tells_figures_that_were_approved_from_those_sent_back(persona: Persona) -> None:
    pack, folder = pack_of("weihai"), Path(settings.INNOCITY_VAR)
    science = Viewer("officer", "science", "wh_science")
    office = Viewer("officer", "group_office", "wh_innovation_group")
    row = {"indicator": "hnte_count", "period": "2024", "value": "1502"}
    rows: tuple[tuple[dict[str, str], Any], ...] = (
        (row, "returned"), (row | {"value": "1490", "revises": "是", "note": "重复的去掉了"}, "approved"))  # fmt: skip
    for one, outcome in rows:
        observe(pack, [one], folder, viewer=science)
        submit_figure(pack, "hnte_count", "2024", viewer=science, var=folder)
        review_figure(pack, "hnte_count", "2024", outcome, text="核对台账", viewer=office, var=folder)
    text = persona("auditor").get("/weihai/office/audit/", {"action": "review_figure"}).content.decode()
    assert "2024年，1502" in text and "退回修改" in text and "2024年，1490" in text and "审核通过" in text
    assert "核对台账" not in text


def test_things_that_are_named_by_codes_are_told_in_words() -> None:
    pack = pack_of("weihai")
    assert thing_in_words(pack, "national_ip_firm_reward", "ip_strong") == "国家知识产权优势企业"
    assert thing_in_words(pack, "national_key_lab", "P0001") == "P0001"
