"""Figures of targets and observations against an original text."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from innocity.packs.check_sources import sources
from innocity.packs.load import load_pack
from tests.packs.world import make_city

#: Our own sentences in the manner of an official text.
NOW = "上年末有企业1,376家，占 18.42%，从业一万二千余人。"
AIM = "二、到2024年达到 1600\u00a0家以上，扶持百名人才，投入50亿元，份额提高到百分之二十。"
HEAD = f"""\
---
id: opinion
title: 意见
territory: town
origin: "900"
original: {{file: o.txt, sha256: {hashlib.sha256((NOW + AIM).encode()).hexdigest()}, chars: {len(NOW + AIM)}}}
---
## 现状 {{#now span="0-{len(NOW)}"}}
## 目标 {{#aim span="{len(NOW)}-{len(NOW + AIM)}"}}
"""
INDICATORS = """\
- {id: firms, name: 企业数, unit: 家, direction: up, kind: stock, frequency: year}
- {id: people, name: 人数, unit: 万人, direction: up, kind: stock, frequency: year}
- {id: money, name: 投入, unit: 万元, direction: up, kind: flow, frequency: year}
- {id: share, name: 份额, unit: "%", direction: up, kind: ratio, frequency: year}
"""


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small city with one document, whose original lies in the folder `originals`."""
    folder = make_city(tmp_path / "cities")
    monkeypatch.setenv("INNOCITY_CITIES", str(tmp_path / "cities"))
    (folder / "indicators.yaml").write_text(INDICATORS, encoding="utf-8")
    (tmp_path / "originals").mkdir()
    (tmp_path / "originals" / "o.txt").write_bytes((NOW + AIM).encode())
    return folder


def findings(city: Path, fields: str = "", row: str = "") -> list[str]:
    """What is found wrong with one target in the second article, or one observation."""
    fence = f"```target\nid: goal\n{fields}\n```\n" if fields else ""
    (city / "documents/opinion.md").write_text(HEAD + fence, encoding="utf-8")
    if row:
        header = "indicator,value,unit,document,article"
        (city / "observations.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    found = sources(load_pack(city), city.parent.parent / "originals")
    assert all(error.place and error.place.line and error.remedy for error in found)
    return [f"{e.code} {e.details.get('name', '')}".strip() for e in found]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("indicator: firms\noperator: '>='\nvalue: 1600", []),
        ("indicator: firms\noperator: '>='\nvalue: 1601", ["E-CHECK-LITERAL value"]),
        ("indicator: firms\noperator: '>='\nvalue: 1376", ["E-CHECK-LITERAL value"]),  # of the other article
        ("indicator: firms\noperator: '>='\nvalue: 1376\nderived: {value: 推算}", []),
        ("indicator: firms\noperator: '>='\nvalue: 1600\nbaseline: {value: 1376}", []),
        ("indicator: firms\noperator: '>='\nvalue: 1600\nbaseline: {value: 1377}", ["E-CHECK-LITERAL baseline"]),
        ("indicator: firms\noperator: range\nlow: 1600\nhigh: 1700", ["E-CHECK-LITERAL high"]),
        ("indicator: firms\noperator: range\nlow: 1600\nhigh: 1700\nderived: {high: 推算}", []),
        ("indicator: people\noperator: '='\nvalue: 0.01", []),  # 百名
        ("indicator: people\noperator: '='\nvalue: 100\nunit: 人", []),
        ("indicator: money\noperator: '='\nvalue: 500000", []),  # 50亿元
        ("indicator: money\noperator: '='\nvalue: 50", []),
        ("indicator: share\noperator: '='\nvalue: 20", []),
        ("indicator: share\noperator: qualitative", []),
    ],
)
def test_targets(city: Path, fields: str, expected: list[str]) -> None:
    assert findings(city, fields) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("firms,1376,家,opinion,now", []),
        ("firms,1376,家,opinion,aim", ["W-CHECK-FIGURE"]),
        ("firms,1376,家,opinion,", []),
        ("firms,1377,家,opinion,", ["W-CHECK-FIGURE"]),
        ("share,18.42,,opinion,now", []),
        ("people,1.2,,opinion,now", []),  # 一万二千
        ("firms,5,家,省公报,", []),
    ],
)
def test_observations(city: Path, row: str, expected: list[str]) -> None:
    assert findings(city, row=row) == expected


def test_without_an_original_nothing_is_compared(city: Path) -> None:
    (city.parent.parent / "originals" / "o.txt").unlink()
    assert findings(city, "indicator: firms\noperator: '>='\nvalue: 7") == ["W-CHECK-SOURCE"]


def test_a_figure_that_was_worked_out_brings_its_note(city: Path) -> None:
    findings(city)
    header = "indicator,value,unit,document,article,note"
    (city / "observations.csv").write_text(f"{header}\nfirms,1377,家,opinion,,1376与1相加\n", encoding="utf-8")
    [warning] = sources(load_pack(city), city.parent.parent / "originals")
    assert warning.code == "W-CHECK-FIGURE" and "1376与1相加" in warning.message
