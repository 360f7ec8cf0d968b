"""Assessment rules, composite indices and links of tasks: read, and refused with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.packs.load import load_pack, read_pack
from tests.packs.world import add_fence, change

INDICATORS = """\
- {id: firms, name: 企业数, unit: 家, direction: up, kind: stock, frequency: year}
- {id: layers, name: 层级, unit: 层, direction: none, kind: structural, frequency: once}
"""
RULE = """\
- id: rule
  name: 细则
  demonstration: true
  parts:
    - id: tasks
      name: 任务
      of: tasks
      share: 100%
      points: {done: 100%, on_time: 90%, at_risk: 60%, not_started: 40%, overdue: 0%}
  viewers: [office]
"""
INDEX = """\
- id: index
  name: 指数
  demonstration: true
  among: [甲区, 乙区]
  weights: equal
  components: [{id: a, name: 企业, indicator: firms}]
"""


def errors_of(town: Path) -> list[tuple[str, str | None, int | None]]:
    found = read_pack(town)[1].errors
    assert all(error.remedy for error in found), [str(error) for error in found]
    return [(e.code, e.place.file if e.place else None, e.place.line if e.place else None) for e in found]


@pytest.fixture
def measured(town: Path) -> Path:
    (town / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    (town / "assessment.yaml").write_text(RULE, encoding="utf-8")
    (town / "indices.yaml").write_text(INDEX, encoding="utf-8")
    return town


def test_who_receives_figures_is_a_unit_of_the_city(town: Path) -> None:
    path = town / "city.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\nreporting: {office: [offise]}\n", encoding="utf-8")
    found = errors_of(town)
    assert [(code, file) for code, file, _ in found] == [("E-PACK-UNIT", "cities/town/city.yaml")] and found[0][2]


def test_both_are_read(measured: Path) -> None:
    pack = load_pack("town")
    assert pack.assessments["rule"].place == "cities/town/assessment.yaml:1"
    assert pack.indices["index"].components[0].indicator == "firms"
    assert pack.assessments["rule"].supervision.warn_days == 30


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "line"),
    [
        ("assessment.yaml", "share: 100%", "share: 90%", "E-SHARE-SUM", 1),
        ("assessment.yaml", "overdue: 0%", "overdue: 5%", "E-ASSESSMENT-OVERDUE", 5),
        ("assessment.yaml", ", overdue: 0%", "", "E-PACK-FIELD", 5),
        ("assessment.yaml", "demonstration: true", "note: x", "E-ASSESSMENT-SOURCE", 1),
        ("assessment.yaml", "demonstration: true", "document: nothing", "E-PACK-DOCUMENT", 3),
        ("assessment.yaml", "[office]", "[offise]", "E-PACK-UNIT", 10),
        ("assessment.yaml", "viewers: [office]", "deciders: [offise]", "E-PACK-UNIT", 10),
        ("assessment.yaml", "done: 100%", "done: 120%", "E-RATE-ABOVE-ONE", 9),
        ("assessment.yaml", "done: 100%", "finished: 100%", "E-PACK-FIELD", 9),
        ("indices.yaml", "weights: equal", "weights: given", "E-SHARE-SUM", 1),
        ("indices.yaml", "demonstration: true", "note: x", "E-INDEX-SOURCE", 1),
        ("indices.yaml", "demonstration: true", "recorded: firms", "E-PACK-FIELD", 1),
        ("indices.yaml", "indicator: firms", "indicator: frims", "E-PACK-INDICATOR", 6),
        ("indices.yaml", "indicator: firms", "indicator: layers", "E-INDEX-DIRECTION", 6),
        ("indices.yaml", "[甲区, 乙区]", "[甲区]", "E-PACK-FIELD", 1),
        ("indices.yaml", "[甲区, 乙区]", "[甲区, east]", "E-PACK-REFERENCE", 4),
        ("indices.yaml", "weights: equal", "weights: ahp", "E-PACK-FIELD", 1),
        ("indices.yaml", "weights: equal", "weights: ahp\n  comparisons: [[0]]", "E-PACK-FIELD", 6),
        ("indices.yaml", "weights: equal", "weights: equal\n  aggregate: geometric", "E-PACK-FIELD", 1),
    ],
)
def test_broken_in_one_place(measured: Path, file: str, old: str, new: str, code: str, line: int) -> None:
    change(measured / file, old, new)
    assert (code, f"cities/town/{file}", line) in errors_of(measured), errors_of(measured)


def test_tasks_that_wait_for_each_other(town: Path) -> None:
    add_fence(town, "task", "id: first\ntitle: 甲\ndepends_on: [second]")
    add_fence(town, "task", "id: second\ntitle: 乙\ndepends_on: [first]")
    add_fence(town, "task", "id: third\ntitle: 丙\ndepends_on: [nothing]")
    assert [code for code, _, _ in errors_of(town)] == ["E-PACK-TASK", "E-PACK-CIRCLE", "E-PACK-CIRCLE"]


def test_a_repetition_names_a_task_of_another_document(town: Path) -> None:
    add_fence(town, "task", "id: first\ntitle: 甲")
    add_fence(town, "task", "id: second\ntitle: 乙\nsame_as: [first]")
    assert [code for code, _, _ in errors_of(town)] == ["E-PACK-TASK"]
