"""Every list that a page shows can be taken out: all its rows, for those who see the page and nobody else."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from innocity.actions import sheet_writing
from innocity.actions.give_feedback import give_feedback
from innocity.actions.record_facts import record_rows
from innocity.actions.request_correction import request_correction
from innocity.actions.simulate_exchange import cast_of, simulate_exchange
from innocity.actions.simulate_inspections import simulate_inspections
from innocity.actions.simulate_matters import simulate_matters
from innocity.records.models import AuditEntry, Fact, Handler, Party
from innocity.records.viewer import Viewer
from innocity.web.cities import pack_of
from innocity.web.inspections import inspections_of
from innocity.web.views import lists
from tests.web.conftest import own_copy, signed_in
from tests.web.personas import OPERATOR, PERSONAS

Context = Any
Rows = Callable[[Context], int]
#: Of each list: where it stands, what it is called there, and how many rows the page says that there are.
LISTS: tuple[tuple[str, str, Rows], ...] = (
    ("/weihai/office/", "inbox", lambda page: page["total"]),
    ("/weihai/office/?kind=task", "inbox", lambda page: sum(n for key, _name, n in page["kinds"] if key == "task")),
    ("/weihai/office/figures/", "figures", lambda page: page[page["show"]]),
    ("/weihai/office/figures/?show=all", "figures", lambda page: page["all"]),
    ("/weihai/office/tasks/", "tasks", lambda page: sum(len(rows) for _document, rows in page["documents"])),
    ("/weihai/office/tasks/?unit=wh_science", "tasks",
     lambda page: sum(len(rows) for _document, rows in page["documents"])),
    ("/weihai/office/tasks/?list=supervision", "supervision",
     lambda page: sum(len(notice.items) for notice, _unit in page["notices"])),
    ("/weihai/office/meetings/", "meetings", lambda page: len(page["rows"])),
    ("/weihai/office/meetings/", "resolutions", lambda page: sum(len(row["tasks"]) for row in page["rows"])),
    ("/weihai/office/procedures/", "matters", lambda page: sum(row["number"] for row in page["rows"])),
    ("/weihai/office/procedures/?of=call_application", "matters", lambda page: page["rows"][0]["number"]),
    ("/weihai/office/inspections/", "inspections", lambda page: len(page["rows"])),
    ("/weihai/office/corrections/", "corrections", lambda page: page["page"].total),
    ("/weihai/office/feedback/", "feedback", lambda page: page["page"].total),
    ("/weihai/office/exchange/?kind=results", "pending", lambda page: page["waiting"]),
    ("/weihai/office/exchange/?kind=results", "pairs", lambda page: page["page"].total),
    ("/weihai/office/exchange/?kind=results", "events", lambda page: page["held"]),
    ("/weihai/office/gradings/", "gradings", lambda page: len(page["rows"])),
    ("/weihai/office/gradings/innovation_points/", "grades", lambda page: page["total"]),
    ("/weihai/office/runs/", "runs", lambda page: len(page["runs"])),
    ("/weihai/office/audit/", "audit", lambda page: page["page"].total),
    ("/weihai/office/audit/?action=record_facts", "audit", lambda page: page["page"].total),
    ("/weihai/lead/units/", "units", lambda page: len(page["rows"])),
    ("/weihai/lead/units/wh_science/", "score", lambda page: sum(len(lines) for _part, lines in page["lines"])),
    ("/weihai/lead/changes/?since=2022-12-31", "changes", lambda page: page["listed"]),
    ("/weihai/my/facts/", "facts", lambda page: page["total"]),
    ("/weihai/my/facts/qualification/", "facts", lambda page: page["page"].total),
    ("/weihai/my/entitlements/", "entitlements",
     lambda page: sum(len(group["items"]) for group in page["groups"]) + len(page["found"].others)),
    ("/weihai/my/near/", "near", lambda page: len(page["items"])),
    ("/weihai/my/matters/", "matters", lambda page: sum(row["number"] for row in page["rows"])),
    ("/weihai/my/corrections/", "corrections", lambda page: page["page"].total),
    ("/weihai/my/exchange/", "own_listings", lambda page: page["page"].total),
    ("/weihai/office/figures/calendar/", "calendar", lambda page: len(page["rows"])),
    ("/weihai/progress/tasks/", "tasks", lambda page: sum(len(rows) for _document, rows in page["documents"])),
    ("/weihai/progress/", "targets", lambda page: len(page["rows"])),
    ("/weihai/progress/?light=not_assessable", "targets", lambda page: len(page["rows"])),
    ("/weihai/inspections/", "inspections", lambda page: page["total"]),
    ("/weihai/exchange/results/", "demand", lambda page: page["lists"][0]["total"]),
    ("/weihai/exchange/results/", "offer", lambda page: page["lists"][1]["total"]),
    ("/weihai/exchange/results/", "events", lambda page: page["held"]),
    ("/weihai/indicators/hnte_count/", "observations", lambda page: len(page["figures"])),
    ("/weihai/units/wh_science/", "commitments",
     lambda page: page["targets"] + len(page["page"].tasks) + len(page["clauses"])),
    ("/weihai/lead/indices/", "indices", lambda page: sum(len(one.get("lines", ())) for one in page["found"])
     + sum(len(one["recorded"].figures) for one in page["found"] if "recorded" in one)),
    ("/weihai/office/runs/1/", "run_clauses", lambda page: len(page["report"]["clauses"])),
    ("/weihai/office/runs/1/", "run_places",
     lambda page: sum(len(rows) for rows in page["report"]["breakdowns"].values())),
)  # fmt: skip


@pytest.fixture(scope="module")
def inhabited(filled: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The small city with something in every list; read by all tests here, which write nothing but the audit log."""
    with own_copy(filled, tmp_path_factory.mktemp("lists") / "var") as one:
        pack = pack_of("weihai")
        own = list(Handler.objects.order_by("account_id").values_list("party", flat=True))
        cast = cast_of(OPERATOR, [*dict.fromkeys(own), *(f"F{number:07d}" for number in range(1, 5))])
        simulate_exchange(pack, OPERATOR, cast, one.var)
        simulate_matters(pack, OPERATOR, cast, one.var)
        simulate_inspections(pack, OPERATOR, one.var)
        party = Party.objects.get(handlers__account__user__username="firm")
        fact = Fact.objects.filter(party=party, register="qualification", current=True).first()
        assert fact is not None
        asking = Viewer("firm", "firm", None, party.id)
        request_correction(pack, asking, "qualification", fact.fact_id, {}, "=不是我们的", revision=fact.revision,
                           strike=True)  # fmt: skip
        record_rows(pack, OPERATOR, "ranking", [{"party_id": party.id, "list": "province_patent_top", "year": "2022",
                                                 "published_on": "2023-02-20", "rank": "51"}])  # fmt: skip
        give_feedback(pack, Viewer(), "hnte_reward", 4, "=HYPERLINK(1)", "somewhere")
        yield one.var


