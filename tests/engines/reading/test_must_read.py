"""What a document must give, line by line of what was asked: each test names its line."""

from __future__ import annotations

from typing import Any

import pytest

from innocity.engines.reading.model import Benefit, Target, Task
from innocity.engines.reading.pipeline import read


def benefit(sentence: str) -> Benefit:
    (found,) = read(f"{sentence}。").benefits
    return found


def target(sentence: str) -> Target:
    (found,) = read(f"一、主要目标\n{sentence}。").targets
    return found


def task(heading: str, naming: str) -> Task:
    (found,) = [t for t in read(f"一、任务\n（一）{heading}。认真做好。{naming}").tasks if t.path == "一(一)"]
    return found


# --- outline ----------------------------------------------------------------------------------------------------


def test_every_way_to_number_a_heading() -> None:
    text = "第一条 目的\n一、任务\n（一）企业\n1.培育。\n（1）入库。\n①登记。\n"
    assert [s.path for s in read(text).outline if s.rule == "heading"] == [
        "第一条", "一", "一(一)", "一(一)1", "一(一)1(1)", "一(一)1(1)①",
    ]  # fmt: skip


def test_a_heading_glued_to_a_paragraph_and_enumerations_inside_one() -> None:
    text = "一、任务\n（一）企业。做。（二）人才。1.引进专家。2.培育青年。\n"
    assert [s.path for s in read(text).outline if s.rule.startswith("heading")][1:] == [
        "一(一)", "一(二)", "一(二)1", "一(二)2",
    ]  # fmt: skip


def test_a_whole_document_in_one_line() -> None:
    text = "一、任务。（一）企业。对新认定的企业奖励20万元。（二）人才。做好。二、保障。（一）领导。加强。"
    reading = read(text)
    assert [s.path for s in reading.outline] == ["一", "一(一)", "一(二)", "二", "二(一)"]
    assert [b.path for b in reading.benefits] == ["一(一)"]


def test_articles_have_the_spans_of_their_text() -> None:
    text = "第一条 目的。为了发展。\n第二条 对象。企业适用。\n附则\n"
    one, two = [s for s in read(text).outline if s.path.startswith("第")]
    assert text[one.start : one.end].startswith("第一条") and "为了发展" in text[one.start : one.end]
    assert text[two.start : two.end].startswith("第二条") and "为了发展" not in text[two.start : two.end]


# --- targets ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "operator", "value", "unit", "year"),
    [
        ("到2027年，全市高新技术企业达到400家以上", ">=", 400, "家", "2027"),
        ("到2027年，技术合同成交额突破50亿元", ">", 50, "亿元", "2027"),
        ("到2027年，研发机构覆盖率达到45%左右", "≈", 45, "%", "2027"),
        ("到2027年，研发投入年均增长10%以上", "growth>=", 10, "%", "2027"),
        ("到2027年，新增孵化载体3—5家", "range", (3, 5), "家", "2027"),
        ("每年新增科技型中小企业120家", ">=", 120, "家", "每年"),
        ("“十五五”末，研发投入占比提高0.5个百分点", "delta>=", 0.5, "个百分点", "十五五"),
    ],
)
def test_targets_say_what_until_when_how_much(
    sentence: str, operator: str, value: Any, unit: str, year: str
) -> None:  # fmt: skip
    found = target(sentence)
    assert (found.operator, found.value, found.unit, found.year) == (operator, value, unit, year)


@pytest.mark.parametrize(
    ("sentence", "scope"),
    [
        ("到2027年，全市高新技术企业达到400家", "全市"),
        ("到2027年，高新区企业总数达到900家", "高新区"),
        ("到2027年，每个县（市、区）至少建成1家孵化器", "每个县(市、区)"),
        ("到2027年，高新技术企业达到400家", None),
    ],
)
def test_a_target_says_where_it_holds(sentence: str, scope: str | None) -> None:
    assert target(sentence).scope == scope


