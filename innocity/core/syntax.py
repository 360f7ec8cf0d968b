"""Text of an expression as Python's syntax tree, made by one thread at a time."""

from __future__ import annotations

import ast
from threading import Lock

# CPython 3.11 counts the depth of the trees that it makes in one place for all threads: two at once end in SystemError.
_LOCK = Lock()


def syntax(text: str) -> ast.Expression:
    """The tree of an expression; nothing is evaluated. Raises what `ast.parse` raises.

    >>> ast.unparse(syntax(" 1 +  a "))
    '1 + a'
    """
    with _LOCK:
        return ast.parse(text.strip(), mode="eval")
