"""Paths, owed periods, vintages, forecasts: the pieces that lights are made of."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.dates import parse_period
from innocity.engines.indicators.board import board, from_pack
from innocity.engines.indicators.figures import current, usable
from innocity.engines.indicators.forecast import LEAST, TREND, forecast
from innocity.engines.indicators.model import Figure
from innocity.engines.indicators.path import batch_days, compound, linear, root, stepped
from innocity.engines.indicators.periods import owed_periods
from innocity.engines.indicators.status import standing
from innocity.packs.load import load_pack
from innocity.packs.model import Document, Indicator, Release, Target
from innocity.packs.model_city import Pace

START, DUE = date(2022, 12, 31), date(2024, 12, 31)


def indicator(**changes: object) -> Indicator:
    fields: dict[str, object] = {
        "id": "x",
        "name": "指标",
        "unit": "家",
        "direction": "up",
        "kind": "stock",
        "frequency": "year",
    }
    return Indicator(**{**fields, **changes})  # type: ignore[arg-type]


def figure(period: str, value: float | str, **changes: object) -> Figure:
    return Figure("x", "city", parse_period(period), period, Fraction(str(value)), "家", **changes)  # type: ignore[arg-type]


def test_linear_through_stages() -> None:
    way = linear(START, Fraction(100), DUE, Fraction(200), {2023: Fraction(180), 2030: Fraction(1)})
    assert way.asked(date(2023, 12, 31)) == 180
    assert way.expected(date(2023, 12, 31)) == Fraction(4, 5)
    assert way.expected(date(2021, 1, 1)) == 0 and way.expected(date(2026, 1, 1)) == 1


def test_compound_growth_is_exact_where_the_rate_is_stated() -> None:
    way = compound(date(2021, 12, 31), Fraction(13397, 100), DUE, Fraction(17831407, 100000), Fraction(1, 10))
    assert way.asked(date(2022, 12, 31)) == Fraction(13397, 100) * Fraction(11, 10)
    assert way.asked(DUE) == Fraction(17831407, 100000)


@given(st.fractions(Fraction(1, 100), 100, max_denominator=1000), st.integers(2, 12), st.data())
def test_roots_are_cut_below_the_true_root(ratio: Fraction, of: int, data: st.DataObject) -> None:
    power = data.draw(st.integers(1, of - 1))
    found = root(ratio, power, of)
    assert found**of <= ratio**power < (found + Fraction(1, 10**12)) ** of


def test_batches_of_every_year_and_single_days() -> None:
    assert batch_days(["02-29", "11-30"], date(2023, 12, 31), date(2024, 11, 30)) == [
        date(2024, 2, 28),
        date(2024, 11, 30),
    ]
    way = stepped(START, Fraction(0), DUE, Fraction(4), {}, batch_days(["06-15", "11-30"], START, DUE))
    assert [way.asked(day) for day in (date(2023, 6, 14), date(2023, 6, 15), date(2024, 6, 15), DUE)] == [0, 1, 3, 4]


def test_due_figures_with_and_without_a_release_calendar() -> None:
    def late(one: Indicator, lag: int | None) -> list[tuple[str, date, bool]]:
        return [(o.name, o.late_after, o.known) for o in owed_periods(one, lag, START, date(2024, 6, 30), DUE)]

    assert late(indicator(), None) == [("2023年", date(2024, 12, 31), False)]
    assert late(indicator(), 60) == [("2023年", date(2024, 2, 29), True)]
    assert late(indicator(release=Release(lag_days=90)), 60) == [("2023年", date(2024, 3, 30), True)]
    quarters = late(indicator(frequency="quarter"), None)
    assert (len(quarters), quarters[0]) == (6, ("2023年第一季度", date(2023, 6, 30), False))
    assert late(indicator(frequency="once"), 30) == []


def test_a_release_calendar_makes_the_missing_figure_overdue() -> None:
    pack = load_pack("weihai")
    calm = board(pack, date(2024, 6, 30)).of("marine_gdp_share_2024")
    city = pack.city.model_copy(update={"pace": pack.city.pace.model_copy(update={"lag_days": 60})})
    strict = board(pack.model_copy(update={"city": city}), date(2024, 6, 30)).of("marine_gdp_share_2024")
    assert calm and strict and (calm.status, strict.status) == ("not_due", "not_reported")
    assert strict.why.startswith("2023年的数逾期未报；")


def test_bands_are_the_citys_to_change() -> None:
    pack = load_pack("weihai")
    figures = [Figure("hnte_count", "city", parse_period("2023"), "2023", Fraction(1480), "家")]
    pace = pack.city.pace.model_copy(update={"near": Fraction(19, 20)})
    city = pack.city.model_copy(update={"pace": pace})
    found = board(pack.model_copy(update={"city": city}), date(2024, 3, 31), figures).of("hnte_2024")
    assert found and found.status == "watch", "0.93 of the way asked for: near at 90%, watch at 95%"


def test_the_last_vintage_stands_and_conflicting_figures_stay_apart() -> None:
    one = figure("2023", 5, observed_on=date(2024, 1, 5))
    two = figure("2023", 6, observed_on=date(2024, 3, 5))
    fake = figure("2023", 7, observed_on=date(2024, 4, 5), simulated=True)
    assert current([two, fake, one]) == [two, fake]
    platforms = [f.shown() for f in from_pack(load_pack("weihai")) if f.indicator == "system_platforms"]
    assert platforms == ["24家", "25家", "27家"]


def test_which_figures_may_set_a_light() -> None:
    share = indicator(kind="ratio", unit="%")
    assert usable(figure("2023", 5), share) and not usable(figure("2023-03", 5), share)
    assert usable(figure("2023-03", 5), indicator()), "a stock on a day is a stock"
    assert not usable(figure("2023", 5, simulated=True), share)
    assert not usable(figure("2023", 5, kind="rank"), share)
    assert not usable(Figure("x", "city", None, None, Fraction(5), "%"), share)


def test_a_figure_holds_for_the_day_it_was_taken() -> None:
    assert figure("2023-07", 5, observed_on=date(2023, 7, 27)).on == date(2023, 7, 27)
    assert figure("2023-07", 5, observed_on=date(2023, 9, 1)).on == date(2023, 7, 31)


def years(values: list[float], last: int = 2022) -> list[Figure]:
    return [figure(str(last - len(values) + 1 + n), v) for n, v in enumerate(values)]


def test_no_forecast_from_too_little() -> None:
    found = forecast(years([1, 2, 3, 4]), indicator(), "city", DUE, 9.0)
    assert not found.method and found.mean is None and f"至少要{LEAST}个" in found.says("家")
    gap = [*years([1, 2, 3, 4, 5], 2018), figure("2022", 9)]
    assert forecast(gap, indicator(), "city", DUE, 9.0).points == 1, "a gap cuts off what lies before it"
    assert forecast(years([1, 2, 3, 4, 5]), indicator(), "city", None, 9.0).reason == "没有期限"
    assert forecast(years([1, 2, 3, 4, 5]), indicator(), "city", date(2022, 6, 1), 9.0).reason == "期限已到"


def test_drift_agrees_with_the_textbook_formula() -> None:
    values = [10.0, 11.2, 12.1, 13.5, 14.1, 15.6]
    found = forecast(years(values), indicator(), "city", DUE, 18.0)
    steps = np.diff(values)
    assert found.method == "带漂移的随机游走" and found.ahead == 2
    assert found.mean == pytest.approx(values[-1] + 2 * steps.mean())
    spread = np.sqrt(steps.var(ddof=1) * 2 * (1 + 2 / len(steps)))
    assert found.high is not None and found.mean is not None
    assert found.high - found.mean == pytest.approx(1.5332062740589443 * spread), (
        "Student's t, 4 degrees, 90th percentile"
    )
    assert found.error is None and "没有回测" in found.says("家"), "six figures are too few to test on"


def test_longer_series_are_smoothed_and_tested() -> None:
    values = [100 + 7 * n + (3 if n % 2 else -3) for n in range(TREND + 6)]
    found = forecast(years([float(v) for v in values]), indicator(), "city", DUE, 300.0)
    assert found.method.startswith("指数平滑") and found.tested == 4
    assert found.error is not None and found.error < 0.1
    assert found.low is not None and found.high is not None and found.mean is not None
    assert found.low < found.mean < found.high and found.mean == pytest.approx(100 + 7 * (TREND + 7), rel=0.05)
    assert found.chance is not None and found.chance < 0.05, "300 is out of reach"
    easy = forecast(years([float(v) for v in values]), indicator(), "city", DUE, 150.0)
    assert easy.chance is not None and easy.chance > 0.95 and "95%以上" in easy.says("家")


def test_forecasts_keep_to_values_that_can_be() -> None:
    share = indicator(kind="ratio", unit="%")
    found = forecast(years([80, 86, 91, 95, 98]), share, "city", DUE, 99.0)
    assert found.high == 100.0
    falling = forecast(years([9, 7, 5, 3, 1]), indicator(), "city", DUE, 0.0, sign=-1)
    assert falling.mean == 0.0 and falling.chance == 1.0


@pytest.mark.parametrize(
    ("operator", "value", "unit", "says"),
    [
        ("<=", "50", None, "比基数还高"),
        ("delta", "-50", None, "减少50家（折合50家）"),
        ("growth", "-10", "%", "年均下降10%（折合81家）"),
    ],
)
def test_sentences_where_less_is_better(operator: str, value: str, unit: str | None, says: str) -> None:
    target = Target(
        id="t", indicator="x", year=2024, operator=operator, value=value, unit=unit, article="plan#a1",
        baseline={"value": "100", "period": "2022"},
    )  # type: ignore[arg-type]  # fmt: skip
    document = Document(id="plan", title="方案", territory="town", issued_on=date(2023, 1, 15))
    found = standing(target, indicator(direction="down"), [figure("2023", 120)], date(2023, 12, 31), Pace(), document)
    assert found.status == "alert" and says in found.why and "还低" not in found.why and "增加-" not in found.why
    assert "下降" in found.next


def test_a_target_stands_from_the_day_of_its_document() -> None:
    """Of a plan of July 2023 nothing shows before; documents without any date always stand."""
    pack = load_pack("weihai")
    before, after = (board(pack, day) for day in (date(2023, 7, 15), date(2023, 7, 16)))
    plan = {name for name, one in pack.targets.items() if one.article.startswith("plan-2023#")}
    shown = [{one.target.id for one in found.standings} for found in (before, after)]
    assert plan and not plan & shown[0] and plan <= shown[1]
    assert not any(one.duplicate_of in plan for one in before.standings)
