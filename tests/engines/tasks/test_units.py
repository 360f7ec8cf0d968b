"""Units: as printed and as answerable at a date, collective names, finding by name."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.tasks.units import answerable, find_unit, predecessors
from innocity.packs.model import Pack
from tests.engines.tasks.conftest import make_pack

UNITS = make_pack([]).units
END_2023 = date(2023, 12, 31)


@pytest.mark.parametrize(
    ("unit", "day", "answer", "dated"),
    [
        ("science", END_2023, ("science",), True),
        ("old_it", END_2023, ("industry",), False),
        ("bank", date(2023, 8, 17), ("bank",), True),
        ("bank", date(2023, 8, 18), ("branch",), True),
        ("gone", date(2019, 12, 31), ("gone",), True),
        ("gone", date(2020, 1, 1), (), True),
    ],
)
def test_who_answers(unit: str, day: date, answer: tuple[str, ...], dated: bool) -> None:
    found = answerable(UNITS, unit, day)
    assert (found.answer, found.dated) == (answer, dated)
    assert found.succeeded == (answer != (unit,))


def test_collective_names_stand_for_all_below_them() -> None:
    assert answerable(UNITS, "counties", END_2023).answer == ("east", "west")
    found = answerable(UNITS, "all", END_2023)
    assert found.answer == ("east", "west", "zone") and found.collective and not found.succeeded


def test_predecessors_are_those_it_answers_for() -> None:
    assert predecessors(UNITS, "industry", END_2023) == ["old_it"]
    assert predecessors(UNITS, "east", END_2023) == ["all", "counties"]
    assert predecessors(UNITS, "branch", date(2023, 8, 1)) == []


@pytest.mark.parametrize("text", ["science", "市科技局", "某市科学技术局", "科技局", " 科技局 ", "科学技术局"])
def test_a_unit_is_found_by_any_of_its_names(text: str) -> None:
    assert find_unit(UNITS, text).id == "science"


@pytest.mark.parametrize("text", ["", "区政府", "外星局"])
def test_unknown_or_ambiguous_names_are_refused(text: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        find_unit(UNITS, text)
    assert caught.value.code == "E-UNIT-UNKNOWN" and caught.value.remedy


def test_weihai_s_successors(weihai: Pack) -> None:
    def names(unit: str, day: date) -> list[str]:
        return [weihai.units[one].name for one in answerable(weihai.units, unit, day).answer]

    assert names("wh_economy_it", END_2023) == ["市工业和信息化局"]
    assert names("wh_central_bank", date(2023, 7, 16)) == ["人民银行威海市中心支行"]
    assert names("wh_central_bank", END_2023) == ["人民银行威海市分行"]
    # Banking and insurance: two changes, the first without a date.
    assert names("wh_banking", END_2023) == ["威海金融监管分局"]
    assert not answerable(weihai.units, "wh_banking", END_2023).dated
    counties = names("wh_counties", END_2023)
    assert counties == ["环翠区政府", "文登区政府", "荣成市政府", "乳山市政府"]
    assert len(names("wh_county_zone", END_2023)) == 9
