"""The city itself, its code lists, registers and common exclusions."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from innocity.core.money import parse_money
from innocity.packs.model_base import INTEGER_MAX, MONEY_MAX, ColumnType, Day, Named, Texts


class Division(Named):
    """An administrative division or a zone; zones overlap divisions and are never added to them."""

    code: str | None = None


class Unit(Named):
    """A unit answerable for targets, tasks or clauses, with its dated successors."""

    full_name: str | None = None
    aliases: Texts = ()
    parent: str | None = None
    level: str | None = None
    valid_from: Day | None = None
    valid_to: Day | None = None
    successor: str | None = None


class Payer(Named):
    """A purse that carries a share of an award."""


class City(Named):
    """`city.yaml`."""

    code: str
    extends: Texts = ()
    default_year: int = 2023
    as_of: Day | None = None
    divisions: tuple[Division, ...] = ()
    zones: tuple[Division, ...] = ()
    units: tuple[Unit, ...] = ()
    payers: tuple[Payer, ...] = ()
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
