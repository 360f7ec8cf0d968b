"""Figures with units: what is measured, how much, and the words that make it more or less."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from innocity.engines.reading.lexicon import UNIT
from innocity.engines.reading.numbers import NUMBER, number

_FIGURE = re.compile(
    rf"(?<![0-9A-Za-z.—+“])(?<![0-9],)(?P<n>{NUMBER})(?:(?P<to>[—~至到-])(?P<n2>{NUMBER}))?(?P<some>[余多])?(?P<unit>{UNIT})(?P<some2>[余多])?(?P<unit2>[家个项件名人次位]|"
    rf"场次)?"
)
_MORE = re.compile(r"^(?:\([^)]{1,6}\))?(?:的?[^,。;、0-9]{0,3}?)?(?P<w>以上|左右|以内|以下)")
_GROWTH = re.compile(
    r"(?:年均增长|年均增速|增长率?|增速|增幅)(?:率|速度)?(?:达到?|保持在?|不低于|超过|稳定在|在|约|为)*+$"
)
_DELTA = re.compile(r"(?:每年|年均|分别)?(?:增加|提高|提升|新增|净增|降低|下降|压减)(?:约|了|到)?$")
_OVER = re.compile(r"(?:突破|超过|高于|多于|大于|(?<![不高])超)$")
_FLOOR = re.compile(r"(?:不低于|不少于|至少|不小于)(?:[^,。;0-9]{0,4})$")
_CEILING = re.compile(r"(?:不超过|不高于|控制在|不大于|少于|低于)$")
_AHEAD = re.compile(r"(?:进入|跻身|跃居|挤进|位居|位列|进到|升至|提升至|提升到|保持在?|稳居)[^,。;0-9]{0,8}前$")
_ABOUT = re.compile(r"(?:约|大约|大概)$")
_LINK = re.compile(
    r"(?:力争|努力|争取|确保|预期|累计|总数|总量|数量|规模|比例|比重|均|分别|稳步|稳定|保持|"
    r"力求|可|将|再|进一步|全面|基本)*"
    r"(?:达到?|突破|超过?|发展到|增长到?|提高到?|提升到?|增加到?|扩大到|不低于|不少于|至少|"
    r"不超过|控制|稳定在|保持在|维持在|实现|约|为|在|至|到|新增|有)*+$"
)
_LEAD_IN = re.compile(
    r"^(?:其中|力争|争取|确保|并|同时|全市|全县|全区|全省|可|另外|还|重点|"
    r"到?“?十[四五]五”?末?|(?:到|至)?20[0-9]{2}年(?:底|末)?(?:前)?|"
    r"[0-9一二三五十]{1,2}年内|未来[0-9一二三五]年|每年|累计|年内|首批)++"
)
_VERB = re.compile(
    r"(?:新增|培育|引进|建设好?|建成|打造|创建|实施|储备|遴选|聘请|培养|发展|认定|新建|组建|"
    r"集聚|攻克|完成|开展|布局|召开|举办|孵化|设立|选派|培训|突破|推广|改造|形成|安排|实现|"
    r"还有)+$"
)
_OWNS = re.compile(r"^(?:全市|共|已|先后|拥有|现有|引进|培育|获评|获批|建有|汇聚|集聚|新增|累计|实施|设有|创建了?)+")
_STRUCT = re.compile(r"(?:等|共|围绕|聚焦|分为|第|这|的|连续|持续|近|每|约|在)$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: places in the piece, indicator, operator, value, unit, and whether it only counts parts."""

    start: int
    end: int
    indicator: str
    operator: str
    value: float | tuple[float, float]
    unit: str
    more: str | None
    approx: str | None
    structural: bool


