"""/<city>/systems/: each system with what it must do, what is missing, and who runs it where another system does."""

from __future__ import annotations

import re

from django.test import Client

from innocity.packs.load import find_city
from innocity.packs.yamltext import read_file


def row_of(text: str, name: str) -> str:
    """The part of the page about one system."""
    found = re.search(rf'<li class="ent card" id="{name}">.*?</li>', text, re.DOTALL)
    assert found is not None, name
    return found[0]


def test_what_another_system_runs_names_whom_to_turn_to(site: Client) -> None:
    text = site.get("/weihai/systems/").content.decode()
    for name, units in (
        ("green_finance", ("wh_financial_supervision", "wh_central_bank_branch")),
        ("smart_agriculture", ("wh_agriculture",)), ("open_channels", ("wh_commerce",)),
        ("social_service_platforms", ("wh_hr", "wh_political_legal", "wh_publicity")),
        ("carbon_sink_market", ("wh_marine",)),
    ):  # fmt: skip
        row = row_of(text, name)
        assert "由别的系统办" in row
        for unit in units:
            assert f'href="/weihai/units/{unit}/"' in row and site.get(f"/weihai/units/{unit}/").status_code == 200


def test_what_is_missing_is_told(site: Client) -> None:
    for city in ("weihai", "liaocheng"):
        text = site.get(f"/{city}/systems/").content.decode()
        rows = read_file(find_city(city) / "systems.yaml").data
        lacking = [row for row in rows if row.get("missing")]
        assert lacking and all(row["missing"] in row_of(text, row["id"]) for row in lacking)
        assert all(row.get("missing") for row in rows if row["status"] != "works"), "what does not work says why"
