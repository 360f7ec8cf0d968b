"""What the actions that write facts share: the instance they write to, and tables checked against the pack."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from innocity.core.dates import parse_boolean, parse_date, parse_integer, parse_year
from innocity.core.errors import ErrorList, InnoCityError, InvalidValue, Place, register_codes
from innocity.core.money import parse_yuan
from innocity.packs.facts_columns import ARROW_TYPES, arrow_schema, check_values, fit_columns, fit_types, sort_by_id
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack, Register
from innocity.packs.registers import all_columns
from innocity.records.models import Instance, Party
from innocity.records.viewer import ANY_UNIT, Viewer

register_codes({
    "E-RECORDS-CITY": ("这个库属于另一座城市", "the database belongs to another city"),
    "E-RECORDS-PACK": ("城市包与库中登记的不是一版", "the pack is not the one that the database has adopted"),
    "E-RECORDS-DENIED": ("没有权限", "not allowed"),
    "E-RECORDS-SIMULATED": ("模拟数据与真实数据不能混放", "simulated and real facts may not be mixed"),
})  # fmt: skip

_PARSERS: dict[str, Any] = {
    "money": parse_yuan, "integer": parse_integer, "year": parse_year, "date": parse_date, "bool": parse_boolean,
}  # fmt: skip


def instance_of(pack: Pack) -> Instance:
    """The database's city, if it is the pack's and has adopted this pack. Errors: E-RECORDS-CITY, E-RECORDS-PACK."""
    instance: Instance | None = Instance.objects.filter(id=1).first()
    remedy = f"先运行 innocity records adopt {pack.city.id}"
    if instance is None:
        raise InnoCityError("E-RECORDS-PACK", "库里还没有城市", None, remedy)
    if instance.city != pack.city.id:
        text = f"库属于 {instance.city}，城市包是 {pack.city.id}"
        raise InnoCityError("E-RECORDS-CITY", text, None, "一个库只装一座城市：改 INNOCITY_DATABASE_URL")
    if instance.pack != pack.hash:
        raise InnoCityError("E-RECORDS-PACK", "城市包改动过，库还没有采用", None, remedy)
    return instance


def checked_table(table: pa.Table, register: Register, pack: Pack, errors: ErrorList) -> pa.Table | None:
    """A table with the register's columns, types and values, in order of `fact_id`; None with errors. E-FACTS-*."""
    place = Place(register.id)
    fitted = fit_columns(table, register, errors, place)
    typed = None if fitted is None else fit_types(fitted, register, errors, place)
    if typed is None:
        return None
    before = len(errors.errors)
    check_values(typed, register, pack.codes, errors, lambda row, column: Place(register.id, path=column))
    for column in all_columns(register):
        array = typed.column(column.id)
        if pa.types.is_string(array.type) and pc.any(pc.match_substring(array, "\x00")).as_py():
            errors.add("E-FACTS-VALUE", f"{column.id}（{column.name}）含有控制字符", place, "删去看不见的字符")
    return sort_by_id(typed) if len(errors.errors) == before else None


def highest_number(register: Register, ids: pa.Array | pa.ChunkedArray) -> int:
    """The largest of the numbers that facts get here (`<register>-r000001`) among these ids; 0 where there is none.

    Sheets and folders may bring such ids: what they bring must not be given out again.
    """
    own = ids.filter(pc.match_substring_regex(ids, rf"^{register.id}-r[0-9]{{1,12}}$"))
    numbers = pc.cast(pc.utf8_slice_codeunits(own, len(f"{register.id}-r")), pa.int64())
    return int(pc.max(numbers).as_py() or 0)


def typed_row(row: Mapping[str, str | None], register: Register, place: Place, errors: ErrorList) -> dict[str, Any]:
    """Text by column id as typed values (money in yuan or with a unit). Errors: E-FACTS-COLUMN-EXTRA, E-FACTS-TYPE."""
    columns = {column.id: column for column in all_columns(register)}
    values: dict[str, Any] = {}
    for name, text in row.items():
        column = columns.get(name)
        if column is None:
            message = f"登记簿 {register.id} 没有列“{name}”"
            errors.add("E-FACTS-COLUMN-EXTRA", message, place, suggest(name, set(columns)))
        elif text is not None and text.strip():
            try:
                values[name] = _PARSERS.get(column.type, str)(text.strip())
            except InvalidValue as error:
                message = f"{column.name}：{error.message}"
                errors.add("E-FACTS-TYPE", message, place, error.remedy, column=name)
    return values


def table_from(rows: Sequence[Mapping[str, Any]], register: Register) -> pa.Table:
    """Typed values by column id as the register's table."""
    arrays = [pa.array([row.get(c.id) for row in rows], ARROW_TYPES[c.type]) for c in all_columns(register)]
    return pa.table(arrays, schema=arrow_schema(register))


def check_may_write(viewer: Viewer, register: Register, parties: Collection[str], errors: ErrorList) -> None:
    """That `viewer` may record facts of these parties in a register. Error: E-RECORDS-DENIED."""
    place = Place(register.id)
    if not viewer.writes(register):
        text = f"{viewer.name or '未登录者'}不能写登记簿 {register.name}"
        errors.add("E-RECORDS-DENIED", text, place, f"由 {'、'.join(register.writers)} 登记")
        return
    if viewer.role == "operator":
        return
    if ANY_UNIT & set(register.writers) and not viewer.duty(register):
        foreign = set(parties) - {viewer.unit}
        remedy = "只能以本单位的名义报送"
    elif viewer.county is not None:
        foreign = set(parties) - _in_county(parties, viewer.county)
        remedy = "只能登记本区市的主体"
    else:
        return
    if foreign:
        errors.add("E-RECORDS-DENIED", f"{len(foreign)} 个主体不归本单位登记", place, remedy)


def _in_county(parties: Collection[str], county: str) -> set[str]:
    found: set[str] = set()
    every = sorted(parties)
    for start in range(0, len(every), 500):
        rows = Party.objects.filter(id__in=every[start : start + 500])
        found |= {row.id for row in rows if county in (row.division, row.zone)}
    return found
