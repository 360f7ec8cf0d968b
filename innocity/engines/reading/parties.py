"""Who a subject means: names of one meaning made one, several names taken apart."""

from __future__ import annotations

import re

#: One name for each kind of party, and the other names that the language has for it, the longest first.
_NAMES: tuple[tuple[str, str], ...] = (
    ("高新技术企业", r"国家级?高新技术企业|高企"),
    ("科技型企业", r"科技类企业|科技企业"),
    ("中小企业", r"中小微企业|小微企业"),
    ("规上企业", r"规模以上(?:工业)?企业|规上工业企业|限上企业"),
    ("高校", r"普通高等学校|高等院校|高等学校|大专院校|普通高校|本科院校|院校|大学"),
    ("科研院所", r"科学研究机构|科研机构|科研单位|研究院所|研究机构|研发机构|院所|研究院|研究所"),
    ("孵化器", r"科技企业孵化器|企业孵化器|孵化载体|孵化机构"),
    ("县区", r"县\(市、区\)|各?县市区|各?区县市|各?区市县|各?区市|各?县区|各?区县|各?市县|县级(?:市|政府)|区|县"),
    ("技术转移机构", r"技术转移(?:示范|服务|专业)机构"),
    ("服务机构", r"中介(?:服务)?机构|中介组织"),
    ("人才", r"外籍人才|人才个人|专家人才"),
    ("个人", r"自然人|本人"),
    ("社会组织", r"社会团体|行业协会|协会|商会|学会"),
    ("银行", r"合作银行|商业银行|金融机构|贷款银行"),
    ("农户", r"种植户|养殖户|种粮大户"),
    ("合作社", r"农民专业合作社|专业合作社"),
)  # fmt: skip
_KNOWN = tuple((name, re.compile(rf"(?:{others}|{name})$")) for name, others in _NAMES)
#: Whoever builds, carries out, holds or won something: paid where that something is said to be.
_HOLDERS = (
    (
        re.compile(r"(?:建设|承建|共建|依托|牵头|参建|建站|设站|组建|运营|认定)(?:单位|机构|主体|企业|方)$|^单位$"),
        re.compile(
            r"(?:中心|基地|实验室|工作站|分站|孵化器|空间|集群|载体|园区?|平台|共同体|示范区|工作室|驿站|加速器|联盟|星创天地|联合体)$"
        ),
    ),
    (
        re.compile(r"(?:承担|实施|申报|牵头|完成|承接|揭榜|发榜)(?:单位|机构|企业|主体|方|人)$"),
        re.compile(r"(?:项目|课题|工程|攻关|成果)$"),
    ),
    (re.compile(r"(?:举办|主办|承办|组织)(?:单位|方|机构)$"), re.compile(r"(?:大赛|赛事|活动|展会|会议|论坛)$")),
    (re.compile(r"(?:获奖(?:单位|者|人|个人)|完成单位|完成人)$"), re.compile(r"(?:奖|奖项|项目|成果)$")),
)
_APART = re.compile(r"[、,;/]|(?<=[业校所位构心台队才者地器户行])(?:和|及|与|或者|或|以及)(?=[^,。;]{2})")
_LEVEL = re.compile(
    r"^(?:国内外|境内外|省级以上|市级以上|国家级?|[我本全]?[市县区省国](?:级|内|外)|各级各类|各类|各级|符合条件的?|有条件的?|优秀的?"
    r"|(?:首次|新|经)?(?:认定|获批|备案|入选|评定|列入|设立|批准|建设|引进|确定)[为的]?|相关|有关|其他|所在|入库|单个|每[家个])++"
)


def parties(words: str) -> tuple[str, ...]:
    """The parties that a subject names, each by its one name.

    >>> parties("国内外知名高等院校、科研机构"), parties("县(市、区)"), parties("企业(付款方)")
    (('知名高校', '科研院所'), ('县区',), ('企业',))
    """
    kept = re.sub(r"县\(市、?区\)", "县区", words)
    kept = re.sub(r"\([^()]*\)|[“”‘’《》]", "", kept)
    kept = re.sub(r"获[^,。;]{0,16}奖(?:者|人|项目|单位|个人|团队)$", "获奖者", kept)
    found = (_one(piece.strip()) for piece in _APART.split(kept))
    return tuple(dict.fromkeys(name for name in found if name))


def _one(piece: str) -> str:
    bare = piece.rpartition("的")[2] or piece
    bare = _LEVEL.sub("", bare) or bare
    for name, pattern in _KNOWN:
        m = pattern.search(bare)
        if m:
            return f"{bare[: m.start()]}{name}"
    return bare


def same_parties(one: str, two: str) -> bool:
    """Whether two subjects mean the same: each party of the shorter list stands in the longer.

    What is built, carried out, held or won stands for whoever does so; of alternatives (甲/乙) one will do.

    >>> same_parties("省级重点实验室", "建设单位"), same_parties("区市", "各县(市、区)"), same_parties("企业", "银行")
    (True, True, False)
    >>> same_parties("“相关单位”(企业或高校)", "高校"), same_parties("企业/人才", "人才")
    (True, True)
    """
    return any(_same(a, b) for a in _alternatives(one) for b in _alternatives(two))


def _alternatives(words: str) -> list[str]:
    inside = re.findall(r"\(([^()]{2,30})\)", words)
    kept = [p for i in inside for p in re.split(r"或者?", i) if not re.fullmatch(r"[省市县区、]+", p)]
    return [words, *words.split("/"), *kept]


def _same(one: str, two: str) -> bool:
    a, b = sorted((parties(one), parties(two)), key=len)
    return bool(a) and (alike(one, two) or all(any(_alike(x, y) for y in b) for x in a))


def _alike(one: str, two: str) -> bool:
    return alike(one, two) or any(
        holder.search(x) and held.search(y) for x, y in ((one, two), (two, one)) for holder, held in _HOLDERS
    )


def alike(one: str, two: str) -> bool:
    """Whether the shorter of two names stands in the longer for the greater part.

    >>> alike("高新技术企业", "首次认定的高新技术企业"), alike("企业", "银行")
    (True, False)
    """
    a, b = ({re.sub(r"[^\w]", "", s)[i : i + 2] for i in range(max(1, len(s) - 1))} for s in (one, two))
    return bool(a and b) and len(a & b) >= 0.6 * min(len(a), len(b))
