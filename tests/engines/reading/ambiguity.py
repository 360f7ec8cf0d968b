"""Whether a regular expression can take exponential time: exact for its loops, without running it on anything.

An expression backtracks exponentially where a loop can read one piece of text in two ways and come back to where it
was (exponential degree of ambiguity). The expression becomes an automaton of its characters (Glushkov); the product
of the automaton with itself shows whether two different ways lead from a state to itself on the same text.
Look-around, anchors and back references are left out, which can only make the answer stricter. Counted repetitions
are taken as loops when they stand inside a loop. Possessive loops and atomic groups never give back what they took.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from re import _constants as c  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

ALPHABET = [*range(0x20, 0x7F), *map(ord, "，。；：、（）“”")]


@dataclass
class Automaton:
    """Positions with the characters they read, and what may follow each."""

    chars: list[frozenset[int]] = field(default_factory=list)
    follows: list[set[int]] = field(default_factory=list)
    twice: bool = False  # a loop directly around a loop: one step, two ways to take it


@dataclass
class Piece:
    """First and last positions of a part of an expression, and whether it may read nothing."""

    first: set[int]
    last: set[int]
    empty: bool


def exponential(pattern: str, flags: int = 0) -> bool:
    """Whether some text makes the expression take exponential time.

    >>> exponential(r"(?:a|aa)*$"), exponential(r"(?:达到?|到)*$"), exponential(r"(?:ab|a)*c"), exponential(r"(?:a*)*")
    (True, True, False, True)
    """
    letters = sorted({ord(x) for x in pattern} | set(ALPHABET))
    machine = Automaton()
    _build(machine, parser.parse(pattern, flags), frozenset(letters), 0)
    return machine.twice or _ambiguous(machine)


def _build(machine: Automaton, items: Any, letters: frozenset[int], depth: int) -> Piece:
    whole = Piece(set(), set(), True)
    for op, arg in items:
        whole = _after(machine, whole, _one(machine, op, arg, letters, depth))
    return whole


def _after(machine: Automaton, a: Piece, b: Piece) -> Piece:
    for p in a.last:
        machine.follows[p] |= b.first
    return Piece(
        a.first | (b.first if a.empty else set()), b.last | (a.last if b.empty else set()), a.empty and b.empty
    )


def _one(machine: Automaton, op: Any, arg: Any, letters: frozenset[int], depth: int) -> Piece:
    if op in (c.LITERAL, c.NOT_LITERAL, c.IN, c.ANY):
        machine.chars.append(_set(op, arg, letters))
        machine.follows.append(set())
        here = {len(machine.chars) - 1}
        return Piece(here, set(here), False)
    if op is c.SUBPATTERN:
        return _build(machine, arg[3], letters, depth)
    if op is c.BRANCH:
        parts = [_build(machine, alternative, letters, depth) for alternative in arg[1]]
        return Piece(
            set().union(*(p.first for p in parts)), set().union(*(p.last for p in parts)), any(p.empty for p in parts)
        )
    if op in (c.MAX_REPEAT, c.MIN_REPEAT):
        return _repeat(machine, arg, letters, depth)
    return Piece(set(), set(), True)  # anchors, look-around, possessive and atomic parts


def _repeat(machine: Automaton, arg: Any, letters: frozenset[int], depth: int) -> Piece:
    low, high, body = arg
    loops = high is c.MAXREPEAT
    inner = _build(machine, body, letters, depth + loops)
    if loops or (depth and high > 1):
        for p in inner.last:
            machine.twice = machine.twice or (loops and bool(machine.follows[p] & inner.first))
            machine.follows[p] |= inner.first
    return Piece(inner.first, inner.last, inner.empty or low == 0)


def _set(op: Any, arg: Any, letters: frozenset[int]) -> frozenset[int]:
    if op is c.LITERAL:
        return frozenset((arg,))
    if op is c.NOT_LITERAL:
        return letters - {arg}
    if op is c.ANY:
        return letters
    matcher = re.compile("[" + "".join(_shown(o, a) for o, a in arg) + "]")
    return frozenset(x for x in letters if matcher.match(chr(x)))


def _shown(op: Any, arg: Any) -> str:
    if op is c.NEGATE:
        return "^"
    if op is c.LITERAL:
        return re.escape(chr(arg))
    if op is c.RANGE:
        return f"{re.escape(chr(arg[0]))}-{re.escape(chr(arg[1]))}"
    names = {c.CATEGORY_DIGIT: r"\d", c.CATEGORY_SPACE: r"\s", c.CATEGORY_WORD: r"\w",
             c.CATEGORY_NOT_DIGIT: r"\D", c.CATEGORY_NOT_SPACE: r"\S", c.CATEGORY_NOT_WORD: r"\W"}  # fmt: skip
    return names[arg]


def _ambiguous(machine: Automaton) -> bool:
    """Whether some state comes back to itself in two ways on one text."""
    loops = _components(machine.follows)
    for members in loops:
        inside = {p: machine.follows[p] & members for p in members}
        for start in members:
            if _two_ways(machine, inside, start):
                return True
    return False


def _two_ways(machine: Automaton, inside: dict[int, set[int]], start: int) -> bool:
    """From (start, start) over a pair of different states back to (start, start)."""
    seen = {(start, start, False)}
    todo = [(start, start, False)]
    while todo:
        a, b, apart = todo.pop()
        for x in inside[a]:
            for y in inside[b]:
                if machine.chars[x].isdisjoint(machine.chars[y]):
                    continue
                state = (x, y, apart or x != y)
                if state == (start, start, True):
                    return True
                if state not in seen:
                    seen.add(state)
                    todo.append(state)
    return False


def _components(follows: list[set[int]]) -> list[set[int]]:
    """Sets of positions that reach each other (only those with a loop)."""
    reach = []
    for p in range(len(follows)):
        seen: set[int] = set()
        todo = list(follows[p])
        while todo:
            q = todo.pop()
            if q not in seen:
                seen.add(q)
                todo += follows[q]
        reach.append(seen)
    found: list[set[int]] = []
    done: set[int] = set()
    for p, seen in enumerate(reach):
        if p in seen and p not in done:
            members = {q for q in seen if p in reach[q]}
            done |= members
            found.append(members)
    return found
