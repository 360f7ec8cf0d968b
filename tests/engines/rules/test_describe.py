"""Amounts in words: no cap of the document is left out, wherever a clause writes it."""

from __future__ import annotations

from typing import Any

import pytest

from innocity.engines.rules.describe import describe_amount
from innocity.packs.load import load_pack
from tests.engines.rules.world import clause, pack_of

EVENT = {"register": "event", "counts_on": "day"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"amount": {"rate": "10%", "of": "lesser(sum(amount), top)"}, "params": {"top": "15万元"}}, "至多算15万元"),
        ({"amount": {"of": "sum(lesser(amount, top)) if ok else sum(amount)"},
          "params": {"top": "15万元", "ok": "true"}}, "至多算15万元"),
        ({"amount": {"each": "2万元", "times": "lesser(count(), most)"}, "params": {"most": "10"}},
         "每个2万元（至多算10）"),
        ({"amount": {"of": "sum(amount)", "cap": "top"}, "params": {"top": "15万元"}}, "，封顶15万元"),
        ({"amount": {"of": "sum(amount)", "floor": "1万元"}}, "，保底1万元"),
        ({"amount": "1万元", "object": "project", "caps": [{"sum": "5万元", "per": "party"}]},
         "，同一对象合计封顶5万元"),
        ({"amount": "1万元", "object": "project", "caps": [{"sum": "9万元", "per": "all"}]}, "，全市合计封顶9万元"),
    ],
)  # fmt: skip
def test_every_cap_is_told(fields: dict[str, Any], expected: str) -> None:
    pack = pack_of([clause("c", **EVENT, **fields)])
    assert expected in describe_amount(pack, pack.clauses["c"])


def test_the_ceiling_of_a_postdoc_is_told() -> None:
    pack = load_pack("weihai")
    assert "15万元" in describe_amount(pack, pack.clauses["postdoc_matching"])
