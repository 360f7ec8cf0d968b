"""Runs a plan in a database: views of facts -> awards. The same steps in DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from innocity.engines.rules.base_sql import Base, families
from innocity.engines.rules.beside_sql import Beside
from innocity.engines.rules.decisions import Decided, check_decisions
from innocity.engines.rules.emit import COLUMNS, VALUED, ClauseEmitter, Cut, Options, Query, needs_subject
from innocity.engines.rules.ir import ClausePlan, GroupPlan, PoolPlan, RulesPlan
from innocity.engines.rules.passes import Passes
from innocity.engines.rules.pool_sql import NARROW, PoolShare
from innocity.engines.rules.settle_parts import HASHED, RESULT, Database, PoolFactor, kind_of, tied_groups
from innocity.plan.dialects import Dialect
from innocity.plan.interpret import Run
from innocity.plan.scan_sql import awards_table, table_name
from innocity.plan.sql import Emitter, quote, text_literal


@dataclass
class Settling:
    """One evaluation of a plan inside a database.

    Most clauses' awards go from base facts straight into the results. Those that compete with others (once,
    caps, groups over several tables), that others build on, or that name a step before, go by `__raw`.
    """

    plan: RulesPlan
    database: Database
    dialect: Dialect
    options: Options = field(default_factory=Options)
    progress: Callable[[str], None] = lambda step: None
    pools: list[PoolFactor] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)  # query -> table: base facts shared by reforms

    def __post_init__(self) -> None:
        self._alike: dict[str, str] = {}
        self._counts: list[str] | None = None
        self.sql = Emitter(self.dialect, Run(self.plan.year, self.plan.as_of))
        self.emit = ClauseEmitter(self.plan, self.sql, self.options)
        self.beside = Beside(self.plan, self.sql)
        self.passes = Passes(self.plan, self.sql, self.options)
        self._bases = {
            c.id: base for f in families(self.plan) for base in (Base(f, self.plan.year, self.sql),) for c in f.clauses
        }
        self._followed = {c.source.after for c in self.plan.clauses if c.source is not None and c.source.after}
        self._cuts = self._find_cuts()
        self._staged = self._find_staged()

    def base_facts(self) -> None:
        """Materialise what reforms share: base facts, subjects, exclusions, decisions."""
        self.progress("汇总事实")
        for base in dict.fromkeys(self._bases.values()):
            if not base.family.source.after and base.query not in self.bases:
                self.bases[base.query] = f"__base_{len(self.bases)}"
                self._create(self.bases[base.query], base.query)
        asking = [c for c in self.plan.clauses if needs_subject(c)]
        if asking:
            columns = set().union(*map(needs_subject, asking))
            self._create("__subjects", self.beside.subjects_query(columns, self._parties(asking)))
        if self.options.exclusions:
            self._create("__excluded", self.beside.excluded_query())
        if self.options.decisions:
            self._create("__decisions", self.beside.decisions_query())

    def _parties(self, clauses: list[ClausePlan]) -> str | None:
        """SQL of the beneficiaries of some clauses; None where they are known only later."""
        found = []
        for clause in clauses:
            base, source = self._bases.get(clause.id), clause.source
            if source is None or source.after or (base is None and source.party.alias):
                return None
            if base is not None:
                found.append(f'SELECT "__party" FROM {quote(self.bases[base.query])}')
            else:
                found.append(f"SELECT {quote(source.party.name)} FROM {table_name(source.register)}")
        return " UNION ALL ".join(dict.fromkeys(found))

    def keep_rows(self) -> None:
        """Materialise also the rows of clauses that sum nothing; pays where several variants are tried."""
        for clause in self.plan.clauses:
            if clause.source is not None and not clause.grouped and not clause.source.after and self._begun(clause):
                query = self.emit.rows_of(clause)
                if query not in self.bases:
                    self.bases[query] = f"__base_{len(self.bases)}"
                    self._create(self.bases[query], query)

    def totals(self) -> dict[str, tuple[int, int]]:
        """By clause: how many awards, and the payable fen; no award is written down. For comparing variants."""
        self._counts = []
        self._evaluate()
        rows = self.database.rows(" UNION ALL ".join(self._counts)) if self._counts else []
        self._counts = None
        return {clause: (int(count), int(fen or 0)) for clause, count, fen in rows if clause is not None}

    def awards(self) -> None:
        """Evaluate every clause and share out; the results stand in the view `__awards`."""
        self.database.run('DROP VIEW IF EXISTS "__awards"')
        self._alike = self._find_alike()
        self._declare("__settled", tuple((n, kind_of(n)) for n in RESULT if n not in self._alike))
        self._evaluate()
        columns = ", ".join(f"{self._alike[n]} AS {quote(n)}" if n in self._alike else quote(n) for n in RESULT)
        self.database.run(f'CREATE TEMP VIEW "__awards" AS SELECT {columns} FROM "__settled"')
        if self.options.decisions:
            check_decisions(Decided(*row) for row in self.database.rows(self._wrong_decisions()))

    def _evaluate(self) -> None:
        self._declare("__raw", COLUMNS)
        pooled = {m for p in self.plan.pools for m in p.members}
        waiting: dict[str, Query] = {}
        self._open_to_all()
        for clause in self.plan.clauses:
            query = self._clause(clause)
            if query is not None and clause.id in self._staged:
                self._stage(clause, query)
            if clause.id in self._followed:  # empty where the clause gives nothing to anybody
                self._create(awards_table(clause.id), self._awards_of(clause))
            if query is None or clause.id in self._staged:
                continue
            if clause.id in pooled:
                waiting[clause.id] = self._shared(query)
            else:
                self._finish(query, clause.pays)
        self._share(waiting, pooled)

    def _find_alike(self) -> dict[str, str]:
        """Columns that are the same in all awards of this plan, with their value: they are not stored."""
        clauses, options = self.plan.clauses, self.options
        near = any(c.before is not None or any(x.branches for x in c.conditions) for c in clauses)
        passes = self.plan.groups or any(c.once is not None or c.caps for c in clauses)
        blank = {
            **({} if options.explain else dict.fromkeys(("x_base", "x_uncapped", "x_case"))),
            **({} if near else dict.fromkeys(n for n in RESULT if n.startswith("near_"))),
            **({} if options.exclusions else {"excluded_by": None}),
            **({} if options.decisions else {"decided": None}),
            **({} if passes else {"group_by": None}),
            **({} if self.plan.pools else {"pool_by": None}),
        }
        alike = {n: f"CAST(NULL AS {self.sql.sql_type(kind_of(n))})" for n in blank}
        flags = {" ".join(c.flags) for c in clauses}
        if len(flags) == 1:
            alike["flags"] = f"CAST({text_literal(flags.pop())} AS {self.dialect.text})"
        return {**alike, "year": f"CAST({self.plan.year} AS BIGINT)"}

    # --- which way a clause goes ----------------------------------------------------------------------------

    def _find_staged(self) -> set[str]:
        grouped = {m for g in self.plan.groups for m in g.members} - set(self._cuts)
        own = {c.id for c in self.plan.clauses if c.once is not None or c.caps or c.before is not None}
        return own | grouped | self._followed

    def _find_cuts(self) -> dict[str, Cut]:
        """Groups whose members' sums all stand in the same row of base facts, by member."""
        found: dict[str, Cut] = {}
        for tied in tied_groups(self.plan.groups):
            members = [self.plan.clause(m) for m in tied[0].members]
            if len(tied) == 1 and self._in_one_row(tied[0], members):
                for i, clause in enumerate(members):
                    rivals = tuple((m, j < i) for j, m in enumerate(members) if j != i)
                    found[clause.id] = Cut(tied[0].id, tuple((m, f) for m, f in rivals if self._valued(m)))
        return found

    def _in_one_row(self, group: GroupPlan, members: list[ClausePlan]) -> bool:
        if self.options.decisions or (group.take == "net" and self.options.history):
            return False
        if any(not c.grouped or c.object is not None or c.source is None or c.source.after for c in members):
            return False
        alone = all(
            c.once is None and not c.caps and c.before is None and c.id not in self._followed and not needs_subject(c)
            for c in members
        )
        alike = len({id(self._bases[c.id]) for c in members}) == 1
        return alone and alike and len({c.clause.exclusions for c in members}) == 1

    def _valued(self, clause: ClausePlan) -> bool:
        """Whether the clause can come to an amount in the plan's year."""
        started = clause.valid_from is None or clause.valid_from <= self.emit.last
        return started and clause.amount is not None and not clause.missing and clause.value_status in VALUED

    def _wrong_decisions(self) -> str:
        """Decisions that exceed their bound, or stand under a clause out of force."""
        return (
            'SELECT r."clause", r."object", r."party", r."status", d."sum", r."computed" FROM "__awards" r'
            ' JOIN "__decisions" d ON d."clause" = r."clause" AND d."object" = r."object" AND d."party_id" = r."party"'
            ' WHERE d."selected" AND (r."status" = \'not_in_force\' OR (r."status" <> \'excluded\''
            ' AND d."sum" > r."computed")) ORDER BY 1, 2, 3 LIMIT 20'
        )

    # --- one clause -----------------------------------------------------------------------------------------

    def _begun(self, clause: ClausePlan) -> bool:
        return clause.valid_from is None or clause.valid_from <= self.emit.last

    def _open_to_all(self) -> None:
        """The rows of clauses that are open to a whole class, in one statement."""
        rows = [self.emit.class_row(c) for c in self.plan.clauses if c.source is None and self._begun(c)]
        if not rows:
            return
        if self._counts is not None:
            self._counts += [f"SELECT {r['clause']}, 1, 0" for r in rows]
            return
        names = [n for n in rows[0] if n not in self._alike]
        listed = ", ".join(f"({', '.join([*(r[n] for n in names), '0'])})" for r in rows)
        columns = ", ".join([*map(quote, names), '"payable"'])
        self.database.run(f'INSERT INTO "__settled" ({columns}) VALUES {listed}')

    def _clause(self, clause: ClausePlan) -> Query | None:
        """The clause's awards by party; None where it begins after the year or has none."""
        if clause.source is None or not self._begun(clause):
            return None
        self.progress(clause.id)
        base = self._bases.get(clause.id)
        if base is None:
            kept = self.bases.get(self.emit.rows_of(clause)) if self.bases else None
            return self.emit.award_query(clause, table=quote(kept) if kept else "")
        if clause.source.after:
            self._create(f"__base_of_{clause.index}", base.query)
            return self.emit.award_query(clause, base, quote(f"__base_of_{clause.index}"))
        return self.emit.award_query(clause, base, quote(self.bases[base.query]), self._cuts.get(clause.id))

    def _stage(self, clause: ClausePlan, query: Query) -> None:
        columns = ", ".join(map(quote, query.columns))
        self.database.run(f'INSERT INTO "__raw" ({columns}) {query.sql}')
        if clause.before is not None:
            self.database.run(f'INSERT INTO "__raw" {self.beside.step_query(clause)}')

    def _shared(self, query: Query) -> Query:
        """Awards that no pool has touched yet."""
        if "value" not in query.columns:
            return query
        blank = f"CAST(NULL AS {self.dialect.text})"
        sql = f'SELECT *, "value" AS "after_group", {blank} AS "pool_by" FROM ({query.sql}) g'
        return Query(sql, (*query.columns, "after_group", "pool_by"))

    def _finish(self, query: Query, pays: bool | None = None) -> None:
        """Put awards into the results, with what counts in totals; `pays`: whether their clause's sums do."""
        valued = "value" in query.columns
        columns = {n: quote(n) for n in RESULT if n in query.columns and n not in self._alike}
        if valued:
            columns |= {"after_group": quote("after_group" if "after_group" in query.columns else "value")}
            columns |= {"after_pool": quote("value")}
        columns["payable"] = self._payable(pays) if valued else "0"
        if self._counts is not None:
            fen = f"sum({columns['payable']})" if valued else "CAST(0 AS BIGINT)"
            self._counts.append(f'SELECT "clause", count(*), {fen} FROM ({query.sql}) z GROUP BY "clause"')
            return
        names = ", ".join(map(quote, columns))
        self.database.run(
            f'INSERT INTO "__settled" ({names}) SELECT {", ".join(columns.values())} FROM ({query.sql}) z'
        )

    def _payable(self, pays: bool | None) -> str:
        """SQL of what counts in totals."""
        if pays is False:
            return "0"
        paid = f'"status" IN ({", ".join(map(text_literal, self.passes.paid))})'
        if pays is None:
            listed = ", ".join(text_literal(c.id) for c in self.plan.clauses if c.pays) or "''"
            paid += f' AND "clause" IN ({listed})'
        return f'CASE WHEN {paid} THEN coalesce("value", 0) ELSE 0 END'

    def _awards_of(self, clause: ClausePlan) -> str:
        text = self.dialect.text
        return (
            'SELECT "clause" || \'|\' || "object" || \'|\' || "party" || \'|\' || length("object") AS "fact_id",'
            ' "party" AS "party_id", "object",'
            f' CAST({self.plan.year} AS BIGINT) AS "year", "counted_on", "value" AS "amount" FROM "__raw"'
            f' WHERE "clause" = CAST({text_literal(clause.id)} AS {text}) AND "status" = \'sum\''
        )

    # --- sharing out -----------------------------------------------------------------------------------------

    def _share(self, waiting: dict[str, Query], pooled: set[str]) -> None:
        """Once, caps and groups over the staged clauses, then pools; what no pool holds is finished first."""
        self.progress("择一、限额与资金池")
        if self._staged:
            self._pass()
            stage = tuple(n for n, _ in COLUMNS)
            rest = Query('SELECT * FROM "__stage"' + self._where_not(pooled & self._staged), stage)
            self._finish(rest)
            for member in sorted(pooled & self._staged):
                own = f'SELECT * FROM "__stage" WHERE "clause" = {text_literal(member)}'
                waiting[member] = self._shared(Query(own, stage))
        for pool in self.plan.pools:
            self._pool(pool, waiting)
        for member, query in waiting.items():
            self._finish(query, self.plan.clause(member).pays)
        for name in ("__raw", "__stage", "__pool"):
            self.database.run(f"DROP TABLE IF EXISTS {quote(name)}")

    def _pass(self) -> None:
        """The staged clauses' rows after once, caps and groups, in `__stage`."""
        within = [c for c in self.plan.clauses if c.once is not None or c.caps]
        members = {m for g in self.plan.groups for m in g.members} - set(self._cuts)
        parts = ['SELECT * FROM "__raw"' + self._where_not({c.id for c in within} | members)]
        for clause in within:
            passed = self.passes.clause_passes(
                clause, f'(SELECT * FROM "__raw" WHERE "clause" = {text_literal(clause.id)}) w'
            )
            assert passed is not None
            if clause.id in members:
                self._create(f"__within_{clause.index}", passed)
            else:
                parts.append(passed)
        groups = [g for g in self.plan.groups if not set(g.members) <= set(self._cuts)]
        for i, tied in enumerate(tied_groups(groups)):
            parts.append(self._grouped(i, tied, within))
        names = ", ".join(quote(n) for n, _ in COLUMNS)
        union = " UNION ALL ".join(f"SELECT {names} FROM ({p}) u{i}" for i, p in enumerate(parts))
        self._create("__stage", union)

    def _grouped(self, i: int, tied: list[GroupPlan], within: list[ClausePlan]) -> str:
        """The rows of groups that share members, one group after the other."""
        members = list(dict.fromkeys(m for g in tied for m in g.members))
        rows = self._group_rows(members, within)
        names = ", ".join(quote(n) for n, _ in COLUMNS)
        for j, group in enumerate(tied[:-1]):
            self._create(f"__group_{i}_{j}_in", f"SELECT * FROM {rows} z")
            rows = quote(f"__group_{i}_{j}_in")
            theirs = f'"clause" IN ({", ".join(map(text_literal, group.members))})'
            cut = self.passes.group_query(group, f"(SELECT * FROM {rows} WHERE {theirs})")
            query = f"SELECT {names} FROM ({cut}) c UNION ALL SELECT {names} FROM {rows} WHERE NOT {theirs}"
            self._create(f"__group_{i}_{j}", query)
            rows = quote(f"__group_{i}_{j}")
        last = tied[-1]
        theirs = f'"clause" IN ({", ".join(map(text_literal, last.members))})'
        cut = self.passes.group_query(last, f"(SELECT * FROM {rows} y WHERE {theirs})")
        if len(tied) == 1:
            return cut
        return f"SELECT {names} FROM ({cut}) c UNION ALL SELECT {names} FROM {rows} WHERE NOT {theirs}"

    def _where_not(self, names: set[str]) -> str:
        return f' WHERE "clause" NOT IN ({", ".join(map(text_literal, sorted(names)))})' if names else ""

    def _group_rows(self, members: Iterable[str], within: list[ClausePlan]) -> str:
        passed = {c.id: c.index for c in within}
        names = ", ".join(quote(n) for n, _ in COLUMNS)
        plain = [m for m in members if m not in passed]
        parts = [f"SELECT {names} FROM {quote(f'__within_{passed[m]}')}" for m in members if m in passed]
        if plain:
            listed = ", ".join(map(text_literal, plain))
            parts.append(f'SELECT {names} FROM "__raw" WHERE "clause" IN ({listed})')
        return "(" + " UNION ALL ".join(parts) + ")"

    def _pool(self, pool: PoolPlan, waiting: dict[str, Query]) -> None:
        """Cut what the members ask for to the pool, in the queries that wait."""
        members = [m for m in pool.members if m in waiting and "value" in waiting[m].columns]
        for member in members:
            query = waiting[member]
            if pool.share == "rank" and "rank" not in query.columns:  # nobody has decided on an order
                sql = f'SELECT *, CAST(NULL AS BIGINT) AS "rank" FROM ({query.sql}) n'
                waiting[member] = Query(sql, (*query.columns, "rank"))
        paid = f'"status" IN ({", ".join(map(text_literal, self.passes.paid))}) AND "value" > 0'
        parts = [f"SELECT {_narrow(waiting[m])} FROM ({waiting[m].sql}) m WHERE {paid}" for m in members]
        total: tuple[Any, ...] = (None, None)
        if parts:
            self._create("__pool", " UNION ALL ".join(parts))
            total = self.database.rows('SELECT sum("value"), max("value") FROM "__pool"')[0]
        asked, highest = int(total[0] or 0), int(total[1] or 0)
        self.pools.append(PoolFactor(pool.id, asked, pool.fen, pool.share))
        if asked <= pool.fen:
            return
        share = PoolShare(pool, self.sql, '"__pool"', self.database.rows).expression(asked, highest)
        why = f'CASE WHEN "__paid" < "value" THEN {text_literal(pool.id)} ELSE "pool_by" END AS "pool_by"'
        for member in members:
            query = waiting[member]
            kept = ", ".join(quote(n) for n in query.columns if n not in ("value", "pool_by"))
            cut = f'CAST(CASE WHEN {paid} THEN {share} ELSE "value" END AS BIGINT)'
            sql = f'SELECT *, {cut} AS "__paid" FROM ({query.sql}) p'
            sql = f'SELECT {kept}, "__paid" AS "value", {why} FROM ({sql}) q'
            waiting[member] = Query(
                sql, (*(n for n in query.columns if n not in ("value", "pool_by")), "value", "pool_by")
            )

    def _create(self, name: str, query: str) -> None:
        self.database.run(f"DROP TABLE IF EXISTS {quote(name)}")
        self.database.run(self.dialect.create_temp.format(name=quote(name), query=query))

    def _declare(self, name: str, columns: Iterable[tuple[str, str]]) -> None:
        listed = ", ".join(f"{quote(n)} {self.sql.sql_type(k)}" for n, k in columns)  # type: ignore[arg-type]
        self.database.run(f"DROP TABLE IF EXISTS {quote(name)}")
        self.database.run(f"CREATE TEMP TABLE {quote(name)} ({listed})")


def _narrow(query: Query) -> str:
    """What a pool looks at, with an empty rank where no decision can give one."""
    return ", ".join(quote(n) if n in query.columns else f"CAST(NULL AS BIGINT) AS {quote(n)}" for n in NARROW)


__all__ = ["HASHED", "RESULT", "Database", "PoolFactor", "Settling", "tied_groups"]
