"""PostgreSQL as a database of the engine: what it loads, leaves behind and refuses."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.rules.postgres import PostgresEngine, connect
from innocity.plan.interpret import INT64
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of

DAY = date(2023, 7, 1)


def test_a_run_leaves_nothing_behind(postgres_engine: PostgresEngine) -> None:
    pack = pack_of([clause("c", register="event", counts_on="day", amount={"of": "sum(amount)"})])
    facts = facts_of(pack, {"event": [{"party_id": "A", "day": DAY, "amount": 5}]})
    assert [a.computed for a in postgres_engine(plan_of(pack), facts)] == [5]
    left = "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()"
    assert postgres_engine.database.value(left) == 0


def test_an_overflow_leaves_the_connection_usable(postgres_engine: PostgresEngine) -> None:
    pack = pack_of([clause("c", register="event", counts_on="day", amount={"of": "sum(amount)"})])
    most = [{"party_id": "A", "day": DAY, "amount": INT64} for _ in range(2)]
    with pytest.raises(InnoCityError) as caught:
        postgres_engine(plan_of(pack), facts_of(pack, {"event": most}))
    assert caught.value.code == "E-OVERFLOW"
    assert "out of range" in caught.value.details["database"]
    assert [a.computed for a in postgres_engine(plan_of(pack), facts_of(pack, {"event": most[:1]}))] == [INT64]


def test_texts_arrive_as_they_are(postgres_engine: PostgresEngine) -> None:
    """By way of COPY: separators, quotes, line ends, the empty text and what looks like its end mark."""
    texts = ["", " ", ",", '"', "'", "\\", "\\.", "\\N", "NULL", "a\nb", "a\r\nb", "\t", "企业", "𠀀", "%s", "{}", "|"]
    pack = pack_of([clause("c", register="event", counts_on="day", object="tech", amount="1元")])
    rows = [{"party_id": "A", "day": DAY, "tech": text} for text in [*texts, None]]
    found = postgres_engine(plan_of(pack), facts_of(pack, {"event": rows}))
    assert [a.object for a in found] == sorted(texts, key=str.encode)


def test_what_was_recorded_later_is_left_out(postgres_engine: PostgresEngine) -> None:
    pack = pack_of([clause("c", register="event", counts_on="day", amount="1元")])
    rows = [
        {"party_id": p, "day": DAY, "recorded_at": d}
        for p, d in (("A", None), ("B", date(2023, 12, 31)), ("C", date(2024, 1, 1)))
    ]
    assert [a.party for a in postgres_engine(plan_of(pack), facts_of(pack, {"event": rows}))] == ["A", "B"]


def test_many_facts_are_loaded_in_batches(postgres_engine: PostgresEngine) -> None:
    pack = pack_of([clause("c", register="event", counts_on="day", amount={"of": "sum(amount)"})])
    rows = [{"party_id": f"P{i % 7}", "day": DAY, "amount": i} for i in range(3000)]
    found = postgres_engine(plan_of(pack), facts_of(pack, {"event": rows}))
    assert {a.party: a.computed for a in found} == {f"P{k}": sum(range(k, 3000, 7)) for k in range(7)}


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(InnoCityError) as caught:
        connect("host=/nowhere dbname=none connect_timeout=1")
    assert caught.value.code == "E-POSTGRES-CONNECT"
