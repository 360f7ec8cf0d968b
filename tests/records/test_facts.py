"""Facts: recorded, corrected, withdrawn; a snapshot is what was recorded, and settles to the same awards."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from innocity.actions.adopt_pack import adopt_pack
from innocity.actions.correct_fact import correct_fact
from innocity.actions.import_ledgers import import_ledgers
from innocity.actions.ledger import ledger
from innocity.actions.observe import observe
from innocity.actions.record_facts import record_facts, record_rows
from innocity.actions.register_run import register_run
from innocity.actions.take_snapshot import take_snapshot
from innocity.core.errors import InnoCityError
from innocity.engines.rules.run import Outcome, settle
from innocity.engines.simulation.folder import simulate
from innocity.packs.facts import read_facts, read_manifest
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.models import AuditEntry, Fact, Party, RegisterState
from innocity.records.queries.fact_lists import latest_of
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR

FIRMS = 300
_BROKEN = "indicator,period,value,party_id,fact_id\nhnte_count,x,1,a,b\n"
AWARDED = {"party_id": "A", "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01"}


@pytest.fixture(scope="session")
def simulated(weihai: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("simulated") / "facts"
    simulate(weihai, firms=FIRMS, out=folder)
    return folder


@pytest.fixture
def loaded(city: Pack, simulated: Path) -> Pack:
    facts = read_facts(simulated, city)
    record_facts(city, OPERATOR, facts.tables, simulated=True, as_of=facts.manifest.as_of)
    return city


def awarded(city: Pack, **changes: str | None) -> str:
    return record_rows(city, OPERATOR, "qualification", [{**AWARDED, **changes}]).ids[0]


def refused(code: str, *errors: str) -> pytest.RaisesExc[InnoCityError]:
    return pytest.RaisesExc(InnoCityError, check=lambda e: e.code == code)


def test_a_snapshot_is_what_was_recorded(loaded: Pack, simulated: Path, tmp_path: Path) -> None:
    taken = take_snapshot(loaded, OPERATOR, tmp_path / "snapshots")
    before, after = read_manifest(simulated), read_manifest(taken.folder)
    assert after.registers == before.registers
    assert (after.hash, after.as_of, after.simulated) == (before.hash, before.as_of, True)
    assert read_facts(taken.folder, loaded, verify=True).tables == read_facts(simulated, loaded).tables


@pytest.fixture(scope="session")
def settled(weihai: Pack, simulated: Path) -> Outcome:
    """The simulated city, settled from its own folder."""
    return settle(weihai, simulated, simulated.parent / "run", 2023)


def test_a_snapshot_settles_to_the_same_awards(loaded: Pack, settled: Outcome, tmp_path: Path) -> None:
    taken = take_snapshot(loaded, OPERATOR, tmp_path / "snapshots")
    outcome = settle(loaded, taken.folder, tmp_path / "from_records", 2023)
    assert outcome.hash == settled.hash
    assert outcome.report["totals"] == settled.report["totals"] and outcome.report["totals"]["sum"] > 0
    run = register_run(loaded, OPERATOR, tmp_path / "from_records")
    assert run.snapshot == taken.hash
    assert register_run(loaded, OPERATOR, tmp_path / "from_records").id == run.id
    assert queries.latest_run(Viewer(), 2023).report["pools"] == outcome.report["pools"]  # type: ignore[union-attr]
    assert set(queries.latest_run(Viewer(), 2023).report) == {"pools"}  # type: ignore[union-attr]


def test_only_changed_registers_are_rewritten(loaded: Pack, tmp_path: Path) -> None:
    first = take_snapshot(loaded, OPERATOR, tmp_path / "snapshots")
    again = take_snapshot(loaded, OPERATOR, tmp_path / "snapshots")
    assert (again.new, again.folder, again.written) == (False, first.folder, ())
    party = Party.objects.filter(kind="organization").first()
    awarded(loaded, party_id=party.id)
    later = take_snapshot(loaded, OPERATOR, tmp_path / "snapshots")
    assert later.new and later.written == ("qualification",) and later.rows == first.rows + 1
    assert read_facts(later.folder, loaded, verify=True).manifest.hash == later.hash
    unchanged = [folder.folder / "organization.parquet" for folder in (first, later)]
    assert unchanged[0].samefile(unchanged[1])


def test_a_load_may_be_repeated(loaded: Pack, simulated: Path) -> None:
    facts = read_facts(simulated, loaded)
    entries, rows = AuditEntry.objects.count(), Fact.objects.count()
    again = record_facts(loaded, OPERATOR, facts.tables, simulated=True)
    assert again.entry is None and sum(again.same.values()) == rows
    assert (AuditEntry.objects.count(), Fact.objects.count()) == (entries, rows)


def test_one_wrong_row_leaves_nothing_behind(city: Pack) -> None:
    before = (AuditEntry.objects.count(), Party.objects.count())
    rows = [AWARDED, {**AWARDED, "party_id": "B", "title": "no_such_title"}, {**AWARDED, "party_id": "C"}]
    with refused("E-FACTS-CODE"):
        record_rows(city, OPERATOR, "qualification", rows)
    assert (AuditEntry.objects.count(), Party.objects.count(), Fact.objects.count()) == (*before, 0)
    state = RegisterState.objects.get(register="qualification")
    assert (state.version, state.rows, state.last_number) == (0, 0, 0)


def test_a_failure_while_writing_leaves_nothing_behind(city: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    from innocity.records import store

    def broken(*_: object) -> int:
        raise RuntimeError("the log is full")

    before = (AuditEntry.objects.count(), Party.objects.count())
    monkeypatch.setattr(store, "audit", broken)
    with pytest.raises(RuntimeError, match="the log is full"):
        awarded(city)
    assert (AuditEntry.objects.count(), Party.objects.count(), Fact.objects.count()) == (*before, 0)


def test_all_errors_of_a_form_come_together(city: Pack) -> None:
    with pytest.raises(InnoCityError) as caught:
        record_rows(city, OPERATOR, "qualification", [{"party_id": "A", "issued_on": "yesterday", "colour": "red"}])
    assert {error.code for error in caught.value.errors} == {"E-FACTS-TYPE", "E-FACTS-COLUMN-EXTRA"}  # type: ignore[attr-defined]


def test_an_id_is_not_taken_twice(city: Pack) -> None:
    record_rows(city, OPERATOR, "qualification", [{**AWARDED, "fact_id": "q1"}])
    with refused("E-FACT-EXISTS"):
        record_rows(city, OPERATOR, "qualification", [{**AWARDED, "fact_id": "q1", "batch": "第二批"}])


def test_a_correction_keeps_the_old_revision(city: Pack, tmp_path: Path) -> None:
    fact = awarded(city)
    new = correct_fact(city, OPERATOR, "qualification", fact, {"issued_on": "2023-12-01"}, "公告日期录错", revision=1)
    history = queries.history(OPERATOR, city.registers["qualification"], fact)
    assert new == 2
    assert [(one.revision, one.values["issued_on"], one.current) for one in history] == [
        (2, date(2023, 12, 1), True), (1, date(2023, 11, 1), False),
    ]  # fmt: skip
    assert history[0].reason == "公告日期录错"
    taken = take_snapshot(city, OPERATOR, tmp_path / "snapshots")
    table = read_facts(taken.folder, city).tables["qualification"]
    assert table.column("issued_on").to_pylist() == [date(2023, 12, 1)]


def test_a_stale_correction_is_refused(city: Pack) -> None:
    fact = awarded(city)
    correct_fact(city, OPERATOR, "qualification", fact, {"batch": "第一批"}, "补录", revision=1)
    with refused("E-FACT-CHANGED"):
        correct_fact(city, OPERATOR, "qualification", fact, {"batch": "第二批"}, "补录", revision=1)
    with refused("E-FACT-SAME"):
        correct_fact(city, OPERATOR, "qualification", fact, {"batch": "第一批"}, "补录", revision=2)
    with refused("E-FACT-REASON"):
        correct_fact(city, OPERATOR, "qualification", fact, {"batch": "第二批"}, " ", revision=2)
    with refused("E-FACTS-VALUE"):
        correct_fact(city, OPERATOR, "qualification", fact, {"party_id": "B"}, "换主体", revision=2)
    assert Fact.objects.count() == 2


def test_what_is_withdrawn_is_in_no_snapshot(city: Pack, tmp_path: Path) -> None:
    fact = awarded(city)
    correct_fact(city, OPERATOR, "qualification", fact, {}, "公告撤销", revision=1, withdraw=True)
    assert take_snapshot(city, OPERATOR, tmp_path / "snapshots").rows == 0
    assert [one.withdrawn for one in queries.history(OPERATOR, city.registers["qualification"], fact)] == [True, False]
    with refused("E-FACT-UNKNOWN"):
        correct_fact(city, OPERATOR, "qualification", fact, {"batch": "1"}, "补录", revision=2)


def test_an_organisation_is_called_as_its_latest_fact_says(city: Pack) -> None:
    rows = [{"party_id": "A", "uscc": "X1", "name": name, "valid_from": day, "statistical_division": "371002"}
            for name, day in (("新名", "2023-05-01"), ("旧名", "2019-01-01"))]  # fmt: skip
    record_rows(city, OPERATOR, "organization", rows)
    record_rows(city, OPERATOR, "organization", [{**rows[1], "name": "更旧的名", "valid_from": "2015-01-01"}])
    assert (found := queries.find_party(OPERATOR, "ｘ１")) is not None
    assert (found.name, found.division) == ("新名", "huancui")
    with refused("E-PARTY-CODE"):
        record_rows(city, OPERATOR, "organization", [{**rows[0], "party_id": "B"}])
    assert not Party.objects.filter(id="B").exists()


def test_facts_are_listed_alike_on_every_database_without_a_first_day_by_when_they_were_recorded(city: Pack) -> None:
    """A firm's page of a register and the interface for programs, and the firm's page of all registers, agree."""
    for batch, day in (("一", ""), ("二", "2019-01-01"), ("三", "2023-05-01"), ("四", "")):
        row = {key: value for key, value in AWARDED.items() if key != "valid_from"}
        record_rows(city, OPERATOR, "qualification", [row | {"batch": batch, "certificate_no": batch}
                                                      | ({"valid_from": day} if day else {})])  # fmt: skip
    party, register = AWARDED["party_id"], city.registers["qualification"]
    listed = [one.values["batch"] for one in queries.facts(OPERATOR, register, party_id=party).items]
    latest = [one.values["batch"] for one in latest_of(OPERATOR, city, party, 9)["qualification"]]
    assert listed == latest == ["四", "一", "三", "二"], "what was recorded last is not hidden at the end"


def test_ledgers_are_brought_in_once(city: Pack, tmp_path: Path) -> None:
    rows = [{"indicator": "hnte_count", "period": "2023", "value": "1480", "party_id": "wh_science"}]
    observe(city, rows, tmp_path, date(2024, 1, 5))
    ledger(city, "qualification", tmp_path).append([{**AWARDED, "fact_id": "q1"}])
    first = import_ledgers(city, OPERATOR, tmp_path)
    assert first.added == {"observation": 1, "qualification": 1}
    assert import_ledgers(city, OPERATOR, tmp_path).entry is None
    observe(city, [{**rows[0], "period": "2021", "value": "1100"}], tmp_path, date(2024, 1, 6))
    assert import_ledgers(city, OPERATOR, tmp_path).added == {"observation": 1}
    found = queries.facts(OPERATOR, city.registers["observation"]).items
    assert {one.values["value"] for one in found} == {"1480", "1100"} and found[0].source == "observation.csv"


def test_a_broken_ledger_stops_all(city: Pack, tmp_path: Path) -> None:
    ledger(city, "qualification", tmp_path).append([AWARDED])
    (tmp_path / "weihai" / "observation.csv").write_text(_BROKEN)
    with pytest.raises(InnoCityError) as caught:
        import_ledgers(city, OPERATOR, tmp_path)
    assert caught.value.place is not None and caught.value.place.line == 2
    assert Fact.objects.count() == 0


def test_simulated_facts_do_not_join_real_ones(city: Pack, simulated: Path) -> None:
    awarded(city)
    with refused("E-RECORDS-SIMULATED"):
        record_facts(city, OPERATOR, read_facts(simulated, city).tables, simulated=True)


def test_a_pack_that_loses_what_facts_need_is_refused(city: Pack) -> None:
    awarded(city, batch="第一批")
    register = city.registers["qualification"]
    without = register.model_copy(update={"columns": tuple(c for c in register.columns if c.id != "batch")})
    lot = {"id": "lot", "was": "batch"}
    columns = tuple(c.model_copy(update=lot) if c.id == "batch" else c for c in register.columns)
    renamed = register.model_copy(update={"columns": columns})
    codes = city.codes["qualification_title"]
    fewer = codes.model_copy(update={"codes": tuple(c for c in codes.codes if c.id != "hnte")})
    refused_packs = {
        "E-ADOPT-COLUMN": city.model_copy(update={"registers": {**city.registers, "qualification": without}}),
        "E-ADOPT-CODE": city.model_copy(update={"codes": {**city.codes, codes.id: fewer}}),
        "E-RECORDS-PACK": city.model_copy(
            update={"registers": {k: v for k, v in city.registers.items() if k != "qualification"}}
        ),
    }
    for code, pack in refused_packs.items():
        with refused(code):
            adopt_pack(pack.model_copy(update={"hash": code}), OPERATOR)
    good = city.model_copy(update={"registers": {**city.registers, "qualification": renamed}, "hash": "renamed"})
    assert adopt_pack(good, OPERATOR)
    assert queries.facts(OPERATOR, renamed).items[0].values["lot"] == "第一批"
    with refused("E-RECORDS-PACK"):
        awarded(city)
