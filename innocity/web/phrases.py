"""The program's own sentences in English: recognised by their templates, with what stands at their places.

The engines, actions and records write Chinese, into results, records and logs alike; a page may show such a sentence
years later. So it is put into English where it is shown (docs/decisions/0019): `locale/en/phrases` holds the templates
as the source writes them, with named places (`还有{days}天`). Here they are found; `innocity.web.speaker` uses them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter

from innocity.core.error_codes import CODES
from innocity.web.messages import read_language
from innocity.web.remedies import on_page

_LOCALE = Path(__file__).parent / "locale" / "en"
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_COMMAND_LINE = re.compile(r" ?\([^()]*command line[^()]*\)")
_GETTEXT_PLACE = re.compile(r"%\((\w+)\)[sd]")


#: A template with no more Chinese characters of its own says nothing unless all of its values are known.
FEW = 2


class Template:
    """A sentence with places: how it is recognised, and its English."""

    def __init__(self, chinese: str, english: str) -> None:
        """An entry of the catalogue."""
        self.chinese, self.english = chinese, english
        self.names, self._texts = list[str](), [""]
        for text, name, *_ in Formatter().parse(chinese):  # {{ and }} stand for themselves
            self._texts[-1] += text
            if name is not None:
                self.names.append(name)
                self._texts.append("")
        own = "".join(self._texts)
        self.words = len(HAN.findall(own))  # Chinese characters of its own
        self.weight = len(own)
        self._ends = "。；" if self.words > FEW else "。；，："

    def values(self, text: str, *, loose: bool = False) -> dict[str, str] | None:
        """What stands at its places, by name, where a text fits it; unless `loose` nothing there ends a sentence.

        Each of its own texts is looked for from the left, once: the time is that of reading, whatever is read.
        """
        first, *middle, last = self._texts
        if not text.startswith(first) or not text.endswith(last):
            return None
        at, end, found = len(first), len(text) - len(last), list[str]()
        for own in middle:
            place = text.find(own, at, end)
            if place < 0:
                return None
            found.append(text[at:place])
            at = place + len(own)
        if at > end:
            return None
        found.append(text[at:end])
        if not loose and any(mark in value for value in found for mark in self._ends):
            return None
        return dict(zip(self.names, found, strict=True))

    def said(self, values: Mapping[str, str]) -> str:
        """Its English with these values."""
        return self.english.format(**values)

    def begins(self, name: str) -> bool:
        """Whether its English begins with that place."""
        return self.english.startswith(f"{{{name}}}")


class Catalogue:
    """Fixed words and templates; of a text it gives the templates that may be its own."""

    def __init__(self, entries: Mapping[str, str]) -> None:
        """Entries are Chinese to English; those with `{places}` are templates."""
        made = [(key, Template(key, value)) for key, value in entries.items() if "{" in key]
        self.words = {key: value for key, value in entries.items() if "{" not in key}
        self.words |= {key.format(): one.said({}) for key, one in made if not one.names}
        templates = [(key, one) for key, one in made if one.names]
        pairs = {key: set(_pairs(re.sub(r"\{\w+\}", "\0", key))) for key, _ in templates}
        often = Counter(pair for own in pairs.values() for pair in own)
        self._by_pair: dict[str, list[Template]] = {}
        for key, one in templates:
            if pairs[key]:  # a template of places alone says nothing
                self._by_pair.setdefault(min(pairs[key], key=lambda pair: (often[pair], pair)), []).append(one)

    def templates_told(self) -> Iterator[tuple[str, str]]:
        """Chinese and English of every template."""
        yield from ((one.chinese, one.english) for several in self._by_pair.values() for one in several)

    def templates(self, text: str) -> list[Template]:
        """Those whose rarest pair of characters the text has; the wordiest first."""
        found = [one for pair in set(_pairs(text)) for one in self._by_pair.get(pair, ())]
        return sorted(found, key=lambda one: (-one.words, -one.weight, one.english))


def _pairs(text: str) -> Iterator[str]:
    """Pairs of neighbours with Chinese in them; a Chinese character without a neighbour stands alone."""
    for part in text.split("\0"):
        if len(part) == 1 and HAN.match(part):
            yield part
        for at in range(len(part) - 1):
            if HAN.search(part[at : at + 2]):
                yield part[at : at + 2]
    if "\0" not in text:
        yield from HAN.findall(text)


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue of the program: phrases, words of the pages, first lines of the error codes."""
    pages = {key: value for key, value in read_language(_LOCALE / "LC_MESSAGES").items() if key}
    entries = {code.zh: code.en for code in CODES.values()} | {
        _GETTEXT_PLACE.sub(r"{\1}", key).replace("%%", "%"): _GETTEXT_PLACE.sub(r"{\1}", value).replace("%%", "%")
        for key, value in pages.items()
        if "{" not in key
    }
    return Catalogue(entries | told_on_pages(read_language(_LOCALE / "phrases")))


def told_on_pages(entries: Mapping[str, str]) -> dict[str, str]:
    """The entries, those whose remedy names options of the command line also as pages say them, without these.

    >>> told_on_pages({"勾选另一版（命令行加 --other）": "Tick another (command line: add --other)"})["勾选另一版"]
    'Tick another'
    """
    short = {on_page(key): _COMMAND_LINE.sub("", value) for key, value in entries.items() if on_page(key) != key}
    return {**entries, **short}
