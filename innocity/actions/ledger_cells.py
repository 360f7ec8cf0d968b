"""Cells of a ledger's row: text as typed values, the same checks wherever the row is kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.core.dates import parse_boolean, parse_date, parse_integer, parse_year
from innocity.core.errors import ErrorList, InvalidValue, Place
from innocity.core.money import parse_yuan
from innocity.packs.invalid import suggest
from innocity.packs.model import CodeList, Column, Register
from innocity.packs.registers import all_columns

_FORMULA = re.compile(r"[=@]|[+\-](?=.*[(|!])", re.DOTALL)  # what a spreadsheet would run
_PARSERS: dict[str, Callable[[str], Any]] = {
    "money": parse_yuan, "integer": parse_integer, "year": parse_year, "date": parse_date, "bool": parse_boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One recorded row: typed values by column id (None where the cell is empty), and where it stands.

    Money is integer fen, dates are `date`, integers and years `int`, booleans `bool`, the rest text. A row of the
    records stands in its register (`file`), under its fact id, and has no line.
    """

    values: Mapping[str, Any]
    file: str
    line: int | None = None

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def get(self, column: str, default: Any = None) -> Any:
        """The value, or `default` where the cell is empty or the column unknown."""
        value = self.values.get(column)
        return default if value is None else value

    @property
    def place(self) -> Place:
        """File and line, or register and fact id, for errors."""
        return Place(self.file, self.line) if self.line else Place(self.file, path=self.values["fact_id"])


class Cells:
    """Checks rows of one register; what is wrong goes to `errors`."""

    def __init__(self, register: Register, codes: Mapping[str, CodeList]) -> None:
        self.register = register
        self.codes = codes
        self.columns = {column.id: column for column in all_columns(register)}

    def typed(
        self, cells: Mapping[str, str], place: Place, seen: Collection[str], errors: ErrorList
    ) -> dict[str, Any]:  # fmt: skip
        """Typed values of one row, whose fact id must not be among `seen`. Codes: E-FACTS-*."""
        values: dict[str, Any] = dict.fromkeys(self.columns)
        for name, text in cells.items():
            column = self.columns.get(name)
            if column is None:
                remedy = suggest(name, set(self.columns))
                errors.add("E-FACTS-COLUMN-EXTRA", f"登记簿 {self.register.id} 没有列“{name}”", place, remedy)
            elif text.strip():
                values[name] = self._value(column, text.strip(), place, errors)
        for name, column in self.columns.items():
            if column.required and not (cells.get(name) or "").strip():
                errors.add("E-FACTS-REQUIRED", f"{name}（{column.name}）缺失", place, "补上这一项")
        if values["fact_id"] in seen:
            fact = values["fact_id"]
            errors.add("E-FACTS-DUPLICATE", f"fact_id（事实编号）{fact} 与前面的重复", place, "每行一个不同的编号")
        return values

    def new_rows(
        self, rows: Sequence[Mapping[str, str]], shown: str, known: Collection[str]
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Typed values of rows to be recorded; errors, together, name the row by its number."""
        errors, seen, found = ErrorList(), set(known), []
        for index, cells in enumerate(rows):
            place = Place(shown, path=f"第 {index + 1} 行")
            values = self.typed(cells, place, seen, errors)
            self._no_formula(cells, place, errors)
            seen.add(values["fact_id"])
            found.append(values)
        errors.raise_if_any()
        return found

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

    def _no_formula(self, cells: Mapping[str, str], place: Place, errors: ErrorList) -> None:
        """People open ledgers in spreadsheets, which run what looks like a formula."""
        for name, text in cells.items():
            column = self.columns.get(name)
            if column is not None and _FORMULA.match(text.strip()):
                errors.add(
                    "E-FACTS-VALUE", f"{name}（{column.name}）会被电子表格当成公式：{text.strip()[:20]}", place,
                    "开头不要写 = 或 @，在前面加几个字",
                )  # fmt: skip


def filled(
    rows: Sequence[Mapping[str, str]], day: date, taken: Collection[str], named: Callable[[int], str], number: int
) -> list[dict[str, str]]:  # fmt: skip
    """Rows with their `recorded_at` and `fact_id`: the next free one, `named(n)` for n after `number`."""
    known = {*taken, *(row.get("fact_id") for row in rows)}
    found = []
    for row in rows:
        cells = {name: str(text) for name, text in row.items() if text is not None}
        if not cells.get("fact_id"):
            number += 1
            while named(number) in known:
                number += 1
            cells["fact_id"] = named(number)
        if not cells.get("recorded_at"):
            cells["recorded_at"] = day.isoformat()
        found.append(cells)
    return found


def _plain(text: str) -> str:
    """Text as it is; control characters are no part of a record. Error: E-FACTS-VALUE."""
    if any(ord(char) < 32 and char not in "\n\t" for char in text):
        raise InvalidValue("E-FACTS-VALUE", "含有控制字符", remedy="删去看不见的字符")
    return text
