"""Formulas over registers give what counting by hand gives."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from innocity.core.dates import parse_period
from innocity.core.errors import InnoCityError
from innocity.engines.indicators.board import board, from_pack
from innocity.engines.indicators.breakdown import breakdown
from innocity.engines.indicators.computed import compute
from innocity.engines.indicators.model import Figure
from innocity.engines.indicators.words import beside
from innocity.packs.facts import write_facts
from innocity.packs.facts_text import case_table
from innocity.packs.load import load_pack
from innocity.packs.model import Formula, Pack

AS_OF = date(2023, 12, 31)
QUALIFICATION = [
    # party, title, issued, expires, revoked
    ("a", "hnte", "2021-12-01", "2024-12-01", None),  # lapses before the deadline
    ("b", "hnte", "2022-12-01", "2025-12-01", None),
    ("b", "hnte", "2019-12-01", "2022-12-01", None),  # an old certificate of the same firm
    ("c", "hnte", "2020-12-01", "2023-12-01", None),  # lapsed
    ("d", "hnte", "2023-11-01", "2026-11-01", "2023-12-15"),  # revoked
    ("e", "hnte", "2023-11-01", None, None),
    ("f", "hnte", "2024-02-01", "2027-02-01", None),  # not yet
    ("g", "tech_sme", "2023-04-01", None, None),
    ("h", "tech_sme", "2022-04-01", None, None),  # last year's
]
ORGANIZATION = [("a", "371002", "gaoqu"), ("b", "371002", None), ("e", "371082", "gaoqu")]
CONTRACTS = [("2023-02-01", "1.5亿元"), ("2023-09-01", "0.25亿元"), ("2022-09-01", "9亿元")]


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("weihai")


@pytest.fixture(scope="module")
def folder(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A facts folder of a few rows, not simulated."""
    rows = {
        "qualification": [
            {"party_id": p, "title": t, "issued_on": i, "expires_on": e, "revoked_on": r}
            for p, t, i, e, r in QUALIFICATION
        ],
        "organization": [
            {"party_id": p, "uscc": p, "name": p, "statistical_division": d, "zone": z} for p, d, z in ORGANIZATION
        ],
        "technology_contract": [
            {
                "party_id": "a",
                "registration_no": str(n),
                "type": "service",
                "role": "seller",
                "registered_on": on,
                "contract_amount": amount,
            }
            for n, (on, amount) in enumerate(CONTRACTS)
        ],
        "rd_expenditure": [
            {"party_id": "a", "year": "2023", "caliber": "statistics", "reported_on": "2023-12-01", "amount": "17亿元"},
            {"party_id": "b", "year": "2022", "caliber": "statistics", "reported_on": "2023-12-01", "amount": "99亿元"},
        ],
    }
    target = tmp_path_factory.mktemp("facts") / "facts"
    tables = {name: case_table(some, pack.registers[name], pack.codes) for name, some in rows.items()}
    write_facts(target, tables, pack, as_of=AS_OF, simulated=False)
    return target


def test_stocks_count_valid_certificates_of_different_firms(pack: Pack, folder: Path) -> None:
    found = compute(pack, folder, AS_OF, only={"hnte_count", "tech_sme_count"})
    assert found["hnte_count", "city"].figure.value == 3, "a, b, e"
    assert found["tech_sme_count", "city"].figure.value == 1, "registrations of the year only"
    assert not found["hnte_count", "city"].figure.simulated


def test_what_lapses_before_the_deadline(pack: Pack, folder: Path) -> None:
    computed = compute(pack, folder, AS_OF, only={"hnte_count"})
    assert computed["hnte_count", "city"].lapsing == {date(2024, 12, 31): 1}
    standing = board(pack, AS_OF, computed=computed).of("hnte_2024")
    assert standing is not None
    assert "另有1家的资格将在期限前到期，到期的也要补上" in standing.next
    assert standing.status == "not_due" and standing.latest and standing.latest.value == 1376, "no light by registers"
    assert beside(standing) == "登记簿算得3家（不作评价依据），比2022年的观测值少1373家。"


def test_a_certificate_counts_on_its_last_day(pack: Pack, folder: Path) -> None:
    last, after = (compute(pack, folder, day, only={"hnte_count"}) for day in (date(2024, 12, 1), date(2024, 12, 2)))
    assert last["hnte_count", "city"].figure.value == 4, "a still, b, e, f"
    assert after["hnte_count", "city"].figure.value == 3


