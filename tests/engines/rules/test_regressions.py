"""What the random comparisons of engines, and reading them, once found wrong: each in its smallest form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.rules.award import Award
from innocity.engines.rules.cases import reference_engine
from innocity.engines.rules.reference import Reference
from innocity.plan.rows import Facts
from tests.engines.rules.compare import Engine, evaluate
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of

DAY = date(2023, 7, 1)
Settle = Callable[..., list[Award]]


def event(**fields: Any) -> dict[str, Any]:
    """A row of `event` on a day of the year."""
    return {"party_id": "A", "day": DAY, **fields}


def counted(name: str = "c", **fields: Any) -> dict[str, Any]:
    """A clause over `event`."""
    return clause(name, **{"register": "event", "counts_on": "day", "amount": "1万元", **fields})


def code_of(*clauses: dict[str, Any]) -> str:
    """The code with which these clauses are refused."""
    with pytest.raises(InnoCityError) as caught:
        plan_of(pack_of(clauses))
    return caught.value.code


def sums(awards: list[Award]) -> dict[str, int | None]:
    """What each party comes to before groups and pools."""
    return {a.party: a.computed for a in awards}


# --- expressions in places where they mean nothing: refused, where they broke the engines ----------------------


@pytest.mark.parametrize("where", [
    {"where": "count() > 1"}, {"where": "prior_max(amount, by=tech) > p"}, {"subject": "count() > 1"},
    {"object": ["sum(n)"]}, {"distinct": {"by": ["tech"], "prefer": ["count() > 1"]}},
    {"once": {"prefer": ["any(flag)"]}}, {"counts_on": "max(day)"},
    {"before": {"register": "state", "where": "count() > 1", "says": "x"}},
    {"join": [{"register": "state", "as": "s", "on": {"party_id": "party_id"}, "where": "any(s.ok)"}]},
    {"when": "prior_max(sum(amount), by=tech) > p"}, {"when": "prior_max(prior_last(amount, by=tech), by=tech) > p"},
    {"when": "count(party.status == 'active') > 1"}, {"when": "prior_max(party.revenue, by=tech) > p"},
])  # fmt: skip
def test_sums_stand_only_where_rows_are_summed(where: dict[str, Any]) -> None:
    assert code_of(counted(params={"p": "1元"}, **where)) == "E-EXPR-PLACE"


@pytest.mark.parametrize("where", [
    {"where": "party.status == 'active'"}, {"object": ["party.status"]}, {"counts_on": "party.established_on"},
    {"join": [{"register": "state", "as": "party", "on": {"party_id": "party_id"}}]},
    {"join": [{"register": "state", "as": "s", "on": {"party_id": "t.owner"}},
              {"register": "state", "as": "t", "on": {"party_id": "party_id"}}]},
])  # fmt: skip
def test_rows_are_chosen_by_what_is_known_before_them(where: dict[str, Any]) -> None:
    """The beneficiary is found from the row, and a join from those before it: not the other way round."""
    assert code_of(counted(**where)) == "E-EXPR-NAME"


def test_a_join_compares_like_with_like() -> None:
    assert code_of(counted(join=[{"register": "state", "as": "s", "on": {"score": "tech"}}])) == "E-EXPR-TYPE"
    assert code_of(counted(join=[{"register": "state", "as": "s", "on": {}}])) == "E-EXPR-SYNTAX"


@pytest.mark.parametrize("amount", [
    {"lesser": []}, {"all": []}, {"cases": []}, {"by": "kind", "cases": {}}, {"of": "amount", "brackets": []},
    {"of": "amount", "brackets": [{"upto": "2元", "rate": "1%"}, {"upto": "1元", "rate": "2%"}, {"rate": "3%"}]},
    {"of": "amount", "brackets": [{"rate": "1%"}, {"upto": "2元", "rate": "2%"}]},
])  # fmt: skip
def test_amounts_that_make_no_sense(amount: dict[str, Any]) -> None:
    assert code_of(counted(amount=amount)) == "E-AMOUNT-FORM"


def test_texts_have_no_greater_and_lesser() -> None:
    assert code_of(counted(when="lesser(tech, project) == 'x'")) == "E-EXPR-TYPE"


# --- what engines saw differently, or could not do --------------------------------------------------------------


def test_once_may_prefer_by_the_beneficiary(awards_of: Settle) -> None:
    once = {"per": "object", "span": "year", "prefer": ["party.status == 'active'"]}
    rows = [event(party_id=p, project="x") for p in ("A", "B")]
    organizations = [{"party_id": "B", "status": "active"}]
    found = awards_of([counted(object="project", once=once)], {"event": rows, "organization": organizations})
    assert {a.party: a.payable for a in found} == {"A": 0, "B": 1_000_000}


def test_a_span_may_be_told_by_a_join(awards_of: Settle) -> None:
    joined = [{"register": "state", "as": "s", "on": {"project": "project"}}]
    over = {"from": "s.since", "to": "s.valid_to"}
    given = counted(counts_on=None, join=joined, counts_over=over)
    del given["counts_on"]
    states = [{"party_id": "Z", "project": "x", "since": date(2022, 3, 1), "valid_to": date(2023, 1, 1)},
              {"party_id": "Z", "project": "y", "since": date(2022, 3, 1), "valid_to": date(2022, 12, 31)}]  # fmt: skip
    rows = [event(party_id="A", project="x"), event(party_id="B", project="y"), event(party_id="C")]
    assert set(sums(awards_of([given], {"event": rows, "state": states}))) == {"A"}


def test_a_join_that_asks_nothing_of_the_row_finds_the_same_for_all(awards_of: Settle) -> None:
    """It is looked up once, not for every row; where nothing matches, rows stay."""
    joined = [{"register": "state", "as": "s", "on": {"score": "year - 2000"}, "where": "s.ok"}]
    given = counted(join=joined, amount={"of": "coalesce(s.value, amount)"})
    rows = [event(party_id=name, amount=300) for name in ("A", "B")]
    states = [{"party_id": "Z", "score": 23, "value": 100, "ok": True, "valid_from": date(2021, 1, 1)},
              {"party_id": "Y", "score": 23, "value": 200, "ok": True, "valid_from": date(2022, 1, 1)},
              {"party_id": "X", "score": 23, "value": 400, "ok": False, "valid_from": date(2023, 1, 1)}]  # fmt: skip
    assert sums(awards_of([given], {"event": rows, "state": states})) == {"A": 200, "B": 200}
    assert sums(awards_of([given], {"event": rows, "state": states[2:]})) == {"A": 300, "B": 300}


@pytest.mark.parametrize("shift", ["add_days(valid_to, 1)", "add_months(valid_to, n)", "add_years(valid_to, 1)"])
def test_dates_for_ever_stay_for_ever(awards_of: Settle, shift: str) -> None:
    rows = [event(valid_to=date(9999, 12, 31), n=1)]
    assert sums(awards_of([counted(when=f"{shift} > as_of")], {"event": rows})) == {"A": 1_000_000}


def test_a_rate_of_many_digits_does_not_overflow(awards_of: Settle) -> None:
    rows = [event(amount=10**14)]
    for rate, fen in (("1/12345678901", 8100), ("99.999999999999%", 10**14 - 1), ("33.3333333333%", 33333333333300)):
        found = awards_of([counted(amount={"rate": rate, "of": "sum(amount)"})], {"event": rows})
        assert sums(found) == {"A": fen}, rate


def test_how_near_a_miss_is_does_not_overflow(awards_of: Settle) -> None:
    params = {"p": "1万亿元"}
    near = {"within": "99.9999999999%", "days": "1"}
    found = awards_of([counted(params=params, when="amount >= p", near=near)], {"event": [event(amount=10**14 - 3)]})
    assert [(a.status, a.near_gap) for a in found] == [("near", 3)]


def test_fixed_sums_are_added_in_64_bits(awards_of: Settle) -> None:
    found = awards_of([counted(amount={"all": ["1000万元", "1000万元", "1000万元"]})], {"event": [event()]})
    assert sums(found) == {"A": 3_000_000_000}
    found = awards_of([counted(when="2000000000 * year > n", amount="1元")], {"event": [event(n=1)]})
    assert sums(found) == {"A": 100}


def test_a_missing_number_compared_is_unknown(awards_of: Settle) -> None:
    params = {"p": {"missing": "人数"}, "q": {"missing": "真假"}}
    rows = {"event": [event(n=3)]}
    for when in ("not p == 3", "p != 3", "n >= p", "n in [p]", "n + p > 1", "(True if q else True)"):
        assert awards_of([counted(params=params, when=when)], rows) == [], when


def test_a_ladder_by_a_flag(awards_of: Settle) -> None:
    amount = {"by": "flag", "cases": {"true": "1元", "false": "2元"}}
    rows = [event(party_id="A", flag=True), event(party_id="B", flag=False), event(party_id="C")]
    assert sums(awards_of([counted(amount=amount)], {"event": rows})) == {"A": 100, "B": 200}


def test_different_objects_have_different_keys(awards_of: Settle) -> None:
    """`x|y` with `z` is not `x` with `y|z`; the two were one object, or two awards with one key."""
    rows = [event(project="x|y", tech="z", amount=100), event(project="x", tech="y|z", amount=300)]
    rows += [event(project="x\\", tech="|z", amount=5)]
    for amount in ({"of": "sum(amount)"}, {"of": "amount"}):
        found = awards_of([counted(object=["project", "tech"], amount=amount)], {"event": rows})
        assert {a.object: a.computed for a in found} == {"x\\|y|z": 100, "x|y\\|z": 300, "x\\\\|\\|z": 5}


def test_awards_that_others_build_on_are_told_apart(awards_of: Settle) -> None:
    """Rows that are awards had one `fact_id` for object `a|b` of `c` and object `a` of `b|c`."""
    rows = [event(party_id="c", project="a|b"), event(party_id="b|c", project="a")]
    joined = [{"register": "state", "as": "s", "on": {"party_id": "party_id"}}]
    second = clause("d", after={"clause": "c"}, join=joined, amount={"of": "sum(amount)"})
    found = awards_of([counted(object="project"), second], {"event": rows})
    assert sums([a for a in found if a.clause == "d"]) == {"c": 1_000_000, "b|c": 1_000_000}


def test_of_several_decisions_the_latest_holds(awards_of: Settle) -> None:
    """Two decisions on one award made two awards."""
    given = counted(bound="upto")
    decisions = [
        {"clause": "c", "object": "A", "party_id": "A", "selected": True, "sum": 100, "decided_on": date(2023, 9, 1)},
        {"clause": "c", "object": "A", "party_id": "A", "selected": True, "sum": 300, "decided_on": date(2023, 9, 2)},
        {"clause": "c", "object": "A", "party_id": "A", "selected": True, "sum": 200},
    ]
    found = awards_of([given], {"event": [event()], "decision": decisions})
    assert [a.payable for a in found] == [300]
    decisions += [{**decisions[0], "year": 2023, "sum": 50}, {**decisions[1], "year": 2022, "sum": 70}]
    found = awards_of([given], {"event": [event()], "decision": decisions})
    assert [a.payable for a in found] == [50], "a decision on the year goes before one that names none"


def test_one_party_sees_what_its_awards_build_on() -> None:
    """Awards built on those of other parties, reached by a join, were missing where one party was evaluated."""
    joined = [{"register": "state", "as": "s", "on": {"party_id": "party_id"}}]
    second = clause("d", after={"clause": "c"}, join=joined, party="s.owner", amount={"of": "sum(amount)"})
    pack = pack_of([counted(), second])
    facts = facts_of(pack, {"event": [event()], "state": [{"party_id": "A", "owner": "host"}]})
    plan = plan_of(pack)
    assert [(a.clause, a.computed) for a in Reference(plan).party(Facts(facts, plan.as_of), "host")] == [
        ("d", 1_000_000)
    ]


def test_ids_may_be_long(awards_of: Settle) -> None:
    """Databases cut names of more than 63 bytes: two clauses' awards would stand in one table."""
    first, second = "x" * 70 + "1", "x" * 70 + "2"
    given = [counted(first), counted(second, amount="2万元")]
    given += [clause(f"{n}_after", after={"clause": n}, amount={"of": "sum(amount)"}) for n in (first, second)]
    found = awards_of(given, {"event": [event()]})
    assert {a.clause[70:]: a.computed for a in found} == {
        "1": 1_000_000, "1_after": 1_000_000, "2": 2_000_000, "2_after": 2_000_000,
    }  # fmt: skip


