"""`innocity match`: lists from a file, a match told with its reasons, a pair followed, lists handed to others."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from innocity.packs.load import load_pack
from tests.cli.conftest import data, typed

read_once = lru_cache(maxsize=1)(load_pack)
LIST = """kind,side,title,by,posted_on,field,words,readiness
results,demand,预浸料稳定化,甲公司,2024-01-05,materials,碳纤维；预浸料,6
results,offer,碳纤维预浸料工艺,某课题组,2024-01-02,materials,,7
"""


@pytest.fixture(autouse=True)
def quick(empty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("innocity.packs.load.load_pack", read_once)


def test_from_a_file_to_a_contract() -> None:
    Path("list.csv").write_text(LIST, encoding="utf-8")
    shown = typed("match", "weihai", "--post", "list.csv", "--unit", "市科技局").stdout
    assert "已登记2项" in shown and "results_d0001" in shown
    shown = typed("match", "weihai", "--only", "results_d0001", "--as-of", "2024-02-01").stdout
    assert "80.0分 碳纤维预浸料工艺" in shown and "2个关键词命中2个：碳纤维、预浸料" in shown
    pair = ("--demand", "results_d0001", "--offer", "results_o0001", "--unit", "市科技局")
    typed("match", "weihai", "--step", "agreed", *pair, "--on", "2024-01-20", "--amount", "60万元",
          "--evidence", "技术开发合同")  # fmt: skip
    [late] = data("match", "weihai", "--late", "--as-of", "2024-06-01")["pairs"]
    assert (late["step"], late["silent_days"], late["amount"]) == ("agreed", 133, 60_0000_00)
    [both] = data("match", "weihai", "--partners", "--as-of", "2024-06-01")["partners"]
    assert (both["demand_by"], both["offer_by"], both["kind"]) == ("甲公司", "某课题组", "results")
    kinds = {one["kind"]: one for one in data("match", "weihai", "--as-of", "2024-06-01")["kinds"]}
    assert (kinds["results"]["demands"], kinds["results"]["late"], kinds["results"]["amount"]) == (1, 1, 60_0000_00)


def test_what_one_city_writes_out_another_reads() -> None:
    Path("list.csv").write_text(LIST, encoding="utf-8")
    typed("match", "weihai", "--post", "list.csv", "--unit", "市科技局")
    typed("match", "weihai", "--export", "out.csv", "--as-of", "2024-02-01")
    typed("match", "weihai", "--post", "out.csv", "--unit", "市科技局", "--var", "other")
    listed = data("match", "weihai", "--kind", "results", "--as-of", "2024-02-01", "--var", "other")
    assert [one["title"] for one in listed["demand"] + listed["offer"]] == ["预浸料稳定化", "碳纤维预浸料工艺"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--kind", "nothing"), "E-EXCHANGE-KIND"), (("--only", "nothing"), "E-EXCHANGE-UNKNOWN"),
        (("--post", "nothing.csv", "--unit", "市科技局"), "E-FILE-MISSING"), (("--open", "x"), "E-USAGE"),
        (("--open", "x", "--refuse", "y"), "E-USAGE"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(words: tuple[str, ...], code: str) -> None:
    assert data("match", "weihai", *words, code=2 if code == "E-USAGE" else 1)["error"]["code"] == code


def test_a_list_with_faults_is_told_line_by_line_and_nothing_is_written() -> None:
    Path("list.csv").write_text(LIST + "results,both,,乙公司,2024-01-02,materials,,\n", encoding="utf-8")
    errors = data("match", "weihai", "--post", "list.csv", "--unit", "市科技局", code=1)["errors"]
    assert len(errors) == 2 and all("第 3 项" in str(one) for one in errors)
    assert not Path("var/weihai/exchange_listing.csv").exists()
