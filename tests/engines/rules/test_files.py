"""Random packs over facts in files, as a run reads them: several statements at a time, with what files tell."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.engines.rules.award import Award
from innocity.engines.rules.ir import RulesPlan
from innocity.plan import duck
from innocity.plan.sql import Emitter
from tests.engines.rules.compare import Rows, differences
from tests.engines.rules.test_equality import THOROUGH, assert_random_examples_equal
from tests.engines.rules.test_lanes import opened, settled, settling
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of, reference_engine


def from_files(plan: RulesPlan, facts: Rows) -> list[Award]:
    """The awards, by two threads in a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        return settled(plan, facts, Path(folder), threads=2, rows_each=3)


@pytest.fixture(params=[False, True], ids=["joined by row", "joined by key"])
def every_file_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sums are taken in 64 bits wherever they fit; registers that are joined are all smaller, or none is."""
    monkeypatch.setattr(duck, "LARGE", 0)
    monkeypatch.setattr(Emitter, "smaller", lambda self, register, than: request.param)
    yield


@pytest.mark.parametrize("part", range(20 if THOROUGH else 2))
def test_files_and_reference_agree(part: int, every_file_large: None) -> None:
    assert_random_examples_equal(2000 + part, from_files)


DAY = date(2023, 6, 30)
PARTIES, YEARS = ("P", "Q", "R"), (2022, 2023)
states = st.fixed_dictionaries({
    "party_id": st.sampled_from(PARTIES), "project": st.sampled_from(("x", "y")),
    "score": st.none() | st.integers(0, 9), "valid_from": st.sampled_from((date(2021, 1, 1), date(2022, 1, 1))),
})  # fmt: skip


def unassessed(asks: str) -> RulesPlan:
    """What is due for events of which nothing is on record in the other register."""
    joined = [{"register": "state", "as": "s", "on": {"party_id": "party_id", "project": "project"}}]
    return plan_of(pack_of([
        clause("c", register="event", counts_on="day", join=joined, where=asks, amount={"of": "sum(amount)"})
    ]))  # fmt: skip


def facts_with(plan: RulesPlan, found: list[dict[str, object]]) -> Rows:
    events = [{"party_id": p, "project": x, "day": DAY, "amount": i + 1}
              for i, (p, x) in enumerate((p, x) for p in PARTIES for x in ("x", "y"))]  # fmt: skip
    return facts_of(plan.pack, {"event": events, "state": found})


@settings(max_examples=25, deadline=None)
@given(rows=st.lists(states, min_size=1, max_size=6), asks=st.sampled_from((
    "is_missing(s.score)", "not is_missing(s.score)", "is_missing(s.score) or s.score > 3", "is_missing(s.project)",
)))  # fmt: skip
def test_whether_another_register_has_a_row_is_answered_as_by_the_reference(
    rows: list[dict[str, object]], asks: str
) -> None:
    plan = unassessed(asks)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Emitter, "smaller", lambda self, register, than: True)
        facts = facts_with(plan, rows)
        assert differences(reference_engine(plan, facts), from_files(plan, facts)) == []


@pytest.mark.parametrize("score, asks, any_row_will_do", [
    (5, "is_missing(s.score)", True), (None, "is_missing(s.score)", False), (None, "is_missing(s.project)", True),
    (5, "is_missing(s.score) or s.score > 3", False),
])  # fmt: skip
def test_the_latest_row_is_looked_for_only_where_it_makes_a_difference(
    score: int | None, asks: str, any_row_will_do: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Emitter, "smaller", lambda self, register, than: True)
    plan = unassessed(asks)
    rows: list[dict[str, object]] = [{"party_id": "P", "project": "x", "score": 1}, {"party_id": "Q", "score": score}]
    database, found = opened(plan, facts_with(plan, rows), tmp_path, 2)
    (base,) = set(settling(plan, database, found)._bases.values())
    assert ("arg_max" not in base.query) is any_row_will_do
