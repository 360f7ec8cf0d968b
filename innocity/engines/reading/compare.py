"""What changed between two documents that nobody has reviewed, finding by finding.

Findings are paired by what they speak of (pairs of characters of their words without the numbers), the most alike
first; what has no partner is new or gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from innocity.engines.reading.model import Benefit, Finding, Procedure, Reading, Target, Task
from innocity.engines.reading.score import sums_of

F = TypeVar("F", bound=Finding)
ALIKE = 0.5  # share of pairs of characters that two findings have in common
_META = ("title", "number", "issuer", "issued_on", "validity", "state")


@dataclass(frozen=True, slots=True)
class Change:
    """A change: `what` (benefits, targets, tasks, procedures, meta), `kinds` (new, gone, amount, unit, date, value,
    operator, units, moved, wording, title), and both findings as JSON has them, with their words."""

    what: str
    kinds: tuple[str, ...]
    name: str
    old: dict[str, Any] | None
    new: dict[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """The change as JSON has it."""
        return {"what": self.what, "kinds": list(self.kinds), "name": self.name, "old": self.old, "new": self.new}


def compare(old: Reading, old_text: str, new: Reading, new_text: str) -> list[Change]:
    """All changes, what is alike in both left out.

    >>> from innocity.engines.reading.pipeline import read
    >>> one, two = "对新认定的中心，奖励20万元。", "对新认定的中心，奖励30万元。对新上市企业，奖励50万元。"
    >>> [(c.what, c.kinds) for c in compare(read(one), one, read(two), two)]
    [('benefits', ('amount',)), ('benefits', ('new',))]
    """
    changes = _meta(old.meta, new.meta)
    for what, kinds in _KINDS.items():
        pairs = paired(getattr(old, what), old_text, getattr(new, what), new_text)
        changes += [c for a, b in pairs if (c := _change(what, kinds, a, old_text, b, new_text)) is not None]
    return _once(changes)


def _once(changes: list[Change]) -> list[Change]:
    """A sentence that says several things of procedure is told once."""
    kept: dict[tuple[object, ...], Change] = {}
    for n, c in enumerate(changes):
        places = tuple(f["start"] if f else None for f in (c.old, c.new)) if c.what == "procedures" else (n,)
        kept.setdefault((c.what, c.kinds, *places), c)
    return list(kept.values())


def paired(old: Sequence[F], old_text: str, new: Sequence[F], new_text: str) -> list[tuple[F | None, F | None]]:
    """Each finding of the old document with its partner in the new; in the order of the new, then what is gone."""
    shared: list[tuple[float, int, int]] = []
    left = [_pairs(_words(f, old_text)) for f in old]
    right = [_pairs(_words(f, new_text)) for f in new]
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            if a and b and _same_kind(old[i], new[j]):
                alike = 2 * len(a & b) / (len(a) + len(b))
                if alike >= ALIKE:
                    shared.append((-alike, i, j))
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(shared):
        if j not in partner and i not in taken:
            partner[j] = i
            taken.add(i)
    kept: list[tuple[F | None, F | None]] = [(old[partner[j]] if j in partner else None, f) for j, f in enumerate(new)]
    return kept + [(f, None) for i, f in enumerate(old) if i not in taken]


def _same_kind(a: Finding, b: Finding) -> bool:
    return not isinstance(a, Procedure) or not isinstance(b, Procedure) or a.kind == b.kind


def _words(finding: Finding, text: str) -> str:
    if isinstance(finding, Target):
        return finding.indicator
    if isinstance(finding, Task):
        return finding.title
    return text[finding.start : finding.end]


def _pairs(words: str) -> frozenset[str]:
    bare = re.sub(r"[0-9.,，。、；;:：%％‰\s]|万元|亿元", "", words)
    return frozenset(bare[i : i + 2] for i in range(max(1, len(bare) - 1)))


Kinds = Callable[[Any, Any], list[str]]


def _change(
    what: str, kinds: Kinds, a: Finding | None, old_text: str, b: Finding | None, new_text: str
) -> Change | None:  # fmt: skip
    old = None if a is None else {**a.as_dict(), "text": old_text[a.start : a.end]}
    new = None if b is None else {**b.as_dict(), "text": new_text[b.start : b.end]}
    shown = b or a
    name = _words(shown, new_text if b else old_text)[:40] if shown else ""
    if a is None or b is None:
        return Change(what, ("new",) if a is None else ("gone",), name, old, new)
    found = kinds(a, b)
    if not found and isinstance(a, Benefit | Procedure) and _bare(old) != _bare(new):
        found = ["wording"]
    return Change(what, tuple(found), name, old, new) if found else None


def _bare(finding: dict[str, Any] | None) -> str:
    return re.sub(r"[\s，,。；;：:（）()]", "", str((finding or {}).get("text")))


def _benefit(a: Benefit, b: Benefit) -> list[str]:
    found = []
    if sums_of(a.as_dict()) != sums_of(b.as_dict()):
        found.append("amount")
    if a.gate != b.gate:
        found.append("gate")
    if a.thresholds != b.thresholds:
        found.append("condition")
    return found + _moved(a, b)


def _target(a: Target, b: Target) -> list[str]:
    pairs = (("value", a.value, b.value), ("unit", a.unit, b.unit), ("date", a.year, b.year),
             ("operator", a.operator, b.operator), ("units", a.units, b.units))  # fmt: skip
    return [name for name, one, two in pairs if one != two] + _moved(a, b)


def _task(a: Task, b: Task) -> list[str]:
    one = (a.lead_units_norm, a.responsible_units_norm, a.cooperating_units_norm)
    two = (b.lead_units_norm, b.responsible_units_norm, b.cooperating_units_norm)
    return (["units"] if one != two else []) + (["title"] if a.title != b.title else []) + _moved(a, b)


def _procedure(a: Procedure, b: Procedure) -> list[str]:
    dates = [re.findall(r"[0-9]{1,4}(?:年|月|日|个工作日|天)", p.says) for p in (a, b)]
    return ["date"] if dates[0] != dates[1] else []


def _moved(a: Any, b: Any) -> list[str]:
    return ["moved"] if a.path != b.path else []


_KINDS: dict[str, Kinds] = {
    "benefits": _benefit, "targets": _target, "tasks": _task, "procedures": _procedure,
}  # fmt: skip


def _meta(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    found = []
    for key in _META:
        one, two = old.get(key), new.get(key)
        if one != two:
            kind = "new" if one is None else "gone" if two is None else "date" if key != "title" else "title"
            found.append(Change("meta", (kind,), key, {key: one} if one else None, {key: two} if two else None))
    return found
