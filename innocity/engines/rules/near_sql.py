"""SQL of near misses: what a party has, what it needs, and how far it is off, where one condition alone fails."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from innocity.engines.rules.ir import Branch, ClausePlan
from innocity.plan.nodes import Col, Lit, Node, Ref
from innocity.plan.sql import Emitter, text_literal


class Near:
    """Emits the near columns of one clause; its rows hold the names that the conditions read."""

    def __init__(self, sql: Emitter, clause: ClausePlan) -> None:
        self.sql, self.clause = sql, clause

    def _near(self, i: int) -> tuple[int, str, dict[str, str]]:
        """(index, condition that this one alone fails and nearly holds, have, need, gap and unit where it is so)."""
        e = self.sql
        others = [f"({e.expression(c.node)})" for j, c in enumerate(self.clause.conditions) if j != i]
        condition = self.clause.conditions[i]
        branches = [self._branch(b) for b in condition.branches]
        if len(branches) == 1:
            have, need, gap, close = branches[0]
            found = {"near_have": have, "near_need": need, "near_gap": gap}
            found["near_unit"] = text_literal(condition.branches[0].unit)
        else:
            gaps = [f"CASE WHEN {close} THEN {gap} END" for _, _, gap, close in branches]
            nearest = f"least({', '.join(gaps)})"
            close = f"({nearest}) IS NOT NULL"

            def chosen(values: Sequence[str]) -> str:
                cases = (f"WHEN {gap} = {nearest} THEN {value}" for gap, value in zip(gaps, values, strict=True))
                return f"CASE {' '.join(cases)} END"

            units = [text_literal(b.unit) for b in condition.branches]
            found = {"near_have": chosen([b[0] for b in branches]), "near_need": chosen([b[1] for b in branches]),
                     "near_gap": nearest, "near_unit": chosen(units)}  # fmt: skip
        return i, " AND ".join([f"NOT ({e.expression(condition.node)})", *others, close]), found

    def _branch(self, branch: Branch) -> tuple[str, str, str, str]:
        """(have, need, gap, condition that it is near enough)."""
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
        return have, need, gap, f"{gap} <= {most}"

    def _most(self, need: Node, sql: str, share: Fraction) -> str:
        """The widest gap that is still near: a share of what is needed, rounded down, without overflow."""
        if isinstance(need, Lit) and isinstance(need.value, int):
            return self.sql.constant(abs(need.value) * share.numerator // share.denominator)
        return self.sql.share_of(f"abs({sql})", share)

    def columns(self) -> dict[str, str]:
        """The near columns of COLUMNS, each with its SQL; none where no miss can be near.

        Those besides `near_condition` say something only where that is not empty.
        """
        near = [self._near(i) for i, c in enumerate(self.clause.conditions) if c.branches]
        if not near:
            return {}
        free = self._said_of_all() if len(near) == 1 else ()
        found = {"near_condition": _cases((fails, f"'{i}'") for i, fails, _ in near)}
        for name, sql in near[0][2].items():
            found[name] = sql if name in free else _cases((fails, values[name]) for _, fails, values in near)
        return found

    def _said_of_all(self) -> tuple[str, ...]:
        """What can be said of every row where one condition alone has near misses: whatever cannot fail."""
        branches = [b for c in self.clause.conditions for b in c.branches]
        if len(branches) == 1 and all(isinstance(n, Lit | Col | Ref) for n in (branches[0].have, branches[0].need)):
            return "near_have", "near_need", "near_unit"
        return ("near_unit",)


def _cases(cases: Iterable[tuple[str, str]]) -> str:
    return f"CASE {' '.join(f'WHEN {condition} THEN {value}' for condition, value in cases)} END"
