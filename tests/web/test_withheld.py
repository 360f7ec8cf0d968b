"""Recorded and not told to everybody: figures that wait for approval, words of reports, opinions on closings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.test import Client

from innocity.actions.import_ledgers import import_ledgers
from innocity.actions.ledger import ledger
from innocity.actions.open_account import open_account
from innocity.actions.withheld import uncounted, withheld
from innocity.packs.load import load_pack
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR, PASSWORD

FORM = "/weihai/office/figures/report/"
FIGURE = {"indicator": "hnte_count", "period": "2023", "value": "1483", "observed_on": "2023-12-31"}
#: Where the public meets a figure: pages, open data, interface.
PLACES = (
    "/weihai/indicators/hnte_count/", "/weihai/progress/", "/weihai/units/wh_science/",
    "/weihai/data/observations.csv", "/weihai/data/targets.csv", "/api/v1/cities/weihai/figures?size=200",
    "/api/v1/cities/weihai/indicators/hnte_count", "/api/v1/cities/weihai/targets?size=200",
)  # fmt: skip
TOLD_AT = ("/weihai/indicators/hnte_count/", "/weihai/data/observations.csv", "/api/v1/cities/weihai/figures?size=200")


def body(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return b"".join(answer).decode() if answer.streaming else answer.content.decode()


def told(client: Client, number: str = "1483") -> list[str]:
    """The public places that show a figure, of those that list figures."""
    return [place for place in TOLD_AT if number in body(client, place).replace(",", "")]


def step(client: Client, do: str, **more: str) -> Any:
    answer = client.post(FORM, {"indicator": "hnte_count", "period": "2023", "scope": "city", "do": do, **more})
    assert answer.status_code == 302, answer.context["faults"]


def test_the_public_sees_a_figure_once_it_is_approved(persona: Persona) -> None:
    anybody, unit, office = Client(SERVER_NAME="localhost"), persona("science"), persona("group_office")
    before = {place: body(anybody, place) for place in PLACES}
    assert unit.post(FORM, FIGURE).status_code == 302
    assert {place: body(anybody, place) for place in PLACES} == before
    step(unit, "submit")
    step(office, "approve")
    assert told(anybody) == list(TOLD_AT)
    step(office, "return", text="与名单不符")
    assert told(anybody) == []


def test_a_correction_waits_and_the_approved_figure_stands_until_then(persona: Persona) -> None:
    anybody, unit, office = Client(SERVER_NAME="localhost"), persona("science"), persona("group_office")
    unit.post(FORM, FIGURE)
    step(unit, "submit")
    step(office, "approve")
    office.post("/weihai/office/figures/lock/", {"period": "2023"})
    step(office, "unlock", text="核减")
    corrected = FIGURE | {"value": "1471", "revises": "是", "note": "核减12家"}
    assert unit.post(FORM, corrected).status_code == 302
    assert told(anybody) == list(TOLD_AT) and told(anybody, "1471") == []
    step(unit, "submit")
    step(office, "approve")
    assert told(anybody, "1471") == list(TOLD_AT)


def test_on_postgresql_too(persona_postgresql: Persona) -> None:
    anybody, unit, office = (
        Client(SERVER_NAME="localhost"), persona_postgresql("science"), persona_postgresql("group_office")
    )  # fmt: skip
    table = TOLD_AT[1]
    assert unit.post(FORM, FIGURE).status_code == 302 and "1483" not in body(anybody, table)
    step(unit, "submit")
    step(office, "approve")
    assert "1483" in body(anybody, table)


def test_the_unit_and_the_leading_group_see_what_waits_and_others_do_not(persona: Persona) -> None:
    unit = persona("science")
    assert unit.post(FORM, FIGURE).status_code == 302
    page = "/weihai/indicators/hnte_count/"
    for name in ("science", "group_office", "leader", "auditor"):
        text = body(persona(name), page)
        assert "1483" in text and "待审核" in text and "公众只看得到审核过的数" in text, name
    for name in ("county", "firm"):
        text = body(persona(name), page)
        assert "1483" not in text and "待审核" not in text, name
    assert "1483" not in body(persona("county"), f"{FORM}?indicator=hnte_count")
    assert "1483" not in body(persona("county"), "/weihai/office/figures/?show=all")
    assert "1483" in body(persona("leader"), "/weihai/office/figures/?show=all")


def test_the_raw_register_keeps_back_what_waits_in_another_unit(persona: Persona, records: Path) -> None:
    """Page, export, the fact itself: as the pages of figures do. Once it is approved all of staff see it."""
    unit, office = persona("science"), persona("group_office")
    assert unit.post(FORM, FIGURE).status_code == 302
    pack = load_pack("weihai")
    [fact] = withheld(pack, records).figures
    raw = "/weihai/office/registers/observation/"
    open_account(OPERATOR, "industry", PASSWORD, "officer", unit="wh_industry")
    other = persona("industry")

    def sees(client: Client) -> list[bool]:
        return [
            fact in body(client, raw), "1483" in body(client, f"{raw}export.csv"),
            client.get(f"{raw}facts/{fact}/").status_code == 200,
        ]  # fmt: skip

    for name in ("science", "group_office", "leader", "auditor"):
        assert sees(persona(name)) == [True, True, True], name
    assert sees(other) == sees(persona("county")) == [False, False, False]
    page = other.get(raw)
    assert page.context["page"].total == office.get(raw).context["page"].total - 1
    assert "审核以后才列出" in page.content.decode()
    step(unit, "submit")
    step(office, "approve")
    assert sees(other) == [True, True, True]


def test_what_was_brought_in_from_files_waits_as_any_other(records: Path) -> None:
    """The simulated figures of the small city were approved, so they count; what is merely recorded does not."""
    pack = load_pack("weihai")
    assert ledger(pack, "observation", records).rows() and not withheld(pack, records).figures
    (records / "weihai" / "observation.csv").write_text(
        "fact_id,party_id,indicator,period,scope,value,unit,observed_on,recorded_at\n"
        "observation-r000001,wh_science,hnte_count,2023,city,1483,家,2023-12-31,2023-12-31\n", encoding="utf-8"
    )  # fmt: skip
    import_ledgers(pack, OPERATOR, records)
    assert "observation-r000001" in {row["fact_id"] for row in ledger(pack, "observation", records).rows()}
    assert set(withheld(pack, records).figures) == {"observation-r000001"}
    assert told(Client(SERVER_NAME="localhost")) == []


def test_simulated_figures_of_counties_are_shown_and_scored_once_they_are_approved(
    persona: Persona, records: Path
) -> None:
    """A county's figure that is sent back leaves the public pages, the index and the registers of others."""
    anybody, office, leader = Client(SERVER_NAME="localhost"), persona("group_office"), persona("leader")
    page = body(anybody, TOLD_AT[0])
    assert "环翠区政府报数" in page and "文件公布" in page and "待报送" not in page
    assert "result" in leader.get("/weihai/lead/indices/").context["found"][0]
    step(office, "return", scope="huancui", simulated="1", text="与名单不符")
    assert "环翠区政府报数" not in body(anybody, TOLD_AT[0])
    assert not [line for line in body(anybody, TOLD_AT[1]).splitlines() if "hnte_count" in line and "huancui" in line]
    told = json.loads(body(anybody, "/api/v1/cities/weihai/figures?size=200&indicator=hnte_count"))["items"]
    assert told and "huancui" not in {row["scope"] for row in told}
    assert "缺环翠区的数" in body(leader, "/weihai/lead/indices/").replace(" ", "")
    county = persona("county")
    assert any("高新技术企业数" in one.title for one in county.get("/weihai/office/").context["rows"])
    listed = county.get("/weihai/office/figures/?show=mine").context["rows"]
    assert "hnte_count" in {row["indicator"].id for row in listed}


