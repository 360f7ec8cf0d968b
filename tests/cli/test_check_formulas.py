"""`innocity check` compiles indicators' formulas: one that makes no sense is found before it is asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from innocity.packs.load import cities_root
from tests.cli.conftest import data, typed


def test_formulas_are_compiled() -> None:
    assert data("check", "weihai")["formulas"] >= 10
    assert "指标公式" in typed("check", "weihai").stdout


@pytest.mark.parametrize(
    ("value", "code"), [("count() + titel", "E-EXPR-NAME"), ("title", "E-FORMULA"), ("count(", "E-EXPR-SYNTAX")]
)
def test_a_wrong_formula_is_told_with_its_place(tmp_path: Path, value: str, code: str) -> None:
    for name in ("base", "weihai"):
        shutil.copytree(cities_root() / name, tmp_path / name)
    path = tmp_path / "weihai" / "indicators.yaml"
    text = path.read_text(encoding="utf-8")
    assert "value: distinct(party_id)" in text
    path.write_text(text.replace("value: distinct(party_id)", f"value: {value}", 1), encoding="utf-8")
    found = data("check", tmp_path / "weihai", code=1)["findings"]
    errors = [one for one in found if one["severity"] == "error"]
    assert [one["code"] for one in errors] == [code]
    assert errors[0]["file"].endswith("indicators.yaml") and errors[0]["line"]
