"""Whatever anybody sends, the interface answers as its description says: never with an error of its own.

Schemathesis makes up requests to every operation, fitting and unfitting ones. Twelve examples an operation by
default, a hundred with INNOCITY_THOROUGH=1.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.conftest import Instance

schemathesis = pytest.importorskip("schemathesis", reason="Schemathesis is not installed (make test)")
from schemathesis.specs.openapi.checks import positive_data_acceptance  # noqa: E402

EXAMPLES = 100 if os.environ.get("INNOCITY_THOROUGH") else 12
SCHEMA = "/api/v1/openapi.json"
KNOWN = {
    "city": "weihai", "document": "plan-2023", "clause": "contract_payment_subsidy", "target": "hnte_2024",
    "indicator": "hnte_count", "task": "hnte_ladder", "unit": "wh_science", "table": "clauses",
    "register_id": "organization", "party": "F0000001", "roster": "platform_system", "grading": "platform_grading",
    "chain": "new_materials", "kind": "results", "listing": "results_o0001", "inspection": "paid_awards-2021-01",
}  # fmt: skip


@pytest.fixture(scope="module")
def described(filled: Instance, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The description as the site gives it, on a database of this module's own, with a token that may record."""
    from django.conf import settings as site
    from django.core.wsgi import get_wsgi_application

    from innocity.actions.issue_token import issue_token
    from tests.records import databases
    from tests.web.personas import OPERATOR

    one = filled.copied(tmp_path_factory.mktemp("contract") / "var")
    with pytest.MonkeyPatch.context() as patch, databases.used(one.database):
        for name, value in (("INNOCITY_VAR", one.var), ("SECRET_KEY", "tests"), ("ALLOWED_HOSTS", ["*"]),
                            ("INNOCITY_API_RATE", 10**9), ("INNOCITY_API_TOKEN_RATE", 10**9)):  # fmt: skip
            patch.setattr(site, name, value, raising=False)
        patch.setattr("innocity.web.views.lookup._A_MINUTE", 10**9)
        held(one.var)
        token = issue_token(OPERATOR, "wh_science", "业务系统", writes=True).token
        found = schemathesis.openapi.from_wsgi(SCHEMA, get_wsgi_application())
        found.token = token
        yield found


def held(var: Path) -> None:
    """Something on a list of demand and supply, and an inspection that was drawn."""
    from innocity.actions.post_listing import Posting, post_listings
    from innocity.actions.simulate_inspections import simulate_inspections
    from innocity.packs.load import load_pack
    from tests.web.personas import OPERATOR

    pack = load_pack("weihai")
    one = Posting("results", "offer", "碳纤维工艺", "某课题组", "wh_science", date.today(), {"field": "materials"})
    post_listings(pack, [one], var, viewer=OPERATOR)
    assert simulate_inspections(pack, OPERATOR, var)


def operations() -> list[tuple[str, str]]:
    """(method, address) of every operation, as the description names them."""
    from innocity.web.api.urls import api

    return [(method, path) for path, methods in api.get_openapi_schema()["paths"].items() for method in methods]


@pytest.mark.parametrize(("method", "path"), operations(), ids=lambda one: one.replace("/api/v1", ""))
def test_every_answer_is_one_that_is_described(described: Any, method: str, path: str) -> None:
    operation = described[path.removeprefix("/api/v1") if path not in described else path][method.upper()]
    modes = schemathesis.GenerationMode
    # What is sent may fit the description and still not the rules of a clause or ledger: then it is refused (422).
    # So may a day that is later than what it is to be compared with.
    left_out = [positive_data_acceptance] if method == "post" or path.endswith("/changes") else []
    there = {key: value for key, value in KNOWN.items() if f"{{{key}}}" in path}
    asked = st.one_of(
        operation.as_strategy(generation_mode=modes.POSITIVE, path_parameters=there),  # of things that are there
        operation.as_strategy(generation_mode=modes.POSITIVE),
        operation.as_strategy(generation_mode=modes.NEGATIVE),
    )

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=asked)
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {described.token}"}, excluded_checks=left_out)

    ask()
