"""Registers that several clauses read, cut once to the years, columns and values that any of them asks for.

To read a file costs far more than to read the rows of a year from memory, and clauses of one register are many.
"""

from __future__ import annotations

from collections.abc import Iterable

from innocity.core.canonical import sha256_text
from innocity.engines.rules.base_sql import common_values
from innocity.plan.nodes import Logic, Node
from innocity.plan.scan import TRUE
from innocity.plan.scan_sql import Scan
from innocity.plan.sql import Emitter

LEAST = 3  # scans that pay for a table


class Narrowing:
    """The tables that take the place of registers: `tables` for `rows_query`, `queries` of what they hold by name."""

    def __init__(self, scans: Iterable[Scan], sql: Emitter) -> None:
        alike: dict[tuple[str, tuple[str, ...]], list[Scan]] = {}
        for scan in scans:
            if scan.years:  # a whole register is not smaller in memory
                alike.setdefault((scan.table, scan.years), []).append(scan)
        self.tables: dict[tuple[str, tuple[str, ...]], str] = {}
        self.queries: dict[str, str] = {}
        for key, found in alike.items():
            if len(found) >= LEAST:
                query = _together(found).query([sql.expression(n) for n in _values(found)])
                self.tables[key] = name = named_after("__rows", query)
                self.queries[name] = query


def _together(scans: list[Scan]) -> Scan:
    return Scan(scans[0].table, scans[0].years, frozenset().union(*(s.columns for s in scans)), ())


def _values(scans: list[Scan]) -> list[Node]:
    """The values of a text column that some scan asks for, where all ask for some."""
    if not all(s.where for s in scans):
        return []
    common = common_values([Logic("bool", "and", s.where) for s in scans])
    return [common] if common is not None and common != TRUE else []


def named_after(what: str, query: str) -> str:
    """A table's name after what it holds: variants that read the same rows share it, others never find it."""
    return f"{what}_{sha256_text(query)[:12]}"
