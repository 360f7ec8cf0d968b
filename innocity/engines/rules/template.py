"""A skeleton of a case for a clause: the registers and columns that it reads, and no others."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from innocity.core.errors import InnoCityError, Place
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.ir import ClausePlan
from innocity.packs.model import Column, Pack
from innocity.plan.amounts import expressions
from innocity.plan.nodes import Node
from innocity.plan.scan import columns_used, source_nodes

_SAMPLES = {"money": "100万元", "integer": "1", "bool": "true", "text": "文字", "party": "B"}
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
    yield from (node for node in (plan.subject, plan.manual, plan.parts_unless) if node is not None)


def case_template(pack: Pack, name: str, year: int) -> str:
    """A case of a clause in YAML, to be filled in: one row a register, codes listed beside each value.

    Errors: E-PACK-CLAUSE and those of compiling.
    """
    if name not in pack.clauses:
        raise InnoCityError("E-PACK-CLAUSE", f"没有条款“{name}”", Place(path=name), "条款的 id 见 innocity describe")
    clause = pack.clauses[name]
    wanted = [name]
    while (after := pack.clauses[wanted[-1]].after) is not None:
        wanted.append(after.clause)
    plan = compile_rules(pack, year, pack.city.as_of or _end(year), only=wanted)
    reads: dict[str, set[str]] = {}
    for part in plan.clauses:
        for register, columns in columns_read(part).items():
            reads.setdefault(register, set()).update(columns)
    lines = [f"- says: {clause.name}：写成一句经办人会说的话", f"  city: {pack.city.id}", f"  clauses: [{', '.join(wanted)}]",
             f"  years: [{year}]"]  # fmt: skip
    lines += ["  facts:"] if reads else []
    for register in pack.registers:
        if register in reads:
            lines += _row(pack, register, reads[register], year)
    if clause.gate is not None or clause.bound == "upto":
        lines.append(f"  decisions: [{{clause: {name}, object: A, party: A, selected: true, sum: 1万元}}]  # 可删")
    party = "A" if reads else "'*'"
    lines.append(f"  expect: [{{party: {party}, status: sum, fen: 0}}]  # 金额以分计")
    return "\n".join(lines) + "\n"


def _end(year: int) -> date:
    return date(year, 12, 31)


def _row(pack: Pack, register: str, columns: set[str], year: int) -> list[str]:
    """A register's one row, a column a line with its Chinese name."""
    lines = [f"    {register}:  # {pack.registers[register].name}", "      - party_id: A"]
    known = [c for c in pack.registers[register].columns if c.id in columns]
    for column in known:
        note = column.name
        if column.codes in pack.codes:
            note += "：" + "，".join(f"{c.id} {c.name}" for c in pack.codes[column.codes].codes)
        lines.append(f"        {column.id}: {_sample(pack, column, year)}  # {note}")
    dated = [(c, n) for c, n in zip(_STANDARD, ("起", "止（不含），可删"), strict=True) if c in columns]
    lines += [f"        {c}: {year + i}-01-01  # 有效期{n}" for i, (c, n) in enumerate(dated)]
    return lines


def _sample(pack: Pack, column: Column, year: int) -> str:
    if column.codes in pack.codes:
        return pack.codes[column.codes].codes[0].id
    if column.type == "date":
        return f"{year}-06-01"
    return str(year) if column.type == "year" else _SAMPLES.get(column.type, _SAMPLES["text"])
