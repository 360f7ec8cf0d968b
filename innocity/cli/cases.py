"""`innocity cases`: golden cases, run and begun."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import City, Json, Year
from innocity.cli.screen import Screen
from innocity.core.errors import InnoCityError

if TYPE_CHECKING:
    from innocity.engines.rules.cases import Case, Engine, Outcome
    from innocity.packs.model import Pack

app = typer.Typer(no_args_is_help=True, help="用例：一句话、一组事实、应得的结果。（Golden cases.）")
ENGINES = ("duckdb", "reference", "postgres")


@app.command("run")
def run(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="用例文件或文件夹，可在仓库之外", show_default=False)
    ],
    engine: Annotated[
        str, typer.Option("--engine", metavar="A,B", help="用哪些引擎：duckdb、reference、postgres，逗号分隔")
    ] = "duckdb,reference",
    postgres: Annotated[
        str, typer.Option("--postgres", envvar="INNOCITY_POSTGRES", metavar="CONNINFO", help="PostgreSQL 的连接串")
    ] = "",
    as_json: Json = False,
) -> None:
    """跑用例；有不符的以 1 结束。

    Run golden cases; exit 1 if one fails.
    """
    from innocity.engines.rules.cases import read_cases

    screen, names = Screen(as_json), names_of(engine)
    for path in paths:
        if not path.exists():
            raise InnoCityError("E-FILE-MISSING", f"没有“{path}”", remedy="给出用例文件或文件夹")
    cases = [case for path in paths for case in read_cases(path)]
    if not cases:
        raise InnoCityError("E-CASE-FORMAT", f"{'、'.join(map(str, paths))} 里没有用例", remedy="用例写在 cases/*.yaml")
    with ExitStack() as stack:
        engines = {name: make(name, postgres, stack) for name in names}
        with screen.counting("用例") as advance:
            outcomes = list(run_all(cases, engines, advance))
    failing = [o for o in outcomes if not o.holds]
    report = {"engines": list(engines), "cases": len(outcomes), "failing": len(failing),
              "results": [_shown(o) for o in outcomes]}  # fmt: skip
    screen.show(report, lambda: _render(screen, report, failing))
    if failing:
        raise typer.Exit(1)


def names_of(text: str) -> list[str]:
    """The engines of `duckdb,reference`, each once. Error: E-USAGE."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    unknown = [n for n in names if n not in ENGINES]
    if unknown or not names:
        raise InnoCityError("E-USAGE", f"没有引擎“{'、'.join(unknown) or text}”", remedy="可选：" + "、".join(ENGINES))
    return names


def make(name: str, postgres: str, stack: ExitStack) -> Engine:
    """An engine by its name. Error: E-USAGE where PostgreSQL cannot be had."""
    if name == "duckdb":
        from innocity.engines.rules.duck_engine import DuckEngine

        return DuckEngine()
    if name == "reference":
        from innocity.engines.rules.cases import reference_engine

        return reference_engine
    try:
        from innocity.engines.rules.postgres import PostgresEngine

        found = PostgresEngine(postgres)
    except ImportError:
        raise InnoCityError("E-USAGE", "没有装 PostgreSQL 的驱动", remedy="安装 innocity[postgres]") from None
    except OSError as error:  # psycopg's own errors are no OSError; they are told below
        raise _unreachable(error) from None
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "psycopg":
            raise
        raise _unreachable(error) from None
    stack.callback(found.close)
    return found


def _unreachable(error: Exception) -> InnoCityError:
    text = f"连不上 PostgreSQL：{str(error).strip().splitlines()[0]}"
    return InnoCityError("E-USAGE", text, remedy="用 --postgres 或 INNOCITY_POSTGRES 给出连接串，如 host=… dbname=…")


def run_all(
    cases: list[Case],
    engines: dict[str, Engine],
    advance: Callable[[str, int, int], None] = lambda *_: None,
    known: dict[str, Pack] | None = None,
) -> Iterator[Outcome]:
    """Evaluate cases one after the other; each city that is not `known` is loaded once."""
    from innocity.engines.rules.cases import run_case
    from innocity.packs.load import load_pack

    packs = dict(known or {})
    for number, case in enumerate(cases):
        advance(case.city, number, len(cases))
        if case.city not in packs:
            packs[case.city] = load_pack(case.city)
        yield run_case(packs[case.city], case, engines)


def _shown(outcome: Outcome) -> dict[str, Any]:
    case = outcome.case
    return {"says": case.says, "place": case.place, "city": case.city, "clauses": list(case.clauses),
            "holds": outcome.holds, "problems": outcome.problems}  # fmt: skip


def _render(screen: Screen, report: dict[str, Any], failing: list[Outcome]) -> None:
    for outcome in failing:
        screen.line(f"不符  {outcome.case.says}", "red")
        screen.line(f"   位置：{outcome.case.place}")
        for problem in outcome.problems:
            screen.line(f"   {problem}")
    engines = "、".join(report["engines"])
    if failing:
        screen.line(f"E-CASE-FAILED {report['cases']} 个用例中 {len(failing)} 个不符（{engines}）。", "red")
    else:
        screen.line(f"{report['cases']} 个用例全部相符（{engines}）。", "green")


@app.command("template")
def template(
    city: City,
    clause: Annotated[
        str, typer.Argument(metavar="CLAUSE", help="条款的 id，见 innocity describe", show_default=False)
    ],
    year: Year = None,
    as_json: Json = False,
) -> None:
    """打印一个条款的用例骨架：只含它读的登记簿和列。

    A case skeleton.
    """
    from innocity.engines.rules.template import case_template
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    text = case_template(pack, clause, year or pack.city.default_year)
    screen.show({"city": pack.city.id, "clause": clause, "yaml": text}, lambda: screen.raw(text))
