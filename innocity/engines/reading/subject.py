"""For whom and for what: the subject and the trigger of a benefit, and the measure of a rate."""

from __future__ import annotations

import re
from collections.abc import Iterator

from innocity.engines.reading.lexicon import TRIGGERS, first_of

#: Words with which the promise itself begins; what stands before them says for whom and for what.
GIVING = (
    r"(?:一次性|分别|按照?|参照|依照|给予|予以|择优|每家|每[个项人件年]|最高(?!科学)|可|再|由|从|当年|全额|奖励(?!的)|补助|补贴|资助|"
    r"市财政|市级财政|财政|单品种|三年内|连续|优先|配套|发放|实行|采取|提供|享受|“?一事一议)"
)
#: Last characters of the name of somebody, or of something with somebody behind it, that can be given money.
PARTY = (
    r"(?:企业|高校|院校|学校|院所|研究所|研究院|研究机构|机构|单位|团队|平台|中心|实验室|基地|园区|科技园|产业园|载体|孵化器|空间|"
    r"星创天地|农科驿站|工作站|分站|驿站|集群|联盟|联合体|共同体|示范区|个人|先进个人|人才|博士后|专家|人员|完成人|发明人|导师|特派员|经纪人|"
    r"项目|银行|保险公司|协会|组织|合作社|农场|主体|客户|用户|农户|大户|家庭|职工|青年|学生|毕业生|研究生|本科生|博士|硕士|教师|"
    r"技师|主办方|承办方|输出方|吸纳方|公司|总部|旅行社|景区|民宿|商户|区市|县\(市\)|县\(市、区\)|乡镇|街道|社区|村|示范企业|培育企业)"
)
_LISTED = rf"(?:\([^()]{{1,16}}\))?(?:[、和与及或][^,。;、和与及或的]{{1,16}}?{PARTY}(?:\([^()]{{1,16}}\))?)*+"
_TO = re.compile(
    r"(?:^|,|。|:)(?:其中|同时|另外|并|再|[省市县区]?级?财政)?(?:针?对于?|面向|凡(?!例)|为)(?!接|标|外)(?P<s>[^,。;]{2,44}?)"
    rf"(?=的?(?:,|$)|的?{GIVING}|等方式)"
)
#: A subject with a condition that holds commas: 对聚焦…领域,具有…前景的项目.
_TO_LONG = re.compile(
    rf"(?:(?:^|,)(?:对于?|凡(?!例))(?!接|标|外)[^。;]{{4,160}}?|^[^,。;]{{4,40}}?)的(?P<s>[^,。;的]{{0,14}}{PARTY}{_LISTED})(?=,|租|购|{GIVING})"
)
_GIVEN_TO = re.compile(
    rf"(?:给予|奖励|补助|资助)(?:其|相关)?(?P<s>(?!最高|每|一次|不超)[^,。;的0-9给补奖]{{0,12}}?{PARTY}{_LISTED})(?=[0-9不最一]|补|奖|资|配|$|(?:每年)|生活)"
)
_TOWARDS = re.compile(rf"向(?P<s>[^,。;]{{0,20}}?{PARTY})倾斜")
_URGED = re.compile(
    rf"(?:^|,)(?:积极|大力|持续|集中|靶向|优先)?(?:鼓励|支持|引导|推动|扶持|支持和鼓励)(?P<s>[^,。;]{{0,30}}?{PARTY}{_LISTED})"
)
_DRAWN = re.compile(
    rf"(?:吸引|引进|评选一批|评选|选取|遴选|加大对|向|将)(?P<s>[^,。;]{{0,40}}?{PARTY}{_LISTED})(?=来|到|入库|落户|等|,|$|倾斜|的|纳入|建)"
)
_MADE = re.compile(
    rf"(?:支持|吸引|引进|争取)[^,。;]{{0,24}}?(?:设立|建设|创建|建立|组建|试点)(?:了|一批)?(?P<s>[^,。;]{{0,24}}?{PARTY}{_LISTED})(?=,|$|建设)"
    rf"|开展(?P<t>[^,。;]{{0,24}}?{PARTY})(?=建设|认定|试点|创建)"
)
#: 加大对…的支持力度: whom it is for, whatever stands before it.
_MORE_FOR = re.compile(
    r"(?:新增|加大|增加|强化|加强|进一步加大)对(?P<s>[^,。;]{2,50}?)的?(?:创新|资金|财政|项目|政策|经费|信贷)?(?:支持|资助|扶持|奖励|补助|投入)"
    r"(?:和[^,。;]{2,4})?(?:力度)?$"
)
#: Where the words of giving name nobody: whom the rest of the promise speaks of.
_SPOKEN_OF = (
    re.compile(rf"(?:^|,)(?!对)(?P<s>[^,。;的、]{{0,10}}{PARTY})(?:牵头|参与|自行|独立|联合)[^,。;]{{2,8}}的"),
    re.compile(rf"(?:满足|助力|帮助|方便|赋予|委托|调动|带动|推动|实现)(?P<s>[^,。;“]{{0,16}}?{PARTY}{_LISTED})"),
    re.compile(rf"对(?P<s>[^,。;]{{0,16}}?{PARTY})(?:进行|实行|开展|实施)"),
    re.compile(rf"落实好?(?:支持|针对|促进)?(?P<s>[^,。;、]{{0,8}}?{PARTY})"),
    re.compile(r"(?:组织|试点|择优|支持[^,。;]{0,16})?实施(?P<s>[^,。;]{2,20}?项目)(?=[0-9,]|$)"),
    re.compile(rf"支持(?P<s>[^,。;]{{0,16}}?{PARTY})(?:的)?(?:建设|运营|发展)"),
    re.compile(rf"用于(?:奖励|资助|支持)?(?P<s>[^,。;]{{0,10}}?(?:完成人|{PARTY}))"),
    re.compile(rf"建立(?P<s>[^,。;、]{{0,12}}?{PARTY})[^,。;]{{0,12}}(?:资助|扶持|奖励|补助)机制"),
    re.compile(r"在(?P<s>[^,。;在]{0,6}(?:高新区|开发区|园区|县区|县市))[^,。;]{0,6}(?:排名|排位|评价|考核)"),
)
_PLAIN = re.compile(rf"^(?:经)?(?P<s>[^,。;]{{2,44}}?)(?=的?(?:,|$)|的?{GIVING})")
_ACTOR = re.compile(
    rf"^(?P<s>(?!对|凡|为|向|将|经|来|到|在|针对|面向|吸引|引进|支持|鼓励|引导|选取|遴选)(?:[^,。;的]{{0,10}}){PARTY})(?=[^,。;的、]{{2,40}}(?:的|,))"
)
_NO_SUBJECT = re.compile(
    r"^(?:每|定额|按|给予|最高|累计|其中|上述|此|该|[0-9]|[省市县区]?级?财政|[省市县两三]{1,2}级(?:财政|$)|实现|加大|加快|完善|深入|进一步|在|用好|以|把|市直|各?(?:有关|相关)部门|建立|集成|开展|综合|通过|并|仅|采取|采用|发展|打造|推动|围绕|研究(?!院|生|所|机构)|全面|奖金)"
)
_EVENT = re.compile(
    r"^(?:(?:首次|当年|年度|新|经|被|由|新设立|获得?|通过|已)*+(?:认定为?|获批为?|备案为?|评为|评定为?|评审立项|评审|确定为?|确定|批准设立|批准|批复|"
    r"设立|列入|纳入|入选|升级为|新增|立项|获评)(?:的)?)++"
)
#: 团队开展的项目: the project has somebody who does it.
_WORKS_ON = re.compile(rf"^(?P<s>[^,。;的]{{0,14}}{PARTY})(?:开展|实施|承担|牵头|申报|承接)的[^,。;的]{{0,12}}项目$")
_AND_SO_ON = re.compile(rf"^[^,。;]{{1,24}}等(?=[^,。;]{{1,14}}{PARTY}$)")
#: An event or a state, of somebody who is named before.
_STATE = re.compile(
    r"^(?:首次|成效|服务成效|绩效|考核|考评|评价|评估|验收|升级|获得|获奖|通过|达到|超过|符合|重新|再次|次年|连续|期满|年|每|同一|继续|"
    r"正常|参与|列入|入选|认定|被|省级以上|[国省市][家级]{1,2}$|按|监测|优秀|成果(?!转化)|产值|其)"
)
_DOES = re.compile(
    r"^(?:培育(?!企业)|引进(?!的)|孵化(?!器|载体|基地)|建设(?!单位|项目)|创建|新建|组织(?=.{4})|举办(?!单位|方)|促成|服务(?!机构|业|平台|中心|单位)|帮助|[^,]{2,8}(?:牵头|参与)(?:组建|建设)$)"
)
_ENDS = re.compile(rf"{PARTY}(?:\([^()]{{1,16}}\))?$")
_FIGURED = re.compile(
    r"[^,。;]{0,24}?(?:达到?|超过|突破|满|不低于|不少于|高于|低于|首次达到?|投资|增加)[^,。;0-9]{0,6}"
    r"[0-9][0-9,.]*(?:万亿|亿|万)?(?:美元|欧元|日元|港元|元|家|人|个|项|件|亩|%|年|平方米|吨)[^,。;]{0,6}?(?:以上|以下|以内)?"
)
_MEASURE = re.compile(
    r"(?:^|,|:|[0-9]年|的?给予|按照?|参照|依照|不超过|最高|对|其|部分按)(?:其|按照?|参照|给予|对|企业(?=.{2}))*"
    r"(?P<b>[^,。;:按0-9]{2,28}?)(?:的|额度的)?(?:给予|最高|不超过|约|予以|全额)?$"
)


