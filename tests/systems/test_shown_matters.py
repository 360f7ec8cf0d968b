"""Matters of projects, step by step: challenges, commissions, what is agreed one by one, communities, funds."""

from __future__ import annotations

from pathlib import Path

from tests.systems.shown import Matter, awards, coming, listed, refused, roster, told, totals


def test_a_challenge_goes_from_the_firm_s_question_to_the_money_with_teams_running_side_by_side(tmp_path: Path) -> None:
    one = Matter("open_challenge", tmp_path, "鱿鱼掏黄自动化")
    one.take("demand", "甲", "2023-01-10", party="甲", text="人工掏黄效率低")
    assert refused(one, "bid", "wh_science", "2023-02-01", party="乙", text="方案") == {"E-STEP-ORDER"}, (
        "not yet published"
    )
    one.take("publish", "wh_science", "2023-02-01", text="多队并行", evidence=["榜单"])
    for team in ("乙", "丙", "丁"):
        one.take("bid", "wh_science", "2023-03-01", party=team, text="方案")
    one.take("refuse", "wh_science", "2023-03-20", party="丁", text="方案不可行")
    one.take("select", "wh_science", "2023-03-20", party="乙", evidence=["评审意见"])
    one.take("select", "wh_science", "2023-03-20", party="丙", evidence=["评审意见"])
    one.take("approve", "wh_science", "2023-04-01", sum="150万元", evidence=["立项文件"])
    one.take("parallel", "wh_science", "2023-04-02", text="两支队伍各做半年")
    one.take("eliminate", "wh_science", "2023-10-10", party="丙", text="样机未达标", evidence=["测试报告"])
    assert one.now().members == ("乙",)
    assert refused(one, "assess", "wh_science", "2023-12-01", party="丙", text="好", evidence=["报告"]) == {
        "E-STEP-PARTY"
    }
    one.take("assess", "wh_science", "2023-12-01", party="乙", text="成效好", evidence=["验收报告"])
    assert refused(one, "pay", "wh_finance", "2023-12-20", sum="160万元", evidence=["凭证"]) == {"E-STEP-SUM"}
    one.take("pay", "wh_finance", "2023-12-20", sum="150万元", evidence=["拨款凭证"])
    done = one.now()
    assert (done.open, done.state) == (False, "已兑现") and done.taken[0].step == "demand"
    project = [
        {
            "party_id": "乙",
            "project_no": "J1",
            "program": "open_challenge",
            "mode": "open_challenge",
            "level": "city",
            "approved_on": "2023-04-01",
            "accepted_on": "2023-12-01",
        }
    ]
    decided = [{"clause": "open_challenge_support", "object": "J1", "party": "乙", "selected": True, "sum": "150万元"}]
    found = told(awards(["open_challenge_support"], decisions=decided, st_project=project))
    assert found == {("open_challenge_support", "乙", 2023): ("sum", done.sum_of("pay"))}


def test_a_chief_expert_picks_the_team_and_the_money_is_given_as_one_sum(tmp_path: Path) -> None:
    one = Matter("open_challenge", tmp_path)
    one.take("demand", "甲", "2023-01-10", party="甲", text="难题")
    one.take("publish", "wh_science", "2023-02-01", text="首席专家组阁，经费包干", evidence=["榜单"])
    one.take("bid", "wh_science", "2023-03-01", party="专家", text="方案")
    one.take("select", "wh_science", "2023-03-20", party="专家", evidence=["评审意见"])
    one.take("approve", "wh_science", "2023-04-01", sum="200万元", evidence=["立项文件"])
    one.take("chief_expert", "wh_science", "2023-04-02", party="专家", text="首席专家")
    one.take("team_up", "wh_science", "2023-04-03", party="队员一", text="由首席专家选定")
    assert refused(one, "lump_sum", "wh_finance", "2023-04-04", sum="201万元") == {"E-STEP-SUM"}
    one.take("lump_sum", "wh_finance", "2023-04-04", sum="200万元")
    assert one.now().members == ("专家", "队员一") and "assess" in coming(one)
    one.take("assess", "wh_science", "2023-12-01", party="专家", text="有成效", evidence=["报告"])
    assert refused(one, "pay", "wh_finance", "2023-12-02", sum="1元", evidence=["凭证"]) == {"E-STEP-SUM"}, (
        "all that was approved was given as one sum"
    )
    one.take("settle", "wh_science", "2023-12-02", text="结清")
    assert one.now().state == "已兑现"


