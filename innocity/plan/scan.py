"""Which rows count: a register read with its joins, conditions, windows and dates.

A `Source` is the first half of anything that is computed over registers (a clause, an indicator). It is
emitted as SQL by `innocity.plan.scan_sql` and read by the reference in `innocity.plan.rows`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from innocity.core.errors import InnoCityError, Place
from innocity.packs.model import Distinct, Join, Pack, Register, Span
from innocity.plan.nodes import Aggregate, Call, Col, Lit, Node, Prior, Ref, Type, has, transform, walk
from innocity.plan.parse import BENEFICIARY, Scope, parse_expression

STANDARD: dict[str, tuple[Type, str | None]] = {
    "fact_id": ("text", None), "party_id": ("text", None), "valid_from": ("date", None),
    "valid_to": ("date", None), "recorded_at": ("date", None),
    "source": ("text", None),
}  # fmt: skip
AWARD_COLUMNS: dict[str, tuple[Type, str | None]] = {
    "fact_id": ("text", None), "party_id": ("text", None), "object": ("text", None), "year": ("integer", None),
    "counted_on": ("date", None), "amount": ("money", None),
}  # fmt: skip
TRUE = Lit("bool", True)


@dataclass(frozen=True, slots=True)
class JoinPlan:
    """The matching row of another register, as at a date if `at` is given; the latest of several.

    The latest is that with the last `valid_from`; with `dated`, an expression over the joined row, that with its last
    value. Clauses know no `dated`: of what is read by the reference alone (`innocity.plan.rows`) it is never given.
    """

    register: str
    alias: str
    on: tuple[tuple[str, Node], ...]
    at: Node | None
    where: Node
    columns: tuple[str, ...] = ()
    dated: Node | None = None


@dataclass(frozen=True, slots=True)
class DistinctPlan:
    """Of rows alike in `by` one counts: the first by preferences, date, fact id."""

    by: tuple[Node, ...]
    prefer: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Rows that count. Exactly one of `register` and `after` (awards of another clause) is given."""

    register: str
    after: str
    party: Col
    on: Node | None
    over: tuple[Node, Node] | None
    joins: tuple[JoinPlan, ...]
    where: Node
    distinct: DistinctPlan | None
    priors: tuple[tuple[str, Prior], ...] = ()
    columns: tuple[str, ...] = ()

    def fusible(self) -> bool:
        """Whether several clauses over this source may share one scan, each with its own `where`."""
        return self.distinct is None and not self.priors


def register_columns(register: Register) -> dict[str, tuple[Type, str | None]]:
    """Names and types of a register's columns, the standard ones included."""
    types: dict[str, Type] = {"code": "text", "party": "text", "year": "integer"}
    own = {c.id: (types.get(c.type, c.type), c.codes) for c in register.columns}
    return {**STANDARD, **own}  # type: ignore[dict-item]


def scope_of(
    pack: Pack, register: str, after: str, joins: tuple[Join, ...], params: Mapping[str, Lit], place: str
) -> Scope:
    """The scope of row expressions: the register's columns, the joins' and the beneficiary's (`party.`)."""
    own = AWARD_COLUMNS if after else register_columns(_register(pack, register, place))
    columns = {"": own}
    for join in joins:
        if join.as_ in (*columns, BENEFICIARY):
            text = f"join 的名字“{join.as_}”已有用处"
            raise InnoCityError("E-EXPR-NAME", text, Place.of(place), "在 as 里另起一个名字")
        columns[join.as_] = register_columns(_register(pack, join.register_, place))
    if "organization" in pack.registers:
        columns[BENEFICIARY] = register_columns(pack.registers["organization"])
    codes = {key: codes.ids() for key, codes in pack.codes.items()}
    return Scope(columns, codes, params, place)


def _register(pack: Pack, name: str, place: str) -> Register:
    if name not in pack.registers:
        raise InnoCityError("E-PACK-REFERENCE", f"没有登记表“{name}”", Place.of(place), "改成已有登记表的 id，或新建它")
    return pack.registers[name]


