"""Random facts of a small city for the registers of `world`: ties, missing values, extreme sums."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.engines.rules.award import Award
from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.ir import RulesPlan
from innocity.plan.scan import register_columns
from tests.engines.rules.compare import Rows
from tests.engines.rules.world import CODES, REGISTERS

# Ids whose order differs between bytes and collations, with quotes and the separator of object keys.
PARTIES = [f"P{i:02d}" for i in range(24)] + ["a", "B", "企业甲", "企业乙", "o'k", "a|b"]
TEXTS = [None, None, "x", "x", "y", "Y|z", "x|Y", "z", "项目一", "项目二", "o'k", "", "b", "A"]
DATES = [date.fromisoformat(d) for d in (
    "2020-02-29", "2021-12-31", "2022-06-30", "2022-12-31", "2023-01-01", "2023-01-31", "2023-02-28", "2023-03-01",
    "2023-05-31", "2023-07-26", "2023-07-27", "2023-07-27", "2023-10-31", "2023-11-30", "2023-12-31", "2023-12-31",
    "2024-01-01", "2024-02-29",
)]  # fmt: skip
OUTLYING = [date(1900, 1, 1), date(9999, 12, 31), date(1, 1, 1)]
FEN = [None, 0, 0, 1, 2, 33, 50, 99, 100, 333, 12345, 123456, 5_000_000, 10_000_001, 10**10, 10**14, -7, -(10**14)]
SMALL = [None, 0, 1, 1, 2, 3, 4, 5, 7, 12, 19, 20, 21, 30, 1000, -1]
LARGEST = {"event": 40, "state": 20, "organization": 20, "integrity_record": 4, "award": 8}


def _values(kind: str) -> st.SearchStrategy[Any]:
    plain, _, listed = kind.partition(":")
    if plain == "code":
        return st.sampled_from([None, *CODES[listed], CODES[listed][0]])
    if plain == "date":
        return st.sampled_from([None, *OUTLYING, *DATES, *DATES, *DATES])
    pools: dict[str, list[Any]] = {
        "party": [None, *PARTIES[:3], *PARTIES[-6:]], "text": TEXTS, "money": FEN, "integer": SMALL,
        "bool": [None, True, False], "year": [2021, 2022, 2022, 2023],
    }  # fmt: skip
    return st.sampled_from(pools[plain])


@st.composite
def rows(draw: st.DrawFn, register: str, parties: list[str]) -> list[dict[str, Any]]:
    """Facts of one register."""
    strategies = {name: _values(kind) for name, kind in REGISTERS[register].items()}
    if register == "award":
        strategies["clause"] = st.sampled_from([f"c{i}" for i in range(8)])
        strategies["object"] = st.sampled_from([*parties, "x", "y", "first|x"])
    standard = {
        "party_id": st.sampled_from(parties),
        "valid_from": st.sampled_from([None, date(1900, 1, 1), date(1900, 1, 1), *DATES]),
        "valid_to": st.sampled_from([None, None, None, *DATES, date(9999, 12, 31)]),
        "recorded_at": st.sampled_from(
            [None, date(2020, 1, 1), date(2023, 12, 31), date(2022, 5, 5), date(2024, 1, 1)]
        ),
        "source": st.just(None),
    }
    most = LARGEST[register]
    count = draw(st.sampled_from([most, most // 4, most // 2, most, 0]))
    given = draw(st.lists(st.fixed_dictionaries({**standard, **strategies}), min_size=count, max_size=count))
    # Ids in no order: ties end in bytewise order of ids, not in the order of rows.
    ids = draw(st.permutations(range(count)))
    return [{"fact_id": f"{register[0]}{i}", **row} for i, row in zip(ids, given, strict=True)]


@st.composite
def cities(draw: st.DrawFn) -> Rows:
    """Facts of all registers, decisions excepted."""
    first = draw(st.integers(0, 24))
    parties = PARTIES[first : first + draw(st.integers(1, 6))] + PARTIES[-draw(st.integers(1, 6)) :]
    return {register: draw(rows(register, parties)) for register in LARGEST}


def decided(draw: st.DrawFn, plan: RulesPlan, facts: Rows) -> Rows:
    """The facts with decisions on some of the awards that they give, now and then one that may not be."""
    awards = _first_awards(plan, facts)
    if not awards or not draw(st.booleans()):
        return facts
    chosen = draw(st.lists(st.sampled_from(awards), max_size=8, unique_by=Award.key))
    columns = register_columns(plan.pack.registers["decision"])
    found = []
    for i, award in enumerate(chosen):
        bound = award.computed if award.computed is not None else 10**6
        sums = [None, None, 0, bound, bound // 2, min(bound, 100)]
        values = {
            "clause": award.clause, "object": award.object, "party_id": award.party, "fact_id": f"d{i}",
            "selected": draw(st.sampled_from([True, True, True, False, None])),
            "year": draw(st.sampled_from([None, None, plan.year, plan.year - 1])),
            "sum": draw(st.sampled_from(sums * 4 + [bound + 1])), "rank": draw(st.sampled_from([None, 1, 1, 2, 3])),
        }  # fmt: skip
        found.append({**dict.fromkeys(columns), **values})
    return {**facts, "decision": found}


def _first_awards(plan: RulesPlan, facts: Rows) -> list[Award]:
    try:
        return [a for a in reference_engine(plan, facts) if a.status != "near" and a.party != "*"]
    except InnoCityError:
        return []
