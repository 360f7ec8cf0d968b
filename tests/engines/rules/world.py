"""A small world for tests of the rules engine: registers, code lists, and packs put together from data.

Clauses are written as a city's documents write them, as mappings of texts. Money of facts is in fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from innocity.engines.rules.award import Award
from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import DuckEngine
from innocity.engines.rules.ir import RulesPlan
from innocity.packs.model import City, Clause, CodeList, Exclusion, Group, Pack, Pool, Register, Relation, Rule
from innocity.plan.scan import register_columns
from tests.engines.rules.compare import Engine, Rows, differences

YEAR = 2023
AS_OF = date(2023, 12, 31)

CODES = {
    "kind": ("first", "again", "moved"),
    "level": ("national", "province", "city"),
    "status": ("active", "gone"),
    "list": ("court", "tax"),
}
# register -> column -> type; a code column names its list after a colon
REGISTERS: dict[str, dict[str, str]] = {
    "event": {
        "kind": "code:kind", "level": "code:level", "project": "text", "tech": "text", "agency": "party",
        "day": "date", "signed": "date", "entered": "date", "left": "date", "amount": "money", "fee": "money",
        "n": "integer", "flag": "bool", "batch": "year",
    },
    "state": {
        "kind": "code:kind", "project": "text", "owner": "party", "since": "date", "value": "money",
        "score": "integer", "ok": "bool",
    },
    "organization": {
        "kind": "code:kind", "status": "code:status", "established_on": "date", "employees": "integer",
        "revenue": "money",
    },
    "integrity_record": {"list": "code:list", "starts_on": "date", "ends_on": "date", "repaired_on": "date"},
    "award": {"clause": "text", "object": "text", "year": "year", "amount": "money"},
    "decision": {
        "clause": "text", "object": "text", "year": "year", "selected": "bool", "sum": "money", "rank": "integer",
        "decided_on": "date",
    },
}  # fmt: skip
EXCLUSIONS = (
    {"id": "dishonest", "name": "失信", "register": "integrity_record", "where": "list == 'court'",
     "from": "starts_on", "to": "ends_on", "repaired": "repaired_on"},
    {"id": "Deregistered", "name": "注销", "register": "organization", "where": "status == 'gone'",
     "from": "valid_from", "to": "valid_to"},
)  # fmt: skip


def _register(name: str, columns: Mapping[str, str]) -> Register:
    listed = []
    for column, kind in columns.items():
        plain, _, codes = kind.partition(":")
        listed.append({"id": column, "name": column, "type": plain, **({"codes": codes} if codes else {})})
    return Register.model_validate(
        {"id": name, "name": name, "source": "test", "purpose": "test", "refresh": "test", "columns": listed}
    )


def clause(name: str, **fields: Any) -> dict[str, Any]:
    """A clause as data, with what every clause needs filled in."""
    return {"id": name, "name": name, "topic": "test", "who": "test", "what": "test", **fields}


def pack_of(
    clauses: Iterable[Mapping[str, Any]],
    groups: Iterable[Mapping[str, Any]] = (),
    pools: Iterable[Mapping[str, Any]] = (),
    relations: Iterable[Mapping[str, Any]] = (),
    rules: Iterable[Mapping[str, Any]] = (),
    exclusions: Iterable[Mapping[str, Any]] = EXCLUSIONS,
) -> Pack:
    """A pack over the registers of this module."""
    codes = {
        name: CodeList.model_validate({"id": name, "name": name, "codes": [{"id": c, "name": c} for c in ids]})
        for name, ids in CODES.items()
    }
    return Pack(
        city=City.model_validate({"id": "town", "name": "town", "code": "990000"}),
        codes=codes,
        registers={name: _register(name, columns) for name, columns in REGISTERS.items()},
        exclusions=tuple(Exclusion.model_validate(e) for e in exclusions),
        clauses={c["id"]: Clause.model_validate(c) for c in clauses},
        groups={g["id"]: Group.model_validate(g) for g in groups},
        pools={p["id"]: Pool.model_validate(p) for p in pools},
        relations={r["id"]: Relation.model_validate(r) for r in relations},
        rules={r["id"]: Rule.model_validate(r) for r in rules},
    )


def plan_of(pack: Pack, year: int = YEAR, as_of: date = AS_OF, **overrides: str) -> RulesPlan:
    """The pack's plan of a year; keyword arguments are settings, with `__` for the dot."""
    settings = {name.replace("__", ".", 1): text for name, text in overrides.items()}
    return compile_rules(pack, year, as_of, settings)


def facts_of(pack: Pack, given: Mapping[str, Iterable[Mapping[str, Any]]]) -> Rows:
    """Rows with every column of their register: ids numbered, valid since 1900, the rest missing."""
    filled: Rows = {}
    for name, rows in given.items():
        blank = dict.fromkeys(register_columns(pack.registers[name]))
        filled[name] = [
            {**blank, "fact_id": f"{name}-{i:03d}", "valid_from": date(1900, 1, 1), **row} for i, row in enumerate(rows)
        ]
    return filled


_duck: list[DuckEngine] = []


def duck_engine(plan: RulesPlan, facts: Rows) -> list[Award]:
    """DuckDB, on one connection for all tests of a process."""
    if not _duck:
        _duck.append(DuckEngine())
    return _duck[0](plan, facts)


def agreed(
    other: Engine, clauses: Iterable[Mapping[str, Any]], facts: Mapping[str, Iterable[Mapping[str, Any]]], **parts: Any
) -> list[Award]:
    """The awards of clauses over facts, alike in the reference and another engine (asserted here)."""
    pack = pack_of(clauses, **parts)
    plan, rows = plan_of(pack), facts_of(pack, facts)
    found = reference_engine(plan, rows)
    assert differences(found, other(plan, rows)) == []
    return found
