"""Registers `loan_stock`, `loan_loss`, `insurance_premium` and `tax_growth`."""

from __future__ import annotations

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.organizations import division_of
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import years_of
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tables import Batch, Table

_WAN = 10**6
_YI = 10**10
_BALANCE = Spread(6_000 * _WAN, 0.9, 40 * _YI)
_LOSS = Spread(120 * _WAN, 0.9, 2_000 * _WAN)
_PREMIUM = Spread(9 * _WAN, 0.9, 300 * _WAN)
_INCREASE = Spread(35 * _WAN, 1.3, 3 * _YI)
_LOST = {"result_conversion": 0.55, "talent_loan": 0.15, "ip_pledge": 0.2, "linked_finance": 0.1}
_GROWTH = 1.14
_FALLING = 0.15  # of firms pay less tax than the year before


def _loan_stock(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Balances at year's end, bank by bank, product by product: rising on the whole, not everywhere."""
    rows = np.arange(start, stop)
    products = city.codes("loan_product")
    years = city.years[1] - city.years[0] + 1
    line, year = rows // years, city.years[0] + rows % years
    level = _BALANCE.amounts(city.draws.unit("loan_line", line))
    swing = 0.75 + 0.5 * city.draws.unit("loan_swing", rows)
    balance = (level * swing * _GROWTH ** (year - city.years[1])).astype(np.int64)
    on = make.year_starts(year + 1) - 1
    columns = {
        "party_id": city.party("bank", line // len(products)),
        "product": city.code("loan_product", products, line % len(products)),
        "as_on": make.days(on),
        "balance": make.whole(balance),
        "recorded_at": make.days(on),  # banks report on the day
    }
    told = city.draws.unit("loan_told", rows) >= 0.01  # a bank now and then did not report
    return Batch(columns, on).only(told)


def _loan_losses(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    on = city.some_day("loss_day", start, years_of(city.calendar("loan_losses"), rows))
    columns = {
        "party_id": city.party("bank", city.some("bank", "loss_bank", start, stop)),
        "product": city.weighted("loan_product", _LOST, city.draws.unit("loss_product", rows)),
        "loan_no": make.numbered("MNDK", rows + 1, 7),
        "filed": make.flags(city.draws.unit("loss_filed", rows) < 0.8, city.draws.unit("loss_known", rows) < 0.04),
        "recognised_on": make.days(on),
        "loss": make.whole(_LOSS.amounts(city.draws.stream("loss", start, stop))),
    }
    return Batch(columns, on)


def _premiums(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    on = city.some_day("premium_day", start, years_of(city.calendar("premiums"), rows))
    other = city.draws.unit("premium_product", rows) < 0.15
    columns = {
        "party_id": city.firm(city.leading("insured", start, stop)),
        "policy_no": make.numbered("MNBD", rows + 1, 7),
        "product": city.one_code("loan_product", "linked_finance", len(rows)),
        "paid_on": make.days(on),
        "premium": make.whole(_PREMIUM.amounts(city.draws.stream("premium", start, stop))),
    }
    columns["product"] = make.blank(columns["product"], other)
    return Batch(columns, on)


def _tax_growth(city: SimulatedCity, start: int, stop: int) -> Batch:
    """For the high-tech firms of each recognition: the growth of their taxes in the year after it."""
    known = city.high_tech
    seats = np.arange(start, stop)
    years = years_of(known.calendar, seats) + 1
    told = (years >= city.years[0]) & (years < city.years[1])
    seats, years = seats[told], years[told]
    ranks = known.ranks(known.all_seats[seats])
    amount = _INCREASE.amounts(city.draws.unit("tax", seats))
    falling = city.draws.unit("tax_falls", seats) < _FALLING
    on = make.year_starts(years + 1) + 60 + city.draws.below("tax_day", seats, 60)
    columns = {
        "party_id": city.party("division", division_of(city, ranks)),
        "year": make.whole(years),
        "reported_on": make.days(on),
        "firm": city.firm(ranks),
        "increase": make.whole(np.where(falling, -amount // 2, amount), city.draws.unit("tax_known", seats) < 0.02),
    }
    return Batch(columns, on)


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `loan_stock`, `loan_loss`, `insurance_premium` and `tax_growth`."""
    lines = city.actors["bank"] * len(city.codes("loan_product"))
    return [
        Table("loan_stock", lines * (city.years[1] - city.years[0] + 1), _loan_stock),
        Table("loan_loss", city.calendar("loan_losses").total, _loan_losses),
        Table("insurance_premium", city.calendar("premiums").total, _premiums),
        Table("tax_growth", city.high_tech.calendar.total, _tax_growth),
    ]
