"""Open data: clauses, targets, observations, tasks, documents as tables, with a dictionary of their columns."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from innocity.core.measures import format_value
from innocity.core.money import format_yuan
from innocity.engines.tasks.model import STATUS_NAMES
from innocity.web import cities, finder

Row = dict[str, Any]
#: Columns that are not text in Parquet; sums and values stay exact.
_TYPES = {
    **dict.fromkeys(("largest_yuan", "value", "latest"), pa.decimal128(38, 10)),
    **dict.fromkeys(("due", "as_of", "observed_on", "starts", "issued_on", "valid_from", "valid_to"), pa.date32()),
    **dict.fromkeys(("simulated", "confirmed"), pa.bool_()), "progress": pa.int64(),
}  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """One table: `columns` are id, name and what it holds; `rows` gives the rows of a city."""

    id: str
    name: str
    says: str
    columns: tuple[tuple[str, str, str], ...]
    rows: Callable[[str], list[Row]]


def _clauses(city: str) -> list[Row]:
    return [
        {
            **{key: one.row[key] for key in ("clause", "name", "topic", "topic_name", "who", "what", "amount")},
            "largest_yuan": format_yuan(one.most) if one.most is not None else None,
            "kind": one.row["kind"], "kind_name": one.row["kind_name"], "force": one.clause.force,
            "delivery": one.clause.delivery, "state": one.row["state"],
            "document": one.clause.article.partition("#")[0], "article": one.clause.article.partition("#")[2],
            "citation": one.row["article"], "responsible": " ".join(one.clause.responsible),
            "promise": " ".join(one.clause.promise),
        }
        for one in finder.catalogue(city)
    ]  # fmt: skip


def _targets(city: str) -> list[Row]:
    found = []
    for one in cities.state_of(city).board.standings:
        target, latest = one.target, one.latest
        found.append({
            "target": target.id, "indicator": one.indicator.id, "name": one.indicator.name, "scope": target.scope,
            "operator": target.operator, "value": _number(one.value), "unit": target.unit or one.indicator.unit,
            "due": one.due.isoformat() if one.due else None, "light": one.status, "light_name": one.label,
            "latest": _number(latest.value) if latest else None,
            "latest_period": latest.period_text if latest else None,
            "simulated": bool(latest and latest.simulated), "same_as": one.duplicate_of,
            "document": target.article.partition("#")[0], "article": target.article.partition("#")[2],
            "as_of": one.as_of.isoformat(), "why": one.why,
        })  # fmt: skip
    return found


def _observations(city: str) -> list[Row]:
    names = cities.pack_of(city).indicators
    return [
        {
            "indicator": one.indicator, "name": names[one.indicator].name, "period": one.period_text,
            "scope": one.scope, "value": _number(one.value), "unit": one.unit, "approx": one.approx,
            "observed_on": one.observed_on.isoformat() if one.observed_on else None, "document": one.document,
            "article": one.article, "source": one.source, "simulated": one.simulated, "confirmed": one.confirmed,
        }
        for one in cities.state_of(city).board.figures if one.indicator in names
    ]  # fmt: skip


def _tasks(city: str) -> list[Row]:
    return [
        {
            "task": one.task.id, "title": one.task.title, "path": one.task.path, "parent": one.task.parent,
            "kind": one.task.kind, "status": one.status, "status_name": STATUS_NAMES[one.status],
            "progress": one.progress, "starts": one.starts.isoformat() if one.starts else None,
            "due": one.due.isoformat() if one.due else None, "phase": one.phase,
            "lead": " ".join(one.task.lead), "responsible": " ".join(one.task.responsible),
            "cooperating": " ".join(one.task.cooperating), "simulated": one.simulated,
            "document": one.document, "article": one.task.article.partition("#")[2],
            "as_of": one.as_of.isoformat(), "why": one.why,
        }
        for one in cities.state_of(city).tasks.states.values() if one.task.article
    ]  # fmt: skip


def _documents(city: str) -> list[Row]:
    days = ("issued_on", "valid_from", "valid_to")
    return [
        {
            **{key: getattr(one, key) for key in ("title", "number", "issuer", "level", "kind", "state")},
            **{key: day.isoformat() if (day := getattr(one, key)) else None for key in days},
            "document": one.id, "reported_by": one.reported_by,
        }
        for one in cities.pack_of(city).documents.values()
    ]  # fmt: skip


def _number(value: Any) -> str | None:
    return None if value is None else format_value(value)


_PLACE = (
    ("document", "文件", "文件的编号"), ("article", "条目", "条目的编号，即文件页上的锚点"),
)  # fmt: skip
TABLES = {
    table.id: table
    for table in (
        Table("clauses", "条款", "每个条款一行：给谁、给什么、多少、依据哪一条", (
            ("clause", "编号", "条款的编号，网址里也用它"), ("name", "名称", ""), ("topic", "主题编号", ""),
            ("topic_name", "主题", ""), ("who", "对象", "我们的概括"), ("what", "内容", "我们的概括"),
            ("amount", "额度", "写成一句话，含比例和封顶"),
            ("largest_yuan", "最大金额", "额度里写到的最大一个数，元；按月发放的为月额；没写金额的为空"),
            ("kind", "可算程度编号", ""), ("kind_name", "可算程度", "能算出金额、只有上限、要评审等"),
            ("force", "效力", "entitlement 承诺，intent 意向"),
            ("delivery", "兑现", "automatic 免申即享，application 申报"),
            ("state", "状态", "文件是否有效、到哪天"), *_PLACE, ("citation", "出处", "文件、文号和条目"),
            ("responsible", "责任单位", "单位编号，空格隔开"), ("promise", "承诺编号", "空格隔开"),
        ), _clauses),
        Table("targets", "目标", "每个目标一行：要到多少、什么时候、现在亮什么灯", (
            ("target", "编号", ""), ("indicator", "指标编号", ""), ("name", "指标", ""),
            ("scope", "范围", "city 为全市，其余为区市或文件的说法"),
            ("operator", "比较", ">= 不低于，<= 不超过，about 约，range 区间，qualitative 只有定性要求等"),
            ("value", "目标值", "十进制数，定性目标为空"), ("unit", "单位", ""),
            ("due", "期限", "日期；没有期限的为空"),
            ("light", "灯编号", ""),
            ("light_name", "灯", "达标、序时达标、接近、关注、预警、未到发布期、未到期、逾期未报、无法判定"),
            ("latest", "最新值", ""), ("latest_period", "最新值的时间", "年、月或日"),
            ("simulated", "最新值是否模拟", ""),
            ("same_as", "与哪个目标相同", "非空的不重复计数"), *_PLACE, ("as_of", "看到哪一天", ""),
            ("why", "为什么亮这个灯", ""),
        ), _targets),
        Table("observations", "观测值", "文件公布的数和登记的数，每个一行", (
            ("indicator", "指标编号", ""), ("name", "指标", ""), ("period", "时间", "年、月或日；文件没写的为空"),
            ("scope", "范围", "city 为全市"), ("value", "数值", "十进制数"), ("unit", "单位", ""),
            ("approx", "约数", "余、多、超过、近等，原文如此"), ("observed_on", "得知日期", "文件日期"), *_PLACE,
            ("source", "来源", ""), ("simulated", "是否模拟", ""), ("confirmed", "是否经责任单位确认", ""),
        ), _observations),
        Table("tasks", "任务", "每项任务一行：谁牵头、什么时候完成、到了哪一步", (
            ("task", "编号", ""), ("title", "任务", "我们的概括"), ("path", "层次", "在文件里的位置"),
            ("parent", "上一级", "任务编号"), ("kind", "性质", "task 任务；其余只列出，不考核"),
            ("status", "状态编号", ""), ("status_name", "状态", ""),
            ("progress", "进度", "百分数；上一级任务为下级的平均"), ("starts", "开始", "日期"),
            ("due", "期限", "日期；没有期限的为空"), ("phase", "阶段", "阶段编号"),
            ("lead", "牵头单位", "单位编号，空格隔开"), ("responsible", "责任单位", "单位编号，空格隔开"),
            ("cooperating", "配合单位", "单位编号，空格隔开"), ("simulated", "进展是否模拟", ""), *_PLACE,
            ("as_of", "看到哪一天", ""), ("why", "状态的依据", ""),
        ), _tasks),
        Table("documents", "文件", "每份文件一行", (
            ("document", "编号", "网址里也用它"), ("title", "标题", ""), ("number", "文号", ""),
            ("issuer", "制定机关", ""), ("level", "层级", ""), ("kind", "文种", ""), ("issued_on", "成文日期", ""),
            ("valid_from", "起", "日期"), ("valid_to", "止", "日期"), ("state", "状态", "是否有效"),
            ("reported_by", "转述它的文件", "没有见到全文的，内容出自哪份文件"),
        ), _documents),
    )
}  # fmt: skip


def as_csv(table: Table, rows: list[Row]) -> str:
    """The table as CSV with a byte order mark, so that spreadsheets read it as UTF-8; no cell is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\r\n")
    ids = [key for key, _, _ in table.columns]
    writer.writerow(ids)
    writer.writerows([_cell(key, row[key]) for key in ids] for row in rows)
    return out.getvalue()


