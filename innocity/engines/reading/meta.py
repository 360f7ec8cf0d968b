"""What a document says of itself and of its words."""

from __future__ import annotations

import re
from typing import Any

from innocity.engines.reading.flow import Flow, plain
from innocity.engines.reading.model import Definition

NUMBER = r"[\u4e00-\u9fff]{1,12}[〔\[(]\s?(?:19|20)[0-9]{2}\s?[〕\])]\s?(?:第\s?)?[0-9]{1,5}\s?号"
_OWN_NUMBER = re.compile(rf"(?m)^[^\S\n]*({NUMBER})[^\S\n]*$")
_DATE = re.compile(r"((?:19|20)[0-9]{2})\s?年\s?([0-9]{1,2})\s?月\s?([0-9]{1,2})\s?日")
_ISO = re.compile(r"(?<![0-9])((?:19|20)[0-9]{2})-([0-9]{1,2})-([0-9]{1,2})(?![0-9])")
TITLE = re.compile(
    r"(?m)^[^\S\n]*([^\n。;:]{1,80}?(?:通知|意见|方案|办法|措施|规定|细则|规划|报告|决定|公告|"
    r"条例|计划|指南|政策|纲要|要点|法)(?:\([^()\n]{2,16}\))?)[^\S\n|]*$"
)
_ADDRESSEES = re.compile(r"(?m)^[^\S\n]*((?:各|市|省|县|区|有关)[^\n。;]{4,200}):[^\S\n]*$")
_VALID = re.compile(
    r"自(?P<from>(?:20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日|发布之日|印发之日|公布之日|"
    r"[^,。;]{1,12}之日))起(?:施行|实施|执行|生效)"
    r"(?:[,，]?有效期(?:至(?P<to>20[0-9]{2}年[0-9]{1,2}月[0-9]{1,2}日)|为?(?P<years>[0-9一二三四五]{1,2})年))?"
)
_STATES = re.compile(r"(?m)^[^\S\n]*(有效|失效|废止|已废止|已失效|尚未生效)[^\S\n]*$")
_DEFINING = re.compile(r"含本数|含本级|所称|包括本数")  # looked for first: most paragraphs define nothing
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
    if m := TITLE.search(text[:6000]):
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


def definitions(doc: Flow) -> tuple[Definition, ...]:
    """How words are to be understood.

    >>> from innocity.engines.reading.flow import flow
    >>> [d.says for d in definitions(flow("本办法所称“以上”均含本数。"))]
    ['本办法所称“以上”均含本数']
    """
    found: list[Definition] = []
    text, reached = doc.text, 0
    for word in _DEFINING.finditer(text):
        if word.start() < reached:
            continue
        begin, stop = max(reached, text.rfind("\n", 0, word.start()) + 1), text.find("\n", word.end())
        reached = stop if stop > 0 else len(text)
        for m in _DEFINES.finditer(text, begin, reached):
            start, end = doc.span(m.start(), m.end())
            found.append(Definition(start, end, "definition", m[0]))
    return tuple(found)
