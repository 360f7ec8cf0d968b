"""What a party has applied for, and for which things a matter is."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from innocity.engines.workflow.model import Case
from innocity.engines.workflow.papers import year_of
from innocity.packs.model import Pack

_SIMULATED = "（模拟）"


def applied(pack: Pack, found: Iterable[Case], party: str, year: int | None) -> list[Case]:
    """The applications of a party for a fact year that are under way or were granted."""
    return [one for one in found if one.applicant == party and one.clause and one.stands
            and year_of(pack, one.clause, one.taken[0].taken_on) == year]  # fmt: skip


def source_of(case: Case, *, simulated: bool) -> str:
    """The source of a fact that came of a matter: it names the matter."""
    return f"{case.procedure.name} {case.id}" + (_SIMULATED if simulated else "")


def came_of(source: str | None, case: Case) -> bool:
    """Whether a fact with that source came of a matter."""
    return case.id in (source or "").removesuffix(_SIMULATED).split(" ")


def covers(case: Case, thing: str, things: Collection[str]) -> bool:
    """Whether a matter is for one of a clause's things; `things` are those of the facts that came of it.

    One for all things is, once it was decided, for those that it was decided for.
    """
    return (case.object or thing) == thing and (not things or thing in things)
