"""Put something on the lists of demand and supply; take it off; let it be seen.

What a firm posts waits until a unit of the kind's `office` has looked at it; what such a unit posts stands at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import check_records_for, unit_names
from innocity.actions.exchange_records import REGISTER, Exchange, exchange_records, kind_of, listing_of
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.engines.matching.model import Listing, Side
from innocity.packs.invalid import suggest
from innocity.packs.model import MatchKind, Pack

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-EXCHANGE-LISTING": ("清单写得不全", "a listing is not whole"),
    "E-EXCHANGE-DATE": ("清单或进展的日期不对", "a date of a listing or a step is wrong"),
    "E-EXCHANGE-OWNER": ("这一项是别家发布的", "the listing is somebody else's"),
    "E-EXCHANGE-OFFICE": ("这件事由负责对接的单位办", "only the office of the kind may do this"),
    "E-EXCHANGE-OFTEN": ("待审核的太多", "too many listings of one party wait to be looked at"),
    "E-EXCHANGE-STATE": ("清单的状态不允许这样做", "the listing's state does not allow it"),
})  # fmt: skip

LONGEST = {"title": 100, "by": 100, "text": 1000, "note": 500}  # signs
WAITING = 20  # listings of one firm that may wait to be looked at
_OWN = {"kind", "side", "title", "by", "firm", "listing", "posted_on", "state", "note", "simulated"}


@dataclass(frozen=True, slots=True)
class Posting:
    """Something for a list: `party` is the unit or firm that records it, `by` the name that is shown.

    `values` are further columns of the register as text; `id` names a listing of one's own that it replaces.
    """

    kind: str
    side: Side
    title: str
    by: str
    party: str
    posted_on: date
    values: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    simulated: bool = False


def post_listings(
    pack: Pack, postings: Sequence[Posting], var: Path = VAR, *, today: date | None = None,
    viewer: Viewer | None = None,
) -> list[LedgerRow]:  # fmt: skip
    """Record them all or none; `viewer` is who writes (none: the operator). Returns the rows as they stand.

    Errors, together: E-EXCHANGE-*, those of ledgers; E-LEDGER-UNIT.
    """
    book = ledger(pack, REGISTER, var, viewer=viewer)
    with book.locked():
        exchange = exchange_records(pack, var)
        errors = ErrorList()
        rows = [_row(pack, exchange, one, n, today or date.today(), errors) for n, one in enumerate(postings, 1)]
        _check_waiting(exchange, rows, errors)
        errors.raise_if_any()
        _number(exchange, rows)
        for row in rows:
            check_records_for(pack, viewer, book.register, row["party_id"])
        return book.append(rows, "post_listing")


def _row(
    pack: Pack, exchange: Exchange, one: Posting, number: int, today: date, errors: ErrorList
) -> dict[str, str]:  # fmt: skip
    place = Place(path=f"第 {number} 项")
    try:
        kind: MatchKind | None = kind_of(pack, one.kind)
    except InnoCityError as error:
        errors.append(error.at(place))
        kind = None
    _check(one, kind, today, place, errors)
    before = exchange.listings.get(one.id)
    if before is not None and (before.owner, before.kind, before.side) != (one.party, one.kind, one.side):
        errors.add("E-EXCHANGE-OWNER", f"{one.id} 是已经发布的另一项", place, "换一个编号，或不写编号")
    elif before is not None and before.values.get("simulated") and not one.simulated:
        errors.add("E-EXCHANGE-OWNER", f"{one.id} 是模拟的，真实的不能代替它", place, "换一个编号，或不写编号")
    trusted = kind is not None and one.party in kind.office
    return {
        **{name: text.strip() for name, text in one.values.items() if text.strip()},
        "party_id": one.party, "listing": one.id.strip(), "kind": one.kind, "side": one.side,
        "title": one.title.strip(), "by": one.by.strip(), "posted_on": one.posted_on.isoformat(),
        "firm": "" if one.party in pack.units else one.party,
        "state": "open" if trusted else "pending", "simulated": "true" if one.simulated else "",
        "valid_from": one.posted_on.isoformat(),
    }  # fmt: skip


def _check(one: Posting, kind: MatchKind | None, today: date, place: Place, errors: ErrorList) -> None:
    if one.side not in ("demand", "offer"):
        errors.add("E-EXCHANGE-LISTING", f"side 只能是 demand 或 offer：{one.side}", place, "写 demand 或 offer")
    for name, text, what in (("title", one.title, "名称"), ("by", one.by, "提出单位")):
        if not text.strip():
            errors.add("E-EXCHANGE-LISTING", f"没有写{what}", place, f"写上{what}")
        elif len(text.strip()) > LONGEST[name]:
            errors.add("E-EXCHANGE-LISTING", f"{what}超过{LONGEST[name]}个字", place, "写得短一些")
    if len(one.values.get("text", "")) > LONGEST["text"]:
        errors.add("E-EXCHANGE-LISTING", f"说明超过{LONGEST['text']}个字", place, "写得短一些")
    asked = {*(kind.columns if kind else ()), "from_city"}
    for name in one.values:
        if kind is not None and (name in _OWN or name not in asked):
            errors.add("E-EXCHANGE-LISTING", f"“{kind.name}”的清单没有 {name} 这一栏", place, suggest(name, asked))
    if one.posted_on > today:
        errors.add("E-EXCHANGE-DATE", f"发布日期 {one.posted_on} 还没有到", place, "写实际发布的日期")


def _check_waiting(exchange: Exchange, rows: Sequence[Mapping[str, str]], errors: ErrorList) -> None:
    """Whoever looks at listings can only look at so many of one firm."""
    for party in {row["party_id"] for row in rows if row["state"] == "pending"}:
        waiting = [one.id for one in exchange.listings.values() if one.owner == party and one.state == "pending"]
        new = [row for row in rows if row["party_id"] == party and row["listing"] not in waiting]
        if len(waiting) + len(new) > WAITING:
            text = f"已有 {len(waiting)} 项等着审核，最多 {WAITING} 项"
            errors.add("E-EXCHANGE-OFTEN", text, None, "等审核以后再发布，或撤下几项")


def _number(exchange: Exchange, rows: Sequence[dict[str, str]]) -> None:
    """Ids for what has none: `results_d0001` for a demand, `results_o0001` for an offer."""
    taken = {*exchange.listings, *(row["listing"] for row in rows)}
    for row in rows:
        number = 1
        stem = f"{row['kind']}_{row['side'][:1]}"
        while not row["listing"]:
            name = f"{stem}{number:04d}"
            number += 1
            if name not in taken:
                row["listing"] = name
                taken.add(name)


# --- what happens to a listing afterwards -----------------------------------------------------------------------


def decide_listing(
    pack: Pack, name: str, state: str, party: str, note: str = "", var: Path = VAR, *,
    viewer: Viewer | None = None,
) -> LedgerRow:  # fmt: skip
    """Let a listing be seen (`open`), refuse it with a reason (`refused`), or take it off (`closed`).

    `party` is who does it: a unit of the kind's office, or for `closed` whoever posted it. Errors: E-EXCHANGE-*,
    those of ledgers, E-LEDGER-UNIT.
    """
    book = ledger(pack, REGISTER, var, viewer=viewer)
    with book.locked():
        listing = listing_of(exchange_records(pack, var), name)
        kind = kind_of(pack, listing.kind)
        check_records_for(pack, viewer, book.register, party)
        if party not in kind.office and not (state == "closed" and party == listing.owner):
            text = f"“{kind.name}”的清单由{unit_names(pack, kind.office)}审核"
            raise InnoCityError("E-EXCHANGE-OFFICE", text, None, "由负责的单位办理")
        _check_change(listing, state, note)
        return book.append([_again(pack, listing, state, party, note)], "decide_listing")[0]


def _check_change(listing: Listing, state: str, note: str) -> None:
    allowed = {"pending": ("open", "refused", "closed"), "open": ("closed",), "refused": ("open",), "closed": ("open",)}
    if state not in allowed.get(listing.state, ()):
        text = f"{listing.id} 现在是 {listing.state}，不能改成 {state}"
        raise InnoCityError("E-EXCHANGE-STATE", text, None, "看清单现在的状态")
    if state == "refused" and not note.strip():
        raise InnoCityError("E-EXCHANGE-LISTING", "不予发布没有写理由", None, "写明理由")
    if len(note) > LONGEST["note"]:
        raise InnoCityError("E-EXCHANGE-LISTING", f"理由超过{LONGEST['note']}个字", None, "写得短一些")


def _again(pack: Pack, listing: Listing, state: str, party: str, note: str) -> dict[str, str]:
    """The listing's row once more, with its new state."""
    columns = {column.id: column.type for column in pack.registers[REGISTER].columns}
    row = {name: _text(listing.values.get(name), type_) for name, type_ in columns.items()}
    row |= {
        "party_id": party,
        "firm": listing.firm,
        "state": state,
        "note": note.strip(),
        "valid_from": listing.posted_on.isoformat(),
    }
    return {name: text for name, text in row.items() if text}


def _text(value: object, type_: str) -> str:
    """A value as a ledger's cell takes it; money in yuan."""
    if value is None or value is False:
        return ""
    if type_ == "money":
        assert isinstance(value, int)
        return f"{value // 100}.{value % 100:02d}元"
    if type_ == "date":
        assert isinstance(value, date)
        return value.isoformat()
    return "true" if value is True else str(value)
