"""Deadlines as a calendar file (RFC 5545), and as a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from icalendar import Alarm, Calendar, Event

from innocity.packs.model import Call
from innocity.web.entitled import Mine, Shown

_CLAIMED = ("sum", "ceiling", "awaiting_decision")


@dataclass(frozen=True, slots=True)
class Window:
    """A call with the firm's items in it: `day` is when it closes or, while it is not open yet, opens."""

    call: Call
    stage: str
    day: date
    days: int
    items: tuple[Shown, ...]

    @property
    def fen(self) -> int:
        """What of the total is asked for under this call."""
        return sum(one.item.fen or 0 for one in self.items if one.item.counts)


def windows(own: Mine) -> list[Window]:
    """The calls that are open or to come and under which the firm has still to apply: soonest first."""
    by_call: dict[str, list[Shown]] = {}
    for one in own.shown():
        to_come = one.item.stage in ("open", "upcoming") and one.item.award.status in _CLAIMED
        if one.item.call and to_come and one.outcome is None:
            by_call.setdefault(one.item.call.id, []).append(one)
    found = []
    for items in by_call.values():
        call, stage = items[0].item.call, items[0].item.stage
        assert call is not None
        day = call.closes if stage == "open" else call.opens
        found.append(Window(call, stage, day, (day - own.day).days, tuple(items)))
    return sorted(found, key=lambda one: (one.day, one.call.id))


def as_calendar(own: Mine, absolute: Callable[[str], str]) -> bytes:
    """The file: for each call the days on which it opens and closes, with a reminder a week before it closes.

    A call keeps its ids, so that a file read in again replaces what an earlier one brought.
    """
    found = Calendar()
    found.add("prodid", "-//InnoCity//deadlines//ZH")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"{own.pack.city.name}政策申报")
    address = absolute(reverse("entitlements", args=[own.pack.city.id]))
    for one in windows(own):
        names = "、".join(dict.fromkeys(item.item.clause.name for item in one.items))
        papers = dict.fromkeys(name for item in one.items for name in item.papers)
        materials = f"。材料：{'、'.join(papers)}" if papers else ""
        if one.stage == "upcoming":
            found.add_component(
                _event(own, one.call, "opens", one.call.opens, f"开始受理：{one.call.name}", names, address, materials)
            )
        last = _event(own, one.call, "closes", one.call.closes, f"截止：{one.call.name}", names, address, materials)
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"还有7天截止：{one.call.name}")
        alarm.add("trigger", timedelta(days=-7))
        last.add_component(alarm)
        found.add_component(last)
    content: bytes = found.to_ical()
    return content


def _event(
    own: Mine, call: Call, kind: str, day: date, summary: str, names: str, address: str, materials: str
) -> Event:
    event = Event()
    event.add("uid", f"{call.id}-{kind}@{own.pack.city.id}.innocity")
    event.add("dtstamp", timezone.now())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", summary)
    event.add("description", f"涉及：{names}{materials}")
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event