def test_of_several_exclusions_the_first_by_its_bytes_is_named(awards_of: Settle) -> None:
    """PostgreSQL took the first by its collation, in which `d` comes before `D`."""
    facts = {"event": [event()], "organization": [{"party_id": "A", "status": "gone"}],
             "integrity_record": [{"party_id": "A", "list": "court", "starts_on": date(2023, 1, 1)}]}  # fmt: skip
    assert [a.excluded_by for a in awards_of([counted()], facts)] == ["Deregistered"]


def test_a_clause_may_build_on_one_that_gives_nothing_yet(awards_of: Settle) -> None:
    """Its awards were asked for from a table that was never made, or left over from another plan."""
    later = counted(valid={"from": "2024-01-01"})
    second = clause("d", after={"clause": "c"}, amount={"of": "sum(amount)"})
    assert awards_of([later, second], {"event": [event()]}) == []


def test_what_is_nothing_anyway_is_not_called_given_once(awards_of: Settle) -> None:
    """The databases named a reason for a cut where nothing was cut."""
    rows = [event(party_id=p, project="x", amount=fen) for p, fen in (("A", 0), ("B", 0), ("C", 5), ("D", 5))]
    once = {"per": "object", "span": "year"}
    found = awards_of([counted(object="project", amount={"of": "amount"}, once=once)], {"event": rows})
    assert {a.party: (a.payable, a.group_by) for a in found} == {
        "A": (0, None), "B": (0, None), "C": (5, None), "D": (0, "once"),
    }  # fmt: skip


