"""The way of each persona through the site, pressed and typed in a browser, on both databases.

Every way begins at the sign-in (a citizen's at the home page) and ends with what somebody else sees of it. No two
ways touch the same things, so that each stands alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.web import test_browser
from tests.web.journeys import (
    APPLICANT,
    Town,
    expect,
    filled_in,
    follow,
    look_up,
    paper,
    report,
    rows_of,
    send,
    sheets,
    status,
    taken_home,
    town_of,
    unfolded,
    upload,
    work,
)

pytestmark = test_browser.pytestmark
NUMBER = "2023370000000777"  # of a contract that nobody has registered


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served_town(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The site on each database, and a browser."""
    template = request.getfixturevalue(f"filled_{request.param}")
    with town_of(template, tmp_path_factory.mktemp("town") / "var") as found:
        yield found


@pytest.fixture
def town(served_town: Town) -> Iterator[Town]:
    """The same for one way: whoever comes leaves again, and no page may have complained."""
    yield served_town
    served_town.leave()


def test_what_a_page_complains_of_fails_a_way(town: Town) -> None:
    page = town.comes()
    page.evaluate("document.head.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")
    page.evaluate("fetch('/weihai/nothing/').then(() => setTimeout(() => nothing.there))")
    for _ in range(200):
        if len(town.said) == 3:
            break
        page.wait_for_timeout(50)
    said, town.said = sorted(town.said), []
    assert [one for one in said if "Content Security Policy" in one]
    assert [one for one in said if "404" in one] and [one for one in said if "nothing is not defined" in one]


# --- citizen ---------------------------------------------------------------------------------------------------


def test_a_citizen_reckons_a_sum_says_what_he_thinks_and_others_read_it(town: Town) -> None:
    citizen = town.comes()
    citizen.fill("#words", "技术合同")
    send(citizen, "找政策")
    follow(citizen, "技术合同支付补助", "#found")
    expect(citizen.locator("#article")).to_contain_text("支付金额的最多5%")
    follow(citizen, "填几个数算一算")
    reckoned(citizen)
    follow(citizen, "看条款全文")
    follow(citizen, "看留言，说说这一条")
    citizen.click("text=4 分")
    citizen.get_by_label("留言（可以不写）").fill("网上一算就明白")
    send(citizen, "提交")
    expect(status(citizen)).to_contain_text("谢谢，已经收到")
    expect(citizen.locator("main")).to_contain_text("还没有公开的留言")

    science = town.comes("science")
    follow(science, ".*留言", ".desk")
    expect(science.locator(".said")).to_contain_text("网上一算就明白")
    science.get_by_label("回复，或不公开的理由").fill("谢谢")
    send(science, "公开")
    expect(status(science)).to_contain_text("已处理")

    citizen.reload()
    expect(citizen.locator(".said")).to_contain_text("网上一算就明白")
    expect(citizen.locator(".said .note")).to_contain_text("谢谢")
    follow(citizen, "技术合同支付补助")
    expect(citizen.locator("[aria-labelledby=h-feedback]")).to_contain_text("平均 4.0 分，1 人评价")


def reckoned(citizen: Any) -> None:
    """The form is filled in field by field; the result changes by itself."""
    chosen = {
        "哪一年的事": "2023",
        "合同类型": "技术开发",
        "是否备案": "是",
        "对方性质": "高等学校",
        "登记类别": "私营企业",
    }
    for label, choice in chosen.items():
        citizen.get_by_label(label).select_option(label=choice)
    citizen.get_by_label("支付日期").fill("2023-06-01")
    amount, result = citizen.get_by_label("支付金额"), citizen.locator("#result")
    for typed, sum_, binds in (("400万元", "20万元", 0), ("800万元", "30万元", 1)):
        amount.fill(typed)
        amount.press("Tab")
        expect(result.locator(".amt")).to_have_text(sum_)
        expect(result.locator(".calc .bind")).to_have_count(binds)


# --- firm ------------------------------------------------------------------------------------------------------


