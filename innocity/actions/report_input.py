"""From the state of a city to what a report is made from: names for ids, words for codes, sources for figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from innocity.actions.overview import Overview
from innocity.actions.supervise import reply_by
from innocity.actions.task_records import task_records
from innocity.core.dates import year_end
from innocity.core.errors import ErrorList, InnoCityError, register_codes
from innocity.engines.indicators.model import NAMES, NOT_YET, Board, Figure, Standing
from innocity.engines.indicators.phrases import amount, goal_text, value_text
from innocity.engines.reports.blocks import Number, Source
from innocity.engines.reports.model import (
    Core,
    DocumentLine,
    Evidence,
    ForecastLine,
    Light,
    ReportInput,
    TargetLine,
    TaskLine,
    UnitLine,
)
from innocity.engines.reports.words import per_cent, rounded
from innocity.engines.tasks.model import DUE_NAMES, TaskState
from innocity.engines.tasks.supervision import LEVEL_NAMES, SupervisionItem, asked_units
from innocity.engines.tasks.units import Answerable, answerable
from innocity.packs.invalid import suggest
from innocity.packs.model import Document, Indicator, Pack, Target

register_codes({
    "E-REPORT-DOCUMENT": ("报告不知道对照哪份文件", "the document to report on is not known"),
})  # fmt: skip

LATELY = 2  # years after its deadline in which a target is still reported on: summing up, acceptance
TASK_KINDS = {
    "goal": "目标", "task": "任务", "task_group": "任务板块", "subtask": "子任务", "safeguard": "保障措施",
    "phase": "阶段", "milestone": "节点", "guideline": "指南", "attachment": "附件", "policy_focus": "政策聚焦",
    "problem": "问题", "recommendation": "建议", "recommendation_group": "建议板块",
}  # fmt: skip


def report_input(
    view: Overview,
    *,
    document: str | None = None,
    before: Board | None = None,
    issuer: str = "",
    forecasts: tuple[ForecastLine, ...] = (),
) -> ReportInput:
    """What reports on a document are made from; without `document`, on the main one (`main_document`).

    Error: E-REPORT-DOCUMENT.
    """
    pack = view.pack
    main = main_document(pack, view.as_of, document)
    urgent = {item.state.id: item for item in view.supervision}
    targets = tuple(_target(pack, one, view.figures.papers) for one in view.board.standings)
    tasks = tuple(_task(pack, one, urgent.get(one.id), view) for one in view.tasks.states.values())
    figures = [number for one in targets for number in (one.latest, one.computed) if number]
    simulated = any(one.simulated for one in figures) or any(one.simulated for one in tasks)
    return ReportInput(
        city=pack.city.name or pack.city.id, as_of=view.as_of, main=_document(main),
        documents=tuple(_document(one) for one in pack.documents.values()), targets=targets, tasks=tasks,
        units={name: UnitLine(name, unit.name or name, unit.full_name or "") for name, unit in pack.units.items()},
        bands=bands(pack), before=lights_of(before) if before else None, forecasts=forecasts, issuer=issuer,
        simulated=simulated, known_on=view.known_on, left_out=left_out(view),
        reply_by=reply_by(pack, view.as_of),
    )  # fmt: skip


def left_out(view: Overview) -> int:
    """How many records of days up to the state's own became known later and are not in it."""
    if view.known_on is None:
        return 0
    figures = [one for one in view.figures.recorded if one.on is not None and one.on <= view.as_of]
    late = sum(not one.known_by(view.known_on) and (view.with_simulated or not one.simulated) for one in figures)
    return late + _steps(view, None) - _steps(view, view.known_on)


def _steps(view: Overview, known_on: date | None) -> int:
    """How many reports on tasks and closings of days up to the state's own were known on a day."""
    found = task_records(view.pack, view.var, known_on=known_on, faults=ErrorList())
    if not view.with_simulated:
        found = found.real()
    days = (*(one.reported_on for one in found.reports), *(one.decided_on for one in found.closures))
    return sum(day <= view.as_of for day in days)


def lights_of(board: Board) -> dict[str, Light]:
    """The light of each target."""
    return {one.target.id: one.light for one in board.standings}


