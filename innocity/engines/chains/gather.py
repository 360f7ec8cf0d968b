"""A chain from registers: nodes, and at each node what its firms have in all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from innocity.engines.chains.model import ChainTask, ChainView, Duty, Firm, Held, Node, Thing
from innocity.engines.chains.standing import Rows, Tables, split, standing
from innocity.packs.model import Pack

#: The registers that a chain is read from; a city that lacks one has nothing of it.
REGISTERS = (
    "chain_node", "chain_duty", "chain_task", "organization", "st_project", "innovation_platform", "person",
    "loan_filing", "equity_stake", "fund_project",
)  # fmt: skip
CHAINS = "key_chain"  # the code list of chains


def chains_of(pack: Pack) -> dict[str, str]:
    """The chains of a city by code, with their names; the one for all others is left out."""
    codes = pack.codes.get(CHAINS)
    return {one.id: one.name for one in codes.codes if one.id != "other"} if codes else {}


def read_chain(pack: Pack, chain: str, tables: Tables, as_of: date) -> ChainView:
    """A chain as of a day, from tables of `REGISTERS`. Each thing is counted once in `whole`, at each of its nodes too.

    A firm stands on the chain by its own register or by a node; a project or platform that names another chain is
    left out. Raises KeyError for a code that is no chain.
    """
    rows = [row for row in standing(tables, "chain_node", as_of, "as_on", ("chain", "node")) if row["chain"] == chain]
    placed = {row["party_id"] for row in rows if row["kind"] == "firm"}
    things = _Things(pack, chain, tables, as_of, placed)
    nodes = tuple(_nodes(rows, things))
    at_nodes = things.held(placed, [row["platform_id"] for row in rows if row["kind"] == "platform"])
    whole = things.everything()
    return ChainView(
        chain, chains_of(pack)[chain], as_of, nodes, whole, _rest(whole, at_nodes), _duties(chain, tables, as_of),
        _tasks(chain, tables, as_of),
    )  # fmt: skip


def _nodes(rows: Rows, things: _Things) -> Iterable[Node]:
    """Each node with what stands there; a firm or platform at a step is no node of its own."""
    known = {row["node"] for row in rows if row["kind"] not in ("firm", "platform")}
    at: dict[str, Rows] = {}
    for row in rows:
        inside = row["kind"] in ("firm", "platform") and row.get("part_of") in known
        at.setdefault(row["part_of"] if inside else row["node"], []).append(row)
    for row in rows:
        here = at.get(row["node"])
        if here is None or row not in here:
            continue
        firms = {one["party_id"] for one in here if one["kind"] == "firm"}
        hosted = [one for one in here if one["kind"] == "platform"]
        held = things.held(firms, [one["platform_id"] for one in hosted])
        named = {one.key for one in held.platforms}
        extra = [Thing(one["node"], one["name"], one["party_id"], "", one["as_on"]) for one in hosted
                 if one["platform_id"] not in named]  # fmt: skip
        yield Node(
            row["node"], row["name"], row["kind"], tuple(split(row["upstream"])), row["local"],
            replace(held, platforms=(*held.platforms, *extra)),
        )  # fmt: skip


class _Things:
    """What the registers hold of a chain's firms, read once."""

    def __init__(self, pack: Pack, chain: str, tables: Tables, day: date, placed: Collection[str]) -> None:
        mine = {"chain": [chain], "party_id": placed}
        firms = standing(tables, "organization", day, "valid_from", ("party_id",), mine)
        self.firms = {one["party_id"]: Firm(one["party_id"], one["name"], one["revenue"]) for one in firms
                      if one["chain"] == chain or one["party_id"] in placed}  # fmt: skip
        for one in standing(tables, "chain_node", day, "as_on", ("chain", "node")):
            if one["chain"] == chain and one["kind"] == "firm":  # the register of organizations may not know it
                self.firms.setdefault(one["party_id"], Firm(one["party_id"], one["name"]))
        own = {"chain": [chain], "party_id": set(self.firms)}
        projects = standing(tables, "st_project", day, "approved_on", ("project_no",), own)
        kinds = {one.id: one.name for one in pack.codes["program"].codes} if "program" in pack.codes else {}
        self.projects = {one["project_no"]: self._thing(one, "project_no", kinds.get(one["program"], ""), day)
                         for one in projects if self._belongs(one, chain)}  # fmt: skip
        platforms = standing(tables, "innovation_platform", day, "approved_on", ("platform_id",), own)
        standing_ones = [one for one in platforms if self._belongs(one, chain) and one["status"] in (None, "active")]
        self.platforms = {one["platform_id"]: self._thing(one, "platform_id", one["name"] or "", day)
                          for one in standing_ones}  # fmt: skip
        working = standing(tables, "person", day, "valid_from", ("party_id",), {"employer": set(self.firms)})
        self.people = Counter(one["employer"] for one in working)
        self.money = {kind: self._sums(tables, day, *how) for kind, how in _MONEY.items()}
        self.money["fiscal"] = [(one["party_id"], one["fiscal"]) for one in projects
                                if one["fiscal"] and one["project_no"] in self.projects]  # fmt: skip
        self._of = {kind: _by_party(found.values()) for kind, found in
                    (("projects", self.projects), ("platforms", self.platforms))}  # fmt: skip

    def _belongs(self, row: Mapping[str, Any], chain: str) -> bool:
        return row["chain"] == chain or (row["chain"] is None and row["party_id"] in self.firms)

    def _thing(self, row: Mapping[str, Any], key: str, name: str, day: date) -> Thing:
        firm = self.firms.get(row["party_id"])
        done = row.get("accepted_on") is not None and row["accepted_on"] <= day
        return Thing(row[key], name, row["party_id"], firm.name if firm else "", row["approved_on"], done)

    def _sums(self, tables: Tables, day: date, register: str, key: str, on: str, of: str, who: str) -> Any:
        """(firm, fen) of each loan, stake or grant; one that was sold again is none."""
        rows = standing(tables, register, day, on, (key,), {who: set(self.firms)})
        left = {one[key] for one in rows if one.get("exited_on") is not None and one["exited_on"] <= day}
        return [(one[who], one[of]) for one in rows if one[of] and one[who] in self.firms and one[key] not in left]

    def held(self, firms: Collection[str], platforms: Collection[str | None]) -> Held:
        """What some firms have, with platforms that are named."""
        own = sorted((self.firms[one] for one in firms if one in self.firms), key=lambda one: -(one.revenue or 0))
        projects = [one for firm in own for one in self._of["projects"].get(firm.party, ())]
        hosted = [one for firm in own for one in self._of["platforms"].get(firm.party, ())]
        named = [self.platforms[key] for key in platforms if key in self.platforms]
        return Held(
            tuple(own), tuple(projects), tuple({one.key: one for one in (*hosted, *named)}.values()),
            sum(self.people[one.party] for one in own), self._money(lambda party: party in firms),
        )  # fmt: skip

    def everything(self) -> Held:
        """All of the chain, whoever has it."""
        firms = sorted(self.firms.values(), key=lambda one: -(one.revenue or 0))
        return Held(tuple(firms), tuple(self.projects.values()), tuple(self.platforms.values()),
                    self.people.total(), self._money(lambda _party: True))  # fmt: skip

    def _money(self, counts: Callable[[str], bool]) -> dict[str, tuple[int, int]]:
        found = {}
        for kind, sums in self.money.items():
            fen = [sum_ for party, sum_ in sums if counts(party)]
            if fen:
                found[kind] = (len(fen), sum(fen))
        return found


