"""Which recorded fact each row of an office's table is: the same, a change of it, or a new one.

A row with a fact's number is that fact. Else rows and facts are held together by whom and what they are about: the
party, and the columns that a register requires besides sums (`key_columns`). Of several that are alike in these,
equal ones are paired first; where more than one pair is left, nobody can tell, and the row must name its fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from innocity.actions.sheet_values import Problems, alike
from innocity.core.errors import register_codes
from innocity.packs.model import Register
from innocity.packs.registers import all_columns
from innocity.records.queries.imports import Among, RecordedFacts

register_codes({
    "E-IMPORT-AMBIGUOUS": ("分不清是哪一条事实", "nobody can tell which fact a row is"),
    "E-IMPORT-FACT": ("事实编号不对", "a fact's number is wrong"),
    "E-IMPORT-TWICE": ("同一条事实写了两行", "a fact stands in two rows"),
})  # fmt: skip

NEW_WORDS = frozenset({"新增", "新"})  # in place of a fact's number: a new one, whatever is recorded
FACT_HEADING = "事实编号"
_STATES = frozenset({"organization", "person", "division"})  # registers of the parties themselves
_KEYS = frozenset({"code", "text", "date", "year", "party"})
_BESIDE = frozenset({"recorded_at", "source"})  # not what a fact says, but how it came to be known


@dataclass(slots=True)
class Matched:
    """Of each row the place of its fact in the recorded ones (None: new), and in which columns it differs."""

    facts: list[int | None]
    changes: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @property
    def same(self) -> list[int]:
        """Rows that say what is recorded already."""
        return [row for row, fact in enumerate(self.facts) if fact is not None and row not in self.changes]

    @property
    def new(self) -> list[int]:
        """Rows that are not recorded."""
        return [row for row, fact in enumerate(self.facts) if fact is None]


def key_columns(register: Register) -> tuple[str, ...]:
    """What tells two facts of a register apart, besides their numbers.

    The party and the required columns that are no sums, years too; `valid_from` where no required day or year says
    when. Of the registers of parties themselves (`organization`) a row is the party's state from `valid_from` on.
    """
    if register.id in _STATES:
        return ("party_id", "valid_from")
    own = [c for c in register.columns if (c.required and c.type in _KEYS) or c.type == "year"]
    dated = any(c.type in ("date", "year") for c in own)
    return ("party_id", *(() if dated else ("valid_from",)), *(c.id for c in own))


def known_keys(register: Register, present: Sequence[str]) -> list[str]:
    """Those of the key columns that an office's table has."""
    return [name for name in key_columns(register) if name == "party_id" or name in present]


def telling(register: Register, table: pa.Table, present: Sequence[str]) -> Among | None:
    """By what the facts that rows may be are found: of the register's own key columns that every row fills the one with
    most values."""
    own = [column for column in register.columns if column.id in known_keys(register, present)]
    found = {column.id: pc.unique(table.column(column.id)) for column in own if not table.column(column.id).null_count}
    best = max((column for column in own if column.id in found), key=lambda one: len(found[one.id]), default=None)
    return None if best is None else Among(best, pc.cast(found[best.id], pa.string()).to_pylist())


def match_rows(
    register: Register, table: pa.Table, present: Sequence[str], recorded: RecordedFacts | None, problems: Problems,
    marks: Sequence[str | None], taken: set[str],
) -> Matched:  # fmt: skip
    """Match the rows of a typed table. `present` are the columns that the office's table has, `marks` its fact
    numbers, `taken` those numbers among them that are in use. Errors of rows: E-IMPORT-*."""
    work = _Matching(register, table, present, recorded, problems, marks, taken)
    return work.matched()


