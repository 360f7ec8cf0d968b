"""Parameters as fields: every clause that computes has a form whose present values are taken as they stand."""

from __future__ import annotations

import pytest

from innocity.packs.load import load_pack
from innocity.web.views.office.parameters import Field, fields_of

PACK = load_pack("weihai")
COMPUTING = [name for name, clause in PACK.clauses.items() if clause.computes()]


def field(clause: str, key: str, given: dict[str, str] | None = None) -> Field:
    found = fields_of(PACK, PACK.clauses[clause], {}, given or {})
    return next(one for one in found if one.key == key)


@pytest.mark.parametrize("name", COMPUTING)
def test_the_values_of_today_are_no_change_and_no_error(name: str) -> None:
    for one in fields_of(PACK, PACK.clauses[name], {}, {}):
        assert not one.changed and not one.error and one.label


def test_cases_go_by_the_names_of_their_codes() -> None:
    assert field("hnte_reward", "hnte_reward.first").label == "首次认定"
    assert field("contract_payment_subsidy", "contract_payment_subsidy.cap").label == "封顶"


def test_a_share_takes_its_three_ways_only() -> None:
    one = field("contract_payment_subsidy", "science_fund.share")
    assert [value for value, _ in one.choices] == ["pro_rata", "rank", "first_come"]
    wrong = field("contract_payment_subsidy", "science_fund.share", {"science_fund.share": "lottery"})
    assert wrong.error and wrong.remedy


def test_a_value_is_read_by_the_type_of_todays() -> None:
    for text, right in (("8%", True), ("20万元", False), ("108%", False), ("5‰", True)):
        one = field(
            "contract_payment_subsidy", "contract_payment_subsidy.rate", {"contract_payment_subsidy.rate": text}
        )
        assert bool(one.error) is not right, text