def test_a_figure_that_a_later_one_replaced_waits_no_more(persona: Persona) -> None:
    unit, office, leader = persona("science"), persona("group_office"), persona("leader")
    unit.post(FORM, FIGURE | {"value": "1502"})
    step(unit, "submit")
    step(office, "return", text="与名单不符")
    assert "1 个数待审核" in body(leader, "/weihai/lead/units/")
    again = unit.get(FORM, {"indicator": "hnte_count"})
    assert again.context["cells"]["value"] == "1502" and again.context["cells"]["revises"] == "是"
    unit.post(FORM, FIGURE | {"value": "1490", "revises": "是", "note": "核对名单"})
    step(unit, "submit")
    assert "1 个数待审核" in body(leader, "/weihai/lead/units/")
    step(office, "approve")
    for page in ("", "units/", "units/wh_science/", "sheet/", "changes/", "indices/"):
        assert "个数待审核" not in body(leader, f"/weihai/lead/{page}"), page


def own_task(client: Client) -> str:
    rows = client.get("/weihai/office/", {"kind": "task", "all": "1"}).context["rows"]
    return next(one.address for one in rows if "会议" not in one.why and "2020" not in str(one.due))


def report(client: Client, address: str, **changed: str) -> None:
    given = {"do": "report", "unit": "wh_science", "on": "2023-12-31", "progress": "20", "work": "blocked",
             "text": "与甲公司的谈判陷入僵局", "problem": "经费缺口二百万元", "next_step": "约谈乙公司"}  # fmt: skip
    answer = client.post(address, given | changed)
    assert answer.status_code == 302, answer.context["faults"]


WORDS = ("谈判陷入僵局", "经费缺口二百万元", "约谈乙公司")


def public_words(client: Client, task: str) -> list[str]:
    told = json.loads(body(client, f"/api/v1/cities/weihai/tasks/{task}"))
    texts = [f"{told['why']} {told['next']}", body(client, "/weihai/progress/tasks/"),
             body(client, "/weihai/data/tasks.csv")]  # fmt: skip
    return [word for word in WORDS if any(word in text for text in texts)]


