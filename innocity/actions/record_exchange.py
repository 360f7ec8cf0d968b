"""Record what becomes of demand and supply: steps of a pair from 推荐 to 履约, and events where they meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import check_acts_for, check_records_for, unit_names
from innocity.actions.exchange_records import Exchange, ExchangeEvent, exchange_records, kind_of, listing_of
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.task_records import written_list
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.core.money import format_yuan
from innocity.engines.matching.follow import settled
from innocity.engines.matching.model import FIRST, NEXT, Listing, Step, StepName
from innocity.packs.model import MatchKind, Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-EXCHANGE-PAIR": ("两项不能配成一对", "the two listings make no pair"),
    "E-EXCHANGE-CONSENT": ("双方说的不一样", "the two sides do not say the same"),
    "E-EXCHANGE-STEP": ("这一步现在不能走", "the step does not follow the last one"),
    "E-EXCHANGE-EVIDENCE": ("已签约或已履约没有佐证材料", "that a pair agreed or fulfilled has no evidence"),
    "E-EXCHANGE-EVENT": ("对接活动写得不对", "an event is written wrongly"),
})  # fmt: skip

NAMES: dict[StepName, str] = {
    "proposed": "已推荐", "introduced": "已见面", "agreed": "已签约", "fulfilled": "已履约", "failed": "未成"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step of a pair: `party` is who records it, `amount` in fen, `event` where it happened."""

    demand: str
    offer: str
    step: StepName
    on: date
    party: str
    event: str = ""
    amount: int | None = None
    text: str = ""
    evidence: Sequence[str] = ()
    simulated: bool = False


def record_step(
    pack: Pack, stepped: Stepped, var: Path = VAR, *, today: date | None = None, viewer: Viewer | None = None
) -> LedgerRow:
    """Record a step after all checks and return its row; `viewer` is who writes.

    A unit of the kind's office records any step; who posted one of the two listings any but the last: that a pair
    is fulfilled only the office says, on evidence. That both agreed stands when the office says so, on evidence, or
    both sides do, with the same sum. A listing that may not be seen is unknown to all but its owner and the office.
    Errors, together: E-EXCHANGE-*, those of ledgers; E-LEDGER-UNIT.
    """
    book = ledger(pack, "exchange_step", var, viewer=viewer)
    with book.locked():
        exchange = exchange_records(pack, var)
        demand, offer = (_listing(exchange, name, stepped.party) for name in (stepped.demand, stepped.offer))
        kind = kind_of(pack, demand.kind)
        stepped = replace(stepped, simulated=stepped.simulated or demand.simulated or offer.simulated)
        errors = ErrorList()
        _check_pair(demand, offer, stepped, exchange, errors)
        _check_who(pack, demand, offer, stepped, errors)
        _check_order(exchange, kind, stepped, today or date.today(), errors)
        _check_said(kind, stepped, errors)
        errors.raise_if_any()
        check_records_for(pack, viewer, book.register, stepped.party)
        return book.append([_row(stepped)], "record_exchange_step")[0]


def _row(one: Stepped) -> dict[str, str]:
    day = one.on.isoformat()
    return {
        "party_id": one.party, "demand": one.demand, "offer": one.offer, "step": one.step, "on": day,
        "event": one.event, "amount": "" if one.amount is None else f"{format_yuan(one.amount)}元",
        "text": one.text.strip(), "evidence": written_list(one.evidence),
        "simulated": "true" if one.simulated else "", "valid_from": day,
    }  # fmt: skip


def _listing(exchange: Exchange, name: str, party: str) -> Listing:
    """A listing that somebody may know of. Error: E-EXCHANGE-UNKNOWN, also where it waits or was refused."""
    one = listing_of(exchange, name)
    trusted = party in exchange.pack.units or party == one.owner
    if one.state in ("pending", "refused") and not trusted:
        raise InnoCityError("E-EXCHANGE-UNKNOWN", f"清单里没有“{name}”", None, "看清单上的编号")
    return one


