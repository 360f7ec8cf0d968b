"""Explaining one party from a snapshot reads few rows, and must come to what the whole city's facts come to."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given

from innocity.engines.rules.award import Award
from innocity.engines.rules.duck_engine import arrow_tables, registers_read
from innocity.engines.rules.explain import Explainer
from innocity.engines.rules.fact_index import FactIndex
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.lookup import Lookup
from innocity.engines.rules.reference import Reference
from innocity.engines.rules.snapshot import open_snapshot
from innocity.packs.facts import Manifest, RegisterEntry
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.model import Pack
from innocity.plan.duck import connect, open_facts
from innocity.plan.rows import Facts
from tests.engines.rules.cities import PARTIES, cities
from tests.engines.rules.clauses import packs
from tests.engines.rules.compare import Rows, differences
from tests.engines.rules.real_facts import PARTIES as REAL_PARTIES
from tests.engines.rules.test_equality import assert_equal, examples
from tests.engines.rules.test_real_packs import made
from tests.engines.rules.world import clause, facts_of, pack_of, plan_of

DAY = date(2023, 7, 1)
AGENCY = {"register": "state", "as": "s", "on": {"party_id": "agency"}}
OWN = {"register": "state", "as": "s", "on": {"party_id": "party_id"}}
RIVALS = [
    {"party_id": "B", "agency": "P01", "tech": "t", "amount": 5, "day": DAY},
    {"party_id": "a", "agency": "P02", "tech": "t", "amount": 6, "day": DAY},
]
STATES = [
    {"party_id": "P01", "project": "z", "ok": True, "owner": "B"}, {"party_id": "P02", "project": "z", "ok": True},
    {"party_id": "a", "project": "z", "value": 7}, {"party_id": "B", "owner": "P03", "project": "a", "value": 8},
]  # fmt: skip


def counted(**fields: Any) -> dict[str, Any]:
    return clause("c", **{"register": "event", "counts_on": "day", "amount": {"of": "amount"}, **fields})


def after(**fields: Any) -> list[dict[str, Any]]:
    return [counted(), clause("d", after={"clause": "c"}, **fields)]


CASES = {
    "a join by a join": [
        counted(
            join=[AGENCY, {"register": "state", "as": "t", "on": {"project": "s.project"}}], amount={"of": "t.value"}
        )
    ],
    "a rival that counts by its join": [counted(join=[AGENCY], where="s.ok", distinct={"by": ["tech"]})],
    "rivals alike in a join": [counted(join=[AGENCY], distinct={"by": ["s.project"]})],
    "a window over a join": [counted(join=[AGENCY], amount={"of": "prior_max(amount, by=s.project)"})],
    "awards of others by a join": after(join=[OWN], party="s.owner", amount={"of": "sum(amount)"}),
    "awards with a join": after(
        join=[{"register": "state", "as": "s", "on": {"project": "object"}}], amount={"of": "sum(s.value)"}
    ),
    "one of several awards": after(distinct={"by": ["counted_on"]}, amount={"of": "amount"}),
}


@pytest.mark.parametrize("name", CASES)
def test_what_others_have_is_looked_up(name: str) -> None:
    """Each was wrong once: a firm was told a sum that the settlement of its city does not give."""
    pack = pack_of(CASES[name])
    plan, facts = plan_of(pack), facts_of(pack, {"event": RIVALS, "state": STATES})
    expected = from_everything(plan, facts)
    assert expected
    assert differences(from_what_is_looked_up(plan, facts), expected) == []


def from_everything(plan: RulesPlan, facts: Rows) -> list[Award]:
    """Every party alone, with all facts at hand."""
    reference, known = Reference(plan), Facts(facts, plan.as_of)
    return sorted((a for p in PARTIES for a in reference.party(known, p)), key=Award.key)


def from_what_is_looked_up(plan: RulesPlan, facts: Rows) -> list[Award]:
    """Every party alone, with the facts that are looked up for it."""
    database = connect(threads=1)
    names = registers_read(plan)
    tables = arrow_tables(plan, {n: facts[n] for n in names if n in facts})
    present = open_facts(database, plan.pack, tables, plan.as_of, names)
    lookup = Lookup(plan, database, present, FactIndex(plan.pack, tables))
    reference = Reference(plan)
    return sorted((a for p in PARTIES for a in reference.party(lookup.facts_of(p), p)), key=Award.key)


@examples(12, 200)
@given(packs(), cities())
def test_what_is_looked_up_is_enough(pack: Pack, city: Rows) -> None:
    assert_equal(pack, city, from_what_is_looked_up, from_everything)


# --- the index on disk ---------------------------------------------------------------------------------------


@pytest.fixture
def town(tmp_path: Path) -> tuple[RulesPlan, Rows, Path]:
    """All clauses of Weihai over random facts, which stand in a folder."""
    plan, facts = made("weihai", 0)
    folder = tmp_path / "facts"
    stand(folder, plan, facts)
    return plan, facts, folder


def stand(folder: Path, plan: RulesPlan, facts: Rows) -> None:
    """Write facts as the program itself does; values that no register allows stay, they are not at issue here."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    entries = {}
    for name, table in arrow_tables(plan, facts).items():
        pq.write_table(table.select(arrow_schema(plan.pack.registers[name]).names), folder / f"{name}.parquet")
        entries[name] = RegisterEntry(table.num_rows, "of its rows", plan.pack.registers[name].revision)
    manifest = Manifest(plan.pack.city.id, True, plan.as_of, plan.pack.hash, entries, f"of {len(entries)} registers")
    (folder / "manifest.json").write_text(manifest.as_json(), encoding="utf-8")


