"""Write everything that an instance keeps into one file: tables, attached files, ledgers, runs, anchors.

The file is a zip: `manifest.json` (what it holds, with a SHA-256 of each member), `tables/<table>.parquet`,
`files/...` as below the instance's folder. Keys stay outside: what is enciphered needs INNOCITY_DATA_KEYS again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.records import dump, queries, store
from innocity.records.viewer import Viewer

register_codes({
    "E-BACKUP-WRITE": ("备份写不成", "the backup cannot be written"),
    "E-BACKUP-EMPTY": ("库里没有可备份的", "there is nothing to back up"),
})  # fmt: skip
FORMAT = 1
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class BackedUp:
    """Where the backup lies, its SHA-256, rows by table, number of files, bytes."""

    path: Path
    hash: str
    rows: dict[str, int]
    files: int
    size: int


def back_up(viewer: Viewer, out: Path, progress: Callable[[str], None] = lambda step: None) -> BackedUp:
    """Back the instance up into `out`, whole or not at all; it may be used meanwhile.

    Errors: E-RECORDS-DENIED, E-BACKUP-EMPTY, E-BACKUP-WRITE (also where `out` exists).
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以备份", None, "由系统管理员在服务器上做")
    instance = queries.instance(viewer)
    if instance is None:
        raise InnoCityError("E-BACKUP-EMPTY", "库里还没有城市", None, "先运行 innocity records adopt")
    if out.exists():
        raise InnoCityError("E-BACKUP-WRITE", f"{out.name} 已经存在", Place(out.name), "换一个文件名")
    temporary = out.with_name(f".{out.name}.{os.getpid()}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch(mode=0o600)  # it holds what the database guards
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".backup-") as scratch:
            manifest = _written(viewer, instance, Path(scratch), temporary, progress)
        temporary.replace(out)
    except OSError as error:
        text = f"写不进 {out.name}：{error.strerror or error}"
        raise InnoCityError("E-BACKUP-WRITE", text, Place(out.name), "检查磁盘空间与权限") from None
    finally:
        temporary.unlink(missing_ok=True)
    digest = file_hash(out)
    store_note(viewer, instance.city, digest, manifest)
    return BackedUp(out, digest, manifest["tables"], len(manifest["files"]), out.stat().st_size)


def _written(viewer: Viewer, instance: Any, scratch: Path, path: Path, progress: Callable[[str], None]) -> Any:
    """Write the zip; return its manifest. All tables are of one moment."""
    manifest: dict[str, Any] = {
        "format": FORMAT, "city": instance.city, "pack": instance.pack, "simulated": instance.simulated,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"), "migrations": dump.migrations(),
        "tables": {}, "members": {}, "files": [],
    }  # fmt: skip
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1, strict_timestamps=False) as archive:
        with dump.reading() as fetch:
            head = next(iter(fetch("SELECT seq, hash FROM records_audithead")), [(0, "")])
            manifest["audit"] = {"seq": head[0][0], "hash": head[0][1]}
            for table, columns in dump.tables().items():
                progress(table)
                file = scratch / f"{table}.parquet"
                manifest["tables"][table] = dump.write_table(fetch, table, columns, file)
                name = f"tables/{file.name}"
                manifest["members"][name] = file_hash(file)
                archive.write(file, name, zipfile.ZIP_STORED)  # it is compressed already
                file.unlink()
        for name, file in kept_files(instance.city):
            progress(name)
            manifest["members"][f"files/{name}"] = _added(archive, file, f"files/{name}")
            manifest["files"].append(name)
        archive.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1))
    with path.open("rb") as file_:
        os.fsync(file_.fileno())
    return manifest


def _added(archive: zipfile.ZipFile, file: Path, name: str) -> str:
    """Copy a file into the archive and return the SHA-256 of what was copied: ledgers may grow meanwhile."""
    digest = hashlib.sha256()
    with file.open("rb") as source, archive.open(name, "w", force_zip64=True) as target:
        while block := source.read(_BLOCK):
            digest.update(block)
            target.write(block)
    return digest.hexdigest()


def kept_files(city: str) -> Iterator[tuple[str, Path]]:
    """(name below the instance's folder, path) of what is kept beside the database, but for keys and scratch."""
    root = Path(settings.INNOCITY_VAR)
    for folder in (root / "files", root / city):
        for path in sorted(folder.rglob("*")):
            parts = path.relative_to(root).parts
            if path.is_file() and not path.is_symlink() and not any(part.startswith(".") for part in parts):
                yield "/".join(parts), path
    if store.anchor_file().is_file():
        yield store.anchor_file().name, store.anchor_file()


def file_hash(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def store_note(viewer: Viewer, city: str, digest: str, manifest: dict[str, Any]) -> None:
    """An audit entry that says what was taken out of the house."""
    from django.db import transaction

    rows = sum(manifest["tables"].values())
    with transaction.atomic():
        store.audit(viewer, "back_up", f"city/{city}", {"sha256": digest, "rows": rows, "audit": manifest["audit"]})
