"""What the page of a document that is reviewed shows: the list of findings, one finding in full, where to go next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from innocity.actions.amounts_said import money_said
from innocity.actions.reading_store import KINDS, UNDO, Entry, Review
from innocity.engines.reading.model import Benefit, Fact, Finding, Procedure, Relation, Target, Task
from innocity.web.views.office.reading_fields import (
    AMOUNT_FIELDS,
    KIND_WORDS,
    OPERATORS,
    PROCEDURES,
    RELATIONS,
    SIGNS,
    SPECS,
    STACKING,
    Word,
    said,
)

EXCERPT = 42  # characters of a finding's words in the list
#: Verdict -> (shape and colour, word).
STATES: Mapping[str, tuple[str, Word]] = {
    "": ("none", _("未判")), "accept": ("met", _("接受")), "correct": ("near", _("已改")),
    "reject": ("alert", _("不要")), "add": ("near", _("补的")), UNDO: ("none", _("已撤销")),
}  # fmt: skip
#: First part of a rule's name -> what such rules go by.
_RULES: Mapping[str, Word] = {
    "benefit": _("按扶持条款的写法"), "target": _("按目标的写法"), "task": _("按任务的写法"),
    "heading": _("按标题的写法"), "relation": _("按文件关系的写法"), "fact": _("按事实和数字的写法"),
    "procedure": _("按申报办法的写法"), "": _("按词句"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in the list: as it was read, or as somebody changed it."""

    key: str
    finding: Finding
    entry: Entry | None
    quote: str

    @property
    def kind(self) -> str:
        """The kind's id."""
        return self.key.replace("+", "-").partition("-")[0]

    @property
    def kind_word(self) -> Word:
        """The kind in words."""
        return KIND_WORDS[self.kind]

    @property
    def label(self) -> str:
        """The short name that stands in the text, too: 奖3, or 奖+7 for one that was added."""
        added = "+" in self.key
        number = int(self.key.rpartition("+" if added else "-")[2])
        return f"{SIGNS[self.kind]}+{number}" if added else f"{SIGNS[self.kind]}{number + 1}"

    @property
    def verdict(self) -> str:
        """What was decided; empty where nothing was."""
        return self.entry.verdict if self.entry else ""

    @property
    def light(self) -> str:
        """Shape and colour of the verdict."""
        return STATES[self.verdict][0]

    @property
    def word(self) -> Word:
        """The verdict in words."""
        return STATES[self.verdict][1]

    @property
    def excerpt(self) -> str:
        """The beginning of its words."""
        words = "".join(self.quote.split())
        return words if len(words) <= EXCERPT else words[:EXCERPT] + "…"

    @property
    def gist(self) -> str:
        """What counts of it, in short."""
        return gist(self.finding)

    @property
    def how(self) -> Word:
        """By which kind of rule it was read, in words; the rule's own name is for those who look after the reader."""
        return _RULES.get(self.finding.rule.partition("-")[0], _RULES[""])

    @property
    def sure(self) -> int:
        """The confidence in per cent."""
        return round(self.finding.confidence * 100)

    @property
    def seen(self) -> int:
        """The number of the entry that stands; 0 for none."""
        return self.entry.number if self.entry else 0


def gist(one: Finding) -> str:
    """What counts of a finding, in one line."""
    if isinstance(one, Benefit):
        return money_said(amount.as_dict() for amount in one.amounts) if one.amounts else ""
    if isinstance(one, Target):
        wanted = str(dict(OPERATORS).get(one.operator, one.operator))
        words = (one.indicator, one.year, wanted, f"{said(one.value)}{one.unit or ''}")
        return " ".join(word for word in words if word)
    if isinstance(one, Task):
        return f"{one.path} {'、'.join((*one.lead_units, *one.responsible_units))}"
    if isinstance(one, Fact):
        return f"{one.indicator} {said(one.value)}{one.unit}"
    if isinstance(one, Relation):
        return f"{dict(RELATIONS).get(one.relation, one.relation)} {one.target}"
    return str(dict(PROCEDURES).get(one.kind, one.kind)) if isinstance(one, Procedure) else ""


