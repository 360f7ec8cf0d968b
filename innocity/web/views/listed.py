"""Lists that pages of more than one face show, as tables (`innocity.web.views.lists`): matters, inspections, demand and
supply, targets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from innocity.actions.exchange_records import REGISTER, ExchangeEvent
from innocity.actions.inspection_records import Inspection
from innocity.core.money import format_money
from innocity.engines.indicators.model import LIGHTS, Figure
from innocity.engines.matching.model import Listing
from innocity.engines.tasks.model import STATUS_NAMES
from innocity.engines.workflow.model import Case
from innocity.packs.model import Column, Indicator, MatchKind, Pack, Unit
from innocity.web import cases
from innocity.web.exchange import Card, Pair, in_words
from innocity.web.templatetags.firm import EXCHANGE
from innocity.web.views.lists import Columns, Listed, yuan

HIDDEN = "单位不公开"


def matters(
    pack: Pack, found: Sequence[Case], named: Callable[[Sequence[Case]], Mapping[str, str]], day: date, *, firm: bool
) -> Listed:  # fmt: skip
    """Matters with where they stand and who goes on; `named` gives the names of parties that the asker may see."""

    def rows() -> Iterator[tuple[Case, list[cases.Turn], str]]:
        names = named(found)
        for case in found:
            yield case, cases.turns(pack, case, day), names.get(case.applicant) or case.applicant

    whose: Columns = {"申请人": lambda row: row[2]}
    columns: Columns = {
        "流程": lambda row: row[0].procedure.name, "办件编号": lambda row: row[0].id, "办件": lambda row: row[0].title,
        **({} if firm else whose), "提出": lambda row: row[0].taken[0].taken_on,
        "申请金额（元）": lambda row: yuan(row[0].taken[0].sum), "走到": lambda row: row[0].state,
        "办结": lambda row: not row[0].open, "已过期限": lambda row: row[0].open and row[0].overdue,
        "接着": lambda row: "；".join(_turn(pack, one) for one in row[1]),
        "最迟": lambda row: min((one.due for one in row[1] if one.due), default=None),
    }  # fmt: skip
    return Listed("matters", columns, rows(), lambda row: row[0].simulated)


def _turn(pack: Pack, one: cases.Turn) -> str:
    """Who may do what next."""
    units = [pack.units[name].name if name in pack.units else name for name in one.units]
    return f"{'申请人' if one.applicant else '、'.join(units)}：{'、'.join(one.steps)}"


# --- inspections -----------------------------------------------------------------------------------------------

_STATES = {"announced": "已公告，待抽取", "drawn": "已抽取", "cancelled": "已取消"}


def inspections(pack: Pack, rows: Iterable[tuple[Inspection, Mapping[str, int]]]) -> Listed:
    """Inspections with what came of them so far."""

    def drawn(name: str) -> Any:
        return lambda row: row[1][name] if row[0].state == "drawn" else None

    columns: Columns = {
        "抽查": lambda row: row[0].title,
        "抽查事项": lambda row: pack.inspections[row[0].plan].name if row[0].plan in pack.inspections else "",
        "组织单位": lambda row: pack.units[row[0].unit].name if row[0].unit in pack.units else row[0].unit,
        "年度": lambda row: row[0].year, "状态": lambda row: _STATES[row[0].state],
        "公告日期": lambda row: row[0].announced_on, "公开数产生日期": lambda row: row[0].reveal_on,
        "抽取日期": lambda row: row[0].drawn_on, "最迟查完": lambda row: row[0].due,
        "名单（项）": lambda row: len(row[0].frozen.items), "抽中（项）": drawn("drawn"),
        "查了（项）": drawn("checked"), "发现问题（项）": drawn("problems"), "取消的原因": lambda row: row[0].cancelled,
    }  # fmt: skip
    return Listed("inspections", columns, rows, lambda row: row[0].simulated)


def drawn(one: Inspection, rows: Iterable[Mapping[str, Any]], *, office: bool) -> Listed:
    """What was drawn in an inspection and what came of it, as its page shows it; titles of matters to offices."""

    def state(each: Mapping[str, Any]) -> str:
        waits = "逾期未查" if each["late"] else "待检查"
        return each["row"].state if each["row"].on else waits

    title: Columns = {"事项": lambda each: each["row"].title if each["row"].case else ""}
    columns: Columns = {
        **(title if office else {}), "抽查对象": lambda each: each["name"] or "个人，不公开",
        "编号": lambda each: each["row"].drawn.item, "分层": lambda each: each["stratum"],
        "检查人员": lambda each: "；".join(f"{name} {unit}" for name, unit in each["team"]), "结果": state,
        "检查日期": lambda each: each["row"].on,
    }  # fmt: skip
    return Listed("drawn", columns, rows, lambda each: one.simulated, of=(one.id, one.title))


# --- demand and supply -----------------------------------------------------------------------------------------


def listings(
    name: str, pack: Pack, kind: MatchKind | None, found: Sequence[Card], *, more: Columns | None = None
) -> Listed:  # fmt: skip
    """Listings as somebody sees them, each value of the register in a column of its own where any has it."""
    said = {heading for card in found for heading, _words in card.said}
    own = [column for column in pack.registers[REGISTER].columns if column.name in said]
    sides = {"demand": "需求", "offer": "供给"}
    columns: Columns = {
        "编号": lambda card: card.one.id, "类别": lambda card: pack.matching[card.one.kind].name,
        "方向": lambda card: sides[card.one.side], "名称": lambda card: card.one.title,
        "提出单位": lambda card: card.one.by or HIDDEN, "发布日期": lambda card: card.one.posted_on,
        **{_heading(column): _value(pack, column) for column in own}, **(more or {}),
    }  # fmt: skip
    of = (kind.id, kind.name) if kind else ("", "")
    return Listed(name, columns, found, lambda card: card.one.simulated, of=of)


def _heading(column: Column) -> str:
    return f"{column.name}（元）" if column.type == "money" else column.name


def _value(pack: Pack, column: Column) -> Any:
    """A value of a listing as a cell: sums in yuan, days and numbers as such, everything else in words."""

    def cell(card: Card) -> Any:
        value = card.one.values.get(column.id)
        if value is None or value == "":
            return None
        if column.type == "money":
            return yuan(int(value))
        whole = isinstance(value, int) and not isinstance(value, bool) and not column.codes
        return value if whole or isinstance(value, date) else in_words(pack, column, value)

    return cell


def pairs(kind: MatchKind, rows: Iterable[Pair]) -> Listed:
    """Pairs with where they stand; sums and words of their steps to whoever sees both sides whole."""

    def side(name: str, told: Any) -> Any:
        return lambda row: told(getattr(row, name)) if getattr(row, name) else ""

    columns: Columns = {
        kind.sides.demand: side("demand", lambda one: one.title),
        f"{kind.sides.demand}：单位": side("demand", lambda one: one.by or HIDDEN),
        kind.sides.offer: side("offer", lambda one: one.title),
        f"{kind.sides.offer}：单位": side("offer", lambda one: one.by or HIDDEN),
        "走到": lambda row: EXCHANGE[row.state.step][1], "日期": lambda row: row.state.steps[-1].on,
        "金额（元）": lambda row: yuan(row.state.amount) if row.whole else None,
        "没有下文（天）": lambda row: row.state.silent_days if row.state.late else None,
        "一方登记已签约": lambda row: row.state.claim is not None, "经过": _trace,
    }  # fmt: skip
    return Listed("pairs", columns, rows, lambda row: row.simulated, of=(kind.id, kind.name))


def _trace(row: Pair) -> str:
    """The steps of a pair, as its page tells them."""
    told = []
    for step in row.state.steps:
        words = [step.on.isoformat(), EXCHANGE[step.step][1]]
        if row.whole:
            words += [step.text, format_money(step.amount) if step.amount else "", "、".join(step.evidence)]
        told.append(" ".join(filter(None, words)))
    return "；".join(told)


def events(kind: MatchKind, rows: Iterable[ExchangeEvent], forms: Mapping[str, str], *, office: bool) -> Listed:
    """Visits, fairs, diagnoses; what came of them to offices."""
    text: Columns = {"记录": lambda one: one.text if one.held_on else ""}
    columns: Columns = {
        "活动": lambda one: one.title, "形式": lambda one: forms.get(one.form, one.form),
        "计划日期": lambda one: one.planned_on, "举办日期": lambda one: one.held_on,
        "主办或接待单位": lambda one: one.host, **(text if office else {}),
    }  # fmt: skip
    return Listed("events", columns, rows, lambda one: one.simulated, of=(kind.id, kind.name))


def own_listings(pack: Pack, rows: Sequence[Mapping[str, Any]]) -> Listed:
    """A firm's own listings with their state and whom they were brought together with."""
    by_id = {row["card"].one.id: row for row in rows}

    def met(card: Card) -> str:
        return "；".join(_met(pair.step, other) for pair, other in by_id[card.one.id]["pairs"])

    more: Columns = {
        "状态": lambda card: EXCHANGE[card.one.state][1], "说明": lambda card: card.one.values.get("note"), "对接": met,
    }  # fmt: skip
    return listings("own_listings", pack, None, [row["card"] for row in rows], more=more)


