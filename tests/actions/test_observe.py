"""Recording and confirming figures: bad input has its code, and nothing is lost or half recorded."""

from __future__ import annotations

import multiprocessing
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from innocity.actions.confirm_figure import confirm_figure
from innocity.actions.figures import city_board, confirmations, recorded
from innocity.actions.observe import observe, read_file
from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.engines.indicators.figures import current, vintages
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

TODAY = date(2024, 3, 1)
HNTE = {"indicator": "hnte_count", "period": "2023", "value": "1480", "party_id": "市科技局"}


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack("weihai")


def test_a_figure_turns_its_light(pack: Pack, tmp_path: Path) -> None:
    before = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    row = observe(pack, [HNTE], tmp_path, TODAY)[0]
    assert (row["party_id"], row["unit"], row["scope"], row["observed_on"]) == ("wh_science", "家", "city", TODAY)
    after = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    assert before and after and (before.status, after.status) == ("not_due", "near")
    assert after.latest and after.latest.source == "市科技局报数" and after.latest.fact == row["fact_id"]


def test_names_and_units_are_understood(pack: Pack, tmp_path: Path) -> None:
    rows = [
        {
            "indicator": "技术合同成交额",
            "period": "2022",
            "value": "1500000",
            "unit": "万元",
            "party_id": "威海市科学技术局",
        },
        {
            "indicator": "industrial_clusters",
            "period": "2023",
            "value": "5",
            "scope": "环翠区",
            "party_id": "wh_science",
        },
    ]
    observe(pack, rows, tmp_path, TODAY)
    turnover, clusters = recorded(pack, tmp_path)
    assert (turnover.indicator, turnover.value, turnover.unit) == ("contract_turnover", Fraction(150), "亿元")
    assert clusters.scope == "huancui"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"indicator": "hnte_counts"}, "E-FIGURE-INDICATOR"),
        ({"indicator": "rd_gdp_share", "value": "117"}, "E-FIGURE-SHARE"),
        ({"indicator": "rd_gdp_share", "value": "-1"}, "E-FIGURE-SHARE"),
        ({"unit": "万元"}, "E-FIGURE-UNIT"),
        ({"unit": "个"}, "E-FIGURE-UNIT"),
        ({"period": ""}, "E-FIGURE-PERIOD"),
        ({"period": "去年"}, "E-PERIOD-FORMAT"),
        ({"period": "2024-13"}, "E-PERIOD-FORMAT"),
        ({"period": "2025"}, "E-FIGURE-PERIOD"),
        ({"observed_on": "2024-05-01"}, "E-FIGURE-PERIOD"),
        ({"observed_on": "2022-05-01"}, "E-FIGURE-PERIOD"),
        ({"value": ""}, "E-NUMBER-FORMAT"),
        ({"value": "1480家"}, "E-NUMBER-FORMAT"),
        ({"value": "1e9"}, "E-NUMBER-FORMAT"),
        ({"value": "-3"}, "E-FIGURE-VALUE"),
        ({"value": "1480.5"}, "E-FIGURE-VALUE"),
        ({"indicator": "hnte_rank", "value": "0"}, "E-FIGURE-VALUE"),
        ({"scope": "chengdu"}, "E-FIGURE-SCOPE"),
        ({"approx": "大概"}, "E-FIGURE-APPROX"),
        ({"party_id": "市气象局"}, "E-UNIT-UNKNOWN"),
        ({"indicator": "gdp", "party_id": ""}, "E-FIGURE-REPORTER"),
        ({"period": "2022", "value": "1400"}, "E-FIGURE-REVISION"),
        ({"period": "2022", "value": "1376"}, "E-FIGURE-DUPLICATE"),
        ({"period": "2022", "value": "1400", "revises": "是"}, "E-FIGURE-REVISION"),
        ({"period": "2022", "value": "1400", "revises": "是", "note": "核减", "observed_on": "2023-01-31"},
         "E-FIGURE-REVISION"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_whole(pack: Pack, tmp_path: Path, change: dict[str, str], code: str) -> None:
    good = {"indicator": "tech_sme_count", "period": "2023", "value": "2400", "party_id": "wh_science"}
    with pytest.raises(InnoCityError) as refused:
        observe(pack, [good, HNTE | change], tmp_path, TODAY)
    error = refused.value.errors[0] if isinstance(refused.value, InnoCityErrors) else refused.value
    assert (error.code, bool(error.remedy)) == (code, True)
    assert "第 2 行" in str(error)
    assert recorded(pack, tmp_path) == [], "the good row was not recorded alone"


def test_two_values_in_one_file_contradict_each_other(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(InnoCityError) as refused:
        observe(pack, [HNTE, HNTE | {"value": "1490"}], tmp_path, TODAY)
    assert refused.value.code == "E-FIGURE-REVISION"
    assert recorded(pack, tmp_path) == []


def test_a_correction_keeps_both_figures(pack: Pack, tmp_path: Path) -> None:
    first = observe(pack, [HNTE], tmp_path, TODAY)[0]
    later = observe(pack, [HNTE | {"value": "1471", "revises": "是", "note": "核减9家"}], tmp_path, date(2024, 3, 9))[0]
    assert later["revises"] == first["fact_id"]
    figures = recorded(pack, tmp_path)
    assert [f.value for f in vintages(figures, figures[0])] == [1480, 1471]
    assert [f.value for f in current(figures)] == [1471]
    assert [f.value for f in current(figures, known_on=date(2024, 3, 5))] == [1480]


def test_a_document_is_corrected_by_its_line(pack: Pack, tmp_path: Path) -> None:
    row = observe(
        pack, [HNTE | {"period": "2022", "value": "1379", "revises": "是", "note": "补认3家"}], tmp_path, TODAY
    )[0]
    assert row["revises"].startswith("cities/weihai/observations.csv:")
    board = city_board(pack, date(2024, 3, 31), tmp_path)
    assert {str(f.value) for f in board.figures if (f.indicator, f.period_text) == ("hnte_count", "2022")} == {"1379"}


def test_simulated_figures_set_no_light_and_are_not_confirmed(pack: Pack, tmp_path: Path) -> None:
    observe(pack, [HNTE | {"value": "1700", "simulated": "是"}], tmp_path, TODAY)
    standing = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    assert standing and standing.latest and standing.latest.value == 1376
    with pytest.raises(InnoCityError) as refused:
        confirm_figure(pack, "hnte_count", "2023", "1700", "张三", party="市科技局", var=tmp_path, today=TODAY)
    assert refused.value.code == "E-CONFIRM-SIMULATED"


def test_confirming(pack: Pack, tmp_path: Path) -> None:
    observe(pack, [HNTE], tmp_path, TODAY)

    def confirm(value: str, by: str = "张三", period: str = "2023") -> None:
        confirm_figure(pack, "hnte_count", period, value, by, party="市科技局", var=tmp_path, today=TODAY)

    wrong = (
        ("1481", "张三", "2023", "E-CONFIRM-VALUE"),
        ("1480", " ", "2023", "E-CONFIRM-NONE"),
        ("1", "张三", "2021", "E-CONFIRM-NONE"),
    )
    for value, by, period, code in wrong:
        with pytest.raises(InnoCityError) as refused:
            confirm(value, by, period)
        assert refused.value.code == code
    confirm("1480")
    with pytest.raises(InnoCityError) as refused:
        confirm("1480")
    assert refused.value.code == "E-CONFIRM-DONE"
    standing = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    assert standing and standing.latest and standing.latest.confirmed
    fact = standing.latest.fact or ""
    assert confirmations(pack, tmp_path) == {("hnte_count", "city", "2023", Fraction(1480), "", fact)}


def test_a_correction_is_no_longer_confirmed(pack: Pack, tmp_path: Path) -> None:
    observe(pack, [HNTE], tmp_path, TODAY)
    confirm_figure(pack, "hnte_count", "2023", "1480", "张三", party="市科技局", var=tmp_path, today=TODAY)
    observe(pack, [HNTE | {"value": "1471", "revises": "是", "note": "核减9家"}], tmp_path, date(2024, 3, 9))
    standing = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    assert standing and standing.latest and standing.latest.value == 1471 and not standing.latest.confirmed


def test_a_value_that_comes_back_after_a_correction_is_confirmed_anew(pack: Pack, tmp_path: Path) -> None:
    """1480 confirmed, 1471, 1480 again: the old confirmation was of another figure."""

    def confirm() -> None:
        confirm_figure(pack, "hnte_count", "2023", "1480", "张三", party="市科技局", var=tmp_path, today=TODAY)

    observe(pack, [HNTE], tmp_path, TODAY)
    confirm()
    for value in ("1471", "1480"):
        observe(pack, [HNTE | {"value": value, "revises": "是", "note": "复核"}], tmp_path, date(2024, 3, 9))
    standing = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    assert standing and standing.latest and standing.latest.value == 1480 and not standing.latest.confirmed
    confirm()
    standing = city_board(pack, date(2024, 3, 31), tmp_path).of("hnte_2024")
    assert standing and standing.latest and standing.latest.confirmed


def test_only_a_unit_that_answers_for_the_indicator_confirms(pack: Pack, tmp_path: Path) -> None:
    observe(pack, [HNTE], tmp_path, TODAY)
    with pytest.raises(InnoCityError) as refused:
        confirm_figure(pack, "hnte_count", "2023", "1480", "王五", party="市公安局", var=tmp_path, today=TODAY)
    assert refused.value.code == "E-CONFIRM-UNIT" and "市科技局" in (refused.value.remedy or "")
    assert not confirmations(pack, tmp_path)


def test_an_approximation_is_confirmed_as_such(pack: Pack, tmp_path: Path) -> None:
    """To confirm 200 is not to confirm 200余."""
    observe(pack, [HNTE | {"value": "1400", "approx": "余"}], tmp_path, TODAY)
    given = {"party": "市科技局", "var": tmp_path, "today": TODAY}
    with pytest.raises(InnoCityError) as refused:
        confirm_figure(pack, "hnte_count", "2023", "1400", "张三", **given)  # type: ignore[arg-type]
    assert refused.value.code == "E-CONFIRM-VALUE" and "1400余家" in refused.value.message
    confirm_figure(pack, "hnte_count", "2023", "1400", "张三", approx="余", **given)  # type: ignore[arg-type]
    assert [key[3:5] for key in confirmations(pack, tmp_path)] == [(Fraction(1400), "余")]


def reports(pack: Pack, var: Path, party: str, indicator: str = "hnte_count", scope: str = "全市") -> str:
    """Who is written down as the reporter, or the code of the error."""
    row = {"indicator": indicator, "period": "2023", "value": "3", "scope": scope, "party_id": party}
    try:
        return str(observe(pack, [row], var / f"{party}-{scope}", TODAY)[0]["party_id"])
    except InnoCityError as error:
        assert error.remedy
        return error.code


def test_only_who_answers_for_an_indicator_reports_it(pack: Pack, tmp_path: Path) -> None:
    """Its agency, units of its targets, a county for its own part, the leading group's office, statistics."""
    assert reports(pack, tmp_path, "市市场监管局") == "wh_market", "a unit of its targets"
    assert reports(pack, tmp_path, "市统计局") == "wh_statistics"
    assert reports(pack, tmp_path, "市科技暨创新型城市建设领导小组") == "wh_innovation_group"
    assert reports(pack, tmp_path, "市公安局") == "E-FIGURE-REPORTER"
    assert reports(pack, tmp_path, "环翠区政府") == "E-FIGURE-REPORTER", "a county does not speak for the city"
    assert reports(pack, tmp_path, "环翠区政府", scope="环翠区") == "wh_huancui"
    assert reports(pack, tmp_path, "文登区政府", scope="环翠区") == "E-FIGURE-REPORTER"
    assert reports(pack, tmp_path, "市公安局", "gdp") == "E-FIGURE-REPORTER", "nobody is named: office and statistics"
    with pytest.raises(InnoCityError) as refused:
        observe(pack, [HNTE | {"party_id": "市公安局"}], tmp_path, TODAY)
    assert "不由市公安局报数" in refused.value.message and "市科技局" in (refused.value.remedy or "")


@pytest.mark.parametrize("period", ["2023-12", "2023-12-31"])
def test_one_time_has_one_spelling(pack: Pack, tmp_path: Path, period: str) -> None:
    """A level at the end of 2023 cannot be given a second value by writing 2023-12."""
    observe(pack, [HNTE], tmp_path, TODAY)
    for value, extra in (("1300", {}), ("1300", {"revises": "是", "note": "更正"}), ("1480", {})):
        with pytest.raises(InnoCityError) as refused:
            observe(pack, [HNTE | {"period": period, "value": value} | extra], tmp_path, TODAY)
        assert refused.value.code == "E-FIGURE-REVISION"
    assert [figure.value for figure in recorded(pack, tmp_path)] == [1480]


def test_a_month_of_a_yearly_flow_is_another_figure(pack: Pack, tmp_path: Path) -> None:
    row = {"indicator": "linked_finance_budget", "period": "2023", "value": "900", "party_id": "市科技局"}
    observe(pack, [row, row | {"period": "2023-12", "value": "80"}], tmp_path, TODAY)
    assert [figure.value for figure in recorded(pack, tmp_path)] == [900, 80]


def _told(var: Path, start: Any, results: Any, value: str) -> None:
    pack = load_pack("weihai")
    start.wait()
    try:
        observe(pack, [HNTE | {"value": value}], var, TODAY)
        results.put("ok")
    except InnoCityError as error:
        results.put(error.code)


def test_of_two_programs_that_report_at_once_one_is_refused(tmp_path: Path) -> None:
    """What is checked is checked under the lock."""
    spawn = multiprocessing.get_context("spawn")
    start, results = spawn.Barrier(3), spawn.Queue()
    workers = [spawn.Process(target=_told, args=(tmp_path, start, results, str(1400 + n))) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert sorted(results.get(timeout=5) for _ in workers) == ["E-FIGURE-REVISION", "E-FIGURE-REVISION", "ok"]


def test_figures_of_documents_can_be_confirmed(pack: Pack, tmp_path: Path) -> None:
    confirm_figure(pack, "gdp", "2022", "34081800", "李四", unit="万元", party="wh_science", var=tmp_path, today=TODAY)
    board = city_board(pack, date(2023, 12, 31), tmp_path)
    assert [f.confirmed for f in board.figures if f.indicator == "gdp"] == [True]


def test_files_are_read_with_chinese_headings(pack: Pack, tmp_path: Path) -> None:
    csv = tmp_path / "数据.csv"
    csv.write_bytes('指标,时期,数值,报数单位\n高新技术企业数,2023,"1,480",市科技局\n\n'.encode("gb18030"))
    book = tmp_path / "数据.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate([("指标", "时期", "数值", "报数单位"), ("hnte_count", 2023, 1480, "市科技局")]):
            for column, cell in enumerate(cells):
                sheet.write(row, column, cell)
    for path in (csv, book):
        rows, places = read_file(pack, path)
        assert len(rows) == 1 and places[0].line == 2
        var = tmp_path / path.suffix
        assert observe(pack, rows, var, TODAY, places)[0]["value"] == "1480"


def test_a_bad_line_of_a_file_is_named(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "数据.csv"
    path.write_text(
        "指标,时期,数值,报数单位\nhnte_count,2023,1480,市科技局\nrd_gdp_share,2022,117,市科技局\n", encoding="utf-8"
    )
    rows, places = read_file(pack, path)
    with pytest.raises(InnoCityError, match=r"数据\.csv:3 \[E-FIGURE-SHARE\]"):
        observe(pack, rows, tmp_path, TODAY, places)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "E-FIGURE-FILE"),
        ("a.csv", "指标,年代\nx,y\n".encode(), "E-FIGURE-FILE"),
        ("a.csv", b"\xff\xfe\x00\x81", "E-FIGURE-FILE"),
        ("a.csv", b'indicator,period\n"x,2023\n', "E-FIGURE-FILE"),
        ("a.csv", b"indicator,period,value\nx,2023,1,480\n", "E-FIGURE-FILE"),
        ("a.xlsx", b"no workbook", "E-FIGURE-FILE"),
        (None, b"", "E-FILE-MISSING"),
    ],
)
def test_unreadable_files(pack: Pack, tmp_path: Path, name: str | None, content: bytes, code: str) -> None:
    path = tmp_path / (name or "missing.csv")
    if name:
        path.write_bytes(content)
    with pytest.raises(InnoCityError) as refused:
        read_file(pack, path)
    assert refused.value.code == code


def _book(path: Path, *rows: tuple[object, ...]) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet, month, share = book.add_worksheet(), *(book.add_format({"num_format": f}) for f in ("yyyy-mm", "0.00%"))
    for line, row in enumerate(rows):
        for column, cell in enumerate(row):
            form = month if isinstance(cell, date) else share if isinstance(cell, float) else None
            sheet.write(line, column, cell, form)
    book.close()
    return path


HEADINGS = ("指标", "时期", "数值", "报数单位")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("全社会研发投入占GDP比重", "2022", 0.0251, "市科技局"), "百分比格式"),
        (("技术合同成交额", date(2023, 9, 1), 100, "市科技局"), "看不出写的是月还是日"),
    ],
)
def test_what_a_spreadsheet_changed_is_not_guessed_at(
    pack: Pack, tmp_path: Path, row: tuple[object, ...], says: str
) -> None:
    with pytest.raises(InnoCityError) as refused:
        read_file(pack, _book(tmp_path / "t.xlsx", HEADINGS, row))
    assert refused.value.code == "E-FIGURE-FILE" and says in refused.value.message
    assert refused.value.place and refused.value.place.line == 2


def test_lines_are_those_of_the_file_and_headings_stand_once(pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text('指标,时期,数值,说明\n甲,2023,1,"两\n行"\n乙,2023,2,\n', encoding="utf-8")
    assert [place.line for place in read_file(pack, path)[1]] == [2, 4]
    with pytest.raises(InnoCityError) as refused:
        read_file(pack, _book(tmp_path / "t.xlsx", (*HEADINGS, "指标"), ("a", "2023", 1, "b", "c")))
    assert "两次" in refused.value.message
