"""Bring into the records what the command line has appended to `var/<city>/*.csv`. It may be repeated."""

from __future__ import annotations

from pathlib import Path

from innocity.actions.figures import recorded
from innocity.actions.ledger import VAR, ledger
from innocity.actions.record_facts import Recorded, record_facts
from innocity.actions.recording import table_from
from innocity.core.errors import ErrorList, InnoCityError
from innocity.packs.invalid import suggest
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer


def import_ledgers(pack: Pack, viewer: Viewer, var: Path = VAR) -> Recorded:
    """Record every row of the city's ledgers as a fact, all together; rows recorded before are passed over.

    A row without `source` gets the name of its file. Errors: those of ledgers and figures with file and line,
    E-FACTS-REGISTER for a file that is no register's, those of `record_facts`.
    """
    errors = ErrorList()
    tables = {}
    for path in sorted((var / pack.city.id).glob("*.csv")):
        register = pack.registers.get(path.stem)
        if register is None:
            remedy = suggest(path.stem, set(pack.registers))
            errors.add("E-FACTS-REGISTER", f"没有登记簿 {path.stem}（{path.name}）", None, remedy)
            continue
        try:
            rows = ledger(pack, register.id, var).rows()
            if register.id == "observation":
                recorded(pack, var)  # figures are checked as when they were recorded
        except InnoCityError as error:
            errors.append(error)
            continue
        values = [{**row.values, "source": row.get("source", path.name)} for row in rows]
        if values:
            tables[register.id] = table_from(values, register)
    errors.raise_if_any()
    return record_facts(pack, viewer, tables, action="import_ledgers")
