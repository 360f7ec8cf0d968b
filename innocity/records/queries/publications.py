"""What of a register is public, what is not, and what waits to be made public again because it was corrected.

A past revision that has a day of publication is one whose successor waits: nobody has yet looked at what became of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from django.db.models import Q, QuerySet

from innocity.packs.model import Pack, Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.records.models import Fact
from innocity.records.queries import _county, _must_audit, _published
from innocity.records.queries.fact_lists import FactLine, _found, _line
from innocity.records.store import batches
from innocity.records.viewer import ANY_UNIT, Viewer

State = Literal["private", "waiting", "public"]
_IN = 500
_BASE = frozenset(column.id for column in BASE_COLUMNS)


def chosen(
    viewer: Viewer, register: Register, state: State, *, text: str = "", division: str = "",
    where: Mapping[str, Any] | None = None, ids: Collection[str] | None = None, most: int | None = None,
) -> dict[str, int]:  # fmt: skip
    """The revisions of current facts, by fact id in order, that are in a state and that the asker may publish or take
    back; `where` are typed values by column id, `most` how many are read at most.

    `private` are those that are not public, also those that wait. Facts about people are never among what may be
    published.
    """
    found = _own(_found(viewer, register, text, division), viewer, register)
    found = found.filter(published_on__isnull=state != "public")
    if state != "public":
        found = found.exclude(party__kind="person")
    for name, value in (where or {}).items():
        found = found.filter(**{name if name in _BASE else f"data__{name}": value})
    if ids is not None:
        found = found.filter(fact_id__in=ids)
    if state == "waiting":
        found = found.filter(fact_id__in=awaiting_ids(register.id))
    rows = found.order_by("fact_id").values_list("fact_id", "revision")
    return dict(rows if most is None else rows[:most])


def lines_of(viewer: Viewer, register: Register, ids: Collection[str]) -> tuple[FactLine, ...]:
    """Current facts by their ids, in order of these, of those that the asker may see."""
    found = {one.fact_id: one for one in _found(viewer, register, "", "").filter(fact_id__in=ids)}
    return tuple(_line(viewer, register, found[name]) for name in ids if name in found)


def awaiting(viewer: Viewer, pack: Pack) -> dict[str, int]:
    """How many facts wait to be made public again, by register: of those that the asker's unit keeps."""
    if viewer.role != "officer":
        return {}
    found = {}
    changed = Fact.objects.filter(published_on__isnull=False, current=False).order_by("register")
    for name in changed.values_list("register", flat=True).distinct():
        register = pack.registers.get(name)
        if register is not None and viewer.duty(register) and (count := len(chosen(viewer, register, "waiting"))):
            found[name] = count
    return found


def awaiting_ids(register: str, among: Collection[str] | None = None) -> frozenset[str]:
    """The ids of facts of which an earlier revision was public and the current one is not, withdrawn ones left out.

    `among`: of these ids alone.
    """
    before = Fact.objects.filter(register=register, published_on__isnull=False, current=False)
    if among is not None:
        before = before.filter(fact_id__in=among)
    past = sorted(set(before.values_list("fact_id", flat=True)))
    now = Fact.objects.filter(register=register, current=True, withdrawn=False, published_on__isnull=True)
    return frozenset(
        name for batch in batches(past, _IN) for name in now.filter(fact_id__in=batch).values_list("fact_id", flat=True)
    )


def _own(found: QuerySet[Fact], viewer: Viewer, register: Register) -> QuerySet[Fact]:
    """Of facts those about whom the asker may write, as `check_may_write` has it."""
    if not viewer.writes(register):
        return found.none()
    if viewer.role == "operator":
        return found
    if ANY_UNIT & set(register.writers) and not viewer.duty(register):
        return found.filter(Q(party_id=viewer.unit))
    return found.filter(_county(viewer.county, "party__")) if viewer.county is not None else found


def published_facts(viewer: Viewer) -> Iterator[tuple[str, str, int]]:
    """(register, fact id, entry that wrote the revision) of every fact that is public. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    yield from _published().values_list("register", "fact_id", "entry").iterator(chunk_size=2000)


def written_unpublished(viewer: Viewer, register: str, ids: Collection[str]) -> Iterator[tuple[str, int]]:
    """(fact id, entry) of those of these current facts that are not public. Error: E-RECORDS-FORBIDDEN."""
    _must_audit(viewer)
    now = Fact.objects.filter(register=register, current=True, withdrawn=False, published_on__isnull=True)
    for batch in batches(sorted(ids), _IN):
        yield from now.filter(fact_id__in=batch).values_list("fact_id", "entry")
