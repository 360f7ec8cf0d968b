"""One party's awards with every step: what, why, by which article, who pays, what is missing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from innocity.core.errors import InnoCityError, register_codes
from innocity.core.money import format_money
from innocity.engines.rules.award import Award
from innocity.engines.rules.describe import FLAG_WORDS, citation, describe_amount
from innocity.engines.rules.duck_engine import registers_read
from innocity.engines.rules.fact_index import Progress, open_index
from innocity.engines.rules.ir import CLASS_PARTY, STATUS_NAMES, ClausePlan, RulesPlan
from innocity.engines.rules.lookup import Lookup
from innocity.engines.rules.parties import party_of
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.shares import payee_parts, payer_shares
from innocity.engines.rules.snapshot import Snapshot
from innocity.packs.model import Call, Clause, Pack
from innocity.packs.model_fences import papers_of
from innocity.plan.duck import connect, open_facts

register_codes({"E-PARTY-UNKNOWN": ("事实里没有这个对象", "the facts do not hold this party")})
EPOCH = date(1970, 1, 1)


class Explainer:
    """Explains parties of one snapshot; open once, ask often.

    The first explainer of a snapshot sorts it once, into an index beside the facts; `progress` is told the
    registers (name, done, whole) as they are sorted.
    """

    def __init__(self, plan: RulesPlan, snapshot: Snapshot, progress: Progress | None = None) -> None:
        self.plan, self.snapshot = plan, snapshot
        self.reference = Reference(plan)
        self.database = connect(threads=1)
        present = open_facts(self.database, plan.pack, snapshot.facts, plan.as_of, registers_read(plan))
        self.lookup = Lookup(plan, self.database, present, open_index(snapshot, plan.pack))
        self.lookup.prepare(progress)

    def awards(self, party: str) -> list[Award]:
        """The party's awards before sharing out, with steps. Error: E-PARTY-UNKNOWN."""
        facts = self.lookup.facts_of(party)
        if not any(facts.registers.values()):
            raise InnoCityError("E-PARTY-UNKNOWN", f"事实里没有“{party}”", remedy="用登记编号、统一社会信用代码或名称")
        return self.reference.party(facts, party)

    def party_of(self, text: str) -> str:
        """A party id from an id, a credit code or a name."""
        if "organization" not in self.plan.pack.registers:
            return text
        return text if self.lookup.own("organization", text) else party_of(self.database, text)

    def explain(self, party: str, run: Path | None = None) -> dict[str, Any]:
        """A report for one party; with `run` also what groups and pools left, as that run has it."""
        awards = self.awards(party)
        settled = _settled(run, party) if run else {}
        items = [self._item(a, settled.get((a.clause, a.object))) for a in awards]
        items.sort(key=lambda i: (_ORDER[i["status"]], -(i["fen"] or 0), i["clause"]))
        total = sum(i["payable"] for i in items)
        return {
            "city": self.plan.pack.city.id,
            "year": self.plan.year,
            "as_of": self.plan.as_of.isoformat(),
            "party": party,
            "name": self._name(party),
            "simulated": self.snapshot.simulated,
            "total": total,
            "run": str(run) if run else None,
            "items": items,
            "open_to_all": self._class_items(),
        }

    def _name(self, party: str) -> str | None:
        rows = self.lookup.own("organization", party)
        latest = max(rows, key=lambda r: (r["valid_from"] or date.min, r["fact_id"]), default=None)
        return None if latest is None or latest.get("name") is None else str(latest["name"])

    def _item(self, award: Award, settled: dict[str, Any] | None) -> dict[str, Any]:
        pack, plan = self.plan.pack, self.plan.clause(award.clause)
        clause = plan.clause
        pool = settled["after_pool"] if settled else award.value
        payable = settled["payable"] if settled else (award.value or 0) if award.status == "sum" and plan.pays else 0
        call = call_for(pack, award.clause, self.plan.year)
        return {
            "clause": award.clause,
            "name": clause.name,
            "object": award.object,
            "status": award.status,
            "status_name": STATUS_NAMES[award.status],
            "fen": pool,
            "computed": award.computed,
            "decided": award.decided,
            "payable": payable,
            "amount": describe_amount(pack, clause),
            "article": citation(pack, clause),
            "steps": [s._asdict() for s in award.steps],
            "cuts": _cuts(pack, settled),
            "counted_on": award.counted_on.isoformat() if award.counted_on else None,
            "excluded_by": next((e.name for e in pack.exclusions if e.id == award.excluded_by), None),
            "near": near_of(plan, award),
            "manual": _manual(clause) if award.status == "manual" else None,
            "missing": list(plan.missing) if award.status == "awaiting_parameter" else [],
            "payers": payer_shares(plan, payable) if payable else {},
            "parts": payee_parts(plan, payable) if payable else {},
            "others": award.others,
            "gate": clause.gate.method if clause.gate else None,
            "delivery": clause.delivery,
            "materials": list(papers_of(clause, call)),
            "reading": clause.reading,
            "stacks": clause.stacks,
            "caveats": [FLAG_WORDS[f] for f in [*award.flags.split(), *_call_flags(call)] if f in FLAG_WORDS],
            "call": call.model_dump(mode="json", by_alias=True, exclude={"place", "article"}) if call else None,
        }

    def _class_items(self) -> list[dict[str, Any]]:
        """Services and support open to a whole class."""
        pack = self.plan.pack
        found = []
        for plan in self.plan.clauses:
            if plan.source is None and plan.clause.force == "entitlement":
                award = self.reference.programs[plan.id].class_award()
                if award.party == CLASS_PARTY and award.status in (
                    "in_kind",
                    "awaiting_decision",
                    "awaiting_parameter",
                ):
                    found.append(
                        {
                            "clause": plan.id,
                            "name": plan.clause.name,
                            "who": plan.clause.who,
                            "what": plan.clause.what,
                            "status_name": STATUS_NAMES[award.status],
                            "article": citation(pack, plan.clause),
                        }
                    )
        return found