def test_as_of_moves_what_counts(pack: Pack, folder: Path) -> None:
    later = compute(pack, folder, date(2024, 12, 31), only={"hnte_count"})["hnte_count", "city"]
    assert later.figure.value == 3, "b, e, f; a has lapsed"
    assert later.note == "登记簿的数据只到2023-12-31。"


def test_money_is_in_the_indicators_unit(pack: Pack, folder: Path) -> None:
    found = compute(pack, folder, AS_OF, only={"contract_turnover"})
    assert found["contract_turnover", "city"].figure.value == Fraction(7, 4), "亿元, the year's contracts"


def test_divisors_are_figures_of_another_indicator(pack: Pack, folder: Path) -> None:
    found = compute(pack, folder, AS_OF, from_pack(pack), {"rd_gdp_share"})["rd_gdp_share", "city"]
    assert found.figure.value == Fraction(17 * 100 * 100, 340818), "17 of 3408.18亿元, in per cent"
    assert found.note == "除数用的是地区生产总值2022年的3408.18亿元。"
    of_2023 = Figure("gdp", "city", parse_period("2023"), "2023", Fraction(3400), "亿元")
    found = compute(pack, folder, AS_OF, [*from_pack(pack), of_2023], {"rd_gdp_share"})["rd_gdp_share", "city"]
    assert (found.figure.value, found.note) == (Fraction(1, 2), "")
    assert compute(pack, folder, AS_OF, [], {"rd_gdp_share"}) == {}, "no divisor, no value"


def test_a_sum_of_no_rows_is_no_figure(pack: Pack, folder: Path) -> None:
    assert compute(pack, folder, date(2024, 12, 31), from_pack(pack), {"rd_gdp_share", "contract_turnover"}) == {}


def test_parts_stand_side_by_side(pack: Pack, folder: Path) -> None:
    computed = compute(pack, folder, AS_OF, only={"hnte_count"}, groups=True)["hnte_count", "city"]
    assert computed.groups == {"division": {"huancui": 2, "rongcheng": 1}, "zone": {"gaoqu": 2, "": 1}}
    seen = Figure("hnte_count", "huancui", parse_period("2023"), "2023", Fraction(500), "家")
    parts = {p.id: p for p in breakdown(pack, pack.indicators["hnte_count"], "division", [seen], computed)}
    assert [*parts] == ["huancui", "wendeng", "rongcheng", "rushan"]
    assert parts["huancui"].observed is seen and parts["huancui"].computed == 2
    assert parts["wendeng"].observed is None and parts["wendeng"].computed is None
    with pytest.raises(InnoCityError) as refused:
        breakdown(pack, pack.indicators["gdp"], "zone", [])
    assert refused.value.code == "E-BREAKDOWN"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": "party_id"}, "E-FORMULA"), ({"value": "3"}, "E-FORMULA"),
        ({"value": "count(titel == 'x')"}, "E-EXPR-NAME"),
        ({"where": "title == 'hntee'"}, "E-EXPR-CODE"), ({"where": "count() > 1"}, "E-EXPR-PLACE"),
        ({"counts_on": "title"}, "E-EXPR-TYPE"),
    ],
)  # fmt: skip
def test_bad_formulas_have_a_code(pack: Pack, folder: Path, change: dict[str, str], code: str) -> None:
    formula = Formula(**{"register": "qualification", "counts_on": "issued_on", "value": "count()", **change})
    one = pack.indicators["hnte_count"].model_copy(update={"formula": formula})
    bad = pack.model_copy(update={"indicators": {**pack.indicators, "hnte_count": one}})
    with pytest.raises(InnoCityError) as refused:
        compute(bad, folder, AS_OF, only={"hnte_count"})
    assert refused.value.code == code and "indicators.yaml" in str(refused.value)


def test_all_formulas_of_both_cities_compile(pack: Pack, tmp_path: Path) -> None:
    for one in (pack, load_pack("liaocheng")):
        target = tmp_path / one.city.id
        write_facts(target, {}, one, as_of=AS_OF, simulated=True)
        assert compute(one, target, AS_OF, from_pack(one)) == {}, "no facts, nothing computed"
