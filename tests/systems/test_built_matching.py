"""Systems that bring demand and supply together: lists, matches with their reasons, steps followed to the end."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.matching.model import Step
from tests.cli.conftest import data
from tests.systems.built import (
    DAY,
    answers,
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


def test_bottleneck_projects_come_in_batches_with_their_loan_and_equity_and_are_followed_to_a_result() -> None:
    """Bank, fund and insurer each see the project; one lends, one does not invest, one has not answered yet."""
    project = post(SCIENCE, "bottleneck", "demand", "高速主轴", "甲公司", field="manufacturing", loan="500万元",
                   equity="300万元", batch="第一批")  # fmt: skip
    post(SCIENCE, "bottleneck", "demand", "特种树脂", "乙公司", field="materials", loan="200万元", batch="第二批")
    bank = post(
        FINANCE, "bottleneck", "offer", "科技贷", "某银行", field="manufacturing", loan="1000万元", product="loan"
    )
    fund = post(FINANCE, "bottleneck", "offer", "天使投资", "某基金", field="manufacturing", equity="300万元",
                product="equity")  # fmt: skip
    cover = post(FINANCE, "bottleneck", "offer", "研发损失险", "某保险公司", field="manufacturing", product="insurance")
    listed = records().on_list("bottleneck", "demand", DAY)
    assert {one.title: [one.values[name] for name in ("batch", "loan", "equity")] for one in listed} == {
        "高速主轴": ["第一批", 500_0000_00, 300_0000_00], "特种树脂": ["第二批", 200_0000_00, None]
    }  # fmt: skip
    assert answers(project) == {"某银行": 60, "某基金": 60, "某保险公司": 20}
    for offer in (bank, fund, cover):
        pushed = records().demands_for(records().listings[offer], DAY)
        assert [one.demand.id for one in pushed] == [project], "each financier sees the projects that it may answer"
        step("proposed", project, offer, SCIENCE, "2024-01-10")
    step("agreed", project, bank, FINANCE, "2024-01-20", amount="500万元")
    with pytest.raises(InnoCityError, match="没有佐证材料"):
        step("fulfilled", project, bank, FINANCE, "2024-02-01", amount="480万元")
    step("fulfilled", project, bank, FINANCE, "2024-02-01", amount="480万元", evidence=("放款凭证.pdf",))
    step("failed", project, fund, FINANCE, "2024-02-02", text="估值谈不拢")
    assert (pair(project, bank).step, pair(project, bank).amount) == ("fulfilled", 480_0000_00)
    assert (pair(project, fund).step, pair(project, fund).late) == ("failed", False)
    assert (pair(project, cover).step, pair(project, cover).late) == ("proposed", True), "asked about until it ends"


def test_a_big_firm_s_order_is_taken_by_a_small_one_and_followed_until_it_is_fulfilled() -> None:
    order = post("F_BIG", "orders", "demand", "齿轮箱壳体外协", "大企业", chain="equipment", words="壳体；五轴加工",
                 quantity="200")  # fmt: skip
    able = post("F_SMALL", "orders", "offer", "五轴加工中心六台，可接壳体", "小企业", chain="equipment", quantity="300")
    assert records().on_list("orders", "demand", DAY) == [], "what firms post is looked at before it is seen"
    decide(order, "open", INDUSTRY)
    decide(able, "open", INDUSTRY)
    assert answers(order) == {"小企业": 100}
    step("proposed", order, able, "F_SMALL", "2024-01-08", text="接单")
    step("agreed", order, able, "F_BIG", "2024-01-15", amount="80万元")
    step("agreed", order, able, "F_SMALL", "2024-01-15", amount="80万元")
    assert pair(order, able, date(2024, 2, 14)).late is False and pair(order, able, date(2024, 2, 15)).late
    with pytest.raises(InnoCityError, match="由市工业和信息化局登记"):
        step("fulfilled", order, able, "F_BIG", "2024-02-20", evidence=("验收单",))
    step("fulfilled", order, able, INDUSTRY, "2024-02-20", evidence=("验收单",))
    assert [(one.step, one.on.isoformat()) for one in pair(order, able).steps] == [
        ("proposed", "2024-01-08"), ("agreed", "2024-01-15"), ("fulfilled", "2024-02-20")
    ]  # fmt: skip


def test_supply_chain_events_are_planned_and_bring_demand_and_supply_together() -> None:
    fair = event(INDUSTRY, "supply_chain", "fair", "船舶海工配套对接会", "2024-02-01", guests=("甲船厂", "乙泵阀厂"))
    wanted = post(
        INDUSTRY, "supply_chain", "demand", "耐海水泵阀", "甲船厂", chain="vessel", words="泵阀", quantity="50"
    )
    given = post(INDUSTRY, "supply_chain", "offer", "不锈钢泵阀", "乙泵阀厂", chain="vessel", quantity="40")
    post(INDUSTRY, "supply_chain", "offer", "鱼线轮", "丙渔具厂", chain="fishing_tackle")
    assert records().events[fair].held_on is None and answers(wanted) == {"乙泵阀厂": 50 + 30 + 16}
    event(INDUSTRY, "supply_chain", "fair", "船舶海工配套对接会", "2024-02-01", id=fair, held_on=date(2024, 2, 2),
          guests=("甲船厂", "乙泵阀厂"), text="现场配对一组")  # fmt: skip
    step("introduced", wanted, given, INDUSTRY, "2024-02-02", event=fair)
    assert pair(wanted, given).steps[0].event == fair
    assert records().events[fair].held_on == date(2024, 2, 2) and len(records().events) == 1


def test_platforms_and_firms_visit_each_other_and_publish_their_lists_issue_by_issue() -> None:
    """双走进: visits have a plan and a record, each list its issues, and what was matched is followed to the end."""
    to_firm = event(SCIENCE, "results", "visit_firm", "产研院进企业", "2024-01-10", host="甲公司")
    event(SCIENCE, "results", "visit_institute", "企业进实验室", "2024-02-10", host="某研究院")
    event(SCIENCE, "results", "visit_firm", "产研院进企业", "2024-01-10", id=to_firm, host="甲公司",
          held_on=date(2024, 1, 11), text="看了涂层产线，提出两项难题")  # fmt: skip
    need = post(
        SCIENCE, "results", "demand", "耐磨涂层", "甲公司", field="materials", words="涂层", batch="2024年第1期"
    )
    result = post("wh_itri", "results", "offer", "陶瓷涂层工艺", "某研究院", field="materials", batch="2024年第1期")
    post(
        "wh_itri", "results", "offer", "光纤传感", "某研究院", on="2024-02-01", field="electronics", batch="2024年第2期"
    )
    exchange = records()
    visits = [(one.form, one.planned_on.month, one.held_on is not None) for one in exchange.events.values()]
    assert visits == [("visit_firm", 1, True), ("visit_institute", 2, False)]
    offers = exchange.on_list("results", "offer", DAY)
    assert [one.values["batch"] for one in offers] == ["2024年第2期", "2024年第1期"], "the newest issue stands first"
    step("introduced", need, result, SCIENCE, "2024-01-11", event=to_firm)
    step("agreed", need, result, SCIENCE, "2024-01-30")
    step("failed", need, result, SCIENCE, "2024-02-20", text="中试没有通过")
    assert [one.step for one in pair(need, result).steps] == ["introduced", "agreed", "failed"]


def test_a_firm_s_problem_is_answered_by_a_team_that_the_science_bureau_brings_in() -> None:
    question = post("F1", "results", "demand", "低温装配胶粘难题", "甲公司", field="materials", words="胶粘剂；低温")
    decide(question, "open", SCIENCE)
    team = post(SCIENCE, "results", "offer", "低温胶粘剂课题组", "山东大学（威海）", field="materials")
    post(SCIENCE, "results", "offer", "水声通信课题组", "哈尔滨工业大学（威海）", field="electronics")
    assert list(answers(question)) == ["山东大学（威海）"]
    with pytest.raises(InnoCityError, match="登记"):
        step("proposed", question, team, "wh_statistics", "2024-01-20")
    step("proposed", question, team, SCIENCE, "2024-01-20", text="组织课题组答题")
    step("agreed", question, team, SCIENCE, "2024-02-20", amount="60万元", text="签订技术开发合同")
    assert pair(question, team).steps[-1].text == "签订技术开发合同"


def test_research_teams_are_listed_and_what_they_diagnosed_and_brought_about_is_kept() -> None:
    team = post(SCIENCE, "results", "offer", "复合材料团队（博导领衔）", "某大学", field="materials",
                text="首席专家1名，成员8名")  # fmt: skip
    expert = post(SCIENCE, "results", "offer", "材料方向特聘专家", "外地某高校", field="materials")
    visit = event(SCIENCE, "results", "diagnosis", "复合材料团队到甲公司把脉", "2024-01-18", host="甲公司",
                  held_on=date(2024, 1, 18), guests=("某大学",), text="固化温度不均，建议改热场")  # fmt: skip
    need = post(
        SCIENCE, "results", "demand", "热场改造", "甲公司", on="2024-01-18", field="materials", words="复合材料"
    )
    step("introduced", need, team, SCIENCE, "2024-01-18", event=visit)
    step("agreed", need, team, SCIENCE, "2024-02-01", amount="30万元")
    exchange = records()
    assert exchange.listings[team].values["text"] == "首席专家1名，成员8名"
    assert {one.id for one in exchange.on_list("results", "offer", DAY)} == {team, expert}
    held = exchange.events[pair(need, team).steps[0].event]
    assert (held.form, held.host, held.text) == ("diagnosis", "甲公司", "固化温度不均，建议改热场")
    assert pair(need, team).step == "agreed"


def test_finance_is_recommended_by_the_stage_of_the_firm() -> None:
    for product, firm, more in (
        ("天使投资", "某基金", {"stage": "seed", "equity": "300万元"}),
        ("知识产权贷", "甲银行", {"stage": "growth", "loan": "300万元"}),
        ("成长贷", "乙银行", {"stage": "growth", "loan": "1000万元"}),
        ("并购基金", "丙基金", {"stage": "mature", "equity": "5000万元"}),
    ):
        post(FINANCE, "finance", "offer", product, firm, **more)
    young = post("F1", "finance", "demand", "打样", "初创公司", stage="seed", equity="100万元")
    grown = post("F2", "finance", "demand", "扩产", "成长公司", stage="growth", loan="600万元")
    for one in (young, grown):
        decide(one, "open", FINANCE)
    assert answers(young) == {"某基金": 70}
    assert answers(grown) == {"乙银行": 70, "甲银行": 55}, "half of what is asked earns half"


def test_firms_post_what_they_need_to_borrow_and_banks_and_guarantors_answer() -> None:
    need = post("F1", "finance", "demand", "流动资金", "甲公司", stage="growth", loan="300万元")
    decide(need, "open", FINANCE)
    bank = post(FINANCE, "finance", "offer", "信用贷", "某银行", stage="growth", loan="300万元", product="loan")
    surety = post(FINANCE, "finance", "offer", "批量担保", "某担保公司", stage="growth", loan="500万元",
                  product="guarantee")  # fmt: skip
    assert set(answers(need)) == {"某银行", "某担保公司"}
    for offer in (bank, surety):
        step("introduced", need, offer, FINANCE, "2024-01-09")
    step("agreed", need, surety, FINANCE, "2024-01-20")
    step("agreed", need, bank, FINANCE, "2024-01-21", amount="300万元")
    assert {one.step for one in records().pairs("finance", DAY)} == {"agreed"}


def test_posts_and_university_officers_are_matched_and_their_time_in_office_is_kept() -> None:
    town = post("wh_organization", "seconded", "demand", "科技副镇长", "某镇", field="materials", words="新材料")
    firm = post("wh_organization", "seconded", "demand", "科技副总", "甲公司", field="electronics")
    person = post("wh_organization", "seconded", "offer", "新材料方向副教授", "某大学", field="materials")
    assert answers(town) == {"某大学": 100} and answers(firm) == {}
    step("agreed", town, person, "wh_organization", "2024-01-15", text="派驻一年")
    step(
        "fulfilled", town, person, "wh_organization", "2024-02-28", text="履职期满，引进项目两个", evidence=("考核表",)
    )
    assert [one.text for one in pair(town, person).steps] == ["派驻一年", "履职期满，引进项目两个"]


def test_jobs_of_firms_are_matched_with_what_schools_train() -> None:
    job = post("wh_hr", "training", "demand", "数控技师40人", "甲公司", words="数控", quantity="40")
    school = post("wh_education", "training", "offer", "数控技术专业订单班", "某职业学院", quantity="30")
    post("wh_education", "training", "offer", "护理专业", "某职业学院二", quantity="100")
    assert answers(job) == {"某职业学院": 60 + 30}
    step("agreed", job, school, "wh_hr", "2024-02-01", text="签订订单培养协议")
    assert pair(job, school).step == "agreed"


def test_cities_of_an_alliance_exchange_their_lists_and_match_across() -> None:
    """What another city sends stands under its name and is matched with what is wanted here, and the other way."""
    own = post(SCIENCE, "results", "demand", "海参多糖提取", "甲公司", field="biology", words="多糖")
    theirs = post(SCIENCE, "results", "offer", "海洋多糖工艺", "外市某研究所", field="biology", from_city="青岛市")
    away = post(
        SCIENCE, "results", "demand", "渔具涂层", "外市某公司", field="materials", words="涂层", from_city="烟台市"
    )
    here = post("wh_itri", "results", "offer", "纳米涂层", "本市某团队", field="materials")
    assert answers(own) == {"外市某研究所": 70} and answers(away) == {"本市某团队": 70}
    step("agreed", own, theirs, SCIENCE, "2024-02-02")
    step("introduced", away, here, SCIENCE, "2024-02-02")
    places = {one.title: one.values["from_city"] for one in records().listings.values()}
    assert places["海洋多糖工艺"] == "青岛市" and places["渔具涂层"] == "烟台市"


def test_who_works_with_whom_is_seen_over_five_kinds_of_sharing() -> None:
    """Projects, platforms, conversions, people and equipment are each recorded; one table sets all pairs together."""
    told = list[tuple[str, str, str]]()
    for kind in ("joint_projects", "joint_platforms", "results", "seconded", "equipment"):
        unit = pack_of().matching[kind].office[0]
        demand = post(unit, kind, "demand", f"{kind}一项", "甲公司", field="biology", words="离心机")
        offer = post(unit, kind, "offer", "离心机与课题组", "某大学", field="biology")
        assert list(answers(demand)) == ["某大学"]
        step("agreed", demand, offer, unit, "2024-01-20")
        told.append((kind, demand, offer))
    found = data("match", "weihai", "--partners", "--as-of", "2024-03-01")["partners"]
    assert sorted((one["kind"], one["demand"], one["offer"]) for one in found) == sorted(told)
    assert {(one["demand_by"], one["offer_by"]) for one in found} == {("甲公司", "某大学")}


def test_services_of_many_kinds_and_deals_in_technology_stand_in_one_market() -> None:
    testing = post(SCIENCE, "services", "offer", "盐雾试验", "某检测中心", service="testing", words="盐雾")
    post(SCIENCE, "services", "offer", "专利导航", "某代理机构", service="patent_navigation")
    need = post(SCIENCE, "services", "demand", "涂层盐雾试验", "甲公司", service="testing", words="盐雾")
    assert answers(need) == {"某检测中心": 80}
    step("agreed", need, testing, SCIENCE, "2024-01-20", amount="2万元")
    wanted = post(SCIENCE, "results", "demand", "耐蚀涂层", "甲公司", field="materials")
    sold = post("wh_itri", "results", "offer", "耐蚀涂层专利", "某研究院", field="materials")
    step("agreed", wanted, sold, SCIENCE, "2024-01-22", amount="120万元")
    step("fulfilled", wanted, sold, SCIENCE, "2024-02-22", amount="120万元", evidence=("转让合同",))
    kinds = {one["kind"]: one for one in data("match", "weihai", "--as-of", "2024-03-01")["kinds"]}
    assert (kinds["services"]["offers"], kinds["services"]["amount"]) == (2, 2_0000_00)
    assert (kinds["results"]["pairs"], kinds["results"]["amount"]) == ({"fulfilled": 1}, 120_0000_00)


def test_what_was_shown_pitched_traded_and_taught_and_what_came_of_it_with_partners_abroad() -> None:
    for form, title in (("exhibition", "海洋技术展"), ("roadshow", "中日韩技术推介"), ("training", "技术经理人培训")):
        event(SCIENCE, "results", form, title, "2024-01-10", held_on=date(2024, 1, 10), text="如期举办")
    pitch = next(one for one in records().events.values() if one.form == "roadshow")
    need = post(SCIENCE, "results", "demand", "膜分离", "甲公司", field="environment", words="膜")
    offer = post(SCIENCE, "results", "offer", "中空纤维膜", "境外某研究所", field="environment", from_city="欧洲")
    step("introduced", need, offer, SCIENCE, "2024-01-10", event=pitch.id)
    step("agreed", need, offer, SCIENCE, "2024-02-10", amount="300万元", text="签署技术许可")
    told = pair(need, offer)
    assert told.steps[0].event == pitch.id and (told.step, told.amount) == ("agreed", 300_0000_00)
    assert records().listings[offer].values["from_city"] == "欧洲"
    assert sorted(one.form for one in records().events.values()) == ["exhibition", "roadshow", "training"]


def test_mentors_and_camps_are_recorded_and_whom_they_coached() -> None:
    camp = event(INDUSTRY, "mentoring", "training", "黑马加速营第一期", "2024-01-10", held_on=date(2024, 1, 12),
                 guests=("甲公司",), text="三天课程")  # fmt: skip
    mentor = post(INDUSTRY, "mentoring", "offer", "医疗器械注册辅导导师", "某咨询机构", field="biology", batch="第一期")
    firm = post(INDUSTRY, "mentoring", "demand", "甲公司入营", "甲公司", words="医疗器械；注册", batch="第一期")
    assert answers(firm) == {"某咨询机构": 60}
    step("introduced", firm, mentor, INDUSTRY, "2024-01-12", event=camp)
    step("agreed", firm, mentor, INDUSTRY, "2024-02-12", text="每月辅导一次")
    assert [(one.event, one.text) for one in pair(firm, mentor).steps] == [(camp, ""), ("", "每月辅导一次")]


def test_a_purchase_over_liaocheng_s_platform_rests_on_what_was_listed_sold_and_converted_there() -> None:
    """A contract said to be made over the platform is set beside the deal known there, or shown as without one."""
    city, unit = "liaocheng", "lc_leading_group"
    need = post(unit, "results", "demand", "有色金属回收工艺", "甲公司", field="materials", words="回收", city=city)
    offer = post(unit, "results", "offer", "铜回收工艺", "某大学", field="materials", readiness="7", city=city)
    assert answers(need, city=city) == {"某大学": 80}
    step("agreed", need, offer, unit, "2024-01-20", amount="100万元", city=city)
    step("fulfilled", need, offer, unit, "2024-02-20", amount="100万元", evidence=("投产证明",), city=city)
    with pytest.raises(InnoCityError, match="没有下一步"):
        step("failed", need, offer, unit, "2024-02-21", text="反悔", city=city)
    bought = {"role": "buyer", "local_conversion": "true", "via_platform": "true", "registered_on": "2024-01-25"}
    facts = tables(
        city, exchange_step=[{**_text(one), "party_id": unit} for one in records(city).steps],
        technology_contract=[
            {**bought, "party_id": "A", "registration_no": "C1", "technology": offer},
            {**bought, "party_id": "B", "registration_no": "C2", "technology": "别处的成果"},
            {**bought, "party_id": "C", "registration_no": "C3", "via_platform": "false"},
        ],
    )  # fmt: skip
    found = roster("platform_purchases", facts, city=city)
    assert [(one["合同"], one["平台成交"], one["佐证"]) for one in found["rows"]] == [
        ("C2", "", ""), ("C1", "2024-01-20", "投产证明")
    ], "what the platform does not know stands first"  # fmt: skip
    assert found["tables"][0]["total"] == {"合同": 2, "平台上有成交的": 1, "已转化的": 1}
    assert pack_of(city).clauses["platform_purchase_support"].where.startswith("role == 'buyer' and via_platform")


def _text(one: Step) -> dict[str, str]:
    """A step as a row of its register."""
    return {"demand": one.demand, "offer": one.offer, "step": one.step, "on": one.on.isoformat(),
            "evidence": "；".join(one.evidence), "valid_from": one.on.isoformat()}  # fmt: skip


def test_each_need_of_technology_falls_into_one_of_four_kinds() -> None:
    forms = ("single_firm", "chain", "system", "disruptive")
    for form in forms:
        post(SCIENCE, "results", "demand", f"{form}技术", "甲公司", field="materials", form=form)
    assert sorted(one.values["form"] for one in records().on_list("results", "demand", DAY)) == sorted(forms)
    assert [code.name for code in pack_of().codes["technology_form"].codes] == [
        "单个企业攻关", "链条协同", "系统集成", "颠覆引领"
    ]  # fmt: skip
    with pytest.raises(InnoCityError, match="technology_form"):
        post(SCIENCE, "results", "demand", "第五类", "甲公司", field="materials", form="fifth")


def test_rights_are_offered_in_pledge_and_meet_loans() -> None:
    right = post("wh_market", "ip_pledge", "demand", "发明专利三件", "甲公司", loan="300万元")
    loan = post(FINANCE, "ip_pledge", "offer", "知识产权质押贷", "某银行", loan="150万元")
    assert answers(right) == {"某银行": 35}
    step("agreed", right, loan, FINANCE, "2024-01-20", amount="150万元")
    assert pair(right, loan).amount == 150_0000_00


def test_a_firm_cannot_flood_the_lists() -> None:
    for number in range(20):
        post("F1", "results", "demand", f"第{number}项", "甲公司", field="materials")
    with pytest.raises(InnoCityError, match="等着审核"):
        post("F1", "results", "demand", "第21项", "甲公司", field="materials")
    decide("results_d0001", "closed", "F1")
    post("F1", "results", "demand", "第21项", "甲公司", field="materials")


def test_every_kind_says_who_looks_after_it_and_that_its_rule_is_a_demonstration() -> None:
    for kind in pack_of().matching.values():
        assert kind.demonstration and not kind.document, "no document sets the weights"
        assert all(unit in pack_of().units for unit in kind.office)
