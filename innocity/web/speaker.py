"""Says the program's sentences in English: whole ones by their templates, composed ones piece by piece.

Data stay as they are: a name of the city's folder is never taken for a sentence, and of a text that is not known whole
no half is put into English.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from pydantic import BaseModel

from innocity.web.figures import MEASURES, figure
from innocity.web.phrases import FEW, HAN, Catalogue

#: Where sentences are put together, with what stands there in English; the outermost first.
_SEAMS = (
    ("\n", "\n"), ("。", ". "), ("；", "; "), ("，", ", "), (" · ", " · "), ("：", ": "), ("、", ", "), (" ", " "),
)  # fmt: skip
_OPENING, _CLOSING = "“‘《（(【", "”’》）)】"
_ENDS = {"。": ".", "；": ";", "，": ",", "：": ":", "？": "?", "！": "!", ":": ":"}
_NARROW = str.maketrans({"、": ", ", "；": "; ", "，": ", ", "。": ". ", "：": ": "})
_BEGINS = re.compile(r"(?<=[.?!] )[a-z](?=[a-z])")
LONGEST = 800  # characters of a sentence; what is longer is somebody's own text
_STEPS, _DEEPEST = 150, 30  # parts of a text that are looked at, and how far within one another
_LONG = 40  # characters from which on a text of its own begins as a sentence does
_SIGN = re.compile(r"[^\w\s“‘《（(【·]\s|[·•]\s+")
_MADE_UP = re.compile(r"模拟[\u4e00-\u9fff]{1,12}[0-9]+")
_TITLE = re.compile(r"《(.+?)》(?:（[^（）]+号）)?(.*)")
_ARTICLE = re.compile(r"[第条款项章节一二三四五六七八九十百0-9、，,.（）() ]*")
_SUM = re.compile(r"(.*?[^-0-9,.])((?:约|近)?[-0-9][-0-9,.]*\s?(?:万亿|亿|万|千|百)?元.*)", re.DOTALL)

#: Where nothing but data and English stands, these marks are English all the same.
_TURNED = ("、", "：")
_DATED = re.compile(r"(《.+》)([0-9]{4}年.*)", re.DOTALL)
#: A longer name with a sum is that, before it may be a sentence.
_NAMED = re.compile(r"[^-0-9，。；：（）“”]{5,}[-0-9,.]+\s?(?:万亿|亿|万|千|百)?元(?:/.)?")
_FIGURED = re.compile(r"(.+（.+）)([-0-9,.%‰:/ ]+)", re.DOTALL)


class Speaker:
    """Says the program's sentences about one city in English."""

    def __init__(self, catalogue: Catalogue, names: Mapping[str, str], data: Collection[str]) -> None:
        """`names`: what the glossaries call things in English. `data`: texts of the city's folder, which stay."""
        self.catalogue, self.names, self.data = catalogue, names, data
        self.say = lru_cache(maxsize=4096)(self._say)

    def _say(self, text: str) -> str | None:
        """The English of a whole text; None where it is no sentence of the program, or too long to be one."""
        text = text.strip()
        if len(text) > LONGEST or not HAN.search(text):
            return None
        sign = _SIGN.match(text)
        try:
            said = _Attempt(self).whole(text[sign.end() :] if sign else text)
        except _TooMuch:
            return None
        if not said or sign:
            return sign[0] + said if said and sign else None
        said = _BEGINS.sub(lambda found: found[0].upper(), said)
        begins = HAN.match(text.lstrip("“《（")) and (said.endswith(".") or len(said) > _LONG)
        return said[:1].upper() + said[1:] if begins else said


class _TooMuch(Exception):
    """A text that has more in it than a sentence of the program: somebody's own, which stays."""