def build_source(
    scope: Scope, *, register: str, after: str = "", party: str = "party_id", on: str | None = None,
    over: Span | None = None, joins: tuple[Join, ...] = (), where: str = "True",
    distinct: Distinct | None = None,
) -> Source:  # fmt: skip
    """Parse the texts of a source; `scope` is that of its rows."""
    read, scope = parse_expression, scope.of_rows()
    party_node = read(party, scope, "text")
    if not isinstance(party_node, Col):
        scope.error("E-EXPR-PLACE", f"party 要写列名，不是“{party}”", "写登记表或联接的一列")
    written = on or ("counted_on" if after else None)
    date_node = read(written, scope, "date") if written else None
    return Source(
        register=register, after=after, party=party_node, on=date_node,
        over=(read(over.from_, scope, "date"), read(over.to, scope, "date")) if over else None,
        joins=tuple(_join(j, scope, [one.as_ for one in joins[:i]]) for i, j in enumerate(joins)),
        where=read(where, scope, "bool"),
        distinct=DistinctPlan(
            tuple(read(b, scope) for b in distinct.by), tuple(read(p, scope, "bool") for p in distinct.prefer)
        ) if distinct else None,
    )  # fmt: skip


def _join(join: Join, scope: Scope, before: list[str]) -> JoinPlan:
    """One join; `before` are the names of those that stand before it, whose columns it may use."""
    theirs = scope.columns[join.as_]
    for column in join.on:
        if column not in theirs:
            scope.error("E-EXPR-NAME", f"登记表 {join.register_} 没有“{column}”列", "join.on 的左边写对方的列名")
    if not join.on:
        scope.error("E-EXPR-SYNTAX", f"join {join.as_} 没有 on", "写上 on: {对方的列: 本方的列}")
    ours = replace(scope, columns={alias: scope.columns[alias] for alias in ("", *before)})
    both = replace(ours, columns={**ours.columns, join.as_: theirs})
    on = tuple((column, _alike(theirs[column], text, ours, join)) for column, text in join.on.items())
    at = parse_expression(join.at, ours, "date") if join.at else None
    where = parse_expression(join.where, both, "bool") if join.where else TRUE
    return JoinPlan(join.register_, join.as_, on, at, where, tuple(theirs))


def _alike(column: tuple[Type, str | None], text: str, scope: Scope, join: Join) -> Node:
    """Our side of a join, of the same type as theirs."""
    node = parse_expression(text, scope)
    if node.type not in (column[0], "missing"):
        scope.error("E-EXPR-TYPE", f"join {join.as_} 的 on 两边类型不同", "两边用同一类型的列", text)
    return node


def source_nodes(source: Source) -> Iterator[Node]:
    """Every expression of a source."""
    yield source.party
    yield source.where
    if source.on is not None:
        yield source.on
    yield from source.over or ()
    for join in source.joins:
        yield from (ours for _, ours in join.on)
        yield join.where
        yield from (node for node in (join.at, join.dated) if node is not None)
    if source.distinct:
        yield from source.distinct.by
        yield from source.distinct.prefer
    for _, prior in source.priors:
        yield prior


def columns_used(nodes: Iterator[Node] | list[Node]) -> dict[str, set[str]]:
    """Column names by alias ("" is the register itself)."""
    used: dict[str, set[str]] = {}
    for node in nodes:
        for part in walk(node):
            if isinstance(part, Col):
                used.setdefault(part.alias, set()).add(part.name)
    return used


def only_missed(nodes: Iterable[Node]) -> set[tuple[str, str]]:
    """Columns of joins, as (alias, name), of which nothing is asked but whether they are missing."""
    parts = [part for node in nodes for part in walk(node)]
    calls = (n for n in parts if isinstance(n, Call) and n.name == "is_missing")
    read, asked = (
        Counter((n.alias, n.name) for n in of if isinstance(n, Col) and n.alias)
        for of in (parts, [call.args[0] for call in calls])
    )  # fmt: skip
    return {column for column, times in asked.items() if read[column] == times}


class Extractor:
    """Replaces aggregates or windows in expressions by references to columns computed before."""

    def __init__(self, kind: type[Node], prefix: str) -> None:
        self.kind = kind
        self.prefix = prefix
        self.found: dict[Node, str] = {}

    def __call__(self, node: Node) -> Node:
        """The expression with references in place of every node of the kind."""

        def change(part: Node) -> Node | None:
            if not isinstance(part, self.kind):
                return None
            name = self.found.setdefault(part, f"{self.prefix}{len(self.found)}")
            always = isinstance(part, Aggregate) and part.how in ("count", "distinct", "sum", "any")
            return Ref(part.type, name, always)

        return transform(node, change)


def has_aggregate(node: Node) -> bool:
    """Whether the expression sums over rows."""
    return has(node, Aggregate)
