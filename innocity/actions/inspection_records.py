"""Random inspections as they were recorded: what was announced with its frozen list, and what was drawn.

    for one in inspections(load_pack("weihai")).values():
        print(one.title, one.list_hash, len(one.drawn))

What was drawn is worked out anew from the list and the seed each time; `sound` says whether it is what was recorded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from innocity.actions.ledger import VAR
from innocity.actions.task_records import Row, read_list, register_rows
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.inspection.draw import METHOD, draw, seed_of
from innocity.engines.inspection.model import Drawn, Frozen, Inspector, Item, Quota, result_digest
from innocity.packs.invalid import suggest
from innocity.packs.model import InspectionPlan, Pack

register_codes({
    "E-INSPECT-UNKNOWN": ("没有这个抽查事项或这次抽查", "no such plan of inspection, or no such inspection"),
})  # fmt: skip

REGISTER, LIST = "inspection", "inspection_list"


@dataclass(frozen=True)
class Inspection:
    """One inspection: announced on a day with a list, drawn on another. `names` and `parties` are of items, by id."""

    id: str
    plan: str
    title: str
    unit: str
    year: int
    announced_on: date
    frozen: Frozen
    list_hash: str
    number_source: str
    reveal_on: date
    due: date | None
    names: Mapping[str, str] = field(default_factory=dict)
    parties: Mapping[str, str] = field(default_factory=dict)
    number: str = ""
    seed: str = ""
    result_hash: str = ""
    drawn_on: date | None = None
    cancelled: str = ""  # why it was called off
    simulated: bool = False

    @property
    def state(self) -> str:
        """announced, drawn or cancelled."""
        return "cancelled" if self.cancelled else "drawn" if self.drawn_on else "announced"

    @cached_property
    def drawn(self) -> tuple[Drawn, ...]:
        """What was drawn and who checks it; empty before."""
        return draw(self.frozen, self.seed) if self.drawn_on else ()

    @property
    def sound(self) -> bool:
        """Whether list, seed and result still fit together as they were recorded."""
        if self.frozen.digest() != self.list_hash:
            return False
        fits = self.seed == seed_of(self.list_hash, self.number) and self.result_hash == result_digest(self.drawn)
        return not self.drawn_on or fits

    def record(self) -> dict[str, Any]:
        """What is published, so that anybody can repeat the draw: ids and units, no parties and no names."""
        return {
            "method": METHOD, "inspection": self.id, "title": self.title, "announced_on": self.announced_on.isoformat(),
            "number_source": self.number_source, "reveal_on": self.reveal_on.isoformat(), "list_hash": self.list_hash,
            "list": self.frozen.as_dict(), "number": self.number, "seed": self.seed, "result_hash": self.result_hash,
            "drawn": [{"item": one.item, "stratum": one.stratum, "inspectors": list(one.inspectors)}
                      for one in self.drawn],
        }  # fmt: skip


def find_plan(pack: Pack, name: str) -> InspectionPlan:
    """A plan by its id. Error: E-INSPECT-UNKNOWN."""
    found = pack.inspections.get(name)
    if found is None:
        raise InnoCityError("E-INSPECT-UNKNOWN", f"没有抽查事项 {name}", None, suggest(name, set(pack.inspections)))
    return found


def find_inspection(pack: Pack, name: str, var: Path = VAR) -> Inspection:
    """An inspection by its id. Error: E-INSPECT-UNKNOWN."""
    found = inspections(pack, var)
    if name not in found:
        raise InnoCityError("E-INSPECT-UNKNOWN", f"没有抽查 {name}", None, suggest(name, set(found)))
    return found[name]


def inspections(pack: Pack, var: Path = VAR) -> dict[str, Inspection]:
    """All inspections by id, in the order in which they were announced. Errors: those of ledgers."""
    lists: dict[str, list[Row]] = {}
    for row in register_rows(pack, LIST, var):
        lists.setdefault(row["inspection"], []).append(row)
    events: dict[str, dict[str, Row]] = {}
    for row in register_rows(pack, REGISTER, var):
        events.setdefault(row["inspection"], {})[row["event"]] = row
    return {name: _inspection(one, lists.get(name, [])) for name, one in events.items() if "announced" in one}


def _inspection(events: Mapping[str, Row], rows: list[Row]) -> Inspection:
    told, drawn, gone = events["announced"], events.get("drawn"), events.get("cancelled")
    items = [row for row in rows if not row["unit"]]
    return Inspection(
        told["inspection"], told["plan"], told["title"] or "", told["party_id"], told["year"], told["taken_on"],
        _frozen(told, rows), told["list_hash"] or "", told["number_source"] or "", told["reveal_on"], told["due"],
        {row["entry"]: row["title"] or row["entry"] for row in items},
        {row["entry"]: row["concerns"] or "" for row in items},
        (drawn["number"] or "") if drawn else "", (drawn["seed"] or "") if drawn else "",
        (drawn["result_hash"] or "") if drawn else "", drawn["taken_on"] if drawn else None,
        (gone["text"] or "—") if gone else "", bool(told["simulated"]),
    )  # fmt: skip


def _frozen(told: Row, rows: list[Row]) -> Frozen:
    quotas = orjson.loads(told["rules"] or "{}")
    return Frozen(
        tuple(Item(row["entry"], row["stratum"] or "", read_list(row["apart"])) for row in rows if not row["unit"]),
        tuple(Inspector(row["entry"], row["unit"], read_list(row["barred"])) for row in rows if row["unit"]),
        Quota.read(quotas.get("rest", {"number": 0})),
        {name: Quota.read(one) for name, one in quotas.get("quotas", {}).items()}, told["team"] or 1,
    )  # fmt: skip
