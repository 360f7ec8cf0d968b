"""The eight shapes by hand in NumPy: Parquet in, awards out, exact to the fen.

Written as one would for these shapes alone: only the columns needed are read, ids are coded once a
register, sums are int64.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
AS_OF = date(2024, 3, 31)
YUAN = 100
WAN = 10_000 * YUAN
POOL = 1000 * WAN
EPOCH = date(1970, 1, 1)
CODES = ["title", "recognition_kind", "contract_type", "level"]  # read as dictionaries, which is quicker
COLUMNS = ["clause", "object", "party", "computed", "after_group", "after_pool"]
Awards = dict[str, tuple[pa.Array, pa.Array, np.ndarray, np.ndarray, np.ndarray]]


def read(folder: Path, register: str, day: str, columns: list[str]) -> tuple[pa.Table, np.ndarray]:
    """Columns of a register and which rows count: dated in the year, recorded in time."""
    table = pq.read_table(folder / f"{register}.parquet", columns=[*columns, day, "recorded_at"], read_dictionary=CODES)
    first, last, limit = ((d - EPOCH).days for d in (FIRST, LAST, AS_OF))
    on = table[day].cast(pa.int32()).fill_null(-1).to_numpy()
    known = table["recorded_at"].cast(pa.int32()).fill_null(0).to_numpy() <= limit
    return table, (on >= first) & (on <= last) & known


def coded(column: pa.ChunkedArray) -> tuple[np.ndarray, pa.Array]:
    """Codes of a text column (-1: missing) and the texts."""
    array = column.combine_chunks().dictionary_encode()
    return array.indices.fill_null(-1).to_numpy(zero_copy_only=False), array.dictionary


def is_in(column: pa.ChunkedArray, *codes: str) -> np.ndarray:
    """Which rows have one of these codes; looked up in the dictionary, not row by row."""
    array = column.unify_dictionaries().combine_chunks()
    member = np.append(pc.is_in(array.dictionary, pa.array(codes)).to_numpy(zero_copy_only=False), False)
    return member[array.indices.fill_null(-1).to_numpy(zero_copy_only=False)]


def rate(base: np.ndarray, numerator: int, denominator: int) -> np.ndarray:
    """Half up to the fen; bases are below 2**53, so that the product fits."""
    return (2 * base * numerator + denominator) // (2 * denominator)


def total(codes: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    sums = np.zeros(size, np.int64)
    np.add.at(sums, codes, values)
    return sums


def shape_a(folder: Path) -> tuple[pa.Array, np.ndarray]:
    """The latest title of the year decides, by date and then fact id."""
    columns = ["party_id", "title", "recognition_kind", "fact_id"]
    table, counts = read(folder, "qualification", "issued_on", columns)
    table = table.filter(pa.array(counts & is_in(table["title"], "hnte")))
    party, names = coded(table["party_id"])
    on = table["issued_on"].cast(pa.int32()).to_numpy()
    fact = pc.rank(table["fact_id"].combine_chunks()).to_numpy()
    order = np.lexsort((fact, on))
    latest = np.full(len(names), -1)
    latest[party[order]] = order  # the last one written stays
    kind = table["recognition_kind"].take(pa.array(latest))
    fen = is_in(kind, "first") * (20 * WAN) + is_in(kind, "again") * (10 * WAN)
    keep = np.flatnonzero(fen)
    return names.take(pa.array(keep)), fen[keep]


def shapes_b_c(folder: Path) -> tuple[pa.Array, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Ids, sums of b and c, and which ids have either."""
    columns = ["party_id", "contract_type", "filed", "amount"]
    table, counts = read(folder, "contract_payment", "paid_on", columns)
    made = is_in(table["contract_type"], "development", "transfer")
    served = is_in(table["contract_type"], "consulting", "service")
    counts &= made | served
    party, names = coded(table["party_id"].filter(pa.array(counts)))
    made, served = made[counts], served[counts]
    filed = made & table["filed"].fill_null(False).to_numpy()[counts]
    amount, size = table["amount"].to_numpy()[counts], len(names)
    b = np.minimum(rate(total(party[filed], amount[filed], size), 5, 100), 30 * WAN)
    c = np.minimum(rate(total(party[made], amount[made], size), 15, 1000), 50 * WAN)
    c += np.minimum(rate(total(party[served], amount[served], size), 1, 1000), 20 * WAN)
    has_b = np.bincount(party[filed], minlength=size) > 0
    has_c = np.bincount(party[made | served], minlength=size) > 0
    return names, b, c, has_b, has_c


