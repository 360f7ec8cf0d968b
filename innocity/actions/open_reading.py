"""Read a document for a city's pack: refuse what is secret, keep its text, read it at once or in the background.

A scanned file is recognised in the background where the extra `ocr` is installed (`recognise_upload`).
`python -m innocity.actions.open_reading CITY FOLDER` reads the text of one folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from innocity.actions.draft_words import vocabulary_of
from innocity.actions.file_lock import locked
from innocity.actions.reading_alive import PID, hold
from innocity.actions.reading_store import (
    SCAN,
    ReadDocument,
    check_reviewer,
    document_in,
    scans_waiting,
    state_in,
)
from innocity.actions.recognise_upload import check_marking, check_upload, recognise_kept, title_of
from innocity.actions.recording import instance_of
from innocity.actions.try_reform import write_json
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.reading.files import text_of
from innocity.engines.reading.pipeline import read
from innocity.packs.load import load_pack
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.viewer import Viewer

register_codes({
    "E-READING-MINE": ("自己的扫描件还没有识别完", "the asker has as many scans waiting as one may have"),
    "E-READING-QUEUE": ("等着识别的扫描件太多", "too many scans wait to be recognised"),
})  # fmt: skip

AT_ONCE = 60_000  # characters that are read while the asker waits: about 0.7 s
GENTLER = 10  # steps of priority of what runs behind, below the site: whoever looks at a page goes first


@dataclass(frozen=True, slots=True)
class Opened:
    """The document, and whether the same text had been kept before."""

    document: ReadDocument
    known: bool


def open_reading(pack: Pack, viewer: Viewer, name: str, raw: bytes, var: Path) -> Opened:
    """Keep the text of a file and read it; a text that is kept already is not read again, unless that failed.

    Of a scanned file the pages are kept until they are recognised; what they say of secrecy is looked at then.

    Errors: E-READING-* of `text_of` and `check_scan`, E-READING-MINE, E-READING-QUEUE, E-DOCUMENT-SECRET,
    E-DOCUMENT-FORMAT, E-RECORDS-*.
    """
    check_reviewer(viewer)
    shown = " ".join(PurePath(name.replace("\\", "/")).name.split())[-120:]
    try:
        text: str | None = text_of(raw, shown)
    except InnoCityError as error:
        if error.code != "E-READING-SCANNED":
            raise
        text = None
    if text is None:
        check_upload(raw, shown)
    internal = check_marking(shown, raw, text)
    sha = hashlib.sha256(raw if text is None else text.encode("utf-8", "replace")).hexdigest()
    folder = var / pack.city.id / "readings" / sha[:16]
    with locked(folder.parent, "readings"):
        if (folder / "document.json").is_file() and state_in(folder) != "failed":
            return Opened(document_in(folder), True)
        if text is None:
            check_room(folder.parent, viewer)
        now = timezone.localtime().isoformat(timespec="seconds")
        document = ReadDocument(
            sha[:16], pack.city.id, shown, title_of(shown, text or ""), sha, len(text or ""), viewer.name, viewer.unit,
            now, internal, text is None,
        )  # fmt: skip
        held = _recorded(pack, viewer, folder, document, raw if text is None else text)
    try:
        if text is not None and len(text) <= AT_ONCE:
            read_kept(pack, folder)
    finally:
        os.close(held)  # whoever reads behind has it, too
    return Opened(document, False)


def _recorded(pack: Pack, viewer: Viewer, folder: Path, document: ReadDocument, content: str | bytes) -> int:
    """Keep the content and say so in the log; what takes long is begun behind. Gives the lock of whoever reads."""
    held = -1
    try:
        with transaction.atomic():
            store.next_entry()
            instance_of(pack)
            details = {"sha256": document.sha256, "chars": document.chars, "internal": document.internal,
                       "scanned": document.scanned}  # fmt: skip
            store.audit(viewer, "open_reading", f"reading/{document.id}", details)
            held = _keep(folder, document, content)
        if document.scanned or document.chars > AT_ONCE:
            _start(pack, folder, held)
    except BaseException:
        if held >= 0:
            os.close(held)
        raise
    return held


def check_room(root: Path, viewer: Viewer) -> None:
    """That one more scan may wait below a city's folder of readings. Errors: E-READING-MINE, E-READING-QUEUE."""
    waiting = scans_waiting(root)
    mine, most = settings.INNOCITY_SCANS_MINE, settings.INNOCITY_SCANS_WAITING
    if sum(one.by == viewer.name for one in waiting) >= mine:
        text = f"您已有 {mine} 份扫描件等着识别"
        raise InnoCityError("E-READING-MINE", text, None, "等识别完一份再传，或在列表里撤回一份")
    if len(waiting) >= most:
        raise InnoCityError("E-READING-QUEUE", f"已有 {len(waiting)} 份扫描件等着识别", None, "过一会儿再传")


def _keep(folder: Path, document: ReadDocument, content: str | bytes) -> int:
    """A new folder in place of one whose reading failed; `document.json` last, which makes it a document.

    Gives the lock that says that it is being read (`reading_alive.hold`).
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    held = hold(folder)
    if isinstance(content, bytes):
        (folder / SCAN).write_bytes(content)
    else:
        (folder / "text.txt").write_bytes(content.encode("utf-8", "replace"))
    write_json(folder / "document.json", asdict(document))
    return held


def _start(pack: Pack, folder: Path, held: int) -> None:
    """Read in a process of its own, which takes over the lock."""
    command = [sys.executable, "-m", "innocity.actions.open_reading", pack.city.id, str(folder.absolute())]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, pass_fds=(held,)
        )
    threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay a zombie
    (folder / PID).write_text(str(process.pid), "ascii")


def read_kept(pack: Pack, folder: Path) -> None:
    """Read the text of a folder, of a scan once it is recognised; what goes wrong is written there, too."""
    try:
        if (folder / SCAN).is_file():
            recognise_kept(folder)
        text = (folder / "text.txt").read_bytes().decode("utf-8")
        write_json(folder / "reading.json", read(text, vocabulary_of(pack)).as_dict())
    except Exception as error:  # whoever waits must learn that it failed; the log has the rest
        with suppress(OSError):
            (folder / SCAN).unlink(missing_ok=True)
            said = {"error": f"程序出错：{type(error).__name__}", "remedy": "再传一次；还是不行请找系统管理员看日志"}
            if isinstance(error, InnoCityError):
                said = {"error": error.message, "remedy": str(error.remedy or "")}
            write_json(folder / "failed.json", said)
        raise


if __name__ == "__main__":
    os.nice(GENTLER)
    read_kept(load_pack(sys.argv[1]), Path(sys.argv[2]))