def test_a_pool_by_rank_needs_no_ranks(awards_of: Settle) -> None:
    """Without decisions there is no column of ranks; the first date comes first then."""
    rows = [event(party_id="A", day=date(2023, 8, 1)), event(party_id="B")]
    pool = {"id": "q", "sum": "1.5万元", "members": ["c"], "share": "rank"}
    found = awards_of([counted()], {"event": rows}, pools=[pool])
    assert {a.party: a.payable for a in found} == {"A": 500_000, "B": 1_000_000}


HUGE = {"amount": 10**14, "n": 10**9}  # their product needs more than 64 bits


@pytest.mark.parametrize("fields", [
    {"when": "flag", "amount": {"of": "amount * n"}}, {"where": "flag", "amount": {"of": "amount * n"}},
    {"where": "flag", "amount": {"of": "sum(amount * n)"}},
    {"when": "count() == count(flag)", "amount": {"of": "sum(amount) * sum(n)"}},
    {"amount": {"of": "sum(amount * n, when=flag)"}}, {"when": "sum(amount * n, when=flag) > 0"},
    {"amount": {"cases": [{"name": "x", "if": "flag", "is": {"of": "amount * n"}}]}},
])  # fmt: skip
def test_only_what_counts_can_overflow(awards_of: Settle, fields: dict[str, Any]) -> None:
    """A huge number in a row that does not count must not stop the settlement of the city."""
    rows = [event(party_id="A", flag=False, **HUGE), event(party_id="B", flag=True, amount=5, n=1)]
    assert sums(awards_of([counted(**fields)], {"event": rows}))["B"] in (5, 1_000_000)


