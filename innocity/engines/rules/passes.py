"""SQL of what happens between awards: once only, caps over objects, groups.

Each pass reads a table of awards and writes one with a changed `value`. Amounts that count now (`sum`)
compete among themselves; ceilings and sums that await a decision give way to any higher sum, never the
other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from innocity.engines.rules.finish_sql import COLUMNS, VALUED, Options
from innocity.engines.rules.ir import CapPlan, ClausePlan, GroupPlan, RulesPlan
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import Emitter, quote, text_literal

ALL = tuple(n for n, _ in COLUMNS)


class Passes:
    """Emits the passes of one plan."""

    def __init__(self, plan: RulesPlan, emitter: Emitter, options: Options) -> None:
        self.plan, self.sql, self.options = plan, emitter, options
        self.paid = VALUED if options.assume_ceilings else ("sum",)

    def _key(self, *names: str) -> str:
        """Columns in bytewise order."""
        return ", ".join(self.sql.dialect.text_key.format(x=quote(n)) for n in names)

    def _in(self, names: Iterable[str]) -> str:
        return "(" + ", ".join(map(text_literal, names)) + ")"

    def payable(self, pays: bool | None) -> str:
        """SQL of what counts in totals; `pays` says whether the clauses of the rows do, None that some may."""
        if pays is False:
            return "0"
        paid = f'"status" IN {self._in(self.paid)}'
        if pays is None:
            paid += f' AND "clause" IN {self._in([c.id for c in self.plan.clauses if c.pays] or [""])}'
        return f'CASE WHEN {paid} THEN coalesce("value", 0) ELSE 0 END'

    # --- within a clause -----------------------------------------------------------------------------------

    def clause_passes(self, clauses: Sequence[ClausePlan], table: str, columns: Sequence[str] = ALL) -> str | None:
        """The rows of clauses after once and caps; None where they have neither. Clauses with caps are passed alone.

        `columns` are those of the table, `value` and `group_by` among them; they keep their order.
        """
        once, caps = any(c.once for c in clauses), clauses[0].caps
        if not once and not caps:
            return None
        query = f"SELECT * FROM {table}"
        if once:
            query = self._once(query, clauses, columns)
        for cap in caps:
            query = self._cap(query, cap, columns)
        return query

    def _once(self, query: str, clauses: Sequence[ClausePlan], columns: Sequence[str]) -> str:
        """The first award of each party or object keeps its sum, clause by clause."""
        by_object, by_party = ([c.id for c in clauses if c.once and c.once.per == per] for per in ("object", "party"))
        scope, other = (_either(by_object, by_party, *names) for names in (("object", "party"), ("party", "object")))
        order = f'"prefer", "counted_on", {self.sql.dialect.text_key.format(x=other)}'
        if "decided" in columns:  # whoever was granted it holds it
            order = f'"decided" IS NULL, {order}'
        within = f'"clause", {scope}' if len(clauses) > 1 else scope
        rank = f'row_number() OVER (PARTITION BY {within}, coalesce("value", 0) > 0 ORDER BY {order})'
        query = f'SELECT o.*, {rank} AS "__nth", {self._had(clauses)} AS "__had" FROM ({query}) o'
        keeps = '"value" = 0 OR ("__nth" = 1 AND NOT "__had")'
        often = [c.id for c in clauses if c.once is None]
        if often:  # of whom it makes no difference who comes first
            keeps += f' OR "clause" IN {self._in(often)}'
        return _cut(query, keeps, "0", "once", columns)

    def _had(self, clauses: Sequence[ClausePlan]) -> str:
        """Whether an award that is given once in a lifetime has been paid in a year before."""
        found = []
        for per, column in (("object", "object"), ("party", "party_id")):
            lifelong = [c.id for c in clauses if c.once is not None and c.once.lifetime and c.once.per == per]
            paid = [name for name in lifelong if self.options.paid([name])]
            if paid:
                found.append(
                    f'EXISTS (SELECT 1 FROM {table_name("award")} a WHERE a."clause" = o."clause"'
                    f' AND a."clause" IN {self._in(paid)} AND a."year" < {self.plan.year} AND a."amount" > 0'
                    f" AND a.{quote(column)} = o.{quote(per)})"
                )
        return f"({' OR '.join(found)})" if found else "FALSE"

    def _cap(self, query: str, cap: CapPlan, columns: Sequence[str]) -> str:
        partition = 'PARTITION BY "party" ' if cap.per == "party" else ""
        order = 'CASE WHEN "status" = \'sum\' THEN 0 ELSE 1 END, "counted_on", ' + self._key("object", "party")
        window = f"{partition}ORDER BY {order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING"
        taken = f'coalesce(sum("value") OVER ({window}), 0)'
        query = f'SELECT c.*, {taken} AS "__taken" FROM ({query}) c'
        left = f'CAST(greatest(0, {cap.fen} - "__taken") AS BIGINT)'
        return _cut(query, f'"value" <= {left}', left, "cap", columns)

    # --- groups ----------------------------------------------------------------------------------------------

    def group_query(self, group: GroupPlan, table: str) -> str:
        """The group's rows: the highest keeps its value (net of what the group paid before), others get 0."""
        scope = quote(group.scope)
        order = (
            'CASE "clause" '
            + " ".join(f"WHEN {text_literal(m)} THEN {i}" for i, m in enumerate(group.members))
            + " END"
        )
        is_sum = "\"status\" = 'sum'"
        best = f'max("value") FILTER (WHERE {is_sum}) OVER (PARTITION BY {scope})'
        rank = (
            f'row_number() OVER (PARTITION BY {scope}, {is_sum}, "value" IS NULL'
            f' ORDER BY "value" DESC, {order}, {self._key("object", "party")})'
        )
        query = f'SELECT g.*, {best} AS "__best", {rank} AS "__nth", {self._before(group)} AS "__before" FROM {table} g'
        wins = f'"__nth" = 1 AND ({is_sum} OR "value" > coalesce("__best", -1))'
        after = f'CASE WHEN {wins} THEN greatest(0, "value" - greatest(0, "__before")) ELSE 0 END'
        value = f'CASE WHEN "value" IS NOT NULL THEN CAST({after} AS BIGINT) END'
        less = f'"value" IS NOT NULL AND {after} < "value"'
        why = f'CASE WHEN {less} THEN {text_literal(group.id)} ELSE "group_by" END'
        return f"SELECT {_changed(ALL, value, why)} FROM ({query}) h"

    def _before(self, group: GroupPlan) -> str:
        if group.take != "net" or not self.options.paid(group.members):
            return "0"
        same = 'a."object" = g."object"' if group.scope == "object" else 'a."party_id" = g."party"'
        return (
            f'(SELECT coalesce(sum(a."amount"), 0) FROM {table_name("award")} a WHERE a."clause" IN'
            f' {self._in(group.members)} AND a."year" < {self.plan.year} AND {same})'
        )


def _either(by_object: Sequence[str], by_party: Sequence[str], first: str, second: str) -> str:
    """SQL of one column in rows of clauses by object, of another in those by party."""
    if not by_party or not by_object:
        return quote(second if by_party else first)
    listed = ", ".join(map(text_literal, by_party))
    return f'CASE WHEN "clause" IN ({listed}) THEN {quote(second)} ELSE {quote(first)} END'


def _cut(query: str, keeps: str, otherwise: str, reason: str, columns: Sequence[str]) -> str:
    """Replace `value` where it is cut and say why; what was worked out to know it is dropped."""
    value = f'CASE WHEN "value" IS NULL OR {keeps} THEN "value" ELSE {otherwise} END'
    why = f'CASE WHEN "value" IS NULL OR {keeps} THEN "group_by" ELSE {text_literal(reason)} END'
    return f"SELECT {_changed(columns, value, why)} FROM ({query}) k"


def _changed(columns: Sequence[str], value: str, group_by: str) -> str:
    """The columns in their order, two of them new."""
    new = {"value": value, "group_by": group_by}
    return ", ".join(f"{new[n]} AS {quote(n)}" if n in new else quote(n) for n in columns)
