"""Finding a register; columns that all have besides their own; where the names of a clause's rows come from."""

from __future__ import annotations

from collections.abc import Mapping

from innocity.core.errors import InnoCityError
from innocity.packs.invalid import suggest
from innocity.packs.model import Clause, Column, Pack, Register

BASE_COLUMNS: tuple[Column, ...] = (
    Column(id="fact_id", name="事实编号", type="text", required=True),
    Column(id="party_id", name="主体编号", type="party", required=True),
    Column(id="valid_from", name="有效期起", type="date"),
    Column(id="valid_to", name="有效期止", type="date"),
    Column(id="recorded_at", name="登记日期", type="date"),
    Column(id="source", name="来源", type="text"),
)
#: The columns of the rows of a clause that has `after`: awards of another clause in this run.
AWARD_COLUMNS: tuple[Column, ...] = (
    Column(id="fact_id", name="事实编号", type="text", required=True),
    Column(id="party_id", name="主体编号", type="party", required=True),
    Column(id="object", name="事项", type="text", required=True),
    Column(id="year", name="事实年度", type="year", required=True),
    Column(id="counted_on", name="归年日期", type="date"),
    Column(id="amount", name="金额", type="money", required=True),
)


def find_register(pack: Pack, name: str) -> Register:
    """The register of this id. Error: E-FACTS-REGISTER."""
    register = pack.registers.get(name)
    if register is None:
        raise InnoCityError("E-FACTS-REGISTER", f"没有登记簿 {name}", None, suggest(name, set(pack.registers)))
    return register


def all_columns(register: Register) -> tuple[Column, ...]:
    """The base columns, then the register's own, in declared order: the order of files and hashes."""
    return (*BASE_COLUMNS, *register.columns)


def names_of(clause: Clause, registers: Mapping[str, Register]) -> dict[str, Column]:
    """Every column that a clause's fields may name: its register's, and `alias.column` of its joins.

    Registers that do not exist are passed over (they are an error of their own).
    """
    own = registers.get(clause.register_ or "")
    columns = AWARD_COLUMNS if clause.after else (all_columns(own) if own else ())
    names = {column.id: column for column in columns}
    for join in clause.join:
        other = registers.get(join.register_)
        for column in all_columns(other) if other else ():
            names[f"{join.as_}.{column.id}"] = column
    return names
