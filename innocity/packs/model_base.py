"""What all pack objects share: frozen models, and the types into which texts are parsed."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from innocity.core.dates import FIRST_YEAR, LAST_YEAR, parse_date, parse_years
from innocity.core.money import parse_money

Force = Literal["entitlement", "intent", "reported", "recommended"]
AmountKind = Literal[
    "reward", "subsidy", "post_subsidy", "matching", "interest", "risk_compensation", "equity", "service"
]
State = Literal["in_force", "expired", "repealed", "unknown"]
ColumnType = Literal["text", "code", "date", "year", "integer", "money", "bool", "party"]

Money = Annotated[int, BeforeValidator(lambda v: parse_money(v) if isinstance(v, str) else v)]
Day = Annotated[date, BeforeValidator(lambda v: parse_date(v) if isinstance(v, str) else v)]
Years = Annotated[tuple[int, int], BeforeValidator(lambda v: parse_years(v) if isinstance(v, str) else v)]
Texts = tuple[str, ...]
Year = Annotated[int, Field(ge=FIRST_YEAR, le=LAST_YEAR)]
MONEY_MAX = 10**14  # 1万亿元 in fen: what a money column may hold unless it says otherwise
INTEGER_MAX = 10**9


class Frozen(BaseModel):
    """Base of all pack objects: immutable, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Named(Frozen):
    """Something with an id and a Chinese name."""

    id: str
    name: str
    name_en: str | None = None
