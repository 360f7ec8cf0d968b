"""The files of a run that people read: a one-page summary and a workbook for officers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from innocity.core.money import format_money
from innocity.engines.rules.describe import citation
from innocity.engines.rules.emit import explained_base
from innocity.engines.rules.ir import CLASS_PARTY, STATUS_NAMES
from innocity.packs.model import Pack
from innocity.plan.scan_sql import table_name
from innocity.plan.sql import quote

if TYPE_CHECKING:
    from innocity.engines.rules.run import Outcome

OWN_PAYER = "city"  # the payer whose budget the city itself decides
ROWS_MAX = 200_000  # rows of one sheet; the Parquet files hold all
BREAKDOWN_NAMES = {"division": "按区市（统计地）", "zone": "按功能区（与区市重叠，不可相加）", "size": "按企业规模",
                   "industry": "按行业门类", "chain": "按产业链"}  # fmt: skip
SIMULATED = "模拟数据：企业、机构和人员均为程序生成，不对应任何真实单位。"
ESTIMATE = "以上均为测算，未经主管部门核定，不是应付金额。"


def summary_text(outcome: Outcome) -> str:
    """One page in Markdown: what the run comes to, what awaits whom, which pools were short."""
    report, plan = outcome.report, outcome.plan
    totals = report["totals"]
    lines = [f"# {report['city_name']}{report['year']}年度政策兑现测算", ""]
    if report["simulated"]:
        lines += [f"**{SIMULATED}**", ""]
    lines += [
        f"事实截至 {report['as_of']}。测算金额合计 **{format_money(totals['payable'])}**"
        f"{_own_share(outcome)}，{totals['sum']} 笔；"
        f"另有上限和待评审事项 {totals['ceiling'] + totals['awaiting_decision']} 笔，"
        f"上限合计 {format_money(totals['open'])}，不计入合计。",
        f"文件没有写明标准的 {totals['awaiting_parameter']} 笔；尚缺一项条件的 {totals['near']} 笔；"
        f"转人工 {totals['manual']} 笔；因信用等情形排除 {totals['excluded']} 笔；"
        f"不在有效期 {totals['not_in_force']} 笔。",
        *unconfirmed_documents(plan.pack, report),
        *([f"有 {report['unmatched_decisions']} 项本年度的决定没有对上任何事项，请核对对象和事项编号。"]
          if report["unmatched_decisions"] else []),
        ESTIMATE, "", "| 条款 | 笔数 | 金额（元） | 上限与待评审（元） |", "|---|---:|---:|---:|",
    ]  # fmt: skip
    for row in report["clauses"]:
        if row["payable"] or row["open"]:
            clause = plan.pack.clauses[row["clause"]]
            count = row["sum"] + row["ceiling"] + row["awaiting_decision"]
            sums = (f"{fen / 100:,.2f}" for fen in (row["payable"], row["open"]))
            lines.append(f"| {clause.name} | {count} | {' | '.join(sums)} |")
    lines += [
        "",
        "出资：" + "；".join(f"{_payer(outcome, p)} {format_money(fen)}" for p, fen in report["payers"].items()),
        "",
    ]
    for pool in report["pools"]:
        name = plan.pack.pools[pool["pool"]].name or pool["pool"]
        state = "不足，按规则分配" if pool["asked"] > pool["available"] else "足够"
        lines.append(
            f"- 资金池“{name}”：申请 {format_money(pool['asked'])}，可用 {format_money(pool['available'])}，{state}。"
        )
    lines += [
        "",
        f"城市包 `{report['pack'][:12]}` · 事实 `{report['snapshot']['hash'][:12]}` · 结果 `{report['hash'][:12]}`"
        f" · 程序 {report['engine']}",
        "",
    ]
    return "\n".join(lines)


def unconfirmed_documents(pack: Pack, report: Mapping[str, Any]) -> list[str]:
    """Why clauses pay nothing that nobody has ended: whether their document is in force stands nowhere."""
    unknown = [d.title for d in pack.documents.values() if d.state == "unknown"]
    if report["simulated"] or not unknown or not report["totals"]["not_in_force"]:
        return []
    listed = "、".join(f"《{title}》" for title in unknown[:3]) + ("等" if len(unknown) > 3 else "")
    return [f"{listed}（{len(unknown)} 份）是否有效没有确认，其条款按不在有效期算；核对后在文件开头写明 state。"]


def _own_share(outcome: Outcome) -> str:
    """The city's own part of a total that several payers share."""
    fen = outcome.report["payers"].get(OWN_PAYER)
    return "" if fen is None else f"（其中{_payer(outcome, OWN_PAYER)} **{format_money(fen)}**）"


