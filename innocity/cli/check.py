"""`innocity check`: is a city's folder right?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import City, Json
from innocity.cli.screen import Screen
from innocity.core.errors import ErrorList, InnoCityError

if TYPE_CHECKING:
    from innocity.packs.model import Pack

SHOWN = 40  # findings that are printed


def check(
    city: City,
    promises: Annotated[
        Path | None, typer.Option("--promises", metavar="FILE", help="承诺清单（JSON Lines），核对有没有遗漏")
    ] = None,
    examples: Annotated[
        Path | None, typer.Option("--examples", metavar="FILE", help="算例清单（JSON Lines），核对每个都有用例")
    ] = None,
    targets: Annotated[
        Path | None, typer.Option("--targets", metavar="FILE", help="目标清单（JSON Lines），核对有没有遗漏")
    ] = None,
    facts: Annotated[
        Path | None, typer.Option("--facts", metavar="FILE", help="数据清单（JSON Lines），核对每个都有观测值")
    ] = None,
    tasks: Annotated[
        Path | None, typer.Option("--tasks", metavar="FILE", help="任务清单（JSON Lines），核对有没有遗漏")
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option(
            "--source", metavar="DIR", envvar="INNOCITY_SOURCES", help="原文文件夹，核对每个数额确在所引条目里"
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """检查一个城市：载入、编译每一条款、用例和词表齐不齐、数额对不对得上原文。

    Check a city's folder.
    """
    screen, found = Screen(as_json), ErrorList()
    lists = {"promises": promises, "worked_examples": examples, "targets": targets, "facts": facts, "tasks": tasks}
    with screen.working("检查") as step:
        _, done = inspect(city, found, step, lists, source)
    unique = _unique(found)
    errors = sum(item.severity == "error" for item in unique)
    report = {**done, "ok": not errors, "errors": errors, "warnings": len(unique) - errors,
              "findings": [item.as_dict() for item in unique]}  # fmt: skip
    screen.show(report, lambda: _render(screen, report, unique))
    if found.errors:
        raise typer.Exit(1)


def inspect(
    city: str,
    found: ErrorList,
    step: Callable[[str], None],
    lists: dict[str, Any] | None = None,
    source: Path | None = None,
) -> tuple[Pack | None, dict[str, Any]]:
    """Load, compile and examine a city; what is wrong goes to `found`. Returns the pack and what was done.

    `lists` are checklists by the names that `check_pack` has for them. Error: E-FILE-MISSING.
    """
    from innocity.packs.check import check_pack
    from innocity.packs.load import read_pack

    if source is not None and not source.is_dir():
        remedy = "改 --source 或环境变量 INNOCITY_SOURCES"
        raise InnoCityError("E-FILE-MISSING", f"原文文件夹“{source}”不存在", remedy=remedy)
    step("载入")
    pack, errors = read_pack(city)
    found.extend(errors)
    done: dict[str, Any] = {"city": city, "years": [], "source": str(source) if source else None}
    if pack is not None:
        done |= _numbers(pack)
        if not found.errors:  # what is built on broken references only repeats their errors
            done["years"] = _compile(pack, found, step)
            done["formulas"] = _compile_formulas(pack, found, step)
            done["rosters"] = _compile_rosters(pack, found, step)
            step("用例、词表、清单、原文")
            found.extend(check_pack(pack, source=source, **(lists or {})))
    return pack, done


def _numbers(pack: Pack) -> dict[str, Any]:
    from innocity.engines.rules.status import promises

    return {
        "city": pack.city.id, "name": pack.city.name, "pack": pack.hash, "documents": len(pack.documents),
        "clauses": len(pack.clauses), "promises": len(promises(pack)), "registers": len(pack.registers),
    }  # fmt: skip


def years_of(pack: Pack) -> range:
    """The fact years that the documents reach: from the first to begin to the city's default year."""
    starts = [d.valid_from.year for d in pack.documents.values() if d.valid_from]
    last = max(pack.city.default_year, pack.city.as_of.year if pack.city.as_of else 0)
    return range(min([*starts, last]), last + 1)


