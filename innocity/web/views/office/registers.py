"""登记簿: what the city keeps, one register's facts, one fact with how it came to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from innocity.actions.check_import import OWN_VERBS
from innocity.actions.withheld import hidden_facts
from innocity.core.kept import Kept, Same
from innocity.packs.model import Pack, Register
from innocity.records import queries
from innocity.records.queries import fact_lists as facts
from innocity.records.queries.audit import who_wrote
from innocity.records.viewer import Viewer, keeps
from innocity.records.views import PartyView
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.papers import hand_out
from innocity.web.views.office import cells
from innocity.web.views.office.common import page_number, rest_of, staff_page, var
from innocity.web.views.office.publication import may_publish, standing

SIZE = 50
_TEXT_MOST = 60


@staff_page
def registers(request: HttpRequest, city: str) -> HttpResponse:
    """All registers with source, purpose, refresh and number of facts; those one keeps come first."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    states = facts.extents(viewer)
    keeper = viewer.unit or "" if viewer.role == "officer" else ""
    rows = _ROWS.get((Same(pack), keeper, states), lambda: _rows(pack, keeper, dict(states)))
    context = {
        "rows": rows, "kept": sum(one.rows for _, one in states), "instance": queries.instance(viewer),
        "mine": sum(row["mine"] for row in rows),
    }  # fmt: skip
    return render(request, "web/office/registers.html", context)


#: Rows by all that they show, so that the same rows are one object, whose table is rendered once (`{% kept rows %}`).
_ROWS: Kept[tuple[dict[str, Any], ...]] = Kept(32)


def _rows(pack: Pack, keeper: str, states: Mapping[str, facts.Extent]) -> tuple[dict[str, Any], ...]:
    """A row a register; those that the unit `keeper` keeps itself come first."""
    rows = [
        {"register": one, "state": states.get(one.id), "mine": bool(keeper) and keeps(keeper, one)}
        for one in pack.registers.values()
    ]
    return tuple(sorted(rows, key=lambda row: not row["mine"]))


def register_of(pack: Pack, name: str) -> Register:
    """A register by the name in an address. Raises Http404."""
    found = pack.registers.get(name)
    if found is None:
        raise Http404(f"no register {name}")
    return found


def asked(request: HttpRequest, pack: Pack) -> dict[str, str]:
    """What a list of facts is narrowed to: text, and a place of the city."""
    places = {one.id for one in (*pack.city.divisions, *pack.city.zones)}
    division = request.GET.get("division", "")
    return {
        "text": request.GET.get("text", "").strip()[:_TEXT_MOST],
        "division": division if division in places else "",
    }


def receipt_of(request: HttpRequest) -> list[int] | None:
    """New, changed and same facts of what was just written, and the number of its entry, as the address says it."""
    done = re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})-([0-9]{1,9})", request.GET.get("done", ""))
    return [int(part) for part in done.groups()] if done else None


@staff_page
def register(request: HttpRequest, city: str, register: str) -> HttpResponse:
    """The current facts of a register, a page at a time."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    wanted = asked(request, pack)
    hidden = hidden_facts(pack, viewer, one.id, var())
    page = facts.fact_lines(viewer, one, **wanted, without=hidden, number=page_number(request), size=SIZE)
    words = cells.words_for(pack, viewer, one, [line.fact for line in page.items])
    # Name and code of the party stand in the first column of every list.
    columns = [column for column in one.columns if not (one.id == "organization" and column.id in ("name", "uscc"))]
    context = {
        "register": one, "state": facts.register_state(viewer, one.id), "page": page, "asked": wanted,
        "columns": columns, "rows": [(line, words.row(line.fact, columns)) for line in page.items],
        "rest": rest_of(request),
        "narrowed": any(wanted.values()), "areas": [*pack.city.divisions, *pack.city.zones],
        "enters": viewer.writes(one) and one.id not in OWN_VERBS, "publishes": may_publish(pack, viewer, one),
        "hidden": _hidden(one, page.items), "instance": queries.instance(viewer),
        "next": page.number + 1 if page.number < page.pages else 0, "previous": page.number - 1,
        "whole": viewer.sees_all_parties(), "writers": writers_of(pack, one), "kept_back": len(hidden),
        "done": receipt_of(request),
    }  # fmt: skip
    return render(request, "web/office/register.html", context)


def _hidden(register: Register, lines: tuple[facts.FactLine, ...]) -> list[str]:
    """Names of the personal columns that the asker does not see."""
    names = {name for line in lines for name in line.fact.hidden}
    return [column.name for column in register.columns if column.id in names]


def writers_of(pack: Pack, register: Register) -> list[str]:
    """The units that keep a register, as far as the pack names them by their duty."""
    return [unit.name for unit in pack.units.values() if keeps(unit.id, register)]


@staff_page
def fact(request: HttpRequest, city: str, register: str, fact: str) -> HttpResponse:
    """One fact: its values, its revisions with who wrote them and the papers that each rests on."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    line = _line(pack, viewer, one, fact)
    revisions = queries.history(viewer, one, fact)
    words = cells.words_for(pack, viewer, one, revisions)
    wrote = who_wrote(viewer, [revision.entry for revision in revisions])
    papers = facts.papers_of(viewer, one, fact)
    older = [*revisions[1:], None]
    context = {
        "register": one, "line": line, "fact": line.fact, "party": line.party,
        "values": list(zip(one.columns, words.row(line.fact), strict=True)),
        "revisions": [
            (revision, wrote.get(revision.entry), cells.changes(words, revision, before),
             papers.get(revision.revision, ()))
            for revision, before in zip(revisions, older, strict=True)
        ],
        "evidence": papers.get(line.fact.revision, ()), "earlier": any(papers.values()),
        "opens": facts.reads_papers(viewer, one, line.fact.party), "place": _place(pack, line.party),
        "instance": queries.instance(viewer), "done": receipt_of(request),
        "publication": standing(pack, viewer, one, line.fact),
    }  # fmt: skip
    return render(request, "web/office/fact.html", context)


@staff_page
def fact_paper(request: HttpRequest, city: str, register: str, fact: str, number: int) -> HttpResponse:
    """One paper of a fact, of any revision."""
    pack, viewer = cities.pack_of(city), viewer_of(request)
    one = register_of(pack, register)
    return hand_out(request, one, _line(pack, viewer, one, fact).fact, number)


def _line(pack: Pack, viewer: Viewer, register: Register, fact: str) -> facts.FactLine:
    """A fact that the asker sees. Raises Http404."""
    line = facts.fact_line(viewer, register, fact)
    if line is None or fact in hidden_facts(pack, viewer, register.id, var()):
        raise Http404(f"no fact {fact}")
    return line


def _place(pack: Pack, party: PartyView) -> str:
    names: dict[str, Any] = {one.id: one.name for one in (*pack.city.divisions, *pack.city.zones)}
    return "，".join(names[one] for one in (party.division, party.zone) if one in names)
