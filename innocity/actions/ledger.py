"""What a city records from day to day: one register's CSV, to which rows are only ever added.

    observations = ledger(load_pack("weihai"), "observation")
    observations.append([{"party_id": "wh_science", "indicator": "hnte_count", "period": "2023", "value": "1480"}])
    [row["value"] for row in observations.rows()]

The file is `var/<city>/<register>.csv`: headings are column ids (Chinese names are read too), UTF-8 with a
mark so that spreadsheets show Chinese. Cells are what facts folders hold: money in yuan or with a unit.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from innocity.core.dates import parse_boolean, parse_date, parse_integer, parse_year
from innocity.core.encoding import decode_text
from innocity.core.errors import ErrorList, InnoCityError, InvalidValue, Place, register_codes
from innocity.core.money import parse_yuan
from innocity.packs.invalid import suggest
from innocity.packs.model import CodeList, Column, Pack, Register
from innocity.packs.registers import all_columns

register_codes({
    "E-LEDGER-LOCKED": ("另一个程序正在写这份台账", "another program is writing this ledger"),
    "E-LEDGER-WRITE": ("台账写不进去", "the ledger cannot be written"),
})  # fmt: skip

_FORMULA = re.compile(r"[=@]|[+\-](?=.*[(|!])", re.DOTALL)  # what a spreadsheet would run
VAR = Path("var")  # where instances keep what they record
LOCK_SECONDS = 10.0  # how long to wait for another writer
_PARSERS: dict[str, Callable[[str], Any]] = {
    "money": parse_yuan, "integer": parse_integer, "year": parse_year, "date": parse_date, "bool": parse_boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One recorded row: typed values by column id (None where the cell is empty), and where it stands.

    Money is integer fen, dates are `date`, integers and years `int`, booleans `bool`, the rest text.
    """

    values: Mapping[str, Any]
    file: str
    line: int

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str, default: Any = None) -> Any:
        """The value, or `default` where the cell is empty or the column unknown."""
        value = self.values.get(column)
        return default if value is None else value

    @property
    def place(self) -> Place:
        """File and line, for errors."""
        return Place(self.file, self.line)


