"""Places to choose from are the city's own: the code lists hold those of other cities too."""

from __future__ import annotations

import pytest

from innocity.packs.load import load_pack
from innocity.packs.territory import offered


@pytest.mark.parametrize(
    ("city", "first", "foreign"), [("weihai", "环翠区", "茌平区"), ("liaocheng", "东昌府区", "荣成市")]
)
def test_a_city_offers_its_own_divisions_and_zones(city: str, first: str, foreign: str) -> None:
    pack = load_pack(city)
    names = [one.name for one in offered(pack, "division")]
    assert first in names and pack.city.name in names
    assert not {foreign, "模拟"} & set(names)
    zones = {one.id for one in offered(pack, "zone")}
    assert zones == {one.id for one in pack.city.zones}


def test_what_is_written_already_stays_to_be_chosen_and_other_lists_are_whole() -> None:
    pack = load_pack("weihai")
    assert "东阿县" in [one.name for one in offered(pack, "division", ("371524",))]
    assert offered(pack, "chain") == pack.codes["chain"].codes and offered(pack, "nothing") == ()
