"""One party's facts out of a snapshot, with what its clauses look up about others.

Explaining one firm must not read the city: only the firm's own rows are taken, and those of others that
joins, windows and "counts once" conditions compare them with. From the second party on an index says in
which registers a party has rows at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from innocity.engines.rules.duck_engine import registers_read
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.engines.rules.reference import OWN
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase
from innocity.plan.interpret import Run, compile_expression
from innocity.plan.nodes import Col, Node
from innocity.plan.rows import Fact, Facts, Joiner
from innocity.plan.scan import Source
from innocity.plan.scan_sql import Reach, rows_query, table_name
from innocity.plan.sql import Emitter, quote, text_literal

WARM_ROWS = 2_000_000  # registers up to this size are kept in memory, ordered by party


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


class Lookup:
    """Collects facts for parties from the views of an open snapshot; `present` registers have facts."""

    def __init__(self, plan: RulesPlan, database: DuckDatabase, present: set[str]) -> None:
        self.plan, self.database, self.present = plan, database, present
        self.emitter = Emitter(DUCKDB, Run(plan.year, plan.as_of))
        self.sources = [(c, c.source) for c in plan.clauses if c.source is not None and c.source.register in present]
        self.ways = sorted(
            {(register, "party_id") for register in present}
            | {(s.register, s.party.name) for _, s in self.sources if not s.party.alias}
        )
        self.reached = [(c, s) for c, s in self.sources if s.party.alias]
        self.whole = sorted(_read_whole(plan) & present)
        self._found: dict[str, dict[str, Fact]] = {}
        self._asked = 0
        self._tables = {register: table_name(register) for register in present}

    def facts_of(self, party: str) -> Facts:
        """Everything that the plan's clauses read about one party."""
        self._found = {}
        for register in self.whole:
            self._take(register, "TRUE")
        self._asked += 1
        if self._asked == 2:
            self._index()
        for register, way in self._ways_of(party):
            self._take(register, f"{quote(way)} = {text_literal(party)}")
        for register, facts in self._reached_by(party):
            self._alike(register, "fact_id", facts)
        for _, source in self.sources:
            self._compared(source)
        return Facts({name: rows.values() for name, rows in self._found.items()}, self.plan.as_of)

    # --- which rows are a party's -----------------------------------------------------------------------

    def _index(self) -> None:
        """(party, register, way): where a party has rows; and rows that reach a party through a join."""
        for register in sorted(self.present):
            if self.database.value(f"SELECT count(*) FROM {table_name(register)}") <= WARM_ROWS:
                self._tables[register] = quote(f"w_{register}")
                self._keep(f"w_{register}", f"SELECT *, party_id AS party FROM {table_name(register)}")
        parts = [
            f"SELECT DISTINCT {quote(way)} AS party, {text_literal(register)} AS register, {text_literal(way)} AS way"
            f" FROM {table_name(register)}"
            for register, way in self.ways
        ]
        none = "SELECT NULL::VARCHAR AS party, '' AS register, '' AS way WHERE FALSE"
        self._keep("__ways", " UNION ALL ".join(parts) or none)
        reached = [self._reaching(c, s) for c, s in self.reached]
        none = "SELECT NULL::VARCHAR AS party, '' AS register, '' AS fact WHERE FALSE"
        self._keep("__reached", " UNION ALL ".join(reached) or none)

    def _keep(self, name: str, query: str) -> None:
        self.database.run(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM ({query}) ORDER BY party")

    def _ways_of(self, party: str) -> list[tuple[Any, ...]]:
        if self._asked == 1:
            return list(self.ways)
        return self.database.rows("SELECT register, way FROM __ways WHERE party = ?", [party])

    def _reached_by(self, party: str) -> Iterable[tuple[str, list[str]]]:
        table = "__reached"
        if self._asked == 1:
            table = "(" + " UNION ALL ".join(self._reaching(c, s) for c, s in self.reached) + ")"
        if not self.reached:
            return
        rows = self.database.rows(f"SELECT register, fact FROM {table} WHERE party = ?", [party])
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
        nodes: list[Node] = [p.by for _, p in source.priors] + list(source.distinct.by[:1] if source.distinct else ())
        for node in nodes:
            if isinstance(node, Col) and not node.alias:
                self._alike(source.register, node.name, [r.get(node.name) for r in own.values()])
            else:
                self._alike(source.register, "fact_id", self._same(source, node, own))
        if nodes and source.joins:
            found = self._found[source.register]
            self._joined(source, {fact: row for fact, row in found.items() if fact not in own})

    def _joined(self, source: Source, rows: dict[str, Fact]) -> None:
        """The rows that each join finds for these; a join may look at what those before it have found."""
        extended = [dict(row) for row in rows.values()]
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
        query = rows_query(replace(source, distinct=None, priors=()), self.emitter, [node], Reach(before=True))
        same, ids = self.emitter.expression(node), ", ".join(map(text_literal, sorted(rows)))
        alike = f'SELECT {same} FROM ({query}) x WHERE "__fact" IN ({ids})'
        return [fact for (fact,) in self.database.rows(f'SELECT "__fact" FROM ({query}) y WHERE {same} IN ({alike})')]

    def _alike(self, register: str, column: str, values: Iterable[Any]) -> None:
        known = sorted({str(v) for v in values if v is not None})
        if known:
            self._take(register, f"{quote(column)} IN ({', '.join(map(text_literal, known))})")

    def _take(self, register: str, where: str) -> None:
        rows = self.database.table(f"SELECT * FROM {self._tables[register]} WHERE {where}").to_pylist()
        self._found.setdefault(register, {}).update((r["fact_id"], r) for r in rows)
