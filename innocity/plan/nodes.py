"""Typed expressions: what the parser yields and what interpreter and emitters read.

A type is one of the words in `TYPES`; a code column has type `text` and carries its code list for
checking literals. Every node is immutable and hashable, so equal expressions are shared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal, TypeVar

Type = Literal["money", "integer", "rate", "date", "bool", "text", "missing"]
TYPES: tuple[Type, ...] = ("money", "integer", "rate", "date", "bool", "text", "missing")
Value = int | Fraction | date | bool | str | None
Years = Literal["this", "last", "before", "upto"]


@dataclass(frozen=True, slots=True)
class Node:
    """Any expression; `type` is the type of its value."""

    type: Type


@dataclass(frozen=True, slots=True)
class Lit(Node):
    """A constant: fen, integer, date, boolean, text or missing."""

    value: Value


@dataclass(frozen=True, slots=True)
class Col(Node):
    """A column of the clause's rows: `alias` is "" for its own register, else a join's name."""

    alias: str
    name: str
    codes: str | None = None


@dataclass(frozen=True, slots=True)
class Var(Node):
    """A value of the run: year, year_start, year_end, as_of."""

    name: str


@dataclass(frozen=True, slots=True)
class Arith(Node):
    """`+ - *` on integers and fen."""

    op: Literal["+", "-", "*"]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """`== != < <= > >=`; unknown where a side is missing."""

    op: Literal["==", "!=", "<", "<=", ">", ">="]
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class In(Node):
    """Membership in a list of constants; unknown where the item is missing."""

    item: Node
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`and`, `or` after Kleene."""

    op: Literal["and", "or"]
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not(Node):
    """Negation; unknown stays unknown."""

    item: Node


@dataclass(frozen=True, slots=True)
class If(Node):
    """`a if c else b`; an unknown condition gives missing."""

    condition: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of FUNCTIONS in `innocity.plan.parse`; `options` are constants."""

    name: str
    args: tuple[Node, ...]
    options: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class Prior(Node):
    """The highest or last `item` among earlier rows with the same `by`, over all parties and years."""

    how: Literal["max", "last"]
    item: Node
    by: Node


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`count distinct sum min max any` over the rows that count, of the years named."""

    how: Literal["count", "distinct", "sum", "min", "max", "any"]
    item: Node | None
    when: Node | None
    years: Years


@dataclass(frozen=True, slots=True)
class Ref(Node):
    """A column of base facts: the value of an aggregate or window already taken; `always` never missing."""

    name: str
    always: bool = False


N = TypeVar("N", bound=Node)


_BELOW: dict[type[Node], tuple[str, ...]] = {}


def _below(kind: type[Node]) -> tuple[str, ...]:
    """The fields of a kind of node in which nodes may stand, kept: plans are walked so often that it counts."""
    if kind not in _BELOW:
        _BELOW[kind] = tuple(f.name for f in fields(kind) if "Node" in str(f.type))
    return _BELOW[kind]


def children(node: Node) -> list[Node]:
    """The nodes directly below."""
    found: list[Node] = []
    for name in _below(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            found.append(value)
        elif isinstance(value, tuple):
            found += [v for v in value if isinstance(v, Node)]
    return found


def walk(node: Node) -> list[Node]:
    """The node and all below it, each before what is below it."""
    found = [node]
    for part in found:
        found += children(part)  # read too, further on
    return found


def transform(node: Node, change: Callable[[Node], Node | None]) -> Node:
    """A copy in which `change` has replaced nodes, top first; None means: look below."""
    replaced = change(node)
    if replaced is not None:
        return replaced
    updates: dict[str, Any] = {}
    for name in _below(type(node)):
        value = getattr(node, name)
        if isinstance(value, Node):
            updates[name] = transform(value, change)
        elif isinstance(value, tuple) and any(isinstance(v, Node) for v in value):
            updates[name] = tuple(transform(v, change) if isinstance(v, Node) else v for v in value)
    return replace(node, **updates) if updates else node


def has(node: Node, *kinds: type[Node]) -> bool:
    """Whether a node of one of these kinds stands in the expression."""
    return any(isinstance(n, kinds) for n in walk(node))
