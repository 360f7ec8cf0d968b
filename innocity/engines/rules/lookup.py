"""One party's facts out of a snapshot, with what its clauses look up about others.

Explaining one firm must not read the city: only the firm's own rows are taken, and those of others that
joins, windows and "counts once" conditions compare them with.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from innocity.engines.rules.duck import DuckDatabase
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.plan.interpret import Run
from innocity.plan.nodes import Col, Node
from innocity.plan.rows import Fact, Facts
from innocity.plan.scan import Source
from innocity.plan.scan_sql import Reach, rows_query, table_name
from innocity.plan.sql import Emitter, quote, text_literal


class Lookup:
    """Collects facts for parties from the views of an open snapshot."""

    def __init__(self, plan: RulesPlan, database: DuckDatabase, emitter: Emitter, present: set[str]) -> None:
        self.plan, self.database, self.emitter, self.present = plan, database, emitter, present
        self._found: dict[str, dict[str, Fact]] = {}

    def facts_of(self, party: str) -> Facts:
        """Everything that the plan's clauses read about one party."""
        self._found = {}
        key = text_literal(party)
        for register in sorted(self.present):
            self._take(register, f'"party_id" = {key}')
        for clause in self.plan.clauses:
            if clause.source is not None and clause.source.register in self.present:
                self._related(clause, clause.source, key)
        return Facts({name: rows.values() for name, rows in self._found.items()}, self.plan.as_of)

    def _related(self, clause: ClausePlan, source: Source, key: str) -> None:
        """Rows reached by another column than `party_id`, by joins, by windows and by `distinct`."""
        if source.party.alias:
            query = rows_query(source, self.emitter, [], Reach(before=True))
            self._take(source.register, f'"fact_id" IN (SELECT "__fact" FROM ({query}) z WHERE "__party" = {key})')
        elif source.party.name != "party_id":
            self._take(source.register, f"{quote(source.party.name)} = {key}")
        own = self._found.get(source.register, {}).values()
        if not own:
            return
        for join in source.joins:
            column, ours = join.on[0]
            if join.register in self.present and isinstance(ours, Col) and not ours.alias:
                self._alike(join.register, column, (r.get(ours.name) for r in own))
        columns: list[Node] = [p.by for _, p in source.priors] + list(source.distinct.by[:1] if source.distinct else ())
        for node in columns:
            if isinstance(node, Col) and not node.alias:
                self._alike(source.register, node.name, [r.get(node.name) for r in own])

    def _alike(self, register: str, column: str, values: Iterable[Any]) -> None:
        known = sorted({str(v) for v in values if v is not None})
        if known:
            self._take(register, f"{quote(column)} IN ({', '.join(map(text_literal, known))})")

    def _take(self, register: str, where: str) -> None:
        rows = self.database.table(f"SELECT * FROM {table_name(register)} WHERE {where}").to_pylist()
        self._found.setdefault(register, {}).update((r["fact_id"], r) for r in rows)


def lookup(plan: RulesPlan, database: DuckDatabase, present: set[str]) -> Lookup:
    """A lookup over an open snapshot; `present` are the registers that have facts."""
    from innocity.plan.dialects import DUCKDB

    return Lookup(plan, database, Emitter(DUCKDB, Run(plan.year, plan.as_of)), present)
