"""Runs a plan in a database: views of facts -> awards. The same steps in DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from types import MappingProxyType

from innocity.core.errors import InnoCityError
from innocity.engines.rules.awards_view import AwardsView, Table
from innocity.engines.rules.base_sql import Base, families, summed
from innocity.engines.rules.beside_sql import Beside
from innocity.engines.rules.decisions import Decided, check_decisions, wrong_decisions
from innocity.engines.rules.emit import ClauseEmitter, Cut, needs_subject
from innocity.engines.rules.finish_sql import COLUMNS, Options, Query
from innocity.engines.rules.found_sql import Found
from innocity.engines.rules.ir import ClausePlan, PoolPlan, RulesPlan
from innocity.engines.rules.narrow_sql import Narrowing, named_after
from innocity.engines.rules.passes import Passes
from innocity.engines.rules.settle_parts import HASHED, RESULT, Database, PoolFactor, drop
from innocity.engines.rules.share_sql import Sharing, Waiting, of_clauses, where_not
from innocity.engines.rules.totals_sql import Shared, Totals, tied_totals
from innocity.engines.rules.ways import Alike, Ways, begun
from innocity.plan.dialects import Dialect
from innocity.plan.interpret import Run
from innocity.plan.lanes import named, urgency
from innocity.plan.scan_sql import awards_table, table_name
from innocity.plan.sql import Emitter, quote, text_literal

NONE: Mapping[str, str] = MappingProxyType({})


@dataclass
class Settling:
    """One evaluation of a plan inside a database.

    Most clauses' awards go from base facts straight into the results. Those that compete with others (groups
    over several tables), that others build on, or that name a step before, go by `__raw`.
    """

    plan: RulesPlan
    database: Database
    dialect: Dialect
    options: Options = field(default_factory=Options)
    progress: Callable[[str], None] = lambda step: None
    shared: Shared = field(default_factory=partial(Shared, alone=True))  # with other variants in the same database

    def __post_init__(self) -> None:
        self._totals: Totals | None = None
        self._statements = 0  # that go side by side
        self._spent = False  # whether base facts have gone
        run = Run(self.plan.year, self.plan.as_of)
        self.sql = Emitter(self.dialect, run, self.database.sizes, self.database.full)
        self._kept = AwardsView(self.sql, self.plan.year)
        self.emit = ClauseEmitter(self.plan, self.sql, self.options)
        self.beside = Beside(self.plan, self.sql)
        self.passes = Passes(self.plan, self.sql, self.options)
        small = self.database.small_sums(summed(self.plan))
        bases = [Base(f, self.plan.year, self.sql, small) for f in families(self.plan)]
        self._bases = {c.id: base for base in bases for c in base.family.clauses}
        self._narrow()

    @cached_property
    def ways(self) -> Ways:
        """Which way each clause goes. What the facts name is asked for while their sums are under way."""
        return Ways(self.plan, self.options, self._bases)

    @cached_property
    def sharing(self) -> Sharing:
        """What stands between awards."""
        return Sharing(self.plan, self.database, self.sql, self.passes, frozenset(self.ways.cuts))

    def _narrow(self) -> None:
        """Let registers that several clauses read be read once."""
        bases = [b for b in dict.fromkeys(self._bases.values()) if not b.family.source.after]
        scans = [b.scan for b in bases] + [self.emit.scan_of(c) for c in self._by_row()]
        self._narrowing = Narrowing(scans, self.sql)
        self.emit.narrowed = self._narrowing.tables
        for base in bases:
            base.narrowed = self._narrowing.tables

    def _by_row(self) -> list[ClausePlan]:
        """Clauses that look at rows one by one."""
        rows = (c for c in self.plan.clauses if c.source is not None and not c.grouped and not c.source.after)
        return [c for c in rows if begun(self.plan, c)]

    @property
    def pools(self) -> list[PoolFactor]:
        """How each pool was shared."""
        return self.sharing.pools

    def base_facts(self) -> None:
        """Materialise what reforms share: base facts, subjects, exclusions, decisions."""
        self.progress("汇总事实")
        self._spent = False
        with self._whole_or_not():
            tables = {query: name for name, query in self._narrowing.queries.items()}
            bases = [b.query for b in dict.fromkeys(self._bases.values()) if not b.family.source.after]
            tables |= self._new(bases)
            beside = {"__decisions": self.beside.decisions_query()} if self.options.decisions else {}
            registers, subjects = self._organizations({**self.shared.bases, **tables})
            self._keep({**tables, **registers}, {**beside, **subjects})

    def _organizations(self, bases: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """The tables of who the beneficiaries are, and who is excluded: by query, and by name."""
        asking = [c for c in self.plan.clauses if needs_subject(c)]
        columns = set[str]().union(*map(needs_subject, asking))
        parties, table = self._parties(asking, bases) if asking else None, ""
        query = self.beside.register_query(columns, parties) if self.options.exclusions and parties else None
        registers = {}
        if query is not None:
            registers[query] = name = named_after("__organizations", query)
            parties, table = None, quote(name)
        beside = {}
        if asking:
            beside["__subjects"] = self.beside.subjects_query(columns, parties, table)
        if self.options.exclusions:
            beside["__excluded"] = self.beside.excluded_query(table)
        return registers, beside

    def _parties(self, clauses: list[ClausePlan], bases: Mapping[str, str]) -> str | None:
        """SQL of the beneficiaries of some clauses; None where they are known only later."""
        found = []
        for clause in clauses:
            base, source = self._bases.get(clause.id), clause.source
            if source is None or source.after or (base is None and source.party.alias):
                return None
            if base is not None:
                found.append(f'SELECT "__party" FROM {quote(bases[base.query])}')
            else:
                found.append(f"SELECT {quote(source.party.name)} FROM {table_name(source.register)}")
        return " UNION ALL ".join(dict.fromkeys(found))

    def keep_rows(self) -> None:
        """Materialise also the rows of clauses that sum nothing; pays where several variants are tried."""
        with self._whole_or_not():
            self._keep(self._new(map(self.emit.rows_of, self._by_row())))
        self.shared.rows = True

    def _new(self, queries: Iterable[str]) -> dict[str, str]:
        """Names for the tables of queries that have none yet."""
        missing = [q for q in dict.fromkeys(queries) if q not in self.shared.bases]
        return {q: self.shared.next_name() for q in missing}

    def _keep(self, bases: Mapping[str, str], beside: Mapping[str, str] = NONE) -> None:
        """Materialise queries, by the name of their tables, that have no table yet, and tables beside them that hold
        other rows than asked for, by the query of each table of a fixed name. Some may read others.

        What is shared with other variants knows of them at once, and forgets those that are not made after all.
        """
        new = {name: query for query, name in bases.items() if query not in self.shared.bases}
        fixed = {name: query for name, query in beside.items() if not self.shared.stands(name, query)}
        tables = [*new.items(), *fixed.items()]
        places = {name: i for i, (name, _) in enumerate(tables)}
        reads = [{places[name] for name in named(query) if name in places} for _, query in tables]
        self._expect(len(tables))
        for (name, query), urgent in zip(tables, urgency(reads), strict=True):
            self.shared.begin(name, query, beside=name in fixed)
            sql = self.dialect.create_table(name, query)
            self.database.soon(sql, name, partial(self.shared.under_way.discard, name), 1 + urgent)

    def _expect(self, statements: int) -> bool:
        self._statements = max(self._statements, statements)
        return self.database.spread(self._statements)

    @contextmanager
    def _whole_or_not(self) -> Iterator[None]:
        """Where something fails, nothing is left under way, and what is not known to stand is made again."""
        try:
            yield
        except BaseException:
            try:
                self.database.give_up()
            finally:
                self.shared.forget()
                self._spent = True
            raise

    def totals(self) -> dict[str, tuple[int, int]]:
        """By clause: how many awards, and the payable fen; no award is written down. For comparing variants.

        Where nothing that touches a clause differs from a variant before, it is not evaluated again.
        """
        with self._whole_or_not():
            self._totals = Totals(self.database, self.shared)
            try:
                self._evaluate()
                self.database.ended()
                self.database.whole()
                found = self._totals.found()
            finally:
                self._totals = None
            self._clear()
            self.database.ended()
        for pool in self._simple_pools():
            count, fen = found.get(pool.members[0], (0, 0))
            found[pool.members[0]] = count, min(fen, pool.fen)
        return {name: found[name] for name in found if found[name][0]}

    def _simple_pools(self) -> list[PoolPlan]:
        """Pools of one member: all of it together gets what is asked for or what there is, however it is shared."""
        return [p for p in self.plan.pools if len(p.members) == 1]

    def awards(self) -> None:
        """Evaluate every clause and share out; the results stand in the view `__awards`."""
        with self._whole_or_not():
            self.database.define('DROP VIEW IF EXISTS "__awards"')
            self._kept = AwardsView(self.sql, self.plan.year)
            self._evaluate()
            self.database.define('DROP VIEW IF EXISTS "__settled"')
            self.database.define(f'CREATE {self.dialect.temp}VIEW "__settled" AS {self._kept.query()}')
            try:
                self._check_decisions()
            except InnoCityError:
                self.database.ended()  # what stops the whole run is told before what is wrong with a decision
                raise
            self._clear()
            self.database.ended()
            self.database.define('ALTER VIEW "__settled" RENAME TO "__awards"')  # now that all is there

    def _check_decisions(self) -> None:
        """Errors: those of `check_decisions`."""
        if self.options.decisions:
            made = self.database.rows('SELECT DISTINCT "clause" FROM "__decisions" WHERE "selected"')
            awards = self._kept.query((c for (c,) in made), ("clause", "object", "party", "status", "computed"))
            wrong = self.database.rows(wrong_decisions(awards)) if made else []
            check_decisions(Decided(*row) for row in wrong)

    def _evaluate(self) -> None:
        if self._spent:
            self.base_facts()
        self.sharing.begin()
        columns = ", ".join(f"{quote(n)} {self.sql.sql_type(kind)}" for n, kind in COLUMNS)
        self.database.run(self.dialect.declare_table("__raw", columns))
        waiting: list[Waiting] = []
        self._open_to_all()
        by_party = [c for c in self.plan.clauses if c.source is not None and begun(self.plan, c)]
        for name in self.ways.followed - {c.id for c in by_party}:  # they give nothing to anybody
            self._create(awards_table(name), self._awards_of(self.plan.clause(name)))
        together = sorted(self._together(by_party), key=len, reverse=True)  # those that build on others are alone
        if not self._expect(len(together)):
            self.database.ended()  # a few large statements have all cores, and those that others wait for come first
        for clauses in together:
            query, first = self._query(clauses), clauses[0]
            if first.id in self.ways.staged:
                columns = ", ".join(map(quote, query.columns))
                self._add_raw(f"({columns}) {query.sql}")
            elif first.id in self.ways.pooled and "value" in query.columns:
                waiting.append(self._waiting(clauses, self.sharing.within(clauses, query)))
            else:
                self._finish(self.sharing.within(clauses, query), clauses)
            if first.id in self.ways.followed:
                self._create(awards_table(first.id), self._awards_of(first))
        for clause in self.plan.clauses:
            if clause.before and begun(self.plan, clause) and clause.source is not None:
                self._add_raw(self.beside.step_query(clause))
        self._drop_bases()
        self._share(waiting)

    def _add_raw(self, rows: str) -> None:
        self.database.soon(f'INSERT INTO "__raw" {rows}', "__raw", urgent=1)

    def _together(self, by_party: list[ClausePlan]) -> list[Alike]:
        """Clauses with awards by party, those that go one way together.

        Totals are asked clause by clause, as a variant changes few of them.
        """
        if self._totals is None:
            return self.ways.alike(by_party)
        counted = self._tied()
        return [(c,) for c in by_party if c.id not in counted]

    def _drop_bases(self) -> None:
        """Let base facts go as soon as all has read them, where nobody evaluates them again."""
        if not self.shared.alone or self._totals is not None:
            return
        names = [name for name in (*self.shared.bases.values(), *self.shared.beside) if name != "__decisions"]
        self.shared, self._spent = Shared(alone=True), True
        for name in names:  # decisions are looked at once more
            self.database.soon(drop(name), name, urgent=1)

    def _clear(self) -> None:
        """Take away what stood between facts and results."""
        names = ["__raw", "__stage", *self.sharing.kept]
        if self.shared.alone:
            self.shared.beside.pop("__decisions", None)
            names, self._spent = [*names, "__decisions"], True
        for name in names:
            self.database.soon(drop(name), name, urgent=1)

    def _tied(self) -> set[str]:
        """Clauses whose totals one lean scan gives, groups in one row together; their queries are added."""
        assert self._totals is not None
        done: set[str] = set()
        simple = self._simple_pools()
        shared = {m for p in self.plan.pools if p not in simple for m in p.members}
        groups = [[self.plan.clause(m) for m in g.members if m in self.ways.cuts] for g in self.plan.groups]
        alone = [[c] for c in self.plan.clauses if c.id not in self.ways.cuts and self.ways.stands_alone(c)]
        for members in [*groups, *alone]:
            if not members or shared & {m.id for m in members} or not all(self.ways.valued(m) for m in members):
                continue
            base = self._bases[members[0].id]
            cuts = [(m, self.ways.cuts.get(m.id, Cut("", ()))) for m in members]
            sql = tied_totals(self.emit, base, quote(self.shared.bases[base.query]), cuts, self.passes.paid)
            if sql is not None:
                self._totals.queries.append(sql)
                done |= {m.id for m in members}
        return done

    def _share(self, waiting: list[Waiting]) -> None:
        """Groups over the staged clauses, then pools; what no pool holds is finished first."""
        self.progress("择一、限额与资金池")
        staged, pooled = self.ways.staged, self.ways.pooled
        if staged:
            self.sharing.stage(staged)
            stage = tuple(n for n, _ in COLUMNS)
            self._finish(Query('SELECT * FROM "__stage"' + where_not(pooled & staged), stage), urgent=1)
            for clauses in self._staged_pools():
                own = f'SELECT * FROM "__stage" WHERE {of_clauses(c.id for c in clauses)}'
                waiting.append(self._waiting(clauses, Query(own, stage)))
        known = self._simple_pools() if self._totals is not None else []
        for pool in self.plan.pools:
            if pool not in known:
                self.sharing.pool(pool, waiting)
        for alike in waiting:
            if alike.results:
                self._kept.cut(alike.table, alike.clauses, alike.query, self.passes.payable(alike.clauses[0].pays))
            else:
                self._finish(alike.query, alike.clauses)

    def _waiting(self, clauses: Alike, query: Query) -> Waiting:
        """Awards that pools may cut. As results they are kept at once: what a pool pays on each follows from a few
        numbers."""
        if self._totals is not None:
            return Waiting(clauses, self.sharing.shared(query))
        table, seen = self._kept.keep_uncut(query, clauses)
        self._settle(table, clauses, urgent=1)
        return Waiting(clauses, seen, table.name, results=True)

    def _staged_pools(self) -> list[Alike]:
        found = self.ways.staged_pools()
        return found if self._totals is None else [(c,) for clauses in found for c in clauses]

    # --- one clause -----------------------------------------------------------------------------------------

    def _open_to_all(self) -> None:
        """The rows of clauses that are open to a whole class, in one statement."""
        rows = [self.emit.class_row(c) for c in self.plan.clauses if c.source is None and begun(self.plan, c)]
        if not rows:
            return
        if self._totals is not None:
            self._totals.queries += [f"SELECT {r['clause']}, 1, 0" for r in rows]
            return
        self._kept.listed(rows)

    def _query(self, clauses: Alike) -> Query:
        """The awards of clauses alike, by party."""
        return self.emit.award_query(list(map(self._found, clauses)), self.ways.cuts.get(clauses[0].id))

    def _found(self, clause: ClausePlan) -> Found:
        base = self._bases.get(clause.id)
        if base is None:
            kept = self.shared.bases.get(self.emit.rows_of(clause)) if self.shared.rows else None
            return self.emit.found(clause, table=quote(kept) if kept else "")
        assert clause.source is not None
        if clause.source.after:
            self._create(f"__base_of_{clause.index}", base.query)
            return self.emit.found(clause, base, quote(f"__base_of_{clause.index}"))
        return self.emit.found(clause, base, quote(self.shared.bases[base.query]), self.ways.cuts.get(clause.id))

    def _finish(self, query: Query, clauses: Alike = (), urgent: int = 0) -> None:
        """Put awards of one clause, or of several, into the results, with what counts in totals."""
        valued = "value" in query.columns
        payable = self.passes.payable(clauses[0].pays if clauses else None) if valued else "0"
        if self._totals is not None:
            self._totals.add(query, clauses[0] if clauses else None, payable if valued else None)
            return
        self._settle(self._kept.keep(query, payable, clauses), clauses, urgent)

    def _settle(self, table: Table, clauses: Alike, urgent: int = 0) -> None:
        settled = partial(self.progress, clauses[0].id if clauses else "__stage")
        self.database.define(table.declare)
        self.database.soon(table.fill, table.name, settled, urgent)

    def _awards_of(self, clause: ClausePlan) -> str:
        text = self.dialect.text
        return (
            'SELECT "clause" || \'|\' || "object" || \'|\' || "party" || \'|\' || length("object") AS "fact_id",'
            ' "party" AS "party_id", "object",'
            f' CAST({self.plan.year} AS BIGINT) AS "year", "counted_on", "value" AS "amount" FROM "__raw"'
            f' WHERE "clause" = CAST({text_literal(clause.id)} AS {text}) AND "status" = \'sum\''
        )

    def _create(self, name: str, query: str) -> None:
        self.database.run(self.dialect.create_table(name, query))


__all__ = ["HASHED", "RESULT", "Database", "PoolFactor", "Settling"]
