"""名录: every roster opens, pages hold together, a county sees its own parties and totals over those alone."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest

from innocity.actions.record_facts import record_facts
from innocity.actions.view_roster import view_roster
from innocity.core.errors import InnoCityError
from innocity.packs.facts_text import case_table
from innocity.records.models import AuditEntry
from innocity.records.viewer import Viewer
from innocity.web.cities import pack_of
from tests.web.conftest import Persona

LIST = "/weihai/office/rosters/"
OPERATOR = Viewer.operator("tests")


def test_every_roster_of_the_city_opens_with_its_rows_and_totals(persona: Persona) -> None:
    client, pack = persona("science"), pack_of("weihai")
    text = client.get(LIST).content.decode()
    for one in pack.rosters.values():
        assert f'href="{LIST}{one.id}/"' in text, one.id
    shown = {
        name: client.get(f"{LIST}{name}/") for name in ("ladder", "incubation_carriers", "postdocs", "platform_system")
    }
    assert {answer.status_code for answer in shown.values()} == {200}
    ladder = shown["ladder"].context["view"]
    assert len(ladder.rows) == min(ladder.count, 50) > 20
    assert sum(group.values[0] for group in ladder.tables[0].groups) == ladder.count, "each title of a firm stands once"
    empty = shown["platform_system"].content.decode()
    assert "名录里还没有谁" in empty and "空着" in empty and "乳山市" in empty
    assert client.get(f"{LIST}nothing/").status_code == 404


def test_a_certificate_stands_on_its_last_day_and_the_total_says_that_it_counts_firms(persona: Persona) -> None:
    """What firms register for one year is valid to its 31 December, that day included."""
    answer = persona("science").get(f"{LIST}ladder/", {"on": "2023-12-31"})
    view = answer.context["view"]
    titles = {group.keys[0]: group.values[0] for group in view.tables[0].groups}
    assert titles["tech_sme"] > titles["hnte"] > 0 and "科技型中小企业" not in view.tables[0].gaps
    firms = view.tables[0].total.values[0]
    assert firms < view.count == sum(titles.values()), "some firms hold two titles"
    assert f"名录有 {view.count} 行，合计 {firms} 家" in answer.content.decode()
    later = persona("science").get(f"{LIST}ladder/", {"on": "2024-01-01"}).context["view"]
    assert "科技型中小企业" in later.tables[0].gaps


def test_pages_of_a_roster_do_not_overlap(persona: Persona) -> None:
    client = persona("science")
    pages = [client.get(f"{LIST}patents_by_firm/", {"page": number}).context["view"] for number in (1, 2)]
    first, second = ({(row.party, row.values[1]) for row in view.rows} for view in pages)
    assert pages[0].count > 100 and len(first) == len(second) == 50 and not first & second


def test_a_county_sees_rows_and_totals_of_its_own_parties_alone(persona: Persona) -> None:
    whole, own = (persona(name).get(f"{LIST}ladder/").context["view"] for name in ("science", "county"))
    assert 0 < own.count < whole.count
    places = {group.name: group.values[0] for group in own.tables[1].groups if not group.empty}
    assert set(places) == {"环翠区"} and places["环翠区"] == own.tables[1].total.values[0]


def test_what_was_recorded_today_stands_in_the_roster(persona: Persona, records: object) -> None:
    pack = pack_of("weihai")
    firm = persona("science").get(f"{LIST}ladder/").context["view"].rows[0].party
    row = {
        "fact_id": "SR-1",
        "party_id": firm,
        "resource": "R1",
        "kind": "pilot_service",
        "name": "中试放大",
        "division": "371002",
        "listed_on": "2023-05-01",
    }
    table = case_table([row], pack.registers["shared_resource"], pack.codes)
    record_facts(pack, OPERATOR, {"shared_resource": table}, simulated=True)
    view = persona("science").get(f"{LIST}shared_resources/").context["view"]
    assert [one.words[0] for one in view.rows] == ["中试放大"] and view.tables[1].gaps == ("文登区", "荣成市", "乳山市")


def test_firms_see_no_rosters(persona: Persona) -> None:
    assert persona("firm").get(LIST).status_code == 403
    with pytest.raises(InnoCityError) as error:
        view_roster(pack_of("weihai"), Viewer("firm", "x", None, "F0000001"), "ladder")
    assert error.value.code == "E-RECORDS-FORBIDDEN"


def test_a_long_table_says_how_many_lines_it_has_and_its_file_has_all(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = persona("science"), f"{LIST}patents_by_firm/"
    view = client.get(address).context["view"]
    lines = len(view.tables[0].groups)
    monkeypatch.setattr("innocity.web.views.office.rosters.LINES", 3)
    text = client.get(address).content.decode()
    assert lines > 3 and f"共 {lines} 行，这里列 3 行" in text
    [table] = client.get(address).context["tables"][:1]
    assert len(table["lines"]) == 4 and table["lines"][-1][0].name == "合计"
    sheet = client.get(address, {"table": 1}).content.decode("utf-8-sig").splitlines()
    assert len(sheet) == lines + 2 and sheet[0].startswith("类别,") and sheet[0].endswith("是否模拟")
    assert client.get(address, {"table": 9}).status_code == 404


def test_the_fund_of_the_city_is_shown_to_those_alone_who_see_the_whole(persona: Persona) -> None:
    whole, own = (persona(name).get(f"{LIST}regional_centre_uses/") for name in ("science", "county"))
    assert whole.context["view"].fund.planned == 100_000_000_000
    assert own.context["view"].fund is None and "专项资金是全市的" in own.content.decode()


def test_a_roster_is_taken_out_as_a_table_that_no_program_takes_for_a_formula(persona: Persona) -> None:
    client, address = persona("science"), f"{LIST}ladder/"
    view = client.get(address).context["view"]
    text = client.get(address).content.decode()
    for ending in ("xlsx", "csv"):
        assert f"{address}export.{ending}?on=" in text, f"the page offers {ending}"
    answer = client.get(f"{address}export.csv", {"on": "2023-12-31"})
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    shown = client.get(address, {"on": "2023-12-31"}).context["view"]
    assert rows[0] == ["主体", *(one.name for one in shown.columns), "数据性质"]
    assert len(rows) - 1 == shown.count > len(shown.rows), "all rows, not a page of them"
    assert {row[-1] for row in rows[1:]} == {"模拟"}
    with zipfile.ZipFile(io.BytesIO(client.get(f"{address}export.xlsx").content)) as book:
        assert f"模拟 {view.roster.name}" in book.read("xl/workbook.xml").decode()
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == view.count + 2 and "<f>" not in sheet, "a notice, headings, rows; no formula"
    log = AuditEntry.objects.filter(action="export", object="roster/ladder").order_by("seq")
    assert [json.loads(one.details)["rows"] for one in log] == [shown.count, view.count]
    assert client.get(f"{address}export.pdf").status_code == 404


def test_a_county_takes_out_its_own_parties_alone_and_a_firm_nothing(persona: Persona) -> None:
    own = persona("county").get(f"{LIST}ladder/export.csv").content.decode("utf-8-sig")
    assert len(own.splitlines()) - 1 == persona("county").get(f"{LIST}ladder/").context["view"].count
    assert persona("firm").get(f"{LIST}ladder/export.csv").status_code == 403


def test_the_ledger_of_awards_is_of_one_year_and_names_its_clauses(persona: Persona) -> None:
    client, address = persona("science"), f"{LIST}awards_of_year/"
    answer = client.get(address)
    view, text = answer.context["view"], answer.content.decode()
    assert view.years and view.year == view.years[0][0], "the latest year that has awards"
    assert view.count == dict(view.years)[view.year] == view.tables[0].total.values[0] > 0, "the sums are of its rows"
    assert "hnte_reward" not in text and "高新技术企业" in view.rows[0].words[0]
    assert not any(word.startswith("F000") for row in view.rows for word in row.words), "parties stand by name"
    earlier = view.years[-1][0]
    other = client.get(address, {"year": earlier}).context["view"]
    assert other.year == earlier != view.year and other.count == dict(view.years)[earlier]
    empty = client.get(address, {"year": "2023"})
    assert empty.context["view"].count == 0 and "2023年没有记录" in empty.content.decode()
    sheet = client.get(f"{address}export.csv", {"year": earlier}).content.decode("utf-8-sig").splitlines()
    assert len(sheet) - 1 == other.count and "核定（元）" in sheet[0]
