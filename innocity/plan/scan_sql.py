"""SQL of the rows that count: `__party`, `__on`, `__fact` and the columns asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from innocity.core.canonical import sha256_text
from innocity.core.dates import year_end, year_start
from innocity.plan.nodes import Col, Logic, Node, Prior
from innocity.plan.scan import TRUE, DistinctPlan, JoinPlan, Source, columns_used, only_missed, source_nodes
from innocity.plan.sql import Emitter, quote


@dataclass(frozen=True)
class Reach:
    """How far back rows are read: the fact year, the year before too, or all years."""

    last: bool = False
    before: bool = False


def table_name(register: str) -> str:
    """The view under which a register's facts are found.

    >>> table_name("award")
    '"r_award"'
    """
    return quote(f"r_{register}")


def awards_table(clause: str) -> str:
    """The table of a clause's awards that other clauses build on; databases cut names of over 63 bytes.

    >>> awards_table("hnte_reward")
    'awards_of_hnte_reward'
    """
    if len(clause) <= 50:
        return f"awards_of_{clause}"
    return f"awards_of_{clause[:40]}_{sha256_text(clause)[:8]}"


Narrowed = Mapping[tuple[str, tuple[str, ...]], str]


def rows_query(
    source: Source, emitter: Emitter, wanted: list[Node], reach: Reach, narrowed: Narrowed = MappingProxyType({}),
    *, ordered: bool = True,
) -> str:  # fmt: skip
    """A SELECT of the rows that count; `wanted` are the expressions that will read them, `ordered` whether somebody
    asks which of several comes first (else there is no `__fact`).

    In as few layers as there can be: every layer is bound and optimised anew, which costs more than small registers.
    `narrowed`: a register with the conditions that cut it to its years -> the table that holds what they leave.
    """
    ordered = ordered or _orders(source, emitter)
    names, table, years, own = _own_rows(source, emitter, wanted, reach, narrowed, ordered)
    columns, cut = list(names), [*years, *own]
    if source.joins:
        nodes, last = [*source_nodes(source), *wanted], _conditions(source)[1]
        used, missed = columns_used(nodes), only_missed(nodes)
        query = _select(columns, table, cut)
        for join in source.joins:
            asked = used.get(join.alias, set())
            if _latest_first(join, source, emitter):
                any_will_do = _any_will_do(join, asked, missed, emitter)
                query = _joined_by_keys(query, join, emitter, asked, any_will_do=any_will_do)
            else:
                query = _joined(query, join, emitter, sorted(asked))
        query = _dated(["*"], f"({query}) d", source, emitter, list(map(emitter.expression, last)), ordered)
    else:
        query = _dated(columns, table, source, emitter, cut, ordered)
    if _year_is_worked_out(source):
        query = _select(["*"], f"({query}) w", [_year_filter(emitter, reach)])
    if source.distinct is not None:
        query = _distinct(query, source.distinct, emitter)
    if source.priors:
        query = _select(["*"], f"({_priors(query, source, emitter)}) y", [_year_filter(emitter, reach)])
    return query


@dataclass(frozen=True)
class PlainRows:
    """Rows that count as they stand in one table: SQL of what is read, of whose they are and of their date."""

    columns: tuple[str, ...]
    table: str
    cut: tuple[str, ...]  # to the years
    own: tuple[str, ...]  # the source's conditions
    party: str
    on: str


def plain_rows(
    source: Source, emitter: Emitter, wanted: list[Node], reach: Reach, narrowed: Narrowed = MappingProxyType({}),
    *, ordered: bool = True,
) -> PlainRows | None:  # fmt: skip
    """What `rows_query` of the same arguments selects, taken apart; None where it needs several tables or layers."""
    if source.joins or source.distinct is not None or source.priors or _year_is_worked_out(source):
        return None
    columns, table, cut, own = _own_rows(source, emitter, wanted, reach, narrowed, ordered)
    return PlainRows(columns, table, cut, own, emitter.expression(source.party), _date(source, emitter))


def _orders(source: Source, emitter: Emitter) -> bool:
    """Whether the source itself asks which of several rows comes first, or for each row which is joined to it."""
    ranked = any(not _same_for_all(j) and not _latest_first(j, source, emitter) for j in source.joins)
    return ranked or bool(source.priors) or source.distinct is not None


def _columns_read(source: Source, wanted: list[Node], ordered: bool) -> set[str]:
    """The columns that are read of the source's own register."""
    standing = {"party_id", "fact_id"} if ordered else {"party_id"}
    return columns_used([*source_nodes(source), *wanted]).get("", set()) | standing


