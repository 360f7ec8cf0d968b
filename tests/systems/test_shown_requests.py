"""What firms and people ask for, step by step: cards, vouchers, instruments, contests, titles, and who may decide."""

from __future__ import annotations

from pathlib import Path

from tests.systems.shown import Matter, awards, listed, refused, roster, told, totals, weihai


def test_a_card_is_issued_with_a_steward_verified_and_one_issued_in_advance_lapses_or_settles(tmp_path: Path) -> None:
    card = Matter("talent_card", tmp_path, "某专家的英才卡")
    card.take("apply", "专家", "2023-01-05", party="专家", text="高层次人才", evidence=["证书"])
    card.take("check", "wh_hr", "2023-01-10", text="符合").take("issue", "wh_hr", "2023-01-12", text="卡号一")
    assert refused(card, "verify", "wh_huancui", "2023-02-01", text="查体") == {"E-STEP-ORDER"}, "no steward yet"
    card.take("steward", "wh_hr", "2023-01-13", text="专员一").take("verify", "wh_huancui", "2023-02-01", text="查体")
    for name in ("健康查体", "交通出行", "子女入学"):  # the three that the text names of its thirty and more
        service = Matter("talent_service", tmp_path, name)
        service.take("apply", "专家", "2023-03-01", party="专家", text=name)
        assert refused(service, "done", "wh_hr", "2023-03-02", text="已办") == {"E-STEP-ORDER"}, "nobody has it yet"
        service.take("dispatch", "wh_hr", "2023-03-02", text="专员一").take("done", "wh_hr", "2023-03-20", text="已办")
        assert service.now().state == "已办结"
    assert card.now().open
    early = [Matter("talent_card_advance", tmp_path, title) for title in ("落地的", "没有落地的")]
    for one in early:
        one.take("apply", "甲", "2023-05-01", party="甲", text="在谈项目引进", evidence=["洽谈纪要"])
        one.take("check", "wh_hr", "2023-05-10", text="符合").take("issue", "wh_hr", "2023-05-12", text="预配卡")
    early[0].take("settle", "wh_hr", "2023-11-01", evidence=["落户证明"])
    early[1].take("lapse", "wh_hr", "2023-11-01", text="项目终止")
    assert [one.now().state for one in early] == ["已转正", "已失效"]
    held = [
        {
            "party_id": "人一",
            "name": "某人",
            "category": "high_level",
            "card_kind": "issued",
            "card_issued_on": "2023-11-01",
        },
        {
            "party_id": "人二",
            "name": "某人",
            "category": "high_level",
            "card_kind": "pre_issued",
            "card_issued_on": "2023-05-12",
            "valid_to": "2023-11-01",
        },
    ]
    found = told(awards(["talent_card_services", "talent_card_pre_issue"], [2023, 2024], person=held))
    assert found == {
        ("talent_card_services", "人一", 2023): ("in_kind", None),
        ("talent_card_services", "人一", 2024): ("in_kind", None),
        ("talent_card_pre_issue", "人二", 2023): ("in_kind", None),
    }, "what lapsed gives nothing next year"


def test_vouchers_are_issued_used_checked_and_redeemed_general_and_key_ones_apart(tmp_path: Path) -> None:
    general, key = Matter("voucher", tmp_path, "普惠券"), Matter("voucher", tmp_path, "重点券")
    general.take("apply_general", "甲", "2019-01-05", party="甲", text="检测服务")
    assert "E-STEP-ASKS" in refused(key, "apply_key", "乙", "2019-01-05", party="乙", text="公共平台")
    key.take("apply_key", "乙", "2019-01-05", party="乙", text="公共平台", evidence=["批文"])
    general.take("issue", "wh_science", "2019-01-20", sum="5万元", text="普惠券")
    assert "E-STEP-ORDER" in refused(general, "redeem", "wh_finance", "2019-05-01", sum="1万元", evidence=["x"])
    general.take("use", "甲", "2019-03-01", party="甲", text="市外服务机构", evidence=["合同", "发票"], sum="3万元")
    assert refused(general, "use", "甲", "2019-04-01", party="甲", text="再用", evidence=["票"], sum="3万元") == {
        "E-STEP-SUM"
    }
    general.take("check", "wh_science", "2019-04-10", text="真实")
    assert refused(general, "redeem", "wh_finance", "2019-05-01", sum="4万元", evidence=["x"]) == {"E-STEP-SUM"}
    general.take("redeem", "wh_finance", "2019-05-01", sum="3万元", evidence=["凭证"])
    assert general.now().state == "已兑付" and key.now().state == "申领重点券"
    bought = [
        {"party_id": "甲", "kind": kind, "provider_local": "false", "paid_on": "2019-03-01", "amount": "3万元"}
        for kind in ("rd", "patent_navigation")
    ]
    found = told(awards(["voucher_general"], [2019], service_expense=bought[:1]))
    assert found["voucher_general", "甲", 2019][0] == "awaiting_parameter", "from elsewhere too; the text gives no rate"
    assert awards(["voucher_general"], [2019], service_expense=bought[1:]) == [], (
        "outside of what general vouchers cover"
    )


