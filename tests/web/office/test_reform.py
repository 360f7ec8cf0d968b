"""政策测算: change a number, wait, see who wins and loses, keep the draft, compare, take the overlay home."""

from __future__ import annotations

import csv
import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from innocity.actions import reform_jobs
from innocity.actions.try_reform import NAME_MOST, read_reforms, reform_file
from innocity.engines.rules.reform import Overlay, read_overlay
from innocity.web.cities import pack_of
from innocity.web.views.office.reform import short_name
from tests.web.conftest import Instance, Persona, served_by, signed_in

LAB = "/weihai/office/reform/"
CHANGE = f"{LAB}change/hnte_reward/"
MORE = {"hnte_reward.first": "30万元", "hnte_reward.again": "10万元"}


def waited(client: Client, address: str) -> Any:
    """The page of a job once it is over."""
    for _ in range(240):
        answer = client.get(address)
        if answer.context["job"].over:
            return answer
        time.sleep(0.25)
    raise AssertionError("the job is not over")


def tried(client: Client, changes: dict[str, str], **data: Any) -> Any:
    answer = client.post(CHANGE, {**changes, **data})
    assert answer.status_code == 302, answer.context["faults"]
    return waited(client, answer["Location"])


@pytest.fixture(scope="module")
def tried_once(filled: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a job of `science` that is done, for tests of what comes after."""
    one = filled.copied(tmp_path_factory.mktemp("tried") / "var")
    with served_by(one):
        job = tried(signed_in("science"), MORE).context["job"]
        assert job.state == "done", job.error
    return one.var / "weihai" / "reforms" / ".jobs" / str(job.id)


@pytest.fixture
def job(tried_once: Path, records: Path) -> str:
    """The same job as one of this test's own instance; gives its id."""
    shutil.copytree(tried_once, records / "weihai" / "reforms" / ".jobs" / tried_once.name)
    return tried_once.name


def test_a_change_is_tried_kept_compared_and_taken_home(persona: Persona, records: Path, tmp_path: Path) -> None:
    client = persona("science")
    result = tried(client, MORE, name="首次认定提高")
    shown = result.context
    assert shown["job"].state == "done", shown["job"].error
    gained = shown["report"]["gained"]
    assert shown["more"] == gained > 0 and shown["report"]["losers"] == 0
    assert shown["changes"] == [("高新技术企业认定奖励：首次认定", "20万元", "30万元")]
    assert sum(row["gained"] for row in shown["spread"]) == shown["report"]["winners"]
    assert sum(row["after"] for row in shown["spread"]) >= sum(row["before"] for row in shown["spread"])
    assert "模拟数据" in result.content.decode()

    kept = client.post(f"{LAB}jobs/{shown['job'].id}/keep/", {"name": "首次认定提高"})
    assert kept.status_code == 302
    draft = persona("group_office").get(kept["Location"])
    assert draft.context["more"] == gained and draft.context["report"]["by"] == "science"
    file = tmp_path / "overlay.yaml"
    file.write_bytes(client.get(f"{kept['Location']}overlay.yaml").content)
    assert read_overlay(file).set == {"hnte_reward.first": "30万元"}
    side = client.get(f"{LAB}compare/", {"draft": "首次认定提高"})
    assert side.context["table"]["differences"] == [gained]
    from innocity.records.queries.audit import audit_entries
    from innocity.records.viewer import Viewer

    entry = audit_entries(Viewer.operator("tests"), action="save_reform").items[0]
    assert (entry.actor, entry.object) == ("science", "reform/首次认定提高")
    assert list(read_reforms(records, "weihai")) == ["首次认定提高"]


def test_a_name_that_is_taken_or_is_no_name_is_refused(persona: Persona, job: str) -> None:
    client = persona("science")
    for name, words in (("", "没有写方案名"), ("a/b", "不能用作方案名"), ("好名字", None), ("好名字", "已有方案")):
        answer = client.post(f"{LAB}jobs/{job}/keep/", {"name": name})
        assert answer.status_code == (302 if words is None else 422), name
        if words:
            assert words in answer.context["faults"][0].message and answer.context["faults"][0].field == "name"


def test_a_job_that_was_kept_says_so_and_leads_to_its_draft(persona: Persona, job: str) -> None:
    client = persona("science")
    assert "算完了，还没存" in client.get(LAB).content.decode()
    for name in ("甲案", "乙案"):
        assert client.post(f"{LAB}jobs/{job}/keep/", {"name": name}).status_code == 302
    for page in (LAB, f"{LAB}jobs/{job}/"):
        text = client.get(page).content.decode()
        assert "还没存" not in text and "已存为方案" in text, page
        assert text.count("/reform/drafts/%E7%94%B2%E6%A1%88/") >= 1, page
    assert client.get(LAB).context["jobs"][0][1] == ["乙案", "甲案"], "it was kept under two names"


def test_two_changes_of_one_clause_have_two_names_by_default() -> None:
    pack = pack_of("weihai")
    names = [
        short_name(pack, Overlay(set=settings, remove=remove))
        for settings, remove in (
            ({"hnte_reward.again": "15万元"}, ()), ({"hnte_reward.again": "12万元"}, ()), (MORE, ()),
            ({}, ("hnte_reward",)),
        )
    ]  # fmt: skip
    assert names == [
        "高新技术企业认定奖励：重新认定15万元", "高新技术企业认定奖励：重新认定12万元",
        "高新技术企业认定奖励：首次认定30万元、重新认定10万元", "高新技术企业认定奖励：停止执行",
    ]  # fmt: skip
    every = {f"{name}.share": "rank" for name in pack.pools}
    long = short_name(pack, Overlay(set=every))
    assert len(long) <= NAME_MOST and reform_file(Path(), "weihai", long).stem == long


def test_two_clauses_are_changed_together(persona: Persona) -> None:
    client = persona("science")
    forward = client.post(CHANGE, {**MORE, "more": "1", "next": "postdoc_station_setup", "name": "一起改"})
    assert forward.status_code == 302 and "postdoc_station_setup" in forward["Location"]
    page = client.get(forward["Location"])
    assert page.context["earlier"] == [("hnte_reward.first", "高新技术企业认定奖励：首次认定", "30万元")]
    first = page.context["fields"][0]
    data = {field.key: field.now for field in page.context["fields"]} | {
        first.key: "99万元",
        "hnte_reward.first": "30万元",
    }
    answer = client.post(forward["Location"].partition("?")[0], data)
    report = waited(client, answer["Location"]).context["report"]
    assert set(report["changes"]["set"]) == {first.key, "hnte_reward.first"}


def test_a_clause_that_stops_makes_losers_only(persona: Persona) -> None:
    shown = tried(persona("science"), {}, remove="hnte_reward").context
    assert shown["report"]["losers"] > 0 and shown["report"]["winners"] == 0 and shown["more"] < 0
    assert shown["changes"] == [("高新技术企业认定奖励", "执行", "停止执行")]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"hnte_reward.first": "30"}, "p-hnte_reward-first"),
        ({"hnte_reward.first": "很多"}, "p-hnte_reward-first"),
        ({"hnte_reward.first": "5%"}, "p-hnte_reward-first"),
        ({}, ""),
        ({"no_clause.x": "1"}, ""),
    ],
)
def test_what_cannot_be_tried_is_told_at_its_field(persona: Persona, changes: dict[str, str], field: str) -> None:
    answer = persona("science").post(CHANGE, changes)
    assert answer.status_code == 422 and answer.context["faults"][0].field == field
    assert (f'href="#{field}"' in answer.content.decode()) is bool(field)
    if field:
        assert f'id="{field}"' in answer.content.decode() and changes["hnte_reward.first"] in answer.content.decode()


