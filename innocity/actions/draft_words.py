"""What the drafts of a document need of the packs: words, units known by name, YAML in the house's form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from innocity.engines.reading.model import Finding
from innocity.engines.reading.vocabulary import Vocabulary, Word
from innocity.packs.load import load_glossaries
from innocity.packs.model import Pack

TODO = "待核对：机器草案，没有人看过"
READING = "机器读出，未经核对"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a draft says of who looked at what it rests on: by finding (its `repr`) who did what when, and the same of
    the whole; nothing where nobody looked."""

    said: Mapping[str, str] = field(default_factory=dict)
    whole: str = ""

    def all(self) -> str:
        """The mark of what rests on several findings."""
        return f"待核对：机器草案，所据条目由{self.whole}" if self.whole else TODO

    def of(self, finding: Finding) -> str:
        """The mark of what rests on one finding."""
        said = self.said.get(repr(finding))
        return f"待核对：机器草案，所据条目由{said}" if said else TODO

    def reading(self, finding: Finding) -> str:
        """The reading of a parameter, which no one but the reader's decision stands for."""
        said = self.said.get(repr(finding))
        return f"机器读出，由{said}" if said else READING


def vocabulary_of(pack: Pack) -> Vocabulary:
    """Topics, registers, code lists' entries and other terms that the pack's glossaries and codes name."""
    words: list[Word] = []
    aliases: list[tuple[str, Word]] = []
    for codes in pack.codes.values():
        for code in codes.codes:
            word = Word(code.id, code.name, "code", codes.id)
            words.append(word)
            aliases += [(alias, word) for alias in code.aliases]
    for term in load_glossaries(pack):
        kind = {"主题": "topic", "登记簿": "register"}.get(term.source or "")
        if kind:  # columns and other words of the program say nothing of what a promise is about
            word = Word(term.id, term.zh, kind)
            words.append(word)
            aliases += [(alias, word) for alias in term.aliases]
    topics = [w for w in words if w.kind == "topic"]
    return Vocabulary.of([*topics, *(w for w in words if w.kind != "topic")], aliases)


def units_known(pack: Pack, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Ids of the units that a list of printed names means, and the names that no unit of the pack has."""
    by_name = {n: u.id for u in pack.units.values() for n in (u.name, u.full_name, *u.aliases) if n}
    known: list[str] = []
    unknown: list[str] = []
    for name in names:
        plain = name.replace("(", "（").replace(")", "）")
        found = by_name.get(name) or by_name.get(plain)
        (known if found else unknown).append(found or name)
    return list(dict.fromkeys(known)), unknown


def fence(kind: str, data: dict[str, Any]) -> str:
    """A fence of a document, empty fields left out.

    >>> print(fence("task", {"id": "t1", "title": "x", "lead": []}))
    ```task
    id: t1
    title: x
    ```
    """
    return f"```{kind}\n{written(data)}```"


def written(data: Any) -> str:
    """YAML with Chinese as it is, keys in their order, short lists in one line."""
    kept = {k: v for k, v in data.items() if v not in (None, "", [], {}, ())} if isinstance(data, dict) else data
    text = yaml.dump(kept, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000)
    return str(text)


class _Dumper(yaml.SafeDumper):
    """Lists of plain values and small tables in one line, the rest in blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented below their key."""
        super().increase_indent(flow, False)


def _listed(dumper: yaml.SafeDumper, items: Any) -> yaml.Node:
    flat = all(not isinstance(i, (list, dict)) for i in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flat)


def _mapped(dumper: yaml.SafeDumper, items: dict[str, Any]) -> yaml.Node:
    flat = len(items) <= 3 and all(not isinstance(v, (list, dict)) for v in items.values()) and "id" not in items
    return dumper.represent_mapping("tag:yaml.org,2002:map", items.items(), flow_style=flat)


_Dumper.add_representer(list, _listed)
_Dumper.add_representer(tuple, _listed)
_Dumper.add_representer(dict, _mapped)
