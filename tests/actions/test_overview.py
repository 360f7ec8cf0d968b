"""What joins lights, tasks and units for a city and a date, and turns them into what reports are made from."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from docx import Document

from innocity.actions.confirm_figure import confirm_figure
from innocity.actions.ledger import ledger
from innocity.actions.make_report import Request, make_report, template_of, write_starter
from innocity.actions.observe import observe
from innocity.actions.overview import Overview, overview
from innocity.actions.report_input import main_document, report_input, source_of
from innocity.actions.view_unit import INTERNAL
from innocity.core.errors import InnoCityError
from innocity.engines.reports import build
from innocity.engines.reports.model import ReportInput
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

AS_OF = date(2023, 12, 31)


@pytest.fixture(scope="module")
def weihai() -> Pack:
    return load_pack("weihai")


@pytest.fixture
def view(weihai: Pack, tmp_path: Path) -> Overview:
    return overview(weihai, AS_OF, tmp_path)


def given(pack: Pack, var: Path) -> ReportInput:
    return report_input(overview(pack, AS_OF, var))


def test_everything_of_the_city_is_in_it(weihai: Pack, view: Overview) -> None:
    assert len(view.board.standings) == len(weihai.targets)
    assert {one.id for one in view.tasks.states.values()} <= set(weihai.tasks)
    assert view.as_of == view.board.as_of == view.tasks.as_of == AS_OF
    assert not view.simulated and view.facts is None
    assert {item.state.id for item in view.supervision} <= set(view.tasks.states)


def test_a_unit_is_seen_with_its_targets_and_a_stranger_sees_no_score(view: Overview) -> None:
    own = view.unit("wh_science", viewer="wh_science")
    assert "hnte_2024" in {one.target.id for one in own.standings} and own.score is not None
    assert view.unit("wh_science", viewer="wh_finance").score is None
    assert view.unit("wh_science").score is None, "who asks for nobody gets no score"
    assert view.unit("wh_science", viewer=INTERNAL).score is not None


def test_indices_come_with_their_errors(view: Overview) -> None:
    found = view.indices()
    assert set(found) == set(view.pack.indices)
    assert isinstance(found["county_innovation"], InnoCityError)  # no county figures are recorded


def test_the_document_reported_on_is_the_one_with_most_targets_to_come(weihai: Pack) -> None:
    assert main_document(weihai, AS_OF).id == "plan-2023"
    for day, document in ((date(2019, 12, 31), "opinion-2018"), (date(2022, 6, 30), "opinion-2018")):
        assert main_document(weihai, day).id == document
    for day in (date(2025, 1, 31), date(2026, 11, 22)):  # summing up after the deadline
        assert main_document(weihai, day).id == "plan-2023"
    assert main_document(weihai, AS_OF, "opinion-2018").id == "opinion-2018"
    with pytest.raises(InnoCityError) as caught:
        main_document(weihai, AS_OF, "plan-2022")
    assert caught.value.code == "E-REPORT-DOCUMENT" and "plan-2023" in (caught.value.remedy or "")


@pytest.mark.parametrize("day", [date(1990, 6, 30), date(2017, 12, 31), date(2999, 12, 31)])
@pytest.mark.parametrize("kind", ["midterm", "selfeval", "bulletin", "decision", "supervision"])
def test_on_a_day_without_a_document_no_kind_is_written(weihai: Pack, tmp_path: Path, kind: str, day: date) -> None:
    with pytest.raises(InnoCityError) as caught:
        make_report(weihai, Request(kind, day, tmp_path / "x.docx", "wh_science", var=tmp_path))
    error = caught.value
    assert error.code == "E-REPORT-DOCUMENT" and str(day) in error.message
    assert "《威海市建设国家创新型城市实施方案》）2023-07-16至2026-12-31" in (error.remedy or "")
    assert not list(tmp_path.iterdir())


def test_a_document_without_a_day_is_reported_on_only_when_asked_for(weihai: Pack) -> None:
    undated = weihai.documents["plan-2023"].model_copy(
        update={"issued_on": None, "published_on": None, "valid_from": None}
    )
    alone = weihai.model_copy(update={"documents": {**weihai.documents, "plan-2023": undated}})
    assert main_document(alone, AS_OF).id != "plan-2023"
    assert main_document(alone, AS_OF, "plan-2023").id == "plan-2023"


def test_a_document_with_nothing_to_tell_gives_no_pages(weihai: Pack, tmp_path: Path) -> None:
    for kind in ("midterm", "selfeval", "bulletin", "decision"):
        with pytest.raises(InnoCityError) as caught:
            make_report(weihai, Request(kind, AS_OF, tmp_path / "x.docx", document="calls-2023", var=tmp_path))
        error = caught.value
        assert error.code == "E-REPORT-EMPTY" and "没有目标，也没有任务" in error.message
        assert error.place is not None and "calls-2023" in str(error.place) and "plan-2023" in (error.remedy or "")
    assert not list(tmp_path.iterdir())


def test_a_workbook_without_a_row_is_refused(weihai: Pack, tmp_path: Path) -> None:
    with pytest.raises(InnoCityError) as caught:
        make_report(weihai, Request("midterm", AS_OF, tmp_path / "x.xlsx", "市政府新闻办", var=tmp_path))
    assert caught.value.code == "E-REPORT-EMPTY" and "没有目标，也没有任务" in caught.value.message


def test_lines_say_what_the_document_and_the_figures_say(weihai: Pack, tmp_path: Path) -> None:
    lines = {one.id: one for one in given(weihai, tmp_path).targets}
    firms = lines["hnte_2024"]
    assert (firms.name, firms.aim, firms.due) == ("高新技术企业数", "不低于1600家", date(2024, 12, 31))
    assert firms.baseline is not None and firms.baseline.text == "1376家" and firms.stated and firms.baseline.confirmed
    assert firms.latest is not None and not firms.latest.confirmed and firms.nothing_new and firms.settled
    assert firms.source == source_of(weihai, weihai.targets["hnte_2024"].article)
    assert firms.source.number == "威政字〔2023〕40号" and firms.source.article == "二、（三）3"
    assert firms.unit_names == ("市科技局", "市市场监管局") and firms.group == "总目标"
    assert lines["contract_turnover_growth_2024"].aim == "年均增长10%"
    assert lines["innovative_city_2024"].aim == "建成或完成" and lines["innovative_city_2024"].core == "missing"


def test_tasks_keep_who_is_printed_and_who_answers(weihai: Pack, tmp_path: Path) -> None:
    lines = {one.id: one for one in given(weihai, tmp_path).tasks}
    counties = lines["spatial_layout"]
    assert "各区市政府" in counties.printed and "环翠区政府" in counties.responsible
    assert not counties.counted and lines["central_city_level"].counted  # only the lowest of the tree
    assert lines["central_city_level"].depth == 2 and lines["central_city_level"].group == lines["refined_city"].title
    shown = [one for one in lines.values() if one.state == "shown_only"]
    assert shown and not any(one.counted and one.kind in ("建议", "问题", "指南") for one in shown)


def test_a_confirmed_figure_enters_the_formal_table_and_no_other(weihai: Pack, tmp_path: Path) -> None:
    def formal() -> list[str]:
        from innocity.engines.reports.blocks import Table, parts_of

        tables = [b for b in build("midterm", given(weihai, tmp_path)).blocks if isinstance(b, Table) and b.formal]
        return [str(part) for table in tables for row in table.rows for part in parts_of(row) if "1480家" in str(part)]

    assert formal() == []
    observe(weihai, [{"indicator": "hnte_count", "period": "2023", "value": "1480", "party_id": "wh_science"}],
            tmp_path, AS_OF)  # fmt: skip
    assert formal() == []
    confirm_figure(weihai, "hnte_count", "2023", "1480", "数据联系人", party="wh_science", var=tmp_path, today=AS_OF)
    line = {one.id: one for one in given(weihai, tmp_path).targets}["hnte_2024"]
    assert line.settled and line.latest is not None and line.latest.confirmed
    assert len(formal()) >= 1


def test_recorded_figures_and_progress_reach_the_reports(weihai: Pack, tmp_path: Path) -> None:
    ledger(weihai, "observation", tmp_path).append([{
        "party_id": "wh_science", "indicator": "hnte_count", "period": "2023", "value": "1480", "unit": "家",
        "observed_on": "2023-12-30", "evidence": "认定公告.pdf",
    }])  # fmt: skip
    ledger(weihai, "task_progress", tmp_path).append([{
        "party_id": "wh_science", "task": "marine_science_city", "reported_on": "2023-12-20", "progress": "35",
        "work": "under_way", "text": "完成选址", "simulated": "true",
    }])  # fmt: skip
    data = given(weihai, tmp_path)
    firms = {one.id: one for one in data.targets}["hnte_2024"]
    assert firms.latest is not None and firms.latest.text == "1480家"
    assert firms.latest.source.title == "市科技局报数" and firms.latest.source.day == date(2023, 12, 30)
    assert "认定公告.pdf" in {paper.name for paper in firms.evidence}
    work = {one.id: one for one in data.tasks}["marine_science_city"]
    assert work.progress == 35 and work.simulated and data.simulated
    real = report_input(overview(weihai, AS_OF, tmp_path, simulated=False))
    assert not real.simulated and {one.id: one for one in real.tasks}["marine_science_city"].progress is None


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
@pytest.mark.parametrize("kind", ["midterm", "selfeval", "bulletin", "decision"])
def test_every_city_can_be_reported_on(city: str, kind: str, tmp_path: Path) -> None:
    pack = load_pack(city)
    day = pack.city.as_of or AS_OF
    for suffix in ("docx", "html", "xlsx"):
        (made,) = make_report(pack, Request(kind, day, tmp_path / f"{city}-{kind}.{suffix}", var=tmp_path))
        assert made.path.stat().st_size > 2000 and not made.simulated


def test_a_document_is_not_reported_on_before_it_was_issued(weihai: Pack, tmp_path: Path) -> None:
    asked = Request("midterm", date(2015, 2, 28), tmp_path / "early.html", document="plan-2023", var=tmp_path)
    with pytest.raises(InnoCityError) as refused:
        make_report(weihai, asked)
    assert refused.value.code == "E-REPORT-DOCUMENT" and "还没有印发" in refused.value.message
    assert not list(tmp_path.iterdir())


def test_a_start_from_nought_is_no_word_of_the_document(tmp_path: Path) -> None:
    """Liaocheng's totals are counted from the day of issue; no document says that they were nought."""
    data = report_input(overview(load_pack("liaocheng"), date(2021, 12, 31), tmp_path))
    base = {one.id: one for one in data.targets}["achievements_transferred_2025"].baseline
    assert base is not None and base.text == "0项" and base.period.endswith("从零计")
    assert base.source.title == "累计数自起算日从零计" and not base.source.article