def shape_d(folder: Path) -> tuple[pa.Array, pa.Array, np.ndarray]:
    """Platforms are their own objects."""
    table, counts = read(folder, "innovation_platform", "approved_on", ["party_id", "platform_id", "level"])
    fen = is_in(table["level"], "national") * (200 * WAN) + is_in(table["level"], "province") * (100 * WAN)
    table = table.filter(pa.array(counts & (fen > 0)))
    kept = fen[counts & (fen > 0)]
    return table["platform_id"].combine_chunks(), table["party_id"].combine_chunks(), kept


def shape_e(folder: Path) -> tuple[pa.Array, np.ndarray]:
    table, counts = read(folder, "incubation", "left_on", ["party_id"])
    party, names = coded(table["party_id"].filter(pa.array(counts)))
    return names, np.minimum(np.bincount(party, minlength=len(names)) * (10 * WAN), 100 * WAN)


def shape_f(folder: Path) -> tuple[pa.Array, np.ndarray]:
    table, counts = read(folder, "instrument_lease", "settled_on", ["party_id", "rent", "service_fee"])
    table = table.filter(pa.array(counts))
    party, names = coded(table["party_id"])
    rent, fee = (total(party, table[n].fill_null(0).to_numpy(), len(names)) for n in ("rent", "service_fee"))
    return names, np.minimum(np.minimum(rate(rent, 10, 100), rate(fee, 20, 100)), 50 * WAN)


def pro_rata(fen: np.ndarray, names: pa.Array, pool: int) -> np.ndarray:
    """Shares of a pool by largest remainder, ties in the order of ids."""
    asked = int(fen.sum())
    if asked <= pool:
        return fen
    share = fen.astype(object) * pool // asked if int(fen.max()) * pool >= 2**63 else fen * pool // asked
    share = share.astype(np.int64)
    rest = fen * pool - share * asked
    left = pool - int(share.sum())
    if left:
        edge = np.partition(rest, len(rest) - left)[len(rest) - left]
        share[rest > edge] += 1
        tied = np.flatnonzero(rest == edge)
        order = np.argsort(pc.rank(names.take(pa.array(tied))).to_numpy())
        share[tied[order][: left - int((rest > edge).sum())]] += 1
    return share


def awards(folder: Path) -> Awards:
    """By clause: object, party, computed, after the group, after the pool."""
    found: Awards = {}
    for name, shape in {"shape_a": shape_a, "shape_e": shape_e, "shape_f": shape_f}.items():
        party, fen = shape(folder)
        found[name] = party, party, fen, fen, fen
    objects, party, fen = shape_d(folder)
    found["shape_d"] = objects, party, fen, fen, fen
    names, b, c, has_b, has_c = shapes_b_c(folder)
    b_wins = has_b & ((b >= c) | ~has_c)
    b_after, c_after = np.where(b_wins, b, 0), np.where(has_c & ~b_wins, c, 0)
    keep = pa.array(has_b)
    party = names.filter(keep)
    after = b_after[has_b]
    found["shape_b"] = party, party, b[has_b], after, pro_rata(after, party, POOL)
    party = names.filter(pa.array(has_c))
    found["shape_c"] = party, party, c[has_c], c_after[has_c], c_after[has_c]
    return found


def run(folder: Path) -> pa.Table:
    """The awards as one table, in no order."""
    parts = []
    for name, (objects, party, *fen) in awards(folder).items():
        clause = pa.DictionaryArray.from_arrays(np.zeros(len(party), np.int8), pa.array([name]))
        columns = [clause, objects, party, *(pa.array(f, pa.int64()) for f in fen)]
        parts.append(pa.table(columns, names=COLUMNS))
    return pa.concat_tables(parts, promote_options="default")
