"""`innocity match`: lists of demand and supply, which offers answer a demand, how far pairs have come."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from innocity.cli import match_record, match_screen
from innocity.cli.folders import VAR, told_of_demo
from innocity.cli.options import City, Json, day_of
from innocity.cli.screen import Screen
from innocity.core.errors import ErrorList, InnoCityError

if TYPE_CHECKING:
    from innocity.packs.model import Pack


def _option(*names: str, metavar: str | None = None, help: str) -> Any:
    return typer.Option(*names, metavar=metavar, help=help, show_default=False)


AsOf = Annotated[str | None, _option("--as-of", metavar="日期", help="看到哪一天；默认今天")]
Var = Annotated[Path, typer.Option("--var", metavar="DIR", help="台账放在哪里")]
Kind = Annotated[str | None, _option("--kind", metavar="ID", help="只看一类对接：两张清单和各对的进展")]
Only = Annotated[str | None, _option("--only", metavar="编号", help="看一项：内容、配得上的对方、各对的进展")]
Late = Annotated[bool, _option("--late", help="只列超过时限没有下文的各对")]
Partners = Annotated[bool, _option("--partners", help="谁与谁在合作：已签约、已履约的各对")]
Export = Annotated[Path | None, _option("--export", metavar="FILE", help="把清单写成 CSV，交给别的城市或单位")]
Post = Annotated[Path | None, _option("--post", metavar="FILE", help="发布清单（CSV，每行一项）")]
Open = Annotated[str | None, _option("--open", metavar="编号", help="审核通过，公开一项")]
Refuse = Annotated[str | None, _option("--refuse", metavar="编号", help="不予公开，要写 --text")]
Withdraw = Annotated[str | None, _option("--withdraw", metavar="编号", help="撤下一项")]
Step = Annotated[str | None, _option("--step", metavar="步骤", help="登记一对的进展：proposed、introduced、agreed 等")]
Demand = Annotated[str, _option("--demand", metavar="编号", help="哪项需求")]
Offer = Annotated[str, _option("--offer", metavar="编号", help="哪项供给")]
Event = Annotated[Path | None, _option("--event", metavar="FILE", help="登记活动的安排或记录（YAML）")]
At = Annotated[str, _option("--at", metavar="编号", help="在哪次活动上")]
Unit = Annotated[str | None, _option("--unit", metavar="单位", help="登记的单位；企业写主体编号")]
On = Annotated[str | None, _option("--on", metavar="日期", help="发生的日期；默认今天")]
Amount = Annotated[str | None, _option("--amount", metavar="金额", help="签约或履约的金额，如 200万元")]
Text = Annotated[str, _option("--text", metavar="文字", help="说明，或不予公开、未成的理由")]
Papers = Annotated[list[str] | None, _option("--evidence", metavar="材料", help="佐证材料，可多次")]


def match(
    city: City, as_of: AsOf = None, kind: Kind = None, only: Only = None, late: Late = False,
    partners: Partners = False, export: Export = None, post: Post = None, open_: Open = None, refuse: Refuse = None,
    withdraw: Withdraw = None, step: Step = None, demand: Demand = "", offer: Offer = "", event: Event = None,
    at: At = "", unit: Unit = None, on: On = None, amount: Amount = None, text: Text = "", evidence: Papers = None,
    var: Var = VAR, as_json: Json = False,
) -> None:  # fmt: skip
    """供需对接：两张清单、谁配得上谁、各对走到哪一步；也在这里发布、审核和登记。

    Demand and supply: lists, suggestions with their reasons, pairs followed until they are fulfilled.
    """
    from innocity.actions.exchange_records import exchange_records
    from innocity.packs.load import load_pack

    screen = Screen(as_json)
    pack = load_pack(city)
    writing = {"--post": post, "--open": open_, "--refuse": refuse, "--withdraw": withdraw, "--step": step,
               "--event": event}  # fmt: skip
    chosen = [name for name, value in writing.items() if value is not None]
    if len(chosen) > 1:
        raise InnoCityError("E-USAGE", f"{'、'.join(chosen)} 一次只能用一个", remedy="分几次做")
    if chosen:
        given = match_record.Given(unit, day_of(on), demand, offer, at, amount, text, tuple(evidence or ()))
        match_record.record(screen, pack, chosen[0], writing[chosen[0]], given, var)
        return
    told_of_demo(screen, city, var)
    faults = ErrorList()
    found = exchange_records(pack, var, faults=faults)
    screen.left_out(faults)
    day = _day(pack, as_of)
    if export is not None:
        match_record.export(screen, found, kind, day, export)
    elif only is not None:
        match_screen.one(screen, found, only, day)
    elif partners:
        match_screen.partners(screen, found, day)
    elif kind is not None or late:
        match_screen.listed(screen, found, kind, day, late=late)
    else:
        match_screen.kinds(screen, found, day)


def _day(pack: Pack, as_of: str | None) -> date:
    return day_of(as_of) or date.today()
