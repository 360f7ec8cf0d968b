"""Targets whose number is no digit: 百名, 千亿级, 倍增, 若干, 一次, 全覆盖, 争创, and phases with a deadline."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innocity.engines.reading.numbers import han

Value = float | tuple[float, ...] | None


@dataclass(frozen=True, slots=True)
class Worded:
    """What words say: operator, value, unit, the thing they speak of, and the rule that read them."""

    rule: str
    operator: str
    value: Value
    unit: str | None
    indicator: str
    year: str | None = None


_COUNTED = re.compile(
    r"(?P<n>[二三四五六七八九十]+)[强大条个类](?:[^,。;的]{0,6}(?P<chain>链)|[^,。;的]{2,10})[^,。;]{0,12}全覆盖"
)
_COVER = re.compile(r"(?:全覆盖|覆盖全部|全域覆盖|全部覆盖|“?清零”?行动)")
_PLACE = r"(?:示范区|示范市|示范城市|示范园区|试验区|试点城市|合格市|国家级[^,。;]{0,10}区|创新型城市|农高区|科技园区)"
_MILESTONE = re.compile(
    rf"争创|(?:创建|建成|升级)[^,。;]{{0,26}}{_PLACE}|(?:围绕|加快|推进)建设国家[^,。;]{{0,16}}(?:示范|试点|试验)"
    r"|争取(?:国家|省)[^,。;]{0,14}支持[^,。;]{0,8}(?:建立|建设|设立|布局)|(?:牵头|参与)[^,。;]{0,8}(?:全国|国家)"
    r"重点实验室重组|”创建工作"
)
_NO_AIM = re.compile(r"^按照|思路|为目标$|罚款|实现了|提出了|带头|联合体")
_LARGE = re.compile(r"(?P<n>[百千])亿级?(?:突破|规模)|达到(?P<m>[百千])(?P<u>[人家名])(?:规模|以上|左右)?")
_SOME = re.compile(r"(?:遴选|选派|培育|培养|引进|选聘)(?P<n>[百千])(?P<u>[名人家])")
_FEW = re.compile(r"(?:和|及|、)若干(?P<name>[^,。;、0-9]{2,16})")
_OFTEN = re.compile(r"至少(?:召开|开展|举办|组织|调度|通报)(?P<n>[一二三两四])(?P<u>次|场|期)")
_STEPS = re.compile(r"向(?P<steps>(?:[0-9]{1,4}亿|[百千]亿)(?:、(?:[0-9]{1,4}亿|[百千]亿)){1,4})(?:级)?(?:目标|规模)")
_SCHEME = re.compile(r"“?(?:(?P<n>[百千])亿(?:级)?|(?P<twice>倍增))(?:工程|计划|行动)”?")
_CIRCLE = re.compile(r"(?P<n>[0-9]{1,3})(?P<u>分钟|小时|公里)[^,。;”]{0,12}圈")
_ONCE = re.compile(r"“[^”]{1,4}(?P<n>[一二三两])(?P<u>次)”为上限")
_MANY = re.compile(r"更多(?P<name>企业|[^,。;]{2,10})(?:进入|入围|跻身)[^,。;]{0,16}(?:百强|十强|行列|榜单)")
_SORTS = re.compile(r"等(?P<n>[二三四五六七八九]?十[一二三四五六七八九]?)条(?P<name>[^,。;]{2,16})")
#: A number of things that nobody counts, told by what each must reach: 培育一批年产值20亿元以上的企业.
_BATCH = re.compile(
    r"(?:培育|打造|建设|建成|引进|形成|壮大)一批(?P<name>[^,。;0-9]{0,10}[0-9][^,。;]{1,10}(?:以上|左右)的?[^,。;]{2,16})"
)
_PHASE = re.compile(r"阶段\((?:[^()]{0,16}?)(?P<y>20[0-9]{2})年(?P<m>[0-9]{1,2})月(?:底|份)?(?:前|止|之前)?\)")
_BECOME = re.compile(r"(?:基本|全面|初步)?(?:形成|建成|建立|确立|成型)(?!健全机制)")
_POWER = {"百": 100.0, "千": 1000.0}


def worded(text: str, striving: bool) -> list[Worded]:
    """Targets that a part of a sentence says in words; `striving`: it stands in a text of aims or work.

    >>> [(w.operator, w.value, w.unit) for w in worded("遴选百名青年人才", True)]
    [('≈', 100, '名')]
    >>> [(w.value, w.unit) for w in worded("实现八大产业集群检测平台全覆盖", True)]
    [(8, '个')]
    >>> [(w.operator, w.value) for w in worded("实施海洋种业“倍增计划”", True)]
    [('order', 2)]
    """
    if not striving or _NO_AIM.search(text):
        return []
    found = _numbers(text) + _loose(text)
    if not found and _COVER.search(text):
        counted = _COUNTED.search(text)  # all of so many: each of them is one
        if counted is not None:
            return [Worded("target-coverage", "=", han(counted["n"]) or 0, "条" if counted["chain"] else "个", text)]
        return [Worded("target-coverage", "=", 100, "%", text)]
    if not found and _MILESTONE.search(text):
        return [Worded("target-milestone", "milestone", None, None, text)]
    return found


def _numbers(text: str) -> list[Worded]:
    found = []
    for m in _LARGE.finditer(text):
        unit = m["u"] or "亿元"
        found.append(_word(">=" if m["n"] else "≈", _POWER[m["n"] or m["m"]], unit, text[: m.start()]))
    for m in _SOME.finditer(text):
        found.append(_word("≈", _POWER[m["n"]], m["u"], text[m.end() :]))
    for m in _OFTEN.finditer(text):
        found.append(_word(">=", han(m["n"]) or 1, m["u"], text[m.end() :]))
    for m in _CIRCLE.finditer(text):
        found.append(_word("<=", int(m["n"]), m["u"], m[0]))
    for m in _ONCE.finditer(text):
        found.append(_word("<=", han(m["n"]) or 1, m["u"], m[0]))
    for m in _SORTS.finditer(text):
        found.append(_word("=", han(m["n"]) or 0, "条", m["name"]))
    return found


def _loose(text: str) -> list[Worded]:
    found = [_word("order", None, "个", m["name"]) for m in _FEW.finditer(text)]
    for m in _STEPS.finditer(text):
        steps = tuple(_POWER[s[0]] if s[0] in _POWER else float(s[:-1]) for s in m["steps"].split("、"))
        found.append(_word("order", tuple(int(s) for s in steps), "亿元", text[: m.start()]))
    for m in _SCHEME.finditer(text):
        value, unit = (2.0, "倍") if m["twice"] else (_POWER[m["n"]], "亿元")
        found.append(_word("order", value, unit, text[: m.start()]))
    found += [_word("order", None, "个", m["name"]) for m in re.finditer(r"争创一批(?P<name>[^,。;]{2,20})", text)]
    found += [
        _word("order", None, "家" if m["name"].endswith("企业") else "个", m["name"]) for m in _BATCH.finditer(text)
    ]
    found += [_word("increase", None, "家", m["name"]) for m in _MANY.finditer(text)]
    for m in _PHASE.finditer(text):
        year = f"{m['y']}-{int(m['m']):02d}"
        found.append(Worded("target-phase", "milestone", None, None, text[: m.end()], year))
    return found


def _word(operator: str, value: Value, unit: str, indicator: str) -> Worded:
    rounded = int(value) if isinstance(value, float) and value == int(value) else value
    return Worded("target-words", operator, rounded, unit, indicator[-40:] or "")


def state(text: str) -> str:
    """What a sentence with a deadline but without figures aims at: `milestone` (something stands) or `qualitative`.

    >>> state("创新体系形成并高效运转"), state("创新能力进一步提升"), state("开展总结")
    ('milestone', 'qualitative', '')
    """
    if _BECOME.search(text):
        return "milestone"
    return "qualitative" if re.search(r"(?:进一步|显著|明显|持续|大幅)(?:提升|增强|提高|优化|改善|完善)", text) else ""
