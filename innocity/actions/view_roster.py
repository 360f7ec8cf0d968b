"""A roster as somebody may see it: over the records of the instance, or over a folder of facts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from innocity.core.errors import ErrorList, InnoCityError
from innocity.engines.rosters.model import RosterView
from innocity.engines.rosters.plan import compile_roster, find_roster
from innocity.engines.rosters.read import read_roster
from innocity.packs.model import Pack
from innocity.records import queries, store
from innocity.records.queries.ledgers import register_versions
from innocity.records.viewer import Viewer

#: Who reads registers for somebody who sees only some parties: all of them, and nothing personal.
READER = Viewer("leader", "innocity")
#: Registers as they were last read: a page of a list reads the same ones as the page before.
_TABLES: dict[tuple[str, str, str, bool], tuple[int, pa.Table]] = {}
_MOST = 12


def view_roster(
    pack: Pack,
    viewer: Viewer,
    name: str,
    on: date | None = None,
    *,
    skip: int = 0,
    limit: int | None = None,
    year: int | None = None,
) -> RosterView:
    """A roster over the current facts of the records, as of a day (default: that of the facts); one of a year, of
    that year (default: the latest with rows).

    A unit of a county sees the rows of its own parties, and totals over those; a fund, which is the whole city's, it
    does not see. Errors: E-ROSTER-*,
    E-RECORDS-FORBIDDEN, E-EXPR-*.
    """
    roster = find_roster(pack, name)
    if not viewer.sees_runs():
        raise InnoCityError("E-RECORDS-FORBIDDEN", "名录只有工作人员可以看", None, "登录有权限的账号")
    day = on or reading_day(viewer)
    needed = compile_roster(pack, roster, day).registers() | ({"organization"} & set(pack.registers))
    whole = viewer.sees_all_parties()
    item = pack.appropriations.get(roster.appropriation or "")
    if whole and item is not None and item.uses is not None:
        needed.add(item.uses.register_)
    tables = registers_seen(pack, viewer, needed)
    view = read_roster(pack, roster, tables, day, known_on=date.max, skip=skip, limit=limit, year=year)
    return view if whole else replace(view, fund=None)


def registers_seen(
    pack: Pack, viewer: Viewer, names: Iterable[str], *, all_parties: Collection[str] = ()
) -> dict[str, pa.Table]:
    """The current facts of registers that a worker of the city sees: a county's unit those of its own parties.

    Of registers in `all_parties` everybody gets all rows, but nothing personal: what they hold is the city's own.
    """
    whole = viewer.sees_all_parties()
    mine = None if whole else pa.array(sorted(queries.visible_parties(viewer)), pa.string())
    found = {}
    for one in sorted(names):
        free = one in all_parties and not whole
        found[one] = _table(pack, READER, one, None) if free else _table(pack, viewer, one, mine)
    return found


def reading_day(viewer: Viewer) -> date:
    """The day of which rosters are, where none is asked for: of simulated facts their own last day, else today."""
    instance = queries.instance(viewer)
    return (instance.as_of if instance is not None and instance.simulated else None) or store.today()


def _table(pack: Pack, viewer: Viewer, register: str, mine: pa.Array | None) -> pa.Table:
    """The current facts of a register; of the parties `mine` alone, where somebody does not see all."""
    reader, known = viewer if mine is None else READER, pack.registers[register]

    def read() -> pa.Table:
        errors = ErrorList()
        found = queries.register_table(reader, known, errors)
        errors.raise_if_any()
        assert found is not None
        return found

    # The version is asked before the table is read: what is written in between is read again under the next one.
    [(_, version)] = register_versions(reader, [register]) or ((register, 0),)
    database = str(connection.settings_dict["NAME"])
    key = (database, pack.hash, register, reader.sees_personal(known))
    kept = _TABLES.pop(key, None)
    table = kept[1] if kept is not None and kept[0] == version else read()
    _TABLES[key] = version, table  # the newest at the end; older versions are not held
    while len(_TABLES) > _MOST:
        _TABLES.pop(next(iter(_TABLES)), None)
    return table if mine is None else table.filter(pc.is_in(table["party_id"], value_set=mine))
