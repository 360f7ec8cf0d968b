"""Commands typed in this process on an instance with a database of its own, as INNOCITY_VAR says it to a process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.test.utils import override_settings

from tests.records import databases
from tests.records.hasher import HASHER

DATABASE = "innocity.sqlite3"


@contextmanager
def working_in(folder: Path, database: dict[str, Any] | None = None) -> Iterator[Path]:
    """`folder` is the current one and its `var` the instance's, with that database or a new one.

    Gives the folder of the instance. A new SQLite file is not there until a command makes it.
    """
    var = folder / "var"
    var.mkdir(parents=True, exist_ok=True)
    settings = database or databases.fresh(var / DATABASE)
    own = override_settings(INNOCITY_VAR=var, SECRET_KEY="tests", PASSWORD_HASHERS=[HASHER])
    with pytest.MonkeyPatch.context() as patch, databases.used(settings), own:
        patch.chdir(folder)
        if not settings["ENGINE"].endswith("sqlite3"):
            patch.setenv("INNOCITY_DATABASE_URL", databases.environment(settings)["INNOCITY_DATABASE_URL"])
        yield var
