"""The lists of a firm's pages as tables (`innocity.web.views.lists`): its facts, what it is owed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from innocity.packs.model import Clause, Column, Pack, Register
from innocity.records.viewer import Viewer
from innocity.records.views import FactView
from innocity.web.entitled import Mine, Shown
from innocity.web.views.listed import rows_of
from innocity.web.views.lists import Columns, Listed, yuan
from innocity.web.views.office.cells import Words, words_for
from innocity.web.views.office.listed import invented

Fact = tuple[FactView, Words]


def facts(
    pack: Pack, viewer: Viewer, found: Mapping[str, Iterable[FactView]], said: Callable[[Words, FactView], Any]
) -> Listed:  # fmt: skip
    """All facts of a firm, a row each; `said` gives what one says as names and words."""

    def rows() -> Iterator[Fact]:
        for name, own in found.items():
            known = list(own)
            words = words_for(pack, viewer, pack.registers[name], known)
            yield from ((fact, words) for fact in known)

    columns: Columns = {
        "登记簿": lambda row: row[1].register.name, "事实编号": lambda row: row[0].fact_id,
        "内容": lambda row: "；".join(f"{name}：{text}" for name, text in said(row[1], row[0])), **_BASE,
    }  # fmt: skip
    return Listed("facts", columns, rows(), invented(viewer))


def register(
    pack: Pack, viewer: Viewer, one: Register, found: Iterable[FactView], as_now: Callable[[FactView], FactView]
) -> Listed:  # fmt: skip
    """The firm's facts of one register, a column each of the register's."""

    def rows() -> Iterator[Fact]:
        known = list(found)
        words = words_for(pack, viewer, one, known)
        yield from ((as_now(fact), words) for fact in known)

    own: Columns = {
        f"{column.name}（元）" if column.type == "money" else column.name: _value(pack, column)
        for column in one.columns
    }  # fmt: skip
    columns: Columns = {"事实编号": lambda row: row[0].fact_id, **own, **_BASE}
    return Listed("facts", columns, rows(), invented(viewer), of=(one.id, one.name))


def _value(pack: Pack, column: Column) -> Callable[[Fact], Any]:
    """A value of a fact as a cell: sums in yuan, days and numbers as such, all else in words as on the page."""

    def cell(row: Fact) -> Any:
        fact, words = row
        value = None if column.id in fact.hidden else fact.values.get(column.id)
        if column.type == "money" and value is not None:
            return yuan(int(value))
        if isinstance(value, date) or (isinstance(value, int) and not isinstance(value, bool) and not column.codes):
            return value
        clause = pack.clauses.get(str(value)) if column.id == "clause" else None
        return clause.name if clause else words.cell(column, fact).text

    return cell


def _last(fact: FactView) -> date | None:
    """The last day on which a fact holds: `valid_to` is the first on which it no longer does."""
    return fact.valid_to - timedelta(days=1) if fact.valid_to else None


_BASE: Columns = {
    "有效期起": lambda row: row[0].valid_from, "有效到": lambda row: _last(row[0]), "来源": lambda row: row[0].source,
    "登记日期": lambda row: row[0].recorded_at, "版次": lambda row: row[0].revision,
    "已公开": lambda row: row[0].published_on is not None,
}  # fmt: skip


# --- what it is owed -------------------------------------------------------------------------------------------

OTHERS = "没有用到登记的数据"


def entitlements(own: Mine, groups: Iterable[Mapping[str, Any]], others: Iterable[Clause]) -> Listed:
    """Everything that the clauses of a year say of the firm, in the groups of its page."""
    rows = ((str(name), one) for name, one in rows_of(*((group["name"], group["items"]) for group in groups),
                                                      (OTHERS, others)))  # fmt: skip
    grouped: Columns = {"组": lambda row: row[0]}
    columns: Columns = {**grouped, **{name: _item(cell) for name, cell in _ITEM.items()}}
    return Listed("entitlements", columns, rows, lambda row: own.found.simulated, own.day, _year(own))


def near(own: Mine, items: Iterable[Shown]) -> Listed:
    """What the firm misses by one condition, and what it would bring."""

    def lack(name: str) -> Callable[[Any], Any]:
        return lambda row: (row[1].item.near or {}).get(name)

    gap: Columns = {"缺什么": lack("says"), "现有": lack("have"), "需要": lack("need"), "还差": lack("gap")}
    columns: Columns = {**{name: _item(cell) for name, cell in _ITEM.items()}, **gap}
    return Listed("near", columns, [("", one) for one in items], lambda row: own.found.simulated, own.day, _year(own))


def _year(own: Mine) -> tuple[str, str]:
    return str(own.found.year), f"{own.found.year}年度"


def _item(cell: Callable[[Shown], Any]) -> Callable[[tuple[str, Any]], Any]:
    """A cell of an item; of a clause that reads nothing of the firm only what it is called."""

    def told(row: tuple[str, Any]) -> Any:
        if isinstance(row[1], Clause):
            return row[1].name if cell is _name else None
        return cell(row[1])

    return told


def _name(one: Shown) -> str:
    return one.item.clause.name


def _call(told: Callable[[Any], Any]) -> Callable[[Shown], Any]:
    return lambda one: told(one.item.call) if one.item.call else None


_ITEM: dict[str, Callable[[Shown], Any]] = {
    "条款": _name, "事项": lambda one: one.thing, "判定": lambda one: one.word,
    "测算（元）": lambda one: None if one.outcome and one.outcome.settled else yuan(one.item.fen),
    "核定（元）": lambda one: yuan(one.outcome.decided) if one.outcome else None,
    "已拨付（元）": lambda one: yuan(one.outcome.paid) if one.outcome and one.outcome.paid else None,
    "计入合计": lambda one: one.item.counts,
    "最多（元）": lambda one: yuan(one.most), "怎么给": lambda one: one.item.amount,
    "说明": lambda one: "；".join((*one.says, *one.caveats)), "申报通知": _call(lambda call: call.name),
    "受理开始": _call(lambda call: call.opens), "受理截止": _call(lambda call: call.closes),
    "受理单位": lambda one: one.unit, "材料": lambda one: "、".join(one.papers), "依据": lambda one: one.item.article,
}  # fmt: skip
