"""How many are drawn, as people write it: `5%` or `3`."""

from __future__ import annotations

from fractions import Fraction

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.inspection.model import Quota

register_codes({
    "E-INSPECT-QUOTA": ("比例或数量写得不对", "a share or number to be drawn is wrong"),
})  # fmt: skip


def read_quota(text: str) -> Quota:
    """A share with a sign of per cent, or a whole number. Error: E-INSPECT-QUOTA.

    >>> read_quota("5%"), read_quota("３")
    (Quota(rate=Fraction(1, 20), number=None), Quota(rate=None, number=3))
    """
    plain = text.strip().replace("％", "%")
    try:
        if plain.endswith("%"):
            rate = Fraction(plain[:-1]) / 100
            if 0 <= rate <= 1:
                return Quota(rate=rate)
        elif (number := int(plain)) >= 0:
            return Quota(number=number)
    except (ValueError, ZeroDivisionError):
        pass
    raise InnoCityError("E-INSPECT-QUOTA", f"“{text[:20]}”不是比例，也不是数量", None, "写 5% 或 3")


def written_quota(quota: Quota) -> str:
    """The same in words."""
    if quota.number is not None:
        return f"{quota.number} 项"
    return f"{float((quota.rate or Fraction(0)) * 100):g}%"
