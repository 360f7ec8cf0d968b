"""The demo's city: lists of demand and supply, pairs at every stage, matters at every step, all marked as simulated."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from innocity.actions.exchange_records import exchange_records
from innocity.actions.inspection_records import inspections
from innocity.actions.inspection_results import checked
from innocity.actions.procedure_records import open_cases
from innocity.actions.request_addition import addable
from innocity.actions.simulate_exchange import Cast, cast_of, simulate_exchange
from innocity.actions.simulate_inspections import simulate_inspections
from innocity.actions.simulate_matters import MATTERS, simulate_matters
from innocity.actions.simulate_registers import empty_registers, simulate_registers
from innocity.core.errors import InnoCityError
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import registers_read
from innocity.packs.load import load_pack
from innocity.records import queries
from innocity.records.models import Fact, Instance
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR

PACK = load_pack("weihai")
DAY = date.today()


@pytest.fixture
def cast(records: Path) -> Cast:
    """The two firms with accounts, and four others."""
    from innocity.records.models import Handler

    own = list(Handler.objects.order_by("account_id").values_list("party", flat=True))
    return cast_of(OPERATOR, [*dict.fromkeys(own), *(f"F{number:07d}" for number in range(1, 5))])


def test_every_kind_has_both_lists_and_pairs_stand_at_every_stage(records: Path, cast: Cast) -> None:
    assert simulate_exchange(PACK, OPERATOR, cast, records) >= 40
    found = exchange_records(PACK, records)
    for kind in PACK.matching:
        assert found.on_list(kind, "demand", DAY) and found.on_list(kind, "offer", DAY), kind
    pairs = [pair for kind in PACK.matching for pair in found.pairs(kind, DAY)]
    assert set(Counter(pair.step for pair in pairs)) == {"proposed", "introduced", "agreed", "fulfilled", "failed"}
    assert any(pair.late for pair in pairs) and any(pair.claim for pair in pairs)
    assert {one.state for one in found.listings.values()} == {"open", "pending", "refused", "closed"}
    assert len(found.events) == 6 and {one.held_on is None for one in found.events.values()} == {True, False}
    assert all(one.simulated for one in (*found.listings.values(), *found.steps, *found.events.values()))
    own = [one for one in found.listings.values() if one.owner == cast.firms[0]]
    assert own and any(one.state == "pending" for one in found.listings.values())


def test_matters_stand_at_many_steps_and_wait_for_many_units(records: Path, cast: Cast) -> None:
    assert simulate_matters(PACK, OPERATOR, cast, records) == MATTERS
    found = open_cases(PACK, DAY, records).values()
    assert len(found) == MATTERS and len({one.procedure.id for one in found}) >= 15
    assert len({one.state for one in found}) >= 10 and {one.open for one in found} == {True, False}
    assert all(one.simulated for one in found) and all(step.taken_on <= DAY for one in found for step in one.taken)
    assert sum(one.applicant == cast.firms[0] for one in found) >= 5
    assert len({one.step.id for case in found for one in case.next}) >= 8


def test_the_same_city_is_made_again(records: Path, cast: Cast, tmp_path: Path) -> None:
    told = []
    for name in ("first", "second"):
        var = tmp_path / name
        pack = load_pack("liaocheng")
        simulate_exchange(pack, OPERATOR, cast, var, today=DAY)
        simulate_matters(pack, OPERATOR, cast, var, today=DAY)
        cases = open_cases(pack, DAY, var).values()
        assert cases and exchange_records(pack, var).listings
        told.append([(one.id, one.state, one.applicant, [step.sum for step in one.taken]) for one in cases])
    assert told[0] == told[1]


def test_pages_show_them_and_say_that_they_are_simulated(persona: Persona, records: Path, cast: Cast) -> None:
    simulate_exchange(PACK, OPERATOR, cast, records)
    simulate_matters(PACK, OPERATOR, cast, records)
    for who, address in (
        ("firm", "/weihai/my/matters/"), ("firm", "/weihai/my/exchange/"), ("science", "/weihai/office/exchange/"),
        ("science", "/weihai/office/procedures/"), ("county", "/weihai/office/procedures/"),
    ):  # fmt: skip
        text = persona(who).get(address).content.decode()
        assert 'class="sim"' in text, address
    anybody = Client(SERVER_NAME="localhost")
    assert 'class="sim"' in anybody.get("/weihai/exchange/").content.decode()
    listing = next(one for one in exchange_records(PACK, records).listings.values() if one.state == "open")
    page = anybody.get(f"/weihai/exchange/{listing.kind}/{listing.id}/")
    assert page.status_code == 200 and 'class="sim"' in page.content.decode()


def test_lists_and_gradings_have_rows_and_clauses_read_none_of_them(persona: Persona, records: Path) -> None:
    cast = cast_of(OPERATOR, ["F0000001", "F0000002", "F0000003"])
    left = {one.id for one in empty_registers(PACK, OPERATOR)}
    before = {one.register: one.version for one in queries.registers(OPERATOR)}
    written = simulate_registers(PACK, OPERATOR, cast)
    assert written > 300 and not empty_registers(PACK, OPERATOR)
    after = {one.register: one.version for one in queries.registers(OPERATOR)}
    assert {name for name in after if after[name] != before[name]} == left | {"innovation_platform"}
    assert left.isdisjoint(registers_read(compile_rules(PACK, 2023, date(2023, 12, 31), {}, simulated=True)))
    client = persona("science")
    for name in PACK.gradings:
        found = client.get(f"/weihai/office/gradings/{name}/").context
        assert found["total"] > 0, name
    empty = [name for name in PACK.rosters if not client.get(f"/weihai/office/rosters/{name}/").context["view"].rows]
    assert len(empty) < len(PACK.rosters) // 4, empty


def test_nothing_invented_goes_into_a_real_city(records: Path) -> None:
    Instance.objects.update(simulated=False)
    with pytest.raises(InnoCityError) as told:
        cast_of(Viewer.operator("x"), ["F0000001"])
    assert told.value.code == "E-SIMULATE-REAL"


def test_days_are_counted_from_the_day_of_loading(records: Path, cast: Cast) -> None:
    day = DAY - timedelta(days=100)
    simulate_exchange(PACK, OPERATOR, cast, records, today=day)
    assert max(one.posted_on for one in exchange_records(PACK, records).listings.values()) <= day


def test_one_inspection_is_carried_out_and_one_announced_both_simulated(persona: Persona, records: Path) -> None:
    before = {one.register: one.version for one in queries.registers(OPERATOR)}
    assert simulate_inspections(PACK, OPERATOR, records) == 2
    after = {one.register: one.version for one in queries.registers(OPERATOR)}
    changed = {name for name in after if after[name] != before[name]}
    assert changed.isdisjoint(registers_read(compile_rules(PACK, 2023, date(2023, 12, 31), {}, simulated=True)))
    done, told = inspections(PACK, records).values()
    assert (done.state, told.state) == ("drawn", "announced") and done.sound and done.simulated and told.simulated
    cases = open_cases(PACK, date.max, records)
    states = [one.state for one in checked(done, cases)]
    assert (
        len(states) > 3 and states.count("发现问题，已改正") == 1 and set(states) == {"发现问题，已改正", "未发现问题"}
    )
    text = persona("science").get("/weihai/office/inspections/").content.decode()
    assert text.count('class="sim"') >= 2 and "已查完" in text and "已公告" in text
    page = Client(SERVER_NAME="localhost").get(f"/weihai/inspections/{done.id}/").content.decode()
    assert "模拟检-" in page and "模拟检查员" not in page, "numbers and units are published, not names"
    roster = persona("science").get("/weihai/office/registers/inspector/").content.decode()
    assert "模拟检-011" in roster


def test_no_invented_row_and_no_form_names_a_place_of_another_city(persona: Persona, records: Path) -> None:
    simulate_registers(PACK, OPERATOR, cast_of(OPERATOR, ["F0000001", "F0000002", "F0000003"]))
    own = {one.code for one in PACK.city.divisions} | {one.id for one in PACK.city.zones}
    placed = 0
    for name in ("shared_resource", "firm_move", "service_institution"):
        register = PACK.registers[name]
        columns = [one.id for one in register.columns if one.codes in ("division", "zone")]
        for fact in Fact.objects.filter(register=name, fact_id__startswith=f"{name}-s"):
            found = {fact.data[one] for one in columns if fact.data.get(one)}
            placed += len(found)
            assert found <= own, (name, found)
    assert placed > 10
    for who, address in (
        ("science", "/weihai/office/registers/shared_resource/new/"), ("firm", "/weihai/my/exchange/?kind=results"),
        ("science", "/weihai/office/registers/organization/"), ("science", "/weihai/office/registers/firm_move/new/"),
    ):  # fmt: skip
        text = persona(who).get(address).content.decode()
        assert "茌平区" not in text and ">模拟</option>" not in text, address
    text = Client(SERVER_NAME="localhost").get("/weihai/calculator/hnte_reward/").content.decode()
    assert "东昌府区" not in text


def test_what_belongs_together_in_an_invented_row_agrees(persona: Persona, records: Path) -> None:
    simulate_registers(PACK, OPERATOR, cast_of(OPERATOR, ["F0000001", "F0000002", "F0000003"]))
    pledges = [one.data for one in Fact.objects.filter(register="ip_pledge", fact_id__startswith="ip_pledge-s")]
    years = [one.data for one in Fact.objects.filter(register="firm_year", fact_id__startswith="firm_year-s")]
    assert pledges or years
    for one in pledges:
        assert one["government_share"] + one["bank_share"] + one["insurer_share"] == 100
    for one in years:
        most = max(one.get("revenue") or 0, one.get("output_value") or 0)
        assert one.get("above_scale") in (None, most >= 2000 * 10**6), "above scale is twenty million yuan a year"


def test_a_firm_asks_for_no_row_that_only_the_city_writes() -> None:
    names = {one.id for one in addable(PACK)}
    assert {"qualification", "ip_right", "st_project"} <= names
    assert not {"index_result", "appropriation_use", "award", "chain_duty", "platform_evaluation"} & names
