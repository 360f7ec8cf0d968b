"""Overflow is foreseen for what registers allow: no warning means that no run within the bounds can overflow."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.rules.bounds import ROWS, overflows
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.reference import Reference
from innocity.packs.load import load_pack
from innocity.plan.rows import Facts
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of

EVENT = {"register": "event", "counts_on": "day"}
TOP = 10**14  # what a money column may hold, in fen


def found(**fields: Any) -> list[InnoCityError]:
    return overflows(plan_of(pack_of([clause("c", **EVENT, **fields)])))


@pytest.mark.parametrize(
    "fields",
    [
        {"amount": {"of": "amount"}},
        {"amount": {"of": "sum(amount)"}},  # 10,000 rows of 1万亿元 still fit
        {"amount": {"rate": "100%", "of": "sum(amount)"}},
        {"amount": {"match": "1:2", "above_one": True, "of": "sum(amount)"}},
        {"amount": {"each": "10万元", "times": "count()"}},
        {"amount": {"lesser": [{"of": "sum(amount)"}, "20万元"]}},
        {"amount": {"each": "lot", "times": "lesser(months_in_year(day, day), few)"},
         "params": {"lot": "50万亿元", "few": "12"}},
    ],
)  # fmt: skip
def test_what_fits(fields: dict[str, Any]) -> None:
    assert found(**fields) == []


@pytest.mark.parametrize(
    ("fields", "step", "size"),
    [
        (
            {"amount": {"each": "9万亿元", "times": "count()"}, "when": ["sum(amount * 1000000) > sum(amount)"]},
            "相乘",
            TOP * 10**6,
        ),
        ({"amount": {"rate": "1%", "of": "sum(amount) * 1000", "cap": "1元"}}, "相乘", TOP * ROWS * 1000),
        ({"amount": {"each": "lot", "times": "count()"}, "params": {"lot": "50万亿元"}}, "每个", 50 * TOP * ROWS),
        ({"amount": {"match": "1:10", "above_one": True, "of": "sum(amount)"}}, "比例", 10 * TOP * ROWS),
        ({"amount": {"all": [{"of": "sum(amount)"}] * 10}}, "合计", 10 * TOP * ROWS),
        ({"amount": "1元", "where": "amount * 1000000 > amount"}, "相乘", TOP * 10**6),
    ],
)
def test_what_may_not_fit_is_told_with_clause_step_and_size(fields: dict[str, Any], step: str, size: int) -> None:
    [warning] = found(**fields)
    assert (warning.code, warning.severity) == ("W-BOUNDS-OVERFLOW", "warning")
    assert warning.details == {"clause": "c", "size": str(size)}
    assert step in warning.message and warning.message.startswith("c：") and warning.remedy


def test_awards_of_another_clause_bring_their_own_bound() -> None:
    first = clause("c", **EVENT, amount={"of": "sum(amount)"})
    fits = clause("d", after={"clause": "c"}, amount={"rate": "10%", "of": "amount"})
    not_so = clause("d", after={"clause": "c"}, amount={"of": "amount * 10"})
    assert overflows(plan_of(pack_of([first, fits]))) == []
    assert [w.details["clause"] for w in overflows(plan_of(pack_of([first, not_so])))] == ["d"]


def test_the_bound_is_reached_by_facts_that_the_register_allows() -> None:
    """What is foreseen happens: the same clause ends in E-OVERFLOW on the largest facts."""
    pack = pack_of([clause("c", **EVENT, amount={"rate": "1%", "of": "sum(amount) * 1000"})])
    rows = [{"party_id": "a", "amount": TOP, "day": date(2023, 7, 1)} for _ in range(100)]
    plan = plan_of(pack)
    with pytest.raises(InnoCityError) as caught:
        Reference(plan).party(Facts(facts_of(pack, {"event": rows}), plan.as_of), "a")
    assert caught.value.code == "E-OVERFLOW" and overflows(plan)


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_the_cities_fit(city: str) -> None:
    pack = load_pack(city)
    for year in (2019, 2021, 2023):
        assert overflows(compile_rules(pack, year, date(year, 12, 31))) == []
