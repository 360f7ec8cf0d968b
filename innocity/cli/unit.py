"""`innocity unit`: what one unit answers for, and its score."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.folders import VAR
from innocity.cli.options import City, Json, KnownOn, day_of
from innocity.cli.screen import Screen
from innocity.cli.tasks import AsOf, Real, Var
from innocity.cli.tasks_screen import SIMULATED_TASKS, as_data, level
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.actions.view_unit import UnitView
    from innocity.engines.performance.model import UnitScore
    from innocity.engines.tasks.unit_page import UnitTask
    from innocity.packs.model import Pack


def unit(
    city: City,
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="单位的编号、名称、全称或别名，如 市科技局", show_default=False)
    ],
    as_of: AsOf = None,
    viewer: Annotated[
        str | None,
        typer.Option("--viewer", metavar="单位", help="谁在看；不是本单位或领导小组就不给得分；--json 不写就不给"),
    ] = None,
    points: Annotated[bool, typer.Option("--points", help="列出每一分的来处")] = False,
    real: Real = False,
    known_on: KnownOn = None,
    var: Var = VAR,
    as_json: Json = False,
) -> None:
    """一个单位：它的目标、任务、逾期事项和考核得分（得分只供本单位和领导小组查看）。

    One unit: targets, tasks, what is overdue, and its score.
    """
    from innocity.actions.overview import overview
    from innocity.actions.view_unit import INTERNAL
    from innocity.actions.withheld import uncounted
    from innocity.engines.tasks.units import find_unit
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    day = day_of(as_of) or pack.city.as_of
    if day is None:
        raise InnoCityError("E-USAGE", "城市没有写 as_of", remedy="加 --as-of 2023-12-31")
    # What is printed here stays with the operator; JSON goes on to other programs, so it names for whom it is.
    who = find_unit(pack.units, viewer).id if viewer else "" if as_json else INTERNAL
    hidden = uncounted(pack, var)  # what waits for approval does not score
    whole = overview(pack, day, var, simulated=not real, known_on=day_of(known_on), hidden=hidden)
    screen.left_out(whole.faults)
    view = whole.unit(find_unit(pack.units, name).id, viewer=who)
    screen.show(_data(pack, view), lambda: _render(screen, pack, view, points, internal=who == INTERNAL))


def _data(pack: Pack, view: UnitView) -> dict[str, Any]:
    page = view.page
    return {
        "city": pack.city.id, "unit": page.unit.id, "name": page.unit.name, "full_name": page.unit.full_name,
        "as_of": page.as_of, "answers_today": list(page.answers), "succession_dated": page.dated,
        "answers_for": list(page.answers_for), "targets": [one.as_dict() for one in view.standings],
        "tasks": [{**as_data(pack, one.state), "role": one.role, "printed_as": one.printed} for one in page.tasks],
        "shown": [one.state.id for one in page.shown], "counts": page.counts(),
        "score": score_data(view.score) if view.score else None, "no_score": view.no_score,
    }  # fmt: skip


def score_data(score: UnitScore) -> dict[str, Any]:
    """A score for JSON; points are decimals rounded to four places, the notice stands first."""

    def shown(value: Any) -> float | None:
        return None if value is None else round(float(value), 4)

    return {
        "notice": score.notice, "rule": score.rule, "rule_name": score.rule_name,
        "demonstration": score.demonstration, "simulated": score.simulated, "score": shown(score.score),
        "total": shown(score.total),
        "parts": [{"id": p.id, "name": p.name, "points": shown(p.points), "most": shown(p.most), "items": p.items}
                  for p in score.parts],
        "lines": [
            {"part": o.part, "kind": o.kind, "id": o.id, "title": o.title, "status": o.status,
             "points": shown(o.points), "most": shown(o.most), "article": o.article, "on": o.on, "why": o.why,
             "simulated": o.simulated} for o in score.lines
        ],
        "unscored": [{"kind": o.kind, "id": o.id, "title": o.title, "status": o.status, "why": o.why}
                     for o in score.unscored],
    }  # fmt: skip


def _render(screen: Screen, pack: Pack, view: UnitView, points: bool, internal: bool) -> None:
    page = view.page
    full = f"（{page.unit.full_name}）" if page.unit.full_name else ""
    screen.line(f"{page.unit.name}{full}  截至 {page.as_of}", "bold")
    _answering(screen, pack, view)
    if any(one.state.simulated for one in page.tasks):
        screen.line(SIMULATED_TASKS, "yellow")
    _targets(screen, view)
    _tasks(screen, view)
    _score(screen, view, points, internal)


def _answering(screen: Screen, pack: Pack, view: UnitView) -> None:
    """Who answers today, and for whom it answers."""
    page = view.page
    if page.answers != (page.unit.id,):
        names = "、".join(pack.units[one].name for one in page.answers) or "没有承接单位"
        dated = "" if page.dated else "（承接日期不详）"
        word = "所指单位" if page.unit.collective else "现由其承接"
        screen.line(f"{word}：{names}{dated}")
    if page.answers_for:
        screen.line("一并承担印作这些名称的事项：" + "、".join(pack.units[one].name for one in page.answers_for))


def _targets(screen: Screen, view: UnitView) -> None:
    """Targets that run or have a light, the worst first; those that nothing can be said of are only counted."""
    order = ("alert", "watch", "not_reported", "near", "met", "not_due", "not_assessable")
    first = view.page.as_of.replace(month=1, day=1)
    current = [one for one in view.standings if one.due and one.due >= first]
    shown = sorted(current, key=lambda one: order.index(one.status))
    rows = ((one.label, one.name, one.due or "", one.why) for one in shown)
    if shown:
        screen.table(("", "指标", "期限", "为什么"), rows, f"目标：在期 {len(shown)} 项")
    past = sum(1 for one in view.standings if one.due and one.due < first)
    rest = len(view.standings) - len(shown) - past
    if past or rest:
        screen.line(f"另有已过期限的 {past} 项、没有期限的 {rest} 项，见 --json。")


def _tasks(screen: Screen, view: UnitView) -> None:
    from innocity.engines.tasks.model import STATUS_NAMES
    from innocity.engines.tasks.unit_page import ROLE_NAMES

    page = view.page
    inside = "、".join(f"{STATUS_NAMES[name]}{page.counts()[name]}" for name in STATUS_NAMES if page.counts().get(name))
    order, roles = list(STATUS_NAMES), list(ROLE_NAMES)

    def urgency(one: UnitTask) -> tuple[int, int]:
        return order.index(one.state.status), roles.index(one.role)

    rows = (
        (STATUS_NAMES[one.state.status], ROLE_NAMES[one.role], one.state.task.title, one.state.due or "",
         level(one.state), one.printed) for one in sorted(page.tasks, key=urgency)
    )  # fmt: skip
    if page.tasks:
        title = f"任务 {len(page.tasks)} 项：{inside}"
        screen.table(("状态", "角色", "任务", "期限", ">进展", "文件印作"), rows, title)
    else:
        screen.line("没有任务写明由它负责。")


def _score(screen: Screen, view: UnitView, points: bool, internal: bool) -> None:
    score = view.score
    screen.title("考核得分（内部）" if internal and score else "考核得分")
    if score is None:
        screen.line(view.no_score)
        return
    screen.line(score.notice, "yellow")
    sign = "，细则为演示，不是任何机关的规定" if score.demonstration else ""
    fake = "，其中有模拟的进展" if score.simulated else ""
    shown = "没有可计分的事项" if score.score is None else f"{float(score.score):.2f} / {float(score.total):.0f}"
    screen.line(f"{score.rule_name}：{shown}{sign}{fake}", "bold")
    for part in score.parts:
        screen.line(f"  {part.name}：{float(part.points):.2f} / {float(part.most):.2f}（{part.items} 项）")
    off = [line for line in score.lines if line.points < 0]
    if off:
        screen.line(f"  扣分：{float(sum(line.points for line in off)):.2f}（{len(off)} 项）")
    left: dict[str, int] = {}
    for one in score.unscored:
        left[one.why] = left.get(one.why, 0) + 1
    if left:
        screen.line("  没有计分：" + "；".join(f"{why}的 {count} 项" for why, count in left.items()))
    if not points:
        screen.line("  看每一分的来处：--points")
        return
    rows = (
        (f"{float(one.points):.3f}", f"{float(one.most):.3f}" if one.most else "", one.label, one.title, one.article,
         one.on or "", one.why + ("*" if one.simulated else "")) for one in score.lines
    )  # fmt: skip
    screen.table((">得分", ">满分", "状态", "事项", "出处", "依据日期", "为什么"), rows)
