"""Promise: a sheet of 100,000 rows is checked and recorded at 20,000 rows a second or more, on SQLite.

The rival does what is usual: the csv module or the workbook reader, a model object a row, one `save()` each, in one
transaction. It saves a sample of the rows; both are given as rows a second, in turns of the same run.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench.measure import Result

RATE = 20_000  # rows a second
FIRMS, SAMPLE = 5_000, 2_000
HEADINGS = (
    "统一社会信用代码",
    "合同登记编号",
    "合同类型",
    "是否备案",
    "支付日期",
    "合同签订日期",
    "支付金额",
    "凭证号",
    "发票号",
)


def sheets(scratch: Path, rows: int, times: int) -> list[Result]:
    """Check and commit of a register's sheet, as CSV and as a workbook."""
    folder = scratch / "imports"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ |= {"INNOCITY_VAR": str(folder), "INNOCITY_DATABASE_URL": f"sqlite:///{folder}/x.sqlite3"}
    pack, viewer, codes = _city()
    from innocity.actions.sheet_writing import write_csv, write_xlsx

    found = []
    for kind, write in (("csv", write_csv), ("xlsx", lambda h, r: write_xlsx("表", h, r))):
        ours, rival = [], []
        for turn in range(times):
            raw = write(HEADINGS, _rows(pack, codes, rows, f"{kind}{turn}"))
            ours.append(rows / _seconds(partial(_import, pack, viewer, f"a.{kind}", raw)))
            rival.append(SAMPLE / _seconds(lambda: _saved(_rows(pack, codes, SAMPLE, "rival"))))
        mine, other = statistics.median(ours), statistics.median(rival)
        target, met = (f">= {RATE:,}/s", mine >= RATE) if kind == "csv" else ("", None)
        found.append(
            Result(f"import ({kind})", round(mine), "rows/s", "an object a row",
                   round(other),
                   round(mine / other, 1), target, met,
                   f"{rows:,} rows of contract payments, checked and recorded on SQLite")
        )  # fmt: skip
    return found


def _city() -> tuple[Any, Any, list[str]]:
    """An instance with some firms."""
    from stdnum.cn import uscc

    from innocity.actions.adopt_pack import adopt_pack
    from innocity.actions.record_facts import record_rows
    from innocity.packs.load import load_pack
    from innocity.records.prepare import prepare
    from innocity.records.viewer import Viewer

    prepare(migrate=True)
    pack, viewer = load_pack("weihai"), Viewer.operator("bench")
    adopt_pack(pack, viewer)
    heads = [f"9199000000{number:07d}" for number in range(FIRMS)]
    codes = [head + uscc.calc_check_digit(head) for head in heads]
    rows = [{"party_id": f"F{i}", "uscc": code, "name": f"模拟企业{i}"} for i, code in enumerate(codes)]
    record_rows(pack, viewer, "organization", rows)
    return pack, viewer, codes


def _rows(pack: Any, codes: Sequence[str], count: int, batch: str) -> list[list[Any]]:
    types = [one.name for one in pack.codes["contract_type"].codes]
    first = date(2023, 1, 1)
    return [
        [codes[i * 7 % len(codes)], f"{batch}-{i:08d}", types[i % len(types)], "是" if i % 3 else "否",
         first + timedelta(days=i % 365), first - timedelta(days=i % 50), 1000 + i * 1.25, f"PZ{i}", f"FP{i:010d}"]
        for i in range(count)
    ]  # fmt: skip


def _import(pack: Any, viewer: Any, name: str, raw: bytes) -> None:
    from innocity.actions.check_import import check_import
    from innocity.actions.import_sheet import commit_import

    commit_import(pack, viewer, check_import(pack, viewer, "contract_payment", name, raw))


def _saved(rows: Sequence[Sequence[Any]]) -> None:
    """The rival: a text a row read back, one object, one `save()`; undone in the end."""
    from django.db import transaction

    from innocity.records.models import Fact, Party

    file = io.StringIO()
    csv.writer(file).writerows([HEADINGS, *rows])
    with transaction.atomic():
        for number, row in enumerate(csv.DictReader(io.StringIO(file.getvalue()))):
            party = Party.objects.get(code=row[HEADINGS[0]])
            Fact(register="contract_payment", fact_id=f"rival{number}", party=party, data=row, entry=0).save()
        transaction.set_rollback(True)


def _seconds(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
