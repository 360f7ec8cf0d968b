"""Rosters of a city: `rosters.yaml`, lists read off a register, with totals by what its columns hold."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from innocity.packs.model_base import Frozen, Named, Texts
from innocity.packs.model_clause import Join

OneOrMore = Annotated[Texts, BeforeValidator(lambda v: (v,) if isinstance(v, str) else v)]


class RosterJoin(Join):
    """The matching row of another register, by its own day: `counts_on`, an expression over the joined columns.

    Rows whose day is missing or after the roster's are left out, and so are those valid only from later on; of several
    the latest by that day is taken. Without it (registers of parties themselves, which hold no day) the latest state
    by `valid_from` is.
    """

    counts_on: str | None = None


class RosterTable(Frozen):
    """Totals of a roster's rows: `values` are sums by heading, one line for each value of `by`.

    A sum may be divided by another (`A / B`): money by a number is money, everything else a share.

    Sums are over all rows of the roster; with `yearly`, over those of the year of the day, where they say no other.
    Where `by` is one coded column every code of its list has a line, so that gaps show; `only` names the codes that
    are looked for. A line whose first value is more than `above` is marked. Without `overall` no line sums all rows:
    a share of several years together is of no year. Of rows alike in `once` a line sums one: a firm that stands in
    several clusters is not counted twice.
    """

    name: str
    by: OneOrMore = ()
    values: dict[str, str] = {"数量": "count()"}
    only: Texts = ()
    yearly: bool = False
    above: int | None = None
    overall: bool = True
    once: OneOrMore = ()

    @model_validator(mode="after")
    def _coded(self) -> RosterTable:
        if self.only and len(self.by) != 1:
            raise ValueError("only 只用于按一列分组的表")
        if not self.values:
            raise ValueError("values 至少写一个数")
        return self


class RosterNext(Frozen):
    """What a listed row becomes once somebody records it: a fact of `register`, begun from the row.

    `columns` fills columns of the register from the roster's headings, `set` with what is always the same. Where
    `open` names a heading, only rows that are empty there are still to be recorded. With `adds` the fact is a new one
    even where one alike is recorded: a later state of the same thing.
    """

    register_: str = Field(alias="register")
    columns: dict[str, str] = {}
    set_: dict[str, str] = Field(default={}, alias="set")
    open: str | None = None
    adds: bool = False


class Roster(Named):
    """One entry of `rosters.yaml`: which rows of a register, in which columns, with which totals."""

    about: str | None = None
    register_: str = Field(alias="register")
    counts_on: str = "as_of"
    year: str | None = None  # of which year a row is: then the roster lists the rows of one year
    params: dict[str, str] = {}
    join: tuple[RosterJoin, ...] = ()
    where: str = "True"
    latest: OneOrMore = ()  # of rows alike in these columns the latest stands for all
    stands: str = "True"  # which of the latest rows are listed
    first: OneOrMore = ()  # rows for which a condition holds, or whose number is larger, stand first
    columns: dict[str, str]
    tables: tuple[RosterTable, ...] = ()
    becomes: RosterNext | None = None
    appropriation: str | None = None  # a fund: planned, used, left and share used stand beside the list
    place: str = ""  # filled in by the loader: `file:line`

    @model_validator(mode="after")
    def _shows(self) -> Roster:
        if not self.columns:
            raise ValueError("columns 至少写一列")
        after = self.becomes
        lost = {*after.columns.values(), *([after.open] if after.open else [])} - set(self.columns) if after else set()
        if lost:
            raise ValueError(f"becomes 里的“{min(lost)}”不是 columns 里的栏名")
        return self
