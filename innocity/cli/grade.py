"""`innocity grade`: who is graded how, point by point."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from innocity.cli.folders import facts_folder
from innocity.cli.options import City, FactsFolder, Json, day_of
from innocity.cli.screen import SIMULATED, Screen

if TYPE_CHECKING:
    from innocity.engines.grading.model import Grade
    from innocity.packs.model import Grading, Pack


def grade(
    city: City,
    only: Annotated[str | None, typer.Option("--only", metavar="X", help="哪个评级：编号")] = None,
    facts: FactsFolder = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="日期", help="截至哪一天；默认事实的日期")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="把结果写成 CSV，核定后导入")] = None,
    as_json: Json = False,
) -> None:
    """打分评级：名录里各家得几分、哪一档、每一分从哪来；结果供核定，不自动生效。

    Grades of what a roster lists, every point traced; they decide nothing by themselves.
    """
    from innocity.actions.grade import find_grading
    from innocity.actions.grade import grade as graded
    from innocity.packs.facts import read_manifest
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    if only is None:
        rows = [{"id": one.id, "name": one.name, "roster": one.roster, "demonstration": one.demonstration}
                for one in pack.gradings.values()]  # fmt: skip
        screen.show({"gradings": rows}, lambda: _listed(screen, pack))
        return
    grading = find_grading(pack, only)
    folder = facts_folder(pack.city.id, facts)
    manifest = read_manifest(folder)
    day = day_of(as_of) or manifest.as_of
    found = graded(pack, only, folder, day)
    if out is not None:
        _written(out, found)
    data = {"id": only, "as_of": day, "simulated": manifest.simulated, "demonstration": grading.demonstration,
            "grades": [one.as_dict() for one in found]}  # fmt: skip
    screen.show(data, lambda: _shown(screen, grading, found, manifest.simulated))


def _listed(screen: Screen, pack: Pack) -> None:
    rows = ((one.id, one.name, pack.rosters[one.roster].name, "、".join(tier.name for tier in one.tiers))
            for one in pack.gradings.values())  # fmt: skip
    screen.table(("编号", "评级", "名录", "档次"), rows, f"{pack.city.name}　评级 {len(pack.gradings)} 个")


def _shown(screen: Screen, grading: Grading, found: list[Grade], simulated: bool) -> None:
    heads = tuple(f">{one.name}" for one in grading.criteria)
    rows = (
        (one.rank or "", one.subject.name, "" if one.score is None else f"{float(one.score):.1f}", _tier(one),
         *(f"{float(point.earned):.1f}/{float(point.most):.0f}" for point in one.points))
        for one in found
    )  # fmt: skip
    screen.table((">名次", "名称", ">得分", "档次", *heads), rows, grading.name)
    if grading.demonstration:
        screen.line("评级规则为演示：指标、权重和档次线文件没有写，或没有写全。", "dim")
    if simulated:
        screen.line(SIMULATED, "yellow")


def _tier(one: Grade) -> str:
    return f"{one.tier_name}，扶持{one.support}" if one.support else one.tier_name


def _written(path: Path, found: list[Grade]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("party_id", "名称", "名次", "得分", "档次"))
        for one in found:
            score = "" if one.score is None else f"{float(one.score):.2f}"
            tier = "" if one.tier is None else one.tier.id
            writer.writerow((one.subject.party, one.subject.name, one.rank or "", score, tier))
