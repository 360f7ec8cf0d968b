"""Published figures and simulated ones: exact at scale 1, in proportion at other sizes."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.simulation import calibration, load_figures, simulate
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

#: Figures that must be there, with the value that the documents give.
PUBLISHED = {
    "high_tech_firms": "1376", "tech_smes": "2325", "platforms_national": "27", "platforms_province": "372",
    "platforms_all": "1289", "carriers": "47", "tenants": "1512", "contracts_turnover": "133.97亿元",
    "patents_per_10k": "18.42", "rd_share": "2.48%", "rd_active_share": "60.91%", "st_awards_upper": "89",
}  # fmt: skip


def test_every_figure_is_met_at_scale_one(weihai: Pack, whole: Path) -> None:
    rows = calibration(weihai, whole)
    assert PUBLISHED.keys() <= {row.id for row in rows}
    off = [f"{r.id}: {r.written}, simulated {float(r.simulated or 0)}" for r in rows if r.within is not True]
    assert off == []


def test_whole_numbers_are_met_exactly(weihai: Pack, whole: Path) -> None:
    figures = load_figures(Path(weihai.root))
    units = {fact.id for fact in figures.facts if fact.unit and fact.measure and not fact.measure.per}
    rows = [row for row in calibration(weihai, whole) if row.id in units]
    assert len(rows) >= 30
    assert {row.id: row.difference for row in rows if row.difference} == {}


def test_figures_are_those_of_the_documents(weihai: Pack) -> None:
    figures = load_figures(Path(weihai.root))
    assert {name: fact.value for name in PUBLISHED if (fact := figures.fact(name))} == PUBLISHED
    numbers = {document.number for document in weihai.documents.values()}
    for row in figures.documents.values():
        assert row.number is None or row.number in numbers, "an official number that no document of the pack has"


@pytest.mark.parametrize("firms", [3_000, 26_500, 90_000])
def test_other_sizes_keep_the_proportions(weihai: Pack, tmp_path: Path, firms: int) -> None:
    simulate(weihai, firms=firms, out=tmp_path / "city")
    rows = calibration(weihai, tmp_path / "city")
    assert [f"{r.id}: {float(r.expected)} {float(r.simulated or 0)}" for r in rows if r.within is False] == []
    high_tech = next(r for r in rows if r.id == "high_tech_firms")
    assert high_tech.expected == Fraction(1376 * firms, 60_000)


def test_a_figure_that_is_not_met_is_told(weihai: Pack, small: Path) -> None:
    figures = load_figures(Path(weihai.root))
    facts = tuple(f.model_copy(update={"value": "1476"}) if f.id == "high_tech_firms" else f for f in figures.facts)
    rows = calibration(weihai, small, figures.model_copy(update={"facts": facts}))
    wrong = [row for row in rows if row.within is False]
    assert [row.id for row in wrong] == ["high_tech_firms"]
    assert wrong[0].difference is not None and wrong[0].difference <= -4
    assert wrong[0].document == "威海市建设国家创新型城市实施方案（威政字〔2023〕40号）"


def test_days_beyond_the_simulated_years_are_left_open(weihai: Pack, tmp_path: Path) -> None:
    simulate(weihai, firms=3_000, out=tmp_path / "city", years=(2018, 2021))
    rows = {row.id: row for row in calibration(weihai, tmp_path / "city")}
    assert rows["high_tech_firms"].simulated is None and rows["high_tech_firms"].within is None
    assert rows["contracts_turnover"].within is True


def test_a_city_without_published_figures_compares_nothing(tmp_path: Path) -> None:
    liaocheng = load_pack("liaocheng")
    simulate(liaocheng, firms=3_000, out=tmp_path / "city")
    assert calibration(liaocheng, tmp_path / "city") == []


def test_wrong_files_are_refused_with_their_line(tmp_path: Path) -> None:
    (tmp_path / "simulation.yaml").write_text(
        "city: x\nyears: 2018-2023\nfacts: [{id: a, name: 甲, value: 1, on: 2022-12-31, document: none, place: 一}]\n",
        encoding="utf-8",
    )
    with pytest.raises(InnoCityError, match="没有登记的文件 none"):
        load_figures(tmp_path)
    (tmp_path / "simulation.yaml").write_text("city: x\nyears: soon\n", encoding="utf-8")
    with pytest.raises(InnoCityError, match=r"simulation\.yaml:2"):
        load_figures(tmp_path)
    with pytest.raises(InnoCityError) as caught:
        load_figures(tmp_path / "absent")
    assert caught.value.code == "E-FILE-MISSING"