def explained(plan: RulesPlan, folder: Path, told: list[str] | None = None) -> list[Award]:
    """Every party by an explainer of its own program run; `told` takes the registers that had to be sorted."""
    progress = None if told is None else lambda name, done, whole: told.append(name)
    explainer = Explainer(plan, open_snapshot(folder, plan.pack), progress)
    parties = [p for p in REAL_PARTIES if any(explainer.lookup.facts_of(p).registers.values())]
    return sorted((a for p in parties for a in explainer.awards(p)), key=Award.key)


def expected_of(plan: RulesPlan, facts: Rows) -> list[Award]:
    reference, known = Reference(plan), Facts(facts, plan.as_of)
    return sorted((a for p in REAL_PARTIES for a in reference.party(known, p)), key=Award.key)


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_a_whole_pack_is_explained_from_its_index(city: str, tmp_path: Path) -> None:
    plan, facts = made(city, 1)
    stand(tmp_path / "facts", plan, facts)
    found = explained(plan, tmp_path / "facts")
    assert len(found) > 50
    assert differences(found, expected_of(plan, facts)) == []
    assert [[s.text for s in a.steps] for a in found] == [[s.text for s in a.steps] for a in expected_of(plan, facts)]


def test_the_index_is_built_once_and_anew_when_facts_change(town: tuple[RulesPlan, Rows, Path]) -> None:
    plan, facts, folder = town
    first: list[str] = []
    explained(plan, folder, first)
    assert {"资质称号", "技术合同"} <= set(first)
    again: list[str] = []
    assert differences(explained(plan, folder, again), expected_of(plan, facts)) == []
    assert again == []
    fewer = {name: rows[: len(rows) // 2] for name, rows in facts.items()}
    index = next((folder / ".index").iterdir())
    kept = folder.parent / "kept"
    shutil.move(index, kept)
    stand(folder, plan, fewer)
    (folder / ".index").mkdir()
    shutil.move(kept, folder / ".index" / index.name)  # an index of other facts lies there
    assert differences(explained(plan, folder, again), expected_of(plan, fewer)) == []
    assert again != []


def test_facts_that_cannot_be_written_beside_have_their_index_elsewhere(
    town: tuple[RulesPlan, Rows, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, facts, folder = town
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "cache"))
    (folder / ".index").write_text("not a folder")  # even an administrator can make none here
    assert differences(explained(plan, folder), expected_of(plan, facts)) == []
    assert list((folder.parent / "cache").rglob("qualification.arrow"))
    (folder.parent / "cache" / "innocity").rename(folder.parent / "elsewhere")
    (folder.parent / "cache" / "innocity").write_text("nor here")
    assert differences(explained(plan, folder), expected_of(plan, facts)) == []


def test_a_broken_build_leaves_nothing_half_written(
    town: tuple[RulesPlan, Rows, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, facts, folder = town
    snapshot = open_snapshot(folder, plan.pack)

    class Full(Exception):
        pass

    def fails(*_: object) -> None:
        raise Full

    monkeypatch.setattr(pa.RecordBatchFileWriter, "write_batch", fails)
    with pytest.raises(Full):
        Explainer(plan, snapshot)
    monkeypatch.undo()
    assert not [p for p in (folder / ".index").rglob("*") if p.is_file()]
    assert differences(explained(plan, folder), expected_of(plan, facts)) == []
