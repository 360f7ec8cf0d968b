"""What to do about an error, as a page says it: options of the command line are left out."""

from __future__ import annotations

import re

_OPTIONS = re.compile("（命令行[^（）]*）")


def on_page(remedy: str | None) -> str:
    """A remedy without what it says to users of the command line, which stands in brackets that begin so.

    >>> on_page("勾上“更正”并写明理由（命令行用 --revise 和 --note）；两个数都会保留")
    '勾上“更正”并写明理由；两个数都会保留'
    """
    return _OPTIONS.sub("", remedy or "")