def figures(text: str) -> list[Figure]:
    """The figures of a part of a sentence.

    >>> [(f.indicator, f.operator, f.value, f.unit) for f in figures("甲企业、乙企业分别达到2500家、1600家")]
    [('甲企业', '>=', 2500, '家'), ('乙企业', '>=', 1600, '家')]
    >>> [(f.indicator, f.operator, f.value) for f in figures("建设100家技术转移机构")]
    [('技术转移机构', '>=', 100)]
    """
    found: list[Figure] = []
    matches = [m for m in _FIGURE.finditer(text) if not _not_a_figure(text, m)]
    floor = 0
    for k, m in enumerate(matches):
        stop = matches[k + 1].start() if k + 1 < len(matches) else len(text)
        found.append(_figure(text, floor, m, stop))
        floor = m.end()
    return _paired(text, found)


def _not_a_figure(text: str, m: re.Match[str]) -> bool:
    after = text[m.end() : m.end() + 3]
    if m["unit"] == "个" and re.match(r"工作日|月|小时|学时|自然日", after):
        return True
    if m["unit"] == "年" and (len(m["n"]) == 4 or after[:1] in "内前后来底末时度期发创"):
        return True
    if (
        m["unit"] in ("年", "天", "工作日", "期", "号", "批", "层", "部", "种", "类", "门", "对", "成")
        and not m["unit2"]
    ):
        return True
    return (
        text[m.start() - 1 : m.start()] == "第" or after.startswith("月") or (m["unit"] in "个条" and after[:1] == "月")
    )


def _figure(text: str, floor: int, m: re.Match[str], stop: int) -> Figure:
    before, after = text[floor : m.start()], text[m.end() : stop]
    more = _MORE.match(after)
    word = more["w"] if more else None
    value: float | tuple[float, float] = number(m["n"])
    if m["to"] and m["n2"]:
        value = (number(m["n"]), number(m["n2"]))
    operator = _operator(before, word, m["unit"], isinstance(value, tuple))
    tail = after[more.end() :] if more else after
    approx = (
        m["some"] or m["some2"] or word or next((w for w in ("超过", "近", "不足", "约") if before.endswith(w)), None)
    )
    unit = m["unit"] + (m["unit2"] or "") if m["unit"] in ("万", "亿") else m["unit"]
    counts = _STRUCT.search(before) is not None and operator == ">=" and word is None
    if (counts and before.endswith("等")) or (operator == ">=" and "元" in unit and before.endswith(("安排", "列支"))):
        operator = "="
    return Figure(m.start(), m.end(), _indicator(before, tail), operator, value, unit, word, approx, counts)


def _operator(before: str, word: str | None, unit: str, span: bool) -> str:
    if span:
        return "range"
    if unit in ("位", "名") and _AHEAD.search(before):
        return "<="
    if _GROWTH.search(before):
        return "growth>="
    if word == "左右" or _ABOUT.search(before):
        return "≈"
    if "百分点" in unit and _DELTA.search(before):
        return "delta>="
    if _FLOOR.search(before):
        return ">="
    if _CEILING.search(before) or word in ("以内", "以下"):
        return "<="
    return ">" if _OVER.search(before) and word is None else ">="


def _indicator(before: str, tail: str) -> str:
    """The thing measured: before the figure, or behind it where a verb stands before."""
    head = _LEAD_IN.sub("", before.lstrip("、和及"))
    bare = _LINK.sub(
        "", re.sub(r"(?:年均增长率?|年均增速|增长率?|增速|每年增加|每年提高|增加|提高)[^,0-9]{0,4}$", "", head)
    )
    verb = _VERB.search(head)
    if verb or not bare:
        name = re.match(r"^[^,。;、和0-9]{1,40}", tail.lstrip("的"))
        if name:
            return name[0]
    return _OWNS.sub("", bare) or bare or before


def _paired(text: str, found: list[Figure]) -> list[Figure]:
    """甲、乙分别达到1家、2家: each figure its own name."""
    if found and text.startswith("分别"):
        return [replace(f, operator=found[0].operator) for f in found]
    m = re.search(r"^(?P<names>[^,。;]{2,80}?)分别", text)
    if not m or len(found) < 2 or found[0].start < m.end():
        return found
    names = re.split(r"[、和及]", _LEAD_IN.sub("", m["names"]))[-len(found) :]
    if len(names) != len(found):
        return found
    return [replace(f, indicator=n, operator=found[0].operator) for f, n in zip(found, names, strict=True)]