def test_a_firm_reads_what_it_is_owed_and_has_a_fact_put_right(town: Town) -> None:
    firm = town.comes("firm", phone=True)
    reward = firm.locator("#hnte_reward")
    expect(reward.locator(".amt")).to_contain_text("10万元")
    expect(reward.locator(".calc")).to_contain_text("重新认定")
    expect(unfolded(reward.locator("details dl"))).to_contain_text("高新技术企业证书、收款账户")
    calendar = taken_home(firm, "申报时间加入日历").decode()
    assert calendar.startswith("BEGIN:VCALENDAR") and "高新技术企业认定奖励" in calendar.replace("\r\n ", "")
    follow(firm, "打印告知书")
    expect(firm.locator("main")).to_contain_text("高新技术企业认定奖励")
    assert sheets(firm) <= 2
    work(firm, "应享政策")
    follow(firm, "《", "#hnte_reward .cite")
    expect(firm.locator(":target")).to_contain_text("高新技术企业")
    ask_for_correction(firm)

    science = town.comes("science")
    follow(science, "更正申请", ".lights")
    follow(science, "1 份企业更正申请等着答复", ".desk")
    follow(science, r"\d+-\d+", "tbody")
    expect(science.locator(".answers")).to_contain_text("证书写的是首次认定")
    assert taken_home(science, "证书.docx").startswith(b"PK")
    expect(science.locator("[aria-labelledby=h-after]")).to_contain_text("10万元 → 20万元")
    send(science, "照申请更正")
    expect(status(science)).to_contain_text("已经办结")

    work(firm, "待办")
    answered = firm.locator("[aria-labelledby=h-corrections]")
    expect(answered).to_contain_text("已更正")
    follow(firm, r"\d+-\d+", "[aria-labelledby=h-corrections]")
    follow(firm, "资质称号")
    expect(firm.locator(".past ins")).to_have_text("首次认定")
    expect(firm.locator(".past")).to_contain_text("证书.docx")
    work(firm, "应享政策")
    expect(reward.locator(".amt")).to_contain_text("20万元")
    expect(reward.locator(".calc")).to_contain_text("首次认定")


def ask_for_correction(firm: Any) -> None:
    """One question a page: the latest recognition was the first one, says the certificate."""
    work(firm, "我们的数据")
    follow(firm, "资质称号", ".jump")
    follow(firm, "来历与更正", '#r-qualification li:has-text("重新认定")')
    follow(firm, "申请更正")
    firm.get_by_label("认定方式").check()
    send(firm, "下一步")
    firm.get_by_label("认定方式").select_option(label="首次认定")
    send(firm, "下一步")
    firm.get_by_label("为什么要更正？").fill("证书写的是首次认定")
    send(firm, "下一步")
    firm.get_by_label("选一份文件").set_input_files(paper("证书.docx"))
    send(firm, "上传")
    send(firm, "下一步")
    expect(firm.locator(".answers")).to_contain_text("证书.docx")
    send(firm, "提交申请")
    expect(status(firm)).to_contain_text("已提交")


def test_an_application_is_sent_back_completed_and_granted(town: Town) -> None:
    firm = town.comes(APPLICANT, phone=True)
    owed = firm.locator("#hnte_reward .amt").inner_text().split("\n")[0].removesuffix("测算")
    follow(firm, "去申报.*高新技术企业认定奖励")
    expect(firm.get_by_label("申请金额")).to_have_value(owed)
    firm.get_by_label("高新技术企业证书").set_input_files(paper("证书.docx"))
    firm.get_by_label("说明").fill("按通知申报")
    send(firm, "提交.*申报")
    expect(status(firm)).to_contain_text("市科技局")

    science = town.comes("science")
    follow(science, "高新技术企业认定奖励", '.desk li:has-text("受理")')
    expect(science.locator(".checks")).to_contain_text("缺 收款账户")
    unfolded(science.locator("#f-text-return")).fill("缺收款账户")
    send(science, "登记这一步.*：要求补正$")

    work(firm, "待办")
    expect(firm.locator("[aria-labelledby=h-back]")).to_contain_text("缺收款账户")
    follow(firm, "高新技术企业认定奖励", "[aria-labelledby=h-back]")
    firm.get_by_label("收款账户").set_input_files(paper("收款账户.docx"))
    send(firm, "提交.*补正")

    science.reload()
    send(science, "登记这一步.*：受理$")
    assert taken_home(science, "收款账户.docx").startswith(b"PK")
    expect(science.locator("#f-award")).to_contain_text("和测算一样")
    expect(science.locator("#f-sum-approve")).to_have_value(owed)
    unfolded(science.locator("#f-text-approve")).fill("符合")
    send(science, "登记这一步.*：审核通过$")
    expect(status(science)).to_contain_text("这一步已记下")

    work(firm, "待办")
    news = firm.locator("[aria-labelledby=h-news]")
    expect(news).to_contain_text("审核通过")
    expect(news.locator(".amt")).to_contain_text(owed)
    follow(firm, "高新技术企业认定奖励", "[aria-labelledby=h-news]")
    expect(firm.locator("[aria-labelledby=h-steps]")).to_contain_text("审核通过")
    matter = urlsplit(firm.url).path.rstrip("/").rpartition("/")[2]
    work(firm, "应享政策")
    expect(firm.locator("#hnte_reward .applied")).to_contain_text(matter)
    expect(firm.locator("#hnte_reward")).not_to_contain_text("去申报")


