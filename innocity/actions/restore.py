"""Bring a backup back into an empty instance, on SQLite or PostgreSQL; and look whether a backup is whole."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from innocity.actions.back_up import FORMAT
from innocity.actions.verify_audit import must_be_whole, verify_audit
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.records import dump, protect, store
from innocity.records.chain import Entry, check_chain
from innocity.records.viewer import Viewer

register_codes({
    "E-BACKUP-BROKEN": ("备份不完整或被改动过", "the backup is incomplete or was changed"),
    "E-BACKUP-FORMAT": ("不是这种备份", "not a backup of this kind"),
    "E-RESTORE-NOT-EMPTY": ("这里已经有数据", "the instance already holds something"),
    "E-RESTORE-CITY": ("备份属于另一座城市", "the backup is of another city"),
    "E-RESTORE-SCHEMA": ("备份的结构比程序新", "the backup is of a newer version of the program"),
})  # fmt: skip
_BLOCK = 1 << 20
_TABLE = re.compile(r"tables/[a-z0-9_]+\.parquet")
_MANIFEST = 64 << 20  # bytes that a manifest may have


@dataclass(frozen=True, slots=True)
class Restored:
    """What a backup holds: its city, when it was made, rows by table, number of files, the log's last entry."""

    city: str
    made_at: str
    rows: dict[str, int]
    files: int
    audit: tuple[int, str]


def check_backup(path: Path, progress: Callable[[str], None] = lambda step: None) -> Restored:
    """That every member is as it was written and the audit log's chain is whole; nothing is changed.

    Errors: E-BACKUP-FORMAT, E-BACKUP-BROKEN, E-AUDIT-BROKEN.
    """
    with _opened(path) as archive, tempfile.TemporaryDirectory(prefix="innocity-") as folder:
        manifest = _manifest(archive, path)
        for name, digest in manifest["members"].items():
            progress(name)
            kept = name in ("tables/records_auditentry.parquet", "tables/records_audithead.parquet")
            _copied(archive, name, digest, Path(folder) / Path(name).name if kept else None, path)
        _check_chain(Path(folder), manifest, path)
    return _told(manifest)


def restore(
    viewer: Viewer, city: str, path: Path, progress: Callable[[str], None] = lambda step: None
) -> Restored:  # fmt: skip
    """Fill an empty instance with a backup, all or nothing; the audit log then says so.

    Errors: E-RECORDS-DENIED, E-BACKUP-*, E-RESTORE-*, E-DATA-KEY where what is enciphered cannot be read.
    """
    if viewer.role != "operator":
        raise InnoCityError("E-RECORDS-DENIED", "只有系统管理员可以恢复", None, "由系统管理员在服务器上做")
    var = Path(settings.INNOCITY_VAR)
    var.mkdir(parents=True, exist_ok=True)
    with _opened(path) as archive, tempfile.TemporaryDirectory(prefix=".restore-", dir=var) as folder:
        manifest = _manifest(archive, path)
        if manifest["city"] != city:
            text = f"备份属于 {manifest['city']}"
            raise InnoCityError("E-RESTORE-CITY", text, Place(path.name), f"写 innocity restore {manifest['city']}")
        for name, digest in manifest["members"].items():
            progress(name)
            _copied(archive, name, digest, Path(folder) / name, path)
        _migrated_to(manifest, path)
        _must_be_empty(var, manifest)
        _bring_in(viewer, Path(folder), var, manifest, progress)
    call_command("migrate", verbosity=0, interactive=False)
    return _told(manifest)


def _bring_in(viewer: Viewer, folder: Path, var: Path, manifest: Any, progress: Callable[[str], None]) -> None:
    """Rows in one transaction; files are put in place at its end, and taken away again if it fails."""
    placed: list[Path] = []
    try:
        with transaction.atomic():
            for table, rows in manifest["tables"].items():
                progress(table)
                if dump.read_table(folder / "tables" / f"{table}.parquet", table) != rows:
                    raise InnoCityError("E-BACKUP-BROKEN", f"{table} 的行数与清单不符", None, "换一份备份")
            dump.renumber(list(manifest["tables"]))
            _check_keys()
            for name in manifest["files"]:
                target = var / name
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(folder / "files" / name, target)
                placed.append(target)
            progress("核对审计日志与事实")
            must_be_whole(verify_audit(viewer, files=False))  # theirs were compared one by one
            details = {"made_at": manifest["made_at"], "audit": manifest["audit"]}
            store.audit(viewer, "restore", f"city/{manifest['city']}", details)
    except BaseException:
        for target in placed:
            target.unlink(missing_ok=True)
        raise


