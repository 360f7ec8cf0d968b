"""Kinds of exchange between demand and supply, and by what the two are matched: `matching.yaml`."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field, model_validator

from innocity.core.errors import InvalidValue, register_codes
from innocity.packs.model_assessment import Share
from innocity.packs.model_base import Frozen, Named, Texts

register_codes({
    "E-MATCHING-SOURCE": ("对接规则没有出处", "a rule of matching names no document"),
    "E-MATCHING-WEIGHT": ("对接规则的权重合计不是 100%", "the weights of a rule of matching do not add up to 100%"),
})  # fmt: skip

Comparison = Literal["same", "words", "at_least", "covers"]
Sight = Literal["public", "signed_in", "office"]


class Criterion(Named):
    """One thing by which a demand and an offer are compared.

    `same`: equal codes in `column`; `words`: the share of the demand's key words that occur in what the offer says;
    `at_least`: the offer's number is not below the demand's; `covers`: how much of the demand's sum the offer gives.
    A `needed` criterion must hold at least in part, or the two are no pair.
    """

    compare: Comparison
    column: str
    weight: Share
    needed: bool = False


class Sides(Frozen):
    """What the two lists of a kind are called."""

    demand: str
    offer: str


class Visibility(Frozen):
    """Who sees the name, the words and the sums of what stands on each list: everybody, whoever has signed in, or only
    the kind's office, whoever posted it, and those whom the office brought together with it. Titles are public.
    """

    demand: Sight = "public"
    offer: Sight = "public"


class Contracted(Frozen):
    """What a pair that has agreed becomes: a fact of `register` about one of its sides (`about`).

    `demand` and `offer` name the columns that take the two parties, `amount` that of the sum agreed, `day` that of the
    day; `set` fills columns with what is always the same.
    """

    register_: str = Field(alias="register")
    about: Literal["demand", "offer"]
    demand: str | None = None
    offer: str | None = None
    amount: str | None = None
    day: str | None = None
    set_: dict[str, str] = Field(default={}, alias="set")


class MatchKind(Named):
    """One entry of `matching.yaml`: two lists and how they are matched and followed up.

    `office` are the units that look at what is posted and see pairs through; `reply_days` after a pair's last step
    it is asked about. `columns` are those of the register `exchange_listing` that its form asks for.
    """

    sides: Sides
    office: Texts
    columns: Texts = ()
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    visibility: Visibility = Visibility()
    reply_days: int = Field(default=30, ge=1, le=3650)
    becomes: Contracted | None = None
    tasks: Texts = ()  # tasks of documents that it serves
    document: str | None = None
    demonstration: bool = False
    note: str | None = None
    place: str = ""  # filled in by the loader: `file:line`

    def sight(self, side: str) -> Sight:
        """Who sees the names and sums on one of the two lists (`demand`, `offer`)."""
        return self.visibility.demand if side == "demand" else self.visibility.offer

    @model_validator(mode="after")
    def _weighed(self) -> MatchKind:
        if sum((one.weight for one in self.criteria), Fraction(0)) != 1:
            text = f"对接类别 {self.id} 的权重合计不是 100%"
            raise InvalidValue("E-MATCHING-WEIGHT", text, remedy="每项 criteria 写 weight，合计 100%")
        if self.document is None and not self.demonstration:
            text = f"对接类别 {self.id} 的规则没有出处"
            raise InvalidValue("E-MATCHING-SOURCE", text, remedy="写 document: 文件编号，或 demonstration: true")
        if not self.office:
            raise ValueError("office 至少写一个单位")
        return self