@pytest.mark.parametrize("fields", [
    {"when": "flag"}, {"subject": "kind == 'first'"}, {"valid": {"from": "2023-07-01"}},
])  # fmt: skip
def test_only_what_counts_can_overflow_beside_exclusions_and_among_clauses_alike(
    awards_of: Settle, fields: dict[str, Any]
) -> None:
    """Settled together, or joined with the excluded, every row's sum was worked out, whether it counts or not."""
    rows = [
        event(party_id="A", flag=False, **{**HUGE, "day": date(2023, 2, 1)}),
        event(party_id="B", flag=True, amount=5, n=1, day=date(2023, 8, 1)),
    ]
    listed = {"party_id": "C", "list": "court", "starts_on": date(2023, 1, 1)}
    kinds = [{"party_id": p, "kind": k, "valid_from": date(2020, 1, 1)} for p, k in (("A", "again"), ("B", "first"))]
    amount = {"of": "amount * n"}
    clauses = [counted(amount=amount, **fields), counted("d", amount=amount, **fields)]
    found = awards_of(clauses, {"event": rows, "integrity_record": [listed], "organization": kinds})
    assert {(a.clause, a.computed) for a in found if a.party == "B"} == {("c", 5), ("d", 5)}


def test_a_group_pays_nothing_for_whom_the_subject_of_a_rival_keeps_out(awards_of: Settle) -> None:
    """A subject that reads nothing of the beneficiary was forgotten, and its clause won against the other."""
    group = {"id": "g", "members": ["c", "d"], "take": "highest", "scope": "party"}
    shut = counted(params={"open": "false"}, subject="open", amount={"of": "sum(amount)"})
    half = counted("d", amount={"rate": "50%", "of": "sum(amount)"})
    found = awards_of([shut, half], {"event": [event(amount=1000)]}, groups=[group])
    assert {a.clause: a.payable for a in found} == {"d": 500}


