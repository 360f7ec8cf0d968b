"""Registers `service_expense`, `service_income` and `instrument_lease`."""

from __future__ import annotations

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import years_of
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tables import Batch, Table

_WAN = 10**6
_EXPENSE = Spread(int(2.4 * _WAN), 1.1, 300 * _WAN)
_INCOME = Spread(5 * _WAN, 1.2, 800 * _WAN)
_RENT = Spread(40 * _WAN, 0.9, 900 * _WAN)
_FEE = Spread(22 * _WAN, 1.1, 900 * _WAN)
_PROVINCE_SHARE = 0.6  # the province's share of a voucher's base
_EXPENSES = {
    "testing": 0.24, "rd": 0.16, "instrument": 0.14, "patent_navigation": 0.08, "consulting": 0.1,
    "transfer": 0.06, "voucher": 0.17, "literature": 0.05,
}  # fmt: skip
_INCOMES = {
    "testing": 0.25, "rd": 0.14, "instrument": 0.12, "patent_navigation": 0.06, "consulting": 0.18,
    "transfer": 0.1, "incubation": 0.03, "voucher": 0.12,
}  # fmt: skip


def _expenses(city: SimulatedCity, start: int, stop: int) -> Batch:
    """What firms pay for services; vouchers carry the province's subsidy and its base."""
    rows = np.arange(start, stop)
    unit = city.draws.unit
    on = city.some_day("expense_day", start, years_of(city.calendar("service_expenses"), rows))
    which = make.by_weight(_EXPENSES, unit("expense_kind", rows))
    amount = _EXPENSE.amounts(city.draws.stream("expense", start, stop))
    voucher = (which == list(_EXPENSES).index("voucher")) & (unit("voucher_granted", rows) < 0.9)
    base = (amount * (0.7 + 0.3 * unit("voucher_base", rows))).astype(np.int64)
    local = unit("provider_local", rows) < 0.7
    columns = {
        "party_id": city.firm(city.leading("expense_firm", start, stop, pool=12_000, skew=1.5)),
        "kind": city.code("service_kind", list(_EXPENSES), which),
        "provider": city.party("agency", city.some("agency", "provider", start, stop), ~local),
        "provider_local": make.flags(local, unit("provider_known", rows) < 0.03),
        "paid_on": make.days(on),
        "amount": make.whole(amount),
        "province_subsidy": make.whole((base * _PROVINCE_SHARE).astype(np.int64), ~voucher),
        "province_base": make.whole(base, ~voucher),
    }
    return Batch(columns, on)


def _incomes(city: SimulatedCity, start: int, stop: int) -> Batch:
    """What agencies earn: every agency has one contract a year, the first ones far more."""
    rows = np.arange(start, stop)
    unit, agencies = city.draws.unit, city.actors["agency"]
    calendar = city.calendar("service_contracts")
    within = calendar.within(rows)
    agency = np.where(within < agencies, within, city.some("agency", "earning", start, stop, skew=1.8))
    on = city.some_day("income_day", start, years_of(calendar, rows))
    columns = {
        "party_id": city.party("agency", agency),
        "kind": city.weighted("service_kind", _INCOMES, unit("income_kind", rows)),
        "contract_no": make.numbered("MNFW", rows + 1, 8),
        "cashable": make.flags(unit("cashable", rows) < 0.8, unit("cashable_known", rows) < 0.03),
        "settled_on": make.days(on),
        "amount": make.whole(_INCOME.amounts(city.draws.stream("income", start, stop))),
    }
    return Batch(columns, on)


def _leases(city: SimulatedCity, start: int, stop: int) -> Batch:
    rows = np.arange(start, stop)
    unit = city.draws.unit
    on = city.some_day("lease_day", start, years_of(city.calendar("leases"), rows))
    firm = city.firm(city.leading("lessee", start, stop))
    carrier = city.party("carrier", city.some("carrier", "lessee_carrier", start, stop))
    columns = {
        "party_id": make.either(unit("lessee_kind", rows) < 0.15, carrier, firm),
        "instrument": make.numbered("MNYQ", rows + 1, 7),
        "shared": make.flags(unit("shared", rows) < 0.75, unit("shared_known", rows) < 0.03),
        "public_service": make.flags(unit("public_service", rows) < 0.7),
        "settled_on": make.days(on),
        "rent": make.whole(_RENT.amounts(city.draws.stream("rent", start, stop)), unit("rent_known", rows) < 0.02),
        "service_fee": make.whole(_FEE.amounts(city.draws.stream("fee", start, stop)), unit("fee_known", rows) < 0.06),
    }
    return Batch(columns, on)


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `service_expense`, `service_income` and `instrument_lease`."""
    return [
        Table("service_expense", city.calendar("service_expenses").total, _expenses),
        Table("service_income", city.calendar("service_contracts").total, _incomes, punctual=True),
        Table("instrument_lease", city.calendar("leases").total, _leases),
    ]
