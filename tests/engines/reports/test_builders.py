"""What the five kinds say: only what the data say, confirmed figures in formal tables, the rest marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from innocity.core.errors import InnoCityError
from innocity.engines.reports import build, units_asked
from innocity.engines.reports.blocks import Chart, Cite, Heading, Number, Report, Table, columns, parts_of
from innocity.engines.reports.citing import Citations
from innocity.engines.reports.selfeval import binder, outcome
from tests.engines.reports.world import AS_OF, GOALS, figure, target, task, world

KINDS = ("midterm", "selfeval", "bulletin", "decision", "supervision")


def report(kind: str, **given: object) -> Report:
    return build(kind, world(**given), "science" if kind == "supervision" else None)


def formal(one: Report) -> list[Table]:
    return [block for block in one.blocks if isinstance(block, Table) and block.formal]


def said(one: Report) -> str:
    """All text of a report in order, tables included."""
    citations, found = Citations(), []
    for block in one.blocks:
        if isinstance(block, Table):
            found += [citations.text(cell) for row in block.rows for cell in row]
        elif isinstance(block, Heading):
            found.append(block.text)
        elif isinstance(getattr(block, "parts", None), tuple):
            found.append(citations.text(block.parts))
        for name, parts, _ in getattr(block, "rows", ()) if type(block).__name__ == "Form" else ():
            found += [name, citations.text(parts)]
    return "\n".join(found)


@pytest.mark.parametrize("kind", KINDS)
def test_formal_tables_hold_confirmed_figures_only(kind: str) -> None:
    for table in formal(report(kind)):
        numbers = [part for row in table.rows for part in parts_of(row) if isinstance(part, Number)]
        assert all(number.confirmed and not number.simulated and not number.forecast for number in numbers)


@pytest.mark.parametrize("marks", [{}, {"confirmed": True, "simulated": True}, {"confirmed": True, "forecast": True}])
def test_a_formal_table_refuses_other_figures(marks: dict[str, bool]) -> None:
    with pytest.raises(InnoCityError) as caught:
        Table("表", columns("数:1"), ((figure("9家", **marks),),), formal=True)
    assert caught.value.code == "E-REPORT-FIGURE"
    assert Table("表", columns("数:1"), ((figure("9家", **marks),),)).rows  # elsewhere it may stand, marked


def test_midterm_keeps_unconfirmed_figures_out_of_table_one_and_marks_them_elsewhere() -> None:
    one = report("midterm")
    (table,) = formal(one)
    rows = {str(row[1]): row for row in table.rows}
    assert rows["科技型中小企业数"][4] == rows["科技型中小企业数"][7] == "待确认"
    assert rows["模拟的指标"][4] == "待确认"
    assert isinstance(rows["高新技术企业数"][4], tuple) and rows["高新技术企业数"][7] == "接近"
    assert "2100家※" in said(one) and "9家（模拟）" in said(one)
    assert "2100家[" not in said(one)  # never without its mark


def test_a_figure_enters_the_formal_table_once_it_is_confirmed() -> None:
    waiting = target("甲", latest=figure("2100家"))
    before = formal(report("midterm", targets=(waiting,)))[0].rows[0]
    after = formal(report("midterm", targets=(replace(waiting, latest=figure("2100家", confirmed=True)),)))[0].rows[0]
    assert before[4] == "待确认" and figure("2100家", confirmed=True) in parts_of(after)


def test_every_figure_of_every_kind_has_its_source() -> None:
    for kind in KINDS:
        for block in report(kind).blocks:
            cells = block.rows if isinstance(block, Table) else (getattr(block, "parts", ()),)
            for row in cells:
                for part in parts_of(row):
                    if isinstance(part, Number):
                        assert part.source.title and (part.source.day or part.source.article)


def test_forecasts_stand_apart_and_say_what_they_are() -> None:
    text = said(report("midterm"))
    assert "高新技术企业数（预测）：2024年约1550家。" in text
    assert all("1550" not in str(row) for table in formal(report("midterm")) for row in table.rows)
    assert "预测）：" not in said(report("midterm", forecasts=()))


def test_counts_in_sentences_are_those_of_the_data() -> None:
    text = said(report("midterm"))
    assert "8项目标中，已作评价的3项（达标1项、接近2项）" in text
    assert "初步判断的2项（关注1项、预警1项）" in text
    assert "暂不能评价的3项（未到发布期1项、逾期未报1项、无法判定1项）" in text
    assert "另一份文件的目标" not in text


def test_a_target_said_twice_is_counted_once() -> None:
    twice = (target("甲"), target("乙", repeats="甲"), target("丙", repeats="elsewhere"))
    assert "2项目标中" in said(report("midterm", targets=twice))


def test_empty_data_say_that_there_is_nothing() -> None:
    goal = target("做到的目标", light="met", reached=True, baseline=None, achieved=None, expected=None)
    bare = {"targets": (goal,), "tasks": (), "forecasts": ()}
    text = said(report("midterm", **bare))
    assert "1项目标中" in text and "没有逾期或有风险的任务。" in text and "现有数据没有提示须另行安排的事项。" in text
    assert not [b for b in report("midterm", **bare).blocks if isinstance(b, Chart) and b.kind == "pace"]


@pytest.mark.parametrize("kind", ["midterm", "selfeval", "bulletin", "decision"])
def test_pages_about_nothing_are_refused(kind: str) -> None:
    empty = (target("别处的目标", document="other"),)
    with pytest.raises(InnoCityError) as caught:
        report(kind, targets=empty, tasks=())
    error = caught.value
    assert error.code == "E-REPORT-EMPTY" and "2023年12月31日，《试验市建设国家创新型城市实施方案》" in error.message
    assert "--document" in (error.remedy or "") and "《另一份文件》" in (error.remedy or "")


def test_a_milestone_before_its_day_is_no_missing_figure() -> None:
    to_come = target(
        "验收", light="to_come", latest=None, baseline=None, achieved=None, expected=None, aim="建成或完成"
    )
    awaited = target("未发布的指标", light="not_due", latest=None, achieved=None)
    one = report("midterm", targets=(to_come, awaited))
    text = said(one)
    assert "暂不能评价的2项（未到发布期1项、未到期1项）" in text
    assert "未到发布期的1项：未发布的指标。" in text and "期限未到的1项：验收。" in text
    (chart,) = [b for b in one.blocks if isinstance(b, Chart) and b.kind == "counts"]
    shown = dict(zip(chart.series, chart.bars[0].values, strict=True))
    assert (shown["未到发布期"], shown["未到期"]) == (1, 1)
    assert formal(one)[0].rows[0][7] == "未到期"


def test_next_steps_keep_what_is_simulated_apart() -> None:
    waiting = target("科技型中小企业数", light="watch", latest=figure("2100家"), next="")
    fake = target("模拟的指标", light="not_due", latest=figure("9家", simulated=True))
    soon = {"due": date(2024, 1, 15), "state": "on_time", "overdue_days": 0, "urgent": ""}
    tasks = (task("真进展的任务", **soon), task("模拟进展的任务", simulated=True, **soon))
    text = said(report("midterm", targets=(waiting, fake), tasks=tasks, forecasts=()))
    assert "由责任单位确认1项最新数据。" in text
    assert "只有模拟数据的1项（模拟），须由责任单位报送真实数据。" in text
    assert "尚未销号的任务1项：真进展的任务。" in text
    assert "只有模拟进展的任务1项（模拟），须核实真实进展：模拟进展的任务。" in text


def test_nothing_waits_for_confirmation_where_there_is_only_the_documents_own_baseline() -> None:
    base = figure("1376家", "2022年", GOALS, confirmed=True)
    same = figure("1376家", "2022年", GOALS)
    one = target("高新技术企业数", light="not_due", baseline=base, stated=True, latest=same, achieved=None)
    assert one.settled and formal(report("midterm", targets=(one,)))[0].rows[0][4:] == (
        "无新数",
        "50%",
        "—",
        "未到发布期",
    )
    assert "应确认单位" not in said(report("midterm", targets=(one,)))
    judged = replace(one, light="met", reached=True)
    assert not judged.settled, "a light that counts as done rests on a figure, and that is not confirmed"


def test_a_report_says_by_when_its_figures_were_known() -> None:
    assert "数据截至2023年12月31日，只用截至当日已公布或登记的数据。" in said(
        report("midterm", known_on=date(2023, 12, 31))
    )
    later = said(report("bulletin", known_on=date(2024, 2, 9)))
    assert "数据截至2023年12月31日，含此后至2024年2月9日公布或登记的数据。" in later


def test_self_evaluation_asks_whether_the_target_holds_not_its_pace() -> None:
    assert outcome(target("甲", light="met", reached=False)) == "未达到"
    assert outcome(target("甲", light="met", reached=True)) == "已达到"
    assert outcome(target("甲", light="met", reached=True, latest=figure("1700家"))) == "待确认"
    assert outcome(target("甲", light="not_due", latest=None)) == "未到发布期"


def test_the_binder_numbers_each_paper_once_and_names_what_is_lacking() -> None:
    papers = binder((), world().tasks)
    assert [number for number, _, _ in papers.papers] == ["2-01", "2-02"]
    assert papers.numbers == {"已销号的任务": "2-01、2-02"}
    assert "建设高能级平台" in papers.missing
    text = said(report("selfeval"))
    assert "佐证2-01" in text and "缺佐证材料的事项" in text


def test_the_bulletin_tells_what_changed_and_what_comes() -> None:
    text = said(
        report("bulletin", before={"高新技术企业数": "watch", "科技型中小企业数": "near", "未发布的指标": "not_due"})
    )
    assert "好转1项：高新技术企业数由关注转为接近。" in text
    assert "退步1项：科技型中小企业数由接近转为关注（数据未经确认）。" in text
    assert "模拟进展的任务（市科技局，2024年1月15日）" in text
    assert "本月报送进展" in text and "已完成选址" in text
    assert "本月报送进展4项（其中模拟1项），列表如下。" in text
    assert "没有变化" in said(report("bulletin", before={"高新技术企业数": "near"}))


def test_what_came_too_late_for_its_own_month_is_told_in_the_month_in_which_it_was_recorded() -> None:
    """A report of December that was written down on 9 January: December did not know of it, January tells it."""
    late = task("补登的任务", reported_on=date(2023, 12, 20), report_known_on=date(2024, 1, 9))
    closed = task("补登销号的任务", state="done", reported_on=None, closed_on=date(2023, 12, 28),
                  close_known_on=date(2024, 1, 9), urgent="")  # fmt: skip
    january = said(report("bulletin", tasks=(late, closed), as_of=date(2024, 1, 31), known_on=date(2024, 1, 31)))
    assert "本月报送进展1项（其中补登以前月份的1项），列表如下。" in january and "2023-12-20" in january
    assert "本月销号1项（其中补登以前月份的1项）：补登销号的任务。" in january
    # December written anew by what was known later has both; February has neither.
    december = said(report("bulletin", tasks=(late, closed), known_on=date(2024, 2, 9)))
    assert "本月报送进展1项，列表如下。" in december and "本月销号1项：补登销号的任务。" in december
    february = said(report("bulletin", tasks=(late, closed), as_of=date(2024, 2, 29), known_on=date(2024, 2, 29)))
    assert "2024年2月没有收到任务进展报送。" in february and "本月销号" not in february


def test_a_bulletin_written_anew_has_the_figures_on_which_its_lights_rest() -> None:
    """The figure of the year came in on 9 February: the bulletin of December, written in February, has it."""
    one = target("高新技术企业数", known_on=date(2024, 2, 9))
    assert "没有新的指标数据" in said(report("bulletin", targets=(one,), known_on=AS_OF))
    assert "本月有新数据的目标1项" in said(report("bulletin", targets=(one,), known_on=date(2024, 2, 9)))


@pytest.mark.parametrize("kind", KINDS)
def test_every_report_says_by_when_its_data_were_known(kind: str) -> None:
    then, later = said(report(kind, known_on=AS_OF)), said(report(kind, known_on=date(2024, 2, 9)))
    assert "只用截至当日已公布或登记的数据" in then
    assert "含此后至2024年2月9日公布或登记的数据" in later


def test_a_notice_goes_to_one_unit_with_what_it_owes() -> None:
    text = said(report("supervision"))
    assert "试验市科学技术局：" in text and "任务2项，指标3项" in text
    assert "建设高能级平台" in text and "已销号的任务" not in text
    with pytest.raises(InnoCityError) as caught:
        build("supervision", world(), "finance")
    assert caught.value.code == "E-REPORT-EMPTY"
    assert [unit.id for unit in units_asked(world())] == ["science"]


def test_the_decision_sheet_puts_the_worst_first_and_is_short() -> None:
    late = tuple(task(f"任务{n}", overdue_days=n) for n in range(1, 9))
    text = said(report("decision", tasks=late))
    assert "任务8（逾期8天）、任务7（逾期7天）等8项" in text
    assert "模拟的指标（数据未确认）" in text


def test_what_rests_on_simulated_progress_is_counted_apart_wherever_it_is_counted() -> None:
    fake = {"simulated": True, "report": "（模拟）完成约40%", "closed_on": date(2023, 12, 9)}
    tasks = (
        task("真逾期"), task("假逾期", **fake), task("假风险", state="at_risk", **fake),
        task("真销号", state="done", closed_on=date(2023, 12, 8)), task("假销号", state="done", **fake),
    )  # fmt: skip
    midterm, sheet, month = (said(report(kind, tasks=tasks)) for kind in ("midterm", "decision", "bulletin"))
    assert "其中3项的状态出自模拟进展，不对应真实情况" in midterm and "其中3项的状态出自模拟进展" in sheet
    assert "逾期2项（其中模拟1项）、有风险1项（其中模拟1项），列表如下。" in midterm
    assert "逾期任务（其中模拟1项）：" in sheet and "假逾期（逾期61天）（模拟）" in sheet
    assert "有风险的任务（其中模拟1项）：假风险（模拟）。" in sheet
    assert "假销号（模拟）" in month and "真销号（模拟）" not in month and "完成约40%" not in month
    assert "已凭佐证销号2项（其中模拟1项），其余3项未销号。" in said(report("selfeval", tasks=tasks))
    assert "任务2项（其中1项的现状出自模拟进展）" in said(report("supervision", tasks=tasks[:2]))


def test_a_sheet_without_red_lights_tells_what_is_at_risk_and_what_nobody_can_judge() -> None:
    dark = target("未发布的指标", light="not_due", latest=None, achieved=None)
    risky = task("拖延的任务", state="at_risk", overdue_days=0)
    text = said(report("decision", targets=(dark,), tasks=(risky,)))
    assert "1. 有风险的任务：拖延的任务。" in text and "2. 还有1项目标没有数据或者缺少依据，不能评价。" in text
    assert "没有预警" not in text


def test_unknown_kinds_and_missing_units_are_errors() -> None:
    for kind, unit, code in (("yearly", None, "E-REPORT-KIND"), ("supervision", None, "E-REPORT-UNIT")):
        with pytest.raises(InnoCityError) as caught:
            build(kind, world(), unit)
        assert caught.value.code == code and caught.value.remedy


def test_sources_are_numbered_in_the_order_of_citation() -> None:
    citations = Citations()
    assert citations.text((figure("9家", confirmed=True), Cite((GOALS,)), figure("8家"))) == "9家[1][2]8家※[1]"
    assert [number for number, _ in citations.listed()] == [1, 2]


def test_a_month_without_news_says_so() -> None:
    text = said(report("bulletin", as_of=date(2025, 3, 31)))
    assert "2025年3月没有新的指标数据。" in text and "2025年3月没有收到任务进展报送。" in text
