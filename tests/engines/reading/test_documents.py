"""Reading documents in official style of invented cities, against findings made by hand (documents/*.jsonl)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from innocity.cli.read import scores
from innocity.engines.reading.model import Benefit
from innocity.engines.reading.pipeline import PASSES, read
from innocity.engines.reading.score import score
from innocity.engines.reading.vocabulary import Vocabulary, Word

HERE = Path(__file__).parent / "documents"
LEAST = {
    "outline": 1.0, "tasks": 0.97, "targets": 0.95, "benefits": 0.95, "benefits_without_amounts": 0.8, "facts": 0.85,
    "relations": 0.85,
}  # fmt: skip
#: What the annotated originals gave when this was written; the aims are in docs/explain/reading.md.
LEAST_ORIGINALS = {
    "outline": 1.0, "tasks": 0.97, "tasks_all": 0.97, "targets": 0.95, "targets_all": 0.96, "benefits": 0.95,
    "benefits_without_amounts": 0.9, "subjects": 0.85, "relations": 0.88,
}  # fmt: skip


def totals(gold: Path, sources: Path) -> dict[str, float]:
    by = scores(gold, sources)
    result = {}
    for kind in next(iter(by.values())):
        found = [s[kind] for s in by.values()]
        total = found[0]
        for one in found[1:]:
            total = total + one
        f1 = total.as_dict()["f1"]
        if f1 is not None:
            result[kind] = f1
    return result


@pytest.fixture(scope="module")
def invented() -> dict[str, float]:
    return totals(HERE, HERE)


@pytest.mark.parametrize("kind", LEAST)
def test_invented_documents(invented: dict[str, float], kind: str) -> None:
    assert invented[kind] >= LEAST[kind]


def test_more_shapes_of_documents() -> None:
    """Ranges, halves, instalments, limits by kind, foreign money, a call, a plan: rules were mended on them."""
    found = totals(HERE / "third", HERE / "third")
    least = {"outline": 1.0, "tasks": 0.97, "targets": 0.95, "benefits": 0.93, "subjects": 0.9, "triggers": 0.95}
    assert {k: v for k, v in least.items() if found[k] < v} == {}


def test_documents_that_no_rule_was_written_for() -> None:
    """Read once, scored, and left as they are: rules must not be tuned to these (docs/explain/reading.md)."""
    second, third = totals(HERE / "second", HERE / "second"), totals(HERE / "third/untouched", HERE / "third/untouched")
    assert second["benefits"] >= 0.85 and second["targets"] >= 0.9
    least = {"outline": 1.0, "tasks": 0.9, "tasks_all": 0.8, "targets": 0.85, "benefits": 0.85, "facts": 0.9,
             "relations": 0.9, "subjects": 0.85}  # fmt: skip
    assert {k: v for k, v in least.items() if third[k] < v} == {}
    fifth = totals(HERE / "fifth", HERE / "fifth")
    least = {"benefits": 0.85, "benefits_without_amounts": 0.6, "subjects": 0.75, "relations": 0.85}
    assert {k: v for k, v in least.items() if fifth[k] < v} == {}
    seventh = totals(HERE / "seventh", HERE / "seventh")
    least = {"outline": 1.0, "tasks": 0.9, "tasks_all": 0.9, "targets": 0.85}
    assert {k: v for k, v in least.items() if seventh[k] < v} == {}


def test_many_ways_to_say_who_does_the_work() -> None:
    """Labelled lines, two roles in a bracket, remarks among the names, tables, 任务一:, articles, 由…负责."""
    found = totals(HERE / "sixth", HERE / "sixth")
    assert {k: v for k, v in {"outline": 1.0, "tasks": 0.97, "tasks_all": 0.97}.items() if found[k] < v} == {}
    found = totals(HERE / "sixth/tables", HERE / "sixth/tables")
    assert {k: v for k, v in {"targets_all": 0.97, "benefits": 0.97, "subjects": 0.9}.items() if found[k] < v} == {}


def test_a_title_may_end_sooner_and_units_stand_in_any_order() -> None:
    """How far a heading runs is the annotator's choice; who leads is not."""
    text = "一、任务\n（一）壮大企业，培育集群。做。（牵头单位：市科技局；责任单位：市财政局、市统计局）\n"
    quote = "（一）壮大企业"
    gold = {
        "title": "壮大企业",
        "quote": quote,
        "lead_units": ["市科技局"],
        "responsible_units": ["市统计局", "市财政局"],
    }
    assert score(read(text), {"tasks": [gold]}, text)["tasks"].right == 1
    led = {**gold, "lead_units": [], "responsible_units": ["市科技局", "市统计局", "市财政局"]}
    assert score(read(text), {"tasks": [led]}, text)["tasks"].right == 0


