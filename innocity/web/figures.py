"""Sums, days and counts as Chinese text writes them, said in English."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

_NUMBER = r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_TIMES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "万亿": 10**12}
_LARGE = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_NEAR = {
    "约": "about ", "近": "nearly ", "不足": "less than ", "超过": "more than ", "不低于": "at least ",
    "不少于": "at least ", "不超过": "at most ", "至多算": "counted up to ", "至多": "at most ", "至少": "at least ",
    "最高": "up to ", "每": "each ",
}  # fmt: skip
_PER = {"月": "a month", "年": "a year", "人": "a person", "家": "each", "项": "each", "个": "each", "件": "each",
        "天": "a day", "日": "a day"}  # fmt: skip
#: Measure words that English has a word for: one and several. Others only count.
_UNITS = {
    "天": ("day", "days"), "日": ("day", "days"), "个月": ("month", "months"), "年": ("year", "years"),
    "个工作日": ("working day", "working days"), "个百分点": ("percentage point", "percentage points"),
    "小时": ("hour", "hours"), "分钟": ("minute", "minutes"), "秒": ("second", "seconds"),
    "人": ("person", "people"), "次": ("time", "times"), "页": ("page", "pages"), "行": ("row", "rows"),
    "公里": ("km", "km"), "个年度": ("year", "years"), "个季度": ("quarter", "quarters"), "倍": ("times", "times"),
    "岁": ("year of age", "years of age"), "分": ("point", "points"), "字": ("character", "characters"),
}  # fmt: skip
_COUNTED = "家|类|项|个|件|名|位|条|笔|所|台|户|场|份|列|处|批|支|种|张|组|级|枚|座|级以上|段|格|回"
MEASURES = frozenset(_COUNTED.split("|"))
_EDGES = {"以上": " or more", "以下": " or less", "以内": " at most", "余": " odd", "多": " odd"}
_PART_OF_YEAR = {"底": "the end of ", "末": "the end of ", "初": "the beginning of ", "全年": "all of ",
                 "上半年": "H1 ", "下半年": "H2 "}  # fmt: skip
_BOUND = "|".join(_NEAR)

_SUM = re.compile(rf"(?P<near>{_BOUND})?(?P<number>{_NUMBER}) ?(?P<times>万亿|千万|百万|亿|万|千|百)?(?P<more>余|多)?元"
                  rf"(?:/(?P<per>{'|'.join(_PER)}))?(?P<edge>以上|以下|以内)?")  # fmt: skip
_COUNT = re.compile(rf"(?P<near>{_BOUND})?(?P<number>{_NUMBER}) ?(?P<times>万亿|千万|百万|亿|万)?(?P<more>余|多)?"
                    rf"(?P<unit>{'|'.join(sorted(_UNITS, key=len, reverse=True))}|{_COUNTED})?"
                    r"(?P<edge>以上|以下|以内)?")  # fmt: skip
_DAY = re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_MONTH = re.compile(r"([0-9]{4})年([0-9]{1,2})月(底|末)?")
_YEAR = re.compile(r"([0-9]{4})年(底|末|初|度|全年|上半年|下半年)?")
_QUARTER = re.compile(r"([0-9]{4})年(?:第)?([一二三四1-4])季度")
_SPAN = re.compile(rf"({_NUMBER})[–—~-]({_NUMBER})([^0-9].*)")
_DATED = re.compile(
    r"([0-9]{4}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?|第?[一二三四1-4]季度|[上下]半年)?(?:底|末)?)"
    r"(?:为)?((?:约|超过|近)?[-0-9].*)"
)
_PERCENT = re.compile(rf"(?P<near>{_BOUND})(?P<number>{_NUMBER}[%‰])(?P<edge>以上|以下|以内)?")
_EDGED = re.compile(rf"(?P<number>{_NUMBER}[%‰])(?P<edge>以上|以下|以内)")
#: Sums and days that stand by themselves in an English sentence, not inside Chinese and no part of a range or a day.
_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_LOOSE = re.compile(rf"(?<![{_HAN}0-9.,])(?<![0-9元年月日][–—~-])({_SUM.pattern}|{_DAY.pattern}|{_MONTH.pattern})"
                    rf"(?![0-9{_HAN}]|/[{_HAN}]|[–—~-][0-9])")  # fmt: skip


def figure(text: str) -> str | None:
    """A text that is one figure, in English; None where it is anything else.

    >>> [figure(t) for t in ("20万元", "1.2亿元", "5000元/月", "2023年12月31日", "2025年底", "305天", "12家")]
    ['CNY 200,000', 'CNY 120 million', 'CNY 5,000 a month', '2023-12-31', 'the end of 2025', '305 days', '12']
    >>> figure("5–10万元"), figure("2023年12家")
    ('CNY 50,000–100,000', '2023: 12')
    >>> [figure(t) for t in ("1年以上", "3天以内", "2026年以上", "3,45元", "-0元")]
    ['1 year or more', '3 days at most', None, None, 'CNY 0']
    >>> [figure(t) for t in ("不低于90%", "约1天", "27个以上", "高新技术企业", "2023年第3季度", "63,452人")]
    ['at least 90%', 'about 1 day', '27 or more', None, 'Q3 2023', '63,452 people']
    """
    for pattern, say in _KINDS:
        if found := pattern.fullmatch(text):
            return say(found)
    if found := _SPAN.fullmatch(text):
        least, most = figure(found[1] + found[3]), figure(found[2] + found[3])
        return f"{least}–{most.removeprefix('CNY ')}" if least and most else None
    if found := _DATED.fullmatch(text):
        day, rest = figure(found[1]), figure(found[2])
        return f"{day}: {rest}" if day and rest else None
    return None


def loose_figures(text: str) -> str:
    """An English sentence whose sums and days are in English too; those inside Chinese stay.

    >>> loose_figures("up to 20万元 by 2023年12月31日, 最高200万元奖励")
    'up to CNY 200,000 by 2023-12-31, 最高200万元奖励'
    >>> loose_figures("by 2023年12月31日前, 5–10万元")
    'by 2023年12月31日前, 5–10万元'
    """
    return _LOOSE.sub(lambda found: figure(found[0]) or found[0], text)


def _sum(found: re.Match[str]) -> str:
    value = _value(found)
    per = f" {_PER[found['per']]}" if found["per"] else ""
    return f"{_near(found)}CNY {_written(value)}{_edge(found)}{per}"


def _written(value: Decimal) -> str:
    for size, name in _LARGE:
        if abs(value) >= size and value % (size // 10_000) == 0:
            return f"{_plain(value / size)} {name}"
    return _plain(value)


def _plain(value: Decimal) -> str:
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text


def _count(found: re.Match[str]) -> str | None:
    value, unit = _value(found), found["unit"] or ""
    if unit == "年" and re.fullmatch("[12][0-9]{3}", found["number"]):
        return None if found["near"] or found["edge"] or found["more"] else found["number"]
    if not unit and not found["times"] and not found["near"] and not found["edge"]:
        return None
    written = _written(value) if found["times"] else found["number"]
    one, several = _UNITS.get(unit, ("", ""))
    word = one if value == 1 else several
    odd = _EDGES.get(found["more"] or "", "")
    return f"{_near(found)}{written}{odd}{' ' if word else ''}{word}{_EDGES.get(found['edge'] or '', '')}"


def _value(found: re.Match[str]) -> Decimal:
    return Decimal(found["number"].replace(",", "")) * _TIMES[found["times"] or ""]


def _near(found: re.Match[str]) -> str:
    return _NEAR.get(found["near"] or "", "")


def _edge(found: re.Match[str]) -> str:
    more = found["more"] if "more" in found.re.groupindex else ""
    return _EDGES.get(more or "", "") + _EDGES.get(found["edge"] or "", "")


def _day(found: re.Match[str]) -> str:
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _month(found: re.Match[str]) -> str:
    return f"{'the end of ' if found[3] else ''}{found[1]}-{int(found[2]):02}"


def _year(found: re.Match[str]) -> str:
    return _PART_OF_YEAR.get(found[2] or "", "") + found[1]


def _quarter(found: re.Match[str]) -> str:
    number = found[2] if found[2].isdigit() else str("一二三四".index(found[2]) + 1)
    return f"Q{number} {found[1]}"


def _share(found: re.Match[str]) -> str:
    return f"{_near(found) if 'near' in found.re.groupindex else ''}{found['number']}{_edge(found)}"


_KINDS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str | None]], ...] = (
    (_SUM, _sum), (_DAY, _day), (_QUARTER, _quarter), (_MONTH, _month), (_YEAR, _year), (_PERCENT, _share),
    (_EDGED, _share), (_COUNT, _count),
)  # fmt: skip
