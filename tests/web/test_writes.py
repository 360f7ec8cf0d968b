"""What a write reads of the records: a few rows by an index, never all of them."""

from __future__ import annotations

from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

from innocity.actions.correct_fact import correct_fact
from innocity.packs.load import load_pack
from innocity.records import store
from innocity.records.queries.ledgers import known_ids
from tests.records import databases
from tests.web.personas import OPERATOR

FACT = "QU00000020"


def test_known_facts_are_found_by_their_index(records: Path) -> None:
    with CaptureQueriesContext(connection) as asked:
        assert set(store.known_lines("qualification", [FACT, "none"])) == {FACT}
        assert known_ids(OPERATOR, "qualification", [FACT, "none"]) == {FACT}
    for one in asked.captured_queries:
        plan = databases.plan(one["sql"])
        assert "one_current_fact" in plan and "SCAN" not in plan, plan


def test_a_corrected_fact_is_known_by_its_first_line(records: Path) -> None:
    before = store.known_lines("qualification", [FACT])
    pack, change = load_pack("weihai"), {"certificate_no": "另一个"}
    correct_fact(pack, OPERATOR, "qualification", FACT, change, "核对证书", revision=1)
    assert store.known_lines("qualification", [FACT]) == before
