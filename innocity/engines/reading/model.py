"""What reading finds. Every finding carries its span in the text as given, its rule and a confidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Common to all findings: span (first character inside, last outside), rule, confidence from 0 to 1."""

    start: int
    end: int
    rule: str
    confidence: float = field(default=0.0, kw_only=True)

    def as_dict(self) -> dict[str, Any]:
        """The finding as JSON has it; tuples become lists.

        >>> Finding(3, 9, "sum", confidence=0.9).as_dict()
        {'start': 3, 'end': 9, 'rule': 'sum', 'confidence': 0.9}
        """
        from dataclasses import fields

        return {f.name: _plain(getattr(self, f.name)) for f in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return value.as_dict() if hasattr(value, "as_dict") else value


@dataclass(frozen=True, slots=True)
class Section(Finding):
    """A heading and the text under it. `level` 1 is the highest; `head_end` ends the heading."""

    path: str
    title: str
    level: int
    head_end: int
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Target(Finding):
    """An aim: what, until when, how much, where (`scope`: 全市). `value` is a number, a pair (range) or nothing."""

    indicator: str
    year: str | None
    operator: str
    value: float | tuple[float, ...] | None
    unit: str | None
    units: tuple[str, ...] = ()
    path: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Task(Finding):
    """A piece of work and who answers for it; units as printed, and with the elided 市 put back."""

    path: str
    title: str
    kind: str
    lead_units: tuple[str, ...] = ()
    responsible_units: tuple[str, ...] = ()
    cooperating_units: tuple[str, ...] = ()
    lead_units_norm: tuple[str, ...] = ()
    responsible_units_norm: tuple[str, ...] = ()
    cooperating_units_norm: tuple[str, ...] = ()
    units_from: str | None = None


@dataclass(frozen=True, slots=True)
class Amount:
    """One case of a benefit: a sum, or a rate of a base, with its cap. Yuan and shares as numbers."""

    case: str | None = None
    value_yuan: float | None = None
    rate: float | None = None
    base: str | None = None
    cap_yuan: float | None = None
    cap_per: str | None = None
    per: str | None = None
    mode: str = "fixed"  # fixed | max | about
    derived: str | None = None  # the words that say a number without printing it (减半; 500 under 万元)

    def as_dict(self) -> dict[str, Any]:
        """Only what is given.

        >>> Amount(value_yuan=200000).as_dict()
        {'value_yuan': 200000, 'mode': 'fixed'}
        """
        return {n: getattr(self, n) for n in self.__slots__ if getattr(self, n) is not None}


@dataclass(frozen=True, slots=True)
class Benefit(Finding):
    """A promise of money or of another advantage.

    `thresholds` are conditions with a number (foreign money included), `instalments` the shares in which
    a sum is paid, `terms` the words of the glossary that stand in it (`read(text, vocabulary)`), `stacking` how it
    goes with others: `stacks` beside them, `net` of them, `exclusive`; `period` since when and how long, as printed,
    `parties` who the subject means, each by the one name of its kind.
    """

    subject: str | None
    trigger: str | None
    trigger_kind: str | None
    shape: str
    amounts: tuple[Amount, ...]
    gate: str | None
    payers: tuple[str, ...]
    force: str
    strength: tuple[str, ...] = ()
    stacking: str | None = None
    path: str | None = None
    thresholds: tuple[str, ...] = ()
    instalments: tuple[float, ...] = ()
    terms: tuple[str, ...] = ()
    period: str | None = None
    parties: tuple[str, ...] = ()

    @property
    def quantified(self) -> bool:
        """Whether a sum, a rate or a cap is among the amounts."""
        return any(a.value_yuan is not None or a.rate is not None or a.cap_yuan is not None for a in self.amounts)


@dataclass(frozen=True, slots=True)
class Fact(Finding):
    """A dated figure that the document reports."""

    indicator: str
    value: float
    unit: str
    approx: str | None
    period: str | None


@dataclass(frozen=True, slots=True)
class Procedure(Finding):
    """How a benefit is claimed: window, materials, publicity, section in charge, exclusion, implementing rule."""

    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Relation(Finding):
    """What the document says of another: number where it is printed, else the title."""

    relation: str
    target: str
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Definition(Finding):
    """How a word is to be understood, such as 以上含本数."""

    says: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was found in one document."""

    meta: dict[str, Any] = field(default_factory=dict)
    outline: tuple[Section, ...] = ()
    tasks: tuple[Task, ...] = ()
    targets: tuple[Target, ...] = ()
    benefits: tuple[Benefit, ...] = ()
    facts: tuple[Fact, ...] = ()
    procedures: tuple[Procedure, ...] = ()
    relations: tuple[Relation, ...] = ()
    definitions: tuple[Definition, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The reading as `innocity read --json` prints it.

        >>> sorted(Reading().as_dict())
        ['benefits', 'definitions', 'facts', 'meta', 'outline', 'procedures', 'relations', 'targets', 'tasks']
        """
        names = ("outline", "targets", "tasks", "benefits", "facts", "procedures", "relations", "definitions")
        return {"meta": self.meta, **{n: [f.as_dict() for f in getattr(self, n)] for n in names}}
