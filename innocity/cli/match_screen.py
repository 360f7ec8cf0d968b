"""What `innocity match` shows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

from innocity.cli.screen import SIMULATED, Screen
from innocity.core.money import format_money

if TYPE_CHECKING:
    from collections.abc import Mapping

    from innocity.actions.exchange_records import Exchange, ExchangeEvent
    from innocity.engines.matching.model import Listing, PairState, Side, StepName, Suggestion


def _names() -> Mapping[StepName, str]:
    """The steps in words; what they come with is loaded once it is shown."""
    from innocity.actions.record_exchange import NAMES

    return NAMES


_SIDES: tuple[Side, ...] = ("demand", "offer")
DEMONSTRATION = "对接规则为演示：文件没有写按什么配对、各占多少。"


def kinds(screen: Screen, exchange: Exchange, day: date) -> None:
    """Every kind with its lists and pairs counted."""
    rows: list[dict[str, Any]] = []
    for kind in exchange.pack.matching.values():
        pairs = exchange.pairs(kind.id, day)
        made_up = [one for side in _SIDES for one in exchange.on_list(kind.id, side, day) if one.simulated]
        counts = Counter(one.step for one in pairs)
        rows.append({
            "kind": kind.id, "name": kind.name, "demands": len(exchange.on_list(kind.id, "demand", day)),
            "offers": len(exchange.on_list(kind.id, "offer", day)), "pairs": dict(counts),
            "simulated": bool(made_up) or any(one.simulated for one in pairs),
            "late": sum(one.late for one in pairs), "amount": sum(one.amount or 0 for one in pairs
                                                                  if one.step in ("agreed", "fulfilled")),
        })  # fmt: skip

    def render() -> None:
        screen.title(f"{exchange.pack.city.name}供需对接，{day}")
        table = ((row["kind"], row["name"], row["demands"], row["offers"],
                  "、".join(f"{_names()[step]}{n}" for step, n in row["pairs"].items()), row["late"],
                  format_money(row["amount"]) if row["amount"] else "") for row in rows)  # fmt: skip
        screen.table(("编号", "类别", ">需求", ">供给", "各对", ">无下文", ">签约与履约额"), table)
        screen.line(DEMONSTRATION, "dim")
        if any(row["simulated"] for row in rows):
            screen.line(SIMULATED, "yellow")

    screen.show({"as_of": day, "kinds": rows}, render)


def listed(screen: Screen, exchange: Exchange, kind: str | None, day: date, *, late: bool) -> None:
    """The two lists of a kind and its pairs; with `late` only pairs that wait too long, of one kind or all."""
    from innocity.actions.exchange_records import kind_of

    wanted = [kind_of(exchange.pack, kind)] if kind else list(exchange.pack.matching.values())
    pairs = [one for each in wanted for one in exchange.pairs(each.id, day) if one.late or not late]
    lists: dict[str, list[Listing]] = {
        side: [one for each in wanted for one in exchange.on_list(each.id, side, day)]
        for side in _SIDES[: 0 if late else 2]
    }
    data: dict[str, Any] = {side: [shown(one) for one in rows] for side, rows in lists.items()}
    events = [] if late else [one for one in exchange.events.values() if one.kind in {each.id for each in wanted}]

    def render() -> None:
        for side, rows in lists.items():
            title = wanted[0].sides.demand if side == "demand" else wanted[0].sides.offer
            table = ((one.id, one.title, one.by, one.values.get("batch") or "", one.posted_on) for one in rows)
            screen.table(("编号", "名称", "提出单位", "批次", "发布日期"), table, title)
        _pair_table(screen, exchange, pairs)
        if events:
            told = ((one.id, one.title, one.held_on or f"{one.planned_on} 计划", one.text) for one in events)
            screen.table(("编号", "名称", "日期", "记录"), told, "对接活动")

    shown_events = [_event(one) for one in events]
    rows = [_pair(exchange, one) for one in pairs]
    screen.show({"as_of": day, **data, "pairs": rows, "events": shown_events}, render)


def one(screen: Screen, exchange: Exchange, name: str, day: date) -> None:
    """One listing: what it says, who answers it and why, what has become of it."""
    from innocity.actions.exchange_records import listing_of

    own = listing_of(exchange, name)
    found = exchange.offers_for(own, day) if own.side == "demand" else exchange.demands_for(own, day)
    pairs = exchange.pairs_of(own, day)

    def render() -> None:
        screen.title(f"{own.title}（{own.id}）")
        screen.line(f"{own.by}，{own.posted_on} 发布")
        if own.values.get("text"):
            screen.line(str(own.values["text"]))
        screen.title("配得上的")
        for each in found:
            other = each.offer if own.side == "demand" else each.demand
            screen.line(f"{float(each.score):5.1f}分 {other.title}（{other.id}，{other.by}）")
            for reason in each.reasons:
                screen.line(f"      {reason.criterion.name} {float(reason.earned * 100):.1f}分：{reason.says}", "dim")
        if not found:
            screen.line("没有。")
        _pair_table(screen, exchange, pairs)
        if any(row.simulated for row in (own, *(each.offer for each in found))):
            screen.line(SIMULATED, "yellow")

    data = {**shown(own), "suggestions": [suggestion(each) for each in found],
            "pairs": [_pair(exchange, each) for each in pairs]}  # fmt: skip
    screen.show(data, render)


def partners(screen: Screen, exchange: Exchange, day: date) -> None:
    """Who works with whom: pairs that were agreed or fulfilled, by the two names."""
    rows = []
    for kind in exchange.pack.matching.values():
        for pair in exchange.pairs(kind.id, day):
            if pair.step in ("agreed", "fulfilled"):
                rows.append({**_pair(exchange, pair), "kind": kind.id, "kind_name": kind.name})

    def render() -> None:
        screen.table(("需求方", "供给方", "在哪一类", "到哪一步", "自"),
                     ((row["demand_by"], row["offer_by"], row["kind_name"], _names()[row["step"]], row["on"])
                      for row in rows), "谁与谁在合作")  # fmt: skip

    screen.show({"as_of": day, "partners": rows}, render)


def shown(listing: Listing) -> dict[str, Any]:
    """A listing as JSON."""
    hidden = ("place", "fact_id", "party_id", "recorded_at", "valid_from", "valid_to", "source", "simulated")
    told = {name: value for name, value in listing.values.items() if name not in hidden and value is not None}
    return {**told, "simulated": listing.simulated}


def suggestion(one: Suggestion) -> dict[str, Any]:
    """A suggestion as JSON."""
    return {
        "demand": one.demand.id, "offer": one.offer.id, "title": one.offer.title, "by": one.offer.by,
        "score": one.score, "reasons": [
            {"criterion": each.criterion.id, "earned": each.earned * 100, "says": each.says} for each in one.reasons
        ],
    }  # fmt: skip


def _pair(exchange: Exchange, pair: PairState) -> dict[str, Any]:
    demand, offer = exchange.listings.get(pair.demand), exchange.listings.get(pair.offer)
    return {
        "demand": pair.demand, "offer": pair.offer, "demand_by": demand.by if demand else "",
        "offer_by": offer.by if offer else "", "step": pair.step, "on": pair.steps[-1].on,
        "silent_days": pair.silent_days, "late": pair.late, "amount": pair.amount,
        "simulated": pair.simulated or any(one is not None and one.simulated for one in (demand, offer)),
        "claim": {"party": pair.claim.party, "on": pair.claim.on, "amount": pair.claim.amount} if pair.claim else None,
        "steps": [{"step": one.step, "on": one.on, "event": one.event, "text": one.text,
                   "evidence": list(one.evidence)} for one in pair.steps],
    }  # fmt: skip


def _event(one: ExchangeEvent) -> dict[str, Any]:
    return {
        "event": one.id, "kind": one.kind, "form": one.form, "title": one.title, "planned_on": one.planned_on,
        "held_on": one.held_on, "host": one.host, "guests": list(one.guests), "text": one.text,
        "simulated": one.simulated,
    }  # fmt: skip


def _pair_table(screen: Screen, exchange: Exchange, pairs: list[PairState]) -> None:
    rows = [_pair(exchange, one) for one in pairs]
    table = (
        (row["demand"], row["demand_by"], row["offer"], row["offer_by"], _names()[row["step"]], row["on"],
         "，".join(word for word, holds in (("模拟", row["simulated"]), ("一方登记已签约，待对方确认", row["claim"]),
                                          (f"{row['silent_days']}天没有下文", row["late"])) if holds))
        for row in rows
    )  # fmt: skip
    screen.table(("需求", "需求方", "供给", "供给方", "到哪一步", "日期", ""), table, "各对进展")