def test_disruptive_projects_are_found_in_two_ways_and_all_three_steps_are_kept(tmp_path: Path) -> None:
    told_of, watched = Matter("disruptive_technology", tmp_path), Matter("disruptive_technology", tmp_path)
    told_of.take("recommend", "甲", "2024-01-10", party="甲", text="新原理")
    watched.take("monitor", "wh_science", "2024-01-11", party="乙", text="监测报告", evidence=["监测.pdf"])
    assert refused(told_of, "fund", "wh_finance", "2024-02-01", sum="100万元", evidence=["x"]) == {"E-STEP-ORDER"}
    watched.take("drop", "wh_science", "2024-02-01", text="尚不成熟")
    told_of.take("select", "wh_science", "2024-02-01", text="通过", evidence=["遴选纪要"])
    told_of.take("fund", "wh_finance", "2024-03-01", sum="100万元", evidence=["批文"])
    assert [step.step for step in told_of.now().taken] == ["recommend", "select", "fund"]
    assert (told_of.now().state, watched.now().state) == ("已资助", "未入选")


def test_commissions_are_argued_by_experts_given_to_one_unit_and_booked_one_by_one(tmp_path: Path) -> None:
    one, other = Matter("directed_commission", tmp_path, "甲项"), Matter("directed_commission", tmp_path, "乙项")
    for matter in (one, other):
        matter.take("propose", "wh_science", "2019-02-01", text="共性技术")
    assert refused(one, "commission", "wh_science", "2019-03-01", party="甲", sum="300万元", evidence=["书"]) == {
        "E-STEP-ORDER"
    }
    one.take("expert_review", "wh_science", "2019-02-20", text="同意", evidence=["论证意见"])
    one.take("commission", "wh_science", "2019-03-01", party="甲", sum="300万元", evidence=["委托书"])
    one.take("pay", "wh_finance", "2019-04-01", sum="200万元", evidence=["凭证一"])
    assert refused(one, "pay", "wh_finance", "2019-09-01", sum="150万元", evidence=["凭证二"]) == {"E-STEP-SUM"}
    one.take("pay", "wh_finance", "2019-09-01", sum="100万元", evidence=["凭证二"])
    assert (one.now().sum_of("commission"), one.now().sum_of("pay"), other.now().sum_of("pay")) == (
        300_000_000,
        300_000_000,
        0,
    )
    assert "pay" not in {step.step for step in other.now().taken}, "each has an account of its own"


def test_a_matter_by_itself_goes_from_request_to_payment_and_every_step_is_found(tmp_path: Path) -> None:
    one = Matter("case_by_case", tmp_path, "共建研究院")
    one.take("apply", "甲", "2019-01-05", party="甲", text="共建方案", evidence=["申请书"])
    one.take("argue", "wh_science", "2019-02-05", text="可行", evidence=["论证报告"])
    assert refused(one, "decide", "wh_science", "2019-03-01", sum="800万元", evidence=["纪要"]) == {"E-STEP-ACTOR"}
    one.take("decide", "wh_government", "2019-03-01", sum="800万元", evidence=["〔2019〕3号纪要"])
    one.take("sign", "wh_science", "2019-04-01", evidence=["共建协议"])
    one.take("pay", "wh_finance", "2019-05-01", sum="800万元", evidence=["凭证"])
    one.take("close", "wh_science", "2019-05-02")
    steps = one.now().taken
    assert [(step.step, step.actor) for step in steps] == [
        ("apply", "甲"),
        ("argue", "wh_science"),
        ("decide", "wh_government"),
        ("sign", "wh_science"),
        ("pay", "wh_finance"),
        ("close", "wh_science"),
    ]
    assert all(step.evidence for step in steps[:-1]) and refused(one, "pay", "wh_finance", "2019-06-01") == {
        "E-STEP-ORDER",
        "E-STEP-ASKS",
    }
    decided = [
        {"clause": "new_rd_institution_joint", "object": "N1", "party": "甲", "selected": True, "sum": "800万元"}
    ]
    platform = [
        {
            "party_id": "甲",
            "platform_id": "N1",
            "type": "new_rd_institution",
            "level": "city",
            "lead_kind": "government_joint",
            "approved_on": "2019-04-01",
        }
    ]
    found = told(awards(["new_rd_institution_joint"], [2019], decisions=decided, innovation_platform=platform))
    assert found["new_rd_institution_joint", "甲", 2019] == ("sum", one.now().sum_of("decide"))


