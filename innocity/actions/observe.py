"""Record what an indicator is: one value, or a file of them; checked together, recorded together or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from innocity.actions.figures import VAR, recorded
from innocity.actions.ledger import LedgerRow, ledger
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.core.measures import format_value
from innocity.engines.indicators.board import from_pack
from innocity.engines.indicators.entry import check_revision, checked_figure
from innocity.engines.indicators.model import Figure
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.packs.registers import all_columns

register_codes({
    "E-FIGURE-REPORTER": ("没有写明报数单位", "the unit that reports is not named"),
    "E-FIGURE-FILE": ("数据文件读不成", "a file of figures cannot be read"),
})  # fmt: skip

_ALIASES = {"报数单位": "party_id", "单位": "unit", "年份": "period", "数据": "value", "备注": "note"}
_YES = ("是", "true", "1")


def observe(
    pack: Pack, rows: Sequence[Mapping[str, str | None]], var: Path = VAR, today: date | None = None,
    places: Sequence[Place] = (),
) -> list[LedgerRow]:  # fmt: skip
    """Record rows (text by column of register `observation`); indicators, scopes and units by id or name.

    A row that corrects an earlier figure has `revises` (是, or the fact id of the earlier row) and a `note` that says
    why; both figures stay. Errors, all together and then nothing is recorded: E-FIGURE-*, E-NUMBER-FORMAT,
    E-PERIOD-FORMAT, E-FACTS-*, E-LEDGER-*.
    """
    day = today or date.today()
    known = [*from_pack(pack), *recorded(pack, var)]
    errors = ErrorList()
    ready: list[dict[str, str]] = []
    for index, row in enumerate(rows):
        place = places[index] if index < len(places) else Place(path=f"第 {index + 1} 行") if len(rows) > 1 else None
        try:
            cells, figure = _checked(pack, row, known, day, place)
        except InnoCityError as error:
            errors.append(error.at(place) if place else error)
            continue
        known.append(figure)
        ready.append(cells)
    errors.raise_if_any()
    return ledger(pack, "observation", var).append(ready)


def _checked(
    pack: Pack, row: Mapping[str, str | None], known: Sequence[Figure], today: date, place: Place | None
) -> tuple[dict[str, str], Figure]:
    """A row as it will stand in the ledger, and its figure."""
    figure = checked_figure(pack, row, today, place)
    cells = {name: text.strip() for name, text in row.items() if text and text.strip()}
    declared = cells.get("revises", "")
    before = check_revision(figure, known, bool(declared))
    if declared.lower() in _YES:
        cells["revises"] = (before.fact or before.place) if before is not None else ""
    cells["party_id"] = reporter(pack, cells.get("party_id", ""), figure.indicator)
    cells["indicator"], cells["scope"] = figure.indicator, figure.scope
    cells["value"], cells["unit"] = format_value(figure.value), figure.unit or ""
    cells["observed_on"] = (figure.observed_on or today).isoformat()
    cells["recorded_at"] = today.isoformat()
    if figure.simulated:
        cells["simulated"] = "true"
    return cells, figure


def reporter(pack: Pack, name: str, indicator: str) -> str:
    """The unit that reports: by id or any of its names, else the indicator's agency, else its targets' one unit.

    Error: E-FIGURE-REPORTER.
    """
    if name in pack.units:
        return name
    if name:
        for unit in pack.units.values():
            if name in (unit.name, unit.full_name, *unit.aliases):
                return unit.id
        known = {unit.name for unit in pack.units.values()}
        raise InnoCityError("E-FIGURE-REPORTER", f"没有单位“{name}”", None, suggest(name, known))
    agency = pack.indicators[indicator].agency
    units = {one for target in pack.targets.values() if target.indicator == indicator for one in target.units}
    if agency or len(units) == 1:
        return agency or units.pop()
    raise InnoCityError(
        "E-FIGURE-REPORTER", "没有写明哪个单位报数", None, "写上报数单位：--by 市科技局，或表中的“报数单位”列"
    )


def read_file(pack: Pack, path: Path) -> tuple[list[dict[str, str | None]], list[Place]]:
    """Rows of a CSV or xlsx file (first sheet), by column id, with their places.

    Headings are column ids or their Chinese names. Errors: E-FILE-MISSING, E-FIGURE-FILE.
    """
    if not path.is_file():
        raise InnoCityError("E-FILE-MISSING", f"找不到文件 {path.name}", Place(path.name), "核对文件名和文件夹")
    table = _sheet(path) if path.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".ods") else _csv(path)
    lines = [(number, cells) for number, cells in enumerate(table, 1) if any(cells)]
    if not lines:
        raise InnoCityError("E-FIGURE-FILE", f"{path.name} 是空的", Place(path.name), "第一行写列名")
    columns = all_columns(pack.registers["observation"])
    names = {column.name: column.id for column in columns} | _ALIASES
    known = {column.id for column in columns}
    header = [names.get(cell, cell) for cell in lines[0][1]]
    for name in header:
        if name and name not in known:
            text = f"不认识的列“{name}”"
            raise InnoCityError("E-FIGURE-FILE", text, Place(path.name, lines[0][0]), suggest(name, {*known, *names}))
    rows: list[dict[str, str | None]] = []
    places = []
    for number, cells in lines[1:]:
        if any(cells[len(header) :]):
            raise InnoCityError(
                "E-FIGURE-FILE", "这一行的格数比表头多", Place(path.name, number), "含逗号的内容要加引号"
            )
        rows.append({name: cell or None for name, cell in zip(header, cells, strict=False) if name})
        places.append(Place(path.name, number))
    return rows, places


def _csv(path: Path) -> list[list[str]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            reader = csv.reader(io.StringIO(raw.decode(encoding), newline=""), strict=True)
            return [[cell.strip() for cell in cells] for cells in reader]
        except UnicodeDecodeError:
            continue
        except csv.Error as error:
            raise InnoCityError("E-FIGURE-FILE", f"读不成表格：{error}", Place(path.name), "检查引号是否成对") from None
    raise InnoCityError("E-FIGURE-FILE", "既不是 UTF-8 也不是 GB18030", Place(path.name), "另存为 UTF-8 编码的 CSV")


def _sheet(path: Path) -> list[list[str]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        return [
            [_cell(cell) for cell in cells] for cells in book.get_sheet_by_index(0).to_python(skip_empty_area=False)
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise InnoCityError(
            "E-FIGURE-FILE", f"打不开工作簿：{error}", Place(path.name), "另存为 .xlsx 或 CSV"
        ) from None


def _cell(value: Any) -> str:
    """A cell as people read it: 2023 not 2023.0, days in ISO form; a decimal as it was typed."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip() if value is not None else ""
