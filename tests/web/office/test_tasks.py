"""任务台账: filters, a report, closing, meetings whose resolutions become tasks, notices."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.web.conftest import Persona

TASKS = "/weihai/office/tasks/"
MEETINGS = "/weihai/office/meetings/"


def own_task(client: Client) -> str:
    """The address of a task that waits for the unit, of a document."""
    rows = client.get("/weihai/office/", {"kind": "task", "all": "1"}).context["rows"]
    return next(one.address for one in rows if "会议" not in one.why and "2020" not in str(one.due))


def report(client: Client, address: str, **changed: str) -> Any:
    given = {"do": "report", "unit": "wh_science", "on": "2023-12-31", "progress": "60", "work": "under_way",
             "text": "完成申报材料初审", "evidence": "初审意见.pdf"}  # fmt: skip
    return client.post(address, given | changed)


def test_filters_keep_what_they_say(persona: Persona) -> None:
    client = persona("science")
    every = client.get(TASKS).context["found"]
    for name, value in (("light", "overdue"), ("unit", "wh_science")):
        answer = client.get(TASKS, {name: value})
        assert 0 < answer.context["found"] < every
    both = client.get(TASKS, {"light": "at_risk", "unit": "wh_science"}).context
    kept = [row.state for _, rows in both["documents"] for row, _ in rows if row.state.counted]
    assert {state.status for state in kept} == {"at_risk"} and all("wh_science" in state.units() for state in kept)
    assert client.get(TASKS, {"phase": "nonsense"}).context["found"] == every


def test_a_report_changes_where_the_task_stands(persona: Persona) -> None:
    client = persona("science")
    address = own_task(client)
    answer = report(client, address, progress="95")
    assert answer.status_code == 302, answer.context["faults"]
    page = client.get(answer["Location"])
    assert page.context["task"].progress == 95 and "进展已记入台账" in page.content.decode()
    assert page.context["reports"][0].text == "完成申报材料初审"


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"progress": "六成"}, "f-progress"), ({"progress": "140"}, "f-progress"), ({"on": "2099-01-01"}, "f-on"),
     ({"on": "某日"}, "f-on"), ({"work": "blocked"}, ""), ({"text": " "}, "")],
)  # fmt: skip
def test_a_wrong_report_is_told_and_what_was_written_stays(
    persona: Persona, changed: dict[str, str], field: str
) -> None:
    client = persona("science")
    answer = report(client, own_task(client), **changed)
    assert answer.status_code == 422 and answer.context["faults"][0].field == field
    assert "初审意见.pdf" in answer.content.decode()


def test_a_unit_writes_in_its_own_name_only(persona: Persona) -> None:
    address = own_task(persona("science"))
    answer = report(persona("county"), address)
    assert answer.status_code == 422 and answer.context["faults"]


def test_the_leading_group_closes_with_evidence_and_takes_up_again(persona: Persona) -> None:
    client = persona("group_office")
    states = client.get(TASKS).context["state"].tasks
    task = next(one for one in states.leaves() if one.open and not one.below and not one.waits_for)
    address = f"{TASKS}{task.id}/"
    given = {"do": "close", "unit": "wh_innovation_group", "outcome": "closed", "on": "2023-12-31"}
    bare = client.post(address, given)
    assert bare.status_code == 422 and bare.context["faults"][0].field == "f-evidence"
    done = client.post(address, given | {"evidence": "验收报告.pdf"})
    assert done.status_code == 302
    assert client.get(address).context["task"].status == "done"
    again = client.post(address, given | {"outcome": "reopened", "text": "材料不实"})
    assert again.status_code == 302 and client.get(address).context["task"].open
    assert not persona("science").get(address).context["deciding"]


def test_what_a_meeting_resolves_becomes_a_task(persona: Persona) -> None:
    client = persona("group_office")
    given = {
        "kind": "dispatch", "title": "创新型城市建设调度会", "held_on": "2023-12-20", "unit": "wh_innovation_group",
        "attendees": ["wh_science", "wh_finance"], "r0-title": "核对研发投入口径", "r0-lead": "wh_science",
        "r0-due": "2024-01-15",
    }  # fmt: skip
    more = client.post(f"{MEETINGS}new/", given | {"add": "1"})
    assert more.status_code == 200 and len(more.context["rows"]) >= 3 and "核对研发投入口径" in more.content.decode()
    answer = client.post(f"{MEETINGS}new/", given)
    assert answer.status_code == 302, answer.context["faults"]
    page = client.get(answer["Location"])
    assert "1 件议定事项成了任务" in page.content.decode()
    made = page.context["rows"][0]["tasks"][0]
    assert made.task.title == "核对研发投入口径"
    assert any("核对研发投入口径" in one.title for one in persona("science").get("/weihai/office/").context["rows"])


def test_a_meeting_that_lacks_something_is_told(persona: Persona) -> None:
    given = {"kind": "dispatch", "title": "", "held_on": "某日", "unit": "wh_innovation_group", "r0-title": "没人办"}
    answer = persona("group_office").post(f"{MEETINGS}new/", given)
    assert answer.status_code == 422 and answer.context["faults"][0].field == "f-held_on"
    answer = persona("group_office").post(f"{MEETINGS}new/", given | {"held_on": "2023-12-20"})
    assert any("没有责任单位" in one.message for one in answer.context["faults"])
    assert "没人办" in answer.content.decode()


def test_the_supervision_list_leads_to_each_units_notice(persona: Persona) -> None:
    client = persona("group_office")
    answer = client.get(TASKS, {"list": "supervision"})
    _, unit = next(pair for pair in answer.context["notices"] if pair[1] is not None)
    address = f"/weihai/office/reports/?kind=supervision&unit={unit.id}&as_of=2023-12-31"
    assert address.replace("&", "&amp;") in answer.content.decode()
    assert unit.name in client.get(address).content.decode()


def test_an_unknown_task_is_not_found(persona: Persona) -> None:
    assert persona("science").get(f"{TASKS}nothing/").status_code == 404


def test_no_page_hides_the_menu_of_the_site(persona: Persona) -> None:
    client = persona("science")
    for address in (own_task(client), TASKS, MEETINGS, f"{MEETINGS}new/"):
        text = client.get(address).content.decode()
        assert 'href="/weihai/clauses/"' in text and 'href="/weihai/office/figures/"' in text, address


def test_list_and_notice_of_a_day_ask_for_the_same_by_the_same_day(persona: Persona) -> None:
    """The link of the list carries the choice on which the list rests: also what became known after the day."""
    office = persona("group_office")
    listed = office.get("/weihai/office/tasks/?list=supervision")
    notice, unit = next(row for row in listed.context["notices"] if row[1] is not None)
    link = f"kind=supervision&unit={unit.id}&as_of=2023-12-31&late=1"
    assert link.replace("&", "&amp;") in listed.content.decode()
    said = str(office.get(f"/weihai/office/reports/?{link}").context["report"])
    assert f"任务{len(notice.items)}项" in said
    day = notice.reply_by
    assert f"于{day.year}年{day.month}月{day.day}日前填写回执" in said and "含此后至" in said
