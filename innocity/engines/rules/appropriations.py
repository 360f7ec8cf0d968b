"""Money set aside over years: what was planned, drawn and is left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.plan.interpret import Run, checked, compile_expression
from innocity.plan.parse import Scope, parse_expression
from innocity.plan.scan import register_columns


def appropriation_balance(pack: Pack, name: str, facts: Mapping[str, list[dict[str, Any]]]) -> int:
    """Fen planned over all years, less what the facts show as drawn.

    Error: E-PACK-REFERENCE for an appropriation that the pack does not hold.
    """
    item = pack.appropriations.get(name)
    if item is None:
        raise InnoCityError("E-PACK-REFERENCE", f"没有资金安排“{name}”", remedy="用 appropriation 栏的 id")
    if item.uses is None:
        return item.planned()
    register = pack.registers[item.uses.register_]
    codes = {key: codes.ids() for key, codes in pack.codes.items()}
    scope = Scope({"": register_columns(register)}, codes, place=item.place, sums=False)
    run = Run(date.today().year, date.max)
    where = compile_expression(parse_expression(item.uses.where, scope, "bool"), run)
    amount = compile_expression(parse_expression(item.uses.of, scope, "money"), run)
    used = sum(amount(row) or 0 for row in facts.get(item.uses.register_, []) if where(row))
    return checked(item.planned() - used)