def test_a_target_has_the_units_that_answer_for_it() -> None:
    text = "一、任务\n（一）壮大企业。到2027年，高新技术企业达到400家。（牵头单位：市科技局；责任单位：市财政局）\n"
    (found,) = read(text).targets
    assert found.units == ("市科技局",)


# --- tasks ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("naming", "lead", "responsible", "cooperating"),
    [
        ("（责任单位：市科技局、财政局）", (), ("市科技局", "市财政局"), ()),
        (
            "〔牵头单位：市科技局（人才办）；责任单位：各区市政府〔管委〕〕",
            ("市科技局(人才办)",),
            ("各区市政府〔管委〕",),
            (),
        ),
        ("（牵头单位：市科技局，配合单位：市财政局、市税务局）", ("市科技局",), (), ("市财政局", "市税务局")),
        (
            "（市科技局牵头，市财政局、税务局配合，各县区政府负责落实）",
            ("市科技局",),
            ("各县区政府",),
            ("市财政局", "市税务局"),
        ),
        (
            "（责任单位：市科技局/市财政局，市教育局和市人社局）",
            (),
            ("市科技局", "市财政局", "市教育局", "市人社局"),
            (),
        ),
        (
            "（责任单位：市科技局、财政局按职责分工负责。以下均需各县区落实，不再列出）",
            (),
            ("市科技局", "市财政局"),
            (),
        ),
        ("（牵头单位：市科技局；完成时限：2026年6月底）", ("市科技局",), (), ()),
        ("（市科技局、财政局牵头，6月底前完成）", ("市科技局", "市财政局"), (), ()),
        (
            "\n牵头单位：市科技局\n责任领导：某某某\n责任单位：市财政局，各镇政府\n完成时限：2026年6月",
            ("市科技局",),
            ("市财政局", "各镇政府"),
            (),
        ),
        ("牵头处室：规划处；配合处室：产业处、各区科技局。", ("规划处",), (), ("产业处", "各区科技局")),
        ("（市科技局、各区县政府（管委会））", (), ("市科技局", "各区县政府(管委会)"), ()),
        ("（牵头领导：某某某；牵头单位：市科技局）", ("市科技局",), (), ()),
        ("（市科技局会同市财政局、市税务局负责）", (), ("市科技局", "市财政局", "市税务局"), ()),
        ("由市科技局、市数据局负责，7月底前完成。", (), ("市科技局", "市数据局"), ()),
    ],
)
def test_units_of_a_task_in_every_way_to_print_them(
    naming: str, lead: tuple[str, ...], responsible: tuple[str, ...], cooperating: tuple[str, ...]
) -> None:
    found = task("壮大企业", naming)
    norm = tuple(n.replace("〔管委〕", "") for n in responsible)
    assert (found.lead_units_norm, found.cooperating_units_norm) == (lead, cooperating)
    assert tuple(n.replace("〔管委〕", "") for n in found.responsible_units_norm) == norm


def test_units_printed_once_belong_to_the_whole_group() -> None:
    text = (
        "一、任务\n（一）壮大企业。\n1.入库。做好。\n2.培育。做好。\n（责任单位：市科技局、财政局）\n"
        "（二）其他。做好。（责任单位：市教育局）\n"
    )
    by = {t.path: t for t in read(text).tasks}
    assert by["一(一)"].responsible_units_norm == ("市科技局", "市财政局")
    assert [by[p].units_from for p in ("一(一)1", "一(一)2")] == ["一(一)", "一(一)"]


