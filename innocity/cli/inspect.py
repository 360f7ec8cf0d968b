"""`innocity inspect`: announce a random inspection, draw, see what came of it, repeat a published draw."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli.options import City, Json, day_of, year_of
from innocity.cli.screen import Screen

if TYPE_CHECKING:
    from innocity.actions.inspection_records import Inspection
    from innocity.packs.model import Pack

VAR = Path("var")
STATES = {"announced": "已公告，待抽取", "drawn": "已抽取", "cancelled": "已取消"}


def inspect(
    city: City,
    plan: Annotated[str | None, typer.Option("--announce", metavar="X", help="公告一次抽查：抽查事项编号")] = None,
    draw: Annotated[str | None, typer.Option("--draw", metavar="X", help="抽取：抽查编号，配合 --number")] = None,
    only: Annotated[str | None, typer.Option("--only", metavar="X", help="只看这次抽查")] = None,
    repeat: Annotated[Path | None, typer.Option("--repeat", metavar="FILE", help="照公开记录重抽一遍")] = None,
    by: Annotated[str, typer.Option("--by", metavar="单位", help="谁组织的（公告时写）")] = "",
    year: Annotated[int | None, typer.Option("--year", help="抽哪一年的；默认去年", callback=year_of)] = None,
    title: Annotated[str, typer.Option("--title", help="名称；默认按事项和年度")] = "",
    source: Annotated[str, typer.Option("--source", help="用哪个公开数，如某期开奖号码")] = "",
    reveal: Annotated[str | None, typer.Option("--reveal-on", metavar="日期", help="公开数哪天产生")] = None,
    quota: Annotated[list[str] | None, typer.Option("--quota", help="层=5% 或 层=3，可多次；其余=5% 管别的层")] = None,
    team: Annotated[int | None, typer.Option("--team", help="每项几人检查；默认按事项")] = None,
    due: Annotated[str | None, typer.Option("--due", metavar="日期", help="最迟哪天查完")] = None,
    number: Annotated[str, typer.Option("--number", help="公开数（抽取时写）")] = "",
    on: Annotated[str | None, typer.Option("--on", metavar="日期", help="哪天办的；默认今天")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="把公开记录写成文件")] = None,
    var: Annotated[Path, typer.Option("--var", metavar="DIR", help="记录所在的文件夹", show_default=False)] = VAR,
    as_json: Json = False,
) -> None:  # fmt: skip
    """双随机抽查：先公告并冻结名单，公开数产生后抽取，谁都能照公开记录重抽。

    Random inspections: what is checked and by whom is drawn so that anybody can repeat it.
    """
    from innocity.actions.inspect import Announcement, announce, draw_inspection
    from innocity.actions.inspection_records import find_inspection, inspections
    from innocity.core.errors import InnoCityError
    from innocity.engines.tasks.units import find_unit
    from innocity.packs.load import load_pack

    screen, day = Screen(as_json), day_of(on) or date.today()
    if repeat is not None:
        _repeat(screen, repeat)
        return
    pack = load_pack(city)
    if plan is not None:
        revealed = day_of(reveal)
        if revealed is None:
            raise InnoCityError("E-INSPECT-NUMBER", "没有写公开数哪天产生", None, "加 --reveal-on 日期")
        rest, quotas = _quotas(quota or [])
        told = Announcement(plan, find_unit(pack.units, by).id, year or day.year - 1, title, source, revealed, day,
                            rest, quotas, team, day_of(due))  # fmt: skip
        only = announce(pack, told, var).id
    if draw is not None:
        only = draw_inspection(pack, draw, number, day, var).id
    if only is None:
        found = inspections(pack, var)
        screen.show({"inspections": [one.record() for one in found.values()]}, lambda: _listed(screen, pack, found))
        return
    _one(screen, pack, find_inspection(pack, only, var), out, var)


def _one(screen: Screen, pack: Pack, one: Inspection, out: Path | None, var: Path) -> None:
    from innocity.actions.inspection_results import as_dict, checked
    from innocity.actions.procedure_records import open_cases

    rows = checked(one, open_cases(pack, date.today(), var))
    if out is not None:
        out.write_text(json.dumps(one.record(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    screen.show(as_dict(one, rows), lambda: _shown(screen, one, rows))


def _quotas(written: list[str]) -> tuple[Any, dict[str, Any]]:
    """The quota of all other strata, and those by stratum. Error: E-RATE-FORMAT and alike."""
    from innocity.actions.inspection_quota import read_quota

    found = {}
    for one in written:
        name, _, value = one.rpartition("=")
        found[name.strip()] = read_quota(value)
    return found.pop("其余", None), found


def _listed(screen: Screen, pack: Pack, found: dict[str, Inspection]) -> None:
    plans = ((one.id, one.name, "、".join(pack.units[unit].name for unit in one.by), one.note or "")
             for one in pack.inspections.values())  # fmt: skip
    screen.table(("编号", "抽查事项", "谁组织", "说明"), plans, "抽查事项")
    rows = ((one.id, one.title, STATES[one.state], len(one.frozen.items), len(one.drawn), "" if one.sound else "对不上")
            for one in found.values())  # fmt: skip
    screen.table(("编号", "抽查", "状态", ">名单", ">抽中", "复核"), rows, f"抽查 {len(found)} 次")


def _shown(screen: Screen, one: Inspection, rows: list[Any]) -> None:
    screen.title(f"{one.title}（{one.id}）　{STATES[one.state]}")
    screen.line(f"名单 {len(one.frozen.items)} 项，检查人员 {len(one.frozen.inspectors)} 人，名单摘要 {one.list_hash}")
    screen.line(f"公开数：{one.number_source}，{one.reveal_on} 产生" + (f"，是 {one.number}" if one.number else ""))
    if one.seed:
        screen.line(f"种子 {one.seed}；重抽一遍{'一致' if one.sound else '不一致：记录被改动过'}")
    screen.table(
        ("抽中", "编号", "分层", "检查人员", "结果"),
        ((row.title, row.drawn.item, row.drawn.stratum, "、".join(row.drawn.inspectors), row.state) for row in rows),
    )


def _repeat(screen: Screen, path: Path) -> None:
    """Draw again from a published record alone. Errors: E-INSPECT-RECORD, E-INSPECT-DIFFERS."""
    from innocity.core.errors import InnoCityError, Place
    from innocity.engines.inspection.repeat import faults_of

    try:
        record = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InnoCityError("E-INSPECT-RECORD", f"读不成：{error}", Place(str(path)), "重新下载公开记录") from None
    if wrong := faults_of(record):
        raise InnoCityError("E-INSPECT-DIFFERS", "；".join(wrong), Place(str(path)), "向组织抽查的单位提出")
    screen.show({"sound": True, "drawn": record["drawn"]}, lambda: screen.line("名单摘要、种子和抽取结果都一致。"))
