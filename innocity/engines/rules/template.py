"""A skeleton of a case for a clause: the registers and columns that it reads, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from innocity.core.errors import InnoCityError, Place
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.ir import CLASS_PARTY, ClausePlan
from innocity.packs.model import Column, Pack
from innocity.plan.amounts import expressions
from innocity.plan.nodes import Col, Compare, In, Lit, Node, Not, Value, children
from innocity.plan.scan import columns_used, source_nodes

_SAMPLES = {"money": "100万元", "integer": "1", "bool": "true", "text": "文字", "party": "B"}
CODES_SHOWN = 8  # codes listed beside a value
_STANDARD = ("valid_from", "valid_to")  # columns of every register that a clause may read


def columns_read(plan: ClausePlan) -> dict[str, set[str]]:
    """The columns that a clause reads, by register; conditions on the beneficiary read `organization`."""
    registers = {"party": "organization"}
    if plan.source is not None:
        registers |= {"": plan.source.register} | {j.alias: j.register for j in plan.source.joins}
    found: dict[str, set[str]] = {}
    for alias, columns in columns_used(list(_nodes(plan))).items():
        found.setdefault(registers[alias], set()).update(columns)
    for join in plan.source.joins if plan.source is not None else ():
        found.setdefault(join.register, set()).update(column for column, _ in join.on)
        if join.at is not None:
            found[join.register].update(_STANDARD)
    if plan.before is not None:
        used = columns_used([plan.before.where]).get("", set())
        found.setdefault(plan.before.register, set()).update(used)
    found.pop("", None)  # rows of `after` are awards of another clause, not facts
    return found


def _nodes(plan: ClausePlan) -> Iterator[Node]:
    """Every expression of a clause."""
    if plan.source is not None:
        yield from source_nodes(plan.source)
    yield from plan.object or ()
    yield from (aggregate for _, aggregate in plan.aggregates)
    for condition in plan.conditions:
        yield condition.node
    for amount in (plan.amount, *(sum_ for _, sum_ in plan.others)):
        yield from expressions(amount) if amount is not None else ()
    yield from plan.once.prefer if plan.once else ()
    yield from (node for node in (plan.subject, plan.manual) if node is not None)


def codes_named(plan: ClausePlan) -> dict[str, list[str]]:
    """The texts that a clause wants of each column, by the column's name, in their order."""
    found: dict[str, list[str]] = {}
    for node in (part for top in _nodes(plan) for part in _asserted(top)):
        item: Node | None = None
        values: tuple[Value, ...] = ()
        if isinstance(node, Compare) and node.op == "==" and isinstance(node.right, Lit):
            item, values = node.left, (node.right.value,)
        elif isinstance(node, In):
            item, values = node.item, node.values
        if isinstance(item, Col):
            found.setdefault(item.name, []).extend(v for v in values if isinstance(v, str))
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def _asserted(node: Node) -> Iterator[Node]:
    """The node and all below it that no `not` turns round."""
    if not isinstance(node, Not):
        yield node
        for child in children(node):
            yield from _asserted(child)


@dataclass
class _Reads:
    """What some clauses read: columns by register, codes by column, and the dates that decide the year."""

    columns: dict[str, set[str]] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)
    dates: set[str] = field(default_factory=set)

    def take(self, plan: ClausePlan) -> None:
        """Add one clause."""
        for register, columns in columns_read(plan).items():
            self.columns.setdefault(register, set()).update(columns)
        for column, codes in codes_named(plan).items():
            self.codes.setdefault(column, []).extend(codes)
        if plan.source is not None:
            deciding = [n for n in (plan.source.on, (plan.source.over or (None,))[0]) if n is not None]
            self.dates |= {name for names in columns_used(deciding).values() for name in names}


def case_template(pack: Pack, name: str, year: int) -> str:
    """A case of a clause in YAML, to be filled in: one row a register, codes listed beside each value.

    Errors: E-PACK-CLAUSE and those of compiling.
    """
    if name not in pack.clauses:
        raise InnoCityError("E-PACK-CLAUSE", f"没有条款“{name}”", Place(path=name), "条款的 id 见 innocity describe")
    wanted = [name]
    while (after := pack.clauses[wanted[-1]].after) is not None:
        wanted.append(after.clause)
    plan = compile_rules(pack, year, date(year, 12, 31), only=wanted)
    reads = _Reads()
    for part in plan.clauses:
        reads.take(part)
    return "\n".join([*_head(pack, wanted, year), *_facts(pack, reads, year), *_foot(plan.clause(name))]) + "\n"


def _head(pack: Pack, wanted: list[str], year: int) -> list[str]:
    says = f"{pack.clauses[wanted[0]].name}：写成一句经办人会说的话"
    return [f"- says: {says}", f"  city: {pack.city.id}", f"  clauses: [{', '.join(wanted)}]", f"  years: [{year}]"]


def _facts(pack: Pack, reads: _Reads, year: int) -> list[str]:
    rows = [line for name in pack.registers if name in reads.columns for line in _row(pack, name, reads, year)]
    return ["  facts:", *rows] if rows else []


def _foot(plan: ClausePlan) -> list[str]:
    clause, lines = plan.clause, []
    if clause.gate is not None or clause.bound == "upto":
        decision = f"{{clause: {plan.id}, object: A, party: A, selected: true, sum: 1万元}}"
        lines = [f"  # decisions: [{decision}]"]
    party = "A" if plan.source is not None else f"'{CLASS_PARTY}'"
    fen = ", fen: 0" if plan.value_status in ("sum", "ceiling") else ""
    note = "  # 金额以分计" if fen else ""
    return [*lines, f"  expect: [{{party: {party}, status: {plan.value_status}{fen}}}]{note}"]


def _row(pack: Pack, register: str, reads: _Reads, year: int) -> list[str]:
    """A register's one row, a column a line with its Chinese name.

    Dates that may be missing (of an end, a revocation) are commented out: with one, the row says more.
    """
    lines = [f"    {register}:  # {pack.registers[register].name}", "      - party_id: A"]
    columns = reads.columns[register]
    for column in pack.registers[register].columns:
        if column.id in columns:
            sample, note = _sample(pack, column, reads.codes.get(column.id, []), year)
            open_end = column.type == "date" and not column.required and column.id not in reads.dates
            lines.append(f"        {'# ' if open_end else ''}{column.id}: {sample}  # {column.name}{note}")
    if "valid_from" in columns:
        lines.append(f"        valid_from: {year}-01-01  # 有效期起")
    if "valid_to" in columns:
        lines.append(f"        # valid_to: {year + 1}-01-01  # 有效期止（不含）")
    return lines


def _sample(pack: Pack, column: Column, named: list[str], year: int) -> tuple[str, str]:
    """A value that a column may hold, and the other codes: those that the clause names come first."""
    if column.codes not in pack.codes:
        text = {"date": f"{year}-06-01", "year": str(year)}.get(column.type) or _SAMPLES.get(column.type)
        return text or _SAMPLES["text"], ""
    names = {c.id: c.name for c in pack.codes[column.codes].codes}
    codes = list(dict.fromkeys([*(c for c in named if c in names), *names]))
    shown = "，".join(f"{c} {names[c]}" for c in codes[:CODES_SHOWN])
    return codes[0], f"：{shown}" + (f" 等{len(codes)}个，见 codes/{column.codes}" if len(codes) > CODES_SHOWN else "")