def steps_of(exchange: Exchange, stepped: Stepped) -> list[Step]:
    """All steps of a pair in their order: the real ones, or for a simulated step the simulated ones."""
    own = [one for one in exchange.steps if (one.demand, one.offer) == (stepped.demand, stepped.offer)]
    return sorted((one for one in own if one.simulated == stepped.simulated), key=lambda one: one.on)


def _check_pair(demand: Listing, offer: Listing, stepped: Stepped, exchange: Exchange, errors: ErrorList) -> None:
    if (demand.side, offer.side) != ("demand", "offer") or demand.kind != offer.kind:
        text = f"{demand.id} 与 {offer.id} 不是同一类的一项需求和一项供给"
        errors.add("E-EXCHANGE-PAIR", text, None, "前一个写需求，后一个写供给，类别要相同")
    if demand.firm and demand.firm == offer.firm:
        errors.add("E-EXCHANGE-PAIR", "两项是同一家发布的", None, "换另一家的一项")
    begun = steps_of(exchange, stepped)
    hidden = [one.id for one in (demand, offer) if one.state in ("refused", "closed")]
    waiting = [one.id for one in (demand, offer) if one.state == "pending"]
    if hidden and not begun:
        errors.add("E-EXCHANGE-STATE", f"{'、'.join(hidden)} 不在清单上", None, "换一项，或先重新发布")
    if waiting:
        errors.add("E-EXCHANGE-STATE", f"{'、'.join(waiting)} 还没有审核", None, "先审核发布")
    if stepped.event and stepped.event not in exchange.events:
        errors.add("E-EXCHANGE-EVENT", f"没有活动 {stepped.event}", None, "先登记活动")


def _check_who(pack: Pack, demand: Listing, offer: Listing, stepped: Stepped, errors: ErrorList) -> None:
    kind = kind_of(pack, demand.kind)
    if stepped.party in kind.office:
        return
    if stepped.step == "fulfilled" or stepped.party not in (demand.owner, offer.owner):
        text = f"“{kind.name}”的{NAMES.get(stepped.step, stepped.step)}由{unit_names(pack, kind.office)}登记"
        errors.add("E-EXCHANGE-OFFICE", text, None, "由负责的单位登记")


def _check_order(exchange: Exchange, kind: MatchKind, stepped: Stepped, today: date, errors: ErrorList) -> None:
    told = steps_of(exchange, stepped)
    before, claim = settled(told, kind.office)
    allowed = NEXT[before[-1].step] if before else FIRST
    if stepped.step not in allowed:
        step = NAMES.get(stepped.step, stepped.step)
        rest = "、".join(NAMES[one] for one in allowed) or "没有下一步"
        text = f"这一对现在是还没有开始，不能登记{step}"
        if before:
            text = f"这一对现在是{NAMES[before[-1].step]}，不能登记{step}"
        errors.add("E-EXCHANGE-STEP", text, None, f"接下来可以是：{rest}")
    if stepped.on > today:
        errors.add("E-EXCHANGE-DATE", f"{stepped.on} 还没有到", None, "写实际发生的日期")
    if told and stepped.on < told[-1].on:
        errors.add("E-EXCHANGE-DATE", f"{stepped.on} 早于上一步的 {told[-1].on}", None, "核对日期")
    confirms = claim is not None and stepped.step == "agreed" and stepped.party not in (*kind.office, claim.party)
    if claim is not None and confirms and stepped.amount != claim.amount:
        money = "" if claim.amount is None else f"{format_yuan(claim.amount)}元"
        text = f"对方登记的金额是 {money}" if money else "对方没有写金额"
        errors.add("E-EXCHANGE-CONSENT", text, None, "与对方核对，金额相同才算签约；或由负责的单位登记")


