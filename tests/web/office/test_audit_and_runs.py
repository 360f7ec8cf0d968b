"""审计 and 测算结果."""

from __future__ import annotations

from tests.records.test_audit import behind_its_back
from tests.web.conftest import Persona

AUDIT = "/weihai/office/audit/"
RUNS = "/weihai/office/runs/"


def test_only_those_who_audit_see_the_log(persona: Persona) -> None:
    assert persona("auditor").get(AUDIT).status_code == 200
    for name in ("science", "leader", "group_office", "firm"):
        client = persona(name)
        assert client.get(AUDIT).status_code == 403
        assert AUDIT not in client.get("/weihai/").content.decode()


def test_the_log_is_narrowed_by_who_what_and_when(persona: Persona) -> None:
    client = persona("auditor")
    every = client.get(AUDIT).context["page"].total
    opened = client.get(AUDIT, {"action": "open_account"}).context["page"]
    assert 0 < opened.total < every and {one.action for one in opened.items} == {"open_account"}
    assert client.get(AUDIT, {"actor": "nobody"}).context["page"].total == 0
    assert client.get(AUDIT, {"since": "2001-01-01"}).context["page"].total == every
    assert client.get(AUDIT, {"until": "2001-01-01"}).context["page"].total == 0
    wrong = client.get(AUDIT, {"since": "某日"})
    assert wrong.status_code == 200 and wrong.context["faults"][0].field == "since"


def test_a_whole_log_is_said_to_be_whole_and_anchored(persona: Persona) -> None:
    client = persona("auditor")
    answer = client.post(f"{AUDIT}verify/", {"facts": "1", "keep": "1"})
    assert answer.context["verified"].whole and answer.context["verified"].rows > 1000
    assert answer.context["anchors"][0].seq == answer.context["verified"].entries


def test_a_changed_fact_is_found(persona: Persona) -> None:
    # As somebody with the file would: the program itself cannot.
    behind_its_back("UPDATE records_fact SET source = 'x' WHERE id = (SELECT min(id) FROM records_fact)")
    answer = persona("auditor").post(f"{AUDIT}verify/", {"facts": "1"})
    assert not answer.context["verified"].whole and "被动过" in answer.content.decode()


def test_a_run_adds_nothing_up_across_kinds(persona: Persona) -> None:
    client = persona("science")
    listed = client.get(RUNS)
    one = listed.context["runs"][0]
    assert listed.context["latest"] == one.id
    shown = client.get(f"{RUNS}{one.id}/").context
    assert sum(row["payable"] for row in shown["payable"]) == shown["totals"]["payable"]
    assert sum(row["open"] for row in shown["open"]) == shown["totals"]["open"] > 0
    assert sum(fen for _, fen in shown["payers"]) == shown["totals"]["payable"]
    for name, _, rows, left in shown["breakdowns"]:
        if not left:
            assert sum(row["payable"] for row in rows) == shown["totals"]["payable"], name
    assert client.get(f"{RUNS}999/").status_code == 404