def _cell(key: str, value: Any) -> str:
    """A cell's text; words that a spreadsheet would take for a formula are marked as text.

    >>> _cell("name", "=1+1"), _cell("value", "-3.5"), _cell("simulated", True), _cell("due", None)
    ("'=1+1", '-3.5', 'true', '')
    """
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return sheet_text(str(value))


def sheet_text(text: str) -> str:
    """A cell's words as text: what a spreadsheet would take for a formula stands behind an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


def as_json(table: Table, city: str, rows: list[Row]) -> str:
    """The table as JSON, its dictionary first."""
    columns = [{"id": key, "name": name, "says": says} for key, name, says in table.columns]
    whole = {"city": city, "table": table.id, "name": table.name, "columns": columns, "rows": rows}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def as_parquet(table: Table, city: str, rows: list[Row]) -> bytes:
    """The table as Parquet; each column carries its name and what it holds."""
    fields = [
        pa.field(key, _TYPES.get(key, pa.string()), metadata={"name": name, "says": says})
        for key, name, says in table.columns
    ]  # fmt: skip
    arrays = [pa.array([_typed(row[field.name], field.type) for row in rows], field.type) for field in fields]
    schema = pa.schema(fields, metadata={"city": city, "table": table.id, "name": table.name})
    out = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=schema), out, compression="zstd")
    return out.getvalue()


def _typed(value: Any, type_: pa.DataType) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if pa.types.is_decimal(type_):
        return Decimal(value)
    return date.fromisoformat(value) if pa.types.is_date(type_) else value
