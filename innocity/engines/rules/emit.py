"""SQL of a clause: from the rows that count to one row an award, with its status and its sum.

The tables made here feed `innocity.engines.rules.passes` (once, caps, groups, pools).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from innocity.core.dates import year_end, year_start
from innocity.engines.rules.base_sql import Base, holds, object_columns, object_key
from innocity.engines.rules.ir import CLASS_PARTY, ClausePlan, RulesPlan
from innocity.engines.rules.near_sql import Near
from innocity.plan.amounts import Ladder, PerUnit, Plain, Rated, Sum, expressions
from innocity.plan.nodes import Col, Lit, Node, Ref, walk
from innocity.plan.parse import BENEFICIARY
from innocity.plan.scan import columns_used
from innocity.plan.scan_sql import Reach, rows_query
from innocity.plan.sql import Emitter, always_known, never_negative, quote, text_literal

COLUMNS = (
    ("clause", "text"), ("object", "text"), ("party", "text"), ("status", "text"), ("counted_on", "date"),
    ("computed", "integer"), ("decided", "integer"), ("value", "integer"), ("flags", "text"),
    ("excluded_by", "text"), ("near_condition", "text"), ("near_have", "integer"), ("near_need", "integer"),
    ("near_gap", "integer"), ("near_unit", "text"), ("x_base", "integer"), ("x_uncapped", "integer"),
    ("x_case", "text"), ("prefer", "integer"), ("rank", "integer"), ("group_by", "text"),
)  # fmt: skip
VALUED = ("sum", "ceiling", "awaiting_decision")


@dataclass(frozen=True)
class Options:
    """What the snapshot holds and what is asked for; it decides which joins are emitted at all."""

    decisions: bool = True
    exclusions: bool = True
    history: bool = True
    explain: bool = True
    assume_ceilings: bool = False


@dataclass(frozen=True)
class Cut:
    """A group whose members all stand in one row: what the others come to decides what a member keeps.

    `rivals` are the other members and whether each goes before this one at the same sum.
    """

    group: str
    rivals: tuple[tuple[ClausePlan, bool], ...]


@dataclass(frozen=True)
class Query:
    """SQL of awards and the columns it gives; columns of COLUMNS that it lacks are empty."""

    sql: str
    columns: tuple[str, ...]


class ClauseEmitter:
    """Emits the statements of one plan."""

    def __init__(self, plan: RulesPlan, emitter: Emitter, options: Options) -> None:
        self.plan, self.sql, self.options = plan, emitter, options
        self.first, self.last = year_start(plan.year), year_end(plan.year)

    # --- rows of a clause --------------------------------------------------------------------------------

    def rows_of(self, clause: ClausePlan) -> str:
        """The rows of a clause by row, with `__party __object __on __in` and the names its expressions read."""
        assert clause.source is not None
        wanted = [*self._read(clause), *(clause.object or ()), *(clause.once.prefer if clause.once else ())]
        rows = rows_query(clause.source, self.sql, wanted, Reach())
        inside = holds(clause, self.first, self.last, self.sql) or "TRUE"
        if self._alike(clause):
            return self._one_each(clause, rows, inside)
        fact = self.sql.dialect.text_key.format(x='"__fact"')
        query = f'SELECT *, {object_key(clause.object, self.sql)} AS "__object", {inside} AS "__in" FROM ({rows}) i'
        rank = f'row_number() OVER (PARTITION BY "__party", "__object" ORDER BY "__in" DESC, "__on" DESC, {fact} DESC)'
        query = f'SELECT *, {rank} AS "__latest" FROM ({query}) l WHERE "__object" IS NOT NULL'
        return f'SELECT * FROM ({query}) f WHERE "__latest" = 1'

    def _alike(self, clause: ClausePlan) -> bool:
        """Whether it makes no difference which of an object's rows counts: nothing of the row itself is read."""
        keys = set(clause.object or ())
        parts = [n for m in [*self._read(clause), *(clause.once.prefer if clause.once else ())] for n in walk(m)]
        return not any(
            isinstance(n, Ref) or (isinstance(n, Col) and n.alias != "party" and n not in keys) for n in parts
        )

    def _one_each(self, clause: ClausePlan, rows: str, inside: str) -> str:
        """A row a party and object; summing is cheaper than ordering."""
        key = object_key(clause.object, self.sql)
        keys = ['"__party"', f'{key} AS "__object"', *object_columns(clause.object)]
        last = 'max("__on")' if inside == "TRUE" else f'coalesce(max("__on") FILTER (WHERE {inside}), max("__on"))'
        valid = inside if inside in ("TRUE", "FALSE") else f"bool_or({inside})"
        group = ", ".join(str(i + 1) for i in range(len(keys)) if i != 1 or clause.object is not None)
        return (
            f'SELECT {", ".join(keys)}, {valid} AS "__in", {last} AS "__on" FROM ({rows}) i'
            f" WHERE {key} IS NOT NULL GROUP BY {group}"
        )

    def summed_rows(self, clause: ClausePlan, base: Base, table: str, cut: Cut | None) -> str:
        """The rows of a grouped clause, from the table of its family's base facts."""
        names = base.names[clause.id]
        on = quote(names["on"])
        concerned = f"{on} IS NOT NULL" + (f" OR {quote(names['out'])} > 0" if "out" in names else "")
        rivals = [
            f'{self.rival(base.over(r), base)} AS "__rival{i}"' for i, (r, _) in enumerate(cut.rivals if cut else ())
        ]
        columns = [
            '"__party"',
            '"__party" AS "__object"' if clause.object is None else '"__object"',
            f'{on} AS "__on"',
            f'({on} IS NOT NULL) AS "__in"' if "out" in names else 'TRUE AS "__in"',
            *object_columns(clause.object),
            *(quote(n) for n in dict.fromkeys(names[name] for name, _ in clause.aggregates)),
            *rivals,
        ]
        return f"SELECT {', '.join(columns)} FROM {table} WHERE {concerned}"

    def rival(self, clause: ClausePlan, base: Base) -> str:
        """What another clause of the same row comes to; NULL where it gives nothing."""
        conditions = [f"{quote(base.names[clause.id]['on'])} IS NOT NULL"]
        conditions += [f"({self.sql.expression(c.node)})" for c in clause.conditions]
        if clause.manual is not None:
            conditions.append(f"NOT coalesce({self.sql.expression(clause.manual)}, FALSE)")
        return f"CASE WHEN {' AND '.join(conditions)} THEN {self._computed(clause)} END"

    def _read(self, clause: ClausePlan) -> list[Node]:
        nodes = [c.node for c in clause.conditions]
        if clause.amount is not None:
            nodes += expressions(clause.amount)
        return [*nodes, *([clause.manual] if clause.manual is not None else []), *(clause.object or ())]

    # --- awards ------------------------------------------------------------------------------------------

    def award_query(
        self, clause: ClausePlan, base: Base | None = None, table: str = "", cut: Cut | None = None
    ) -> Query:
        """One row an award, a miss that is near, or a case for a person.

        `base` and its `table` are those of a grouped clause's family; a `table` alone holds `rows_of` it.
        """
        if base is not None:
            clause, rows = base.over(clause), self.summed_rows(clause, base, table, cut)
        else:
            rows = f"SELECT * FROM {table}" if table else self.rows_of(clause)
        rows = self._with_subject(clause, rows)
        e = self.sql
        subject = f" WHERE {e.expression(clause.subject)}" if clause.subject is not None else ""
        columns = ["*"]
        if clause.manual is not None:
            columns.append(f'coalesce({e.expression(clause.manual)}, FALSE) AS "__manual"')
        if clause.conditions:
            conditions = " AND ".join(f"({e.expression(c.node)})" for c in clause.conditions)
            columns.append(f'coalesce({conditions}, FALSE) AS "__ok"')
        if sums(clause):
            columns.append(f'{self._computed(clause)} AS "__sum"')
        extra = {
            **Near(self.sql, clause).columns(),
            **self._explain(clause),
        }
        columns += [f"{sql} AS {quote(name)}" for name, sql in extra.items()]
        query = self._finish(clause, f"SELECT {', '.join(columns)} FROM ({rows}) s{subject}", "near_gap" in extra)
        return self._select(clause, query, cut, tuple(extra))

    def _with_subject(self, clause: ClausePlan, rows: str) -> str:
        used = needs_subject(clause)
        if not used:
            return rows
        names = ", ".join(f"o.{quote(n)} AS {quote(f'party.{n}')}" for n in sorted(used))
        return f'SELECT g.*, {names} FROM ({rows}) g LEFT JOIN "__subjects" o ON o."party_id" = g."__party"'

    def _computed(self, clause: ClausePlan) -> str:
        if clause.amount is None or clause.missing:
            return "CAST(NULL AS BIGINT)"
        value = self.sql.amount(clause.amount)
        if never_negative(clause.amount):
            return f"CAST({value} AS BIGINT)"
        if always_known(clause.amount):
            return f"CAST(greatest({value}, 0) AS BIGINT)"
        return f"CAST(CASE WHEN ({value}) IS NOT NULL THEN greatest({value}, 0) END AS BIGINT)"

    def _explain(self, clause: ClausePlan) -> dict[str, str]:
        amount = clause.amount
        if amount is None or clause.missing or not self.options.explain:
            return {}
        found = {}
        base = _explained_base(amount)
        if base is not None:
            found["x_base"] = self.sql.expression(base)
        if amount.cap or amount.floor:
            found["x_uncapped"] = f"CAST({self.sql.amount(replace(amount, cap=None, floor=None))} AS BIGINT)"
        if isinstance(amount, Ladder):
            found["x_case"] = self.sql.case_name(amount)
        return found

    def excludes(self, clause: ClausePlan) -> bool:
        """Whether the common exclusions stop the clause's awards."""
        return self.options.exclusions and clause.clause.exclusions == "common"

    def _finish(self, clause: ClausePlan, inner: str, near: bool) -> str:
        """Exclusions and decisions joined, the status settled."""
        columns, joins = ["v.*"], ""
        if self.excludes(clause):
            joins += ' LEFT JOIN "__excluded" x ON x."party" = v."__party"'
            columns.append('x."why" AS "__why"')
        if self.options.decisions:
            joins += (
                f' LEFT JOIN "__decisions" d ON d."clause" = {text_literal(clause.id)}'
                ' AND d."object" = v."__object" AND d."party_id" = v."__party"'
            )
            columns += ['d."rank" AS "rank"', 'd."selected" AS "__selected"']
            if _decidable(clause):
                fixed = 'v."__sum"' if clause.clause.bound == "exact" and sums(clause) else "NULL"
                decided = f'CASE WHEN d."selected" THEN coalesce(d."sum", {fixed}) WHEN NOT d."selected" THEN 0 END'
                columns.append(f'{decided} AS "__decided"')
        joined = f"SELECT {', '.join(columns)} FROM ({inner}) v{joins}" if joins else inner
        return f'SELECT *, {self._status(clause, near)} AS "__status" FROM ({joined}) c'

    def _status(self, clause: ClausePlan, near: bool) -> str:
        """The first status that holds; NULL where there is no award."""
        parts = ['"__ok"'] if clause.conditions else []
        parts += ['"__sum" IS NOT NULL'] if _uncertain(clause) else []
        holds_ = " AND ".join(parts) or "TRUE"
        settles = self.options.decisions and _decidable(clause)
        whens = []
        if clause.manual is not None:  # until a person has decided
            open_ = ' AND "__decided" IS NULL' if settles else ""
            whens.append(f"WHEN \"__manual\"{open_} THEN 'manual'")
        whens.append("WHEN NOT \"__in\" THEN 'not_in_force'")
        if self.excludes(clause):
            whens.append(f"WHEN {holds_} AND \"__why\" IS NOT NULL THEN 'excluded'")
        if self.options.decisions:
            if _decidable(clause):
                if clause.manual is not None:
                    whens += self._judged(clause)
                whens.append(f"WHEN {holds_} AND \"__decided\" IS NOT NULL THEN 'sum'")
            else:  # a service is granted or not; no sum is decided
                whens.append(f'WHEN {holds_} AND NOT "__selected" THEN NULL')
            if clause.clause.gate is not None and not clause.missing:
                whens.append(f'WHEN {holds_} AND "__selected" THEN {text_literal(clause.chosen_status)}')
        whens.append(f"WHEN {holds_} THEN {text_literal(clause.value_status)}")
        if near:
            free = ' AND "__why" IS NULL' if self.excludes(clause) else ""
            whens.append(f"WHEN \"near_condition\" IS NOT NULL{free} THEN 'near'")
        return f"CASE {' '.join(whens)} END"

    def _judged(self, clause: ClausePlan) -> list[str]:
        """What a person has decided counts, whatever the conditions; exclusions still stop it."""
        if not self.excludes(clause):
            return ["WHEN \"__manual\" THEN 'sum'"]
        return ['WHEN "__manual" AND "__why" IS NOT NULL THEN \'excluded\'', "WHEN \"__manual\" THEN 'sum'"]

    def _select(self, clause: ClausePlan, query: str, cut: Cut | None, extra: tuple[str, ...]) -> Query:
        text = self.sql.dialect.text
        shown = "\"__status\" IN ('sum', 'ceiling', 'awaiting_decision', 'excluded')"
        columns = {
            "clause": f"CAST({text_literal(clause.id)} AS {text})", "object": '"__object"', "party": '"__party"',
            "status": f'CAST("__status" AS {text})', "counted_on": '"__on"', **self._values(clause, cut),
            "flags": f"CAST({text_literal(' '.join(clause.flags))} AS {text})", "prefer": self._prefer(clause),
        }  # fmt: skip
        if sums(clause):
            columns["computed"] = f'CASE WHEN {shown} THEN "__sum" END'
        if self.excludes(clause):
            columns["excluded_by"] = 'CASE WHEN "__status" = \'excluded\' THEN "__why" END'
        if self.options.decisions:
            columns["rank"] = '"rank"'
        for name in extra:
            when = "\"__status\" = 'near'" if name.startswith("near_") else shown
            columns[name] = f"CASE WHEN {when} THEN {quote(name)} END"
        listed = ", ".join(f"{sql} AS {quote(name)}" for name, sql in columns.items())
        return Query(f'SELECT {listed} FROM ({query}) r WHERE "__status" IS NOT NULL', tuple(columns))

    def _values(self, clause: ClausePlan, cut: Cut | None) -> dict[str, str]:
        """`value`, `decided` and `group_by`, as far as the clause has them."""
        valued = f'"__status" IN ({", ".join(map(text_literal, VALUED))})'
        if cut is not None:
            rivals = [f'"__rival{i}"' for i in range(len(cut.rivals))]
            wins = self.wins(clause, cut, '"__sum"', rivals)
            loses = f"{valued} AND NOT ({wins})"
            return {
                "value": f'CASE WHEN {loses} THEN 0 WHEN {valued} THEN "__sum" END',
                "group_by": f'CASE WHEN {loses} AND "__sum" > 0 THEN {text_literal(cut.group)} END',
            }
        names = ['"__sum"'] if sums(clause) else []
        if not (self.options.decisions and _decidable(clause)):
            return {"value": f"CASE WHEN {valued} THEN {names[0]} END"} if names else {}
        value = 'coalesce("__decided", "__sum")' if names else '"__decided"'
        return {
            "decided": 'CASE WHEN "__status" = \'sum\' THEN "__decided" END',
            "value": f"CASE WHEN {valued} THEN {value} END",
        }

    def wins(self, clause: ClausePlan, cut: Cut, own: str, others: Sequence[str]) -> str:
        """SQL of "no rival comes to more": sums give way to sums alone, other amounts to any.

        `own` and `others` are the columns of the clause's sum and of its rivals', in the cut's order.
        """
        parts = []
        for (rival, first), other in zip(cut.rivals, others, strict=True):
            same = (rival.value_status == "sum") == (clause.value_status == "sum")
            if same or rival.value_status == "sum":
                op = ">" if first or not same else ">="
                parts.append(f"({other} IS NULL OR {own} {op} {other})")
        return " AND ".join(parts) or "TRUE"

    def _prefer(self, clause: ClausePlan) -> str:
        if clause.once is None or not clause.once.prefer or clause.grouped:
            return "CAST(0 AS BIGINT)"
        size = len(clause.once.prefer)
        terms = [
            f"CASE WHEN {self.sql.expression(p)} THEN 0 ELSE {2 ** (size - 1 - i)} END"
            for i, p in enumerate(clause.once.prefer)
        ]
        return f"CAST({' + '.join(terms)} AS BIGINT)"

    # --- what stands beside the rows -----------------------------------------------------------------------

    def class_row(self, clause: ClausePlan) -> dict[str, str]:
        """The one row of a clause that is open to a whole class: SQL by column, the others are empty."""
        ended = clause.valid_to is not None and clause.valid_to < self.first
        status = "not_in_force" if ended or not clause.in_force else clause.value_status
        return {
            "clause": text_literal(clause.id),
            "object": "'class'",
            "party": text_literal(CLASS_PARTY),
            "status": text_literal(status),
            "flags": text_literal(" ".join(clause.flags)),
        }


