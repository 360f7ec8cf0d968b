"""What a document says of itself, of other documents, and of its words."""

from __future__ import annotations

import re
from typing import Any

from innocity.engines.reading.flow import Flow, plain
from innocity.engines.reading.model import Definition, Relation

_NUMBER = r"[\u4e00-\u9fff]{1,12}[〔\[(]\s?(?:19|20)[0-9]{2}\s?[〕\])]\s?(?:第\s?)?[0-9]{1,5}\s?号"
_OWN_NUMBER = re.compile(rf"(?m)^[^\S\n]*({_NUMBER})[^\S\n]*$")
_DATE = re.compile(r"((?:19|20)[0-9]{2})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_ISO = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
_TITLE = re.compile(
    r"(?m)^[^\S\n]*([^\n。;:]{1,80}?(?:通知|意见|方案|办法|措施|规定|细则|规划|报告|决定|公告|"
    r"条例|计划|指南|政策|纲要|要点|法)(?:\([^()\n]{2,16}\))?)[^\S\n|]*$"
)
_ADDRESSEES = re.compile(r"(?m)^[^\S\n]*((?:各|市|省|县|区|有关)[^\n。;]{4,200}):[^\S\n]*$")
_VALID = re.compile(
    r"自(?P<from>(?:20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日|发布之日|印发之日|公布之日|"
    r"[^,。;]{1,12}之日))起(?:施行|实施|执行|生效)"
    r"(?:[,，]?有效期(?:至(?P<to>20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日)|为?(?P<years>[0-9一二三四五]{1,2})年))?"
)
_CITED = re.compile(rf"《(?P<title>[^《》]{{2,90}})》(?:\((?P<number>{_NUMBER})[^)]{{0,20}}\))?")
_STATES = re.compile(r"(?m)^[^\S\n]*(有效|失效|废止|已废止|已失效|尚未生效)[^\S\n]*$")
_KINDS = (
    ("supersedes", re.compile(r"^[^。;]{0,60}(?:同时)?(?:废止|失效|停止执行)")),
    ("describes", re.compile(r"^[^。;]{0,16}(?:印发出台|近期印发|有关情况|印发给你们)")),
    ("supersedes_inconsistent", re.compile(r"^[^。;]{0,30}(?:不一致的|相抵触的)[^。;]{0,10}以本")),
)
_LEADS = (
    ("based_on", re.compile(r"(?:根据|依据|按照|依照|参照)[^。;]{0,240}$")),
    ("implements", re.compile(r"(?:落实|贯彻|执行)[^。;]{0,120}$")),
    ("mentions_prior", re.compile(r"(?:出台|印发|制定)[^。;]{0,160}$")),
)
_OWN = re.compile(
    r"(?:原有|此前|以往|现行)[^。;]{0,20}(?:政策|规定)[^。;]{0,16}(?:不一致|"
    r"相抵触)[^。;]{0,30}|与本(?:意见|办法|措施|政策)不一致的[^。;]{0,30}"
)
_STACKS = re.compile(r"(?:在原有[^,。;]{2,16}(?:的)?基础上|除[^,。;]{2,20}外,再?|在[^,。;]{2,16}的同时)[^,。;]{0,24}")
_DEFINES = re.compile(
    r"[^。;\n]{0,40}(?:“?以上”?[、和]?[^。;\n]{0,20}(?:均?[包]?含本数|含本级)|所称[^。;\n]{2,60}是指[^。;\n]{2,120}|"
    r"(?:不含|包括)本数)[^。;\n]{0,40}"
)


def metadata(source: str) -> dict[str, Any]:
    """Number, title, issuer, dates, addressees, validity, state; only what the text says.

    >>> m = metadata("甲市人民政府\\n关于支持创新的若干措施\\n甲发〔2024〕3 号\\n各县(市、区)政府:\\n2024年5月6日")
    >>> m["number"], m["title"], m["issuer"], m["issued_on"], m["addressees"]
    ('甲发〔2024〕3号', '关于支持创新的若干措施', '甲市人民政府', '2024-05-06', ['各县(市、区)政府'])
    """
    text = plain(source[:30000]) + ("\n" + plain(source[-6000:]) if len(source) > 30000 else "")
    found: dict[str, Any] = {}
    if m := _OWN_NUMBER.search(text[:6000]):
        found["number"] = re.sub(r"\s", "", m[1])
    if m := _TITLE.search(text[:6000]):
        found["title"] = re.sub(r"\s", "", m[1])
    if m := re.search(r"(?m)^[^\S\n]*([\u4e00-\u9fff]{2,20}(?:人民政府|办公室|委员会|局|厅|部|委))[^\S\n]*$", text):
        found["issuer"] = m[1]
    if m := _ADDRESSEES.search(text):
        found["addressees"] = [p for p in re.split(r"[,，]", m[1]) if p]
    days = [m for m in _DATE.finditer(text) if _alone(text, m)] or list(_ISO.finditer(text[:3000]))[:1]
    if days:
        found["issued_on"] = f"{days[-1][1]}-{int(days[-1][2]):02d}-{int(days[-1][3]):02d}"
    if m := _VALID.search(re.sub(r"\s", "", text)):
        found["validity"] = {k: v for k, v in m.groupdict().items() if v}
    if m := _STATES.search(text[:3000]):
        found["state"] = m[1]
    return found


def _alone(text: str, m: re.Match[str]) -> bool:
    """Whether a date stands on a line of its own, as dates of signing do."""
    line = text[text.rfind("\n", 0, m.start()) + 1 : m.start()]
    after = text[m.end() : m.end() + 1]
    return not line.strip() and after in ("", "\n", " ")


def relations(doc: Flow) -> tuple[Relation, ...]:
    """Other documents that the text names, and what it does to them.

    >>> from innocity.engines.reading.flow import flow
    >>> r = relations(flow("根据《关于甲的意见》（甲发〔2020〕3号）精神。《乙办法》同时废止。"))
    >>> [(x.relation, x.target) for x in r]
    [('based_on', '甲发〔2020〕3号'), ('supersedes', '乙办法')]
    """
    found: list[Relation] = []
    text = doc.text
    for m in _CITED.finditer(text):
        number = re.sub(r"\s", "", m["number"]) if m["number"] else None
        if number is None and not _TITLE.search(m["title"]):
            continue
        kind = _relation(text, m)
        start, end = doc.span(m.start(), m.end())
        found.append(Relation(start, end, f"relation-{kind}", kind, number or m["title"], m["title"]))
    for pattern, kind in ((_OWN, "supersedes_inconsistent"), (_STACKS, "stacks_on")):
        for m in pattern.finditer(text):
            start, end = doc.span(m.start(), m.end())
            found.append(Relation(start, end, f"relation-{kind}", kind, m[0]))
    return tuple(sorted(found, key=lambda r: r.start))


def _relation(text: str, m: re.Match[str]) -> str:
    after = text[m.end() : m.end() + 90]
    for kind, pattern in _KINDS:
        if pattern.search(after):
            return kind
    begin = max(text.rfind("。", 0, m.start()), text.rfind("\n", 0, m.start()), m.start() - 260)
    before = text[begin + 1 : m.start()]
    best = max(_LEADS, key=lambda lead: s.start() if (s := _last(lead[1], before)) else -1)
    return best[0] if _last(best[1], before) else "mentions"


def _last(pattern: re.Pattern[str], before: str) -> re.Match[str] | None:
    found = None
    for start in range(0, len(before), 40):
        if m := pattern.search(before, start):
            found = m
    return found


def definitions(doc: Flow) -> tuple[Definition, ...]:
    """How words are to be understood.

    >>> from innocity.engines.reading.flow import flow
    >>> [d.says for d in definitions(flow("本办法所称“以上”均含本数。"))]
    ['本办法所称“以上”均含本数']
    """
    found = []
    for m in _DEFINES.finditer(doc.text):
        start, end = doc.span(m.start(), m.end())
        found.append(Definition(start, end, "definition", m[0]))
    return tuple(found)