def test_notices_for_all_units_go_into_a_folder(weihai: Pack, tmp_path: Path) -> None:
    made = make_report(weihai, Request("supervision", date(2025, 1, 31), tmp_path / "notices", var=tmp_path))
    assert {one.unit for one in made} >= {"wh_science"} and len(made) == len(list((tmp_path / "notices").iterdir()))


def test_existing_files_stay_and_bad_names_are_refused(weihai: Pack, tmp_path: Path) -> None:
    path = tmp_path / "midterm.docx"
    path.write_text("mine", encoding="utf-8")
    for asked, code in (
        (Request("midterm", AS_OF, path, var=tmp_path), "E-REPORT-EXISTS"),
        (Request("midterm", AS_OF, tmp_path / "midterm.pdf", var=tmp_path), "E-REPORT-SUFFIX"),
        (Request("yearly", AS_OF, tmp_path / "x.docx", var=tmp_path), "E-REPORT-KIND"),
        (Request("supervision", AS_OF, tmp_path / "x.docx", var=tmp_path), "E-REPORT-UNIT"),
        (Request("supervision", AS_OF, tmp_path / "x.docx", unit="没有的局", var=tmp_path), "E-UNIT-UNKNOWN"),
    ):
        with pytest.raises(InnoCityError) as caught:
            make_report(weihai, asked)
        assert caught.value.code == code
    assert path.read_text(encoding="utf-8") == "mine" and not (tmp_path / "x.docx").exists()


