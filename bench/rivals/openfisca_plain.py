"""The eight shapes in OpenFisca as its documentation teaches: data frames, enumerations, parameters, reforms.

Beside it stands `openfisca_shapes`, tuned by hand: texts compared by their dictionaries, sums put in place past the
library, one simulation for all reforms. OpenFisca knows one kind of member, so the registers beside contracts are
counted and summed with pandas, in the time measured; a firm without a contract gets an empty one, as sums by group
go wrong without. Money is yuan in float32. Runs in its own virtual environment; imports nothing of this project.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from openfisca_core.entities import build_entity
from openfisca_core.indexed_enums import Enum
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import YEAR
from openfisca_core.reforms import Reform
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

PERIOD = "2023"
Contract = build_entity(key="contract", plural="contracts", label="Contract", is_person=True)
Firm = build_entity(
    key="firm", plural="firms", label="Firm", roles=[{"key": "member", "plural": "members", "label": "Contracts"}]
)
AMOUNTS = {"first": 200_000, "rate": 0.05, "lease_cap": 500_000}  # what reforms change


class ContractType(Enum):
    development = "development"
    transfer = "transfer"
    licence = "licence"
    consulting = "consulting"
    service = "service"
    unknown = "unknown"


class Recognition(Enum):
    nothing = "nothing"
    first = "first"
    again = "again"
    other = "other"


def variable(name: str, entity: object, value_type: type, **own: Any) -> type:
    """A variable of one year; without a formula it is an input."""
    given = {"value_type": value_type, "entity": entity, "definition_period": YEAR, "label": name}
    return type(name, (Variable,), {**given, **own})


def paid_for(firm, period, *kinds):
    """What a firm's contracts of these kinds were paid."""
    kind = firm.members("contract_type", period)
    wanted = np.isin(kind, [k.index for k in kinds])
    return firm.sum(firm.members("paid", period) * wanted)


def shape_a(firm, period, parameters):
    kind, p = firm("recognition", period), parameters(period).a
    return np.select([kind == Recognition.first, kind == Recognition.again], [p.first, p.again], 0)


def shape_b(firm, period, parameters):
    kind = firm.members("contract_type", period)
    wanted = (kind == ContractType.development) + (kind == ContractType.transfer)
    base = firm.sum(firm.members("paid", period) * wanted * firm.members("filed", period))
    return np.minimum(parameters(period).b.rate * base, parameters(period).b.cap)


def shape_c(firm, period, parameters):
    p = parameters(period).c
    made = paid_for(firm, period, ContractType.development, ContractType.transfer)
    served = paid_for(firm, period, ContractType.consulting, ContractType.service)
    return np.minimum(p.made * made, p.made_cap) + np.minimum(p.served * served, p.served_cap)


def shape_d(firm, period, parameters):
    p = parameters(period).d
    return firm("national_platforms", period) * p.national + firm("province_platforms", period) * p.province


def shape_e(firm, period, parameters):
    return np.minimum(firm("graduates", period) * parameters(period).e.each, parameters(period).e.cap)


def shape_f(firm, period, parameters):
    p = parameters(period).f
    lesser = np.minimum(p.rent * firm("rent", period), p.fee * firm("service_fee", period))
    return np.minimum(lesser, p.cap)


def shape_g(firm, period, parameters):
    return np.maximum(firm("shape_b", period), firm("shape_c", period))


def shape_h(firm, period, parameters):
    b, c = firm("shape_b", period), firm("shape_c", period)
    kept = np.where(b >= c, b, 0)
    asked, pool = kept.sum(), parameters(period).h.pool
    return kept * (pool / asked if asked > pool else 1)


FORMULAS = (shape_a, shape_b, shape_c, shape_d, shape_e, shape_f, shape_g, shape_h)
SHAPES = tuple(f.__name__ for f in FORMULAS)
FIRM_INPUTS = {"national_platforms": int, "province_platforms": int, "graduates": int, "rent": float,
               "service_fee": float}  # fmt: skip


def parameters() -> ParameterNode:
    """The amounts, each in force from 2020 on."""
    own = {
        "a": {"first": AMOUNTS["first"], "again": 100_000}, "b": {"rate": AMOUNTS["rate"], "cap": 300_000},
        "c": {"made": 0.015, "made_cap": 500_000, "served": 0.001, "served_cap": 200_000},
        "d": {"national": 2_000_000, "province": 1_000_000}, "e": {"each": 100_000, "cap": 1_000_000},
        "f": {"rent": 0.1, "fee": 0.2, "cap": AMOUNTS["lease_cap"]}, "h": {"pool": 10_000_000},
    }  # fmt: skip
    data = {n: {k: {"values": {"2020-01-01": {"value": v}}} for k, v in node.items()} for n, node in own.items()}
    return ParameterNode("", data=data)


def build_system() -> TaxBenefitSystem:
    system = TaxBenefitSystem([Contract, Firm])
    system.parameters = parameters()
    system.add_variable(variable("paid", Contract, float))
    system.add_variable(variable("filed", Contract, bool))
    chosen = {"possible_values": ContractType, "default_value": ContractType.unknown}
    system.add_variable(variable("contract_type", Contract, Enum, **chosen))
    chosen = {"possible_values": Recognition, "default_value": Recognition.nothing}
    system.add_variable(variable("recognition", Firm, Enum, **chosen))
    for name, kind in FIRM_INPUTS.items():
        system.add_variable(variable(name, Firm, kind))
    for formula in FORMULAS:
        system.add_variable(variable(formula.__name__, Firm, float, formula=formula))
    return system