def _own_rows(
    source: Source, emitter: Emitter, wanted: list[Node], reach: Reach, narrowed: Narrowed, ordered: bool
) -> tuple[tuple[str, ...], str, tuple[str, ...], tuple[str, ...]]:
    """Of a source's own register: the columns read, the table, what cuts it to the years, the conditions."""
    columns = sorted(_columns_read(source, wanted, ordered))
    table, cut = _table(source), _years(source, emitter, reach)
    if (table, tuple(cut)) in narrowed:
        table, cut = quote(narrowed[table, tuple(cut)]), []
    own = map(emitter.expression, _conditions(source)[0])
    return tuple(map(quote, columns)), table, tuple(cut), tuple(own)


@dataclass(frozen=True)
class Scan:
    """What a source reads of its own register: the years it is cut to, the columns, the conditions besides."""

    table: str
    years: tuple[str, ...]
    columns: frozenset[str]
    where: tuple[Node, ...]

    def query(self, conditions: list[str]) -> str:
        """The rows of these years, with the columns of this scan."""
        return _select([quote(n) for n in sorted(self.columns)], self.table, [*self.years, *conditions])


def scan_of(source: Source, emitter: Emitter, wanted: list[Node], reach: Reach, *, ordered: bool = True) -> Scan:
    """The scan that `rows_query` of the same arguments makes."""
    years = tuple(_years(source, emitter, reach))
    read = _columns_read(source, wanted, ordered or _orders(source, emitter))
    return Scan(_table(source), years, frozenset(read), tuple(_conditions(source)[0]))


def _table(source: Source) -> str:
    return quote(awards_table(source.after)) if source.after else table_name(source.register)


def _select(columns: list[str], table: str, conditions: list[str]) -> str:
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return f"SELECT {', '.join(columns)} FROM {table}{where}"


def _conditions(source: Source) -> tuple[list[Node], list[Node]]:
    """Conditions that rows meet by themselves, and those that ask joined rows too."""
    where = source.where
    parts = list(where.items) if isinstance(where, Logic) and where.op == "and" else [where]
    parts = [p for p in parts if p != TRUE]
    own = [p for p in parts if not set(columns_used([p])) - {""}]
    return own, [p for p in parts if p not in own]


def _years(source: Source, emitter: Emitter, reach: Reach) -> list[str]:
    """What cuts the register's own rows to the years needed, where no window looks further back."""
    if source.over is not None:
        return [] if _over_joins(source) else [_touches(source.over, emitter)]
    assert source.on is not None
    if source.priors or _year_is_worked_out(source):
        return []
    return [_year_filter(emitter, reach, emitter.expression(source.on))]


def _year_is_worked_out(source: Source) -> bool:
    """Whether rows are cut to years only when their date stands beside them."""
    plain = isinstance(source.on, Col) and not source.on.alias
    return source.on is not None and not plain and not source.priors


def _over_joins(source: Source) -> bool:
    """Whether a span of years is told by columns of joins, so that rows are cut only after them."""
    return source.over is not None and bool(set(columns_used(list(source.over))) - {""})


def _touches(over: tuple[Node, Node], emitter: Emitter) -> str:
    start, end = (emitter.expression(n) for n in over)
    first, last = (emitter.constant(f(emitter.run.year)) for f in (year_start, year_end))
    return f"{start} <= {last} AND ({end} IS NULL OR {end} >= {first})"


