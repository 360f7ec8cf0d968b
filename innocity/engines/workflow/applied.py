"""What a party has applied for."""

from __future__ import annotations

from collections.abc import Iterable

from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import year_of
from innocity.packs.model import Pack


def applied(pack: Pack, found: Iterable[Case], party: str, year: int | None) -> list[Case]:
    """The applications of a party for a fact year that are under way or were granted."""
    return [one for one in found if one.applicant == party and one.clause and one.stands
            and year_of(pack, one.clause, one.taken[0].taken_on) == year]  # fmt: skip
