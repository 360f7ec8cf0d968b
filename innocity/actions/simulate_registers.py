"""Fill the registers that lists and gradings of a simulated city read and that nobody has written yet.

Every row is invented and says so: the instance is a simulated one, ids and names say 模拟. Registers that clauses read
are left alone, so that nothing that anybody is owed changes; but for a few platforms approved long before the year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from innocity.actions.ledger import LEDGERS
from innocity.actions.record_facts import record_facts
from innocity.actions.recording import instance_of, table_from
from innocity.actions.simulate_exchange import Cast
from innocity.core.errors import ErrorList
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import registers_read
from innocity.engines.simulation.listings import TOPICS
from innocity.packs.model import Column, Pack, Register
from innocity.packs.territory import offered
from innocity.records import queries
from innocity.records.viewer import Viewer

ROWS = 12  # of each register; of what platforms report one row a platform, up to PLATFORMS
PLATFORMS = 80
_LEFT_ALONE = {*LEDGERS, "index_result"}  # places in other people's rankings are not made up
_SUMS = tuple(wan * 10**6 for wan in (10, 30, 50, 120, 300))
_OVER = ("ended", "left", "withdrawn", "exited", "released", "finished", "until", "ends", "due")  # how ends are called
_ABOVE_SCALE = 2000 * 10**6  # fen: 20 million yuan a year
_YEAR, _OLD = 365, 5  # days; years since the platforms of the system were approved


def simulate_registers(pack: Pack, viewer: Viewer, cast: Cast, *, seed: int = 7) -> int:
    """Write the rows, all or none; gives how many. Errors: E-FACTS-*, E-RECORDS-*."""
    day = instance_of(pack).as_of or date(pack.city.default_year, 12, 31)
    tables = {}
    _layer(pack, viewer, cast, day)
    platforms = _platforms(pack, viewer)
    for register in empty_registers(pack, viewer):
        number = min(len(platforms), PLATFORMS) if register.id == "platform_output" else ROWS
        rows = [_row(pack, register, n, cast, platforms, day, Random(f"{seed}|{register.id}|{n}"))
                for n in range(1, number + 1)]  # fmt: skip
        tables[register.id] = table_from(rows, register)
    record_facts(pack, viewer, tables, simulated=True)
    return sum(table.num_rows for table in tables.values())


def empty_registers(pack: Pack, viewer: Viewer) -> list[Register]:
    """The registers that a list reads, that no clause does, and in which nothing stands."""
    day = date(pack.city.default_year, 12, 31)
    read = set(registers_read(compile_rules(pack, day.year, day, {}, simulated=True)))
    filled = {one.register for one in queries.registers(viewer) if one.rows}
    wanted = dict.fromkeys(
        name for roster in pack.rosters.values()
        for name in (roster.register_, *(join.register_ for join in roster.join))
    )  # fmt: skip
    return [pack.registers[name] for name in wanted if name not in read | filled | _LEFT_ALONE]


def _layer(pack: Pack, viewer: Viewer, cast: Cast, day: date) -> None:
    """Platforms of the city's system of platforms, a few in each layer: graded, and too old to be paid for."""
    register, layers = pack.registers.get("innovation_platform"), pack.codes.get("platform_layer")
    if register is None or layers is None or register.column("system_layer") is None:
        return
    divisions = [code.id for code in pack.codes["division"].codes if code.id in {d.code for d in pack.city.divisions}]
    approved, rows = date(day.year - _OLD, 6, 1), list[dict[str, Any]]()
    for n, layer in enumerate(layers.codes * 2, 1):
        rows.append({
            "fact_id": f"innovation_platform-s{n:04d}", "party_id": cast.party("institute", n),
            "platform_id": f"模拟-S{n:02d}", "name": f"模拟{layer.name}{n:02d}", "type": "engineering_centre",
            "level": "city", "event": "filing", "division": divisions[n % max(1, len(divisions) - 1)],
            "chain": pack.codes["chain"].codes[n % 8].id, "approved_on": approved, "status": "active",
            "system_layer": layer.id, "valid_from": approved, "recorded_at": day, "source": "模拟",
        })  # fmt: skip
    record_facts(pack, viewer, {register.id: table_from(rows, register)}, simulated=True)


