"""Cells of an office's table as values of a register's column, a whole column at a time; what is wrong, row by row.

Each different text is read once. Numbers count to fifteen digits, as spreadsheets hold them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from innocity.actions.spreadsheet import Texts
from innocity.core.dates import FIRST_YEAR, LAST_YEAR, parse_boolean, parse_date, parse_integer, parse_year
from innocity.core.errors import InvalidValue, register_codes
from innocity.core.money import clean, parse_money
from innocity.packs.facts_columns import ARROW_TYPES
from innocity.packs.model import CodeList, Column

register_codes({
    "E-IMPORT-DIGITS": ("数字太长，电子表格已丢了末尾几位", "a number has lost its last digits in the spreadsheet"),
    "E-IMPORT-TEXT": ("文字太长，或有看不见的字符", "a text is too long or holds invisible characters"),
    "E-IMPORT-CODE": ("不是代码表里的词", "no word of the code list"),
})  # fmt: skip

_LONGEST = 4_000  # signs of a text in a register
_NEAR = 20  # how many unknown words of a list are compared with its words
_EXACT = 10**15  # from here on a spreadsheet's number no longer holds every digit
_YUAN = r"^-?[0-9]{1,13}(\.[0-9]{1,2})?$"
_DAY = re.compile(
    r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?(?:[ T][0-9:.]+)?|([0-9]{4})([0-9]{2})([0-9]{2})"
)
_INVISIBLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_GUARDED = re.compile(r"'[=+\-@\t\r＝＋－＠]")
_DOUBTFUL = r"^'|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{fffe}\x{ffff}]|^.{1000}"  # texts that are read one by one


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell or row, and what to do; `row` counts from 0, `column` is a heading."""

    row: int
    column: str
    code: str
    message: str
    remedy: str


@dataclass(slots=True)
class Problems:
    """What is wrong, up to a limit; `count` goes on counting."""

    limit: int = 50_000
    count: int = 0
    items: list[Problem] = field(default_factory=list)
    rows: set[int] = field(default_factory=set)

    def add(self, row: int, column: str, code: str, message: str, remedy: str) -> None:
        """Note a problem of a row."""
        self.count += 1
        self.rows.add(row)
        if len(self.items) < self.limit:
            self.items.append(Problem(row, column, code, message, remedy))

    def where(self, wrong: Any, column: str, code: str, message: str, remedy: str) -> None:
        """The same problem of every row that an Arrow array of truths names."""
        for row in pc.indices_nonzero(wrong).to_pylist():
            self.add(row, column, code, message, remedy)


def texts_of(cells: Sequence[Any]) -> pa.Array:
    """Cells as people read them: 2023 not 2023.0, days in ISO form, at most fifteen digits; None where empty."""
    if isinstance(cells, Texts):
        return _trimmed(cells.array)
    kinds = _kinds(cells)
    if kinds - {str} and bool not in kinds and 2 * len(different := set(cells)) < len(cells):
        known = {cell: _text(cell) for cell in different}  # True would be taken for 1
        cells = [known[cell] for cell in cells]
    elif kinds - {str}:
        cells = [cell if type(cell) is str else _text(cell) for cell in cells]
    return _trimmed(pa.array(cells, pa.string()))


def _kinds(cells: Sequence[Any]) -> set[type]:
    return {str} if isinstance(cells, Texts) else set(map(type, cells))


def _trimmed(texts: pa.Array) -> pa.Array:
    trimmed = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def alike(columns: Sequence[pa.Array | pa.ChunkedArray]) -> list[int]:
    """Of each row a number that it shares with the rows that are alike in all columns; empty is a value too.

    >>> alike([pa.array(["a", "b", "a", None]), pa.array([1, 1, 1, None])])
    [0, 1, 0, 2]
    """
    numbers = np.zeros(len(columns[0]), np.int64)
    for column in columns:
        words = _encoded(column)
        found = words.indices.fill_null(len(words.dictionary)).to_numpy(zero_copy_only=False)
        numbers = _encoded(pa.array(numbers * (len(words.dictionary) + 1) + found)).indices.to_numpy().astype(np.int64)
    together: list[int] = numbers.tolist()
    return together


