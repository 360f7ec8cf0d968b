"""Words of reports that nobody marked as public are kept back wherever records lie, in files of text too."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from innocity.actions.overview import overview
from innocity.actions.report_progress import report_progress
from innocity.actions.withheld import withheld
from innocity.packs.load import load_pack
from tests.actions.test_task_actions import TASK, TODAY, TOLD

BLOCKED = replace(TOLD, work="blocked", problem="两家企业没有签约")


def test_words_are_kept_back_unless_they_are_public(tmp_path: Path) -> None:
    pack, day = load_pack("weihai"), date(2023, 12, 31)
    row = report_progress(pack, BLOCKED, tmp_path, today=TODAY)
    hidden = withheld(pack, tmp_path).from_public()
    assert hidden.words == {row["fact_id"]}
    inside, outside = overview(pack, day, tmp_path), overview(pack, day, tmp_path, hidden=hidden)
    assert "两家企业没有签约" in inside.tasks.states[TASK].why
    told = outside.tasks.states[TASK]
    assert "受阻" in told.why and "两家企业" not in told.why and told.progress == 40
    later = replace(BLOCKED, reported_on=date(2023, 12, 20), public=True)
    report_progress(pack, later, tmp_path, today=TODAY)
    assert withheld(pack, tmp_path).from_public().words == {row["fact_id"]}
    shown = overview(pack, day, tmp_path, hidden=withheld(pack, tmp_path).from_public())
    assert "两家企业没有签约" in shown.tasks.states[TASK].why