def _check_said(kind: MatchKind, stepped: Stepped, errors: ErrorList) -> None:
    proved = stepped.step == "fulfilled" or (stepped.step == "agreed" and stepped.party in kind.office)
    if proved and not written_list(stepped.evidence):
        text = f"{NAMES[stepped.step]}没有佐证材料"
        errors.add("E-EXCHANGE-EVIDENCE", text, None, "写上合同、放款凭证等的名称或文号")
    if stepped.step == "failed" and not stepped.text.strip():
        errors.add("E-EXCHANGE-LISTING", "未成没有写原因", None, "写明为什么没有成")
    if stepped.amount is not None and stepped.amount < 0:
        errors.add("E-EXCHANGE-LISTING", "金额小于0", None, "核对金额")


# --- events ---------------------------------------------------------------------------------------------------------


def record_event(
    pack: Pack, event: ExchangeEvent, var: Path = VAR, *, today: date | None = None, viewer: Viewer | None = None
) -> LedgerRow:
    """Plan an event, or record what came of it; a row of the same id stands in place of the one before.

    Only its own unit does so, for the same kind. One that was held needs a record of it. Errors, together:
    E-EXCHANGE-*, those of ledgers; E-LEDGER-UNIT.
    """
    book = ledger(pack, "exchange_event", var, viewer=viewer)
    with book.locked():
        exchange = exchange_records(pack, var)
        kind = kind_of(pack, event.kind)
        errors = ErrorList()
        _check_event(event, today or date.today(), errors)
        if event.unit not in kind.office:
            text = f"“{kind.name}”的活动由{unit_names(pack, kind.office)}登记"
            errors.add("E-EXCHANGE-OFFICE", text, None, "由负责的单位登记")
        _check_before(pack, event, exchange.events.get(event.id.strip()), errors)
        errors.raise_if_any()
        check_acts_for(pack, viewer, event.unit)
        return book.append([_event_row(event, exchange)], "record_exchange_event")[0]


def _check_before(pack: Pack, event: ExchangeEvent, before: ExchangeEvent | None, errors: ErrorList) -> None:
    """A row stands in place of one before only where it is of the same unit and kind, and that one was not held."""
    if before is None:
        return
    if (before.unit, before.kind) != (event.unit, event.kind):
        text = f"{event.id} 是{unit_names(pack, [before.unit])}安排的另一次活动"
        errors.add("E-EXCHANGE-EVENT", text, None, "换一个编号，或由安排的单位登记")
    elif before.held_on is not None:
        errors.add("E-EXCHANGE-EVENT", f"{event.id} 已经有记录", None, "换一个编号")


def _check_event(event: ExchangeEvent, today: date, errors: ErrorList) -> None:
    if not event.title.strip():
        errors.add("E-EXCHANGE-EVENT", "活动没有名称", None, "写上名称")
    if event.held_on is None:
        return
    if event.held_on > today:
        errors.add("E-EXCHANGE-DATE", f"举办日期 {event.held_on} 还没有到", None, "办过再写")
    if not event.text.strip():
        errors.add("E-EXCHANGE-EVENT", "办过的活动没有记录", None, "写明看了什么、诊断了什么、谈成了什么")


def _event_row(event: ExchangeEvent, exchange: Exchange) -> dict[str, str]:
    name, number = event.id.strip(), 0
    while not name:
        number += 1
        wanted = f"{event.kind}-{event.planned_on.isoformat()}-{number}"
        name = "" if wanted in exchange.events else wanted
    return {
        "party_id": event.unit, "event": name, "kind": event.kind, "form": event.form, "title": event.title.strip(),
        "planned_on": event.planned_on.isoformat(), "held_on": event.held_on.isoformat() if event.held_on else "",
        "host": event.host.strip(), "guests": written_list(event.guests), "text": event.text.strip(),
        "simulated": "true" if event.simulated else "", "valid_from": event.planned_on.isoformat(),
    }  # fmt: skip


def known_step(text: str) -> StepName:
    """A step by its id. Error: E-EXCHANGE-STEP."""
    for name in NAMES:
        if text == name:
            return name
    raise InnoCityError("E-EXCHANGE-STEP", f"没有步骤“{text}”", None, f"写 {'、'.join(NAMES)}")
