"""随机抽查 on the site: announced and drawn by those who run it, checked by those drawn, published without persons."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from innocity.actions.inspection_records import inspections
from innocity.actions.ledger import ledger
from innocity.actions.open_account import open_account
from innocity.actions.verify_audit import verify_audit
from innocity.engines.inspection.repeat import faults_of
from innocity.records.models import AuditEntry, Fact, Party
from innocity.web.cities import pack_of
from innocity.web.inspections import results
from tests.web.conftest import Persona, signed_in
from tests.web.personas import OPERATOR, PASSWORD

OFFICE, PUBLIC = "/weihai/office/inspections/", "/weihai/inspections/"
YEAR = 2021  # in which the small city paid nine awards


def people(number: int = 4) -> None:
    """Inspectors of a unit that decides nothing of science."""
    rows = [{"party_id": "wh_culture", "inspector": f"鲁K-{n:03d}", "name": f"姓名{n}"} for n in range(number)]
    ledger(pack_of("weihai"), "inspector", settings.INNOCITY_VAR, viewer=OPERATOR).append(rows)


def announced(science: Client, **more: str) -> str:
    """The address of an inspection that was just announced."""
    form = {"year": str(YEAR), "unit": "wh_science", "source": "某期开奖号码", "team": "2", "title": "",
            "reveal_on": (date.today() + timedelta(1)).isoformat(), **more}  # fmt: skip
    answer = science.post(f"{OFFICE}new/paid_awards/", form)
    assert answer.status_code == 302, answer.context["faults"]
    return str(answer["Location"]).partition("?")[0]


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """Some days pass."""
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date.today() + timedelta(days))


def officer(name: str, unit: str) -> Client:
    open_account(OPERATOR, name, PASSWORD, "officer", unit=unit)
    return signed_in(name)


def test_an_inspection_goes_from_its_announcement_to_a_published_result(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    science, public = persona("science"), Client(SERVER_NAME="localhost")
    assert science.get(f"{OFFICE}new/paid_awards/?year={YEAR}").status_code == 200
    people()
    page = announced(science)
    name = page.rstrip("/").rpartition("/")[2]
    early = science.post(page, {"do": "draw", "number": "307"})
    assert early.status_code == 422 and "才产生" in early.content.decode()
    assert "还没有抽取" in public.get(f"{PUBLIC}{name}/").content.decode()
    later(monkeypatch, 1)
    assert science.post(page, {"do": "draw", "number": "3 0 7"}).status_code == 302
    one = inspections(pack_of("weihai"), settings.INNOCITY_VAR)[name]
    assert one.drawn and one.sound and one.seed in public.get(f"{PUBLIC}{name}/").content.decode()
    record = json.loads(public.get(f"{PUBLIC}{name}/record.json").content)
    assert faults_of(record) == [] and {each["state"] for each in record["results"]} == {"待检查"}
    culture = officer("wenhua", "wh_culture")
    inbox = culture.get("/weihai/office/?kind=matter").content.decode()
    assert "抽查：" in inbox, "it waits for those who check"
    address = culture.get(page).content.decode().partition('href="/weihai/office/procedures/random_inspection')[2]
    case = "random_inspection" + address.partition("/")[0]
    seen = culture.get(f"/weihai/office/procedures/{case}/")
    assert [step.id for step, *_ in seen.context["forms"]] == ["clear", "problem"]
    assert not science.get(f"/weihai/office/procedures/{case}/").context["forms"], "who decided does not check"
    told = {"step": "clear", "actor": "wh_culture", "on": (date.today() + timedelta(1)).isoformat(), "text": "账实相符",
            "evidence": "检查记录"}  # fmt: skip
    assert culture.post(f"/weihai/office/procedures/{case}/", told).status_code == 302
    assert "未发现问题" in public.get(f"{PUBLIC}{name}/").content.decode()
    done = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"announce_inspection", "draw_inspection", "take_step"} <= done
    assert list(verify_audit(OPERATOR).findings) == []


def test_what_is_published_names_organisations_that_were_drawn_and_nobody_else(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    science = persona("science")
    people()
    somebody = Party.objects.filter(kind="person").first()
    assert somebody is not None
    Party.objects.filter(id=somebody.id).update(name="张三丰")
    book = ledger(pack_of("weihai"), "award", settings.INNOCITY_VAR, viewer=OPERATOR)
    book.append([{"party_id": somebody.id, "clause": "hnte_reward", "object": "张三丰的奖", "year": str(YEAR),
                  "amount": "1万元"}])  # fmt: skip
    page = announced(science, **{f"q-{n}": "100%" for n in range(60)})
    later(monkeypatch, 1)
    science.post(page, {"do": "draw", "number": "1"})
    name = page.rstrip("/").rpartition("/")[2]
    every = Fact.objects.filter(register="award", current=True, data__year=YEAR).values_list("party_id", flat=True)
    drawn = Party.objects.filter(id__in=set(every))
    assert somebody.id in set(every)
    text = Client(SERVER_NAME="localhost").get(f"{PUBLIC}{name}/").content.decode()
    shown = {one.name for one in drawn if one.kind == "organization" and one.name and one.name in text}
    assert shown, "firms that were drawn are named"
    assert "张三丰" not in text and somebody.id not in text and "个人，不公开" in text
    assert "姓名1" not in text and "鲁K-001" in text
    record = Client(SERVER_NAME="localhost").get(f"{PUBLIC}{name}/record.json").content.decode()
    assert not [one.id for one in drawn if f'"{one.id}"' in record]


@pytest.mark.parametrize(("name", "status"), [("county", 404), ("auditor", 403), ("firm", 403), ("leader", 302)])
def test_who_may_announce(persona: Persona, name: str, status: int) -> None:
    people()
    form: dict[str, Any] = {"year": str(YEAR), "unit": "wh_science", "source": "号码", "team": "1",
                            "reveal_on": (date.today() + timedelta(1)).isoformat()}  # fmt: skip
    answer = persona(name).post(f"{OFFICE}new/paid_awards/", form)
    assert answer.status_code == status, "a leader acts for the unit that looks after the plan"
    assert len(inspections(pack_of("weihai"), settings.INNOCITY_VAR)) == (status == 302)


def test_wrong_entries_are_told_at_their_fields_and_nothing_is_announced(persona: Persona) -> None:
    science = persona("science")
    form = {"year": str(YEAR), "unit": "wh_science", "source": "号码", "team": "2",
            "reveal_on": (date.today() + timedelta(1)).isoformat()}  # fmt: skip
    nobody = science.post(f"{OFFICE}new/paid_awards/", form)
    assert nobody.status_code == 422 and nobody.context["faults"][0].field == "f-team"
    people()
    for wrong, field in (({"q-0": "很多"}, "f-rest"), ({"reveal_on": date.today().isoformat()}, "f-source"),
                         ({"reveal_on": ""}, "f-source"), ({"reveal_on": "明天"}, "f-reveal")):  # fmt: skip
        answer = science.post(f"{OFFICE}new/paid_awards/", form | wrong)
        assert (answer.status_code, answer.context["faults"][0].field) == (422, field)
    assert inspections(pack_of("weihai"), settings.INNOCITY_VAR) == {}
    assert science.get(f"{OFFICE}new/paid_awards/?year=2050").status_code == 200
    assert science.get(f"{OFFICE}new/nothing/").status_code == science.get(f"{OFFICE}nothing/").status_code == 404


def test_an_inspection_is_called_off_with_its_reason_and_is_not_drawn_any_more(persona: Persona) -> None:
    science = persona("science")
    people()
    page = announced(science)
    assert science.post(page, {"do": "cancel", "reason": ""}).status_code == 422
    assert science.post(page, {"do": "cancel", "reason": "名单年度写错"}).status_code == 302
    text = Client(SERVER_NAME="localhost").get(PUBLIC).content.decode()
    assert "名单年度写错" in text and not science.get(page).context["may"]
    assert science.post(page, {"do": "draw", "number": "1"}).status_code == 422


def test_a_county_checks_what_was_drawn_for_it_and_sees_no_other_matter(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    science, county = persona("science"), persona("county")
    people()
    rows = [{"party_id": "wh_huancui", "inspector": f"环-{n}"} for n in range(4)]
    ledger(pack_of("weihai"), "inspector", settings.INNOCITY_VAR, viewer=OPERATOR).append(rows)
    page = announced(science, **{f"q-{n}": "100%" for n in range(60)})
    later(monkeypatch, 1)
    science.post(page, {"do": "draw", "number": "5"})
    one = inspections(pack_of("weihai"), settings.INNOCITY_VAR)[page.rstrip("/").rpartition("/")[2]]
    unit = {each.id: each.unit for each in one.frozen.inspectors}
    mine = {each.item for each in one.drawn if "wh_huancui" in {unit[name] for name in each.inspectors}}
    place = {each.item: Party.objects.get(id=one.parties[each.item]) for each in one.drawn}
    assert 0 < len(mine) < len(one.drawn)
    cases = {row.drawn.item: row.case for row in results("weihai", one) if row.case}
    for item, case in cases.items():
        status = county.get(f"/weihai/office/procedures/{case.id}/").status_code
        theirs = item in mine or "huancui" in (place[item].division, place[item].zone)
        assert status == (200 if theirs else 404)
    item = min(mine)
    told = {"step": "clear", "actor": "wh_huancui", "on": (date.today() + timedelta(1)).isoformat(), "text": "属实",
            "evidence": "记录"}  # fmt: skip
    assert county.post(f"/weihai/office/procedures/{cases[item].id}/", told).status_code == 302


def test_the_form_begins_with_the_latest_year_that_has_anything_and_says_which_have(persona: Persona) -> None:
    answer = persona("science").get(f"{OFFICE}new/paid_awards/")
    years = answer.context["years"]
    text = answer.content.decode()
    assert years and answer.context["year"] == years[0][0] and answer.context["total"] == years[0][1]
    assert all(f"{year}年 {count} 项" in text for year, count in years)
    assert "要回避、不能派人检查的单位" in text and "市财政局" in text
    assert "还没有可以派人的单位" in text
    people()
    assert "可以派人的：市文化和旅游局" in persona("science").get(f"{OFFICE}new/paid_awards/").content.decode()


def test_whoever_may_not_announce_reads_who_does(persona: Persona) -> None:
    text = persona("county").get(OFFICE).content.decode()
    assert "由市科技局、市财政局公告" in text and "公告一次" not in text


def test_an_office_registers_its_inspector_by_any_of_its_names_and_is_not_asked_for_what_is_refused(
    persona: Persona,
) -> None:
    client, address = persona("science"), "/weihai/office/registers/inspector/new/"
    page = client.get(address).content.decode()
    assert 'name="name"' not in page and "姓名" in page, "personal columns are the keeper's, and the form says so"
    for name in ("威海市科学技术局", "市科技局", "科技局", "wh_science"):
        answer = client.post(address, {"whom": name, "inspector": f"SK-{name}"})
        assert answer.status_code == 200 and not answer.context.get("faults"), name
        assert "wh_science" in str(answer.context["preview"].work.parties.ids), name
    other = client.post(address, {"whom": "威海市市场监督管理局", "inspector": "SG-1"})
    assert "不归本单位登记" in other.content.decode()