def test_instruments_are_listed_booked_used_and_charged_and_the_fee_opens_the_clause(tmp_path: Path) -> None:
    item = [
        {
            "party_id": "乙",
            "resource": "R1",
            "kind": "instrument",
            "name": "透射电镜",
            "fee_basis": "每机时800元",
            "division": "371082",
            "listed_on": "2019-01-01",
        }
    ]
    one = Matter("resource_booking", tmp_path, "透射电镜")
    one.take("book", "甲", "2019-03-01", party="甲", text="R1，3月10日，8机时")
    assert refused(one, "charge", "wh_science", "2019-03-11", sum="6400元", evidence=["单"]) == {"E-STEP-ORDER"}
    one.take("accept", "wh_science", "2019-03-02", party="乙", text="可以")
    one.take("serve", "wh_science", "2019-03-10", party="乙", text="8机时", evidence=["测试报告"])
    one.take("charge", "wh_science", "2019-03-11", sum="6400元", evidence=["收费单"])
    used = [
        {
            "party_id": "乙",
            "resource": "R1",
            "booking": one.case,
            "user": "甲",
            "booked_on": "2019-03-01",
            "used_on": "2019-03-10",
            "hours": 8,
            "fee": "6400元",
        }
    ]
    assert listed(roster("shared_resources", "2019-12-31", shared_resource=item), "资源", "收费标准", "区市") == [
        ("乙公司", "透射电镜", "每机时800元", "荣成市")
    ]
    withdrawn = [*item, {**item[0], "withdrawn_on": "2019-06-01", "recorded_at": "2019-06-02"}]
    assert not roster("shared_resources", "2019-12-31", shared_resource=withdrawn).rows, "its last row says so"
    view = roster("resource_uses", "2019-12-31", shared_resource=item, resource_use=used)
    assert totals(view, "本年各项") == {"R1": (1, 1, 8, one.now().sum_of("charge"))}
    spent = [{"party_id": "甲", "kind": "instrument", "paid_on": "2019-03-11", "amount": "6400元"}]
    [award] = awards(["instrument_voucher_demand"], [2019], service_expense=spent)
    assert award.status == "awaiting_parameter", "by the rules of vouchers, whose rate the text leaves open"


def test_contests_are_registered_entered_judged_announced_and_what_was_won_is_matched(tmp_path: Path) -> None:
    one = Matter("competition", tmp_path, "市赛")
    one.take("register", "wh_science", "2019-03-01", text="市级赛")
    for team in ("甲", "乙", "丙"):
        one.take("enter", "wh_science", "2019-04-01", party=team, text="项目")
    one.take("eliminate", "wh_science", "2019-05-01", party="丙", text="初评")
    assert refused(one, "award", "wh_science", "2019-06-01", party="丙", text="一等", sum="10万元") == {"E-STEP-PARTY"}
    one.take("award", "wh_science", "2019-06-01", party="甲", text="一等奖", sum="10万元")
    one.take("announce", "wh_science", "2019-06-10", evidence=["获奖公告"])
    assert one.now().state == "已公布" and one.now().members == ("甲", "乙")
    hosted = [
        {
            "party_id": "乙",
            "event_name": "市赛",
            "level": "city",
            "role": "host",
            "kind": "contest",
            "held_on": "2019-06-18",
        },
        {
            "party_id": "丙",
            "event_name": "县赛",
            "level": "county",
            "role": "host",
            "kind": "contest",
            "held_on": "2019-06-18",
        },
    ]
    won = [
        {
            "party_id": "甲",
            "entry": "甲项目",
            "competition": "china_innovation",
            "stage": "national_final",
            "national_prize": "30万元",
            "held_on": "2019-10-01",
        }
    ]
    clauses = ["innovation_event_reward", "competition_final_reward", "competition_prize_match"]
    found = told(awards(clauses, [2019], event_hosting=hosted, competition_entry=won))
    assert found == {
        ("innovation_event_reward", "乙", 2019): ("ceiling", 100_000_000),
        ("competition_final_reward", "甲", 2019): ("sum", 10_000_000),
        ("competition_prize_match", "甲", 2019): ("sum", 30_000_000),
    }, "by level: a county's gets nothing"
    assert totals(roster("winners", "2019-12-31", competition_entry=won), "各阶段")["全国行业总决赛"] == (1, 30_000_000)