def file_of(client: Client, address: str, name: str, ending: str = "csv") -> Any:
    return client.get(f"{address}{'&' if '?' in address else '?'}export={name}.{ending}")


def table(answer: Any) -> list[dict[str, str]]:
    """A CSV's rows by heading."""
    assert answer.content.startswith(b"\xef\xbb\xbf"), "spreadsheets know it for UTF-8 by its mark"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def sheet(answer: Any) -> list[dict[str, Any]]:
    """A workbook's rows by heading."""
    first, *rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return [dict(zip(map(str, first), row, strict=True)) for row in rows]


def taken(name: str) -> list[tuple[str, dict[str, Any]]]:
    found = AuditEntry.objects.filter(action="export", actor=name).order_by("seq")
    return [(one.object, json.loads(one.details)) for one in found]


@pytest.mark.parametrize(("address", "name", "rows"), LISTS, ids=[f"{name} {where}" for where, name, _ in LISTS])
def test_a_list_is_taken_out_whole_by_those_who_see_its_page_and_by_nobody_else(
    inhabited: Path, nothing_kept: None, address: str, name: str, rows: Rows
) -> None:
    seen = 0
    for who in ("", *PERSONAS):
        client = signed_in(who) if who else Client(SERVER_NAME="localhost")
        page = client.get(address)
        before = len(taken(who))
        answer, book = (file_of(client, address, name, ending) for ending in ("csv", "xlsx"))
        if page.status_code != 200:
            assert page.status_code in (302, 403), (who, page.status_code)
            assert {answer.status_code, book.status_code} == {page.status_code}, who
            assert len(taken(who)) == before
            continue
        told = rows(page.context)
        more = 1 if name == "audit" and "action" not in address else 0  # opening the file of the log stands in it
        assert [len(table(answer)), len(sheet(book))] == [told, told + more], who
        seen = max(seen, told)
        kept = taken(who)[before:]
        assert [(details["kind"], details["rows"]) for _, details in kept] == (
            [("csv", told), ("xlsx", told + more)] if who else []
        ), "what is open to all is open data: nobody's name stands beside it"
        assert all(what.split("/")[:2] == ["list", name] for what, _ in kept)
        link = f"export={name}.xlsx"
        assert (link in page.content.decode()) == bool(told), f"{who}: a link where there is something to take out"
    assert seen, "the test's city has something in this list"


@pytest.mark.parametrize(("address", "name", "rows"), LISTS, ids=[f"{name} {where}" for where, name, _ in LISTS])
def test_no_program_takes_a_cell_for_a_formula(
    inhabited: Path, monkeypatch: pytest.MonkeyPatch, address: str, name: str, rows: Rows
) -> None:
    plain = lists._cell
    monkeypatch.setattr(lists, "_cell", lambda value: "=1+1" if isinstance(plain(value), str) else plain(value))
    answers = ((signed_in(who), who) for who in ("firm", "science", "leader", "auditor"))
    client = next(one for one, _ in answers if one.get(address).status_code == 200)
    cells = [cell for row in table(file_of(client, address, name)) for cell in row.values()]
    assert "'=1+1" in cells and not [cell for cell in cells if cell.startswith("=")]
    with zipfile.ZipFile(io.BytesIO(file_of(client, address, name, "xlsx").content)) as book:
        assert "<f>" not in book.read("xl/worksheets/sheet1.xml").decode()


