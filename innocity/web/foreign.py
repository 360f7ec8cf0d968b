"""Chinese in English pages: the English name where the city's glossaries have one, else marked as Chinese.

What documents, registers and people say stays Chinese in English pages. Screen readers and browsers are told so
(`lang="zh-CN"`), for every page in the same way: a page is gone through once it is made, so that no template can
forget it. A text that is exactly a word of the glossaries is given in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape, unescape

from django.http import HttpResponse

from innocity.packs.load import load_glossaries
from innocity.web import cities

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_MARK = r"\u3001-\u3011\u3014-\u301f\uff01-\uff5e\u2014\u2018\u2019\u201c\u201d\u2026"
_WORDS = re.compile(f"[{_HAN}{_MARK}]+(?:[0-9A-Za-z.%+/:_-]{{0,24}}[{_HAN}{_MARK}]+)*")
_ANY = re.compile(f"[{_HAN}]")
#: A tag, or what stands between two tags. Comments and scripts are not in our pages' text.
_PARTS = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
#: Elements that hold text alone: the mark stands on themselves.
_TEXT_ONLY = frozenset({"option", "textarea", "title", "text"})
_AS_WRITTEN = frozenset({"code", "pre", "textarea", "script", "style"})


def in_english(page: str, names: Mapping[str, str]) -> str:
    """An English page whose Chinese is marked; texts that `names` (Chinese to English) holds are given in English.

    >>> in_english('<p lang="zh-CN">条款</p><td>条款</td><td>模拟企业1，2023</td>', {"条款": "clause"})
    '<p lang="zh-CN">条款</p><td>clause</td><td><bdi lang="zh-CN">模拟企业1，</bdi>2023</td>'
    """
    parts = _PARTS.split(page)
    within: list[tuple[str, int]] = []  # the open elements, with the place of their tags
    for at, part in enumerate(parts):
        if part.startswith("<"):
            _walk(part, at, within)
        elif within and _ANY.search(part):
            _speak(parts, at, within, names)
    return "".join(parts)


def _walk(tag: str, at: int, within: list[tuple[str, int]]) -> None:
    found = _NAME.match(tag)
    name = found[1].lower() if found else ""
    if tag.startswith("</"):
        if any(name == one for one, _ in within):
            while within.pop()[0] != name:
                pass
    elif name and name not in _VOID and not tag.endswith("/>"):
        within.append((name, at))


def _speak(parts: list[str], at: int, within: list[tuple[str, int]], names: Mapping[str, str]) -> None:
    """Give one text in English, or mark what of it is Chinese."""
    (name, place), text = within[-1], parts[at]
    if " lang=" in parts[place] and name != "html":
        return
    plain = unescape(text.strip())
    fixed = name in _AS_WRITTEN or (name == "option" and " value=" not in parts[place])
    if plain in names and not fixed:
        parts[at] = text.replace(text.strip(), escape(names[plain]))
    elif name in _TEXT_ONLY:
        parts[place] = parts[place][:-1] + ' lang="zh-CN">'
    elif not any(one in ("svg", "script", "style") for one, _ in within):
        parts[at] = _WORDS.sub(_marked, text)


def _marked(found: re.Match[str]) -> str:
    return f'<bdi lang="zh-CN">{found[0]}</bdi>' if _ANY.search(found[0]) else found[0]


@lru_cache(maxsize=16)
def english_names(city: str) -> Mapping[str, str]:
    """What the glossaries of a city call things in English, by their Chinese name; of several the shortest, which says
    least of what a page may not mean."""
    told: dict[str, list[str]] = {}
    for term in load_glossaries(cities.pack_of(city)):
        if term.en:
            told.setdefault(term.zh, []).append(term.en)
    return {zh: min(names, key=len) for zh, names in told.items()}


def speak_english(response: HttpResponse, city: str) -> None:
    """Do so to a whole page on its way out; files, streams and answers without a page stay as they are."""
    if response.streaming or not response.content or "text/html" not in response.headers.get("Content-Type", ""):
        return
    response.content = in_english(response.content.decode(response.charset), english_names(city))
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
