"""What a file says of its own secrecy: 绝密, 机密, 秘密 are refused by actions, 内部 is warned of.

A mark stands alone in a line near the head of a text (GB/T 9704: above the title, with ★ and a term), in a
statement 密级：…, or in brackets in the file's name. Words such as 商业秘密 or 保守国家秘密 are no marks.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import PurePath

from innocity.core.encoding import decode_text
from innocity.core.errors import InnoCityError, Place, register_codes

register_codes({
    "E-DOCUMENT-FORMAT": ("文件读不成", "a file cannot be read"),
    "E-DOCUMENT-SIZE": ("文件过大", "a file is too large"),
})  # fmt: skip

SIZE_MAX = 50_000_000
INFLATED_MAX = 200_000_000
_HEAD_LINES = 40
_GRADES = "绝密|机密|秘密"
_STARRED = re.compile(rf"({_GRADES})[★☆*＊](?!\w*[。，；])")
_ALONE = re.compile(rf"(?:密级[:：])?[【\[（(〔]?({_GRADES})[】\]）)〕]?(?:[★☆*＊].*|[·:：]?(?:\d+年|长期|\d+个月))?$")
_STATED = re.compile(rf"密级[:：]({_GRADES})")
_NAMED = re.compile(rf"[【\[（(〔]({_GRADES})[】\]）)〕]|^({_GRADES})[★☆_＿ -]")
_INTERNAL = re.compile(
    r"[【\[（(〔]?内部(?:资料|文件|使用|材料|刊物|传阅)*[,，]?(?:注意保存|不得外传|妥善保管|请勿外传)?[】\]）)〕]?$"
)


@dataclass(frozen=True, slots=True)
class Marking:
    """What was found: the grade, or None; whether 内部 is written; `read` is False where no text could be read."""

    grade: str | None
    internal: bool
    read: bool
    text: str = ""


def read_marking(name: str, raw: bytes) -> Marking:
    """The marks of a file and its text. Errors: E-DOCUMENT-SIZE, E-DOCUMENT-FORMAT."""
    if len(raw) > SIZE_MAX:
        text = f"{len(raw):,} 字节，最多 {SIZE_MAX:,}"
        raise InnoCityError("E-DOCUMENT-SIZE", text, Place(PurePath(name).name), "压缩图片或分成几份")
    if not raw:
        raise InnoCityError("E-DOCUMENT-FORMAT", "文件是空的", Place(PurePath(name).name), "换一个文件")
    return marks_in(name, _text(name, raw))


def marks_in(name: str, content: str | None) -> Marking:
    """The marks in a file's name and in its text; None: no text of it could be read.

    >>> marks_in("【秘密】方案.pdf", None).grade, marks_in("a.pdf", "内部资料\\n正文").internal
    ('秘密', True)
    """
    in_name = _NAMED.search(PurePath(name).stem)
    grade = (in_name.group(1) or in_name.group(2)) if in_name else _grade(content or "")
    return Marking(grade, _internal(name, content or ""), content is not None, content or "")


def _grade(text: str) -> str | None:
    """The grade that a text bears.

    >>> [_grade(t) for t in ("机密★1年\\n关于…", "秘 密\\n通知", "保守国家秘密，尊重商业秘密。", "密级：绝密")]
    ['机密', '秘密', None, '绝密']
    """
    squeezed = [line for line in ("".join(line.split()) for line in text.splitlines()) if line]
    for line in squeezed[:_HEAD_LINES]:
        if found := _ALONE.match(line):
            return found.group(1)
    for line in squeezed:
        if found := _STARRED.search(line) or _STATED.search(line):
            return found.group(1)
    return None


def _internal(name: str, text: str) -> bool:
    squeezed = [line for line in ("".join(line.split()) for line in text.splitlines()) if line]
    return any(_INTERNAL.match(line) for line in squeezed[:_HEAD_LINES]) or "内部" in PurePath(name).stem


def _text(name: str, raw: bytes) -> str | None:
    """The text of a file; None where this program cannot read its kind (pictures, PDF)."""
    kind = PurePath(name).suffix.lower()
    if kind in (".txt", ".md", ".csv", ".html", ".htm"):
        text = decode_text(raw)
        if text is not None:
            return text
        raise InnoCityError("E-DOCUMENT-FORMAT", "既不是 UTF-8 也不是 GB18030", Place(name), "另存为 UTF-8 文本")
    return _word(name, raw) if kind == ".docx" else None


def _word(name: str, raw: bytes) -> str:
    """All text of a Word file: header, body, tables, text boxes, footers, paragraph by paragraph."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    words = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if sum(item.file_size for item in archive.infolist()) > INFLATED_MAX:
                raise InnoCityError("E-DOCUMENT-SIZE", "展开后过大", Place(name), "换一个文件")
            names = [n for n in archive.namelist() if re.fullmatch(r"word/(header\d*|document|footer\d*)\.xml", n)]
            if "word/document.xml" not in names:
                raise InnoCityError("E-DOCUMENT-FORMAT", "不是 Word 文件", Place(name), "另存为 .docx")
            order = ("header", "document", "footer")
            names.sort(key=lambda n: [n.startswith(f"word/{part}") for part in order].index(True))
            lines = []
            for one in names:
                root = etree.fromstring(archive.read(one), parser)
                lines += ["".join(p.itertext(f"{words}t")) for p in root.iter(f"{words}p")]
    except (zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, RuntimeError, NotImplementedError) as error:
        raise InnoCityError("E-DOCUMENT-FORMAT", f"读不成 Word 文件：{error}", Place(name), "另存为 .docx") from None
    return "\n".join(lines)
