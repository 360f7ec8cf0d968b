"""SQL of a clause: from the rows that count to one row an award, with its status and its sum.

The tables made here feed `innocity.engines.rules.passes` (once, caps, groups, pools).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from innocity.core.dates import year_end, year_start
from innocity.engines.rules.base_sql import Base, holds, object_columns, object_key
from innocity.engines.rules.finish_sql import Finish, Options, Query, Rivals, manner, sums
from innocity.engines.rules.found_sql import KEYS, Found, OfTable
from innocity.engines.rules.ir import CLASS_PARTY, ClausePlan, RulesPlan
from innocity.engines.rules.near_sql import Near
from innocity.plan.amounts import Ladder, PerUnit, Plain, Rated, Sum, expressions
from innocity.plan.nodes import Col, Lit, Node, Ref, walk
from innocity.plan.parse import BENEFICIARY
from innocity.plan.scan import Source, columns_used
from innocity.plan.scan_sql import Narrowed, PlainRows, Reach, Scan, plain_rows, rows_query, scan_of
from innocity.plan.sql import Emitter, always_known, may_fail, may_overflow, never_negative, quote, text_literal


@dataclass(frozen=True)
class Cut:
    """A group whose members all stand in one row: what the others come to decides what a member keeps.

    `rivals` are the other members and whether each goes before this one at the same sum.
    """

    group: str
    rivals: tuple[tuple[ClausePlan, bool], ...]


class ClauseEmitter:
    """Emits the statements of one plan."""

    def __init__(self, plan: RulesPlan, emitter: Emitter, options: Options) -> None:
        self.plan, self.sql, self.options = plan, emitter, options
        self.first, self.last = year_start(plan.year), year_end(plan.year)
        self.narrowed: Narrowed = {}
        self._likes: dict[str, bool] = {}

    # --- rows of a clause --------------------------------------------------------------------------------

    def rows_of(self, clause: ClausePlan) -> str:
        """The rows of a clause by row, with `__party __object __on __in` and the names its expressions read."""
        rows = rows_query(*self._rows(clause), self.narrowed, ordered=not self._alike(clause))
        inside = holds(clause, self.first, self.last, self.sql) or "TRUE"
        if self._alike(clause):
            return self._one_each(clause, rows, inside)
        fact = self.sql.dialect.text_key.format(x='"__fact"')
        key = object_key(clause.object, self.sql)
        rank = _rank('"__party"', key, inside, '"__on"', fact)
        query = f'SELECT *, {key} AS "__object", {inside} AS "__in", {rank} AS "__latest" FROM ({rows}) i'
        return f'SELECT * FROM ({query} WHERE {key} IS NOT NULL) f WHERE "__latest" = 1'

    def scan_of(self, clause: ClausePlan) -> Scan:
        """What a clause by row reads of its register."""
        return scan_of(*self._rows(clause), ordered=not self._alike(clause))

    def _rows(self, clause: ClausePlan) -> tuple[Source, Emitter, list[Node], Reach]:
        assert clause.source is not None
        wanted = [*self._read(clause), *(clause.once.prefer if clause.once else ())]
        return clause.source, self.sql, wanted, Reach()

    def _alike(self, clause: ClausePlan) -> bool:
        """Whether it makes no difference which of an object's rows counts: nothing of the row itself is read."""
        if clause.id not in self._likes:
            keys = set(clause.object or ())
            parts = [n for m in [*self._read(clause), *(clause.once.prefer if clause.once else ())] for n in walk(m)]
            self._likes[clause.id] = not any(
                isinstance(n, Ref) or (isinstance(n, Col) and n.alias != "party" and n not in keys) for n in parts
            )
        return self._likes[clause.id]

    def _one_each(self, clause: ClausePlan, rows: str, inside: str) -> str:
        """A row a party and object; summing is cheaper than ordering."""
        key = object_key(clause.object, self.sql)
        keys = ['"__party"', f'{key} AS "__object"', *object_columns(clause.object)]
        last, valid = _last_inside(inside, '"__on"'), _any_inside(inside)
        group = ", ".join(str(i + 1) for i in range(len(keys)) if i != 1 or clause.object is not None)
        known = f" WHERE {key} IS NOT NULL" if clause.object is not None else ""
        return f'SELECT {", ".join(keys)}, {valid} AS "__in", {last} AS "__on" FROM ({rows}) i{known} GROUP BY {group}'

    def _summed(self, clause: ClausePlan, base: Base) -> dict[str, str]:
        """KEYS of a grouped clause's rows, in the table of its family's base facts."""
        names = base.names[clause.id]
        on = quote(names["on"])
        return {
            "__party": '"__party"',
            "__object": '"__party"' if clause.object is None else '"__object"',
            "__on": on,
            "__in": f"({on} IS NOT NULL)" if "out" in names else "TRUE",
        }

    def rival(self, clause: ClausePlan, base: Base) -> str:
        """What another clause of the same row comes to; NULL where it gives nothing."""
        conditions = [f"{quote(base.names[clause.id]['on'])} IS NOT NULL"]
        conditions += [f"({self.sql.expression(c.node)})" for c in clause.conditions]
        if clause.manual is not None:
            conditions.append(f"NOT coalesce({self.sql.expression(clause.manual)}, FALSE)")
        return f"CASE WHEN {' AND '.join(conditions)} THEN {self._computed(clause)} END"

    def _read(self, clause: ClausePlan) -> list[Node]:
        nodes = [c.node for c in clause.conditions]
        if clause.amount is not None and not clause.missing:
            nodes += expressions(clause.amount)
        return [*nodes, *([clause.manual] if clause.manual is not None else []), *(clause.object or ())]

    # --- awards ------------------------------------------------------------------------------------------

    def award_query(self, found: Sequence[Found], cut: Cut | None = None) -> Query:
        """One row an award, a miss that is near, or a case for a person; of clauses that go one way."""
        rivals = None
        if cut is not None:
            others = [f'"__rival{i}"' for i in range(len(cut.rivals))]
            rivals = Rivals(cut.group, self.wins(found[0].clause, cut, '"__sum"', others))
        return Finish(self.sql, self.options, found, rivals).query()

    def found(self, clause: ClausePlan, base: Base | None = None, table: str = "", cut: Cut | None = None) -> Found:
        """The rows of a clause with their sums, before they are finished.

        `base` and its `table` are those of a grouped clause's family; a `table` alone holds `rows_of` it.
        """
        own, e = clause, self.sql
        clause = clause if base is None else base.over(clause)
        columns, source = self._rows_found(clause, base, table)
        if clause.manual is not None:
            columns["__manual"] = f"coalesce({e.expression(clause.manual)}, FALSE)"
        if clause.conditions:
            conditions = " AND ".join(f"({e.expression(c.node)})" for c in clause.conditions)
            columns["__ok"] = f"coalesce({conditions}, FALSE)"
        if sums(clause):
            columns["__sum"] = self._guarded(clause, columns, self._computed(clause))
        if cut is not None and base is not None:
            columns |= {f"__rival{i}": self.rival(base.over(rival), base) for i, (rival, _) in enumerate(cut.rivals)}
        columns |= self._prefer(clause) | Near(e, clause).columns()
        columns |= {name: self._guarded(clause, columns, sql) for name, sql in self._explain(clause).items()}
        return Found(own, columns, source)

    def _rows_found(
        self, clause: ClausePlan, base: Base | None, table: str
    ) -> tuple[dict[str, str], str | OfTable]:  # fmt: skip
        """SQL of KEYS of a clause's rows, and of what they are selected from, in as few layers as there can be."""
        asks = clause.subject is not None or bool(needs_subject(clause))
        if base is not None:
            columns, rows = self._summed(clause, base), f"{table} WHERE {_concerned(base, clause)}"
        elif table:
            columns, rows = {n: quote(n) for n in KEYS}, table
        else:
            plain = None
            if not asks:
                plain = plain_rows(*self._rows(clause), self.narrowed, ordered=not self._alike(clause))
            if plain is not None:
                return self._flat(clause, plain)
            columns, rows = {n: quote(n) for n in KEYS}, f"({self.rows_of(clause)}) s"
        if not asks:
            return columns, rows
        named = "".join(f", {sql} AS {quote(n)}" for n, sql in columns.items() if sql != quote(n))
        subject = f" WHERE {self.sql.expression(clause.subject)}" if clause.subject is not None else ""
        rows = self._with_subject(clause, f"SELECT *{named} FROM {rows}")
        return {n: quote(n) for n in KEYS}, f"({rows}) s{subject}"

    def _flat(self, clause: ClausePlan, rows: PlainRows) -> tuple[dict[str, str], str | OfTable]:
        """Rows by row that need no layer of their own; see `rows_of`."""
        key = rows.party if clause.object is None else object_key(clause.object, self.sql)
        inside = holds(clause, self.first, self.last, self.sql, rows.on) or "TRUE"
        columns = {"__party": rows.party, "__object": key, "__on": rows.on, "__in": inside}
        cut = [*rows.cut, f"{rows.party} IS NOT NULL", *self._known(clause, key)]
        source = OfTable(rows.table, rows.columns, tuple(cut), rows.own)
        if self._alike(clause):
            columns |= {"__in": _any_inside(inside), "__on": _last_inside(inside, rows.on)}
            group = dict.fromkeys([rows.party, *self._group_keys(clause, key)])
            return columns, replace(source, group=tuple(group))
        fact = self.sql.dialect.text_key.format(x='"fact_id"')
        if not _may_fail(clause):
            return columns, replace(source, fact=fact)
        rank = _rank(rows.party, key, inside, rows.on, fact)
        inner = f'SELECT {", ".join(rows.columns)}, {rank} AS "__latest" FROM {source.sql()}'
        return columns, f'({inner}) s WHERE "__latest" = 1'

    def _known(self, clause: ClausePlan, key: str) -> list[str]:
        """That nothing is missing of which an object's key consists."""
        nodes = clause.object or ()
        if all(isinstance(n, Col) for n in nodes):
            return [f"{column} IS NOT NULL" for column in object_columns(nodes)]
        return [f"{key} IS NOT NULL"]

    def _group_keys(self, clause: ClausePlan, key: str) -> list[str]:
        """What an object's rows are grouped by: its columns, and the key where it is more than columns."""
        nodes = clause.object or ()
        return [*object_columns(nodes), *([] if all(isinstance(n, Col) for n in nodes) else [key])]

    def _guarded(self, clause: ClausePlan, columns: dict[str, str], sql: str) -> str:
        """A number of a row that may count, for one that may overflow: rows that do not count must not stop a run."""
        if clause.amount is None or not may_overflow(clause.amount):
            return sql
        counts = [columns[n] for n in ("__in", "__ok") if n in columns]
        counts += [f"({self.sql.expression(clause.subject)})"] if clause.subject is not None else []
        manual = f" OR {columns['__manual']}" if "__manual" in columns else ""
        return f"CASE WHEN ({' AND '.join(counts)}){manual} THEN {sql} END"

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
        base = explained_base(amount)
        if base is not None:
            found["x_base"] = self.sql.expression(base)
        if amount.cap or amount.floor:
            found["x_uncapped"] = f"CAST({self.sql.amount(replace(amount, cap=None, floor=None))} AS BIGINT)"
        if isinstance(amount, Ladder):
            found["x_case"] = self.sql.case_name(amount)
        return found

    def excludes(self, clause: ClausePlan) -> bool:
        """Whether the common exclusions stop the clause's awards."""
        return manner(clause, self.options).excludes

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

    def _prefer(self, clause: ClausePlan) -> dict[str, str]:
        if clause.once is None or not clause.once.prefer or clause.grouped:
            return {}
        size = len(clause.once.prefer)
        terms = [
            f"CASE WHEN {self.sql.expression(p)} THEN 0 ELSE {2 ** (size - 1 - i)} END"
            for i, p in enumerate(clause.once.prefer)
        ]
        return {"__prefer": f"CAST({' + '.join(terms)} AS BIGINT)"}

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


