"""Tables of figures that nobody should send: the readers of figures open no more than those of registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.actions.sheet import table_of
from innocity.core.errors import InnoCityError
from tests.actions.hostile_sheets import FILES

OPENING = ("E-SHEET-SIZE", "E-SHEET-UNSAFE", "E-SHEET-FORMAT")  # not what a table says, but whether it may be opened
BOOKS = {what: one for what, one in FILES.items() if one[0].endswith(".xlsx") and "bomb" not in what}
#: A few of each kind: all of them are tried where registers are imported, by the same guard.
HOSTILE = {what: one for code in OPENING for what, one in [*filter(lambda row: row[1][1] == code, BOOKS.items())][:4]}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_workbook_is_refused_with_a_code_and_a_remedy(tmp_path: Path, what: str) -> None:
    _, code, make = HOSTILE[what]
    path = tmp_path / "数据.xlsx"
    path.write_bytes(make())
    with pytest.raises(InnoCityError) as refused:
        table_of(path)
    assert refused.value.code in (code, "E-FIGURE-FILE") and refused.value.remedy


@pytest.mark.parametrize("ending", [".xls", ".ods", ".xlsb"])
def test_workbooks_that_nothing_looks_over_are_not_opened(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"数据{ending}"
    path.write_bytes(b"PK\x03\x04")
    with pytest.raises(InnoCityError) as refused:
        table_of(path)
    assert refused.value.code == "E-FIGURE-FILE" and ".xlsx" in (refused.value.remedy or "")