def test_a_template_of_the_city_replaces_ours(weihai: Pack, tmp_path: Path) -> None:
    copy = weihai.model_copy(update={"root": str(tmp_path)})
    assert template_of(copy, "midterm") is None
    write_starter(copy, "midterm", tmp_path / "templates" / "report.docx")
    assert template_of(copy, "midterm") == tmp_path / "templates" / "report.docx"
    write_starter(copy, "midterm", tmp_path / "templates" / "midterm.docx")
    assert template_of(copy, "midterm") == tmp_path / "templates" / "midterm.docx"
    (made,) = make_report(copy, Request("midterm", AS_OF, tmp_path / "out.docx", var=tmp_path))
    assert made.template == "midterm.docx"
    _print_all(tmp_path / "templates" / "midterm.docx")
    with pytest.raises(InnoCityError) as refused:
        make_report(copy, Request("midterm", AS_OF, tmp_path / "leak.docx", var=tmp_path))
    assert refused.value.code == "E-REPORT-TEMPLATE" and "不能直接打印" in refused.value.message
    assert not (tmp_path / "leak.docx").exists()
    with pytest.raises(InnoCityError):
        write_starter(copy, "midterm", tmp_path / "templates" / "midterm.docx")


def _print_all(path: Path) -> None:
    """A city's template that prints the list of targets as if it were a text."""
    document = Document(str(path))
    document.add_paragraph("{{ targets }}")
    document.save(str(path))