def _may_fail(clause: ClausePlan) -> bool:
    """Whether a row may stop a run with a number out of range, so that only those that count may be computed."""
    nodes = [*(c.node for c in clause.conditions), *([clause.manual] if clause.manual is not None else [])]
    nodes += clause.once.prefer if clause.once is not None else ()
    near = any(b.unit != "day" for c in clause.conditions for b in c.branches)
    amount = clause.amount is not None and may_overflow(clause.amount)
    return amount or near or any(map(may_fail, nodes))


def _rank(party: str, key: str, inside: str, on: str, fact: str) -> str:
    """SQL of the place of a row among those of its party and object: the latest first, those in force before others."""
    first = "" if inside in ("TRUE", "FALSE") else f"{inside} DESC, "
    return f"row_number() OVER (PARTITION BY {party}, {key} ORDER BY {first}{on} DESC, {fact} DESC)"


def _any_inside(inside: str) -> str:
    return inside if inside in ("TRUE", "FALSE") else f"bool_or({inside})"


def _last_inside(inside: str, on: str) -> str:
    """The last date, of rows in force before others."""
    return f"max({on})" if inside == "TRUE" else f"coalesce(max({on}) FILTER (WHERE {inside}), max({on}))"


def _concerned(base: Base, clause: ClausePlan) -> str:
    """SQL of "the clause has rows here that count, or would if it were in force"."""
    names = base.names[clause.id]
    return f"{quote(names['on'])} IS NOT NULL" + (f" OR {quote(names['out'])} > 0" if "out" in names else "")


def explained_base(amount: Sum) -> Node | None:
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