def main_document(pack: Pack, as_of: date, asked: str | None = None) -> Document:
    """The document that is reported on: the one asked for, else that with most targets still due or due lately.

    Of one without a date nobody can say since when it was there: it must be asked for. Error: E-REPORT-DOCUMENT.
    """
    if asked is not None:
        return _asked_document(pack, as_of, asked)
    covered = {name: span for name, span in _covered(pack).items() if span[0] <= as_of <= span[1]}
    if not covered:
        raise _none_then(pack, as_of)
    found = dict.fromkeys(covered, 0)
    for target in pack.targets.values():
        document, due = pack.document_of(target), target.due()
        if document is not None and document.id in found and due is not None and due.year >= as_of.year - LATELY:
            found[document.id] += 1
    return pack.documents[max(covered, key=lambda name: (found[name], covered[name][0]))]


def _asked_document(pack: Pack, as_of: date, asked: str) -> Document:
    document = pack.documents.get(asked)
    if document is None:
        raise InnoCityError("E-REPORT-DOCUMENT", f"没有文件“{asked}”", None, suggest(asked, set(pack.documents)))
    since = document.since()
    if since is not None and since > as_of:
        text = f"截至{as_of}《{document.title}》还没有印发"
        raise InnoCityError("E-REPORT-DOCUMENT", text, None, f"写{since}以后的日期（命令行用 --as-of）")
    return document


def _covered(pack: Pack) -> dict[str, tuple[date, date]]:
    """From when until when each document with targets is reported on: until its last deadlines are long past."""
    found: dict[str, tuple[date, date]] = {}
    for target in pack.targets.values():
        document, due = pack.document_of(target), target.due()
        since = document.since() if document is not None else None
        if document is None or due is None or since is None:
            continue
        last = year_end(due.year + LATELY)
        found[document.id] = (since, max(last, found.get(document.id, (since, last))[1]))
    return found


def _none_then(pack: Pack, as_of: date) -> InnoCityError:
    """No document was running on the day: which days there are documents for."""
    spans = sorted(_covered(pack).items(), key=lambda one: one[1])[:6]
    if not spans:
        text = f"{pack.city.name}没有哪份文件的目标写了期限，不知道对照哪一份"
        return InnoCityError("E-REPORT-DOCUMENT", text, remedy="指定对照的文件（命令行用 --document）")
    days = "；".join(f"{name}（《{pack.documents[name].title}》）{first}至{last}止" for name, (first, last) in spans)
    text = f"截至{as_of}，{pack.city.name}没有正在执行或近{LATELY}年到期的文件"
    return InnoCityError(
        "E-REPORT-DOCUMENT",
        text,
        None,
        f"换一个日期，或指定文件（命令行用 --as-of、--document）；各文件可报告的日期：{days}",
    )


def _day(document: Document) -> date | None:
    """The day that is printed for a document: of issue, else of publication."""
    return document.issued_on or document.published_on


def _document(document: Document) -> DocumentLine:
    return DocumentLine(
        document.id, document.title, document.number or "", document.issuer or "", _day(document), document.state,
        document.missing, document.place,
    )  # fmt: skip


def bands(pack: Pack) -> str:
    """How lights follow from pace, in a sentence, with the bands of the city."""
    near, watch = (per_cent(share) for share in (pack.city.pace.near, pack.city.pace.watch))
    return (
        "评价按序时进度：实际进度为基期到目标之间已完成的比例，应达进度为同一时点按推进路径应完成的比例。"
        f"实际达到应达或目标已实现的为达标，不低于应达{near}的为接近，不低于应达{watch}的为关注，"
        "更低或到期未实现的为预警。"
    )


# --- targets -----------------------------------------------------------------------------------------


def _target(pack: Pack, one: Standing, papers: Mapping[str, tuple[str, ...]]) -> TargetLine:
    target, indicator = one.target, one.indicator
    document, article = _where(pack, target.article)
    units = answering(pack, target.units, one.as_of)
    stated = one.baseline is not None and not one.baseline_marked
    return TargetLine(
        id=target.id, name=one.name, document=document, aim=aim(one),
        light=one.light, label=one.label if one.label not in (NAMES[one.status], NOT_YET) else "",
        source=source_of(pack, target.article), path=article[0],
        group=chapter(pack, document, article), due=one.due,
        expected=one.expected, achieved=one.achieved, reached=one.reached,
        baseline=_baseline(pack, one, stated), stated=stated,
        latest=number(pack, one.latest, indicator),
        known_on=one.latest.known_on if one.latest else None,
        computed=_from_registers(pack, one),
        difference=_difference(one),
        units=units, unit_names=names(pack, units), printed=target.as_printed or "", core=_core(target, indicator),
        why=one.why, next=one.next, tasks=one.tasks, clauses=one.clauses, evidence=_papers(pack, one, papers),
        owed_period=one.owed_period or "", repeats=one.duplicate_of or "",
        note="；".join(n for n in (target.note, indicator.note) if n),
    )  # fmt: skip


