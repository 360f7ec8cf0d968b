"""SQL of a clause: from the rows that count to one row an award, with its status and its sum.

The tables made here feed `innocity.engines.rules.passes` (once, caps, groups, pools).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from innocity.core.dates import year_end, year_start
from innocity.engines.rules.ir import CLASS_PARTY, Branch, ClausePlan, ConditionPlan, ExclusionPlan, RulesPlan
from innocity.plan.amounts import PerUnit, Plain, Rated, Sum, expressions
from innocity.plan.interpret import column_key
from innocity.plan.nodes import Aggregate, Col, Lit, Node, Ref, transform
from innocity.plan.scan import TRUE, Source, columns_used
from innocity.plan.scan_sql import Reach, rows_query, table_name
from innocity.plan.sql import Emitter, quote, text_literal

COLUMNS = (
    ("clause", "text"), ("object", "text"), ("party", "text"), ("status", "text"), ("counted_on", "date"),
    ("computed", "integer"), ("decided", "integer"), ("value", "integer"), ("flags", "text"),
    ("excluded_by", "text"), ("near_condition", "text"), ("near_have", "integer"), ("near_need", "integer"),
    ("near_gap", "integer"), ("near_unit", "text"), ("x_base", "integer"), ("x_uncapped", "integer"),
    ("x_case", "text"), ("prefer", "integer"), ("rank", "integer"),
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
class Family:
    """Clauses that are summed in one scan."""

    source: Source
    object: tuple[Node, ...] | None
    clauses: tuple[ClausePlan, ...]


def families(plan: RulesPlan) -> list[Family]:
    """Grouped clauses joined where they read the same rows for the same objects."""
    found: dict[object, list[ClausePlan]] = {}
    for clause in plan.clauses:
        if not clause.grouped or clause.source is None:
            continue
        shared = clause.source.fusible() and not clause.source.after
        key: object = (replace(clause.source, where=TRUE), clause.object) if shared else clause.id
        found.setdefault(key, []).append(clause)
    return [Family(f[0].source, f[0].object, tuple(f)) for f in found.values() if f[0].source is not None]


class ClauseEmitter:
    """Emits the statements of one plan."""

    def __init__(self, plan: RulesPlan, emitter: Emitter, options: Options) -> None:
        self.plan, self.sql, self.options = plan, emitter, options
        self.first, self.last = year_start(plan.year), year_end(plan.year)

    # --- base facts ------------------------------------------------------------------------------------

    def base_query(self, family: Family) -> str:
        """One scan: a row a party and object, the aggregates of every clause side by side."""
        wanted = [n for c in family.clauses for n in self._wanted(c)]
        reach = Reach(any(c.reach.last for c in family.clauses), any(c.reach.before for c in family.clauses))
        single = len(family.clauses) == 1
        rows = rows_query(family.source if single else replace(family.source, where=TRUE), self.sql, wanted, reach)
        keys = ['"__party"', f'{self.object_key(family.object)} AS "__object"', *self._object_columns(family.object)]
        columns = [c for clause in family.clauses for c in self.base_columns(clause, reach, single)]
        where = "" if single else self._any_where(family)
        known = "" if family.object is None else f" AND {self.object_key(family.object)} IS NOT NULL"
        group = ", ".join(str(i + 1) for i in range(len(keys)))
        return f"SELECT {', '.join([*keys, *columns])} FROM ({rows}) b WHERE TRUE{where}{known} GROUP BY {group}"

    def _wanted(self, clause: ClausePlan) -> list[Node]:
        assert clause.source is not None
        return [*(a for _, a in clause.aggregates), *(clause.object or ()), clause.source.where, clause.source.party]

    def _any_where(self, family: Family) -> str:
        wheres = {c.source.where for c in family.clauses if c.source is not None}
        return "" if TRUE in wheres else " AND (" + " OR ".join(sorted(map(self.sql.expression, wheres))) + ")"

    def _object_columns(self, nodes: tuple[Node, ...] | None) -> list[str]:
        return [quote(column_key(n)) for n in nodes or () if isinstance(n, Col)]

    def object_key(self, nodes: tuple[Node, ...] | None) -> str:
        """The award key's object as text: the party, or the columns joined by `|`."""
        if nodes is None:
            return '"__party"'
        texts = [f"CAST({self.sql.expression(n)} AS {self.sql.dialect.text})" for n in nodes]
        return texts[0] if len(texts) == 1 else "(" + " || '|' || ".join(texts) + ")"

    def base_columns(self, clause: ClausePlan, reach: Reach, single: bool) -> list[str]:
        """How many rows count, when last, and the clause's aggregates."""
        assert clause.source is not None
        where = [] if single or clause.source.where == TRUE else [self.sql.expression(clause.source.where)]
        wide = reach.last or reach.before
        this = [f'"__on" >= {self.sql.constant(self.first)}'] if wide else []
        holds = self._holds(clause)
        counted = [*where, *this, *([holds] if holds else [])]
        out = [*where, *this, f"NOT {holds}"] if holds else ["FALSE"]
        columns = [
            f"count(*){_filter(counted)} AS {quote(f'{clause.index}_n')}",
            f'max("__on"){_filter(counted)} AS {quote(f"{clause.index}_on")}',
        ]
        if holds:
            columns.append(f"count(*){_filter(out)} AS {quote(f'{clause.index}_out')}")
        for name, node in clause.aggregates:
            conditions = [*where, *self._years(node, this, holds)]
            columns.append(f"{self._aggregate(node, conditions)} AS {quote(f'{clause.index}_{name}')}")
        return columns

    def _holds(self, clause: ClausePlan, on: str = '"__on"') -> str | None:
        """SQL of "the clause is in force at the date"; None where it is so for the whole year."""
        if not clause.in_force:
            return "FALSE"
        parts = []
        if clause.valid_from and clause.valid_from > self.first:
            parts.append(f"{on} >= {self.sql.constant(clause.valid_from)}")
        if clause.valid_to and clause.valid_to < self.last:
            parts.append(f"{on} <= {self.sql.constant(clause.valid_to)}")
        return f"({' AND '.join(parts)})" if parts else None

    def _years(self, node: Aggregate, this: list[str], holds: str | None) -> list[str]:
        first = self.sql.constant(self.first)
        if node.years == "this":
            return [*this, *([holds] if holds else [])]
        if node.years == "last":
            return [f'"__on" < {first}', f'"__on" >= {self.sql.constant(year_start(self.plan.year - 1))}']
        return [f'"__on" < {first}'] if node.years == "before" else []

    def _aggregate(self, node: Aggregate, conditions: list[str]) -> str:
        if node.when is not None:
            conditions = [*conditions, self.sql.expression(node.when)]
        chosen = _filter(conditions)
        if node.how == "count":
            return f"count(*){chosen}"
        if node.how == "any":
            return f"(count(*){chosen} > 0)"
        assert node.item is not None
        item = self.sql.expression(node.item)
        if node.how == "distinct":
            return f"count(DISTINCT {item}){chosen}"
        if node.how == "sum":
            return f"CAST(coalesce(sum({item}){chosen}, 0) AS BIGINT)"
        return f"{node.how}({item}){chosen}"

    # --- rows of a clause --------------------------------------------------------------------------------

    def rows_of(self, clause: ClausePlan, base: str) -> str:
        """The clause's rows with `__party __object __on __in __out` and the names its expressions read.

        `base` is the table of base facts of a grouped clause's family, unused otherwise.
        """
        if clause.grouped:
            return self._grouped_rows(clause, base)
        assert clause.source is not None
        wanted = [*self._read(clause), *(clause.object or ()), *(clause.once.prefer if clause.once else ())]
        rows = rows_query(clause.source, self.sql, wanted, Reach())
        holds = self._holds(clause) or "TRUE"
        fact = self.sql.dialect.text_key.format(x='"__fact"')
        query = f'SELECT *, {self.object_key(clause.object)} AS "__object", {holds} AS "__in" FROM ({rows}) i'
        rank = f'row_number() OVER (PARTITION BY "__party", "__object" ORDER BY "__in" DESC, "__on" DESC, {fact} DESC)'
        query = f'SELECT *, {rank} AS "__latest" FROM ({query}) l WHERE "__object" IS NOT NULL'
        return f'SELECT * FROM ({query}) f WHERE "__latest" = 1'

    def _grouped_rows(self, clause: ClausePlan, base: str) -> str:
        i = clause.index
        names = [f"{quote(f'{i}_{name}')} AS {quote(name)}" for name, _ in clause.aggregates]
        n, out = quote(f"{i}_n"), quote(f"{i}_out")
        concerned = f"{n} > 0 OR {out} > 0" if self._holds(clause) else f"{n} > 0"
        columns = [
            '"__party"',
            '"__object"',
            f'{quote(f"{i}_on")} AS "__on"',
            f'({n} > 0) AS "__in"',
            *self._object_columns(clause.object),
            *names,
        ]
        return f"SELECT {', '.join(columns)} FROM {base} WHERE {concerned}"

    def _read(self, clause: ClausePlan) -> list[Node]:
        nodes = [c.node for c in clause.conditions]
        if clause.amount is not None:
            nodes += expressions(clause.amount)
        return [*nodes, *([clause.manual] if clause.manual is not None else []), *(clause.object or ())]

    # --- awards ------------------------------------------------------------------------------------------

    def award_query(self, clause: ClausePlan, base: str) -> str:
        """One row an award, a miss that is near, or a case for a person; the columns of COLUMNS."""
        rows = self._with_subject(clause, self.rows_of(clause, base))
        e = self.sql
        manual = e.expression(clause.manual) if clause.manual is not None else "FALSE"
        subject = e.expression(clause.subject) if clause.subject is not None else "TRUE"
        conditions = [e.expression(c.node) for c in clause.conditions]
        ok = " AND ".join(f"({c})" for c in conditions) or "TRUE"
        amount = self._computed(clause)
        near = [self._near(clause, i) for i, c in enumerate(clause.conditions) if c.branches]
        columns = [
            "*", f"coalesce({manual}, FALSE) AS \"__manual\"", f"coalesce({ok}, FALSE) AS \"__ok\"",
            f'{amount} AS "__sum"', *self._near_columns(near), *self._explain(clause),
        ]  # fmt: skip
        inner = f"SELECT {', '.join(columns)} FROM ({rows}) s WHERE coalesce({subject}, FALSE)"
        return self._finish(clause, inner, bool(near))

    def _with_subject(self, clause: ClausePlan, rows: str) -> str:
        used = columns_used([n for n in [*self._read(clause), clause.subject] if n is not None]).get("party")
        if not used:
            return rows
        names = ", ".join(f"o.{quote(n)} AS {quote(f'party.{n}')}" for n in sorted(used))
        return f'SELECT g.*, {names} FROM ({rows}) g LEFT JOIN "__subjects" o ON o."party_id" = g."__party"'

    def _computed(self, clause: ClausePlan) -> str:
        if clause.amount is None or clause.missing:
            return "CAST(NULL AS BIGINT)"
        value = self.sql.amount(clause.amount)
        return f"CASE WHEN ({value}) IS NOT NULL THEN greatest({value}, 0) END"

    def _explain(self, clause: ClausePlan) -> list[str]:
        amount = clause.amount
        null = "CAST(NULL AS BIGINT)"
        if amount is None or clause.missing or not self.options.explain:
            return [
                f'{null} AS "x_base"',
                f'{null} AS "x_uncapped"',
                f'CAST(NULL AS {self.sql.dialect.text}) AS "x_case"',
            ]
        base = _explained_base(amount)
        uncapped = self.sql.amount(replace(amount, cap=None, floor=None)) if amount.cap or amount.floor else null
        return [
            f'{self.sql.expression(base) if base is not None else null} AS "x_base"',
            f'CAST({uncapped} AS BIGINT) AS "x_uncapped"', f'{self.sql.case_name(amount)} AS "x_case"',
        ]  # fmt: skip

    def _near(self, clause: ClausePlan, i: int) -> tuple[int, str, str, str, str, str]:
        """(index, condition that this one alone fails and nearly holds, have, need, gap, unit)."""
        e = self.sql
        others = [f"({e.expression(c.node)})" for j, c in enumerate(clause.conditions) if j != i]
        condition = clause.conditions[i]
        parts = [self._branch(clause, b) for b in condition.branches]
        gap = parts[0][2] if len(parts) == 1 else f"least({', '.join(p[2] for p in parts)})"
        choose = "CASE " + " ".join(f"WHEN {p[2]} = {gap} THEN {{{k}}}" for k, p in enumerate(parts)) + " END"
        have = choose.format(*(p[0] for p in parts))
        need = choose.format(*(p[1] for p in parts))
        unit = choose.format(*(text_literal(b.unit) for b in condition.branches))
        fails = " AND ".join([f"NOT ({e.expression(condition.node)})", *others, f"({gap}) IS NOT NULL"])
        return i, fails, have, need, gap, unit

    def _branch(self, clause: ClausePlan, branch: Branch) -> tuple[str, str, str]:
        """(have, need, gap where it is near enough)."""
        e, day = self.sql, branch.unit == "day"
        have, need = e.expression(branch.have), e.expression(branch.need)
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
        share = clause.near_within
        within = (
            f"{gap} <= {clause.clause.near.days}" if day
            else f"CAST({gap} AS BIGINT) * {share.denominator} <= abs({need}) * {share.numerator}"
        )  # fmt: skip
        return have, need, f"CASE WHEN {within} THEN {gap} END"

    def _near_columns(self, near: list[tuple[int, str, str, str, str, str]]) -> list[str]:
        text = self.sql.dialect.text
        if not near:
            null = "CAST(NULL AS BIGINT)"
            return [
                f'CAST(NULL AS {text}) AS "near_condition"',
                f'{null} AS "near_have"',
                f'{null} AS "near_need"',
                f'{null} AS "near_gap"',
                f'CAST(NULL AS {text}) AS "near_unit"',
            ]
        whens = {
            "near_condition": [f"WHEN {fails} THEN '{i}'" for i, fails, *_ in near],
            "near_have": [f"WHEN {fails} THEN {have}" for _, fails, have, *_ in near],
            "near_need": [f"WHEN {fails} THEN {need}" for _, fails, _, need, *_ in near],
            "near_gap": [f"WHEN {fails} THEN {gap}" for _, fails, _, _, gap, _ in near],
            "near_unit": [f"WHEN {fails} THEN {unit}" for _, fails, _, _, _, unit in near],
        }
        return [f"CASE {' '.join(cases)} END AS {quote(name)}" for name, cases in whens.items()]

    def _finish(self, clause: ClausePlan, inner: str, near: bool) -> str:
        """Exclusions and decisions joined, the status settled."""
        text = self.sql.dialect.text
        excluded = self.options.exclusions and clause.clause.exclusions == "common"
        joins, why = "", f"CAST(NULL AS {text})"
        if excluded:
            joins += ' LEFT JOIN "__excluded" x ON x."party" = v."__party"'
            why = 'x."why"'
        decided, rank = "CAST(NULL AS BIGINT)", "CAST(NULL AS BIGINT)"
        chosen, deciding = "", self.options.decisions
        if deciding:
            joins += (
                f' LEFT JOIN "__decisions" d ON d."clause" = {text_literal(clause.id)}'
                ' AND d."object" = v."__object" AND d."party_id" = v."__party"'
            )
            fixed = 'v."__sum"' if clause.clause.bound == "exact" and clause.amount is not None else "NULL"
            decided = f'CASE WHEN d."selected" THEN coalesce(d."sum", {fixed}) WHEN NOT d."selected" THEN 0 END'
            rank = 'd."rank"'
            if clause.clause.amount.none == "in_kind":  # a service is granted or not; no sum is decided
                decided = "CAST(NULL AS BIGINT)"
                chosen = ' WHEN "__ok" AND NOT "__selected" THEN NULL'
            if clause.clause.gate is not None and not clause.missing:
                chosen += f' WHEN "__ok" AND {{has}} AND "__selected" THEN {text_literal(clause.chosen_status)}'
        has_sum = '"__sum" IS NOT NULL' if clause.amount is not None and not clause.missing else "TRUE"
        status = (
            "CASE WHEN \"__manual\" THEN 'manual' WHEN NOT \"__in\" THEN 'not_in_force'"
            f' WHEN "__ok" AND {has_sum} AND "__why" IS NOT NULL THEN \'excluded\''
            f' WHEN "__ok" AND {has_sum} AND "__decided" IS NOT NULL THEN \'sum\''
            + chosen.replace("{has}", has_sum)
            + f' WHEN "__ok" AND {has_sum} THEN {text_literal(clause.value_status)}'
            + (' WHEN "near_condition" IS NOT NULL AND "__why" IS NULL THEN \'near\'' if near else "")
            + " END"
        )
        selected = 'd."selected"' if deciding else "FALSE"
        joined = (
            f'SELECT v.*, {why} AS "__why", {decided} AS "__decided", {rank} AS "rank",'
            f' {selected} AS "__selected" FROM ({inner}) v{joins}'
        )
        return self._select(clause, f'SELECT *, {status} AS "__status" FROM ({joined}) c')

    def _select(self, clause: ClausePlan, query: str) -> str:
        text = self.sql.dialect.text
        valued = f'"__status" IN ({", ".join(map(text_literal, VALUED))})'
        shown = "\"__status\" IN ('sum', 'ceiling', 'awaiting_decision', 'excluded')"
        is_near = "\"__status\" = 'near'"
        near = [
            f"CASE WHEN {is_near} THEN {quote(n)} END AS {quote(n)}"
            for n in ("near_condition", "near_have", "near_need", "near_gap", "near_unit")
        ]
        columns = [
            f"CAST({text_literal(clause.id)} AS {text}) AS \"clause\"", '"__object" AS "object"', '"__party" AS "party"',
            f'CAST("__status" AS {text}) AS "status"', '"__on" AS "counted_on"',
            f'CASE WHEN {shown} THEN "__sum" END AS "computed"',
            "CASE WHEN \"__status\" = 'sum' THEN \"__decided\" END AS \"decided\"",
            f'CASE WHEN {valued} THEN coalesce("__decided", "__sum") END AS "value"',
            f"CAST({text_literal(' '.join(clause.flags))} AS {text}) AS \"flags\"",
            "CASE WHEN \"__status\" = 'excluded' THEN \"__why\" END AS \"excluded_by\"", *near,
            f'CASE WHEN {shown} THEN "x_base" END AS "x_base"', f'CASE WHEN {shown} THEN "x_uncapped" END AS "x_uncapped"',
            f'CASE WHEN {shown} THEN "x_case" END AS "x_case"', f'{self._prefer(clause)} AS "prefer"', '"rank"',
        ]  # fmt: skip
        return f'SELECT {", ".join(columns)} FROM ({query}) r WHERE "__status" IS NOT NULL'

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

    def step_query(self, clause: ClausePlan) -> str:
        """Parties that have taken the step before a missing event and have no row of the clause."""
        assert clause.before is not None
        text = self.sql.dialect.text
        where = self.sql.expression(clause.before.where)
        first, last = self.sql.constant(self.first), self.sql.constant(self.last)
        valid = f'"valid_from" <= {last} AND ("valid_to" IS NULL OR "valid_to" > {first})'
        values = {
            "clause": text_literal(clause.id),
            "object": '"party_id"',
            "party": '"party_id"',
            "status": "'near'",
            "flags": text_literal(" ".join(clause.flags)),
            "near_condition": "'before'",
            "prefer": "0",
        }
        columns = [
            f"CAST({values.get(n, 'NULL')} AS {text if k == 'text' else self.sql.sql_type(k)}) AS {quote(n)}"  # type: ignore[arg-type]
            for n, k in COLUMNS
        ]
        return (
            f"SELECT DISTINCT {', '.join(columns)} FROM {table_name(clause.before.register)} WHERE ({where}) AND {valid}"
            f' AND "party_id" NOT IN (SELECT "party" FROM "__raw" WHERE "clause" = {text_literal(clause.id)})'
        )

    def class_query(self, clause: ClausePlan) -> str:
        """The one row of a clause that is open to a whole class."""
        text = self.sql.dialect.text
        ended = clause.valid_to is not None and clause.valid_to < self.first
        status = "not_in_force" if ended or not clause.in_force else clause.value_status
        values = {
            "clause": text_literal(clause.id),
            "object": "'class'",
            "party": text_literal(CLASS_PARTY),
            "status": text_literal(status),
            "flags": text_literal(" ".join(clause.flags)),
            "prefer": "0",
        }
        columns = [
            f"CAST({values.get(n, 'NULL')} AS {text if k == 'text' else self.sql.sql_type(k)}) AS {quote(n)}"  # type: ignore[arg-type]
            for n, k in COLUMNS
        ]
        return f"SELECT {', '.join(columns)}"

    def subjects_query(self, columns: set[str]) -> str:
        """Each organisation's row as at the end of the year."""
        names = ", ".join(quote(n) for n in sorted(columns | {"party_id"}))
        last = self.sql.constant(self.last)
        fact = self.sql.dialect.text_key.format(x='"fact_id"')
        rank = f'row_number() OVER (PARTITION BY "party_id" ORDER BY "valid_from" DESC, {fact} DESC)'
        inner = (
            f'SELECT *, {rank} AS "__n" FROM {table_name("organization")} WHERE "valid_from" <= {last}'
            f' AND ("valid_to" IS NULL OR "valid_to" > {last})'
        )
        return f'SELECT {names} FROM ({inner}) o WHERE "__n" = 1'

    def excluded_query(self) -> str:
        """Parties with a common exclusion on the day of evaluation; the first reason by id."""
        text = self.sql.dialect.text
        parts = [self._exclusion(e) for e in self.plan.exclusions]
        union = (
            " UNION ALL ".join(parts)
            or f'SELECT CAST(NULL AS {text}) AS "party", CAST(NULL AS {text}) AS "why" WHERE FALSE'
        )
        return f'SELECT "party", min("why") AS "why" FROM ({union}) u GROUP BY "party"'

    def _exclusion(self, item: ExclusionPlan) -> str:
        day = self.sql.constant(self.plan.as_of)
        conditions = [self.sql.expression(item.where), f"{quote(item.start)} <= {day}"]
        if item.end:
            conditions.append(f"({quote(item.end)} IS NULL OR {quote(item.end)} > {day})")
        if item.repaired:
            conditions.append(f"({quote(item.repaired)} IS NULL OR {quote(item.repaired)} > {day})")
        return (
            f'SELECT "party_id" AS "party", CAST({text_literal(item.id)} AS {self.sql.dialect.text}) AS "why"'
            f" FROM {table_name(item.register)} WHERE {' AND '.join(f'({c})' for c in conditions)}"
        )


def _filter(conditions: list[str]) -> str:
    return f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""


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
    return columns_used(nodes).get("party", set())


__all__ = ["COLUMNS", "ClauseEmitter", "ConditionPlan", "Family", "Options", "Ref", "families", "transform"]
