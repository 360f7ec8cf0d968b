"""The dictionary that joins English identifiers with Chinese names, aliases and sources.

A glossary file is `{terms: [{id, zh, en, aliases: [], source}]}`. The program has one
(`glossary.yaml`), a city may add its own; the same id in a later glossary replaces the earlier.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from innocity.core.errors import ErrorList, InnoCityError, Place
from innocity.core.money import clean

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_FIELDS = {"id", "zh", "en", "aliases", "source"}
_REMEDY = "每项写成 {id: ..., zh: 中文, en: English, aliases: [...], source: ...}"


@dataclass(frozen=True, slots=True)
class Term:
    """One term: English id, Chinese name, English name, other Chinese names, where it is read."""

    id: str
    zh: str
    en: str | None = None
    aliases: tuple[str, ...] = ()
    source: str | None = None


class Glossary:
    """Terms by id and by Chinese name or alias.

    >>> g = Glossary([Term("high_tech_firms", "高新技术企业", "HNTE", ("高企",))])
    >>> g.zh("high_tech_firms"), g.id_of("高企"), g.zh("unknown")
    ('高新技术企业', 'high_tech_firms', None)
    >>> "high_tech_firms" in g, len(g)
    (True, 1)
    """

    def __init__(self, terms: Iterable[Term] = ()) -> None:
        self._by_id = {term.id: term for term in terms}
        self._by_name: dict[str, str] = {}
        for term in self._by_id.values():
            for name in (term.zh, *term.aliases):
                self._by_name.setdefault(clean(name), term.id)

    def __contains__(self, term_id: object) -> bool:
        return term_id in self._by_id

    def __len__(self) -> int:
        return len(self._by_id)

    def __iter__(self) -> Iterator[Term]:
        return iter(self._by_id.values())

    def get(self, term_id: str) -> Term | None:
        """The term of an id."""
        return self._by_id.get(term_id)

    def zh(self, term_id: str) -> str | None:
        """The Chinese name of an id."""
        term = self._by_id.get(term_id)
        return term.zh if term else None

    def en(self, term_id: str) -> str | None:
        """The English name of an id."""
        term = self._by_id.get(term_id)
        return term.en if term else None

    def id_of(self, name: str) -> str | None:
        """The id of a Chinese name or alias; spaces and full-width forms do not matter."""
        return self._by_name.get(clean(name))

    def with_terms(self, terms: Iterable[Term]) -> Glossary:
        """A glossary that also holds these; the same id is replaced.

        >>> Glossary([Term("a", "甲")]).with_terms([Term("a", "乙")]).zh("a")
        '乙'
        """
        return Glossary([*self, *terms])


def read_glossary(path: Path) -> tuple[Term, ...]:
    """Read one glossary file.

    Errors: E-FILE-MISSING, E-GLOSSARY-FORMAT, E-GLOSSARY-DUPLICATE, all of a file together.
    """
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    except FileNotFoundError:
        raise InnoCityError("E-FILE-MISSING", f"找不到词表 {path.name}", Place(path.name)) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        text = f"词表 {path.name} 读不出：{str(error).splitlines()[0]}"
        raise InnoCityError("E-GLOSSARY-FORMAT", text, Place(path.name), _REMEDY) from None
    return parse_terms(data, path.name)


def parse_terms(data: Any, file: str = "glossary.yaml") -> tuple[Term, ...]:
    """Terms of a glossary's data (every scalar text).

    >>> parse_terms({"terms": [{"id": "hnte", "zh": "高新技术企业", "aliases": ["高企"]}]})[0].aliases
    ('高企',)
    """
    found = ErrorList()
    terms: dict[str, Term] = {}
    rows = data.get("terms") if isinstance(data, dict) else None
    if not isinstance(rows, list) or set(data) != {"terms"}:
        raise InnoCityError("E-GLOSSARY-FORMAT", "词表只有一个键 terms，其值为列表", Place(file), _REMEDY)
    for index, row in enumerate(rows):
        place = Place(file, path=f"terms[{index}]")
        term = _term(row)
        if term is None:
            found.add("E-GLOSSARY-FORMAT", f"词表第{index + 1}项的写法不对", place, _REMEDY)
        elif term.id in terms:
            found.add("E-GLOSSARY-DUPLICATE", f"编号 {term.id} 写了两次", place, "留下一项，其余并入 aliases")
        else:
            terms[term.id] = term
    found.raise_if_any()
    return tuple(terms.values())


def _term(row: Any) -> Term | None:
    if not isinstance(row, dict) or not set(row) <= _FIELDS:
        return None
    term_id, zh, aliases = row.get("id"), row.get("zh"), row.get("aliases") or []
    if not isinstance(term_id, str) or not _ID.fullmatch(term_id) or not isinstance(zh, str) or not zh:
        return None
    if not isinstance(aliases, list) or not all(isinstance(a, str) and a for a in aliases):
        return None
    texts = [row.get(key) or None for key in ("en", "source")]
    if not all(text is None or isinstance(text, str) for text in texts):
        return None
    return Term(term_id, zh, texts[0], tuple(aliases), texts[1])


def load_glossary(*paths: Path) -> Glossary:
    """Read glossaries in turn; later ones replace the same ids. Absent files are passed over."""
    glossary = Glossary()
    for path in paths:
        if path.exists():
            glossary = glossary.with_terms(read_glossary(path))
    return glossary