def _check_keys() -> None:
    """That the keys in use can read an enciphered id. Error: E-DATA-KEY."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT protected_id FROM records_party WHERE protected_id <> '' LIMIT 1")
        row = cursor.fetchone()
    if row:
        protect.decipher(row[0])


def _must_be_empty(var: Path, manifest: Any) -> None:
    rows = dump.filled([name for name in manifest["tables"] if name.startswith("records_") or name == "auth_user"])
    files = [name for name in manifest["files"] if (var / name).exists()]
    if rows or files:
        what = f"库里已有数据（{rows[0]}）" if rows else f"已有文件 {files[0]}"
        raise InnoCityError("E-RESTORE-NOT-EMPTY", what, None, "换一个空的 INNOCITY_VAR 和 INNOCITY_DATABASE_URL")


def _migrated_to(manifest: Any, path: Path) -> None:
    """Tables as they were when the backup was made; afterwards they are brought up to the program's."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    wanted = [(str(app), str(name)) for app, name in manifest["migrations"]]
    unknown = [f"{app}.{name}" for app, name in wanted if (app, name) not in executor.loader.graph.nodes]
    if unknown:
        text = f"这一版程序没有 {unknown[0]}"
        raise InnoCityError("E-RESTORE-SCHEMA", text, Place(path.name), "用做备份时那一版或更新的程序恢复")
    if connection.introspection.table_names():  # migrated already, if to the same step
        behind = {tuple(one) for one in dump.migrations()} ^ set(wanted)
        if not behind:
            return
    executor.migrate(wanted)


# --- the file -----------------------------------------------------------------------------------------------------


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except OSError as error:
        text = f"打不开 {path.name}：{error.strerror or error}"
        raise InnoCityError("E-BACKUP-FORMAT", text, Place(path.name), "核对文件名") from None
    except zipfile.BadZipFile:
        text = f"{path.name} 不是备份文件，或没有写完"
        raise InnoCityError("E-BACKUP-FORMAT", text, Place(path.name), "用 innocity backup 写出的文件") from None


def _manifest(archive: zipfile.ZipFile, path: Path) -> Any:
    """The manifest, whose members are all there under names that stay inside. Errors: E-BACKUP-FORMAT, -BROKEN."""
    try:
        if archive.getinfo("manifest.json").file_size > _MANIFEST:
            raise ValueError
        manifest = json.loads(archive.read("manifest.json"))
        members, format_ = set(manifest["members"]), manifest["format"]
        wanted = {f"tables/{table}.parquet" for table in manifest["tables"]}
        wanted |= {f"files/{name}" for name in manifest["files"]}
        _told(manifest)
    except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile):
        raise InnoCityError("E-BACKUP-FORMAT", f"{path.name} 没有可读的清单", Place(path.name), "换一份备份") from None
    if format_ != FORMAT:
        raise InnoCityError("E-BACKUP-FORMAT", f"备份的格式是 {format_}", Place(path.name), f"这一版程序读 {FORMAT}")
    if wanted != members or members | {"manifest.json"} != set(archive.namelist()) or not all(map(_inside, members)):
        raise InnoCityError("E-BACKUP-BROKEN", "内容与清单不符", Place(path.name), "换一份备份")
    return manifest


def _inside(name: str) -> bool:
    """Whether a member's name can only lead below the folder it is unpacked to."""
    parts = PurePosixPath(name).parts
    plain = ".." not in parts and not name.startswith("/") and "\\" not in name and "\0" not in name
    return bool(_TABLE.fullmatch(name)) or (plain and parts[0] == "files" and len(parts) > 1)


def _copied(archive: zipfile.ZipFile, name: str, digest: str, target: Path | None, path: Path) -> None:
    """Read a member, to `target` if given, and compare its hash. Error: E-BACKUP-BROKEN."""
    found = hashlib.sha256()
    try:
        if target is not None:
            target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(name) as source, (target or Path("/dev/null")).open("wb") as file:
            while block := source.read(_BLOCK):
                found.update(block)
                file.write(block)
    except (zipfile.BadZipFile, EOFError, zlib.error):
        found = hashlib.sha256(b"unreadable")
    if found.hexdigest() != digest:
        raise InnoCityError("E-BACKUP-BROKEN", f"{name} 与写出时不同", Place(path.name), "换一份备份")


def _check_chain(folder: Path, manifest: Any, path: Path) -> None:
    """The chain of the log as it stands in the backup. Errors: E-BACKUP-BROKEN, E-AUDIT-BROKEN."""
    try:
        rows = pq.read_table(folder / "records_auditentry.parquet", columns=list(Entry._fields)).to_pylist()
    except (OSError, pa.ArrowException):
        raise InnoCityError("E-BACKUP-BROKEN", "审计日志读不成", Place(path.name), "换一份备份") from None
    head = (int(manifest["audit"]["seq"]), str(manifest["audit"]["hash"]))
    findings = list(check_chain((Entry(**row) for row in rows), head))
    if findings:
        raise InnoCityError("E-AUDIT-BROKEN", f"备份里的审计日志：{findings[0].text}", Place(path.name), "换一份备份")


def _told(manifest: Any) -> Restored:
    rows = {str(table): int(count) for table, count in manifest["tables"].items()}
    audit = (int(manifest["audit"]["seq"]), str(manifest["audit"]["hash"]))
    return Restored(str(manifest["city"]), str(manifest["made_at"]), rows, len(manifest["files"]), audit)