def test_sections_that_are_no_work_are_scored_apart() -> None:
    """指导思想 and 工作目标 without units count in `tasks_all` alone, whoever annotated them and whoever did not."""
    text = "一、总体要求\n（一）指导思想。高举旗帜。\n二、任务\n（一）壮大企业。做。\n"
    gold = {"title": "壮大企业", "quote": "（一）壮大企业", "kind": "task"}
    found = score(read(text), {"tasks": [gold]}, text)
    assert (found["tasks"].right, found["tasks"].extra) == (1, 0) and found["tasks_all"].extra == 1


def test_many_ways_to_promise_a_sum() -> None:
    """Lists below a stem, sums by steps, raised sums, caps by kind, sums set aside and for what."""
    found = totals(HERE / "fourth", HERE / "fourth")
    least = {"benefits": 0.97, "benefits_without_amounts": 0.7, "subjects": 0.9, "relations": 0.9}
    assert {k: v for k, v in least.items() if found[k] < v} == {}


def benefit(sentence: str) -> Benefit:
    (found,) = read(f"{sentence}。").benefits
    return found


def test_half_is_reckoned_and_said_to_be() -> None:
    found = benefit("首次认定的高新技术企业奖励30万元，重新认定的减半奖励")
    assert [(a.value_yuan, a.derived) for a in found.amounts] == [(300_000, None), (150_000, "减半奖励")]


def test_instalments_are_shares_and_no_rates() -> None:
    found = benefit("经评审立项的团队，给予200万元资助，按照40%、30%、30%分三期拨付")
    assert found.instalments == (0.4, 0.3, 0.3) and [a.rate for a in found.amounts] == [None]
    found = benefit("给予企业9万元奖励（第一年奖励4万元，第二年奖励3万元，第三年奖励2万元）")
    assert found.instalments == (0.444444, 0.333333, 0.222222) and [a.value_yuan for a in found.amounts] == [90_000]


def test_foreign_money_is_a_threshold() -> None:
    found = benefit("对年研发投入超过200万欧元的研发中心，给予100万元补助")
    assert [a.value_yuan for a in found.amounts] == [1_000_000]
    assert len(found.thresholds) == 1 and "超过200万欧元" in found.thresholds[0]


def test_limits_by_kind_are_cases_of_one_promise() -> None:
    found = benefit("经认定的首台套装备，成套装备最高奖励200万元，单台设备最高奖励80万元")
    assert [(a.case, a.value_yuan, a.mode) for a in found.amounts] == [
        ("成套装备", 2_000_000, "max"), ("单台设备", 800_000, "max"),
    ]  # fmt: skip


def test_a_ladder_with_a_cap_in_all() -> None:
    found = benefit("对租用厂房的企业，前两年给予租金80%的补贴，后三年给予50%补贴，累计不超过100万元")
    assert [a.rate for a in found.amounts if a.rate] == [0.8, 0.5]
    assert [a.cap_yuan for a in found.amounts if a.cap_yuan] == [1_000_000]


def test_items_below_words_of_giving_are_promises_of_their_own() -> None:
    reading = read(
        "第一条 按下列标准给予补助：\n（一）全国重点实验室1000万元；\n（二）省重点实验室100万元。\n共计20家。"
    )
    assert [[a.value_yuan for a in b.amounts] for b in reading.benefits] == [[10_000_000], [1_000_000]]


