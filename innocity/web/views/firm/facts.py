"""Our data: the firm's facts by register, with source, day and who keeps it; one fact with its history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from innocity.actions.exchange_records import REGISTER as LISTINGS
from innocity.core.kept import Kept, Same
from innocity.packs.model import Column, Pack, Register
from innocity.records import queries
from innocity.records.queries.corrections import corrections, open_of_fact
from innocity.records.queries.entitlements import counted, written
from innocity.records.queries.fact_lists import extents, latest_of, papers_of
from innocity.records.viewer import Viewer, keeps
from innocity.records.views import FactView
from innocity.web import cities
from innocity.web.access import opens_to, own_party, viewer_of
from innocity.web.exchange import exchange_of
from innocity.web.papers import hand_out
from innocity.web.templatetags.site import day
from innocity.web.views import lists
from innocity.web.views.firm import listed
from innocity.web.views.office.cells import Words, changes, named, named_in, words_for
from innocity.web.views.office.common import page_number

_FIRST = 3  # facts of a register on the page of all
_PAGE = 20


def keepers(pack: Pack, register: Register) -> list[str]:
    """The names of the city's units that keep a register."""
    return _KEEPERS.get((Same(pack), register.id), lambda: _keepers(pack, register))


_KEEPERS: Kept[list[str]] = Kept(512)


def _keepers(pack: Pack, register: Register) -> list[str]:
    return [unit.name for unit in pack.units.values() if keeps(unit.id, register)] or ["责任单位"]


def lines(words: Words, fact: FactView, pack: Pack | None = None) -> list[tuple[str, str]]:
    """What a fact says: names and values of the columns that are filled, and the days for which it holds.

    With the `pack` clauses are told by their names.
    """
    said = [(column.name, _said(words, column, fact)) for column in words.register.columns]
    if pack is not None and (clause := pack.clauses.get(str(fact.values.get("clause")))):
        said = [(name, clause.name if text == clause.id else text) for name, text in said]
    last = fact.valid_to and fact.valid_to - timedelta(days=1)
    told = set(fact.values.values())
    days = [(_("有效期起"), fact.valid_from), (_("有效到"), last)]
    new = [(name, day(one)) for name, one in days if one and one not in told]
    return [(name, text) for name, text in said if text] + new


def _said(words: Words, column: Column, fact: FactView) -> str:
    """A value in words, days as on every page of a firm: 2023年7月27日."""
    value = fact.values.get(column.id)
    return day(value) if isinstance(value, date) else words.cell(column, fact).text


def as_now(city: str, fact: FactView) -> FactView:
    """A fact as it stands now: what an office decides about a firm's listing is a row of the office's own.

    The firm's row says for ever that it waits; the list of demand and supply says what was decided.
    """
    if fact.register != LISTINGS:
        return fact
    listing = exchange_of(city).listings.get(str(fact.values.get("listing")))
    return fact if listing is None else replace(fact, values={**fact.values, "state": listing.state})


def _shown(
    city: str, pack: Pack, viewer: Viewer, register: Register, facts: tuple[FactView, ...]
) -> list[dict[str, Any]]:  # fmt: skip
    words = words_for(pack, viewer, register, facts)
    return [{"fact": fact, "lines": lines(words, as_now(city, fact), pack)} for fact in facts]


@opens_to("firm")
def facts(request: HttpRequest, city: str) -> HttpResponse:
    """All registers in which the firm stands, with the latest facts of each."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    party = viewer.party or ""
    counts, latest = counted(viewer, party), latest_of(viewer, pack, party, _FIRST)
    names = named(viewer, {name for one, found in latest.items() for name in named_in(pack.registers[one], found)})
    states, asked, blocks = dict(extents(viewer)), request.GET.get("open", ""), []
    for register in (pack.registers[name] for name in latest):
        words = Words(pack, register, names)
        shown = [{"fact": fact, "lines": lines(words, as_now(city, fact), pack)} for fact in latest[register.id]]
        total = counts.get(register.id, len(shown))
        blocks.append({"register": register, "keepers": keepers(pack, register), "total": total, "facts": shown,
                       "open": asked in (register.id, "all") or len(latest) == 1,
                       "state": states.get(register.id)})  # fmt: skip
    context = {
        "party": own_party(request), "blocks": blocks, "total": sum(counts.values()),
        "asked": corrections(viewer, pack, size=5).items, "unfolded": asked == "all",
    }  # fmt: skip
    every = queries.facts_of(viewer, pack, party) if lists.asked(request) else {}
    whole = listed.facts(pack, viewer, every, lambda words, fact: lines(words, as_now(city, fact), pack))
    return lists.page(request, "web/firm/facts.html", context, whole)


@opens_to("firm")
def register(request: HttpRequest, city: str, register: str) -> HttpResponse:
    """The firm's facts of one register."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    known = _register(pack, register)
    found = queries.facts(viewer, known, party_id=viewer.party or "", number=page_number(request), size=_PAGE)
    context = {
        "register": known, "keepers": keepers(pack, known), "page": found,
        "facts": _shown(city, pack, viewer, known, found.items),
        "state": next((one for one in queries.registers(viewer) if one.register == register), None),
    }  # fmt: skip
    every = lists.every(lambda number, size: queries.facts(
        viewer, known, party_id=viewer.party or "", number=number, size=size))  # fmt: skip
    whole = listed.register(pack, viewer, known, every, partial(as_now, city))
    return lists.page(request, "web/firm/register.html", context, whole)


@opens_to("firm")
def fact(request: HttpRequest, city: str, register: str, fact: str) -> HttpResponse:
    """One fact: what it says, where it comes from, how it came to be."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    known = _register(pack, register)
    revisions = own_fact(viewer, known, fact)
    words = words_for(pack, viewer, known, revisions)
    wrote = written(viewer, revisions)
    older, papers = [*revisions[1:], None], papers_of(viewer, known, fact)
    steps = [
        {"fact": one, "wrote": _wrote(wrote.get(one.entry)), "changes": changes(words, one, before),
         "papers": papers.get(one.revision, ())}
        for one, before in zip(revisions, older, strict=True)
    ]  # fmt: skip
    context = {
        "register": known, "fact": revisions[0], "steps": steps,
        "lines": lines(words, as_now(city, revisions[0]), pack),
        "keepers": keepers(pack, known), "open": open_of_fact(viewer, pack, register, fact),
        "evidence": papers.get(revisions[0].revision, ()),
    }  # fmt: skip
    return render(request, "web/firm/fact.html", context)


@opens_to("firm")
def paper(request: HttpRequest, city: str, register: str, fact: str, number: int) -> HttpResponse:
    """One paper of a fact, of any revision."""
    known = _register(cities.pack_of(city), register)
    return hand_out(request, known, own_fact(viewer_of(request), known, fact)[0], number)


def _wrote(found: tuple[str, date] | None) -> tuple[str, date | None]:
    """Who wrote a revision, as a kind of people, and when."""
    if found is None:
        return "", None
    names = {"officer": _("责任单位"), "operator": _("系统导入")}
    return names.get(found[0], found[0]), found[1]


def _register(pack: Pack, name: str) -> Register:
    if name not in pack.registers:
        raise Http404(f"no register {name}")
    return pack.registers[name]


def own_fact(viewer: Viewer, register: Register, fact: str) -> tuple[FactView, ...]:
    """The revisions of a fact of the firm's own, the current first. Raises Http404 for any other."""
    found = queries.history(viewer, register, fact)
    if not found or found[0].party != viewer.party:
        raise Http404("no such fact of this firm")
    return found
