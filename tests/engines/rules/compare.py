"""Engines side by side: the rows in which they differ, and the error codes that they raise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from innocity.core.canonical import rows_hash
from innocity.core.errors import InnoCityError
from innocity.engines.rules.award import Award
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.settle_sql import HASHED, RESULT
from innocity.plan.rows import Fact

Rows = dict[str, list[Fact]]
Engine = Callable[[RulesPlan, Rows], list[Award]]
Result = list[Award] | str


def evaluate(engine: Engine, plan: RulesPlan, facts: Rows) -> Result:
    """The awards, or the code of the error raised."""
    try:
        return engine(plan, facts)
    except InnoCityError as error:
        return error.code


def row(award: Award) -> dict[str, Any]:
    """Every column of the results, those outside the hash too."""
    return {name: getattr(award, name) for name in RESULT}


def differences(ours: Result, theirs: Result) -> list[Any]:
    """What differs, as (key, column, ours, theirs), a few at most; empty where all columns of all rows agree."""
    if isinstance(ours, str) or isinstance(theirs, str):
        return [] if ours == theirs else [("raised", _short(ours), _short(theirs))]
    left, right = _by_key(ours), _by_key(theirs)
    found: list[Any] = [("order", [a.key() for a in ours][:3])] if list(left) != sorted(left) else []
    found += [("only ours", row(ours[i])) for i, key in enumerate(left) if key not in right][:2]
    found += [("only theirs", row(theirs[i])) for i, key in enumerate(right) if key not in left][:2]
    for key in left.keys() & right.keys():
        a, b = row(left[key]), row(right[key])
        found += [(key, name, a[name], b[name]) for name in RESULT if a[name] != b[name]]
    if not found and hash_of(ours) != hash_of(theirs):
        found.append(("hash", hash_of(ours), hash_of(theirs)))
    return found[:6]


def hash_of(awards: Sequence[Award]) -> str:
    """The hash of a run: its awards in key order, with status and fen."""
    return rows_hash(HASHED, [a.hashed() for a in awards])


def _by_key(awards: list[Award]) -> dict[Any, Award]:
    found = {a.key(): a for a in awards}
    assert len(found) == len(awards), "two awards with one key"
    return found


def _short(result: Result) -> Any:
    return result if isinstance(result, str) else f"{len(result)} awards"
