"""A document becomes the draft of pack files that load, hold their numbers and have cases; reviewed work stays."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from innocity.actions.draft_pack import Draft, draft_pack, write_draft
from innocity.cli.main import app
from innocity.core.errors import InnoCityError
from innocity.engines.reading.files import text_of
from innocity.engines.reading.pipeline import read
from innocity.engines.rules.cases import read_cases
from innocity.packs.check_sources import sources
from innocity.packs.load import load_pack

HERE = Path(__file__).parent / "documents"
FILES = sorted(
    [
        *HERE.glob("10*.txt"),
        *HERE.glob("fourth/40[38]*.txt"),
        *HERE.glob("third/3*.txt"),
        *HERE.glob("third/untouched/3*.txt"),
    ]
)
LONGEST_COPY = 24  # characters of a document that may stand in a row in a pack


def text(path: Path) -> str:
    return text_of(path.read_bytes(), path.name)


def drafted(path: Path, folder: Path) -> Draft:
    return draft_pack(text(path), path.name, folder)


Written = tuple[Draft, Path]


@pytest.fixture(scope="module")
def new_city(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], Written]:
    """The draft of a document, and the folder in which `newtown` and `sources` are written; made once."""
    done: dict[Path, Written] = {}

    def made(path: Path) -> Written:
        if path not in done:
            place = tmp_path_factory.mktemp(path.stem)
            draft = drafted(path, place / "newtown")
            write_draft(draft, place / "sources")
            done[path] = draft, place
        return done[path]

    return made


NewCity = Callable[[Path], Written]


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_new_city_loads_and_its_numbers_stand_in_the_original(path: Path, new_city: NewCity) -> None:
    draft, place = new_city(path)
    pack = load_pack(place / "newtown")
    assert len(pack.clauses) == draft.counts["clauses"] and len(pack.targets) == draft.counts["targets"]
    assert len(pack.tasks) == draft.counts["tasks"]
    assert [e.message for e in sources(pack, place / "sources") if e.severity == "error"] == []


def test_every_drafted_case_comes_out(new_city: NewCity, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(new_city(HERE / "third" / "303_jinxi_call.txt")[1])
    cases = [c for p in sorted(Path("newtown/cases").glob("*.yaml")) for c in read_cases(p)]
    ran = CliRunner().invoke(app, ["cases", "run", "newtown/cases", "--engine", "duckdb", "--json"])
    report = json.loads(ran.stdout)
    assert ran.exit_code == 0 and report["cases"] == len(cases) >= 30 and report["failing"] == 0


def test_numbers_are_readings_that_nobody_confirmed(new_city: NewCity) -> None:
    pack = load_pack(new_city(HERE / "101_yunze_measures.txt")[1] / "newtown")
    assert all(p.reading and p.confirmed is None for c in pack.clauses.values() for p in c.params.values())
    assert all("待核对" in (c.note or "") for c in pack.clauses.values())
    (document,) = pack.documents.values()
    assert str(document.valid_from) == "2024-05-01" and str(document.valid_to) == "2027-04-30"


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_no_sentence_of_the_document_is_copied(path: Path, new_city: NewCity) -> None:
    source = "".join(text(path).split())
    title = "".join(str(read(text(path)).meta.get("title") or "").split())
    for file in new_city(path)[0].files:
        lines = [line for line in file.after.splitlines() if "as_printed" not in line and "full_name" not in line]
        for line in ("".join(line.split()) for line in lines):
            for i in range(len(line) - LONGEST_COPY + 1):
                piece = line[i : i + LONGEST_COPY]
                assert piece not in source or piece in title


@pytest.fixture
def city(tmp_path: Path) -> Path:
    folder = tmp_path / "liaocheng"
    shutil.copytree(Path("cities/liaocheng"), folder)
    return folder


def test_an_existing_city_only_grows(city: Path) -> None:
    before = {p: p.read_bytes() for p in city.rglob("*") if p.is_file()}
    draft = drafted(HERE / "102_lanjiang_plan.txt", city)
    assert {p: p.read_bytes() for p in city.rglob("*") if p.is_file()} == before
    assert all(line[:1] != "-" or line.startswith("---") for line in draft.diff().splitlines())
    write_draft(draft)
    assert all(p.read_bytes().startswith(raw.rstrip(b"\n")) for p, raw in before.items())
    assert len(load_pack(city).documents) == len(load_pack("liaocheng").documents) + 1


def test_a_document_is_not_drafted_twice(city: Path) -> None:
    write_draft(drafted(HERE / "102_lanjiang_plan.txt", city))
    with pytest.raises(InnoCityError, match="E-DRAFT-EXISTS"):
        drafted(HERE / "102_lanjiang_plan.txt", city)


def test_a_file_that_changed_since_the_diff_is_not_overwritten(city: Path) -> None:
    draft = drafted(HERE / "102_lanjiang_plan.txt", city)
    with (city / "indicators.yaml").open("a", encoding="utf-8") as file:
        file.write("# 有人刚写了一行\n")
    with pytest.raises(InnoCityError, match="E-DRAFT-EXISTS"):
        write_draft(draft)
    assert not (city / "documents" / f"{draft.document}.md").exists()


def test_a_folder_whose_name_is_no_id_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InnoCityError, match="E-DRAFT-CITY"):
        drafted(HERE / "101_yunze_measures.txt", tmp_path / "云泽")


def test_the_command_shows_a_diff_and_writes_only_when_told(tmp_path: Path) -> None:
    source, folder = HERE / "101_yunze_measures.txt", tmp_path / "yunze"
    shown = CliRunner().invoke(app, ["draft", str(source), "--city", str(folder)], env={**os.environ, "COLUMNS": "200"})
    assert shown.exit_code == 0 and "+++ b/city.yaml" in shown.stdout and not folder.exists()
    told = CliRunner().invoke(app, ["draft", str(source), "--city", str(folder), "--write", "--json"])
    report = json.loads(told.stdout)
    assert report["new"] and len(report["written"]) == len(report["files"]) == 5
    assert load_pack(folder).city.name == "云泽市"
