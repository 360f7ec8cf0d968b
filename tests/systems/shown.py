"""What tests of systems share: facts as a unit would register them, in the registers of the real pack of Weihai, and
what the program makes of them: rosters, awards, matters. Nothing here knows what should come out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from innocity.actions.procedure_records import open_cases
from innocity.actions.take_step import Step, take_step
from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.core.money import parse_money
from innocity.engines.rosters.model import RosterView, Totals
from innocity.engines.rosters.plan import find_roster
from innocity.engines.rosters.read import read_roster
from innocity.engines.rules.award import Award
from innocity.engines.rules.cases import history, reference_engine
from innocity.engines.rules.compile import compile_rules
from innocity.engines.workflow.model import Case
from innocity.packs.facts_text import case_table
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

Rows = list[dict[str, Any]]
#: Firms of the tests, by place and line of industry: made up.
FIRMS: Rows = [
    {
        "party_id": "甲",
        "uscc": "91371002MA0000000A",
        "name": "甲公司",
        "registration_class": "private",
        "registered_division": "371002",
        "revenue": "3亿元",
    },
    {
        "party_id": "乙",
        "uscc": "91371082MA0000000B",
        "name": "乙公司",
        "registration_class": "private",
        "registered_division": "371082",
        "revenue": "2亿元",
    },
    {
        "party_id": "丙",
        "uscc": "91371003MA0000000C",
        "name": "丙公司",
        "registration_class": "private",
        "registered_division": "371003",
        "revenue": "1亿元",
    },
]


@cache
def weihai() -> Pack:
    """The city as it stands in its folder."""
    return load_pack("weihai")


def tables(registers: Mapping[str, Rows]) -> dict[str, pa.Table]:
    """Facts by register; the three firms are there unless others are given."""
    pack = weihai()
    given = {"organization": FIRMS, **registers}
    return {
        name: case_table(
            [{key: str(value) for key, value in row.items()} for row in rows], pack.registers[name], pack.codes
        )
        for name, rows in given.items()
    }


def roster(name: str, day: str = "2023-12-31", **registers: Rows) -> RosterView:
    """A roster of the city over these facts."""
    return read_roster(weihai(), find_roster(weihai(), name), tables(registers), date.fromisoformat(day))


def listed(view: RosterView, *columns: str) -> list[tuple[str, ...]]:
    """Whom a roster lists, with the values of some columns in words."""
    at = [next(place for place, one in enumerate(view.columns) if one.name == name) for name in columns]
    return [(row.name, *(row.words[place] for place in at)) for row in view.rows]


def totals(view: RosterView, name: str) -> dict[str, tuple[Any, ...]]:
    """The lines of a table of totals; lines on which there is nothing are left out."""
    return {one.name: one.values for one in table(view, name).groups if not one.empty}


def table(view: RosterView, name: str) -> Totals:
    """A table of totals by its name."""
    return next(one for one in view.tables if one.name == name)


def awards(
    clauses: Sequence[str],
    years: Sequence[int] = (2023,),
    *,
    decisions: Sequence[Mapping[str, Any]] = (),
    params: Mapping[str, str] | None = None,
    **registers: Rows,
) -> list[Award]:
    """What clauses of the city give over these facts; what a year pays is history in the next."""
    pack = weihai()
    facts: dict[str, list[dict[str, Any]]] = {
        name: one.to_pylist()
        for name, one in tables(
            {
                **registers,
                "decision": [
                    {"party_id": row.get("party"), **{key: value for key, value in row.items() if key != "party"}}
                    for row in decisions
                ],
            }
        ).items()
    }
    found: list[Award] = []
    for year in years:
        plan = compile_rules(pack, year, date(year + 1, 12, 31), params or {}, only=list(clauses), simulated=True)
        given = reference_engine(plan, facts)
        found += given
        facts = {**facts, "award": [*facts.get("award", []), *history(pack, given)]}
    return found


def told(found: Sequence[Award]) -> dict[tuple[str, str, int], tuple[str, int | None]]:
    """Each award by clause, party and year: its status, and the fen payable or, where somebody must decide, at most."""
    return {
        (one.clause, one.party, one.year): (one.status, one.payable if one.status == "sum" else one.after_pool)
        for one in found
    }


class Matter:
    """A matter of a procedure of the city, kept in a folder of its own; `take` is one step of it."""

    def __init__(self, procedure: str, var: Path, title: str = "一件事") -> None:
        self.procedure, self.var, self.title, self.case = procedure, var, title, ""

    def take(
        self,
        step: str,
        actor: str,
        on: str,
        *,
        party: str = "",
        text: str = "",
        evidence: Sequence[str] = (),
        sum: str | None = None,
    ) -> Matter:
        """Take a step on a day."""
        total = parse_money(sum) if sum is not None else None
        one = Step(
            self.procedure, step, actor, date.fromisoformat(on), self.case, self.title, party, text, evidence, total
        )
        row = take_step(weihai(), one, self.var)
        self.case = row["case"]
        return self

    def now(self, day: str = "2026-01-01") -> Case:
        """Where it stands on a day."""
        return open_cases(weihai(), date.fromisoformat(day), self.var)[self.case]


def refused(matter: Matter, *step: str, **more: object) -> set[str]:
    """The codes of what is wrong with a step."""
    with pytest.raises(InnoCityError) as error:
        matter.take(*step, **more)  # type: ignore[arg-type]
    found = error.value
    return {one.code for one in found.errors} if isinstance(found, InnoCityErrors) else {found.code}


def coming(matter: Matter) -> set[str]:
    """The steps that may come next."""
    return {one.step.id for one in matter.now().next}