# --- benefits ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "values", "rates", "caps"),
    [
        ("对获批国家级、省级中心的，分别给予100万元、50万元奖励", [1_000_000, 500_000], [], []),
        ("对新认定的企业，每家奖励20万元", [200_000], [], []),
        ("对入驻企业给予每年5万元补贴", [50_000], [], []),
        ("对建设单位给予最高300万元补助", [3_000_000], [], []),
        ("按设备投资额的12%给予企业补助，不超过800万元", [], [0.12], [8_000_000]),
        ("对获得省级资金支持的项目，按1∶1比例给予配套", [], [1], []),
        ("对技术交易双方，按合同成交额的2‰给予补助", [], [0.002], []),
        ("对企业技改贷款，给予2个百分点的贴息", [], [0.02], []),
        (
            "对租用厂房的企业，三年内分别按租金的100%、80%、50%给予补贴，三年累计不超过60万元",
            [],
            [1, 0.8, 0.5],
            [600_000],
        ),
        ("企业研发设备投入，100万元以内的部分给予100%补助，超过100万元的部分给予50%补助", [], [1, 0.5], []),
    ],
)
def test_amounts_in_every_way_to_promise_them(
    sentence: str, values: list[float], rates: list[float], caps: list[float]
) -> None:
    found = benefit(sentence)
    assert [a.value_yuan for a in found.amounts if a.value_yuan is not None] == values
    assert [a.rate for a in found.amounts if a.rate is not None] == rates
    assert [a.cap_yuan for a in found.amounts if a.cap_yuan is not None] == caps


def test_per_mode_case_and_base_of_an_amount() -> None:
    one = benefit("对新认定的国家级、省级中心，每家分别给予最高100万元、50万元奖励").amounts
    assert [(a.case, a.mode) for a in one] == [("国家级", "max"), ("省级", "max")] and one[0].per == "每家"
    assert benefit("按设备投资额的12%给予企业补助").amounts[0].base == "设备投资额"


def test_instalments_and_foreign_thresholds() -> None:
    assert benefit("给予团队200万元资助，按40%、30%、30%分三期拨付").instalments == (0.4, 0.3, 0.3)
    assert "300万美元" in benefit("对到账外资超过300万美元的企业，给予50万元奖励").thresholds[0]


def test_who_pays_and_in_which_shares() -> None:
    found = read("对新认定的企业奖励20万元。所需资金由市、县两级财政按6:4比例分担。").benefits
    assert [b.shape for b in found] == ["fixed", "split"]
    assert benefit("市财政对新认定的企业给予20万元奖励").payers == ("市财政",)


def test_strength_gate_and_force() -> None:
    found = benefit("对示范平台，经绩效评价后择优给予50万元补助")
    assert found.gate == "择优" and "补助" in found.strength and found.force == "entitlement"
    assert benefit("加大对有效发明专利的资助力度").force == "intent"


@pytest.mark.parametrize(
    ("sentence", "stacking"),
    [
        ("对升级为国家级的平台，补足差额至200万元", "net"),
        ("在省级奖励基础上，再给予企业50万元奖励", "stacks"),
        ("对新认定的企业奖励20万元，与市级其他政策不重复享受", "exclusive"),
        ("对同时符合多项政策的企业奖励20万元，就高不就低", "exclusive"),
        ("对新认定的企业奖励20万元", None),
    ],
)
def test_exclusive_net_of_others_or_added_to_them(sentence: str, stacking: str | None) -> None:
    assert read(f"{sentence}。").benefits[0].stacking == stacking


def test_since_when_and_how_long_a_benefit_holds() -> None:
    found = benefit("自2024年1月1日起三年内，对新认定的企业每家奖励20万元")
    assert found.period == "自2024年1月1日起三年内"
    assert benefit("对新认定的企业每家奖励20万元").period is None


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("认定为市级中心", "认定"),
        ("完成备案", "备案"),
        ("登记为市级成果", "登记"),
        ("首次入库", "入库"),
        ("评价为优秀", "评价"),
        ("经核定", "核定"),
        ("经国家批复", "批复"),
        ("经省级立项", "立项"),
        ("通过验收", "验收"),
    ],
)
def test_kinds_of_events_are_told_apart(words: str, kind: str) -> None:
    assert benefit(f"对{words}的企业，给予20万元奖励").trigger_kind == kind