def test_shares_that_stand_behind_a_colon_make_one_promise_with_its_limit() -> None:
    found = benefit("企业购买保险的，按下列比例给予补贴：高新技术企业60%，其他企业40%；每家企业每年最高20万元")
    assert [a.rate for a in found.amounts if a.rate] == [0.6, 0.4]
    assert [a.cap_yuan for a in found.amounts if a.cap_yuan] == [200_000]


@pytest.mark.parametrize(
    ("sentence", "sums"),
    [
        ("年销售额达到1000万元的奖励10万元，达到3000万元的奖励20万元", [100_000, 200_000]),
        ("将创业补贴标准由每人5000元提高至1万元", [10_000]),
        ("对纳税额首次突破500万元的企业给予10万元奖励，每增加500万元增加奖励5万元", [100_000, 50_000]),
        ("购买汽车的，10万元以下补贴3000元/辆，10万元（含）—20万元补贴5000元/辆", [3000, 5000]),
        ("设立总规模20亿元的产业基金，首期出资5亿元", [2_000_000_000, 500_000_000]),
    ],
)
def test_lines_and_steps_are_no_promises(sentence: str, sums: list[float]) -> None:
    assert [a.value_yuan for a in benefit(sentence).amounts] == sums


@pytest.mark.parametrize(
    "sentence",
    [
        "去年全县共发放奖补资金1860万元",
        "贷款额度个人最高30万元",
        "农户自缴保费比例为20%",
        "项目立项后拨付资助资金的60%，验收后拨付40%",
    ],
)
def test_reports_loans_own_shares_and_instalments_are_no_promises(sentence: str) -> None:
    assert [b for b in read(f"{sentence}。").benefits if b.quantified] == []


@pytest.mark.parametrize(
    ("sentence", "subject"),
    [
        ("经批准举办的全国性赛事，按实际支出的30%给予主办方不超过200万元补助", "主办方"),
        ("支持建设一批市级临床研究中心，对首次通过评价的给予100万元支持", "市级临床研究中心"),
        ("对聚焦重点领域，具有转化前景的博士后项目给予15万元资助", "博士后项目"),
        ("对认定为国家级技术创新中心的，给予500万元奖励", "国家级技术创新中心"),
    ],
)
def test_the_subject_is_who_is_paid(sentence: str, subject: str) -> None:
    assert benefit(sentence).subject == subject


@pytest.mark.parametrize(
    ("sentence", "parties"),
    [
        ("对国内外知名高等院校、科研机构，给予100万元资助", ("高校", "科研院所")),
        ("对各县（市、区），给予100万元奖励", ("县区",)),
        ("对高企给予20万元奖励", ("高新技术企业",)),
    ],
)
def test_parties_have_one_name_each(sentence: str, parties: tuple[str, ...]) -> None:
    assert benefit(sentence).parties == parties


def test_a_promise_without_its_subject_takes_that_of_the_one_before() -> None:
    one, two = read("企业新建国家级工作室的，给予50万元资助；新建省级工作室的，给予20万元资助。").benefits
    assert (one.subject, two.subject) == ("企业", "企业")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("用好专项资金，支持重点产业实施技术创新项目", "用好专项资金，支持重点产业实施技术创新项目"),
        (
            "采取“一事一议”的支持方式，引进国内外知名院所来我市设立机构",
            "采取“一事一议”的支持方式，引进国内外知名院所来我市设立机构",
        ),
        ("完善机制，把创新券的补助范围扩大到检测服务", "把创新券的补助范围扩大到检测服务"),
        ("加强统计，加大对有效发明专利的资助力度", "加大对有效发明专利的资助力度"),
    ],
)
def test_a_promise_in_words_ends_where_it_ends(text: str, words: str) -> None:
    (found,) = read(f"{text}。").benefits
    assert text[found.start : found.end] == words


def test_what_only_announces_a_sum_is_no_promise_of_its_own() -> None:
    (found,) = read("加大对发明专利的奖励力度，对年获授权20件以上的单位给予20万元奖励。").benefits
    assert found.quantified


def test_what_an_applicant_must_be_is_no_target() -> None:
    section = "三、申报条件\n（一）项目自筹资金不低于60%。\n四、其他\n"
    text = f"{section}申报单位应当有研发人员不少于20人。\n企业注册资本不低于500万元。\n"
    assert read(text).targets == ()


