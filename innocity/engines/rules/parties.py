"""Who the parties of a snapshot are: their names, and the id behind a name or a credit code.

Only bodies have names here (`organization`, `division`); persons appear by their id alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.rules.snapshot import Snapshot
from innocity.packs.model import Pack
from innocity.plan.duck import DuckDatabase, connect, open_facts
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import text_literal

register_codes({"E-PARTY-AMBIGUOUS": ("名称对应多个对象", "a name fits several parties")})
REGISTERS = ("organization", "division")
LISTED = 5  # parties named where a text fits several


def party_of(database: DuckDatabase, text: str) -> str:
    """A party id from an id, a credit code, a name or a part of one, over the view `r_organization`.

    Unknown texts come back as they are. Error: E-PARTY-AMBIGUOUS where a part of a name fits several.
    """
    rows = database.rows(
        'SELECT "party_id" FROM "r_organization" WHERE "party_id" = ? OR "uscc" = ? OR "name" = ? ORDER BY 1 LIMIT 1',
        [text, text, text],
    )
    if not rows and text.strip():
        rows = database.rows(
            'SELECT "party_id", min("name") FROM "r_organization" WHERE contains("name", ?)'
            f" GROUP BY 1 ORDER BY 1 LIMIT {LISTED + 1}",
            [text],
        )
        if len(rows) > 1:
            shown = "、".join(f"{name}（{party}）" for party, name in rows[:LISTED])
            what = f"名称含“{text}”的不止一个：{shown}"
            if len(rows) > LISTED:
                what = f"名称含“{text}”的不止一个：{shown}等"
            raise InnoCityError("E-PARTY-AMBIGUOUS", what, remedy="写全名，或用登记编号")
    return str(rows[0][0]) if rows else text


class Parties:
    """Looks parties up in a snapshot; open once, ask often."""

    def __init__(self, pack: Pack, snapshot: Snapshot, as_of: date | None = None) -> None:
        self.registers = [r for r in REGISTERS if r in pack.registers and pack.registers[r].column("name")]
        self.database = connect(threads=1)
        open_facts(self.database, pack, snapshot.facts, as_of or snapshot.as_of, self.registers)

    def find(self, text: str) -> str:
        """A party id from an id, a credit code or a name; unknown texts as they are."""
        return party_of(self.database, text) if "organization" in self.registers else text

    def names(self, parties: Iterable[str]) -> dict[str, str]:
        """The latest names of parties; those without a name are left out."""
        ids = ", ".join(text_literal(p) for p in sorted(set(parties)))
        found: dict[str, str] = {}
        for register in reversed(self.registers) if ids else ():
            rows = self.database.rows(
                f"SELECT party_id, arg_max(name, valid_from) FROM {table_name(register)}"
                f" WHERE party_id IN ({ids}) AND name IS NOT NULL GROUP BY party_id"
            )
            found.update((str(party), str(name)) for party, name in rows)
        return found