def subject(text: str) -> str | None:
    """Who is paid, in the words of the text: the noun without its conditions. None where nobody is named.

    >>> subject("对在主板上市的企业奖励400万元"), subject("经评审立项的领军团队,给予200万元资助")
    ('企业', '领军团队')
    >>> subject("企业在境外设立研发机构,年研发投入超过200万欧元的,给予100万元补助")
    '企业'
    >>> subject("鼓励企业参加境外展会,对展位费给予50%补贴"), subject("按50%给予补助")
    ('企业', None)
    >>> subject("经批准举办的全国性赛事,按支出的30%给予主办方不超过200万元补助")
    '主办方'
    """
    more = _MORE_FOR.search(text)
    aided = bare(re.sub(r"^.*等(?=[^等]{2,20}$)", "", more["s"])) if more and not _NO_SUBJECT.match(more["s"]) else None
    if more and aided and re.search(r"(?:引导|鼓励|推动|支持)[^,。;]{2,30}$", text[: more.start()]):
        return aided  # 引导银行加大对…的支持: who is urged gives
    found = list(_candidates(text))
    named = [s for s in found if _ENDS.search(s)]
    return next(iter(named), None) or aided or next(_spoken_of(text), None) or next(iter(found), None)


def _spoken_of(text: str) -> Iterator[str]:
    for pattern in _SPOKEN_OF:
        m = pattern.search(text)
        if m and not _NO_SUBJECT.match(m["s"]):
            yield bare(m["s"])