def _year_filter(emitter: Emitter, reach: Reach, on: str = '"__on"') -> str:
    year = emitter.run.year
    last = f"{on} <= {emitter.constant(year_end(year))}"
    if reach.before:
        return last
    return f"{on} >= {emitter.constant(year_start(year - 1 if reach.last else year))} AND {last}"


def _dated(
    columns: list[str], table: str, source: Source, emitter: Emitter, conditions: list[str], ordered: bool
) -> str:
    """The rows that meet the conditions, with `__party` and `__on`, and `__fact` where they are `ordered`."""
    party, on = emitter.expression(source.party), _date(source, emitter)
    if source.over is not None:
        if _over_joins(source):
            conditions = [_touches(source.over, emitter), *conditions]
    elif source.priors or _year_is_worked_out(source):  # else the years ask for it
        conditions = [*conditions, f"{on} IS NOT NULL"]
    named = [f'{party} AS "__party"', f'{on} AS "__on"', *(['"fact_id" AS "__fact"'] if ordered else [])]
    return _select([*columns, *named], table, [*conditions, f"{party} IS NOT NULL"])


def _date(source: Source, emitter: Emitter) -> str:
    """The date that decides in which year a row counts."""
    if source.over is not None:
        return f"greatest({emitter.expression(source.over[0])}, {emitter.constant(year_start(emitter.run.year))})"
    assert source.on is not None
    return emitter.expression(source.on)


def _joined(query: str, join: JoinPlan, emitter: Emitter, columns: list[str]) -> str:
    """Left join with the latest matching row, valid at the date if one is asked for."""
    kept_always = {"fact_id", "valid_from", "valid_to", *(("recorded_at",) if join.dated is not None else ())}
    needed = sorted({*columns, *(theirs for theirs, _ in join.on), *kept_always})
    theirs = ", ".join(f"{quote(n)} AS {quote(f'{join.alias}.{n}')}" for n in needed)
    theirs = f"SELECT {theirs} FROM {table_name(join.register)}"
    alike = " AND ".join(_matches(join, emitter))
    order = ", ".join(f"{one} DESC NULLS LAST" for one in _newest(join, emitter))
    kept = "o.*, " + ", ".join(f"j.{quote(f'{join.alias}.{n}')}" for n in needed)
    if _same_for_all(join):
        theirs = f"SELECT * FROM ({theirs}) m WHERE {alike} ORDER BY {order} LIMIT 1"
        return f"SELECT {kept} FROM ({query}) o LEFT JOIN ({theirs}) j ON TRUE"
    rank = quote(f"__rank_{join.alias}")
    row = f'row_number() OVER (PARTITION BY o."fact_id" ORDER BY {order}) AS {rank}'
    inner = f"SELECT {kept}, {row} FROM ({query}) o LEFT JOIN ({theirs}) j ON {alike}"
    return f"SELECT * FROM ({inner}) k WHERE {rank} = 1"


def _latest_first(join: JoinPlan, source: Source, emitter: Emitter) -> bool:
    """Whether which row is joined depends on nothing but its keys, and the register of it is the smaller one."""
    alone = join.at is None and join.dated is None and join.where == TRUE and not _same_for_all(join)
    return alone and emitter.smaller(join.register, source.register)


def _any_will_do(join: JoinPlan, asked: set[str], missed: set[tuple[str, str]], emitter: Emitter) -> bool:
    """Whether rows with the same keys are all alike to whoever asks: they ask whether there is one."""
    beside = asked - {theirs for theirs, _ in join.on}
    return all((join.alias, n) in missed and emitter.full(join.register, n) for n in beside)


