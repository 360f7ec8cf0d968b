"""SQL of the rows that clauses find, and which clauses' rows are read together.

Most rows stand in one table that several clauses read, each with conditions that no row of another fulfils: the
platforms of one kind, the titles of one name. They are read once, numbered by clause, as every reading is planned and
set up anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from innocity.engines.rules.base_sql import common_values, listed_values
from innocity.engines.rules.ir import ClausePlan
from innocity.plan.nodes import Node
from innocity.plan.sql import Emitter

KEYS = ("__party", "__object", "__on", "__in")  # what every row found has


@dataclass(frozen=True)
class OfTable:
    """Rows as they stand in one table, cut to those that clauses may share and to the clause's `own`.

    `columns` are those that are read. Either rows alike in `group` make one, or a party may have several of an object:
    then `fact` is SQL of what orders those of one day, and the latest counts.
    """

    table: str
    columns: tuple[str, ...]
    cut: tuple[str, ...]
    own: tuple[str, ...]
    group: tuple[str, ...] = ()
    fact: str = ""

    def sql(self) -> str:
        """What stands behind FROM."""
        group = f" GROUP BY {', '.join(self.group)}" if self.group else ""
        return f"{self.table} WHERE {' AND '.join([*self.cut, *self.own])}{group}"


@dataclass(frozen=True)
class Found:
    """The rows of one clause before they are finished: SQL by column, and from what it is read.

    Columns: KEYS, and as far as the clause has them `__ok __manual __sum __prefer`, near and x columns. Those that
    only others have are filled by `Finish`.
    """

    clause: ClausePlan
    columns: dict[str, str]
    source: str | OfTable

    @property
    def fact(self) -> str:
        """SQL of what orders rows of one day, where a party may have several of an object."""
        return self.source.fact if isinstance(self.source, OfTable) else ""


def read_together(found: Sequence[Found]) -> list[list[Found]]:
    """The rows of clauses, those together that one reading of their table can tell apart."""
    together: list[list[Found]] = []
    for one in found:
        for others in together:
            if _read_alike(one, others[0]) and all(_apart(one.clause, other.clause) for other in others):
                others.append(one)
                break
        else:
            together.append([one])
    return together


def _read_alike(a: Found, b: Found) -> bool:
    """Whether rows stand in one table and differ in nothing but the clauses' own conditions and sums."""
    if not isinstance(a.source, OfTable) or not isinstance(b.source, OfTable):
        return False
    read = [(f.table, f.cut, f.group, f.fact) for f in (a.source, b.source)]
    return read[0] == read[1] and all(a.columns[n] == b.columns[n] for n in KEYS)


def _apart(a: ClausePlan, b: ClausePlan) -> bool:
    """Whether no row can fulfil both clauses' conditions, as a text would need two values."""
    assert a.source is not None and b.source is not None
    mine, theirs = listed_values(a.source.where), listed_values(b.source.where)
    return any(set(mine[c]).isdisjoint(theirs[c]) for c in mine.keys() & theirs.keys())


def numbered(read: Sequence[Found], sql: Emitter) -> str:
    """What stands behind FROM of rows that are read together, `__n` the place of their clause."""
    sources = [f.source for f in read if isinstance(f.source, OfTable)]
    table, wheres = sources[0], [f.clause.source.where for f in read if f.clause.source is not None]
    whens = " ".join(f"WHEN {' AND '.join(source.own)} THEN {i}" for i, source in enumerate(sources))
    columns = sorted({column for source in sources for column in source.columns})
    values: Node | None = common_values(wheres)
    cut = [*table.cut, *([sql.expression(values)] if values is not None else [])]
    rows = f'SELECT {", ".join(columns)}, CASE {whens} END AS "__n" FROM {table.table} WHERE {" AND ".join(cut)}'
    group = f' GROUP BY "__n", {", ".join(table.group)}' if table.group else ""
    return f'({rows}) s WHERE "__n" IS NOT NULL{group}'


def by_number(told: Sequence[dict[str, str]]) -> dict[str, str]:
    """SQL of each column of rows read together, given what it is for each clause."""
    columns = {}
    for name, value in told[0].items():
        values = [one[name] for one in told]
        whens = " ".join(f"WHEN {i} THEN {v}" for i, v in enumerate(values))
        columns[name] = value if len(set(values)) == 1 else f'CASE "__n" {whens} END'
    return columns
