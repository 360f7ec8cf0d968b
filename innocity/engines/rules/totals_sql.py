"""SQL of what a variant comes to: how many awards and the payable fen of each clause, no award written down."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from innocity.engines.rules.base_sql import Base
from innocity.engines.rules.emit import ClauseEmitter, Cut
from innocity.engines.rules.finish_sql import VALUED, Query, sums
from innocity.engines.rules.ir import ClausePlan
from innocity.engines.rules.settle_parts import Database
from innocity.plan.sql import text_literal

_READ = re.compile(r'(?:FROM|JOIN) "(__\w+|awards_of_\w+)"')
Rows = list[tuple[Any, ...]]


@dataclass
class Shared:
    """What the variants of a plan share, in one database.

    `bases` names the table of each query of base facts, `beside` holds the query of each table that stands beside
    them (subjects, exclusions, decisions), `under_way` those of both that are not known to be made yet, `seen` the
    answers of queries that read nothing else.
    """

    bases: dict[str, str] = field(default_factory=dict)
    beside: dict[str, str] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    seen: dict[str, Rows] = field(default_factory=dict)
    rows: bool = False  # whether rows of clauses by row are among `bases`
    alone: bool = False  # with no other variant
    _named: int = 0

    def next_name(self) -> str:
        """A name that no table of base facts has had."""
        self._named += 1
        return f"__base_{self._named - 1}"

    def begin(self, name: str, query: str, beside: bool) -> None:
        """A table is about to be made."""
        if beside:
            self.beside[name] = query
        else:
            self.bases[query] = name
        self.under_way.add(name)

    def forget(self) -> None:
        """What was under way has not been made."""
        self.bases = {query: name for query, name in self.bases.items() if name not in self.under_way}
        self.beside = {name: query for name, query in self.beside.items() if name not in self.under_way}
        self.under_way.clear()

    def rests(self, sql: str) -> bool:
        """Whether a query reads nothing that a variant makes anew each time."""
        named = {*self.bases.values(), *self.beside}
        return all(name in named for name in _READ.findall(sql))

    def stands(self, name: str, query: str) -> bool:
        """Whether the table of that name holds this query's rows already; if not, what was read from it is void.

        If not, whoever asks makes it.
        """
        if self.beside.get(name) == query:
            return True
        self.seen = {sql: rows for sql, rows in self.seen.items() if name not in _READ.findall(sql)}
        self.beside.pop(name, None)
        return False


class Totals:
    """Queries of (clause, awards, payable fen) that gather while a plan is evaluated, and their answers."""

    def __init__(self, database: Database, shared: Shared) -> None:
        self.database, self.shared = database, shared
        self.queries: list[str] = []

    def add(self, query: Query, clause: ClausePlan | None, payable: str | None) -> None:
        """Awards of one clause, or of all that the rows name; `payable` is None where nothing is paid."""
        fen = f"sum({payable})" if payable else "CAST(0 AS BIGINT)"
        name, group = (text_literal(clause.id), "") if clause else ('"clause"', ' GROUP BY "clause"')
        self.queries.append(f"SELECT {name}, count(*), {fen} FROM ({query.sql}) z{group}")

    def found(self) -> dict[str, tuple[int, int]]:
        """By clause: awards and payable fen. What has not been answered yet is asked in one statement."""
        seen = self.shared.seen
        new = [sql for sql in dict.fromkeys(self.queries) if sql not in seen]
        union = " UNION ALL ".join(f"SELECT {i}, c.* FROM ({sql}) c" for i, sql in enumerate(new))
        answers: dict[str, Rows] = {sql: [] for sql in new}
        for i, *row in self.database.rows(union) if new else []:
            answers[new[i]].append(tuple(row))
        seen |= {sql: rows for sql, rows in answers.items() if self.shared.rests(sql)}
        totals: dict[str, tuple[int, int]] = {}
        for sql in self.queries:
            for clause, count, fen in answers[sql] if sql in answers else seen[sql]:
                if clause is not None:  # one that is open to a class may be asked about beside its group or pool
                    before = totals.get(clause, (0, 0))
                    totals[clause] = before[0] + int(count), before[1] + int(fen or 0)
        return totals


def tied_totals(
    emit: ClauseEmitter, base: Base, table: str, members: Sequence[tuple[ClausePlan, Cut]], paid: Iterable[str]
) -> str | None:
    """One scan for all members of a group whose sums stand in one row; None where some member says more than a sum.

    Each by its own query would work out every rival's sum again.
    """
    if not all(_plain(clause, base) for clause, _ in members):
        return None
    columns = {clause.id: f'"__sum{i}"' for i, (clause, _) in enumerate(members)}
    sums_ = ", ".join(f"{emit.rival(base.over(c), base)} AS {columns[c.id]}" for c, _ in members)
    rows, free = f'SELECT "__party", {sums_} FROM {table}', ""
    if emit.excludes(members[0][0]):  # of all members or of none
        rows = f'SELECT v.*, x."why" AS "__why" FROM ({rows}) v LEFT JOIN "__excluded" x ON x."party" = v."__party"'
        free = ' AND "__why" IS NULL'
    counted, names = [], []
    for i, (clause, cut) in enumerate(members):
        own = columns[clause.id]
        wins = emit.wins(clause, cut, own, [columns[rival.id] for rival, _ in cut.rivals])
        pays = clause.pays and clause.value_status in paid
        fen = f"sum(CASE WHEN {wins}{free} THEN {own} ELSE 0 END)" if pays else "0"
        counted.append(f"count({own}) AS n{i}, {fen} AS f{i}")
        names.append(f"({i}, {text_literal(clause.id)})")
    n, f = (f"CASE k.i {' '.join(f'WHEN {i} THEN {what}{i}' for i in range(len(members)))} END" for what in "nf")
    return (
        f"SELECT k.name, {n}, {f} FROM (SELECT {', '.join(counted)} FROM ({rows}) s) a"
        f" CROSS JOIN (VALUES {', '.join(names)}) k(i, name)"
    )


def _plain(clause: ClausePlan, base: Base) -> bool:
    """Whether a row gives a sum or nothing: no case for a person, near miss or day out of force is counted beside."""
    near = any(condition.branches for condition in clause.conditions)
    always = "out" not in base.names[clause.id]
    return always and not near and clause.manual is None and sums(clause) and clause.value_status in VALUED
