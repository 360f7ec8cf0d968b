"""Files that break, deceive or flood a reader are refused with a code and a remedy, in little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from innocity.actions.sheet_headings import known_headings
from innocity.actions.spreadsheet import Sheet, read_spreadsheet
from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack
from innocity.packs.model import Register
from tests.actions.hostile_sheets import FILES, HEADINGS, ROW, book, book_parts, sheet_xml, zipped

GROWTH_MB = 300
_MEASURE = """
import json, sys
from tests.actions.hostile_sheets import FILES
from tests.actions.test_import_hostile import read, register

def kept(what):
    return int(next(line for line in open("/proc/self/status") if line.startswith(what)).split()[1])

known, grown = register(), {}
for what, (name, code, make) in FILES.items():
    if code != "E-SHEET-SIZE":
        continue
    raw = make()
    open("/proc/self/clear_refs", "w").write("5")  # the high-water mark begins anew
    before = kept("VmRSS")
    try:
        read(known, name, raw)
    except Exception as error:
        grown[what] = [error.code, (kept("VmHWM") - before) // 1024]
print(json.dumps(grown))
"""


def register() -> Register:
    return load_pack("weihai").registers["qualification"]


@pytest.fixture(scope="module")
def qualification() -> Register:
    return register()


def read(known: Register, name: str, raw: bytes) -> Sheet:
    return read_spreadsheet(name, raw, lambda texts: known_headings(known, texts))


def test_there_are_enough_of_them() -> None:
    assert sum(bool(code) for _, code, _ in FILES.values()) >= 60


@pytest.mark.parametrize("what", FILES)
def test_a_hostile_file_is_refused_and_a_sound_one_is_read(what: str, qualification: Register) -> None:
    name, code, make = FILES[what]
    raw = make()
    if not code:
        found = read(qualification, name, raw)
        assert (found.headings, [tuple(column) for column in zip(*found.columns, strict=True)]) == (HEADINGS, [ROW])
        return
    with pytest.raises(InnoCityError) as refused:
        read(qualification, name, raw)
    assert refused.value.code == code
    assert refused.value.remedy and str(refused.value.place).startswith(name)


def test_what_floods_a_reader_takes_little_memory() -> None:
    run = subprocess.run([sys.executable, "-c", _MEASURE], capture_output=True, text=True, timeout=600)
    assert run.returncode == 0, run.stderr[-1000:]
    grown = json.loads(run.stdout)
    assert set(grown) == {what for what, (_, code, _) in FILES.items() if code == "E-SHEET-SIZE"}
    assert {what: megabytes for what, (_, megabytes) in grown.items() if megabytes >= GROWTH_MB} == {}


@pytest.mark.parametrize("position", range(0, 40))
def test_a_workbook_with_bytes_changed_anywhere_is_read_or_refused(position: int, qualification: Register) -> None:
    raw = bytearray(book())
    at = position * len(raw) // 40
    raw[at : at + 3] = bytes(value ^ 0x5A for value in raw[at : at + 3])
    read_or_refused(qualification, bytes(raw))


@given(st.binary(max_size=2000))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    read_or_refused(_KNOWN, raw)
    read_or_refused(_KNOWN, b"PK\x03\x04" + raw)


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_xml_in_a_sheet_is_read_or_refused(text: str) -> None:
    read_or_refused(_KNOWN, zipped(book_parts(sheet_xml(text).encode("utf-8", "replace"))))


_KNOWN = register()


def read_or_refused(known: Register, raw: bytes) -> None:
    try:
        found: Sequence[object] = read(known, "a.xlsx", raw).columns
    except InnoCityError as error:
        assert error.code.startswith("E-SHEET-") and error.remedy
    else:
        assert len(found) > 0
