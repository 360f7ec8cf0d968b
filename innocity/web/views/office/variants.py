"""What a comparison of values came to, as its page and its file show it."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from innocity.actions.export_sheet import Kind, export
from innocity.actions.try_reform import NAME_MOST
from innocity.packs.model import Pack
from innocity.web.templatetags.office import in_table
from innocity.web.views.office.parameters import CHOICES
from innocity.web.views.office.reform_result import owner_of, parameter_now

LINES = 8  # lines that a chart can hold and still be read
_UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


def shown(pack: Pack, report: dict[str, Any]) -> dict[str, Any]:
    """Everything that the page of a comparison needs: heads, rows, the best within the budget, the chart."""
    variants = report["variants"]
    heads = [(owner_of(pack, key), *parameter_now(pack, key)) for key in variants[0]["settings"]]
    rows = [_row(pack, number, one, heads) for number, one in enumerate(variants, 1)]
    within = [row for row in rows if row["within"]]
    best = max(within, key=lambda row: row["payable"]) if within else None
    limit = report["budget"]
    return {
        "report": report, "heads": heads, "rows": rows, "best": best, "borne": len(within),
        "best_says": _says(heads, best) if best else "", "whole": "winners" in variants[0],
        "chart": _chart(heads, rows), "limit": None if limit is None else f"{in_table(limit):.2f}",
        "current": report["current"]["payable"], "stale": report.get("pack", pack.hash) != pack.hash,
    }  # fmt: skip


def _says(heads: list[tuple[str, str, str]], row: dict[str, Any]) -> str:
    """What a combination sets to what."""
    return "，".join(f"{label}{value}" for (_, label, _), value in zip(heads, row["values"], strict=True))


def _row(pack: Pack, number: int, one: dict[str, Any], heads: list[tuple[str, str, str]]) -> dict[str, Any]:
    """One combination; `today` says that its values are those of today."""
    values = list(one["settings"].values())
    changed = [(pack.clauses[name].name if name in pack.clauses else name, row["more"])
               for name, row in one["clauses"].items()]  # fmt: skip
    return {
        **one, "number": number, "values": [CHOICES.get(text, text) for text in values], "changed": changed,
        "today": values == [now for _, _, now in heads],
    }  # fmt: skip


def _chart(heads: list[tuple[str, str, str]], rows: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Lines: along the axis the parameter with more values, a line a value of the other one; rows get their point.

    None where there is one value only, or more lines than can be told apart.
    """
    counts = [len({row["values"][at] for row in rows}) for at in range(len(heads))]
    along = 1 if len(counts) > 1 and counts[1] > counts[0] else 0
    other = 1 - along if len(counts) > 1 else None
    if counts[along] < 2 or (other is not None and counts[other] > LINES):
        return None
    for row in rows:
        line = row["values"][other] if other is not None else _("测算合计")
        row["point"] = (row["values"][along], line, f"{in_table(row['payable']):.2f}")
    return {"axis": heads[along], "line": heads[other] if other is not None else None}


def name_of(heads: list[tuple[str, str, str]], row: dict[str, Any]) -> str:
    """A name for a draft that was given none: what is set to what."""
    return _UNFIT.sub("", _says(heads, row))[:NAME_MOST] or "多值比较"


def file_of(pack: Pack, report: dict[str, Any], kind: Kind) -> bytes:
    """The table as a spreadsheet, sums in yuan."""
    found = shown(pack, report)
    budget, whole = report["budget"] is not None, found["whole"]
    headings = [f"{title}：{label}" for title, label, _ in found["heads"]] + ["测算合计（元）", "比现行（元）"]
    headings += ["预算内"] if budget else []
    headings += ["给付笔数", "得到钱的对象", "增加的对象", "增加（元）", "减少的对象", "减少（元）"] if whole else []
    rows = []
    for one in found["rows"]:
        cells: list[Any] = [*one["values"], Decimal(one["payable"]) / 100, Decimal(one["more"]) / 100]
        cells += ["是" if one["within"] else "否"] if budget else []
        cells += [one["awards"], one["parties"], one["winners"], Decimal(one["gained"]) / 100, one["losers"],
                  Decimal(one["lost"]) / 100] if whole else []  # fmt: skip
        rows.append(cells)
    return export("多值比较", headings, rows, kind, simulated=report["simulated"])
