"""Kinds of technology: read, founded on a document or a reading, and refused where their codes lead nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack

KINDS = """\
- id: system
  name: 系统集成
  modes: [consortium]
  reading: 默认
"""
CODES = "id: {id}\nname: 表\nsource: 表\ncodes:\n  - {{id: {code}, name: 名}}\n"


@pytest.fixture
def kinds(town: Path) -> Path:
    (town / "codes").mkdir(exist_ok=True)
    for name, code in (("technology_form", "system"), ("organising_mode", "consortium")):
        (town / "codes" / f"{name}.yaml").write_text(CODES.format(id=name, code=code), encoding="utf-8")
    path = town / "technology_kinds.yaml"
    path.write_text(KINDS, encoding="utf-8")
    return path


def test_a_kind_is_a_default_until_it_is_confirmed(kinds: Path) -> None:
    one = load_pack("town").technology_kinds["system"]
    assert one.modes == ("consortium",) and not one.settled and one.place == "cities/town/technology_kinds.yaml:1"
    confirmed = "  confirmed: {by: 市科技局, document: 会议纪要, on: 2023-01-01}\n"
    kinds.write_text(KINDS + confirmed, encoding="utf-8")
    assert load_pack("town").technology_kinds["system"].settled


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("id: system", "id: systen", "E-PACK-CODE"),
        ("[consortium]", "[consortia]", "E-PACK-CODE"),
        ("[consortium]", "[]", "E-PACK-FIELD"),
        ("  reading: 默认\n", "", "E-PACK-FIELD"),
        ("reading: 默认", "document: nothing", "E-PACK-DOCUMENT"),
    ],
)
def test_what_leads_nowhere_is_refused_with_its_line(kinds: Path, old: str, new: str, code: str) -> None:
    assert old in KINDS
    kinds.write_text(KINDS.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InnoCityError) as told:
        load_pack("town")
    assert told.value.code == code and told.value.place and "technology_kinds.yaml" in str(told.value.place)
