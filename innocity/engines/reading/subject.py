"""For whom and for what: the subject and the trigger of a benefit, and the measure of a rate."""

from __future__ import annotations

import re

from innocity.engines.reading.lexicon import TRIGGERS, first_of

#: Words with which the promise itself begins; what stands before them says for whom and for what.
GIVING = (
    r"(?:一次性|分别|按照?|参照|依照|给予|予以|择优|每家|每[个项人件年]|最高|可|再|由|从|当年|全额|奖励(?!的)|补助|补贴|资助|"
    r"市财政|市级财政|财政|单品种|三年内|连续|优先|配套|发放|实行|采取|提供|享受|“?一事一议)"
)
_TO = re.compile(
    r"(?:^|,|。|:)(?:其中|同时|另外|并|再)?(?:对于?|凡(?!例)|为)(?!接|标|外)(?P<s>[^,。;]{2,44}?)"
    rf"(?=的?(?:,|$)|的?{GIVING}|等方式)"
)
_URGED = re.compile(
    r"(?:^|,)(?:鼓励|支持|引导|推动)(?P<s>[^,。;]{0,24}?(?:企业|高校|院所|单位|机构|团队|平台|园区|载体|个人|人才|项目|银行|协会))"
)
_PLAIN = re.compile(rf"^(?:经)?(?P<s>[^,。;]{{2,44}}?)(?=的?(?:,|$)|的?{GIVING})")
_ACTOR = re.compile(
    r"^(?P<s>(?:[^,。;的]{0,10})(?:企业|高校院所|高校|科研院所|单位|机构|团队|银行|保险公司|平台|园区|载体|个人|博士后|人才|"
    r"导师|项目))(?=[^,。;的、]{2,40}(?:的|,))"
)
_NO_SUBJECT = re.compile(r"^(?:每|按|给予|最高|累计|其中|上述|此|该|[0-9])")
_FIGURED = re.compile(
    r"[^,。;]{0,24}?(?:达到?|超过|突破|满|不低于|不少于|高于|低于|首次达到?|投资|增加)[^,。;0-9]{0,6}"
    r"[0-9][0-9,.]*(?:万亿|亿|万)?(?:美元|欧元|日元|港元|元|家|人|个|项|件|亩|%|年|平方米|吨)[^,。;]{0,6}?(?:以上|以下|以内)?"
)
_MEASURE = re.compile(
    r"(?:^|,|:|[0-9]年|的?给予|按照?|参照|依照|不超过|最高|对|其|部分按)(?:其|按照?|参照|给予|对|企业(?=.{2}))*"
    r"(?P<b>[^,。;:按0-9]{2,28}?)(?:的|额度的)?(?:给予|最高|不超过|约|予以|全额)?$"
)


def subject(text: str) -> str | None:
    """Who is paid, in the words of the text; None where nobody is named.

    >>> subject("对在主板上市的企业奖励400万元"), subject("经评审立项的领军团队,给予200万元资助")
    ('在主板上市的企业', '评审立项的领军团队')
    >>> subject("企业在境外设立研发机构,年研发投入超过200万欧元的,给予100万元补助")
    '企业'
    >>> subject("鼓励企业参加境外展会,对展位费给予50%补贴"), subject("按50%给予补助")
    ('企业', None)
    """
    urged = _URGED.search(text[:80])
    if urged and urged.start() == 0:
        return urged["s"]
    for pattern in (_TO, _ACTOR, _PLAIN):
        m = pattern.search(text)
        if m and not _NO_SUBJECT.match(m["s"]):
            return m["s"].strip("“”,") or None
    return urged["s"] if urged else None


def trigger(text: str) -> str | None:
    """What must have happened: all that stands before the words of giving.

    >>> trigger("对首次认定的企业,一次性奖励20万元"), trigger("最高奖励20万元")
    ('对首次认定的企业', None)
    """
    m = re.search(rf"^[^。;]{{2,160}}?(?=,?{GIVING})", text)
    return m[0].rstrip(",").removesuffix("的") if m and not _NO_SUBJECT.match(m[0]) else None


def trigger_kind(text: str) -> str | None:
    """What sort of event it is (认定, 备案, 获奖, ...); to get a loan is no prize.

    >>> trigger_kind("首次认定为高新技术企业"), trigger_kind("获得质押贷款的企业"), trigger_kind("获得中国专利金奖")
    ('认定', None, '获奖')
    """
    kind = first_of(TRIGGERS, text)
    if kind == "获奖" and not re.search(r"获[^,。;]{0,30}(?:奖|称号|荣誉|名次|[一二三]等)", text):
        return first_of(tuple(t for t in TRIGGERS if t[1] != "获奖"), text)
    return kind


def thresholds(text: str) -> tuple[str, ...]:
    """Conditions with a number, sums in foreign money among them.

    >>> thresholds("累计投资额达到300万美元以上的外资研发中心,给予150万元奖励")
    ('累计投资额达到300万美元以上',)
    """
    return tuple(m[0] for m in _FIGURED.finditer(text) if not re.search(r"奖励|补助|给予|补贴|资助|最高", m[0]))


def measure(words: str) -> str | None:
    """What a rate is taken of, from the words right before it.

    >>> measure("对使用共享仪器的企业,按使用费的"), measure("前2年按其年度地方财政贡献的"), measure("给予")
    ('使用费', '年度地方财政贡献', None)
    """
    m = _MEASURE.search(words[-60:])
    if not m or re.fullmatch(r"(?:.{0,2}给予|奖励|补助|比例|标准|比例给予|[^\u4e00-\u9fff]+)", m["b"]):
        return None
    return m["b"]
