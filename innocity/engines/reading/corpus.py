"""What a person decided about findings: accepted, corrected, rejected, added; and the corpus that comes of it.

A corpus is what `innocity read --evaluate` scores: one JSON line a finding, by kind, with `doc`, `start`, `end`,
`quote`. Rejected findings are not in it, so that a rule that finds them again loses precision.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.reading.model import Amount, Benefit, Fact, Finding, Procedure, Reading, Relation, Target, Task

register_codes({
    "E-READING-DECISION": ("核对结果与所读的内容对不上", "a decision does not fit the reading"),
})  # fmt: skip

KINDS: Mapping[str, type[Finding]] = {
    "benefits": Benefit, "targets": Target, "tasks": Task, "facts": Fact, "relations": Relation,
    "procedures": Procedure,
}  # fmt: skip
VERDICTS = ("accept", "correct", "reject", "add")
RULE = "person"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: the kind, which finding (its place in the reading's list; nothing for `add`), the verdict,
    and the fields that replace those of the finding (all fields with start and end for `add`)."""

    kind: str
    index: int | None
    verdict: str
    fields: Mapping[str, Any] = field(default_factory=dict)


def decided(reading: Reading, decisions: Iterable[Decision], text: str) -> Reading:
    """The reading with only what was accepted, corrected or added; outline, metadata and definitions stay.

    Corrected and added findings have the rule `person` and confidence 1. Error: E-READING-DECISION.

    >>> from innocity.engines.reading.pipeline import read
    >>> text = "对新认定的企业奖励20万元。对新上市企业奖励50万元。"
    >>> fixed = {"amounts": [{"value_yuan": 300000}]}
    >>> r = decided(read(text), [Decision("benefits", 0, "correct", fixed), Decision("benefits", 1, "reject")], text)
    >>> [(b.rule, b.amounts[0].value_yuan) for b in r.benefits]
    [('person', 300000)]
    """
    kept: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
    seen: set[tuple[str, int]] = set()
    for d in decisions:
        found = _found(reading, d, seen)
        if d.verdict == "accept" and found is not None:
            kept[d.kind].append(found)
        elif d.verdict in ("correct", "add"):
            kept[d.kind].append(_changed(d, found, text))
    lists: dict[str, Any] = {kind: tuple(sorted(every, key=lambda f: f.start)) for kind, every in kept.items()}
    return replace(reading, **lists)


def _found(reading: Reading, d: Decision, seen: set[tuple[str, int]]) -> Finding | None:
    if d.kind not in KINDS or d.verdict not in VERDICTS or (d.verdict == "add") != (d.index is None):
        raise _error(f"不认识 {d.kind} 的 {d.verdict}")
    if d.index is None:
        return None
    every: tuple[Finding, ...] = getattr(reading, d.kind)
    if not 0 <= d.index < len(every) or (d.kind, d.index) in seen:
        raise _error(f"{d.kind} 的第 {d.index} 条没有，或判过两次")
    seen.add((d.kind, d.index))
    return every[d.index]


def _changed(d: Decision, found: Finding | None, text: str) -> Finding:
    """The finding with the person's fields; lists become tuples, amounts become amounts."""
    kind = KINDS[d.kind]
    known = {f.name for f in fields(kind)}
    if not set(d.fields) <= known:
        raise _error(f"{d.kind} 没有字段 {'、'.join(sorted(set(d.fields) - known))}")
    given = {k: _value(k, v) for k, v in d.fields.items()} | {"rule": RULE, "confidence": 1.0}
    try:
        made = replace(found, **given) if found is not None else kind(**given)
    except TypeError:
        raise _error(f"补的 {d.kind} 字段不全") from None
    if not 0 <= made.start < made.end <= len(text):
        raise _error(f"位置 {made.start}-{made.end} 不在原文里")
    return made


def _value(name: str, value: Any) -> Any:
    if name == "amounts":
        try:
            return tuple(Amount(**a) for a in value)
        except TypeError:
            raise _error("额度的字段不认识") from None
    return tuple(value) if isinstance(value, list) else value


def corpus(doc: str, reading: Reading, text: str) -> dict[str, list[dict[str, Any]]]:
    """Entries by kind of a reading that a person has decided, as `--evaluate` reads them. `doc` begins the file name.

    >>> from innocity.engines.reading.pipeline import read
    >>> text = "对新认定的企业奖励20万元。"
    >>> corpus("a1", read(text), text)["benefits"][0]["quote"]
    '对新认定的企业奖励20万元'
    """
    entries: dict[str, list[dict[str, Any]]] = {
        kind: [
            {"doc": doc, "quote": text[f.start : f.end], **f.as_dict(), **_as_scored(f)}
            for f in getattr(reading, kind)
        ]
        for kind in KINDS
    }  # fmt: skip
    entries["outline"] = [{"doc": doc, "path": s.path} for s in reading.outline if s.rule.startswith("heading-inline")
                          or s.rule == "heading"]  # fmt: skip
    return entries


def _as_scored(finding: Finding) -> dict[str, Any]:
    """What the scorer's vocabulary names otherwise."""
    if isinstance(finding, Target):
        literal = finding.rule not in ("target-coverage", "target-words")
        return {"deadline": finding.year, "literal": literal, "quantitative": finding.value is not None}
    return {}


def _error(message: str) -> InnoCityError:
    return InnoCityError("E-READING-DECISION", message, remedy="重新打开这份文件，再核对一遍")