def test_service_firms_of_advanced_technology_walk_the_recognition_and_are_rewarded_once(tmp_path: Path) -> None:
    one = Matter("advanced_service", tmp_path, "甲公司")
    one.take("apply", "甲", "2019-03-01", party="甲", text="申报", evidence=["申报书"]).take(
        "accept", "wh_science", "2019-03-05"
    )
    assert refused(one, "recognise", "wh_science", "2019-04-01", evidence=["x"]) == {"E-STEP-ORDER"}
    one.take("review", "wh_science", "2019-04-01", evidence=["评审表"]).take(
        "notice", "wh_science", "2019-05-01", evidence=["公示"]
    )
    one.take("recognise", "wh_science", "2019-06-01", evidence=["认定文件"])
    named = [
        {"party_id": "甲", "title": "advanced_service", "recognition_kind": kind, "issued_on": day, "expires_on": until}
        for kind, day, until in (("first", "2019-06-01", "2022-06-01"), ("again", "2022-06-01", "2025-06-01"))
    ]
    found = told(awards(["advanced_service_reward", "advanced_service_tax"], [2019, 2022], qualification=named))
    assert one.now().state == "已认定" and found["advanced_service_reward", "甲", 2019] == ("sum", 20_000_000)
    assert found["advanced_service_reward", "甲", 2022] == ("sum", 0), "once"
    assert set(weihai().clauses["advanced_service_tax"].payers) == {"nation"}, "taxes are for the tax office"


def test_envoys_are_posted_keep_a_log_and_the_excellent_ones_come_first(tmp_path: Path) -> None:
    log = [
        {"party_id": "员一", "host": "甲", "assigned_on": "2019-01-01", "served_on": "2019-02-01", "text": "指导养殖"},
        {"party_id": "员一", "host": "甲", "assigned_on": "2019-01-01", "served_on": "2019-03-01", "text": "回访"},
        {"party_id": "员二", "host": "乙", "assigned_on": "2019-01-01", "served_on": "2019-02-01", "text": "培训"},
    ]
    one = Matter("envoy_assessment", tmp_path, "员二")
    one.take("report", "员二", "2019-11-01", party="员二", text="全年服务", evidence=["日志"])
    assert refused(one, "support", "wh_science", "2019-12-01", text="项目") == {"E-STEP-ORDER"}, "not yet excellent"
    one.take("excellent", "wh_science", "2019-12-01", text="优秀", evidence=["考评表"])
    one.take("support", "wh_science", "2019-12-10", text="优先立项")
    named = [{"party_id": "员二", "title": "outstanding_envoy", "issued_on": "2019-12-01"}]
    view = roster("envoys", "2019-12-31", envoy_service=log, qualification=named)
    assert [row.party for row in view.rows] == ["员二", "员一", "员一"]
    assert totals(view, "各派驻单位") == {"甲公司": (1, 2), "乙公司": (1, 1)}
    found = told(awards(["outstanding_envoy_support"], [2019], qualification=named))
    assert found["outstanding_envoy_support", "员二", 2019][0] == "awaiting_decision", "what is given, the city decides"


