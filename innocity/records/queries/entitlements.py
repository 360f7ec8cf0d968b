"""What the clauses of a city read about one party, straight from the records: its own rows, and those that name it.

The rows have the form in which engines take facts: money in fen, days as `date`, columns without a value None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

import orjson
from django.db import connection
from django.db.models import Avg, Count
from django.utils import timezone

from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack, Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.records.models import AuditEntry, Fact, Party
from innocity.records.queries import _fact_view, _knows, _of_party, _parties, _party_view
from innocity.records.rows import own_value
from innocity.records.store import batches
from innocity.records.viewer import Viewer
from innocity.records.views import FactView, PartyView

_BASE = tuple(column.id for column in BASE_COLUMNS)
_IN = 500  # values of one IN list
_FEWEST = 5  # so many awards at least before their average is told: fewer would tell who got what
_ROWS = (
    "SELECT register, CAST(data AS TEXT), fact_id, party_id, CAST(valid_from AS TEXT), CAST(valid_to AS TEXT),"
    " CAST(recorded_at AS TEXT), source, entry FROM records_fact WHERE "
)


class PartyRows:
    """Finds rows by a column's value, as `innocity.engines.rules.lookup.Finder` wants it, in the current facts.

    What was written after the audit entry `since` (the latest run's) is known today, whatever day the city's own
    clock shows (`as_of`): a later `recorded_at` is taken back to it. The party's own rows are read once. For whoever
    sees all of the party; else E-RECORDS-FORBIDDEN.
    """

    def __init__(self, viewer: Viewer, pack: Pack, party_id: str, as_of: date, since: int = 0) -> None:
        one = Party.objects.filter(id=party_id).first()
        if one is None or not _knows(viewer, one):
            raise InnoCityError("E-RECORDS-FORBIDDEN", "只能查看自己企业的全部登记", None, "登录有权限的账号")
        self.pack, self.party, self.as_of, self.since = pack, party_id, as_of, since
        self.own: dict[str, list[dict[str, Any]]] = {}
        for name, row in self._read("party_id = %s AND current AND NOT withdrawn", [party_id]):
            self.own.setdefault(name, []).append(row)

    def prepare(self, ways: Iterable[tuple[str, str]], progress: object = None) -> None:
        """Nothing to build: the database has its indexes (`index_columns`)."""

    def find(self, register: str, column: str, values: Iterable[Any]) -> Iterator[dict[str, Any]]:
        """Current rows of a register whose column has one of these values."""
        wanted = [value for value in values if value is not None]
        if column == "party_id" and wanted == [self.party]:
            yield from self.own.get(register, ())
            return
        where = f"register = '{self._known(register, column)}' AND current AND NOT withdrawn AND {_term(column)} IN "
        for batch in batches(wanted, _IN):
            holes = ", ".join(["%s"] * len(batch))
            yield from (row for _, row in self._read(f"{where}({holes})", [_text(value) for value in batch]))

    def everything(self, register: str) -> Iterator[dict[str, Any]]:
        """All current rows of a register."""
        name = self._known(register, "fact_id")
        yield from (row for _, row in self._read("register = %s AND current AND NOT withdrawn", [name]))

    def _known(self, register: str, column: str) -> str:
        """The register's id, where it and the column are the pack's: both stand in the statement's text."""
        found = self.pack.registers[register]
        if column not in _BASE and found.column(column) is None:
            raise KeyError(column)
        return found.id

    def _read(self, where: str, values: list[Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS + where, values)
            rows = cursor.fetchall()
        for name, data, *base in rows:
            register = self.pack.registers.get(name)
            if register is not None:
                yield name, self._row(register, orjson.loads(data), base)

    def _row(self, register: Register, data: dict[str, Any], base: list[Any]) -> dict[str, Any]:
        fact_id, party_id, start, end, recorded, source, entry = base
        known = _day(recorded)
        if known is not None and entry > self.since:
            known = min(known, self.as_of)
        return {
            "fact_id": fact_id, "party_id": party_id, "valid_from": _day(start), "valid_to": _day(end),
            "recorded_at": known, "source": source,
            **{column.id: own_value(column, data) for column in register.columns},
        }  # fmt: skip


def facts_version() -> int:
    """A number that rises with every change of any fact: what rests on facts may be kept as long as it stands."""
    with connection.cursor() as cursor:  # asked on every page of a firm, as the two below: composed only once
        cursor.execute("SELECT COALESCE(SUM(version), 0) FROM records_registerstate")
        return int(cursor.fetchone()[0])


def simulated_day() -> date | None:
    """The day on which a simulated city stands still; None for a city whose days go on. Public."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT CAST(as_of AS TEXT) FROM records_instance WHERE id = 1 AND simulated")
        row = cursor.fetchone()
    return _day(row[0]) if row else None


def latest_settled() -> tuple[int, int] | None:
    """Number and fact year of the latest run that supposes nothing (`queries.latest_run`); public."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, year FROM records_run WHERE NOT supposed ORDER BY id DESC LIMIT 1")
        row = cursor.fetchone()
    return (int(row[0]), int(row[1])) if row else None


def index_columns(ways: Iterable[tuple[str, str]]) -> None:
    """Indexes over the columns, (register, column), by which rows of others are found; those there already stay.

    They hold only the current rows of that register, so that all other registers are written as before.
    """
    with connection.cursor() as cursor:
        for register, column in sorted(set(ways)):
            if column not in _BASE:
                name = connection.ops.quote_name(f"way_{register}_{column}"[:60])
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {name} ON records_fact ({_term(column)})"
                    f" WHERE register = '{register}' AND current AND NOT withdrawn"
                )