def _met(step: str, other: Listing | None) -> str:
    whom = "对方这一项正在审核" if other is None else f"{other.title}，{other.by or HIDDEN}"
    return f"{EXCHANGE[step][1]} {whom}"


# --- targets ---------------------------------------------------------------------------------------------------


def targets(pack: Pack, rows: Iterable[Mapping[str, Any]], day: date) -> Listed:
    """Targets with their lights; `rows` as the light board has them."""

    def latest(told: Any) -> Any:
        return lambda row: told(row["one"].latest) if row["one"].latest else None

    def share(name: str) -> Any:
        return lambda row: None if (value := getattr(row["one"], name)) is None else value * 100

    columns: Columns = {
        "指标": lambda row: row["one"].indicator.name, "范围": lambda row: row["one"].scope_name,
        "目标": lambda row: row["goal"], "期限": lambda row: row["one"].due,
        "灯": lambda row: row["one"].label or LIGHTS[row["one"].light], "最近的数": latest(lambda one: one.value),
        "约数": latest(lambda one: one.approx), "单位": latest(lambda one: one.unit),
        "时期": latest(lambda one: one.when()),
        "待审核的数": lambda row: f"{row['waiting'].shown()}（{row['waiting'].when()}）" if row["waiting"] else "",
        "走了（%）": share("achieved"), "该走（%）": share("expected"), "为什么": lambda row: row["one"].why,
        "下一步": lambda row: row["one"].next, "文件": lambda row: _title(pack, row["document"]),
        "条文": lambda row: row["one"].target.as_printed,
    }  # fmt: skip
    return Listed("targets", columns, rows, lambda row: bool(row["one"].latest and row["one"].latest.simulated), day)


