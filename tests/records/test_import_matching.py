"""Only recorded facts with which a row could be the same are held against it: that must never change which is found."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.actions.sheet_matching import known_keys, match_rows
from innocity.actions.sheet_values import Problems
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.load import load_pack
from innocity.packs.model import Register
from innocity.records.queries.imports import RecordedFacts

PRESENT = ("party_id", "registration_no", "paid_on", "amount", "contract_type")
_ROW = st.fixed_dictionaries({
    "party_id": st.sampled_from(["F1", "F2", None]), "registration_no": st.sampled_from(["a", "b", None]),
    "paid_on": st.sampled_from([19_000, 19_001, None]), "amount": st.sampled_from([100, 200, None]),
    "contract_type": st.sampled_from(["development", "transfer"]),
})  # fmt: skip
_RECORDED = _ROW.filter(lambda row: row["party_id"] is not None)


def register() -> Register:
    return load_pack("weihai").registers["contract_payment"]


def table(rows: list[dict[str, Any]], numbers: list[str | None]) -> pa.Table:
    schema = arrow_schema(register())
    own = {name: [row[name] for row in rows] for name in rows[0]} if rows else {}
    own["fact_id"] = numbers
    empty = [None] * len(rows)
    return pa.table([pa.array(own.get(f.name, empty), f.type) for f in schema], schema=schema)


@settings(max_examples=150, deadline=None)
@given(st.lists(_ROW, max_size=6), st.lists(_RECORDED, max_size=8), st.data())
def test_facts_that_no_row_can_be_make_no_difference(
    rows: list[dict[str, Any]], recorded: list[dict[str, Any]], data: st.DataObject
) -> None:
    ids = [f"R{place}" for place in range(len(recorded))]
    numbers = st.sampled_from([None, None, "新增", "R9", *ids])
    marks = data.draw(st.lists(numbers, min_size=len(rows), max_size=len(rows)))
    sheet, facts = table(rows, [None] * len(rows)), table(recorded, list(ids))
    every = RecordedFacts(facts, tuple(range(len(ids))), tuple([1] * len(ids)))
    few = every.like(sheet, known_keys(register(), PRESENT), {mark for mark in marks if mark})
    told = []
    for known in (every, few):
        problems = Problems()
        found = match_rows(register(), sheet, PRESENT, known, problems, marks, set(ids))
        names = known.table.column("fact_id").to_pylist()
        same = [None if at is None else names[at] for at in found.facts]
        told.append((same, found.changes, [(one.row, one.code) for one in problems.items]))
    assert told[0] == told[1]


def test_of_a_long_register_only_the_facts_that_matter_are_left() -> None:
    recorded = [
        {"party_id": "F1", "registration_no": f"n{i}", "paid_on": 19_000, "amount": 1, "contract_type": "transfer"}
        for i in range(500)
    ]
    every = RecordedFacts(table(recorded, [f"R{i}" for i in range(500)]), tuple(range(500)), tuple([1] * 500))
    few = every.like(table(recorded[7:9], [None, None]), known_keys(register(), PRESENT), {"R400"})
    assert few.numbers == (7, 8, 400) and few.table.column("fact_id").to_pylist() == ["R7", "R8", "R400"]
