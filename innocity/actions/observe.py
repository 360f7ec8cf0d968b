"""Record what an indicator is: one value, or a file of them; checked together, recorded together or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from innocity.actions.authority import answering, check_acts_for, reporters, unit_names
from innocity.actions.figure_states import check_unlocked, locks
from innocity.actions.figures import known_figures
from innocity.actions.ledger import VAR, LedgerRow, ledger
from innocity.actions.sheet import DayCell, PercentCell, table_of
from innocity.core.errors import ErrorList, InnoCityError, Place, register_codes
from innocity.core.measures import format_value
from innocity.engines.indicators.entry import check_revision, checked_figure
from innocity.engines.indicators.model import Figure
from innocity.engines.tasks.units import find_unit
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.packs.registers import all_columns

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

register_codes({
    "E-FIGURE-REPORTER": ("报数单位没有写明，或不该由它报", "the unit that reports is not named, or may not report"),
})  # fmt: skip

_ALIASES = {"报数单位": "party_id", "单位": "unit", "年份": "period", "数据": "value", "备注": "note"}
_YES = ("是", "true", "1")


def observe(
    pack: Pack, rows: Sequence[Mapping[str, str | None]], var: Path = VAR, today: date | None = None,
    places: Sequence[Place] = (), *, viewer: Viewer | None = None,
) -> list[LedgerRow]:  # fmt: skip
    """Record rows (text by column of register `observation`); indicators, scopes and units by id or name.

    A row that corrects an earlier figure has `revises` (是, or the fact id of the earlier row) and a `note` that says
    why; both figures stay. `viewer` is who writes, and reports for the own unit where a row names none. Errors, all
    together and then nothing is recorded: E-FIGURE-*, E-NUMBER-FORMAT, E-PERIOD-FORMAT, E-UNIT-UNKNOWN, E-FACTS-*,
    E-LEDGER-*.
    """
    book = ledger(pack, "observation", var, viewer=viewer)
    with book.locked():
        ready = _ready(pack, rows, var, today or date.today(), places, viewer) if rows else []
        return book.append(ready, "observe")


def _ready(
    pack: Pack, rows: Sequence[Mapping[str, str | None]], var: Path, day: date, places: Sequence[Place],
    viewer: Viewer | None,
) -> list[dict[str, str]]:  # fmt: skip
    """The rows as they will stand, checked against all that is known and against each other."""
    known, locked = known_figures(pack, var), locks(pack, var)
    errors = ErrorList()
    ready: list[dict[str, str]] = []
    for index, row in enumerate(rows):
        place = places[index] if index < len(places) else Place(path=f"第 {index + 1} 行") if len(rows) > 1 else None
        try:
            figure = checked_figure(pack, row, day, place)
            check_unlocked(pack, figure, locked)
            cells = _cells(pack, row, figure, known, day, viewer)
        except InnoCityError as error:
            errors.append(error.at(place) if place else error)
            continue
        known.append(figure)
        ready.append(cells)
    errors.raise_if_any()
    return ready


def _cells(
    pack: Pack, row: Mapping[str, str | None], figure: Figure, known: Sequence[Figure], today: date,
    viewer: Viewer | None,
) -> dict[str, str]:  # fmt: skip
    """A row as it will stand in the ledger."""
    cells = {name: text.strip() for name, text in row.items() if text and text.strip()}
    declared = cells.get("revises", "")
    before = check_revision(figure, known, bool(declared), pack.indicators[figure.indicator])
    if declared.lower() in _YES:
        cells["revises"] = (before.fact or before.place) if before is not None else ""
    name = cells.get("party_id") or (viewer.unit if viewer else None) or ""
    cells["party_id"] = reporter(pack, name, figure.indicator, figure.scope, today)
    check_acts_for(pack, viewer, cells["party_id"])
    cells["indicator"], cells["scope"], cells["period"] = figure.indicator, figure.scope, figure.period_text or ""
    cells["value"], cells["unit"] = format_value(figure.value), figure.unit or ""
    cells["observed_on"] = (figure.observed_on or today).isoformat()
    cells["recorded_at"] = today.isoformat()
    if figure.simulated:
        cells["simulated"] = "true"
    return cells


def reporter(pack: Pack, name: str, indicator: str, scope: str, day: date) -> str:
    """The unit that reports a figure, by id or any of its names; not named, the one that answers for it alone.

    It is one of `authority.reporters`: who answers for the figure, the leading group's office, statistics.
    Errors: E-FIGURE-REPORTER, E-UNIT-UNKNOWN.
    """
    allowed = reporters(pack, indicator, scope, day)
    if not name:
        own = pack.indicators[indicator].agency
        alone = [own] if own else list(answering(pack, indicator, scope, day))
        if len(alone) == 1:
            return alone[0]
        remedy = "写上报数单位（命令行如 --by 市科技局），或表中的“报数单位”列"
        raise InnoCityError("E-FIGURE-REPORTER", "没有写明哪个单位报数", None, remedy)
    unit = find_unit(pack.units, name)
    if allowed and unit.id not in allowed:
        text = f"“{pack.indicators[indicator].name}”（{scope_name(pack, scope)}）不由{unit.name}报数"
        raise InnoCityError("E-FIGURE-REPORTER", text, None, f"由这些单位报数：{unit_names(pack, allowed)}")
    return unit.id


def scope_name(pack: Pack, scope: str) -> str:
    """A scope in Chinese."""
    places = {place.id: place.name for place in (*pack.city.divisions, *pack.city.zones)}
    return "全市" if scope == "city" else places.get(scope, scope)


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
