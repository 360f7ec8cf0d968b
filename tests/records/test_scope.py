"""Who sees what: a firm nothing of another, a county nothing of the next, nobody without an account what is private."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from innocity.actions.attach_document import attach_document
from innocity.actions.correct_fact import correct_fact
from innocity.actions.open_account import open_account
from innocity.actions.publish_facts import publish_facts
from innocity.actions.record_facts import record_rows
from innocity.actions.revoke_account import revoke_account
from innocity.core.errors import ErrorList
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.models import Account
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR
from tests.records.test_facts import refused

ANYBODY = Viewer()
FIRM_A = Viewer("firm", "a", party="A")
FIRM_B = Viewer("firm", "b", party="B")
SCIENCE = Viewer("officer", "s", unit="wh_science")
TALENT = Viewer("officer", "t", unit="wh_talent")
HUANCUI = Viewer("officer", "h", unit="wh_huancui", county="huancui")
LEADER = Viewer("leader", "l")
AUDITOR = Viewer("auditor", "u")
EVERYONE = (ANYBODY, FIRM_A, FIRM_B, SCIENCE, TALENT, HUANCUI, LEADER, AUDITOR)
PARTIES = {"A": ("371002", "甲公司"), "B": ("371003", "乙公司")}  # Huancui, Wendeng
SECRET = "乙的秘方"


@pytest.fixture
def two(city: Pack) -> Pack:
    """Firms A and B with a fact each that is private, and B with one that is published."""
    for party, (place, name) in PARTIES.items():
        record_rows(city, OPERATOR, "organization", [
            {"party_id": party, "uscc": f"X{party}", "name": name, "statistical_division": place}])  # fmt: skip
        project = SECRET if party == "B" else "甲的项目"
        record_rows(city, OPERATOR, "qualification", [
            {"party_id": party, "title": "hnte", "issued_on": "2023-11-01", "project": project}])  # fmt: skip
    known = record_rows(city, OPERATOR, "qualification", [
        {"party_id": "B", "title": "hnte", "issued_on": "2020-11-01", "project": "公告过的"}])  # fmt: skip
    publish_facts(city, OPERATOR, "qualification", "保密员", "认定公告", ids=known.ids)
    record_rows(city, OPERATOR, "person", [{"party_id": "P", "name": "张三", "employer": "B"}])
    return city


def everything(viewer: Viewer, pack: Pack) -> dict[str, Any]:
    """What the public functions give this viewer about facts and parties, all of it."""
    registers = [pack.registers[name] for name in ("organization", "qualification", "person")]
    return {
        "facts": [queries.facts(viewer, register, size=1000).items for register in registers],
        "of": {party: queries.facts_of(viewer, pack, party) for party in ("A", "B", "P")},
        "party": [queries.party(viewer, party) for party in ("A", "B", "P")],
        "by_code": [queries.find_party(viewer, code) for code in ("XA", "XB")],
        "parties": queries.parties(viewer).items,
        "history": [queries.history(viewer, registers[1], f"qualification-r{n:06d}") for n in (1, 2, 3)],
        "documents": [queries.documents(viewer, party) for party in (None, "A", "B")],
        "runs": (queries.runs(viewer), queries.snapshots(viewer)),
    }


def projects(viewer: Viewer, pack: Pack) -> set[str]:
    return {one.values["project"] for one in queries.facts(viewer, pack.registers["qualification"]).items}


def test_who_sees_which_facts(two: Pack) -> None:
    expected = {
        "anonymous": {"公告过的"}, "firm a": {"甲的项目", "公告过的"}, "firm b": {SECRET, "公告过的"},
        "county": {"甲的项目", "公告过的"}, "city": {"甲的项目", SECRET, "公告过的"},
    }  # fmt: skip
    for viewer, who in ((ANYBODY, "anonymous"), (FIRM_A, "firm a"), (FIRM_B, "firm b"), (HUANCUI, "county"),
                        (SCIENCE, "city"), (LEADER, "city"), (AUDITOR, "city"), (OPERATOR, "city")):  # fmt: skip
        assert projects(viewer, two) == expected[who], viewer


@pytest.mark.parametrize("viewer", [ANYBODY, FIRM_A, HUANCUI], ids=lambda v: v.role)
def test_nothing_of_b_leaks_by_any_function(two: Pack, viewer: Viewer) -> None:
    assert SECRET in repr(everything(FIRM_B, two))
    assert SECRET not in repr(everything(viewer, two))


def test_the_name_of_a_person_is_for_those_who_keep_it(two: Pack) -> None:
    for viewer in EVERYONE:
        assert ("张三" in repr(everything(viewer, two))) == (viewer is TALENT), viewer
    table = queries.register_table(LEADER, two.registers["person"], ErrorList())
    assert table is not None and table.column("name").to_pylist() == [None]


def test_nothing_of_the_old_revision_shows_with_a_published_one(two: Pack) -> None:
    register = two.registers["qualification"]
    fact = "qualification-r000002"
    correct_fact(two, OPERATOR, register.id, fact, {"project": "改过的"}, f"不是{SECRET}", revision=1)
    assert "改过的" not in repr(everything(FIRM_A, two))
    publish_facts(two, OPERATOR, register.id, "保密员", "更正公告", ids=[fact])
    shown = queries.history(FIRM_A, register, fact)
    assert [one.values["project"] for one in shown] == ["改过的"] and SECRET not in repr(everything(FIRM_A, two))
    assert [one.values["project"] for one in queries.history(FIRM_B, register, fact)] == ["改过的", SECRET]


def test_whole_registers_are_for_officers(two: Pack) -> None:
    register = two.registers["qualification"]
    for viewer in (ANYBODY, FIRM_A, HUANCUI):
        with refused("E-RECORDS-FORBIDDEN"):
            queries.register_table(viewer, register, ErrorList())
        with refused("E-RECORDS-FORBIDDEN"):
            queries.register_table(viewer, register, ErrorList(), party_id="B")
    for viewer, party in ((FIRM_A, "A"), (HUANCUI, "A"), (LEADER, "B")):
        table = queries.register_table(viewer, register, ErrorList(), party_id=party)
        assert table is not None and set(table.column("party_id").to_pylist()) == {party}


def test_evidence_of_b_is_not_for_a(two: Pack) -> None:
    attach_document(two, FIRM_B, "配方.txt", SECRET.encode(), party="B")
    assert SECRET in repr([one.text for one in queries.documents(FIRM_B, "B")])
    for viewer in (ANYBODY, FIRM_A, HUANCUI):
        assert queries.documents(viewer, "B") == () and queries.document(viewer, 1) is None
    with refused("E-RECORDS-DENIED"):
        attach_document(two, FIRM_A, "x.txt", b"x", party="B")


@pytest.mark.parametrize(("viewer", "register", "party", "allowed"), [
    (SCIENCE, "qualification", "A", True), (TALENT, "qualification", "A", False),
    (FIRM_A, "qualification", "A", False), (ANYBODY, "qualification", "A", False),
    (LEADER, "qualification", "A", False), (AUDITOR, "qualification", "A", False),
    (HUANCUI, "qualification", "A", False),
    (HUANCUI, "task_progress", "wh_huancui", True), (HUANCUI, "task_progress", "wh_wendeng", False),
    (SCIENCE, "task_progress", "wh_huancui", False),
], ids=str)  # fmt: skip
def test_who_may_record_what(two: Pack, viewer: Viewer, register: str, party: str, allowed: bool) -> None:
    row = {"title": "hnte", "issued_on": "2023-11-02"} if register == "qualification" else {
        "task": "t", "reported_on": "2023-11-02", "work": "under_way", "text": "x"}  # fmt: skip
    if allowed:
        assert record_rows(two, viewer, register, [{"party_id": party, **row}]).ids
        return
    with refused("E-RECORDS-DENIED"):
        record_rows(two, viewer, register, [{"party_id": party, **row}])


def test_accounts_give_viewers(two: Pack) -> None:
    open_account(OPERATOR, "a", "long enough 11", "firm", party="A")
    open_account(OPERATOR, "h", None, "officer", unit="wh_huancui")
    users = {one.user.username: one.user for one in Account.objects.all()}
    assert Viewer.of(users["a"]) == FIRM_A and Viewer.of(users["h"]) == HUANCUI
    revoke_account(OPERATOR, "a")
    assert Viewer.of(users["a"]) == ANYBODY
    with refused("E-ACCOUNT-UNKNOWN"):
        revoke_account(OPERATOR, "a")
    for wrong in ({"role": "firm"}, {"role": "officer"}, {"role": "officer", "unit": "A"}, {"role": "king"}):
        with refused("E-ACCOUNT-ROLE"):
            open_account(OPERATOR, "x", None, **wrong)
    with refused("E-RECORDS-DENIED"):
        open_account(LEADER, "x", None, "leader")


def test_a_stranger_is_anonymous(store: str) -> None:
    from django.contrib.auth.models import AnonymousUser, User

    assert Viewer.of(AnonymousUser()) == ANYBODY
    assert Viewer.of(User.objects.create(username="root", is_superuser=True)) == ANYBODY


def test_the_matrix_is_whole() -> None:
    """Every role is told apart by at least one of the things that a viewer may do."""
    roles = {v.role: (v.sees_all_parties(), v.sees_audit(), v.sees_runs()) for v in (*EVERYONE, OPERATOR)}
    assert roles["auditor"] == roles["operator"] == (True, True, True)
    assert roles["leader"] == (True, False, True) and roles["firm"] == roles["anonymous"] == (False, False, False)
    assert dataclasses.replace(HUANCUI, county=None).sees_all_parties()