# --- officers --------------------------------------------------------------------------------------------------


def test_a_table_is_imported_seen_by_the_firm_and_taken_out_again(town: Town) -> None:
    firm = town.comes("other_firm", phone=True)
    work(firm, "我们的数据")
    name = firm.locator("h1 small").inner_text().split("，")[0]

    science = town.comes("science")
    look_up(science, "创新主体", name)
    row = {"统一社会信用代码": science.locator("tbody .code").first.inner_text(), "合同登记编号": NUMBER,
           "合同类型": "技术开发", "支付日期": "2023-11-02", "支付金额（元）": "120000.00"}  # fmt: skip
    work(science, "登记簿")
    follow(science, "技术合同支付")
    template = taken_home(science, "下载导入模板")
    follow(science, "导入表格")
    science.get_by_label("表格文件").set_input_files(upload("支付.xlsx", filled_in(template, row)))
    send(science, "检查")
    expect(science.locator(".kinds dd")).to_have_text(["1", "0", "0", "0"])
    expect(science.locator("[aria-labelledby=h-new]")).to_contain_text(NUMBER)
    send(science, "写入")
    expect(status(science)).to_contain_text("新增 1 条")
    look_up(science, "技术合同支付", name)
    expect(science.locator("table.grid")).to_contain_text(NUMBER)
    exported = [line for line in rows_of(taken_home(science, "导出 Excel")) if name in line]
    expect(science.locator("table.grid tbody tr")).to_have_count(len(exported))
    assert [line for line in exported if NUMBER in line and 120_000 in line]

    work(firm, "我们的数据")
    follow(firm, "技术合同支付", ".jump")
    follow(firm, "看全部.*技术合同支付")
    expect(firm.locator(".factlist")).to_contain_text(NUMBER)


def test_a_county_s_figure_is_sent_back_put_right_locked_and_shown(town: Town) -> None:
    county = town.comes("county")
    work(county, "指标报送")
    follow(county, "报数.*科技型中小企业数")
    report(county, "1150")

    office = town.comes("group_office")
    follow(office, "科技型中小企业数", ".desk")
    own = "[aria-labelledby=h-review] li:has-text('1150家')"
    unfolded(office.locator(own).get_by_label("理由")).fill("与年报不一致")
    send(office, "退回", own)
    expect(office.locator(own)).to_contain_text("已退回")

    work(county, "待办")
    expect(county.locator(".desk")).to_contain_text("与年报不一致")
    follow(county, "科技型中小企业数", ".desk")
    expect(county.get_by_label("更正以前报过的数")).to_be_checked()
    report(county, "1105", "重复的去掉了")

    work(office, "指标报送")
    follow(office, "科技型中小企业数", "[aria-labelledby=h-pending]")
    send(office, "审核通过")
    work(office, "指标报送")
    office.get_by_role("textbox", name="时期").fill("2023")
    send(office, "锁定", "[aria-labelledby=h-lock]")
    expect(status(office)).to_contain_text("已锁定")

    leader = town.comes("leader")
    follow(leader, "科技型中小企业数", ".wall")
    shown = leader.locator("[aria-labelledby=h-figures]")
    expect(shown.locator("tr", has_text="1105家")).to_contain_text("已审核")
    expect(leader.get_by_role("region", name="各区市").locator("tr", has_text="环翠区")).to_contain_text("1105家")


