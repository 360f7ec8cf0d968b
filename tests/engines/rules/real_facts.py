"""Random facts for the registers of a real city: right types and codes, near the constants of its clauses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from innocity.engines.rules.award import Award
from innocity.engines.rules.duck_engine import registers_read
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.packs.model import Column
from innocity.plan.amounts import expressions
from innocity.plan.nodes import Col, Compare, In, Lit, Node, walk
from innocity.plan.scan import register_columns, source_nodes
from tests.engines.rules.compare import Rows

PARTIES = [f"P{i:02d}" for i in range(28)] + ["企业甲", "o'k"]
TEXTS = [f"x{i}" for i in range(9)] + ["项目|一", "B", "a"]
ROWS = 90
FEN = (0, 1, 33, 50, 99, 101, 12_345_67, 300_000_00, 5_000_000_01, 10**10, 10**14)


class RealFacts:
    """Facts for one plan, from one seed."""

    def __init__(self, plan: RulesPlan, seed: int) -> None:
        self.plan, self.random = plan, Random(seed)
        self.constants = _constants(plan)

    def rows(self) -> Rows:
        """Facts of every register that the plan reads, history and decisions left out."""
        names = [n for n in registers_read(self.plan) if n not in ("award", "decision")]
        found = {n: [self._row(n, i) for i in range(self._count(n))] for n in names}
        for i, row in enumerate(found.get("organization", [])):
            row["party_id"] = PARTIES[i % len(PARTIES)]
            row["status"] = row["status"] if self.random.random() < 0.2 else "active"
        return found

    def _count(self, register: str) -> int:
        return {"integrity_record": 3, "organization": 40}.get(register, self.random.choice((0, 20, ROWS, ROWS, ROWS)))

    def _row(self, register: str, index: int) -> dict[str, Any]:
        known = {c.id: c for c in self.plan.pack.registers[register].columns}
        row: dict[str, Any] = dict.fromkeys(register_columns(self.plan.pack.registers[register]))
        row |= {name: self._value(column) for name, column in known.items()}
        row |= {"fact_id": f"{register}-{self.random.random():.9f}", "party_id": self.random.choice(PARTIES)}
        row["valid_from"] = self.random.choice((date(1900, 1, 1), date(1900, 1, 1), self._day(), None))
        row["valid_to"] = self.random.choice((None, None, self._day(), date(9999, 12, 31)))
        row["recorded_at"] = self.random.choice((None, date(1900, 1, 1), self.plan.as_of + timedelta(index % 40 == 39)))
        return row

    def _value(self, column: Column) -> Any:
        pick = self.random.choice
        if self.random.random() < (0.02 if column.required else 0.1):
            return None
        if column.type == "code" and column.codes in self.plan.pack.codes:
            named = sorted(v for v in self.constants.get(column.id, ()) if isinstance(v, str))
            every = sorted(self.plan.pack.codes[column.codes].ids())
            return pick(named if named and self.random.random() < 0.8 else every)
        if column.type == "money":
            return min(pick((*FEN, self.random.randrange(10**9))), column.bound()) * pick((1, 1, 1, 1, 1, 1, 1, 1, -1))
        if column.type == "integer":
            near = [v + k for v in self.constants.get(column.id, ()) if isinstance(v, int) for k in (-1, 0, 1)]
            return max(-column.bound(), min(pick((0, 1, 1, 2, 3, 20, 21, 50, *near)), column.bound()))
        if column.type == "year":
            return self.plan.year - pick((0, 0, 1, 2))
        if column.type == "date":
            return self._day()
        return pick((True, False)) if column.type == "bool" else pick(PARTIES if column.type == "party" else TEXTS)

    def _day(self) -> date:
        year = self.plan.year
        edges = [date(year, 1, 1), date(year, 12, 31), date(year - 1, 12, 31), date(year, 7, 27), date(2024, 2, 29)]
        if self.random.random() < 0.2:
            return self.random.choice(edges)
        return date(year - self.random.choice((0, 0, 0, 1, 2)), 1, 1) + timedelta(self.random.randrange(365))

    def decided(self, awards: list[Award]) -> Rows:
        """Decisions on some of these awards, and what earlier years paid for some."""
        pick, sums = self.random.choice, []
        decisions = []
        open_ = [a for a in awards if a.status in ("awaiting_decision", "ceiling", "sum")]
        for i, award in enumerate(a for a in open_ if self.random.random() < 0.3):
            most = 10**8 if award.computed is None else award.computed
            decisions.append({
                "fact_id": f"d{i}", "clause": award.clause, "object": award.object, "party_id": award.party,
                "selected": pick((True, True, True, False)), "sum": pick((None, most, most // 2, 0)),
                "rank": pick((None, 1, 2, 2, 3)), "decided_on": self.plan.as_of,
            })  # fmt: skip
        for i, award in enumerate(a for a in awards if self.random.random() < 0.1):
            sums.append({
                "fact_id": f"h{i}", "clause": award.clause, "object": award.object, "party_id": award.party,
                "year": self.plan.year - pick((0, 1, 2)), "amount": pick((0, 1, 10**6, 10**8)),
            })  # fmt: skip
        return {"decision": self._filled("decision", decisions), "award": self._filled("award", sums)}

    def _filled(self, register: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        blank = dict.fromkeys(register_columns(self.plan.pack.registers[register]))
        return [{**blank, **row} for row in rows]


def _constants(plan: RulesPlan) -> dict[str, set[Any]]:
    """The constants with which clauses compare columns, by the column's name."""
    found: dict[str, set[Any]] = {}
    for node in (part for clause in plan.clauses for top in _nodes(clause) for part in walk(top)):
        if isinstance(node, In) and isinstance(node.item, Col):
            found.setdefault(node.item.name, set()).update(v for v in node.values if v is not None)
        if isinstance(node, Compare) and isinstance(node.left, Col) and isinstance(node.right, Lit):
            found.setdefault(node.left.name, set()).add(node.right.value)
    return found


def _nodes(clause: ClausePlan) -> Iterator[Node]:
    if clause.source is not None:
        yield from source_nodes(clause.source)
    yield from (c.node for c in clause.conditions)
    yield from (node for _, node in clause.aggregates)
    if clause.amount is not None:
        yield from expressions(clause.amount)
