"""The draw: from a frozen list and a public number to what is checked and by whom. Pure; the same everywhere.

The seed is SHA-256 of the list's digest and the public number. Each item has a lot: SHA-256 of the seed and its id.
In each stratum those with the smallest lots are drawn, so that each has the same chance and the order of the list
says nothing. Who checks an item is drawn alike, by lots of the item and the inspector, among those who may.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

from innocity.engines.inspection.model import Drawn, Frozen, Inspector, Item

METHOD = "innocity-inspection-1"


def seed_of(list_digest: str, number: str) -> str:
    """The seed of a draw: 64 hexadecimal digits. Full-width digits and blanks of the public number do not count.

    >>> seed_of("ab", "０７ 12") == seed_of("ab", "0712")
    True
    """
    plain = "".join(unicodedata.normalize("NFKC", number).split())
    return hashlib.sha256(f"{METHOD}\n{list_digest}\n{plain}".encode()).hexdigest()


def draw(frozen: Frozen, seed: str) -> tuple[Drawn, ...]:
    """What is checked, in order of strata and ids, each with its team; fewer where not enough may check it."""
    strata: dict[str, list[Item]] = {}
    for item in frozen.items:
        strata.setdefault(item.stratum, []).append(item)
    drawn = []
    for name, items in sorted(strata.items()):
        items.sort(key=lambda one: (_lot(seed, "item", one.id), one.id))
        chosen = items[: frozen.quotas.get(name, frozen.rest).of(len(items))]
        drawn += [
            Drawn(one.id, name, _team(frozen, seed, one)) for one in sorted(chosen, key=lambda one: one.id)
        ]  # fmt: skip
    return tuple(drawn)


def may_check(item: Item, inspectors: Iterable[Inspector]) -> list[Inspector]:
    """Who may check an item: nobody of a unit that decided about it, nobody who is partial."""
    return [one for one in inspectors if one.unit not in item.apart and item.id not in one.barred]


def without_team(frozen: Frozen) -> tuple[str, ...]:
    """The items for which not enough may check, by id: with these a list is not to be announced."""
    return tuple(one.id for one in frozen.items if len(may_check(one, frozen.inspectors)) < frozen.team)


def _team(frozen: Frozen, seed: str, item: Item) -> tuple[str, ...]:
    lots = sorted((_lot(seed, "team", f"{item.id}\n{one.id}"), one.id) for one in may_check(item, frozen.inspectors))
    return tuple(name for _, name in lots[: frozen.team])


def _lot(seed: str, what: str, name: str) -> str:
    return hashlib.sha256(f"{seed}\n{what}\n{name}".encode()).hexdigest()
