"""Random packs: up to eight clauses of every shape, with groups, pools and supersession over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from innocity.packs.model import Pack
from tests.engines.rules.expressions import AWARDS, PARAMS, VARIABLES, Names, columns, condition, date, integer, money
from tests.engines.rules.world import clause, pack_of

Draw = st.DrawFn
MONEY = st.sampled_from(["0.01元", "0.99元", "3元", "100元", "1234.56元", "5万元", "30万元", "1亿元"])
RATE = st.sampled_from(["0%", "1‰", "1.5%", "1/3", "50%", "2/7", "99.99%", "100%", "12.3456789%", "1/12345678901"])
DEEP = 2  # how deep amounts stand in amounts; SQL's text grows with every level
DAYS = st.sampled_from(["2022-06-30", "2023-01-01", "2023-03-01", "2023-07-27", "2023-12-31", "2024-01-01"])
DAYS_OF_RUN = replace(VARIABLES, integer=())  # rows that are awards have a column `year` of their own
ORGANIZATION = columns("organization")


def _chance(draw: Draw, percent: int) -> bool:
    return draw(st.integers(0, 99)) >= 100 - percent


@st.composite
def packs(draw: Draw) -> Pack:
    """A pack of one to eight clauses."""
    clauses: list[dict[str, Any]] = []
    for i in range(draw(st.integers(1, 8))):
        after = draw(st.sampled_from([c["id"] for c in clauses])) if clauses and _chance(draw, 15) else None
        clauses.append(draw(_clause(f"c{i}", after)))
    ids = [c["id"] for c in clauses]
    return pack_of(clauses, draw(_groups(ids)), draw(_pools(ids)), draw(_relations(ids)))


@st.composite
def _clause(draw: Draw, name: str, after: str | None) -> dict[str, Any]:
    """One clause: open to a class, by row or grouped."""
    if after is None and _chance(draw, 4):
        return clause(name, amount=draw(st.sampled_from(["in_kind", "undecided"])), **draw(_gate()), **draw(_valid()))
    fields, rows = draw(_source(after))
    _params(draw, fields)
    fields |= draw(_object(rows))
    grouped = _chance(draw, 50)
    names = _level(fields, rows, grouped)
    if _chance(draw, 50):
        fields["when"] = [draw(_shown(names)) for _ in range(draw(st.sampled_from([1, 1, 2, 3])))]
    if _chance(draw, 10):
        fields["manual"] = {"when": draw(condition(names, 1)), "says": "由人判断"}
    if _chance(draw, 15):
        subject = ORGANIZATION + PARAMS + VARIABLES
        fields["subject"] = draw(condition(subject, 1))
    fields["amount"] = (
        draw(_amount(names, DEEP)) if _chance(draw, 92) else draw(st.sampled_from(["in_kind", "undecided"]))
    )
    if not grouped and _chance(draw, 50) and "once" not in fields:
        fields["once"] = draw(_once(rows + columns("organization", "party")))
    return clause(name, **fields, **draw(_around()), **draw(_gate()), **draw(_valid()))


def _params(draw: Draw, fields: dict[str, Any]) -> None:
    integer_value: Any = str(draw(st.integers(0, 30)))
    if _chance(draw, 4):
        integer_value = {"missing": "人数"}
    fields["params"] = {
        "p_money": draw(MONEY), "p_integer": integer_value, "p_date": draw(DAYS),
        "p_flag": draw(st.sampled_from(["true", "false"])),
        "p_rate": {"value": draw(RATE), "reading": "取一种读法"} if _chance(draw, 20) else draw(RATE),
    }  # fmt: skip


@st.composite
def _source(draw: Draw, after: str | None) -> tuple[dict[str, Any], Names]:
    """Which rows count, and the names that expressions over them may use."""
    register = draw(st.sampled_from(["event", "event", "event", "state"]))
    rows = AWARDS + PARAMS + DAYS_OF_RUN if after else columns(register) + PARAMS + VARIABLES
    fields: dict[str, Any] = {"after": {"clause": after}} if after else {"register": register}
    if _chance(draw, 35):
        fields["join"] = [draw(_join("s", rows))]
        rows += columns("state", "s")
        if _chance(draw, 20):
            fields["join"].append(draw(_join("t", rows)))
            rows += columns("state", "t")
    parties = [n for n in rows.text if n.endswith(("agency", "owner"))]
    if parties and _chance(draw, 25):
        fields["party"] = draw(st.sampled_from(parties))
    if register == "event" and not after and _chance(draw, 12):
        starts = ["entered", "signed", "add_days(entered, 1)", *(d for d in rows.date if "." in d)]
        fields["counts_over"] = {"from": draw(st.sampled_from(starts)), "to": "left"}
        rows = replace(rows, other_years=False)
    elif not after or _chance(draw, 20):
        plain = {"event": "day", "state": "since"}[register] if not after else "counted_on"
        fields["counts_on"] = plain if _chance(draw, 75) else draw(date(rows, 1))
    if _chance(draw, 35):
        fields["where"] = draw(condition(rows, 2))
    if _chance(draw, 20):
        fields["distinct"] = draw(_distinct(rows))
    return fields, rows


@st.composite
def _join(draw: Draw, alias: str, rows: Names) -> dict[str, Any]:
    texts = [n for n in rows.text if n not in ("s.tech", "t.tech")]
    on = {draw(st.sampled_from(["party_id", "project", "owner"])): draw(st.sampled_from(texts))}
    codes = [name for name, listed in rows.codes if listed == "kind"]
    if codes and _chance(draw, 20):
        on["kind"] = draw(st.sampled_from(codes))
    join: dict[str, Any] = {"register": "state", "as": alias, "on": on}
    if _chance(draw, 50):
        join["at"] = draw(date(rows, 1))
    if _chance(draw, 30):
        join["where"] = draw(condition(rows + columns("state", alias), 1))
    return join


@st.composite
def _distinct(draw: Draw, rows: Names) -> dict[str, Any]:
    by = draw(
        st.lists(st.sampled_from([*rows.text, *rows.integer[:1], *rows.date[:1]]), min_size=1, max_size=2, unique=True)
    )
    return {"by": by, "prefer": [draw(condition(rows, 0)) for _ in range(draw(st.integers(0, 2)))]}


@st.composite
def _object(draw: Draw, rows: Names) -> dict[str, Any]:
    """What is counted: the party, a column, several columns."""
    if _chance(draw, 50):
        return {}
    own = [n for n in rows.any_column() if not n.startswith(("p_", "year", "as_of")) and n not in rows.money]
    return {"object": draw(st.lists(st.sampled_from(own), min_size=1, max_size=2, unique=True))}


def _level(fields: dict[str, Any], rows: Names, grouped: bool) -> Names:
    """The names for conditions and amounts: of a row, or of the rows of an object together."""
    subject = columns("organization", "party")
    tech = next((n for n in rows.text if n in ("tech", "object", "project")), None)
    priors = (f"prior_max({rows.money[0]}, by={tech})", f"prior_last({rows.money[0]}, by={tech})") if tech else ()
    wider = replace(rows, money=rows.money + priors) if priors and len(fields.get("where", "")) % 4 == 1 else rows
    if not grouped:
        return wider + subject
    keys = set(fields.get("object", ()))
    names = PARAMS + (DAYS_OF_RUN if "after" in fields else VARIABLES) + subject
    kept = Names(
        integer=tuple(n for n in rows.integer if n in keys), date=tuple(n for n in rows.date if n in keys),
        boolean=tuple(n for n in rows.boolean if n in keys), text=tuple(n for n in rows.text if n in keys),
        codes=tuple(c for c in rows.codes if c[0] in keys), rows=wider, other_years=rows.other_years,
    )  # fmt: skip
    return kept + names


@st.composite
def _shown(draw: Draw, names: Names) -> dict[str, Any]:
    """A condition; more often than not a threshold that can be missed by little."""
    threshold = st.one_of(
        st.builds("{} >= {}".format, integer(names, 0), st.integers(0, 4)),
        st.builds("{} {} p_money".format, money(names, 0), st.sampled_from([">=", ">", "<", "<=", "=="])),
        st.builds("{} <= p_date".format, date(names, 0)),
        st.builds("({} >= p_money or {} >= p_integer)".format, money(names, 0), integer(names, 0)),
    )
    text = draw(st.one_of(threshold, threshold, condition(names, 1)))
    return {"if": text, **({"unit": "件"} if _chance(draw, 50) else {})}


@st.composite
def _amount(draw: Draw, names: Names, depth: int) -> Any:
    """An amount of any shape."""
    simple = ["fixed", "fixed", "param", "rate", "rate", "match", "each", "of", "brackets"]
    nested = ["by", "steps", "lesser", "greater", "all"] if depth else []
    shape = draw(st.sampled_from([*simple, *nested, *nested]))
    if shape == "fixed":
        return draw(MONEY)
    if shape == "param":
        return "p_money"
    amount: dict[str, Any] = draw(_shape(shape, names, depth))
    for limit, often in (("cap", 40), ("floor", 15)):
        if _chance(draw, often if depth == DEEP else often // 3):
            amount[limit] = draw(MONEY)
    return amount


@st.composite
def _shape(draw: Draw, shape: str, names: Names, depth: int) -> dict[str, Any]:
    if shape == "by":
        column, listed = draw(st.sampled_from(names.codes)) if names.codes else ("party.kind", "kind")
        cases = {"kind": ["first", "again"], "level": ["national", "city"], "status": ["active"]}[listed]
        return {
            "by": column,
            "cases": {code: draw(_amount(names, depth - 1)) for code in cases},
            **draw(_else(names, depth)),
        }
    if shape == "steps":
        steps = [
            {"name": f"step{i}", "if": draw(condition(names, depth - 1)), "is": draw(_amount(names, depth - 1))}
            for i in range(draw(st.integers(1, 3)))
        ]
        return {"cases": steps, **draw(_else(names, depth))}
    if shape in ("lesser", "greater", "all"):
        return {shape: [draw(_amount(names, depth - 1)) for _ in range(draw(st.integers(2, 3)))]}
    if shape == "each":
        return {
            "each": draw(st.one_of(MONEY, st.just("5000元/月"), st.just("p_money"))),
            "times": draw(integer(names, depth // 2)),
        }
    base = {"of": draw(money(names, depth // 2))}
    if shape == "rate":
        return base | {"rate": draw(st.one_of(RATE, st.just("p_rate")))}
    if shape == "match":
        return base | {"match": draw(st.sampled_from(["1:1", "1:0.5", "1:2"])), "above_one": "true"}
    return base if shape == "of" else base | {"brackets": draw(_brackets())}


@st.composite
def _else(draw: Draw, names: Names, depth: int) -> dict[str, Any]:
    return {"else": draw(_amount(names, depth - 1))} if _chance(draw, 40) else {}


@st.composite
def _brackets(draw: Draw) -> list[dict[str, str]]:
    limits = draw(st.sampled_from([[], ["1元"], ["1234.56元"], ["1元", "5万元"], ["0.01元", "100元", "1亿元"]]))
    brackets = [{"upto": limit, "rate": draw(RATE)} for limit in limits]
    return [*brackets, {"rate": draw(RATE)}] if _chance(draw, 70) or not limits else brackets


@st.composite
def _around(draw: Draw) -> dict[str, Any]:
    """Caps, once only, near misses, steps before: what stands beside the amount."""
    fields: dict[str, Any] = {
        "near": {"within": draw(st.sampled_from(["20%", "50%", "1/3", "99.999999999%"])), "days": "200"}
    }
    if _chance(draw, 30):
        per = st.sampled_from(["party", "all"])
        fields["caps"] = [{"sum": draw(MONEY), "per": draw(per)} for _ in range(draw(st.integers(1, 2)))]
    if _chance(draw, 20):
        register = draw(st.sampled_from(["event", "state"]))
        where = draw(condition(columns(register) + PARAMS + VARIABLES, 1))
        fields["before"] = {"register": register, "where": where, "says": "已受理"}
    if _chance(draw, 20):
        fields["exclusions"] = "none"
    if _chance(draw, 15):
        fields["force"] = draw(st.sampled_from(["intent", "reported"]))
    return fields


@st.composite
def _once(draw: Draw, names: Names) -> dict[str, Any]:
    once = {"per": draw(st.sampled_from(["object", "party"])), "span": draw(st.sampled_from(["year", "lifetime"]))}
    return {**once, "prefer": [draw(condition(names, 0)) for _ in range(draw(st.integers(0, 2)))]}


@st.composite
def _gate(draw: Draw) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if _chance(draw, 20):
        fields["gate"] = {"method": "择优"}
    if _chance(draw, 20):
        fields["bound"] = "upto"
    return fields


@st.composite
def _valid(draw: Draw) -> dict[str, Any]:
    if not _chance(draw, 25):
        return {}
    first, last = sorted([draw(DAYS), draw(DAYS)])
    return {"valid": draw(st.sampled_from([{"from": first}, {"to": last}, {"from": first, "to": last}]))}


@st.composite
def _groups(draw: Draw, ids: list[str]) -> list[dict[str, Any]]:
    """Groups that may share members."""
    if len(ids) < 2:
        return []
    groups = []
    for i in range(draw(st.integers(0, 3))):
        members = draw(st.lists(st.sampled_from(ids), min_size=2, max_size=len(ids), unique=True))
        take = draw(st.sampled_from(["highest", "highest", "net", "all"]))
        groups.append(
            {"id": f"g{i}", "members": members, "take": take, "scope": draw(st.sampled_from(["object", "party"]))}
        )
    return groups


@st.composite
def _pools(draw: Draw, ids: list[str]) -> list[dict[str, Any]]:
    """Pools of different members, some inside others."""
    pools: list[dict[str, Any]] = []
    free = list(draw(st.permutations(ids)))
    for i in range(draw(st.integers(0, 3))):
        taken, free = free[: draw(st.integers(1, 3))], free[3:]
        pool: dict[str, Any] = {"id": f"q{i}", "sum": draw(MONEY), "members": taken}
        pool["share"] = draw(st.sampled_from(["pro_rata", "pro_rata", "rank", "first_come"]))
        if pools and _chance(draw, 50):
            pool["within"] = draw(st.sampled_from([p["id"] for p in pools]))
        pools.append(pool)
    return pools


@st.composite
def _relations(draw: Draw, ids: list[str]) -> list[dict[str, Any]]:
    """A newer clause ends an older one."""
    relations = []
    for i in range(draw(st.integers(0, 2)) if len(ids) > 1 else 0):
        older, newer = sorted(draw(st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True)))
        relation = {
            "id": f"r{i}",
            "kind": "supersedes",
            "newer": newer,
            "older": older,
            "explicit": draw(st.booleans()),
        }
        relations.append({**relation, **({"from": draw(DAYS)} if _chance(draw, 60) else {})})
    return relations