def test_a_job_belongs_to_whoever_asked(persona: Persona, job: str) -> None:
    assert persona("science").get(f"{LAB}jobs/{job}/").status_code == 200
    assert persona("group_office").get(f"{LAB}jobs/{job}/").status_code == 404
    assert persona("science").get(f"{LAB}jobs/0000000000000000/").status_code == 404


def test_a_county_sees_the_names_of_its_own_firms_only(persona: Persona, records: Path, job: str) -> None:
    client = persona("science")
    client.post(f"{LAB}jobs/{job}/keep/", {"name": "甲"})
    report = read_reforms(records, "weihai")["甲"]
    every = {row["party"] for row in report["most_gained"]}
    own = {line.party.id for line in _huancui(client)}
    shown = persona("county").get(f"{LAB}drafts/甲/").context["party_lists"][0][1]
    named = {row["party"] for row in shown if row["party"]}
    assert named == every & own and len(shown) == len(every)
    assert all(not row["name"] for row in shown if not row["party"])


def _huancui(client: Client) -> list[Any]:
    address = "/weihai/office/registers/organization/"
    pages = client.get(address, {"division": "huancui"}).context["page"].pages
    found = []
    for number in range(1, pages + 1):
        found += client.get(address, {"division": "huancui", "page": number}).context["page"].items
    return found


