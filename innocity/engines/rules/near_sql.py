"""SQL of near misses: what a party has, what it needs, and how far it is off, where one condition alone fails."""

from __future__ import annotations

from fractions import Fraction

from innocity.engines.rules.ir import Branch, ClausePlan
from innocity.plan.nodes import Lit, Node
from innocity.plan.sql import Emitter, text_literal


class Near:
    """Emits the near columns of one clause; its rows hold the names that the conditions read."""

    def __init__(self, sql: Emitter, clause: ClausePlan) -> None:
        self.sql, self.clause = sql, clause

    def _near(self, i: int) -> tuple[int, str, str, str, str, str]:
        """(index, condition that this one alone fails and nearly holds, have, need, gap, unit)."""
        e = self.sql
        others = [f"({e.expression(c.node)})" for j, c in enumerate(self.clause.conditions) if j != i]
        condition = self.clause.conditions[i]
        parts = [self._branch(b) for b in condition.branches]
        gap = parts[0][2] if len(parts) == 1 else f"least({', '.join(p[2] for p in parts)})"
        choose = "CASE " + " ".join(f"WHEN {p[2]} = {gap} THEN {{{k}}}" for k, p in enumerate(parts)) + " END"
        have = choose.format(*(p[0] for p in parts))
        need = choose.format(*(p[1] for p in parts))
        unit = choose.format(*(text_literal(b.unit) for b in condition.branches))
        fails = " AND ".join([f"NOT ({e.expression(condition.node)})", *others, f"({gap}) IS NOT NULL"])
        return i, fails, have, need, gap, unit

    def _branch(self, branch: Branch) -> tuple[str, str, str]:
        """(have, need, gap where it is near enough)."""
        e, day = self.sql, branch.unit == "day"
        have, need = (e.expression(n) if day else e.number(n) for n in (branch.have, branch.need))
        if day:
            epoch = "DATE '1970-01-01'"
            have, need = (e.dialect.days_between.format(a=epoch, b=x) for x in (have, need))
        gap = {
            ">=": f"({need} - {have})",
            ">": f"({need} + 1 - {have})",
            "<=": f"({have} - {need})",
            "<": f"({have} - {need} + 1)",
            "==": f"abs({have} - {need})",
        }[branch.op]
        most = str(self.clause.clause.near.days) if day else self._most(branch.need, need, self.clause.near_within)
        return have, need, f"CASE WHEN {gap} <= {most} THEN {gap} END"

    def _most(self, need: Node, sql: str, share: Fraction) -> str:
        """The widest gap that is still near: a share of what is needed, rounded down, without overflow."""
        if isinstance(need, Lit) and isinstance(need.value, int):
            return self.sql.constant(abs(need.value) * share.numerator // share.denominator)
        return self.sql.share_of(f"abs({sql})", share)

    def columns(self) -> dict[str, str]:
        """The near columns of COLUMNS, each with its SQL; none where no miss can be near."""
        near = [self._near(i) for i, c in enumerate(self.clause.conditions) if c.branches]
        if not near:
            return {}
        whens = {
            "near_condition": [f"WHEN {fails} THEN '{i}'" for i, fails, *_ in near],
            "near_have": [f"WHEN {fails} THEN {have}" for _, fails, have, *_ in near],
            "near_need": [f"WHEN {fails} THEN {need}" for _, fails, _, need, *_ in near],
            "near_gap": [f"WHEN {fails} THEN {gap}" for _, fails, _, _, gap, _ in near],
            "near_unit": [f"WHEN {fails} THEN {unit}" for _, fails, _, _, _, unit in near],
        }
        return {name: f"CASE {' '.join(cases)} END" for name, cases in whens.items()}
