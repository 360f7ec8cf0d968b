"""Chains, roadmaps and key technologies as somebody may see them: over the records of the instance.

What stands at nodes is kept for each county and for whoever sees all parties, until one of its registers changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc
from django.db import connection

from innocity.actions.view_roster import READER, reading_day, registers_seen
from innocity.core.errors import InnoCityError, register_codes
from innocity.core.kept import Kept, Same
from innocity.engines.chains import roadmap as roads
from innocity.engines.chains.gather import REGISTERS, chains_of, read_chain
from innocity.engines.chains.kinds import KeyTechnology, KindCount, counts, key_technologies
from innocity.engines.chains.model import ChainView, Held, Node
from innocity.engines.chains.standing import standing
from innocity.packs.model import Pack
from innocity.records.queries.ledgers import register_versions
from innocity.records.viewer import Viewer

register_codes({"E-CHAIN-UNKNOWN": ("没有这条链", "there is no such chain")})

#: What is about a chain or the whole city, and about no party that a county could call its own.
CITY_WIDE = ("chain_node", "chain_duty", "chain_task", *roads.REGISTERS[:-1])
_CHAINS: Kept[ChainView] = Kept(64)


@dataclass(frozen=True, slots=True)
class Technologies:
    """The key technologies of a day, and a line for each kind."""

    found: list[KeyTechnology]
    kinds: list[KindCount]


def view_chain(pack: Pack, viewer: Viewer, chain: str, on: date | None = None) -> ChainView:
    """A chain as of a day (default: that of the facts).

    A unit of a county sees every product and technology, with what its own parties have there. A firm sees the map
    with nothing but itself on it: whether others stand at a node, not who. Errors: E-CHAIN-UNKNOWN,
    E-RECORDS-FORBIDDEN.
    """
    if chain not in chains_of(pack):
        raise InnoCityError("E-CHAIN-UNKNOWN", f"没有产业链“{chain}”", None, "产业链见代码表 key_chain")
    if viewer.role == "anonymous":
        raise InnoCityError("E-RECORDS-FORBIDDEN", "产业链图谱登录后才能看", None, "登录有权限的账号")
    if viewer.role == "firm":
        return of_firm(view_chain(pack, READER, chain, on or reading_day(viewer)), viewer.party or "")
    return _read(pack, viewer, [chain], on or reading_day(viewer))[0]


def view_chains(pack: Pack, viewer: Viewer, on: date | None = None) -> list[ChainView]:
    """Every chain as of a day, for whoever works for the city. Error: E-RECORDS-FORBIDDEN."""
    if not viewer.sees_runs():
        raise InnoCityError("E-RECORDS-FORBIDDEN", "产业链总表只有工作人员可以看", None, "登录有权限的账号")
    return _read(pack, viewer, list(chains_of(pack)), on or reading_day(viewer))


def _read(pack: Pack, viewer: Viewer, chains: list[str], day: date) -> list[ChainView]:
    """Chains as the asker's county, or whoever sees all parties, has them; tables are read once, if at all."""
    names = [one for one in REGISTERS if one in pack.registers]
    county = None if viewer.sees_all_parties() else viewer.county
    key = (str(connection.settings_dict["NAME"]), Same(pack), day, county, register_versions(viewer, names))
    read = cache(lambda: _tables(pack, READER if county is None else viewer))
    return [_CHAINS.get((*key, one), lambda one=one: read_chain(pack, one, read(), day)) for one in chains]  # type: ignore[misc]


def _tables(pack: Pack, viewer: Viewer) -> dict[str, pa.Table]:
    """What a chain is read from; of the map a county's unit gets its own firms and platforms alone.

    People and loans are registered for somebody else than the firm that has them: they are chosen by the firm.
    """
    names = [one for one in REGISTERS if one in pack.registers]
    tables = registers_seen(pack, viewer, names, all_parties=(*CITY_WIDE, "person", "loan_filing"))
    if not viewer.sees_all_parties() and "chain_node" in tables and "organization" in tables:
        rows = tables["chain_node"]
        of_parties = pc.is_in(rows["kind"], value_set=pa.array(["firm", "platform"]))
        own = pc.is_in(rows["party_id"], value_set=tables["organization"]["party_id"].combine_chunks())
        tables["chain_node"] = rows.filter(pc.or_(pc.invert(of_parties), own))
    return tables


def of_firm(view: ChainView, party: str) -> ChainView:
    """The map as a firm sees it: how well each step is held, with the firm itself alone standing at it."""
    nodes = [_seen_by(one, party) for one in view.nodes if one.step or _own(one.held, party).firms]
    return replace(view, nodes=tuple(nodes), whole=_own(view.whole, party), loose=_own(view.loose, party))


def _seen_by(one: Node, party: str) -> Node:
    return replace(one, held=_own(one.held, party), told=(one.strength, one.held.lacks))


def _own(held: Held, party: str) -> Held:
    """What of it is the party's own."""
    return Held(
        tuple(one for one in held.firms if one.party == party), tuple(p for p in held.projects if p.party == party),
        tuple(p for p in held.platforms if p.party == party),
    )  # fmt: skip


def chain_of_firm(pack: Pack, viewer: Viewer) -> str | None:
    """The chain on which the viewer's firm stands: by a node, else by its own register; None where on none."""
    if not viewer.party:
        return None
    day, known, mine = reading_day(viewer), chains_of(pack), {"party_id": [viewer.party]}
    names = [one for one in ("chain_node", "organization") if one in pack.registers]
    tables = registers_seen(pack, READER, names)
    nodes = standing(tables, "chain_node", day, "as_on", ("chain", "node"))
    own = standing(tables, "organization", day, "valid_from", ("party_id",), mine)
    found = [one["chain"] for one in nodes if one["kind"] == "firm" and one["party_id"] == viewer.party]
    return next((chain for chain in (*found, *(one["chain"] for one in own)) if chain in known), None)


def view_roadmaps(
    pack: Pack, viewer: Viewer, on: date | None = None
) -> tuple[list[roads.Roadmap], list[roads.Reserve]]:  # fmt: skip
    """Every roadmap and the technologies in reserve, for whoever works for the city. Error: E-RECORDS-FORBIDDEN."""
    tables, day = _road_tables(pack, viewer), on or reading_day(viewer)
    return roads.roadmaps(tables, day), roads.reserves(tables, day)


def view_technologies(pack: Pack, viewer: Viewer, on: date | None = None) -> Technologies:
    """The key technologies by kind, for whoever works for the city. Error: E-RECORDS-FORBIDDEN."""
    modes = pack.codes.get("organising_mode")
    names = {one.id: one.name for one in modes.codes} if modes else {}
    found = key_technologies(_road_tables(pack, viewer), pack.technology_kinds, names, on or reading_day(viewer))
    return Technologies(found, counts(found, pack.technology_kinds))


def _road_tables(pack: Pack, viewer: Viewer) -> dict[str, pa.Table]:
    """Plans of the city, and its projects: their numbers and stages are known to all who work for it."""
    if not viewer.sees_runs():
        raise InnoCityError("E-RECORDS-FORBIDDEN", "路线图只有工作人员可以看", None, "登录有权限的账号")
    names = [one for one in roads.REGISTERS if one in pack.registers]
    return registers_seen(pack, viewer, names, all_parties=names)
