"""报送, 退回, 审核, 锁定, 单项解锁: who may, in which order, on files and in both databases."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from innocity.actions.figure_states import STATE_NAMES, figure_states
from innocity.actions.ledger import ledger
from innocity.actions.lock_figures import lock_figures
from innocity.actions.observe import observe
from innocity.actions.review_figure import review_figure
from innocity.actions.submit_figure import submit_figure
from innocity.actions.unlock_figure import unlock_figure
from innocity.core.errors import InnoCityError
from innocity.records.viewer import Viewer
from tests.records.test_ledgers import FINANCE, HNTE, SCIENCE, TODAY, City, city, codes_of

__all__ = ["city"]  # the fixture

STATISTICS = Viewer("officer", "tongji", "wh_statistics")
ITRI = Viewer("officer", "chanyan", "wh_itri")


def states(city: City) -> dict[str, str]:
    return {one.figure.when(): one.state for one in figure_states(city.pack, city.var)}


def submit(city: City, **more: Any) -> None:
    given = {"period": "2023", "viewer": SCIENCE, "var": city.var, "today": TODAY, **more}
    submit_figure(city.pack, "hnte_count", **given)


def review(city: City, outcome: Any, **more: Any) -> None:
    given = {"viewer": STATISTICS, "var": city.var, "today": TODAY, **more}
    review_figure(city.pack, "高新技术企业数", "2023", outcome, **given)


def refused(code: str, step: Any, *given: Any, **more: Any) -> InnoCityError:
    with pytest.raises(InnoCityError) as caught:
        step(*given, **more)
    assert codes_of(caught.value) == {code} and caught.value.remedy
    return caught.value


def test_from_observed_to_locked_and_open_again(city: City) -> None:
    observe(city.pack, [HNTE, HNTE | {"period": "2021", "value": "1100"}], city.var, TODAY)
    assert states(city) == {"2021年": "recorded", "2023年": "recorded"}
    submit(city)
    review(city, "returned", text="与科技部门户名单差9家")
    one = next(one for one in figure_states(city.pack, city.var) if one.figure.period_text == "2023")
    assert (STATE_NAMES[one.state], one.reason, one.unit) == ("已退回", "与科技部门户名单差9家", "wh_science")
    corrected = HNTE | {"value": "1471", "revises": "是", "note": "核减9家"}
    observe(city.pack, [corrected], city.var, date(2024, 3, 2))
    assert states(city)["2023年"] == "recorded", "a corrected figure is submitted anew"
    submit(city, today=date(2024, 3, 2))
    review(city, "approved", today=date(2024, 3, 3))
    locked = lock_figures(city.pack, "2023", viewer=STATISTICS, var=city.var, today=date(2024, 3, 4))
    assert [row["value"] for row in locked.rows] == ["1471"] and locked.open == ()
    assert states(city) == {"2021年": "recorded", "2023年": "locked"}
    again = HNTE | {"value": "1470", "revises": "是", "note": "再核减"}
    error = refused("E-FIGURE-LOCKED", observe, city.pack, [again], city.var, date(2024, 3, 5))
    assert "市统计局于 2024-03-04 锁定" in error.message and "解锁" in (error.remedy or "")
    assert len(ledger(city.pack, "observation", city.var).rows()) == 3
    opened = {"viewer": STATISTICS, "var": city.var, "today": date(2024, 3, 5)}
    refused("E-REVIEW-TEXT", unlock_figure, city.pack, "hnte_count", "2023", " ", **opened)
    unlock_figure(city.pack, "hnte_count", "2023", "有1家被撤销", **opened)
    assert states(city)["2023年"] == "unlocked"
    observe(city.pack, [again], city.var, date(2024, 3, 5))
    last = next(one for one in figure_states(city.pack, city.var) if one.figure.period_text == "2023")
    steps = [row["outcome"] for row in last.history]
    assert steps == ["submitted", "returned", "submitted", "approved", "locked", "unlocked"]
    assert (last.state, str(last.figure.value)) == ("recorded", "1470")


def test_a_lock_holds_however_the_period_is_written(city: City) -> None:
    """A level at the end of the year is one figure."""
    observe(city.pack, [HNTE], city.var, TODAY)
    submit(city)
    review(city, "approved")
    lock_figures(city.pack, "2023", viewer=STATISTICS, var=city.var, today=TODAY)
    for change in ({"period": "2023-12"}, {"period": "2023-12-31", "revises": "是", "note": "改"}):
        row = HNTE | {"value": "1300"} | change
        refused("E-FIGURE-LOCKED", observe, city.pack, [row], city.var, TODAY)
    observe(city.pack, [HNTE | {"period": "2024-02", "value": "1500"}], city.var, TODAY)


@pytest.mark.parametrize("outcome", ["approved", "returned"])
def test_nothing_is_reviewed_before_it_is_submitted(city: City, outcome: str) -> None:
    refused("E-REVIEW-NONE", review, city, outcome, text="无")
    observe(city.pack, [HNTE], city.var, TODAY)
    refused("E-REVIEW-STATE", review, city, outcome, text="无")
    refused("E-REVIEW-NONE", lock_figures, city.pack, "2023", viewer=STATISTICS, var=city.var)


def test_steps_are_not_taken_twice(city: City) -> None:
    observe(city.pack, [HNTE], city.var, TODAY)
    submit(city)
    refused("E-REVIEW-STATE", submit, city)
    review(city, "approved")
    refused("E-REVIEW-STATE", review, city, "approved")
    refused("E-REVIEW-STATE", unlock_figure, city.pack, "hnte_count", "2023", "改", viewer=STATISTICS, var=city.var)
    assert states(city) == {"2023年": "approved"}


def test_who_may(city: City) -> None:
    observe(city.pack, [HNTE], city.var, TODAY)
    refused("E-FIGURE-REPORTER", submit, city, viewer=FINANCE)
    refused("E-LEDGER-UNIT", submit, city, viewer=FINANCE, unit="市科技局")
    refused("E-LEDGER-UNIT", submit, city, viewer=Viewer(), by="某人")
    submit(city)
    refused("E-REVIEW-UNIT", review, city, "approved", viewer=ITRI)
    refused("E-LEDGER-UNIT", review, city, "approved", viewer=ITRI, unit="市统计局")
    error = refused("E-REVIEW-PERSON", review, city, "approved", viewer=SCIENCE)
    assert "本人" in error.message, "the science department is the office too, but nobody reviews an own figure"
    refused("E-REVIEW-PERSON", review, city, "approved", viewer=None, unit="市统计局")
    refused("E-REVIEW-TEXT", review, city, "returned")
    review(city, "approved", viewer=Viewer("leader", "lingdao"))
    refused("E-REVIEW-UNIT", lock_figures, city.pack, "2023", viewer=FINANCE, var=city.var)


def test_a_period_is_locked_as_far_as_it_is_approved(city: City) -> None:
    sme = {"indicator": "tech_sme_count", "period": "2023", "value": "2400", "party_id": "wh_science"}
    observe(city.pack, [HNTE, sme], city.var, TODAY)
    submit(city)
    review(city, "approved")
    done = lock_figures(city.pack, "2023", viewer=STATISTICS, var=city.var, today=TODAY)
    assert [row["indicator"] for row in done.rows] == ["hnte_count"]
    assert [(one.figure.indicator, one.state) for one in done.open] == [("tech_sme_count", "recorded")]
    observe(city.pack, [sme | {"value": "2401", "revises": "是", "note": "补一家"}], city.var, TODAY)


def test_simulated_figures_are_reviewed_apart_and_lock_no_real_one(city: City) -> None:
    observe(city.pack, [HNTE | {"value": "1700", "simulated": "是"}], city.var, TODAY)
    submit(city, simulated=True)
    review(city, "approved", simulated=True)
    rows = lock_figures(city.pack, "2023", viewer=STATISTICS, var=city.var, today=TODAY).rows
    assert [row["simulated"] for row in rows] == [True]
    observe(city.pack, [HNTE], city.var, TODAY)
    assert sorted(one.state for one in figure_states(city.pack, city.var)) == ["locked", "recorded"]