def _encoded(column: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    return (column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column).dictionary_encode()


def typed_column(
    cells: Sequence[Any],
    heading: str,
    column: Column,
    codes: Mapping[str, CodeList],
    problems: Problems,
    scale: int = 1,
) -> pa.Array:
    """The cells as the column's Arrow type; what cannot be read is missing and stands in `problems`.

    `scale`: how many yuan a plain number of a money column counts for.
    """
    wanted = ARROW_TYPES[column.type]
    if column.type == "money" and scale == 1 and (fen := _plain_fen(cells)) is not None:
        return fen
    texts = texts_of(cells)
    if column.type in ("text", "code", "party") and float in _kinds(cells):
        _check_digits(cells, heading, problems)
    if column.type in ("text", "party") and not pc.any(pc.match_substring_regex(texts, _DOUBTFUL)).as_py():
        return texts
    if column.type == "money" and scale == 1 and pc.all(pc.match_substring_regex(texts, _YUAN)).as_py() is not False:
        exact = pc.cast(texts, pa.decimal128(20, 2))
        return pc.cast(pc.multiply(exact, pa.scalar(Decimal(100), pa.decimal128(3, 0))), wanted)
    words = texts.dictionary_encode()
    values, wrong = [], {}
    read = _reader(column, codes, scale)
    for index, word in enumerate(words.dictionary.to_pylist()):
        try:
            values.append(read(word))
        except InvalidValue as error:
            values.append(None)
            wrong[index] = error
    _note(words, wrong, heading, problems)
    return pa.array(values, wanted).take(words.indices)


def _plain_fen(cells: Sequence[Any]) -> pa.Array | None:
    """A column of numbers of yuan, each the nearest to one with two decimals and far below any bound, as fen."""
    if _kinds(cells) != {float}:
        return None
    yuan = np.array(cells, np.float64)
    if not (np.abs(yuan) < 10**8).all():
        return None
    fen = np.rint(yuan * 100)
    return pa.array(fen.astype(np.int64)) if (fen / 100 == yuan).all() else None


def _note(words: pa.DictionaryArray, wrong: Mapping[int, InvalidValue], heading: str, problems: Problems) -> None:
    if not wrong:
        return
    indices = words.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(np.isin(indices, list(wrong))).tolist():
        error = wrong[int(indices[row])]
        problems.add(row, heading, error.code, error.message, error.remedy or "")


def _text(cell: Any) -> str | None:
    if cell is None or cell == "":
        return None
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _EXACT else format(Decimal(f"{cell:.15g}"), "f")
    if isinstance(cell, datetime):
        return cell.date().isoformat() if not (cell.hour or cell.minute or cell.second) else cell.isoformat(" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _check_digits(cells: Sequence[Any], heading: str, problems: Problems) -> None:
    for row, cell in enumerate(cells):
        if type(cell) is float and abs(cell) >= _EXACT:
            remedy = "把这一列的格式设成“文本”，重新填写完整号码"
            problems.add(row, heading, "E-IMPORT-DIGITS", "数字超过15位，末尾几位已被电子表格改成0", remedy)


def _reader(column: Column, codes: Mapping[str, CodeList], scale: int) -> Callable[[str], Any]:
    """How a text of this column is read."""
    if column.type == "code":
        known = codes.get(column.codes or "")
        return _code_reader(known) if known else _plain_text
    if column.type == "money":
        return lambda text: _within(_money(text, scale), text, column)
    if column.type == "integer":
        return lambda text: _within(parse_integer(text), text, column)
    readers: dict[str, Callable[[str], Any]] = {"date": read_day, "year": _year, "bool": _truth}
    return readers.get(column.type, _plain_text)


def read_day(text: str) -> date:
    """A day as offices write it. Error: E-DATE-FORMAT.

    >>> {read_day(t).isoformat() for t in ("2023-07-27", "2023/7/27", "2023.7.27", "2023年7月27日", "20230727")}
    {'2023-07-27'}
    """
    found = _DAY.fullmatch(" ".join(clean_day(text).split()))
    if found is None:
        day = parse_date(text)
    else:
        year, month, number = (int(part) for part in (found.groups()[:3] if found[1] else found.groups()[3:]))
        day = parse_date(f"{year:04d}-{month:02d}-{number:02d}")
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InvalidValue("E-DATE-FORMAT", f"日期“{text}”的年份不对", remedy=f"{FIRST_YEAR} 年到 {LAST_YEAR} 年之间")
    return day


def clean_day(text: str) -> str:
    """A day's text with plain digits, its spaces kept only before a time of day."""
    return re.sub(r"\s*([-/.年月日])\s*", r"\1", re.sub(r"[０-９]", lambda m: str(ord(m[0]) - 0xFF10), text)).strip()


def _year(text: str) -> int:
    return parse_year(text.removesuffix("年").removesuffix("年度"))


def _truth(text: str) -> bool:
    words = {"对": True, "√": True, "✓": True, "Y": True, "错": False, "×": False, "N": False}
    return words[text] if text in words else parse_boolean(text)


def _plain_text(text: str) -> str:
    if _GUARDED.match(text):
        text = text[1:]
    if len(text) > _LONGEST:
        raise InvalidValue(
            "E-IMPORT-TEXT", f"文字有 {len(text):,} 个字，最多 {_LONGEST:,}", remedy="写摘要，全文作为材料上传"
        )
    if _INVISIBLE.search(text):
        raise InvalidValue("E-IMPORT-TEXT", "有看不见的控制字符", remedy="删去这一格，重新输入")
    return text


def _money(text: str, scale: int) -> int:
    written = clean(text)
    if "元" in written:
        return parse_money(written)
    unit = {1: "元", 10**3: "千元", 10**4: "万元", 10**6: "百万元", 10**8: "亿元"}[scale]
    return parse_money(f"{written}{unit}")


def _within(value: int, text: str, column: Column) -> int:
    if abs(value) > column.bound():
        raise InvalidValue("E-FACTS-VALUE", f"“{text}”超出范围", remedy="核对数值与单位")
    return value


def _code_reader(known: CodeList) -> Callable[[str], str]:
    """Ids, names and aliases of a list; a word that several have must be written as `名称（编号）`."""
    words: dict[str, set[str]] = {}
    asked: list[str] = []
    ids = known.ids()
    for one in known.codes:
        for word in (one.name, *one.aliases, f"{one.name}({one.id})"):
            words.setdefault(clean(word), set()).add(one.id)

    def read(text: str) -> str:
        if text in ids:
            return text
        meant = words.get(clean(text), set())
        if len(meant) == 1:
            return next(iter(meant))
        if meant:
            raise InvalidValue(
                "E-IMPORT-CODE", f"“{_short(text)}”有几个意思", remedy=f"写编号：{'、'.join(sorted(meant))}"
            )
        remedy = _meant(text, known, asked)
        raise InvalidValue("E-IMPORT-CODE", f"“{_short(text)}”不在代码表“{known.name}”里", remedy=remedy)

    return read


def _meant(text: str, known: CodeList, asked: list[str]) -> str:
    """What was probably meant, looked for a few times only: it takes long; else some of the list."""
    asked.append(text)
    near = get_close_matches(text[:100], [one.name for one in known.codes], 2, 0.6) if len(asked) <= _NEAR else []
    if near:
        return f"是不是 {near[0]} 或 {near[1]}？" if len(near) > 1 else f"是不是 {near[0]}？"
    names = "、".join(one.name for one in known.codes[:8])
    return f"可填：{names} 等" if len(known.codes) > 8 else f"可填：{names}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
