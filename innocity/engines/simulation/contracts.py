"""Registers `technology_contract` and `contract_payment`.

Contracts are numbered in the order of their registration. A contract stands in the register once for
each party that registers it: the seller, often the buyer too, sometimes the agency between them. The
yearly sums over contracts, each counted once, are the published turnover moved on by its growth.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Calendar, Flags, rounded, years_of
from innocity.engines.simulation.spreads import Spread
from innocity.engines.simulation.tables import Batch, Table

_WAN = 10**6
_THOUSAND = 10**5  # 1000元 in fen
_AMOUNT = Spread(18 * _WAN, 1.6, 30_000 * _WAN)
_ROUND = 0.6  # share of contracts written in whole thousands
_STEP = 1 << 17
_LEADERS = 8  # every so many contracts one has a technology of its own, which later ones may repeat
_TYPES = {"development": 0.45, "transfer": 0.08, "licence": 0.03, "consulting": 0.09, "service": 0.35}
_SELLERS = {"firm": 0.45, "university": 0.22, "institute": 0.05, "outside": 0.28}
_SELLER_NAMES = list(_SELLERS)
_OUTSIDE = _SELLER_NAMES.index("outside")
_CLASSES = ["private", "university", "institute", "other"]  # of a seller, in the order of _SELLERS
_BUYERS = 12_000  # buyers are found among so many leading ranks (of 60,000 firms)
_OUTSIDE_BUYER = 0.38
_AGENCY = 0.08
_OFFICES = 5
_PAYMENTS = 3


@dataclass(frozen=True, eq=False)
class Contracts:
    """All contracts by number."""

    city: SimulatedCity

    @cached_property
    def calendar(self) -> Calendar:
        """How many contracts each year has."""
        return self.city.calendar("contracts")

    @cached_property
    def factors(self) -> dict[int, float]:
        """What the drawn amounts of each year are multiplied by, so that they add up to its turnover."""
        city = self.city
        fact = city.figures.fact("contracts_turnover")
        anchor = fact.on.year if fact else city.years[1]
        total = city.figures.money("contracts_turnover") * city.scale
        growth = 1 + city.figures.rate("contracts_turnover_growth")
        result = {}
        for year, size in zip(self.calendar.names, self.calendar.counts, strict=True):
            start = self.calendar.start(year)
            pieces = [self._drawn(at, min(at + _STEP, start + size)) for at in range(start, start + size, _STEP)]
            drawn = sum(int(piece.sum()) for piece in pieces)
            result[year] = rounded(total * growth ** (year - anchor)) / max(1, drawn)
        return result

    def _drawn(self, start: int, stop: int) -> Ints:
        return _AMOUNT.amounts(self.city.draws.stream("contract_amount", start, stop))

    def amounts(self, start: int, stop: int) -> Ints:
        """The sums of contracts in fen: most in whole thousands of yuan, the others odd."""
        numbers = np.arange(start, stop)
        factors = np.array([self.factors[year] for year in self.calendar.names])
        exact = self._drawn(start, stop) * factors[self.calendar.which(numbers)]
        plain = self.city.draws.stream("contract_round", start, stop) < _ROUND
        whole = np.rint(exact / _THOUSAND) * _THOUSAND
        return np.asarray(np.maximum(1, np.where(plain & (whole > 0), whole, exact)), dtype=np.int64)

    def registered(self, numbers: Ints) -> Ints:
        """The days of registration, in the order of the numbers."""
        which = self.calendar.which(numbers)
        place = self.calendar.within(numbers) / np.array(self.calendar.counts, dtype=np.int64)[which]
        days = make.year_starts(years_of(self.calendar, numbers)) + (place * 364).astype(np.int64)
        return np.asarray(days, dtype=np.int64)

    def repeated(self, numbers: Ints) -> Flags:
        """Whether these contracts transfer a technology that was transferred before."""
        share = float(self.city.figures.rate("repeated_technologies")) * _LEADERS / (_LEADERS - 1)
        own = numbers % _LEADERS == 0
        return np.asarray(~own & (self.city.draws.unit("repeated", numbers) < share), dtype=np.bool_)

    def origins(self, numbers: Ints) -> Ints:
        """The contract that first transferred each one's technology: itself, or an earlier one."""
        earlier = self.city.draws.below("origin", numbers, -(-numbers // _LEADERS)) * _LEADERS
        return np.where(self.repeated(numbers), earlier, numbers)

    def types(self, numbers: Ints) -> Ints:
        """The type of each as a place in _TYPES; technologies are repeated by transfer or licence."""
        uniform = self.city.draws.unit("contract_type", numbers)
        again = np.where(uniform < 0.7, list(_TYPES).index("transfer"), list(_TYPES).index("licence"))
        return np.where(self.repeated(numbers), again, make.by_weight(_TYPES, uniform))

    def sellers(self, numbers: Ints) -> tuple[Ints, Column]:
        """The kind of each seller as a place in _SELLERS, and its party id (none for those from outside)."""
        city, origin = self.city, self.origins(numbers)
        kind = make.by_weight(_SELLERS, city.draws.unit("seller", origin))
        uniform = city.draws.unit("seller_number", origin)
        party = city.firm((uniform**2.5 * city.pool(6_000)).astype(np.int64))
        for name in ("university", "institute"):
            actor = city.party(name, (uniform * city.actors[name]).astype(np.int64))
            party = make.either(kind == _SELLER_NAMES.index(name), actor, party)
        return kind, make.blank(party, kind == _OUTSIDE)

    def buyers(self, numbers: Ints) -> tuple[Flags, Column]:
        """Whether each buyer is a local firm, and its party id; who buys from outside is local."""
        city = self.city
        kind, _ = self.sellers(numbers)
        local = (city.draws.unit("buyer", numbers) > _OUTSIDE_BUYER) | (kind == _OUTSIDE)
        ranks = (city.draws.unit("buyer_number", numbers) ** 1.8 * city.pool(_BUYERS)).astype(np.int64)
        return local, make.blank(city.firm(ranks), ~local)

    def agencies(self, numbers: Ints) -> tuple[Flags, Column]:
        """Whether an agency brought each contract about, and its party id."""
        with_one = self.city.draws.unit("brokered", numbers) < _AGENCY
        number = self.city.draws.below("broker", numbers, self.city.actors["agency"])
        return with_one, self.city.party("agency", number, ~with_one)

    def filed(self, numbers: Ints) -> Flags:
        """Whether each contract has been put on file."""
        return self.city.draws.unit("filed", numbers) < 0.7


@lru_cache(maxsize=2)
def contracts(city: SimulatedCity) -> Contracts:
    """The contracts of a city."""
    return Contracts(city)


def _registration_no(numbers: Ints) -> Column:
    return make.numbered("MNHT", numbers + 1, 8)


def _signed(city: SimulatedCity, numbers: Ints, registered: Ints) -> Column:
    """The days of signature: within two months before registration, unknown now and then."""
    days = registered - 1 - city.draws.below("signed", numbers, 60)
    return make.days(days, city.draws.unit("signing_known", numbers) < 0.03)


def _contract_rows(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Contracts in order, of each one row for every party that registers it."""
    every, numbers = contracts(city), np.arange(start, stop)
    kind, seller = every.sellers(numbers)
    local, buyer = every.buyers(numbers)
    brokered, agency = every.agencies(numbers)
    both = city.draws.unit("buyer_registers", numbers) < float(city.figures.rate("buyers_registering"))
    broker = brokered & (city.draws.unit("broker_registers", numbers) < 0.5)
    registers = np.stack([kind != _OUTSIDE, local & (both | (kind == _OUTSIDE)), broker])
    place, role = np.nonzero(registers.T)
    party = make.either(role == 0, seller.take(place), make.either(role == 1, buyer.take(place), agency.take(place)))
    facing = np.where(role == 0, np.where(local, 0, len(_CLASSES) - 1)[place], kind[place])
    amounts, at = every.amounts(start, stop)[place], numbers[place]
    registered = every.registered(at)
    unit = city.draws.unit
    traded = (amounts * (0.6 + 0.4 * unit("traded", at))).astype(np.int64)
    related = (unit("related", at) < 0.06) & (kind == 0)[place] & local[place]
    unfaced = (role == 2) | (unit("facing_known", at) < 0.03)
    columns = {
        "party_id": party,
        "registration_no": _registration_no(at),
        "filing_no": make.numbered("MNBA", at + 1, 8, ~every.filed(at)),
        "office": make.numbered("模拟登记机构", city.draws.below("office", at, _OFFICES) + 1, 1),
        "type": city.code("contract_type", list(_TYPES), every.types(at)),
        "role": city.code("contract_role", ["seller", "buyer", "intermediary"], role),
        "seller": seller.take(place),
        "buyer": buyer.take(place),
        "intermediary": agency.take(place),
        "technology": make.numbered("MNJS", every.origins(at) + 1, 8),
        "related_party": make.flags(related, unit("related_known", at) < 0.05),
        "local_conversion": make.flags(
            local[place] & (unit("converted", at) < 0.9), unit("conversion_known", at) < 0.05
        ),
        "counterpart_kind": city.code("registration_class", _CLASSES, facing, unfaced),
        "signed_on": _signed(city, at, registered),
        "registered_on": make.days(registered),
        "contract_amount": make.whole(amounts),
        "transaction_amount": make.whole(traded, unit("traded_known", at) < 0.03),
    }
    return Batch(columns, registered)


def _payment_rows(city: SimulatedCity, start: int, stop: int) -> Batch:
    """What local buyers paid: up to three instalments, those that fall due within the simulated years."""
    every, numbers = contracts(city), np.arange(start, stop)
    kind, _ = every.sellers(numbers)
    local, buyer = every.buyers(numbers)
    unit = city.draws.unit
    paying = local & (unit("paying", numbers) < 0.85)
    times = np.where(paying, 1 + city.draws.below("instalments", numbers, _PAYMENTS), 0)
    registered = every.registered(numbers)
    turn = np.arange(_PAYMENTS)
    key = numbers[:, None] * _PAYMENTS + turn[None, :]
    wait = city.draws.below("paid_on", key.ravel(), 100).reshape(key.shape)
    paid_on = registered[:, None] + 8 + turn[None, :] * 130 + wait
    place, turn_of = np.nonzero((turn[None, :] < times[:, None]) & (paid_on <= city.as_of))
    amounts = every.amounts(start, stop)
    share = (0.5 + 0.45 * unit("paid_share", numbers)) / np.maximum(1, times)
    paid = np.maximum(1, (amounts * share).astype(np.int64))[place] + turn_of
    at, on = numbers[place], paid_on[place, turn_of]
    row = key[place, turn_of]
    columns = {
        "party_id": buyer.take(place),
        "registration_no": _registration_no(at),
        "contract_type": city.code("contract_type", list(_TYPES), every.types(at)),
        "filed": make.flags(every.filed(at), unit("filing_known", at) < 0.02),
        "counterpart_kind": city.code("registration_class", _CLASSES, kind[place], unit("payee_known", at) < 0.03),
        "paid_on": make.days(on),
        "signed_on": _signed(city, at, registered[place]),
        "amount": make.whole(paid),
        "voucher_no": make.numbered("MNPZ", row, 9, unit("voucher_known", row) < 0.02),
        "invoice_no": make.numbered("MNFP", row, 9, unit("invoice_known", row) < 0.04),
    }
    return Batch(columns, on)


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `technology_contract` and `contract_payment`."""
    total = contracts(city).calendar.total
    return [
        Table("technology_contract", total, _contract_rows, punctual=True),
        Table("contract_payment", total, _payment_rows),
    ]
