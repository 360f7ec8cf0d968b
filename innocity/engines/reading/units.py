"""Who answers: brackets and sentences that name leading, responsible and cooperating units."""

from __future__ import annotations

import re
from dataclasses import dataclass

from innocity.engines.reading.lexicon import is_body
from innocity.engines.reading.sentences import closing, parts

_ROLE = r"(?:牵头|责任|主要责任|主办|承办|协办|配合|参加|参与|协同|协作|实施|落实|第一责任|分工|任务承担)"
_LABEL = re.compile(rf"(?P<role>{_ROLE})(?:责任)?(?:单位|部门|处室|机构)?(?:和配合单位)?:")
_BRACKET = re.compile(rf"[(〔【\[](?={_ROLE}(?:责任)?(?:单位|部门|处室|机构)?:)")
_LINE = re.compile(rf"(?:(?<=\n)|(?<=。))(?={_ROLE}(?:责任)?(?:单位|部门):)")
_TAIL = re.compile(
    r"(?P<role>牵头(?:负责|组织实施|落实)?|按(?:照)?(?:各自)?职责(?:分工)?(?:负责|落实|"
    r"分别负责)?|分工负责|(?:共同|具体|组织)?负责"
    r"|等?(?:积极|参与)?配合|参与|参加|协助|协同配合|(?:负责)?落实|(?:组织)?实施)$"
)
_TAILED = re.compile(
    r"[(〔](?=[^()〔〕。;\n]{2,12}(?:局|委|办|部|院|府|行|中心|会|协)[^。\n]{0,300}(?:负责|牵头|配合|参与|落实)[)〕])"
)
_BARE = re.compile(r"[(〔](?=[^()〔〕。;\n]{3,200}[)〕]。?(?:\n|$))")
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


def _stop(text: str, start: int) -> int:
    """Where an unclosed naming ends: its paragraph or sentence."""
    ends = [e for e in (text.find("\n", start, start + LONGEST), text.find("。", start, start + LONGEST)) if e > 0]
    return min(ends, default=min(len(text), start + LONGEST))


def _read(text: str, start: int, end: int, outer_start: int, outer_end: int) -> Units | None:
    roles: dict[str, list[str]] = {"lead": [], "responsible": [], "cooperating": []}
    labels = list(_LABEL.finditer(text, start, end))
    if labels:
        for n, label in enumerate(labels):
            stop = labels[n + 1].start() if n + 1 < len(labels) else end
            roles[_role(label["role"])] += split_units(text[label.end() : stop])
    else:
        for part in parts(text, start, end, ";,"):
            m = _TAIL.search(part.text)
            role = _role(m["role"]) if m else "responsible"
            names = split_units(part.text[: m.start()] if m else part.text)
            if not m and roles["lead"]:
                role = "cooperating"
            roles[role] += [n for n in names if is_body(n)]
    bare = not labels and not any(_TAIL.search(p.text) for p in parts(text, start, end, ";,"))
    if not any(roles.values()) or (bare and len(roles["responsible"]) != len(split_units(text[start:end]))):
        return None
    return Units(
        outer_start, outer_end, *(tuple(dict.fromkeys(roles[r])) for r in ("lead", "responsible", "cooperating"))
    )


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
    return [n for n in cleaned if 1 < len(n) <= 60]


def _divided(name: str) -> list[str]:
    for m in re.finditer(r"和|及|以及|与", name):
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
