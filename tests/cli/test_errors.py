"""Errors: a code, what, where, what next; exit 1, usage 2; never a traceback unless it is asked for."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import typed

PROGRAM = [sys.executable, "-c", "from innocity.cli.main import app; app()"]


@pytest.mark.parametrize(
    "words",
    [("nothing",), ("check",), ("check", "weihai", "--no-such-option"), ("settle", "weihai", "--year", "soon"),
     ("settle", "weihai", "--assume", "luck"), ("settle", "weihai", "--set", "x"), ("cases", "nothing")],
)  # fmt: skip
def test_a_command_written_wrongly_ends_with_two(words: tuple[str, ...], empty: Path) -> None:
    if words[:3:2] == ("settle", "--set"):
        (empty / "var/weihai/facts").mkdir(parents=True)
        (empty / "var/weihai/facts/manifest.json").write_text("{}", encoding="utf-8")
    result = typed(*words, code=2)
    assert "E-USAGE" in result.stderr and "怎么办" in result.stderr and result.stdout == ""
    found = json.loads(typed(*words, "--json", code=2).stdout)["error"]
    assert found["code"] == "E-USAGE" and found["remedy"]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "atlantis"), "E-CITY-UNKNOWN"),
        (("settle", "weihai"), "E-FACTS-FOLDER"),
        (("settle", "weihai", "--facts", "nowhere"), "E-FACTS-FOLDER"),
        (("explain", "weihai", "A"), "E-FACTS-FOLDER"),
        (("explain", "weihai", "A", "--run", "nowhere"), "E-RUN-FOLDER"),
        (("near", "weihai"), "E-RUN-FOLDER"),
        (("reform", "weihai", "--set", "hnte_reward.again=1万元"), "E-FACTS-FOLDER"),
        (("replay", "nowhere"), "E-RUN-FOLDER"),
        (("describe", "weihai", "nothing"), "E-PACK-CLAUSE"),
        (("describe", "weihai", "--topic", "nothing"), "E-PACK-REFERENCE"),
        (("diff", "weihai", "atlantis"), "E-CITY-UNKNOWN"),
        (("diff", "weihai", "liaocheng", "--topic", "nothing"), "E-PACK-REFERENCE"),
        (("cases", "template", "weihai", "nothing"), "E-PACK-CLAUSE"),
        (("check", "weihai", "--source", "nowhere"), "E-FILE-MISSING"),
        (("simulate", "weihai", "--firms", "1"), "E-FACTS-VALUE"),
        (("convert", "weihai", "nowhere", "out"), "E-FACTS-FOLDER"),
    ],
)
def test_what_is_not_there_ends_with_one(words: tuple[str, ...], code: str, empty: Path) -> None:
    result = typed(*words, code=1)
    assert code in result.stderr and "怎么办" in result.stderr and result.stdout == ""
    assert json.loads(typed(*words, "--json", code=1).stdout)["error"]["code"] == code
    assert list(empty.iterdir()) == []


def test_several_errors_are_told_together(tmp_path: Path, empty: Path) -> None:
    found = json.loads(typed("settle", bad_city(tmp_path), "--facts", facts(tmp_path), "--json", code=1).stdout)
    assert len(found["errors"]) == 2 and found["error"] == found["errors"][0]


def bad_city(folder: Path) -> Path:
    city = folder / "town"
    city.mkdir()
    (city / "city.yaml").write_text("id: town\nname: 甲\ncode: '1'\nfirst: 1\nsecond: 2\n", encoding="utf-8")
    return city


def facts(folder: Path) -> Path:
    place = folder / "facts"
    place.mkdir()
    (place / "manifest.json").write_text("{}", encoding="utf-8")
    return place


def test_a_failure_of_the_program_is_one_line_unless_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("something nobody thought of")

    monkeypatch.setattr("innocity.packs.load.read_pack", broken)
    result = typed("check", "weihai", code=1)
    assert "E-INTERNAL" in result.stderr and "--debug" in result.stderr and "Traceback" not in result.stderr
    found = json.loads(typed("check", "weihai", "--json", code=1).stdout)["error"]
    assert found["code"] == "E-INTERNAL" and "ZeroDivisionError" in found["message"]
    for words in (("--debug", "check", "weihai"), ("check", "weihai", "--debug")):
        assert "Traceback" in typed(*words, code=1).stderr


def test_a_file_that_cannot_be_written_is_no_failure_of_the_program(empty: Path) -> None:
    (empty / "taken").write_text("", encoding="utf-8")
    result = typed("schema", "taken/schemas", code=1)
    assert "E-FILE-ACCESS" in result.stderr and "taken" in result.stderr


def test_the_program_as_it_is_installed_keeps_stdout_clean(here: Path) -> None:
    done = subprocess.run([*PROGRAM, "near", "weihai", "--json"], capture_output=True, text=True, cwd=here)
    assert done.returncode == 0 and json.loads(done.stdout)["total"] >= 0 and done.stderr == ""
    wrong = subprocess.run([*PROGRAM, "check", "atlantis"], capture_output=True, text=True, cwd=here)
    assert wrong.returncode == 1 and wrong.stdout == "" and wrong.stderr.startswith("错误 E-CITY-UNKNOWN")
    usage = subprocess.run([*PROGRAM, "check"], capture_output=True, text=True, cwd=here)
    assert usage.returncode == 2 and "Traceback" not in usage.stderr


def test_help_is_quick_and_loads_nothing_heavy(empty: Path) -> None:
    heavy = "print([m for m in ('duckdb', 'pyarrow', 'pydantic') if m in sys.modules])"
    heavy = f"import sys; from innocity.cli.main import app; {heavy}"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    started = time.process_time()
    assert "explain" in typed("--help").stdout
    assert time.process_time() - started < 0.5


def test_help_is_chinese_first() -> None:
    for words in (("--help",), ("settle", "--help"), ("cases", "run", "--help")):
        shown = typed(*words).stdout
        assert any("一" <= c <= "鿿" for c in shown.split("Usage:")[1].partition("选项")[0]), words
