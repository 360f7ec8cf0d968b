"""The calculator's form: the columns that a clause reads, as questions with their possible answers.

A field's name is `register.row.column`, with rows from 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.engines.rules.template import codes_named, columns_read
from innocity.packs.model import Column, Pack
from innocity.packs.territory import offered

MOST_ROWS = 6  # of one register, on one page
ME = "A"  # the party that asks
_PARTY = Column(id="party_id", name="这一行是谁的", type="party")
_FROM = Column(id="valid_from", name="有效期起", type="date")
_TO = Column(id="valid_to", name="有效期止（不含）", type="date")
_BOOLS = (("true", "是"), ("false", "否"))


@dataclass(frozen=True, slots=True)
class Field:
    """One question: `choices` are value and name; `error` stands beside the answer that cannot be read."""

    name: str
    column: Column
    value: str
    choices: tuple[tuple[str, str], ...] = ()
    error: str = ""

    @property
    def kind(self) -> str:
        """How it is asked: `select`, `date`, `number` or `text`."""
        if self.choices:
            return "select"
        return {"date": "date", "integer": "number", "year": "number"}.get(self.column.type, "text")

    @property
    def hint(self) -> str:
        """How to write the answer; empty where the field itself shows it."""
        if self.column.type == "money":
            return "如 30万元；只写数按元算"
        return self.column.help or ""


@dataclass(frozen=True, slots=True)
class Row:
    """The questions about one fact."""

    number: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The questions about one register; `more` says whether another row may be added."""

    register: str
    name: str
    source: str
    rows: tuple[Row, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Reads:
    """What a clause, with those it builds on, reads: its plan, columns by register, codes by column."""

    plan: RulesPlan
    columns: Mapping[str, tuple[Column, ...]]
    codes: Mapping[str, tuple[str, ...]]
    shared: bool  # rows of other parties matter: each row says whose it is


def whole(text: str) -> int | None:
    """A small whole number of a query; None for anything else.

    >>> whole("12"), whole("²"), whole("-1"), whole("9" * 5000)
    (12, None, None, None)
    """
    return int(text) if text.isdecimal() and len(text) < 5 else None


def plan_of(pack: Pack, clause: str, year: int) -> RulesPlan:
    """The plan of one clause and those it builds on, for facts that somebody tries out."""
    wanted = [clause]
    while (after := pack.clauses[wanted[-1]].after) is not None:
        wanted.append(after.clause)
    return compile_rules(pack, year, date(year + 1, 12, 31), only=wanted, simulated=True)


def reads_of(pack: Pack, clause: str, year: int) -> Reads:
    """What has to be asked for a clause. A column that holds personal data is never asked for."""
    plan = plan_of(pack, clause, year)
    names: dict[str, set[str]] = {}
    codes: dict[str, list[str]] = {}
    for part in plan.clauses:
        for register, columns in columns_read(part).items():
            names.setdefault(register, set()).update(columns)
        for column, found in codes_named(part).items():
            codes.setdefault(column, []).extend(found)
    asked = {name: tuple(_columns(pack, name, names[name])) for name in pack.registers if name in names}
    return Reads(plan, asked, {key: tuple(dict.fromkeys(value)) for key, value in codes.items()}, _shared(plan))


def _shared(plan: RulesPlan) -> bool:
    def other(part: ClausePlan) -> bool:
        source = part.source
        return source is not None and (bool(source.joins) or source.party.name != "party_id")

    return any(other(part) for part in plan.clauses)


def _columns(pack: Pack, register: str, wanted: set[str]) -> Iterator[Column]:
    for column in pack.registers[register].columns:
        if column.id in wanted and not column.personal:
            yield column
    yield from (column for column in (_FROM, _TO) if column.id in wanted)


def blocks(pack: Pack, reads: Reads, rows: Mapping[str, list[Mapping[str, str]]],
           errors: Mapping[str, str]) -> list[Block]:  # fmt: skip
    """The form, filled in with rows by register; `errors` by the field's name."""
    found = []
    for name, columns in reads.columns.items():
        asked = ((_PARTY,) if reads.shared else ()) + columns
        given = rows.get(name) or [{}]
        made = tuple(
            Row(number, tuple(_field(pack, reads, name, number, column, row, errors) for column in asked))
            for number, row in enumerate(given)
        )
        register = pack.registers[name]
        more = len(made) < MOST_ROWS and name != "organization"
        found.append(Block(name, register.name, register.source, made, more))
    return found


def _field(pack: Pack, reads: Reads, register: str, number: int, column: Column, row: Mapping[str, str],
           errors: Mapping[str, str]) -> Field:  # fmt: skip
    name = f"{register}.{number}.{column.id}"
    value = row.get(column.id, "")
    if column.id == "party_id" and not value:
        value = ME
    return Field(name, column, value, _choices(pack, reads, column), errors.get(name, ""))


def _choices(pack: Pack, reads: Reads, column: Column) -> tuple[tuple[str, str], ...]:
    """The answers to choose from: those that the clause names come first."""
    if column.type == "bool":
        return _BOOLS
    if column.codes not in pack.codes:
        return ()
    asked = reads.codes.get(column.id, ())
    names = {code.id: code.name for code in offered(pack, column.codes, asked)}
    first = [code for code in asked if code in names]
    return tuple((code, names[code]) for code in dict.fromkeys([*first, *names]))
