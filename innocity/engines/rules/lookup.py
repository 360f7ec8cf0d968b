"""One party's facts out of a snapshot, with what its clauses look up about others.

Explaining one firm must not read the city: only the firm's own rows are taken, and those of others that
joins, windows and "counts once" conditions compare them with. Rows are found in an index beside the facts
(innocity.engines.rules.fact_index); SQL is left for the few clauses that compare rows by an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Protocol

from innocity.engines.rules.duck_engine import registers_read
from innocity.engines.rules.fact_index import PARTY, Progress, Way
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.engines.rules.reference import OWN
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase
from innocity.plan.interpret import Run, compile_expression
from innocity.plan.nodes import Col, Node
from innocity.plan.rows import Fact, Facts, Joiner
from innocity.plan.scan import JoinPlan, Source
from innocity.plan.scan_sql import Reach, rows_query
from innocity.plan.sql import Emitter, text_literal


def _read_whole(plan: RulesPlan) -> set[str]:
    """Registers of which a party's own rows are not enough: clauses build on awards in ways known only then."""
    found: set[str] = set()
    for clause in plan.clauses:
        source = clause.source
        if source is None or not source.after:
            continue
        found |= {j.register for j in source.joins}
        if not source.fusible() or source.party != OWN:
            found |= set(registers_read(plan))
    return found


def _plain(node: Node) -> str | None:
    """The register's own column that an expression is; None for anything else."""
    return node.name if isinstance(node, Col) and not node.alias else None


class Finder(Protocol):
    """Where rows are found by a column's value: an index beside a snapshot, or the records of an instance."""

    def prepare(self, ways: Iterable[Way], progress: Progress | None = None) -> None:
        """Make ready for these ways of finding rows."""

    def find(self, register: str, column: str, values: Iterable[Any]) -> Iterator[Fact]:
        """Rows of a register whose column has one of these values, each row once for each value."""

    def everything(self, register: str) -> Iterator[Fact]:
        """All rows of a register."""


