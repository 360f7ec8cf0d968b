"""Chinese in English pages: the English name where the city's glossaries have one, else marked as Chinese.

What documents, registers and people say stays Chinese in English pages. Screen readers and browsers are told so
(`lang="zh-CN"`), for every page in the same way: a page is gone through once it is made, so that no template can
forget it. A sentence of the program, and a word of the glossaries, is given in English (`innocity.web.phrases`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from html import escape, unescape

from django.conf import settings
from django.http import HttpResponse

from innocity.packs.load import every_term
from innocity.web import cities
from innocity.web.figures import loose_figures
from innocity.web.phrases import HAN, shipped
from innocity.web.speaker import LONGEST, Speaker, texts_of

Say = Callable[[str], str | None]

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_MARK = r"\u3001-\u3011\u3014-\u301f\uff01-\uff5e\u2014\u2018\u2019\u201c\u201d\u2026"
_WORDS = re.compile(f"[{_HAN}{_MARK}]+(?:[0-9A-Za-z.%+/:_-]{{0,24}}[{_HAN}{_MARK}]+)*")
#: A tag, or what stands between two tags. Comments and scripts are not in our pages' text.
_PARTS = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"</?\s*([a-zA-Z0-9]+)")
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
#: Elements that hold text alone: the mark stands on themselves.
_TEXT_ONLY = frozenset({"option", "textarea", "title", "text"})
_NARROW = {"，": ",", "；": ";", "：": ":", "、": ",", "。": ".", "（": " (", "）": ")"}
_FULL = re.compile(rf"([{''.join(_NARROW)}])\s*(?=(\S?))")
#: What our pages count: one of it is no plural.
_ODD = {"people": "person", "matters": "matter", "boxes": "box", "matches": "match"}
_COUNTED = (
    "items|entries|figures|tasks|targets|clauses|days|rows|papers|matters|people|firms|units|counties|months|years|"
    "parties|facts|places|points|pages|registers|rules|documents|requests|steps|drafts|runs|reports|resolutions|"
    "meetings|pairs|events|offers|demands|questions|answers"
)
_ONE = re.compile(rf"(?<![\d.,-])1 ({_COUNTED})\b")
#: What stands in these begins with a capital: the glossaries have their words small.
_HEADS = frozenset({"h1", "h2", "h3", "h4", "title", "th", "legend", "caption", "summary", "dt", "label", "button"})
_AS_WRITTEN = frozenset({"code", "pre", "textarea", "script", "style"})
#: Attributes that are read or shown.
_SHOWN = re.compile(r' (title|aria-label|placeholder|alt|data-label|data-empty|data-word|content|label)="([^"]*)"')
_ENGLISH = re.compile(r"\b[A-Za-z][a-z]+\b")
#: Where Chinese begins behind English words: at its first character, or at the figure or mark before that.
_START = re.compile(f"[0-9“《（][^a-z]*[{_HAN}]|[{_HAN}]")


def in_english(page: str, say: Say) -> str:
    """An English page: what `say` knows is English, all other Chinese is marked.

    >>> in_english('<p lang="zh-CN">条款</p><td>条款</td><td>模拟企业1，2023</td>', {"条款": "clause"}.get)
    '<p lang="zh-CN">条款</p><td>clause</td><td><bdi lang="zh-CN">模拟企业1，</bdi>2023</td>'
    """
    parts = _PARTS.split(page)
    within: list[tuple[str, int]] = []  # the open elements, with the place of their tags
    for at, part in enumerate(parts):
        if part.startswith("<"):
            if HAN.search(part):
                parts[at] = part = _SHOWN.sub(lambda found: _attribute(found, say), part)
            _walk(part, at, within)
        elif within and HAN.search(part):
            _speak(parts, at, within, say)
        elif within and _ONE.search(part) and within[-1][0] not in _AS_WRITTEN:
            parts[at] = _ONE.sub(_singular, part)
        elif within and _FULL.search(part) and within[-1][0] not in _AS_WRITTEN:
            parts[at] = _FULL.sub(_narrow, part)
    return "".join(parts)


def _singular(found: re.Match[str]) -> str:
    """One of what is counted."""
    word = found[1]
    return f"1 {_ODD.get(word) or (word[:-3] + 'y' if word.endswith('ies') else word[:-1])}"


def _narrow(found: re.Match[str]) -> str:
    """A full-width mark between English words."""
    return _NARROW[found[1]] + ("" if found[1] in "（" or found[2] in ("）", "，", "。") else " ")


def _attribute(found: re.Match[str], say: Say) -> str:
    text = unescape(found[2])
    said = (_behind(text, say) or _mixed(text, say)) if _ENGLISH.search(text) else say(text)
    return found[0] if said is None else f' {found[1]}="{escape(said)}"'


def _walk(tag: str, at: int, within: list[tuple[str, int]]) -> None:
    found = _NAME.match(tag)
    name = found[1].lower() if found else ""
    if tag.startswith("</"):
        if any(name == one for one, _ in within):
            while within.pop()[0] != name:
                pass
    elif name and name not in _VOID and not tag.endswith("/>"):
        within.append((name, at))


def _speak(parts: list[str], at: int, within: list[tuple[str, int]], say: Say) -> None:
    """Give one text in English, or mark what of it is Chinese."""
    (name, place), text = within[-1], parts[at]
    if any(" lang=" in parts[tag] for one, tag in within if one != "html"):
        return
    if name in _AS_WRITTEN or (name == "option" and " value=" not in parts[place]):
        said = None
    else:
        said = _told(text, say)
        if said and name in _HEADS:
            blank = len(said) - len(said.lstrip())
            said = said[:blank] + said[blank : blank + 1].upper() + said[blank + 1 :]
        parts[at] = text = text if said is None else said
    if not HAN.search(text):
        return
    if name in _TEXT_ONLY:
        parts[place] = parts[place][:-1] + ' lang="zh-CN">'
    elif not any(one in ("svg", "script", "style") for one, _ in within):
        parts[at] = _WORDS.sub(_marked, text)


def _told(text: str, say: Say) -> str | None:
    """A text between two tags in English, with the blanks around it; None where it stays."""
    plain = unescape(text.strip())
    mixed = _ENGLISH.search(plain)
    said = _behind(plain, say) if mixed else None
    said = said or say(" ".join(plain.split())) or (_mixed(plain, say) if mixed else None)
    return None if said is None else text.replace(text.strip(), escape(said, quote=False))


def _behind(text: str, say: Say) -> str | None:
    """English words and a whole Chinese sentence behind them."""
    at = _START.search(text) if len(text) <= LONGEST else None
    rest = say(" ".join(text[at.start() :].split())) if at and _ENGLISH.search(text[: at.start()]) else None
    return None if at is None or rest is None else text[: at.start()].replace("：", ": ") + rest


def _mixed(text: str, say: Say) -> str:
    """An English sentence with Chinese in it: its figures, and each run of Chinese that is known."""
    return _WORDS.sub(lambda found: say(found[0]) or found[0], loose_figures(text))


def _marked(found: re.Match[str]) -> str:
    return f'<bdi lang="zh-CN">{found[0]}</bdi>' if HAN.search(found[0]) else found[0]


@lru_cache(maxsize=16)
def english_names(city: str) -> Mapping[str, str]:
    """What the glossaries of a city call things in English, by their Chinese name; of several the shortest, which says
    least of what a page may not mean."""
    told: dict[str, list[str]] = {}
    for term in every_term(cities.pack_of(city)):
        if term.en:
            told.setdefault(term.zh, []).append(term.en)
    return {zh: min(names, key=len) for zh, names in told.items()}


@lru_cache(maxsize=16)
def speaker(city: str = "") -> Speaker:
    """Who says the program's sentences about a city; about all of them on pages that are of none."""
    packs = [cities.pack_of(one) for one in ([city] if city else cities.city_ids())]
    return Speaker(shipped(), english_names(city or settings.INNOCITY_CITY), frozenset(texts_of(packs)))


def speak_english(response: HttpResponse, city: str) -> None:
    """Do so to a whole page on its way out; files, streams and answers without a page stay as they are."""
    if response.streaming or not response.content or "text/html" not in response.headers.get("Content-Type", ""):
        return
    response.content = in_english(response.content.decode(response.charset), speaker(city).say)
    if "Content-Length" in response.headers:
        response.headers["Content-Length"] = str(len(response.content))
