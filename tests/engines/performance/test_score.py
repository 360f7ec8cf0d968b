"""Scores of units: the rule applied by hand, every point traceable, who may see them, properties."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from innocity.core.errors import InnoCityError
from innocity.engines.performance.model import NOTICE, TargetInput, TaskInput
from innocity.engines.performance.score import may_view, rule_for, score_unit
from innocity.packs.load import load_pack
from innocity.packs.model import Assessment

DAY = date(2023, 12, 31)
PLAIN: dict[str, Any] = {
    "id": "rule", "name": "细则", "demonstration": "true", "viewers": ["group"],
    "parts": [
        {"id": "targets", "name": "目标", "of": "targets", "share": "60%",
         "points": {"met": "100%", "near": "85%", "watch": "60%", "alert": "0%"}},
        {"id": "tasks", "name": "任务", "of": "tasks", "share": "40%",
         "points": {"done": "100%", "on_time": "100%", "at_risk": "60%", "not_started": "40%", "overdue": "0%"},
         "roles": {"lead": "100%", "responsible": "60%", "cooperating": "30%"}},
    ],
    "deductions": [{"id": "late", "name": "长期逾期", "every_days": "90", "points": "0.5", "most": "5"}],
}  # fmt: skip
RULE = Assessment.model_validate(PLAIN)


def target(name: str, status: str, **more: Any) -> TargetInput:
    return TargetInput(name, f"目标{name}", status, "plan#a1", "plan", **more)


def task(name: str, status: str, role: Any = "lead", **more: Any) -> TaskInput:
    return TaskInput(name, f"任务{name}", status, role, article="plan#a2", document="plan", **more)


def test_a_score_worked_by_hand() -> None:
    """Targets: (100 + 85 + 0) % / 3 of 60. Tasks: (1 x 1 + 0.6 x 0.6 + 0.3 x 0) / 1.9 of 40. Less 2 x 0.5."""
    targets = [target("a", "met"), target("b", "near"), target("c", "alert"), target("d", "not_due")]
    tasks = [
        task("x", "on_time"), task("y", "at_risk", "responsible"),
        task("z", "overdue", "cooperating", overdue_days=200, due=date(2023, 6, 14)), task("n", "no_deadline"),
    ]  # fmt: skip
    score = score_unit(RULE, "science", targets, tasks, DAY)
    by_hand = Fraction(60) * Fraction(185, 300) + Fraction(40) * Fraction(136, 190) - 1
    assert score.score == by_hand
    assert [(part.id, part.items, part.most) for part in score.parts] == [("targets", 3, 60), ("tasks", 3, 40)]
    assert {(one.id, one.why) for one in score.unscored} == {
        ("d", "细则没有给“not_due”定分"), ("n", "细则没有给“no_deadline”定分")
    }  # fmt: skip
    deduction = score.lines[-1]
    assert (deduction.part, deduction.id, deduction.points, deduction.on) == ("late", "z", -1, date(2023, 6, 14))
    assert score.notice == NOTICE and score.demonstration and not score.simulated


def test_every_point_is_traceable() -> None:
    score = score_unit(RULE, "science", [target("a", "met")], [task("x", "on_time", on=date(2023, 11, 1))], DAY)
    assert sum(line.points for line in score.lines) == score.score == 100
    assert [(line.id, line.article, line.on) for line in score.lines] == [
        ("a", "plan#a1", DAY), ("x", "plan#a2", date(2023, 11, 1))
    ]  # fmt: skip


def test_a_part_without_items_gives_its_share_to_the_others() -> None:
    score = score_unit(RULE, "science", [], [task("x", "at_risk")], DAY)
    assert score.score == 60 and [part.most for part in score.parts] == [0, 100]
    nothing = score_unit(RULE, "science", [target("d", "not_assessable")], [], DAY)
    assert nothing.score is None and len(nothing.unscored) == 1


def test_deductions_have_a_limit_and_scores_a_floor() -> None:
    late = [task(str(n), "overdue", overdue_days=900) for n in range(3)]
    score = score_unit(RULE, "science", [], late, DAY)
    assert score.score == 0 and sum(line.points for line in score.lines) == -5


def test_what_was_over_before_the_year_is_left_out() -> None:
    tasks = [task("old", "done", on=date(2020, 12, 1)), task("late", "overdue", due=date(2020, 12, 31))]
    score = score_unit(RULE, "science", [target("a", "alert", due=date(2020, 12, 31))], tasks, DAY)
    assert [line.id for line in score.lines] == ["late"]
    assert {one.why for one in score.unscored} == {"2023年以前已经到期或办结"}


def test_simulated_items_mark_the_score() -> None:
    assert score_unit(RULE, "science", [], [task("x", "on_time", simulated=True)], DAY).simulated


def test_only_the_unit_and_the_leading_group_see_it() -> None:
    assert score_unit(RULE, "science", [], [task("x", "done")], DAY, viewer="science").score == 100
    assert score_unit(RULE, "science", [], [task("x", "done")], DAY, viewer="group").score == 100
    with pytest.raises(InnoCityError) as caught:
        score_unit(RULE, "science", [], [], DAY, viewer="finance")
    assert caught.value.code == "E-SCORE-VIEWER"
    assert not may_view("science", "finance", RULE.viewers)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d["parts"][0].update(share="50%"), "E-SHARE-SUM"),
        (lambda d: d["parts"][1]["points"].update(overdue="10%"), "E-ASSESSMENT-OVERDUE"),
        (lambda d: d["parts"][1]["points"].pop("not_started"), "not_started"),
        (lambda d: d["parts"][0]["points"].update(alert="90%"), "met ≥ near"),
        (lambda d: d.update(demonstration="false"), "E-ASSESSMENT-SOURCE"),
        (lambda d: d["deductions"][0].update(points="-1"), "分值不能小于 0"),
        (lambda d: d.update({"from": "2024-01-01", "to": "2023-01-01"}), "E-PERIOD-ORDER"),
    ],
)
def test_unsound_rules_are_refused(change: Any, code: str) -> None:
    import copy

    data = copy.deepcopy(PLAIN)
    change(data)
    with pytest.raises(ValidationError) as caught:
        Assessment.model_validate(data)
    error = caught.value.errors()[0]
    cause = error.get("ctx", {}).get("error")
    assert code in (getattr(cause, "code", ""), *str(cause or error["msg"]).split()) or code in str(error["msg"])


def test_the_rule_in_force_is_applied() -> None:
    pack = load_pack("weihai")
    assert rule_for(pack, DAY).demonstration
    dated = pack.model_copy(update={"assessments": {
        "old": RULE.model_copy(update={"id": "old", "to": date(2022, 12, 31)}),
        "new": RULE.model_copy(update={"id": "new", "from_": date(2023, 1, 1)}),
    }})  # fmt: skip
    assert [rule_for(dated, day).id for day in (date(2022, 1, 1), DAY)] == ["old", "new"]
    for day, name in ((date(2022, 1, 1), "new"), (DAY, "nothing")):
        with pytest.raises(InnoCityError) as caught:
            rule_for(dated, day, name)
        assert caught.value.code == "E-ASSESSMENT-NONE"


# --- properties -----------------------------------------------------------------------------------------

TASK_STATES = ["done", "on_time", "at_risk", "not_started", "no_deadline"]
ROLES = st.sampled_from(["lead", "responsible", "cooperating"])
TASKS = st.lists(st.tuples(st.sampled_from([*TASK_STATES, "overdue"]), ROLES, st.integers(0, 900)), max_size=8)
TARGETS = st.lists(st.sampled_from(["met", "near", "watch", "alert", "not_due", "not_assessable"]), max_size=6)


def made(items: list[tuple[str, str, int]]) -> list[TaskInput]:
    return [task(str(n), status, role, overdue_days=days if status == "overdue" else 0)
            for n, (status, role, days) in enumerate(items)]  # fmt: skip


@st.composite
def rules(draw: Any) -> Assessment:
    """Rules as sound as the pack's checks ask for."""
    share = Fraction(draw(st.integers(1, 99)), 100)
    ladder = sorted((Fraction(draw(st.integers(0, 100)), 100) for _ in range(4)), reverse=True)
    states = {name: Fraction(draw(st.integers(0, 100)), 100) for name in ("done", "on_time", "at_risk", "not_started")}
    parts = RULE.parts
    targets = parts[0].model_copy(
        update={"share": share, "points": dict(zip(("met", "near", "watch", "alert"), ladder, strict=True))}
    )
    tasks = parts[1].model_copy(update={"share": 1 - share, "points": {**states, "overdue": Fraction(0)}})
    return RULE.model_copy(update={"parts": (targets, tasks)})


