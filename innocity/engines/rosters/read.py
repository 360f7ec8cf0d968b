"""A roster over facts: its rows, a page at a time, and its totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from innocity.core.dates import year_end, year_start
from innocity.core.money import format_money
from innocity.engines.rosters.model import NOT_SAID, Column, Fund, Group, RosterView, Row, Totals
from innocity.engines.rosters.plan import Quotient, RosterPlan, TablePlan, column_of, compile_roster
from innocity.packs.held_names import held_word
from innocity.packs.model import Pack, Roster
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts
from innocity.plan.nodes import Aggregate, Col, has
from innocity.plan.parse import Scope, parse_expression
from innocity.plan.scan import register_columns
from innocity.plan.scan_sql import Reach, rows_query, table_name
from innocity.plan.sql import Emitter, quote

Facts = Path | Mapping[str, pa.Table]


def read_roster(
    pack: Pack, roster: Roster, facts: Facts, as_of: date, *, known_on: date | None = None,
    skip: int = 0, limit: int | None = None, year: int | None = None,
) -> RosterView:  # fmt: skip
    """A roster as of a day: rows `skip` to `skip + limit` of it, and totals over all of it.

    Facts recorded after `known_on` (default: the day) are left out. Of a roster of a year the rows of `year` (default:
    the latest that has any) are read. Errors: E-EXPR-*, E-ROSTER, E-OVERFLOW.
    """
    plan = compile_roster(pack, roster, as_of)
    database = connect(threads=2)
    try:
        needed = plan.registers() | ({"organization"} & set(pack.registers)) | _drawn_from(pack, roster)
        open_facts(database, pack, facts, known_on or as_of, sorted(needed))
        _keep(database, plan)
        year, years = _of_year(database, plan, year)
        names = _Names(pack, roster, database)
        count = int(database.value('SELECT count(*) FROM "__roster"') or 0)
        tables = tuple(_totals(pack, database, plan, table, names) for table in plan.tables)
        rows = _rows(database, plan, names, skip, limit)
        return RosterView(roster, plan.columns, count, rows, tables, _fund(pack, database, plan), year, years)
    finally:
        database.close()


def _keep(database: DuckDatabase, plan: RosterPlan) -> None:
    """The rows of the roster as a table `__roster`: those that hold on its day, or from a day not written down."""
    emitter = Emitter(DUCKDB, plan.run)
    query = rows_query(plan.source, emitter, plan.wanted(), Reach(before=True))
    day = emitter.constant(plan.run.as_of)
    query = f'SELECT * FROM ({query}) v WHERE "__on" <= {day} AND ("valid_from" IS NULL OR "valid_from" <= {day})'
    if plan.latest:
        alike = ", ".join(emitter.expression(node) for node in plan.latest)
        query += f" QUALIFY row_number() OVER (PARTITION BY {alike} ORDER BY {_newest(plan)}) = 1"
    if plan.roster.stands != "True":
        query = f"SELECT * FROM ({query}) l WHERE {emitter.expression(plan.stands)}"
    database.run(f'CREATE TEMP TABLE "__roster" AS {query}')


def _of_year(
    database: DuckDatabase, plan: RosterPlan, asked: int | None
) -> tuple[int | None, tuple[tuple[int, int], ...]]:
    """Of a roster of a year only the rows of the one asked for (else the latest that has any) stay.

    That year, and those that have rows with how many, the latest first; nothing of a roster that is of no year.
    """
    if plan.year is None:
        return None, ()
    said = Emitter(DUCKDB, plan.run).expression(plan.year)
    found = database.rows(
        f'SELECT {said} AS y, count(*) FROM "__roster" GROUP BY 1 HAVING y IS NOT NULL ORDER BY 1 DESC'
    )
    years = tuple((int(one), int(count)) for one, count in found)
    if asked is None:  # a year written by mistake, or one still to come, is no year to open on
        asked = next((one for one, _ in years if one <= plan.run.as_of.year), plan.run.as_of.year)
    database.run(f'DELETE FROM "__roster" WHERE {said} IS DISTINCT FROM {int(asked)}')
    return asked, years


def _newest(plan: RosterPlan) -> str:
    """By what one of several rows alike is the latest: its day, from when on it holds, when it was recorded.

    A thing is nothing before its own day, so a state without a first day begins on that day; where rows count at
    once (registers of parties themselves) it stands before all that have one.
    """
    dated = plan.source.on is not None and has(plan.source.on, Col)
    begins = 'greatest("valid_from", "__on")' if dated else '"valid_from"'  # greatest() passes over what is missing
    return f'"__on" DESC, {begins} DESC NULLS LAST, "recorded_at" DESC NULLS LAST, "__fact" DESC'


def _rows(database: DuckDatabase, plan: RosterPlan, names: _Names, skip: int, limit: int | None) -> tuple[Row, ...]:
    emitter = Emitter(DUCKDB, plan.run)
    cells = ", ".join(_quotient(cell, emitter) for cell in ((plan.owner,), *plan.cells))
    first = [f"{_quotient(value, emitter)} DESC NULLS LAST" for value in plan.first]
    order = ", ".join([*first, '"__party"', '"__on"', '"__fact"'])
    page = "" if limit is None else f" LIMIT {int(limit)} OFFSET {int(skip)}"
    found = database.rows(f'SELECT "__fact", "__party", {cells} FROM "__roster" ORDER BY {order}{page}')
    names.learn(row[3 + place] for row in found for place, one in enumerate(plan.columns) if one.parties)
    names.learn(party for _, party, owner, *_ in found if not owner)  # named also where it is registered later
    return tuple(
        Row(party, names.party(party, owner), tuple(values),
            tuple(names.word(one, value) for one, value in zip(plan.columns, values, strict=True)), fact)
        for fact, party, owner, *values in found
    )  # fmt: skip


# --- totals --------------------------------------------------------------------------------------------------


def _totals(pack: Pack, database: DuckDatabase, plan: RosterPlan, table: TablePlan, names: _Names) -> Totals:
    emitter = Emitter(DUCKDB, plan.run)
    shown = tuple(column_of(pack, plan.roster, "", node) for node in table.by)
    found = {tuple(row[: len(table.by)]): tuple(row[len(table.by) :]) for row in database.rows(_sums(table, emitter))}
    whole = database.rows(_sums(table, emitter, grouped=False))[0] if table.table.overall else None
    total = None if whole is None else Group((), "合计", tuple(whole))
    names.learn(key[place] for key in found for place, one in enumerate(shown) if one.parties)
    nothing = tuple(0 for _ in table.columns)
    keys = [*_expected(pack, plan, table), *sorted((key for key in found), key=lambda key: tuple(map(str, key)))]
    above = table.table.above
    groups = tuple(
        Group(key, "、".join(names.word(one, part) or NOT_SAID for one, part in zip(shown, key, strict=True)),
              found.get(key, nothing), key not in found,
              above is not None and (found.get(key, nothing)[0] or 0) > above)
        for key in dict.fromkeys(keys)
    )  # fmt: skip
    return Totals(table.table.name, table.columns, groups if table.by else (), total, above)


def _expected(pack: Pack, plan: RosterPlan, table: TablePlan) -> list[tuple[Any, ...]]:
    """The codes that have a line whether there is anything or not."""
    node = table.by[0] if len(table.by) == 1 else None
    if not isinstance(node, Col) or node.codes not in pack.codes:
        return []
    if table.table.only:
        return [(code,) for code in table.table.only]
    if node.codes == "division":  # the list holds other cities' divisions too
        return [(one.code,) for one in pack.city.divisions if one.code]
    if node.codes == "zone":
        return [(one.id,) for one in pack.city.zones]
    return [(code.id,) for code in pack.codes[node.codes].codes if code.id != "other"]


def _sums(table: TablePlan, emitter: Emitter, grouped: bool = True) -> str:
    """A SELECT of the keys and the sums."""
    by = [emitter.expression(node) for node in table.by] if grouped else []
    keys = [f"g{place}" for place in range(len(by))]
    inner = [f"{sql} AS {key}" for sql, key in zip(by, keys, strict=True)]
    inner += [f"{_aggregate(one, emitter, table.table.yearly)} AS {quote(name)}" for name, one in table.aggregates]
    group = f" GROUP BY {', '.join(by)}" if by else ""
    values = [_quotient(value, emitter) for value in table.values]
    rows = '"__roster"'
    if table.once:
        alike = ", ".join([*by, *(emitter.expression(node) for node in table.once)])
        first = f'row_number() OVER (PARTITION BY {alike} ORDER BY "__on" DESC, "__fact") = 1'
        rows = f"(SELECT * FROM {rows} QUALIFY {first}) o"
    return f"SELECT {', '.join([*keys, *values])} FROM (SELECT {', '.join(inner)} FROM {rows}{group}) t"


def _quotient(value: Quotient, emitter: Emitter) -> str:
    """SQL of a value, or of a division: money in whole fen, else a fraction. By nothing it is missing."""
    if len(value) == 1:
        return emitter.expression(value[0])
    upper, lower = (emitter.expression(node) for node in value)
    divided = f"CAST({upper} AS DOUBLE) / nullif(CAST({lower} AS DOUBLE), 0)"
    return f"CAST(round({divided}) AS BIGINT)" if value[0].type == "money" and value[1].type == "integer" else divided


def _aggregate(node: Aggregate, emitter: Emitter, yearly: bool) -> str:
    """SQL of one aggregate over the rows of the years it names; those of the year alone only if `yearly`."""
    first, last = (emitter.constant(f(emitter.run.year)) for f in (year_start, year_end))
    year_before = emitter.constant(year_start(emitter.run.year - 1))
    years = {
        "this": f'"__on" >= {first} AND "__on" <= {last}' if yearly else "TRUE",
        "last": f'"__on" >= {year_before} AND "__on" < {first}',
        "before": f'"__on" < {first}', "upto": f'"__on" <= {last}',
    }[node.years]  # fmt: skip
    when = f" AND {emitter.expression(node.when)}" if node.when is not None else ""
    only = f"FILTER (WHERE {years}{when})"
    item = emitter.value(node.item) if node.item is not None else "*"
    if node.how == "count":
        return f"count({'*' if node.item is None else f'CASE WHEN {item} THEN 1 END'}) {only}"
    if node.how == "distinct":
        return f"count(DISTINCT {item}) {only}"
    if node.how == "any":
        return f"CAST(coalesce(bool_or({item}) {only}, FALSE) AS BIGINT)"
    found = f"{node.how}({item}) {only}"
    return f"CAST(coalesce({found}, 0) AS BIGINT)" if node.how == "sum" else found


# --- the fund ------------------------------------------------------------------------------------------------


def _drawn_from(pack: Pack, roster: Roster) -> set[str]:
    item = pack.appropriations.get(roster.appropriation or "")
    return {item.uses.register_} if item is not None and item.uses is not None else set()


def _fund(pack: Pack, database: DuckDatabase, plan: RosterPlan) -> Fund | None:
    """Planned, and drawn until the day, of the appropriation that the roster names."""
    item = pack.appropriations.get(plan.roster.appropriation or "")
    if item is None:
        return None
    used = 0
    if item.uses is not None:
        codes = {key: one.ids() for key, one in pack.codes.items()}
        columns = {"": register_columns(pack.registers[item.uses.register_])}
        scope, emitter = Scope(columns, codes, place=item.place, sums=False), Emitter(DUCKDB, plan.run)
        until = f"({item.uses.counts_on}) <= as_of" if item.uses.counts_on else "True"
        where = emitter.expression(parse_expression(f"({item.uses.where}) and ({until})", scope, "bool"))
        drawn = emitter.expression(parse_expression(item.uses.of, scope, "money"))
        sql = f"SELECT CAST(coalesce(sum({drawn}), 0) AS BIGINT) FROM {table_name(item.uses.register_)} WHERE {where}"
        used = int(database.value(sql) or 0)
    return Fund(item.name or item.id, item.planned(), used)


# --- words ---------------------------------------------------------------------------------------------------


class _Names:
    """Codes, places and parties by name."""

    def __init__(self, pack: Pack, roster: Roster, database: DuckDatabase) -> None:
        self.pack, self.database = pack, database
        self.procedures = [one for one in pack.procedures if f"'{one}'" in roster.where]  # whose steps it lists
        self.codes = {key: {one.id: one.name for one in codes.codes} for key, codes in pack.codes.items()}
        places = (*pack.city.divisions, *pack.city.zones)
        self.parties: dict[str, str] = {one.id: one.name for one in (*places, *pack.units.values())}

    def learn(self, ids: Iterable[Any]) -> None:
        """Look up the names of parties."""
        wanted = sorted({str(one) for one in ids if one is not None} - set(self.parties))
        if not wanted or "organization" not in self.pack.registers:
            return
        self.database.connection.register("__named", pa.table({"id": pa.array(wanted, pa.string())}))
        sql = 'SELECT "party_id", max("name") FROM "r_organization" WHERE "party_id" IN (SELECT id FROM "__named")'
        self.parties |= {str(one): str(name) for one, name in self.database.rows(f"{sql} GROUP BY 1")}

    def party(self, one: str, owner: str | None = None) -> str:
        """A party's name, its id where nobody tells."""
        return owner or self.parties.get(one, one)

    def word(self, column: Column, value: Any) -> str:
        """A value in words."""
        if value is None:
            return ""
        if column.type == "party":
            return self.party(str(value))
        if column.holds:
            return held_word(self.pack, column.holds, str(value), self.parties, self.procedures)
        if column.codes:
            return self.codes.get(column.codes, {}).get(value, str(value))
        if column.type == "money":
            return format_money(int(value))
        if column.type == "rate":
            return f"{float(value):.1%}"
        if column.type == "bool":
            return "是" if value else "否"
        return value.isoformat() if isinstance(value, date) else str(value)
