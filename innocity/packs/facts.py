"""A folder of facts: `<register>.parquet` or `.csv` and `manifest.json`.

    facts = read_facts(folder, pack)
    facts.tables["qualification"]        # an Arrow table with the register's columns and types

Writing is atomic: a folder appears whole under its name, or not at all.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from innocity.core.canonical import canonical_json, combine_hashes
from innocity.core.dates import parse_date
from innocity.core.errors import ErrorList, InnoCityError, InvalidValue, Place
from innocity.packs.facts_columns import (
    arrow_schema,
    check_values,
    empty_table,
    fit_columns,
    fit_types,
    sort_by_id,
    table_hash,
)
from innocity.packs.facts_text import read_csv
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Register

FORMAT = 1
ROW_GROUP = 122_880
SUFFIXES = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What the manifest says of a register's file."""

    rows: int
    hash: str | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """`manifest.json`; `pack` and the hashes are missing where an office wrote the folder by hand."""

    city: str
    simulated: bool
    as_of: date
    pack: str | None = None
    registers: dict[str, RegisterEntry] = field(default_factory=dict)
    hash: str | None = None

    def as_json(self) -> str:
        """The manifest's text: canonical JSON, so that equal snapshots are equal files."""
        registers = {
            name: {"rows": e.rows, "hash": e.hash, "revision": e.revision} for name, e in self.registers.items()
        }
        content = {
            "format": FORMAT,
            "city": self.city,
            "simulated": self.simulated,
            "as_of": self.as_of,
            "pack": self.pack,
            "registers": registers,
            "hash": self.hash,
        }
        return canonical_json(content) + "\n"


