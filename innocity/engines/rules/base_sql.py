"""SQL of base facts: one scan of a register for all clauses that sum it, a row a party and object.

Every clause's sums stand side by side in one table; equal sums are taken once. Conditions on a single text
column are evaluated before the scan's filters are combined: databases do that once a distinct text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from innocity.core.dates import year_end, year_start
from innocity.engines.rules.ir import ClausePlan, RulesPlan
from innocity.plan.amounts import rewrite
from innocity.plan.interpret import column_key
from innocity.plan.nodes import Aggregate, Arith, Col, Compare, In, Lit, Logic, Node, Ref, Value, has, transform, walk
from innocity.plan.scan import TRUE, Source
from innocity.plan.scan_sql import Narrowed, Reach, Scan, rows_query, scan_of
from innocity.plan.sql import Emitter, quote


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


def summed(plan: RulesPlan) -> set[tuple[str, str]]:
    """Columns of registers that are summed just as they stand."""
    return {
        (clause.source.register, node.item.name)
        for clause in plan.clauses if clause.source is not None
        for _, node in clause.asked if node.how == "sum" and isinstance(node.item, Col) and not node.item.alias
    }  # fmt: skip


def holds(clause: ClausePlan, first: date, last: date, sql: Emitter, on: str = '"__on"') -> str | None:
    """SQL of "the clause is in force at the date"; None where it is so for the whole year."""
    if not clause.in_force:
        return "FALSE"
    parts = []
    if clause.valid_from and clause.valid_from > first:
        parts.append(f"{on} >= {sql.constant(clause.valid_from)}")
    if clause.valid_to and clause.valid_to < last:
        parts.append(f"{on} <= {sql.constant(clause.valid_to)}")
    return f"({' AND '.join(parts)})" if parts else None


def object_key(nodes: tuple[Node, ...] | None, sql: Emitter) -> str:
    """The award key's object as text: the party, or the columns joined by `|`.

    A `|` inside a column becomes `\\|`, so that different objects never get one key.
    """
    if nodes is None:
        return '"__party"'
    texts = [f"CAST({sql.expression(n)} AS {sql.dialect.text})" for n in nodes]
    if len(texts) == 1:
        return texts[0]
    parts = [
        f"replace(replace({text}, '\\', '\\\\'), '|', '\\|')" if free_text(node) else text
        for text, node in zip(texts, nodes, strict=True)
    ]
    return "(" + " || '|' || ".join(parts) + ")"


def free_text(node: Node) -> bool:
    """Whether an expression may give any text, rather than a number, a date or a code."""
    return node.type == "text" and not (isinstance(node, Col) and node.codes)


def object_columns(nodes: tuple[Node, ...] | None) -> list[str]:
    """The columns that an object consists of, quoted."""
    return [quote(column_key(n)) for n in nodes or () if isinstance(n, Col)]


class Base:
    """The table of one family: its query, and under which column each clause's sums stand.

    `on` is the latest date that counts (missing: nothing counts), `out` how many rows lie outside the
    clause's validity. `small`: columns whose sums cannot leave 64 bits, as (register, column).
    """

    def __init__(
        self, family: Family, year: int, sql: Emitter, small: Collection[tuple[str, str]] = frozenset()
    ) -> None:
        self.family, self.year, self.sql, self.small = family, year, sql, small
        self.first, self.last = year_start(year), year_end(year)
        self.single = len(family.clauses) == 1
        self.reach = Reach(any(c.reach.last for c in family.clauses), any(c.reach.before for c in family.clauses))
        self._columns: dict[str, str] = {}
        self._flags: dict[Node, str] = {}
        self.names = {c.id: dict(self._clause(c)) for c in family.clauses}
        self.narrowed: Narrowed = {}

    def over(self, clause: ClausePlan) -> ClausePlan:
        """The clause with its expressions over this table's columns."""
        names = self.names[clause.id]

        def rename(part: Node) -> Node | None:
            return replace(part, name=names[part.name]) if isinstance(part, Ref) and part.name in names else None

        def change(node: Node) -> Node:
            return transform(node, rename)

        conditions = tuple(
            replace(
                c,
                node=change(c.node),
                branches=tuple(replace(b, have=change(b.have), need=change(b.need)) for b in c.branches),
            )
            for c in clause.conditions
        )
        return replace(
            clause,
            conditions=conditions,
            manual=None if clause.manual is None else change(clause.manual),
            amount=None if clause.amount is None else rewrite(clause.amount, change),
        )

    @cached_property
    def scan(self) -> Scan:
        """What it reads of its register."""
        return scan_of(*self._rows(), ordered=False)

    def _rows(self) -> tuple[Source, Emitter, list[Node], Reach]:
        source = self.family.source if self.single else replace(self.family.source, where=self._any_where)
        return source, self.sql, [n for c in self.family.clauses for n in _wanted(c)], self.reach

    @cached_property
    def query(self) -> str:
        """The rows of the table; `narrowed` must be known before."""
        family, rows = self.family, rows_query(*self._rows(), self.narrowed, ordered=False)
        keys = ['"__party"']
        if family.object is not None:
            key = object_key(family.object, self.sql)
            keys += [f'{key} AS "__object"', *object_columns(family.object)]
            rows = f"SELECT * FROM ({rows}) a WHERE {key} IS NOT NULL"
        if self._flags:
            flags = ", ".join(f"{self.sql.expression(n)} AS {quote(name)}" for n, name in self._flags.items())
            rows = f"SELECT *, {flags} FROM ({rows}) t"
        group = ", ".join(str(i + 1) for i in range(len(keys)))
        columns = [f"{column} AS {quote(name)}" for column, name in self._columns.items()]
        return f"SELECT {', '.join([*keys, *columns])} FROM ({rows}) b GROUP BY {group}"

    @cached_property
    def _any_where(self) -> Node:
        """What every row that some clause counts fulfils: all conditions, or what they have in common.

        Sums check their own conditions, so this may let more rows pass; it must not stop any that counts.
        """
        wheres = list(dict.fromkeys(c.source.where for c in self.family.clauses if c.source is not None))
        if TRUE in wheres or len(wheres) == 1:
            return TRUE if TRUE in wheres else wheres[0]
        return common_values(wheres) or Logic("bool", "or", tuple(sorted(wheres, key=self.sql.expression)))

    def _given(self, where: Node) -> bool:
        """Whether all rows of the scan fulfil a condition."""
        every = self._any_where
        if where in (TRUE, every):
            return True
        if not isinstance(where, In) or not isinstance(every, In):
            return False
        return where.item == every.item and set(every.values) <= set(where.values)

    # --- columns -------------------------------------------------------------------------------------------

    def _clause(self, clause: ClausePlan) -> Iterator[tuple[str, str]]:
        """The clause's sums by the name that its plan gives them, each with its column."""
        assert clause.source is not None
        where = [] if self.single or self._given(clause.source.where) else [self._condition(clause.source.where)]
        wide = self.reach.last or self.reach.before
        this = [f'"__on" >= {self.sql.constant(self.first)}'] if wide else []
        valid = holds(clause, self.first, self.last, self.sql)
        counted = [*where, *this, *([valid] if valid else [])]
        yield "on", self._column(f'max("__on"){_filter(counted)}')
        if valid:
            yield "out", self._column(f"count(*){_filter([*where, *this, f'NOT {valid}'])}")
        for name, node in clause.asked:
            conditions = [*where, *self._years(node, this, valid)]
            yield name, self._column(self._aggregate(node, conditions))

    def _column(self, sql: str) -> str:
        return self._columns.setdefault(sql, f"v{len(self._columns)}")

    def _condition(self, node: Node) -> str:
        """SQL of a condition in which single text columns' conditions are flags taken before."""

        def change(part: Node) -> Node | None:
            return Ref("bool", self._flags.setdefault(part, f"__c{len(self._flags)}")) if _on_text(part) else None

        return self.sql.expression(transform(node, change))

    def _years(self, node: Aggregate, this: list[str], valid: str | None) -> list[str]:
        first = self.sql.constant(self.first)
        if node.years == "this":
            return [*this, *([valid] if valid else [])]
        if node.years == "last":
            return [f'"__on" < {first}', f'"__on" >= {self.sql.constant(year_start(self.year - 1))}']
        return [f'"__on" < {first}'] if node.years == "before" else []

    def _aggregate(self, node: Aggregate, conditions: list[str]) -> str:
        if node.when is not None:
            conditions = [*conditions, self._condition(node.when)]
        chosen = _filter(conditions)
        if node.how == "count":
            return f"count(*){chosen}"
        if node.how == "any":
            return f"(count(*){chosen} > 0)"
        assert node.item is not None
        item = self.sql.value(node.item)
        if conditions and has(node.item, Arith):  # a filter alone would not keep other rows from overflowing
            item, chosen = f"CASE WHEN {' AND '.join(conditions)} THEN {item} END", ""
        if node.how == "distinct":
            return f"count(DISTINCT {item}){chosen}"
        if node.how == "sum":
            column = column_key(node.item) if isinstance(node.item, Col) else ""  # of joined rows: with their alias
            small = (self.family.source.register, column) in self.small
            sum_ = self.sql.dialect.small_sum if small else "sum"
            return f"CAST(coalesce({sum_}({item}){chosen}, 0) AS BIGINT)"
        return f"{node.how}({item}){chosen}"


