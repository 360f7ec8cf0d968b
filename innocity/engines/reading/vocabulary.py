"""Words of a glossary and of code lists (titles, honours, levels, registers, topics), found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

SHORTEST = 2  # characters of a word that is looked for


@dataclass(frozen=True)
class Word:
    """A word: what the pack calls it, what it is (`topic`, `register`, `code`, `term`), the code list of a code."""

    id: str
    zh: str
    kind: str
    list: str | None = None


@dataclass(frozen=True)
class Vocabulary:
    """Words by their Chinese names and aliases; the longest that fits at a place counts.

    >>> v = Vocabulary.of([Word("hnte", "高新技术企业", "code", "qualification_title"), Word("firm", "企业", "term")])
    >>> [w.id for w in v.words_in("对新认定的高新技术企业")], [w.id for w in v.words_in("企业、企业")]
    (['hnte'], ['firm'])
    """

    by_name: dict[str, Word] = field(default_factory=dict)

    @classmethod
    def of(cls, words: Iterable[Word], aliases: Iterable[tuple[str, Word]] = ()) -> Vocabulary:
        """A vocabulary; of two words with one name the first counts."""
        names: dict[str, Word] = {}
        for name, word in [*((w.zh, w) for w in words), *aliases]:
            if len(name) >= SHORTEST:
                names.setdefault(name.replace("（", "(").replace("）", ")"), word)
        return cls(names)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(re.escape(n) for n in sorted(self.by_name, key=lambda n: (-len(n), n))) or r"(?!)")

    def words_in(self, text: str) -> tuple[Word, ...]:
        """The words of a text in their order, each once."""
        return tuple(dict.fromkeys(self.by_name[m[0]] for m in self._pattern.finditer(text)))
