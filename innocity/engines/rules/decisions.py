"""What a recorded decision may not do: exceed its bound, or pay under a clause that is not in force."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from innocity.core.errors import ErrorList, Place, fail, register_codes
from innocity.core.money import format_money

register_codes({
    "E-DECISION-ABOVE-CEILING": ("核定额超过上限", "a decided sum is above its ceiling"),
    "E-DECISION-CLAUSE": ("决定所指的条款不存在", "a decision names a clause that does not exist"),
    "E-DECISION-NOT-IN-FORCE": ("条款不在有效期却有核定", "a decision under a clause that is not in force"),
})  # fmt: skip
SHOWN = 20  # how many wrong decisions are listed


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision beside its award: fen decided, fen that the clause allows (None: no bound)."""

    clause: str
    object: str
    party: str
    status: str
    decided: int | None
    bound: int | None


def check_decisions(rows: Iterable[Decided]) -> None:
    """Refuse decisions above their bound or out of force; a wrong decision is never clipped."""
    found = ErrorList()
    for row in rows:
        key = f"{row.clause}／{row.object}／{row.party}"
        if row.status == "not_in_force":
            found.add(
                "E-DECISION-NOT-IN-FORCE",
                f"{key} 的条款在事实日期不在有效期，却有核定决定",
                Place(path=key),
                "撤销该决定，或改用当时有效的条款",
            )
        elif row.decided is not None and row.bound is not None and row.decided > row.bound:
            found.add(
                "E-DECISION-ABOVE-CEILING",
                f"{key} 核定 {format_money(row.decided)}，超过上限 {format_money(row.bound)}",
                Place(path=key),
                "把核定额改到上限以内，或先改条款",
            )
        if len(found) >= SHOWN:
            break
    found.raise_if_any()


def check_clauses_named(named: Iterable[str], known: Iterable[str]) -> None:
    """Refuse decisions under clauses that the city does not have."""
    unknown = sorted(set(named) - set(known))
    if unknown:
        fail(
            "E-DECISION-CLAUSE",
            f"决定里有不存在的条款：{'、'.join(unknown[:SHOWN])}",
            Place("decision"),
            "改成城市包里的条款编号（innocity describe 列出全部）",
        )


def wrong_decisions(awards: str) -> str:
    """SQL of decisions that exceed their bound, or stand under a clause out of force; `awards` is a query of them."""
    return (
        f'SELECT r."clause", r."object", r."party", r."status", d."sum", r."computed" FROM ({awards}) r'
        ' JOIN "__decisions" d ON d."clause" = r."clause" AND d."object" = r."object" AND d."party_id" = r."party"'
        ' WHERE d."selected" AND (r."status" = \'not_in_force\' OR (r."status" <> \'excluded\''
        ' AND d."sum" > r."computed")) ORDER BY 1, 2, 3 LIMIT 20'
    )
