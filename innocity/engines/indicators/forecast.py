"""Where an indicator is heading: a forecast with its interval, and the chance of reaching the target by its day.

By statsmodels' exponential smoothing in state space form. How much is asked of the data depends on how much there
is: below `LEAST` figures nothing is forecast; below `TREND` a level with drift; from there on a trend that is
estimated. A backtest says how far off the same method would have been on the last figures. Forecasts are for
early warning; they never enter a formal table, and no light is set by them.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.engines.indicators.figures import usable, whole_year
from innocity.engines.indicators.model import Figure
from innocity.packs.model import Indicator

LEAST = 5  # figures below which nothing is forecast
TREND = 10  # figures from which a trend is estimated by exponential smoothing
FARTHEST = 12  # periods ahead, at most
SMOOTHED = "指数平滑（阻尼趋势）"
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_STEP = {"year": "年", "half": "个半年", "quarter": "个季度", "month": "个月"}


@dataclass(frozen=True, slots=True)
class Forecast:
    """Floats, as estimates are: never used where sums or lights are decided.

    `mean`, `low` and `high` are for the day of the deadline, the interval being the central `level`; `chance` is that
    of reaching the goal. `error` is the mean absolute percentage error of the backtest over `tested` figures. Where
    nothing is forecast, `method` is empty and `reason` says why.
    """

    method: str = ""
    reason: str = ""
    ahead: int = 0
    step: str = ""
    points: int = 0
    mean: float | None = None
    low: float | None = None
    high: float | None = None
    level: float = 0.8
    chance: float | None = None
    error: float | None = None
    tested: int = 0

    def says(self, unit: str) -> str:
        """The forecast as a Chinese sentence."""
        if not self.method:
            return f"不作预测：{self.reason}。"
        mean, low, high = f"{self.mean:.4g}{unit}", f"{self.low:.4g}", f"{self.high:.4g}{unit}"
        ahead = _onward(self.ahead, self.step)
        text = f"按{self.method}（{self.points}个数）{ahead}"
        if self.method == SMOOTHED:  # a name with brackets of its own: one template with it, to be put into English
            text = f"按指数平滑（阻尼趋势）（{self.points}个数）{ahead}"
        text = f"{text}：约{mean}，{self.level:.0%}的区间为{low}至{high}"
        if self.chance is not None:
            chance = f"达到目标的可能约{chance_text(self.chance)}"
            text = f"{text}；{chance}"
        told = f"回测最近{self.tested}个数，平均偏差{self.error:.1%}" if self.error is not None else "数太少，没有回测"
        return f"{text}；{told}。" + "仅供预警参考，不进正式表格。"


def _onward(ahead: int, step: str) -> str:
    """How far the forecast reaches."""
    return {"年": f"向后推{ahead}年", "个半年": f"向后推{ahead}个半年", "个季度": f"向后推{ahead}个季度",
            "个月": f"向后推{ahead}个月"}[step]  # fmt: skip


def _too_far(ahead: int, step: str) -> str:
    return {"年": f"期限在{ahead}年之后，太远", "个半年": f"期限在{ahead}个半年之后，太远",
            "个季度": f"期限在{ahead}个季度之后，太远", "个月": f"期限在{ahead}个月之后，太远"}[step]  # fmt: skip


def chance_text(value: float) -> str:
    """A chance, never told as certain: the estimate is not that good."""
    return "5%以下" if value < 0.05 else "95%以上" if value > 0.95 else f"{round(value * 20) * 5}%"


def series(figures: Sequence[Figure], indicator: Indicator, scope: str) -> tuple[list[date], list[float]]:
    """The figures in an even rhythm up to the latest: one a period of the indicator's frequency.

    What runs within a year is taken by whole years. A gap cuts off what lies before it.
    """
    in_year = indicator.path in ("cumulative", "yearly_registration") and indicator.kind != "cumulative"
    months = 12 if in_year else _MONTHS.get(indicator.frequency)
    found: dict[int, Figure] = {}
    for figure in sorted(
        (f for f in figures if f.indicator == indicator.id and f.scope == scope), key=lambda f: f.order
    ):
        if usable(figure, indicator) and figure.on and months and (not in_year or whole_year(figure)):
            found[(figure.on.year * 12 + figure.on.month - 1) // months] = figure
    if not found:
        return [], []
    last = max(found)
    run = []
    while last in found:
        run.append(found[last])
        last -= 1
    run.reverse()
    return [f.on for f in run if f.on], [float(f.value) for f in run]


def forecast(
    figures: Sequence[Figure], indicator: Indicator, scope: str, due: date | None, goal: float | None,
    sign: int = 1, level: float = 0.8,
) -> Forecast:  # fmt: skip
    """The forecast of an indicator for a day, and the chance of reaching a goal on it.

    `sign`: 1 where more is better, -1 where less is, 0 where no chance is told.
    """
    days, values = series(figures, indicator, scope)
    step = _STEP.get(indicator.frequency, "年")
    if due is None or not days:
        return Forecast(reason="没有期限" if due is None else "没有可用的数", points=len(values))
    months = 12 if len(days) < 2 else _MONTHS.get(indicator.frequency, 12)
    ahead = ((due.year * 12 + due.month - 1) // months) - ((days[-1].year * 12 + days[-1].month - 1) // months)
    if len(values) < LEAST:
        return Forecast(reason=f"同一口径连续的数只有{len(values)}个，至少要{LEAST}个", points=len(values), step=step)
    if not 0 < ahead <= FARTHEST:
        reason = "期限已到" if ahead <= 0 else _too_far(ahead, step)
        return Forecast(reason=reason, points=len(values), step=step)
    name, mean, spread, freedom = _fit(values, ahead)
    width = _quantile(0.5 + level / 2, freedom) * spread
    chance = None if goal is None or sign == 0 else _reach(mean, spread, goal, sign, freedom)
    error, tested = _backtest(values, ahead)
    low, high = _bounded(indicator, mean - width), _bounded(indicator, mean + width)
    return Forecast(
        name, "", ahead, step, len(values), _bounded(indicator, mean), low, high, level, chance, error, tested
    )


def _bounded(indicator: Indicator, value: float) -> float:
    """A value that the indicator can have: counts and shares are not negative, shares end at a hundred."""
    if indicator.kind in ("growth", "structural", "demand"):
        return value
    top = 100.0 if indicator.kind == "ratio" and indicator.unit == "%" else math.inf
    return min(max(value, 0.0), top)


def _fit(values: Sequence[float], ahead: int) -> tuple[str, float, float, int | None]:
    """Method, mean and standard deviation so many periods ahead, and the degrees of freedom where they are few."""
    if len(values) < TREND:
        return "带漂移的随机游走", *_drift(values, ahead), len(values) - 2
    return SMOOTHED, *_smoothed(values, ahead), None


def _drift(values: Sequence[float], ahead: int) -> tuple[float, float]:
    """A random walk with drift, by ordinary least squares on the differences.

    The interval holds the uncertainty of the drift too, which for few figures is most of it.
    """
    import numpy as np
    from statsmodels.regression.linear_model import OLS

    steps = np.diff(np.asarray(values, float))
    fitted = OLS(steps, np.ones(len(steps))).fit()
    spread = math.sqrt(float(fitted.mse_resid) * ahead * (1 + ahead / len(steps)))
    return values[-1] + ahead * float(fitted.params[0]), spread


def _smoothed(values: Sequence[float], ahead: int) -> tuple[float, float]:
    """Exponential smoothing with a damped trend, in statsmodels' state space form."""
    import numpy as np
    from statsmodels.tsa.statespace.exponential_smoothing import ExponentialSmoothing

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        scale = max(abs(value) for value in values) or 1.0
        model: Any = ExponentialSmoothing(
            np.asarray(values, float) / scale, trend=True, damped_trend=True, initialization_method="estimated"
        )
        found = model.fit(disp=False, maxiter=200).get_forecast(ahead)
    return float(found.predicted_mean[-1]) * scale, float(found.se_mean[-1]) * scale


def _backtest(values: Sequence[float], ahead: int) -> tuple[float | None, int]:
    """Mean absolute percentage error, forecasting each of the last figures from those so many periods before it."""
    errors = []
    for end in range(len(values) - 1, max(LEAST, len(values) // 2) - 1 + ahead - 1, -1):
        known = values[: end - ahead + 1]
        if len(known) >= LEAST and values[end]:
            errors.append(abs(_fit(known, ahead)[1] - values[end]) / abs(values[end]))
        if len(errors) == 4:
            break
    return (sum(errors) / len(errors), len(errors)) if errors else (None, 0)


def _reach(mean: float, spread: float, goal: float, sign: int, freedom: int | None) -> float:
    """The chance that the value ends on the good side of the goal."""
    from scipy.stats import norm, t

    if spread == 0:
        return 1.0 if sign * (mean - goal) >= 0 else 0.0
    place = sign * (mean - goal) / spread
    return float(t.cdf(place, freedom) if freedom else norm.cdf(place))


def _quantile(share: float, freedom: int | None) -> float:
    """The quantile of the standard normal distribution, or of Student's where figures are few."""
    from scipy.stats import norm, t

    return float(t.ppf(share, freedom) if freedom else norm.ppf(share))
