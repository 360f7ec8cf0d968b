"""The lists of the leading group's pages as tables (`innocity.web.views.lists`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from innocity.engines.indicators.model import LIGHTS
from innocity.engines.performance.model import ScoreLine
from innocity.engines.tasks.model import STATUS_NAMES
from innocity.packs.model import Pack, Unit
from innocity.web.views.listed import rows_of
from innocity.web.views.lists import Columns, Listed

if TYPE_CHECKING:
    from datetime import date

    from innocity.web.views.lead.changes import Changes
    from innocity.web.views.lead.units import Row

_WAYS = {"worse": "变差", "better": "好转", "other": ""}


def units(rows: Sequence[Row], day: date) -> Listed:
    """Units with their targets by light, their tasks and, to whoever may see them, their scores."""
    seen = {light for row in rows for light, _n in row.targets}
    lights: Columns = {
        f"目标：{name}": lambda row, light=light: dict(row.targets).get(light, 0)  # type: ignore[misc]
        for light, name in LIGHTS.items() if light in seen
    }  # fmt: skip
    columns: Columns = {
        "单位": lambda row: row.unit.name, **lights, "任务": lambda row: row.tasks, "逾期": lambda row: row.overdue,
        "有风险": lambda row: row.at_risk, "得分": lambda row: row.score.score if row.score else None,
    }  # fmt: skip
    return Listed("units", columns, rows, lambda row: bool(row.score and row.score.simulated), day)


def score(pack: Pack, unit: Unit, parts: Iterable[tuple[Any, Sequence[ScoreLine]]], day: date) -> Listed:
    """The points of a unit's score, each with the commitment that it comes from."""
    columns: Columns = {
        "部分": lambda row: row[0].name if row[0] else "扣分", "事项": lambda row: row[1].title,
        "状态": lambda row: row[1].label, "得分": lambda row: row[1].points,
        "满分": lambda row: row[1].most if row[0] else None, "说明": lambda row: row[1].why,
        "依据": lambda row: pack.documents[row[1].document].title if row[1].document in pack.documents else "会议议定",
    }  # fmt: skip
    rows = ((part, line) for part, lines in parts for line in lines)
    return Listed("score", columns, rows, lambda row: row[1].simulated, day, (unit.id, unit.name))


def changes(pack: Pack, found: Changes, places: Mapping[str, str], day: date) -> Listed:
    """What changed since a day: targets with another light, tasks in another state, new figures, new targets."""
    rows = rows_of(("换了灯的目标", found.moved), ("换了状态的任务", found.tasks), ("新得到的数", found.figures),
                   ("新定的目标", found.added))  # fmt: skip

    def told(moved: Any, task: Any, figure: Any, added: Any) -> Any:
        of = {"换了灯的目标": moved, "换了状态的任务": task, "新得到的数": figure, "新定的目标": added}
        return lambda row: of[row[0]](row[1]) if of[row[0]] else None

    name = {key: one.name for key, one in pack.indicators.items()}
    columns: Columns = {
        "种类": lambda row: row[0],
        "事项": told(lambda one: one.one.name, lambda one: one.one.task.title,
                   lambda one: name.get(one.indicator, one.indicator), lambda one: one.name),
        "原来": told(lambda one: one.was.label, lambda one: STATUS_NAMES[one.was] if one.was else "", None, None),
        "现在": told(lambda one: one.one.label, lambda one: STATUS_NAMES[one.one.status], None, None),
        "变化": told(lambda one: _WAYS[one.way], None, None, None),
        "期限": told(lambda one: one.one.due, lambda one: one.one.due, None, lambda one: one.due),
        "时期": told(None, None, lambda one: one.when(), None),
        "范围": told(None, None, lambda one: places.get(one.scope, one.scope), None),
        "数": told(None, None, lambda one: one.value, None), "约数": told(None, None, lambda one: one.approx, None),
        "单位": told(None, None, lambda one: one.unit, None),
        "说明": told(lambda one: one.one.why, None, lambda one: one.source, None),
    }  # fmt: skip

    def simulated(row: tuple[str, Any]) -> bool:
        return row[0] == "换了状态的任务" and row[1].one.simulated

    return Listed("changes", columns, rows, simulated, day)


def indices(found: Iterable[Mapping[str, Any]], day: date) -> Listed:
    """Those compared by each computed index, with the ranks that other choices would give; official ones as published.

    Rows are (index, line or None, figure or None).
    """
    rows = [(one["index"], line, None) for one in found for line in one.get("lines", ())]
    rows += [(one["index"], None, figure) for one in found if "recorded" in one for figure in one["recorded"].figures]

    def ranked(told: Any) -> Any:
        return lambda row: told(row[1]) if row[1] else None

    def around(name: str) -> Any:
        return lambda row: getattr(row[1].interval, name) if row[1] and row[1].interval else None

    columns: Columns = {
        "指数": lambda row: row[0].name, "名称": ranked(lambda line: line.name),
        "名次": ranked(lambda line: line.one.rank),
        "得分": lambda row: round(row[1].one.score, 4) if row[1] else row[2].value,
        "名次最好": around("low"), "名次最差": around("high"), "名次不变的比例": around("same_share"),
        "时期": lambda row: row[2].period if row[2] else None, "单位": lambda row: row[2].unit if row[2] else None,
        "演示用权重": lambda row: row[0].demonstration,
    }  # fmt: skip
    return Listed("indices", columns, rows, lambda row: bool(row[1] and row[1].one.simulated), day)
