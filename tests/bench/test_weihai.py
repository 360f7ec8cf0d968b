"""The SQL that Weihai is compared with goes as far as the engine: to what is payable, in the rare cases too."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench import weihai
from bench.shapes import Differ
from innocity.engines.rules.ir import RulesPlan
from innocity.plan.duck import DuckDatabase

FIRMS = 1_000
LAB, GRANT, CHALLENGE = "national_key_lab", "linked_finance_grant", "open_challenge_support"
KINDS = ("firm", "lead", "late", "barred", "agent", "twofold")  # the parties that the tests add


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return weihai.city(tmp_path_factory.mktemp("bench"), FIRMS)


@pytest.fixture(scope="module")
def plan(simulated: Path) -> RulesPlan:
    return weihai.plan_for(simulated)


def lab(name: str, party: str, role: str = "lead", on: str = "2023-03-01") -> dict[str, Any]:
    """A national key laboratory; its level is left open, so that no other clause counts it."""
    return {"party_id": party, "platform_id": name, "type": "national_key_lab", "role": role, "approved_on": on}


def project(number: str, party: str, yuan: int) -> dict[str, Any]:
    """A project of linked finance with its fiscal part."""
    fen = {"fiscal": yuan * 100, "approved_on": "2023-05-01"}
    return {"party_id": party, "project_no": number, "program": "linked_finance_grant", **fen}


def challenge(number: str, party: str) -> dict[str, Any]:
    """A city's open challenge that was accepted."""
    return {"party_id": party, "project_no": number, "mode": "open_challenge", "level": "city",
            "accepted_on": "2023-06-01"}  # fmt: skip


def decision(clause: str, thing: str, party: str, selected: bool, **more: Any) -> dict[str, Any]:
    """What people decided about an award."""
    return {"party_id": party, "clause": clause, "object": thing, "selected": selected, **more}


def firm(party: str, kind: str = "private", **more: Any) -> dict[str, Any]:
    """An organisation that is there."""
    return {"party_id": party, "registration_class": kind, "status": "active", "valid_from": "2010-01-01", **more}


def title(party: str, how: str) -> dict[str, Any]:
    """A high-tech firm's certificate."""
    return {"party_id": party, "title": "hnte", "recognition_kind": how, "issued_on": "2023-10-01"}


ADDED: dict[str, list[dict[str, Any]]] = {
    "organization": [
        *map(firm, KINDS[:-1]),
        firm("gone"), firm("gone", status="moved_away", valid_from="2022-01-01"),
        firm("twofold", "bank"), firm("twofold", valid_from="2015-01-01"),
        firm("agent", registered_division="371002", valid_from="2012-01-01"),
    ],
    "integrity_record": [{"party_id": "barred", "starts_on": "2022-01-01", "repaired_on": None}],
    "innovation_platform": [
        lab("shared", "firm", "participant"), lab("shared", "lead"), lab("shared", "late", on="2023-04-01"),
        lab("had", "firm"), lab("again", "firm", "participant"), lab("again", "firm", on="2023-02-01"),
        lab("barred_first", "barred"), lab("barred_first", "late", "participant"),
        *(lab(f"many{i}", "firm") for i in range(8)),
        {**lab("station", "firm"), "type": "postdoc_station", "recognition_kind": "upgraded"},
    ],
    "st_project": [
        project("p1", "firm", 7_000_000), project("p2", "firm", 3_333_333), project("p3", "late", 1),
        project("p4", "gone", 50_000_000),
        challenge("c1", "firm"), challenge("c2", "firm"), challenge("c3", "late"),
    ],
    "award": [{"party_id": "x", "clause": LAB, "object": "had", "year": 2021, "amount": 1},
              {"party_id": "x", "clause": LAB, "object": "again", "year": 2021, "amount": 0}],
    "decision": [
        decision(CHALLENGE, "c1", "firm", True, sum=150_000_000),
        decision(CHALLENGE, "c2", "firm", True),
        decision(CHALLENGE, "c3", "late", True, sum=100, decided_on="2023-08-01"),
        decision(CHALLENGE, "c3", "late", False, year=2023, decided_on="2023-07-01"),
        decision(CHALLENGE, "c3", "late", True, year=2022, sum=7),
        decision("postdoc_station_setup", "station", "firm", True),
        decision("hnte_reward", "late", "late", True, sum=1_200_000),
        decision(GRANT, "p4", "gone", True, sum=6_000_000_000),  # above the sum, but it is excluded
    ],
    "qualification": [title("late", "moved_in"), title("firm", "moved_in"), title("barred", "first")],
    "insurance_premium": [
        {"party_id": p, "product": "linked_finance", "premium": 9_999, "paid_on": "2023-02-03"}
        for p in ("twofold", "firm")
    ],
    "service_expense": [{"party_id": "firm", "kind": "patent_map", "amount": 333, "paid_on": "2023-02-03"}],
    "ip_right": [
        {"party_id": owner, "type": "invention", "grant_no": f"g{i}", "granted_on": day, "agency": agency,
         "local_owner": True}
        for i in range(101) for owner, day, agency in (("firm", "2023-01-05", None), ("late", "2023-02-05", "agent"))
    ],
}  # fmt: skip


