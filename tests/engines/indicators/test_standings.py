"""Every golden standing holds, and every target of Weihai for 2024 has one."""

from __future__ import annotations

from functools import cache

import pytest

from innocity.packs.load import load_pack
from innocity.packs.model import Pack
from tests.engines.indicators.standings import Case, actual, cases, wanted

CASES = list(cases())


@cache
def pack_of(city: str) -> Pack:
    return load_pack(city)


@pytest.mark.parametrize("case", CASES, ids=[f"{c.city}-{c.target}-{c.as_of}-{i}" for i, c in enumerate(CASES)])
def test_golden_standing(case: Case) -> None:
    standing = case.standing(pack_of(case.city))
    found = {field: actual(standing, field) for field in case.expect}
    assert found == {field: wanted(field, text) for field, text in case.expect.items()}, f"{case.says}: {standing.why}"
    assert standing.why.endswith("。") and standing.next, "every light says why, and what is needed"


def test_every_target_for_2024_has_a_case() -> None:
    pack = pack_of("weihai")
    due = {t.id for t in pack.targets.values() if (day := t.due()) is not None and day.year == 2024}
    assert len(due) >= 30
    assert due <= {case.target for case in CASES if case.city == "weihai"}


def test_every_target_of_liaocheng_has_a_case() -> None:
    assert set(pack_of("liaocheng").targets) == {case.target for case in CASES if case.city == "liaocheng"}
