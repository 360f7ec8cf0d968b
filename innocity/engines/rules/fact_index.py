"""Registers sorted by what they are looked up by: one party's facts without reading the city.

Beside the facts stands a folder `.index/<key>/` of Arrow files that are mapped into memory, not read:

    <register>.arrow            its rows in the columns that clauses may read, sorted by party_id and fact_id
    <register>.<column>.arrow   (key, row): places in the file above, sorted by another column

The key is taken over the snapshot's hash, the files' sizes and times and the registers' columns, so that other
facts have another index; what an earlier state left is removed. Files appear whole or not at all, and are equal
whoever writes them. Where the facts' folder cannot be written, the index lies in the user's own cache. Nothing is
lost with an index: it is made anew.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from innocity.core.canonical import sha256_text
from innocity.engines.rules.snapshot import Snapshot
from innocity.packs.facts import register_files
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.model import Pack, Register
from innocity.plan.duck import connect, open_facts
from innocity.plan.rows import Fact
from innocity.plan.scan import register_columns
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import quote

FORMAT = "1"
MEMORY = "512MB"  # what sorting may take; the rest is spilled beside the index
PARTY = "party_id"
KEPT = {"fact_id", PARTY, "valid_from", "valid_to", "recorded_at", "name"}
WHOLE = {"award", "decision"}  # registers that the engine itself reads
STALE = 3600  # seconds after which the index of an earlier state is removed
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
Progress = Callable[[str, int, int], None]
Way = tuple[str, str]  # a register and the column by which its rows are found


class Sorted:
    """Pieces of one table, sorted by one of its columns; missing keys stand last and are never found.

    Pieces hold some 100,000 rows, so that even of a large city's registers all first keys are at hand.
    """

    def __init__(self, batches: Iterable[pa.RecordBatch], column: str) -> None:
        self.batches = [b for b in batches if b.num_rows]
        self.keys = [b.column(column) for b in self.batches]
        self.known = [len(keys) - keys.null_count for keys in self.keys]
        self.starts = [0]
        for batch in self.batches:
            self.starts.append(self.starts[-1] + batch.num_rows)
        self.firsts = [keys[0].as_py() for keys, known in zip(self.keys, self.known, strict=True) if known]

    def slices(self, value: Any) -> Iterator[pa.RecordBatch]:
        """The rows with this key."""
        for i in range(max(0, bisect_left(self.firsts, value) - 1), len(self.firsts)):
            if self.firsts[i] > value:
                return
            keys, places = self.keys[i], range(self.known[i])
            low = bisect_left(places, value, key=_read_from(keys))
            high = bisect_right(places, value, low, key=_read_from(keys))
            if high > low:
                yield self.batches[i].slice(low, high - low)

    def at(self, rows: Iterable[int]) -> Iterator[pa.RecordBatch]:
        """Rows by their places in the whole."""
        wanted: dict[int, list[int]] = defaultdict(list)
        for row in rows:
            i = bisect_right(self.starts, row) - 1
            wanted[i].append(row - self.starts[i])
        for i, places in wanted.items():
            yield self.batches[i].take(pa.array(places, pa.int64()))


class FactIndex:
    """The registers of some facts, each sorted by party and by the other columns that are asked for.

    `folder` keeps what is built; without one (small facts, tests) it stays in memory.
    """

    def __init__(self, pack: Pack, facts: Path | Mapping[str, pa.Table], folder: Path | None = None) -> None:
        self.pack, self.facts, self.folder = pack, facts, folder
        self.words = words_of(pack)
        self.temporary: tempfile.TemporaryDirectory[str] | None = None  # removed with this object
        self._open: dict[Way, Sorted] = {}

    def prepare(self, ways: Iterable[Way], progress: Progress | None = None) -> None:
        """Build what is not there yet, registers before what points into them; then open all of it."""
        every = dict.fromkeys(w for register, column in ways for w in ((register, PARTY), (register, column)))
        ordered = sorted(every, key=lambda way: way[1] != PARTY)
        lacking = [way for way in ordered if way not in self._open and not self._is_built(way)]
        for done, way in enumerate(lacking):
            if progress:
                progress(self.pack.registers[way[0]].name, done, len(lacking))
            self._build(way)
        for way in ordered:
            self._opened(way)

    def find(self, register: str, column: str, values: Iterable[Any]) -> Iterator[Fact]:
        """Rows of a register whose column has one of these values, each row once for each value."""
        main = self._opened((register, PARTY))
        for value in values:
            if column == PARTY:
                batches = main.slices(value)
            else:
                found = self._opened((register, column)).slices(value)
                batches = main.at(row for piece in found for row in piece.column("row").to_pylist())
            for batch in batches:
                yield from batch.to_pylist()

    def everything(self, register: str) -> Iterator[Fact]:
        """All rows of a register."""
        for batch in self._opened((register, PARTY)).batches:
            yield from batch.to_pylist()

    # --- files ---------------------------------------------------------------------------------------------

    def _opened(self, way: Way) -> Sorted:
        if way not in self._open:
            path = self._path(way)
            if path is None or not path.is_file():
                self._build(way)
            if way not in self._open and path is not None:
                reader = pa.ipc.open_file(pa.memory_map(str(path)))
                batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
                self._open[way] = Sorted(batches, _key(way))
        return self._open[way]

    def _path(self, way: Way) -> Path | None:
        register, column = way
        name = f"{register}.arrow" if column == PARTY else f"{register}.{column}.arrow"
        return None if self.folder is None else self.folder / name

    def _is_built(self, way: Way) -> bool:
        path = self._path(way)
        return path is not None and path.is_file()

    def _build(self, way: Way) -> None:
        path = self._path(way)
        spill = None if path is None else path.parent / f".spill-{os.getpid()}"
        database = connect(memory=MEMORY, folder=spill)
        try:
            register, column = way
            if column == PARTY:
                open_facts(database, self.pack, self.facts, date.max, [register])
                names = ", ".join(map(quote, kept_columns(self.pack.registers[register], self.words)))
                query = f"SELECT {names} FROM {table_name(register)} ORDER BY {quote(PARTY)}, {quote('fact_id')}"
            else:
                database.connection.register("pairs", self._pairs(way))
                query = 'SELECT * FROM pairs WHERE "key" IS NOT NULL ORDER BY "key", "row"'
            reader = pa.RecordBatchReader.from_stream(database.connection.sql(query))  # row groups, never the whole
            if path is None:
                self._open[way] = Sorted(reader, _key(way))
            else:
                _write(path, reader)
        finally:
            database.close()
            if spill is not None:
                shutil.rmtree(spill, ignore_errors=True)

    def _pairs(self, way: Way) -> pa.RecordBatchReader:
        """A column with the places of its rows, piece by piece."""
        register, column = way
        main = self._opened((register, PARTY))
        kind = arrow_schema(self.pack.registers[register]).field(column).type
        schema = pa.schema([("key", kind), ("row", pa.int64())])

        def pieces() -> Iterator[pa.RecordBatch]:
            for start, batch in zip(main.starts, main.batches, strict=False):
                rows = pa.array(range(start, start + batch.num_rows), pa.int64())
                yield pa.record_batch([batch.column(column).cast(kind), rows], schema=schema)

        return pa.RecordBatchReader.from_batches(schema, pieces())


def _read_from(keys: pa.Array) -> Callable[[int], Any]:
    return lambda place: keys[place].as_py()


def _key(way: Way) -> str:
    return PARTY if way[1] == PARTY else "key"


def _write(path: Path, reader: pa.RecordBatchReader) -> None:
    """A file that appears whole under its name, or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, reader.schema) as writer:
            for batch in reader:
                writer.write_batch(batch)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


