"""Makes a failing example small: takes away what it can from packs and facts while the engines still differ.

Hypothesis could do it, but slowly: it does not know that a clause or a row may be left out as a whole.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from innocity.engines.rules.ir import RulesPlan
from innocity.packs.model import Pack
from tests.engines.rules.compare import Engine, Rows, differences, evaluate
from tests.engines.rules.world import facts_of, pack_of, plan_of

Spec = dict[str, Any]
PARTS = ("clauses", "groups", "pools", "relations", "rules")
KEPT = {"id", "name", "topic", "who", "what"}


def spec_of(pack: Pack, facts: Rows) -> Spec:
    """A pack and facts as plain data."""
    parts = {
        part: [f.model_dump(mode="json", by_alias=True, exclude_defaults=True) for f in getattr(pack, part).values()]
        for part in PARTS
    }
    given = {n: [{k: v for k, v in r.items() if v is not None} for r in rows] for n, rows in facts.items() if rows}
    return {**parts, "facts": given}


def built(spec: Spec) -> tuple[RulesPlan, Rows]:
    """Plan and facts of plain data."""
    pack = pack_of(**{part: spec.get(part, []) for part in PARTS})
    rows = {n: [{"valid_from": None, **r} for r in rows] for n, rows in spec["facts"].items()}
    return plan_of(pack), facts_of(pack, rows)


def differ(spec: Spec, ours: Engine, theirs: Engine) -> list[Any]:
    """In what two engines differ on plain data; nothing where it is no pack at all."""
    try:
        plan, facts = built(spec)
    except Exception:
        return []
    try:
        return differences(evaluate(ours, plan, facts), evaluate(theirs, plan, facts))
    except Exception as error:  # an engine that breaks is a difference too
        return [type(error).__name__, str(error).splitlines()[0][:80]]


def reduced(spec: Spec, ours: Engine, theirs: Engine, seconds: float = 60) -> Spec:
    """A smaller example that still differs in the same manner."""
    until = time.monotonic() + seconds
    wanted = _manner(differ(spec, ours, theirs))

    def fails(candidate: Spec) -> bool:
        return time.monotonic() < until and _manner(differ(candidate, ours, theirs)) == wanted

    for size in (16, 8, 4, 2, 1):  # large pieces first: whole clauses, many rows at once
        spec = _without_pieces(spec, size, fails)
    changed = True
    while changed and time.monotonic() < until:
        changed = False
        for candidate in _smaller(spec):
            if fails(candidate):
                spec, changed = candidate, True
                break
    return spec


def _without_pieces(spec: Spec, size: int, fails: Callable[[Spec], bool]) -> Spec:
    """The example without every run of clauses, groups, pools or rows that it does not need."""
    lists: list[tuple[Any, ...]] = [(part,) for part in PARTS if part in spec]
    lists += [("facts", register) for register in spec["facts"]]
    for path in lists:
        start = 0
        while start < len(_at(spec, path)):
            smaller = copy.deepcopy(spec)
            del _at(smaller, path)[start : start + size]
            if fails(smaller):
                spec = smaller
            else:
                start += size
    return spec


def _at(spec: Spec, path: tuple[Any, ...]) -> Any:
    value: Any = spec
    for step in path:
        value = value[step]
    return value


def _manner(found: list[Any]) -> Any:
    if not found:
        return None
    first = found[0]
    return (first[0], len(first)) if isinstance(first, tuple) and isinstance(first[0], str) else type(first)


def _smaller(spec: Spec) -> Iterator[Spec]:
    """Examples with one thing less, the large things first."""
    for path in sorted(_paths(spec, ()), key=lambda p: (len(p), p[0] != "clauses", str(p))):
        smaller = copy.deepcopy(spec)
        del _at(smaller, path[:-1])[path[-1]]
        yield smaller
    for path in _paths(spec, ()):
        for simpler in _simpler(_at(spec, path)):
            smaller = copy.deepcopy(spec)
            _at(smaller, path[:-1])[path[-1]] = simpler
            yield smaller


def _simpler(value: Any) -> Iterator[Any]:
    """Simpler values for one: of an expression its parts, of an amount one of those inside it."""
    if isinstance(value, dict):
        for key in ("lesser", "greater", "all"):
            yield from value.get(key, ())
        if "fixed" not in value and ("rate" in value or "cases" in value or "each" in value or "of" in value):
            yield {"fixed": "3元"}
    if isinstance(value, str) and len(value) > 12 and "(" in value:
        yield from (part for part in _parts(value) if part != value)
    if isinstance(value, date) and value != date(2023, 7, 1):
        yield date(2023, 7, 1)


def _parts(text: str) -> Iterator[str]:
    """What stands in brackets in an expression, whole and by its own parts."""
    starts: list[int] = []
    for i, letter in enumerate(text):
        if letter == "(":
            starts.append(i + 1)
        elif letter == ")" and starts:
            inner = text[starts.pop() : i]
            yield from (inner, *inner.split(" and "), *inner.split(" or "), *inner.split(", "))


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    """Paths to everything that may be left out."""
    items: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(items):
        if path and key not in KEPT:
            yield (*path, key)
        yield from _paths(inner, (*path, key))