def test_words_of_a_report_are_public_where_the_unit_says_so(persona: Persona) -> None:
    anybody, unit = Client(SERVER_NAME="localhost"), persona("science")
    address = own_task(unit)
    task = address.rstrip("/").rpartition("/")[2]
    report(unit, address)
    assert public_words(anybody, task) == []
    assert json.loads(body(anybody, f"/api/v1/cities/weihai/tasks/{task}"))["progress"] == 20
    page = unit.get(address)
    assert "文字内部" in page.content.decode() and all(word in page.content.decode() for word in WORDS)
    fact = page.context["reports"][0].fact
    assert persona("county").post(address, {"do": "show", "report": fact}).status_code == 422
    assert public_words(anybody, task) == []
    shown = unit.post(address, {"do": "show", "report": fact})
    assert shown.status_code == 302 and "公众也能看到" in body(unit, shown["Location"])
    assert "经费缺口二百万元" in public_words(anybody, task)
    assert unit.post(address, {"do": "hide", "report": fact}).status_code == 302
    assert public_words(anybody, task) == []


def test_a_report_may_be_public_from_the_first(persona: Persona) -> None:
    anybody, unit = Client(SERVER_NAME="localhost"), persona("science")
    address = own_task(unit)
    report(unit, address, public="1")
    assert "经费缺口二百万元" in public_words(anybody, address.rstrip("/").rpartition("/")[2])


def test_the_opinion_on_a_closing_stays_inside(persona: Persona) -> None:
    anybody, office = Client(SERVER_NAME="localhost"), persona("group_office")
    address = own_task(persona("science"))
    given = {"do": "close", "unit": "wh_innovation_group", "on": "2023-12-31", "outcome": "returned",
             "text": "内部意见：材料作假"}  # fmt: skip
    answer = office.post(address, given)
    assert answer.status_code == 302, answer.context["faults"]
    assert "材料作假" in body(office, address)
    task = address.rstrip("/").rpartition("/")[2]
    told = json.loads(body(anybody, f"/api/v1/cities/weihai/tasks/{task}"))
    assert "退回" in told["why"] and "材料作假" not in told["why"]


def score_and_counts(leader: Client) -> tuple[object, ...]:
    """What is counted: points of the unit's figure part, lights of the cockpit and the board, sheet and report."""
    scored = leader.get("/weihai/lead/units/wh_science/").context["score"]
    listed = next(row for row in leader.get("/weihai/lead/units/").context["rows"] if row.unit.id == "wh_science")
    counts = leader.get("/weihai/lead/").context["counts"]
    board = leader.get("/weihai/progress/").context["counts"]
    sheet = str(leader.get("/weihai/lead/sheet/?late=1").context["body"])
    asked = {"kind": "decision", "as_of": "2023-12-31", "late": "1"}
    report = str(leader.get("/weihai/office/reports/", asked).context["report"])
    return scored.score, [part.points for part in scored.parts], listed.targets, counts, board, sheet, report


def test_what_waits_for_approval_scores_and_counts_nothing(persona: Persona, records: Path) -> None:
    unit, office, leader = persona("science"), persona("group_office"), persona("leader")
    before = score_and_counts(leader)
    assert "待审核" not in body(leader, "/weihai/lead/")
    assert unit.post(FORM, FIGURE | {"value": "1301"}).status_code == 302
    step(unit, "submit")
    assert score_and_counts(leader) == before
    pack = load_pack("weihai")
    assert uncounted(pack, records).figures == set(withheld(pack, records).figures) != set()
    for page in ("", "units/", "units/wh_science/", "sheet/", "changes/"):
        assert "1 个数待审核" in body(leader, f"/weihai/lead/{page}"), page
    for page in ("/weihai/progress/", "/weihai/units/wh_science/"):
        text = body(leader, page)
        assert "1301" in text.replace(",", "") and "待审核" in text, page
        assert "1301" not in body(persona("county"), page).replace(",", ""), page
    step(office, "approve")
    after = score_and_counts(leader)
    assert [was != now for was, now in zip(before, after, strict=True)] == [True] * len(before)
    assert "待审核" not in body(leader, "/weihai/lead/units/wh_science/")


def test_a_report_says_how_many_records_of_its_day_it_leaves_out(persona: Persona) -> None:
    """The figure was recorded after the day, so the report of the day goes without it, and says so."""
    unit, office = persona("science"), persona("group_office")
    asked = {"kind": "midterm", "as_of": "2023-12-31", "real": "1"}
    before = str(office.get("/weihai/office/reports/", asked).context["report"])
    assert "才登记的" not in before
    unit.post(FORM, FIGURE | {"value": "1490"})
    step(unit, "submit")
    step(office, "approve")
    known = str(office.get("/weihai/office/reports/", asked).context["report"])
    assert "当日以后才登记的1条没有用" in known and "1490" not in known
    later = str(office.get("/weihai/office/reports/", asked | {"late": "1"}).context["report"])
    assert "1490" in later and "含此后至" in later and "没有用" not in later
