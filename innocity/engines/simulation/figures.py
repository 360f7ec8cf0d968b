"""`cities/<city>/simulation.yaml`: the published figures a simulated city is fitted to, and what is assumed.

`facts` are figures that documents publish, each with its value, day, document and, as a `Measure`, how
the registers express it. Everything else in the file is assumed: it has no document and is no fact.
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from innocity.core.dates import parse_boolean
from innocity.core.errors import InnoCityError, InnoCityErrors, Place, fail
from innocity.core.money import parse_money
from innocity.core.rates import parse_rate
from innocity.engines.simulation.spreads import Spread
from innocity.packs.model import Day, Frozen, Money, Years
from innocity.packs.yamltext import read_file, without_empty

FILE = "simulation.yaml"
#: The number of firms at scale 1.
FIRMS = 60_000

_VALUE = re.compile(r"[0-9]+(?:\.([0-9]+))?(万亿元|亿元|万元|元|%|‰)?")
_UNITS = {
    None: Fraction(1), "%": Fraction(1, 100), "‰": Fraction(1, 1000), "元": Fraction(100),
    "万元": Fraction(10**6), "亿元": Fraction(10**10), "万亿元": Fraction(10**14),
}  # fmt: skip
_Texts = Annotated[tuple[str, ...], BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]

_Yes = Annotated[bool, BeforeValidator(lambda v: parse_boolean(v) if isinstance(v, str) else v)]


class Source(Frozen):
    """A document that publishes figures."""

    title: str
    number: str | None = None
    date: Day | None = None


class Valid(Frozen):
    """Columns that say from when to when a row holds: `to` is its last day, on `revoked` it holds no more."""

    from_: str = Field(alias="from")
    to: str | None = None
    revoked: str | None = None


class Measure(Frozen):
    """How the registers express a figure.

    `take`: `rows`, `distinct <column>` or `sum <money column>`; `where`: codes or values per column
    (`@name` is a set of the file); rows count that are dated (`until`) up to the figure's day and not
    before `since`, or (`within`) in its year, or that are `valid` on it; `once`: of rows alike in this
    column one counts; `among`: the share of the distinct that another measure takes too; `per`: divided
    by another figure and multiplied by `times`; `growth_from`: the yearly growth since that year.
    """

    register_: str = Field(alias="register")
    take: str = "distinct party_id"
    where: dict[str, _Texts] = Field(default_factory=dict)
    at_least: dict[str, Money] = Field(default_factory=dict)
    until: str | None = None
    since: Day | None = None
    within: str | None = None
    valid: Valid | None = None
    once: str | None = None
    among: Measure | None = None
    per: str | None = None
    times: int = 1
    growth_from: int | None = None


class Fact(Frozen):
    """A published figure: its value as written, the day it is for, the document and place it comes from."""

    id: str
    name: str
    value: str
    written: str | None = None
    unit: str | None = None
    approx: str | None = None
    on: Day
    document: str
    place: str
    note: str | None = None
    scaled: _Yes = True
    measure: Measure | None = None

    @property
    def number(self) -> Fraction:
        """The value in base units: fen for money, the plain number for the rest."""
        return self._read()[0]

    @property
    def step(self) -> Fraction:
        """One unit of the last decimal place that the document prints."""
        return self._read()[1]

    def _read(self) -> tuple[Fraction, Fraction]:
        match = _VALUE.fullmatch(self.value)
        if not match:
            remedy = "写成 1376、18.42、2.48% 或 133.97亿元"
            fail("E-PACK-FIELD", f"{self.id} 的数值“{self.value}”看不懂", remedy=remedy)
        unit = _UNITS[match[2]]
        digits = self.value.removesuffix(match[2] or "")
        return Fraction(digits) * unit, unit / 10 ** len(match[1] or "")


class Amounts(Frozen):
    """A spread of money as the file writes it."""

    median: Money
    sigma: float
    top: Money
    unit: Money = 1

    def spread(self) -> Spread:
        """The quantiles to draw from."""
        return Spread(self.median, self.sigma, self.top, self.unit)


class Series(Frozen):
    """So many rows of one kind over a span of years, held by parties of one kind."""

    holder: str = "firm"
    total: int
    years: Years


class Title(Series):
    """A title given to parties; `only` names the one division or zone that has it, `project` says that it
    is given to a project of the party."""

    title: str
    level: str
    event: str = "recognition"
    only: str | None = None
    valid_years: int | None = None
    project: _Yes = False


class Project(Series):
    """Science and technology projects of one programme."""

    program: str
    level: str
    mode: str
    event: str = "project_approval"
    leader: str | None = None
    fiscal: Amounts


class Fund(Series):
    """Money received from an upper level for one purpose."""

    program: str
    source: str
    title: str | None = None
    leader: str | None = None
    amount: Amounts


class Honour(Series):
    """Science and patent awards of one name and level; grades recur in this order."""

    award_name: str
    level: str
    grades: _Texts
    prize: Amounts | None = None


class Appropriation(Frozen):
    """How much of an appropriation was used each year, in how many rows."""

    appropriation: str
    rows: int
    years: dict[int, Money]


class PastAward(Frozen):
    """A clause on high-tech firms whose awards of some years have been paid: a sum for each case."""

    clause: str
    years: Years
    cases: dict[str, Money]


class PastDecision(Frozen):
    """A clause of which some objects have been decided on, none above `ceiling`.

    `of` is `project` (those of `program` that were accepted, or with `on: approved` approved) or
    `residence` (postdocs in key industries).
    """

    clause: str
    of: Literal["project", "residence"]
    program: str | None = None
    on: Literal["approved", "accepted"] = "accepted"
    ceiling: Money
    by: str


class Figures(Frozen):
    """The whole file."""

    city: str
    years: Years
    documents: dict[str, Source] = Field(default_factory=dict)
    sets: dict[str, _Texts] = Field(default_factory=dict)
    facts: tuple[Fact, ...] = ()
    assumed: dict[str, str | dict[str, str]] = Field(default_factory=dict)
    appropriations: tuple[Appropriation, ...] = ()
    platforms: dict[str, dict[str, int]] = Field(default_factory=dict)
    titles: tuple[Title, ...] = ()
    projects: tuple[Project, ...] = ()
    funds: tuple[Fund, ...] = ()
    honours: tuple[Honour, ...] = ()
    awards: tuple[PastAward, ...] = ()
    decisions: tuple[PastDecision, ...] = ()

    @model_validator(mode="after")
    def _references(self) -> Figures:
        ids = [fact.id for fact in self.facts]
        if len(set(ids)) != len(ids):
            raise ValueError("facts 中有重复的 id")
        for fact in self.facts:
            if fact.document not in self.documents:
                raise ValueError(f"{fact.id} 引用了没有登记的文件 {fact.document}")
            if fact.measure and fact.measure.per and fact.measure.per not in ids:
                raise ValueError(f"{fact.id} 的分母 {fact.measure.per} 不在 facts 中")
        return self

    def fact(self, name: str) -> Fact | None:
        """The published figure of this id."""
        return next((fact for fact in self.facts if fact.id == name), None)

    def number(self, name: str) -> Fraction:
        """A published figure, else the assumed one. Error: E-PACK-MISSING-FIELD where there is neither."""
        found = self.fact(name)
        return found.number if found else Fraction(self._assumed(name))

    def rate(self, name: str) -> Fraction:
        """An assumed rate."""
        return parse_rate(self._assumed(name))

    def money(self, name: str) -> int:
        """A published or assumed amount in fen."""
        found = self.fact(name)
        return int(found.number) if found else parse_money(self._assumed(name))

    def yearly(self, name: str, year: int) -> Fraction:
        """An assumed yearly number: that of the nearest year given, moved on by its growth."""
        given = self.assumed.get(name)
        if not isinstance(given, dict):
            return Fraction(self._assumed(name))
        anchors = {int(key): Fraction(value) for key, value in given.items() if key != "growth"}
        nearest = min(anchors, key=lambda anchor: (abs(anchor - year), anchor))
        return anchors[nearest] * (1 + parse_rate(given.get("growth", "0%"))) ** (year - nearest)

    def _assumed(self, name: str) -> str:
        value = self.assumed.get(name)
        if not isinstance(value, str):
            fail("E-PACK-MISSING-FIELD", f"{FILE} 没有给出 {name}", remedy=f"在 assumed 中写明 {name}")
        return value


def load_figures(root: Path) -> Figures:
    """Read `simulation.yaml` of a city folder. Errors: E-FILE-MISSING, E-PACK-FIELD and those of YAML."""
    located = read_file(root / FILE)
    try:
        return Figures.model_validate(without_empty(located.data))
    except ValidationError as error:
        raise InnoCityErrors(
            InnoCityError("E-PACK-FIELD", item["msg"], Place(FILE, located.line(item["loc"])))
            for item in error.errors()
        ) from None