def test_a_community_is_paid_again_only_after_it_met_its_targets(tmp_path: Path) -> None:
    one = Matter("community_funding", tmp_path, "高端器械共同体")
    one.take("set_targets", "wh_science", "2023-01-10", party="甲", text="成员70家，项目40个", sum="500万元")
    assert refused(one, "pay", "wh_finance", "2023-02-01", sum="200万元", evidence=["凭证"]) == {"E-STEP-ORDER"}
    one.take("assess", "wh_science", "2023-06-30", text="达到", evidence=["考核表"])
    one.take("pay", "wh_finance", "2023-07-10", sum="300万元", evidence=["凭证"])
    assert coming(one) == {"assess", "fail", "finish"}, "no second payment without a second assessment"
    one.take("fail", "wh_science", "2023-12-30", text="未达到")
    assert (one.now().state, one.now().sum_of("pay")) == ("停止拨付", 300_000_000)
    place = {
        "platform_id": "K1",
        "name": "高端器械共同体",
        "type": "consortium_platform",
        "level": "province",
        "approved_on": "2022-05-01",
    }
    members = [
        {"party_id": "甲", "role": "lead", **place},
        {"party_id": "乙", "role": "participant", **place},
        {"party_id": "丙", "role": "participant", **place},
    ]
    items = [
        {
            "party_id": "甲",
            "platform_id": "K1",
            "item": name,
            "kind": kind,
            "name": name,
            "partner": "乙",
            "dated_on": "2023-03-01",
        }
        for name, kind in (("一号项目", "project"), ("一号成果", "conversion"))
    ]
    assert totals(roster("communities", innovation_platform=members), "各共同体") == {"K1": (1, 2)}
    view = roster("platform_projects", innovation_platform=members, platform_project=items)
    assert totals(view, "各平台") == {"K1、研发项目": (1,), "K1、转化成果": (1,)}
    assert ("甲公司", "高端器械共同体", "转化成果", "一号成果", "乙公司") in listed(
        view, "平台", "类别", "名称", "合作方"
    )
    assert told(awards(["province_consortium_platform"], [2022], innovation_platform=members)) == {}, (
        "before the opinion"
    )


def test_firms_of_the_pipeline_are_pushed_to_funds_which_invest_or_pass(tmp_path: Path) -> None:
    one = Matter("fund_pipeline", tmp_path, "甲公司")
    one.take("apply", "甲", "2019-01-05", party="甲", text="融资需求")
    one.take("list", "wh_financial_supervision", "2019-02-01", text="择优入库")  # answers today for the office named
    one.take("push", "wh_finance_office", "2019-02-10", party="基金一", text="推介")
    one.take("push", "wh_finance_office", "2019-02-11", party="基金二", text="推介")
    one.take("passed_over", "wh_finance_office", "2019-03-01", party="基金一", text="阶段不合")
    assert refused(
        one, "invested", "wh_finance_office", "2019-04-01", party="基金一", sum="500万元", evidence=["x"]
    ) == {"E-STEP-PARTY"}
    one.take("invested", "wh_finance_office", "2019-04-01", party="基金二", sum="500万元", evidence=["投资协议"])
    assert (one.now().state, one.now().sum_of("invested")) == ("已投", 500_000_000)


def test_who_did_best_in_the_year_s_projects_is_named_after_a_look_at_what_was_done(tmp_path: Path) -> None:
    one = Matter("key_project_commendation", tmp_path, "2024年度先进")
    one.take("nominate", "wh_rongcheng", "2024-12-05", party="甲", text="海洋种业攻关", evidence=["总结"])
    assert refused(one, "commend", "wh_science", "2024-12-20", text="激励", evidence=["文件"]) == {"E-STEP-ORDER"}
    one.take("check", "wh_science", "2024-12-10", text="按期完成", evidence=["销号单"])
    one.take("commend", "wh_science", "2024-12-20", text="通报表扬", evidence=["通报"])
    assert (one.now().state, one.now().members) == ("已激励", ("甲",))
