"""Who answers: brackets and sentences that name leading, responsible and cooperating units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innocity.engines.reading.lexicon import is_body
from innocity.engines.reading.sentences import closing, parts

_ROLE = r"(?:牵头|责任|主要责任|主责|主办|承办|协办|配合|协同配合|参加|参与|协同|协作|实施|落实|第一责任|分工|任务承担)"
_WHO = r"(?:单位|部门|处室|科室|股室|机构)"
_LABEL = re.compile(
    rf"(?P<role>{_ROLE})(?:责任)?{_WHO}?(?:和配合单位|\([^()]{{1,6}}\))?:"
    # what else stands among the labels: it names nobody
    r"|(?:(?:完成|办结|办理)?(?:时限|时间|期限|日期)|时间(?:节点|要求|安排|进度)|进度(?:要求|安排)|(?:责任|分管|牵头|包保|挂钩|联系)(?:市|县|区)?领导"
    r"|(?:责任|联系|牵头)人|预期(?:目标|成效)|工作目标|备注):"
)
_OPENS = rf"{_ROLE}(?:责任)?{_WHO}?(?:\([^()]{{1,6}}\))?:"
_BRACKET = re.compile(rf"[(〔【\[](?=(?:[^()〔〕【】:。;,\n]{{2,6}}:[^()〔〕【】:。;\n]{{1,24}};)?{_OPENS})")
_LINE = re.compile(rf"(?:(?<=\n)|(?<=。))(?={_ROLE}(?:责任)?{_WHO}(?:\([^()]{{1,6}}\))?:)")
_TAIL = re.compile(
    r"(?P<role>(?:分别|共同|联合|各自)?牵头(?:负责|组织实施|落实|督导)?|按(?:照)?(?:各自)?职责(?:分工)?(?:负责|落实|"
    r"分别负责)?|分工负责|(?:共同|具体|组织|分别)?负责(?:落实)?"
    r"|等?(?:积极|参与)?配合|参与|参加|协助|协同配合|(?:负责)?落实|(?:组织)?实施)$"
)
_TAILED = re.compile(
    r"[(〔](?=[^()〔〕。;\n]{2,12}(?:局|委|办|部|院|府|行|中心|会|协)[^。\n]{0,300}(?:负责|牵头|配合|参与|落实)"
    r"(?:[,。;][^()〔〕。;\n]{2,40})?。?[)〕])"
)
_BARE = re.compile(
    r"[(〔](?=(?:[^()〔〕。;\n]|\([^()〔〕。;\n]{1,20}\)|〔[^()〔〕。;\n]{1,20}〕){3,200}[)〕]。?(?:\n|$))"
)
#: A sentence that says who does it: 由市科技局负责, counted only where nothing else names units.
_BY = re.compile(r"由(?P<names>[^,。;:\n由]{3,80}?)(?P<role>(?:共同|分别|联合)?(?:牵头(?:负责)?|负责))(?=[,。;\n]|$)")
#: Remarks among the names: deadlines, 下同, who of them leads.
_REMARK = re.compile(
    r"[0-9一二三四五六七八九十]+(?:月|年|日)|年底|(?:完成|启动|开工|推进|办结|上线)$|^(?:长期|持续|全年)|下同|首位|第一(?:位|个)?的|排(?:名|在)|除标注"
)
_BRACKETED = re.compile(r"[(〔][^()〔〕]{0,60}[)〕]")
_LEAD = ("牵头", "主办", "第一")
_COOPERATE = ("配合", "协", "参")
LONGEST = 900


@dataclass(frozen=True, slots=True)
class Units:
    """A naming of units: place in the flow, and the names by role."""

    start: int
    end: int
    lead: tuple[str, ...] = ()
    responsible: tuple[str, ...] = ()
    cooperating: tuple[str, ...] = ()


def find_units(text: str) -> list[Units]:
    """All namings of units in a text of the flow.

    >>> u = find_units("做好。(牵头单位:市科技局;责任单位:市财政局、税务局,各区政府〔管委〕)。")[0]
    >>> u.lead, u.responsible
    (('市科技局',), ('市财政局', '税务局', '各区政府〔管委〕'))
    >>> find_units("做好。(市科技局牵头,市财政局、市人社局配合)")[0].cooperating
    ('市财政局', '市人社局')
    """
    found: list[Units] = []
    reached = 0
    for m in sorted(
        [*_BRACKET.finditer(text), *_LINE.finditer(text), *_TAILED.finditer(text), *_BARE.finditer(text)],
        key=lambda m: m.start(),
    ):
        if m.start() < reached:
            continue
        if m[0]:
            end = closing(text, m.start(), LONGEST)
            inside = (m.end(), end if end > 0 else _stop(text, m.end()))
            outer = inside[1] + 1 if end > 0 else inside[1]
        else:
            inside = (m.start(), _stop(text, m.start()))
            outer = inside[1]
        units = _read(text, inside[0], inside[1], m.start(), outer)
        reached = outer if units or inside[1] == outer else reached
        if units:
            found.append(units)
    return found


def said_units(text: str) -> list[Units]:
    """Units that a sentence says to answer for something, without a bracket or a label.

    >>> said_units("编制目录。由市科技局、市数据局负责,7月底前完成;由市财政局负责解释。")[0].responsible
    ('市科技局', '市数据局')
    """
    found = []
    for m in _BY.finditer(text):
        names = tuple(split_units(m["names"]))
        if names and all(is_body(n) for n in names):
            lead = _role(m["role"]) == "lead"
            found.append(Units(m.start(), m.end(), names if lead else (), () if lead else names))
    return found


def _stop(text: str, start: int) -> int:
    """Where an unclosed naming ends: its paragraph or sentence, with the labelled lines that follow at once."""
    ends = [e for e in (text.find("\n", start, start + LONGEST), text.find("。", start, start + LONGEST)) if e > 0]
    end = min(ends, default=min(len(text), start + LONGEST))
    while text[end : end + 1] == "\n" and end - start < LONGEST and _LABEL.match(text, end + 1):
        following = text.find("\n", end + 1, end + LONGEST)
        end = following if following > 0 else min(len(text), end + LONGEST)
    return end


def _read(text: str, start: int, end: int, outer_start: int, outer_end: int) -> Units | None:
    roles: dict[str, list[str]] = {"lead": [], "responsible": [], "cooperating": []}
    labels = list(_LABEL.finditer(text, start, end))
    first = labels[0].start() if labels else end
    named = any(label["role"] for label in labels)
    if not named or _TAIL.search(text[start:first].rstrip(",;")):
        told = _told(text, start, first, roles)
        if not told and not named:
            return None
    _labelled(text, labels, end, roles)
    if not any(roles.values()):
        return None
    return Units(
        outer_start, outer_end, *(tuple(dict.fromkeys(roles[r])) for r in ("lead", "responsible", "cooperating"))
    )


def _labelled(text: str, labels: list[re.Match[str]], end: int, roles: dict[str, list[str]]) -> None:
    """Names behind labels; a sentence that follows them names nobody."""
    for n, label in enumerate(labels):
        if not label["role"]:
            continue
        stop = labels[n + 1].start() if n + 1 < len(labels) else end
        role = _role(label["role"])
        named = next((p for p in parts(text, label.end(), stop, "。")), None)
        for part in parts(text, named.start, named.end, ";\n") if named else ():
            m = _TAIL.search(part.text)
            said = _role(m["role"]) if m else role
            roles[role if said == "responsible" else said] += split_units(part.text[: m.start()] if m else part.text)


def _told(text: str, start: int, end: int, roles: dict[str, list[str]]) -> bool:
    """Names with verbs (甲局牵头,乙局配合), or a bare list of bodies. False where it is neither."""
    told = next((p for p in parts(text, start, end, "。")), None)
    pieces = parts(text, told.start, told.end, ";,") if told else []
    verbs = [_TAIL.search(p.text) for p in pieces]
    listed: list[str] = []
    for part, m in zip(pieces, verbs, strict=True):
        names = split_units(part.text[: m.start()] if m else part.text)
        listed += names
        role = _role(m["role"]) if m else "cooperating" if roles["lead"] else "responsible"
        roles[role] += [n for n in names if is_body(n)]
    return any(verbs) or sum(len(r) for r in roles.values()) == len(listed)


def _role(word: str) -> str:
    if any(w in word for w in _LEAD):
        return "lead"
    return "cooperating" if any(w in word for w in _COOPERATE) else "responsible"


def split_units(text: str) -> list[str]:
    """Names of a list; 和 divides only behind a name that is whole.

    >>> split_units("市委宣传部和市科协、市文化和旅游局,甲大学(乙),各区市〔含新区,下同〕政府〔管委〕等")
    ['市委宣传部', '市科协', '市文化和旅游局', '甲大学(乙)', '各区市〔含新区,下同〕政府〔管委〕']
    """
    names: list[str] = []
    for part in parts(text, 0, len(text), "、,;/\n"):
        names += _divided(part.text)
    bare = (n.strip("()〔〕 ") if n[:1] in "(〔" else n for n in names if len(n) <= 100)
    cleaned = (re.sub(r"等(?:有关)?(?:部门|单位)?$", "", n.rstrip("。: \n")) for n in bare)
    return [n for n in cleaned if 1 < len(n) <= 60 and not _REMARK.search(_BRACKETED.sub("", n))]


def _divided(name: str) -> list[str]:
    for m in re.finditer(r"会同|联合|和|及|以及|与", name):
        if m.start() > 1 and is_body(name[: m.start()]) and len(name) - m.end() > 1 and is_body(name):
            head = name[: m.start()]
            if re.search(r"(?:局|委|办|部|院|府|协|会|行|厅)[)〕]?$", head):
                return [head, *_divided(name[m.end() :])]
    return [name]


_WHOLE = re.compile(
    r"^(?:[市省县区各驻团]|国家|国网|人民银行|中国|中共|.{0,3}银保?监|.{2,4}(?:市|区|县|省)|"
    r".{1,4}管委|.{2,4}新区)|大学|公司|学院"
)


def expanded(names: tuple[str, ...], before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names with the level (市, 省, ...) that the first of the list, or of the list before, gives to the rest.

    >>> expanded(("市科技局", "财政局", "各区政府〔含新区〕", "银监分局")), expanded(("农业局",), ("市科技局",))
    (('市科技局', '市财政局', '各区政府', '银监分局'), ('市农业局',))
    """
    level = next((n[0] for n in (*names, *before) if n[:1] in "市省县"), "")
    bare = (re.sub(r"〔含[^〕]*〕", "", n) for n in names)
    return tuple(n if _WHOLE.search(n) else level + n for n in bare)
