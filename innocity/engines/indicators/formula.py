"""A formula over a register -> SQL of one number, of what lapses, of the parts by division or zone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from innocity.core.dates import year_end, year_start
from innocity.core.errors import register_codes
from innocity.packs.model import Indicator, Pack
from innocity.plan.dialects import DUCKDB
from innocity.plan.interpret import Run
from innocity.plan.nodes import Aggregate, Col, Compare, Lit, Logic, Node, Ref, Var, has, transform, walk
from innocity.plan.parse import parse_expression
from innocity.plan.scan import Extractor, Source, build_source, scope_of
from innocity.plan.scan_sql import Reach, rows_query
from innocity.plan.sql import Emitter, quote

register_codes({"E-FORMULA": ("指标公式写得不对", "an indicator's formula makes no sense")})

GROUPS = ("division", "zone")
#: Columns of a party's own row in `organization` by which its facts are placed, the first that is filled.
_PLACES = {"division": ("statistical_division", "registered_division"), "zone": ("zone",)}


@dataclass(frozen=True, slots=True)
class Plan:
    """A formula, parsed: which rows count and what is taken from them."""

    indicator: Indicator
    register: str
    source: Source
    value: Node  # over Refs to the aggregates
    aggregates: tuple[tuple[str, Aggregate], ...]
    money: bool
    run: Run

    @property
    def reach(self) -> Reach:
        """How far back rows are read."""
        years = {one.years for _, one in self.aggregates}
        return Reach(last="last" in years, before=bool(years & {"before", "upto"}))


def compile_formula(pack: Pack, indicator: Indicator, as_of: date) -> Plan:
    """The plan of an indicator's formula as of a date. Errors: E-EXPR-*, E-FORMULA, with the indicator's place."""
    formula = indicator.formula
    assert formula is not None
    scope = scope_of(pack, formula.register_, "", (), {}, indicator.place)
    rows = scope.of_rows()
    on = formula.counts_on or "valid_from"
    source = build_source(scope, register=formula.register_, on=on, where=formula.where)
    written = parse_expression(formula.value, replace(rows, sums=True))
    if written.type not in ("integer", "money"):
        scope.error("E-FORMULA", "公式的 value 要得出数", "写 count()、distinct(列) 或 sum(列)", formula.value)
    extract = Extractor(Aggregate, "a")
    value = extract(written)
    if not extract.found or has(value, Col):
        scope.error("E-FORMULA", "公式的 value 里，列要放进汇总", "写 count()、distinct(列) 或 sum(列)", formula.value)
    sums = tuple((name, node) for node, name in extract.found.items() if isinstance(node, Aggregate))
    return Plan(indicator, formula.register_, source, value, sums, written.type == "money", Run(as_of.year, as_of))


def value_query(plan: Plan) -> str:
    """A SELECT of the value, in fen or in whole numbers, and of how many rows were read for it."""
    return _query(plan, plan.source, counted=True)


def lapsing_query(plan: Plan, due: date) -> str | None:
    """The value of what counts both now and, nothing being added, on a day to come; None where rows do not age."""
    if (
        not any(_ages(node) for node in walk(plan.source.where))
        or len(plan.aggregates) != 1
        or not isinstance(plan.value, Ref)
    ):
        return None
    if plan.indicator.kind != "stock" or plan.aggregates[0][1].years != "upto":
        return None

    def later(node: Node) -> Node | None:
        return Lit("date", due) if isinstance(node, Var) and node.name == "as_of" else None

    both = Logic("bool", "and", (plan.source.where, transform(plan.source.where, later)))
    return _query(plan, replace(plan.source, where=both))


def _ages(node: Node) -> bool:
    """Whether a condition says that something has not ended yet: `expires_on > as_of`."""
    if not isinstance(node, Compare) or not isinstance(node.left, Col) or not isinstance(node.right, Var):
        return False
    return node.op in (">", ">=") and node.right.name == "as_of"


def group_query(pack: Pack, plan: Plan, by: str) -> str | None:
    """A SELECT of place and value; None where neither the register nor the party tells the place."""
    columns = {column.id for column in pack.registers[plan.register].columns}
    if by in columns:
        place = Col("text", "", by)
        return _query(plan, plan.source, group=quote(by), extra=[place])
    if "organization" not in pack.registers:
        return None
    own = {column.id for column in pack.registers["organization"].columns}
    names = [name for name in _PLACES[by] if name in own]
    if not names:
        return None
    told = f"coalesce({', '.join(quote(name) for name in names)}, NULL)"
    joined = (
        f'(SELECT "party_id" AS "__who", arg_max({told}, coalesce("valid_from", DATE \'1900-01-01\')) AS "__place"'
        ' FROM "r_organization" GROUP BY 1)'
    )
    return _query(plan, plan.source, group='"__place"', join=f'LEFT JOIN {joined} o ON o."__who" = b."__party"')


def _query(
    plan: Plan,
    source: Source,
    group: str | None = None,
    extra: Iterable[Node] = (),
    join: str = "",
    counted: bool = False,
) -> str:
    emitter = Emitter(DUCKDB, plan.run)
    wanted = [node for _, one in plan.aggregates for node in walk(one)] + list(extra)
    rows = rows_query(source, emitter, wanted, plan.reach)
    sums = ", ".join(f"{_aggregate(one, emitter)} AS {quote(name)}" for name, one in plan.aggregates)
    grouped = (f"{group} AS g, ", " GROUP BY 1") if group else ("", "")
    many = ', count(*) AS "__rows"' if counted else ""
    inner = f"SELECT {grouped[0]}{sums}{many} FROM ({rows}) b {join}{grouped[1]}"
    head, tail = "g, " if group else "", ', "__rows"' if counted else ""
    return f"SELECT {head}{emitter.expression(plan.value)}{tail} FROM ({inner}) t"


def _aggregate(node: Aggregate, emitter: Emitter) -> str:
    """SQL of one aggregate over the rows of the years it names."""
    start, end = (emitter.constant(f(emitter.run.year)) for f in (year_start, year_end))
    last = emitter.constant(year_start(emitter.run.year - 1))
    years = {
        "this": f'"__on" >= {start} AND "__on" <= {end}', "last": f'"__on" >= {last} AND "__on" < {start}',
        "before": f'"__on" < {start}', "upto": f'"__on" <= {end}',
    }[node.years]  # fmt: skip
    when = f" AND {emitter.expression(node.when)}" if node.when is not None else ""
    only = f"FILTER (WHERE {years}{when})"
    item = emitter.value(node.item) if node.item is not None else "*"
    if node.how == "count":
        counted = "*" if node.item is None else f"CASE WHEN {item} THEN 1 END"
        return f"count({counted}) {only}"
    if node.how == "distinct":
        return f"count(DISTINCT {item}) {only}"
    if node.how == "any":
        return f"coalesce(bool_or({item}) {only}, FALSE)"
    found = f"{node.how}({item}) {only}"
    return f"CAST(coalesce({found}, 0) AS BIGINT)" if node.how == "sum" else found
