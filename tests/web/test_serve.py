"""`innocity serve`: what it refuses, and how."""

from __future__ import annotations

import socket

import pytest

from innocity.cli.serve import check_port, run_site
from innocity.core.errors import InnoCityError


def test_a_port_in_use_is_told_with_another() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InnoCityError) as refused:
            check_port("127.0.0.1", port)
    assert refused.value.code == "E-SERVE-PORT" and f"--port {port + 1}" in str(refused.value)


@pytest.mark.parametrize(("city", "code"), [("nowhere", "E-CITY-UNKNOWN"), ("cities/weihai", "E-USAGE")])
def test_a_city_that_the_site_does_not_have(city: str, code: str, tmp_path: object) -> None:
    from pathlib import Path

    from innocity.cli.screen import Screen

    with pytest.raises(InnoCityError) as refused:
        run_site(Screen(), city, Path(str(tmp_path)))
    assert refused.value.code == code
