"""Whether the database answers."""

from __future__ import annotations

from pathlib import Path

from django.db import DatabaseError, connection


def database_answers() -> bool:
    """A question that needs nothing but the database; a SQLite file that is not there is not made."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).is_file():
        return False
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM records_instance")
        return True
    except DatabaseError:
        return False
