"""What a draw takes and gives: a frozen list, the rules, what was drawn and who checks it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from innocity.core.canonical import canonical_json
from innocity.core.errors import InnoCityError, register_codes

register_codes({
    "E-INSPECT-RECORD": ("抽查的公开记录读不成", "the published record of an inspection cannot be read"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """What may be drawn; `apart` are the units that decided about it and may not check it."""

    id: str
    stratum: str
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inspector:
    """Who may check; `barred` are the items about which it is partial."""

    id: str
    unit: str
    barred: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Quota:
    """How many of a stratum are drawn: a share of it, rounded up, or a number."""

    rate: Fraction | None = None
    number: int | None = None

    def of(self, size: int) -> int:
        """How many of so many: never more than there are."""
        wanted = self.number if self.number is not None else -(-size * (self.rate or Fraction(0)) // 1)
        return min(size, int(wanted))

    def as_dict(self) -> dict[str, Any]:
        """As JSON: the one that is set."""
        return {"number": self.number} if self.number is not None else {"rate": str(self.rate or 0)}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Quota:
        """The other way round. Raises ValueError."""
        return cls(number=int(data["number"])) if "number" in data else cls(rate=Fraction(str(data["rate"])))


@dataclass(frozen=True, slots=True)
class Frozen:
    """Everything on which a draw rests but the seed; `quotas` by stratum, `rest` for the others."""

    items: tuple[Item, ...]
    inspectors: tuple[Inspector, ...]
    rest: Quota
    quotas: Mapping[str, Quota]
    team: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON, in an order that does not depend on that of the lists."""
        return {
            "items": sorted(([one.id, one.stratum, sorted(one.apart)] for one in self.items), key=lambda one: one[0]),
            "inspectors": sorted(
                ([one.id, one.unit, sorted(one.barred)] for one in self.inspectors), key=lambda one: one[0]
            ),
            "rest": self.rest.as_dict(), "quotas": {name: one.as_dict() for name, one in self.quotas.items()},
            "team": self.team,
        }  # fmt: skip

    @classmethod
    def read(cls, data: Any) -> Frozen:
        """The other way round. Error: E-INSPECT-RECORD."""
        try:
            return cls(
                tuple(Item(str(name), str(stratum), tuple(apart)) for name, stratum, apart in data["items"]),
                tuple(Inspector(str(name), str(unit), tuple(barred)) for name, unit, barred in data["inspectors"]),
                Quota.read(data["rest"]), {name: Quota.read(one) for name, one in data["quotas"].items()},
                int(data["team"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
            text = f"名单缺内容或写法不对：{error}"
            raise InnoCityError("E-INSPECT-RECORD", text, None, "重新下载公开记录") from None

    def digest(self) -> str:
        """SHA-256 of all of it: what is announced before the public number is known."""
        return hashlib.sha256(canonical_json(self.as_dict()).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item that is checked, and by whom."""

    item: str
    stratum: str
    inspectors: tuple[str, ...]


def result_digest(drawn: tuple[Drawn, ...]) -> str:
    """SHA-256 of what was drawn."""
    rows = [[one.item, one.stratum, list(one.inspectors)] for one in drawn]
    return hashlib.sha256(canonical_json(rows).encode()).hexdigest()