def rows_of(review: Review) -> list[Row]:
    """All findings in the order of the text; those that somebody changed as they are now."""
    standing = review.standing()
    rows = []
    for key, finding in review.findings():
        entry = standing.get(key)
        changed = review.result_of(entry) if entry and entry.verdict == "correct" else None
        rows.append(_row(review, key, changed or finding, entry))
    for key, entry in standing.items():
        if entry.verdict == "add" and (added := review.result_of(entry)) is not None:
            rows.append(_row(review, key, added, entry))
    order = list(KINDS)
    return sorted(rows, key=lambda row: (row.finding.start, order.index(row.kind), row.finding.end))


def _row(review: Review, key: str, finding: Finding, entry: Entry | None) -> Row:
    return Row(key, finding, entry, review.text[finding.start : finding.end])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: a part of the text, a finding, kinds to list, only what is open, a form to add."""

    part: int = 1
    finding: str = ""
    kind: str = ""
    open: bool = False
    add: str = ""

    def address(self, **changed: Any) -> str:
        """The query for the same page with something else."""
        now = {
            "part": self.part, "kind": self.kind, "open": "1" if self.open else "", "finding": self.finding,
            "add": self.add, **changed,
        }  # fmt: skip
        return "?" + urlencode({key: value for key, value in now.items() if value not in ("", None)})

    def lists(self, row: Row) -> bool:
        """Whether a row is in the list that was asked for; the one that is looked at always is."""
        kept = (not self.kind or row.kind == self.kind) and (not self.open or not row.verdict)
        return kept or row.key == self.finding


def next_open(rows: list[Row], key: str, asked: Asked) -> Row | None:
    """The next finding after one that nobody has decided, from the beginning again where none follows."""
    at = next((n for n, row in enumerate(rows) if row.key == key), -1)
    around = [*rows[at + 1 :], *rows[: at + 1]]
    return next((row for row in around if not row.verdict and (not asked.kind or row.kind == asked.kind)), None)


def shown_fields(row: Row, read: Finding | None) -> Iterator[tuple[Word, str, str]]:
    """(what, value, what was read where somebody changed it) of a finding's fields, empty ones left out."""
    now, before = row.finding.as_dict(), (read or row.finding).as_dict()
    if row.kind == "benefits":
        yield _("额度"), gist(row.finding) or "—", _other(gist(read), gist(row.finding)) if read else ""
    for spec in SPECS[row.kind]:
        value, old = (_in_words(spec.choices, one.get(spec.name)) for one in (now, before))
        if value or old:
            yield spec.label, value or "—", _other(old, value)
    for name, label in (("thresholds", _("门槛")), ("stacking", _("与别的扶持")), ("strength", _("用词"))):
        if now.get(name):
            yield label, _in_words(STACKING if name == "stacking" else (), now[name]), ""


def _in_words(choices: tuple[tuple[str, Word], ...], value: Any) -> str:
    return str(dict(choices).get(value, value)) if isinstance(value, str) else said(value)


def _other(old: str, new: str) -> str:
    return (old or "—") if old != new else ""


def tallies(rows: list[Row]) -> list[tuple[str, Word, int, int]]:
    """(kind, word, decided, all) of each kind that was found."""
    found = []
    for kind in KINDS:
        own = [row for row in rows if row.kind == kind]
        if own:
            found.append((kind, KIND_WORDS[kind], sum(bool(row.verdict) for row in own), len(own)))
    return found


def history(review: Review, key: str) -> list[tuple[Entry, str, Word, datetime]]:
    """What was decided of one finding, the newest first: entry, shape, word, when."""
    own = [entry for entry in review.entries if entry.key == key]
    return [(one, *STATES[one.verdict], datetime.fromisoformat(one.at)) for one in reversed(own)]


def found_right(review: Review) -> list[tuple[Word, int, int, int, int]]:
    """By kind: how many findings people found right, corrected, rejected, and how many they added."""
    standing = review.standing().values()
    verdicts = ("accept", "correct", "reject", "add")
    rows = []
    for kind in KINDS:
        counts = [sum(e.kind == kind and e.verdict == v for e in standing) for v in verdicts]
        if any(counts):
            rows.append((KIND_WORDS[kind], counts[0], counts[1], counts[2], counts[3]))
    return rows


def amount_labels() -> list[tuple[str, Word, Word]]:
    """Fields of an amount that are typed; how it counts is chosen."""
    return [one for one in AMOUNT_FIELDS if one[0] != "mode"]
