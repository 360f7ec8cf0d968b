"""From a kind and its input to a report."""

from __future__ import annotations

from collections.abc import Callable

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.reports.blocks import Report
from innocity.engines.reports.bulletin import bulletin
from innocity.engines.reports.decision import decision
from innocity.engines.reports.midterm import midterm
from innocity.engines.reports.model import KINDS, ReportInput
from innocity.engines.reports.selfeval import selfeval
from innocity.engines.reports.supervision import supervision
from innocity.engines.reports.words import day

register_codes({
    "E-REPORT-KIND": ("没有这种报告", "there is no report of this kind"),
    "E-REPORT-UNIT": ("督办通知单要写明一个单位", "a supervision notice needs one unit"),
})  # fmt: skip

_BUILDERS: dict[str, Callable[[ReportInput], Report]] = {
    "midterm": midterm, "selfeval": selfeval, "bulletin": bulletin, "decision": decision,
}  # fmt: skip


def check_kind(kind: str) -> None:
    """Error: E-REPORT-KIND, with the kinds that there are."""
    if kind not in KINDS:
        known = "、".join(f"{name}（{zh}）" for name, zh in KINDS.items())
        raise InnoCityError("E-REPORT-KIND", f"没有报告“{kind}”", remedy=f"可选：{known}")


def build(kind: str, data: ReportInput, unit: str | None = None) -> Report:
    """The report of a kind. Errors: E-REPORT-KIND, E-REPORT-UNIT, E-REPORT-EMPTY, E-REPORT-FIGURE."""
    if kind == "supervision":
        if unit is None:
            raise InnoCityError(
                "E-REPORT-UNIT", "督办通知单一个单位一份", remedy="写明单位（命令行用 --unit，或 --out 给一个文件夹）"
            )
        return supervision(data, unit)
    check_kind(kind)
    _check_content(data)
    return _BUILDERS[kind](data)


def _check_content(data: ReportInput) -> None:
    """Refuse to write pages about nothing. Error: E-REPORT-EMPTY."""
    if data.in_main() or data.tasks_in_main():
        return
    full = {one.document for one in data.targets} | {one.document for one in data.tasks}
    known = "、".join(f"{one.id}（《{one.title}》）" for one in data.documents if one.id in full)
    remedy = f"换一份有目标或任务的文件（命令行用 --document）：{known}" if known else "先在文件里写上目标或任务"
    text = f"截至{day(data.as_of)}，《{data.main.title}》没有目标，也没有任务，没有内容可写"
    raise InnoCityError("E-REPORT-EMPTY", text, Place.of(data.main.place) if data.main.place else None, remedy)
