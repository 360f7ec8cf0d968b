"""What pages read: a city's pack, its topics, its newest run, its state as of a day. Each is read once.

A pack is loaded when it is first asked for and kept until the server starts anew; ledgers and runs are looked
at again as soon as their files change.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404

from innocity.actions.ledger import changed
from innocity.actions.overview import Overview, overview
from innocity.actions.withheld import Hidden, Withheld, withheld
from innocity.engines.indicators.board import default_date
from innocity.engines.rules.cases import Case, read_cases
from innocity.engines.rules.profile import clause_list
from innocity.packs.load import cities_root, find_city, known_cities, load_glossaries, load_pack
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer


def city_ids() -> list[str]:
    """The cities that the site shows: the instance's own first."""
    own = settings.INNOCITY_CITY
    return [own, *(name for name in _known(str(cities_root())) if name != own)]


@lru_cache(maxsize=4)
def _known(root: str) -> tuple[str, ...]:
    """Folders of cities are looked for once, as packs are read once."""
    return tuple(known_cities(Path(root)))


def is_own(name: str) -> bool:
    """Whether a city is the instance's own: the one that its records are about."""
    return bool(name == settings.INNOCITY_CITY)


@lru_cache(maxsize=16)
def _pack(name: str) -> Pack:
    return load_pack(name)


def pack_of(name: str) -> Pack:
    """The pack of a city by the name in its address. Raises Http404 for any other name."""
    if name not in city_ids():
        raise Http404(f"no city {name}")
    return _pack(name)


@lru_cache(maxsize=16)
def topics_of(name: str) -> dict[str, str]:
    """Chinese names of topics, by id."""
    return {term.id: term.zh for term in load_glossaries(_pack(name))}


@lru_cache(maxsize=16)
def clauses_of(name: str) -> tuple[dict[str, Any], ...]:
    """A row a clause (`innocity.engines.rules.profile.clause_list`), in the order of the pack."""
    return tuple(clause_list(_pack(name), topics_of(name)))


@lru_cache(maxsize=16)
def cases_of(name: str) -> tuple[Case, ...]:
    """The golden cases of a city; none where the city has no folder of them."""
    folder = find_city(name) / "cases"
    return tuple(case for case in read_cases(folder) if case.city == name) if folder.is_dir() else ()


# --- what changes while the server runs --------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Run:
    """The newest run of a city: its folder's report and, by clause, what it gave."""

    name: str
    report: dict[str, Any]

    @property
    def simulated(self) -> bool:
        """Whether its facts were simulated."""
        return bool(self.report.get("simulated"))

    def clause(self, name: str) -> dict[str, Any] | None:
        """What one clause gave, in fen and counts; None where nobody got anything."""
        return next((row for row in self.report["clauses"] if row["clause"] == name), None)


def run_of(name: str) -> Run | None:
    """The newest readable run under `INNOCITY_VAR/<city>`; None where there is none."""
    folder = Path(settings.INNOCITY_VAR) / name
    found = [
        (path.stat().st_mtime_ns, path) for path in (*folder.glob("runs/*/run.json"), *folder.glob("run/run.json"))
    ]
    for stamp, path in sorted(found, reverse=True):
        run = _run(path, stamp)
        if run is not None:
            return run
    return None


@lru_cache(maxsize=8)
def _run(path: Path, changed: int) -> Run | None:
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        return Run(path.parent.name, report) if isinstance(report["clauses"], list) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def state_of(name: str) -> Overview:
    """Lights and tasks as of the city's own day, as everybody may see them; worked out again when records change."""
    return state_for(name, Viewer())


def state_for(name: str, viewer: Viewer) -> Overview:
    """The same as somebody sees it: staff also by figures that wait for approval, and with the words of reports.

    Who sees the same gets the same object.
    """
    pack, var = _pack(name), Path(settings.INNOCITY_VAR)
    stamp = changed(pack, var)
    return _state(name, var, stamp, _withheld(name, var, stamp).hidden_from(pack, viewer))


def approved_for(name: str, viewer: Viewer) -> Overview:
    """The same by approved figures alone, whoever asks: scores, counts, comparisons and decision sheets rest on it.

    Its `hidden.figures` are those that wait for approval.
    """
    var = Path(settings.INNOCITY_VAR)
    return _state(name, var, changed(_pack(name), var), uncounted_for(name, viewer))


def hidden_from(name: str, viewer: Viewer) -> Hidden:
    """What of a city's records is kept back from somebody."""
    pack, var = _pack(name), Path(settings.INNOCITY_VAR)
    return _withheld(name, var, changed(pack, var)).hidden_from(pack, viewer)


def uncounted_for(name: str, viewer: Viewer) -> Hidden:
    """What of a city's records somebody's scores, counts and reports leave out."""
    pack, var = _pack(name), Path(settings.INNOCITY_VAR)
    return _withheld(name, var, changed(pack, var)).uncounted_for(pack, viewer)


@lru_cache(maxsize=4)
def _withheld(name: str, var: Path, stamp: tuple[object, ...]) -> Withheld:
    return withheld(_pack(name), var)


@lru_cache(maxsize=8)
def _state(name: str, var: Path, stamp: tuple[object, ...], hidden: Hidden) -> Overview:
    pack = _pack(name)
    return overview(pack, default_date(pack), var, hidden=hidden)


def day_of(name: str) -> date:
    """The day that a city's pages show."""
    return default_date(_pack(name))