def _term(column: str) -> str:
    """A column in SQL; one of the register's own inside its JSON."""
    if column in _BASE:
        return column
    return f"(data ->> '{column}')" if connection.vendor == "postgresql" else f"json_extract(data, '$.{column}')"


def _text(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if connection.vendor == "postgresql" else value


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# --- a party's own facts, for its own pages ---------------------------------------------------------------------


def organization_named(viewer: Viewer, name: str) -> PartyView | None:
    """The organisation of exactly this name; None where there is none, or none that the asker may see."""
    found = _parties(viewer).filter(kind=Party.Kind.ORGANIZATION, name=name.replace("\x00", "")).order_by("id").first()
    return _party_view(found) if found else None


def counted(viewer: Viewer, party_id: str) -> dict[str, int]:
    """How many current facts of a party the asker may see, by register."""
    found = _of_party(viewer, party_id).order_by()
    return {row["register"]: row["rows"] for row in found.values("register").annotate(rows=Count("*"))}


def expiring(
    viewer: Viewer, pack: Pack, party_id: str, first: date, last: date, limit: int = 20
) -> tuple[FactView, ...]:
    """Qualifications of a party that hold now and end within these days, soonest first: what is worth renewing."""
    found = _of_party(viewer, party_id).filter(register="qualification", valid_to__gt=first, valid_to__lte=last)
    return tuple(_fact_view(viewer, pack.registers[one.register], one) for one in found.order_by("valid_to")[:limit])


def written(viewer: Viewer, facts: Iterable[FactView]) -> dict[int, tuple[str, date]]:
    """(role, day) of the entries that wrote facts which the asker has seen, by the entry's number; never the name.

    The log keeps the world's time; the day is that of the place.
    """
    wanted = {fact.entry for fact in facts}
    found = AuditEntry.objects.filter(seq__in=wanted).values_list("seq", "role", "at")
    return {seq: (role, timezone.localdate(datetime.fromisoformat(at))) for seq, role, at in found}


# --- what was paid before ----------------------------------------------------------------------------------------


def last_rounds(viewer: Viewer) -> dict[str, dict[str, Any]]:
    """By clause, of its latest fact year with paid awards: `year`, `count`, `average` in fen and, where the years of
    application and payment are known, `waited` in years. Public, so only where there were at least five awards.
    """
    paid = Fact.objects.filter(register="award", current=True, withdrawn=False, data__paid__gt=0)
    rows = (
        paid.values("data__clause", "data__year")
        .annotate(
            count=Count("id"), average=Avg(_number("paid")), waited=Avg(_number("payment_year", "application_year"))
        )
        .filter(count__gte=_FEWEST)
        .order_by("data__year")
    )
    return {
        str(row["data__clause"]): {"year": row["data__year"], "count": row["count"], "average": int(row["average"]),
                                   "waited": row["waited"]}
        for row in rows
    }  # fmt: skip


def _number(name: str, less: str = "") -> Any:
    from django.db.models import BigIntegerField
    from django.db.models.fields.json import KT
    from django.db.models.functions import Cast

    value = Cast(KT(f"data__{name}"), BigIntegerField())
    return value - Cast(KT(f"data__{less}"), BigIntegerField()) if less else value
