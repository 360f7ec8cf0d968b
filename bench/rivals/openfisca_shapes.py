"""The eight shapes as an OpenFisca country package: contracts are its persons, firms its groups.

Money is yuan in float32, as OpenFisca has it. Registers other than the contracts come in as variables of the
firm, since OpenFisca knows one kind of member: they are counted and summed beforehand, in the time measured.
Runs in its own virtual environment; imports nothing of this project.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openfisca_core.entities import build_entity
from openfisca_core.periods import YEAR
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

FIRST, LAST, AS_OF = date(2023, 1, 1), date(2023, 12, 31), date(2024, 3, 31)
PERIOD = "2023"
CODES = ["title", "recognition_kind", "contract_type", "level"]
Contract = build_entity(key="contract", plural="contracts", label="Contract", is_person=True)
Firm = build_entity(
    key="firm", plural="firms", label="Firm", roles=[{"key": "member", "plural": "members", "label": "Contracts"}]
)


def variable(name: str, entity: object, formula: object = None, value_type: type = float) -> type:
    """A variable of one year; without a formula it is an input."""
    own = {"value_type": value_type, "entity": entity, "definition_period": YEAR, "label": name}
    return type(name, (Variable,), {**own, "formula": formula} if formula else own)


def total(firm, values: np.ndarray) -> np.ndarray:
    """Sums by firm. OpenFisca's own end at the last firm that has a contract; the others have none."""
    sums = firm.sum(values)
    return np.pad(sums, (0, firm.count - len(sums)))


AMOUNTS = {"first": 200_000, "rate": 0.05, "lease_cap": 500_000}  # what reforms change


def formulas(amounts: dict[str, float]) -> dict[str, object]:
    """The shapes with these amounts."""

    def a(firm, period):
        kind = firm("recognition", period)
        return (kind == 1) * amounts["first"] + (kind == 2) * 100_000

    def b(firm, period):
        c = firm.members
        base = c("paid", period) * (c("kind", period) == 1) * c("filed", period)
        return np.minimum(amounts["rate"] * total(firm, base), 300_000)

    def c(firm, period):
        c = firm.members
        made = total(firm, c("paid", period) * (c("kind", period) == 1))
        served = total(firm, c("paid", period) * (c("kind", period) == 2))
        return np.minimum(0.015 * made, 500_000) + np.minimum(0.001 * served, 200_000)

    def d(firm, period):
        return firm("national_platforms", period) * 2_000_000 + firm("province_platforms", period) * 1_000_000

    def e(firm, period):
        return np.minimum(firm("graduates", period) * 100_000, 1_000_000)

    def f(firm, period):
        return np.minimum(np.minimum(0.1 * firm("rent", period), 0.2 * firm("service_fee", period)),
                          amounts["lease_cap"])  # fmt: skip

    def g(firm, period):
        return np.maximum(firm("shape_b", period), firm("shape_c", period))

    def h(firm, period):
        b, c = firm("shape_b", period), firm("shape_c", period)
        kept = np.where(b >= c, b, 0)
        asked = kept.sum()
        return kept * (10_000_000 / asked if asked > 10_000_000 else 1)

    return {"shape_a": a, "shape_b": b, "shape_c": c, "shape_d": d, "shape_e": e, "shape_f": f, "shape_g": g,
            "shape_h": h}  # fmt: skip


SHAPES = tuple(formulas(AMOUNTS))
FIRM_INPUTS = {"recognition": int, "national_platforms": int, "province_platforms": int, "graduates": int,
               "rent": float, "service_fee": float}  # fmt: skip


def build_system(amounts: dict[str, float]) -> TaxBenefitSystem:
    system = TaxBenefitSystem([Contract, Firm])
    for name, kind in (("paid", float), ("kind", int), ("filed", bool)):
        system.add_variable(variable(name, Contract, value_type=kind))
    for name, kind in FIRM_INPUTS.items():
        system.add_variable(variable(name, Firm, value_type=kind))
    for name, formula in formulas(amounts).items():
        system.add_variable(variable(name, Firm, formula))
    return system


def read(folder: Path, register: str, day: str, columns: list[str]) -> pa.Table:
    """Columns of the rows of the year that were recorded in time."""
    table = pq.read_table(folder / f"{register}.parquet", columns=[*columns, day, "recorded_at"], read_dictionary=CODES)
    on, known = table[day], table["recorded_at"]
    within = pc.and_(pc.greater_equal(on, pa.scalar(FIRST)), pc.less_equal(on, pa.scalar(LAST)))
    return table.filter(pc.and_(within, pc.or_kleene(pc.is_null(known), pc.less_equal(known, pa.scalar(AS_OF)))))


