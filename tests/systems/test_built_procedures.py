"""Systems that are a way to go: who takes which step, what comes before what, where a matter stands."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from innocity.actions.ledger import ledger
from innocity.actions.procedure_records import open_cases, own_view
from innocity.actions.subjects import start_matters, waiting_subjects
from innocity.core.errors import InnoCityError
from tests.systems.built import VAR, Matter, answers, pack_of, pair, post, records, roster, step, tables

SCIENCE, FINANCE, MARINE, MARKET, INDUSTRY = "wh_science", "wh_finance", "wh_marine", "wh_market", "wh_industry"


def test_what_a_foreign_expert_asks_is_taken_up_dispatched_and_its_result_can_be_looked_up() -> None:
    """Hub, branch and studio stand in three levels; a question goes from the hub down and comes to an end."""
    place = {"level": "city", "approved_on": "2022-01-01"}
    facts = tables(innovation_platform=[
        {"party_id": "H", "platform_id": "H", "name": "总站", "type": "foreign_hub", **place},
        {"party_id": "B", "platform_id": "B", "name": "高区分站", "type": "foreign_branch",
         "parent_platform": "H", **place},
        {"party_id": "S", "platform_id": "S", "name": "某工作室", "type": "foreign_studio",
         "parent_platform": "B", **place},
    ])  # fmt: skip
    listed = {one["载体"]: (one["类型"], one["上级"]) for one in roster("expert_workstations", facts)["rows"]}
    assert listed == {"总站": ("外国专家驿站总站", ""), "高区分站": ("外国专家驿站分站", "H"),
                      "某工作室": ("外国专家工作室", "B")}  # fmt: skip
    matter = Matter("foreign_expert_question").take("ask", "T1", party="T1", text="子女入学")
    matter.refuses("done", SCIENCE, text="直接办结")
    matter.take("accept", SCIENCE, text="已受理").take("dispatch", SCIENCE, text="派高区分站")
    assert matter.now().open and matter.now().now.name == "派给分站或工作室"
    matter.take("done", SCIENCE, text="已联系学校，办妥")
    assert (matter.now().now.ends, matter.now().taken[-1].text) == ("已办结", "已联系学校，办妥")
    own = own_view(matter.now(), "T1")
    assert own is not None and own.taken == matter.now().taken, "who asked can look it up"


def test_help_with_a_dispute_abroad_is_taken_up_passed_on_and_answered() -> None:
    matter = Matter("overseas_ip_aid").take("ask", "F1", party="F1", text="境外被诉侵权", evidence=("传票",))
    matter.refuses("accept", SCIENCE, "E-STEP-ACTOR", text="受理")
    matter.take("accept", MARKET, text="已接").take("transfer", MARKET, text="转省级援助中心")
    matter.take("advise", MARKET, text="建议先行无效宣告")
    assert not matter.now().open and [one.step for one in matter.now().taken] == ["ask", "accept", "transfer", "advise"]
    own = own_view(matter.now(), "F1")
    assert own is not None and own.taken[-1].text == "建议先行无效宣告", "the firm can look it up"


def test_visits_have_a_task_their_problems_a_list_and_all_are_solved_before_the_end() -> None:
    matter = (
        Matter("company_visit")
        .take("assign", INDUSTRY, party="F1", text="走访甲公司")
        .take("visit", INDUSTRY, text="已访")
    )
    matter.take("problem", INDUSTRY, text="用工难")
    matter.refuses("problem", INDUSTRY, text="第一个没有解决就列第二个")
    matter.take("transfer", INDUSTRY, text="转人社局")
    matter.refuses("close", INDUSTRY)
    matter.take("solve", INDUSTRY, text="专场招聘", evidence=("简报",)).take("problem", INDUSTRY, text="用地难")
    matter.refuses("close", INDUSTRY)
    matter.take("solve", INDUSTRY, text="调剂厂房", evidence=("合同",)).take("close", INDUSTRY)
    assert matter.now().now.ends == "已办结"
    assert [one.text for one in matter.now().taken if one.step == "problem"] == ["用工难", "用地难"]


def test_what_is_entrusted_to_agencies_is_a_list_with_its_assessment() -> None:
    done = Matter("outsourced_matter").take("entrust", SCIENCE, text="高企申报辅导", evidence=("合同",), sum="10万元")
    done.take("take", SCIENCE, party="G1", text="承接").take(
        "deliver", SCIENCE, party="G1", text="辅导30家", evidence=("名单",)
    )
    done.refuses("good", SCIENCE, "E-STEP-SUM", text="合格", sum="12万元")
    done.take("good", SCIENCE, text="合格", sum="10万元")
    poor = Matter("outsourced_matter", year=2024).take("entrust", SCIENCE, text="统计", evidence=("合同",), sum="5万元")
    poor.take("take", SCIENCE, party="G2", text="承接").take(
        "deliver", SCIENCE, party="G2", text="半数", evidence=("表",)
    )
    poor.take("poor", SCIENCE, text="漏报")
    found = open_cases(pack_of(), date(2026, 1, 1), VAR)
    assert [(one.taken[0].text, one.members, one.now.ends) for one in found.values()] == [
        ("高企申报辅导", ("G1",), "合格"), ("统计", ("G2",), "不合格")
    ]  # fmt: skip


def test_projects_have_a_readiness_with_a_threshold_and_several_departments_choose_together() -> None:
    rows = [
        {"party_id": name, "application": name, "program": "common_technology", "name": name,
         "applied_on": "2023-01-01", **({"readiness": level} if level else {})}
        for name, level in (("甲", "6"), ("乙", "3"), ("丙", ""))
    ]  # fmt: skip
    found = roster("screening", tables(project_application=rows))
    assert [(one["名称"], one["成熟度"]) for one in found["rows"]] == [("甲", "6"), ("乙", "3"), ("丙", "")]
    assert list(found["tables"][0]["total"].values()) == [3, 1, 1]
    ledger(pack_of(), "project_application", VAR).append(rows)
    procedure = pack_of().procedures["joint_screening"]
    assert [row.id for row in waiting_subjects(pack_of(), procedure, VAR)] == ["甲", "乙", "丙"]
    assert len(start_matters(pack_of(), procedure, SCIENCE, VAR, only="甲", today=date(2023, 1, 1))) == 1
    assert len(start_matters(pack_of(), procedure, SCIENCE, VAR, today=date(2023, 1, 1))) == 2, "the others, once"
    assert start_matters(pack_of(), procedure, SCIENCE, VAR, today=date(2023, 1, 1)) == []
    cases = {one.subject: one for one in open_cases(pack_of(), date(2023, 1, 1), VAR).values()}
    assert {name: (one.title, one.applicant) for name, one in cases.items()} == {
        name: (name, name) for name in ("甲", "乙", "丙")}  # fmt: skip
    ready, early, silent = (begun(cases[name].id) for name in ("甲", "乙", "丙"))
    ready.refuses("select", SCIENCE, text="列入")
    for matter in (ready, early, silent):
        matter.take("opinions", INDUSTRY, agrees=True, text="同意")
        matter.refuses("opinions", INDUSTRY, "E-STEP-ACTOR", agrees=True, text="再答一次")
        matter.refuses("drop", SCIENCE, text="不等了")
        matter.take("opinions", "wh_development", agrees=True, text="同意")
        assert matter.now().left == (SCIENCE,)
        matter.take("opinions", SCIENCE, agrees=False, text="再看")
    ready.take("select", SCIENCE, text="列入")
    early.refuses("select", SCIENCE, "E-STEP-GATE", text="列入")
    silent.refuses("select", SCIENCE, "E-STEP-GATE", text="列入")
    early.take("select", SCIENCE, text="列入", reason="国家急需，先期布局")
    silent.take("drop", SCIENCE, text="没有写成熟度")
    outcomes = [{"party_id": row["party_id"], **{name: str(row[name] or "") for name in (
        "application", "procedure", "case", "outcome", "decided_on", "reason")}}
        for row in ledger(pack_of(), "application_outcome", VAR).rows()]  # fmt: skip
    found = roster("screening", tables(project_application=rows, application_outcome=outcomes))
    assert [(one["名称"], one["结果"], one["破例的理由"]) for one in found["rows"]] == [
        ("甲", "已列入", ""), ("乙", "已列入", "国家急需，先期布局"), ("丙", "未列入", "")]  # fmt: skip


def begun(case: str) -> Matter:
    """A matter that began elsewhere."""
    matter = Matter("joint_screening")
    matter.case, matter.day = case, 1
    return matter


def test_a_firm_proposes_what_it_has_applied_with_and_nothing_twice() -> None:
    told = {"party": "甲", "text": "成熟度6级"}
    matter = Matter("joint_screening")
    matter.refuses("propose", "甲", "E-STEP-ASKS", **told)
    matter.refuses("propose", "甲", "E-STEP-SUBJECT", subject="A1", **told)
    ledger(pack_of(), "project_application", VAR).append([
        {"party_id": party, "application": name, "program": "common_technology", "applied_on": "2023-01-01"}
        for name, party in (("A1", "甲"), ("A2", "乙"))])  # fmt: skip
    matter.refuses("propose", "甲", "E-STEP-SUBJECT", subject="A2", **told)
    matter.take("propose", "甲", subject="A1", **told)
    assert matter.now().subject == "A1"
    Matter("joint_screening", year=2024).refuses("propose", "甲", "E-STEP-SUBJECT", subject="A1", **told)


def test_a_project_has_one_sum_its_holder_shifts_money_alone_and_shares_are_written_first() -> None:
    matter = Matter("simplified_project")
    matter.refuses("approve", SCIENCE, sum="100万元")
    matter = Matter("simplified_project").take("sharing", "F1", party="F1", text="七成归课题组", evidence=("协议",))
    matter.take("approve", SCIENCE, sum="100万元").take("adjust", "F1", text="设备改测试费", sum="20万元")
    matter.refuses("adjust", "F1", "E-STEP-SUM", text="再调剂", sum="90万元")
    matter.take("accept", SCIENCE, evidence=("验收书",))
    assert (matter.now().now.ends, len(matter.now().taken)) == ("已验收", 4)


def test_reports_are_handed_in_examined_sent_to_the_province_and_say_who_may_read_them() -> None:
    matter = Matter("science_report").take("submit", "F1", party="F1", text="结题报告", evidence=("报告.pdf",))
    matter.take("return", SCIENCE, text="缺数据").take("again", "F1", evidence=("报告二稿.pdf",))
    matter.refuses("province", SCIENCE, text="报省")
    matter.take("pass", SCIENCE, text="通过").take("province", SCIENCE, evidence=("回执",))
    matter.refuses("share", SCIENCE, "E-STEP-SCOPE", text="限点名的", scope="named")
    matter.refuses("share", SCIENCE, "E-STEP-SCOPE", text="限", scope="secret")
    matter.take("share", SCIENCE, text="公开摘要，全文限本市", scope="units")
    assert matter.now().now.ends == "已归档" and matter.now().taken[-1].text == "公开摘要，全文限本市"


def test_money_follows_an_appraisal_with_its_goals_and_what_came_of_it_decides_the_next_year() -> None:
    good, poor = Matter("budget_performance"), Matter("budget_performance", year=2024)
    for one in (good, poor):
        one.take("appraise", FINANCE, text="可行", evidence=("评估",))
        one.take("allocate", FINANCE, sum="500万元", text="新增高企20家", evidence=("指标文",))
        one.refuses("good", FINANCE, text="达到")
        one.take("track", SCIENCE, text="三季度完成六成")
    good.take("good", FINANCE, text="新增22家", evidence=("评价",)).refuses("cut", FINANCE, sum="1元", text="减")
    good.take("keep", FINANCE, sum="600万元")
    poor.take("poor", FINANCE, text="新增8家", evidence=("评价",)).refuses("keep", FINANCE, sum="500万元")
    poor.refuses("cut", FINANCE, "E-STEP-SUM", sum="501万元", text="减")
    poor.take("cut", FINANCE, sum="200万元", text="减六成")
    assert (good.now().now.ends, poor.now().now.ends) == ("下年继续", "下年减少")
    refused = Matter("budget_performance", year=2025).take("refuse", FINANCE, text="目标不清")
    assert refused.now().now.ends == "不安排"


def test_premises_are_matched_and_moving_in_is_done_in_one_place() -> None:
    need = post("wh_gaoqu", "premises", "demand", "洁净厂房", "甲公司", division="371002", quantity="2000")
    small = post("wh_gaoqu", "premises", "offer", "一号楼", "某园区", division="371002", quantity="1500")
    big = post("wh_jingqu", "premises", "offer", "二号楼", "另一园区", division="371002", quantity="3000")
    assert answers(need) == {"另一园区": 100}, "what is too small is no answer"
    step("agreed", need, big, "wh_gaoqu", "2024-01-10")
    assert pair(need, big).step == "agreed" and small in records().listings
    matter = Matter("park_entry").take("apply", "F1", party="F1", text="入园")
    matter.take("contract", "wh_gaoqu", evidence=("租赁合同",)).take("papers", "wh_gaoqu", text="变更住所")
    matter.take("papers", "wh_gaoqu", text="环评备案").take("move_in", "wh_gaoqu", text="交钥匙")
    assert {one.actor for one in matter.now().taken[1:]} == {"wh_gaoqu"} and matter.now().now.ends == "已入驻"


def test_machines_for_the_sea_are_asked_for_together_bought_together_and_then_subsidised() -> None:
    for firm, number in (("甲渔业", "20"), ("乙水产", "15"), ("丙海产", "30")):
        post(MARINE, "machines", "demand", "海带夹苗机", firm, quantity=number, words="夹苗机", batch="第一批")
    offer = post(MARINE, "machines", "offer", "夹苗机供货", "某机械厂", quantity="100")
    listings = [{**{name: str(value) for name, value in one.values.items() if value is not None and name in (
        "listing", "kind", "side", "title", "by", "quantity", "batch", "posted_on", "state")}, "party_id": MARINE}
        for one in records().listings.values()]  # fmt: skip
    found = roster("machine_demands", tables(exchange_listing=listings))
    assert [list(group["values"].values()) for group in found["tables"][0]["groups"]] == [[3, 65]]
    assert [one.score for one in records().demands_for(records().listings[offer], date(2024, 3, 1))] == [100] * 3
    matter = Matter("group_purchase").take("collect", MARINE, text="三家65台", evidence=("汇总表",))
    matter.take("purchase", MARINE, sum="1000万元", evidence=("采购合同",))
    matter.refuses("subsidy", FINANCE, "E-STEP-SUM", sum="1001万元", text="核定")
    matter.take("subsidy", FINANCE, sum="200万元", text="每台补助")
    assert matter.now().now.ends == "已核定"


def test_loans_to_talents_are_registered_and_a_loss_is_recognised_before_it_is_paid_from_the_fund() -> None:
    loan = {"party_id": "B", "loan_no": "1", "product": "talent_loan", "principal": "100万元", "filed_on": "2022-01-01"}
    lost = {"party_id": "B", "loan_no": "1", "product": "talent_loan", "loss": "40万元", "recognised_on": "2023-01-02"}
    found = roster("talent_loans", tables(loan_filing=[loan], loan_loss=[lost]))
    assert list(found["tables"][0]["total"].values()) == [1, 100_0000_00, 40_0000_00]
    matter = Matter("talent_loan_compensation").take(
        "claim", "B", party="B", text="逾期", sum="50万元", evidence=("判决",)
    )
    matter.refuses("pay", FINANCE, sum="40万元", evidence=("凭证",))
    matter.take("recognise", "wh_financial_supervision", sum="40万元", evidence=("认定书",))
    matter.refuses("pay", FINANCE, "E-STEP-SUM", sum="41万元", evidence=("凭证",))
    matter.take("pay", FINANCE, sum="20万元", evidence=("凭证",))
    assert matter.now().now.ends == "已赔付"


PAPERS = ("高新技术企业证书", "收款账户")


def application(month: int = 3) -> Matter:
    """A matter of applying under a call: those of the city are open in March and April of 2024."""
    return Matter("call_application", year=2024, month=month)


def applied(clause: str = "hnte_reward") -> Matter:
    """An application that a firm has made under a call."""
    return application().take("apply", "F1", party="F1", text="申报", evidence=PAPERS, clause=clause)


def test_an_application_says_which_clause_of_a_call_it_is_for() -> None:
    matter, told = application(), {"party": "F1", "text": "申报", "evidence": ("表",)}
    matter.refuses("apply", "F1", "E-STEP-ASKS", **told)
    matter.refuses("apply", "F1", "E-STEP-CLAUSE", clause="no_such_clause", **told)
    under_no_call = next(name for name in pack_of().clauses if name not in {
        one for call in pack_of().calls.values() for one in call.clauses})  # fmt: skip
    matter.refuses("apply", "F1", "E-STEP-CLAUSE", clause=under_no_call, **told)
    for month, says in ((2, "2024年3月1日才开始受理"), (5, "已于2024年4月30日截止")):
        with pytest.raises(InnoCityError, match="E-STEP-CALL") as early:
            application(month).take("apply", "F1", clause="hnte_reward", **told)
        assert says in early.value.message and "2024年3月1日到2024年4月30日" in (early.value.remedy or "")
    matter.take("apply", "F1", clause="hnte_reward", sum="20万元", **told)
    assert (matter.now().clause, matter.now().sum_of("apply")) == ("hnte_reward", 20_000_000)
    assert matter.now().as_dict()["clause"] == "hnte_reward"
    matter.refuses("accept", SCIENCE, "E-STEP-CLAUSE", clause="hnte_reward")


def test_nobody_is_paid_who_did_not_ask_and_no_unit_asks_approves_and_pays_by_itself() -> None:
    nobody = application()
    nobody.refuses("apply", FINANCE, "E-STEP-ACTOR", text="九亿", evidence=("x",))
    nobody.refuses("apply", FINANCE, "E-STEP-ASKS", text="九亿", evidence=("x",))
    nobody.refuses("apply", FINANCE, "E-STEP-PARTY", party=FINANCE, text="自己申请", evidence=("x",))
    nobody.refuses("apply", SCIENCE, "E-STEP-ACTOR", party="F1", text="代办", evidence=("x",))
    matter = applied()
    matter.refuses("accept", FINANCE, "E-STEP-ACTOR")
    matter.take("accept", SCIENCE).refuses("approve", SCIENCE, "E-DECISION-ABOVE-CEILING", sum="20.01万元", text="多")
    matter.take("approve", SCIENCE, sum="20万元", text="符合")
    matter.refuses("pay", FINANCE, "E-STEP-PARTY", party="F2", sum="20万元", evidence=("凭证",))
    matter.take("pay", FINANCE, sum="20万元", evidence=("凭证",))
    assert {one.actor for one in matter.now().taken} == {"F1", SCIENCE, FINANCE}


def test_no_unit_takes_the_applicant_s_steps_save_who_takes_applications_and_that_is_marked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    matter = applied()
    matter.refuses("withdraw", "wh_hr", "E-STEP-ACTOR", text="替企业撤回")
    assert not matter.now().on_behalf(matter.now().taken[0])
    voucher = (
        Matter("voucher")
        .take("apply_general", "F1", party="F1", text="检测")
        .take("issue", SCIENCE, sum="5万元", text="普惠券")
    )
    voucher.refuses("use", FINANCE, "E-STEP-ACTOR", text="检测", evidence=("票",), sum="5万元")
    pack = pack_of()
    own = pack.procedures["call_application"].model_copy(update={"intake": ("wh_industry",)})
    monkeypatch.setitem(pack.procedures, "call_application", own)
    taken = application()
    taken.refuses("apply", INDUSTRY, "E-STEP-ASKS", text="申报", evidence=("表",))
    taken.take("apply", INDUSTRY, party="F2", text="申报", evidence=("盖章的表",), clause="hnte_reward")
    taken.take("return", SCIENCE, text="缺账户").refuses("supplement", SCIENCE, "E-STEP-ACTOR", evidence=("账户",))
    now = taken.now()
    assert now.applicant == "F2" and now.as_dict()["steps"][0]["on_behalf"] and not now.on_behalf(now.taken[1])


def test_a_party_that_is_not_registered_is_refused_where_any_are() -> None:
    folder = VAR / "weihai" / "facts"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"party_id": ["F1"]}), folder / "organization.parquet")
    application().refuses("apply", "查无此人", "E-STEP-PARTY", party="查无此人", text="申报", evidence=("表",))
    assert applied().case


def test_all_that_is_paid_under_one_approval_stays_within_it() -> None:
    matter = Matter("open_challenge").take("demand", "F1", party="F1", text="难题")
    matter.take("publish", SCIENCE, text="榜", evidence=("榜",)).take("bid", SCIENCE, party="F2", text="方案")
    matter.take("bid", SCIENCE, party="F3", text="方案").take("refuse", SCIENCE, party="F3", text="不可行")
    matter.take("select", SCIENCE, party="F2", evidence=("评审",)).take(
        "approve", SCIENCE, sum="100万元", evidence=("批文",)
    )
    matter.take("lump_sum", FINANCE, sum="60万元").take("assess", SCIENCE, party="F2", text="好", evidence=("报告",))
    matter.refuses("pay", FINANCE, "E-STEP-SUM", sum="41万元", evidence=("凭证",))
    matter.take("pay", FINANCE, sum="40万元", evidence=("凭证",))
    left, won, asked = (own_view(matter.now(), name) for name in ("F3", "F2", "F1"))
    assert left is not None and won is not None and asked is not None
    assert [one.step for one in left.taken] == ["demand", "publish", "bid", "refuse"], "no sum and no evidence"
    assert won.taken[-1].sum == asked.taken[-1].sum == 40_0000_00
