"""Amounts as pages show them: the phrase of `describe_amount` in its steps, and the largest sum in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innocity.core.money import parse_money
from innocity.packs.model import Clause, Pack

_MONEY = re.compile(r"\d[\d.]*(?:亿|万|千|百)?元")
_LEAD = ("不超过：", "取较小：", "取较大：", "合计：", "分档：")


@dataclass(frozen=True, slots=True)
class Ways:
    """`lead` says how the ways below belong together; each way is its steps in order."""

    lead: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]


def steps(text: str) -> Ways:
    """The phrase of an amount, taken apart.

    >>> steps("不超过：支付金额的5%，封顶30万元")
    Ways(lead=('不超过',), ways=(('支付金额的5%', '封顶30万元'),))
    >>> steps("国家级200万元；省级100万元").ways
    (('国家级200万元',), ('省级100万元',))
    """
    lead: list[str] = []
    while (found := next((word for word in _LEAD if text.startswith(word)), None)) is not None:
        lead.append(found.rstrip("："))
        text = text.removeprefix(found)
    return Ways(tuple(lead), tuple(tuple(way.split("，")) for way in text.split("；") if way))


def largest(pack: Pack, clause: Clause, text: str) -> int | None:
    """The largest sum in fen that one award of a clause can name: its phrase's; None where it names none.

    A monthly sum counts as what it is a month: how many months will count is not known beforehand.
    """
    if not clause.computes():
        return None
    sums = [parse_money(found) for found in _MONEY.findall(text)]
    return max(sums, default=None)
