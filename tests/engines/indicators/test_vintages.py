"""Vintages: which figure of a period stands, what only repeats an older one, periods in one spelling."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from innocity.core.dates import normal_period, parse_period, period_name
from innocity.core.errors import InnoCityError
from innocity.engines.indicators.board import board, from_pack
from innocity.engines.indicators.entry import check_revision, checked_figure
from innocity.engines.indicators.figures import current, vintages
from innocity.engines.indicators.listing import indicator_lines, lines_of
from innocity.engines.indicators.model import Figure
from innocity.engines.indicators.periods import owed_periods
from innocity.packs.load import load_pack
from innocity.packs.model import Observation, Pack
from innocity.packs.model_targets import Release

DAY, TODAY = date(2023, 12, 31), date(2024, 3, 5)


@pytest.fixture(scope="module")
def weihai() -> Pack:
    return load_pack("weihai")


def figure(period: str, value: int, **given: object) -> Figure:
    usual: dict[str, object] = {"observed_on": date(2023, 7, 16), "document": "plan"}
    return Figure("hnte_count", "city", parse_period(period), period, Fraction(value), "家", **(usual | given))  # type: ignore[arg-type]


def test_a_text_that_repeats_a_figure_is_no_new_figure() -> None:
    plan = figure("2022", 1376)
    news = figure("2022", 1376, observed_on=date(2023, 7, 27), as_said_on=date(2023, 7, 27), document="news")
    (stands,) = current([news, plan])
    assert (stands.document, stands.said_again) == ("plan", news)
    assert current([news]) == [news], "alone it is the figure of its period"
    changed = replace(news, value=Fraction(1380))
    assert current([plan, changed]) == [changed], "another value is a revision"


def test_a_value_that_comes_back_after_a_correction_stands() -> None:
    one, two = figure("2022", 5), figure("2022", 6, observed_on=date(2023, 8, 1))
    again = figure("2022", 5, observed_on=date(2023, 9, 1))
    assert current([one, two, again]) == [again]


def test_the_light_rests_on_the_end_of_2022_and_says_so(weihai: Pack) -> None:
    """In July 2023 the press conference gave the numbers of the end of 2022 as those of today."""
    found = board(weihai, DAY)
    for target in ("hnte_2024", "tech_sme_2024", "national_platforms_2024"):
        one = found.of(target)
        assert one is not None and one.latest is not None and one.status == "not_due"
        assert one.latest.period_text == "2022" and "2023年7月27日说的“目前”仍是这个数，不作新数。" in one.why


def test_no_figure_of_weihai_repeats_an_earlier_one_as_its_own(weihai: Pack) -> None:
    figures = [one for one in from_pack(weihai) if one.on is not None and one.unit != "位"]
    for one in figures:
        earlier = [
            other for other in figures
            if (other.indicator, other.scope, other.kind) == (one.indicator, one.scope, one.kind)
            and other.value == one.value
            and other.period is not None and one.period is not None
            and other.period.end is not None and one.period.start is not None and other.period.end <= one.period.start
        ]  # fmt: skip
        assert not earlier, f"{one.place} repeats {earlier[0].place}"


def test_as_said_on_is_later_than_the_period() -> None:
    row = {"indicator": "x", "value": "5", "document": "d", "as_said_on": "2023-07-27"}
    assert Observation(**row, period="2022").as_said_on == date(2023, 7, 27)  # type: ignore[arg-type]
    for period in ("2023", None):
        with pytest.raises(ValueError, match="as_said_on"):
            Observation(**row, period=period)  # type: ignore[arg-type]


def test_one_point_in_time_is_one_figure_however_it_is_written(weihai: Pack) -> None:
    spelled = [figure(text, value) for value, text in enumerate(("2022", "2022Q4", "2022H2", "2022-12", "2022-12-31"))]
    level = weihai.indicators["hnte_count"]
    assert [one.value for one in current(spelled, None, weihai.indicators)] == [4]
    assert vintages(spelled, spelled[0], level) == spelled
    share = [replace(one, indicator="hightech_output_share") for one in spelled]
    assert len(current(share, None, weihai.indicators)) == 5, "a quarter's share is not that of the year"


@pytest.mark.parametrize(
    ("text", "stored", "shown"),
    [("2023q3", "2023Q3", "2023年第三季度"), ("2023年三季度", "2023Q3", "2023年第三季度"),
     ("2023年第1季度", "2023Q1", "2023年第一季度"), ("2023h1", "2023H1", "2023年上半年"),
     ("2023年下半年", "2023H2", "2023年下半年"), ("２０２３年9月", "2023-09", "2023年9月")],
)  # fmt: skip
def test_quarters_and_halves_are_periods(weihai: Pack, text: str, stored: str, shown: str) -> None:
    cells = {"indicator": "hightech_output_share", "period": text, "value": "70"}
    one = checked_figure(weihai, cells, TODAY)
    assert (one.period_text, one.when()) == (stored, shown)
    assert normal_period(stored) == stored and period_name(stored) == shown
    assert one.period == parse_period(text)


@pytest.mark.parametrize("text", ["2023Q5", "2023Q0", "2023H3", "2023-Q3", "Q3", "2023年五季度", "2023年13月"])
def test_other_words_are_no_periods(weihai: Pack, text: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        checked_figure(weihai, {"indicator": "hightech_output_share", "period": text, "value": "70"}, TODAY)
    assert caught.value.code == "E-PERIOD-FORMAT" and "2023Q3" in (caught.value.remedy or "")


def test_quarters_stand_in_the_order_of_time() -> None:
    texts = ["2023", "2023Q3", "2022", "2023H1", "2023-02", "2023Q1"]
    order = [
        one.period_text
        for one in sorted((figure(text, 1, observed_on=TODAY) for text in texts), key=lambda one: one.order)
    ]
    assert order == ["2022", "2023-02", "2023Q1", "2023H1", "2023Q3", "2023"]


def test_a_quarter_is_owed_after_its_release_lag(weihai: Pack) -> None:
    quarterly = weihai.indicators["hightech_output_share"].model_copy(
        update={"frequency": "quarter", "release": Release(lag_days=20)}
    )
    owed = owed_periods(quarterly, None, date(2023, 3, 31), date(2023, 12, 31), None)
    assert [(one.name, one.late_after) for one in owed] == [
        ("2023年第二季度", date(2023, 7, 20)), ("2023年第三季度", date(2023, 10, 20)),
        ("2023年第四季度", date(2024, 1, 20)),
    ]  # fmt: skip


def test_a_level_of_the_fourth_quarter_is_that_of_the_year(weihai: Pack) -> None:
    known = [figure("2023", 1480)]
    new = checked_figure(weihai, {"indicator": "hnte_count", "period": "2023Q4", "value": "1490"}, TODAY)
    with pytest.raises(InnoCityError) as caught:
        check_revision(new, known, True, weihai.indicators["hnte_count"])
    assert caught.value.code == "E-FIGURE-REVISION" and "时期写成 2023" in (caught.value.remedy or "")


def test_documents_that_say_a_quarter_are_recorded_as_quarters(weihai: Pack) -> None:
    said = [one for one in weihai.observations if "一季度" in (one.note or "")]
    assert said and {one.period for one in said} == {"2023Q1"}
    one = board(weihai, DAY).of("hightech_output_share_2024")
    assert one is not None and "2023年第一季度为77.82%，不是全年的数" in one.why


def test_every_indicator_has_a_line_with_its_newest_figure(weihai: Pack) -> None:
    found = board(weihai, DAY, [figure("2023", 1480, observed_on=DAY, document=None, simulated=True)])
    lines = indicator_lines(weihai, found)
    assert {one.indicator.id for one in lines} == set(weihai.indicators)
    (rank,) = lines_of(weihai, found, weihai.indicators["hnte_rank"])
    assert rank.newest is not None and rank.newest.value == 7 and not rank.targets and rank.difference is None
    (count,) = lines_of(weihai, found, weihai.indicators["hnte_count"])
    assert count.newest is not None and count.newest.value == 1376, "real figures stand before simulated ones"
    assert "hnte_2024" in count.targets
