"""Reading documents in official style of invented cities, against findings made by hand (documents/*.jsonl)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from innocity.cli.read import scores
from innocity.engines.reading.model import Benefit
from innocity.engines.reading.pipeline import PASSES, read
from innocity.engines.reading.vocabulary import Vocabulary, Word

HERE = Path(__file__).parent / "documents"
LEAST = {
    "outline": 1.0, "tasks": 0.97, "targets": 0.95, "benefits": 0.95, "benefits_without_amounts": 0.8, "facts": 0.85,
    "relations": 0.85,
}  # fmt: skip
#: What the annotated originals gave when this was written; the aims are in docs/explain/reading.md.
LEAST_ORIGINALS = {"outline": 1.0, "tasks": 0.97, "targets": 0.95, "targets_all": 0.94, "benefits": 0.95}


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
    assert second["benefits"] >= 0.8 and second["targets"] >= 0.9
    least = {"outline": 1.0, "tasks": 0.8, "targets": 0.85, "benefits": 0.75, "facts": 0.9, "relations": 0.9}
    assert {k: v for k, v in least.items() if third[k] < v} == {}


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
