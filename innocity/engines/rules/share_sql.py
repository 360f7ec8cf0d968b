"""Sharing out in a database: groups whose members stand in several tables, then pools.

Rows that compete stand in `__raw` and come out in `__stage`; all their tables have the columns of COLUMNS, in that
order. What pools pay is added to queries that wait.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from innocity.engines.rules.finish_sql import Query
from innocity.engines.rules.ir import ClausePlan, GroupPlan, PoolPlan, RulesPlan
from innocity.engines.rules.passes import Passes
from innocity.engines.rules.pool_sql import NARROW, PoolShare
from innocity.engines.rules.settle_parts import Database, PoolFactor, tied_groups
from innocity.engines.rules.ways import Alike, together
from innocity.plan.sql import Emitter, quote, text_literal


@dataclass
class Waiting:
    """Awards of clauses that pools will cut; what the cuts add goes into the query."""

    clauses: Alike
    query: Query
    table: str = ""  # that keeps the rows which the query reads
    results: bool = False  # whether that is a table of results


@dataclass
class Sharing:
    """What stands between awards in one evaluation. `cuts`: clauses whose group is settled in their own row."""

    plan: RulesPlan
    database: Database
    sql: Emitter
    passes: Passes
    cuts: frozenset[str]
    pools: list[PoolFactor] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)  # tables that nobody needs once all is shared out

    def begin(self) -> None:
        """Forget what was shared out in an evaluation before."""
        self.pools, self.kept = [], []

    def within(self, clauses: Alike, query: Query) -> Query:
        """Awards of clauses after their own once and caps; for clauses that nothing else touches before."""
        if "value" not in query.columns:
            return query
        rows, columns = query.sql, query.columns
        if "group_by" not in columns:
            blank = f'CAST(NULL AS {self.sql.dialect.text}) AS "group_by"'
            rows, columns = f"SELECT *, {blank} FROM ({rows}) b", (*columns, "group_by")
        cut = self.passes.clause_passes(clauses, f"({rows}) w", columns)
        return query if cut is None else Query(cut, columns)

    # --- groups ----------------------------------------------------------------------------------------------

    def stage(self, staged: set[str]) -> None:
        """The rows of `__raw`, those of the staged clauses, after once, caps and groups, in `__stage`."""
        within = [c for c in self.plan.clauses if c.id in staged and (c.once is not None or c.caps)]
        members = {m for g in self.plan.groups for m in g.members} - self.cuts
        parts = ['SELECT * FROM "__raw"' + where_not({c.id for c in within} | members)]
        early: list[Alike] = []
        for clauses in _passed_alike(within, members):
            if clauses[0].id in members:
                early.append(clauses)
            else:
                parts.append(self._passed(clauses))
        for clauses in early:
            self._create(_within(clauses), self._passed(clauses))
        groups = [g for g in self.plan.groups if not set(g.members) <= self.cuts]
        for i, tied in enumerate(tied_groups(groups)):
            parts.append(self._grouped(i, tied, early))
        self._create("__stage", " UNION ALL ".join(parts))

    def _passed(self, clauses: Alike) -> str:
        """The rows of `__raw` of staged clauses, after once and caps."""
        rows = f'(SELECT * FROM "__raw" WHERE {of_clauses(c.id for c in clauses)}) w'
        passed = self.passes.clause_passes(clauses, rows)
        assert passed is not None
        return passed

    def _grouped(self, i: int, tied: list[GroupPlan], early: list[Alike]) -> str:
        """The rows of groups that share members, one group after the other."""
        members = list(dict.fromkeys(m for g in tied for m in g.members))
        rows = _group_rows(members, early)
        for j, group in enumerate(tied[:-1]):
            theirs = of_clauses(group.members)
            cut = self.passes.group_query(group, f"(SELECT * FROM {rows} y WHERE {theirs})")
            self._create(f"__group_{i}_{j}", f"{cut} UNION ALL SELECT * FROM {rows} y WHERE NOT {theirs}")
            rows = quote(f"__group_{i}_{j}")
        last = tied[-1]
        theirs = of_clauses(last.members)
        cut = self.passes.group_query(last, f"(SELECT * FROM {rows} y WHERE {theirs})")
        if len(tied) == 1:
            return cut
        return f"{cut} UNION ALL SELECT * FROM {rows} y WHERE NOT {theirs}"

    # --- pools -----------------------------------------------------------------------------------------------

    def shared(self, query: Query) -> Query:
        """Awards that no pool has touched yet."""
        blank = f"CAST(NULL AS {self.sql.dialect.text})"
        sql = f'SELECT *, "value" AS "after_group", {blank} AS "pool_by" FROM ({query.sql}) g'
        return Query(sql, (*query.columns, "after_group", "pool_by"))

    def pool(self, pool: PoolPlan, waiting: list[Waiting]) -> None:
        """Cut what the members ask for to the pool, in the queries that wait."""
        members = [w for w in waiting if w.clauses[0].id in pool.members]
        for member in members:
            query = member.query
            if pool.share == "rank" and "rank" not in query.columns:  # nobody has decided on an order
                sql = f'SELECT *, CAST(NULL AS BIGINT) AS "rank" FROM ({query.sql}) n'
                member.query = Query(sql, (*query.columns, "rank"))
            self._keep(member)
        paid = f'"status" IN ({", ".join(map(text_literal, self.passes.paid))}) AND "value" > 0'
        source = " UNION ALL ".join(f"SELECT {_narrow(m.query)} FROM ({m.query.sql}) m WHERE {paid}" for m in members)
        total: tuple[Any, ...] = (None, None, None)
        if members:
            total = self.database.rows(f'SELECT sum("value"), max("value"), count(*) FROM ({source}) n')[0]
        asked, highest, count = (int(n or 0) for n in total)
        self.pools.append(PoolFactor(pool.id, asked, pool.fen, pool.share))
        if asked <= pool.fen:
            return
        share = PoolShare(pool, self.sql, f"({source}) n", self.database.rows).expression(asked, highest, count)
        why = f'CASE WHEN "__paid" < "value" THEN {text_literal(pool.id)} ELSE "pool_by" END AS "pool_by"'
        for member in members:
            query = member.query
            kept = ", ".join(quote(n) for n in query.columns if n not in ("value", "pool_by"))
            cut = f'CAST(CASE WHEN {paid} THEN {share} ELSE "value" END AS BIGINT)'
            sql = f'SELECT *, {cut} AS "__paid" FROM ({query.sql}) p'
            sql = f'SELECT {kept}, "__paid" AS "value", {why} FROM ({sql}) q'
            member.query = Query(
                sql, (*(n for n in query.columns if n not in ("value", "pool_by")), "value", "pool_by")
            )

    def _keep(self, waiting: Waiting) -> None:
        """Keep what clauses ask for, as it is asked about more than once."""
        if not waiting.table:
            name = f"__waiting_{waiting.clauses[0].index}"
            self._create(name, waiting.query.sql)
            self.kept.append(name)
            waiting.query, waiting.table = Query(f"SELECT * FROM {quote(name)}", waiting.query.columns), name

    def _create(self, name: str, query: str) -> None:
        """Others wait for what is shared out."""
        self.database.soon(self.sql.dialect.create_table(name, query), name, urgent=1)


def where_not(names: Iterable[str]) -> str:
    """SQL that leaves out the rows of some clauses."""
    listed = ", ".join(map(text_literal, sorted(names)))
    return f' WHERE "clause" NOT IN ({listed})' if listed else ""


def _passed_alike(clauses: list[ClausePlan], members: set[str]) -> list[Alike]:
    """Clauses with once or caps, together where one statement does for all: those of no cap."""
    return together(clauses, lambda c: c.id if c.caps else c.id in members)


def _within(clauses: Alike) -> str:
    return f"__within_{clauses[0].index}"


def of_clauses(clauses: Iterable[str]) -> str:
    """SQL of "the row is one of these clauses'"."""
    return f'"clause" IN ({", ".join(map(text_literal, clauses))})'


def _group_rows(members: list[str], early: list[Alike]) -> str:
    parts, passed = [], set()
    for clauses in early:
        theirs = [c.id for c in clauses if c.id in members]
        if theirs:
            parts.append(f"SELECT * FROM {quote(_within(clauses))} WHERE {of_clauses(theirs)}")
            passed |= set(theirs)
    plain = [m for m in members if m not in passed]
    if plain:
        parts.append(f'SELECT * FROM "__raw" WHERE {of_clauses(plain)}')
    return "(" + " UNION ALL ".join(parts) + ")"


def _narrow(query: Query) -> str:
    """What a pool looks at, with an empty rank where no decision can give one."""
    return ", ".join(quote(n) if n in query.columns else f"CAST(NULL AS BIGINT) AS {quote(n)}" for n in NARROW)
