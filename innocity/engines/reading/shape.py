"""The shape of a benefit: cases, caps, base, payers, gate, strength, made of its promised numbers."""

from __future__ import annotations

import re

from innocity.engines.reading.awards import Award, levels
from innocity.engines.reading.flow import Flow
from innocity.engines.reading.halves import instalments
from innocity.engines.reading.lexicon import GATES, PAYERS, STRENGTH, first_of
from innocity.engines.reading.model import Amount, Benefit
from innocity.engines.reading.numbers import sums
from innocity.engines.reading.subject import measure, subject, thresholds, trigger, trigger_kind

_HEADS = (
    "中心|基地|站|分站|实验室|孵化器|空间|集群|载体|园区|研究院|平台|"
    "共同体|示范区|工作室|试验区|驿站|加速器|联盟|产业园|科技园"
)
_NAMED = re.compile(rf"^(?:对|凡|新)?[^,。;、]{{2,40}}(?:{_HEADS})$")
_BEHIND = re.compile(
    r"(?:的|,|一次性|分别|各|市财政|市级财政|市级|财政|按照?|给予|奖励|补助|资助|不超过|最高|上级|省拨|支持|资金|额|"
    r"每[家个人项件]|比例|再|企业(?=$|给予|和)|当年|参照|其|单品种|三年内|发放|补贴|年度|地方财政贡献|每年|每月)*+$"
)
_PER = re.compile(
    r"每(?:(?:人|家|个|项|件|户|台|年|月|次|篇|名|亩|吨|套|增加|新增|成功|前移|提高|引进|培育)[^,。;0-9]{0,12}){1,2}"
)
_GIVEN = re.compile(r"(?:分别|一次性|给予|按照?|最高|不超过|奖励|补助|补贴|资助|支持|发放|可?享受)[^,。;]*$")
_LEADS_IN = re.compile(
    r"^.*(?:认定为|认定的|批准的|批准为|备案为|备案的|获得|获批为?|列入|入选|升级为|设立的?|评定为|评为|新建|对|凡|新|为|评选一批|年度)"
)
_STACKING = (
    ("exclusive", re.compile(r"不再?重复(?:享受|奖励|支持|补助|资助|计算)|就高不就低|从高不重复|不[得能](?:同时|重复)"
                             r"|择其?[一高](?:项|享受|执行|支持)")),
    ("net", re.compile(r"补足|补差|差额")),
    ("stacks", re.compile(r"基础上|的同时|除[^,]{2,20}外|叠加")),
)  # fmt: skip
_YEARS = r"[0-9一二三四五六七八九十两]{1,3}年"
_PERIOD = re.compile(
    rf"自[^,。;]{{2,24}}起,?(?:的?{_YEARS}(?:之?内|时间)?|至20[0-9]{{2}}年[^,。;]{{0,8}}?[底止日])|连续{_YEARS}|(?<![0-9])[前首]{_YEARS}"
    rf"|(?:政策)?有效期内|20[0-9]{{2}}年(?:[0-9]{{1,2}}月)?(?:[0-9]{{1,2}}日)?(?:至|—|-)20[0-9]{{2}}年(?:[0-9]{{1,2}}月)?(?:[0-9]{{1,2}}日)?|{_YEARS}内"
)
LONGEST_GIVING = 20  # characters between 分别 and the first number
_SINGLE = re.compile(r"单(?:个|家|户|一|项)[^,。;]{1,12}(?:最高|不超过)")


def shaped(doc: Flow, start: int, end: int, found: list[Award]) -> Benefit:
    """A benefit made of a piece of the flow and the promised numbers in it."""
    text = doc.text[start:end]
    roles = {a.role for a in found}
    amounts = _amounts(doc.text, start, end, found)
    shape, rule = _shape(text, found, roles, amounts)
    a, b = doc.span(start, end)
    wanted = trigger(text)
    return Benefit(
        a, b, rule, subject=subject(text), trigger=wanted, trigger_kind=trigger_kind(wanted or text),
        shape=shape, amounts=tuple(amounts), gate=first_of(GATES, text),
        payers=tuple(p for p in PAYERS if p in text), force="entitlement",
        strength=tuple(w for w in STRENGTH if w in text),
        thresholds=_unpaid(thresholds(text), amounts),
        instalments=instalments(doc.text[start : _end_of(doc.text, end)]),
        stacking=stacking(doc.text[start : _end_of(doc.text, end)]),
        period=period(doc.text[_begin_of(doc.text, start) : end]),
    )  # fmt: skip


