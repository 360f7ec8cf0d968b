"""Random packs over facts in files, as a run reads them: several statements at a time, with what files tell."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from innocity.engines.rules.award import Award
from innocity.engines.rules.ir import RulesPlan
from innocity.plan import duck
from innocity.plan.sql import Emitter
from tests.engines.rules.compare import Rows
from tests.engines.rules.test_equality import THOROUGH, assert_random_examples_equal
from tests.engines.rules.test_lanes import settled


def from_files(plan: RulesPlan, facts: Rows) -> list[Award]:
    """The awards, by two threads in a database of their own."""
    with tempfile.TemporaryDirectory() as folder:
        return settled(plan, facts, Path(folder), threads=2, rows_each=3)


@pytest.fixture(params=[False, True], ids=["joined by row", "joined by key"])
def every_file_large(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Sums are taken in 64 bits wherever they fit; registers that are joined are all smaller, or none is."""
    monkeypatch.setattr(duck, "LARGE", 0)
    monkeypatch.setattr(Emitter, "smaller", lambda self, register, than: request.param)
    yield


@pytest.mark.parametrize("part", range(20 if THOROUGH else 2))
def test_files_and_reference_agree(part: int, every_file_large: None) -> None:
    assert_random_examples_equal(2000 + part, from_files)
