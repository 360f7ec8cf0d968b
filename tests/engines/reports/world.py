"""A small input for reports with everything in it that has gone wrong before: long names, odd characters."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

from innocity.engines.reports.blocks import Number, Source
from innocity.engines.reports.model import (
    DocumentLine,
    Evidence,
    ForecastLine,
    ReportInput,
    TargetLine,
    TaskLine,
    UnitLine,
)

AS_OF = date(2023, 12, 31)
PLAN = DocumentLine(
    "plan", "试验市建设国家创新型城市实施方案", "试政字〔2023〕40号", "试验市人民政府", date(2023, 7, 16), "in_force",
    ("目标表",),
)  # fmt: skip
LONG = "全社会研发经费支出占地区生产总值比重（含规模以上工业企业与科研院所、高等院校的全部支出）"
GOALS = Source(PLAN.title, PLAN.number, "二、（三）1", PLAN.day)
TASKS = Source(PLAN.title, PLAN.number, "三、（四）", PLAN.day)
NEWS = Source("《新闻发布会》", "", "一", date(2023, 12, 20))
UNITS = {
    "science": UnitLine("science", "市科技局", "试验市科学技术局"),
    "finance": UnitLine("finance", "市财政局", "试验市财政局"),
}
HOSTILE = "=cmd|' /C calc'!A0"
MARKUP = "<script>alert(1)</script>&\x0b{{ title }}"


def figure(text: str, period: str = "2023年", source: Source = NEWS, **marks: bool) -> Number:
    """A figure as printed."""
    return Number(text, period, source, **marks)


def target(name: str, **given: Any) -> TargetLine:
    """A target of the plan: near, on a confirmed figure, owned by the science bureau."""
    usual: dict[str, Any] = {
        "id": name, "name": name, "document": "plan", "aim": "不低于1600家", "light": "near", "source": GOALS,
        "path": "二、（三）1", "group": "总目标", "due": date(2024, 12, 31), "expected": Fraction(1, 2),
        "achieved": Fraction(47, 100), "baseline": figure("1376家", "2022年", GOALS, confirmed=True), "stated": True,
        "latest": figure("1480家", confirmed=True), "units": ("science",), "unit_names": ("市科技局",),
        "why": "2023年为1480家，落后于序时进度。", "next": "还有1个认定批次，须净增120家。",
    }  # fmt: skip
    return TargetLine(**(usual | given))


def task(title: str, **given: Any) -> TaskLine:
    """A task of the plan: overdue, owned by the science bureau, on the supervision list."""
    usual: dict[str, Any] = {
        "id": title, "title": title, "document": "plan", "state": "overdue", "source": TASKS, "path": "三、（四）1",
        "kind": "任务", "group": "区域创新中心", "responsible": ("市科技局",), "units": ("science",),
        "asked": ("science",), "due": date(2023, 10, 31), "overdue_days": 61, "progress": 40,
        "reported_on": date(2023, 12, 5), "report": "已完成选址", "next": "说明逾期原因", "urgent": "逾期未销号",
    }  # fmt: skip
    return TaskLine(**(usual | given))


def world(**given: Any) -> ReportInput:
    """The input: targets with every light and kind of figure, tasks in every state."""
    waiting = {"light": "watch", "latest": figure("2100家")}
    targets = (
        target("高新技术企业数"),
        target(LONG, light="met", reached=True),
        target("科技型中小企业数", **waiting),
        target("模拟的指标", light="alert", latest=figure("9家", simulated=True)),
        target("未发布的指标", light="not_due", latest=None, achieved=None),
        target("逾期未报的指标", light="not_reported", latest=None, achieved=None),
        target("定性目标", light="not_assessable", latest=None, baseline=None, stated=False, achieved=None,
               expected=None, aim="定性要求", due=None, units=(), unit_names=()),
        target(HOSTILE, aim=MARKUP, why=MARKUP),
        target("另一份文件的目标", document="other"),
    )  # fmt: skip
    papers = (
        Evidence("验收报告.pdf", "任务销号", date(2023, 11, 1)),
        Evidence("现场照片", "任务销号", date(2023, 11, 1)),
    )
    tasks = (
        task("建设高能级平台"),
        task("已销号的任务", state="done", overdue_days=0, progress=100, closed_on=date(2023, 11, 1), urgent="",
             evidence=papers),
        task("模拟进展的任务", state="on_time", overdue_days=0, simulated=True, due=date(2024, 1, 15), urgent=""),
        task("没有期限的任务", state="no_deadline", due=None, overdue_days=0, progress=None, reported_on=None,
             report="", urgent=""),
        task("只列示的建议", state="shown_only", counted=False, kind="建议", due=None, urgent=""),
        task(HOSTILE, state="at_risk", overdue_days=0, report=MARKUP, urgent="有风险"),
    )  # fmt: skip
    known = ReportInput(
        "试验市", AS_OF, PLAN, (PLAN, DocumentLine("other", "另一份文件")), targets, tasks, UNITS,
        bands="不低于应达90%的为接近。",
        forecasts=(ForecastLine("高新技术企业数", "高新技术企业数", "2024年约1550家"),), simulated=True,
    )  # fmt: skip
    return replace(known, **given)
