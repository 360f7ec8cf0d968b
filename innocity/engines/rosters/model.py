"""What a roster shows: rows in words, totals with their gaps, the fund it spends."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from innocity.core.money import format_money
from innocity.packs.model import Roster

NOT_SAID = "未写明"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's heading and what its values are: a type of expressions, `party` for ids, a code list or "".

    `holds`: the kind of things that a text column names by their ids (packs/held_names.py), or "".
    """

    name: str
    type: str
    codes: str = ""
    holds: str = ""

    @property
    def parties(self) -> bool:
        """Whether its values may be ids of parties."""
        return self.type == "party" or self.holds in ("party", "unit")

    @property
    def number(self) -> bool:
        """Whether it is set to the right."""
        return self.type in ("money", "integer", "rate")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the party's id and name, its values as they are (fen, dates, codes) and in words, the fact it is."""

    party: str
    name: str
    values: tuple[Any, ...]
    words: tuple[str, ...]
    fact: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One line of totals: what it is of (ids or codes, and in words), the sums (shares as fractions); None where a sum
    has no rows.

    `empty`: no row falls here; `marked`: the first value is above the table's threshold.
    """

    keys: tuple[Any, ...]
    name: str
    values: tuple[int | float | None, ...]
    empty: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Totals:
    """A table of totals; the overall line is `total`, by the same sums over all rows, or None."""

    name: str
    columns: tuple[Column, ...]
    groups: tuple[Group, ...]
    total: Group | None
    above: int | None = None

    @property
    def lines(self) -> tuple[Group, ...]:
        """The lines with the overall one at their end."""
        return self.groups if self.total is None else (*self.groups, self.total)

    @property
    def gaps(self) -> tuple[str, ...]:
        """The lines on which there is nothing."""
        return tuple(group.name for group in self.groups if group.empty)


@dataclass(frozen=True, slots=True)
class Fund:
    """What was set aside, drawn and is left, in fen; `rate` is drawn by planned."""

    name: str
    planned: int
    used: int

    @property
    def left(self) -> int:
        """What is left; below 0 where more was drawn than planned."""
        return self.planned - self.used

    @property
    def rate(self) -> Fraction:
        """The share that was drawn."""
        return Fraction(self.used, self.planned) if self.planned else Fraction(0)


@dataclass(frozen=True, slots=True)
class RosterView:
    """A roster as of a day; `count` rows in all, of which `rows` are those asked for.

    A roster of a year: `year` is the one shown, `years` are those that have rows with how many, the latest first.
    """

    roster: Roster
    columns: tuple[Column, ...]
    count: int
    rows: tuple[Row, ...]
    tables: tuple[Totals, ...]
    fund: Fund | None = None
    year: int | None = None
    years: tuple[tuple[int, int], ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As JSON: rows in words by heading, sums as whole numbers (money in fen)."""
        fund = self.fund
        return {
            "id": self.roster.id, "name": self.roster.name, "count": self.count,
            "columns": [column.name for column in self.columns],
            "rows": [{"party": row.party, "name": row.name, **_named(self.columns, row.words)} for row in self.rows],
            "tables": [_table(table) for table in self.tables],
            **({"year": self.year, "years": dict(self.years)} if self.roster.year is not None else {}),
            "fund": fund and {"name": fund.name, "planned": fund.planned, "used": fund.used, "left": fund.left,
                              "rate": f"{float(fund.rate):.4f}"},
        }  # fmt: skip


def _table(table: Totals) -> dict[str, Any]:
    return {
        "name": table.name, "gaps": list(table.gaps),
        "total": _named(table.columns, table.total.values) if table.total is not None else None,
        "groups": [
            {"keys": list(one.keys), "name": one.name, "values": _named(table.columns, one.values), "empty": one.empty,
             "marked": one.marked}
            for one in table.groups
        ],
    }  # fmt: skip


def _named(columns: tuple[Column, ...], values: tuple[Any, ...]) -> dict[str, Any]:
    return {column.name: value for column, value in zip(columns, values, strict=True)}


def sum_word(column: Column, value: float | None) -> str:
    """A sum in words: money with its unit, a share in per cent.

    >>> sum_word(Column("金额", "money"), 20000000), sum_word(Column("家数", "integer"), None)
    ('20万元', '')
    """
    if value is None:
        return ""
    if column.type == "rate":
        return f"{value:.1%}"
    return format_money(int(value)) if column.type == "money" else f"{int(value):,}"