class _Attempt:
    """One text, taken apart with a bound on the work."""

    def __init__(self, speaker: Speaker) -> None:
        self._catalogue, self._names, self._data = speaker.catalogue, speaker.names, speaker.data
        self._told: dict[str, str | None] = {}
        self._deep = 0

    def whole(self, text: str) -> str | None:
        """The English of a text or of a part of it."""
        if text not in self._told:
            if len(self._told) >= _STEPS or self._deep >= _DEEPEST:
                raise _TooMuch
            self._deep += 1
            self._told[text] = self._worked_out(text)
            self._deep -= 1
        return self._told[text]

    def _worked_out(self, text: str) -> str | None:
        if text in MEASURES:  # what is counted is for the reader to see: 家 are firms here, platforms there
            return None
        known = self._catalogue.words.get(text) or self._names.get(text) or figure(text)
        if known is not None or self._is_data(text):
            return known
        return (
            (self._summed(text) if _NAMED.fullmatch(text) else None)
            or self._template(text, all_known=True)
            or self._of(text)
            or self._parts(text)
            or self._within(text)
            or self._summed(text)
            or self._template(text)
            or self._template(text, loose=True)
        )

    def _is_data(self, text: str) -> bool:
        """Whether it is a text of the city's folder, an article that is cited, or the name of somebody made up."""
        if text in self._data or _MADE_UP.fullmatch(text):
            return True
        cited = _TITLE.fullmatch(text)
        return bool(cited and cited[1] in self._data and (cited[2] in self._data or _ARTICLE.fullmatch(cited[2])))

    def _is_composed(self, text: str) -> bool:
        """Whether two texts of the folder stand one behind the other: a prize and its grade."""
        return any(text[:at] in self._data and text[at:] in self._data for at in range(2, len(text) - 1))

    # --- whole sentences -------------------------------------------------------------------------------------

    def _template(self, text: str, *, all_known: bool = False, loose: bool = False) -> str | None:
        """By the wordiest template that the text fits; with `all_known` the first whose values are known too."""
        for one in self._catalogue.templates(text):
            values = one.values(text, loose=loose)
            if values is None or (one.words <= FEW and not all_known):
                continue
            said = {name: self._known(value) for name, value in values.items()}
            if all_known and None in said.values():
                continue
            given = {name: said[name] or self._listed(value) for name, value in values.items()}
            return one.said({name: value if one.begins(name) or value == values[name] else _small(value)
                             for name, value in given.items()})  # fmt: skip
        return None

    def _known(self, text: str) -> str | None:
        """What stands at a place, where it is a figure, a sentence, data or a list of such."""
        if not HAN.search(text):
            return text.translate(_NARROW).strip()
        if self._is_data(text):
            return self._catalogue.words.get(text) or self._names.get(text) or figure(text) or text
        said = self.whole(text)
        several = _cut(text, "、")
        if said is not None or len(several) < 2:
            return said
        each = [self._known(one) for one in several]
        return None if None in each else ", ".join(map(str, each))

    def _listed(self, text: str) -> str:
        """What nobody knows: as it is; a list with its commas in English."""
        several = _cut(text, "、")
        return ", ".join(self._known(one) or one for one in several) if len(several) > 1 else text

    # --- what is put together ---------------------------------------------------------------------------------

    def _of(self, text: str) -> str | None:
        """What is said of something that the folder names: the label of a field may have marks of its own."""
        for found in re.finditer("：", text):
            name = text[: found.start()]
            if self._is_data(name) and (said := self._known(text[found.end() :])) is not None:
                return f"{self._known(name)}: {said}"
        return None

    def _parts(self, text: str) -> str | None:
        """A text put together of several, each of which is known, a figure or data."""
        for seam, between in _SEAMS:
            pieces = [one.strip() for one in _cut(text, seam)]
            if len(pieces) < 2 or (seam == " " and any(len(one) == 1 and HAN.match(one) for one in pieces)):
                continue
            said = self._joined(pieces, seam, between, text.endswith(seam))
            if said is None and len(pieces) > 2:  # what stands before the last may be one that has such marks itself
                first = text.removesuffix(seam).rpartition(seam)
                said = self._joined([first[0].strip(), first[2].strip()], seam, between, text.endswith(seam))
            return said
        return None

    def _joined(self, pieces: list[str], seam: str, between: str, ended: bool) -> str | None:
        said = [self._before(one, seam) for one in pieces[:-1]]
        said.append(self._before(pieces[-1], seam) if ended else self._known(pieces[-1]))
        whole = [one for one in said if one is not None]
        if len(whole) < len(said) or (whole == pieces and seam not in _TURNED):
            return None
        whole = [*(one.rstrip(" .,;:") for one in whole[:-1]), whole[-1]]
        whole = [whole[0], *(one.lstrip(" ,;") for one in whole[1:])]
        if seam == "。":
            whole = [one[:1].upper() + one[1:] for one in whole]
        return between.join(whole) + (between.rstrip() if ended else "")

    def _before(self, text: str, mark: str) -> str | None:
        """A piece before a mark: an entry may hold it with the mark, where that ends it."""
        known = self.whole(text + mark) if mark in _ENDS else None
        return known.rstrip("".join(_ENDS.values())) if known else self._known(text)

    def _within(self, text: str) -> str | None:
        """A text with a mark at its end, or with brackets."""
        if text[-1] in _ENDS:
            said = self._known(text[:-1])
            return None if said is None or said == text[:-1] else said + _ENDS[text[-1]]
        found: tuple[tuple[str, str], str] | None = None
        if text[-1] == "）":
            opened = _partner(text)
            found = (text[:opened], text[opened + 1 : -1]), "{} ({})"
        elif text[0] == "（" and "）" in text:
            closed = text.index("）")
            found = (text[1:closed], text[closed + 1 :]), "({}) {}"
        if found is None:
            return None
        first, second = (self._known(one) for one in found[0])
        if found[1] == "{} ({})" and first not in (None, found[0][0]) and second is None:
            second = found[0][1]  # a remark in brackets may be anybody's words
        if first is None or second is None or (first, second) == found[0]:
            return None
        return found[1].format(first, second).strip()

    def _summed(self, text: str) -> str | None:
        """A name with its sum or its day, or something in brackets with its rate."""
        for found in (_SUM.fullmatch(text), _FIGURED.fullmatch(text), _DATED.fullmatch(text)):
            if found:
                name = found[1].strip()
                first, second = self._known(name), self._known(found[2].strip())
                if first is None and self._is_composed(name):
                    first = name
                if first is not None and second is not None:
                    return f"{first} {second}"
        return None


