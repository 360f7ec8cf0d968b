"""`innocity demo`: the whole way once, from documents to a replayed result, in a simulated Weihai."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli import explain as explaining
from innocity.cli import near as nearing
from innocity.cli import reform as reforming
from innocity.cli import replay as replaying
from innocity.cli import settle as settling
from innocity.cli.folders import VAR
from innocity.cli.options import Json
from innocity.cli.screen import ESTIMATE, SIMULATED, Screen
from innocity.core.errors import ErrorList

if TYPE_CHECKING:
    from innocity.engines.rules.run import Outcome
    from innocity.packs.model import Pack

CITY, YEAR, SEED = "weihai", 2023, 7
FOLDER = VAR / "demo" / CITY  # its own: never the facts or runs that somebody keeps
SETTING = {"hnte_reward.again": "15万元"}
NEAR_SHOWN = 6
CLAUSES_SHOWN = 10
RIGHTS_EACH = 3  # rights of intellectual property an employee, at most, of a firm that is shown
STEPS = 11
AS_OF = date(2023, 12, 31)  # the plan asks for its mid-term evaluation by this day


def demo(
    scale: Annotated[float, typer.Option("--scale", metavar="倍数", help="1 为 6 万家企业")] = 1,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="跑完后打开网站，按 Ctrl-C 停")] = True,
    as_json: Json = False,
) -> None:
    """走一遍全程：检查、用例、模拟、测算、解释、尚缺条件、政策测算、重算、亮灯、报告、装进库。

    The whole way once, in a simulated city.
    """
    from innocity.cli.demo_people import use_own_database

    screen = Screen(as_json)
    use_own_database(FOLDER.parent)
    report: dict[str, Any] = {"simulated": True, "folder": str(FOLDER)}
    tell = _Teller(screen)
    tell.say(SIMULATED)
    pack = _load(tell, report)
    _cases(tell, pack, report)
    facts = _simulate(tell, pack, scale, report)
    outcome, run = _settle(tell, pack, facts, report)
    party = interesting(outcome)
    _explain(tell, pack, run, party, report)
    _near(tell, pack, run, report)
    _reform(tell, pack, facts, report)
    _replay(tell, run, report)
    _lights(tell, pack, report)
    _midterm(tell, pack, report)
    _people(tell, pack, facts, run, outcome, report)
    _next(tell, party, run, facts)
    screen.show(report, lambda: None)
    if serve and not as_json:
        from innocity.cli.serve import run_site

        run_site(screen, CITY, FOLDER.parent, demo=True)


class _Teller:
    """Prints the steps as they happen; nothing where the result is asked for as JSON."""

    def __init__(self, screen: Screen) -> None:
        self.screen, self.number = screen, 0

    def step(self, text: str) -> None:
        self.number += 1
        self.show(lambda: self.screen.title(f"━━ {self.number}/{STEPS} {text} ━━"))

    def say(self, text: str, style: str | None = None) -> None:
        self.show(lambda: self.screen.line(text, style))

    def show(self, render: Callable[[], None]) -> None:
        if not self.screen.as_json:
            render()


def _load(tell: _Teller, report: dict[str, Any]) -> Pack:
    """Load and check the city; anything wrong ends the demo."""
    from innocity.cli.check import inspect

    tell.step("检查城市文件夹：文件写成了哪些条款")
    found = ErrorList()
    with tell.screen.working("检查") as step:
        pack, done = inspect(CITY, found, step)
    found.raise_if_any()
    assert pack is not None  # or there were errors
    report["check"] = done
    tell.say(
        f"{done['name']}：{done['documents']} 份文件，{done['promises']} 项承诺，{done['clauses']} 个条款，"
        f"{done['registers']} 个登记簿；{done['years'][0]}—{done['years'][-1]} 各年度都能编译。"
    )
    return pack


def _cases(tell: _Teller, pack: Pack, report: dict[str, Any]) -> None:
    """Every case of the city, by the reference interpreter (`innocity cases run` compares the engines)."""
    from innocity.cli.cases import run_all
    from innocity.core.errors import InnoCityError
    from innocity.engines.rules.cases import read_cases, reference_engine

    tell.step("跑用例：每个用例是一句话、一组事实和应得的结果")
    cases = read_cases(Path(pack.root) / "cases")
    with tell.screen.counting("用例") as advance:
        outcomes = list(run_all(cases, {"reference": reference_engine}, advance, {pack.city.id: pack}))
    failing = [o for o in outcomes if not o.holds]
    if failing:
        text = f"{len(failing)} 个用例不符，如：{failing[0].case.says}"
        raise InnoCityError("E-CASE-FAILED", text, remedy=f"innocity cases run cities/{CITY}/cases")
    report["cases"] = len(outcomes)
    tell.say(f"{len(outcomes)} 个用例全部相符。例如：{cases[0].says}。")


def _simulate(tell: _Teller, pack: Pack, scale: float, report: dict[str, Any]) -> Path:
    """A simulated city, fitted to the published figures."""
    from innocity.cli.simulate import number
    from innocity.engines import simulation

    tell.step("造一个模拟城市：与文件公布的数字对齐")
    facts = FOLDER / "facts"
    with tell.screen.counting("模拟") as advance:
        manifest = simulation.simulate(pack, scale, SEED, out=facts, progress=advance, overwrite=True)
    rows = {name: entry.rows for name, entry in manifest.registers.items()}
    figures = simulation.calibration(pack, facts)
    agree = [f for f in figures if f.within]
    compared = [f for f in figures if f.within is not None]
    report["simulation"] = {"registers": rows, "hash": manifest.hash, "figures": len(compared), "agree": len(agree)}
    tell.say(
        f"{len(rows)} 个登记簿共 {sum(rows.values()):,} 行，创新主体 {rows.get('organization', 0):,} 行；"
        f"{len(compared)} 个公布数字中 {len(agree)} 个相符。"
    )
    first = list({f.name: f for f in reversed(agree)}.values())[::-1][:6]
    table = ((f.name, f.written, number(f.simulated, f.written)) for f in first)
    tell.show(lambda: tell.screen.table(("数字", ">公布", ">模拟"), table))
    return facts


def _settle(tell: _Teller, pack: Pack, facts: Path, report: dict[str, Any]) -> tuple[Outcome, Path]:
    tell.step(f"测算 {YEAR} 年度：全市谁得多少、谁出")
    run = FOLDER / "run"
    outcome, folder = settling.run(tell.screen, pack, facts, YEAR, run, overwrite=True)
    report["run"] = outcome.report
    tell.show(lambda: settling.render_totals(tell.screen, outcome.report))
    tell.show(lambda: settling.render_clauses(tell.screen, pack, outcome.report, CLAUSES_SHOWN))
    tell.show(lambda: settling.render_money(tell.screen, pack, outcome.report))
    tell.say(f"用时 {outcome.report['seconds']} 秒。")
    return outcome, folder


def interesting(outcome: Outcome, number: int = 0) -> str:
    """The body with most different things to explain: sums, ceilings, near misses, decisions awaited.

    First those that can apply for one of their sums on the run's day, so that the whole way can be walked, then those
    for whose sums there is a call at all; and of all
    only such as look like firms (`_plausible`): what is drawn at random has giants of one employee at its edge.
    `number`: 1 gives another, one that lacks only something for a clause where there is one.
    """
    told = "('sum', 'ceiling', 'near', 'awaiting_decision', 'awaiting_parameter', 'in_kind')"
    by = ["count(DISTINCT status) DESC", "count(*) FILTER (WHERE status = 'sum') DESC",
          "count(*) FILTER (WHERE status = 'near') DESC", "sum(payable) DESC", "party"]  # fmt: skip
    some = _plausible(outcome)
    every = f'FROM "__awards" WHERE party IN ({some}) AND status IN {told} GROUP BY party'
    first = f"{_has_sum(_open_clauses(outcome))}, {_has_sum(_called(outcome))}"
    rows = outcome.database.rows(f"SELECT party {every} ORDER BY {', '.join([first, *by])} LIMIT 1")
    if number:
        near = "(count(*) FILTER (WHERE status = 'near') > 0) DESC"
        rows = outcome.database.rows(f"SELECT party {every} ORDER BY {', '.join([near, *by])} LIMIT 2")
        other = interesting(outcome)
        rows = [row for row in rows if str(row[0]) != other] or rows
    return str(rows[0][0])


def _has_sum(clauses: set[str]) -> str:
    """SQL that puts those first who have a sum under one of the clauses."""
    named = ", ".join(f"'{name}'" for name in sorted(clauses)) or "''"
    return f"(count(*) FILTER (WHERE status = 'sum' AND payable > 0 AND clause IN ({named})) > 0) DESC"


def _called(outcome: Outcome) -> set[str]:
    """The clauses of all calls."""
    return {name for call in outcome.plan.pack.calls.values() for name in call.clauses}


def _plausible(outcome: Outcome) -> str:
    """SQL of the firms that hold no more rights than their employees can have made, and of whom that is known."""
    from innocity.plan.scan_sql import table_name

    firms = table_name("organization")
    if "ip_right" not in outcome.database.registers:
        return f"SELECT party_id FROM {firms}"
    held = f"SELECT party_id, count(*) AS n FROM {table_name('ip_right')} GROUP BY party_id"
    return (
        f"SELECT o.party_id FROM {firms} o LEFT JOIN ({held}) i ON i.party_id = o.party_id"
        f" WHERE coalesce(i.n, 0) <= {RIGHTS_EACH} * coalesce(o.employees, 0)"
    )


def _open_clauses(outcome: Outcome) -> set[str]:
    """The clauses for which one can apply on the day of the run."""
    plan = outcome.plan
    return {name for call in plan.pack.calls.values() if call.opens <= plan.as_of <= call.closes
            for name in call.clauses}  # fmt: skip


def _explain(tell: _Teller, pack: Pack, run: Path, party: str, report: dict[str, Any]) -> None:
    tell.step("解释一家企业：每一笔都能查到条文、事实和算法")
    explainer, folder = explaining.open_explainer(tell.screen, pack, None, None, run)
    found = report["explanation"] = explainer.explain(party, folder)
    tell.show(lambda: explaining.render(tell.screen, pack, found))


def _near(tell: _Teller, pack: Pack, run: Path, report: dict[str, Any]) -> None:
    from innocity.engines.rules.near import near_misses
    from innocity.engines.rules.parties import Parties
    from innocity.engines.rules.past import open_run

    tell.step("尚缺条件：谁只差一步")
    past = open_run(run, pack)
    found = near_misses(past, Parties(pack, past.snapshot(), past.plan.as_of), limit=NEAR_SHOWN, spread=True)
    report["near"] = found = {"simulated": True, **found}
    tell.show(lambda: nearing.render(tell.screen, found))


def _reform(tell: _Teller, pack: Pack, facts: Path, report: dict[str, Any]) -> None:
    from innocity.actions.try_reform import Basis

    changes = (f"把{pack.clauses[k.split('.')[0]].name}的 {k} 改为 {v}" for k, v in SETTING.items())
    tell.step("政策测算：" + "；".join(changes))
    overlay = reforming.overlay_of(None, SETTING)
    found = report["reform"] = reforming.compare(tell.screen, pack, overlay, Basis(facts, YEAR))
    tell.show(lambda: reforming.render_change(tell.screen, pack, found))
    tell.show(lambda: reforming.render_parties(tell.screen, found))


def _replay(tell: _Teller, run: Path, report: dict[str, Any]) -> None:
    from dataclasses import asdict

    from innocity.core.errors import InnoCityError
    from innocity.engines.rules.run import replay

    tell.step("重算：同样的条款和事实，必须得出同样的结果")
    with tell.screen.working("重算"):
        found = replay(run)
    report["replay"] = asdict(found)
    tell.show(lambda: replaying.render(tell.screen, found))
    if not found.same:
        raise InnoCityError("E-RUN-SNAPSHOT", "重算的结果与当时不同", remedy="把两份结果文件夹交给维护者")


def _lights(tell: _Teller, pack: Pack, report: dict[str, Any]) -> None:
    """The light board: every target of the documents, where it should be by now and where it is."""
    from innocity.actions.overview import overview
    from innocity.cli import indicators as lighting
    from innocity.engines.tasks.model import STATUS_NAMES

    tell.step(f"指标亮灯：截至 {AS_OF}，每个目标该到哪里、实际在哪里")
    view = overview(pack, AS_OF, FOLDER.parent)
    counts = view.tasks.counts()
    report["lights"] = {"as_of": AS_OF, "targets": view.board.counts(), "tasks": counts}
    tell.show(lambda: lighting.render(tell.screen, pack, view.board, False, {}))
    tell.say(f"任务（进展为模拟）：{'　'.join(f'{STATUS_NAMES[name]} {n}' for name, n in counts.items() if n)}")


def _midterm(tell: _Teller, pack: Pack, report: dict[str, Any]) -> None:
    """The mid-term evaluation report on disk."""
    from dataclasses import asdict

    from innocity.actions.make_report import Request, make_report

    tell.step("中期评估报告：一份可以送审的 Word 文件")
    path = FOLDER / "reports" / "midterm-2023-12.docx"
    with tell.screen.working("写报告"):
        made = make_report(pack, Request("midterm", AS_OF, path, var=FOLDER.parent, overwrite=True))
    report["reports"] = [asdict(one) for one in made]
    tell.say(f"{made[0].title}：{path}")
    tell.say("任务进展和登记簿测算为模拟，报告里逐处标明；指标是文件公布的数，未经责任单位确认的不进正式表格。")


def _people(
    tell: _Teller, pack: Pack, facts: Path, run: Path, outcome: Outcome, report: dict[str, Any]
) -> None:  # fmt: skip
    """The city in a database, with an account for each kind of user; then everybody can sign in to the site."""
    from innocity.cli.demo_people import fill

    tell.step("装进库：每种人一个演示账号")
    done = fill(tell.screen, pack, facts, run, (interesting(outcome), interesting(outcome, 1)))
    report["database"] = {"added": done["added"], "people": [one["name"] for one in done["people"]]}
    tell.say(f"装入 {done['added']:,} 行事实。" if done["added"] else "事实没有变动，沿用上次装的库。")
    rows = [(one["who"], one["name"], one["password"], one["page"]) for one in done["people"]]
    tell.show(lambda: tell.screen.table(("谁", "账号", "密码", "登录后先到"), rows))
    tell.say("这些账号只在演示里能登录；innocity serve 打开的网站不认。")


def _next(tell: _Teller, party: str, run: Path, facts: Path) -> None:
    tell.say("")
    tell.say(ESTIMATE)
    tell.say("接下来可以试试：", "bold")
    for line in (
        f"{run}/awards.xlsx  用电子表格打开全部结果；{run}/summary.md 是一页摘要",
        f"innocity explain {CITY} {party} --run {run} --all",
        f"innocity near {CITY} --run {run} --limit 100",
        f"innocity reform {CITY} --facts {facts} --set contract_payment_subsidy.rate=3%",
        f"innocity describe {CITY} hnte_reward",
        "innocity demo  再走一遍，最后打开网站；上面的账号不变",
        f"innocity diff {CITY} liaocheng",
        f"INNOCITY_VAR={FOLDER.parent} innocity report {CITY} decision --as-of {AS_OF} --var {FOLDER.parent}"
        f" --out {FOLDER}/reports/decision.docx",
    ):
        tell.say(f"  {line}")
    if shutil.which("innocity") is None:
        tell.say(
            f"命令在 {Path(sys.argv[0]).parent} 里：先运行 source {Path(sys.argv[0]).parent}/activate，或写全路径。"
        )
