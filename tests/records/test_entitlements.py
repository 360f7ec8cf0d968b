"""What a page says of a firm is what a run over the same facts says; it follows each correction at once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from innocity.actions.correct_fact import correct_fact
from innocity.actions.record_facts import record_facts, record_rows
from innocity.actions.register_run import register_run
from innocity.actions.view_entitlements import Entitlements, day_of, view_entitlements, ways_of
from innocity.core.errors import InnoCityError
from innocity.engines.rules.run import settle
from innocity.engines.simulation.folder import simulate
from innocity.packs.facts import read_facts
from innocity.packs.model import Pack
from innocity.records.queries.entitlements import PartyRows, last_rounds
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR
from tests.records.test_scope import EVERYONE, FIRM_A

DAY = date(2023, 12, 31)


@pytest.fixture(scope="session")
def settled(weihai: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small simulated city, and a run over it."""
    folder = tmp_path_factory.mktemp("entitlements")
    simulate(weihai, 0.01, 11, out=folder / "facts")
    settle(weihai, folder / "facts", folder / "run", 2023)
    return folder


def seen(pack: Pack, viewer: Viewer, party: str) -> Entitlements:
    return view_entitlements(pack, viewer, party, 2023, DAY, simulated=True)


def test_every_party_is_told_what_the_run_says(city: Pack, settled: Path) -> None:
    read = read_facts(settled / "facts", city)
    record_facts(city, OPERATOR, read.tables, simulated=True, as_of=read.manifest.as_of)
    register_run(city, OPERATOR, settled / "run")
    assert day_of(city, OPERATOR, date(2026, 1, 1)) == (DAY, True)
    expected: dict[str, dict[tuple[str, str], Any]] = {}
    for row in pq.read_table(settled / "run" / "awards.parquet").to_pylist():
        told = (row["status"], row["computed"], row["after_group"], row["after_pool"], row["near_gap"])
        expected.setdefault(row["party"], {})[row["clause"], row["object"]] = told
    compared = 0
    for party in sorted(set(expected) - {"*"}):
        found = {
            (item.award.clause, item.award.object): (
                item.award.status, item.award.computed, item.award.after_group, item.award.after_pool,
                item.award.near_gap)
            for item in seen(city, Viewer("firm", "f", party=party), party).items
        }  # fmt: skip
        assert found == expected[party], party
        compared += len(found)
    assert compared > 100


def test_a_correction_shows_at_once(city: Pack) -> None:
    record_rows(city, OPERATOR, "organization", [{"party_id": "A", "name": "甲", "uscc": "XA"}])
    row = {"party_id": "A", "title": "hnte", "recognition_kind": "again", "issued_on": "2023-11-01"}
    known = record_rows(city, OPERATOR, "qualification", [row])
    assert seen(city, FIRM_A, "A").total == 10_000_000
    correct_fact(city, OPERATOR, "qualification", known.ids[0], {"recognition_kind": "first"}, "证书", revision=1)
    found = seen(city, FIRM_A, "A")
    assert found.total == 20_000_000 and found.items[0].counts and found.items[0].stage == "upcoming"
    assert found.items[0].until(DAY) == 61


def test_a_sum_counts_only_under_a_call_that_is_not_over(city: Pack) -> None:
    record_rows(city, OPERATOR, "qualification", [
        {"party_id": "A", "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01"}])  # fmt: skip
    after = view_entitlements(city, FIRM_A, "A", 2023, date(2024, 5, 1), simulated=True)
    assert (after.total, after.apart()["estimate"], after.items[0].stage) == (0, 20_000_000, "closed")
    during = view_entitlements(city, FIRM_A, "A", 2023, date(2024, 4, 30), simulated=True)
    assert (during.total, during.items[0].stage, during.items[0].until(date(2024, 4, 30))) == (20_000_000, "open", 0)


def test_nobody_is_told_of_another_firm(city: Pack) -> None:
    record_rows(city, OPERATOR, "organization", [{"party_id": "B", "name": "乙", "uscc": "XB"}])
    allowed = {viewer.name for viewer in EVERYONE if _told(city, viewer)}
    assert allowed == {"b", "s", "t", "l", "u"}  # firm B, officers of the city, leader, auditor


def _told(pack: Pack, viewer: Viewer) -> bool:
    try:
        PartyRows(viewer, pack, "B", DAY)
    except InnoCityError as error:
        assert error.code == "E-RECORDS-FORBIDDEN"
        return False
    return True


def test_rows_of_others_are_found_by_the_columns_of_the_clauses(city: Pack) -> None:
    assert ("ip_right", "agency") in ways_of(city)
    record_rows(city, OPERATOR, "ip_right", [
        {"party_id": "A", "type": "invention", "granted_on": "2023-05-01", "agency": "B", "grant_no": "ZL1"},
        {"party_id": "C", "type": "invention", "granted_on": "2023-06-01", "agency": "D", "grant_no": "ZL2"},
    ])  # fmt: skip
    rows = PartyRows(FIRM_A, city, "A", DAY)
    assert [row["party_id"] for row in rows.find("ip_right", "agency", ["B", None])] == ["A"]
    assert [row["grant_no"] for row in rows.find("ip_right", "grant_no", ["ZL2"])] == ["ZL2"]
    assert {row["party_id"] for row in rows.everything("ip_right")} == {"A", "C"}
    with pytest.raises(KeyError):
        list(rows.find("ip_right", "x') OR 1=1 --", ["B"]))


def test_averages_are_told_of_five_awards_at_least(city: Pack) -> None:
    def paid(count: int, clause: str) -> None:
        record_rows(city, OPERATOR, "award", [
            {"party_id": "A", "clause": clause, "object": f"{clause}{n}", "year": "2022", "amount": f"{n}万元",
             "paid": f"{n}万元", "application_year": "2023", "payment_year": "2024"} for n in range(1, count + 1)
        ])  # fmt: skip

    paid(5, "hnte_reward")
    paid(4, "patent_agency_reward")
    assert last_rounds(Viewer()) == {"hnte_reward": {"year": 2022, "count": 5, "average": 3_000_000, "waited": 1}}
