"""A facts folder opened for a run: checked, with its hash, ready to be read as views."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from innocity.core.canonical import combine_hashes
from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.facts import Manifest, read_facts, read_manifest, register_files
from innocity.packs.facts_columns import arrow_schema, table_hash
from innocity.packs.model import Pack


@dataclass(frozen=True)
class Snapshot:
    """Facts of a city as at a day. `facts` is the folder itself, or the tables read and checked from it."""

    folder: Path
    facts: Path | dict[str, pa.Table]
    hash: str
    simulated: bool
    as_of: date
    warnings: tuple[InnoCityError, ...] = ()


def open_snapshot(folder: Path, pack: Pack, *, verify: bool = False) -> Snapshot:
    """Open a facts folder.

    A folder written by the program (Parquet with hashes in its manifest) is read in place after its
    columns, types and row counts are compared; `verify` also recomputes every hash. Any other folder is
    read and checked value by value. Errors: E-FACTS-*, all together.
    """
    manifest = read_manifest(folder)
    files = register_files(folder, pack.registers)
    written = manifest.hash is not None and all(p.suffix == ".parquet" for p in files.values())
    if written and not verify and all(n in manifest.registers for n in files):
        _check_files(files, manifest, pack)
        return Snapshot(folder, folder, manifest.hash or "", manifest.simulated, manifest.as_of)
    read = read_facts(folder, pack, verify=verify)
    tables = {name: read.tables[name] for name in files}
    hashes = {name: table_hash(table, pack.registers[name]) for name, table in tables.items()}
    return Snapshot(folder, tables, combine_hashes(hashes), manifest.simulated, manifest.as_of, read.warnings)


def _check_files(files: dict[str, Path], manifest: Manifest, pack: Pack) -> None:
    """Columns, types and row counts of each file, from its footer alone."""
    errors = ErrorList()
    if manifest.city != pack.city.id:
        errors.add(
            "E-FACTS-MANIFEST",
            f"事实属于 {manifest.city}，城市包是 {pack.city.id}",
            Place("manifest.json"),
            "换一个事实文件夹或城市",
        )
    for name, path in files.items():
        wanted, footer = arrow_schema(pack.registers[name]), pq.ParquetFile(path)
        found = footer.schema_arrow
        for field in wanted:
            index = found.get_field_index(field.name)
            if index < 0:
                errors.add(
                    "E-FACTS-COLUMN-MISSING",
                    f"{name} 缺少列 {field.name}",
                    Place(path.name),
                    "用当前城市包重新生成事实",
                )
            elif found.field(index).type != field.type:
                errors.add(
                    "E-FACTS-TYPE",
                    f"{name}.{field.name} 的类型是 {found.field(index).type}",
                    Place(path.name),
                    f"应为 {field.type}",
                )
        for extra in set(found.names) - set(wanted.names):
            errors.add("E-FACTS-COLUMN-EXTRA", f"{name} 多出列 {extra}", Place(path.name), "删去它，或把它加进登记表")
        if footer.metadata.num_rows != manifest.registers[name].rows:
            errors.add(
                "E-FACTS-HASH",
                f"{name} 有 {footer.metadata.num_rows} 行，清单写 {manifest.registers[name].rows} 行",
                Place(path.name),
                "重新生成事实与清单",
            )
    errors.raise_if_any()
