"""Indicators, observations, targets and tasks: read, inherited, referred to, and every mistake with its line."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.check import check_pack, fact_coverage, target_coverage, task_coverage
from innocity.packs.load import load_pack, read_pack
from innocity.packs.observations import read_observations
from tests.packs.world import add_fence, change

INDICATORS, OBSERVATIONS, CITY = "indicators.yaml", "observations.csv", "city.yaml"
LIST = """\
- id: population
  name: 常住人口
  unit: 万人
  direction: none
  kind: stock
  frequency: year
- id: firms
  name: 高新技术企业数
  unit: 家
  direction: up
  kind: stock
  frequency: year
  agency: science
  release: {lag_days: 60}
  core: missing
  path: batches
  breakdowns: [division, level]
  formula:
    register: qualification
    counts_on: issued_on
    value: distinct(party_id, years=upto)
    per: {indicator: population, scale: 10000}
- {id: rd_share, name: 研发投入强度, unit: "%", direction: up, kind: ratio, frequency: year}
"""
HEADER = "indicator,period,scope,value,unit,approx,kind,as_written,document,article,observed_on,origin,note"
ROWS = """\
firms,2022,city,1376,家,,,高企达到1376家,opinion,a1,2023-07-16,900-f001;900-f002,
firms,2022,全省,"26,000",,余,,,opinion,,,,外地
rd_share,2022-12,city,2.48,%,,,,opinion,a1,,900-f003,
population,,city,2910000,人,,,,省统计年鉴,,,,
firms,2022,city,3,位,,rank,,opinion,,,,
"""
TARGET = "id: goal\nindicator: firms\nyear: 2024\noperator: '>='\nvalue: 1600\nunit: 家"
TASK = "id: all\ntitle: 一件事\norigin: 900-k001"


@pytest.fixture
def city(town: Path) -> Path:
    """The small city with indicators and observations."""
    (town / INDICATORS).write_text(LIST, encoding="utf-8")
    (town / OBSERVATIONS).write_text(f"{HEADER}\n{ROWS}", encoding="utf-8")
    return town


def errors_of(city: Path) -> list[InnoCityError]:
    return read_pack(city)[1].errors


def codes_of(city: Path) -> list[str]:
    return [error.code for error in errors_of(city)]


def test_indicators(city: Path) -> None:
    firms = load_pack(city).indicators["firms"]
    assert (firms.unit, firms.scope, firms.core, firms.path) == ("家", "city", "missing", "batches")
    assert firms.release and firms.release.lag_days == 60
    assert firms.formula and firms.formula.per and firms.formula.per.scale == 10000
    assert firms.place == "cities/town/indicators.yaml:7"


def test_observations(city: Path) -> None:
    rows = load_pack(city).observations
    assert [(row.indicator, row.value) for row in rows] == [
        ("firms", 1376), ("firms", 26000), ("rd_share", Fraction(62, 25)), ("population", 2910000), ("firms", 3),
    ]  # fmt: skip
    assert rows[0].origin == ("900-f001", "900-f002")
    assert rows[0].observed_on == date(2023, 7, 16)
    assert (rows[1].approx, rows[1].unit, rows[1].note) == ("余", None, "外地")
    days = rows[2].days()
    assert days and (days.start, days.end) == (date(2022, 12, 1), date(2023, 1, 1))
    assert rows[3].days() is None
    assert rows[2].place == "cities/town/observations.csv:4"


def test_targets(city: Path) -> None:
    add_fence(city, "target", f"{TARGET}\nbaseline: {{value: 1376, period: 2022}}\nunits: [science]\norigin: 900-t01")
    add_fence(city, "target", "id: span\nindicator: rd_share\nfrom: 2021\nto: 2024-06\noperator: delta\n"
                              "value: 0.1\nunit: 个百分点")  # fmt: skip
    add_fence(city, "target", "id: few\nindicator: firms\nby: 2024-10-31\noperator: range\nlow: 1\nhigh: 2.5")
    add_fence(city, "target", "id: open\nindicator: firms\noperator: growth\nvalue: 15\nunit: '%'\ncore: true")
    pack = load_pack(city)
    goal, span, few, open_ = (pack.targets[name] for name in ("goal", "span", "few", "open"))
    assert (goal.operator, goal.value, goal.due(), goal.origin) == (">=", 1600, date(2024, 12, 31), ("900-t01",))
    assert goal.baseline and goal.baseline.value == 1376
    assert goal.article.startswith("opinion#") and pack.document_of(goal) is pack.documents["opinion"]
    assert (span.starts(), span.due(), span.value) == (date(2021, 1, 1), date(2024, 6, 30), Fraction(1, 10))
    assert (few.due(), few.low, few.high) == (date(2024, 10, 31), 1, Fraction(5, 2))
    assert (open_.due(), open_.core, goal.core) == (None, True, None)


def test_tasks(city: Path) -> None:
    add_fence(city, "target", TARGET)
    add_fence(city, "task", "id: full\nkind: phase\ntitle: 全面推进\nfrom: 2023-07-16\ndue: 2024-10-31")
    add_fence(city, "task", TASK)
    add_fence(city, "task", "id: part\nparent: all\nkind: subtask\ntitle: 一部分\nlead: [science]\n"
                            "responsible: [finance, office]\nas_printed: {lead: 市科技局}\nphase: full\n"
                            "targets: [goal]\nclauses: [hnte_reward]")  # fmt: skip
    add_fence(city, "task", "id: advice\nkind: recommendation\ntitle: 建议\neveryone: true")
    tasks = load_pack(city).tasks
    assert [(t.id, t.parent, t.owed()) for t in tasks.values()] == [
        ("full", None, True), ("all", None, True), ("part", "all", True), ("advice", None, False),
    ]  # fmt: skip
    assert tasks["part"].as_printed.lead == "市科技局" and tasks["advice"].everyone


def test_parents_come_first_and_keep_what_is_only_theirs(city: Path) -> None:
    parent = city.parent / "base" / "parent"
    text = "- {id: gdp, name: 生产总值, unit: 亿元, direction: up, kind: flow, frequency: year}\n"
    replaced = "- {id: firms, name: 旧口径, unit: 个, direction: up, kind: stock, frequency: year}\n"
    (parent / INDICATORS).write_text(text + replaced, encoding="utf-8")
    rows = "gdp,2022,city,1,亿元,,,,省公报,,,,\ngdp,2022,全省,87435.1,亿元,,,,省公报,,,,\n"
    (parent / OBSERVATIONS).write_text(f"{HEADER}\n{rows}", encoding="utf-8")
    pack = load_pack(city)
    assert list(pack.indicators) == ["gdp", "population", "firms", "rd_share"]
    assert pack.indicators["firms"].unit == "家"
    assert [(o.indicator, o.scope) for o in pack.observations][:2] == [("gdp", "全省"), ("firms", "city")]
    change(city / CITY, "extends: [base/parent]", "extends: [base/parent]\nremove: {indicators: [gdp, gap]}")
    assert codes_of(city) == ["E-CITY-REMOVE", "E-PACK-INDICATOR"]


def test_they_do_not_change_the_hash(city: Path) -> None:
    before = load_pack(city).hash
    add_fence(city, "target", TARGET)
    add_fence(city, "task", TASK)
    change(city / OBSERVATIONS, ",1376,", ",1377,")
    change(city / INDICATORS, "lag_days: 60", "lag_days: 61")
    assert load_pack(city).hash == before


def test_ids_are_unique_among_all_fences(city: Path) -> None:
    add_fence(city, "target", TARGET.replace("goal", "hnte_reward"))
    add_fence(city, "task", TASK)
    add_fence(city, "task", TASK)
    assert codes_of(city) == ["E-PACK-DUPLICATE-ID", "E-PACK-DUPLICATE-ID"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("agency: science", "agency: scinece", "E-PACK-UNIT"),
        ("path: batches", "path: batch", "E-PACK-FIELD"),
        ("core: missing", "core: perhaps", "E-PACK-FIELD"),
        ("release: {lag_days: 60}", "release: {lag_days: -1}", "E-PACK-FIELD"),
        ("breakdowns: [division, level]", "breakdowns: [division, colour]", "E-PACK-CODE-LIST"),
        ("register: qualification", "register: qualifications", "E-PACK-REGISTER"),
        ("per: {indicator: population, scale", "per: {indicator: people, scale", "E-PACK-INDICATOR"),
        ("per: {indicator: population, scale", "per: {indicator: firms, scale", "E-PACK-CIRCLE"),
        ("scale: 10000", "scale: 1万", "E-NUMBER-FORMAT"),
        ("id: rd_share", "id: RD", "E-PACK-ID"),
        ("id: rd_share", "id: firms", "E-PACK-DUPLICATE-ID"),
        ("id: rd_share", "scope: moon, id: rd_share", "E-PACK-REFERENCE"),
        ("frequency: year\n  agency", "agency", "E-PACK-MISSING-FIELD"),
        ("  agency", "  agent", "E-PACK-UNKNOWN-FIELD"),
        ("  agency", "  place: here\n  agency", "E-PACK-UNKNOWN-FIELD"),
    ],
)
def test_indicators_broken_in_one_place(city: Path, old: str, new: str, code: str) -> None:
    change(city / INDICATORS, old, new)
    error = next(e for e in errors_of(city) if e.place and e.place.file == f"cities/town/{INDICATORS}")
    assert error.code == code and error.place and error.place.line and error.remedy


@pytest.mark.parametrize(
    ("old", "new", "code", "line"),
    [
        (",1376,", ",1376家,", "E-NUMBER-FORMAT", 2),
        (",1376,", ",,", "E-PACK-MISSING-FIELD", 2),
        ("firms,2022,city,1376", "frims,2022,city,1376", "E-PACK-INDICATOR", 2),
        ("firms,2022,city,1376", "firms,2022年底,city,1376", "E-PERIOD-FORMAT", 2),
        ("firms,2022,city,1376", "firms,2022,huancui,1376", "E-PACK-REFERENCE", 2),
        (",1376,家,", ",1376,个,", "E-PACK-MEASURE", 2),
        (",余,", ",约,", "E-PACK-FIELD", 3),
        (",位,,rank", ",位,,ranking", "E-PACK-FIELD", 6),
        (",位,,rank", ",家,,rank", "E-PACK-MEASURE", 6),
        ("2.48,%,,,,opinion", "2.48,%,,,,opinoin", "E-PACK-DOCUMENT", 4),
        ("2.48,%,,,,opinion,a1", "2.48,%,,,,opinion,a9", "E-CITATION-UNKNOWN", 4),
        ("2023-07-16", "2023-07", "E-DATE-FORMAT", 2),
        ("省统计年鉴", "", "E-PACK-MISSING-FIELD", 5),
        ("rd_share,2022-12,city,", "rd_share,2022-12,", "E-OBSERVATIONS-ROW", 4),
        ('"26,000"', '"26,000', "E-OBSERVATIONS-ROW", 3),
        ("firms,2022,city,3,位,,rank,,opinion,,,,", "population,,city,2910000,人,,,,省统计年鉴,,,,",
         "E-OBSERVATIONS-DUPLICATE", 6),
        ("as_written", "as_said", "E-OBSERVATIONS-COLUMN", 1),
        ("approx,kind", "kind,kind", "E-OBSERVATIONS-COLUMN", 1),
        ("indicator,period", "indikator,period", "E-OBSERVATIONS-COLUMN", 1),
    ],
)  # fmt: skip
def test_observations_broken_in_one_place(city: Path, old: str, new: str, code: str, line: int) -> None:
    change(city / OBSERVATIONS, old, new)
    error = errors_of(city)[0]
    assert error.code == code, str(error)
    assert error.place and (error.place.file, error.place.line) == (f"cities/town/{OBSERVATIONS}", line)
    assert error.remedy


def test_lines_of_rows_that_hold_line_breaks(city: Path) -> None:
    change(city / OBSERVATIONS, "外地", '"外\n地"')
    change(city / OBSERVATIONS, "2.48", "2,48,")
    assert [e.place and e.place.line for e in errors_of(city)] == [5]


def test_other_encodings_and_columns_left_out(city: Path) -> None:
    path = city / OBSERVATIONS
    path.write_bytes("indicator,period,value,document,note\r\nfirms,2022,1376,省公报,外地\r\n\r\n".encode("gb18030"))
    [row] = load_pack(city).observations
    assert (row.value, row.scope, row.note, row.unit) == (1376, "city", "外地", None)
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\n{ROWS}".encode())
    assert len(load_pack(city).observations) == 5
    path.write_bytes(b"indicator,\xff\xff\xff")
    assert codes_of(city) == ["E-OBSERVATIONS-ENCODING"]
    path.write_bytes(b"")
    assert set(codes_of(city)) == {"E-OBSERVATIONS-COLUMN"}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    st.lists(
        st.sampled_from([HEADER, "\n", ",", '"', "firms", "2022", "\r", "\x00", "－1", "9" * 20, "余", ";"]),
        max_size=40,
    )
)
def test_any_file_is_read_or_refused_with_a_code(tmp_path: Path, pieces: list[str]) -> None:
    path = tmp_path / OBSERVATIONS
    path.write_bytes("".join(pieces).encode())
    errors = ErrorList()
    for row, _ in read_observations(path, OBSERVATIONS, errors):
        assert isinstance(row.value, Fraction)
    assert all(error.place and error.remedy for error in errors)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("indicator: frims", "E-PACK-INDICATOR"),
        ("operator: ≥", "E-PACK-FIELD"),
        ("value: 1600家", "E-NUMBER-FORMAT"),
        ("value:", "E-PACK-FIELD"),
        ("operator: qualitative", "E-PACK-FIELD"),
        ("operator: range", "E-PACK-FIELD"),
        ("high: 3", "E-PACK-FIELD"),
        ("operator: range\nvalue:\nlow: 3\nhigh: 2", "E-PACK-FIELD"),
        ("unit: 个", "E-PACK-MEASURE"),
        ("unit: 万家", None),
        ("unit:", None),
        ("operator: order\nvalue:", None),
        ("operator: growth", "E-PACK-MEASURE"),
        ("operator: growth\nunit: '%'", None),
        ("operator: delta\nunit: 个百分点", "E-PACK-MEASURE"),
        ("indicator: rd_share\noperator: delta\nunit: 个百分点", None),
        ("indicator: rd_share\nunit: 个百分点", "E-PACK-MEASURE"),
        ("year: 24", "E-YEAR-FORMAT"),
        ("by: 2024-12-31", "E-PACK-FIELD"),
        ("year:\nby: 2024", "E-DATE-FORMAT"),
        ("year:\nfrom: 2024\nto: 2023-12", "E-PERIOD-ORDER"),
        ("year:\nfrom: 2024\nto: 2024", None),
        ("scope: huancui", "E-PACK-REFERENCE"),
        ("scope: 八大产业集群", None),
        ("units: [nobody]", "E-PACK-UNIT"),
        ("same_as: [nothing]", "E-PACK-TARGET"),
        ("same_as: [goal]", "E-PACK-TARGET"),
        ("core: yes", "E-PACK-FIELD"),
        ("baseline: {value: 1, period: 去年}", "E-PERIOD-FORMAT"),
    ],
)
def test_targets_broken_in_one_place(city: Path, fields: str, code: str | None) -> None:
    given = {line.partition(":")[0] for line in fields.split("\n")}
    kept = [line for line in TARGET.split("\n") if line.partition(":")[0] not in given]
    add_fence(city, "target", "\n".join([*kept, fields]))
    errors = errors_of(city)
    assert [e.code for e in errors] == ([code] if code else []), [str(e) for e in errors]
    assert all(e.place and e.place.line and e.remedy for e in errors)


def test_the_same_target_in_two_documents(city: Path) -> None:
    other = (city / "documents/opinion.md").read_text(encoding="utf-8").partition("```")[0]
    fence = TARGET.replace("goal", "again") + "\nsame_as: [goal]"
    path = city / "documents/press.md"
    path.write_text(f"{other.replace('id: opinion', 'id: press')}\n```target\n{fence}\n```\n", encoding="utf-8")
    add_fence(city, "target", TARGET)
    assert load_pack(city).targets["again"].same_as == ("goal",)
    change(path, "indicator: firms", "indicator: population")
    change(path, "unit: 家", "unit: 人")
    assert codes_of(city) == ["E-PACK-TARGET"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ("parent: nothing", "E-PACK-TASK"),
        ("parent: all", "E-PACK-CIRCLE"),
        ("phase: nothing", "E-PACK-TASK"),
        ("phase: all", "E-PACK-TASK"),
        ("lead: [nobody]", "E-PACK-UNIT"),
        ("responsible: [nobody]", "E-PACK-UNIT"),
        ("cooperating: [nobody]", "E-PACK-UNIT"),
        ("targets: [nothing]", "E-PACK-TARGET"),
        ("clauses: [nothing]", "E-PACK-CLAUSE"),
        ("kind: chore", "E-PACK-FIELD"),
        ("due: 2024", "E-DATE-FORMAT"),
        ("from: 2024-01-02\ndue: 2024-01-01", "E-PERIOD-ORDER"),
        ("as_printed: {boss: 某局}", "E-PACK-UNKNOWN-FIELD"),
        ("title:", "E-PACK-MISSING-FIELD"),
    ],
)
def test_tasks_broken_in_one_place(city: Path, fields: str, code: str) -> None:
    given = {line.partition(":")[0] for line in fields.split("\n")}
    kept = [line for line in TASK.split("\n") if line.partition(":")[0] not in given]
    add_fence(city, "task", "\n".join([*kept, fields]))
    errors = errors_of(city)
    assert [e.code for e in errors] == [code], [str(e) for e in errors]
    assert all(e.place and e.place.line and e.remedy for e in errors)


def test_tasks_must_not_run_in_a_circle(city: Path) -> None:
    for one, above in (("a", "b"), ("b", "c"), ("c", "b")):
        add_fence(city, "task", f"id: {one}\ntitle: 事\nparent: {above}")
    assert [(e.code, e.message[-1]) for e in errors_of(city)] == [("E-PACK-CIRCLE", "b"), ("E-PACK-CIRCLE", "c")]


def test_what_is_broken_is_one_error_not_one_for_each_use(city: Path) -> None:
    change(city / INDICATORS, "name: 高新技术企业数", "name:")
    add_fence(city, "target", TARGET)
    assert codes_of(city) == ["E-PACK-MISSING-FIELD"]
    (city / INDICATORS).write_text("a: 1\n", encoding="utf-8")
    assert codes_of(city)[0] == "E-YAML-TOP"


def listed(path: Path, *ids: str) -> Path:
    rows = [{"id": one, "doc": one.partition("-")[0]} for one in ids]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_nothing_of_a_document_is_forgotten(city: Path, tmp_path: Path) -> None:
    add_fence(city, "target", TARGET + "\norigin: [900-t01, 900-t09]")
    add_fence(city, "task", TASK)
    add_fence(city, "statement", "id: says\nsays: 一个数\norigin: 900-f004")
    pack = load_pack(city)
    targets = listed(tmp_path / "t.jsonl", "900-t01", "900-t02", "901-t01")
    facts = listed(tmp_path / "f.jsonl", *(f"900-f00{n}" for n in range(1, 6)))
    tasks = listed(tmp_path / "k.jsonl", "900-k001")
    found = [*target_coverage(pack, targets), *fact_coverage(pack, facts), *task_coverage(pack, tasks)]
    assert [(e.code, e.details.get("origin")) for e in found] == [
        ("E-CHECK-TARGET", "900-t02"), ("W-CHECK-ORIGIN", None), ("E-CHECK-FACT", "900-f005"),
    ]  # fmt: skip
    assert "900-t09" in found[1].message and found[1].place and found[1].place.line
    together = {e.code for e in check_pack(pack, targets=targets, facts=facts, tasks=tasks)}
    assert {"E-CHECK-TARGET", "E-CHECK-FACT", "W-CHECK-ORIGIN"} <= together