@settings(max_examples=200, deadline=None)
@given(rules(), TARGETS, TASKS.filter(bool), st.data())
def test_no_score_rises_when_a_task_becomes_overdue(rule: Assessment, lights: list[str], items: Any, data: Any) -> None:
    targets = [target(str(n), status) for n, status in enumerate(lights)]
    before = made(items)
    open_ones = [n for n, one in enumerate(before) if one.status != "overdue"]
    if not open_ones:
        return
    which = data.draw(st.sampled_from(open_ones))
    days = data.draw(st.integers(1, 900))
    after = [replace(one, status="overdue", overdue_days=days) if n == which else one for n, one in enumerate(before)]
    first, second = (score_unit(rule, "u", targets, tasks, DAY) for tasks in (before, after))
    if first.score is not None:
        assert second.score is not None and second.score <= first.score


@settings(max_examples=100, deadline=None)
@given(rules(), TARGETS.filter(bool), TASKS, st.data())
def test_no_score_rises_when_a_target_falls_back(rule: Assessment, lights: list[str], items: Any, data: Any) -> None:
    ladder = ["met", "near", "watch", "alert"]
    scored = [n for n, light in enumerate(lights) if light in ladder]
    if not scored:
        return
    which = data.draw(st.sampled_from(scored))
    worse = data.draw(st.sampled_from(ladder[ladder.index(lights[which]) :]))
    fallen = [worse if n == which else light for n, light in enumerate(lights)]
    first, second = (
        score_unit(rule, "u", [target(str(n), s) for n, s in enumerate(some)], made(items), DAY)
        for some in (lights, fallen)
    )
    assert first.score is not None and second.score is not None and second.score <= first.score


@settings(max_examples=100, deadline=None)
@given(rules(), TARGETS, TASKS)
def test_a_score_is_the_sum_of_its_lines(rule: Assessment, lights: list[str], items: Any) -> None:
    score = score_unit(rule, "u", [target(str(n), s) for n, s in enumerate(lights)], made(items), DAY)
    total = sum((line.points for line in score.lines), Fraction())
    assert score.score == (max(Fraction(), total) if any(part.items for part in score.parts) else None)
    assert score.score is None or 0 <= score.score <= score.total
    assert sum(part.most for part in score.parts) in (0, score.total)
    told = {(line.kind, line.id) for line in score.lines} | {(one.kind, one.id) for one in score.unscored}
    assert len(told) == len(lights) + len(items)
