"""The encodings in which offices save text: UTF-8, with or without a mark, else GB18030, which covers GBK."""

from __future__ import annotations

ENCODINGS = ("utf-8-sig", "gb18030")


def decode_text(raw: bytes) -> str | None:
    """The text of bytes; None where they are in neither encoding.

    >>> [decode_text("措施".encode(name)) for name in ("utf-8", "utf-8-sig", "gbk")]
    ['措施', '措施', '措施']
    >>> decode_text(bytes([0xFF, 0xFF])) is None
    True
    """
    for encoding in ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
