"""What became known after a day is not in a report as of it: figures, confirmations, progress, closings, meetings."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from innocity.actions.figures import city_board, city_figures
from innocity.actions.ledger import ledger
from innocity.actions.make_report import Request, make_report
from innocity.actions.overview import Overview, overview
from innocity.actions.report_input import report_input
from innocity.engines.indicators.board import board
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

DAY, LATER = date(2023, 12, 31), date(2024, 3, 1)
FIGURE = {
    "party_id": "wh_science", "indicator": "hnte_count", "period": "2023", "value": "1480", "unit": "家",
    "observed_on": "2023-12-30", "recorded_at": "2024-02-09",
}  # fmt: skip


@pytest.fixture(scope="module")
def weihai() -> Pack:
    return load_pack("weihai")


@pytest.fixture
def var(weihai: Pack, tmp_path: Path) -> Path:
    """Things of 2023 that were all recorded in February 2024."""
    late = {"party_id": "wh_science", "recorded_at": "2024-02-09"}
    ledger(weihai, "observation", tmp_path).append([FIGURE])
    ledger(weihai, "figure_confirmation", tmp_path).append(
        [late | {"indicator": "hnte_count", "scope": "city", "period": "2023", "value": "1480", "by": "联系人",
                 "confirms": "observation-000001", "confirmed_on": "2023-12-31"}]
    )  # fmt: skip
    ledger(weihai, "task_progress", tmp_path).append(
        [late | {"task": "marine_science_city", "reported_on": "2023-12-20", "progress": "35", "work": "under_way",
                 "text": "完成选址报告"}]
    )  # fmt: skip
    ledger(weihai, "task_closure", tmp_path).append(
        [late | {"task": "central_city_level", "decided_on": "2023-12-21", "outcome": "closed", "evidence": "批复.pdf"}]
    )
    ledger(weihai, "meeting", tmp_path).append(
        [late | {"meeting": "m1", "kind": "leading_group", "title": "领导小组会议", "held_on": "2023-12-01"}]
    )
    ledger(weihai, "resolution", tmp_path).append(
        [
            late
            | {
                "meeting": "m1",
                "task": "m1-1",
                "title": "会议议定的事项",
                "responsible": "wh_science",
                "due": "2024-01-31",
            }
        ]
    )
    return tmp_path


def seen(view: Overview) -> dict[str, object]:
    """What a view knows of each of these things."""
    standing = view.board.of("hnte_2024")
    assert standing is not None and standing.latest is not None
    closed = view.tasks.states["central_city_level"]
    return {
        "figure": str(standing.latest.value), "confirmed": standing.latest.confirmed,
        "progress": view.tasks.states["marine_science_city"].progress, "closed": closed.status == "done",
        "meeting": "m1-1" in view.tasks.states,
    }  # fmt: skip


NOTHING = {"figure": "1376", "confirmed": False, "progress": None, "closed": False, "meeting": False}
EVERYTHING = {"figure": "1480", "confirmed": True, "progress": 35, "closed": True, "meeting": True}


def test_what_was_recorded_later_is_not_known(weihai: Pack, var: Path) -> None:
    assert seen(overview(weihai, DAY, var, known_on=DAY)) == NOTHING
    assert seen(overview(weihai, DAY, var, known_on=date(2024, 2, 8))) == NOTHING
    assert seen(overview(weihai, DAY, var, known_on=date(2024, 2, 9))) == EVERYTHING
    assert seen(overview(weihai, DAY, var)) == EVERYTHING, "by default everything that is known counts"


def test_a_resolution_of_a_meeting_that_was_not_known_is_not_known(weihai: Pack, var: Path) -> None:
    ledger(weihai, "task_progress", var).append(
        [{"party_id": "wh_science", "task": "m1-1", "reported_on": "2024-01-05", "work": "under_way", "text": "在办",
          "recorded_at": "2024-01-05"}]
    )  # fmt: skip
    view = overview(weihai, date(2024, 1, 31), var, known_on=date(2024, 1, 31))
    assert "m1-1" not in view.tasks.states, "and what was said of it is no error"


@pytest.mark.parametrize("kind", ["midterm", "selfeval", "bulletin", "decision", "supervision"])
def test_no_kind_of_report_says_what_was_recorded_later(weihai: Pack, var: Path, kind: str) -> None:
    def text(name: str, **given: date) -> str:
        unit = "wh_science" if kind == "supervision" else None
        day = date(2024, 1, 31)
        (made,) = make_report(weihai, Request(kind, day, var / f"{kind}-{name}.html", unit, var=var, **given))
        return made.path.read_text(encoding="utf-8")

    then, now = text("then"), text("now", known_on=LATER)
    for words in ("1480家", "完成选址报告", "会议议定的事项", "批复.pdf"):
        assert words not in then, words
    assert then != now, "what is known now is another report"


def test_a_document_published_later_is_not_known(weihai: Pack) -> None:
    """The press conference of 27 July 2023 tells what the plan of 16 July does not."""

    def documents(known_on: date | None) -> set[str | None]:
        return {one.document for one in board(weihai, DAY, known_on=known_on).figures}

    assert "conference-2023" not in documents(date(2023, 7, 26)) and "plan-2023" in documents(date(2023, 7, 26))
    assert "conference-2023" in documents(date(2023, 7, 27))
    undated = {one.document for one in weihai.observations if one.observed_on is None}
    assert undated & documents(date(2019, 1, 1)), "of no known day, it hides nothing"


def test_the_month_before_is_seen_as_it_was_known_then(weihai: Pack, var: Path) -> None:
    asked = Request("bulletin", date(2024, 2, 29), var / "bulletin.html", var=var)
    (made,) = make_report(weihai, asked)
    text = made.path.read_text(encoding="utf-8")
    assert "高新技术企业数由未到发布期转为序时达标。" in text
    assert "本月有新数据的目标" in text, "news of February, though it was taken in December"


def test_the_ledger_of_figures_is_read_once(weihai: Pack, var: Path) -> None:
    with opened("observation.csv") as times:
        view = overview(weihai, DAY, var)
        report_input(view, before=city_board(weihai, date(2023, 11, 30), var, figures=view.figures))
        view.indices()
    assert len(times) == 1


@contextmanager
def opened(name: str) -> Iterator[list[str]]:
    """How often a file of this name is opened for reading."""
    found: list[str] = []
    watching = True

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        if watching and event == "open" and str(arguments[0]).endswith(name):
            found.append(str(arguments[0]))

    sys.addaudithook(watch)
    try:
        yield found
    finally:
        watching = False


def test_confirmations_count_from_the_day_on_which_they_were_recorded(weihai: Pack, var: Path) -> None:
    figures = city_figures(weihai, var)
    assert not figures.confirmed_by(date(2024, 2, 8)) and len(figures.confirmed_by(LATER)) == 1
    assert figures.confirmed_by(None) == figures.confirmed_by(LATER)