def read(folder: Path, register: str, day: str, columns: list[str]) -> pd.DataFrame:
    """The rows of the year that were recorded in time."""
    table = pd.read_parquet(folder / f"{register}.parquet", columns=["party_id", *columns, day, "recorded_at"])
    on, known = pd.to_datetime(table[day]), pd.to_datetime(table["recorded_at"])
    inside = on.between(pd.Timestamp(2023, 1, 1), pd.Timestamp(2023, 12, 31))
    return table[inside & (known.isna() | (known <= pd.Timestamp(date(2024, 3, 31))))]


def prepared(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Contracts, and firms with what the other registers say of them; firms are numbered from nought."""
    contracts = read(folder, "contract_payment", "paid_on", ["contract_type", "filed", "amount"])
    titles = read(folder, "qualification", "issued_on", ["title", "recognition_kind", "fact_id"])
    platforms = read(folder, "innovation_platform", "approved_on", ["level"])
    tenants = read(folder, "incubation", "left_on", [])
    leases = read(folder, "instrument_lease", "settled_on", ["rent", "service_fee"])
    tables = [contracts, titles, platforms, tenants, leases]
    numbers, ids = pd.factorize(pd.concat([t["party_id"] for t in tables]))
    for table, firm in zip(tables, np.split(numbers, np.cumsum([len(t) for t in tables])[:-1]), strict=True):
        table["firm"] = firm
    firms = pd.DataFrame({"party": ids})
    latest = titles[titles["title"] == "hnte"].sort_values(["issued_on", "fact_id"]).groupby("firm").tail(1)
    kind = latest.set_index("firm")["recognition_kind"]
    firms["recognition"] = _numbered(kind, Recognition, "other").reindex(firms.index, fill_value=0)
    for level in ("national", "province"):
        counts = platforms[platforms["level"] == level].groupby("firm").size()
        firms[f"{level}_platforms"] = counts.reindex(firms.index, fill_value=0)
    firms["graduates"] = tenants.groupby("firm").size().reindex(firms.index, fill_value=0)
    sums = leases.groupby("firm")[["rent", "service_fee"]].sum() / 100
    firms[["rent", "service_fee"]] = sums.reindex(firms.index, fill_value=0)
    without = np.setdiff1d(firms.index, contracts["firm"])
    contracts = pd.concat([contracts, pd.DataFrame({"firm": without, "amount": 0})])
    contracts["paid"] = contracts["amount"] / 100
    contracts["contract_type"] = _numbered(contracts["contract_type"], ContractType, "unknown")
    contracts["filed"] = contracts["filed"].eq(True)
    return contracts, firms


def _numbered(texts: pd.Series, kinds: type[Enum], otherwise: str) -> pd.Series:
    """The place of each text in an enumeration, which it takes as well as texts, and faster."""
    places = {k.name: k.index for k in kinds}
    return texts.map(places).fillna(places[otherwise]).astype(int)


def simulated(system: TaxBenefitSystem, contracts: pd.DataFrame, firms: pd.DataFrame):
    """A simulation with its inputs; nothing is calculated yet."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("contract", range(len(contracts)))
    group = builder.declare_entity("firm", firms.index)
    builder.join_with_persons(group, contracts["firm"].to_numpy(), np.zeros(len(contracts), int))
    simulation = builder.build(system)
    for name in ("paid", "contract_type", "filed"):
        simulation.set_input(name, PERIOD, contracts[name].to_numpy())
    for name in ("recognition", *FIRM_INPUTS):
        simulation.set_input(name, PERIOD, firms[name].to_numpy())
    return simulation


def run(folder: Path) -> pa.Table:
    """Per firm and shape: yuan in float32."""
    contracts, firms = prepared(folder)
    simulation = simulated(build_system(), contracts, firms)
    ids = pa.array(firms["party"].to_numpy(), pa.string())
    return pa.table({"party": ids, **{n: simulation.calculate(n, PERIOD) for n in SHAPES}})


def reforms(folder: Path, variants: list[dict[str, float]]) -> tuple[float, list[dict[str, float]]]:
    """Seconds for a reform and a simulation a variant, data frames prepared, and each shape's total in yuan."""
    contracts, firms = prepared(folder)
    system = build_system()
    started, found = time.perf_counter(), []
    for amounts in variants:
        simulation = simulated(_reform(amounts)(system), contracts, firms)
        found.append({n: float(simulation.calculate(n, PERIOD).sum(dtype=np.float64)) for n in SHAPES})
    return time.perf_counter() - started, found


def _reform(amounts: dict[str, float]) -> type[Reform]:
    def modify(node: ParameterNode) -> ParameterNode:
        for child, value in ((node.a.first, "first"), (node.b.rate, "rate"), (node.f.cap, "lease_cap")):
            child.update(start=PERIOD, value=amounts[value])
        return node

    class Variant(Reform):
        def apply(self) -> None:
            self.modify_parameters(modifier_function=modify)

    return Variant