def _small(text: str) -> str:
    """A sentence within another begins small, unless it begins with a name or an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() and not HAN.search(text[:1]) else text


def _cut(text: str, seam: str) -> list[str]:
    """The text in pieces at each seam that stands outside quotes and brackets.

    >>> _cut("甲，“乙，丙”，丁", "，")
    ['甲', '“乙，丙”', '丁']
    """
    pieces, depth, begin, at = list[str](), 0, 0, 0
    while at < len(text):
        if text[at] in _OPENING:
            depth += 1
        elif text[at] in _CLOSING:
            depth = max(depth - 1, 0)
        if depth == 0 and text.startswith(seam, at):
            pieces.append(text[begin:at])
            at = begin = at + len(seam)
            continue
        at += 1
    return [one for one in (*pieces, text[begin:]) if one.strip()] if pieces else [text]


def _partner(text: str) -> int:
    """Where the bracket that the last character closes was opened; the start where it was not."""
    depth = 0
    for at in range(len(text) - 1, -1, -1):
        depth += (text[at] == "）") - (text[at] == "（")
        if depth == 0:
            return at
    return 0


def texts_of(value: object) -> Iterator[str]:
    """Every text within models, mappings and sequences, and the paragraphs of the longer ones."""
    if isinstance(value, str):
        yield value
        if "\n" in value:
            yield from (part.strip() for part in value.splitlines())
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from texts_of(getattr(value, field))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from texts_of(one)
    elif isinstance(value, list | tuple | set | frozenset):
        for one in value:
            yield from texts_of(one)
