"""The eight shapes by hand in Polars: Parquet in, awards out, exact to the fen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa

FIRST, LAST, AS_OF = date(2023, 1, 1), date(2023, 12, 31), date(2024, 3, 31)
WAN = 1_000_000  # fen
POOL = 1000 * WAN
COLUMNS = ["clause", "object", "party", "computed", "after_group", "after_pool"]


def rows(folder: Path, register: str, day: str) -> pl.LazyFrame:
    """Rows of the year that were recorded in time."""
    known = pl.col("recorded_at").is_null() | (pl.col("recorded_at") <= AS_OF)
    return pl.scan_parquet(folder / f"{register}.parquet").filter(pl.col(day).is_between(FIRST, LAST) & known)


def rate(base: pl.Expr, numerator: int, denominator: int) -> pl.Expr:
    """Half up to the fen."""
    return (2 * base * numerator + denominator) // (2 * denominator)


def plain(frame: pl.LazyFrame, clause: str, party: str = "party_id", key: str = "party_id") -> pl.LazyFrame:
    """Awards that neither group nor pool touches; the sum stands in `fen`."""
    fen = pl.col("fen")
    return frame.select(
        pl.lit(clause).alias("clause"), pl.col(key).alias("object"), pl.col(party).alias("party"),
        fen.alias("computed"), fen.alias("after_group"), fen.alias("after_pool"),
    )  # fmt: skip


def shape_a(folder: Path) -> pl.LazyFrame:
    kind = pl.col("recognition_kind").sort_by("issued_on", "fact_id").last()
    fen = pl.when(kind == "first").then(20 * WAN).when(kind == "again").then(10 * WAN).cast(pl.Int64)
    titles = rows(folder, "qualification", "issued_on").filter(pl.col("title") == "hnte")
    return plain(titles.group_by("party_id").agg(fen=fen).filter(pl.col("fen").is_not_null()), "shape_a")


def shape_d(folder: Path) -> pl.LazyFrame:
    level = pl.col("level")
    fen = pl.when(level == "national").then(200 * WAN).when(level == "province").then(100 * WAN).cast(pl.Int64)
    platforms = rows(folder, "innovation_platform", "approved_on").with_columns(fen=fen)
    return plain(platforms.filter(pl.col("fen").is_not_null()), "shape_d", key="platform_id")


def shape_e(folder: Path) -> pl.LazyFrame:
    fen = pl.min_horizontal(pl.len().cast(pl.Int64) * 10 * WAN, pl.lit(100 * WAN, pl.Int64))
    return plain(rows(folder, "incubation", "left_on").group_by("party_id").agg(fen=fen), "shape_e")


def shape_f(folder: Path) -> pl.LazyFrame:
    rent, fee = rate(pl.col("rent").sum(), 10, 100), rate(pl.col("service_fee").sum(), 20, 100)
    fen = pl.min_horizontal(rent, fee, pl.lit(50 * WAN, pl.Int64))
    return plain(rows(folder, "instrument_lease", "settled_on").group_by("party_id").agg(fen=fen), "shape_f")


def shapes_b_c(folder: Path) -> pl.DataFrame:
    """One row a party: what b and c come to, and what the group leaves of them."""
    made = pl.col("contract_type").is_in(["development", "transfer"])
    served = pl.col("contract_type").is_in(["consulting", "service"])
    filed = made & pl.col("filed").fill_null(False)
    amount = pl.col("amount")
    sums = (
        rows(folder, "contract_payment", "paid_on").filter(made | served).group_by("party_id")
        .agg(b=amount.filter(filed).sum(), made=amount.filter(made).sum(), served=amount.filter(served).sum(),
             has_b=filed.any())
    )  # fmt: skip
    b = pl.min_horizontal(rate(pl.col("b"), 5, 100), pl.lit(30 * WAN, pl.Int64))
    c = pl.min_horizontal(rate(pl.col("made"), 15, 1000), pl.lit(50 * WAN, pl.Int64))
    c = c + pl.min_horizontal(rate(pl.col("served"), 1, 1000), pl.lit(20 * WAN, pl.Int64))
    wins = pl.col("has_b") & (pl.col("b") >= pl.col("c"))
    return (
        sums.with_columns(b=b, c=c)
        .with_columns(b_after=pl.when(wins).then("b").otherwise(0), c_after=pl.when(wins).then(0).otherwise("c"))
        .collect()
    )


def pro_rata(frame: pl.DataFrame) -> pl.DataFrame:
    """What the pool pays of `b_after`, by largest remainder, ties in the order of ids."""
    fen = pl.col("b_after")
    asked = int(frame["b_after"].sum())
    if asked <= POOL:
        return frame.with_columns(paid=fen)
    frame = frame.with_columns(paid=fen * POOL // asked, rest=fen * POOL % asked)
    left = POOL - int(frame["paid"].sum())
    if not left:
        return frame
    edge = frame["rest"].top_k(left).min()
    above = int((frame["rest"] > edge).sum())
    tied = frame.filter(pl.col("rest") == edge)["party_id"].sort()[: left - above].implode()
    more = (pl.col("rest") > edge) | ((pl.col("rest") == edge) & pl.col("party_id").is_in(tied))
    return frame.with_columns(paid=pl.col("paid") + more.cast(pl.Int64))


def run(folder: Path) -> pa.Table:
    """The awards as one table, in no order."""
    both = shapes_b_c(folder)
    b = pro_rata(both.filter("has_b")).lazy()
    party = pl.col("party_id")
    paid = [pl.col("b").alias("computed"), pl.col("b_after").alias("after_group"), pl.col("paid").alias("after_pool")]
    lost = [pl.col("c").alias("computed"), *(pl.col("c_after").alias(n) for n in COLUMNS[4:])]
    frames = [
        *(shape(folder) for shape in (shape_a, shape_d, shape_e, shape_f)),
        b.select(pl.lit("shape_b").alias("clause"), party.alias("object"), party.alias("party"), *paid),
        both.lazy().select(pl.lit("shape_c").alias("clause"), party.alias("object"), party.alias("party"), *lost),
    ]
    return pa.concat_tables([f.to_arrow() for f in pl.collect_all(frames)])
