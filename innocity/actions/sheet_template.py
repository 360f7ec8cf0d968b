"""An empty sheet for a register, to be filled in by an office: headings, hints, an example, drop-downs, explanations.

What the sheet asks for is what `check_import` reads; the example is passed over there.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from innocity.actions.check_import import importable
from innocity.actions.sheet_headings import CODE_HEADING, NAME_HEADING, PERSON_HEADING
from innocity.actions.sheet_matching import key_columns
from innocity.actions.sheet_writing import PLAIN_TEXTS, sheet_name, styles_of, width_of, write_csv
from innocity.actions.spreadsheet import column_letters
from innocity.core.money import format_money
from innocity.packs.model import Column, Pack, Register
from innocity.packs.registers import BASE_COLUMNS
from innocity.packs.territory import offered
from innocity.records.viewer import Viewer

EXAMPLE_MARK = "示例，导入时跳过"
LIST_SHEET, HELP_SHEET = "代码", "填写说明"
_ROWS = 5_000  # rows that have drop-downs and formats
_TYPES = {"text": "文字", "code": "从下拉里选", "date": "日期", "year": "年份", "integer": "整数", "money": "金额",
          "bool": "是或否", "party": "主体"}  # fmt: skip
_EXAMPLES = {"text": "（文字）", "date": "2023-07-27", "year": "2023", "integer": "12", "money": "200000.00",
             "bool": "是", "party": "（统一社会信用代码或名称）"}  # fmt: skip
#: A code of the range that stands for no registered body, with a right check digit.
_CODE_EXAMPLE = "91990000000000027W"


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the template."""

    heading: str
    required: bool
    type: str
    hint: str
    example: str
    choices: tuple[str, ...] = ()


def template(pack: Pack, viewer: Viewer, register: str, kind: str = "xlsx") -> bytes:
    """The template of a register as `xlsx` or `csv`.

    Errors: E-FACTS-REGISTER, E-IMPORT-REGISTER, E-RECORDS-DENIED.
    """
    known = importable(pack, viewer, register)
    fields = fields_of(pack, viewer, known)
    if kind == "csv":
        return write_csv([_marked(one) for one in fields], [[one.example for one in fields]])
    return _workbook(pack, known, fields)


def fields_of(pack: Pack, viewer: Viewer, register: Register) -> list[Field]:
    """The columns that an office fills in: the fact's number, who, since when, then the register's own."""
    keys = set(key_columns(register))
    base = {column.id: column for column in BASE_COLUMNS}
    fields = [Field("事实编号", False, "文字", "新的一行留空；要改已登记的，写导出表里的编号", EXAMPLE_MARK)]
    fields += _whom(register, viewer)
    hint = "从哪天起是这样；登记簿没有自己的日期时必填" if "valid_from" in keys else "可不填"
    fields.append(Field(base["valid_from"].name, False, "日期", hint, _EXAMPLES["date"]))
    fields.append(Field(base["valid_to"].name, False, "日期", "不再成立的第一天；仍有效就留空", ""))
    personal = viewer.sees_personal(register)
    fields += [_field(pack, column) for column in register.columns if personal or not column.personal]
    fields.append(Field(base["source"].name, False, "文字", f"留空则记为“{register.source}”", ""))
    return fields


def _whom(register: Register, viewer: Viewer) -> list[Field]:
    if register.id == "organization":
        return []
    if register.about == "person":
        hint = "身份证等证件的号码；入库时加密，只用来认出同一个人"
        return [Field(PERSON_HEADING, True, "文字", hint, "（证件号码）")] if viewer.sees_personal(register) else [
            Field("主体编号", True, "文字", "导出表里的主体编号", "")]  # fmt: skip
    if register.about == "division":
        return [Field(NAME_HEADING, True, "文字", "区市或功能区的名称", "（区市名称）")]
    return [
        Field(CODE_HEADING, True, "文字", "18位；与主体名称至少填一项", _CODE_EXAMPLE),
        Field(NAME_HEADING, False, "文字", "与营业执照相同；填了代码可不填", "（示例单位）"),
    ]


def _field(pack: Pack, column: Column) -> Field:
    choices: tuple[str, ...] = ()
    if column.type == "code" and column.codes in pack.codes:
        names = [one.name for one in pack.codes[column.codes].codes]
        choices = tuple(one.name if names.count(one.name) == 1 else f"{one.name}（{one.id}）"
                        for one in offered(pack, column.codes))  # fmt: skip
    example = choices[0] if choices else _EXAMPLES.get(column.type, "")
    heading = f"{column.name}（元）" if column.type == "money" else column.name
    return Field(heading, column.required, _TYPES[column.type], _hint(column), example, choices)


