"""Every example of docs/explain/formats.md is read by the code that reads real cities."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from typing import Any, get_args

import pytest

from innocity.core.dates import parse_date, parse_years
from innocity.core.money import parse_money
from innocity.packs.documents import split_document
from innocity.packs.literals import parse_literal
from innocity.packs.model import (
    FENCES,
    Amount,
    Assessment,
    Cap,
    City,
    Clause,
    CodeList,
    CompositeIndex,
    Criterion,
    Document,
    Exclusion,
    Frozen,
    Grading,
    GradingCriterion,
    Indicator,
    InspectionPlan,
    MatchKind,
    Observation,
    Once,
    Param,
    Procedure,
    ProcedureStep,
    Register,
    Roster,
    TechnologyKind,
)
from innocity.packs.model_index import Aggregation, Missing, Normalisation, Weighting
from innocity.packs.model_targets import SHOWN_ONLY, Approx, Kind, Operator, TaskKind
from innocity.packs.yamltext import read_text, without_empty
from tests.house.tree import ROOT

PAGE = (ROOT / "docs/explain/formats.md").read_text(encoding="utf-8")
CASE_KEYS = {
    "says", "city", "clauses", "origin", "years", "facts", "decisions", "params",
    "expect", "total_fen", "alternatives", "error", "kind", "appropriation",
}  # fmt: skip


def section(number: int) -> str:
    """The text of a section, by the number in its heading."""
    found = re.search(rf"^## {number} .*?(?=^## \d|\Z)", PAGE, re.M | re.S)
    assert found, f"no section {number}"
    return found[0]


def blocks(text: str, language: str = "yaml") -> list[str]:
    """The fenced blocks of one language that start at the margin."""
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def parts(block: str) -> list[str]:
    """The YAML documents of a block."""
    return re.split(r"^---\n", block, flags=re.M)


def data(text: str) -> Any:
    """An example as the loader sees it; a list that only says [...] is left out."""
    loaded = without_empty(read_text(text, "formats.md").data)
    if isinstance(loaded, dict):
        return {key: value for key, value in loaded.items() if value != ["..."]}
    return loaded


def names(model: type[Frozen]) -> set[str]:
    """The fields of a model, as they are written."""
    return {field.alias or name for name, field in model.model_fields.items()}


def fences() -> Iterator[tuple[str, str]]:
    """(kind, text) of the fences of sections 4, 8 and 9, each opened by a comment that names its kind."""
    for number in (4, 8, 9):
        for block in blocks(section(number)):
            for part in parts(block):
                named = re.match(r"# (\w+)", part)
                if named:
                    yield named[1], part
                else:
                    assert number == 8, part  # the list of indicators is no fence


def snippets(text: str) -> list[str]:
    """Code in a line that sets a field: `gate: {...}`, `years: 2017-2021`."""
    return [s for s in re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text) if re.match(r"[a-z_]+: \S", s)]


def test_city_and_register() -> None:
    city, register = (data(block) for block in blocks(section(2))[:2])
    assert City.model_validate(city).divisions[0].id == "huancui"
    assert Register.model_validate(register).column("prize") is not None


@pytest.mark.parametrize(
    ("start", "model"), [("{id, name, source, codes:", CodeList), ("{id, name, register,", Exclusion)]
)
def test_fields_named_in_a_line_are_the_model_s(start: str, model: type[Frozen]) -> None:
    line = next(s for s in re.findall(r"`(\{[^`]+\})`", section(2)) if s.startswith(start))
    named = set(re.findall(r"\w+", re.sub(r"\[.*\]", "", line)))
    assert named <= names(model)


def test_document() -> None:
    text = textwrap.dedent(blocks(section(2), "text")[0])
    text = textwrap.dedent(text.replace("\n    ", "\n")).replace("    ...\n", "").replace("\n...\n", "\n")
    read = split_document(text, "formats.md")
    document = Document.model_validate(without_empty(read.front.data))
    assert document.valid_from == parse_date("2018-01-01")
    assert [(a.id, a.path, a.spans) for a in read.articles] == [("a7", "三、7", ((3480, 3990),))]
    assert [(f.kind, f.article, f.data.data) for f in read.fences] == [("clause", "a7", {"id": "hnte_reward"})]


def test_clause() -> None:
    [block] = blocks(section(3))
    clause = Clause.model_validate(data(block))
    assert clause.id == "hnte_reward"
    assert clause.computes()


@pytest.mark.parametrize("snippet", snippets(section(3)))
def test_field_in_a_line(snippet: str) -> None:
    given = data(snippet.replace("{...}", "20万元"))
    [field] = given
    base = {"id": "c", "name": "条款", "topic": "t", "who": "企业", "what": "奖励", "amount": "undecided"}
    if field in names(Clause):
        Clause.model_validate(base | given)
    else:
        assert any(field in names(inner) for inner in (Param, Cap, Once, Amount)), f"no clause has {field}"


def test_shapes_of_amounts() -> None:
    table = re.findall(r"^\| [^|]+ \| (`.+`) \|$|^\| [^|]+ \| (`.+`[^|]*) \|$", section(3), re.M)
    spans = [code for row in table for code in re.findall(r"`([^`]+)`", row[0] or row[1])]
    shapes = [Amount.model_validate(data(code)).shape for code in spans if code.startswith("{") or code[0].isdigit()]
    assert {
        "fixed",
        "by",
        "steps",
        "rate",
        "match",
        "each",
        "of",
        "lesser",
        "greater",
        "all",
        "brackets",
    } <= set(shapes)
    assert "`in_kind`" in section(3) and "`undecided`" in section(3)


@pytest.mark.parametrize(("kind", "text"), list(fences()), ids=[kind for kind, _ in fences()])
def test_other_fences(kind: str, text: str) -> None:
    assert FENCES[kind].model_validate(data(text)).id


def test_every_kind_of_fence_is_on_the_page() -> None:
    assert {"clause"} | {kind for kind, _ in fences()} == set(FENCES)


def test_indicator() -> None:
    [item] = data(blocks(section(8))[0])
    indicator = Indicator.model_validate(item)
    assert indicator.core == "missing" and indicator.release and indicator.release.lag_days == 60
    assert indicator.formula and indicator.formula.per and indicator.formula.per.scale == 10000


def test_columns_of_observations() -> None:
    [header] = re.findall(r"`(indicator,[a-z_,]+)`", section(8))
    assert header.split(",") == [name for name in Observation.model_fields if name != "place"]
    words = re.findall(r"`approx` is empty or ((?:[余多超过近以上不足]+ ?)+)", section(8))[0].split()
    assert tuple(words) == get_args(Approx)


def test_words_of_targets_and_tasks() -> None:
    target, task, indicator = blocks(section(8))[1], blocks(section(9))[0], blocks(section(8))[0]
    for text, field, known in (
        (target, "operator", Operator), (task, "kind", TaskKind), (indicator, "kind", Kind),
    ):  # fmt: skip
        [listed] = re.findall(rf"^ *{field}: .*? # (.*?)(?: \(.*)?$", text, re.M)
        assert tuple(listed.split()) == get_args(known), field
    [shown] = re.findall(r"^Kinds `([a-z_ ]+)` are shown", section(9), re.M)
    assert set(shown.split()) == SHOWN_ONLY


def test_assessment_and_indices() -> None:
    [rule] = data(blocks(section(10))[0])
    assert Assessment.model_validate(rule).supervision.reply_days == 7
    text = blocks(section(11))[0]
    computed, recorded = (CompositeIndex.model_validate(item) for item in data(text))
    assert computed.components[1].high == 5 and recorded.recorded == "st_innovation_level_rank"
    for field, known in (
        ("normalise", Normalisation), ("weights", Weighting), ("aggregate", Aggregation), ("missing", Missing),
    ):  # fmt: skip
        [listed] = re.findall(rf"^  {field}: .*? # (.*)$", text, re.M)
        assert tuple(listed.split()) == get_args(known), field


def test_rosters_and_procedures() -> None:
    [block] = blocks(section(12))
    [roster] = (Roster.model_validate(item) for item in data(block))
    assert set(data(block)[0]) | {"id"} == names(Roster) - {"place", "name_en"}, "every field is explained"
    assert roster.tables[1].above == 10 and roster.latest == ("platform_id",)
    [block] = blocks(section(13))
    [procedure] = (Procedure.model_validate(item) for item in data(block))
    assert set(data(block)[0]) == names(Procedure) - {"place", "name_en"}
    assert [step.ends for step in procedure.steps] == [None, None, None, None, "已兑现"]
    told = set(re.findall(r"`(\w+)", section(13))) | set(re.findall(r"(\w+):", section(13)))
    assert names(ProcedureStep) - {"place", "name_en"} <= told | {"id", "name"}, "every field of a step is explained"


def test_kinds_of_technology() -> None:
    [block] = blocks(section(16))
    [item] = data(block)
    TechnologyKind.model_validate({key: value for key, value in item.items() if key != "confirmed"})
    assert set(item) == names(TechnologyKind) - {"place", "name_en"}, "every field is explained"


def test_matching_and_gradings() -> None:
    for number, model, sub in ((14, MatchKind, Criterion), (15, Grading, GradingCriterion)):
        [block] = blocks(section(number))
        [item] = data(block)
        model.model_validate(item)
        assert set(item) | {"document", "note", "tasks"} >= names(model) - {"place", "name_en"}, (
            "every field is explained"
        )
        told = {name for one in item["criteria"] for name in one}
        assert told == names(sub) - {"name_en"}


def test_random_inspections() -> None:
    [block] = blocks(section(17))
    [item] = data(block)
    assert set(item) | {"procedures"} == names(InspectionPlan) - {"place", "name_en"}, "every field is explained"
    assert InspectionPlan.model_validate(item).strata["hnte_reward"].number == 10


def test_case() -> None:
    [block] = blocks(section(7))
    [case] = data(block)
    assert set(case) <= CASE_KEYS
    assert case["expect"] == [{"party": "A", "status": "sum", "fen": "20000000"}]
    inner = re.search(r"`(\{kind: appropriation[^`]+\})`", section(7))
    assert inner
    assert set(read_text(inner[1].replace("total_fen}", "total_fen: 1}"), "formats.md").data) <= CASE_KEYS


def test_scalars() -> None:
    rows = dict(re.findall(r"^\| ([a-z ]+) \| (.+?) \|", section(1), re.M))
    examples = {kind: re.findall(r"`([^`]+)`", text) for kind, text in rows.items()}
    assert [parse_money(text) for text in examples["money"]] == [200_000_000, 10_000_000_000, 1_234_567]
    rates = [text for text in examples["rate"] if text[0].isdigit()]
    assert rates == ["1.5%", "1‰", "1:1", "60%", "1/3"]
    assert {parse_literal(text).type for text in rates} == {"rate"}
    assert parse_date(examples["date"][0]).isoformat() == "2023-07-27"
    assert parse_years(examples["span of years"][0]) == (2017, 2021)