def _joined_by_keys(query: str, join: JoinPlan, emitter: Emitter, asked: set[str], *, any_will_do: bool) -> str:
    """What `_joined` gives where keys alone are matched: the latest row of each key is found before, not the latest
    of each row's matches. Quicker where the joined register is the smaller one, slower where it is not."""
    keys = sorted({theirs for theirs, _ in join.on})
    names = {f"{join.alias}.{n}": quote(n) for n in sorted({*asked, *keys})}
    by = [f"{join.alias}.{n}" for n in keys]
    if any_will_do:
        listed = ", ".join(f"{sql if n in by else 'TRUE'} AS {quote(n)}" for n, sql in names.items())
        theirs = f"SELECT DISTINCT {listed} FROM {table_name(join.register)}"
    else:
        listed = ", ".join(f"{sql} AS {quote(n)}" for n, sql in names.items())
        since = emitter.constant(date.min)
        order = f'"valid_from" IS NOT NULL AS "__dated", coalesce("valid_from", {since}) AS "__from"'
        theirs = f'SELECT {listed}, {order}, "fact_id" AS "__last" FROM {table_name(join.register)}'
        theirs = emitter.dialect.latest(theirs, list(names), by, ["__dated", "__from", "__last"], {})
    kept = ", ".join(["o.*", *(f"j.{quote(n)}" for n in names)])
    return f"SELECT {kept} FROM ({query}) o LEFT JOIN ({theirs}) j ON {' AND '.join(_matches(join, emitter))}"


def _matches(join: JoinPlan, emitter: Emitter) -> list[str]:
    """The conditions of a join."""
    found = [f"{quote(f'{join.alias}.{theirs}')} = {emitter.expression(ours)}" for theirs, ours in join.on]
    if join.at is not None:
        at = emitter.expression(join.at)
        start, end = quote(f"{join.alias}.valid_from"), quote(f"{join.alias}.valid_to")
        found.append(f"{start} <= {at} AND ({end} IS NULL OR {at} < {end})")
    if join.where != TRUE:
        found.append(emitter.expression(join.where))
    return found


def _same_for_all(join: JoinPlan) -> bool:
    """Whether a join asks nothing of the row it is joined to: one row matches all, looked up once, not row by row."""
    asked = [*(ours for _, ours in join.on), join.where, *([join.at] if join.at is not None else [])]
    return set(columns_used(asked)) <= {join.alias}


def _newest(join: JoinPlan, emitter: Emitter) -> list[str]:
    """By what one of several matching rows is the latest; of rows of one day that which was recorded last."""
    fact = emitter.dialect.text_key.format(x=quote(f"{join.alias}.fact_id"))
    if join.dated is None:
        return [quote(f"{join.alias}.valid_from"), fact]
    return [emitter.expression(join.dated), quote(f"{join.alias}.recorded_at"), fact]


def _priors(query: str, source: Source, emitter: Emitter) -> str:
    columns = ", ".join(f"{_prior(prior, emitter)} AS {quote(name)}" for name, prior in source.priors)
    return f"SELECT *, {columns} FROM ({query}) p"


def _prior(prior: Prior, emitter: Emitter) -> str:
    item, by = emitter.value(prior.item), emitter.expression(prior.by)
    fact = emitter.dialect.text_key.format(x='"__fact"')
    window = f'PARTITION BY {by} ORDER BY "__on", {fact}'
    if prior.how == "max":
        value = f"max({item}) OVER ({window} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"
    else:
        value = f"lag({item}) OVER ({window})"
    return f"CASE WHEN {by} IS NULL THEN NULL ELSE {value} END"


def _distinct(query: str, distinct: DistinctPlan, emitter: Emitter) -> str:
    by = [emitter.expression(n) for n in distinct.by]
    prefer = [f"CASE WHEN {emitter.expression(p)} THEN 0 ELSE 1 END" for p in distinct.prefer]
    fact = emitter.dialect.text_key.format(x='"__fact"')
    year = 'EXTRACT(YEAR FROM "__on")'
    order = ", ".join([*prefer, '"__on"', fact])
    rank = f"row_number() OVER (PARTITION BY {', '.join([*by, year])} ORDER BY {order})"
    unknown = " OR ".join(f"{b} IS NULL" for b in by)
    return f'SELECT * FROM (SELECT *, {rank} AS "__nth" FROM ({query}) q) n WHERE "__nth" = 1 OR {unknown}'
