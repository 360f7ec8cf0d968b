"""The score of a unit from the states of its targets and tasks, after an assessment rule.

A part's points are its share of the total times the mean of what its items earn; each item's weight in the
mean is that of the unit's role. Parts without a scored item give their share to the others, in proportion.
Then long delays are deducted. No score rises when a task becomes overdue: an overdue task earns 0 and is
always scored (the rule's own checks see to it).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.performance.model import (
    PartScore,
    ScoreLine,
    TargetInput,
    TaskInput,
    UnitScore,
    Unscored,
)
from innocity.packs.model import Assessment, AssessmentPart, Pack

register_codes({
    "E-ASSESSMENT-NONE": ("没有适用的考核细则", "no assessment rule applies"),
    "E-SCORE-VIEWER": ("无权查看这个单位的考核得分", "this viewer may not see the unit's score"),
})  # fmt: skip

Item = TargetInput | TaskInput


def rule_for(pack: Pack, as_of: date, name: str | None = None) -> Assessment:
    """The rule of this name, or the last of the pack that is in force at the date. Error: E-ASSESSMENT-NONE."""
    found = [
        rule for rule in pack.assessments.values()
        if (name is None or rule.id == name)
        and (rule.from_ is None or rule.from_ <= as_of) and (rule.to is None or as_of <= rule.to)
    ]  # fmt: skip
    if not found:
        what = f"没有细则 {name}" if name else f"{as_of} 没有适用的考核细则"
        raise InnoCityError("E-ASSESSMENT-NONE", what, None, "在城市文件夹的 assessment.yaml 里写上细则")
    return found[-1]


def may_view(unit: str, viewer: str, viewers: Iterable[str]) -> bool:
    """Whether a viewer (a unit's id) may see a unit's score: the unit itself and the rule's viewers only.

    >>> may_view("finance", "finance", ["group"]), may_view("finance", "group", ["group"]), may_view("a", "b", [])
    (True, True, False)
    """
    return viewer == unit or viewer in set(viewers)


def score_unit(
    rule: Assessment,
    unit: str,
    targets: Sequence[TargetInput],
    tasks: Sequence[TaskInput],
    as_of: date,
    *,
    viewer: str | None = None,
) -> UnitScore:
    """Score one unit. With `viewer` (a unit's id), only who may see it gets it. Error: E-SCORE-VIEWER."""
    if viewer is not None and not may_view(unit, viewer, rule.viewers):
        text = f"{viewer} 不能查看 {unit} 的考核得分"
        raise InnoCityError("E-SCORE-VIEWER", text, None, "考核得分只供本单位和领导小组查看")
    scored = {part.id: _scored(part, _items(part, targets, tasks), as_of) for part in rule.parts}
    whole = sum((part.share for part in rule.parts if scored[part.id]), Fraction())
    parts: list[PartScore] = []
    lines: list[ScoreLine] = []
    for part in rule.parts:
        share = part.share / whole if whole and scored[part.id] else Fraction()
        made = _lines(part, scored[part.id], rule.total * share, as_of)
        points = sum((line.points for line in made), Fraction())
        parts.append(PartScore(part.id, part.name, share, points, rule.total * share, len(made)))
        lines += made
    lines += _deductions(rule, tasks, as_of)
    total = sum((line.points for line in lines), Fraction())
    simulated = any(line.simulated for line in lines)
    return UnitScore(
        unit, as_of, rule.id, rule.name, rule.demonstration, max(Fraction(), total) if whole else None, rule.total,
        tuple(parts), tuple(lines), tuple(_left_out(rule, targets, tasks, as_of)), simulated,
    )  # fmt: skip


def _items(part: AssessmentPart, targets: Sequence[TargetInput], tasks: Sequence[TaskInput]) -> Sequence[Item]:
    return targets if part.of == "targets" else tasks


def _scored(part: AssessmentPart, items: Sequence[Item], as_of: date) -> list[tuple[Item, Fraction, Fraction]]:
    """(item, its weight, the share it earns) of the items whose state the rule names and whose role weighs."""
    found = []
    for item in items:
        earned = part.points.get(item.status)  # type: ignore[call-overload]
        weight = part.roles.get(item.role, Fraction()) if isinstance(item, TaskInput) else Fraction(1)
        if earned is not None and weight and (part.past or not _is_past(item, as_of)):
            found.append((item, weight, earned))
    return found


def _is_past(item: Item, as_of: date) -> bool:
    """Whether it was over before the year of the date: a target by its deadline, a task by its closing."""
    first = date(as_of.year, 1, 1)
    if isinstance(item, TaskInput):
        return item.status == "done" and item.on is not None and item.on < first
    return item.due is not None and item.due < first


def _lines(
    part: AssessmentPart, scored: Sequence[tuple[Item, Fraction, Fraction]], most: Fraction, as_of: date
) -> list[ScoreLine]:
    weights = sum((weight for _, weight, _ in scored), Fraction())
    return [
        ScoreLine(
            part.id, "task" if isinstance(item, TaskInput) else "target", item.id, item.title, item.status,
            most * weight / weights * earned, most * weight / weights, item.article, item.document,
            (item.on if isinstance(item, TaskInput) else None) or as_of, item.why, item.simulated, item.label,
        )
        for item, weight, earned in scored
    ]  # fmt: skip


def _deductions(rule: Assessment, tasks: Sequence[TaskInput], as_of: date) -> list[ScoreLine]:
    """Points off for each full stretch of days overdue, until the unit's limit is reached; the longest first."""
    found = []
    for deduction in rule.deductions:
        left = deduction.most
        late = [one for one in tasks if one.status == deduction.status and one.overdue_days >= deduction.every_days]
        for item in sorted(late, key=lambda one: (-one.overdue_days, one.id)):
            taken = min(left, deduction.points * (item.overdue_days // deduction.every_days))
            left -= taken
            if taken:
                why = f"{deduction.name}：逾期{item.overdue_days}天"
                found.append(ScoreLine(
                    deduction.id, "task", item.id, item.title, item.status, -taken, Fraction(), item.article,
                    item.document, item.due or as_of, why, item.simulated, item.label,
                ))  # fmt: skip
    return found


def _left_out(
    rule: Assessment, targets: Sequence[TargetInput], tasks: Sequence[TaskInput], as_of: date
) -> Iterable[Unscored]:
    """Items that no part scores."""
    for kind, items in (("target", targets), ("task", tasks)):
        parts = [part for part in rule.parts if part.of == f"{kind}s"]
        counted = {item.id for part in parts for item, _, _ in _scored(part, items, as_of)}
        for item in items:
            if item.id not in counted:
                why = _why_left_out(item, bool(parts), as_of)
                yield Unscored("target" if kind == "target" else "task", item.id, item.title, item.status, why)


def _why_left_out(item: Item, scored: bool, as_of: date) -> str:
    if not scored:
        return "细则不考核这类事项"
    if _is_past(item, as_of):
        return f"{as_of.year}年以前已经到期或办结"
    return f"细则没有给“{item.label or item.status}”定分"