class _Matching:
    def __init__(
        self, register: Register, table: pa.Table, present: Sequence[str], recorded: RecordedFacts | None,
        problems: Problems, marks: Sequence[str | None], taken: set[str],
    ) -> None:  # fmt: skip
        self.problems, self.marks, self.taken = problems, marks, taken
        # A row that gives no number is not held against the facts' numbers.
        self.compared = [c.id for c in all_columns(register)
                         if c.id in present and c.id not in _BESIDE and c.id != "fact_id"]  # fmt: skip
        self.keys = known_keys(register, present)
        self.rows = _Columns(table)
        self.old = _Columns(recorded.table) if recorded else None
        self.result = Matched([None] * table.num_rows)

    def matched(self) -> Matched:
        """Rows with numbers first: what they take is not left for others."""
        free = [row for row, mark in enumerate(self.marks) if mark is None]
        if len(free) < len(self.marks):
            numbers = {fact: at for at, fact in enumerate(self.old["fact_id"])} if self.old is not None else {}
            by_number: dict[str, int] = {}
            for row, mark in enumerate(self.marks):
                if mark is not None and mark not in NEW_WORDS:
                    self._numbered(row, mark, numbers, by_number)
        self._keyed(free, {fact for fact in self.result.facts if fact is not None})
        return self.result

    def _numbered(self, row: int, mark: str, numbers: Mapping[str, int], seen: dict[str, int]) -> None:
        if mark in seen:
            text = f"{FACT_HEADING} {mark[:64]} 已在上面写过"
            self.problems.add(row, FACT_HEADING, "E-IMPORT-TWICE", text, "留下一行")
            return
        seen[mark] = row
        at = numbers.get(mark)
        if at is None:
            if mark in self.taken or len(mark) > 64:
                text = f"{FACT_HEADING} {mark[:64]} 已撤销，或不归本单位，或太长"
                self.problems.add(row, FACT_HEADING, "E-IMPORT-FACT", text, f"核对编号；新的一行{FACT_HEADING}留空")
            return
        assert self.old is not None
        if self.rows["party_id"][row] not in (None, self.old["party_id"][at]):
            text = f"{mark} 说的是另一个主体"
            self.problems.add(row, FACT_HEADING, "E-IMPORT-FACT", text, "核对编号；换了主体的，撤销旧的再登记新的")
            return
        self._pair(row, at)

    def _keyed(self, free: Sequence[int], used: set[int]) -> None:
        """Rows and facts that are alike in the key columns; a row that is like no other is new."""
        tables = [self.rows.table] if self.old is None else [self.rows.table, self.old.table]
        numbers = alike(pa.concat_tables([table.select(self.keys) for table in tables]).columns)
        rows, counts = self.rows.table.num_rows, Counter(numbers)
        facts: dict[int, list[int]] = {}
        for at, number in enumerate(numbers[rows:]):
            if at not in used:
                facts.setdefault(number, []).append(at)
        groups: dict[int, list[int]] = {}
        for row in free:
            if counts[numbers[row]] > 1:
                groups.setdefault(numbers[row], []).append(row)
        for number, same in groups.items():
            candidates = facts.get(number, [])
            if candidates or len(same) > 1:
                self._group(same, candidates)

    def _group(self, rows: list[int], facts: list[int]) -> None:
        """Pair equal ones; then one with one. Rows that are alike word for word stand twice."""
        if self.old is None or not facts:
            self._twice(rows)
            return
        waiting: dict[tuple[Any, ...], list[int]] = {}
        for at in facts:
            waiting.setdefault(self._said(self.old, at), []).append(at)
        rest = []
        for row in rows:
            equal = waiting.get(self._said(self.rows, row))
            if equal:
                self.result.facts[row] = equal.pop()
            else:
                rest.append(row)
        open_ = [at for same in waiting.values() for at in same]
        if len(rest) == 1 and len(open_) == 1:
            self._pair(rest[0], open_[0])
        elif rest and open_:
            for row in rest:
                names = "、".join(self.old["fact_id"][at] for at in open_[:4])
                text = f"登记簿里有 {len(open_)} 条主体和日期等都相同的事实（{names}）"
                remedy = f"{FACT_HEADING}一格写是哪一条；确是新的写“新增”"
                self.problems.add(row, FACT_HEADING, "E-IMPORT-AMBIGUOUS", text, remedy)
        else:
            self._twice(rest, {self._said(self.rows, row) for row in rows if self.result.facts[row] is not None})

    def _twice(self, rows: Sequence[int], seen: set[tuple[Any, ...]] | None = None) -> None:
        seen = seen or set()
        for row in rows:
            said = self._said(self.rows, row)
            if said in seen and row not in self.problems.rows:
                text = "与前面的一行完全相同"
                self.problems.add(
                    row, "", "E-IMPORT-TWICE", text, f"删去重复的一行；确是两件事，{FACT_HEADING}一格写“新增”"
                )
            seen.add(said)

    def _pair(self, row: int, at: int) -> None:
        assert self.old is not None
        self.result.facts[row] = at
        differs = tuple(c for c in self.compared if self.rows[c][row] != self.old[c][at] and c != "party_id")
        if differs:
            self.result.changes[row] = differs

    def _said(self, columns: Mapping[str, Sequence[Any]], at: int) -> tuple[Any, ...]:
        return tuple(columns[name][at] for name in self.compared)


class _Columns(dict[str, list[Any]]):
    """The columns of a table as lists, made when first asked for."""

    def __init__(self, table: pa.Table) -> None:
        super().__init__()
        self.table = table

    def __missing__(self, name: str) -> list[Any]:
        found: list[Any] = self.table.column(name).to_pylist()
        self[name] = found
        return found