def _candidates(text: str) -> Iterator[str]:
    """Possible subjects, the surest first: to whom it is given, for whom, who is urged, who acts."""
    for pattern in (_TOWARDS, _GIVEN_TO, _TO, _TO_LONG, _URGED, _ACTOR, _MADE, _DRAWN, _PLAIN):
        m = pattern.search(text)
        if m is None:
            continue
        name = bare(next(g for g in m.groups() if g is not None))
        if name and not _NO_SUBJECT.match(m["s"] if pattern not in (_MADE, _DRAWN) else name):
            yield name


def bare(words: str) -> str:
    """A subject without the words of its conditions.

    >>> bare("年代理专利超过100件的服务机构"), bare("认定为国家级技术创新中心"), bare("企业的研发中心")
    ('服务机构', '国家级技术创新中心', '研发中心')
    """
    name = re.sub(r"^(?:所在|其|单[个项家户](?=.{2}))", "", words.rpartition(":")[2].strip("“”,、"))
    name = re.sub(r"^获[得评](?=[^,。;]{2,30}称号$)", "", name)
    if m := _WORKS_ON.match(name):
        return m["s"]
    tail = name.rpartition("的")[2]
    if tail != name and len(tail) > 1 and _ENDS.search(tail):
        return _AND_SO_ON.sub("", tail)
    cut = _AND_SO_ON.sub("", _EVENT.sub("", re.sub(r"(?:等)?(?:称号|资质|荣誉)$", "", name)))
    return cut if len(cut) > 1 else name


def elided(words: str | None) -> bool:
    """Whether a subject is only an event or a state, so that somebody named before is meant.

    >>> elided("服务机构"), elided("成效显著"), elided(None)
    (False, True, True)
    """
    if words is None or _DOES.match(words):
        return True
    return _STATE.match(words) is not None and _ENDS.search(words) is None


def is_party(words: str | None) -> bool:
    """Whether a subject names somebody.

    >>> is_party("服务机构"), is_party("展位费"), is_party(None)
    (True, False, False)
    """
    return words is not None and _ENDS.search(words) is not None


def named_before(words: str) -> str | None:
    """The last one that the words before a promise name: 支持建设一批研究中心,.

    >>> named_before("支持建设一批市级临床医学研究中心,"), named_before("吸引院校设立技术转移机构,提供服务,")
    ('市级临床医学研究中心', '技术转移机构')
    """
    for pattern in (_MADE, _DRAWN, _URGED, _TO):
        every = [
            bare(name) for m in pattern.finditer(words) for name in m.groups() if name and not _NO_SUBJECT.match(name)
        ]
        every = [name for name in every if _ENDS.search(name)]
        if every:
            return every[-1]
    return None


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