def stacking(text: str) -> str | None:
    """How a promise goes with others: `exclusive`, `net` of what they paid, or it `stacks`.

    >>> stacking("奖励20万元,就高不就低"), stacking("补足差额至50万元"), stacking("在省奖励基础上再奖励5万元")
    ('exclusive', 'net', 'stacks')
    """
    return next((kind for kind, pattern in _STACKING if pattern.search(text)), None)


def period(text: str) -> str | None:
    """Since when and how long a promise holds, where it says so.

    >>> period("自2024年1月1日起三年内,每年奖励5万元"), period("连续5年给予补贴"), period("2024年度奖励5万元")
    ('自2024年1月1日起三年内', '连续5年', None)
    """
    m = _PERIOD.search(text)
    return m[0] if m else None


def _unpaid(said: tuple[str, ...], amounts: list[Amount]) -> tuple[str, ...]:
    """Conditions with a number, without the limits of what is paid (累计不超过100万元)."""
    paid = {v for a in amounts for v in (a.value_yuan, a.cap_yuan) if v is not None}
    return tuple(t for t in said if not (found := [n.value for n in sums(t)]) or not paid.issuperset(found))


def _begin_of(text: str, start: int) -> int:
    """The beginning of the sentence: since when may stand before who is meant."""
    floor = max(0, start - 60)
    return max(floor, 1 + max(text.rfind(mark, floor, start) for mark in "。;\n"))


def _end_of(text: str, end: int) -> int:
    """The end of the sentence: in what parts a sum is paid may stand behind it."""
    stop = re.compile(r"[。;\n]").search(text, end, end + 80)
    return stop.start() if stop else end


def _amounts(text: str, start: int, end: int, found: list[Award]) -> list[Amount]:
    rated = any(a.number.kind == "rate" and a.role == "rate" for a in found)
    fixed = any(a.role == "value" and not a.most for a in found)
    result: list[Amount] = []
    plain: list[Award] = []
    ladder = "分别" in text[start:end] or len([a for a in found if a.role == "value"]) > 1
    first_values = not (rated or fixed)
    for a in found:
        limits = a.role == "value" and a.most
        own = limits and first_values and _joins(text, plain, a) and not _SINGLE.search(text[start : a.number.start])
        if limits and not own:
            result.append(Amount(cap_yuan=a.number.value, cap_per=_per(text, start, a), mode="max"))
        else:
            plain.append(a)
    return _cases(text, start, end, plain, ladder) + result


def _joins(text: str, plain: list[Award], a: Award) -> bool:
    """Whether a sum that is only a limit is a case of its own, not the limit of sums before it."""
    if not plain:
        return True
    between = text[plain[-1].number.end : a.number.start]
    return (
        not re.match(r"^[^0-9]{0,40},(?:同一|单个|每家|每年|累计|最高|年|总额|合计)", between)
        or "的" in between.partition(",")[2][:10]
    )


def _cases(text: str, start: int, end: int, plain: list[Award], ladder: bool) -> list[Amount]:
    """Each promised number as an amount, times the named objects that all get it."""
    result: list[Amount] = []
    floor = start
    groups: list[list[Award]] = []
    for a in plain:
        if (groups and a.number.start - groups[-1][-1].number.end <= 2 and a.role == groups[-1][-1].role) or (
            groups and a.number.start == groups[-1][-1].number.start
        ):
            groups[-1].append(a)
        else:
            groups.append([a])
    for group in groups:
        words = text[floor : group[0].number.start]
        names = _names(words, len(group))
        if len(group) == 2 and text[group[0].number.end : group[1].number.start] in ("—", "~", "-", "至", "到"):
            names = ["下限", "上限"]
        if len(group) == 1:
            again = max(levels(text[floor : group[0].number.end]), len(names))
            alone = None if names or len(plain) < 2 else _lone(words)
            for n in range(again):
                result.append(_amount(text, floor, group[0], names[n] if names else alone))
        else:
            result += [_amount(text, floor, a, names[n] if n < len(names) else None) for n, a in enumerate(group)]
        floor = group[-1].number.end
    return result