# --- procedure, metadata, relations, definitions ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("符合条件的企业于每年3月31日前提交申请", "window"),
        ("申请时提交营业执照、审计报告等材料", "materials"),
        ("评审结果向社会公示5个工作日", "publicity"),
        ("受理科室：高新技术科，咨询电话另行公布", "section"),
        ("失信被执行人不予支持", "exclusion"),
        ("具体办法由市科技局会同市财政局制定", "rule"),
    ],
)
def test_procedure(sentence: str, kind: str) -> None:
    assert kind in {p.kind for p in read(f"{sentence}。").procedures}


def test_metadata_basis_supersession_and_definitions() -> None:
    text = (
        "青汀市人民政府关于促进创新的若干措施\n青政发〔2024〕6号\n各县区人民政府，市政府各部门：\n"
        "根据《某省创新条例》（某政发〔2023〕9号），制定本措施。\n一、奖励\n本措施所称“以上”均含本数。\n"
        "本措施自2024年5月1日起施行，有效期3年。《青汀市创新办法》（青政发〔2020〕2号）同时废止。\n"
        "青汀市人民政府\n2024年4月18日\n"
    )
    reading = read(text)
    meta = reading.meta
    assert meta["number"] == "青政发〔2024〕6号" and meta["issued_on"] == "2024-04-18"
    assert "青汀市人民政府" in meta["issuer"] and "各县区人民政府" in str(meta["addressees"])
    assert meta["validity"] == {"from": "2024年5月1日", "years": "3"}
    assert {(r.relation, r.target) for r in reading.relations} == {
        ("based_on", "某政发〔2023〕9号"), ("supersedes", "青政发〔2020〕2号"),
    }  # fmt: skip
    assert [d.says for d in reading.definitions] == ["本措施所称“以上”均含本数"]


def test_dated_facts_of_reports_and_press_conferences() -> None:
    text = "各位记者：\n截至2023年底，全市拥有高新技术企业1376家，较上年增长18%。\n"
    found = {(f.indicator, f.value, f.unit, f.period) for f in read(text).facts}
    assert ("高新技术企业", 1376, "家", "2023年底") in found


def test_a_regulation_without_money_has_no_benefit() -> None:
    text = "第一条 为了促进创新，制定本条例。\n第二条 违反本条例规定的，由市科技局处一万元以上三万元以下罚款。\n"
    assert read(text).benefits == ()


# --- what real texts look like ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "对新认定的企业,每家奖励20万元.",
        "对新认定的企业，每家奖励２０万元。",
        "对新认定的企业，每家奖励 20\u00a0万 元。",
        "对新认 定的企业，每家奖励\u200b20万元。",
        "对新认定的规模以上高新技术企业，在政策有效期内，\n\n每家奖励20万元。",
    ],
)
def test_marks_blanks_and_broken_paragraphs(text: str) -> None:
    (found,) = read(text).benefits
    assert [a.value_yuan for a in found.amounts] == [200_000] and text[found.start : found.end].startswith("对新认")


def test_missing_numbers_and_paragraphs_printed_twice() -> None:
    text = "一、甲\n（一）对新认定的企业奖励20万元。\n（三）对新上市的企业奖励50万元。\n三、丙\n做好工作。\n"
    assert [s.path for s in read(text).outline if s.rule == "heading"] == ["一", "一(一)", "一(三)", "三"]
    twice = "各县区人民政府：\n各县区人民政府：\n对新认定的企业奖励20万元。\n对新认定的企业奖励20万元。\n"
    assert [b.amounts[0].value_yuan for b in read(twice).benefits] == [200_000, 200_000]


def test_every_finding_says_where_by_which_rule_and_how_sure() -> None:
    text = (
        "一、任务\n（一）企业。到2027年，企业达到90家。对新认定的企业奖励20万元。（责任单位：市科技局）\n"
        "二、其他\n根据《甲条例》办理。结果公示5个工作日。以上含本数。\n"
    )
    reading = read(text)
    kinds = (reading.outline, reading.targets, reading.tasks, reading.benefits, reading.procedures, reading.relations)
    for finding in (f for kind in kinds for f in kind):
        assert 0 <= finding.start < finding.end <= len(text) and finding.rule and 0 < finding.confidence < 1
    assert all(kinds)
