"""Offers for a demand, best first, each with its reasons.

The score is the sum of what the criteria of the pack's rule earn, an exact fraction; nothing is guessed. What a side
does not say earns nothing and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from innocity.core.money import format_money
from innocity.engines.matching.model import Listing, Reason, Suggestion
from innocity.packs.model import CodeList, Criterion, MatchKind, Register

Codes = Mapping[str, CodeList]


def suggestions(
    kind: MatchKind, register: Register, codes: Codes, demand: Listing, offers: Iterable[Listing], day: date
) -> list[Suggestion]:
    """What of `offers` answers `demand` on a day: of its kind, on the list, by somebody else, needed criteria met.

    Best first, then in order of their ids. An offer that earns nothing is none.
    """
    found = []
    for offer in offers:
        if offer.kind != kind.id or offer.side != "offer" or not offer.open_on(day) or _same_owner(demand, offer):
            continue
        reasons = tuple(compare(register, codes, one, demand, offer) for one in kind.criteria)
        if any(one.criterion.needed and not one.degree for one in reasons):
            continue
        score = sum((one.earned for one in reasons), Fraction(0)) * 100
        if score:
            found.append(Suggestion(demand, offer, score, reasons))
    return sorted(found, key=lambda one: (-one.score, one.offer.id))


def _same_owner(demand: Listing, offer: Listing) -> bool:
    """Nobody answers the own demand; what a unit recorded for somebody is known by its name alone."""
    return demand.firm == offer.firm if demand.firm and offer.firm else demand.by == offer.by


def compare(register: Register, codes: Codes, criterion: Criterion, demand: Listing, offer: Listing) -> Reason:
    """How far one criterion holds between the two."""
    column = register.column(criterion.column)
    list_id = column.codes if column else None
    known = codes.get(list_id or "")
    names = {code.id: code.name for code in known.codes} if known else {}
    if criterion.compare == "words":
        return _words(criterion, demand, offer)
    asked, given = demand.values.get(criterion.column), offer.values.get(criterion.column)
    if asked is None or given is None:
        name = column.name if column else criterion.column
        return Reason(criterion, None, f"需求没有写{name}" if asked is None else f"供给没有写{name}")
    if criterion.compare == "same":
        if asked == given:
            return Reason(criterion, Fraction(1), f"都是{names.get(asked, asked)}")
        return Reason(criterion, Fraction(0), f"要{names.get(asked, asked)}，供的是{names.get(given, given)}")
    money = column is not None and column.type == "money"
    return _numbers(criterion, asked, given, money)


def _numbers(criterion: Criterion, asked: Any, given: Any, money: bool) -> Reason:
    texts = [format_money(value) if money else str(value) for value in (asked, given)]
    says = f"要{texts[0]}，供{texts[1]}"
    if given >= asked:
        return Reason(criterion, Fraction(1), says)
    part = Fraction(given, asked) if criterion.compare == "covers" and given > 0 else Fraction(0)
    return Reason(criterion, part, says)


def _words(criterion: Criterion, demand: Listing, offer: Listing) -> Reason:
    """The share of the demand's key words that the offer names."""
    if not demand.words:
        return Reason(criterion, None, "需求没有写关键词")
    said = offer.said().casefold()
    hit = [word for word in demand.words if word.casefold() in said]
    number = len(demand.words)
    says = f"{number}个关键词命中{len(hit)}个"
    if hit:
        says = f"{number}个关键词命中{len(hit)}个：{'、'.join(hit)}"
    return Reason(criterion, Fraction(len(hit), len(demand.words)), says)