def test_talents_are_recommended_named_and_matched_by_decision(tmp_path: Path) -> None:
    one = Matter("talent_nomination", tmp_path, "领军人才")
    one.take("recommend", "甲", "2022-03-01", party="甲", text="推荐人一", evidence=["推荐表"])
    one.take("check", "wh_science", "2022-04-01", text="符合").take(
        "submit", "wh_science", "2022-05-01", evidence=["报送函"]
    )
    one.take("selected", "wh_science", "2022-12-01", evidence=["入选名单"])
    assert one.now().state == "已入选"
    selected = {"party_id": "人一", "programme": "province_leading", "level": "province", "selected_on": "2022-12-01"}
    funds = [
        {
            "party_id": "甲",
            "receipt_no": f"R{number}",
            "program": "talent_program",
            "source_level": "province",
            "leader": "人一",
            "amount": "50万元",
            "received_on": f"2023-0{number}-01",
        }
        for number in (2, 6)
    ]
    view = roster("talents", talent_title=[selected], upper_level_fund=funds)
    assert totals(view, "各工程") == {"省级领军人才": (1,)}
    assert listed(view, "级别", "入选", "最近上级资助") == [("人一", "省级", "2022-12-01", "50万元")]
    assert totals(roster("talent_funds", upper_level_fund=funds), "各人") == {"人一": (2, 100_000_000)}
    project = [
        {
            "party_id": "甲",
            "project_no": "J1",
            "program": "key_project",
            "level": "city",
            "leader": "人一",
            "approved_on": "2023-05-01",
        }
    ]
    who = [{"party_id": "人一", "name": "某人", "category": "high_level"}]
    decided = [{"clause": "talent_project_support", "object": "J1", "party": "甲", "selected": True, "sum": "50万元"}]
    found = told(awards(["talent_project_support"], decisions=decided, st_project=project, person=who))
    assert found["talent_project_support", "甲", 2023] == ("sum", 50_000_000)


def test_only_who_has_the_power_recognises_an_excusable_failure(tmp_path: Path) -> None:
    one = Matter("tolerance", tmp_path, "项目未达标")
    one.take("ask", "甲", "2023-03-01", party="甲", text="已尽职", evidence=["说明"])
    one.take("examine", "wh_science", "2023-04-01", text="属实", evidence=["核查报告"])
    assert refused(one, "exempt", "wh_science", "2023-05-01", text="免责", evidence=["x"]) == {"E-STEP-ACTOR"}
    one.take("exempt", "wh_innovation_group", "2023-05-01", text="予以免责", evidence=["纪要"])
    assert one.now().state == "予以免责"
    titles = [
        {"party_id": who, "title": "hnte", "recognition_kind": "first", "issued_on": "2023-10-01"} for who in "甲乙丙"
    ]
    credit = [
        {"party_id": "乙", "list": "research_misconduct", "starts_on": "2023-01-01", "authority": "省科技厅"},
        {"party_id": "丙", "list": "research_misconduct", "starts_on": "2022-01-01", "repaired_on": "2023-06-30"},
    ]
    found = told(awards(["hnte_reward"], qualification=titles, integrity_record=credit))
    assert {key[1]: status for key, (status, _) in found.items()} == {"甲": "sum", "乙": "excluded", "丙": "sum"}
    assert listed(roster("on_lists", integrity_record=credit), "名单", "认定机关") == [
        ("乙公司", "科研失信", "省科技厅")
    ]


def test_firms_report_their_research_and_nothing_is_worked_out_before_the_rates_are_known(tmp_path: Path) -> None:
    one = Matter("rd_reporting", tmp_path, "2022年度研发投入")
    one.take("report", "甲", "2023-04-01", party="甲", sum="3000万元", evidence=["加计扣除申报表"])
    one.take("check", "wh_tax", "2023-05-01", text="一致").take(
        "enter", "wh_science", "2023-05-02", evidence=["登记单"]
    )
    assert one.now().state == "已登记"
    spent = [
        {"party_id": "甲", "year": 2022, "reported_on": "2023-05-02", "caliber": "deduction", "amount": "3000万元"}
    ]
    clauses = ["rd_subsidy_unassessed", "rd_subsidy_assessed"]
    found = told(awards(clauses, rd_expenditure=spent))
    assert found == {("rd_subsidy_unassessed", "甲", 2023): ("awaiting_parameter", None)}
    rules = [
        {
            "party_id": "甲",
            "year": 2022,
            "assessed_on": "2023-09-01",
            "rule_doc_no": "省核算表",
            "assessed": "1200万元",
            "province_share": "400万元",
            "city_share": "480万元",
            "county_share": "320万元",
        }
    ]
    found = told(awards(clauses, rd_expenditure=spent, rd_subsidy_assessment=rules))
    assert found == {("rd_subsidy_assessed", "甲", 2023): ("sum", 1_000_000_000)}, "at most 10 million yuan a year"
    shares = totals(roster("rd_shares", rd_subsidy_assessment=rules), "本年")
    assert shares == {} and roster("rd_shares", rd_subsidy_assessment=rules).tables[0].total.values == (
        1,
        1_200_000_000,
        400_000_000,
        480_000_000,
        320_000_000,
    )
