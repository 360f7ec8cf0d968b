"""What steps carry beyond words and papers, by their forms: rows of registers, answers, papers to come, promises."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from innocity.actions.ledger import ledger
from innocity.actions.open_account import open_account
from innocity.actions.procedure_records import open_cases
from innocity.engines.workflow.model import Case
from innocity.records.models import Fact, Party
from innocity.records.viewer import Viewer
from innocity.web.cities import pack_of
from innocity.web.views.office.others import waiting
from tests.web.conftest import Persona, signed_in
from tests.web.personas import OPERATOR, PASSWORD
from tests.web.test_matters import OFFICE, OWN, step

SCREENING = f"{OFFICE}start/joint_screening/"
TODAY = date.today()


def firm_party() -> str:
    return Party.objects.get(handlers__account__user__username="firm").id


def apply_for(*levels: str) -> None:
    """Applications of the firm, each with its readiness, as the register has them."""
    rows = [
        {"party_id": firm_party(), "application": f"申报{n}", "program": "common_technology", "name": f"攻关{n}",
         "applied_on": TODAY.isoformat(), "readiness": level} for n, level in enumerate(levels)
    ]  # fmt: skip
    ledger(pack_of("weihai"), "project_application", settings.INNOCITY_VAR, viewer=OPERATOR).append(rows)


def officer(unit: str) -> Client:
    open_account(OPERATOR, unit[3:], PASSWORD, "officer", unit=unit)
    return signed_in(unit[3:])


def cases(procedure: str) -> dict[str, Case]:
    """The matters of a procedure, by what they are about, else by their ids."""
    every = open_cases(pack_of("weihai"), TODAY, settings.INNOCITY_VAR).values()
    return {one.subject or one.id: one for one in every if one.procedure.id == procedure}


def take(client: Client, case: str, name: str, unit: str, **more: Any) -> int:
    told = {"step": name, "actor": unit, "on": TODAY.isoformat(), "text": "意见", **more}
    return int(client.post(f"{OFFICE}{case}/", told).status_code)


def test_applications_become_matters_and_those_below_the_threshold_want_a_reason(persona: Persona) -> None:
    science = persona("science")
    begun = set(Fact.objects.filter(register="project_application", current=True).values_list("fact_id", flat=True))
    apply_for("6", "3")
    form = science.get(SCREENING).content.decode()
    assert "攻关0（申报0）" in form and "全部转成办件" in form
    one = {"step": "enter", "actor": "wh_science", "on": TODAY.isoformat(), "subject": "申报0"}
    assert science.post(SCREENING, one).status_code == 302
    assert (
        cases("joint_screening")["申报0"].title == "攻关0"
        and cases("joint_screening")["申报0"].applicant == firm_party()
    )
    assert science.post(SCREENING, one).status_code == 422, "one matter for each application"
    assert science.post(SCREENING, {"do": "all"}).status_code == 302
    assert len(cases("joint_screening")) == len(begun) + 2
    early = cases("joint_screening")["申报1"].id
    for unit in ("wh_industry", "wh_development"):
        other = officer(unit)
        assert any(each.title == "攻关1" for each in waiting(pack_of("weihai"), viewer_for(unit), "weihai"))
        assert take(other, early, "opinions", unit) == 422, "yes or no"
        assert take(other, early, "opinions", unit, agrees="yes") == 302
        assert not any(each.title == "攻关1" for each in waiting(pack_of("weihai"), viewer_for(unit), "weihai"))
    page = science.get(f"{OFFICE}{early}/").content.decode()
    assert "等谁答复" in page and "市科技局" in page and "不到门槛" in page
    assert take(science, early, "opinions", "wh_science", agrees="no") == 302
    refused = science.post(f"{OFFICE}{early}/", {"step": "select", "actor": "wh_science", "on": TODAY.isoformat(),
                                                 "text": "列入"})  # fmt: skip
    assert refused.status_code == 422 and refused.context["faults"][0].field == "f-reason"
    assert "技术成熟度是 3，不到门槛 4" in refused.content.decode()
    assert take(science, early, "select", "wh_science", reason="国家急需") == 302
    assert "破例" in science.get(f"{OFFICE}{early}/").content.decode()
    [outcome] = ledger(pack_of("weihai"), "application_outcome", settings.INNOCITY_VAR).rows()
    assert (outcome["application"], outcome["outcome"], outcome["reason"], outcome["party_id"]) == (
        "申报1", "已列入", "国家急需", firm_party())  # fmt: skip


def viewer_for(unit: str) -> Viewer:
    return Viewer("officer", unit[3:], unit)


def test_a_firm_proposes_an_application_of_its_own_alone(persona: Persona) -> None:
    apply_for("6")
    firm, other = persona("firm"), persona("other_firm")
    assert "申报0" in firm.get(f"{OWN}start/joint_screening/").content.decode()
    assert "申报0" not in other.get(f"{OWN}start/joint_screening/").content.decode()
    told = {"step": "propose", "subject": "申报0", "text": "成熟度6级"}
    assert other.post(f"{OWN}start/joint_screening/", told).status_code == 422
    assert firm.post(f"{OWN}start/joint_screening/", told).status_code == 302
    assert other.post(SCREENING, {"do": "all"}).status_code == 403


def test_the_window_takes_a_matter_on_without_a_paper_and_the_firm_brings_it(persona: Persona) -> None:
    firm, window = persona("firm"), officer("wh_approval")
    told = {"step": "apply_now", "title": "场地备案", "text": "申请", "evidence": "申请表"}
    assert firm.post(f"{OWN}start/one_window/", told).status_code == 302
    [case] = cases("one_window")
    until = (TODAY + timedelta(7)).isoformat()
    assert take(window, case, "accept_lacking", "wh_approval", lacking="") == 422
    assert take(window, case, "accept_lacking", "wh_approval", lacking="场地证明；章程", until=until) == 302
    mine = firm.get(f"{OWN}{case}/").content.decode()
    assert "还缺" in mine and "场地证明、章程" in mine and "补齐材料" in mine
    assert step(firm, f"{OWN}{case}/", "supply", evidence="场地证明；章程").status_code == 302
    assert cases("one_window")[case].lacking == ()


def test_a_broken_promise_stands_among_the_facts_and_before_whoever_decides_next(persona: Persona) -> None:
    firm, science, window = persona("firm"), persona("science"), officer("wh_approval")
    told = {"step": "apply_now", "title": "场地备案", "text": "申请", "evidence": "申请表"}
    firm.post(f"{OWN}start/one_window/", told)
    [case] = cases("one_window")
    assert (
        step(firm, f"{OWN}{case}/", "promise", text="属实", evidence="承诺书", promises="无欠税证明").status_code == 302
    )
    assert take(window, case, "accept", "wh_approval") == 302
    for unit in ("wh_industry", "wh_hr", "wh_market"):
        assert take(officer(unit), case, "opinions", unit, agrees="yes") == 302
    assert take(science, case, "grant", "wh_science") == 302
    assert take(science, case, "broken", "wh_science", evidence="税务回函") == 302
    bad = Fact.objects.get(register="integrity_record", party_id=firm_party(), data__list="promise_broken")
    assert bad.source == "一窗受理办理记录"
    firm.post(f"{OWN}start/one_window/", told | {"title": "再来一件"})
    again = next(one.id for one in cases("one_window").values() if one.title == "再来一件")
    assert "违背告知承诺" in window.get(f"{OFFICE}{again}/").content.decode()
