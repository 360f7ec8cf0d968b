"""Runs a plan in a database: views of facts -> awards. The same steps in DuckDB and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from innocity.engines.rules.decisions import Decided, check_decisions
from innocity.engines.rules.emit import COLUMNS, ClauseEmitter, Options, families, needs_subject
from innocity.engines.rules.ir import ClausePlan, GroupPlan, RulesPlan
from innocity.engines.rules.passes import Passes
from innocity.plan.dialects import Dialect
from innocity.plan.interpret import Run
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import Emitter, quote, text_literal


class Database(Protocol):
    """A connection that runs SQL."""

    def run(self, sql: str) -> None:
        """Execute a statement."""

    def value(self, sql: str) -> Any:
        """The single value of a query."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a (small) query."""


@dataclass(frozen=True, slots=True)
class PoolFactor:
    """How a pool was shared: asked for and available fen; None of it is needed to share again."""

    pool: str
    asked: int
    available: int
    share: str


@dataclass
class Settling:
    """One evaluation of a plan inside a database; tables `__raw`, then `__awards`."""

    plan: RulesPlan
    database: Database
    dialect: Dialect
    options: Options = field(default_factory=Options)
    progress: Callable[[str], None] = lambda step: None
    pools: list[PoolFactor] = field(default_factory=list)
    bases: dict[str, str] = field(default_factory=dict)  # query -> table: base facts shared by reforms

    def __post_init__(self) -> None:
        self.sql = Emitter(self.dialect, Run(self.plan.year, self.plan.as_of))
        self.emit = ClauseEmitter(self.plan, self.sql, self.options)
        self.passes = Passes(self.plan, self.sql, self.options)
        self._bases: dict[str, str] = {}

    def base_facts(self) -> None:
        """Materialise what reforms share: base facts, subjects, exclusions, decisions."""
        self.progress("汇总事实")
        for family in families(self.plan):
            if family.source.after:
                continue
            query = self.emit.base_query(family)
            if query not in self.bases:
                self.bases[query] = f"__base_{len(self.bases)}"
                self._create(self.bases[query], query)
            self._bases |= {c.id: quote(self.bases[query]) for c in family.clauses}
        columns = set().union(*(needs_subject(c) for c in self.plan.clauses)) if self.plan.clauses else set()
        if columns:
            self._create("__subjects", self.emit.subjects_query(columns))
        if self.options.exclusions:
            self._create("__excluded", self.emit.excluded_query())
        if self.options.decisions:
            self._create("__decisions", f"SELECT * FROM {table_name('decision')}")

    def awards(self) -> None:
        """Evaluate every clause into `__raw`, then share out into `__awards`."""
        columns = ", ".join(f"{quote(n)} {self.sql.sql_type(k)}" for n, k in COLUMNS)  # type: ignore[arg-type]
        self.database.run('DROP TABLE IF EXISTS "__raw"')
        self.database.run(f'CREATE TEMP TABLE "__raw" ({columns})')
        followed = {c.source.after for c in self.plan.clauses if c.source is not None and c.source.after}
        for clause in self.plan.clauses:
            self._clause(clause)
            if clause.id in followed:
                self._create(f"awards_of_{clause.id}", self._awards_of(clause))
        if self.options.decisions:
            check_decisions(Decided(*row) for row in self.database.rows(self._wrong_decisions()))
        self._share()

    def _wrong_decisions(self) -> str:
        """Decisions that exceed their bound, or stand under a clause out of force."""
        return (
            'SELECT r."clause", r."object", r."party", r."status", d."sum", r."computed" FROM "__raw" r'
            ' JOIN "__decisions" d ON d."clause" = r."clause" AND d."object" = r."object" AND d."party_id" = r."party"'
            ' WHERE d."selected" AND (r."status" = \'not_in_force\' OR (r."status" <> \'excluded\''
            ' AND d."sum" > r."computed")) ORDER BY 1, 2, 3 LIMIT 20'
        )

    def _clause(self, clause: ClausePlan) -> None:
        last = self.emit.last
        if clause.valid_from is not None and clause.valid_from > last:
            return
        self.progress(clause.id)
        if clause.source is None:
            self._insert(self.emit.class_query(clause))
            return
        base = self._bases.get(clause.id, "")
        if clause.grouped and clause.source.after:
            family = next(f for f in families(self.plan) if clause in f.clauses)
            self._create(f"__base_{clause.id}", self.emit.base_query(family))
            base = quote(f"__base_{clause.id}")
        self._insert(self.emit.award_query(clause, base))
        if clause.before is not None:
            self._insert(self.emit.step_query(clause))

    def _awards_of(self, clause: ClausePlan) -> str:
        text = self.dialect.text
        return (
            'SELECT "clause" || \'|\' || "object" || \'|\' || "party" AS "fact_id", "party" AS "party_id", "object",'
            f' CAST({self.plan.year} AS BIGINT) AS "year", "counted_on", "value" AS "amount" FROM "__raw"'
            f' WHERE "clause" = CAST({text_literal(clause.id)} AS {text}) AND "status" = \'sum\''
        )

    # --- sharing out -----------------------------------------------------------------------------------------

    def _share(self) -> None:
        """Once, caps and groups into `__grouped`, pools into `__awards`. Only rows concerned are moved."""
        self.progress("择一、限额与资金池")
        within = [c for c in self.plan.clauses if c.once is not None or c.caps]
        members = {m for g in self.plan.groups for m in g.members}
        special = {c.id for c in within} | members
        text = self.dialect.text
        blank = f'CAST(NULL AS {text}) AS "group_by"'
        parts = [f'SELECT *, {blank} FROM "__raw"' + self._where_not(special)]
        for clause in within:
            passed = self.passes.clause_passes(
                clause, f'(SELECT * FROM "__raw" WHERE "clause" = {text_literal(clause.id)}) w'
            )
            assert passed is not None
            if clause.id in members:
                self._create(f"__within_{clause.index}", passed)
            else:
                parts.append(passed)
        for i, tied in enumerate(tied_groups(self.plan.groups)):
            parts.append(self._grouped(i, tied, within, blank))
        names = ", ".join(quote(n) for n, _ in COLUMNS)
        union = " UNION ALL ".join(f'SELECT {names}, "group_by" FROM ({p}) u{i}' for i, p in enumerate(parts))
        query = f'SELECT *, "value" AS "after_group", CAST(NULL AS {text}) AS "pool_by" FROM ({union}) v'
        self._create("__stage", query)
        self._pools()

    def _grouped(self, i: int, tied: list[GroupPlan], within: list[ClausePlan], blank: str) -> str:
        """The rows of groups that share members, one group after the other."""
        members = list(dict.fromkeys(m for g in tied for m in g.members))
        rows = self._group_rows(members, within, blank)
        names = ", ".join([*(quote(n) for n, _ in COLUMNS), quote("group_by")])
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

    def _group_rows(self, members: Iterable[str], within: list[ClausePlan], blank: str) -> str:
        passed = {c.id: c.index for c in within}
        names = ", ".join(quote(n) for n, _ in COLUMNS)
        plain = [m for m in members if m not in passed]
        parts = [f'SELECT {names}, "group_by" FROM {quote(f"__within_{passed[m]}")}' for m in members if m in passed]
        if plain:
            listed = ", ".join(map(text_literal, plain))
            parts.append(f'SELECT {names}, {blank} FROM "__raw" WHERE "clause" IN ({listed})')
        return "(" + " UNION ALL ".join(parts) + ")"

    def _pools(self) -> None:
        table = "__stage"
        for i, pool in enumerate(self.plan.pools):
            asked = int(self.database.value(self.passes.pool_total(pool, quote(table))))
            self.pools.append(PoolFactor(pool.id, asked, pool.fen, pool.share))
            if asked > pool.fen:
                following = f"__stage_{i}"
                self._create(following, self.passes.pool_query(pool, quote(table), asked))
                table = following
        pays = [c.id for c in self.plan.clauses if c.pays]
        listed = ", ".join(map(text_literal, pays)) or "''"
        paid = ", ".join(map(text_literal, self.passes.paid))
        payable = f'CASE WHEN "status" IN ({paid}) AND "clause" IN ({listed}) THEN coalesce("value", 0) ELSE 0 END'
        names = ", ".join(quote(n) for n, _ in COLUMNS if n not in ("value", "prefer", "rank"))
        query = (
            f'SELECT {names}, CAST({self.plan.year} AS BIGINT) AS "year", "after_group", "value" AS "after_pool",'
            f' CAST({payable} AS BIGINT) AS "payable", "group_by", "pool_by" FROM {quote(table)}'
        )
        self._create("__awards", query)

    def _create(self, name: str, query: str) -> None:
        self.database.run(f"DROP TABLE IF EXISTS {quote(name)}")
        self.database.run(self.dialect.create_temp.format(name=quote(name), query=query))

    def _insert(self, query: str) -> None:
        self.database.run(f'INSERT INTO "__raw" {query}')


def tied_groups(groups: Iterable[GroupPlan]) -> list[list[GroupPlan]]:
    """Groups that share members, together and in their order."""
    tied: list[list[GroupPlan]] = []
    for group in groups:
        touching = [t for t in tied if any(set(g.members) & set(group.members) for g in t)]
        tied = [t for t in tied if t not in touching]
        tied.append([*(g for t in touching for g in t), group])
    return tied


RESULT = (
    "clause", "year", "object", "party", "status", "counted_on", "computed", "after_group", "after_pool", "decided",
    "payable", "flags", "excluded_by", "group_by", "pool_by", "near_condition", "near_have", "near_need",
    "near_gap", "near_unit", "x_base", "x_uncapped", "x_case",
)  # fmt: skip
HASHED = (
    "clause", "year", "object", "party", "status", "computed", "after_group", "after_pool", "decided", "payable",
    "near_condition", "near_have", "near_need", "near_gap", "near_unit",
)  # fmt: skip
