"""Facts made public, corrected, taken back: what the public sees is what somebody checked, and the log tells who."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.actions.check_import import check_import
from innocity.actions.correct_fact import correct_fact
from innocity.actions.import_sheet import commit_import
from innocity.actions.prepare_rows import prepared_table
from innocity.actions.publish_facts import digest_of, publish_facts
from innocity.actions.record_facts import record_rows
from innocity.actions.unpublish_facts import unpublish_facts
from innocity.actions.verify_audit import verify_audit
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.models import AuditEntry, Fact
from innocity.records.queries.publications import awaiting, chosen
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR
from tests.records.test_facts import refused
from tests.records.test_scope import ANYBODY, AUDITOR, HUANCUI, SCIENCE, TALENT

TITLES = "qualification"


@pytest.fixture
def titles(city: Pack) -> list[str]:
    """Two firms with a recognition each, in two places."""
    for party, place in (("A", "371002"), ("B", "371003")):
        row = {"party_id": party, "uscc": f"X{party}", "name": f"{party}公司", "statistical_division": place}
        record_rows(city, OPERATOR, "organization", [row])
    rows = [{"party_id": party, "title": "hnte", "issued_on": "2023-11-01", "certificate_no": f"GR{party}"}
            for party in ("A", "B")]  # fmt: skip
    return list(record_rows(city, OPERATOR, TITLES, rows).ids)


def public(pack: Pack, register: str = TITLES) -> list[str]:
    return sorted(one.fact_id for one in queries.facts(ANYBODY, pack.registers[register]).items)


def publish(pack: Pack, ids: list[str], viewer: Viewer = SCIENCE) -> int:
    return publish_facts(pack, viewer, TITLES, "王审查", "认定公告1号", ids=ids, today=date(2024, 1, 5))


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action).order_by("seq"))


def test_what_is_published_and_taken_back_stands_in_the_log_with_every_id(city: Pack, titles: list[str]) -> None:
    assert publish(city, titles) == 2 and publish(city, titles) == 0
    assert public(city) == titles
    assert unpublish_facts(city, SCIENCE, TITLES, "公告撤销", ids=titles[:1]) == 1
    assert unpublish_facts(city, SCIENCE, TITLES, "公告撤销", ids=titles[:1]) == 0
    assert public(city) == titles[1:]
    (opened,), (shut,) = entries("publish_facts"), entries("unpublish_facts")
    assert all(one in opened.details for one in (*titles, "王审查", "认定公告1号"))
    assert titles[0] in shut.details and titles[1] not in shut.details and "公告撤销" in shut.details
    assert verify_audit(OPERATOR).findings == ()
    assert publish(city, titles) == 1 and verify_audit(OPERATOR).findings == ()


def test_a_correction_of_what_the_public_is_not_shown_leaves_it_public(city: Pack, titles: list[str]) -> None:
    publish(city, titles)
    correct_fact(city, SCIENCE, TITLES, titles[0], {"source": "省厅名单"}, "补来源", revision=1)
    now = Fact.objects.get(fact_id=titles[0], current=True)
    assert (now.revision, now.published_on) == (2, date(2024, 1, 5))
    assert public(city) == titles and awaiting(SCIENCE, city) == {}
    assert "kept_public" in entries("correct_fact")[0].details and verify_audit(OPERATOR).findings == ()


def test_a_correction_of_what_the_public_is_shown_waits_to_be_published_again(city: Pack, titles: list[str]) -> None:
    publish(city, titles)
    correct_fact(city, SCIENCE, TITLES, titles[0], {"certificate_no": "GR9"}, "证号写错", revision=1)
    assert public(city) == titles[1:]
    assert awaiting(SCIENCE, city) == {TITLES: 1} and awaiting(TALENT, city) == {}
    correct_fact(city, SCIENCE, TITLES, titles[0], {"source": "省厅名单"}, "补来源", revision=2)
    assert awaiting(SCIENCE, city) == {TITLES: 1}  # a second correction does not let it be forgotten
    assert chosen(SCIENCE, city.registers[TITLES], "waiting") == {titles[0]: 3}
    assert publish(city, titles[:1]) == 1
    assert public(city) == titles and awaiting(SCIENCE, city) == {}
    assert verify_audit(OPERATOR).findings == ()


def test_what_waits_can_be_given_up(city: Pack, titles: list[str]) -> None:
    publish(city, titles)
    correct_fact(city, SCIENCE, TITLES, titles[0], {"certificate_no": "GR9"}, "证号写错", revision=1)
    assert unpublish_facts(city, SCIENCE, TITLES, "不再公开", ids=titles[:1]) == 1
    assert awaiting(SCIENCE, city) == {} and public(city) == titles[1:]


def test_what_is_withdrawn_waits_for_nobody(city: Pack, titles: list[str]) -> None:
    publish(city, titles)
    correct_fact(city, SCIENCE, TITLES, titles[0], {}, "登错了", revision=1, withdraw=True)
    assert public(city) == titles[1:] and awaiting(SCIENCE, city) == {}
    assert verify_audit(OPERATOR).findings == ()


def test_what_a_sheet_corrects_waits_as_what_is_corrected_by_hand(city: Pack, titles: list[str]) -> None:
    publish(city, titles)
    rows = [{"fact_id": titles[0], "party_id": "A", "title": "hnte", "issued_on": "2023-11-01",
             "certificate_no": "GRA"},
            {"fact_id": titles[1], "party_id": "B", "title": "hnte", "issued_on": "2023-11-01",
             "certificate_no": "GR9"}]  # fmt: skip
    raw = prepared_table(city.registers[TITLES], rows)
    preview = check_import(city, SCIENCE, TITLES, "改.xlsx", raw)
    assert (preview.changed, preview.same) == (1, 1), preview.problems
    commit_import(city, SCIENCE, preview, reason="核对")
    assert public(city) == titles[:1] and awaiting(SCIENCE, city) == {TITLES: 1}
    assert verify_audit(OPERATOR).findings == ()


@pytest.mark.parametrize(("viewer", "allowed"), [
    (SCIENCE, True), (OPERATOR, True), (TALENT, False), (HUANCUI, False), (AUDITOR, False), (ANYBODY, False),
], ids=lambda one: getattr(one, "role", ""))  # fmt: skip
def test_only_whoever_may_write_a_register_publishes_of_it(
    city: Pack, titles: list[str], viewer: Viewer, allowed: bool
) -> None:  # fmt: skip
    found = chosen(viewer, city.registers[TITLES], "private")
    assert list(found) == (titles if allowed else [])
    if allowed:
        assert publish(city, titles, viewer) == 2
        return
    with refused("E-RECORDS-DENIED"):
        publish(city, titles, viewer)
    publish(city, titles)
    with refused("E-RECORDS-DENIED"):
        unpublish_facts(city, viewer, TITLES, "不该", ids=titles)


@pytest.mark.parametrize(("register", "code"), [
    ("person", "E-PUBLISH-PERSONAL"), ("inspector", "E-PUBLISH-PERSONAL"), ("prize_share", "E-PUBLISH-PERSONAL"),
    ("observation", "E-PUBLISH-REGISTER"), ("nothing", "E-FACTS-REGISTER"),
])  # fmt: skip
def test_registers_with_personal_data_or_rules_of_their_own_are_refused(city: Pack, register: str, code: str) -> None:
    with refused(code):
        publish_facts(city, OPERATOR, register, "王审查", "公告")


def test_what_a_person_has_is_not_published_with_the_rest(city: Pack, titles: list[str]) -> None:
    record_rows(city, OPERATOR, "person", [{"party_id": "P", "name": "张三"}])
    own = record_rows(city, OPERATOR, TITLES, [{"party_id": "P", "title": "hnte", "issued_on": "2023-11-01"}]).ids[0]
    with refused("E-PUBLISH-PERSONAL"):
        publish(city, [*titles, own])
    assert publish_facts(city, OPERATOR, TITLES, "王审查", "公告") == 2  # all of it: firms alone
    assert public(city) == titles


def test_who_checked_and_the_reason_are_asked_for(city: Pack, titles: list[str]) -> None:
    for checked_by, basis in (("", "公告"), ("王审查", " "), ("王" * 101, "公告"), ("王审查", "公" * 301)):
        with refused("E-PUBLISH-CHECK"):
            publish_facts(city, SCIENCE, TITLES, checked_by, basis, ids=titles)
    for reason in ("", " ", "长" * 301):
        with refused("E-PUBLISH-REASON"):
            unpublish_facts(city, SCIENCE, TITLES, reason, ids=titles)
    assert public(city) == []


def test_a_fact_corrected_since_it_was_looked_at_is_not_published_unseen(city: Pack, titles: list[str]) -> None:
    seen = chosen(SCIENCE, city.registers[TITLES], "private")
    correct_fact(city, SCIENCE, TITLES, titles[0], {"certificate_no": "GR9"}, "证号写错", revision=1)
    with refused("E-FACT-CHANGED"):
        publish_facts(city, SCIENCE, TITLES, "王审查", "公告", ids=seen)
    assert digest_of(seen) != digest_of(chosen(SCIENCE, city.registers[TITLES], "private")) and public(city) == []
    with refused("E-FACT-UNKNOWN"):
        publish(city, ["nothing"])


def test_facts_are_chosen_by_name_place_or_value(city: Pack, titles: list[str]) -> None:
    register = city.registers[TITLES]
    assert list(chosen(SCIENCE, register, "private", text="A公司")) == titles[:1]
    assert list(chosen(SCIENCE, register, "private", division="wendeng")) == titles[1:]
    assert list(chosen(SCIENCE, register, "private", where={"certificate_no": "GRB"})) == titles[1:]
    assert list(chosen(SCIENCE, register, "private", where={"party_id": "A"})) == titles[:1]
    assert list(chosen(SCIENCE, register, "private", where={"issued_on": "2023-11-01"})) == titles


def test_what_is_made_public_or_hidden_behind_the_log_is_found(city: Pack, titles: list[str]) -> None:
    Fact.objects.filter(fact_id=titles[0]).update(published_on=date(2024, 1, 5))
    assert [titles[0] in one.text and "公开" in one.text for one in verify_audit(OPERATOR).findings] == [True]
    Fact.objects.filter(fact_id=titles[0]).update(published_on=None)
    publish(city, titles)
    assert verify_audit(OPERATOR).findings == ()
    Fact.objects.filter(fact_id=titles[1]).update(published_on=None)
    assert [titles[1] in one.text for one in verify_audit(OPERATOR).findings] == [True]
    correct_fact(city, SCIENCE, TITLES, titles[0], {"certificate_no": "GR9"}, "证号写错", revision=1)
    Fact.objects.filter(fact_id=titles[0], current=True).update(published_on=date(2024, 1, 5))
    assert {one.text.split(" ")[2] for one in verify_audit(OPERATOR).findings} == set(titles)