def test_what_the_public_wrote_stays_words(inhabited: Path) -> None:
    answer = file_of(signed_in("science"), "/weihai/office/feedback/", "feedback")
    assert [(row["条款"], row["留言"]) for row in table(answer)] == [("高新技术企业认定奖励", "'=HYPERLINK(1)")]
    assert "filename*=utf-8''" + quote("留言审核_威海市_") in answer["Content-Disposition"]


def test_sums_are_numbers_of_yuan_days_are_days_codes_are_names_and_what_is_made_up_is_marked(inhabited: Path) -> None:
    firm, office = signed_in("firm"), signed_in("science")
    group = next(one for one in firm.get("/weihai/my/entitlements/").context["groups"] if one["id"] == "claim")
    owed = sheet(file_of(firm, "/weihai/my/entitlements/", "entitlements", "xlsx"))
    first = group["items"][0]
    assert owed[0]["测算（元）"] == first.item.fen / 100 and owed[0]["条款"] == first.item.clause.name
    assert owed[0]["受理开始"] == first.item.call.opens and owed[0]["数据性质"] == "模拟"
    assert {row["组"] for row in owed} >= {"可以申领", "没有用到登记的数据"}
    titles = {row["称号"] for row in table(file_of(firm, "/weihai/my/facts/qualification/", "facts"))}
    assert "高新技术企业" in titles
    paid = sheet(file_of(firm, "/weihai/my/facts/award/", "facts", "xlsx"))
    assert {(row["拨付额（元）"], row["条款"]) for row in paid} == {(100000, "高新技术企业认定奖励")}
    marks = {row["数据性质"] for row in table(file_of(office, "/weihai/office/tasks/", "tasks"))}
    assert marks == {"", "模拟"}, "row by row"


def test_a_file_is_in_chinese_whatever_the_page_is_in(inhabited: Path) -> None:
    client = signed_in("auditor")
    chinese = table(file_of(client, "/weihai/office/audit/?action=record_facts", "audit"))
    client.cookies["django_language"] = "en"
    page = client.get("/weihai/office/audit/").content.decode()
    assert "Export Excel" in page and "Audit log" in page
    assert table(file_of(client, "/weihai/office/audit/?action=record_facts", "audit")) == chinese
    assert chinese[0]["做了什么"] == "登记事实" and chinese[0]["岗位"] == "系统管理员"
    assert "List " in client.get("/weihai/office/audit/?action=export").content.decode()


def test_what_was_drawn_is_taken_out_too_and_names_no_matter_to_the_public(inhabited: Path) -> None:
    one = next(one for one in inspections_of("weihai").values() if one.state == "drawn")
    office, public = signed_in("science"), Client(SERVER_NAME="localhost")
    address = f"inspections/{one.id}/"
    inside = table(file_of(office, f"/weihai/office/{address}", "drawn"))
    outside = table(file_of(public, f"/weihai/{address}", "drawn"))
    assert len(inside) == len(outside) == len(one.drawn) > 0
    assert "事项" in inside[0] and "事项" not in outside[0]
    again = file_of(public, f"/weihai/{address}", "drawn")  # kept for the next reader, as the page is
    assert table(again) == outside and again["Content-Type"].startswith("text/csv")
    assert again["Content-Disposition"].startswith("attachment")


def test_a_file_that_a_page_has_not_is_not_found(inhabited: Path) -> None:
    client = signed_in("science")
    for asked in ("audit.csv", "tasks.pdf", "tasks", ".csv", "x" * 300):
        assert client.get("/weihai/office/tasks/", {"export": asked}).status_code == 404, asked


def test_what_no_sheet_holds_is_refused_and_a_csv_offered_under_the_same_filters(
    inhabited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = signed_in("group_office"), "/weihai/office/tasks/?unit=wh_science"
    before = taken("group_office")
    monkeypatch.setattr(sheet_writing, "_ROWS", 3)
    answer = file_of(client, address, "tasks", "xlsx")
    text = answer.content.decode()
    assert answer.status_code == 422 and "一张工作表最多放 3 行" in text and taken("group_office") == before
    assert f'href="{address}&amp;export=tasks.csv"' in text and f'href="{address}"' in text
    assert file_of(client, address, "tasks").status_code == 200


def test_a_log_of_many_pages_is_taken_out_once_through(inhabited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "_BATCH", 20)
    monkeypatch.setattr("innocity.web.views.office.audit._BATCH", 7)
    numbers = [int(row["编号"]) for row in table(file_of(signed_in("auditor"), "/weihai/office/audit/", "audit"))]
    assert numbers == list(range(len(numbers), 0, -1)) and len(numbers) > 40