def _payer(outcome: Outcome, payer: str) -> str:
    known = outcome.plan.pack.payers.get(payer)
    return known.name if known else payer


def write_workbook(outcome: Outcome, path: Path) -> None:
    """A workbook: notes, totals by clause, awards, open items, near misses, breakdowns, pools.

    Sums are in yuan. Texts are written as texts, so that none is taken for a formula.
    """
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheets = _Sheets(book)
    _notes(sheets, outcome)
    _clauses(sheets, outcome)
    _award_sheet(sheets, outcome, "测算金额", "status = 'sum'")
    _award_sheet(
        sheets,
        outcome,
        "上限、待评审、待定、排除",
        "status IN ('ceiling', 'awaiting_decision', 'awaiting_parameter', 'manual', 'excluded')",
    )
    _near(sheets, outcome)
    for name, rows in outcome.report["breakdowns"].items():
        columns = [("", 18), ("笔数", 10), ("对象数", 10), ("测算金额（元）", 18)]
        sheets.table(
            BREAKDOWN_NAMES[name].split("（")[0],
            columns,
            ([r["name"], r["awards"], r["parties"], r["payable"] / 100] for r in rows),
            BREAKDOWN_NAMES[name],
        )
    pools = (
        [outcome.plan.pack.pools[p["pool"]].name or p["pool"], p["asked"] / 100, p["available"] / 100, p["share"]]
        for p in outcome.report["pools"]
    )
    sheets.table("资金池", [("资金池", 24), ("申请（元）", 18), ("可用（元）", 18), ("分配方式", 12)], pools)
    book.close()


