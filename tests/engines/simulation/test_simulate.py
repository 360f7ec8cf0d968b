"""The folder of a simulated city: the format, the same bytes for the same seed, sound references, dirt."""

from __future__ import annotations

import filecmp
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from stdnum.cn import uscc

from innocity.core.errors import InnoCityError
from innocity.engines.rules.run import evaluate
from innocity.engines.rules.snapshot import open_snapshot
from innocity.engines.simulation import folder, load_figures, simulate, writer
from innocity.packs.facts import read_facts
from innocity.packs.facts_columns import arrow_schema
from innocity.packs.load import load_pack
from innocity.packs.model import Column, Pack
from tests.engines.simulation.conftest import Query

#: Registers without rows, and why: nobody confirms an invented figure.
EMPTY: set[str] = {"figure_confirmation", "figure_review"}


def read_by_rules(pack: Pack) -> set[str]:
    """The registers whose rows clauses, appropriations and indicators read: none of them may be without facts."""
    found = {one.register_ for one in pack.clauses.values() if one.register_}
    found |= {join.register_ for one in pack.clauses.values() for join in one.join}
    found |= {one.uses.register_ for one in pack.appropriations.values() if one.uses}
    return found | {one.formula.register_ for one in pack.indicators.values() if one.formula}


def files(path: Path) -> list[str]:
    return sorted(one.name for one in path.iterdir())


# --- format -----------------------------------------------------------------------------------------------


def test_the_folder_is_a_valid_facts_folder(weihai: Pack, small: Path) -> None:
    facts = read_facts(small, weihai, verify=True)  # types, codes, required values, bounds, ids, hashes
    assert facts.manifest.simulated and facts.manifest.city == "weihai"
    assert facts.manifest.as_of == date(2023, 12, 31) and facts.manifest.pack == weihai.hash


def test_every_register_has_its_columns_and_rows(weihai: Pack, whole: Path) -> None:
    manifest = json.loads((whole / "manifest.json").read_text(encoding="utf-8"))
    for name, register in weihai.registers.items():
        assert pq.read_schema(whole / f"{name}.parquet").equals(arrow_schema(register)), name
    empty = {name for name, entry in manifest["registers"].items() if not entry["rows"]}
    assert empty >= EMPTY and empty & read_by_rules(weihai) == set(), "the rest is kept by units, and rosters show it"


def test_all_is_marked_as_simulated(facts: Query) -> None:
    for path in facts.folder.glob("*.parquet"):
        assert facts.one(f"SELECT count(*) FROM {{{path.stem}}} WHERE NOT starts_with(source, '模拟')") == 0, path.stem
    for register in ("organization", "person"):
        assert facts.one(f"SELECT count(*) FROM {{{register}}} WHERE NOT starts_with(name, '模拟')") == 0


def test_ids_are_short(facts: Query) -> None:
    """Those that are made here: units bring the pack's own."""
    units = EMPTY | {"meeting", "observation", "resolution", "task_closure", "task_progress"}
    for path in (one for one in facts.folder.glob("*.parquet") if one.stem not in units):
        longest = f"SELECT max(greatest(strlen(fact_id), strlen(party_id))) FROM {{{path.stem}}}"
        assert (facts.one(longest) or 0) <= 12, path.stem


def test_columns_of_a_register_that_is_not_foreseen(weihai: Pack, tmp_path: Path) -> None:
    """A city may add columns: optional ones stay empty, a required one is asked for."""
    register = weihai.registers["ranking"]

    def with_column(required: bool) -> Pack:
        more = Column(id="remark", name="备注", type="text", required=required)
        changed = register.model_copy(update={"columns": (*register.columns, more)})
        return weihai.model_copy(update={"registers": {**weihai.registers, "ranking": changed}})

    simulate(with_column(False), firms=3_000, out=tmp_path / "a")
    assert pq.read_table(tmp_path / "a" / "ranking.parquet").column("remark").null_count > 0
    with pytest.raises(InnoCityError) as caught:
        simulate(with_column(True), firms=3_000, out=tmp_path / "b")
    assert caught.value.code == "E-FACTS-COLUMN-MISSING"


# --- the same, whatever happens ------------------------------------------------------------------------------


def test_one_seed_gives_the_same_bytes_and_another_others(weihai: Pack, small: Path, tmp_path: Path) -> None:
    again = simulate(weihai, firms=3_000, out=tmp_path / "again")
    other = simulate(weihai, firms=3_000, seed=8, out=tmp_path / "other")
    assert filecmp.cmpfiles(small, tmp_path / "again", files(small), shallow=False)[1:] == ([], [])
    same = [name for name, entry in again.registers.items() if other.registers[name].hash == entry.hash]
    assert set(same) == {name for name, entry in again.registers.items() if not entry.rows}