def test_what_counts_and_overflows_is_refused(other: Engine) -> None:
    for amount in ({"of": "amount * n"}, {"of": "sum(amount * n)"}, {"of": "sum(amount) * sum(n)"}):
        pack = pack_of([counted(amount=amount)])
        plan, facts = plan_of(pack), facts_of(pack, {"event": [event(**HUGE)]})
        assert [evaluate(engine, plan, facts) for engine in (reference_engine, other)] == ["E-OVERFLOW", "E-OVERFLOW"]


def test_the_highest_of_constants_is_a_number_of_64_bits(awards_of: Settle) -> None:
    """Its rate was taken in 32 bits, which 30万元 times the digits of the rate do not fit."""
    params = {"p": "30万元"}
    brackets = {"of": "max(p)", "brackets": [{"rate": "12.3456789%"}]}
    found = awards_of([counted(params=params, amount=brackets)], {"event": [event()]})
    assert sums(found) == {"A": 3_703_704}
    rated = {"rate": "12.3456789%", "of": "prior_max(p, by=tech)"}
    rows = [event(tech="t", day=date(2023, 6, 1), party_id="B"), event(tech="t")]
    assert sums(awards_of([counted(params=params, amount=rated)], {"event": rows})) == {"A": 3_703_704}


def test_what_was_taken_back_does_not_raise_what_is_paid_now(awards_of: Settle) -> None:
    """A group that pays the difference paid more than the highest where its history came to less than nothing."""
    group = {"id": "g", "members": ["c", "d"], "take": "net", "scope": "party"}
    history = [{"party_id": "A", "clause": "c", "object": "A", "year": 2022, "amount": -300}]
    found = awards_of([counted(), counted("d")], {"event": [event()], "award": history}, groups=[group])
    assert {a.clause: a.payable for a in found} == {"c": 1_000_000, "d": 0}


ONCE = {"per": "party", "span": "year", "prefer": ["n * n > 5"]}
MUCH = 4 * 10**12


@pytest.mark.parametrize("fields, rows, given", [
    ({"once": ONCE}, [{"n": MUCH, "day": date(2023, 5, 1)}, {"n": 1}], {"A": 1_000_000}),
    ({"once": ONCE, "when": ["flag"]}, [{"n": MUCH, "flag": False}], {}),
    ({"when": ["add_days(day, n) > day"]}, [{"n": 2**63 - 1, "day": date(2023, 5, 1)}, {"n": 1}], {"A": 1_000_000}),
])  # fmt: skip
def test_only_the_row_that_counts_of_several_can_overflow(
    awards_of: Settle, fields: dict[str, Any], rows: list[dict[str, Any]], given: dict[str, int]
) -> None:
    """Which row is the latest was asked of all at once, and the numbers of each were worked out for it."""
    found = awards_of([counted(object=["tech"], **fields)], {"event": [event(tech="t", **row) for row in rows]})
    assert sums(found) == given