class _Sheets:
    """Writes tables with a header row; columns whose header ends in （元） are sums."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.head = book.add_format({"bold": True, "bg_color": "#e8eef5", "border": 1, "text_wrap": True})
        self.money = book.add_format({"num_format": "#,##0.00"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.note = book.add_format({"italic": True, "font_color": "#666666"})

    def table(
        self, name: str, columns: Sequence[tuple[str, int]], rows: Iterable[Sequence[Any]], note: str = ""
    ) -> None:
        """One sheet; at most ROWS_MAX rows, and then a line that says so."""
        sheet = self.book.add_worksheet(name)
        for i, (_, width) in enumerate(columns):
            sheet.set_column(i, i, width)
        first = 0
        if note:
            sheet.write_string(0, 0, note, self.note)
            first = 1
        for i, (title, _) in enumerate(columns):
            sheet.write_string(first, i, title, self.head)
        sheet.freeze_panes(first + 1, 0)
        line = first
        for line, row in enumerate(rows, first + 1):
            if line - first > ROWS_MAX:
                sheet.write_string(line, 0, f"只列出前 {ROWS_MAX} 行，全部见 awards.parquet", self.note)
                break
            self._row(sheet, line, row, columns)
        sheet.autofilter(first, 0, max(line, first), len(columns) - 1)

    def _row(self, sheet: Any, line: int, row: Sequence[Any], columns: Sequence[tuple[str, int]]) -> None:
        for i, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, int | float):
                sheet.write_number(line, i, value, self.money if columns[i][0].endswith("（元）") else None)
            elif isinstance(value, date):
                sheet.write_datetime(line, i, value, self.day)
            else:
                sheet.write_string(line, i, str(value))


def _notes(sheets: _Sheets, outcome: Outcome) -> None:
    report = outcome.report
    rows = [
        ["城市", report["city_name"]], ["事实年度", report["year"]], ["事实截至", report["as_of"]],
        ["性质", "测算，未经核定"], ["数据", SIMULATED if report["simulated"] else "登记簿快照"],
        ["测算金额合计（元，各级财政一起）", f"{report['totals']['payable'] / 100:,.2f}"],
        *(["其中市级财政（元）", f"{fen / 100:,.2f}"] for payer, fen in report["payers"].items() if payer == OWN_PAYER),
        ["上限与待评审（不计入合计，元）", f"{report['totals']['open'] / 100:,.2f}"],
        ["改动的参数", "；".join(f"{k}={v}" for k, v in report["overrides"].items()) or "无"],
        ["城市包摘要", report["pack"]], ["事实摘要", report["snapshot"]["hash"]], ["结果摘要", report["hash"]],
        ["程序版本", report["engine"]],
    ]  # fmt: skip
    sheets.table("说明", [("项目", 28), ("内容", 70)], rows)


def _clauses(sheets: _Sheets, outcome: Outcome) -> None:
    columns = [
        ("条款", 34),
        ("编号", 28),
        ("依据", 40),
        ("笔数", 8),
        ("对象数", 8),
        ("测算金额（元）", 18),
        ("上限与待评审（元）", 18),
        ("尚缺条件", 10),
        ("转人工", 8),
        ("已排除", 8),
        ("待定标准", 10),
        ("不在有效期", 10),
    ]
    clauses = outcome.plan.pack.clauses
    rows = (
        [clauses[r["clause"]].name, r["clause"], citation(outcome.plan.pack, clauses[r["clause"]]),
         r["sum"], r["parties"], r["payable"] / 100,
         r["open"] / 100, r["near"], r["manual"], r["excluded"], r["awaiting_parameter"], r["not_in_force"]]
        for r in outcome.report["clauses"]
    )  # fmt: skip
    sheets.table("按条款", columns, rows)


def _names_sql(outcome: Outcome) -> str:
    """Names of parties from the registers that have one, with code and place; personal names are left out."""
    parts = []
    for name in ("organization", "division"):
        if name in outcome.database.registers:
            known = {column.id for column in outcome.plan.pack.registers[name].columns}
            told = (f"{c} AS {to}" if c in known else f"NULL AS {to}"
                    for c, to in (("name", "name"), ("uscc", "uscc"), ("registered_division", "division")))  # fmt: skip
            parts.append(f"SELECT party_id, valid_from, {', '.join(told)} FROM {table_name(name)}")
    if not parts:
        return "SELECT NULL AS party_id, NULL AS name, NULL AS uscc, NULL AS division WHERE FALSE"
    latest = ", ".join(f"arg_max({n}, valid_from) AS {n}" for n in ("name", "uscc", "division"))
    return f"SELECT party_id, {latest} FROM ({' UNION ALL '.join(parts)}) GROUP BY party_id"


def _award_sheet(sheets: _Sheets, outcome: Outcome, name: str, where: str) -> None:
    columns = [
        ("对象", 26),
        ("编号", 14),
        ("统一社会信用代码", 20),
        ("注册地", 12),
        ("条款", 34),
        ("依据", 40),
        ("事项", 22),
        ("状态", 12),
        ("计入日期", 12),
        ("基数（元）", 16),
        ("数量", 10),
        ("限额前（元）", 16),
        ("测算或上限（元）", 16),
        ("核定（元）", 16),
        ("择一后（元）", 16),
        ("资金池后（元）", 16),
        ("说明", 40),
    ]
    sql = (
        "SELECT n.name, a.party, n.uscc, n.division, a.clause, a.object, a.status, a.counted_on,"
        " a.x_base, a.x_uncapped, a.computed, a.decided,"
        " a.after_group, a.after_pool, a.flags, a.excluded_by, a.group_by, a.pool_by, a.x_case"
        f' FROM "__awards" a LEFT JOIN ({_names_sql(outcome)}) n ON n.party_id = a.party WHERE {where}'
        f" ORDER BY a.clause, a.after_pool DESC, a.party, a.object LIMIT {ROWS_MAX + 1}"
    )
    sheets.table(name, columns, _award_rows(outcome, sql))


def _award_rows(outcome: Outcome, sql: str) -> Iterable[list[Any]]:
    cursor, pack = outcome.database.connection.execute(sql), outcome.plan.pack
    basis = {name: citation(pack, clause) for name, clause in pack.clauses.items()}
    bases = {c.id: explained_base(c.amount) for c in outcome.plan.clauses if c.amount is not None}
    counts = {name for name, base in bases.items() if base is not None and base.type != "money"}
    places = {c.id: c.name for c in pack.codes["division"].codes} if "division" in pack.codes else {}
    while batch := cursor.fetchmany(10_000):
        for who, party, uscc, division, clause, obj, status, on, base, *rest in batch:
            sums, (flags, excluded, group_by, pool_by, case) = rest[:5], rest[5:]
            counted, everybody = clause in counts, party == CLASS_PARTY
            yield [
                "全体符合条件者" if everybody else who or party, None if everybody else party, uscc,
                places.get(division, division), pack.clauses[clause].name, basis[clause],
                None if everybody or obj == party else obj, STATUS_NAMES[status], on,
                None if counted else _yuan(base), base if counted else None, *map(_yuan, sums),
                _remarks(outcome, flags, excluded, group_by, pool_by, case),
            ]  # fmt: skip


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100


def _remarks(
    outcome: Outcome, flags: str, excluded: str | None, group_by: str | None, pool_by: str | None, case: str | None
) -> str:
    words = {
        "unconfirmed": "读法未确认",
        "state_unknown": "文件效力未确认",
        "inferred_supersession": "推定被新文件取代",
    }
    pack = outcome.plan.pack
    parts = [words[f] for f in flags.split() if f in words]
    if case:
        parts.append(f"档次 {case}")
    if excluded:
        parts.append("排除：" + next((e.name for e in pack.exclusions if e.id == excluded), excluded))
    if group_by:
        group = pack.groups.get(group_by)
        parts.append(
            {"once": "已享受过一次", "cap": "触及合计上限"}.get(group_by)
            or f"择一：{(group.name if group else '') or group_by}"
        )
    if pool_by:
        parts.append(f"资金池：{pack.pools[pool_by].name or pool_by}")
    return "；".join(parts)


def _near(sheets: _Sheets, outcome: Outcome) -> None:
    columns = [
        ("对象", 26),
        ("编号", 14),
        ("条款", 34),
        ("尚缺的条件", 40),
        ("现有", 14),
        ("需要", 14),
        ("还差", 14),
        ("单位", 8),
    ]
    sql = (
        "SELECT n.name, a.party, a.clause, a.near_condition, a.near_have, a.near_need, a.near_gap, a.near_unit"
        f' FROM "__awards" a LEFT JOIN ({_names_sql(outcome)}) n'
        f" ON n.party_id = a.party WHERE status = 'near' ORDER BY a.clause, a.near_gap, a.party LIMIT {ROWS_MAX + 1}"
    )
    plans = {c.id: c for c in outcome.plan.clauses}

    def rows() -> Iterable[list[Any]]:
        for who, party, clause, condition, have, need, gap, unit in outcome.database.rows(sql):
            plan = plans[clause]
            says = (
                (plan.clause.before.says if plan.clause.before else "")
                if condition == "before"
                else plan.conditions[int(condition)].says
            )
            scale = 100 if unit == "fen" else 1
            yield [
                who or party,
                party,
                plan.clause.name,
                says,
                *(None if v is None else v / scale for v in (have, need, gap)),
                {"fen": "元", "day": "天"}.get(unit or "", unit or ""),
            ]

    sheets.table("尚缺条件", columns, rows())


__all__ = ["quote", "summary_text", "write_workbook"]
