"""`innocity attach` and `innocity records adopt` as the operator types them, on a database of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

from innocity.actions.record_facts import record_rows
from innocity.packs.load import find_city, load_pack
from innocity.records import queries
from innocity.records.viewer import Viewer
from tests.cli.conftest import data, typed
from tests.cli.instance import working_in

OPERATOR = Viewer.operator("tests")


def test_another_edition_is_attached_and_then_replaced(tmp_path: Path) -> None:
    with working_in(tmp_path):
        typed("records", "adopt", "weihai")
        Path("印发.txt").write_text("印发稿", encoding="utf-8")
        Path("更好.txt").write_text("更清楚的印发稿", encoding="utf-8")
        words = ("attach", "weihai", "plan-2023")
        error = data(*words, "印发.txt", code=1)["error"]
        assert error["code"] == "E-DOCUMENT-DIFFERS" and "--other-edition" in error["remedy"]
        assert "另一版" in typed(*words, "印发.txt", "--other-edition").stdout
        error = data(*words, "更好.txt", "--other-edition", code=1)["error"]
        assert (
            error["code"] == "E-DOCUMENT-EXISTS" and "--replace" in error["remedy"] and "印发.txt" in error["message"]
        )
        assert data(*words, "更好.txt", "--other-edition", "--replace", code=1)["error"]["code"] == "E-DOCUMENT-REASON"
        first = queries.original(OPERATOR, "plan-2023")
        done = data(*words, "更好.txt", "--other-edition", "--replace", "--reason", "看得更清楚")
        now = queries.original(OPERATOR, "plan-2023")
        assert first is not None and now is not None and now.file_name == "更好.txt"
        assert done["replaced"] == first.sha256 and done["other_edition"] and data("verify")["findings"] == []


def test_a_pack_that_loses_a_column_is_refused_with_the_facts(tmp_path: Path) -> None:
    with working_in(tmp_path):
        typed("records", "adopt", "weihai")
        row = {"party_id": "A", "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01", "batch": "一"}
        (fact,) = record_rows(load_pack("weihai"), OPERATOR, "qualification", [row]).ids
        weihai, mine = find_city("weihai"), tmp_path / "cities" / "weihai"
        shutil.copytree(weihai, mine)
        (mine / "registers").mkdir(exist_ok=True)
        lines = (weihai.parent / "base/cn/registers/qualification.yaml").read_text(encoding="utf-8").splitlines(True)
        kept = "".join(one for one in lines if "id: batch" not in one)
        (mine / "registers" / "qualification.yaml").write_text(kept, encoding="utf-8")
        error = data("records", "adopt", mine, code=1)["error"]
        assert error["code"] == "E-ADOPT-COLUMN" and fact in error["message"] and "batch" in error["message"]
        assert error["details"]["facts"] == [fact] and error["remedy"]