# --- what it holds -------------------------------------------------------------------------------------------


def words_of(pack: Pack) -> set[str]:
    """Every word of the pack's clauses, rules and exclusions that may be a column's name."""
    found: set[str] = set()

    def read(value: Any) -> None:
        if isinstance(value, str):
            found.update(_WORD.findall(value))
        elif isinstance(value, Mapping):
            for item in value.items():
                read(item)
        elif isinstance(value, (list, tuple)):
            for item in value:
                read(item)

    for model in (*pack.clauses.values(), *pack.rules.values(), *pack.exclusions):
        read(model.model_dump())
    return found


def kept_columns(register: Register, words: set[str]) -> list[str]:
    """The columns that some clause may read, and those that the engine itself does."""
    columns = list(register_columns(register))
    return columns if register.id in WHOLE else [c for c in columns if c in KEPT or c in words]


# --- where it lies -------------------------------------------------------------------------------------------


def open_index(snapshot: Snapshot, pack: Pack) -> FactIndex:
    """The index of a snapshot, beside its facts or in the user's cache; nothing is built yet."""
    key = index_key(snapshot, pack)
    for parent in _places(snapshot.folder):
        try:
            folder = parent / key
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if not os.access(folder, os.W_OK):
                continue
        except OSError:
            continue
        _forget(parent, key)
        return FactIndex(pack, snapshot.facts, folder)
    temporary = tempfile.TemporaryDirectory(prefix="innocity-index-")
    index = FactIndex(pack, snapshot.facts, Path(temporary.name))
    index.temporary = temporary
    return index


def index_key(snapshot: Snapshot, pack: Pack) -> str:
    """What an index depends on, as a short name."""
    parts, words = [FORMAT, snapshot.hash], words_of(pack)
    for name, path in sorted(register_files(snapshot.folder, pack.registers).items()):
        found = path.stat()
        parts += [name, str(found.st_size), str(found.st_mtime_ns), *kept_columns(pack.registers[name], words)]
    return sha256_text("\n".join(parts))[:16]


def _places(facts: Path) -> Iterator[Path]:
    """Beside the facts; else the user's cache, in a folder for these facts alone (they may name persons)."""
    yield facts / ".index"
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    yield Path(cache) / "innocity" / "index" / sha256_text(str(facts.resolve()))[:16]


def _forget(parent: Path, key: str) -> None:
    """Remove the indexes of earlier states, but none that another program may be building."""
    for old in parent.iterdir():
        if old.name != key and old.is_dir() and old.stat().st_mtime < time.time() - STALE:
            shutil.rmtree(old, ignore_errors=True)
