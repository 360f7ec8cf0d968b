"""Recognise the characters of a scanned file that was uploaded: in the background, one file of a city at a time.

The file is kept only until its characters are recognised, or until they cannot be, or show that it is secret.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
from dataclasses import asdict, replace
from pathlib import Path, PurePath

from innocity.actions.reading_store import SCAN, document_in
from innocity.actions.recognise_text import check_scan, scanned_text
from innocity.actions.try_reform import write_json
from innocity.core.errors import InnoCityError, Place
from innocity.engines.reading.meta import metadata
from innocity.records.markings import read_marking

LOCK = ".recognising.lock"
_HEAD_LINES = 15
#: The star of 机密★1年 is often taken for another character: a short piece that begins like a mark is one.
_MARKED = re.compile(r"(绝密|机密|秘密).{0,8}")


def check_upload(raw: bytes, name: str) -> int:
    """How many pages a scanned file has. Errors: those of `check_scan`, with what to do where nobody sees a shell."""
    try:
        return check_scan(raw, name)
    except InnoCityError as error:
        if error.code != "E-READING-OCR":
            raise
        text = f"{name} 是扫描件，没有可读的文字；本系统没有装文字识别"
        remedy = "请系统管理员装上 innocity[ocr] 再传；或换成带文字的 pdf、docx"
        raise InnoCityError(error.code, text, Place(name), remedy) from None


def check_marking(name: str, raw: bytes, text: str | None) -> bool:
    """Whether a file is marked 内部; of a scan that is not recognised (`text` None) only its name can tell.

    Errors: E-DOCUMENT-SECRET, E-DOCUMENT-FORMAT for one without any text.
    """
    if text is not None and not text.strip():
        raise InnoCityError("E-DOCUMENT-FORMAT", "文件里没有文字", Place(name), "换一个有文字的文件")
    stem = PurePath(name).stem
    marks = [read_marking(f"{stem}.txt", (text or "扫描件").encode("utf-8", "replace"))]
    if PurePath(name).suffix.lower() == ".docx":
        marks.append(read_marking(name, raw))  # heads and feet of its pages, which are not read, may bear the mark
    grade = next((mark.grade for mark in marks if mark.grade), None)
    if grade:
        raise _secret(name, grade)
    return any(mark.internal for mark in marks)


def check_head(name: str, text: str) -> None:
    """Refuse a recognised text whose first lines bear what may be a mark. Error: E-DOCUMENT-SECRET."""
    for line in text.splitlines()[:_HEAD_LINES]:
        for piece in line.split("\t"):
            if found := _MARKED.fullmatch(piece.strip()):
                raise _secret(name, found[1])


def _secret(name: str, grade: str) -> InnoCityError:
    remedy = "涉密文件不得进入本系统；按保密规定处理"
    return InnoCityError("E-DOCUMENT-SECRET", f"文件标有“{grade}”", Place(name), remedy)


def title_of(name: str, text: str) -> str:
    """The title that a text prints, else the file's name."""
    return str(metadata(text).get("title") or PurePath(name).stem)[:200]


def recognise_kept(folder: Path) -> None:
    """Put the text of a folder's scan in its place, with title, length and hash; the scan goes.

    Errors: those of `scanned_text`, E-DOCUMENT-SECRET where the pages bear a mark.
    """
    document = document_in(folder)
    with (folder.parent / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # waits as long as it takes; the system gives it back
        raw = (folder / SCAN).read_bytes()
        text = scanned_text(raw, document.name, lambda done, of: write_json(folder / "pages.json", _pages(done, of)))
    check_head(document.name, text)
    internal = check_marking(document.name, raw, text)
    content = text.encode("utf-8", "replace")
    made = replace(
        document, title=title_of(document.name, text), chars=len(text), internal=internal,
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    (folder / "text.txt").write_bytes(content)
    write_json(folder / "document.json", asdict(made))
    (folder / SCAN).unlink()


def _pages(done: int, of: int) -> dict[str, int]:
    return {"done": done, "all": of}