@pytest.mark.parametrize("chunk", [131, 1_000])
def test_chunks_do_not_matter(weihai: Pack, small: Path, tmp_path: Path, chunk: int) -> None:
    simulate(weihai, firms=3_000, out=tmp_path / "city", chunk=chunk)
    assert filecmp.cmpfiles(small, tmp_path / "city", files(small), shallow=False)[1:] == ([], [])


def test_hashes_do_not_depend_on_row_groups(
    weihai: Pack, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "ROW_GROUP", 500)
    manifest = simulate(weihai, firms=3_000, out=tmp_path / "city", chunk=333)
    assert pq.ParquetFile(tmp_path / "city" / "organization.parquet").num_row_groups > 5
    assert manifest.hash == json.loads((small / "manifest.json").read_text(encoding="utf-8"))["hash"]


def test_scale_and_firms_say_the_same(weihai: Pack, small: Path, tmp_path: Path) -> None:
    assert simulate(weihai, 0.05, out=tmp_path / "city").hash == simulate(weihai, firms=3_000, out=tmp_path / "b").hash


def test_progress_reaches_the_whole(weihai: Pack, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    made = simulate(weihai, firms=3_000, out=tmp_path / "city", progress=lambda *step: told.append(step))
    assert told[-1][1] == told[-1][2] and [t[1] for t in told] == sorted(t[1] for t in told)
    assert {t[0] for t in told} == {name for name, entry in made.registers.items() if entry.rows}


def test_a_folder_is_never_half_there(weihai: Pack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "city"
    simulate(weihai, firms=3_000, out=out)
    before = (out / "manifest.json").read_bytes()
    with pytest.raises(InnoCityError) as caught:
        simulate(weihai, firms=3_000, out=out)
    assert caught.value.code == "E-FACTS-EXISTS"

    def broken(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(folder, "write_manifest", broken)
    with pytest.raises(OSError, match="no space"):
        simulate(weihai, firms=4_000, out=out, overwrite=True)
    assert files(tmp_path) == ["city"] and (out / "manifest.json").read_bytes() == before
    monkeypatch.undo()
    simulate(weihai, firms=4_000, out=out, overwrite=True)
    assert files(tmp_path) == ["city"] and (out / "manifest.json").read_bytes() != before


@pytest.mark.parametrize("firms", [0, 99, 20_000_000])
def test_impossible_sizes_are_refused(weihai: Pack, tmp_path: Path, firms: int) -> None:
    with pytest.raises(InnoCityError) as caught:
        simulate(weihai, firms=firms, out=tmp_path / "city")
    assert caught.value.code == "E-FACTS-VALUE" and files(tmp_path) == []


@pytest.mark.parametrize("firms", [100, 101, 777])
def test_the_smallest_cities_are_sound(weihai: Pack, tmp_path: Path, firms: int) -> None:
    simulate(weihai, firms=firms, out=tmp_path / "city")
    read_facts(tmp_path / "city", weihai, verify=True)
    firms_written = "SELECT count(DISTINCT party_id) FROM {organization} WHERE starts_with(party_id, 'F')"
    assert Query(tmp_path / "city").one(firms_written) == firms


def test_years_bound_the_facts(weihai: Pack, tmp_path: Path) -> None:
    manifest = simulate(weihai, firms=3_000, out=tmp_path / "city", years=(2019, 2021))
    query = Query(tmp_path / "city")
    assert manifest.as_of == date(2021, 12, 31)
    assert query.rows(
        "SELECT min(registered_on) >= '2019-01-01', max(registered_on) <= '2021-12-31' FROM {technology_contract}"
    ) == [(True, True)]
    for name in weihai.registers:
        assert query.one(f"SELECT count(*) FROM {{{name}}} WHERE valid_from > '2021-12-31'") == 0, name


# --- references ----------------------------------------------------------------------------------------------


def party_columns(pack: Pack) -> list[tuple[str, str]]:
    own = [(r.id, c.id) for r in pack.registers.values() for c in r.columns if c.type == "party"]
    return [*((name, "party_id") for name in pack.registers), *own]


def test_every_party_exists(weihai: Pack, facts: Query) -> None:
    known = (
        "SELECT party_id FROM {organization} UNION SELECT party_id FROM {person} UNION SELECT party_id FROM {division}"
    )
    units = ", ".join(f"('{name}')" for name in weihai.units)  # who reports on tasks and figures
    known += f" UNION SELECT * FROM (VALUES {units})"
    for register, column in party_columns(weihai):
        lost = f"SELECT count(*) FROM {{{register}}} WHERE {column} IS NOT NULL AND {column} NOT IN ({known})"
        assert facts.one(lost) == 0, (register, column)


@pytest.mark.parametrize(
    ("child", "column", "parent", "key"),
    [
        ("contract_payment", "registration_no", "technology_contract", "registration_no"),
        ("platform_evaluation", "platform_id", "innovation_platform", "platform_id"),
        ("decision", "object", "st_project", "project_no"),
    ],
)  # fmt: skip
def test_children_have_their_parents(facts: Query, child: str, column: str, parent: str, key: str) -> None:
    """Evaluations of institutions and decisions on residences name those instead."""
    also = "SELECT institution FROM {rd_institution} UNION SELECT project FROM {postdoc_residence}"
    known = f"SELECT {key} FROM {{{parent}}} UNION {also}"
    assert facts.one(f"SELECT count(*) FROM {{{child}}} WHERE {column} NOT IN ({known})") == 0
    assert facts.one(f"SELECT count(*) FROM {{{child}}} WHERE {column} IN (SELECT {key} FROM {{{parent}}})") > 0


def test_credit_codes_are_valid_and_nobody_s(facts: Query) -> None:
    codes = [row[0] for row in facts.rows("SELECT DISTINCT uscc FROM {organization}")]
    assert all(code[2:8] == "990000" for code in codes)
    assert all(uscc.is_valid(code) for code in codes[::37])
    parties = facts.one("SELECT count(DISTINCT party_id) FROM {organization}")
    former = facts.one(
        "SELECT count(DISTINCT former_uscc) FROM {organization} WHERE former_uscc IN (SELECT uscc FROM {organization})"
    )
    assert len(codes) == parties and former == 0


def test_payments_do_not_exceed_their_contract(facts: Query) -> None:
    above = """SELECT count(*) FROM (SELECT registration_no, sum(amount) AS paid FROM {contract_payment} GROUP BY 1)
        JOIN (SELECT registration_no, max(contract_amount) AS agreed FROM {technology_contract} GROUP BY 1)
        USING (registration_no) WHERE paid > agreed + 3"""
    assert facts.one(above) == 0


def test_technologies_are_transferred_again_later_by_the_same_seller(facts: Query) -> None:
    again = """SELECT technology, count(DISTINCT registration_no), count(DISTINCT seller)
        FROM {technology_contract} GROUP BY 1 HAVING count(DISTINCT registration_no) > 1"""
    rows = facts.rows(again)
    assert len(rows) > 100 and all(sellers <= 1 for _, _, sellers in rows)


# --- lives of firms --------------------------------------------------------------------------------------------


def test_recognitions_follow_one_another(facts: Query) -> None:
    """ "Again" three years after the one before, "resumed" after four, "first" after none."""
    gaps = dict(
        facts.rows("""
        SELECT kind, list(DISTINCT gap) FILTER (gap IS NOT NULL) FROM (
            SELECT coalesce(recognition_kind, '?') AS kind, year(issued_on) - lag(year(issued_on))
                OVER (PARTITION BY party_id ORDER BY issued_on) AS gap
            FROM {qualification} WHERE title = 'hnte') GROUP BY kind""")
    )
    assert gaps["again"] == [3] and gaps["resumed"] == [4]
    assert gaps["first"] is None and gaps["moved_in"] is None


def test_nobody_is_recognised_before_being_founded(facts: Query) -> None:
    founded = "(SELECT party_id, min(established_on) AS day FROM {organization} GROUP BY 1)"
    early = (
        "SELECT count(*) FROM {qualification} JOIN "
        + founded
        + " USING (party_id) WHERE title = 'hnte' AND day + 365 > issued_on"
    )
    assert facts.one(early) == 0
    tenants = (
        "SELECT count(*) FROM {incubation} i JOIN " + founded + " f ON f.party_id = i.tenant WHERE f.day > i.entered_on"
    )
    assert facts.one(tenants) == 0


def test_some_tenants_become_high_tech_within_three_years_and_some_later(facts: Query) -> None:
    rows = dict(
        facts.rows("""
        SELECT q.issued_on < i.entered_on + INTERVAL 3 YEAR, count(*) FROM {qualification} q
        JOIN {incubation} i ON i.tenant = q.party_id AND i.entered_on <= q.issued_on
            AND (i.left_on IS NULL OR i.left_on > q.issued_on)
        WHERE q.title = 'hnte' AND q.recognition_kind = 'first' GROUP BY 1""")
    )
    assert rows[True] > 20 and rows[False] > 5


def test_small_and_large_firms_have_fitting_traits(facts: Query) -> None:
    too_large = """SELECT count(*) FROM {organization} WHERE (employees > 500 OR revenue > 2e10)
        AND party_id IN (SELECT party_id FROM {qualification} WHERE title = 'tech_sme')"""
    assert facts.one(too_large) == 0
    sizes = dict(facts.rows("SELECT size_class, count(*) FROM {organization} WHERE size_class IS NOT NULL GROUP BY 1"))
    assert sizes["micro"] > sizes["small"] > sizes["medium"] > sizes["large"] > 0


def test_states_of_a_firm_follow_one_another(facts: Query) -> None:
    broken = """SELECT count(*) FROM (
        SELECT valid_to, lead(valid_from) OVER (PARTITION BY party_id ORDER BY fact_id) AS next FROM {organization}
        ) WHERE valid_to IS DISTINCT FROM next"""
    assert facts.one(broken) == 0
    states = {row[0] for row in facts.rows("SELECT DISTINCT status FROM {organization}")}
    assert states == {"active", "abnormal", "moved_away", "deregistered"}


# --- dirt ---------------------------------------------------------------------------------------------------------


def test_some_rows_are_recorded_late(facts: Query) -> None:
    for register in ("contract_payment", "service_expense", "ip_right"):
        late = facts.one(f"SELECT count(*) FROM {{{register}}} WHERE recorded_at > '2023-12-31'")
        assert 0 < late < facts.one(f"SELECT count(*) FROM {{{register}}}") / 50, register
        assert facts.one(f"SELECT count(*) FROM {{{register}}} WHERE recorded_at < valid_from") == 0


def test_some_values_are_missing(facts: Query) -> None:
    for register, column in (
        ("organization", "employees"), ("organization", "revenue"), ("organization", "established_on"),
        ("technology_contract", "signed_on"), ("contract_payment", "voucher_no"), ("rd_expenditure", "domestic"),
        ("innovation_platform", "lead_kind"), ("postdoc_residence", "tutor_university"),
    ):  # fmt: skip
        share = facts.one(f"SELECT avg(CAST({column} IS NULL AS INTEGER)) FROM {{{register}}}")
        assert 0.001 < share < 0.3, (register, column)


def test_most_firms_have_no_child_rows(facts: Query) -> None:
    with_any = """SELECT count(*) FROM (
        SELECT party_id FROM {qualification} UNION SELECT party_id FROM {technology_contract}
        UNION SELECT party_id FROM {ip_right} UNION SELECT party_id FROM {rd_expenditure}
        ) WHERE starts_with(party_id, 'F')"""
    assert 5_000 < facts.one(with_any) < 40_000


def test_both_parties_register_the_same_contract(facts: Query) -> None:
    roles = dict(
        facts.rows("""SELECT sides, count(*) FROM (SELECT registration_no, count(DISTINCT role) AS sides,
        count(DISTINCT contract_amount) AS sums FROM {technology_contract} GROUP BY 1 HAVING sums = 1) GROUP BY 1""")
    )
    assert roles[1] > roles[2] > 1_000 and roles[3] > 0
    assert facts.one("SELECT count(DISTINCT registration_no) FROM {technology_contract}") == sum(roles.values())


def test_amounts_have_odd_fens(facts: Query) -> None:
    for register, column in (("technology_contract", "contract_amount"), ("contract_payment", "amount")):
        assert facts.one(f"SELECT avg(CAST({column} % 100 != 0 AS INTEGER)) FROM {{{register}}}") > 0.2


# --- other cities, other engines -------------------------------------------------------------------------------------


def test_liaocheng_is_simulated_too(tmp_path: Path) -> None:
    """Its own registers included; it publishes no figures, so all its numbers are assumed."""
    liaocheng = load_pack("liaocheng")
    manifest = simulate(liaocheng, firms=30_000, out=tmp_path / "city")
    read_facts(tmp_path / "city", liaocheng, verify=True)
    empty = {name for name, entry in manifest.registers.items() if not entry.rows}
    # No index asks for figures; no task of a known unit is due yet.
    assert manifest.as_of == date(2021, 12, 31)
    assert empty >= {"award", "appropriation_use", *EMPTY, "observation", "task_closure"}
    assert empty & read_by_rules(liaocheng) == set()
    assert load_figures(Path(liaocheng.root)).facts == ()


@pytest.mark.parametrize(("city", "years"), [("weihai", (2018, 2023)), ("liaocheng", (2020, 2021))])
def test_the_facts_can_be_settled(city: str, years: tuple[int, int], tmp_path: Path) -> None:
    """No decision above its ceiling or under a clause not in force; sums come out every year."""
    pack = load_pack(city)
    simulate(pack, firms=20_000, out=tmp_path / "city")
    snapshot = open_snapshot(tmp_path / "city", pack)
    for year in years:
        outcome = evaluate(pack, snapshot, year)
        assert outcome.report["totals"]["payable"] > 0, year
        if year == years[1]:
            decided = [row for row in outcome.awards.column("decided").to_pylist() if row is not None]
            assert decided, "some decisions meet their awards"
