"""What a city records from day to day: rows of a register, which are only ever added.

    observations = ledger(load_pack("weihai"), "observation")
    observations.append([{"party_id": "wh_science", "indicator": "hnte_count", "period": "2023", "value": "1480"}])
    [row["value"] for row in observations.rows()]

One store: where the instance's database has adopted the city, rows are facts of the records, with an audit entry;
else they stand in `var/<city>/<register>.csv`. The checks and the errors are the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from innocity.actions.ledger_cells import LedgerRow
from innocity.actions.ledger_csv import CsvLedger
from innocity.core.errors import ErrorList, register_codes
from innocity.packs.model import Pack, Register
from innocity.packs.registers import find_register

if TYPE_CHECKING:
    from innocity.records.viewer import Viewer

__all__ = ["VAR", "Ledger", "LedgerRow", "changed", "in_records", "ledger"]

register_codes({
    "E-LEDGER-STORE": ("文件夹里有库，程序用的却是另一个", "the folder has a database, but the program uses another"),
})  # fmt: skip

#: Where an instance keeps what it records; the site reads the same variable.
VAR = Path(os.environ.get("INNOCITY_VAR", "").strip() or "var")
DATABASE = "innocity.sqlite3"
#: The registers that commands and pages write from day to day.
LEDGERS = (
    "observation", "figure_confirmation", "figure_review", "task_progress", "task_closure", "meeting", "resolution",
    "procedure_step", "release_calendar", "application_outcome", "inspection", "inspection_list",
    "exchange_listing", "exchange_step", "exchange_event",
)  # fmt: skip


class Ledger(Protocol):
    """One register's rows of a city, append-only. One object serves one thread; `shown` says where they are kept."""

    register: Register
    shown: str

    def rows(self, faults: ErrorList | None = None) -> list[LedgerRow]:
        """All rows in the order they were recorded. What cannot be read is raised; with `faults` it goes there."""

    def append(self, rows: Sequence[Mapping[str, str]], action: str = "") -> list[LedgerRow]:
        """Record rows (text by column id) all together, or none; return them as they now stand.

        `fact_id` and `recorded_at` are filled in where not given; `action` is what the audit log calls it.
        """

    def locked(self) -> AbstractContextManager[None]:
        """Keep others from writing any ledger of the city, so that what is checked still holds when it is recorded."""


def ledger(pack: Pack, name: str, var: Path = VAR, *, viewer: Viewer | None = None, authorised: bool = False) -> Ledger:
    """The ledger of a city's register: in the records, or in `var/<city>/<register>.csv`.

    `viewer` is who writes (none: the operator of this machine); `authorised`: the caller has checked that this one
    may write in the name of whom the rows are about. Errors: E-FACTS-REGISTER, E-LEDGER-STORE,
    E-RECORDS-CONNECT, E-RECORDS-SCHEMA.
    """
    register = find_register(pack, name)
    if in_records(pack, var):
        from innocity.actions.ledger_records import RecordsLedger

        return RecordsLedger(pack, register, var, viewer, authorised)
    return csv_ledger(pack, register, var, who=f"{viewer.name}登记" if viewer and viewer.name else "")


def csv_ledger(pack: Pack, register: Register, var: Path = VAR, who: str = "") -> CsvLedger:
    """The register's CSV file, whether or not the city is in the records."""
    return CsvLedger(register, var / pack.city.id / f"{register.id}.csv", pack.codes, who=who)


def in_records(pack: Pack, var: Path = VAR) -> bool:
    """Whether the instance's database has adopted this city; without one, Django is not even imported.

    Errors: E-LEDGER-STORE, E-RECORDS-CONNECT, E-RECORDS-SCHEMA.
    """
    beside = var / DATABASE
    if not (os.environ.get("INNOCITY_DATABASE_URL", "").strip() or beside.is_file()):
        return False
    from innocity.actions.ledger_records import adopted

    return adopted(pack, beside)


def changed(pack: Pack, var: Path = VAR) -> tuple[object, ...]:
    """A stamp of all that is recorded of a city from day to day: alike as long as nothing was written.

    For caches of pages: one query, or the dates of some files. It covers ledgers in the records or as CSV, and the
    folder of facts.
    """
    folder = var / pack.city.id
    files = (*sorted(folder.glob("*.csv")), folder / "facts" / "manifest.json")
    stamps = [(path.name, found.st_mtime_ns, found.st_size) for path in files if (found := _stat(path))]
    if not in_records(pack, var):
        return pack.hash, *stamps
    from innocity.actions.ledger_records import versions

    return pack.hash, *stamps, *versions(LEDGERS)


def _stat(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None
