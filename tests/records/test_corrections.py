"""A firm asks for a correction of its own facts; whoever keeps the register decides; all of it is in the log."""

from __future__ import annotations

import pytest

from innocity.actions.attach_document import attach_document
from innocity.actions.correct_fact import correct_fact
from innocity.actions.decide_correction import decide_correction
from innocity.actions.record_facts import record_rows
from innocity.actions.request_correction import request_correction
from innocity.actions.verify_audit import verify_audit
from innocity.actions.withdraw_correction import withdraw_correction
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.models import AuditEntry
from innocity.records.queries.corrections import correction, corrections, open_of_fact, waiting
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR
from tests.records.test_facts import refused
from tests.records.test_scope import AUDITOR, FIRM_A, FIRM_B, HUANCUI, LEADER, SCIENCE, TALENT

WENDENG = Viewer("officer", "w", unit="wh_wendeng", county="wendeng")
CONGRESS = Viewer("officer", "c", unit="wh_congress_science")  # another body whose name merely ends alike


@pytest.fixture
def fact(city: Pack) -> str:
    """A firm's recognition, with a date that the firm says is wrong."""
    for party in ("A", "B"):
        record_rows(city, OPERATOR, "organization", [{"party_id": party, "name": party, "uscc": f"X{party}"}])
    return record_rows(city, OPERATOR, "qualification", [
        {"party_id": "A", "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01"}]).ids[0]  # fmt: skip


def asked(pack: Pack, fact: str, viewer: Viewer = FIRM_A, **given: object) -> int:
    """A request that the certificate's day is another."""
    settings = {"changes": {"issued_on": "2023-12-01"}, "reason": "证书日期写错", "revision": 1, **given}
    return request_correction(pack, viewer, "qualification", fact, **settings)  # type: ignore[arg-type]


def current(pack: Pack, fact: str) -> str:
    return str(queries.history(OPERATOR, pack.registers["qualification"], fact)[0].values["issued_on"])


def test_an_approved_request_becomes_a_revision_with_its_evidence(city: Pack, fact: str) -> None:
    paper = attach_document(city, FIRM_A, "证书.txt", "证书原件".encode(), party="A").id
    number = asked(city, fact, evidence=[paper])
    assert current(city, fact) == "2023-11-01"  # nothing changes before somebody has decided
    assert waiting(SCIENCE, city) == 1
    assert decide_correction(city, SCIENCE, number, approve=True) == 2
    assert current(city, fact) == "2023-12-01"
    newest = queries.history(FIRM_A, city.registers["qualification"], fact)[0]
    assert newest.reason.endswith("证书日期写错") and newest.revision == 2
    seen = correction(FIRM_A, city, number)
    assert seen is not None and (seen.state_name, seen.evidence) == ("已更正", ((paper, "证书.txt"),))
    assert [e.action for e in AuditEntry.objects.order_by("seq")][-3:] == [
        "request_correction", "correct_fact", "decide_correction"]  # fmt: skip
    assert verify_audit(OPERATOR).findings == ()


def test_a_refusal_needs_a_reason_and_changes_nothing(city: Pack, fact: str) -> None:
    number = asked(city, fact)
    with refused("E-FACT-REASON"):
        decide_correction(city, SCIENCE, number, approve=False, answer="  ")
    decide_correction(city, SCIENCE, number, approve=False, answer="证书与登记一致")
    assert current(city, fact) == "2023-11-01"
    seen = correction(FIRM_A, city, number)
    assert seen is not None and (seen.state, seen.answer) == ("refused", "证书与登记一致")
    with refused("E-CORRECTION-DONE"):
        decide_correction(city, SCIENCE, number, approve=True)
    assert asked(city, fact) > number  # a decided request does not stand in the way of another


def test_a_fact_that_is_not_the_firms_is_struck(city: Pack, fact: str) -> None:
    number = asked(city, fact, changes={}, strike=True)
    decide_correction(city, SCIENCE, number, approve=True)
    assert queries.facts(OPERATOR, city.registers["qualification"]).total == 0


def test_only_the_firm_itself_asks(city: Pack, fact: str) -> None:
    with refused("E-FACT-UNKNOWN"):
        asked(city, fact, FIRM_B)
    for viewer in (SCIENCE, LEADER, AUDITOR, Viewer()):
        with refused("E-RECORDS-DENIED"):
            asked(city, fact, viewer)
    foreign = attach_document(city, FIRM_B, "b.txt", b"b", party="B").id
    with refused("E-RECORDS-EVIDENCE"):
        asked(city, fact, evidence=[foreign])


@pytest.mark.parametrize(
    "viewer", [TALENT, WENDENG, CONGRESS, LEADER, AUDITOR, FIRM_A, Viewer()], ids=lambda v: v.name or v.role
)
def test_only_who_keeps_the_register_decides(city: Pack, fact: str, viewer: Viewer) -> None:
    number = asked(city, fact)
    for approve in (True, False):
        with pytest.raises(InnoCityError):
            decide_correction(city, viewer, number, approve=approve, answer="不改")
    assert open_of_fact(FIRM_A, city, "qualification", fact) is not None


def test_who_sees_a_request(city: Pack, fact: str) -> None:
    number = asked(city, fact)
    sees = {v.name: correction(v, city, number) is not None for v in (FIRM_A, FIRM_B, SCIENCE, TALENT, HUANCUI, LEADER,
                                                                     AUDITOR)}  # fmt: skip
    assert sees == {"a": True, "b": False, "s": True, "t": False, "h": False, "l": False, "u": True}
    assert [one.id for one in corrections(FIRM_A, city).items] == [number]


def test_what_would_not_be_recorded_is_not_asked_for(city: Pack, fact: str) -> None:
    with pytest.raises(InnoCityError, match="认定日期"):
        asked(city, fact, changes={"issued_on": "2023-13-45"})
    with refused("E-FACT-SAME"):
        asked(city, fact, changes={"issued_on": "2023-11-01"})
    with refused("E-FACT-SAME"):
        asked(city, fact, changes={})
    with refused("E-FACT-REASON"):
        asked(city, fact, reason=" ")
    with refused("E-CORRECTION-LONG"):
        asked(city, fact, reason="长" * 1001)
    with pytest.raises(InnoCityError):
        asked(city, fact, changes={"party_id": "B"})


def test_one_request_about_a_fact_at_a_time(city: Pack, fact: str) -> None:
    number = asked(city, fact)
    with refused("E-CORRECTION-OPEN"):
        asked(city, fact)
    with refused("E-CORRECTION-UNKNOWN"):
        withdraw_correction(FIRM_B, number)
    withdraw_correction(FIRM_A, number)
    assert waiting(SCIENCE, city) == 0
    assert asked(city, fact) > number


def test_a_fact_corrected_meanwhile_is_looked_at_again(city: Pack, fact: str) -> None:
    number = asked(city, fact)
    correct_fact(city, SCIENCE, "qualification", fact, {"batch": "3"}, "补批次", revision=1)
    with refused("E-FACT-CHANGED"):
        decide_correction(city, SCIENCE, number, approve=True)
    with refused("E-FACT-CHANGED"):
        asked(city, fact)
    decide_correction(city, SCIENCE, number, approve=False, answer="已由登记单位另行更正")