def test_a_task_is_reported_on_closed_and_no_longer_overdue(town: Town) -> None:
    science = town.comes("science")
    follow(science, "报进展.*建创新型产业集群", ".desk")
    science.get_by_label("进展（%）").fill("100")
    science.get_by_label("办理情况").select_option(label="已完成待销号")
    science.get_by_label("做了什么").fill("两个集群通过省里认定")
    science.get_by_label("佐证材料").fill("认定文件.pdf")
    science.get_by_label("这些文字公众也可以看").check()
    send(science, "报送")
    expect(status(science)).to_contain_text("进展已记入台账")

    office = town.comes("group_office")
    follow(office, "看督办清单")
    office.locator("summary", has_text="市科技局").click()
    follow(office, "建创新型产业集群")
    expect(office.locator("[aria-labelledby=h-told]")).to_contain_text("两个集群通过省里认定")
    closing = office.locator("form", has_text="审核销号")
    closing.get_by_label("佐证材料").fill("验收意见.pdf")
    send(office, "登记审核")
    expect(office.locator(".lede")).to_contain_text("已销号")

    work(science, "待办")
    expect(science.locator(".desk")).not_to_contain_text("建创新型产业集群")
    citizen = town.comes()
    follow(citizen, "进展", ".nav")
    follow(citizen, "任务", ".tabs")
    follow(citizen, ".*已销号", ".lights")
    expect(citizen.locator("#innovative_clusters")).to_contain_text("已销号")


# --- leader ----------------------------------------------------------------------------------------------------


def test_a_leader_goes_from_what_is_red_to_who_answers_for_it(town: Town) -> None:
    science = town.comes("science")
    work(science, "指标报送")
    follow(science, "报数.*高新技术企业数")
    report(science, "1300")
    office = town.comes("group_office")
    follow(office, "高新技术企业数", ".desk")
    send(office, "审核通过")

    leader = town.comes("leader")
    red = leader.locator(".asks li", has_text="高新技术企业数")
    expect(red).to_contain_text("预警")
    expect(red).to_contain_text("市科技局")
    assert sheets(leader) <= 3
    follow(leader, "高新技术企业数", ".asks")
    expect(leader.locator(".chart.drawn svg")).to_be_visible()
    leader.click("text=看数据表")
    expect(leader.locator(".chart tbody tr", has_text="2023年12月31日").first).to_contain_text("1300家")
    expect(leader.locator("[aria-labelledby=h-targets]")).to_contain_text("预警")
    assert sheets(leader) >= 1
    follow(leader, "市科技局", "[aria-labelledby=h-behind]")
    expect(leader.locator("[aria-labelledby=h-targets] li", has_text="高新技术企业数").first).to_contain_text("预警")
    follow(leader, "考核得分")
    expect(leader.locator(".score")).to_contain_text("得分")
    assert sheets(leader) >= 1


# --- reform lab and audit --------------------------------------------------------------------------------------


def test_a_change_is_tried_kept_taken_home_and_read_by_another(town: Town) -> None:
    science = town.comes("science")
    work(science, "政策测算")
    science.get_by_label("条款里的词").fill("高新技术企业认定")
    send(science, "查找")
    follow(science, "高新技术企业认定奖励")
    science.get_by_label("首次认定", exact=True).fill("30万元")
    science.get_by_label("重新认定", exact=True).fill("5万元")
    send(science, "开始测算")
    keep = science.locator("[aria-labelledby=h-keep]")
    expect(keep).to_be_visible(timeout=120_000)  # the page looks by itself whether it is done
    tally = science.locator(".tally dd b")
    winners, losers = (int(tally.nth(place).inner_text()) for place in (0, 1))
    assert winners > 0 and losers > 0
    expect(science.locator(".chart.drawn svg")).to_be_visible()
    science.get_by_label("方案名").fill("首次多、重新少")
    send(science, "存下")
    overlay = taken_home(science, "导出改动文件").decode()
    assert "hnte_reward.first" in overlay and "30万元" in overlay

    office = town.comes("group_office")
    work(office, "政策测算")
    expect(office.locator("tr", has_text="首次多、重新少")).to_contain_text("science")
    follow(office, "首次多、重新少")
    expect(office.locator(".tally dd b").nth(1)).to_have_text(str(losers))


def test_an_auditor_sees_who_came_and_that_nothing_was_changed_behind_the_log(town: Town) -> None:
    county = town.comes("county")
    send(county, "退出", ".whose")
    auditor = town.comes("auditor")
    auditor.get_by_label("谁").fill("county")
    auditor.get_by_label("做了什么").select_option(label="退出登录")
    send(auditor, "查找")
    expect(auditor.locator("table.log tbody tr").first).to_contain_text("county")
    auditor.get_by_label("连同全部事实").check()
    auditor.get_by_label("完好的话，留一个锚").check()
    send(auditor, "核对$")
    expect(status(auditor)).to_contain_text("完好")
    expect(status(auditor)).to_contain_text("行事实")
    expect(auditor.locator("[aria-labelledby=h-anchors] tbody tr")).not_to_have_count(0)
