"""`observations.csv` of a city: what documents say that indicators were, one row a figure.

    indicator,period,scope,value,unit,approx,kind,as_written,document,article,observed_on,origin,note

UTF-8 (with or without BOM) or GB18030. An empty cell is "not given"; a column that may be empty in all
rows may be left out. Errors name the file and the line on which the row begins.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

from innocity.core.encoding import decode_text
from innocity.core.errors import ErrorList, Place
from innocity.packs.invalid import build, suggest
from innocity.packs.model import Observation
from innocity.packs.yamltext import MAX_BYTES, Located

_FILLED = "place"  # set by the loader, never a column
_COLUMNS = tuple(name for name in Observation.model_fields if name != _FILLED)
_NEEDED = tuple(name for name in _COLUMNS if Observation.model_fields[name].is_required())
_SEPARATOR = re.compile(r"[\s;；,，、|]+")


def read_observations(path: Path, shown: str, errors: ErrorList) -> list[tuple[Observation, Located]]:
    """The rows that can be read, each with its place; what is wrong with the others is in `errors`.

    Errors: E-FILE-TOO-LARGE, E-OBSERVATIONS-*, and those of written values.
    """
    text = _decode(path.read_bytes(), shown, errors)
    if text is None:
        return []
    found: list[tuple[Observation, Located]] = []
    seen: dict[Observation, int] = {}
    for located in _rows(text, shown, errors):
        item = build(Observation, located, errors, (), {_FILLED: f"{shown}:{located.first_line}"})
        if item is None:
            continue
        key = item.model_copy(update={_FILLED: ""})
        if key in seen:
            message = f"与第 {seen[key]} 行完全相同"
            errors.add("E-OBSERVATIONS-DUPLICATE", message, located.place(), "删去一行")
            continue
        seen[key] = located.first_line
        found.append((item, located))
    return found


def _decode(raw: bytes, shown: str, errors: ErrorList) -> str | None:
    if len(raw) > MAX_BYTES:
        errors.add("E-FILE-TOO-LARGE", f"{shown} 超过 {MAX_BYTES >> 20} MB", Place(shown), "分成几个城市")
        return None
    text = decode_text(raw)
    if text is None:
        errors.add(
            "E-OBSERVATIONS-ENCODING", f"{shown} 既不是 UTF-8 也不是 GB18030", Place(shown), "另存为 UTF-8 编码的 CSV"
        )
    return text


def _rows(text: str, shown: str, errors: ErrorList) -> Iterator[Located]:
    """The rows as data with their lines; rows that are empty altogether are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        header = [name.strip() for name in next(reader, [])]
        if not _check_header(header, Place(shown, 1), errors):
            return
        while True:
            line = reader.line_num + 1
            cells = next(reader, None)
            if cells is None:
                return
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                message = f"有 {len(cells)} 格，表头有 {len(header)} 格"
                errors.add("E-OBSERVATIONS-ROW", message, Place(shown, line), "含逗号的内容要加引号")
                continue
            yield _located(dict(zip(header, cells, strict=True)), shown, line)
    except csv.Error as error:
        message = f"这一行读不成表格：{error}"
        errors.add("E-OBSERVATIONS-ROW", message, Place(shown, line), "检查引号是否成对")


def _check_header(header: list[str], place: Place, errors: ErrorList) -> bool:
    before = len(errors.errors)
    for name in dict.fromkeys(header):
        if name not in _COLUMNS:
            errors.add("E-OBSERVATIONS-COLUMN", f"不认识的列“{name}”", place, suggest(name, _COLUMNS))
        elif header.count(name) > 1:
            errors.add("E-OBSERVATIONS-COLUMN", f"列 {name} 写了两次", place, "删去一列")
    for name in _NEEDED:
        if name not in header:
            remedy = f"表头写 {','.join(_COLUMNS)}"
            errors.add("E-OBSERVATIONS-COLUMN", f"缺少列 {name}", place, remedy)
    return len(errors.errors) == before


def _located(cells: dict[str, str], shown: str, line: int) -> Located:
    data: dict[str, object] = {name: cell.strip() or None for name, cell in cells.items()}
    if origin := cells.get("origin", "").strip():
        data["origin"] = _SEPARATOR.split(origin)
    return Located(data, shown, {(name,): line for name in data}, line)
