"""What a reform came to, as pages show it; names of parties only for those who may see them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from innocity.actions.export_sheet import Kind, export
from innocity.core.money import format_money
from innocity.packs.model import Pack
from innocity.records.queries.fact_lists import names_of
from innocity.records.viewer import Viewer
from innocity.web.views.office import parameters
from innocity.web.views.office.runs import BREAKDOWNS, payer_name, place

_SHOWN = 15


def summary(name: str, report: dict[str, Any]) -> dict[str, Any]:
    """A draft in a line of the list."""
    before, after = report["before"], report["after"]
    return {
        "name": name, "report": report, "difference": after["payable"] - before["payable"],
        "open": after["open"] - before["open"], "by": report.get("by", ""), "saved_on": report.get("saved_on", ""),
    }  # fmt: skip


def shown(pack: Pack, viewer: Viewer, report: dict[str, Any]) -> dict[str, Any]:
    """Everything that the page of a result needs."""
    before, after = report["before"], report["after"]
    return {
        "report": report, "before": before, "after": after, "more": after["payable"] - before["payable"],
        "more_open": after["open"] - before["open"], "changes": changes_of(pack, report["changes"]),
        "clauses": [_clause(pack, row) for row in report["clauses"]], "payers": _payers(pack, report["payers"]),
        "spread": _spread(report.get("spread", [])), "breakdowns": _breakdowns(report["distribution"]),
        **_parties(viewer, report), "stale": report.get("pack", pack.hash) != pack.hash,
        "net": report["gained"] - report["lost"],
    }  # fmt: skip


def changes_of(pack: Pack, changes: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, from, to) of a change in words."""
    found = []
    for key, value in changes.get("set", {}).items():
        title = owner_of(pack, key)
        label, now = parameter_now(pack, key)
        words = parameters.CHOICES
        found.append((f"{title}：{label}", words.get(now, now) or "原文没写", words.get(value, value)))
    for name in changes.get("remove", ()):
        title = pack.clauses[name].name if name in pack.clauses else name
        found.append((title, "执行", "停止执行"))
    for kind in ("clauses", "groups", "pools", "relations", "rules"):
        for name, fields in changes.get(kind, {}).items():
            found.append((name, "", f"改了 {'、'.join(fields)}"))
    return found


def owner_of(pack: Pack, key: str) -> str:
    """What the clause, pool, group or rule is called that a parameter is of; its id where it has no name."""
    owner = key.partition(".")[0]
    found = pack.clauses.get(owner) or pack.pools.get(owner) or pack.groups.get(owner) or pack.rules.get(owner)
    return str(getattr(found, "name", "") or owner)


def parameter_now(pack: Pack, key: str) -> tuple[str, str]:
    """What a parameter (`owner.name`) is called, and its value today."""
    owner, _, name = key.partition(".")
    clause = pack.clauses.get(owner)
    if clause is None:
        named = pack.pools.get(owner) or pack.groups.get(owner)
        clause = next((pack.clauses[one] for one in (named.members if named else ()) if one in pack.clauses), None)
    fields = parameters.fields_of(pack, clause, {}, {}) if clause else []
    one = next((field for field in fields if field.key == key), None)
    if one is None:
        return parameters.PARTS.get(name, name), ""
    label = one.label.partition("：")[2] if owner not in pack.clauses and "：" in one.label else one.label
    return label, one.now


def _clause(pack: Pack, row: dict[str, Any]) -> dict[str, Any]:
    clause = pack.clauses.get(row["clause"])
    return {
        **row, "name": clause.name if clause else row["clause"], "known": clause is not None,
        "change": row["payable_after"] - row["payable_before"], "open_change": row["open_after"] - row["open_before"],
    }  # fmt: skip


