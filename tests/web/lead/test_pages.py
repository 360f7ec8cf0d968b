"""Money, changes, indices, decision sheet."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from django.test import Client

from innocity.actions.overview import Overview
from innocity.core.errors import InnoCityError
from innocity.web import cities
from innocity.web.views.lead import changes, indices
from tests.web.conftest import Persona


def test_flows_add_up_to_what_is_payable(persona: Persona) -> None:
    answer = persona("leader").get("/weihai/lead/money/")
    run = answer.context["run"]
    assert sum(flow.fen for flow in answer.context["flows"]) == run.report["totals"]["payable"]
    by_payer: dict[str, int] = {}
    for flow in answer.context["flows"]:
        by_payer[flow.payer] = by_payer.get(flow.payer, 0) + flow.fen
    assert by_payer == run.report["payers"]
    for by, rows in answer.context["shares"]:
        assert sum(row["payable"] for row in rows) == run.report["totals"]["payable"], by
    assert "互不相加" in answer.content.decode()


def test_the_flows_can_be_taken_away(persona: Persona) -> None:
    text = persona("leader").get("/weihai/lead/money.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows and {row["种类"] for row in rows} == {"测算应付"} and {row["是否模拟"] for row in rows} == {"是"}


def test_without_a_run_the_page_says_so(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    client = persona("leader")
    monkeypatch.setattr(cities, "run_of", lambda name: None)
    assert "还没有测算过" in client.get("/weihai/lead/money/").content.decode()
    assert client.get("/weihai/lead/money.csv").status_code == 404


def test_firms_see_nothing_of_it(persona: Persona, site: Client) -> None:
    for page in ("money/", "money.csv", "changes/", "indices/", "sheet/", "sheet.docx"):
        assert persona("firm").get(f"/weihai/lead/{page}").status_code == 403
        assert site.get(f"/weihai/lead/{page}").status_code == 302


# --- changes ------------------------------------------------------------------------------------------------


def test_changes_name_what_moved_and_in_which_way(persona: Persona) -> None:
    answer = persona("leader").get("/weihai/lead/changes/?since=2023-06-30")
    found = answer.context["found"]
    assert {one.target.article.partition("#")[0] for one in found.added} >= {"plan-2023"}
    assert found.set_since > 0 and found.figures
    assert all(one.was.status != one.one.status for one in found.moved)


def test_a_day_later_on_nothing_was_known_of_before(persona: Persona) -> None:
    state = cities.state_of("weihai")
    then = changes.state_then(state, date(2023, 7, 20))
    assert not [one for one in then.board.figures if one.document == "conference-2023"]  # held on 27 July


@pytest.mark.parametrize("day", ["x", "2023-13-01", "2023-12-31", "2030-01-01", "1999-01-01"])
def test_a_day_that_cannot_be_is_told(persona: Persona, day: str) -> None:
    answer = persona("leader").get("/weihai/lead/changes/", {"since": day})
    assert answer.status_code == 200 and answer.context["found"] is None and 'id="errors"' in answer.content.decode()


def test_worse_and_better() -> None:
    state = cities.state_of("weihai")
    one = state.board.distinct[0]
    for before, now, way in (("met", "alert", "worse"), ("watch", "near", "better"), ("not_due", "met", "other"),
                             ("not_due", "alert", "worse"), ("near", "not_reported", "worse")):  # fmt: skip
        moved = changes._way(replace(one, status=now), replace(one, status=before))  # type: ignore[arg-type]
        assert moved == way, (before, now)


# --- indices ------------------------------------------------------------------------------------------------


def test_ranks_have_intervals_and_parts_that_add_up(persona: Persona) -> None:
    answer = persona("leader").get("/weihai/lead/indices/")
    computed = next(one for one in answer.context["found"] if "result" in one)
    for line in computed["lines"]:
        assert line.interval.low <= line.one.rank <= line.interval.high
        assert sum(part.contribution for part in line.one.parts) == pytest.approx(line.one.score)
    text = answer.content.decode()
    assert "演示用的假设" in text and "只记录" not in text.split("综合科技创新水平指数")[0]


def test_an_index_that_lacks_values_says_what(persona: Persona, monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(state: Overview) -> dict[str, InnoCityError]:
        return {"county_innovation": InnoCityError("E-INDEX-MISSING", "缺环翠区的数", None, "报数")}

    monkeypatch.setattr(indices, "_computed", lacking)
    assert "缺环翠区的数" in persona("leader").get("/weihai/lead/indices/").content.decode()


# --- decision sheet -----------------------------------------------------------------------------------------


def test_the_sheet_is_shown_and_taken_away(persona: Persona) -> None:
    client = persona("leader")
    page = client.get("/weihai/lead/sheet/").content.decode()
    assert "呈阅件" in page and "提请关注" in page and "style=" not in page
    word = client.get("/weihai/lead/sheet.docx?document=plan-2023")
    assert word.content[:2] == b"PK" and "attachment" in word["Content-Disposition"]
    assert b"<article" in client.get("/weihai/lead/sheet.html").content
    assert client.get("/weihai/lead/sheet.exe").status_code == 404
    assert client.get("/weihai/lead/sheet.docx?document=nothing").status_code == 404


def test_sheet_and_reports_count_the_same_tasks_by_what_was_known_on_the_day(persona: Persona) -> None:
    client = persona("leader")

    def tasks(page: str, name: str, **asked: str) -> str:
        text = str(client.get(page, asked).context[name])
        return text[text.index("共", text.index(">任务<")) :].partition("。")[0]

    reports = "/weihai/office/reports/"
    asked = {"kind": "decision", "as_of": "2023-12-31"}
    known, later = tasks(reports, "report", **asked), tasks(reports, "report", **asked, late="1")
    assert known != later
    assert tasks("/weihai/lead/sheet/", "body") == known
    assert tasks("/weihai/lead/sheet/", "body", late="1") == later
    sheet = client.get("/weihai/lead/sheet/").content.decode()
    assert "只用截至当日已公布或登记的数据" in sheet and 'name="late"' in sheet
    file = client.get("/weihai/lead/sheet.html").content.decode()
    late = client.get("/weihai/lead/sheet.html?late=1").content.decode()
    assert known in file and later in late and "只用截至当日" not in late


def test_an_unknown_document_is_told_with_a_remedy(persona: Persona) -> None:
    answer = persona("leader").get("/weihai/lead/sheet/?document=plan-2024")
    assert answer.status_code == 404 and "plan-2023" in answer.content.decode()


def test_a_share_bar_never_leaves_its_box() -> None:
    from innocity.web.templatetags.lead import change, share_bar

    assert 'width="100.00"' in share_bar(1.7) and 'width="0.00"' in share_bar(-1)
    assert change(Fraction(80), Fraction(87)) == "升了7" and change(Fraction(1), Fraction(1)) == "没有变化"


@pytest.mark.parametrize("page", ["", "units/", "units/wh_science/", "money/", "changes/", "indices/", "sheet/"])
def test_the_menus_stand_on_every_page(persona: Persona, page: str) -> None:
    text = persona("leader").get(f"/weihai/lead/{page}").content.decode()
    assert 'href=""' not in text and ">找政策</a>" in text and ">驾驶舱</a>" in text
