"""What is simulated of tasks, meetings and counties' figures: sound, marked, of the pack's own tasks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow.parquet as pq
import pytest

from innocity.core.dates import parse_period
from innocity.core.measures import parse_decimal
from innocity.engines.simulation import simulate
from innocity.engines.simulation.governance import followed
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("weihai")


@pytest.fixture(scope="module")
def rows(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Rows:
    folder = tmp_path_factory.mktemp("governance") / "facts"
    simulate(pack, firms=150, out=folder)
    return lambda name: pq.read_table(folder / f"{name}.parquet").to_pylist()


def test_tasks_that_are_followed_are_owed_by_somebody(pack: Pack) -> None:
    tasks = followed(pack)
    assert len(tasks) > 70
    assert all(task.owed() and (task.lead or task.responsible) and not task.same_as for task in tasks)
    assert not {task.id for task in tasks} & {task.parent for task in pack.tasks.values() if task.owed()}


def test_progress_goes_on_and_stops_at_the_closing(pack: Pack, rows: Rows) -> None:
    closed = {row["task"]: row for row in rows("task_closure")}
    last: dict[str, tuple[Any, int]] = {}
    for row in rows("task_progress"):
        assert row["simulated"] and row["source"].startswith("模拟") and row["task"] in pack.tasks
        assert 0 <= row["progress"] <= 95 and row["text"].startswith("（模拟）")
        assert row["party_id"] in (*pack.tasks[row["task"]].lead, *pack.tasks[row["task"]].responsible)
        day, progress = last.get(row["task"], (row["reported_on"], 0))
        assert row["reported_on"] >= day and row["progress"] >= progress
        assert row["task"] not in closed or row["reported_on"] <= closed[row["task"]]["decided_on"]
        assert (row["problem"] is not None) == (row["work"] in ("blocked", "delayed"))
        last[row["task"]] = (row["reported_on"], row["progress"])
    assert len(last) > 60 and closed
    assert all(row["evidence"] and row["simulated"] for row in closed.values())


def test_some_tasks_are_slow_blocked_or_silent(pack: Pack, rows: Rows) -> None:
    told = rows("task_progress")
    assert {row["work"] for row in told} == {"under_way", "delayed", "blocked"}
    assert {row["task"] for row in told} < {task.id for task in followed(pack)}


def test_resolutions_belong_to_meetings(rows: Rows) -> None:
    held = {row["meeting"]: row["held_on"] for row in rows("meeting")}
    found = rows("resolution")
    assert found and all(row["due"] >= held[row["meeting"]] and row["simulated"] for row in found)


def test_counties_figures_fit_the_indices(pack: Pack, rows: Rows) -> None:
    index = pack.indices["county_innovation"]
    found = {(row["indicator"], row["scope"], row["period"]): row for row in rows("observation")}
    wanted = {(part.indicator, scope, index.period) for part in index.components for scope in index.among}
    assert set(found) == wanted
    for row in found.values():
        assert parse_decimal(row["value"]) >= 0 and row["unit"] == pack.indicators[row["indicator"]].unit
        assert row["simulated"] and parse_period(row["period"]).contains(row["observed_on"])
        assert pack.units[row["party_id"]].level == "county"
