"""Whether a file may be handed in: its kind, its size, nothing hostile in it, no mark of secrecy on it.

Kinds are told by the ending of the name and by the first bytes, which must agree. Nothing is executed or drawn.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from innocity.actions.attach_document import LARGEST, NAME_MOST, check_marking, warnings_of
from innocity.actions.workbook_guard import guard_workbook
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.records.markings import marks_in, read_marking

register_codes({
    "E-PAPER-KIND": ("不收这种文件", "a file of a kind that is not taken"),
    "E-PAPER-BROKEN": ("文件不完整，或不是它名字所说的那种", "a file is damaged, or not what its name says"),
    "E-PAPER-SIZE": ("文件过大", "a file is too large"),
    "E-PAPER-LOCKED": ("文件加了密码", "a file is locked with a password"),
    "E-PAPER-UNSAFE": ("文件里有不接受的内容", "a file holds something that is not accepted"),
})  # fmt: skip

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: By the ending of a name: how such a file begins, and its media type.
KINDS: dict[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"), ".docx": (b"PK\x03\x04", DOCX), ".xlsx": (b"PK\x03\x04", XLSX),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"), ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
}  # fmt: skip
ACCEPT = ",".join(KINDS)
_SAID = "pdf、docx、xlsx、jpg、png"
_INFLATED = 64 << 20  # bytes of a workbook's parts when inflated
_HEAD_PAGES = 5  # of a pdf, in which a mark is looked for
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # of doc and xls, and of docx and xlsx with a password
_TEXTS = re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]*)<")
_FEET = re.compile(rb"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)>([^<]*)<")
_FOOT_CODES = re.compile(r'&(?:"[^"]*"|[A-Z]|\d+)')


@dataclass(frozen=True, slots=True)
class Checked:
    """What is kept of a file beside its bytes: its name without folders, its media type, its marks, warnings."""

    name: str
    media_type: str
    internal: bool
    checked_by: str
    warnings: tuple[InnoCityError, ...] = ()


def check_paper(name: str, raw: bytes, looked: str = "") -> Checked:
    """That a file may be kept; `looked`: who looked that a picture or a scan bears no mark of secrecy.

    Errors: E-PAPER-*, E-DOCUMENT-SECRET, E-DOCUMENT-UNREAD, E-DOCUMENT-FORMAT, E-DOCUMENT-SIZE, E-SHEET-*.
    """
    shown = " ".join(PurePath(name.replace("\\", "/")).name.replace("\x00", "").split())[-200:] or "材料"
    ending, place = PurePath(shown).suffix.lower(), Place(shown)
    if ending not in KINDS:
        raise InnoCityError("E-PAPER-KIND", f"不收 {ending or '没有后缀的'} 文件", place, f"换成 {_SAID}")
    if not raw:
        raise InnoCityError("E-PAPER-BROKEN", "文件是空的", place, "换一个文件")
    if len(raw) > LARGEST:
        raise too_large(shown, len(raw))
    begins, media_type = KINDS[ending]
    if raw.startswith(_OLD_OFFICE):
        raise InnoCityError("E-PAPER-LOCKED", "文件加了密码，或是旧格式", place, f"去掉密码，另存为 {ending[1:]}")
    if not raw.startswith(begins):
        raise InnoCityError("E-PAPER-BROKEN", f"内容不是 {ending[1:]}", place, f"用原来的软件打开，另存为 {ending[1:]}")
    if ending == ".docx":
        _check_word(raw, place)
        marking = read_marking(shown, raw)
    else:
        read = {".xlsx": _sheet_text, ".pdf": _pdf_text}.get(ending)
        marking = marks_in(shown, read(raw, shown) if read else None)
    looked = looked.strip()[:NAME_MOST]
    check_marking(shown, marking, looked)
    return Checked(shown, media_type, marking.internal, "" if marking.read else looked, warnings_of(shown, marking))


def too_large(name: str, size: int) -> InnoCityError:
    """The error for a file of `size` bytes."""
    text = f"文件有 {size / 2**20:.1f} MB，最多 {LARGEST >> 20} MB"
    return InnoCityError("E-PAPER-SIZE", text, Place(name), "压缩图片，或分成几份")


def _check_word(raw: bytes, place: Place) -> None:
    """That a Word file holds no program. Errors: E-PAPER-BROKEN, E-PAPER-UNSAFE."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = [one.lower() for one in archive.namelist()]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise InnoCityError("E-PAPER-BROKEN", "读不成 Word 文件", place, "用原来的软件打开，另存为 docx") from None
    if any("vbaproject" in one or one.startswith("word/activex/") for one in names):
        raise InnoCityError("E-PAPER-UNSAFE", "文件带有宏或控件", place, "另存为不带宏的 docx")


def _sheet_text(raw: bytes, name: str) -> str:
    """What the cells, heads and feet of a workbook say, a line each; looked over by the guard of imports first."""
    if sum(part.size for part in guard_workbook(raw, name).values()) > _INFLATED:
        text = f"展开后超过 {_INFLATED >> 20} MB"
        raise InnoCityError("E-PAPER-SIZE", text, Place(name), "删去多余的行和格式，或分成几份")
    lines: list[str] = []
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for one in archive.namelist():
            if one.lower().startswith("xl/") and one.lower().endswith(".xml"):
                content = archive.read(one)
                feet = [html.unescape(foot.decode("utf-8", "replace")) for foot in _FEET.findall(content)]
                lines[:0] = [part for foot in feet for part in _FOOT_CODES.sub("\n", foot).splitlines()]
                lines += [html.unescape(text.decode("utf-8", "replace")) for text in _TEXTS.findall(content)]
    return "\n".join(lines)


def _pdf_text(raw: bytes, name: str) -> str | None:
    """What the first pages of a PDF say; None where they hold no text to speak of, as scans do."""
    from pypdf import PdfReader

    try:
        reader = PdfReader(io.BytesIO(raw))
        locked = reader.is_encrypted and not reader.decrypt("")
        number = 0 if locked else min(_HEAD_PAGES, len(reader.pages))
        pages = [reader.pages[n].extract_text() or "" for n in range(number)]
    except Exception:  # damaged files fail in many ways inside the library
        raise InnoCityError(
            "E-PAPER-BROKEN", "不是完整的 pdf 文件", Place(name), "重新下载，或另存为新的 pdf"
        ) from None
    if locked:
        raise InnoCityError("E-PAPER-LOCKED", "文件加了密码", Place(name), "去掉打开密码再传")
    if not pages:
        raise InnoCityError("E-PAPER-BROKEN", "pdf 里一页也没有", Place(name), "另存为新的 pdf")
    text = "\n".join(pages)
    return text if len("".join(text.split())) >= 10 * len(pages) else marked_alone(text)


def marked_alone(text: str) -> str | None:
    """A text too short to say that the pages were read, if it bears a mark all the same; else None.

    >>> marked_alone("第1页"), marked_alone("机密★1年")
    (None, '机密★1年')
    """
    return text if marks_in("", text).grade else None
