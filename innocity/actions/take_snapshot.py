"""Take a snapshot: the current facts as dated Parquet by register, in a facts folder named by its hash.

Only registers that changed since the last snapshot are read and written; the others are linked to its files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.db import transaction

from innocity.actions.adopt_check import columns_of
from innocity.actions.recording import instance_of
from innocity.core.canonical import combine_hashes
from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.facts import ROW_GROUP, Manifest, RegisterEntry
from innocity.packs.facts_columns import table_hash
from innocity.packs.model import Pack, Register
from innocity.records import queries, store
from innocity.records.models import Instance, RegisterState, Snapshot
from innocity.records.viewer import Viewer

_TRIES = 3  # how often registers that changed meanwhile are read again before writers have to wait
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot's folder and hash, and which registers had to be written; `new` is False where nothing changed."""

    folder: Path
    hash: str
    written: tuple[str, ...]
    rows: int
    new: bool


def take_snapshot(
    pack: Pack, viewer: Viewer, folder: Path, *, as_of: date | None = None, progress: Progress = lambda step: None
) -> Taken:
    """Write the current facts below `folder`, as `<as_of>-<hash>`.

    `as_of` is the day to which the facts tell: default today, of simulated facts their own last day. While it is
    read, others may go on writing: registers that they change are read again. Errors: E-RECORDS-*, E-FACTS-*.
    """
    if not viewer.sees_runs():
        raise InnoCityError("E-RECORDS-DENIED", "只有工作人员可以取快照", None, "登录有权限的账号")
    instance = instance_of(pack)
    day = as_of or (instance.as_of if instance.simulated else None) or store.today()
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f".{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    try:
        work = _Work(pack, viewer, temporary, _latest(viewer), progress)
        for _ in range(_TRIES):
            if not work.read_changed():
                break
        with transaction.atomic():
            store.next_entry()  # from here on nobody writes
            work.read_changed()
            return _finish(work, instance, day, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


class _Work:
    """The registers written so far, each with the version at which it was read."""

    def __init__(
        self, pack: Pack, viewer: Viewer, temporary: Path, before: Snapshot | None, progress: Progress
    ) -> None:
        self.pack, self.viewer, self.temporary, self.progress = pack, viewer, temporary, progress
        self.before = before
        self.done: dict[str, dict[str, Any]] = {}
        self.written: dict[str, None] = {}

    def read_changed(self) -> bool:
        """Write every register whose version is not the one read; whether there was any."""
        states = dict(RegisterState.objects.values_list("register", "version"))
        changed = [name for name in self.pack.registers if self._version(name) != states.get(name, 0)]
        for name in changed:
            self.progress(self.pack.registers[name].name)
            self._take(self.pack.registers[name], states.get(name, 0))
        return bool(changed)

    def _version(self, name: str) -> int | None:
        return self.done[name]["version"] if name in self.done else None

    def _take(self, register: Register, version: int) -> None:
        columns = columns_of(register)
        old = (self.before.registers if self.before else {}).get(register.id)
        name = f"{register.id}.parquet"
        (self.temporary / name).unlink(missing_ok=True)
        if self.before and old and old["version"] == version and old["columns"] == columns:
            source = Path(self.before.folder) / name
            if source.is_file():
                link_or_copy(source, self.temporary / name)
                self.done[register.id] = old | {"revision": register.revision}
                self.written.pop(register.id, None)
                return
        errors = ErrorList()
        # A snapshot is whole, whoever may have asked for it; what they may see of it is another question.
        table = queries.register_table(Viewer.operator(self.viewer.name), register, errors)
        errors.raise_if_any()
        assert table is not None
        with ThreadPoolExecutor(1) as writer:  # written on one core, hashed on another
            file = writer.submit(pq.write_table, table, self.temporary / name, row_group_size=ROW_GROUP)
            hashed = table_hash(table, register)
            file.result()
        self.done[register.id] = {
            "rows": table.num_rows, "hash": hashed, "revision": register.revision,
            "version": version, "columns": columns,
        }  # fmt: skip
        self.written[register.id] = None


def link_or_copy(source: Path, target: Path) -> None:
    """The same file under another name; a copy where the file system knows no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _latest(viewer: Viewer) -> Snapshot | None:
    """The newest snapshot whose folder is still there."""
    return next((one for one in queries.snapshots(viewer) if Path(one.folder).is_dir()), None)


def _finish(work: _Work, instance: Instance, day: date, folder: Path) -> Taken:
    """Manifest, name, record and audit entry; a folder that is there already with the same content is kept."""
    pack = work.pack
    entries = {name: RegisterEntry(one["rows"], one["hash"], one["revision"]) for name, one in work.done.items()}
    ordered = {name: entries[name] for name in pack.registers}
    total = combine_hashes({name: entry.hash or "" for name, entry in ordered.items()})
    manifest = Manifest(pack.city.id, instance.simulated, day, pack.hash, ordered, total).as_json()
    rows = sum(entry.rows for entry in ordered.values())
    target = _target(folder, day, total, pack, manifest)
    written = tuple(work.written)
    if target.exists() and Snapshot.objects.filter(folder=str(target.absolute())).exists():
        return Taken(target, total, written, rows, False)
    (work.temporary / "manifest.json").write_text(manifest, encoding="utf-8")
    entry = store.audit(work.viewer, "take_snapshot", total, {"as_of": day, "rows": rows, "written": list(written)})
    Snapshot.objects.create(
        hash=total, as_of=day, folder=str(target.absolute()), simulated=instance.simulated, registers=work.done,
        entry=entry,
    )  # fmt: skip
    shutil.rmtree(target, ignore_errors=True)
    work.temporary.rename(target)
    return Taken(target, total, written, rows, True)


def _target(folder: Path, day: date, total: str, pack: Pack, manifest: str) -> Path:
    """The snapshot's name; one of the same facts under another pack gets that pack's hash behind it."""
    target = folder / f"{day}-{total[:12]}"
    there = target / "manifest.json"
    if there.is_file() and there.read_text(encoding="utf-8") != manifest:
        return folder / f"{target.name}-{pack.hash[:8]}"
    return target
