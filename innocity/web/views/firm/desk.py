"""The firm's to-do: what asks for it now, soonest first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from innocity.engines.workflow.model import Case
from innocity.packs.model import Register
from innocity.records.queries.corrections import corrections
from innocity.records.queries.entitlements import expiring
from innocity.records.queries.matters import seen_results
from innocity.web import cases
from innocity.web.access import opens_to
from innocity.web.deadlines import windows
from innocity.web.entitled import Mine, mine

_AHEAD = timedelta(days=90)  # so long before it ends a fact is shown
_NEWS = timedelta(days=30)  # so long an answer is shown
_NEAR, _MOST = 5, 20


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do: `day` is until when or from when, None where there is no hurry."""

    kind: str
    title: str
    address: str
    says: str = ""
    day: date | None = None
    days: int | None = None
    fen: int | None = None
    demonstration: bool = False


@opens_to("firm")
def to_do(request: HttpRequest, city: str) -> HttpResponse:
    """Deadlines, facts that end, answers, near misses."""
    own = mine(request, city)
    dated = sorted([*_windows(own), *_ending(own)], key=lambda one: one.day or date.max)
    found = cases.seen(own.pack, own.viewer).values()
    context: dict[str, Any] = {
        "back": _sent_back(own, found), "news": _news(own, found), "units": own.pack.units,
        "own": own, "found": own.found, "dated": dated, "answered": _answered(own), "near": _near(own),
    }  # fmt: skip
    return render(request, "web/firm/to_do.html", context)


def _sent_back(own: Mine, found: Iterable[Case]) -> list[dict[str, Any]]:
    """The firm's matters in which nobody else may go on: who asks for what, until when; the soonest first."""
    every = [
        {"case": one, "last": one.taken[-1], "steps": turn.steps, "due": turn.due}
        for one in found if one.applicant == own.party.id and cases.sent_back(one)
        for turn in cases.turns(own.pack, one, timezone.localdate()) if turn.applicant
    ]  # fmt: skip
    return sorted(every, key=lambda one: (one["due"] or date.max, one["case"].simulated, one["last"].taken_on))


def _news(own: Mine, found: Iterable[Case]) -> list[dict[str, Any]]:
    """What came of the firm's matters and nobody of it has looked at yet, the latest first."""
    results = [(one, last) for one in found if one.applicant == own.party.id and (last := cases.result_of(one))]
    known = seen_results(own.viewer, [one.id for one, _ in results]) if results else set()
    fresh = [(one, last) for one, last in results if last.id not in known]
    fresh.sort(key=lambda pair: pair[1].taken_on, reverse=True)
    names = {one.id: one.name for case, _ in fresh for one in case.procedure.steps}
    return [{"case": one, "last": last, "word": one.state if one.now.ends else names[last.step],
             "good": one.decided and one.lapsed == ""} for one, last in fresh[:_MOST]]  # fmt: skip


def _windows(own: Mine) -> list[Task]:
    page = reverse("entitlements", args=[own.pack.city.id])
    found = []
    for one in windows(own):
        names = "、".join(dict.fromkeys(item.item.clause.name for item in one.items))
        address = f"{page}?year={own.found.year}#{one.items[0].item.clause.id}"
        kind = "closes" if one.stage == "open" else "opens"
        found.append(Task(kind, one.call.name, address, names, one.day, one.days, one.fen or None,
                          one.call.demonstration))  # fmt: skip
    return found


def _ending(own: Mine) -> list[Task]:
    """Facts whose validity ends soon: a certificate to renew, a record to check."""
    found = []
    for fact in expiring(own.viewer, own.pack, own.party.id, own.day, own.day + _AHEAD):
        register = own.pack.registers[fact.register]
        address = reverse("my_fact", args=[own.pack.city.id, fact.register, fact.fact_id])
        assert fact.valid_to is not None
        title = _title(own, register, fact.values.get("title"))
        last = fact.valid_to - timedelta(days=1)  # `valid_to` is the first day on which it no longer holds
        found.append(Task("ends", title, address, fact.source, last, (last - own.day).days))
    return found


def _title(own: Mine, register: Register, code: str | None) -> str:
    """What a qualification is called; the name of its register where that is not written."""
    column = register.column("title")
    codes = own.pack.codes.get(column.codes or "") if column else None
    return next((one.name for one in codes.codes if one.id == code), register.name) if codes else register.name


def _answered(own: Mine) -> list[Any]:
    """Requests that wait, and those answered lately."""
    since = timezone.localdate() - _NEWS
    every = corrections(own.viewer, own.pack, size=20).items
    return [one for one in every if one.decided_on is None or (one.decided_on >= since and one.state != "withdrawn")]


def _near(own: Mine) -> list[Any]:
    items = [one for one in own.shown() if one.item.award.status == "near"]
    return sorted(items, key=lambda one: -(one.most or 0))[:_NEAR]