def sums(clause: ClausePlan) -> bool:
    """Whether the clause comes to a sum at all."""
    return clause.amount is not None and not clause.missing


def _uncertain(clause: ClausePlan) -> bool:
    """Whether the clause's sum may be unknown, or not concern a row."""
    return clause.amount is not None and not clause.missing and not always_known(clause.amount)


def _decidable(clause: ClausePlan) -> bool:
    """Whether a decision may fix a sum; a service is only granted or not."""
    return clause.clause.amount.none != "in_kind"


def _explained_base(amount: Sum) -> Node | None:
    """The number that an explanation starts from: the base of a rate, the count of units, the sum."""
    if isinstance(amount, Rated):
        return amount.base
    if isinstance(amount, PerUnit):
        return amount.times
    return amount.value if isinstance(amount, Plain) and not isinstance(amount.value, Lit) else None


def needs_subject(clause: ClausePlan) -> set[str]:
    """Columns of the beneficiary's own row that a clause reads."""
    nodes = [c.node for c in clause.conditions]
    if clause.subject is not None:
        nodes.append(clause.subject)
    if clause.amount is not None:
        nodes += expressions(clause.amount)
    if clause.manual is not None:
        nodes.append(clause.manual)
    if clause.once is not None and not clause.grouped:
        nodes += clause.once.prefer
    return columns_used(nodes).get(BENEFICIARY, set())
