"""The stable codes of errors (E-) and warnings (W-), each with one line in Chinese and in English.

`python -m innocity.core.error_codes > docs/errors.md` writes the reference page. Packages above core
declare their own codes with `innocity.core.errors.register_codes`.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A code with its one-liners."""

    code: str
    zh: str
    en: str


_TABLE: dict[str, tuple[str, str]] = {
    # values
    "E-MONEY-FORMAT": ("看不懂的金额", "an amount of money cannot be read"),
    "E-MONEY-UNIT": ("金额没有写单位", "an amount has no unit"),
    "E-MONEY-DECIMALS": ("金额不足一分", "an amount is finer than a fen"),
    "E-RATE-FORMAT": ("看不懂的比例", "a rate cannot be read"),
    "E-RATE-ABOVE-ONE": ("比例超过百分之百", "a rate is above one"),
    "E-DATE-FORMAT": ("看不懂的日期", "a date cannot be read"),
    "E-YEAR-FORMAT": ("看不懂的年份", "a year cannot be read"),
    "E-YEARS-FORMAT": ("看不懂的年份区间", "a span of years cannot be read"),
    "E-PERIOD-FORMAT": ("看不懂的时期", "a year, month or day cannot be read"),
    "E-NUMBER-FORMAT": ("看不懂的数值", "a plain decimal cannot be read"),
    "E-PERIOD-ORDER": ("止期早于起期", "a period ends before it starts"),
    "E-BOOLEAN-FORMAT": ("看不懂的是否", "a boolean cannot be read"),
    "E-INTEGER-FORMAT": ("看不懂的整数", "an integer cannot be read"),
    "E-SHARE-WEIGHTS": ("分配的权重不能用", "weights for sharing out are unusable"),
    "E-SHARE-SUM": ("份额之和不是一", "shares do not add to one"),
    "E-CANONICAL-TYPE": ("不能写成规范文本的值", "a value has no canonical text"),
    # glossary and citations
    "E-GLOSSARY-FORMAT": ("词表的写法不对", "a glossary is written wrongly"),
    "E-GLOSSARY-DUPLICATE": ("词表中编号重复", "a glossary holds an id twice"),
    "E-CITATION-UNKNOWN": ("引用了不存在的文件或条目", "a citation names an unknown document or article"),
    # YAML and files
    "E-FILE-MISSING": ("文件不存在", "a file does not exist"),
    "E-FILE-ENCODING": ("文件不是 UTF-8 编码", "a file is not UTF-8"),
    "E-FILE-TOO-LARGE": ("文件过大", "a file is too large"),
    "E-YAML-SYNTAX": ("YAML 语法错误", "YAML syntax error"),
    "E-YAML-DUPLICATE-KEY": ("同一个键写了两次", "a key stands twice"),
    "E-YAML-ALIAS": ("锚点与别名过多", "too many anchors and aliases"),
    "E-YAML-DEPTH": ("嵌套过深", "nesting too deep"),
    "E-YAML-TAG": ("不接受自定义标签", "tags are not accepted"),
    "E-YAML-TOP": ("文件顶层结构不对", "the top level of a file has the wrong shape"),
    # packs
    "E-CITY-UNKNOWN": ("找不到这个城市", "the city is not found"),
    "E-CITY-PARENT": ("找不到上级包", "a parent pack is not found"),
    "E-CITY-CIRCLE": ("上级包互相引用成环", "parents form a circle"),
    "E-CITY-REMOVE": ("要删除的项目不存在", "`remove` names what does not exist"),
    "E-PACK-FIELD": ("字段的写法不对", "a field is written wrongly"),
    "E-PACK-UNKNOWN-FIELD": ("不认识的字段", "an unknown field"),
    "E-PACK-MISSING-FIELD": ("缺少必填字段", "a required field is missing"),
    "E-PACK-DUPLICATE-ID": ("编号重复", "an id stands twice"),
    "E-PACK-ID": ("编号的写法不对", "an id is written wrongly"),
    "E-PACK-FILE-NAME": ("文件名与编号不一致", "the file name differs from the id"),
    "W-PACK-FILE-NAME": ("文件名与编号不一致", "the file name differs from the id"),
    "E-PACK-REGISTER": ("引用了不存在的登记簿", "an unknown register"),
    "E-PACK-COLUMN": ("引用了登记簿中没有的列", "an unknown column"),
    "E-PACK-COLUMN-TYPE": ("列的类型不合用途", "a column has the wrong type for its use"),
    "E-PACK-CODE-LIST": ("引用了不存在的代码表", "an unknown code list"),
    "E-PACK-CODE": ("代码表中没有这个代码", "an unknown code"),
    "E-PACK-CLAUSE": ("引用了不存在的条款", "an unknown clause"),
    "E-PACK-INDICATOR": ("引用了不存在的指标", "an unknown indicator"),
    "E-PACK-TARGET": ("引用了不存在的目标", "an unknown target"),
    "E-PACK-TASK": ("引用了不存在的任务", "an unknown task"),
    "E-PACK-MEASURE": ("单位与指标的单位不能换算", "a unit cannot be converted to the indicator's"),
    "E-PACK-REFERENCE": ("引用了不存在的编号", "an unknown id"),
    "E-PACK-CIRCLE": ("引用成环", "references form a circle"),
    "E-PACK-UNIT": ("引用了不存在的责任单位", "an unknown responsible unit"),
    "E-PACK-PAYER": ("引用了不存在的出资方", "an unknown payer"),
    "E-PACK-DOCUMENT": ("引用了不存在的文件", "an unknown document"),
    "E-DOCUMENT-FRONT-MATTER": ("文件开头的说明不对", "the front matter is wrong"),
    "E-DOCUMENT-HEADING": ("条目标题的写法不对", "an article heading is written wrongly"),
    "E-DOCUMENT-SPAN": ("条目的位置区间不对", "the span of an article is wrong"),
    "E-DOCUMENT-FENCE": ("围栏的写法不对", "a fence is written wrongly"),
    "E-DOCUMENT-FENCE-KIND": ("不认识的围栏种类", "an unknown kind of fence"),
    "E-OBSERVATIONS-ENCODING": ("观测值文件的编码读不出", "observations.csv is neither UTF-8 nor GB18030"),
    "E-OBSERVATIONS-COLUMN": ("观测值文件的表头不对", "the heading of observations.csv is wrong"),
    "E-OBSERVATIONS-ROW": ("观测值文件的行不成表格", "a row of observations.csv does not fit its heading"),
    "E-OBSERVATIONS-DUPLICATE": ("观测值重复", "an observation stands twice"),
    # check
    "E-CHECK-PROMISE": ("文件的承诺没有条款承载", "a promise is carried by no fence"),
    "E-CHECK-TARGET": ("文件的目标没有着落", "a target of a document is carried by nothing"),
    "E-CHECK-FACT": ("文件的数据没有着落", "a figure of a document is carried by nothing"),
    "E-CHECK-TASK": ("文件的任务没有着落", "a task of a document is carried by nothing"),
    "E-CHECK-SOURCE": ("原文与登记的不一致", "the original differs from what is recorded"),
    "E-CHECK-LITERAL": ("数额不见于所引条目的原文", "a number does not occur in the cited article"),
    "E-CHECK-GLOSSARY": ("词表缺词", "a term is missing from the glossaries"),
    "E-CHECK-CASES": ("条款的用例不足", "a clause has too few cases"),
    "E-CHECK-ORIGIN": ("算例没有用例承载", "a worked example is carried by no case"),
    "W-CHECK-PROMISE": ("条款引用了清单以外的承诺", "a fence names a promise outside the list"),
    "W-CHECK-ORIGIN": ("引用了清单以外的编号", "an origin names what the list does not have"),
    "W-CHECK-FIGURE": ("观测值不见于所引的原文", "an observed figure does not occur in the cited text"),
    "W-CHECK-SOURCE": ("没有原文可供核对", "no original to check against"),
    "W-CHECK-RATE": ("比例超过百分之百", "a rate is above one"),
    "E-CHECK-LIST": ("核对清单读不出", "a checklist cannot be read"),
    "W-CHECK-CAP": ("上限永远不起作用", "a cap can never bind"),
    "W-CHECK-UNREACHABLE": ("档次永远用不到", "a ladder case is unreachable"),
    "W-CHECK-OVERLAP": ("同一承诺的条款重叠而无组或关系", "clauses of one promise overlap, unrelated"),
    "W-CHECK-EXPIRED": ("引用的文件已失效", "the cited document has expired"),
    # facts
    "E-LITERAL-TYPE": ("字面值的类型不对", "a literal has the wrong type"),
    "E-FACTS-FOLDER": ("事实文件夹不存在或不完整", "the facts folder is missing or incomplete"),
    "E-FACTS-MANIFEST": ("事实清单不对", "the manifest of facts is wrong"),
    "E-FACTS-HASH": ("事实与清单的摘要不符", "facts differ from the hash in the manifest"),
    "E-FACTS-REGISTER": ("事实文件不属于任何登记簿", "a facts file belongs to no register"),
    "E-FACTS-COLUMN-MISSING": ("事实文件缺列", "a facts file lacks a column"),
    "E-FACTS-COLUMN-EXTRA": ("事实文件有多余的列", "a facts file has a column too many"),
    "E-FACTS-ROW": ("事实文件的行不成表格", "a row of a facts file does not fit its heading"),
    "E-FACTS-TYPE": ("事实的类型不对", "a fact has the wrong type"),
    "E-FACTS-VALUE": ("事实的值超出范围", "a fact is out of range"),
    "E-FACTS-CODE": ("事实的代码不在代码表中", "a fact has an unknown code"),
    "E-FACTS-REQUIRED": ("必填的事实缺失", "a required fact is missing"),
    "E-FACTS-PERIOD": ("失效日期早于生效日期", "a fact ends before it begins"),
    "E-FACTS-DUPLICATE": ("事实编号重复", "a fact_id stands twice"),
    "E-FACTS-ENCODING": ("事实文件的编码读不出", "a facts file is neither UTF-8 nor GB18030"),
    "E-FACTS-EXISTS": ("目标文件夹已存在", "the target folder exists already"),
    "W-FACTS-EMPTY": ("登记簿没有行", "a register has no rows"),
    "W-FACTS-CODE": ("事实的代码不在代码表中", "a fact has an unknown code"),
    # decisions of people against computed bounds
    "E-DECISION-ABOVE-CEILING": ("核定额超过上限", "a decided sum is above its ceiling"),
}

CODES: dict[str, Code] = {code: Code(code, zh, en) for code, (zh, en) in _TABLE.items()}


def reference_page() -> str:
    """All codes declared so far as a Markdown table, ordered by code.

    >>> reference_page().splitlines()[0]
    '# Error codes'
    """
    lines = ["# Error codes", ""]
    lines += ["Generated by `python -m innocity.core.error_codes`. `E-` stops the work, `W-` warns.", ""]
    lines += ["| code | 说明 | meaning |", "|---|---|---|"]
    lines += [f"| `{c.code}` | {c.zh} | {c.en} |" for c in sorted(CODES.values(), key=lambda c: c.code)]
    return "\n".join(lines) + "\n"


def load_all() -> None:
    """Import every module of the program, so that all codes are declared."""
    package = importlib.import_module("innocity")
    for module in pkgutil.walk_packages(package.__path__, "innocity."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


if __name__ == "__main__":
    load_all()
    # Run as a script this file exists twice; the imported copy is the one others register in.
    page: str = importlib.import_module("innocity.core.error_codes").reference_page()
    sys.stdout.write(page)
