"""The amounts of a benefit in words."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from innocity.core.money import format_money
from innocity.core.rates import format_rate


def money_said(amounts: Iterable[dict[str, Any]]) -> str:
    """Amounts, as `Amount.as_dict` gives them (yuan, shares), in words.

    >>> money_said([{"case": "国家级", "value_yuan": 1000000}, {"rate": 0.5, "cap_yuan": 2000000, "mode": "max"}])
    '国家级 100万元；不超过50%；封顶200万元'
    """
    said = []
    for a in amounts:
        case = f"{a['case']} " if a.get("case") else ""
        if a.get("value_yuan") is not None:
            said.append(f"{case}{'最高' if a.get('mode') == 'max' else ''}{format_money(round(a['value_yuan'] * 100))}")
        if a.get("rate") is not None:
            said.append(f"{case}{'不超过' if a.get('mode') == 'max' else ''}{format_rate(Fraction(str(a['rate'])))}")
        if a.get("cap_yuan") is not None and a.get("value_yuan") is None:
            said.append(f"封顶{format_money(round(a['cap_yuan'] * 100))}")
    return "；".join(said) or "—"
