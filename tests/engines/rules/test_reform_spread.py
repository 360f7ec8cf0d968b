"""How many parties get, gain and lose how much: every party that counts stands in one span."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.engines.rules.reform import SPANS, Laboratory, Overlay
from innocity.engines.rules.snapshot import open_snapshot
from innocity.engines.simulation import simulate
from innocity.packs.load import load_pack


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """A small simulated Weihai with its base facts."""
    pack, folder = load_pack("weihai"), Path(tmp_path_factory.mktemp("spread")) / "facts"
    simulate(pack, 0.02, 7, out=folder)
    return Laboratory(pack, open_snapshot(folder, pack), 2023)


@pytest.mark.parametrize(
    ("name", "overlay"),
    [("more", Overlay(set={"hnte_reward.again": "30万元"})), ("less", Overlay(set={"hnte_reward.first": "1万元"})),
     ("none", Overlay(remove=("hnte_reward",)))],
)  # fmt: skip
def test_the_spans_hold_every_party_once(laboratory: Laboratory, name: str, overlay: Overlay) -> None:
    report = laboratory.try_out(overlay).report
    spread = report["spread"]
    assert [row["upto"] for row in spread] == [*SPANS, None]
    parties = report["winners"] + report["losers"] + report["unchanged"]
    assert sum(row["gained"] for row in spread) == report["winners"]
    assert sum(row["lost"] for row in spread) == report["losers"]
    assert max(sum(row["before"] for row in spread), sum(row["after"] for row in spread)) <= parties
    assert report["winners"] + report["losers"] > 0