def is_in(column: pa.ChunkedArray, *codes: str) -> np.ndarray:
    array = column.unify_dictionaries().combine_chunks()
    member = np.append(pc.is_in(array.dictionary, pa.array(codes)).to_numpy(zero_copy_only=False), False)
    return member[array.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


def inputs(folder: Path) -> tuple[pa.Array, list[np.ndarray], dict[str, pa.Table]]:
    """All firms, the index of each register's rows among them, and the registers."""
    tables = {
        "contract_payment": read(
            folder, "contract_payment", "paid_on", ["party_id", "contract_type", "filed", "amount"]
        ),
        "qualification": read(
            folder, "qualification", "issued_on", ["party_id", "title", "recognition_kind", "fact_id"]
        ),
        "innovation_platform": read(folder, "innovation_platform", "approved_on", ["party_id", "level"]),
        "incubation": read(folder, "incubation", "left_on", ["party_id"]),
        "instrument_lease": read(folder, "instrument_lease", "settled_on", ["party_id", "rent", "service_fee"]),
    }
    together = pa.chunked_array([c for t in tables.values() for c in t["party_id"].chunks])
    coded = together.combine_chunks().dictionary_encode()
    codes = coded.indices.to_numpy()
    ends = np.cumsum([t.num_rows for t in tables.values()])
    return coded.dictionary, np.split(codes, ends[:-1]), tables


def recognition(table: pa.Table, party: np.ndarray, size: int) -> np.ndarray:
    """1 first, 2 again, 0 nothing: the latest title decides."""
    own = is_in(table["title"], "hnte")
    on = table["issued_on"].cast(pa.int32()).to_numpy()
    order = np.lexsort((pc.rank(table["fact_id"].combine_chunks()).to_numpy(), on))
    order = order[own[order]]
    kind = is_in(table["recognition_kind"], "first") * 1 + is_in(table["recognition_kind"], "again") * 2
    latest = np.zeros(size, np.int32)
    latest[party[order]] = kind[order]
    return latest


def prepared(folder: Path) -> tuple[pa.Array, np.ndarray, dict[str, np.ndarray]]:
    """The firms, the firm of each contract, and the values of all inputs."""
    firms, (contract, title, platform, graduate, lease), tables = inputs(folder)
    size, members = len(firms), tables["contract_payment"]
    made, served = (
        is_in(members["contract_type"], *c) for c in (("development", "transfer"), ("consulting", "service"))
    )
    rents = {n: tables["instrument_lease"][n].fill_null(0).to_numpy() / 100 for n in ("rent", "service_fee")}
    levels = tables["innovation_platform"]["level"]
    return firms, contract, {
        "paid": (members["amount"].to_numpy() / 100).astype(np.float32),
        "kind": made * 1 + served * 2,
        "filed": members["filed"].fill_null(False).to_numpy(),
        "recognition": recognition(tables["qualification"], title, size),
        "national_platforms": np.bincount(platform[is_in(levels, "national")], minlength=size),
        "province_platforms": np.bincount(platform[is_in(levels, "province")], minlength=size),
        "graduates": np.bincount(graduate, minlength=size),
        **{n: np.bincount(lease, v, size).astype(np.float32) for n, v in rents.items()},
    }  # fmt: skip


def simulated(system: TaxBenefitSystem, size: int, contract: np.ndarray, values: dict[str, np.ndarray]):
    """A simulation with its inputs; nothing is calculated yet."""
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("contract", np.arange(len(contract)))
    group = builder.declare_entity("firm", np.arange(size))
    # Not `join_with_persons`: it puts sums in the wrong place as soon as one firm has no contract.
    group.members_entity_id = contract
    group.members_role = np.full(len(contract), Firm.flattened_roles[0])
    simulation = builder.build(system)
    for name, value in values.items():
        simulation.set_input(name, PERIOD, value)
    return simulation


def run(folder: Path) -> pa.Table:
    """Per firm and shape: yuan in float32."""
    firms, contract, values = prepared(folder)
    simulation = simulated(build_system(AMOUNTS), len(firms), contract, values)
    return pa.table({"party": firms, **{n: simulation.calculate(n, PERIOD) for n in SHAPES}})


def reforms(folder: Path, variants: list[dict[str, float]]) -> tuple[float, list[dict[str, float]]]:
    """Seconds for all variants of one simulation that holds its inputs, and the total of each shape in yuan.

    The amounts are changed under the formulas and what they gave is forgotten: nothing is set up again.
    """
    firms, contract, values = prepared(folder)
    amounts = dict(AMOUNTS)
    simulation = simulated(build_system(amounts), len(firms), contract, values)
    started, found = time.perf_counter(), []
    for changed in variants:
        amounts.update(changed)
        for name in SHAPES:
            simulation.delete_arrays(name, PERIOD)
        found.append({n: float(simulation.calculate(n, PERIOD).sum(dtype=np.float64)) for n in SHAPES})
    return time.perf_counter() - started, found
