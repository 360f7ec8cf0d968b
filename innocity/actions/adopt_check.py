"""What of the recorded facts a pack would make unreadable: told by register and column, with facts to look at.

    errors = ErrorList()
    changed = check_facts(pack, viewer, errors)    # the registers whose columns are others now

Registers are first read as the pack has them, which is quick; only where one does not fit are its facts looked at one
by one, for what is to be told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from innocity.actions.recording import checked_table
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.model import CodeList, Column, Pack, Register
from innocity.records import queries
from innocity.records.models import Fact, RegisterState
from innocity.records.rows import KINDS, fits
from innocity.records.viewer import Viewer

register_codes({
    "E-ADOPT-COLUMN": ("有事实的列在新城市包里没有了", "a column that facts fill is gone from the pack"),
    "E-ADOPT-TYPE": ("列的类型变了，已登记的值不合", "a column's type changed and recorded values do not fit it"),
    "E-ADOPT-REQUIRED": ("必填的列，已登记的事实没有填", "a column is required now that recorded facts leave empty"),
    "E-ADOPT-CODE": ("已登记的代码在新城市包里没有了", "codes that facts hold are gone from the pack"),
    "E-ADOPT-VALUE": ("已登记的数超出列的范围", "recorded numbers are beyond the bounds of a column"),
})  # fmt: skip

SHOWN = 5  # facts named of each column
_REMEDIES = {
    "E-ADOPT-COLUMN": "留下这一列；改名的在新列上写 was: {old}；真不要的，先用现在的城市包把这些事实的这一项更正为空",
    "E-ADOPT-TYPE": "不改原来的列，另加一列记新的类型；或者先用现在的城市包把这些事实更正成合用的值",
    "E-ADOPT-REQUIRED": "先不设必填，采用以后把这些事实补齐，再设为必填",
    "E-ADOPT-CODE": "在代码表里留下这些代码；或者先用现在的城市包把这些事实更正成别的代码",
    "E-ADOPT-VALUE": "放宽 max，或者先用现在的城市包更正这些事实",
}
_WORDS = {"text": "文字", "date": "日期", "money": "金额", "number": "整数", "bool": "是否"}


@dataclass(slots=True)
class _Found:
    """What is wrong with one column: how many facts, the first of them, the codes that are not known."""

    count: int = 0
    facts: list[str] = field(default_factory=list)
    codes: dict[str, None] = field(default_factory=dict)


def check_facts(pack: Pack, viewer: Viewer, errors: ErrorList) -> set[str]:
    """Every register with facts whose columns or codes may be others now; the names of those whose columns are.

    In `errors`: E-RECORDS-PACK where recorded facts stand in a register that is gone, E-ADOPT-* by register and
    column, E-FACTS-* for what else does not fit.
    """
    changed = set()
    for state in RegisterState.objects.order_by("register"):
        register = pack.registers.get(state.register)
        if register is not None and columns_of(register) != state.columns:
            changed.add(state.register)
        if not state.rows:
            continue
        if register is None:
            _gone(state, errors)
            continue
        before = {one["id"]: one for one in state.columns}
        plain = _as_it_reads(pack, viewer, register)
        if plain or _money_is_other(register, before):
            told = _told(register, before, _misfits(register, before, pack.codes))
            errors.extend(told or plain)
    return changed


def columns_of(register: Register) -> list[dict[str, Any]]:
    """What of a register decides whether a fact fits it, as it is kept beside the facts."""
    kept = {"id", "type", "codes", "required", "max", "was"}
    return [column.model_dump(mode="json", include=kept) for column in register.columns]


def _gone(state: RegisterState, errors: ErrorList) -> None:
    ids = list(_facts(state.register).values_list("fact_id", flat=True)[:SHOWN])
    text = (
        f"城市包里没有登记簿“{state.name}”（{state.register}），库里有 {state.rows} 条事实：{_named(ids, state.rows)}"
    )
    remedy = "留下这个登记簿，或先撤销这些事实"
    errors.add("E-RECORDS-PACK", text, Place(state.register), remedy, register=state.register, count=state.rows,
               facts=ids)  # fmt: skip


def _as_it_reads(pack: Pack, viewer: Viewer, register: Register) -> list[InnoCityError]:
    """What reading a register's facts as the pack has it complains of, by rows; nothing where they fit."""
    found = ErrorList()
    table = queries.register_table(viewer, register, found)
    if table is not None:
        checked_table(table, register, pack, found)
    return found.errors


