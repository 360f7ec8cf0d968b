"""Scoring a reading against findings made by hand: one to one, precision, recall and F1 by kind.

A benefit counts when intersection over union of the spans is at least 0.5 and the multisets of sums,
rates and caps are equal; a section when its path is found; a target when it overlaps by half of the
shorter span and operator, value and unit are equal; a task when it begins at the same place with the
same title and the same units in the same order.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from innocity.engines.reading.flow import plain
from innocity.engines.reading.model import Finding, Reading
from innocity.engines.reading.parties import parties, same_parties

Gold = Mapping[str, Any]
LEAST_OVERLAP = 0.5
KINDS = (
    "outline", "tasks", "tasks_all", "targets", "targets_all", "benefits", "benefits_without_amounts",
    "subjects", "triggers", "facts", "relations", "procedures",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one kind: right, found too much, not found; and what was right by rule."""

    kind: str
    right: int = 0
    extra: int = 0
    missed: int = 0
    rules: tuple[tuple[str, int, int], ...] = ()  # (rule, right, all)
    missing: tuple[str, ...] = ()
    surplus: tuple[str, ...] = ()

    def __add__(self, other: Score) -> Score:
        """Counts of two documents together."""
        rules: dict[str, list[int]] = {}
        for rule, right, all_ in (*self.rules, *other.rules):
            counts = rules.setdefault(rule, [0, 0])
            counts[0], counts[1] = counts[0] + right, counts[1] + all_
        return Score(
            self.kind, self.right + other.right, self.extra + other.extra, self.missed + other.missed,
            tuple((r, a, b) for r, (a, b) in sorted(rules.items())),
            self.missing + other.missing, self.surplus + other.surplus,
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """Counts, precision, recall and F1 (None where nothing was to be found and nothing was).

        >>> Score("targets", 8, 2, 0).as_dict()["f1"]
        0.889
        """
        found, wanted = self.right + self.extra, self.right + self.missed
        return {
            "kind": self.kind, "right": self.right, "extra": self.extra, "missed": self.missed,
            "precision": round(self.right / found, 3) if found else None,
            "recall": round(self.right / wanted, 3) if wanted else None,
            "f1": round(2 * self.right / (found + wanted), 3) if found + wanted else None,
        }  # fmt: skip


def score(reading: Reading, gold: Mapping[str, Sequence[Gold]], text: str) -> dict[str, Score]:
    """Scores of one document by kind. `gold` holds lists under benefits, targets, tasks, facts, relations.

    A gold entry without `start` and `end` is placed by its `quote`.

    >>> from innocity.engines.reading.pipeline import read
    >>> text = "对新认定的企业奖励20万元。"
    >>> gold = {"benefits": [{"quote": text[:-1], "amounts": [{"value_yuan": 200000}]}]}
    >>> score(read(text), gold, text)["benefits"].as_dict()["f1"]
    1.0
    """
    placed = {kind: [_placed(g, text) for g in entries] for kind, entries in gold.items()}
    benefits, targets = placed.get("benefits", []), placed.get("targets", [])
    scores = [
        _outline(reading, placed),
        _match("tasks", *_work(placed.get("tasks", []), reading.tasks), _same_task),
        _match("tasks_all", placed.get("tasks", []), reading.tasks, _same_task),
        _match("targets", [t for t in targets if _countable(t)], [t for t in reading.targets if t.value is not None
               and t.rule not in ("target-coverage", "target-words")], _same_target),
        _match("targets_all", targets, reading.targets, _same_target),
        _match("benefits", [b for b in benefits if sums_of(b)], 
               [b for b in reading.benefits if b.quantified], _same_benefit),
        _match("benefits_without_amounts", [b for b in benefits if not sums_of(b)],
               [b for b in reading.benefits if not b.quantified], _same_benefit),
        *_words(benefits, reading.benefits),
        _match("facts", placed.get("facts", []), reading.facts, _same_fact),
        _match("relations", [r for r in placed.get("relations", []) if r.get("explicit", True)], reading.relations,
               _same_relation),
        _match("procedures", placed.get("procedures", []), _known(placed, reading), _same_procedure),
    ]  # fmt: skip
    return {s.kind: s for s in scores}


def _known(gold: Mapping[str, Sequence[Gold]], reading: Reading) -> list[Finding]:
    """Procedure of the kinds that were annotated."""
    kinds = {g.get("kind") for g in gold.get("procedures", ())}
    return [p for p in reading.procedures if p.kind in kinds]


def _words(gold: Sequence[Gold], found: Sequence[Any]) -> list[Score]:
    """Subjects and kinds of trigger of the benefits that were found, against those annotated.

    A subject is right when both mean the same parties (`same_parties`); annotators write their own words. What stands
    in brackets alone names nobody and is not counted. A trigger is right when the kind of event is the same, or, where
    the annotator wrote words, when an event of that kind stands in them.
    """
    from innocity.engines.reading.subject import trigger_kind

    counts = {"subjects": [0, 0], "triggers": [0, 0]}
    missing: dict[str, list[str]] = {"subjects": [], "triggers": []}
    for g in gold:
        near = [f for f in found if _same_benefit(f, g)]
        if not near:
            continue
        best = max(near, key=lambda f: overlap(f, g)[0])
        kind = g.get("trigger_kind") or trigger_kind(str(g.get("trigger") or ""))
        for name, wanted, right in (
            ("subjects", g.get("subject"), same_parties(str(g.get("subject")), best.subject or "")),
            ("triggers", kind, kind == best.trigger_kind),
        ):
            if wanted and (name != "subjects" or parties(str(wanted))):
                counts[name][0 if right else 1] += 1
                if not right:
                    missing[name].append(f"{g.get('id') or ''} {wanted} / {best.subject} / {best.trigger_kind}")
    return [Score(n, a, b, b, missing=tuple(missing[n])) for n, (a, b) in counts.items()]


def _countable(target: Gold) -> bool:
    """Targets whose value the text prints in digits."""
    if "literal" in target:
        return bool(target["literal"] and target.get("quantitative", True))
    return target.get("value") is not None


def _placed(entry: Gold, text: str) -> Gold:
    if "start" in entry and "end" in entry:
        return entry
    quote = str(entry.get("quote") or "")
    start = text.find(quote) if quote else -1
    return {**entry, "start": start, "end": start + len(quote)} if start >= 0 else {**entry, "start": -1, "end": -1}


def sums_of(entry: Gold) -> Counter[tuple[str, float]]:
    """Multiset of sums, rates and caps.

    >>> sums_of({"amounts": [{"value_yuan": 5, "cap_yuan": None}, {"rate": 0.5}]}) == Counter(
    ...     [("value_yuan", 5.0), ("rate", 0.5)])
    True
    """
    counts: Counter[tuple[str, float]] = Counter()
    for amount in entry.get("amounts") or ():
        for key in ("value_yuan", "rate", "cap_yuan"):
            if amount.get(key) is not None:
                counts[key, round(float(amount[key]), 6)] += 1
    return counts


def overlap(a: Finding, b: Gold) -> tuple[float, float]:
    """Intersection over union, and over the shorter of the two spans.

    >>> overlap(Finding(0, 10, ""), {"start": 5, "end": 10})
    (0.5, 1.0)
    """
    shared = min(a.end, b["end"]) - max(a.start, b["start"])
    if shared <= 0:
        return 0.0, 0.0
    whole = max(a.end, b["end"]) - min(a.start, b["start"])
    return shared / whole, shared / min(a.end - a.start, b["end"] - b["start"])


def _same_benefit(found: Any, gold: Gold) -> bool:
    same = sums_of({"amounts": [a.as_dict() for a in found.amounts]}) == sums_of(gold)
    return same and overlap(found, gold)[0] >= LEAST_OVERLAP


def _same_target(found: Any, gold: Gold) -> bool:
    value = gold.get("value")
    want = tuple(value) if isinstance(value, list) else value
    same = found.value == want and found.operator == gold.get("operator") and found.unit == gold.get("unit")
    return same and overlap(found, gold)[1] >= LEAST_OVERLAP


def _same_task(found: Any, gold: Gold) -> bool:
    """The same heading and the same units: who leads, and who else answers, in any order and either kind of marks.

    How far a heading runs is the annotator's choice: one title may go on where the other ends.
    """
    if abs(found.start - gold["start"]) > 3 or not _same_heading(found.title, str(gold.get("title") or "")):
        return False
    others = [*(gold.get("responsible_units") or ()), *(gold.get("cooperating_units") or ())]
    return _names(found.lead_units) == _names(gold.get("lead_units") or ()) and _names(
        found.responsible_units + found.cooperating_units
    ) == _names(others)


def _same_heading(one: str, two: str) -> bool:
    short, long = sorted((re.sub(r"[\s\W]", "", plain(t)) for t in (one, two)), key=len)
    return short == long or (len(short) >= 4 and long.startswith(short))


def _names(units: Iterable[str]) -> Counter[str]:
    return Counter(re.sub(r"\s", "", plain(unit)) for unit in units)


#: Sections that say what is aimed at, thought or wrong, when, or what is attached: no work, unless units answer.
_NO_WORK = frozenset({"goal", "guideline", "problem", "milestone", "phase", "attachment", "policy_focus"})


_ROLES = ("lead", "responsible", "cooperating")


def _work(gold: Sequence[Gold], found: Sequence[Any]) -> tuple[list[Gold], list[Any]]:
    """Tasks that are work, of both sides; an entry that names no kind has that of its title."""
    from innocity.engines.reading.tasks import kind_of

    kept = [
        g for g in gold
        if (g.get("kind") or kind_of(str(g.get("title") or ""))) not in _NO_WORK
        or any(g.get(f"{role}_units") for role in _ROLES)
    ]  # fmt: skip
    return kept, [t for t in found if t.kind not in _NO_WORK or any(getattr(t, f"{role}_units") for role in _ROLES)]


def _same_fact(found: Any, gold: Gold) -> bool:
    return found.value == gold.get("value") and overlap(found, gold)[1] >= LEAST_OVERLAP


def _same_procedure(found: Any, gold: Gold) -> bool:
    return found.kind == gold.get("kind") and overlap(found, gold)[1] >= LEAST_OVERLAP


def _same_relation(found: Any, gold: Gold) -> bool:
    return found.relation == gold.get("relation") and overlap(found, gold)[1] >= LEAST_OVERLAP


def _match(kind: str, gold: Sequence[Gold], found: Iterable[Finding], same: Callable[[Any, Gold], bool]) -> Score:
    """One to one: each gold entry takes the free finding that overlaps most among those that agree."""
    free = list(found)
    counts: dict[str, list[int]] = {}
    for f in free:
        counts.setdefault(f.rule, [0, 0])[1] += 1
    right, missing = 0, []
    for g in gold:
        agree = [f for f in free if f.start < g["end"] + 4 and g["start"] < f.end + 4 and same(f, g)]
        if agree:
            best = max(agree, key=lambda f: overlap(f, g)[0])
            free.remove(best)
            counts[best.rule][0] += 1
            right += 1
        else:
            missing.append(str(g.get("id") or g.get("quote") or g.get("title")))
    surplus = tuple(f"{f.start}-{f.end} {f.rule}" for f in free)
    rules = tuple((rule, a, b) for rule, (a, b) in sorted(counts.items()))
    return Score(kind, right, len(free), len(missing), rules, tuple(missing), surplus)


def _outline(reading: Reading, gold: Mapping[str, Sequence[Gold]]) -> Score:
    """Numbered paths that tasks, targets and benefits name. Names that an annotator coined are no paths."""
    wanted = {_path(str(t.get("path") or "")) for t in gold.get("tasks", ())}
    wanted |= {_path(str(e.get("section") or "")) for k in ("targets", "benefits") for e in gold.get(k, ())}
    wanted |= {_path(str(e.get("path") or "")) for e in gold.get("outline", ())}
    wanted = {
        w
        for w in wanted
        if re.fullmatch(
            r"(?:[一二三四五六七八九十]{1,3}|\([一二三四五六七八九十]{1,3}\)|[0-9]{1,2}|\([0-9]{1,2}\)|附件[0-9]*|"
            r"第[一二三四五六七八九十百0-9]+[章节条])++",
            w,
        )
    }
    have = {_path(s.path) for s in reading.outline}
    missing = tuple(sorted(wanted - have))
    return Score("outline", len(wanted & have), 0, len(missing), missing=missing)


def _path(path: str) -> str:
    return path.replace("、", "").replace("（", "(").replace("）", ")").strip()
