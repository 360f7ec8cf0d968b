"""Repeat a draw from its published record alone: no city folder, no database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.inspection.draw import METHOD, draw, seed_of
from innocity.engines.inspection.model import Frozen, result_digest

register_codes({
    "E-INSPECT-DIFFERS": ("照公开记录重抽，结果不一致", "drawing again gives something else than was published"),
})  # fmt: skip


def faults_of(record: Mapping[str, Any]) -> list[str]:
    """What does not fit in a published record; empty where the draw can be repeated. Error: E-INSPECT-RECORD."""
    try:
        frozen, told = Frozen.read(record["list"]), [(one["item"], tuple(one["inspectors"])) for one in record["drawn"]]
        number, seed, method = str(record["number"]), str(record["seed"]), record["method"]
        list_hash, result_hash = record["list_hash"], record["result_hash"]
    except (KeyError, TypeError) as error:
        raise InnoCityError("E-INSPECT-RECORD", f"公开记录缺内容：{error}", None, "重新下载公开记录") from None
    found = []
    if method != METHOD:
        found.append(f"抽取的办法是 {method}，这一版程序不认识")
    if frozen.digest() != list_hash:
        found.append("名单的摘要不是公告的那个")
    if not number:
        return [*found, "还没有抽取"]
    if seed != seed_of(list_hash, number):
        found.append("种子不是由名单摘要和公开数算出的")
    drawn = draw(frozen, seed)
    if [(one.item, one.inspectors) for one in drawn] != told or result_digest(drawn) != result_hash:
        found.append("抽中的事项或检查人员不同")
    return found
