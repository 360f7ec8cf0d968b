"""The draw of an inspection: every item has the same chance, and anybody gets the same from the same list."""

from __future__ import annotations

import copy
import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.engines.inspection.draw import METHOD, draw, may_check, seed_of, without_team
from innocity.engines.inspection.model import Frozen, Inspector, Item, Quota, result_digest
from innocity.engines.inspection.repeat import faults_of

UNITS = ("甲", "乙", "丙", "丁")
items = st.lists(
    st.builds(
        Item, st.text("abcdefgh0123", min_size=1, max_size=6), st.sampled_from(("一层", "二层")),
        st.lists(st.sampled_from(UNITS), max_size=2, unique=True).map(tuple),
    ),
    max_size=30, unique_by=lambda one: one.id,
)  # fmt: skip
people = st.lists(
    st.builds(Inspector, st.text("xyz123", min_size=1, max_size=4), st.sampled_from(UNITS)),
    max_size=12, unique_by=lambda one: one.id,
)  # fmt: skip
quotas = st.one_of(
    st.integers(0, 12).map(lambda n: Quota(number=n)),
    st.fractions(0, 1, max_denominator=20).map(lambda rate: Quota(rate=rate)),
)
lists = st.builds(
    Frozen, items.map(tuple), people.map(tuple), quotas, st.dictionaries(st.just("一层"), quotas), st.integers(1, 3)
)


@given(lists, st.text("0123456789", min_size=1, max_size=8), st.randoms())
def test_the_order_of_the_lists_says_nothing(frozen: Frozen, number: str, random: object) -> None:
    shuffled = copy.deepcopy(frozen)
    turned = Frozen(shuffled.items[::-1], shuffled.inspectors[::-1], frozen.rest, dict(frozen.quotas), frozen.team)
    assert turned.digest() == frozen.digest()
    seed = seed_of(frozen.digest(), number)
    assert draw(turned, seed) == draw(frozen, seed) == draw(frozen, seed)


@given(lists, st.text("0123456789", min_size=1, max_size=8))
def test_of_each_stratum_as_many_are_drawn_as_its_rule_says_and_nobody_checks_what_its_unit_decided(
    frozen: Frozen, number: str
) -> None:
    drawn = draw(frozen, seed_of(frozen.digest(), number))
    by_id = {one.id: one for one in frozen.items}
    units = {one.id: one.unit for one in frozen.inspectors}
    for name in {one.stratum for one in frozen.items}:
        size = sum(one.stratum == name for one in frozen.items)
        assert sum(one.stratum == name for one in drawn) == frozen.quotas.get(name, frozen.rest).of(size) <= size
    for one in drawn:
        able = may_check(by_id[one.item], frozen.inspectors)
        assert len(one.inspectors) == len(set(one.inspectors)) == min(frozen.team, len(able))
        assert not {units[name] for name in one.inspectors} & set(by_id[one.item].apart)
    assert len({one.item for one in drawn}) == len(drawn)


@given(lists, st.text("0123456789", min_size=1, max_size=8))
@settings(max_examples=50)
def test_what_is_published_gives_the_same_draw_again_and_shows_every_change(frozen: Frozen, number: str) -> None:
    seed = seed_of(frozen.digest(), number)
    drawn = draw(frozen, seed)
    record = {
        "method": METHOD, "list_hash": frozen.digest(), "list": frozen.as_dict(), "number": number, "seed": seed,
        "result_hash": result_digest(drawn),
        "drawn": [{"item": one.item, "inspectors": list(one.inspectors)} for one in drawn],
    }  # fmt: skip
    record = json.loads(json.dumps(record))
    assert faults_of(record) == []
    assert faults_of(record | {"number": number + "1"}) and faults_of(record | {"list_hash": "0" * 64})
    if drawn:
        assert faults_of(record | {"drawn": record["drawn"][1:]})
        changed = copy.deepcopy(record)
        changed["list"]["items"][0][1] = "别的层"
        assert faults_of(changed)


def test_every_item_of_a_stratum_has_the_same_chance() -> None:
    """Of twenty items four are drawn with each of 4,000 numbers: each 800 times, give or take what chance gives."""
    frozen = Frozen(tuple(Item(f"n{n:02d}", "层") for n in range(20)), (), Quota(number=4), {}, 1)
    counts: dict[str, int] = {}
    digest = frozen.digest()
    for number in range(4000):
        for one in draw(frozen, seed_of(digest, str(number))):
            counts[one.item] = counts.get(one.item, 0) + 1
    assert sum(counts.values()) == 16_000 and len(counts) == 20
    spread = sum((count - 800) ** 2 / 800 for count in counts.values())  # chi square, 19 degrees
    assert spread < 43.8, "one in a thousand for an even draw"  # the numbers are fixed: it is the same each time


def test_who_checks_is_drawn_evenly_too() -> None:
    team = tuple(Inspector(f"p{n}", f"u{n}") for n in range(10))
    frozen = Frozen(tuple(Item(f"n{n:04d}", "层", ("u0",)) for n in range(3000)), team, Quota(number=3000), {}, 1)
    counts = dict.fromkeys((one.id for one in team), 0)
    for one in draw(frozen, seed_of(frozen.digest(), "7")):
        counts[one.inspectors[0]] += 1
    assert counts.pop("p0") == 0, "its unit decided about all"
    assert sum((count - 3000 / 9) ** 2 / (3000 / 9) for count in counts.values()) < 26.1


def test_an_item_that_nobody_may_check_is_told_before() -> None:
    frozen = Frozen((Item("a", "层", ("甲",)), Item("b", "层")), (Inspector("p", "甲"), Inspector("q", "乙", ("b",))),
                    Quota(number=1), {}, 2)  # fmt: skip
    assert without_team(frozen) == ("a", "b")
    assert [one.id for one in may_check(frozen.items[1], frozen.inspectors)] == ["p"]


def test_a_share_is_rounded_up_so_that_no_stratum_is_passed_over() -> None:
    assert [Quota(rate=Fraction(1, 20)).of(size) for size in (0, 1, 20, 21)] == [0, 1, 1, 2]
    assert Quota(number=3).of(2) == 2


def test_a_record_that_cannot_be_read_is_an_error() -> None:
    for record in ({}, {"list": {}}, {"list": {"items": [1]}, "drawn": []}):
        with pytest.raises(InnoCityError, match="E-INSPECT-RECORD"):
            faults_of(record)
