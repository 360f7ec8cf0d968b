"""Which heading of an office's table stands for which column of a register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from innocity.actions.spreadsheet import Sheet, column_letters
from innocity.core.errors import ErrorList, Place
from innocity.packs.invalid import suggest
from innocity.packs.model import Column, Register
from innocity.packs.registers import all_columns

#: Headings that say whom a row is about when the party's own number is not given.
CODE, NAME, PERSON = "@code", "@name", "@person"
#: The heading that marks simulated rows.
SIMULATED = "@simulated"
CODE_HEADING, NAME_HEADING, PERSON_HEADING = "统一社会信用代码", "主体名称", "证件号码"
SIMULATED_HEADING = "数据性质"
REMEDY_HEADING = "错误与改法"
_PARTY = {
    CODE: (CODE_HEADING, "社会信用代码", "信用代码", "主体代码"),
    NAME: (NAME_HEADING, "企业名称", "单位名称", "机构名称"),
    PERSON: (PERSON_HEADING, "身份证号", "身份证号码", "证件号"),
    SIMULATED: (SIMULATED_HEADING,),
}
_PASSED_OVER = frozenset({"序号", "行号", REMEDY_HEADING, "版次"})
_UNITS = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
_SUGGESTED = 20  # unknown headings that are compared with known ones: it takes long
_TAIL = re.compile(r"[(（]([^()（）]*)[)）]$")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and what it stands for: a column of the register, or one of `@code` `@name` `@person` `@simulated`.

    `scale` is how many yuan a plain number counts for.
    """

    index: int
    text: str
    target: str
    column: Column | None = None
    scale: int = 1


def known_headings(register: Register, texts: Sequence[str]) -> int:
    """How many of the texts are headings of the register."""
    names = _names(register)
    return len({target for text in texts if text and (target := _target(text, names)[0])})


def read_headings(sheet: Sheet, register: Register, errors: ErrorList, place: Place) -> list[Heading]:
    """What each heading stands for. Errors: E-SHEET-HEADING with what was probably meant."""
    names = _names(register)
    columns = {column.id: column for column in all_columns(register)}
    found: dict[str, Heading] = {}
    for index, text in enumerate(sheet.headings):
        target, scale = _target(text, names)
        if target is None:
            if plain(text) not in _PASSED_OVER and (text or _filled(sheet, index)):
                words = [column.name for column in columns.values()]
                remedy = (
                    suggest(plain(text)[:40], set(words)) if len(errors) < _SUGGESTED else "改成模板里的表头，或删去"
                )
                errors.add(
                    "E-SHEET-HEADING",
                    f"表头“{text}”不是登记簿 {register.name} 的列" if text
                    else f"第 {column_letters(index)} 列没有表头，却有内容，不是登记簿 {register.name} 的列",
                    place, remedy, column=index,
                )  # fmt: skip
            continue
        if target in found:
            text = f"表头“{found[target].text}”与“{text}”指同一列"
            errors.add("E-SHEET-HEADING", text, place, "留下一列", column=index)
            continue
        found[target] = Heading(index, text, target, columns.get(target), scale)
    return list(found.values())


def plain(heading: str) -> str:
    """A heading without marks of required ones, line ends and full-width letters.

    >>> plain("* 认定日期（必填）"), plain("支付金额\\n（万元）")
    ('认定日期', '支付金额(万元)')
    """
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", heading)).strip("*")
    return re.sub(r"\((?:必填|选填|可不填|示例)\)", "", text)


def _names(register: Register) -> dict[str, str]:
    """Headings as they are compared, and what they stand for; columns of the register before words of ours."""
    names: dict[str, str] = {}
    for column in all_columns(register):
        names.setdefault(column.id, column.id)
    for column in all_columns(register):
        names.setdefault(plain(column.name), column.id)
    for target, words in _PARTY.items():
        if target == PERSON and register.about not in ("person", "any"):
            continue
        for word in words:
            names.setdefault(word, target)
    return names


def _target(text: str, names: dict[str, str]) -> tuple[str | None, int]:
    word = plain(text)
    if word in names:
        return names[word], 1
    tail = _TAIL.search(word)
    if tail and word[: tail.start()] in names:
        return names[word[: tail.start()]], _UNITS.get(tail[1].removeprefix("单位:"), 1)
    return None, 1


def _filled(sheet: Sheet, index: int) -> bool:
    return any(cell != "" and cell is not None for cell in sheet.columns[index])
