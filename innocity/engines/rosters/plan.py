"""A roster -> typed expressions over the rows of its register."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from datetime import date

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.core.syntax import syntax
from innocity.engines.rosters.model import Column
from innocity.packs.held_names import kind_held
from innocity.packs.invalid import suggest
from innocity.packs.model import Join, Pack, Roster, RosterTable
from innocity.packs.model_roster import RosterJoin
from innocity.plan.interpret import Run
from innocity.plan.literals import parse_literal
from innocity.plan.nodes import Aggregate, Col, Lit, Logic, Node, walk
from innocity.plan.parse import Scope, parse_expression
from innocity.plan.scan import Extractor, JoinPlan, Source, build_source, scope_of

register_codes({
    "E-ROSTER": ("名录写得不对", "a roster makes no sense"),
    "E-ROSTER-UNKNOWN": ("没有这份名录", "there is no such roster"),
})  # fmt: skip

#: An expression, or two of which the first is divided by the second.
Quotient = tuple[Node, ...]
#: The name under which the row of `organization` of a row's party is found.
OWNER = "owner"
_DAYS = 10_000_000  # more than there are between any two: a later day goes before whatever began later of one day


@dataclass(frozen=True, slots=True)
class TablePlan:
    """Totals, parsed: what they are by, and the sums over references to aggregates."""

    table: RosterTable
    by: tuple[Node, ...]
    columns: tuple[Column, ...]
    values: tuple[Quotient, ...]
    aggregates: tuple[tuple[str, Aggregate], ...]
    once: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """A roster, parsed as of a day."""

    roster: Roster
    source: Source
    run: Run
    columns: tuple[Column, ...]
    cells: tuple[Quotient, ...]
    owner: Node  # the party's name
    latest: tuple[Node, ...]
    stands: Node
    year: Node | None
    first: tuple[Quotient, ...]
    tables: tuple[TablePlan, ...]

    def wanted(self) -> list[Node]:
        """Every expression that reads the rows."""
        sums = [part for table in self.tables for _, one in table.aggregates for part in walk(one)]
        by = [node for table in self.tables for node in (*table.by, *table.once)]
        cells = [node for one in (*self.cells, *self.first) for node in one]
        days = (Col("date", "", "valid_from"), Col("date", "", "recorded_at"))
        year = () if self.year is None else (self.year,)
        return [*cells, self.owner, *self.latest, self.stands, *year, *by, *sums, *days]

    def registers(self) -> set[str]:
        """The registers that are read."""
        return {self.source.register, *(join.register for join in self.source.joins)}


def find_roster(pack: Pack, name: str) -> Roster:
    """A roster by its id. Error: E-ROSTER-UNKNOWN."""
    found = pack.rosters.get(name)
    if found is None:
        raise InnoCityError("E-ROSTER-UNKNOWN", f"没有名录 {name}", None, suggest(name, set(pack.rosters)))
    return found


def compile_roster(pack: Pack, roster: Roster, as_of: date) -> RosterPlan:
    """The plan of a roster. Errors: E-EXPR-*, E-ROSTER, those of written values, with the roster's place."""
    joins = (*_owner(pack, roster), *roster.join)
    params = {name: _param(roster, name, text) for name, text in roster.params.items()}
    scope = scope_of(pack, roster.register_, "", joins, params, roster.place)
    rows = scope.of_rows()
    source = build_source(scope, register=roster.register_, on=roster.counts_on, joins=joins, where=roster.where)
    source = replace(source, joins=tuple(_by_day(*one, rows) for one in zip(joins, source.joins, strict=True)))
    cells = tuple(tuple(parse_expression(part, rows) for part in halves(text)) for text in roster.columns.values())
    named = "name" if roster.register_ == "organization" else f"{OWNER}.name"
    return RosterPlan(
        roster=roster, source=source, run=Run(as_of.year, as_of),
        columns=tuple(
            Column(name, _divided(cell)) if len(cell) > 1 else column_of(pack, roster, name, cell[0])
            for name, cell in zip(roster.columns, cells, strict=True)
        ),
        cells=cells,
        owner=parse_expression(named, rows) if "organization" in pack.registers else Lit("text", None),
        latest=tuple(parse_expression(text, rows) for text in roster.latest),
        stands=parse_expression(roster.stands, rows, "bool"),
        year=parse_expression(roster.year, rows, "integer") if roster.year is not None else None,
        first=tuple(tuple(parse_expression(part, rows) for part in halves(text)) for text in roster.first),
        tables=tuple(_table(pack, roster, table, rows) for table in roster.tables),
    )  # fmt: skip