def _compile(pack: Pack, found: ErrorList, step: Callable[[str], None]) -> list[int]:
    """Compile every clause for every year, and see how large its numbers can get.

    If one fails, clause by clause, so that all failures are told.
    """
    from datetime import date

    from innocity.engines.rules.bounds import overflows
    from innocity.engines.rules.compile import compile_rules

    done: list[int] = []
    for year in years_of(pack):
        step(f"编译 {year} 年度")
        day = date(year, 12, 31)
        try:
            found.extend(overflows(compile_rules(pack, year, day)))
        except InnoCityError as error:
            single = ErrorList()
            for name in pack.clauses:
                try:
                    compile_rules(pack, year, day, only=[name])
                except InnoCityError as one:
                    single.append(one)
            found.extend(single if single.errors else [error])
            return done
        done.append(year)
    return done


def _compile_formulas(pack: Pack, found: ErrorList, step: Callable[[str], None]) -> int:
    """Compile every indicator's formula over the registers; how many there are."""
    from datetime import date

    from innocity.engines.indicators.formula import GROUPS, compile_formula, group_query, value_query

    step("编译指标公式")
    day = pack.city.as_of or date(pack.city.default_year, 12, 31)
    with_formula = [one for one in pack.indicators.values() if one.formula is not None]
    for indicator in with_formula:
        try:
            plan = compile_formula(pack, indicator, day)
            value_query(plan)
            for by in set(GROUPS) & set(indicator.breakdowns):
                group_query(pack, plan, by)
        except InnoCityError as error:
            found.append(error)
    return len(with_formula)


def _compile_rosters(pack: Pack, found: ErrorList, step: Callable[[str], None]) -> int:
    """Compile every roster over the registers; how many there are."""
    from datetime import date

    from innocity.engines.rosters.plan import compile_roster

    step("编译名录")
    day = pack.city.as_of or date(pack.city.default_year, 12, 31)
    for roster in pack.rosters.values():
        try:
            compile_roster(pack, roster, day)
        except InnoCityError as error:
            found.append(error)
    return len(pack.rosters)


def _render(screen: Screen, report: dict[str, Any], unique: list[InnoCityError]) -> None:
    for error in unique[:SHOWN]:
        mark, style = ("错误", "bold red") if error.severity == "error" else ("注意", "yellow")
        screen.line(f"{mark} {error.code}  {error.place or ''}", style)
        screen.line(f"   {error.message}" + (f"  怎么办：{error.remedy}" if error.remedy else ""))
    if len(unique) > SHOWN:
        counts = "；".join(f"{code} {n}" for code, n in Counter(e.code for e in unique).items())
        screen.line(f"另有 {len(unique) - SHOWN} 处没有列出（--json 列出全部）。各代码：{counts}")
    if "clauses" in report:
        years = f"{report['years'][0]}—{report['years'][-1]} 各年度都能编译" if report["years"] else "没有编译"
        if report.get("formulas"):
            years += f"，指标公式 {report['formulas']} 个"
        source = "数额已与原文核对" if report["source"] else "没有与原文核对（--source）"
        screen.line(
            f"{report['name']}：{report['documents']} 份文件，{report['promises']} 项承诺，{report['clauses']} 条款，"
            f"{report['registers']} 个登记簿；{years}；{source}。"
        )
    screen.line(f"错误 {report['errors']} 处，注意 {report['warnings']} 处。", "red" if report["errors"] else "green")


def _unique(found: Iterable[InnoCityError]) -> list[InnoCityError]:
    """Errors first; what several years or two readers find only once."""
    seen = {(e.code, str(e.place), e.message): e for e in found}
    return sorted(seen.values(), key=lambda e: e.severity != "error")
