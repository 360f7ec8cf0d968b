"""Quarters and halves from entry to board: one spelling in the ledger, whatever an officer types; sheets too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from innocity.actions.confirm_figure import confirm_figure
from innocity.actions.figures import city_board, recorded
from innocity.actions.ledger import ledger
from innocity.actions.observe import observe, read_file
from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

TODAY = date(2023, 11, 3)
ROW = {"indicator": "hightech_output_share", "value": "69.8", "party_id": "wh_science"}


@pytest.fixture(scope="module")
def weihai() -> Pack:
    return load_pack("weihai")


@pytest.mark.parametrize(
    ("typed", "kept"), [("2023q3", "2023Q3"), ("2023年三季度", "2023Q3"), ("2023年上半年", "2023H1")]
)
def test_what_is_typed_is_kept_in_one_spelling(weihai: Pack, tmp_path: Path, typed: str, kept: str) -> None:
    (row,) = observe(weihai, [ROW | {"period": typed}], tmp_path, TODAY)
    assert row["period"] == kept == ledger(weihai, "observation", tmp_path).rows()[0]["period"]
    with pytest.raises(InnoCityError) as caught:
        observe(weihai, [ROW | {"period": kept, "value": "70.1"}], tmp_path, TODAY)
    assert caught.value.code == "E-FIGURE-REVISION"


def test_a_quarter_can_be_confirmed_by_any_of_its_names(weihai: Pack, tmp_path: Path) -> None:
    observe(weihai, [ROW | {"period": "2023Q3"}], tmp_path, TODAY)
    name, period = "hightech_output_share", "2023年第三季度"
    confirm_figure(weihai, name, period, "69.8", "联系人", party="wh_science", var=tmp_path, today=TODAY)
    found = city_board(weihai, date(2023, 12, 31), tmp_path)
    (one,) = [one for one in found.figures if one.indicator == "hightech_output_share" and one.period_text == "2023Q3"]
    assert one.confirmed and one.when() == "2023年第三季度"


def test_a_sheet_may_say_quarters(weihai: Pack, tmp_path: Path) -> None:
    path = tmp_path / "报数.csv"
    path.write_text(
        "指标,时期,数值,报数单位\n高新技术产业产值占规模以上工业总产值比重,2023年第三季度,69.8,市科技局\n", "utf-8"
    )
    rows, places = read_file(weihai, path)
    observe(weihai, rows, tmp_path, TODAY, places)
    assert [one.period_text for one in recorded(weihai, tmp_path)] == ["2023Q3"]


def test_a_quarter_that_has_not_begun_is_refused(weihai: Pack, tmp_path: Path) -> None:
    with pytest.raises(InnoCityError) as caught:
        observe(weihai, [ROW | {"period": "2024Q1"}], tmp_path, TODAY)
    assert caught.value.code == "E-FIGURE-PERIOD"
