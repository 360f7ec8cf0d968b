"""Rosters and procedures: read, and refused with file and line where they lead nowhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.rosters.plan import compile_roster, find_roster
from innocity.packs.load import load_pack, read_pack

ROSTER = """\
- id: titled
  name: 称号名录
  register: qualification
  counts_on: issued_on
  columns: {称号: title, 比: prize / staff}
  tables:
    - {name: 各称号, by: title, only: [hnte], values: {家数: distinct(party_id)}}
"""
PROCEDURE = """\
- id: asking
  name: 申请
  document: opinion#a1
  steps:
    - {id: ask, name: 提出, by: applicant}
    - {id: check, name: 核对, by: science, after: ask}
    - {id: grant, name: 同意, by: finance, after: check, needs: ask, pays: true, ends: 已同意}
"""


@pytest.fixture
def listing(town: Path) -> Path:
    (town / "rosters.yaml").write_text(ROSTER, encoding="utf-8")
    (town / "procedures.yaml").write_text(PROCEDURE, encoding="utf-8")
    return town


def test_both_are_read(listing: Path) -> None:
    pack = load_pack("town")
    plan = compile_roster(pack, find_roster(pack, "titled"), date(2023, 12, 31))
    assert [column.type for column in plan.columns] == ["text", "money"], "money by a number is money"
    assert pack.procedures["asking"].place == "cities/town/procedures.yaml:1"
    step = pack.procedures["asking"].step("grant")
    assert step is not None and step.by == ("finance",)


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("rosters.yaml", "register: qualification", "register: qualifikation", "E-PACK-REGISTER"),
        ("rosters.yaml", "  counts_on", "  appropriation: nothing\n  counts_on", "E-PACK-REFERENCE"),
        ("rosters.yaml", "columns: {称号: title, 比: prize / staff}", "columns: {}", "E-PACK-FIELD"),
        ("procedures.yaml", "by: science", "by: sience", "E-PACK-UNIT"),
        ("procedures.yaml", "opinion#a1", "opinion#a99", "E-PACK-REFERENCE"),
        ("procedures.yaml", "  document", "  clauses: [nothing]\n  document", "E-PACK-CLAUSE"),
        ("procedures.yaml", ", ends: 已同意", "", "E-PACK-FIELD"),
        ("procedures.yaml", "after: check", "after: chek", "E-PACK-FIELD"),
        ("procedures.yaml", "after: check", "after: grant", "E-PACK-FIELD"),
        ("procedures.yaml", "after: check", "after: check, asks: [clause]", "E-PACK-FIELD"),
        ("procedures.yaml", "id: check", "id: ask", "E-PACK-FIELD"),
        ("procedures.yaml", "needs: ask,", "needs: ask, capped: nothing,", "E-PACK-CLAUSE"),
        ("procedures.yaml", "  document", "  intake: scince\n  document", "E-PACK-UNIT"),
        ("procedures.yaml", "  document", "  intake: finance\n  document", "E-PACK-FIELD"),
        ("procedures.yaml", "by: science, after: ask", "by: [science, finance], after: ask", "E-PACK-FIELD"),
        ("procedures.yaml", "by: applicant}", "by: science}", "E-PACK-FIELD"),
    ],
)
def test_what_cannot_be_is_refused(listing: Path, file: str, old: str, new: str, code: str) -> None:
    path = listing / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = read_pack(listing)[1].errors
    assert code in {error.code for error in found} and all(error.place and error.place.line for error in found)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("称号: title", "称号: titel", "E-EXPR-NAME"),
        ("distinct(party_id)", "party_id", "E-ROSTER"),
        ("only: [hnte]", "only: [nothing]", "E-ROSTER"),
        ("by: title, only: [hnte]", "by: issued_on, only: [hnte]", "E-ROSTER"),
    ],
)
def test_expressions_are_checked_by_the_compiler(listing: Path, old: str, new: str, code: str) -> None:
    path = listing / "rosters.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    pack = load_pack("town")
    with pytest.raises(InnoCityError) as error:
        compile_roster(pack, pack.rosters["titled"], date(2023, 12, 31))
    assert error.value.code == code and error.value.place is not None


def test_an_unknown_roster_is_told_with_the_nearest_name(listing: Path) -> None:
    with pytest.raises(InnoCityError) as error:
        find_roster(load_pack("town"), "titeld")
    assert error.value.code == "E-ROSTER-UNKNOWN" and "titled" in (error.value.remedy or "")


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_every_join_of_a_roster_says_by_which_day_its_row_is_the_latest(city: str) -> None:
    pack = load_pack(city)
    undated = {"person"}  # a party's own row holds no day of its own
    silent = [
        (one.id, join.as_) for one in pack.rosters.values() for join in one.join
        if join.counts_on is None and join.register_ not in undated
    ]  # fmt: skip
    assert silent == []


def test_the_day_of_a_join_is_an_expression_over_its_own_columns(listing: Path) -> None:
    join = "  join: [{register: qualification, as: other, on: {party_id: party_id}, counts_on: other.issued}]\n"
    (listing / "rosters.yaml").write_text(ROSTER.replace("  columns", join + "  columns", 1), encoding="utf-8")
    pack = load_pack("town")
    with pytest.raises(InnoCityError) as error:
        compile_roster(pack, find_roster(pack, "titled"), date(2023, 12, 31))
    assert error.value.code == "E-EXPR-NAME"
