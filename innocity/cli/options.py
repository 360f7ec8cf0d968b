"""Arguments and options that several commands share."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from innocity.core.dates import FIRST_YEAR, LAST_YEAR, parse_date
from innocity.core.errors import InnoCityError

City = Annotated[
    str, typer.Argument(metavar="CITY", help="城市：已有的名字（如 weihai），或城市文件夹", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="结果以 JSON 输出到标准输出（machine-readable）")]


def year_of(year: int | None) -> int | None:
    """A year given on the command line, one of those that facts may be of. Error: E-USAGE."""
    if year is None or FIRST_YEAR <= year <= LAST_YEAR:
        return year
    raise InnoCityError("E-USAGE", f"年份超出范围：--year {year}", remedy=f"写 {FIRST_YEAR} 到 {LAST_YEAR} 的四位年份")


Year = Annotated[
    int | None,
    typer.Option("--year", metavar="年", help="事实年度；默认取城市或结果的年度", callback=year_of),
]
FactsFolder = Annotated[
    Path | None, typer.Option("--facts", metavar="DIR", help="事实文件夹；默认 var/<城市>/facts", show_default=False)
]
RunFolder = Annotated[
    Path | None,
    typer.Option("--run", metavar="DIR", help="结果文件夹；默认 var/<城市>/runs 下最新的一份", show_default=False),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set", metavar="A.B=V", help="改一个参数，可多次：--set hnte_reward.first=30万元", show_default=False
    ),
]
KnownOn = Annotated[
    str | None,
    typer.Option(
        "--known-on", metavar="日期", help="只用这一天已经公布或登记的数据；默认用目前知道的全部", show_default=False
    ),
]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="目标已存在时覆盖")]


def settings_of(texts: list[str] | None) -> dict[str, str]:
    """`["a.b=v"]` as a mapping. Error: E-USAGE.

    >>> settings_of(["hnte_reward.first=30万元", "r17.assume=false"])
    {'hnte_reward.first': '30万元', 'r17.assume': 'false'}
    """
    found: dict[str, str] = {}
    for text in texts or []:
        key, sign, value = text.partition("=")
        if not sign or "." not in key or not value.strip():
            raise InnoCityError("E-USAGE", f"看不懂 --set {text}", remedy="写成 --set 条款.参数=值")
        found[key.strip()] = value.strip()
    return found


def day_of(text: str | None) -> date | None:
    """A day given on the command line, of the years that the program knows. Error: E-DATE-FORMAT."""
    if not text:
        return None
    day = parse_date(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise InnoCityError("E-DATE-FORMAT", f"年份超出范围：{text}", remedy=f"写 {FIRST_YEAR} 到 {LAST_YEAR} 年的日期")
    return day
