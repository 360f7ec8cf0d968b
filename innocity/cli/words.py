"""Numbers as people read them."""

from __future__ import annotations


def yuan(fen: int | None) -> str:
    """Yuan with thousands marked and two decimals, for columns that are compared.

    >>> yuan(123456789), yuan(-5), yuan(None)
    ('1,234,567.89', '-0.05', '')
    """
    if fen is None:
        return ""
    whole, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole:,}.{rest:02d}"


def change(fen: int) -> str:
    """A difference with its sign.

    >>> change(100), change(-1), change(0)
    ('+1.00', '-0.01', '0.00')
    """
    return f"+{yuan(fen)}" if fen > 0 else yuan(fen)


def million(fen: int) -> str:
    """A large sum in 万元 or 亿元 with two decimals, for sentences; never for what is added up.

    >>> million(70051347331), million(1234567890), million(50000)
    ('7.01亿元', '1234.57万元', '500.00元')
    """
    for unit, size in (("亿元", 10**10), ("万元", 10**6)):
        if abs(fen) >= size:
            return f"{_rounded(fen, size)}{unit}"
    return f"{yuan(fen)}元"


def _rounded(fen: int, size: int) -> str:
    """`fen / size` to two decimals, half up, without a float."""
    cents = (abs(fen) * 200 + size) // (2 * size)
    return f"{'-' if fen < 0 else ''}{cents // 100}.{cents % 100:02d}"


def short(text: str) -> str:
    """The first characters of a hash."""
    return text[:12]
