"""The city itself, its code lists, registers and common exclusions."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema, model_validator

from innocity.core.money import parse_money
from innocity.core.rates import parse_rate
from innocity.packs.model_base import INTEGER_MAX, MONEY_MAX, ColumnType, Day, Frozen, Named, Texts, Year


class Division(Named):
    """An administrative division or a zone; zones overlap divisions and are never added to them."""

    code: str | None = None


class Unit(Named):
    """A unit answerable for targets, tasks or clauses, with its dated successors.

    `collective` marks a name that stands for all units below it (各区市政府): what it owes, each of them owes.
    """

    full_name: str | None = None
    aliases: Texts = ()
    parent: str | None = None
    level: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    successor: str | None = None
    collective: bool = False


class Payer(Named):
    """A purse that carries a share of an award."""


def _share(value: Any) -> Any:
    if isinstance(value, str):
        return parse_rate(value)
    if isinstance(value, (Fraction, int)) and not isinstance(value, bool) and 0 <= value <= 1:
        return Fraction(value)
    raise ValueError("这里要一个比例，如 90%")


Share = Annotated[
    Fraction, PlainValidator(_share), PlainSerializer(str, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string"}),
]  # fmt: skip


class Pace(Frozen):
    """How the city judges pace: what share of the way asked for is still `near`, still `watch`.

    `about` is how far a value may miss a target that says 左右 or 约. `lag_days` counts from a period's end to the
    day on which its figure is owed, for indicators without `release`; empty: not known.
    """

    near: Share = Fraction(9, 10)
    watch: Share = Fraction(7, 10)
    about: Share = Fraction(1, 20)
    lag_days: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _order(self) -> Pace:
        if self.watch > self.near:
            raise ValueError("watch 大于 near")
        return self


class Reporting(Frozen):
    """Who receives the figures of a city and may report any of them, approve and lock: units by id.

    `office` is where the leading group's work is done, `statistics` the statistics department.
    """

    office: Texts = ()
    statistics: Texts = ()


class City(Named):
    """`city.yaml`."""

    code: str
    extends: Texts = ()
    default_year: Year = 2023
    as_of: Day | None = None
    divisions: tuple[Division, ...] = ()
    zones: tuple[Division, ...] = ()
    units: tuple[Unit, ...] = ()
    payers: tuple[Payer, ...] = ()
    pace: Pace = Pace()
    reporting: Reporting = Reporting()
    remove: dict[str, Texts] = {}


class Code(Named):
    """One entry of a code list."""

    aliases: Texts = ()
    valid_from: Day | None = None
    valid_to: Day | None = None


class CodeList(Named):
    """`codes/<id>.yaml`."""

    source: str | None = None
    codes: tuple[Code, ...]

    def ids(self) -> frozenset[str]:
        """The ids that a column of this list may hold."""
        return frozenset(c.id for c in self.codes)


class Column(Named):
    """A column of a register; `max` bounds a fact's value (fen for money)."""

    type: ColumnType
    codes: str | None = None
    required: bool = False
    personal: bool = False
    help: str | None = None
    was: str | None = None
    max: Annotated[int | None, BeforeValidator(lambda v: _bound(v))] = None

    def bound(self) -> int:
        """The largest absolute value of a fact in this column, in fen or units."""
        default = MONEY_MAX if self.type == "money" else INTEGER_MAX
        return default if self.max is None else self.max


def _bound(value: Any) -> Any:
    """`max:` is money where it has a unit, else an integer."""
    if isinstance(value, str) and not value.strip().isdigit():
        return parse_money(value)
    return value


class Register(Named):
    """`registers/<id>.yaml`: what is recorded about a party, one dated row a fact."""

    revision: int = 1
    about: Literal["organization", "person", "division", "any"] = "any"
    source: str
    purpose: str
    refresh: str
    writers: Texts = ()
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column | None:
        """The column of this name, if there is one."""
        return next((c for c in self.columns if c.id == name), None)


class Exclusion(Named):
    """A common exclusion: a dated fact that stops every sum of its party."""

    register_: str = Field(alias="register")
    where: str = "True"
    from_: str = Field(alias="from")
    to: str | None = None
    repaired: str | None = None
