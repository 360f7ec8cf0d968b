"""Registers `person` and `postdoc_residence`. People are numbered by category, one category after another."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial

import numpy as np

from innocity.engines.simulation import columns as make
from innocity.engines.simulation.columns import Column
from innocity.engines.simulation.draws import Ints
from innocity.engines.simulation.population import SimulatedCity
from innocity.engines.simulation.selection import Calendar, Flags, Parts, Selection, years_of
from innocity.engines.simulation.tables import Batch, Table

_YEAR = 365
_EARLIER = 2  # postdocs that came so many years before the first one are still in residence
_POSTDOC_POOL = 1_500


@lru_cache(maxsize=2)
def people(city: SimulatedCity) -> Parts[str]:
    """How many people there are of each category; `pre_issued` are talents yet to arrive."""
    counts = {
        "high_level": city.count("high_level_talents"), "pre_issued": city.count("cards_pre_issued"),
        "foreign_expert": city.count("foreign_experts"), "postdoc": residences(city).total,
        "urgent": city.count("urgent_talents"), "envoy": city.count("envoys"),
        "entrepreneur": city.count("entrepreneurs"),
    }  # fmt: skip
    return Parts.given(counts)


@lru_cache(maxsize=2)
def residences(city: SimulatedCity) -> Calendar:
    """How many postdocs enter each year."""
    return city.calendar("postdocs", city.years[0] - _EARLIER)


@lru_cache(maxsize=2)
def postdoc_hosts(city: SimulatedCity) -> Selection:
    """The ranks of the firms with a postdoctoral workstation, branch or base."""
    return Selection.of(city.draws, "postdoc_hosts", city.pool(_POSTDOC_POOL), city.count("postdoc_platforms"))


def person(city: SimulatedCity, category: str, numbers: Ints) -> Column:
    """Party ids of people, by their number within a category."""
    return city.party("person", people(city).start(category) + numbers)


def postdoc_project(numbers: Ints) -> Column:
    """The project of each residence."""
    return make.numbered("BS", numbers + 1, 7)


# --- register person ----------------------------------------------------------------------------------


def _high_level(city: SimulatedCity, numbers: Ints) -> dict[str, Column]:
    """Arrived by the published day; nearly half hold the talent card."""
    arrived = city.anchor("high_level_talents") - (city.draws.unit("arrived_high_level", numbers) * 14 * _YEAR).astype(
        np.int64
    )
    without = city.draws.unit("card", numbers) > 0.45
    issued = np.minimum(arrived + 60 + city.draws.below("card_day", numbers, 500), city.as_of)
    return {
        "arrived_on": make.days(arrived),
        "card_issued_on": make.days(issued, without),
        "card_kind": city.code("talent_card_kind", ["issued"], np.zeros_like(numbers), without),
        "foreign": make.flags(city.draws.unit("foreign", numbers) < 0.03),
    }


def _pre_issued(city: SimulatedCity, numbers: Ints) -> dict[str, Column]:
    """Hold a card in advance and have not arrived."""
    anchor = city.anchor("cards_pre_issued")
    issued = anchor - city.draws.below("pre_issued", numbers, min(180, anchor - city.opening))
    return {
        "card_issued_on": make.days(issued),
        "card_kind": city.one_code("talent_card_kind", "pre_issued", len(numbers)),
    }


def _foreign_experts(city: SimulatedCity, numbers: Ints) -> dict[str, Column]:
    """Two published numbers: the first so many by the earlier day, the others by the later one."""
    early, late = city.anchor("foreign_experts_before", back=1), city.anchor("foreign_experts")
    uniform = city.draws.unit("arrived_expert", numbers)
    before = early - (uniform * 9 * _YEAR).astype(np.int64)
    between = early + 1 + (uniform * max(0, late - early)).astype(np.int64)
    first = numbers < city.count("foreign_experts_before")
    return {
        "arrived_on": make.days(np.where(first, before, np.minimum(between, late))),
        "foreign": make.flags(np.full(len(numbers), True)),
    }


def _postdocs(city: SimulatedCity, numbers: Ints) -> dict[str, Column]:
    entered, _, _ = _stay(city, numbers)
    return {
        "arrived_on": make.days(entered),
        "foreign": make.flags(city.draws.unit("foreign_postdoc", numbers) < 0.02),
    }


def _others(city: SimulatedCity, numbers: Ints) -> dict[str, Column]:
    uniform = city.draws.unit("arrived_other", numbers)
    arrived = city.as_of - (uniform * 8 * _YEAR).astype(np.int64)
    return {"arrived_on": make.days(arrived, city.draws.unit("arrival_known", numbers) < 0.05)}


_Special = Callable[[SimulatedCity, Ints], dict[str, Column]]
#: Part of the people -> code of the category, what is special to it.
_CATEGORIES: dict[str, tuple[str, _Special]] = {
    "high_level": ("high_level", _high_level),
    "pre_issued": ("high_level", _pre_issued),
    "foreign_expert": ("foreign_expert", _foreign_experts),
    "postdoc": ("postdoc", _postdocs),
    "urgent": ("urgent", _others),
    "envoy": ("envoy", _others),
    "entrepreneur": ("entrepreneur", _others),
}


def _persons(part: str, city: SimulatedCity, start: int, stop: int) -> Batch:
    numbers = np.arange(start, stop)
    size = len(numbers)
    code, special = _CATEGORIES[part]
    whole = people(city).start(part) + numbers
    columns = {
        "party_id": city.party("person", whole),
        "name": make.numbered("模拟人才", whole + 1, 7),
        "employer": _employers(city, part, start, stop),
        "category": city.one_code("talent_category", code, size),
        "from_outside": make.flags(
            city.draws.unit(f"outside_{part}", numbers) < 0.5, city.draws.unit(f"origin_{part}", numbers) < 0.08
        ),
        **special(city, numbers),
    }
    return Batch(columns, np.full(size, city.opening))


def _employers(city: SimulatedCity, part: str, start: int, stop: int) -> Column:
    """Mostly firms, some universities, some unknown."""
    firm = city.firm(city.leading(f"employer_{part}", start, stop, skew=1.5))
    university = city.party("university", city.some("university", f"employing_{part}", start, stop))
    uniform = city.draws.stream(f"employed_{part}", start, stop)
    return make.blank(make.either(uniform < 0.2, university, firm), uniform > 0.93)


# --- register postdoc_residence -------------------------------------------------------------------------


def _stay(city: SimulatedCity, numbers: Ints) -> tuple[Ints, Ints, Flags]:
    """Entry and exit of residences and whether they still last."""
    years = years_of(residences(city), numbers)
    entered = make.year_starts(years) + city.draws.below("residence_entered", numbers, _YEAR)
    left = entered + 540 + city.draws.below("residence_length", numbers, 560)
    return entered, left, left > city.as_of


def opened(city: SimulatedCity, numbers: Ints) -> tuple[Ints, Flags]:
    """When residences open their project, and which have not or never will."""
    entered, _, _ = _stay(city, numbers)
    day = entered + 60 + city.draws.below("residence_opened", numbers, 240)
    return day, (day > city.as_of) | (city.draws.unit("unopened", numbers) < 0.08)


def key_industry(city: SimulatedCity, numbers: Ints) -> Flags:
    """Whether residences are in a key industry."""
    return city.draws.unit("key_industry", numbers) < 0.7


def _residences(city: SimulatedCity, start: int, stop: int) -> Batch:
    """Residences in the order of entry; one in seven has not opened its project yet or never will."""
    numbers = np.arange(start, stop)
    entered, left, still = _stay(city, numbers)
    opening, unopened = opened(city, numbers)
    hosts = postdoc_hosts(city)
    host = city.draws.below("residence_host", numbers, max(1, hosts.count))
    tutor = city.draws.below("residence_tutor", numbers, city.actors["university"])
    columns = {
        "party_id": person(city, "postdoc", numbers),
        "valid_to": make.days(left, still),
        "project": postdoc_project(numbers),
        "host": city.firm(hosts.member(host)),
        "tutor_university": city.party("university", tutor, city.draws.unit("tutored", numbers) < 0.12),
        "from_outside": make.flags(
            city.draws.unit("residence_outside", numbers) < 0.6, city.draws.unit("residence_origin", numbers) < 0.03
        ),
        "key_industry": make.flags(key_industry(city, numbers)),
        "entered_on": make.days(entered),
        "opened_on": make.days(opening, unopened),
        "left_on": make.days(left, still),
    }
    return Batch(columns, entered)


def tables(city: SimulatedCity) -> list[Table]:
    """Registers `person` and `postdoc_residence`."""
    sizes = people(city)
    return [
        *(Table("person", sizes.size(part), partial(_persons, part)) for part in _CATEGORIES),
        Table("postdoc_residence", residences(city).total, _residences),
    ]
