"""Targets and tasks that were read, as drafts of indicators, targets and tasks."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from innocity.actions.draft_words import Marks, units_known
from innocity.engines.reading.model import Target, Task
from innocity.packs.model import Pack

_OPERATORS = {"≈": "about", "growth>=": "growth", "delta>=": "delta"}
_IN_WORDS = frozenset({"target-coverage", "target-words"})
_RATIO = re.compile(r"率|比重|占比|比例|强度")
_TASKS = {
    "goal": "目标", "task": "任务", "task_group": "任务组", "subtask": "子任务", "safeguard": "保障措施",
    "phase": "阶段", "milestone": "节点", "guideline": "总体要求", "attachment": "附件",
    "policy_focus": "政策重点", "problem": "问题",
    "recommendation": "建议", "recommendation_group": "建议组",
}  # fmt: skip


class Indicators:
    """Indicators that targets need: those of the pack by their names, and new ones."""

    def __init__(self, pack: Pack, prefix: str, marks: Marks) -> None:
        self.prefix, self.marks = prefix, marks
        self.known = {_plain(i.name): i.id for i in pack.indicators.values()}
        self.new: list[dict[str, Any]] = []

    def of(self, target: Target) -> str:
        """The id of the indicator that a target means."""
        name = _plain(target.indicator) or "指标"
        if name not in self.known:
            self.known[name] = f"{self.prefix}_i{len(self.new) + 1}"
            self.new.append(_indicator(self.known[name], name, target, self.marks.of(target)))
        return self.known[name]


def _plain(name: str) -> str:
    """An indicator's name without words of counting, short enough for a name.

    >>> _plain("高新技术企业数量"), _plain("全市研发投入")
    ('高新技术企业', '研发投入')
    """
    bare = re.sub(r"^(?:全[市区县省]|建成|新建|新增|培育|引进|实施|实现|力争|争取)+", "", name.strip("，,、。 "))
    return re.sub(r"(?:数量|总数|数|达到?|的)$", "", bare)[:20]


def _indicator(key: str, name: str, target: Target, mark: str) -> dict[str, Any]:
    kind = "ratio" if target.unit in ("%", "‰") or _RATIO.search(name) else "stock"
    if target.operator.startswith("growth"):
        kind = "growth"
    if target.operator in ("milestone", "qualitative"):
        kind = "milestone"
    rank = target.unit == "位"
    return {
        "id": key, "name": name, "unit": target.unit, "direction": "down" if rank else "up",
        "kind": "rank" if rank else kind, "frequency": "once" if kind == "milestone" else "year",
        "scope": "city", "core": "missing", "note": f"{mark}；口径、频次、方向都要补",
    }  # fmt: skip


def target_draft(t: Target, number: int, prefix: str, indicators: Indicators, pack: Pack) -> dict[str, Any]:
    """The fields of a target."""
    known, unknown = units_known(pack, t.units)
    value, low, high = _numbers(t)
    operator = _OPERATORS.get(t.operator, t.operator)
    notes = [indicators.marks.of(t), f"见原文第 {t.start}-{t.end} 字"]
    if t.year and not re.fullmatch(r"20[0-9]{2}", t.year):
        notes.append(f"期限写作：{t.year}")
    if isinstance(t.value, tuple) and operator == "order":
        notes.append("数量级：" + "、".join(str(_number(v)) for v in t.value))
    return {
        "id": f"{prefix}_t{number}", "indicator": indicators.of(t),
        "year": t.year if t.year and re.fullmatch(r"20[0-9]{2}", t.year) else None,
        "operator": operator, "value": value, "low": low, "high": high, "unit": t.unit, "scope": "city",
        "derived": _derived(t, value, low),
        "units": known, "as_printed": "、".join(unknown) or None, "core": "missing", "note": "；".join(notes),
    }  # fmt: skip


def _derived(t: Target, value: str | None, low: str | None) -> dict[str, str] | None:
    """Why a number does not stand in the text as it is written here."""
    if t.rule in _IN_WORDS:
        return {"value": "原文写成汉字或全覆盖，没有数字"} if value else None
    if t.rule == "target-table":
        names = ("value",) if value else ("low", "high") if low else ()
        return dict.fromkeys(names, "表里只有数字，单位在表头")
    return None


def _numbers(t: Target) -> tuple[str | None, str | None, str | None]:
    if t.value is None:
        return None, None, None
    if isinstance(t.value, tuple):
        low, high = (t.value[0], t.value[-1]) if t.operator == "range" else (None, None)
        return None, _number(low), _number(high)
    return _number(t.value), None, None


def _number(value: float | None) -> str | None:
    return None if value is None else f"{value:g}" if value != int(value) else str(int(value))


def task_drafts(
    tasks: Iterable[Task], prefix: str, pack: Pack, names: dict[str, str], marks: Marks
) -> list[dict[str, Any]]:  # fmt: skip
    """The fields of tasks; a task under another names it as its parent. `names` are the titles by path."""
    found: list[dict[str, Any]] = []
    ids: dict[str, str] = {}
    for number, t in enumerate(tasks, 1):
        key = f"{prefix}_k{number}"
        above = max((p for p in ids if t.path.startswith(p) and p != t.path), key=len, default=None)
        own = _task(t, pack, names.get(t.path, ""), marks.of(t))
        found.append({"id": key, **own, "parent": ids.get(above) if above else None})
        ids.setdefault(t.path, key)
    return found


def _task(t: Task, pack: Pack, name: str, mark: str) -> dict[str, Any]:
    roles = {
        "lead": t.lead_units_norm, "responsible": t.responsible_units_norm, "cooperating": t.cooperating_units_norm,
    }  # fmt: skip
    printed = {"lead": t.lead_units, "responsible": t.responsible_units, "cooperating": t.cooperating_units}
    known = {role: units_known(pack, names)[0] for role, names in roles.items()}
    everyone = any(re.match(r"各|有关", n) for names in printed.values() for n in names)
    return {
        "path": t.path, "kind": t.kind, "title": f"{_TASKS.get(t.kind, '任务')}{t.path}{name}", **known,
        "as_printed": {role: "、".join(names) for role, names in printed.items() if names},
        "everyone": True if everyone else None, "note": f"{mark}；标题待写，见原文第 {t.start}-{t.end} 字",
    }  # fmt: skip
