"""Which places a form offers and an invented row may name: those of the city, not of every city in the code list."""

from __future__ import annotations

from collections.abc import Collection

from innocity.packs.model import Code, Pack


def offered(pack: Pack, codes: str | None, keep: Collection[str] = ()) -> tuple[Code, ...]:
    """The codes of a list to choose from; of places those of the city, and those in `keep` (what is written already).

    The lists of divisions and zones are shared by cities: a city's are named in its `city.yaml`. Nothing for a list
    that the pack lacks.
    """
    if codes not in pack.codes:
        return ()
    every = pack.codes[codes].codes
    own = places_of(pack, codes)
    return every if own is None else tuple(one for one in every if one.id in own or one.id in keep)


def places_of(pack: Pack, codes: str) -> frozenset[str] | None:
    """The places of the city in a list of divisions or zones; None of other lists, and where the city names none."""
    if codes == "division":
        found = {one.code for one in pack.city.divisions if one.code} | {pack.city.code or ""}
    elif codes == "zone":
        found = {one.id for one in pack.city.zones}
    else:
        return None
    return frozenset(found - {""}) or None
