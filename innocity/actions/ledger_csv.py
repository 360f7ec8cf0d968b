"""A ledger kept as a CSV file: rows are added whole or not at all, what stood there stays byte for byte."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

from innocity.actions.file_lock import locked
from innocity.actions.ledger_cells import Cells, LedgerRow, filled
from innocity.core.encoding import decode_text
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.packs.invalid import suggest
from innocity.packs.model import CodeList, Register

register_codes({
    "E-LEDGER-CUT": ("台账的最后一行没有写完", "the last line of a ledger is cut off"),
})  # fmt: skip


class CsvLedger:
    """One register's CSV of a city. Headings are column ids (Chinese names are read too), UTF-8 with a mark so that
    spreadsheets show Chinese; cells are what facts folders hold: money in yuan or with a unit.

    `who` is written as the source of rows that name none.
    """

    def __init__(
        self,
        register: Register,
        path: Path,
        codes: Mapping[str, CodeList] | None = None,
        today: Callable[[], date] = date.today,
        who: str = "",
    ) -> None:
        self.register = register
        self.path = path
        self.cells = Cells(register, codes or {})
        self.today = today
        self.who = who
        self.shown = path.name if path.is_absolute() else path.as_posix()

    def rows(self, faults: ErrorList | None = None) -> list[LedgerRow]:
        """All rows in the order they were recorded; none where the file does not exist yet.

        Errors, together, with file and line: E-FACTS-ENCODING, -ROW, -COLUMN-EXTRA, -TYPE, -REQUIRED, -CODE,
        -VALUE, -DUPLICATE, E-LEDGER-CUT. With `faults` they go there and the rows they are about are left out.
        """
        errors = ErrorList() if faults is None else faults
        rows = self._read(errors)[1]
        if faults is None:
            errors.raise_if_any()
        return rows

    def append(self, rows: Sequence[Mapping[str, str]], action: str = "") -> list[LedgerRow]:
        """Record rows (text by column id) all together, or none; return them as they now stand.

        `fact_id` and `recorded_at` are filled in where not given. Errors: as `rows`, the row named by its number;
        E-LEDGER-LOCKED, E-LEDGER-WRITE.
        """
        if not rows:
            return []
        with self.locked():
            errors = ErrorList()
            raw, old = self._read(errors)
            errors.raise_if_any()
            known = {row["fact_id"] for row in old}
            ready = filled(rows, self.today(), known, lambda n: f"{self.register.id}-{n:06d}", len(old))
            if self.who:
                ready = [{**row, "source": row.get("source") or self.who} for row in ready]
            self.cells.new_rows(ready, self.shown, known)
            self._write(raw, ready)
            return self._read(ErrorList())[1][len(old) :]

    def locked(self) -> AbstractContextManager[None]:
        """Keep other programs from writing, so that what is checked still holds when it is recorded.

        Errors: E-LEDGER-LOCKED, E-LEDGER-WRITE.
        """
        return locked(self.path.parent, self.shown)

    def _read(self, errors: ErrorList) -> tuple[str, list[LedgerRow]]:
        """The text of the file and the rows that can be read; what is wrong goes to `errors`."""
        text = self._decoded(errors)
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        rows: list[LedgerRow] = []
        seen: set[str] = set()
        line = 1
        try:
            header = self._header(next(reader, []), errors) if text else None
            if header is None:
                return text, []
            line = reader.line_num + 1
            for cells in reader:
                place, line = Place(self.shown, line), reader.line_num + 1
                if len(cells) != len(header) and reader.line_num == _lines(text) and not text.endswith("\n"):
                    self._cut_off(place, errors)
                elif any(cell.strip() for cell in cells):
                    self._row(header, cells, place, seen, rows, errors)
        except csv.Error as error:
            if not text.endswith("\n"):
                self._cut_off(Place(self.shown, line), errors)
                return text, rows
            place = Place(self.shown, line)
            errors.add("E-FACTS-ROW", f"这一行读不成表格，从它起都没有读：{error}", place, "检查引号是否成对")
        return text, rows

    def _cut_off(self, place: Place, errors: ErrorList) -> None:
        """A line without its end: a copy that broke off, or an editor that was stopped."""
        errors.add(
            "E-LEDGER-CUT", "最后一行没有写完，可能是拷贝或保存中断", place,
            f"从备份补全第 {place.line} 行；补不全的，删去这一行再重新登记",
        )  # fmt: skip

    def _row(
        self, header: Sequence[str], cells: list[str], place: Place, seen: set[str], rows: list[LedgerRow],
        errors: ErrorList,
    ) -> None:  # fmt: skip
        """A line as a row, if it is one."""
        if len(cells) != len(header):
            errors.add("E-FACTS-ROW", f"有 {len(cells)} 格，表头有 {len(header)} 格", place, "含逗号的内容要加引号")
            return
        own = ErrorList()
        values = self.cells.typed(dict(zip(header, cells, strict=True)), place, seen, own)
        seen.add(values["fact_id"])
        errors.extend(own)
        if not own.errors:
            rows.append(LedgerRow(values, self.shown, place.line))

    def _decoded(self, errors: ErrorList) -> str:
        if not self.path.exists():
            return ""
        text = decode_text(self.path.read_bytes())
        if text is not None:
            return text.removeprefix("\ufeff")
        errors.add(
            "E-FACTS-ENCODING", f"{self.shown} 既不是 UTF-8 也不是 GB18030", Place(self.shown),
            "另存为 UTF-8 编码的 CSV",
        )  # fmt: skip
        return ""

    def _header(self, cells: Sequence[str], errors: ErrorList) -> list[str] | None:
        """Headings as column ids (a heading may be the Chinese name); None, with what is wrong in `errors`."""
        columns = self.cells.columns
        by_name = {column.name: name for name, column in reversed(columns.items())}
        names = [by_name.get(cell.strip(), cell.strip()) for cell in cells]
        before = len(errors)
        for name in dict.fromkeys(names):
            if name not in columns:
                errors.add(
                    "E-FACTS-COLUMN-EXTRA", f"登记簿 {self.register.id} 没有列“{name}”", Place(self.shown, 1),
                    suggest(name, set(columns)),
                )  # fmt: skip
            elif names.count(name) > 1:
                errors.add("E-FACTS-COLUMN-EXTRA", f"列 {name} 出现了两次", Place(self.shown, 1), "留下一列")
        return names if len(errors) == before else None

    def _write(self, old: str, rows: Sequence[Mapping[str, str]]) -> None:
        """Old text and new rows to a file beside, which then takes the old one's place: whole or not at all."""
        text = self._joined(old, rows)
        temporary = self.path.with_name(f".{self.path.name}.{os.getpid()}.tmp")
        try:
            with temporary.open("wb") as file:
                file.write(text.encode("utf-8-sig"))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self.path)
            folder = os.open(self.path.parent, os.O_RDONLY)
            try:
                os.fsync(folder)
            finally:
                os.close(folder)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise InnoCityError(
                "E-LEDGER-WRITE", f"写不进 {self.shown}：{error.strerror}", Place(self.shown), "检查磁盘空间与权限"
            ) from None

    def _joined(self, old: str, rows: Sequence[Mapping[str, str]]) -> str:
        """A file that lacks a column which the rows need gets it; otherwise old lines stay byte for byte."""
        kept = list(csv.reader(io.StringIO(old, newline="")))
        columns = list(self.cells.columns)
        header = (self._header(kept[0], ErrorList()) if kept else None) or columns
        missing = [name for name in columns if name not in header and any(row.get(name) for row in rows)]
        if missing or not kept:
            width = len(header)
            header = header + missing
            body = [cells + [""] * (len(header) - width) for cells in kept[1:] if cells]
            old = _csv([header, *body])
        elif not old.endswith("\n"):
            old += "\n"
        return old + _csv([row.get(name, "").strip() for name in header] for row in rows)


def _lines(text: str) -> int:
    """How many lines a text has, the last one with or without its end."""
    return text.count("\n") + (not text.endswith("\n"))


def _csv(rows: Any) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
