"""Record what an indicator is: one value, or a file of them; checked together, recorded together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from innocity.actions.figures import known_figures
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.sheet import DayCell, PercentCell, table_of
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.core.measures import format_value
from innocity.engines.indicators.entry import check_revision, checked_figure
from innocity.engines.indicators.model import Figure
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.packs.registers import all_columns

register_codes({
    "E-FIGURE-REPORTER": ("没有写明报数单位", "the unit that reports is not named"),
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
    book = ledger(pack, "observation", var)
    with book.locked():
        return book.append(_ready(pack, rows, var, today or date.today(), places)) if rows else []


def _ready(
    pack: Pack, rows: Sequence[Mapping[str, str | None]], var: Path, day: date, places: Sequence[Place]
) -> list[dict[str, str]]:
    """The rows as they will stand, checked against all that is known and against each other."""
    known = known_figures(pack, var)
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
    return ready


def _checked(
    pack: Pack, row: Mapping[str, str | None], known: Sequence[Figure], today: date, place: Place | None
) -> tuple[dict[str, str], Figure]:
    """A row as it will stand in the ledger, and its figure."""
    figure = checked_figure(pack, row, today, place)
    cells = {name: text.strip() for name, text in row.items() if text and text.strip()}
    declared = cells.get("revises", "")
    before = check_revision(figure, known, bool(declared), pack.indicators[figure.indicator])
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
    lines = table_of(path)
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
        if name and header.count(name) > 1:
            raise InnoCityError("E-FIGURE-FILE", f"列 {name} 出现了两次", Place(path.name, lines[0][0]), "留下一列")
    rows: list[dict[str, str | None]] = []
    places = []
    for number, cells in lines[1:]:
        if any(cells[len(header) :]):
            raise InnoCityError(
                "E-FIGURE-FILE", "这一行的格数比表头多", Place(path.name, number), "含逗号的内容要加引号"
            )
        row: dict[str, str | None] = {name: cell or None for name, cell in zip(header, cells, strict=False) if name}
        _as_typed(row, Place(path.name, number))
        rows.append(row)
        places.append(Place(path.name, number))
    return rows, places


def _as_typed(row: Mapping[str, str | None], place: Place) -> None:
    """Refuse cells of which nobody can tell what was typed. Error: E-FIGURE-FILE."""
    value, period = row.get("value"), row.get("period")
    if isinstance(value, PercentCell):
        text = f"数值是百分比格式的单元格，存的是 {value}，不是显示的数"
        raise InnoCityError("E-FIGURE-FILE", text, place, "改成常规格式再填，如 2.51，单位写 %")
    if isinstance(period, DayCell):
        text = f"时期被电子表格当成了日期 {period}，看不出写的是月还是日"
        raise InnoCityError("E-FIGURE-FILE", text, place, "把这一列设成文本格式再填，如 2023-09")