def test_clauses_read_together_are_told_apart_by_all_their_conditions(awards_of: Settle) -> None:
    """One reading of a table serves clauses that ask a text for different values; what they ask besides still holds."""
    first = counted("first", object=["tech"], where="kind == 'first' and n > 5", when=["flag"], amount="1万元")
    again = counted("again", object=["tech"], where="kind == 'again'", amount={"of": "amount"})
    moved = counted("moved", object=["tech"], where="kind in ['moved'] and level == 'city'", amount="3万元")
    rows = [
        {"party_id": "A", "kind": "first", "n": 6, "flag": True}, {"party_id": "C", "kind": "first", "n": 6},
        {"party_id": "B", "kind": "first", "n": 5, "flag": True}, {"party_id": "D", "kind": "again", "amount": 700},
        {"party_id": "E", "kind": "again", "n": 6, "flag": True}, {"party_id": "F", "kind": "moved", "level": "city"},
        {"party_id": "G", "kind": "moved", "level": "province"}, {"party_id": "H", "n": 6, "flag": True},
    ]  # fmt: skip
    found = awards_of([first, again, moved], {"event": [event(tech="t", **row) for row in rows]})
    assert {(a.clause, a.party, a.computed) for a in found} == {
        ("first", "A", 1_000_000), ("again", "D", 700), ("moved", "F", 3_000_000)
    }  # fmt: skip


def test_what_is_given_once_a_party_and_once_an_object_may_compete_in_one_group(awards_of: Settle) -> None:
    """Each clause of a group keeps its own terms: one that has none stays as it is."""
    per_object, per_party = ({"per": per, "span": "lifetime"} for per in ("object", "party"))
    by_object = counted("o", object="project", amount="3万元", once=per_object, where="n == 1")
    by_party = counted("p", object="project", amount="2万元", once=per_party, where="n == 2")
    often = counted("q", object="project", amount="1万元", where="n == 3")
    group = {"id": "g", "name": "g", "members": ["o", "p", "q"], "scope": "object", "take": "highest"}
    rows = [event(party_id=party, project=project, n=n, day=day)
            for n in (1, 2, 3)
            for party, project, day in (("A", f"x{n}", DAY), ("B", f"x{n}", DAY), ("B", f"y{n}", DAY))]  # fmt: skip
    paid_before = [{"party_id": "B", "clause": "p", "object": "z", "year": 2022, "amount": 5},
                   {"party_id": "C", "clause": "o", "object": "y1", "year": 2022, "amount": 5},
                   {"party_id": "B", "clause": "q", "object": "x3", "year": 2022, "amount": 5}]  # fmt: skip
    found = awards_of([by_object, by_party, often], {"event": rows, "award": paid_before}, groups=[group])
    kept = {(a.clause, a.party, a.object): a.value for a in found if a.value}
    assert kept == {("o", "A", "x1"): 3_000_000, ("p", "A", "x2"): 2_000_000,
                    ("q", "A", "x3"): 1_000_000, ("q", "B", "y3"): 1_000_000}  # fmt: skip


def test_a_decision_without_a_day_counts_as_one_of_the_first_day_there_is(awards_of: Settle) -> None:
    """Of two, the later by id holds."""
    refused = {"clause": "c", "object": "A", "party_id": "A", "selected": False, "decided_on": date.min}
    granted = {"clause": "c", "object": "A", "party_id": "A", "selected": True, "decided_on": None}
    given = counted(amount={"of": "amount"}, gate={"method": "择优"})
    for decisions, paid in (([refused, granted], 500), ([granted, refused], 0)):
        found = awards_of([given], {"event": [event(amount=500)], "decision": decisions})
        assert [a.payable for a in found] == [paid]
