"""Catalogues of words: `.po` files, which people write, compiled to the `.mo` files that gettext reads.

Written here so that no program of another package is needed on the machine that runs the site.
"""

from __future__ import annotations

import ast
import struct
from pathlib import Path

MAGIC = 0x950412DE
_HEAD = 7 * 4


def read_catalogue(text: str) -> dict[str, str]:
    """The entries of a `.po` file (no plurals, no contexts). Raises ValueError where a line cannot be read.

    >>> read_catalogue('msgid "首页"\\nmsgstr "Home"\\n\\n# a remark\\nmsgid ""\\n"多行"\\nmsgstr "lines"\\n')
    {'首页': 'Home', '多行': 'lines'}
    """
    found: dict[str, str] = {}
    key, value, part = "", "", ""
    for number, line in enumerate([*text.splitlines(), 'msgid ""'], 1):
        word, _, rest = line.strip().partition(" ")
        if word == "msgid":
            if part == "msgstr" and value:
                found[key] = value
            key, value, part = _string(rest, number), "", "msgid"
        elif word == "msgstr":
            value, part = _string(rest, number), "msgstr"
        elif line.startswith('"'):
            more = _string(line.strip(), number)
            key, value = (key + more, value) if part == "msgid" else (key, value + more)
        elif line.strip() and not line.startswith("#"):
            raise ValueError(f"line {number}: {line}")
    return found


def _string(text: str, number: int) -> str:
    try:
        return str(ast.literal_eval(text))
    except (SyntaxError, ValueError):
        raise ValueError(f"line {number}: {text}") from None


def compiled(entries: dict[str, str]) -> bytes:
    """The bytes of a `.mo` file (GNU gettext, little endian, keys in order, no hash table).

    >>> import gettext, io
    >>> gettext.GNUTranslations(io.BytesIO(compiled({"": "Content-Type: text/plain; charset=UTF-8\\n", "甲": "A"}))
    ...     ).gettext("甲")
    'A'
    """
    pairs = sorted((key.encode(), value.encode()) for key, value in entries.items())
    texts, keys, values = b"", list[int](), list[int]()
    start = _HEAD + 16 * len(pairs)
    for place, column in ((0, keys), (1, values)):
        for pair in pairs:
            column += [len(pair[place]), start + len(texts)]
            texts += pair[place] + b"\0"
    head = struct.pack("<7I", MAGIC, 0, len(pairs), _HEAD, _HEAD + 8 * len(pairs), 0, start)
    return head + struct.pack(f"<{len(keys) + len(values)}I", *keys, *values) + texts


def read_language(folder: Path) -> dict[str, str]:
    """The entries of all `.po` files of a language's folder: one a part of the site; a word stands in one of them.

    Raises ValueError where a word stands in two.
    """
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        entries = read_catalogue(path.read_text(encoding="utf-8"))
        if twice := sorted(set(found) & set(entries) - {""}):
            raise ValueError(f"{path.name} repeats {twice[0]}")
        found |= entries
    return found


def compile_all(source: Path, target: Path) -> None:
    """Write `<target>/<language>/LC_MESSAGES/django.mo` of every language of `source` that is not up to date."""
    for folder in sorted(source.glob("*/LC_MESSAGES")):
        made = target / folder.relative_to(source) / "django.mo"
        content = compiled(read_language(folder))
        if not made.is_file() or made.read_bytes() != content:
            made.parent.mkdir(parents=True, exist_ok=True)
            made.write_bytes(content)