_CHAPTER = re.compile("[一二三四五六七八九十]+、(?:（[一二三四五六七八九十]+）)?")


def chapter(pack: Pack, document: str, article: tuple[str, str]) -> str:
    """The title of the chapter in which an article (path, title) stands: `三、（二）` of `三、（二）3（1）`.

    A chapter whose own text has no article is called after the task that stands there.
    """
    match = _CHAPTER.match(article[0])
    if document not in pack.documents or match is None:
        return article[1]
    titles = [one.title for one in pack.documents[document].articles if one.path == match[0]]
    tasks = (t for t in pack.tasks.values() if t.path == match[0] and t.article.partition("#")[0] == document)
    return next(iter([*titles, *(one.title for one in tasks)]), article[1])


def aim(one: Standing) -> str:
    """What a target asks for, short: `不低于1600家`, `年均增长10%`."""
    target = one.target
    goal = None if target.operator in ("growth", "delta") else one.value
    fallback = {"milestone": "建成或完成"}.get(target.operator, "定性要求")
    plain = target.operator in ("milestone", "qualitative") or (goal is None and target.value is None)
    if target.operator == "increase" and goal is None:
        return "有所增加"
    return fallback if plain and target.operator != "range" else goal_text(target, one.indicator, goal) or fallback


def number(pack: Pack, figure: Figure | None, indicator: Indicator, stated: bool = False) -> Number | None:
    """A figure as reports print it; a baseline that stands in the document itself needs nobody's confirmation."""
    if figure is None:
        return None
    return Number(
        value_text(figure, indicator), figure.when(), figure_source(pack, figure), confirmed=figure.confirmed or stated,
        simulated=figure.simulated,
    )  # fmt: skip


def _baseline(pack: Pack, one: Standing, stated: bool) -> Number | None:
    """Where the way begins; that a total is counted from nought is no document's word, and is said."""
    found = number(pack, one.baseline, one.indicator, stated=stated)
    if found is None or one.baseline is None or one.baseline.document is not None or not stated:
        return found
    return replace(found, period=f"{found.period}起从零计")


def _from_registers(pack: Pack, one: Standing) -> Number | None:
    """What the registers give, rounded: a quotient has more digits than it is good for."""
    if one.computed is None:
        return None
    exact = number(pack, one.computed.figure, one.indicator)
    return replace(exact, text=amount(one.computed.figure.value, one.indicator)) if exact else None


def figure_source(pack: Pack, figure: Figure) -> Source:
    """Where a figure stands: its document and article, or who reported it and on which day."""
    if figure.document and figure.document in pack.documents:
        return source_of(pack, f"{figure.document}#{figure.article or ''}", figure.observed_on)
    return Source(figure.source or "登记的数据", "", "", figure.observed_on)


def source_of(pack: Pack, article: str, day: date | None = None) -> Source:
    """The source of a fence or a figure by `document#article`."""
    name = article.partition("#")[0]
    document = pack.documents.get(name)
    if document is None:
        return Source(name or "会议议定事项", "", "", day)
    title = document.title if document.number else f"《{document.title}》"
    return Source(title, document.number or "", _where(pack, article)[1][0], day or _day(document))


def _where(pack: Pack, place: str) -> tuple[str, tuple[str, str]]:
    """Document, and path and title of the article."""
    name, _, article = place.partition("#")
    document = pack.documents.get(name)
    found = next((one for one in document.articles if one.id == article), None) if document else None
    return name, (found.path or "", found.title) if found else ("", "")


def _difference(one: Standing) -> str:
    if one.difference is None:
        return ""
    sign = "+" if one.difference > 0 else ""
    return f"{sign}{rounded(one.difference, 2)}{one.indicator.unit or ''}"


def _core(target: Target, indicator: Indicator) -> Core:
    known = target.core if target.core is not None else indicator.core
    if known == "missing":
        return "missing"
    return "" if known is None else "yes" if known else "no"


