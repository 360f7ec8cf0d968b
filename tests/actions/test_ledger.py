"""Ledgers: rows are added whole or not at all, and what stood there stays."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from innocity.actions import file_lock, ledger_csv
from innocity.actions.ledger import ledger
from innocity.actions.ledger_csv import CsvLedger
from innocity.core.errors import ErrorList, InnoCityError, InnoCityErrors
from innocity.packs.load import load_pack
from innocity.packs.model import Code, CodeList, Column, Register

REGISTER = Register(
    id="visit", name="走访", source="记录", purpose="试验", refresh="随时",
    columns=(
        Column(id="kind", name="类别", type="code", codes="kind", required=True),
        Column(id="spent", name="花费", type="money", max="100万元"),  # type: ignore[arg-type]
        Column(id="done", name="完成", type="bool"),
        Column(id="held_on", name="日期", type="date"),
        Column(id="people", name="人数", type="integer"),
        Column(id="text", name="说明", type="text"),
    ),
)  # fmt: skip
CODES = {"kind": CodeList(id="kind", name="类别", codes=(Code(id="firm", name="企业"), Code(id="school", name="学校")))}
DAY = date(2024, 1, 5)


@pytest.fixture
def book(tmp_path: Path) -> CsvLedger:
    return CsvLedger(REGISTER, tmp_path / "town" / "visit.csv", CODES, today=lambda: DAY)


def codes_of(error: InnoCityError) -> set[str]:
    return {one.code for one in error.errors} if isinstance(error, InnoCityErrors) else {error.code}


def test_nothing_recorded_is_no_error(book: CsvLedger) -> None:
    assert book.rows() == []
    assert book.append([]) == []
    assert not book.path.exists()


def test_rows_come_back_typed_with_their_lines(book: CsvLedger) -> None:
    full = {"party_id": "a", "kind": "firm", "spent": "1.5万元", "done": "是", "held_on": "2024-01-03",
            "people": "1,200", "text": "一，二\n三\"四"}  # fmt: skip
    made = book.append([full, {"party_id": "b", "kind": "school"}])
    assert [row["fact_id"] for row in made] == ["visit-000001", "visit-000002"]
    first, second = book.rows()
    assert (first["spent"], first["done"], first["held_on"], first["people"]) == (
        1_500_000,
        True,
        date(2024, 1, 3),
        1200,
    )
    assert first["text"] == '一，二\n三"四'
    assert first["recorded_at"] == DAY
    assert second["spent"] is None and second.get("text", "无") == "无"
    assert (first.line, second.line) == (2, 4), "a cell with a line break takes two lines"
    assert str(second.place).endswith("visit.csv:4")


def test_spreadsheets_read_the_file(book: CsvLedger) -> None:
    book.append([{"party_id": "a", "kind": "firm"}])
    assert book.path.read_bytes().startswith(b"\xef\xbb\xbffact_id,party_id,")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"party_id": "a"}, "E-FACTS-REQUIRED"),
        ({"kind": "firm"}, "E-FACTS-REQUIRED"),
        ({"party_id": "a", "kind": "bank"}, "E-FACTS-CODE"),
        ({"party_id": "a", "kind": "firm", "spent": "100.001"}, "E-FACTS-TYPE"),
        ({"party_id": "a", "kind": "firm", "spent": "101万元"}, "E-FACTS-VALUE"),
        ({"party_id": "a", "kind": "firm", "held_on": "2024-02-30"}, "E-FACTS-TYPE"),
        ({"party_id": "a", "kind": "firm", "people": "很多"}, "E-FACTS-TYPE"),
        ({"party_id": "a", "kind": "firm", "text": "看不见\x00的字"}, "E-FACTS-TYPE"),
        ({"party_id": "a", "kind": "firm", "price": "3"}, "E-FACTS-COLUMN-EXTRA"),
        ({"party_id": "a", "kind": "firm", "fact_id": "visit-000001"}, "E-FACTS-DUPLICATE"),
    ],
)
def test_one_bad_row_keeps_all_out(book: CsvLedger, cells: dict[str, str], code: str) -> None:
    book.append([{"party_id": "a", "kind": "firm"}])
    before = book.path.read_bytes()
    with pytest.raises(InnoCityError) as refused:
        book.append([{"party_id": "good", "kind": "school"}, cells])
    assert codes_of(refused.value) == {code}
    assert "第 2 行" in str(refused.value)
    assert book.path.read_bytes() == before
    assert sorted(os.listdir(book.path.parent)) == [".ledgers.lock", "visit.csv"], "no half-written file stays"


def test_all_that_is_wrong_is_told_at_once(book: CsvLedger) -> None:
    with pytest.raises(InnoCityErrors) as refused:
        book.append([{"party_id": "a"}, {"party_id": "b", "kind": "bank"}])
    assert len(refused.value.errors) == 2


def test_what_stood_there_stays_byte_for_byte(book: CsvLedger) -> None:
    book.path.parent.mkdir()
    old = '事实编号,主体编号,登记日期,类别,说明\nv1,a,2024-01-01,firm,"引号, 里的"\n'
    book.path.write_text(old, encoding="utf-8")
    book.append([{"party_id": "b", "kind": "school", "text": "新"}])
    assert book.path.read_text(encoding="utf-8-sig").startswith(old)
    assert [row["fact_id"] for row in book.rows()] == ["v1", "visit-000002"]


def test_a_column_that_the_file_lacks_is_added_to_it(book: CsvLedger) -> None:
    book.path.parent.mkdir()
    book.path.write_text("fact_id,party_id,kind\nv1,a,firm\n", encoding="utf-8")
    book.append([{"party_id": "b", "kind": "school", "people": "3"}])
    assert [(row["party_id"], row["people"]) for row in book.rows()] == [("a", None), ("b", 3)]


def test_files_of_offices_in_their_own_encoding(book: CsvLedger) -> None:
    book.path.parent.mkdir()
    book.path.write_bytes("fact_id,party_id,kind,text\nv1,a,firm,说明\n".encode("gb18030"))
    book.append([{"party_id": "b", "kind": "school", "text": "新"}])
    assert [row["text"] for row in book.rows()] == ["说明", "新"]


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("fact_id,party_id,kind\nv1,a\n", "E-FACTS-ROW", ":2"),
        ("fact_id,party_id,kind\nv1,a,firm\nv1,b,firm\n", "E-FACTS-DUPLICATE", ":3"),
        ("fact_id,party_id,kind\n\nv1,a,bank\n", "E-FACTS-CODE", ":3"),
        ("fact_id,party_id,colour\nv1,a,red\n", "E-FACTS-COLUMN-EXTRA", ":1"),
        ('fact_id,party_id,kind\nv1,a,"firm\n', "E-FACTS-ROW", ":2"),
        ("fact_id,party_id,kind\nv1,a,firm\nv2,b", "E-LEDGER-CUT", ":3"),
        ('fact_id,party_id,kind,text\nv1,a,firm,"说明', "E-LEDGER-CUT", ":2"),
    ],
)
def test_a_damaged_file_names_its_line_and_takes_no_rows(book: CsvLedger, text: str, code: str, place: str) -> None:
    book.path.parent.mkdir()
    book.path.write_text(text, encoding="utf-8")
    for use in (book.rows, lambda: book.append([{"party_id": "b", "kind": "school"}])):
        with pytest.raises(InnoCityError) as refused:
            use()
        assert code in codes_of(refused.value)
        assert f"visit.csv{place}" in str(refused.value)
    assert book.path.read_text(encoding="utf-8") == text


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("v2,b\n", "E-FACTS-ROW"), ("v2,b,bank\n", "E-FACTS-CODE"), ("v1,b,firm\n", "E-FACTS-DUPLICATE"),
        ("v2,,firm\n", "E-FACTS-REQUIRED"),
    ],
)  # fmt: skip
def test_who_reads_goes_on_without_a_bad_line_and_hears_of_it(book: CsvLedger, bad: str, code: str) -> None:
    book.path.parent.mkdir()
    book.path.write_text(f"fact_id,party_id,kind\nv1,a,firm\n{bad}v3,c,school\n", encoding="utf-8")
    faults = ErrorList()
    assert [row["fact_id"] for row in book.rows(faults)] == ["v1", "v3"]
    assert [(one.code, one.place.line if one.place else None) for one in faults] == [(code, 3)]


def test_a_last_line_without_its_end_is_left_out_and_never_joined_to_the_next(book: CsvLedger) -> None:
    book.path.parent.mkdir()
    book.path.write_text("fact_id,party_id,kind\nv1,a,firm\nv2,b", encoding="utf-8")
    faults = ErrorList()
    assert [row["fact_id"] for row in book.rows(faults)] == ["v1"]
    assert "没有写完" in faults.items[0].message and "备份" in (faults.items[0].remedy or "")
    with pytest.raises(InnoCityError):
        book.append([{"party_id": "b", "kind": "school"}])


def test_a_whole_last_line_needs_no_line_end(book: CsvLedger) -> None:
    book.path.parent.mkdir()
    book.path.write_text("fact_id,party_id,kind\nv1,a,firm", encoding="utf-8")
    book.append([{"party_id": "b", "kind": "school"}])
    assert [row["party_id"] for row in book.rows()] == ["a", "b"]


def test_a_disk_that_fails_loses_nothing(book: CsvLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    book.append([{"party_id": "a", "kind": "firm"}])
    before = book.path.read_bytes()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(ledger_csv.os, "fsync", full)
    with pytest.raises(InnoCityError) as refused:
        book.append([{"party_id": "b", "kind": "firm"}])
    assert refused.value.code == "E-LEDGER-WRITE"
    assert book.path.read_bytes() == before
    assert not list(book.path.parent.glob("*.tmp"))


@contextmanager
def held_elsewhere(book: CsvLedger) -> Iterator[None]:
    """Another writer holds the lock, as another program would."""
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with book.locked():
            taken.set()
            done.wait(60)

    writer = threading.Thread(target=hold)
    writer.start()
    assert taken.wait(60)
    try:
        yield
    finally:
        done.set()
        writer.join()


def test_a_writer_that_does_not_let_go_is_told(book: CsvLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "LOCK_SECONDS", 0.1)
    with held_elsewhere(CsvLedger(REGISTER, book.path, CODES)), pytest.raises(InnoCityError) as refused:
        book.append([{"party_id": "a", "kind": "firm"}])
    assert refused.value.code == "E-LEDGER-LOCKED"


def _write(path: Path, party: str) -> None:
    book = CsvLedger(REGISTER, path, CODES)
    for number in range(10):
        book.append(
            [{"party_id": f"{party}{number}", "kind": "firm"}, {"party_id": f"{party}{number}+", "kind": "firm"}]
        )


def test_writers_side_by_side_lose_no_row(book: CsvLedger) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write, args=(book.path, party)) for party in "甲乙丙"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
        assert writer.exitcode == 0
    rows = book.rows()
    assert len(rows) == len({row["fact_id"] for row in rows}) == 60
    parties = [row["party_id"] for row in rows]
    assert all(after == f"{before}+" for before, after in zip(parties[::2], parties[1::2], strict=True))


def test_ledgers_of_a_city(tmp_path: Path) -> None:
    pack = load_pack("weihai")
    assert ledger(pack, "observation", tmp_path).path == tmp_path / "weihai" / "observation.csv"
    with pytest.raises(InnoCityError) as refused:
        ledger(pack, "observations", tmp_path)
    assert refused.value.code == "E-FACTS-REGISTER" and "observation" in (refused.value.remedy or "")


@pytest.mark.parametrize(
    "text", ['=HYPERLINK("http://x","y")', "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"]
)
def test_what_a_spreadsheet_would_run_is_refused(book: CsvLedger, text: str) -> None:
    with pytest.raises(InnoCityError) as refused:
        book.append([{"party_id": "a", "kind": "firm", "text": text}])
    assert codes_of(refused.value) == {"E-FACTS-VALUE"} and not book.path.exists()


def test_lists_and_negative_numbers_are_no_formulas(book: CsvLedger) -> None:
    book.append([{"party_id": "a", "kind": "firm", "text": "- 一项\n- 两项", "people": "-3", "spent": "-1万元"}])
    assert book.rows()[0]["people"] == -3


def test_the_lock_is_held_over_check_and_write(book: CsvLedger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_lock, "LOCK_SECONDS", 0.1)
    other = CsvLedger(REGISTER, book.path.with_name("walk.csv"), CODES, today=lambda: DAY)
    with held_elsewhere(book):
        with pytest.raises(InnoCityError) as refused:
            other.append([{"party_id": "b", "kind": "firm"}])
        assert refused.value.code == "E-LEDGER-LOCKED", "one lock serves all ledgers of a city"
    with book.locked():
        book.append([{"party_id": "a", "kind": "firm"}])
        other.append([{"party_id": "b", "kind": "firm"}])
    assert [row["party_id"] for row in (*book.rows(), *other.rows())] == ["a", "b"]


def test_a_mark_before_chinese_bytes_is_no_part_of_a_heading(book: CsvLedger) -> None:
    book.append([{"party_id": "a", "kind": "firm", "text": "国标"}])
    book.path.write_bytes(("\ufeff" + book.path.read_text("utf-8-sig")).encode("gb18030"))
    assert book.rows()[0]["text"] == "国标"