def _platforms(pack: Pack, viewer: Viewer) -> list[tuple[str, str]]:
    """(platform, who leads it) of the city's platforms, those that are graded first; each once."""
    register = pack.registers.get("innovation_platform")
    table = queries.register_table(viewer, register, ErrorList()) if register is not None else None
    rows = table.to_pylist() if table is not None else []
    rows.sort(key=lambda row: (not row.get("system_layer"), row.get("level") != "city", row["platform_id"]))
    found = {str(row["platform_id"]): str(row["party_id"]) for row in reversed(rows)}
    return list(found.items())[::-1]


def _row(
    pack: Pack, register: Register, n: int, cast: Cast, platforms: Sequence[tuple[str, str]], day: date, draw: Random
) -> dict[str, Any]:  # fmt: skip
    """The n-th row, from 1: days follow each other, ends are left open, the same key stands for the same thing."""
    platform, leader = platforms[(n - 1) % len(platforms)] if platforms else (f"模拟-{n:03d}", cast.firms[0])
    begun = day - timedelta(days=draw.randrange(60, _YEAR))
    values: dict[str, Any] = {}
    for place, column in enumerate(register.columns):
        if column.id == "platform_id":
            values[column.id] = platform
        elif column.type == "date":
            over = any(word in column.id for word in _OVER) and not column.required
            values[column.id] = None if over else begun + timedelta(days=min(place, 4) * 7)
        elif column.required or draw.random() < 0.85:
            values[column.id] = _value(pack, column, n, cast, day, draw)
    _agree(register, values, draw)
    party = f"P{n:07d}" if register.about == "person" else cast.firms[n % len(cast.firms)]
    own = leader if register.id in ("platform_output", "platform_project") and platforms else party
    return {
        **values, "fact_id": f"{register.id}-s{n:04d}", "party_id": own, "valid_from": begun, "valid_to": None,
        "recorded_at": day, "source": "模拟",
    }  # fmt: skip


def _agree(register: Register, values: dict[str, Any], draw: Random) -> None:
    """Values of one row that belong together: shares of a risk are a whole, a firm above scale has the output."""
    shares = [one.id for one in register.columns if one.id.endswith("_share") and one.max == 100]
    if len(shares) > 1:
        parts = [draw.randrange(1, 5) * 10 for _ in shares[1:]]
        values.update(zip(shares, [100 - sum(parts), *parts], strict=True))
        if values[shares[0]] < 0:
            values.update(dict.fromkeys(shares, 0) | {shares[0]: 100})
    if "above_scale" in values and "revenue" in {one.id for one in register.columns}:
        revenue = max(values.get("revenue") or 0, values.get("output_value") or 0)
        values["above_scale"] = revenue >= _ABOVE_SCALE


def _value(pack: Pack, column: Column, n: int, cast: Cast, day: date, draw: Random) -> Any:
    """An invented value of a column that is neither a day nor a platform."""
    if column.type == "code":
        codes = [one.id for one in offered(pack, column.codes) if one.id != pack.city.code]
        return draw.choice(codes)
    if column.type == "party":
        return cast.firms[draw.randrange(len(cast.firms))]
    if column.type == "money":
        return draw.choice(_SUMS)
    if column.type == "year":
        return day.year
    if column.type == "bool":
        return draw.random() < 0.6
    if column.type == "integer":
        most = int(column.max) if column.max is not None else 12
        return draw.randrange(60, 99) if most == 100 else draw.randrange(1, min(most, 12) + 1)
    return _text(column, n)


def _text(column: Column, n: int) -> str:
    """A text: a number for what is a key, a topic for what has a name."""
    if column.id.endswith("_no") or (column.help and "编号" in column.help) or "编号" in column.name:
        return f"模拟-{n:03d}"
    if column.id in ("name", "topic", "domain", "specialty", "text", "effect", "duty", "opinion", "finding"):
        return f"{TOPICS[n % len(TOPICS)]}{column.name}（模拟）"
    return f"模拟{column.name}{n % 4 + 1}"