def halves(text: str) -> tuple[str, ...]:
    """An expression, or the two of a share: what stands on either side of its outermost `/`.

    >>> halves("sum(used) / count()"), halves("name")
    (('sum(used)', 'count()'), ('name',))
    """
    try:
        tree = syntax(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return (text,)  # told where it is parsed
    if isinstance(tree, ast.BinOp) and isinstance(tree.op, ast.Div):
        return ast.unparse(tree.left), ast.unparse(tree.right)
    return (text,)


def _divided(both: Quotient) -> str:
    """What a division gives: money by a number is money, everything else a share."""
    return "money" if (both[0].type, both[1].type) == ("money", "integer") else "rate"


def _owner(pack: Pack, roster: Roster) -> tuple[Join, ...]:
    """The row of the party itself, under the name `owner`, unless the roster is about those rows."""
    if roster.register_ == "organization" or "organization" not in pack.registers:
        return ()
    return (Join.model_validate({"register": "organization", "as": OWNER, "on": {"party_id": "party_id"}}),)


def _by_day(join: Join, plan: JoinPlan, rows: Scope) -> JoinPlan:
    """A join of the state on the roster's day: rows that begin to be valid later take no part.

    Of several the latest is taken: by their own day where the roster says which (rows after its day are left out),
    of those of one day by when they began, as of a roster's own rows; else by when they began alone.
    """
    own = replace(rows, columns={join.as_: rows.columns[join.as_]})
    begins = f"{join.as_}.valid_from"
    begun = parse_expression(f"is_missing({begins}) or {begins} <= as_of", own, "bool")
    if not isinstance(join, RosterJoin) or join.counts_on is None:
        day = parse_expression(begins, own, "date")
        return replace(plan, dated=day, where=Logic("bool", "and", (plan.where, begun)))
    until = parse_expression(f"({join.counts_on}) <= as_of", own, "bool")
    since, after = f"days_between(as_of, {join.counts_on})", f"days_between({join.counts_on}, {begins})"
    latest = f"{since} * {_DAYS} + ({after} if {begins} > ({join.counts_on}) else 0)"
    where = Logic("bool", "and", (plan.where, until, begun))
    return replace(plan, dated=parse_expression(latest, own, "integer"), where=where)


def _param(roster: Roster, name: str, text: str) -> Lit:
    try:
        return parse_literal(text)
    except InnoCityError as error:
        raise error.at(Place.of(roster.place, path=f"{roster.id}.{name}")) from None


def column_of(pack: Pack, roster: Roster, name: str, node: Node) -> Column:
    """How an expression's values are shown: those of a column that holds parties as their names."""
    if isinstance(node, Col):
        register = roster.register_ if not node.alias else _joined(roster, node.alias)
        declared = pack.registers[register].column(node.name)
        if node.name == "party_id" or (declared is not None and declared.type == "party"):
            return Column(name, "party")
        if declared is not None and declared.type == "year":
            return Column(name, "year")
        if declared is not None and (holds := kind_held(register, declared)):
            return Column(name, node.type, holds=holds)
    return Column(name, node.type, node.codes or "" if isinstance(node, Col) else "")


def _joined(roster: Roster, alias: str) -> str:
    return next((join.register_ for join in roster.join if join.as_ == alias), "organization")


def _table(pack: Pack, roster: Roster, table: RosterTable, rows: Scope) -> TablePlan:
    """One table of totals."""
    by = tuple(parse_expression(text, rows) for text in table.by)
    extract = Extractor(Aggregate, "a")
    columns, values = [], list[Quotient]()
    for name, text in table.values.items():
        written = [parse_expression(part, replace(rows, sums=True)) for part in halves(text)]
        value = tuple(extract(one) for one in written)
        outside = any(isinstance(node, Col) for one in value for node in walk(one))
        if outside or any(one.type not in ("integer", "money") for one in written):
            rows.error("E-ROSTER", f"“{name}”要得出数，列要放进汇总", "写 count()、distinct(列) 或 sum(列)", text)
        columns.append(Column(name, _divided(tuple(written)) if len(value) > 1 else written[0].type))
        values.append(value)
    coded = len(by) == 1 and isinstance(by[0], Col) and by[0].codes in pack.codes
    if table.only and not coded:
        rows.error("E-ROSTER", f"“{table.name}”写了 only，分组的却不是代码列", "删去 only，或换一列")
    for code in table.only:
        if coded and code not in pack.codes[by[0].codes or ""].ids():  # type: ignore[attr-defined]
            rows.error("E-ROSTER", f"“{table.name}”的 only 里有代码表没有的 {code}", "改成代码表里的代码")
    sums = tuple((name, node) for node, name in extract.found.items() if isinstance(node, Aggregate))
    once = tuple(parse_expression(text, rows) for text in table.once)
    return TablePlan(table, by, tuple(columns), tuple(values), sums, once)
