"""Commands typed in this process on an instance with a database of its own, as INNOCITY_VAR says it to a process."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test.utils import override_settings

from tests.records import databases
from tests.records.hasher import HASHER

DATABASE = "innocity.sqlite3"


@contextmanager
def working_in(folder: Path, template: Path | None = None) -> Iterator[Path]:
    """`folder` is the current one and its `var` the instance's; the database there starts as a copy of `template`.

    Gives the folder of the instance. Without a template the database is not there until a command makes it.
    """
    var = folder / "var"
    var.mkdir(parents=True, exist_ok=True)
    if template is not None:
        shutil.copyfile(template, var / DATABASE)
    own = override_settings(INNOCITY_VAR=var, SECRET_KEY="tests", PASSWORD_HASHERS=[HASHER])
    with pytest.MonkeyPatch.context() as patch, databases.used(databases.sqlite(var / DATABASE)), own:
        patch.chdir(folder)
        yield var
