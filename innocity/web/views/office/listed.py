"""The lists of officers' pages as tables (`innocity.web.views.lists`): which columns, and what stands in a cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.utils.translation import gettext as _

from innocity.engines.rosters.plan import compile_roster
from innocity.engines.rules.ir import STATUS_NAMES as VERDICTS
from innocity.engines.tasks.model import STATUS_NAMES
from innocity.engines.tasks.supervision import LEVEL_NAMES
from innocity.packs.model import Document, Grading, Pack
from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.web.templatetags.firm import CORRECTIONS, FEEDBACK
from innocity.web.templatetags.office import moment
from innocity.web.views.lists import Columns, Listed, yuan
from innocity.web.views.office import desk
from innocity.web.views.office.audit_words import ACTIONS, ROLES

MEETING = "会议议定"
_SET_BY = {"pack": "文件或城市包", "city": "全市统一"}
_PARTS = (("牵头", "lead"), ("责任", "responsible"), ("配合", "cooperating"))


def invented(viewer: Viewer) -> Callable[[Any], bool]:
    """Of lists that name parties: in a simulated city they are all made up. Asked for a file alone."""

    @cache
    def simulated() -> bool:
        instance = queries.instance(viewer)
        return instance is not None and bool(instance.simulated)

    return lambda row: simulated()


def inbox(rows: Iterable[desk.Waiting], day: date) -> Listed:
    """What waits for a unit."""
    columns: Columns = {
        "期限": lambda one: one.due, "剩余天数": lambda one: one.days, "类别": lambda one: _(desk.KINDS[one.kind]),
        "事项": lambda one: one.title, "状态": lambda one: _(one.word), "为什么": lambda one: one.why,
    }  # fmt: skip
    return Listed("inbox", columns, rows, lambda one: one.simulated, day)


def figures(rows: Iterable[Mapping[str, Any]], day: date) -> Listed:
    """Indicators with their newest figure and the worst light of their targets."""

    def latest(told: Callable[[Any], Any]) -> Callable[[Mapping[str, Any]], Any]:
        return lambda row: told(row["latest"]) if row["latest"] else None

    columns: Columns = {
        "指标": lambda row: row["indicator"].name, "最近的数": latest(lambda one: one.value),
        "约数": latest(lambda one: one.approx), "单位": latest(lambda one: one.unit),
        "时期": latest(lambda one: one.when()), "待审核": latest(lambda one: one.pending),
        "已确认": latest(lambda one: one.confirmed), "目标的灯": lambda row: row["label"],
        "下一个期限": lambda row: row["due"],
    }  # fmt: skip
    return Listed("figures", columns, rows, lambda row: bool(row["latest"] and row["latest"].simulated), day)


def tasks(
    documents: Iterable[tuple[Document | None, Sequence[tuple[Any, Sequence[tuple[str, str]]]]]],
    counted: Collection[str], day: date,
) -> Listed:  # fmt: skip
    """The tree of tasks as rows: each with its level, and whether it is one of those that are counted."""
    rows = ((document, row, units) for document, own in documents for row, units in own)
    named: Columns = {
        role: lambda one, role=role: "、".join(unit for as_what, unit in one[2] if as_what == role)  # type: ignore[misc]
        for role, _attribute in _PARTS
    }
    columns: Columns = {
        "文件": lambda one: one[0].title if one[0] else MEETING, "任务": lambda one: one[1].state.task.title,
        "层级": lambda one: one[1].depth + 1, "计入项数": lambda one: one[1].state.id in counted,
        "状态": lambda one: STATUS_NAMES[one[1].state.status], "期限": lambda one: one[1].state.due,
        "进展（%）": lambda one: one[1].state.progress if one[1].state.open else None, **named,
    }  # fmt: skip
    return Listed("tasks", columns, rows, lambda one: one[1].state.simulated, day)


def supervision(notices: Iterable[tuple[Any, Any]], day: date) -> Listed:
    """The tasks that units are asked about, a row for each unit that is asked."""
    rows = ((notice, unit, item) for notice, unit in notices for item in notice.items)
    columns: Columns = {
        "单位": lambda one: one[1].name if one[1] else "文件没有写责任单位",
        "任务": lambda one: one[2].state.task.title, "督办原因": lambda one: LEVEL_NAMES[one[2].level],
        "状态": lambda one: STATUS_NAMES[one[2].state.status], "期限": lambda one: one[2].state.due,
        "答复期限": lambda one: one[0].reply_by, "说明": lambda one: one[2].state.why,
    }  # fmt: skip
    return Listed("supervision", columns, rows, lambda one: one[2].state.simulated, day)


def meetings(rows: Sequence[Mapping[str, Any]], day: date) -> tuple[Listed, Listed]:
    """Meetings, and what they resolved."""
    held: Columns = {
        "会议": lambda row: row["meeting"].title, "类别": lambda row: row["kind"],
        "日期": lambda row: row["meeting"].held_on, "纪要文号": lambda row: row["meeting"].minutes_no,
        "内容": lambda row: row["meeting"].text, "议定事项": lambda row: len(row["tasks"]),
    }  # fmt: skip
    resolved: Columns = {
        "会议": lambda one: one[0].title, "日期": lambda one: one[0].held_on, "议定事项": lambda one: one[1].task.title,
        "状态": lambda one: STATUS_NAMES[one[1].status], "期限": lambda one: one[1].due,
    }  # fmt: skip
    each = ((row["meeting"], one) for row in rows for one in row["tasks"])
    return (
        Listed("meetings", held, rows, lambda row: row["meeting"].simulated, day),
        Listed("resolutions", resolved, each, lambda one: one[0].simulated or one[1].simulated, day),
    )


def corrections(pack: Pack, viewer: Viewer, rows: Iterable[Any]) -> Listed:
    """Requests of firms for corrections; to a firm its own, with the answers."""
    whose: Columns = {"企业": lambda one: one.party_name or one.party}
    answer: Columns = {"答复": lambda one: one.answer}
    columns: Columns = {
        "申请编号": lambda one: one.number, **({} if viewer.role == "firm" else whose),
        "登记簿": lambda one: pack.registers[one.register].name if one.register in pack.registers else one.register,
        "事实编号": lambda one: one.fact_id, "请求": _request, "申请日期": lambda one: one.filed_on,
        "材料（份）": lambda one: len(one.evidence), "状态": lambda one: _correction_state(one),
        **(answer if viewer.role == "firm" else {}),
    }  # fmt: skip
    return Listed("corrections", columns, rows, invented(viewer))


def _request(one: Any) -> str:
    """What is asked for."""
    return "撤销整条" if one.strike else "补登一条" if one.add else f"改 {len(one.changes)} 项"


def _correction_state(one: Any) -> str:
    return _("已补登") if one.add and one.state == "approved" else _(CORRECTIONS[one.state][1])


def feedback(pack: Pack, rows: Iterable[Any]) -> Listed:
    """Feedback of the public in a state."""
    columns: Columns = {
        "编号": lambda one: one.id,
        "条款": lambda one: pack.clauses[one.clause].name if one.clause in pack.clauses else one.clause,
        "评分": lambda one: one.rating, "留言": lambda one: one.words, "日期": lambda one: one.said_on,
        "谁": lambda one: _("企业经办人") if one.kind == "firm" else "公众", "状态": lambda one: _(FEEDBACK[one.state]),
        "回复或理由": lambda one: "" if one.state == "waiting" else one.answer,
    }  # fmt: skip
    return Listed("feedback", columns, rows)


def audit(rows: Iterable[tuple[Any, str, Sequence[tuple[str, str]], Sequence[tuple[str, str, str]]]]) -> Listed:
    """The log; a row is an entry, to what it was done, its particulars, and what it wrote of matters and figures."""

    def said(row: Any) -> str:
        written = [f"{name} {words}" for name, _where, words in row[3]]
        return "；".join(written or [f"{key} {value}" for key, value in row[2]])

    columns: Columns = {
        "编号": lambda row: row[0].seq, "时间": lambda row: moment(row[0].at), "谁": lambda row: row[0].actor,
        "岗位": lambda row: _(ROLES.get(row[0].role, row[0].role)),
        "做了什么": lambda row: _(ACTIONS.get(row[0].action, row[0].action)), "对什么": lambda row: row[1],
        "内容": said,
    }  # fmt: skip
    return Listed("audit", columns, rows)


def runs(rows: Iterable[Any], latest: int | None) -> Listed:
    """Settled runs; sums of different kinds are never added up."""
    columns: Columns = {
        "年度": lambda one: one.year, "事实截至": lambda one: one.as_of,
        "测算合计（元）": lambda one: yuan(one.report["totals"]["payable"]),
        "上限与待评审（元）": lambda one: yuan(one.report["totals"]["open"]), "结果摘要": lambda one: one.hash,
        "在用": lambda one: one.id == latest, "设想": lambda one: one.supposed,
    }  # fmt: skip
    return Listed("runs", columns, rows, lambda one: one.simulated)


def run_clauses(one: Any, rows: Iterable[Mapping[str, Any]]) -> Listed:
    """What a run found by clause: how many of each verdict, what is payable, what may at most be added."""
    columns: Columns = {
        "条款编号": lambda row: row["clause"], "条款": lambda row: row["name"], "种类": lambda row: row["kind"],
        "对象": lambda row: row["parties"], "测算额（元）": lambda row: yuan(row["payable"]),
        "上限与待评审（元）": lambda row: yuan(row["open"]),
        **{name: lambda row, key=key: row.get(key, 0) for key, name in VERDICTS.items()},  # type: ignore[misc]
    }  # fmt: skip
    return Listed("run_clauses", columns, rows, lambda _row: one.simulated, one.as_of, (str(one.id), str(one.year)))


def run_places(one: Any, found: Iterable[tuple[str, Mapping[str, Any]]]) -> Listed:
    """Whom a run's sums fall on, one breakdown after the other; each is the whole, they are never added up."""
    columns: Columns = {
        "分法": lambda row: row[0], "名称": lambda row: row[1]["name"], "对象": lambda row: row[1]["parties"],
        "测算额（元）": lambda row: yuan(row[1]["payable"]),
    }  # fmt: skip
    return Listed("run_places", columns, found, lambda _row: one.simulated, one.as_of, (str(one.id), str(one.year)))