def observations(one: Indicator, figures: Iterable[Figure], scopes: Mapping[str, str], day: date) -> Listed:
    """The figures of an indicator over time and place."""
    columns: Columns = {
        "时期": lambda row: row.when(), "范围": lambda row: scopes.get(row.scope, row.scope),
        "数": lambda row: row.value, "约数": lambda row: row.approx, "单位": lambda row: row.unit,
        "公布或取得日期": lambda row: row.observed_on,
        "状态": lambda row: "文件公布" if row.document else "待审核" if row.pending else "已审核",
        "出处": lambda row: row.source,  # no note: the page shows those of corrected figures alone
    }  # fmt: skip
    return Listed("observations", columns, figures, lambda row: row.simulated, day, (one.id, one.name))


_ROLES = {"lead": "牵头", "responsible": "责任"}


def commitments(
    pack: Pack, unit: Unit, targets_: Iterable[Mapping[str, Any]], tasks: Iterable[Any], day: date
) -> Listed:  # fmt: skip
    """What the documents ask of a unit: targets with their lights, tasks with their states, clauses that it keeps."""
    rows = rows_of(("目标", targets_), ("任务", tasks),
                   ("条款", (one for one in pack.clauses.values() if unit.id in one.responsible)))  # fmt: skip

    def told(target: Any, task: Any, clause: Any) -> Any:
        of = {"目标": target, "任务": task, "条款": clause}
        return lambda row: of[row[0]](row[1]) if of[row[0]] else None

    columns: Columns = {
        "种类": lambda row: row[0],
        "事项": told(lambda one: one["one"].name, lambda one: one.state.task.title, lambda one: one.name),
        "角色": told(None, lambda one: _ROLES.get(one.role, "配合"), None),
        "状态": told(lambda one: one["one"].label or LIGHTS[one["one"].light],
                   lambda one: STATUS_NAMES[one.state.status], None),
        "目标": told(lambda one: one["goal"], None, None),
        "期限": told(lambda one: one["one"].due, lambda one: one.state.due, None),
        "给谁": told(None, None, lambda one: one.who),
        "文件": told(lambda one: _title(pack, one["document"]), lambda one: _title(pack, one.state.document),
                   lambda one: _title(pack, one.article.partition("#")[0])),
    }  # fmt: skip

    def simulated(row: tuple[str, Any]) -> bool:
        if row[0] == "目标":
            return bool(row[1]["one"].latest and row[1]["one"].latest.simulated)
        return row[0] == "任务" and bool(row[1].state.simulated)

    return Listed("commitments", columns, rows, simulated, day, (unit.id, unit.name))


def _title(pack: Pack, document: str) -> str:
    return pack.documents[document].title if document in pack.documents else document


def rows_of(*groups: tuple[str, Iterable[Any]]) -> Iterator[tuple[str, Any]]:
    """The rows of several lists of a page as one, each with the name of its own."""
    for name, rows in groups:
        for row in rows:
            yield name, row