def _money_is_other(register: Register, before: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether sums became numbers or numbers sums: they read alike, and mean fen or not."""
    return any((_kind(old) == "money") != (KINDS[column.type] == "money")
               for column in register.columns if (old := _was(column, before)) is not None)  # fmt: skip


def _was(column: Column, before: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The column as facts were last checked against, also under its former name."""
    return before.get(column.id) or before.get(column.was or "")


def _kind(old: Mapping[str, Any]) -> str:
    return KINDS[old["type"]]


def _facts(register: str) -> Any:
    return Fact.objects.filter(register=register, current=True, withdrawn=False).order_by("fact_id")


def _misfits(
    register: Register, before: Mapping[str, Mapping[str, Any]], codes: Mapping[str, CodeList]
) -> dict[tuple[str, str], _Found]:
    """What is wrong by code of error and column, over all current facts."""
    names = {name: column for column in register.columns for name in (column.was, column.id) if name}
    lists = ((column.id, codes.get(column.codes or "")) for column in register.columns)
    known = {name: one.ids() for name, one in lists if one is not None}
    found: dict[tuple[str, str], _Found] = {}
    for fact, data in _facts(register.id).values_list("fact_id", "data").iterator(chunk_size=2000):
        for code, name, value in _wrong(register, before, names, known, data):
            one = found.setdefault((code, name), _Found())
            one.count += 1
            if len(one.facts) < SHOWN:
                one.facts.append(fact)
            if code == "E-ADOPT-CODE" and len(one.codes) < SHOWN:
                one.codes[str(value)] = None
    return found


def _wrong(
    register: Register, before: Mapping[str, Mapping[str, Any]], names: Mapping[str, Column],
    known: Mapping[str, Any], data: Mapping[str, Any],
) -> Iterator[tuple[str, str, Any]]:  # fmt: skip
    """(code of error, column, value) of all that is wrong with one fact."""
    filled = set()
    for name, value in data.items():
        if value is None:
            continue
        column = names.get(name)
        if column is None:
            yield "E-ADOPT-COLUMN", name, value
            continue
        filled.add(column.id)
        old = _was(column, before)
        money = old is not None and (_kind(old) == "money") != (KINDS[column.type] == "money")
        if money or not fits(column, value):
            yield "E-ADOPT-TYPE", column.id, value
        elif column.type == "code" and value not in known.get(column.id, (value,)):
            yield "E-ADOPT-CODE", column.id, value
        elif KINDS[column.type] in ("money", "number") and abs(value) > column.bound():
            yield "E-ADOPT-VALUE", column.id, value
    for column in register.columns:
        if column.required and (column.id not in filled or data.get(column.id) == ""):
            yield "E-ADOPT-REQUIRED", column.id, None


def _told(
    register: Register, before: Mapping[str, Mapping[str, Any]], found: Mapping[tuple[str, str], _Found]
) -> list[InnoCityError]:
    """A line for each column, in words."""
    lines = []
    for (code, name), one in found.items():
        column = register.column(name)
        label = f"登记簿“{register.name}”的列 {name}" + (f"（{column.name}）" if column is not None else "")
        text = f"{label}{_says(code, column, before, one)}：{_named(one.facts, one.count)}"
        details = {"register": register.id, "column": name, "count": one.count, "facts": one.facts}
        remedy = _REMEDIES[code].format(old=name)
        lines.append(InnoCityError(code, text, Place(register.id, path=name), remedy, details))
    return lines


def _says(code: str, column: Column | None, before: Mapping[str, Mapping[str, Any]], one: _Found) -> str:
    if column is None:
        return f"没有了，{one.count} 条事实填了它"
    old = _was(column, before)
    if code == "E-ADOPT-TYPE":
        was = f"从{_WORDS[_kind(old)]}" if old is not None else ""
        return f"{was}改成{_WORDS[KINDS[column.type]]}，{one.count} 条事实的值不合"
    if code == "E-ADOPT-REQUIRED":
        return f"{'改为必填' if old is not None else '是新加的必填列'}，{one.count} 条事实没有填"
    if code == "E-ADOPT-CODE":
        return f"的代码表里没有 {'、'.join(one.codes)}，{one.count} 条事实用着"
    return f"最多 {column.bound()}，{one.count} 条事实超出"


def _named(facts: list[str], count: int) -> str:
    """The first facts, and how many there are in all where those are not all."""
    return "、".join(facts) + (f" 等 {count} 条" if count > len(facts) else "")