def _hint(column: Column) -> str:
    hints = {
        "date": "写成 2023-07-27", "year": "四位年份", "bool": "填 是 或 否", "integer": "整数，不带单位",
        "money": "以元计，最多两位小数；也可写 20万元", "party": "统一社会信用代码、主体编号或全称",
        "code": "从下拉里选",
    }  # fmt: skip
    words = [column.help or hints.get(column.type, "")]
    if column.type == "money" and column.max is not None:
        words.append(f"不超过{format_money(column.bound())}")
    if column.personal:
        words.append("个人信息")
    return "；".join(word for word in words if word)


def _marked(one: Field) -> str:
    return f"*{one.heading}" if one.required else one.heading


def _workbook(pack: Pack, register: Register, fields: Sequence[Field]) -> bytes:
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, **PLAIN_TEXTS})
    book.set_properties({"title": f"{register.name}导入模板", "company": pack.city.name})
    styles = styles_of(book)
    sheet = book.add_worksheet(sheet_name(register.name))
    lists = _write_lists(book, fields)
    for index, one in enumerate(fields):
        money, day = one.type == "金额", one.type == "日期"
        style = styles["money" if money else "day" if day else "text" if one.type in ("文字", "主体") else "plain"]
        sheet.set_column(index, index, max(width_of(_marked(one)), 14), style)
        sheet.write_string(0, index, _marked(one), styles["required" if one.required else "heading"])
        sheet.write_comment(0, index, f"{'必填。' if one.required else ''}{one.type}。{one.hint}", {"x_scale": 1.6})
        sheet.write_string(1, index, one.example, styles["example"])
        _restrict(sheet, index, one, lists.get(index))
    sheet.set_row(0, 34)
    sheet.freeze_panes(1, 0)
    _write_help(book, register, fields, styles)
    book.close()
    return file.getvalue()


def _write_lists(book: Any, fields: Sequence[Field]) -> dict[int, str]:
    """The sheet of words for the drop-downs; where the words of a column stand."""
    listed = [(index, one) for index, one in enumerate(fields) if one.choices]
    if not listed:
        return {}
    sheet = book.add_worksheet(LIST_SHEET)
    places = {}
    for at, (index, one) in enumerate(listed):
        sheet.write_string(0, at, f"可选：{one.heading}")
        sheet.set_column(at, at, 22)
        for line, word in enumerate(one.choices, 1):
            sheet.write_string(line, at, word)
        letters = column_letters(at)
        places[index] = f"={LIST_SHEET}!${letters}$2:${letters}${len(one.choices) + 1}"
    sheet.hide()
    return places


def _restrict(sheet: Any, index: int, one: Field, words: str | None) -> None:
    """What may be typed below a heading, as far as a spreadsheet can say."""
    rule: dict[str, Any] | None = None
    if words or one.type == "是或否":
        rule = {"validate": "list", "source": words or ["是", "否"], "error_title": "请从下拉里选"}
    elif one.type == "年份":
        rule = {"validate": "integer", "criteria": "between", "minimum": 1900, "maximum": 2999,
                "error_title": "请填四位年份"}  # fmt: skip
    if rule is not None:
        rule |= {"error_type": "warning", "error_message": one.hint or "不在可选的词里", "ignore_blank": True}
        sheet.data_validation(2, index, _ROWS, index, rule)


def _write_help(book: Any, register: Register, fields: Sequence[Field], styles: dict[str, Any]) -> None:
    sheet = book.add_worksheet(HELP_SHEET)
    lines = (
        f"登记簿：{register.name}（{register.id}）", f"权威来源：{register.source}", f"用途：{register.purpose}",
        f"更新：{register.refresh}",
        "同一件事的判断：" + "、".join(_key_names(register)) + " 都相同；登记过的会提示相同或变动，不会重复登记。",
        "带 * 的必填；示例行不导入，可以删去；不要合并单元格。",
    )  # fmt: skip
    for line, text in enumerate(lines):
        sheet.write_string(line, 0, text, styles["plain"])
    top = len(lines) + 1
    widths = (24, 8, 12, 44, 60)
    for index, heading in enumerate(("列", "必填", "类型", "怎么填", "可选的词")):
        sheet.write_string(top, index, heading, styles["heading"])
        sheet.set_column(index, index, widths[index])
    for line, one in enumerate(fields, top + 1):
        choices = "、".join(one.choices[:60]) + (f" 等 {len(one.choices)} 个" if len(one.choices) > 60 else "")
        cells = (f"〔{one.heading}〕", "是" if one.required else "", one.type, one.hint, choices)
        for index, text in enumerate(cells):
            sheet.write_string(line, index, text, styles["wrap"])


def _key_names(register: Register) -> list[str]:
    names = {column.id: column.name for column in (*BASE_COLUMNS, *register.columns)}
    return ["主体" if name == "party_id" else names[name] for name in key_columns(register)]
