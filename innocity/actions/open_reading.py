"""Read a document for a city's pack: refuse what is secret, keep its text, read it at once or in the background.

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

from django.db import transaction
from django.utils import timezone

from innocity.actions.draft_words import vocabulary_of
from innocity.actions.file_lock import locked
from innocity.actions.reading_store import ReadDocument, check_reviewer, document_in, state_in
from innocity.actions.recording import instance_of
from innocity.actions.try_reform import write_json
from innocity.core.errors import InnoCityError, Place
from innocity.engines.reading.files import text_of
from innocity.engines.reading.meta import metadata
from innocity.engines.reading.pipeline import read
from innocity.packs.load import load_pack
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.markings import read_marking
from innocity.records.viewer import Viewer

AT_ONCE = 60_000  # characters that are read while the asker waits: about 0.7 s


@dataclass(frozen=True, slots=True)
class Opened:
    """The document, and whether the same text had been kept before."""

    document: ReadDocument
    known: bool


def open_reading(pack: Pack, viewer: Viewer, name: str, raw: bytes, var: Path) -> Opened:
    """Keep the text of a file and read it; a text that is kept already is not read again, unless that failed.

    Errors: E-READING-* of `text_of`, E-DOCUMENT-SECRET, E-DOCUMENT-FORMAT, E-RECORDS-*.
    """
    check_reviewer(viewer)
    shown = " ".join(PurePath(name.replace("\\", "/")).name.split())[-120:]
    text = text_of(raw, shown)
    internal = _checked_marking(shown, raw, text)
    sha = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    folder = var / pack.city.id / "readings" / sha[:16]
    with locked(folder.parent, "readings"):
        if (folder / "document.json").is_file() and state_in(folder) != "failed":
            return Opened(document_in(folder), True)
        title = str(metadata(text).get("title") or PurePath(shown).stem)[:200]
        now = timezone.localtime().isoformat(timespec="seconds")
        document = ReadDocument(
            sha[:16], pack.city.id, shown, title, sha, len(text), viewer.name, viewer.unit, now, internal
        )  # fmt: skip
        with transaction.atomic():
            store.next_entry()
            instance_of(pack)
            details = {"sha256": sha, "chars": len(text), "internal": internal}
            store.audit(viewer, "open_reading", f"reading/{document.id}", details)
            _keep(folder, document, text)
    _start(pack, folder, text)
    return Opened(document, False)


def _checked_marking(name: str, raw: bytes, text: str) -> bool:
    """Whether the file is marked 内部. Errors: E-DOCUMENT-SECRET, E-DOCUMENT-FORMAT for one without any text."""
    if not text.strip():
        raise InnoCityError("E-DOCUMENT-FORMAT", "文件里没有文字", Place(name), "换一个有文字的文件")
    stem = PurePath(name).stem
    marks = [read_marking(f"{stem}.txt", text.encode("utf-8", "replace"))]
    if PurePath(name).suffix.lower() == ".docx":
        marks.append(read_marking(name, raw))  # heads and feet of its pages, which are not read, may bear the mark
    grade = next((mark.grade for mark in marks if mark.grade), None)
    if grade:
        remedy = "涉密文件不得进入本系统；按保密规定处理"
        raise InnoCityError("E-DOCUMENT-SECRET", f"文件标有“{grade}”", Place(name), remedy)
    return any(mark.internal for mark in marks)


def _keep(folder: Path, document: ReadDocument, text: str) -> None:
    """A new folder in place of one whose reading failed; `document.json` last, which makes it a document."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    (folder / "text.txt").write_bytes(text.encode("utf-8", "replace"))
    (folder / "pid").write_text(str(os.getpid()), "ascii")
    write_json(folder / "document.json", asdict(document))


def _start(pack: Pack, folder: Path, text: str) -> None:
    if len(text) <= AT_ONCE:
        read_kept(pack, folder)
        return
    command = [sys.executable, "-m", "innocity.actions.open_reading", pack.city.id, str(folder.absolute())]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay a zombie
    (folder / "pid").write_text(str(process.pid), "ascii")


def read_kept(pack: Pack, folder: Path) -> None:
    """Read the text of a folder; what goes wrong is written there, too."""
    try:
        text = (folder / "text.txt").read_bytes().decode("utf-8")
        write_json(folder / "reading.json", read(text, vocabulary_of(pack)).as_dict())
    except Exception as error:  # whoever waits must learn that it failed; the log has the rest
        with suppress(OSError):
            said = {"error": f"程序出错：{type(error).__name__}", "remedy": "再传一次；还是不行请找系统管理员看日志"}
            write_json(folder / "failed.json", said)
        raise


if __name__ == "__main__":
    read_kept(load_pack(sys.argv[1]), Path(sys.argv[2]))