@dataclass(frozen=True, slots=True)
class Facts:
    """Typed tables by register (every register of the pack, absent ones empty) and the manifest."""

    tables: dict[str, pa.Table]
    manifest: Manifest
    warnings: tuple[InnoCityError, ...] = ()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a facts folder. Errors: E-FACTS-FOLDER, E-FACTS-MANIFEST."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise not_facts(folder)
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return _manifest(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = error.message if isinstance(error, InvalidValue) else f"{type(error).__name__} {error}"
        text = f"manifest.json 不对：{reason}"
        remedy = "写成 {format: 1, city, simulated, as_of, pack, registers, hash} 的 JSON"
        raise InnoCityError("E-FACTS-MANIFEST", text, Place("manifest.json"), remedy) from None


def not_facts(folder: Path, city: str = "城市") -> InnoCityError:
    """E-FACTS-FOLDER for a folder without a manifest, saying what makes a facts folder of it."""
    text = f"“{folder.name}”不是事实文件夹"
    if folder.is_dir() and any(p.suffix in SUFFIXES for p in folder.iterdir()):
        text += "：有数据文件，没有 manifest.json"
        remedy = f"先转成事实文件夹：innocity convert {city} {folder} 新文件夹 --as-of 事实截至的日期"
    else:
        remedy = "文件夹里要有 manifest.json 和各登记簿的 .parquet 或 .csv"
    return InnoCityError("E-FACTS-FOLDER", text, None, remedy)


def _manifest(data: Any) -> Manifest:
    if data["format"] != FORMAT:
        raise ValueError(f"format {data['format']}")
    if not isinstance(data["city"], str) or not isinstance(data["simulated"], bool):
        raise TypeError("city, simulated")
    entries = {
        str(name): RegisterEntry(int(e["rows"]), e.get("hash"), int(e.get("revision", 1)))
        for name, e in (data.get("registers") or {}).items()
    }
    return Manifest(
        data["city"],
        data["simulated"],
        parse_date(str(data["as_of"])),
        data.get("pack"),
        entries,
        data.get("hash"),
    )


def register_files(folder: Path, registers: Mapping[str, Register]) -> dict[str, Path]:
    """The file of each register that has one. Errors, together: E-FACTS-REGISTER."""
    errors = ErrorList()
    files: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix not in SUFFIXES or not path.is_file():
            continue
        place = Place(path.name)
        if path.stem not in registers:
            remedy = suggest(path.stem, set(registers))
            errors.add("E-FACTS-REGISTER", f"没有登记簿 {path.stem}", place, remedy)
        elif path.stem in files:
            remedy = "留下一个"
            errors.add("E-FACTS-REGISTER", f"登记簿 {path.stem} 有 csv 与 parquet 两个文件", place, remedy)
        else:
            files[path.stem] = path
    errors.raise_if_any()
    return files


def read_facts(folder: Path, pack: Pack, *, verify: bool = False, manifest: Manifest | None = None) -> Facts:
    """Read and check a facts folder against the pack's registers and code lists.

    `verify` also recomputes the hashes of the manifest; `manifest` stands in for a file of that name. All errors
    are raised together; registers without rows are warnings. Errors: E-FACTS-*.
    """
    manifest = manifest or read_manifest(folder)
    errors = ErrorList()
    if manifest.city != pack.city.id:
        text = f"事实属于 {manifest.city}，城市包是 {pack.city.id}"
        errors.add("E-FACTS-MANIFEST", text, Place("manifest.json"), "换一个事实文件夹或城市")
    files = register_files(folder, pack.registers)
    tables: dict[str, pa.Table] = {}
    for name, register in pack.registers.items():
        table = read_register(files[name], register, pack, errors) if name in files else None
        tables[name] = empty_table(register) if table is None else table
        _check_entry(name, name in files, tables[name], register, manifest, verify, errors)
    if verify and manifest.hash is not None:
        hashes = {name: entry.hash or "" for name, entry in manifest.registers.items()}
        if combine_hashes(hashes) != manifest.hash:
            errors.add("E-FACTS-HASH", "清单的总摘要与各登记簿的不符", Place("manifest.json"), "重新生成清单")
    errors.raise_if_any()
    return Facts(tables, manifest, tuple(errors.warnings))


def read_register(path: Path, register: Register, pack: Pack, errors: ErrorList) -> pa.Table | None:
    """One register's file as a checked table, or None with what is wrong in `errors`."""
    csv = path.suffix == ".csv"
    table = (read_csv if csv else _read_parquet)(path, register, errors)
    if table is None:
        return None

    def row_place(row: int, column: str) -> Place:
        return Place(path.name, row + 2 if csv else None, path=f"{column}，第 {row + 1} 行")

    before = len(errors.errors)
    check_values(table, register, pack.codes, errors, row_place)
    if table.num_rows == 0:
        errors.warn("W-FACTS-EMPTY", f"登记簿 {register.id} 没有行", Place(path.name))
    return table if len(errors.errors) == before else None


def _read_parquet(path: Path, register: Register, errors: ErrorList) -> pa.Table | None:
    place = Place(path.name)
    try:
        table = pq.read_table(path)
    except (pa.ArrowInvalid, OSError) as error:
        text = f"{path.name} 不是完整的 Parquet 文件：{str(error).splitlines()[0]}"
        errors.add("E-FACTS-TYPE", text, place, "重新导出")
        return None
    fitted = fit_columns(table, register, errors, place)
    return None if fitted is None else fit_types(fitted, register, errors, place)


def _check_entry(
    name: str,
    present: bool,
    table: pa.Table,
    register: Register,
    manifest: Manifest,
    verify: bool,
    errors: ErrorList,
) -> None:
    """A register against what the manifest says of it."""
    entry = manifest.registers.get(name)
    place = Place("manifest.json", path=f"registers.{name}")
    if entry is None:
        return
    if entry.rows and not present:
        errors.add("E-FACTS-FOLDER", f"清单里有登记簿 {name}，文件却不在", place, "补上文件或改清单")
    elif any(error.severity == "error" for error in errors):
        return
    elif entry.rows != table.num_rows:
        text = f"登记簿 {name} 有 {table.num_rows} 行，清单写 {entry.rows} 行"
        errors.add("E-FACTS-HASH", text, place, "重新生成清单")
    elif verify and entry.hash is not None and table_hash(table, register) != entry.hash:
        errors.add("E-FACTS-HASH", f"登记簿 {name} 的内容与清单的摘要不符", place, "重新生成清单")


def write_facts(
    folder: Path,
    tables: Mapping[str, pa.Table],
    pack: Pack,
    *,
    as_of: date,
    simulated: bool,
    overwrite: bool = False,
) -> Manifest:
    """Write tables as Parquet, rows ordered by `fact_id`, with a manifest; return it.

    Tables must have the registers' columns and types (`arrow_schema`); values are checked too. Errors:
    E-FACTS-EXISTS unless `overwrite`, E-FACTS-REGISTER, E-FACTS-COLUMN-*, E-FACTS-TYPE and those of values.
    """
    if folder.exists() and not overwrite:
        remedy = "换一个名字，或允许覆盖"
        raise InnoCityError("E-FACTS-EXISTS", f"文件夹 {folder.name} 已存在", None, remedy)
    ready = _ready(tables, pack)
    temporary = folder.parent / f".{folder.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        manifest = _write_all(temporary, ready, pack, as_of, simulated)
        put_in_place(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return manifest


def _ready(tables: Mapping[str, pa.Table], pack: Pack) -> dict[str, pa.Table]:
    """Tables checked and in order."""
    errors = ErrorList()
    ready: dict[str, pa.Table] = {}
    for name, table in tables.items():
        register = pack.registers.get(name)
        if register is None:
            errors.add("E-FACTS-REGISTER", f"没有登记簿 {name}", None, suggest(name, set(pack.registers)))
            continue
        place = Place(name)
        fitted = fit_columns(table, register, errors, place)
        typed = None if fitted is None else fit_types(fitted, register, errors, place)
        if typed is not None:
            check_values(typed, register, pack.codes, errors, lambda row, column: Place(path=column))
            ready[name] = sort_by_id(typed)
    errors.raise_if_any()
    return ready


def _write_all(folder: Path, tables: Mapping[str, pa.Table], pack: Pack, as_of: date, simulated: bool) -> Manifest:
    entries: dict[str, RegisterEntry] = {}
    for name, table in tables.items():
        register = pack.registers[name]
        path = folder / f"{name}.parquet"
        pq.write_table(table.cast(arrow_schema(register)), path, row_group_size=ROW_GROUP)
        entries[name] = RegisterEntry(table.num_rows, table_hash(table, register), register.revision)
    total = combine_hashes({name: entry.hash or "" for name, entry in entries.items()})
    manifest = Manifest(pack.city.id, simulated, as_of, pack.hash, entries, total)
    (folder / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")
    return manifest


def put_in_place(new: Path, folder: Path) -> None:
    """Put `new` in the place of `folder`; an old folder stays until the new one stands."""
    if not folder.exists():
        new.rename(folder)
        return
    old = folder.parent / f".{folder.name}.{os.getpid()}.old"
    folder.rename(old)
    new.rename(folder)
    shutil.rmtree(old)


def convert_facts(
    source: Path, target: Path, pack: Pack, *,
    as_of: date | None = None, simulated: bool = False, overwrite: bool = False,
) -> Manifest:  # fmt: skip
    """A folder of CSV (or mixed) files as a folder of Parquet with hashes.

    A source without a manifest needs `as_of`, the day to which it tells what was recorded. Errors: E-FACTS-*;
    E-FACTS-FOLDER where no register has a file, E-FACTS-MANIFEST where the day is missing or another one.
    """
    manifest = _manifest_of(source, pack, as_of, simulated)
    present = set(register_files(source, pack.registers))
    if not present:
        remedy = "放进至少一个 <登记簿>.csv 或 <登记簿>.parquet"
        raise InnoCityError("E-FACTS-FOLDER", f"“{source.name}”里没有任何登记簿的文件", None, remedy)
    facts = read_facts(source, pack, manifest=manifest)
    tables = {name: table for name, table in facts.tables.items() if name in present}
    return write_facts(
        target,
        tables,
        pack,
        as_of=facts.manifest.as_of,
        simulated=facts.manifest.simulated,
        overwrite=overwrite,
    )


def _manifest_of(source: Path, pack: Pack, as_of: date | None, simulated: bool) -> Manifest:
    """The manifest of a folder, or one for a folder that has none."""
    if not source.is_dir():
        raise not_facts(source, pack.city.id)
    if not (source / "manifest.json").is_file():
        if as_of is None:
            remedy = "加 --as-of 日期，说明这份事实登记到哪一天；模拟数据再加 --simulated"
            raise InnoCityError("E-FACTS-MANIFEST", f"“{source.name}”没有 manifest.json", Place(source.name), remedy)
        return Manifest(pack.city.id, simulated, as_of)
    manifest = read_manifest(source)
    if as_of not in (None, manifest.as_of) or (simulated and not manifest.simulated):
        text = f"manifest.json 写的是 {manifest.as_of}、{'模拟' if manifest.simulated else '非模拟'}，与命令不同"
        raise InnoCityError("E-FACTS-MANIFEST", text, Place("manifest.json"), "改清单，或不写 --as-of 和 --simulated")
    return manifest
