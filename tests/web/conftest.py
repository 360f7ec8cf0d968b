"""A simulated city of its own, settled once, and a client of the site that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import innocity.records  # noqa: F401  makes Django ready
from innocity.engines.rules.run import settle
from innocity.engines.simulation import simulate
from innocity.packs.load import load_pack

if TYPE_CHECKING:
    from django.test import Client

YEAR, AS_OF = 2023, date(2023, 12, 31)


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder like `var`: facts of a small simulated Weihai, and a run over them."""
    var = tmp_path_factory.mktemp("instance")
    pack = load_pack("weihai")
    simulate(pack, 0.02, 7, out=var / "weihai" / "facts")
    settle(pack, var / "weihai" / "facts", var / "weihai" / "runs" / "first", YEAR)
    return var


@pytest.fixture(scope="module")
def site(instance: Path) -> Iterator[Client]:
    """A client of the site of that instance. A page that fails raises its error."""
    from django.conf import settings
    from django.test import Client

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "INNOCITY_VAR", instance, raising=False)
        yield Client(SERVER_NAME="localhost")
