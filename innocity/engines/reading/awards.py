"""Which numbers of a clause are promised: sums, rates and caps apart from thresholds and figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby

from innocity.engines.reading.numbers import Number, rates, sums

_VERB = (
    "给予|奖励|奖补|补助|补贴|资助|配套|支持|扶持|发放|拨付|授予|享受|"
    "兑现|补偿|贴息|奖|报销|返还|补足|补差|减免|给付|提供|追加|加发"
)
_GIVES = re.compile(rf"(?:{_VERB})[^,。;]{{0,26}}$")
_GIVEN = re.compile(
    r"^\)?[^,;。0-9]{0,16}(?:奖励|奖补|补助|补贴|资助|支持|扶持|奖金|津贴|资金|经费|配套|补偿|贴息|安家费|券|补足)"
)
#: A sum right before a verb with a sum of its own is the line from which that other sum is paid.
_LINE = re.compile(
    rf"^(?:\([^)]{{1,8}}\))?(?:及)?(?:以上|以下|以内)?的?(?:一次性|每[家户个年])*(?:{_VERB})[^,;。、和(0-9]{{0,6}}[0-9][0-9.,]*[万亿]?元"
)
_LOAN = re.compile(r"(?:贷款|授信|担保)(?:额度)[^,。;]{0,24}$")
_STEP = re.compile(r"每(?:增加|超过?|提高|新增|满|达到?)[^,。;0-9]{0,6}$")
_UNTIL_NOW = re.compile(r"(?:由|从)[^,。;0-9]{0,12}$")
_RISES = re.compile(r"^(?:/[^,。;]{1,4})?(?:统一)?(?:提高|上调|调整|增加|提升|降低)(?:至|到|为)")
_ROSE = re.compile(
    r"(?:补助|补贴|奖励|资助|标准|额度)[^,。;]{0,30}(?:提高|上调|调整|增加|提升)(?:至|到|为)(?:每[家个项件人户])?$"
)
_OWN_SHARE = re.compile(r"自[缴筹担负付]|缴[费纳]|费率|利率不")
_OVER = re.compile(r"^(?:\([^)]{1,8}\))?(?:人民币)?(?:及|\(含\))?(?:以上|以下|以内|之间|的?部分|起)")
_LIMIT = re.compile(
    rf"(?:最高|最多|上限|封顶|不超过|不高于|不得超过|不突破|控制在|限额|以内)(?:额|额度|金额|"
    rf"为|是|可|达|不超过|不高于|不得超过|每年)*"
    rf"(?:人民币|{_VERB}|累计|合计|总额)*[^,。;0-9]{{0,6}}$"
)
_LIMITED = re.compile(r"^(?:\)|为)?(?:封顶|为限|为上限|以内|的?(?:最高)?上限)")
_MEASURE = re.compile(
    r"(?:达到?|超过|突破|满|不低于|不少于|高于|大于|低于|投资|投入|融资|收入|产值|成交额|"
    r"交易额|合同额|营收|资本|净资产|纳税|税收"
    r"|获得|获|实缴|销售额|规模|总额|费用|在)(?:首次|累计|合计|总额|额|首次超过|首次突破|[^,。;给奖补最0-9]{0,3})$"
)
_SHARE_MEASURE = re.compile(
    r"(?:达到?|(?<!不)超过|(?<!不)高于|增长|增加|提高|增幅|不低于|不少于|低于|占比|占|比重|"
    r"降低|下降|完成)[^,。;不0-9]{0,4}$"
)
_BURDEN = re.compile(r"(?:负担|承担|分担)")
_BUDGET = re.compile(
    r"(?:财政|每年|年度|连续[^,]{1,5}|预算)[^,。;]{0,16}(?:安排|列支|统筹|筹集|设立|预算)[^,。;0-9]{0,20}$"
    r"|(?:设立|组建|成立)[^,。;0-9]{0,24}(?:规模|总额|总规模|额度)[^,。;0-9]{0,6}$"
    r"|(?:安排|列支)[^,。;0-9]{0,14}资金[^,。;0-9]{0,8}$|(?:发放|投放)[^,。;0-9]{0,8}券[^,。;0-9]{0,6}$"
)
_SET_UP = re.compile(r"(?:设立|组建|成立|筹集|建立)(?:总规模|规模|总额|首期|不低于|不少于|约)*$")
_FUND = re.compile(r"^的?[^,。;0-9]{0,14}(?:基金|资金|专项)")
_RAISED = re.compile(
    r"(?:补助|补贴|奖励|支持|资助|配套|奖补|贴息|补偿)(?:标准|比例)?(?:提高|上浮|增加|调整)[^,。;0-9]{0,3}$"
)
_WHOLE = re.compile(r"全额(?:给予|补助|补贴|资助|奖励|报销|返还|支持|减免)|(?:给予|予以)全额")
_PAST = re.compile(
    r"(?<![对经])已(?:经)?(?:累计|投入|安排|发放|兑现|拨付|获)|累计(?:安排|投入|发放|兑现|"
    r"拨付|投资|争取)|全年(?:共|累计)?(?:兑现|发放(?!消费券)|投入|安排)|20[0-9]{2}年(?:全年|以来)?(?:共|累计)?(?:兑现|发放|拨付|争取)|"
    r"(?:去年|上年|上一年度|今年以来)[^,。;]{0,14}(?:兑现|发放|投入|安排|拨付|争取)|共(?:发放|兑现)|"
    r"近[一二三四五两]年[,已累]|发放[^,。;]{0,14}贷款|先后|争取到|撬动|带动[^,。;]{0,12}(?:投资|资金|贷款|资本|投入|消费)[^,。;]{0,6}[0-9]"
)
_GIVEN_SHARE = re.compile(r"^的?(?:资金)?(?:支持|补助|补贴|奖励|资助)")
_PAID = re.compile(
    r"(?:后|时|首期|二期|首次|先|再)(?:拨付|支付|兑付|发放)(?:[^,。;0-9给补奖]{0,4}资金)?(?:剩余|其余|余下)?(?:的)?$"
)
_TAX = re.compile(r"税率|加计扣除|税前扣除|所得税[^,]{0,6}(?:减|征)")


@dataclass(frozen=True, slots=True)
class Award:
    """A number that is promised: `role` value | cap | rate | share | budget; `most` where only a limit is known."""

    number: Number
    role: str
    most: bool = False
    half: bool = False  # not printed: half of a number that is


def awards(text: str, start: int, end: int, promised: bool = False) -> list[Award]:
    """Promised numbers of a clause of the flow; `promised`: words before have said that what follows is given.

    >>> [(a.number.value, a.role, a.most) for a in awards("对产值5亿元以上的给予最高50万元奖励", 0, 19)]
    [(500000, 'value', True)]
    >>> t = "按合同额的5%给予补助"
    >>> [(a.number.value, a.role) for a in awards(t, 0, len(t))]
    [(0.05, 'rate')]
    >>> [a.number.value for a in awards("省重点实验室100万元", 0, 11, promised=True)]
    [1000000]
    """
    clause = text[start:end]
    if _PAST.search(clause):
        return []
    found = _promised_sums(text, start, end, promised) + _promised_rates(text, start, end, promised)
    return sorted(found, key=lambda a: a.number.start)


def _runs(text: str, numbers: list[Number]) -> list[list[Number]]:
    """Numbers that stand side by side (100万元、50万元和20万元)."""
    runs: list[list[Number]] = []
    for n in numbers:
        if runs and re.fullmatch(r"(?:\(含\))?(?:[、和或及与/至—~-]{0,2}|以及)", text[runs[-1][-1].end : n.start]):
            runs[-1].append(n)
        else:
            runs.append([n])
    return runs


def _promised_sums(text: str, start: int, end: int, promised: bool) -> list[Award]:
    found: list[Award] = []
    for run in _runs(text, sums(text, start, end)):
        before, after = (
            text[max(start, run[0].start - 44) : run[0].start],
            text[run[-1].end : min(end, run[-1].end + 24)],
        )
        limit = bool(_LIMIT.search(before) or _LIMITED.search(after))
        if _LINE.match(after) or _LOAN.search(before) or _is_step(before, after):
            continue
        if _OVER.match(after) and not (limit and re.match(r"以内(?!的?部分)", after)):
            continue
        given = bool(_GIVES.search(before) or _GIVEN.match(after))
        if (
            _BUDGET.search(before)
            or (_SET_UP.search(before) and _FUND.match(after))
            or (found and found[0].role == "budget" and text[run[0].start - 1] == "(")
        ):
            found += [Award(n, "budget", limit) for n in run]
        elif limit:
            found += [Award(n, "value", True) for n in run]
        elif (
            _ROSE.search(before)
            or ((given or promised) and not (_MEASURE.search(before) and not _GIVEN.match(after)))
            or re.search(r"(?:标准为?|每人每月|每月|每人|每家|每年|每个|每项|定额)[^,。;0-9]{0,6}$", before)
        ):
            found += [Award(n, "value") for n in run]
    return found


def _is_step(before: str, after: str) -> bool:
    """每增加500万元奖励…, 由5000元提高至…: the sum by which is counted, or that was paid until now."""
    return bool(_STEP.search(before) or (_UNTIL_NOW.search(before) and _RISES.match(after)))


def _promised_rates(text: str, start: int, end: int, promised: bool) -> list[Award]:
    clause = text[start:end]
    found: list[Award] = []
    if _TAX.search(clause):
        return found
    gives = re.search(rf"{_VERB}|比例|按照?", clause)
    for run in _runs(text, rates(text, start, end)):
        before, after = (
            text[max(start, run[0].start - 30) : run[0].start],
            text[run[-1].end : min(end, run[-1].end + 24)],
        )
        most = bool(re.search(r"不超过|不高于|最高|以内|上限", before[-14:]))
        if re.match(r"^的?(?:比例)?[,]?分[^,。;]{1,4}(?:拨付|兑付|兑现|发放|支付)", after) or _PAID.search(before):
            continue
        if (text[end - 1] == "的" and not re.search(_VERB, clause)) or _OWN_SHARE.search(before[-12:]):
            continue
        if re.search(r"应(?:奖励|补助|享受)(?:总)?额的?$|(?:奖励|补贴|补助)总额的?$", before) and len(run) > 1:
            continue
        if re.match(r"^[^,。;0-9]{0,8}(?:用于|作为|归)", after) or (
            _BURDEN.search(clause) and not re.search(r"损失", before)
        ):
            found += [Award(n, "share") for n in _shares(text, run)]
        elif _OVER.match(after) or (
            not _RAISED.search(before) and _SHARE_MEASURE.search(before) and not most and not _GIVEN_SHARE.match(after)
        ):
            continue
        elif gives or most or promised:
            found += [Award(n, "rate", most) for n in run]
    for m in _WHOLE.finditer(clause):
        found.append(Award(Number(start + m.start(), start + m.end(), 1, "rate"), "rate"))
    return found


def _shares(text: str, run: list[Number]) -> list[Number]:
    """Shares of a burden; 按6:4 gives 0.6 and 0.4."""
    first = run[0]
    pieces = text[first.start : first.end].split(":")
    if len(pieces) < 2:
        return run
    values = [float(p) for p in pieces]
    return [Number(first.start, first.end, round(v / sum(values), 6), "rate") for v in values if sum(values)]


def levels(text: str) -> int:
    """How many levels pay alike: 省、市两级各 -> 2.

    >>> levels("市县两级财政各负担50%"), levels("给予50%")
    (2, 1)
    """
    m = re.search(r"([两三四])级[^,。;]{0,4}各", text)
    return {"两": 2, "三": 3, "四": 4}[m[1]] if m else 1


def distinct(found: list[Award]) -> dict[str, list[Award]]:
    """Awards by role, in their order.

    >>> distinct([])
    {}
    """
    ordered = sorted(found, key=lambda a: a.role)
    return {role: list(group) for role, group in groupby(ordered, key=lambda a: a.role)}
