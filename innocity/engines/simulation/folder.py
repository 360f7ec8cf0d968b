"""A simulated city as a folder of facts.

simulate(load_pack("weihai"), scale=1, seed=7, out=Path("var/weihai"))
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from innocity.core.errors import InnoCityError
from innocity.engines.simulation import (
    activities,
    contracts,
    finance,
    governance,
    grants,
    organizations,
    people,
    places,
    platforms,
    research,
    services,
    settlements,
    titles,
)
from innocity.engines.simulation.draws import Draws
from innocity.engines.simulation.figures import FIRMS, Figures, load_figures
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import rounded
from innocity.engines.simulation.tables import Table
from innocity.engines.simulation.writer import RegisterWriter, write_manifest
from innocity.packs.facts import Manifest, RegisterEntry, put_in_place
from innocity.packs.model import Pack

CHUNK = 1 << 17  # units made at a time: bounds the memory, not the result
#: Called with the register, the units made so far and the units of the whole city.
Progress = Callable[[str, int, int], None]
_MODULES = (
    organizations, people, titles, platforms, contracts, research, grants, settlements, finance,
    services, activities, places, governance,
)  # fmt: skip


def simulate(
    pack: Pack,
    scale: float | Fraction = 1,
    seed: int = 7,
    firms: int | None = None,
    *,
    out: Path,
    years: tuple[int, int] | None = None,
    figures: Figures | None = None,
    progress: Progress | None = None,
    overwrite: bool = False,
    chunk: int = CHUNK,
) -> Manifest:
    """Write a simulated city to the folder `out` and return its manifest.

    `scale` 1 is 60,000 firms; `firms` gives their number directly. `years` (first, last) defaults to
    those of the city's `simulation.yaml`, from which `figures` are read unless given. The same pack,
    size, seed and years give the same bytes, whatever `chunk` is. The folder appears whole or not at
    all. Errors: E-FACTS-EXISTS unless `overwrite`, E-FACTS-VALUE, E-FILE-MISSING, E-PACK-*.
    """
    if out.exists() and not overwrite:
        raise InnoCityError("E-FACTS-EXISTS", f"文件夹 {out.name} 已存在", remedy="换一个名字，或允许覆盖")
    city = simulated_city(pack, scale, seed, firms, years=years, figures=figures)
    temporary = out.parent / f".{out.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        entries = _write_registers(city, temporary, progress, chunk)
        manifest = write_manifest(temporary, city, entries)
        put_in_place(temporary, out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return manifest


def simulated_city(
    pack: Pack,
    scale: float | Fraction = 1,
    seed: int = 7,
    firms: int | None = None,
    *,
    years: tuple[int, int] | None = None,
    figures: Figures | None = None,
) -> SimulatedCity:
    """The simulated city before any row is written: who its parties are, how many of what."""
    known = figures or load_figures(Path(pack.root))
    number = rounded(Fraction(scale).limit_denominator(10**6) * FIRMS) if firms is None else firms
    return SimulatedCity(pack, known, Draws(seed), number, years or known.years)


def city_tables(city: SimulatedCity) -> dict[str, list[Table]]:
    """The parts of every register of the pack; registers that are not simulated have none."""
    parts: dict[str, list[Table]] = {name: [] for name in city.pack.registers}
    for module in _MODULES:
        for table in module.tables(city):
            if table.register in parts:
                parts[table.register].append(table)
    return parts


def _write_registers(
    city: SimulatedCity, folder: Path, progress: Progress | None, chunk: int
) -> dict[str, RegisterEntry]:
    parts = city_tables(city)
    whole = sum(table.units for tables in parts.values() for table in tables)
    done = 0
    entries = {}
    for name, tables in parts.items():
        with RegisterWriter(folder, city.pack.registers[name], city) as writer:
            for table in tables:
                for start in range(0, table.units, chunk):
                    stop = min(start + chunk, table.units)
                    writer.write(table.rows(city, start, stop), punctual=table.punctual)
                    done += stop - start
                    if progress:
                        progress(name, done, whole)
        entries[name] = writer.entry
    return entries