def _papers(pack: Pack, one: Standing, filed: Mapping[str, tuple[str, ...]]) -> tuple[Evidence, ...]:
    """What shows the latest figure: the papers named with it, else the document in which it stands."""
    if one.latest is None:
        return ()
    where = figure_source(pack, one.latest)
    if named := filed.get(one.latest.fact or "", ()):
        return tuple(Evidence(paper, where.title, where.day, one.latest.simulated) for paper in named)
    if not one.latest.document:
        return ()
    title = where.title if where.title.startswith("《") or not where.number else f"《{where.title}》"
    name = f"{title}{where.article}"
    return (Evidence(name, where.number, where.day, one.latest.simulated),)


# --- tasks -------------------------------------------------------------------------------------------


def _task(pack: Pack, one: TaskState, item: SupervisionItem | None, view: Overview) -> TaskLine:
    task = one.task
    roles = one.units()
    printed = (task.as_printed.lead, task.as_printed.responsible, task.as_printed.cooperating)
    return TaskLine(
        id=task.id, title=task.title, document=_document_of(view, one), state=one.status,
        source=_source_of_task(pack, one), path=task.path or "", kind=TASK_KINDS[task.kind],
        depth=_depth(view, one), group=_group(view, one),
        counted=one.counted, lead=_answers(pack, one.lead), responsible=_answers(pack, one.responsible),
        printed="；".join(text for text in printed if text), units=tuple(roles), asked=asked_units(one), due=one.due,
        due_from=DUE_NAMES[one.due_from] if one.due_from else "", overdue_days=one.overdue_days, progress=one.progress,
        reported_on=one.report.reported_on if one.report else None, report=one.report.text if one.report else "",
        closed_on=_closed(one), report_known_on=one.report.recorded_on if one.report else None,
        close_known_on=one.closure.recorded_on if one.closure else None,
        evidence=_evidence(one), why=one.why, next=one.next, simulated=one.simulated,
        urgent=_urgent(item) if item else "",
    )  # fmt: skip


def _source_of_task(pack: Pack, one: TaskState) -> Source:
    """Where a task is set; what a meeting resolved has the meeting's day."""
    return source_of(pack, one.task.article, one.resolution.held_on if one.resolution else None)


def _urgent(item: SupervisionItem) -> str:
    word = LEVEL_NAMES[item.level]
    return f"{word}，逾期{item.days}天" if item.level == "overdue" and item.days else word


def _closed(one: TaskState) -> date | None:
    return one.closure.decided_on if one.closure and one.closure.outcome == "closed" else None


def _evidence(one: TaskState) -> tuple[Evidence, ...]:
    """The papers of its reports and its closing, each once."""
    day = one.closure.decided_on if one.closure else one.report.reported_on if one.report else None
    origin = "任务销号" if one.closure else "进展报送"
    return tuple(Evidence(paper, origin, day, one.simulated) for paper in one.evidence)


def _above(view: Overview, one: TaskState) -> list[TaskState]:
    """The tasks above it, the nearest first."""
    found: list[TaskState] = []
    parent = view.tasks.states.get(one.task.parent or "")
    while parent is not None and parent not in found:
        found.append(parent)
        parent = view.tasks.states.get(parent.task.parent or "")
    return found


def _document_of(view: Overview, one: TaskState) -> str:
    """The document that sets the task; what a meeting resolved belongs to that of the task under which it is put."""
    return next((each.document for each in (one, *_above(view, one)) if each.document), "")


def _depth(view: Overview, one: TaskState) -> int:
    return len(_above(view, one))


def _group(view: Overview, one: TaskState) -> str:
    """The title of the highest task above it; goals, safeguards and milestones stand together by kind."""
    above = _above(view, one)
    if above:
        return above[-1].task.title
    return one.task.title if one.below else TASK_KINDS[one.task.kind]


def _answers(pack: Pack, printed: Iterable[Answerable]) -> tuple[str, ...]:
    return names(pack, dict.fromkeys(unit for one in printed for unit in one.answer))


def answering(pack: Pack, units: Iterable[str], as_of: date) -> tuple[str, ...]:
    """Who answers at the day for these units, each once."""
    return tuple(dict.fromkeys(unit for name in units for unit in answerable(pack.units, name, as_of).answer))


def names(pack: Pack, units: Iterable[str]) -> tuple[str, ...]:
    """The names of units."""
    known: Mapping[str, str] = {name: unit.name or name for name, unit in pack.units.items()}
    return tuple(known.get(unit, unit) for unit in units)