def with_added(folder: Path, out: Path, added: dict[str, list[dict[str, Any]]]) -> Path:
    """A copy of facts with more rows; what a row does not say is empty."""
    shutil.copytree(folder, out)
    for name, rows in added.items():
        path = out / f"{name}.parquet"
        table = pq.read_table(path)
        more = [{"fact_id": f"ZZ{i:03d}", "valid_from": "2023-01-01", **row} for i, row in enumerate(rows)]
        columns = [
            pa.array([r.get(f.name) for r in more], pa.string() if pa.types.is_date(f.type) else f.type).cast(f.type)
            for f in table.schema
        ]
        pq.write_table(pa.concat_tables([table, pa.table(columns, schema=table.schema)]), path)
    return out


@pytest.fixture(scope="module")
def settled(
    simulated: Path, plan: RulesPlan, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[DuckDatabase, duckdb.DuckDBPyConnection]]:
    """The engine's results and those by hand, of a city in which the rare cases occur."""
    folder = with_added(simulated, tmp_path_factory.mktemp("rare") / "facts", ADDED)
    engine, hand = weihai.settled(plan, folder), weihai.by_hand(folder)
    yield engine, hand
    engine.close()
    hand.close()


def payable(hand: duckdb.DuckDBPyConnection, clause: str) -> dict[str, int]:
    """Fen by object and party."""
    found = hand.execute("SELECT object || ' ' || party, payable FROM by_hand WHERE clause = ?", [clause])
    return dict(found.fetchall())


def test_both_agree_in_the_rare_cases(plan: RulesPlan, settled: Any) -> None:
    assert "equal to the fen" in weihai.compare(plan, *settled)


def test_the_rare_cases_occur(settled: Any) -> None:
    engine, _ = settled
    found = engine.rows("SELECT DISTINCT status, group_by, pool_by, decided IS NULL FROM __awards")
    assert {"excluded", "ceiling", "awaiting_decision", "sum", "manual"} <= {r[0] for r in found}
    assert "once" in {r[1] for r in found} and "science_fund" in {r[2] for r in found}


def test_a_laboratory_is_paid_once_to_who_leads_it(settled: Any) -> None:
    labs = payable(settled[1], LAB)
    assert labs["shared firm"] == labs["shared late"] == 0 < labs["shared lead"]
    assert labs["had firm"] == 0 < labs["again firm"]  # a year before, and a year before without money
    assert labs["barred_first barred"] == 0 < labs["barred_first late"]  # who is excluded holds no place


def test_decisions_take_the_place_of_sums(settled: Any) -> None:
    found = payable(settled[1], CHALLENGE)
    assert 0 < found["c1 firm"] < 150_000_000  # decided, then cut by the pool
    assert found["c2 firm"] == found["c3 late"] == 0  # no sum within the ceiling; refused for this year
    assert payable(settled[1], "hnte_reward")["late late"] == 1_200_000  # moved in: people judged
    assert "firm firm" not in payable(settled[1], "hnte_reward")  # moved in: nobody has judged
    assert payable(settled[1], "postdoc_station_setup")["station firm"] == 10_000_000


def test_pools_are_shared_to_the_last_fen(plan: RulesPlan, settled: Any) -> None:
    fund = next(p for p in plan.pools if p.id == "science_fund")
    total = "SELECT sum(payable) FROM by_hand WHERE list_contains(?, clause)"
    assert settled[1].execute(total, [list(fund.members)]).fetchone() == (fund.fen,)
    grants = payable(settled[1], GRANT)  # cut to ten million yuan together, and then like a laboratory of ten million
    assert abs(sum(grants.values()) - payable(settled[1], LAB)["shared lead"]) < len(grants)
    assert grants["p4 gone"] == 0


def test_a_fen_between_them_is_refused(plan: RulesPlan, settled: Any) -> None:
    engine, hand = settled
    hand.execute("BEGIN")
    hand.execute("UPDATE by_hand SET payable = payable + 1 WHERE clause = ?", [LAB])
    try:
        with pytest.raises(Differ, match=LAB):
            weihai.compare(plan, engine, hand)
    finally:
        hand.execute("ROLLBACK")


def test_a_decision_above_its_ceiling_is_refused_by_both(simulated: Path, plan: RulesPlan, tmp_path: Path) -> None:
    above = {
        "st_project": [challenge("c1", "firm")],
        "decision": [decision(CHALLENGE, "c1", "firm", True, sum=200_000_001)],
    }
    folder = with_added(simulated, tmp_path / "facts", above)
    with pytest.raises(Exception, match="E-DECISION-ABOVE-CEILING"):
        weihai.settled(plan, folder)
    with pytest.raises(duckdb.Error, match="above its ceiling"):
        weihai.by_hand(folder)
