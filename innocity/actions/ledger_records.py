"""A ledger kept in the records: rows are facts of the register, with an audit entry, in one transaction."""

from __future__ import annotations

import getpass
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

from django.db import connection, transaction
from django.db.utils import OperationalError, ProgrammingError

from innocity.actions.authority import check_records_for
from innocity.actions.ledger_cells import Cells, LedgerRow, filled
from innocity.actions.record_facts import record_facts
from innocity.actions.recording import instance_of, table_from
from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.packs.model import Pack, Register
from innocity.records import store
from innocity.records.models import RegisterState
from innocity.records.queries.ledgers import (
    city_of_database,
    ids_written_by,
    known_ids,
    ledger_rows,
    register_versions,
)
from innocity.records.viewer import Viewer

PROGRAM = Viewer.operator("innocity")  # who reads when lights and states of tasks are computed


class RecordsLedger:
    """One register of the instance's database, as a ledger. Errors are those of the CSV, and E-RECORDS-*."""

    def __init__(self, pack: Pack, register: Register, var: Path, viewer: Viewer | None = None,
                 authorised: bool = False) -> None:  # fmt: skip
        self.pack = pack
        self.register = register
        self.var = var
        self.viewer = viewer or Viewer.operator(getpass.getuser())
        self.authorised = authorised
        self.cells = Cells(register, pack.codes)
        self.shown = f"库中的登记簿“{register.name}”"

    def rows(self, faults: ErrorList | None = None) -> list[LedgerRow]:
        """All current rows in the order in which they were first recorded.

        With `faults`, rows of the CSV file that were never brought in are told there (W-LEDGER-LEFT).
        """
        if faults is not None:
            from innocity.actions.import_ledgers import left_in_csv

            faults.extend(left_in_csv(self.pack, self.register, self.var))
        return [LedgerRow(values, self.register.id) for values in ledger_rows(PROGRAM, self.register)]

    def append(self, rows: Sequence[Mapping[str, str]], action: str = "") -> list[LedgerRow]:
        """Record rows (text by column id) all together, or none; return them as they now stand.

        Errors: as of the CSV, E-RECORDS-PACK where the city's folder was changed and not adopted, E-LEDGER-UNIT
        where the viewer may not write in the name of a row's unit.
        """
        if not rows:
            return []
        name = self.register.id
        with self.locked():
            instance_of(self.pack)
            state = RegisterState.objects.get(register=name)
            given = [row["fact_id"] for row in rows if row.get("fact_id")]
            known = known_ids(PROGRAM, name, given)
            ready = filled(rows, store.today(), known, lambda n: f"{name}-r{n:06d}", state.last_number)
            values = self.cells.new_rows(ready, name, known)
            for one in values:
                if not self.authorised:
                    check_records_for(self.pack, self.viewer, self.register, one["party_id"])
                one["source"] = one["source"] or self.register.source
            RegisterState.objects.filter(register=name).update(last_number=state.last_number + len(rows))
            tables = {name: table_from(values, self.register)}
            record_facts(self.pack, self.viewer, tables, action=action or "record_facts", authorised=True)
            return [LedgerRow(one, name) for one in values]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One transaction, in which nobody else writes; what is raised inside undoes all of it.

        Error: E-LEDGER-LOCKED.
        """
        with transaction.atomic():
            try:
                store.next_entry()
            except OperationalError as error:
                text = f"{self.shown}正由另一个程序写入：{str(error).splitlines()[0]}"
                remedy = "稍后再试；原有内容没有改动"
                raise InnoCityError("E-LEDGER-LOCKED", text, Place(self.register.id), remedy) from None
            yield


def adopted(pack: Pack, beside: Path) -> bool:
    """Whether Django's database is there and has adopted the city; `beside` is the file that would be its own.

    Errors: E-LEDGER-STORE, E-RECORDS-CONNECT, E-RECORDS-SCHEMA.
    """
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        if not os.environ.get("INNOCITY_DATABASE_URL", "").strip() and not _same(file, beside):
            remedy = f"设 INNOCITY_VAR={beside.parent} 再运行，或换一个 --var"
            raise InnoCityError("E-LEDGER-STORE", f"{beside} 是一个库，程序用的却是 {file}", None, remedy)
        if not file.is_file():
            return False
    try:
        # A savepoint only where something is under way: elsewhere each look would wait for whoever writes.
        with transaction.atomic() if connection.in_atomic_block else nullcontext():
            return city_of_database(PROGRAM) == pack.city.id
    except (OperationalError, ProgrammingError) as error:
        return _without_tables(error)


def _same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.samefile(other)


def _without_tables(error: Exception) -> bool:
    """False for a database that never had tables. Errors: E-RECORDS-CONNECT, E-RECORDS-SCHEMA."""
    text = str(error).splitlines()[0]
    try:
        tables = connection.introspection.table_names()
    except OperationalError:
        remedy = "核对 INNOCITY_DATABASE_URL，确认数据库已启动"
        raise InnoCityError("E-RECORDS-CONNECT", f"连不上数据库：{text}", None, remedy) from None
    if "records_instance" not in tables:
        return False
    remedy = "先备份，再运行 innocity records migrate"
    raise InnoCityError("E-RECORDS-SCHEMA", f"库的结构不是这一版程序的：{text}", None, remedy) from None


def versions(registers: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """How often the facts of each register have changed."""
    return register_versions(PROGRAM, registers)


def reported(register: str, action: str) -> set[str]:
    """The facts of a register that came by this action, not by a load of facts or an import of ledgers."""
    return ids_written_by(PROGRAM, register, action)