class Lookup:
    """Collects facts for parties. `present` registers have facts; `database` holds views of them, and is asked
    only for the plan's clauses that compare rows by an expression (`needs_database`)."""

    def __init__(self, plan: RulesPlan, database: DuckDatabase | None, present: set[str], index: Finder) -> None:
        self.plan, self.database, self.present, self.index = plan, database, present, index
        self.emitter = Emitter(DUCKDB, Run(plan.year, plan.as_of))
        self.sources = [(c, c.source) for c in plan.clauses if c.source is not None and c.source.register in present]
        self.ways = sorted(
            {(register, PARTY) for register in present}
            | {(s.register, s.party.name) for _, s in self.sources if not s.party.alias}
        )
        joined = [(c, s, _naming(s)) for c, s in self.sources if s.party.alias]
        ways = [(c, s, _way_to(s, join)) for c, s, join in joined if join.register in present]
        self.reached = [way for _, _, way in ways if way is not None]
        self.searched = [(c, s) for c, s, way in ways if way is None]
        self.whole = sorted(_read_whole(plan) & present)
        self._found: dict[str, dict[str, Fact]] = {}
        self._taken: set[tuple[str, str, Any]] = set()
        self._asked = 0

    def prepare(self, progress: Progress | None = None) -> None:
        """Build the index as far as it is not there yet."""
        self.index.prepare(self.used(), progress)

    def needs_database(self) -> set[str]:
        """The clauses whose rows are found by an expression, for which views of all facts are needed."""
        by_expression = {c.id for c, s in self.sources if any(_plain(n) is None for n in _compared_by(s))}
        return by_expression | {c.id for c, _ in self.searched}

    def facts_of(self, party: str) -> Facts:
        """Everything that the plan's clauses read about one party."""
        self._found, self._taken = {}, set()
        for register in self.whole:
            self._add(register, self.index.everything(register))
        self._asked += 1
        for register, column in self.ways:
            self._alike(register, column, [party])
        for (theirs, named), their_key, (ours, our_key) in self.reached:
            self._alike(theirs, named, [party])
            there = self._found[theirs].values()
            self._alike(ours, our_key, [f[their_key] for f in there if f[named] == party])
        for register, facts in self._searched_for(party):
            self._alike(register, "fact_id", facts)
        for _, source in self.sources:
            self._compared(source)
        return Facts({name: rows.values() for name, rows in self._found.items()}, self.plan.as_of)

    def own(self, register: str, party: str) -> list[Fact]:
        """The rows that a party itself has in a register."""
        if register not in self.present:
            return []
        return [r for r in self.index.find(register, PARTY, [party]) if self._is_known(r)]

    # --- which rows are a party's -----------------------------------------------------------------------

    def used(self) -> Iterator[Way]:
        """The ways in which rows are found."""
        yield from self.ways
        yield from ((register, PARTY) for register in self.whole)
        for way, _, ours in self.reached:
            yield from (way, ours)
        for _, source in self.sources:
            yield from ((j.register, j.on[0][0]) for j in source.joins if j.register in self.present)
            yield from ((source.register, _plain(n) or "fact_id") for n in _compared_by(source))
        yield from ((s.register, "fact_id") for _, s in self.searched)

    def _searched_for(self, party: str) -> Iterator[tuple[str, list[str]]]:
        """Rows that reach a party by a join that no index serves; from the second party on they are at hand."""
        if not self.searched:
            return
        table, database = "__reached", self.database
        assert database is not None, "clauses found by an expression need views of the facts"
        query = " UNION ALL ".join(self._reaching(c, s) for c, s in self.searched)
        if self._asked == 1:
            table = f"({query})"
        elif self._asked == 2:
            database.run(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM ({query}) ORDER BY party")
        rows = database.rows(f"SELECT register, fact FROM {table} WHERE party = ?", [party])
        for register in sorted({r for r, _ in rows}):
            yield register, [fact for r, fact in rows if r == register]

    def _reaching(self, clause: ClausePlan, source: Source) -> str:
        rows = rows_query(source, self.emitter, [], Reach(before=True))
        return (
            f'SELECT "__party" AS party, {text_literal(source.register)} AS register, "__fact" AS fact FROM ({rows}) z'
        )

    # --- what they are compared with ----------------------------------------------------------------------

    def _compared(self, source: Source) -> None:
        """Rows that joins find, and rows alike in windows and `distinct`, with what their own joins find."""
        own = dict(self._found.get(source.register, {}))
        if not own:
            return
        self._joined(source, own)
        nodes = _compared_by(source)
        for node in nodes:
            column = _plain(node)
            if column is not None:
                self._alike(source.register, column, [r.get(column) for r in own.values()])
            else:
                self._alike(source.register, "fact_id", self._same(source, node, own))
        if nodes and source.joins:
            found = self._found[source.register]
            self._joined(source, {fact: row for fact, row in found.items() if fact not in own})

    def _joined(self, source: Source, rows: dict[str, Fact]) -> None:
        """The rows that each join finds for these; a join may look at what those before it have found."""
        extended = [dict(row) for row in rows.values()] if len(source.joins) > 1 else list(rows.values())
        run = self.emitter.run
        for i, join in enumerate(source.joins):
            column, ours = join.on[0]
            value = compile_expression(ours, run)
            if join.register in self.present:
                self._alike(join.register, column, map(value, extended))
            if i + 1 < len(source.joins):
                facts, joiner = Facts({n: found.values() for n, found in self._found.items()}), Joiner(join, run)
                for row in extended:
                    joiner.extend(row, facts)

    def _same(self, source: Source, node: Node, rows: dict[str, Fact]) -> list[str]:
        """Ids of the rows for which an expression gives the same as for one of these."""
        assert self.database is not None, "clauses compared by an expression need views of the facts"
        query = rows_query(replace(source, distinct=None, priors=()), self.emitter, [node], Reach(before=True))
        same, ids = self.emitter.expression(node), ", ".join(map(text_literal, sorted(rows)))
        alike = f'SELECT {same} FROM ({query}) x WHERE "__fact" IN ({ids})'
        return [fact for (fact,) in self.database.rows(f'SELECT "__fact" FROM ({query}) y WHERE {same} IN ({alike})')]

    def _alike(self, register: str, column: str, values: Iterable[Any]) -> None:
        """Take the rows with one of these values, each value once."""
        asked = {(register, column, v) for v in values if v is not None} - self._taken
        self._taken |= asked
        self._add(register, self.index.find(register, column, (value for _, _, value in asked)))

    def _add(self, register: str, rows: Iterable[Fact]) -> None:
        """Keep rows that were known on the day of evaluation."""
        self._found.setdefault(register, {}).update((r["fact_id"], r) for r in rows if self._is_known(r))

    def _is_known(self, row: Fact) -> bool:
        recorded = row["recorded_at"]
        return recorded is None or bool(recorded <= self.plan.as_of)


def _naming(source: Source) -> JoinPlan:
    """The join that names the beneficiary."""
    return next(j for j in source.joins if j.alias == source.party.alias)


def _way_to(source: Source, join: JoinPlan) -> tuple[Way, str, Way] | None:
    """From a party to the rows that a join gives it: where it is named, by what its row is found, and from where.

    None where the join's own side is more than a column: then all rows must be looked through.
    """
    theirs, ours = join.on[0]
    column = _plain(ours)
    return None if column is None else ((join.register, source.party.name), theirs, (source.register, column))


def _compared_by(source: Source) -> list[Node]:
    """The expressions by which rows are compared with rows of others."""
    return [p.by for _, p in source.priors] + list(source.distinct.by[:1] if source.distinct else ())
