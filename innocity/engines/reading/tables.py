"""Rows of tables as findings: work with its units, targets by year, sums that are promised."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from innocity.engines.reading.grids import Cell, Table
from innocity.engines.reading.lexicon import GATES, PAYERS, STRENGTH, UNIT, first_of
from innocity.engines.reading.model import Amount, Benefit, Target, Task
from innocity.engines.reading.numbers import NUMBER, Number, number, rates, sums
from innocity.engines.reading.subject import measure, trigger_kind
from innocity.engines.reading.units import expanded, split_units

_TOTAL = re.compile(r"^(?:合计|总计|小计|注|说明|备注)")
_BARE = re.compile(rf"(?P<n>{NUMBER})(?=(?:/[家个项人件]|以内|以下|左右)?(?:$|[^0-9.,%‰元万亿]))")
_SCALES = (("亿元", 10**8), ("万元", 10**4), ("元", 1))
_LIMIT = re.compile(r"(?:最高|不超过|不高于|上限|封顶|以内|最多)[^,。;0-9]{0,8}$")
_VALUE = re.compile(
    rf"^(?P<op>>=|≥|>|<=|≤|约|达到|不低于|不少于)?(?P<n>{NUMBER})(?:[—~-](?P<n2>{NUMBER}))?(?P<unit>{UNIT})?"
    r"(?P<w>\(?含?\)?(?:以上|左右|以内|以下))?$"
)
_OPERATORS = {
    "≥": ">=",
    ">=": ">=",
    ">": ">",
    "≤": "<=",
    "<=": "<=",
    "约": "≈",
    "左右": "≈",
    "以内": "<=",
    "以下": "<=",
}
_APART = re.compile(r"(?<=[局委办部会府院行厅协联社团司处科股室心)])\s+(?=[\u4e00-\u9fff])")
_ROLE_NAMES = re.compile(r"^(?:牵头|责任|配合|主办|协办)(?:单位|部门)?:")


def table_tasks(tables: Sequence[Table]) -> tuple[Task, ...]:
    """The rows of tables of work, one task a row: title as printed, units by column.

    >>> from innocity.engines.reading.grids import find_tables
    >>> text = "任务\\t牵头单位\\t责任单位\\n建设园区\\t市科技局\\t市财政局、各县区政府\\n"
    >>> [(t.title, t.lead_units, t.responsible_units) for t in table_tasks(find_tables(text))]
    [('建设园区', ('市科技局',), ('市财政局', '各县区政府'))]
    """
    found = []
    for n, table in enumerate(tables, 1):
        if table.kind == "tasks":
            titled = _title_column(table)
            found += [
                _task(table, row, f"表{n}-{_label(table, row, k)}", titled)
                for k, row in enumerate(table.rows, 1)
                if row[titled].text and not _TOTAL.match(row[titled].text) and len({c.text for c in row if c.text}) > 1
            ]
    return tuple(found)


def _title_column(table: Table) -> int:
    """The column of the work itself: the first whose cells all differ, else the last that speaks of work."""
    titled = table.column("task") or table.column("indicator", "object")
    for n in titled:
        texts = [row[n].text for row in table.rows]
        if len(set(texts)) == len(texts):
            return n
    return titled[-1]


def _label(table: Table, row: tuple[Cell, ...], k: int) -> str:
    given = next((row[n].text for n in table.column("ordinal")), "")
    return given if 0 < len(given) <= 6 else str(k)


def _task(table: Table, row: tuple[Cell, ...], path: str, titled: int) -> Task:
    cell = row[titled]
    by = {role: _units(row, table.column(role)) for role in ("lead", "responsible", "cooperating")}
    task = Task(cell.start, cell.end, "task-table", path, re.split(r"[。;]", cell.text)[0], "task", units_from="self")
    return replace(
        task, lead_units=by["lead"], responsible_units=by["responsible"], cooperating_units=by["cooperating"],
        lead_units_norm=expanded(by["lead"]), responsible_units_norm=expanded(by["responsible"], by["lead"]),
        cooperating_units_norm=expanded(by["cooperating"], by["lead"]),
    )  # fmt: skip


def _units(row: tuple[Cell, ...], columns: list[int]) -> tuple[str, ...]:
    """The names in the cells of some columns; a blank behind a whole name parts it from the next."""
    listed = (_APART.sub("、", row[n].lines or row[n].text) for n in columns)
    return tuple(u for words in listed for u in split_units(_ROLE_NAMES.sub("", re.sub(r"\s+", "", words))))


def table_targets(tables: Sequence[Table]) -> tuple[Target, ...]:
    """The rows of tables of aims, one target a year's column.

    >>> from innocity.engines.reading.grids import find_tables
    >>> text = "指标名称\\t单位\\t2024年\\t2025年\\n高新技术企业\\t家\\t500\\t600\\n"
    >>> [(t.indicator, t.year, t.value, t.unit) for t in table_targets(find_tables(text))]
    [('高新技术企业', '2024', 500, '家'), ('高新技术企业', '2025', 600, '家')]
    """
    found = []
    for table in tables:
        if table.kind == "targets":
            named = table.column("indicator")[0]
            found += [t for row in table.rows for n in table.column("aim") if (t := _target(table, row, named, n))]
    return tuple(found)


def _target(table: Table, row: tuple[Cell, ...], named: int, n: int) -> Target | None:
    m = _VALUE.match(row[n].text)
    if not m or not row[named].text:
        return None
    unit = next((row[k].text for k in table.column("measure") if row[k].text), None)
    inside = re.search(r"\(([^()]{1,8})\)$", row[named].text)
    year = re.search(r"20[0-9]{2}", table.columns[n].head) or re.search(r"20[0-9]{2}", table.caption)
    span = m["n2"] is not None
    value = (number(m["n"]), number(m["n2"])) if span else number(m["n"])
    operator = "range" if span else _OPERATORS.get((m["w"] or "").lstrip("()含") or m["op"] or "", ">=")
    units = _units(row, table.column("lead", "responsible"))
    name = row[named].text[: inside.start()] if inside and not unit else row[named].text
    return Target(
        row[0].start, max(c.end for c in row), "target-table", name, year[0] if year else None, operator, value,
        m["unit"] or unit or (inside[1] if inside else None), units,
    )  # fmt: skip


def table_benefits(tables: Sequence[Table]) -> tuple[Benefit, ...]:
    """The rows of tables of sums, one benefit a row; a head such as (万元) gives bare numbers their unit.

    >>> from innocity.engines.reading.grids import find_tables
    >>> text = "平台类型\\t奖励标准(万元)\\n省重点实验室\\t100\\n市重点实验室\\t最高30\\n"
    >>> [(b.subject, [(a.value_yuan, a.mode) for a in b.amounts]) for b in table_benefits(find_tables(text))]
    [('省重点实验室', [(1000000, 'fixed')]), ('市重点实验室', [(300000, 'max')])]
    """
    return tuple(b for t in tables if t.kind == "benefits" for row in t.rows if (b := _benefit(t, row)))


def _benefit(table: Table, row: tuple[Cell, ...]) -> Benefit | None:
    columns = table.column("sum")
    several = len([n for n in columns if re.search(r"[0-9]|百分之", row[n].text)]) > 1
    amounts: list[Amount] = []
    for n in columns:
        case = table.columns[n].head.rpartition("|")[2] if several else None
        amounts += _amounts(row[n].text, _scale(table.columns[n].head, table.caption), case)
    named = [n for n in table.column("object", "task", "indicator") if row[n].text]
    if not amounts or (row[0].text and _TOTAL.match(row[0].text)):
        return None
    names = [row[n].text for n in named]
    words = ",".join(c.text for c in row if c.text)
    start, end = min(c.start for c in row if c.text), max(c.end for c in row)
    return Benefit(
        start, end, "benefit-table", subject=names[-1] if names else None, trigger=",".join(names) or None,
        trigger_kind=trigger_kind(words), shape=_shape(amounts, words), amounts=tuple(amounts),
        gate=first_of(GATES, words), payers=tuple(p for p in PAYERS if p in words), force="entitlement",
        strength=tuple(w for w in STRENGTH if w in words),
    )  # fmt: skip


def _scale(head: str, caption: str) -> int | None:
    m = re.search(r"(?:亿|万)?元", head) or re.search(r"单位:((?:亿|万)?元)", caption)
    return next((scale for word, scale in _SCALES if m and m[0].endswith(word)), None)


def _amounts(text: str, scale: int | None, case: str | None) -> list[Amount]:
    """The sums, rates and limits of a cell."""
    found = [*sums(text), *rates(text)]
    derived = None
    if scale and not found:
        derived = text  # the head says the unit
        found = [Number(m.start(), m.end(), _yuan(m["n"], scale), "sum") for m in _BARE.finditer(text)]
    found.sort(key=lambda n: n.start)
    rated = any(n.kind == "rate" for n in found)
    amounts = []
    for n in found:
        most = bool(_LIMIT.search(text[: n.start]) or text.startswith("以内", n.end))
        if n.kind == "rate":
            amounts.append(Amount(case, rate=n.value, base=measure(text[: n.start]), mode="max" if most else "fixed"))
        elif most and (rated or amounts):
            amounts.append(Amount(case, cap_yuan=n.value, mode="max", derived=derived))
        else:
            mode = "max" if most else "about" if n.about else "fixed"
            amounts.append(Amount(case, n.value, mode=mode, derived=derived))
    return amounts


def _yuan(text: str, scale: int) -> float:
    value = round(number(text) * scale, 6)
    return int(value) if value == int(value) else value


def _shape(amounts: list[Amount], words: str) -> str:
    if any(a.rate is not None for a in amounts):
        return "matching" if "配套" in words else "proportional"
    if re.search(r"每(?:人)?每?月|/月|元/人·?月", words):
        return "monthly"
    return "ladder" if len([a for a in amounts if a.value_yuan is not None]) > 1 else "fixed"