def calendar(rows: Iterable[Mapping[str, Any]], day: date) -> Listed:
    """When the figures of each indicator are due, and who set that."""
    columns: Columns = {
        "指标": lambda row: row["indicator"].name, "多久一次": lambda row: _(row["every"]),
        "期末以后（天）": lambda row: row["days"],
        "谁定的": lambda row: row["unit"].name if row["unit"] else _SET_BY.get(row["source"], "没有定"),
        "定的日期": lambda row: row["entry"].decided_on if row["entry"] else None,
        "依据": lambda row: row["entry"].basis if row["entry"] else "",
        "逾期未报的时期": lambda row: row["late"].owed_period if row["late"] else "",
    }  # fmt: skip
    return Listed("calendar", columns, rows, day=day)


def gradings(rows: Iterable[tuple[Grading, Any]]) -> Listed:
    """The rules by which the city grades."""
    columns: Columns = {
        "评级": lambda row: row[0].name, "名录": lambda row: row[1].name,
        "指标": lambda row: "、".join(one.name for one in row[0].criteria),
        "演示规则": lambda row: row[0].demonstration, "说明": lambda row: row[0].note,
    }  # fmt: skip
    return Listed("gradings", columns, rows)


def grades(pack: Pack, viewer: Viewer, one: Grading, rows: Iterable[tuple[Any, str]], day: date) -> Listed:
    """Who is graded how: a row is a grade, and which of a party's things is graded."""
    measures = {column.name: column for column in compile_roster(pack, pack.rosters[one.roster], day).columns}
    points: dict[str, Callable[[Any], Any]] = {}
    for place, criterion in enumerate(one.criteria):
        money = measures[criterion.of].type == "money"
        points[f"{criterion.name}：得分"] = lambda row, place=place: row[0].points[place].earned  # type: ignore[misc]
        points[f"{criterion.name}：满分"] = lambda row, place=place: row[0].points[place].most  # type: ignore[misc]
        points[f"{criterion.name}：登记的数{'（元）' if money else ''}"] = _measure(place, criterion.of, money=money)
    columns: Columns = {
        "名次": lambda row: row[0].rank, "名称": lambda row: row[0].subject.name, "哪一项": lambda row: row[1],
        "得分": lambda row: row[0].score, "档次": lambda row: row[0].tier_name, "扶持": lambda row: row[0].support,
        **points,
    }  # fmt: skip
    return Listed("grades", columns, rows, invented(viewer), day, (one.id, one.name))


def _measure(place: int, name: str, *, money: bool) -> Callable[[Any], Any]:
    """What the registers say of a criterion: a sum as a number of yuan, all else in words."""
    if not money:
        return lambda row: row[0].points[place].word
    return lambda row: None if (fen := row[0].subject.values[name]) is None else yuan(int(fen))
