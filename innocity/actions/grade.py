"""Grade what a roster lists: its columns are the measures. Nothing is written; results are for whoever decides.

for one in grade(pack, "platform_grading", Path("var/weihai/facts"), date(2023, 12, 31)):
    print(one.rank, one.subject.name, one.tier.name)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pyarrow as pa

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.grading.model import Grade, Subject
from innocity.engines.grading.score import grades
from innocity.engines.rosters.model import RosterView
from innocity.engines.rosters.plan import find_roster
from innocity.engines.rosters.read import read_roster
from innocity.packs.invalid import suggest
from innocity.packs.model import Grading, Pack

register_codes({
    "E-GRADING-UNKNOWN": ("没有这个评级", "there is no such grading"),
    "E-GRADING-COLUMN": ("评级用的名录没有这一栏", "a grading's roster lacks a column"),
})  # fmt: skip


def find_grading(pack: Pack, name: str) -> Grading:
    """A grading by its id. Error: E-GRADING-UNKNOWN."""
    found = pack.gradings.get(name)
    if found is None:
        raise InnoCityError("E-GRADING-UNKNOWN", f"没有评级 {name}", None, suggest(name, set(pack.gradings)))
    return found


def grade(pack: Pack, name: str, facts: Path | Mapping[str, pa.Table], day: date) -> list[Grade]:
    """The grades as of a day over a folder of facts or tables, best first. Errors: E-GRADING-*, those of rosters."""
    grading = find_grading(pack, name)
    return grade_view(pack, grading, read_roster(pack, find_roster(pack, grading.roster), facts, day))


def grade_view(pack: Pack, grading: Grading, view: RosterView) -> list[Grade]:
    """The grades of a roster as somebody sees it. Error: E-GRADING-COLUMN."""
    names = [column.name for column in view.columns]
    for one in (*(each.of for each in grading.criteria), *((grading.by,) if grading.by else ())):
        if one not in names:
            place = Place.of(grading.place) if grading.place else None
            text = f"名录 {grading.roster} 没有“{one}”一栏"
            raise InnoCityError("E-GRADING-COLUMN", text, place, suggest(one, set(names)))
    return grades(grading, _subjects(names, view))


def _subjects(names: list[str], view: RosterView) -> Iterable[Subject]:
    for row in view.rows:
        yield Subject(
            row.party, row.name or row.party, dict(zip(names, row.values, strict=True)),
            dict(zip(names, row.words, strict=True)),
        )  # fmt: skip