def test_what_a_meeting_resolved_is_counted_beside_the_task_under_which_it_is_put(weihai: Pack, tmp_path: Path) -> None:
    """The task above it is not divided by it: it keeps its own report, and both are in the report on the document."""
    before = report_input(overview(weihai, AS_OF, tmp_path)).tasks_in_main()
    day = {"party_id": "wh_science", "recorded_at": "2023-12-01"}
    ledger(weihai, "meeting", tmp_path).append(
        [day | {"meeting": "m1", "kind": "leading_group", "title": "领导小组会议", "held_on": "2023-11-20"}]
    )
    ledger(weihai, "resolution", tmp_path).append(
        [day | {"meeting": "m1", "task": "m1_1", "title": "补报培育进展", "lead": "wh_science", "due": "2023-11-30",
                "parent": "firm_cultivation"}]
    )  # fmt: skip
    ledger(weihai, "task_progress", tmp_path).append(
        [day | {"task": "firm_cultivation", "reported_on": "2023-12-01", "progress": "45", "work": "under_way",
                "text": "新认定120家"}]
    )  # fmt: skip
    data = report_input(overview(weihai, AS_OF, tmp_path))
    after = {one.id: one for one in data.tasks_in_main()}
    assert after["firm_cultivation"].counted and after["m1_1"].counted and after["m1_1"].state == "overdue"
    assert sum(one.counted for one in after.values()) == sum(one.counted for one in before) + 1
    (made,) = make_report(weihai, Request("bulletin", AS_OF, tmp_path / "b.html", var=tmp_path))
    text = made.path.read_text("utf-8")
    assert "新认定120家" in text and "补报培育进展" in text and "没有收到" not in text