def _wanted(clause: ClausePlan) -> list[Node]:
    assert clause.source is not None
    return [*(a for _, a in clause.asked), *(clause.object or ()), clause.source.where, clause.source.party]


def _filter(conditions: list[str]) -> str:
    return f" FILTER (WHERE {' AND '.join(conditions)})" if conditions else ""


def _on_text(node: Node) -> bool:
    """Whether the condition compares one text column with constants."""
    if not isinstance(node, Compare | In):
        return False
    parts = [n for n in walk(node) if n is not node]
    columns = [n for n in parts if isinstance(n, Col)]
    return len(columns) == 1 and columns[0].type == "text" and all(isinstance(n, Col | Lit) for n in parts)


def common_values(wheres: list[Node]) -> Node | None:
    """A list of values that one text column has in all of these conditions; None where there is no such."""
    listed = [listed_values(w) for w in wheres]
    columns = set(listed[0]).intersection(*listed[1:])
    if not columns:
        return None
    column = min(columns, key=lambda c: (sum(len(found[c]) for found in listed), column_key(c)))
    values = dict.fromkeys(v for found in listed for v in found[column])
    return In("bool", column, tuple(values))


def listed_values(where: Node) -> dict[Col, tuple[Value, ...]]:
    """Text columns that must have one of some values for the condition to hold."""
    found: dict[Col, tuple[Value, ...]] = {}
    for item in where.items if isinstance(where, Logic) and where.op == "and" else (where,):
        if isinstance(item, In) and isinstance(item.item, Col) and item.item.type == "text":
            found.setdefault(item.item, item.values)
        elif (
            isinstance(item, Compare) and item.op == "==" and isinstance(item.left, Col)
            and item.left.type == "text" and isinstance(item.right, Lit)
        ):  # fmt: skip
            found.setdefault(item.left, (item.right.value,))
    return {c: v for c, v in found.items() if None not in v}