class Ledger:
    """One register's CSV of a city, append-only. One object serves one thread."""

    def __init__(
        self,
        register: Register,
        path: Path,
        codes: Mapping[str, CodeList] | None = None,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.register = register
        self.path = path
        self.codes = codes or {}
        self.today = today
        self.columns = {column.id: column for column in all_columns(register)}
        self.shown = path.name if path.is_absolute() else path.as_posix()
        self._held = False

    def rows(self) -> list[LedgerRow]:
        """All rows in the order they were recorded; none where the file does not exist yet.

        Errors, together, with file and line: E-FACTS-ENCODING, -ROW, -COLUMN-EXTRA, -TYPE, -REQUIRED, -CODE,
        -VALUE, -DUPLICATE.
        """
        return self._read()[1]

    def append(self, rows: Sequence[Mapping[str, str]]) -> list[LedgerRow]:
        """Record rows (text by column id) all together, or none; return them as they now stand.

        `fact_id` and `recorded_at` are filled in where not given. What stood in the file before stays as it was.
        Errors: as `rows`, the row named by its number; E-LEDGER-LOCKED, E-LEDGER-WRITE.
        """
        if not rows:
            return []
        with self.locked():
            raw, old = self._read()
            filled = self._filled(rows, old)
            errors = ErrorList()
            seen = {row["fact_id"] for row in old}
            for index, cells in enumerate(filled):
                place = Place(self.shown, path=f"第 {index + 1} 行")
                self._typed(cells, place, seen, errors)
                self._no_formula(cells, place, errors)
            errors.raise_if_any()
            self._write(raw, filled)
            return self._read()[1][len(old) :]

    def _filled(self, rows: Sequence[Mapping[str, str]], old: Sequence[LedgerRow]) -> list[dict[str, str]]:
        number = len(old)
        known = {row["fact_id"] for row in old} | {row.get("fact_id") for row in rows}
        filled = []
        for row in rows:
            cells = {name: str(text) for name, text in row.items() if text is not None}
            if not cells.get("fact_id"):
                number += 1
                while f"{self.register.id}-{number:06d}" in known:
                    number += 1
                cells["fact_id"] = f"{self.register.id}-{number:06d}"
            if not cells.get("recorded_at"):
                cells["recorded_at"] = self.today().isoformat()
            filled.append(cells)
        return filled

    def _read(self) -> tuple[str, list[LedgerRow]]:
        """The text of the file and its rows."""
        if not self.path.exists():
            return "", []
        text = self._decoded()
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        errors = ErrorList()
        rows: list[LedgerRow] = []
        seen: set[str] = set()
        try:
            header = self._header(next(reader, []), errors)
            errors.raise_if_any()
            line = reader.line_num + 1
            for cells in reader:
                place, line = Place(self.shown, line), reader.line_num + 1
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    message = f"有 {len(cells)} 格，表头有 {len(header)} 格"
                    errors.add("E-FACTS-ROW", message, place, "含逗号的内容要加引号")
                    continue
                values = self._typed(dict(zip(header, cells, strict=True)), place, seen, errors)
                rows.append(LedgerRow(values, self.shown, place.line or 0))
        except csv.Error as error:
            place = Place(self.shown, reader.line_num)
            errors.add("E-FACTS-ROW", f"这一行读不成表格：{error}", place, "检查引号是否成对")
        errors.raise_if_any()
        return text, rows

    def _decoded(self) -> str:
        text = decode_text(self.path.read_bytes())
        if text is not None:
            return text.removeprefix("\ufeff")
        message = f"{self.shown} 既不是 UTF-8 也不是 GB18030"
        raise InnoCityError("E-FACTS-ENCODING", message, Place(self.shown), "另存为 UTF-8 编码的 CSV")

    def _header(self, cells: Sequence[str], errors: ErrorList) -> list[str]:
        """Headings as column ids; a heading may be the Chinese name."""
        by_name = {column.name: name for name, column in reversed(self.columns.items())}
        names = [by_name.get(cell.strip(), cell.strip()) for cell in cells]
        for name in dict.fromkeys(names):
            if name not in self.columns:
                text = f"登记簿 {self.register.id} 没有列“{name}”"
                errors.add("E-FACTS-COLUMN-EXTRA", text, Place(self.shown, 1), suggest(name, set(self.columns)))
            elif names.count(name) > 1:
                errors.add("E-FACTS-COLUMN-EXTRA", f"列 {name} 出现了两次", Place(self.shown, 1), "留下一列")
        return names

    def _typed(self, cells: Mapping[str, str], place: Place, seen: set[str], errors: ErrorList) -> dict[str, Any]:
        """Typed values of one row; what is wrong goes to `errors`. `seen` holds the fact ids so far."""
        values: dict[str, Any] = dict.fromkeys(self.columns)
        for name, text in cells.items():
            column = self.columns.get(name)
            if column is None:
                message = f"登记簿 {self.register.id} 没有列“{name}”"
                errors.add("E-FACTS-COLUMN-EXTRA", message, place, suggest(name, set(self.columns)))
            elif text.strip():
                values[name] = self._value(column, text.strip(), place, errors)
        for name, column in self.columns.items():
            if column.required and not (cells.get(name) or "").strip():
                errors.add("E-FACTS-REQUIRED", f"{name}（{column.name}）缺失", place, "补上这一项")
        if values["fact_id"] in seen:
            message = f"fact_id（事实编号）{values['fact_id']} 与前面的重复"
            errors.add("E-FACTS-DUPLICATE", message, place, "每行一个不同的编号")
        seen.add(values["fact_id"])
        return values

    def _value(self, column: Column, text: str, place: Place, errors: ErrorList) -> Any:
        label = f"{column.id}（{column.name}）"
        try:
            value = _PARSERS.get(column.type, _plain)(text)
        except InvalidValue as error:
            errors.add("E-FACTS-TYPE", f"{label}：{error.message}", place, error.remedy)
            return None
        known = self.codes.get(column.codes or "")
        if known is not None and value not in known.ids():
            remedy = suggest(text, known.ids())
            errors.add("E-FACTS-CODE", f"{label}不在代码表 {known.id} 中：{text}", place, remedy)
        if column.type in ("money", "integer") and abs(value) > column.bound():
            errors.add("E-FACTS-VALUE", f"{label}超出范围 ±{column.bound()}", place, "核对数值与单位")
        return value

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
        header = self._header(kept[0], ErrorList()) if kept else list(self.columns)
        missing = [name for name in self.columns if name not in header and any(row.get(name) for row in rows)]
        if missing or not kept:
            width = len(header)
            header = header + missing
            body = [cells + [""] * (len(header) - width) for cells in kept[1:] if cells]
            old = _csv([header, *body])
        elif not old.endswith("\n"):
            old += "\n"
        return old + _csv([row.get(name, "").strip() for name in header] for row in rows)

    def _no_formula(self, cells: Mapping[str, str], place: Place, errors: ErrorList) -> None:
        """People open ledgers in spreadsheets, which run what looks like a formula."""
        for name, text in cells.items():
            column = self.columns.get(name)
            if column is not None and _FORMULA.match(text.strip()):
                message = f"{name}（{column.name}）会被电子表格当成公式：{text.strip()[:20]}"
                errors.add("E-FACTS-VALUE", message, place, "开头不要写 = 或 @，在前面加几个字")

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other programs from writing, so that what is checked still holds when it is recorded.

        Errors: E-LEDGER-LOCKED, E-LEDGER-WRITE.
        """
        if self._held:
            yield
            return
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            lock = self.path.with_name(f".{self.path.name}.lock").open("w")
        except OSError as error:
            text = f"写不进 {self.shown}：{error.strerror}"
            raise InnoCityError("E-LEDGER-WRITE", text, Place(self.shown), "检查文件夹的权限") from None
        with lock:
            _wait(lock.fileno(), self.shown)
            self._held = True
            try:
                yield
            finally:
                self._held = False


def _wait(handle: int, shown: str) -> None:
    """Take the lock; the system gives it back when the file is closed, also after a crash."""
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise InnoCityError(
                    "E-LEDGER-LOCKED", f"{shown} 正由另一个程序写入", Place(shown), "稍后再试；原有内容没有改动"
                ) from None
            time.sleep(0.05)


def _plain(text: str) -> str:
    """Text as it is; control characters are no part of a record. Error: E-FACTS-VALUE."""
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise InvalidValue("E-FACTS-VALUE", "含有控制字符", remedy="删去看不见的字符")
    return text


def _csv(rows: Any) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


def ledger(pack: Pack, name: str, var: Path = VAR) -> Ledger:
    """The ledger of a city's register, `var/<city>/<register>.csv`. Error: E-FACTS-REGISTER."""
    register = pack.registers.get(name)
    if register is None:
        raise InnoCityError("E-FACTS-REGISTER", f"没有登记簿 {name}", None, suggest(name, set(pack.registers)))
    return Ledger(register, var / pack.city.id / f"{name}.csv", pack.codes)
