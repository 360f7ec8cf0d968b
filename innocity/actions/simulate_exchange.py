"""Put invented demand and supply into a simulated city: listings, pairs at every stage, events.

Everything goes through the actions that people use, and is marked as simulated. Nothing is written into a city whose
records are real.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from innocity.actions.exchange_records import ExchangeEvent, exchange_records
from innocity.actions.ledger import VAR
from innocity.actions.post_listing import Posting, decide_listing, post_listings
from innocity.actions.record_exchange import Stepped, record_event, record_step
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.matching.model import StepName
from innocity.engines.simulation.listings import COURSES, FAILED, FIRST, LINES, MEETINGS, Course, Line, Stage
from innocity.packs.model import MatchKind, Pack
from innocity.records import queries
from innocity.records.queries.fact_lists import names_of
from innocity.records.viewer import Viewer

register_codes({
    "E-SIMULATE-REAL": ("真实的库里不放模拟的办理记录", "invented records are kept out of a real city"),
})  # fmt: skip

_STEP: dict[Stage, StepName] = {
    "proposed": "proposed", "introduced": "introduced", "agreed": "agreed", "claimed": "agreed",
    "confirmed": "agreed", "fulfilled": "fulfilled", "failed": "failed",
}  # fmt: skip
_FIRST = 200  # days ago at which the first line was posted
_LETTERS = {"university": "U", "institute": "I", "bank": "B", "agency": "A", "carrier": "K"}


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays in a simulated city: firms in order, the first two have accounts; names by id."""

    firms: tuple[str, ...]
    names: dict[str, str]

    def party(self, kind: str, number: int) -> str:
        """A party of a kind, or a firm where the city has none of that kind; they come round again."""
        letter = _LETTERS.get(kind)
        known = [one for one in self.names if letter and one.startswith(letter)] or self.firms
        return known[number % len(known)]

    def name(self, party: str) -> str:
        """What a party is called; its id where that is not known."""
        return self.names.get(party) or party


def cast_of(viewer: Viewer, firms: Sequence[str]) -> Cast:
    """The parties that take part: those firms, and the first of each other kind. Error: E-SIMULATE-REAL."""
    instance = queries.instance(viewer)
    if instance is None or not instance.simulated:
        raise InnoCityError("E-SIMULATE-REAL", "这个库不是模拟的", None, "只在 innocity demo 的库里使用")
    others = [f"{letter}{number:07d}" for letter in _LETTERS.values() for number in range(1, 4)]
    return Cast(tuple(firms), names_of(viewer, {*firms, *others}))


def simulate_exchange(pack: Pack, viewer: Viewer, cast: Cast, var: Path = VAR, *, today: date | None = None) -> int:
    """Record it all as of a day; gives how many listings there are. Errors: E-EXCHANGE-*, those of ledgers."""
    day = today or date.today()
    lines = [line for line in LINES if line.kind in pack.matching]
    rows = post_listings(pack, [_posting(pack, cast, line, n, day) for n, line in enumerate(lines)], var,
                         today=day, viewer=viewer)  # fmt: skip
    ids = [str(row["listing"]) for row in rows]
    for line, row in zip(lines, rows, strict=True):
        office = pack.matching[line.kind].office[0]
        if line.state != "pending" and row["state"] == "pending":
            wanted = "refused" if line.state == "refused" else "open"
            note = "内容像是代办申报，不是科技服务。" if wanted == "refused" else ""
            decide_listing(pack, row["listing"], wanted, office, note, var, viewer=viewer)
        if line.state == "closed":
            decide_listing(pack, row["listing"], "closed", office, "发布单位要求撤下", var, viewer=viewer)
    events = _events(pack, viewer, cast, var, day)
    for course in COURSES:
        if course.kind in pack.matching:
            _pair(pack, viewer, course, lines, ids, events.get(course.kind, ""), var, day)
    return len(rows)


def _posting(pack: Pack, cast: Cast, line: Line, number: int, day: date) -> Posting:
    """Firms post their own; what others offer the office writes down for them."""
    kind = pack.matching[line.kind]
    party = cast.party(line.by, number)
    values = {name: text for name, text in {**line.values, "text": line.text}.items() if name in kind.columns}
    if values.get("division") == FIRST:
        values["division"] = pack.city.divisions[0].code or pack.city.divisions[0].id
    posted = day - timedelta(days=_FIRST - number)
    owner = party if line.by == "firm" else kind.office[0]
    return Posting(line.kind, line.side, line.title, cast.name(party), owner, posted, values, simulated=True)


def _events(pack: Pack, viewer: Viewer, cast: Cast, var: Path, day: date) -> dict[str, str]:
    """The events; gives the id of one that was held, by kind."""
    held: dict[str, str] = {}
    for number, one in enumerate(MEETINGS):
        kind = pack.matching.get(one.kind)
        if kind is None:
            continue
        on = day - timedelta(days=one.days)
        guests = tuple(cast.name(cast.party(by, number)) for by in ("university", "firm"))
        event = ExchangeEvent(
            "", one.kind, one.form, one.title, on, kind.office[0], on if one.text else None,
            cast.name(cast.party("firm", number)), guests, one.text, True,
        )  # fmt: skip
        row = record_event(pack, event, var, today=day, viewer=viewer)
        if one.text:
            held.setdefault(one.kind, row["event"])
    return held


def _pair(
    pack: Pack, viewer: Viewer, course: Course, lines: Sequence[Line], ids: Sequence[str], event: str, var: Path,
    day: date,
) -> None:  # fmt: skip
    """The steps of one pair, in their order."""
    kind = pack.matching[course.kind]
    sides = [[name for line, name in zip(lines, ids, strict=True) if (line.kind, line.side) == (course.kind, side)]
             for side in ("demand", "offer")]  # fmt: skip
    demand, offer = (side[course.number] for side in sides)
    for stage, days in course.stages:
        step = _STEP[stage]
        paid = course.sum if step in ("agreed", "fulfilled") else None
        record_step(pack, Stepped(
            demand, offer, step, day - timedelta(days=days), _recorder(pack, kind, stage, (demand, offer), var),
            event if step == "introduced" else "", paid, FAILED if step == "failed" else "",
            (f"{kind.name}合同（模拟）",) if paid is not None else (), True,
        ), var, today=day, viewer=viewer)  # fmt: skip


def _recorder(pack: Pack, kind: MatchKind, stage: Stage, pair: tuple[str, str], var: Path) -> str:
    """Who records a stage: the side that says it, where one does; else the office."""
    if stage not in ("claimed", "confirmed"):
        return kind.office[0]
    return exchange_records(pack, var).listings[pair[stage == "confirmed"]].owner


def lines_left(pack: Pack, var: Path = VAR) -> Iterator[str]:
    """The kinds of exchange of which nothing stands on the lists yet."""
    known = {one.kind for one in exchange_records(pack, var).listings.values()}
    yield from (name for name in pack.matching if name not in known)
