"""Of a long register the database hands over only the facts that rows of a table can be; on both databases."""

from __future__ import annotations

from datetime import date

import pytest

from innocity.actions.record_facts import record_rows
from innocity.core.errors import ErrorList
from innocity.packs.model import Pack, Register
from innocity.records.queries.imports import Among, recorded_facts
from tests.records.conftest import OPERATOR

FIRMS = [{"party_id": name, "uscc": code, "name": f"{name}公司", "registered_division": "371002"}
         for name, code in (("A", "91990000000000027W"), ("B", "91990000000000035P"))]  # fmt: skip
PAYMENTS = [
    {"party_id": "A", "registration_no": '合同‘一’"1"', "paid_on": "2023-05-01", "amount": "1", "voucher_no": "v1"},
    {"party_id": "A", "registration_no": "合同2", "paid_on": "2023-05-02", "amount": "2"},
    {"party_id": "B", "registration_no": "合同2", "paid_on": "2023-05-01", "amount": "3", "voucher_no": "v1"},
]
SPENT = [
    {"party_id": "A", "year": str(year), "caliber": "statistics", "amount": "5", "reported_on": "2024-02-01"}
    for year in (2022, 2023)
]


@pytest.fixture
def recorded(city: Pack) -> Pack:
    """Some payments and expenditures of two firms."""
    for register, rows in (("organization", FIRMS), ("contract_payment", PAYMENTS), ("rd_expenditure", SPENT)):
        record_rows(city, OPERATOR, register, rows)
    return city


def found(register: Register, name: str, *texts: str) -> list[tuple[str | None, ...]]:
    """What is read of all firms, narrowed by a column: its party, and the column."""
    errors = ErrorList()
    column = register.column(name)
    assert column is not None
    facts = recorded_facts(OPERATOR, register, {"A", "B"}, (), errors, Among(column, texts))
    assert facts is not None and not errors.errors
    table = facts.table.select(["party_id", name])
    return sorted(tuple(None if one is None else str(one) for one in row.values()) for row in table.to_pylist())


def test_only_facts_that_hold_one_of_the_values_are_read(recorded: Pack) -> None:
    payments = recorded.registers["contract_payment"]
    assert found(payments, "registration_no", "合同2", "没有的") == [("A", "合同2"), ("B", "合同2")]
    assert found(payments, "registration_no", '合同‘一’"1"') == [("A", '合同‘一’"1"')]
    assert found(payments, "paid_on", date(2023, 5, 1).isoformat()) == [("A", "2023-05-01"), ("B", "2023-05-01")]
    assert found(recorded.registers["rd_expenditure"], "year", "2023") == [("A", "2023")]
    assert found(recorded.registers["rd_expenditure"], "caliber", "deduction") == []


def test_a_fact_that_says_nothing_there_may_be_any_row(recorded: Pack) -> None:
    payments = recorded.registers["contract_payment"]
    assert sorted(found(payments, "voucher_no", "v9"), key=str) == [("A", None)]


def test_a_column_is_found_under_its_former_name_too(recorded: Pack) -> None:
    """Facts keep what was written: a column that has another name since is looked for under both."""
    register = recorded.registers["contract_payment"]
    renamed = [one.model_copy(update={"id": "contract_no", "was": one.id}) if one.id == "registration_no" else one
               for one in register.columns]  # fmt: skip
    now = register.model_copy(update={"columns": tuple(renamed)})
    assert found(now, "contract_no", "合同2") == [("A", "合同2"), ("B", "合同2")]


def test_facts_that_rows_name_by_number_are_read_whatever_they_hold(recorded: Pack) -> None:
    payments = recorded.registers["contract_payment"]
    errors = ErrorList()
    among = Among(payments.columns[0], ["没有的"])
    named = ["contract_payment-r000001"]
    facts = recorded_facts(OPERATOR, payments, {"A", "B"}, named, errors, among)
    assert facts is not None and facts.table.column("fact_id").to_pylist() == named