def _payers(pack: Pack, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    named = [{**row, "name": payer_name(pack, row["payer"]), "change": row["after"] - row["before"]} for row in rows]
    return [row for row in named if row["before"] or row["after"]]


def _spread(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each span with its name: 5万元以下 counts its own end in."""
    found, start = [], 0
    for row in rows:
        end = row["upto"]
        name = f"{format_money(start)}以上" if end is None else f"{_short(start)}–{format_money(end)}"
        found.append({**row, "name": name if start else f"{format_money(end)}及以下"})
        start = end or start
    return found


def _short(fen: int) -> str:
    return format_money(fen).removesuffix("元").removesuffix("万")


def _breakdowns(found: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """By place, size, industry, chain: rows that changed first, and how many are left out."""
    shown_ = []
    for name, rows in found.items():
        named = [{**row, "name": place(name, row), "change": row["after"] - row["before"]} for row in rows]
        named.sort(key=lambda row: -abs(row["change"]))
        shown_.append({
            "id": name, "heading": BREAKDOWNS.get(name, name), "rows": named[:_SHOWN],
            "left": max(0, len(named) - _SHOWN),
        })  # fmt: skip
    return shown_


def _parties(viewer: Viewer, report: dict[str, Any]) -> dict[str, Any]:
    """Who gains and loses most. A party that the asker may not see has no name and no number."""
    lists = {"gained_most": report["most_gained"], "lost_most": report["most_lost"]}
    seen = None
    if not viewer.sees_all_parties():
        seen = names_of(viewer, {row["party"] for rows in lists.values() for row in rows})
    told = {name: [_party(row, seen) for row in rows] for name, rows in lists.items()}
    return {"party_lists": [(_("增加最多的"), told["gained_most"]), (_("减少最多的"), told["lost_most"])]}


def parties_file(viewer: Viewer, report: dict[str, Any], kind: Kind) -> tuple[bytes, int]:
    """Everybody who gains or loses, and how many rows: those alone whom the asker may see, the others in one row."""
    rows: list[list[Any]] = report.get("changed") or []
    seen = names_of(viewer, {row[0] for row in rows})
    whole = viewer.sees_all_parties()
    told = [row for row in rows if whole or row[0] in seen]
    cells = [[row[0], seen.get(row[0], ""), *_sums(row[1], row[2])] for row in told]
    if len(told) < len(rows):
        left = [row for row in rows if row[0] not in seen]
        name = f"别的区市的对象，共 {len(left)} 个"
        cells.append(["", name, *_sums(sum(row[1] for row in left), sum(row[2] for row in left))])
    headings = ["对象编号", "对象", "现行（元）", "改后（元）", "增减（元）", "增加还是减少"]
    return export("增减对象", headings, cells, kind, simulated=bool(report.get("simulated"))), len(cells)


def _sums(before: int, after: int) -> list[Any]:
    word = "增加" if after > before else "减少" if after < before else "不变"
    return [*(Decimal(one) / 100 for one in (before, after, after - before)), word]


def _party(row: dict[str, Any], seen: dict[str, str] | None) -> dict[str, Any]:
    may = seen is None or row["party"] in seen
    party = row["party"] if may else ""
    return {
        "party": party, "name": (row.get("name") or "") if may else "", "before": row["before"], "after": row["after"],
        "change": row["after"] - row["before"],
    }  # fmt: skip


def side_by_side(pack: Pack, drafts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Drafts in columns: totals, winners, and the clauses that any of them changes."""
    reports = list(drafts.values())
    clauses = {row["clause"]: None for report in reports for row in report["clauses"]}

    def cell(report: dict[str, Any], name: str) -> int:
        row = next((one for one in report["clauses"] if one["clause"] == name), None)
        return row["payable_after"] - row["payable_before"] if row else 0

    return {
        "names": list(drafts), "reports": reports, "changes": [changes_of(pack, one["changes"]) for one in reports],
        "differences": [one["after"]["payable"] - one["before"]["payable"] for one in reports],
        "open": [one["after"]["open"] - one["before"]["open"] for one in reports],
        "same_facts": len({(one.get("facts"), one["year"]) for one in reports}) == 1,
        "clauses": [
            (pack.clauses[name].name if name in pack.clauses else name, [cell(one, name) for one in reports])
            for name in clauses
        ],
    }  # fmt: skip
