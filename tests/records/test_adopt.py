"""A pack that would make recorded facts unreadable is refused with a list by register and column; nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from innocity.actions.adopt_pack import adopt_pack
from innocity.actions.correct_fact import correct_fact
from innocity.actions.record_facts import record_rows
from innocity.core.errors import ErrorList, InnoCityError, InnoCityErrors
from innocity.packs.model import Column, Pack
from innocity.records.models import AuditEntry, Instance, RegisterState
from innocity.records.rows import table_of_lines
from tests.records.conftest import OPERATOR

AWARDED = {"party_id": "A", "title": "hnte", "recognition_kind": "first", "issued_on": "2023-11-01"}


def awarded(city: Pack, number: int, **changes: str) -> list[str]:
    rows = [{**AWARDED, "party_id": f"P{n}", **changes} for n in range(number)]
    return sorted(record_rows(city, OPERATOR, "qualification", rows).ids)


def changed(city: Pack, columns: dict[str, dict[str, Any] | None], *more: Column, name: str = "qualification") -> Pack:
    """The pack with columns of a register changed, taken away (None) or added."""
    register = city.registers[name]
    kept = [
        c.model_copy(update=columns.get(c.id, {}) or {}) for c in register.columns if columns.get(c.id, {}) is not None
    ]
    other = register.model_copy(update={"columns": (*kept, *more)})
    return city.model_copy(update={"registers": {**city.registers, name: other}, "hash": "other"})


def refused(pack: Pack) -> list[InnoCityError]:
    """What the refusal lists; the database is as it was."""
    before = _kept()
    with pytest.raises(InnoCityError) as found:
        adopt_pack(pack, OPERATOR)
    assert _kept() == before
    assert all(one.remedy and one.place for one in _each(found.value))
    return _each(found.value)


def _kept() -> tuple[Any, ...]:
    states = RegisterState.objects.order_by("register").values_list("register", "columns", "version")
    return AuditEntry.objects.count(), Instance.objects.get(id=1).pack, list(states)


def _each(error: InnoCityError) -> list[InnoCityError]:
    return list(error.errors) if isinstance(error, InnoCityErrors) else [error]


def test_a_column_that_facts_fill_and_the_pack_loses_is_named_with_its_facts(city: Pack) -> None:
    ids = awarded(city, 7, batch="第一批")
    awarded(city, 2)
    (one,) = refused(changed(city, {"batch": None}))
    assert one.code == "E-ADOPT-COLUMN"
    assert f"“{city.registers['qualification'].name}”" in one.message
    assert "batch" in one.message and "7 条" in one.message and "、".join(ids[:5]) in one.message
    assert ids[5] not in one.message and "was: batch" in (one.remedy or "")
    assert one.details == {"register": "qualification", "column": "batch", "count": 7, "facts": ids[:5]}


def test_a_column_that_no_fact_fills_may_go(city: Pack) -> None:
    awarded(city, 2)
    assert adopt_pack(changed(city, {"batch": None}), OPERATOR)


def test_a_column_of_another_type_is_told_in_words(city: Pack) -> None:
    ids = awarded(city, 2, batch="第一批")
    (one,) = refused(changed(city, {"batch": {"type": "integer"}}))
    assert one.code == "E-ADOPT-TYPE" and "批次" in one.message and "从文字改成整数" in one.message
    assert "2 条" in one.message and all(name in one.message for name in ids)
    (day,) = refused(changed(city, {"batch": {"type": "date"}}))
    assert "从文字改成日期" in day.message
    assert "JSON" not in str(one) + str(day) and "row" not in str(one)


def test_a_type_that_takes_what_is_there_is_taken(city: Pack) -> None:
    awarded(city, 2, certificate_no="2023-01-01")
    assert adopt_pack(changed(city, {"certificate_no": {"type": "date"}}), OPERATOR)


def test_a_sum_does_not_become_a_number_nor_a_number_a_sum(city: Pack) -> None:
    register = next(one for one in city.registers.values() if one.id == "contract_payment")
    sums = [column for column in register.columns if column.type == "money"]
    row = {column.id: {"money": "20万元", "date": "2023-05-01", "code": "", "text": "x"}.get(column.type, "")
           for column in register.columns}  # fmt: skip
    record_rows(city, OPERATOR, register.id, [{"party_id": "A", **{k: v for k, v in row.items() if v}}])
    (one,) = refused(changed(city, {sums[0].id: {"type": "integer"}}, name=register.id))
    assert one.code == "E-ADOPT-TYPE" and "从金额改成整数" in one.message


def test_a_new_required_column_names_the_facts_that_lack_it(city: Pack) -> None:
    ids = awarded(city, 3)
    must = Column(id="examined_by", name="审核人", type="text", required=True)
    (one,) = refused(changed(city, {}, must))
    assert one.code == "E-ADOPT-REQUIRED" and "examined_by（审核人）是新加的必填列" in one.message
    assert "3 条" in one.message and all(name in one.message for name in ids)
    (was,) = refused(changed(city, {"batch": {"required": True}}))
    assert "batch（批次）改为必填" in was.message
    for name in ids:
        correct_fact(city, OPERATOR, "qualification", name, {"batch": "第一批"}, "补齐", revision=1)
    assert adopt_pack(changed(city, {"batch": {"required": True}}), OPERATOR), "what the remedy says helps"


def test_codes_that_facts_hold_are_named(city: Pack) -> None:
    ids = awarded(city, 6)
    codes = city.codes["qualification_title"]
    fewer = codes.model_copy(update={"codes": tuple(c for c in codes.codes if c.id != "hnte")})
    (one,) = refused(city.model_copy(update={"codes": {**city.codes, codes.id: fewer}, "hash": "other"}))
    assert one.code == "E-ADOPT-CODE" and "title（称号）" in one.message and "hnte" in one.message
    assert f"{'、'.join(ids[:5])} 等 6 条" in one.message


def test_all_that_is_wrong_is_told_at_once(city: Pack) -> None:
    awarded(city, 1, batch="第一批", certificate_no="G1")
    people = [{"party_id": "N1", "name": "某人"}]
    record_rows(city, OPERATOR, "person", people)
    pack = changed(city, {"batch": None, "certificate_no": {"type": "integer"}})
    without = {name: one for name, one in pack.registers.items() if name != "person"}
    found = refused(pack.model_copy(update={"registers": without}))
    assert {(one.code, one.place and one.place.file) for one in found} == {
        ("E-RECORDS-PACK", "person"), ("E-ADOPT-COLUMN", "qualification"), ("E-ADOPT-TYPE", "qualification")
    }  # fmt: skip
    assert "某人" not in "".join(map(str, found)), "values may be personal: facts are named by their numbers"


def test_facts_that_do_not_fit_are_told_by_column_wherever_they_are_read(city: Pack) -> None:
    errors = ErrorList()
    lines = ['{"fact_id":"a","party_id":"A","batch":3}', '{"fact_id":"b","party_id":"A","gone":"x"}']
    assert table_of_lines(lines, city.registers["qualification"], errors) is None
    (one,) = errors.errors
    assert "列 batch（批次）的值不是文字（1 条）" in one.message and "没有列 gone（1 条）" in one.message