def test_a_document_is_cited_once_and_never_itself() -> None:
    text = (
        "甲市建设创新城市实施方案\n现将《甲市建设创新城市实施方案》印发给你们。根据《乙省创新条例》和《创新城市评价报告》，制定本方案。\n"
        "落实《关于丙的意见》（甲政发〔2023〕5号），结合本方案要求推进。按照《乙省创新条例》执行。《丁办法》同时废止。\n"
    )
    assert [(r.relation, r.target) for r in read(text).relations] == [
        ("based_on", "乙省创新条例"), ("coordinates_with", "甲政发〔2023〕5号"), ("supersedes", "丁办法"),
    ]  # fmt: skip


def test_words_of_a_vocabulary_are_named() -> None:
    words = Vocabulary.of([Word("hnte", "高新技术企业", "code", "qualification_title")])
    assert read("对新认定的高新技术企业奖励20万元。", words).benefits[0].terms == ("hnte",)


@pytest.mark.parametrize("kind", LEAST_ORIGINALS)
def test_originals(kind: str) -> None:
    gold, sources = os.environ.get("INNOCITY_GOLD"), os.environ.get("INNOCITY_SOURCES")
    if not gold or not sources:
        pytest.skip("INNOCITY_GOLD and INNOCITY_SOURCES name no annotated originals")
    assert totals(Path(gold), Path(sources))[kind] >= LEAST_ORIGINALS[kind]


def text(name: str) -> str:
    return next(HERE.glob(f"{name}_*.txt")).read_text("utf-8")


def test_a_regulation_without_money_has_no_benefit() -> None:
    reading = read(text("104"))
    assert reading.benefits == () and reading.targets == ()
    assert [s.path for s in reading.outline if s.path.startswith("第")][:2] == ["第一章", "第一条"]


def test_metadata() -> None:
    meta = read(text("101")).meta
    assert meta["number"] == "云政规〔2024〕6号" and meta["issued_on"] == "2024-03-18"
    assert meta["validity"] == {"from": "2024年5月1日", "years": "3"}


def test_procedures_are_told_apart() -> None:
    kinds = {p.kind for p in read(text("101")).procedures}
    assert {"window", "materials", "publicity", "exclusion", "rule"} <= kinds


def test_every_finding_lies_in_the_text_and_has_a_confidence() -> None:
    source = text("103")
    reading = read(source)
    every = [*reading.benefits, *reading.targets, *reading.outline, *reading.procedures]
    assert every
    for finding in every:
        assert 0 <= finding.start < finding.end <= len(source)
        assert finding.rule and 0 < finding.confidence < 1


def test_spans_point_into_the_text_as_given() -> None:
    source = "一、奖励\n对新认定的\u3000中心，给予\u00a0100 万\u00a0元 奖励。"
    (found,) = read(source).benefits
    assert source[found.start : found.end] == "对新认定的\u3000中心，给予\u00a0100 万\u00a0元 奖励"
    assert found.amounts[0].value_yuan == 1_000_000


def test_reading_is_deterministic() -> None:
    assert read(text("102")) == read(text("102"))
    assert [step.name for step in PASSES][:2] == ["meta", "outline"]


@pytest.mark.parametrize(
    ("sentence", "sums", "rates", "caps"),
    [
        ("对投资超过500万美元的外资项目，按到资额的2%给予奖励，最高1000万元", [], [0.02], [10_000_000]),
        ("对获批国家、省、市三级示范的分别奖励100、50、20万元", [1_000_000, 500_000, 200_000], [], []),
        ("对首次上规的企业给予五十万元奖励", [500_000], [], []),
        ("对营业收入首次突破10亿元、50亿元的企业，分别奖励50万元、200万元", [500_000, 2_000_000], [], []),
    ],
)
def test_promised_numbers(sentence: str, sums: list[float], rates: list[float], caps: list[float]) -> None:
    (found,) = read(f"{sentence}。").benefits
    assert [a.value_yuan for a in found.amounts if a.value_yuan is not None] == sums
    assert [a.rate for a in found.amounts if a.rate is not None] == rates
    assert [a.cap_yuan for a in found.amounts if a.cap_yuan is not None] == caps
