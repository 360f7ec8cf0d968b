"""What a command says to type next is true: typed as it stands, it works on what the command has just written."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from innocity.packs.load import cities_root
from tests.cli.conftest import data, typed
from tests.cli.instance import working_in

NEXT = "下一步：innocity "


def next_words(shown: str) -> list[str]:
    """The command line of the hint, without the program's name."""
    [line] = [line for line in shown.splitlines() if line.startswith(NEXT)]
    return shlex.split(line.removeprefix(NEXT))


def test_facts_at_their_own_place_are_settled_without_naming_them(empty: Path) -> None:
    words = next_words(typed("simulate", "liaocheng", "--firms", "200").stdout)
    assert words == ["settle", "liaocheng"]
    assert data(*words)["city"] == "liaocheng"


@pytest.mark.parametrize("folder", ["facts", "事实 of 2023"])
def test_facts_written_elsewhere_are_named(empty: Path, folder: str) -> None:
    words = next_words(typed("simulate", "liaocheng", "--firms", "200", "--out", folder).stdout)
    assert words == ["settle", "liaocheng", "--facts", folder]
    assert data(*words)["city"] == "liaocheng"


def test_a_city_given_as_a_folder_is_named_as_that_folder(empty: Path) -> None:
    city = str(cities_root() / "liaocheng")
    assert next_words(typed("simulate", city, "--firms", "200").stdout) == ["settle", city]


def test_converted_facts_are_settled_from_where_they_were_written(empty: Path) -> None:
    source = empty / "office"
    source.mkdir()
    head = "fact_id,party_id,title,recognition_kind,issued_on"
    (source / "qualification.csv").write_text(f"{head}\n1,甲,hnte,first,2023-10-01\n", encoding="utf-8")
    words = next_words(typed("convert", "liaocheng", source, "our facts", "--as-of", "2023-12-31").stdout)
    assert words == ["settle", "liaocheng", "--facts", "our facts"]
    assert data(*words)["city"] == "liaocheng"


def test_a_snapshot_of_the_records_is_settled_from_where_it_stands(tmp_path: Path) -> None:
    with working_in(tmp_path):
        typed("simulate", "liaocheng", "--firms", "200", "--out", "facts")
        typed("records", "adopt", "liaocheng")
        typed("records", "load", "liaocheng", "--facts", "facts")
        words = next_words(typed("snapshot", "liaocheng", "--out", "our snapshots").stdout)
        assert words[:3] == ["settle", "liaocheng", "--facts"] and words[3].startswith("our snapshots/")
        assert data(*words)["city"] == "liaocheng"