def _by_party(things: Iterable[Thing]) -> dict[str, list[Thing]]:
    found: dict[str, list[Thing]] = {}
    for one in things:
        found.setdefault(one.party, []).append(one)
    return found


#: By kind of money: register, number, day, sum, whose it is.
_MONEY = {
    "loan": ("loan_filing", "loan_no", "filed_on", "principal", "borrower"),
    "equity": ("equity_stake", "stake", "invested_on", "amount", "party_id"),
    "fund": ("fund_project", "project_no", "approved_on", "amount", "party_id"),
}


def _rest(whole: Held, placed: Held) -> Held:
    """What of the chain stands at no node."""
    firms, projects, platforms = ({one.party for one in placed.firms}, {one.key for one in placed.projects},
                                  {one.key for one in placed.platforms})  # fmt: skip
    money = {}
    for kind, (number, fen) in whole.money.items():
        taken = placed.money.get(kind, (0, 0))
        if number > taken[0]:
            money[kind] = (number - taken[0], fen - taken[1])
    return Held(
        tuple(one for one in whole.firms if one.party not in firms),
        tuple(one for one in whole.projects if one.key not in projects),
        tuple(one for one in whole.platforms if one.key not in platforms), whole.people - placed.people, money,
    )  # fmt: skip


def _duties(chain: str, tables: Tables, day: date) -> tuple[Duty, ...]:
    rows = standing(tables, "chain_duty", day, "since", ("chain", "role", "name"))
    return tuple(Duty(row["role"], row["name"], row["since"]) for row in rows
                 if row["chain"] == chain and (row["until"] is None or row["until"] > day))  # fmt: skip


def _tasks(chain: str, tables: Tables, day: date) -> tuple[ChainTask, ...]:
    rows = [row for row in standing(tables, "chain_task", day, "as_on", ("task",)) if row["chain"] == chain]
    found = [
        ChainTask(row["task"], row["kind"], row["name"], row["answers"] or "", row["node"] or "", row["due_on"],
                  row["stage"], row["stage"] != "done" and row["due_on"] is not None and row["due_on"] < day)
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (not one.late, one.due or date.max, one.id)))