def _names(words: str, wanted: int) -> list[str]:
    """Names of the cases in the words before the numbers; for one number only where each is an object named."""
    each = words.rfind("分别")
    body = _BEHIND.sub("", words[:each] if wanted > 1 and 0 < each >= len(words) - LONGEST_GIVING else words)
    body = body[max(body.rfind(c) for c in ",。;元%:)") + 1 :] if wanted == 1 else body
    if wanted == 1:
        items = body.split("、")
        items[0] = re.sub(
            r"^.*?(?:认定为|获批为?|新设立的|认定的|获批的?|批准为|建设的|设立的|列为|备案为|评为)", "", items[0]
        )
        return items if len(items) > 1 and all(_NAMED.match(i) for i in items) else []
    pieces = [p for p in re.split(r"[、,]|(?<=[级奖企业])和|或|及", body) if p]
    if len(pieces) < wanted:
        pieces = [p for p in re.split(r"[、,和或及]", body) if p]
    if len(pieces) < wanted:
        return []
    names = pieces[-wanted:]
    if names[0][-1] in "特一" and re.match(r"[二三四](?:$|等)", names[1]):
        return [f"{n[-1] if k == 0 else n[0]}等奖" for k, n in enumerate(names)]
    names[0] = re.sub(_LEADS_IN, "", names[0]) or names[0]
    level = re.compile(r"^(国家级?|省级?|市级?|县级?)")
    return [m[1] if n < wanted - 1 and (m := level.fullmatch(p)) else p for n, p in enumerate(_short(names))]


def _lone(words: str) -> str | None:
    """The name of a case that has a number of its own: 成套装备最高奖励, 重新认定的减半.

    >>> _lone("经认定的装备,成套装备最高奖励"), _lone(",重新认定的")
    ('成套装备', '重新认定')
    """
    body = _BEHIND.sub("", words)
    name = re.sub(r"^(?:对于?|凡|其中|元|万元|奖励|补助|补贴)+", "", re.split(r"[,;。:()]", body)[-1])
    return name.removesuffix("的") if 2 <= len(name) <= 30 else None


def _short(names: list[str]) -> list[str]:
    """国家级, 省级技术创新中心的 -> 国家级, 省级: what follows the level belongs to all."""
    if all(re.match(r"^(?:国家|省|市|县|区|[一二三]等|特等)", n) for n in names):
        cut = [re.match(r"^(?:国家级?|省级?|市级?|县级?|区级?|[一二三特]等奖?)", n) for n in names]
        if all(cut) and any(len(n) <= 3 for n in names[:-1]):
            return [m[0] for m in cut if m]
    return [re.sub(r"的$", "", n) for n in names]


def _amount(text: str, floor: int, a: Award, case: str | None) -> Amount:
    mode = "max" if a.most else "about" if a.number.about else "fixed"
    before = text[floor : a.number.start]
    derived = text[a.number.start : a.number.end] if a.half else None
    if a.number.kind == "sum":
        cap = a.number.value if a.role == "budget" and a.most else None
        return Amount(case, a.number.value, cap_yuan=cap, per=_per(text, floor, a), mode=mode, derived=derived)
    return Amount(case, rate=a.number.value, base=measure(before), mode=mode, derived=derived)


def _per(text: str, floor: int, a: Award) -> str | None:
    near = text[max(floor, a.number.start - 30) : a.number.start]
    every = list(_PER.finditer(near))
    return _GIVEN.sub("", every[-1][0]) if every else None


def _shape(text: str, found: list[Award], roles: set[str], amounts: list[Amount]) -> tuple[str, str]:
    """(shape, rule)."""
    if "share" in roles:
        return "split", "benefit-split"
    if "budget" in roles:
        return "budget_pool", "benefit-budget"
    if re.search(r"取(?:较|其)?(?:小|低)|就低", text):
        return "min_of_two", "benefit-rate"
    if "rate" in roles:
        if re.search(r"风险(?:补偿|补助|资金)|损失", text):
            return "risk_compensation", "benefit-rate"
        matching = any(a.number.kind == "rate" and text and a.number.value == 1 for a in found) or "配套" in text
        return ("matching", "benefit-matching") if matching else ("proportional", "benefit-rate")
    if re.search(r"每(?:人)?(?:每)?月", text):
        return "monthly", "benefit-monthly"
    if re.search(r"每(?:成功|新增|增加|前移|引进|培育|提高|获|超|孵化|新)", text) and re.search(
        r"每[^,]{0,24}[0-9一]", text
    ):
        return "per_unit", "benefit-per-unit"
    sums_ = [a for a in amounts if a.value_yuan is not None]
    if len(sums_) > 1:
        return "ladder", "benefit-ladder"
    return "fixed", "benefit-limit" if found[0].most else "benefit-sum"
