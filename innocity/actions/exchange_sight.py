"""What somebody sees of the lists of demand and supply, by the `visibility` of their kind.

one = as_seen(exchange, listing, viewer)    # without its name, words and sums where those are not for the viewer
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from innocity.actions.exchange_records import REGISTER, Exchange, kind_of
from innocity.engines.matching.model import Listing

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

_OVERSEES = ("operator", "leader", "auditor")
_TOGETHER = ("introduced", "agreed", "fulfilled")


def sees_whole(exchange: Exchange, one: Listing, viewer: Viewer) -> bool:
    """Whether somebody sees all of a listing that is on the lists.

    The kind's office, whoever oversees and whoever posted it always do; others where the list is public or they have
    signed in, and else whoever posted the other side of a pair, once the office or the owner recorded that they met.
    """
    kind = kind_of(exchange.pack, one.kind)
    sight = kind.sight(one.side)
    if sight == "public" or viewer.role in _OVERSEES or (sight == "signed_in" and viewer.role != "anonymous"):
        return True
    if viewer.unit in kind.office or (viewer.party is not None and viewer.party == one.owner):
        return True
    return viewer.party is not None and viewer.party in _met(exchange, one, (*kind.office, one.owner))


def _met(exchange: Exchange, one: Listing, trusted: tuple[str, ...]) -> set[str]:
    """Who posted what a listing was brought together with, by those whose word counts."""
    found = set()
    for step in exchange.steps:
        if one.id in (step.demand, step.offer) and step.step in _TOGETHER and step.party in trusted:
            other = exchange.listings.get(step.offer if step.demand == one.id else step.demand)
            if other is not None:
                found.add(other.owner)
    return found


def as_seen(exchange: Exchange, one: Listing, viewer: Viewer) -> Listing:
    """A listing as somebody sees it: whole, or without its name (`by` is empty), words and sums."""
    if sees_whole(exchange, one, viewer):
        return one
    columns = exchange.pack.registers[REGISTER].columns
    kept_back = {"by", "firm", "party_id", "text", "note"} | {each.id for each in columns if each.type == "money"}
    values = {name: value for name, value in one.values.items() if name not in kept_back}
    return replace(one, by="", party="", owner="", firm="", values=values)
