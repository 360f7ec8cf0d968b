"""After the demo: commands that find nothing of the city's own say where the demo's data lies, and how to use it."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.cli import folders
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError
from tests.cli.conftest import typed


@pytest.fixture
def after_demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for file in ("facts/manifest.json", "run/run.json"):
        path = tmp_path / "demo" / "weihai" / file
        path.parent.mkdir(parents=True)
        path.write_text('{"year": 2023}', encoding="utf-8")
    monkeypatch.setattr(folders, "VAR", tmp_path)
    return tmp_path / "demo"


def test_facts_and_runs_of_the_demo_are_named_with_the_exact_words(after_demo: Path) -> None:
    for ask in (lambda: folders.facts_folder("weihai"), lambda: folders.run_folder("weihai")):
        with pytest.raises(InnoCityError) as told:
            ask()
        assert f"INNOCITY_VAR={after_demo}" in str(told.value.remedy)


def test_with_that_folder_its_run_is_found(after_demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "VAR", after_demo)
    assert folders.facts_folder("weihai") == after_demo / "weihai" / "facts"
    assert folders.run_folder("weihai", year=2023) == after_demo / "weihai" / "run"


def test_without_a_demo_nothing_is_said_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "VAR", tmp_path)
    with pytest.raises(InnoCityError) as told:
        folders.facts_folder("weihai")
    assert "演示" not in str(told.value.remedy)


def test_lists_of_what_is_recorded_say_it_too(after_demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folders.told_of_demo(Screen(), "weihai", after_demo.parent)
    assert f"INNOCITY_VAR={after_demo}" in capsys.readouterr().err.replace("\n", "")
    folders.told_of_demo(Screen(), "weihai", after_demo)
    assert capsys.readouterr().err == ""


def test_what_is_written_wrongly_is_told_in_chinese_first() -> None:
    assert "缺少参数 CITY" in typed("tasks", code=2).stderr
    assert "看用法" in typed("tasks", "--help").stdout