_ORDER = {
    "sum": 0,
    "ceiling": 1,
    "awaiting_decision": 2,
    "manual": 3,
    "awaiting_parameter": 4,
    "near": 5,
    "in_kind": 6,
    "excluded": 7,
    "not_in_force": 8,
}


def _manual(clause: Clause) -> str:
    return clause.manual.says if clause.manual else "分配对象的资料不全，由人工处理"


def near_of(plan: ClausePlan, award: Award) -> dict[str, Any] | None:
    """What a near miss has, needs and lacks, in words; None where the award is no near miss."""
    if award.status != "near":
        return None
    if award.near_condition == "before":
        says = plan.clause.before.says if plan.clause.before else ""
        return {"says": says, "have": None, "need": None, "gap": None, "unit": None}
    says = plan.conditions[int(award.near_condition or 0)].says
    have, need, gap = (
        _quantity(v, award.near_unit, is_gap=i == 2)
        for i, v in enumerate((award.near_have, award.near_need, award.near_gap))
    )
    ops = {b.op for b in plan.conditions[int(award.near_condition or 0)].branches}
    need = _beyond(ops.pop(), str(need), award.near_unit == "day") if len(ops) == 1 else str(need)
    return {"says": says, "have": have, "need": need, "gap": gap, "unit": award.near_unit}


def _beyond(op: str, value: str, is_date: bool) -> str:
    """What is needed where the number itself is not enough."""
    if is_date:
        return {">": f"晚于{value}", "<": f"早于{value}"}.get(op, value)
    return {">": f"超过{value}", "<": f"小于{value}"}.get(op, value)


def _quantity(value: int | None, unit: str | None, is_gap: bool) -> str | None:
    """A number as a person reads it."""
    if value is None:
        return None
    if unit == "fen":
        return format_money(value)
    if unit == "day":
        return f"{value}天" if is_gap else (EPOCH + timedelta(days=value)).isoformat()
    return f"{value}{unit or ''}"


def _cuts(pack: Pack, settled: dict[str, Any] | None) -> list[str]:
    """What once-only rules, groups and pools took, in words."""
    if not settled:
        return []
    cuts = []
    if settled["group_by"]:
        group = pack.groups.get(settled["group_by"])
        words = {"once": "同一事项只给一次", "cap": "触及本条款的合计上限"}
        why = words.get(settled["group_by"]) or f"与“{(group.name if group else '') or settled['group_by']}”各条择一"
        cuts.append(f"{why}，余 {format_money(settled['after_group'] or 0)}")
    if settled["pool_by"]:
        pool = pack.pools[settled["pool_by"]]
        cuts.append(f"资金池“{pool.name or pool.id}”不足，按规则分得 {format_money(settled['after_pool'] or 0)}")
    return cuts


def call_for(pack: Pack, clause: str, year: int) -> Call | None:
    """The call under which a clause's sums of a fact year can be claimed."""
    return next((c for c in pack.calls.values() if clause in c.clauses and c.fact_year == year), None)


def _call_flags(call: Call | None) -> list[str]:
    if call is None:
        return ["no_call"]
    return ["demonstration_call"] if call.demonstration else []


def _settled(run: Path, party: str) -> dict[tuple[str, str], dict[str, Any]]:
    columns = ["clause", "object", "party", "after_group", "after_pool", "payable", "group_by", "pool_by"]
    rows = pq.read_table(run / "awards.parquet", columns=columns, filters=[("party", "=", party)]).to_pylist()
    return {(r["clause"], r["object"]): r for r in rows}