def test_a_job_whose_program_is_gone_has_failed(records: Path) -> None:
    folder = records / "weihai" / "reforms" / ".jobs" / "00000000000000aa"
    folder.mkdir(parents=True)
    state = {
        "id": folder.name, "city": "weihai", "state": "running", "step": "打开事实", "by": "x", "name": "y",
        "asked_at": 1.0,
    }  # fmt: skip
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
    (folder / "pid").write_text("999999999", encoding="ascii")
    job = reform_jobs.job_of(records, "weihai", folder.name)
    assert job is not None and job.state == "failed" and job.remedy


def test_auditors_read_drafts_and_try_nothing(persona: Persona) -> None:
    client = persona("auditor")
    assert client.get(LAB).status_code == 200 and not client.get(LAB).context["writes"]
    assert client.get(CHANGE).status_code == 403


def test_everybody_who_gains_or_loses_is_taken_out_of_a_job_and_of_a_draft(persona: Persona, job: str) -> None:
    science = persona("science")
    page = science.get(f"{LAB}jobs/{job}/")
    report = page.context["report"]
    told = report["winners"] + report["losers"]
    assert f"增减的对象共 {told} 个" in page.content.decode()
    assert science.post(f"{LAB}jobs/{job}/keep/", {"name": "加倍"}).status_code == 302
    for address in (f"{LAB}jobs/{job}/parties.csv", f"{LAB}drafts/加倍/parties.csv"):
        rows = list(csv.reader(science.get(address).content.decode("utf-8-sig").splitlines()))
        assert rows[0][:5] == ["对象编号", "对象", "现行（元）", "改后（元）", "增减（元）"]
        assert len(rows) - 1 == told > 0 and all(row[1] and row[-1] == "模拟" for row in rows[1:])
        gained = sum(float(row[4]) for row in rows[1:])
        assert round(gained * 100) == report["gained"] - report["lost"], "the file adds up to the page"
    assert science.get(f"{LAB}drafts/加倍/parties.xlsx").status_code == 200
    assert science.get(f"{LAB}drafts/加倍/parties.doc").status_code == 404
    county = persona("county").get(f"{LAB}drafts/加倍/parties.csv").content.decode("utf-8-sig").splitlines()
    own = [row for row in csv.reader(county[1:]) if row[0]]
    assert len(own) < told and "别的区市的对象" in county[-1], "a county reads its own parties, of others the sum"


def test_a_sum_is_taken_as_people_write_it(persona: Persona) -> None:
    answer = persona("science").post(CHANGE, {"hnte_reward.first": "30万", "hnte_reward.again": "２万"})
    assert answer.status_code == 302, answer.context["faults"]
    refused = persona("science").post(CHANGE, {"hnte_reward.first": "30"})
    assert refused.status_code == 422, "thirty of what nobody can tell"
