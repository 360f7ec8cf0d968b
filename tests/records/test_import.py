"""Sheets: what a template asks for is read back; a preview says what a commit does, and nothing else is done."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from innocity.actions.check_import import OWN_VERBS, Preview, check_import
from innocity.actions.export_sheet import errors_file, export, export_register
from innocity.actions.import_sheet import commit_import
from innocity.actions.record_facts import record_rows
from innocity.actions.sheet_template import template
from innocity.actions.verify_audit import verify_audit
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records.models import AuditEntry, Fact, Instance, Party, RegisterState
from innocity.records.protect import decipher
from innocity.records.viewer import Viewer
from tests.records.conftest import OPERATOR

CODES = ("91990000000000027W", "91990000000000035P", "919900000000000432")
SCIENCE = Viewer("officer", "kezhang", unit="wh_science")
COUNTY = Viewer("officer", "quzhang", unit="wh_science", county="huancui")
FIRM = Viewer("firm", "firm", party="A")
PERSON_NUMBER = "371002199001011237"


@pytest.fixture
def firms(city: Pack) -> Pack:
    """Three firms; two of them bear the same name."""
    rows = [
        {"party_id": party, "uscc": code, "name": name, "registered_division": division, "valid_from": "2020-01-01"}
        for party, code, name, division in (
            ("A", CODES[0], "甲（威海）公司", "371002"), ("B", CODES[1], "同名公司", "371003"),
            ("C", CODES[2], "同名公司", "371003"))
    ]  # fmt: skip
    record_rows(city, OPERATOR, "organization", rows)
    return city


def sheet(*rows: Sequence[Any], encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode(encoding)


def book(*rows: Sequence[Any], **options: str) -> bytes:
    file = io.BytesIO()
    made = xlsxwriter.Workbook(file, {"default_date_format": "yyyy/m/d"})
    for name, content in {"表": rows, **options}.items():
        page = made.add_worksheet(name)
        for line, row in enumerate(content):
            page.write_row(line, 0, row)
    made.close()
    return file.getvalue()


HEAD = ("统一社会信用代码", "主体名称", "*称号", "认定日期（必填）", "批次")
AWARD = (CODES[0], "", "高新技术企业", "2023年11月1日", "一")


def check(
    pack: Pack, raw: bytes, register: str = "qualification", viewer: Viewer = OPERATOR, name: str = "a.csv"
) -> Preview:
    return check_import(pack, viewer, register, name, raw)


def told(preview: Preview) -> list[tuple[int, str, str]]:
    return [(preview.line(one), one.column, one.code) for one in preview.problems]


def counts(preview: Preview) -> tuple[int, int, int, int]:
    return preview.new, preview.same, preview.changed, preview.wrong_rows


def refused(code: str) -> pytest.RaisesExc[InnoCityError]:
    return pytest.RaisesExc(InnoCityError, check=lambda error: error.code == code and bool(error.remedy))


def test_a_sheet_is_previewed_committed_and_then_the_same(firms: Pack) -> None:
    raw = sheet(HEAD, AWARD, (CODES[1], "", "hnte", "20230501", ""))
    preview = check(firms, raw)
    assert counts(preview) == (2, 0, 0, 0) and preview.ok
    before = Fact.objects.count()
    done = commit_import(firms, OPERATOR, preview, digest=preview.digest)
    assert (done.new, done.changed, Fact.objects.count()) == (2, 0, before + 2)
    one = Fact.objects.get(fact_id="qualification-r000001")
    assert one.data == {"title": "hnte", "issued_on": "2023-11-01", "batch": "一"} and one.party_id == "A"
    assert one.source == firms.registers["qualification"].source and one.recorded_at is not None
    again = check(firms, raw)
    assert counts(again) == (0, 2, 0, 0)
    assert commit_import(firms, OPERATOR, again).entry is None
    assert verify_audit(OPERATOR).whole


def test_a_changed_cell_is_shown_and_becomes_the_next_revision(firms: Pack) -> None:
    commit_import(firms, OPERATOR, check(firms, sheet(HEAD, AWARD)))
    preview = check(firms, sheet(HEAD, (*AWARD[:4], "二"), (CODES[1], "", "hnte", "2023-05-01", "")))
    assert counts(preview) == (1, 0, 1, 0)
    (change,) = preview.changes()
    assert (change.line, change.party, change.columns) == (2, "甲（威海）公司", (("批次", "一", "二"),))
    done = commit_import(firms, OPERATOR, preview, reason="公告更正")
    revisions = list(Fact.objects.filter(fact_id=change.fact_id).order_by("revision"))
    assert [(one.revision, one.current, one.data["batch"]) for one in revisions] == [(1, False, "一"), (2, True, "二")]
    assert (revisions[1].supersedes_id, revisions[1].reason) == (revisions[0].id, "公告更正")
    assert RegisterState.objects.get(register="qualification").rows == 2
    assert {one.entry for one in Fact.objects.filter(register="qualification", current=True)} == {done.entry}
    assert verify_audit(OPERATOR).whole


def test_what_a_sheet_leaves_out_stays_and_a_blank_cell_takes_away(firms: Pack) -> None:
    commit_import(firms, OPERATOR, check(firms, sheet((*HEAD, "证书编号"), (*AWARD, "GR1"))))
    preview = check(firms, sheet(HEAD, (*AWARD[:4], "")))
    assert [one.columns for one in preview.changes()] == [(("批次", "一", ""),)]
    commit_import(firms, OPERATOR, preview)
    latest = Fact.objects.get(register="qualification", current=True)
    assert latest.data == {"title": "hnte", "issued_on": "2023-11-01", "certificate_no": "GR1"}


def test_each_wrong_row_is_told_with_its_remedy_and_nothing_is_written(firms: Pack) -> None:
    raw = sheet(
        HEAD, AWARD,
        (CODES[1], "甲（威海）公司", "hnte", "2023-05-01", ""),
        ("", "同名公司", "hnte", "2023-05-01", ""),
        ("", "", "hnte", "2023-05-01", ""),
        ("91990000000000027X", "", "高新企业", "2023-02-30", ""),
        (CODES[1], "", "", "", ""),
    )  # fmt: skip
    preview = check(firms, raw)
    assert told(preview) == [
        (3, "主体名称", "E-IMPORT-PARTY-DIFFERS"),
        (4, "主体名称", "E-IMPORT-PARTY"),
        (5, "主体名称", "E-IMPORT-PARTY"),
        (6, "*称号", "E-IMPORT-CODE"),
        (6, "认定日期（必填）", "E-DATE-FORMAT"),
        (6, "统一社会信用代码", "E-IMPORT-CODE-NUMBER"),
        (7, "*称号", "E-FACTS-REQUIRED"),
        (7, "认定日期（必填）", "E-FACTS-REQUIRED"),
    ]
    assert all(one.remedy for one in preview.problems) and counts(preview) == (1, 0, 0, 5)
    before = (Fact.objects.count(), Party.objects.count(), AuditEntry.objects.count())
    with refused("E-IMPORT-WRONG"):
        commit_import(firms, OPERATOR, preview)
    assert (Fact.objects.count(), Party.objects.count(), AuditEntry.objects.count()) == before


def test_the_sheet_comes_back_with_its_errors_and_is_read_again_once_put_right(firms: Pack) -> None:
    raw = sheet(HEAD, AWARD, (CODES[1], "", "高新企业", "2023-05-01", "=1+1"))
    book_ = CalamineWorkbook.from_filelike(io.BytesIO(errors_file(check(firms, raw))))
    rows = book_.get_sheet_by_index(0).to_python()
    assert rows[0] == [*HEAD, "错误与改法"] and rows[1][-1] == ""
    assert "E-IMPORT-CODE" in rows[2][-1] and "是不是 高新技术企业" in rows[2][-1]
    rows[2][2] = "高新技术企业"
    assert counts(check(firms, book(*rows), name="b.xlsx")) == (2, 0, 0, 0)


def test_a_commit_of_something_else_than_the_preview_is_refused(firms: Pack) -> None:
    seen = check(firms, sheet(HEAD, AWARD))
    other = check(firms, sheet(HEAD, (*AWARD[:4], "二")))
    with refused("E-IMPORT-CHANGED"):
        commit_import(firms, OPERATOR, other, digest=seen.digest)
    assert check(firms, sheet(HEAD, AWARD), viewer=SCIENCE).digest != seen.digest
    commit_import(firms, OPERATOR, other)
    with refused("E-IMPORT-CHANGED"):
        commit_import(firms, OPERATOR, seen, digest=seen.digest)
    assert check(firms, sheet(HEAD, AWARD)).digest != seen.digest


def test_facts_alike_but_for_a_sum_are_told_apart_by_their_numbers(firms: Pack) -> None:
    head = ("统一社会信用代码", "合同登记编号", "支付日期", "支付金额（万元）")
    two = sheet(head, (CODES[0], "H1", "2023-05-01", "1.5"), (CODES[0], "H1", "2023-05-01", "2"))
    commit_import(firms, OPERATOR, check(firms, two, "contract_payment"))
    assert sorted(one.data["amount"] for one in Fact.objects.filter(register="contract_payment")) == [1500000, 2000000]
    assert counts(check(firms, two, "contract_payment")) == (0, 2, 0, 0)
    one = sheet(head, (CODES[0], "H1", "2023-05-01", "3"))
    assert told(check(firms, one, "contract_payment")) == [(2, "事实编号", "E-IMPORT-AMBIGUOUS")]
    named = sheet(("事实编号", *head), ("contract_payment-r000001", CODES[0], "H1", "2023-05-01", "3"),
                  ("新增", CODES[0], "H1", "2023-05-01", "4"))  # fmt: skip
    preview = check(firms, named, "contract_payment")
    assert [one.columns for one in preview.changes()] == [(("支付金额", "15000.00元", "30000.00元"),)]
    assert (commit_import(firms, OPERATOR, preview).new, verify_audit(OPERATOR).whole) == (1, True)


def test_the_same_row_twice_is_told(firms: Pack) -> None:
    assert told(check(firms, sheet(HEAD, AWARD, AWARD))) == [(3, "", "E-IMPORT-TWICE")]
    commit_import(firms, OPERATOR, check(firms, sheet(HEAD, AWARD)))
    assert told(check(firms, sheet(HEAD, AWARD, AWARD))) == [(3, "", "E-IMPORT-TWICE")]


def test_numbers_of_facts_that_are_not_theirs_are_refused(firms: Pack) -> None:
    commit_import(firms, OPERATOR, check(firms, sheet(HEAD, AWARD)))
    head = ("事实编号", *HEAD)
    number = "qualification-r000001"
    other = sheet(head, (number, CODES[1], *AWARD[1:]), (number, *AWARD))
    assert told(check(firms, other)) == [(2, "事实编号", "E-IMPORT-FACT"), (3, "事实编号", "E-IMPORT-TWICE")]
    own = check(firms, sheet(head, ("OFFICE-7", CODES[1], *AWARD[1:])))
    assert commit_import(firms, OPERATOR, own).new == 1 and Fact.objects.filter(fact_id="OFFICE-7").exists()


def test_numbers_that_a_sheet_or_a_folder_brings_are_never_given_out_again(firms: Pack) -> None:
    head = ("事实编号", *HEAD)
    given = sheet(head, ("qualification-r000002", *AWARD), ("新增", CODES[1], *AWARD[1:]), ("", CODES[2], *AWARD[1:]))
    commit_import(firms, OPERATOR, check(firms, given))
    ids = [f"qualification-r00000{number}" for number in (2, 3, 4)]
    assert sorted(Fact.objects.filter(register="qualification").values_list("fact_id", flat=True)) == ids
    row = {"party_id": "A", "title": "hnte", "issued_on": "2024-01-01", "fact_id": "qualification-r000006"}
    record_rows(firms, OPERATOR, "qualification", [row])
    after = sheet(HEAD, (*AWARD[:3], "2025-01-01", ""), (*AWARD[:3], "2026-01-01", ""))
    assert commit_import(firms, OPERATOR, check(firms, after)).new == 2


def test_many_rows_new_and_changed_are_written_whole_and_in_order(firms: Pack) -> None:
    head = ("统一社会信用代码", "合同登记编号", "支付日期", "支付金额", "发票号")

    def rows(numbers: range, sum_: str) -> list[tuple[str, ...]]:
        return [(CODES[i % 3], f"H{i}", "2023-05-01", sum_, f'"{i}"\\') for i in numbers]

    first = check(firms, sheet(head, *rows(range(60), "1")), "contract_payment")
    commit_import(firms, OPERATOR, first)
    second = check(firms, sheet(head, *rows(range(33, 137), "2")), "contract_payment")
    assert counts(second) == (77, 0, 27, 0)
    commit_import(firms, OPERATOR, second, reason="对账")
    facts = Fact.objects.filter(register="contract_payment", current=True).order_by("fact_id")
    said = [(one.data["registration_no"], one.data["amount"], one.data["invoice_no"], one.revision, one.reason)
            for one in facts]  # fmt: skip
    assert said == [
        (f"H{i}", 100 if i < 33 else 200, f'"{i}"\\', 2 if 33 <= i < 60 else 1, "对账" if 33 <= i < 60 else "")
        for i in range(137)
    ]
    past = Fact.objects.filter(register="contract_payment", current=False)
    assert {one.fact_id for one in past} == {one.fact_id for one in facts if one.revision == 2}
    assert all(one.supersedes.fact_id == one.fact_id for one in facts if one.supersedes)
    assert verify_audit(OPERATOR).whole


def test_a_workbook_with_days_numbers_and_truths_is_read_as_people_read_it(firms: Pack) -> None:
    head = ["社会信用代码", "合同登记编号", "是否备案", "支付日期", "支付金额", "凭证号", "发票号"]
    raw = book(
        ["技术合同支付汇总"], head, [CODES[0], 20230001, True, date(2023, 5, 1), 1234.56, "001", 12.5],
        ["", "", "", "", "", "", ""], [CODES[1], "H2", "否", "2023/5/2", "1.2万元", "'=1", ""],
        说明=[["这一页没有表头"]],
    )  # fmt: skip
    preview = check(firms, raw, "contract_payment", name="a.xlsx")
    assert told(preview) == [] and preview.sheet.lines == (3, 5)
    commit_import(firms, OPERATOR, preview)
    assert [one.data for one in Fact.objects.filter(register="contract_payment").order_by("fact_id")] == [
        {"registration_no": "20230001", "filed": True, "paid_on": "2023-05-01", "amount": 123456, "voucher_no": "001",
         "invoice_no": "12.5"},
        {"registration_no": "H2", "filed": False, "paid_on": "2023-05-02", "amount": 1200000, "voucher_no": "=1"},
    ]  # fmt: skip


def test_a_number_that_has_lost_its_last_digits_is_refused(firms: Pack) -> None:
    raw = book([CODES and "主体编号", "称号", "认定日期", "证书编号"], ["A", "hnte", "2023-05-01", 202337000123456789])
    assert told(check(firms, raw, name="a.xlsx")) == [(2, "证书编号", "E-IMPORT-DIGITS")]


def test_unknown_headings_and_two_of_a_kind_are_told(firms: Pack) -> None:
    raw = sheet((*HEAD, "证书编码", "主体名称", "序号"), (*AWARD, "x", "", "1"))
    assert [code for _, _, code in told(check(firms, raw))] == ["E-SHEET-HEADING", "E-SHEET-HEADING"]
    assert "是不是 证书编号" in check(firms, raw).problems[0].remedy


def test_two_sheets_with_headings_must_be_chosen_from(firms: Pack) -> None:
    raw = book(HEAD, AWARD, 另一张=[HEAD, (CODES[1], *AWARD[1:])])
    with refused("E-SHEET-SEVERAL"):
        check(firms, raw, name="a.xlsx")
    assert check_import(firms, OPERATOR, "qualification", "a.xlsx", raw, sheet="另一张").work.parties.ids == ["B"]  # type: ignore[union-attr]


def test_a_new_firm_comes_by_its_code_and_a_new_person_with_an_enciphered_number(firms: Pack) -> None:
    code = "91990000000000051D"
    raw = sheet(("统一社会信用代码", "名称"), (code, "新公司"), (CODES[0], "更名公司"))
    preview = check(firms, raw, "organization")
    assert counts(preview) == (1, 0, 1, 0)
    commit_import(firms, OPERATOR, preview)
    assert (Party.objects.get(code=code).name, Party.objects.get(id="A").name) == ("新公司", "更名公司")
    people = sheet(("证件号码", "姓名", "工作单位"), (PERSON_NUMBER, "某人", CODES[0]))
    preview = check(firms, people, "person")
    commit_import(firms, OPERATOR, preview)
    person = Party.objects.get(kind="person")
    assert decipher(person.protected_id) == PERSON_NUMBER and PERSON_NUMBER not in person.id
    assert Fact.objects.get(register="person").data["employer"] == "A"
    assert counts(check(firms, people, "person")) == (0, 1, 0, 0)
    for entry in AuditEntry.objects.all():
        assert PERSON_NUMBER not in entry.details


def test_a_wrong_id_number_is_never_shown(firms: Pack) -> None:
    preview = check(firms, sheet(("证件号码", "姓名"), ("371002199001011239", "某人")), "person")
    assert [one.code for one in preview.problems] == ["E-IMPORT-CODE-NUMBER"]
    assert "3710021990" not in str(preview.as_dict())


def test_who_may_write_decides_who_may_import(firms: Pack) -> None:
    raw = sheet(HEAD, AWARD, (CODES[1], *AWARD[1:]))
    assert counts(check(firms, raw, viewer=SCIENCE)) == (2, 0, 0, 0)
    for viewer in (Viewer(), FIRM, Viewer("leader", "l"), Viewer("officer", "x", unit="wh_tax")):
        for act in (lambda v: check(firms, raw, viewer=v), lambda v: template(firms, v, "qualification")):
            with refused("E-RECORDS-DENIED"):
                act(viewer)
    assert {code for _, _, code in told(check(firms, raw, viewer=COUNTY))} <= {"E-RECORDS-DENIED", "E-IMPORT-PARTY"}
    assert [line for line, _, _ in told(check(firms, raw, viewer=COUNTY))] == [3]
    with refused("E-RECORDS-DENIED"):
        commit_import(firms, FIRM, check(firms, raw))


@pytest.mark.parametrize("register", sorted(OWN_VERBS))
def test_registers_with_verbs_of_their_own_are_not_imported(register: str, city: Pack) -> None:
    if register in city.registers:
        with refused("E-IMPORT-REGISTER"):
            check(city, sheet(("指标",), ("x",)), register)


def test_simulated_rows_never_enter_a_real_database(firms: Pack) -> None:
    raw = sheet((*HEAD, "数据性质"), (*AWARD, "模拟"))
    assert told(check(firms, raw)) == [(2, "数据性质", "E-RECORDS-SIMULATED")]
    Instance.objects.update(simulated=True)
    assert check(firms, raw).ok


def test_every_register_has_a_template_whose_example_is_passed_over(firms: Pack) -> None:
    for register in firms.registers.values():
        if register.id in OWN_VERBS:
            continue
        for kind in ("xlsx", "csv"):
            with refused("E-IMPORT-EMPTY"):
                check(firms, template(firms, OPERATOR, register.id, kind), register.id, name=f"t.{kind}")


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_what_is_exported_can_be_imported_again_unchanged(kind: str, firms: Pack) -> None:
    commit_import(firms, OPERATOR, check(firms, sheet((*HEAD, "证书编号"), (*AWARD, "=HYPERLINK(1)"))))
    for register in ("qualification", "organization"):
        raw = export_register(firms, OPERATOR, register, kind)  # type: ignore[arg-type]
        preview = check(firms, raw, register, name=f"e.{kind}")
        assert told(preview) == [] and preview.same == preview.rows > 0


def test_an_export_holds_what_its_asker_may_see(firms: Pack) -> None:
    people = sheet(("证件号码", "姓名"), (PERSON_NUMBER, "某某人"))
    commit_import(firms, OPERATOR, check(firms, people, "person"))
    commit_import(firms, OPERATOR, check(firms, sheet(HEAD, AWARD, (CODES[1], *AWARD[1:]))))
    rows = {viewer.role: export_register(firms, viewer, "qualification", "csv").decode("utf-8-sig").splitlines()
            for viewer in (OPERATOR, FIRM, Viewer())}  # fmt: skip
    assert {role: len(lines) - 1 for role, lines in rows.items()} == {"operator": 2, "firm": 1, "anonymous": 0}
    leader = export_register(firms, Viewer("leader", "l"), "person", "csv").decode("utf-8-sig")
    assert "某某人" not in leader and "姓名" not in leader
    assert PERSON_NUMBER not in export_register(firms, OPERATOR, "person", "csv").decode("utf-8-sig")


RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"]


def test_no_cell_of_an_export_is_taken_for_a_formula() -> None:
    rows = [[text, -1, Decimal("-2.50"), date(2023, 5, 1), True, None] for text in RISKY]
    lines = list(csv.reader(io.StringIO(export("表", ["甲"] * 6, rows, "csv").decode("utf-8-sig"), newline="")))
    assert all(line[0][0] == "'" for line in lines[1:]) and lines[1][1:] == ["-1", "-2.50", "2023-05-01", "是", ""]
    made = CalamineWorkbook.from_filelike(io.BytesIO(export("表", ["甲"] * 6, rows)))
    found = made.get_sheet_by_index(0).to_python()
    assert [line[0] for line in found[1:]] == [text.replace("\r", "\n") for text in RISKY] or len(found) == 8
    assert found[1][1:4] == [-1.0, -2.5, date(2023, 5, 1)]
    assert b"<f>" not in export("表", ["=1"], rows)


def test_simulated_data_are_marked_in_every_file(firms: Pack) -> None:
    Instance.objects.update(simulated=True)
    text = export_register(firms, OPERATOR, "organization", "csv").decode("utf-8-sig").splitlines()
    assert text[0].endswith("数据性质") and all(line.endswith("模拟") for line in text[1:])
    made = CalamineWorkbook.from_filelike(io.BytesIO(export_register(firms, OPERATOR, "organization")))
    assert made.sheet_names[0].startswith("模拟")
    rows = made.get_sheet_by_index(0).to_python()
    assert rows[0][0].startswith("模拟数据") and {row[-1] for row in rows[2:]} == {"模拟"}


def test_an_unknown_heading_does_not_hide_what_is_wrong_with_the_rows(firms: Pack) -> None:
    """People mend a file once: all of it is told at once, the heading first."""
    raw = sheet((*HEAD, "备注"), (*AWARD, "甲"), (CODES[0], "", "没有的称号", "2023年13月1日", "一", "乙"),
                (CODES[0], "", "", "2023年11月2日", "一", ""), ("", "没有这家", *AWARD[2:], ""))  # fmt: skip
    preview = check(firms, raw)
    assert [code for _, _, code in told(preview)] == [
        "E-SHEET-HEADING", "E-IMPORT-CODE", "E-DATE-FORMAT", "E-FACTS-REQUIRED", "E-IMPORT-PARTY",
    ]  # fmt: skip
    assert preview.wrong_rows == 3 and preview.work is None, "nothing is written while a heading is unknown"
