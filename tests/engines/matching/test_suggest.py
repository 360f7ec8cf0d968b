"""Matching: scores are exact sums of what the criteria earn, and each reason says why."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from innocity.actions.exchange_records import REGISTER
from innocity.engines.matching.follow import pairs
from innocity.engines.matching.model import Listing, Step, Suggestion
from innocity.engines.matching.suggest import suggestions
from innocity.packs.load import load_pack
from innocity.packs.model import MatchKind

PACK = load_pack("weihai")
DAY = date(2024, 3, 1)


def listing(name: str, side: Any, kind: str = "results", **values: Any) -> Listing:
    words = tuple(values.pop("words", ()))
    given = {"state": "open", "until": None, "by": name, "title": name} | {
        key: values.pop(key) for key in ("state", "until", "by", "title") if key in values
    }
    return Listing(name, kind, side, given["title"], given["by"], "wh_science", date(2024, 1, 1), given["state"],
                   given["until"], values, words)  # fmt: skip


def found(demand: Listing, *offers: Listing, day: date = DAY) -> list[Suggestion]:
    return suggestions(PACK.matching[demand.kind], PACK.registers[REGISTER], PACK.codes, demand, offers, day)


DEMAND = listing("d", "demand", field="materials", chain="carbon", readiness=6, words=("碳纤维", "预浸料", "热压罐"))


def test_the_score_is_the_sum_of_what_each_criterion_earns() -> None:
    [one] = found(DEMAND, listing("o", "offer", title="碳纤维预浸料", field="materials", chain="marine", readiness=7))
    assert one.score == 40 + Fraction(2, 3) * 30 + 0 + 10
    told = {each.criterion.id: each.says for each in one.reasons}
    assert told == {
        "field": "都是新材料", "words": "3个关键词命中2个：碳纤维、预浸料",
        "chain": "要碳纤维等复合材料，供的是海洋生物与健康食品", "readiness": "要6，供7",
    }  # fmt: skip


def test_what_a_side_does_not_say_earns_nothing_and_is_told() -> None:
    [one] = found(DEMAND, listing("o", "offer", field="materials"))
    reasons = {each.criterion.id: (each.degree, each.says) for each in one.reasons}
    assert one.score == 40 and reasons["chain"] == (None, "供给没有写产业链")


def test_a_needed_criterion_that_fails_or_is_not_said_makes_no_pair() -> None:
    assert found(DEMAND, listing("a", "offer", field="biology", chain="carbon"), listing("b", "offer")) == []


def test_only_what_is_on_the_list_on_the_day_and_of_somebody_else() -> None:
    fits: dict[str, Any] = {"field": "materials"}
    offers = (
        listing("waits", "offer", state="pending", **fits), listing("over", "offer", until=date(2024, 2, 29), **fits),
        listing("last_day", "offer", until=DAY, **fits), listing("own", "offer", by="d", **fits),
        listing("later", "offer", kind="equipment", **fits),
    )  # fmt: skip
    assert [one.offer.id for one in found(DEMAND, *offers)] == ["last_day"]


def test_best_first_then_in_order_of_ids() -> None:
    offers = [listing(name, "offer", field="materials", **more) for name, more in
              (("z", {}), ("a", {}), ("m", {"chain": "carbon"}))]  # fmt: skip
    assert [one.offer.id for one in found(DEMAND, *offers)] == ["m", "a", "z"]


def test_a_sum_that_covers_only_part_earns_that_part() -> None:
    demand = listing("d", "demand", "finance", stage="growth", loan=500_000_00, equity=100_000_00)
    [one] = found(demand, listing("bank", "offer", "finance", stage="growth", loan=200_000_00))
    assert one.score == 40 + Fraction(2, 5) * 30


def step(name: Any, day: int, demand: str = "d") -> Step:
    return Step(demand, "o", name, date(2024, 1, day))


def test_a_pair_that_hears_nothing_for_too_long_is_late_until_it_ends() -> None:
    [one] = pairs([step("introduced", 5), step("proposed", 1)], date(2024, 2, 4), 30)
    assert (one.step, one.silent_days, one.late) == ("introduced", 30, False), "steps stand in order of their days"
    assert pairs(list(one.steps), date(2024, 2, 5), 30)[0].late
    assert not pairs([*one.steps, step("failed", 6)], date(2025, 1, 1), 30)[0].late
    assert pairs([step("proposed", 9)], date(2024, 1, 8), 30) == [], "what is to come is not there yet"


def test_weights_add_up_and_rules_have_a_source() -> None:
    part = {"id": "a", "name": "甲", "compare": "same", "column": "field"}
    whole: dict[str, Any] = {
        "id": "k",
        "name": "类",
        "sides": {"demand": "需", "offer": "供"},
        "office": ["wh_science"],
    }
    cases: list[tuple[dict[str, Any], str]] = [
        ({"demonstration": True}, "E-MATCHING-WEIGHT"),
        ({"weight": "100%"}, "E-MATCHING-SOURCE"),
    ]
    for broken, code in cases:
        weight = broken.pop("weight", "90%")
        with pytest.raises(ValueError, match=code):
            MatchKind.model_validate({**whole, **broken, "criteria": [{**part, "weight": weight}]})
