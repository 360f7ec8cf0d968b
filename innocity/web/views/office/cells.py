"""Values of facts as people read them: codes by name, money with its unit, parties by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from innocity.core.kept import Kept, Same
from innocity.core.money import format_money
from innocity.packs.held_names import held_word, holders_of_parties, kind_held
from innocity.packs.model import Column, Pack, Register
from innocity.records.queries.fact_lists import names_of
from innocity.records.queries.parties_named import organizations_named
from innocity.records.viewer import Viewer
from innocity.records.views import FactView

LONG = 16  # characters that a cell of a list shows in one line
NUMBERS = frozenset(("money", "integer", "year"))


@dataclass(frozen=True, slots=True)
class Cell:
    """A value in words; `number` tells that it is set to the right, `hidden` that it may not be seen."""

    text: str
    number: bool = False
    hidden: bool = False

    @property
    def long(self) -> bool:
        """Whether it needs more than one line."""
        return len(self.text) > LONG


_CODES: Kept[dict[str, str]] = Kept(512)


def _coded(pack: Pack, name: str) -> dict[str, str]:
    """The names of a list's codes; some lists have thousands, and a page shows dozens of registers."""
    return _CODES.get((Same(pack), name), lambda: {one.id: one.name for one in pack.codes[name].codes})


class Words:
    """The names that a pack gives to codes and parties."""

    def __init__(self, pack: Pack, register: Register, parties: Mapping[str, str] | None = None) -> None:
        lists = {column.codes for column in register.columns if column.codes}
        self.codes = {name: _coded(pack, name) for name in lists if name in pack.codes}
        self.pack, self.register, self.parties = pack, register, dict(parties or {})
        self.held = {one.id: kind for one in register.columns if (kind := kind_held(register.id, one))}

    def cell(self, column: Column, fact: FactView) -> Cell:
        """One value of a fact."""
        if column.id in fact.hidden:
            return Cell("不予显示", hidden=True)
        value = fact.values.get(column.id)
        return Cell(self.word(column, value, str(fact.values.get("procedure") or "")), column.type in NUMBERS)

    def word(self, column: Column, value: Any, procedure: str = "") -> str:
        """A value in words; nothing where it is empty. `procedure` is that of the row, where it holds a step."""
        if value is None:
            return ""
        if column.codes in self.codes:
            return self.codes[column.codes].get(value, str(value))
        if column.id in self.held:
            return held_word(self.pack, self.held[column.id], str(value), self.parties, (procedure,))
        if column.type == "money":
            return format_money(value)
        if column.type == "bool":
            return "是" if value else "否"
        if column.type == "party":
            return self.parties.get(value, value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def row(self, fact: FactView, columns: Iterable[Column] | None = None) -> list[Cell]:
        """The own columns of a fact, in order; or those named."""
        return [self.cell(column, fact) for column in (self.register.columns if columns is None else columns)]


def named_in(register: Register, lines: Iterable[FactView]) -> set[str]:
    """The parties that facts of a register name in its own columns."""
    columns = holders_of_parties(register)
    held = (str(fact.values[name]) for fact in lines for name in columns if fact.values.get(name))
    return {part for text in held for part in text.replace("；", ";").split(";") if part}


def words_for(pack: Pack, viewer: Viewer, register: Register, lines: Iterable[FactView]) -> Words:
    """`Words` that know the parties which these facts name."""
    parties = named_in(register, lines)
    return Words(pack, register, named(viewer, parties))


def named(viewer: Viewer, parties: set[str]) -> dict[str, str]:
    """The names of parties that stand in facts which the asker sees: organisations all, people as far as allowed.

    Who reads a contract reads with whom it was made: an organisation's name is no secret, a person's is.
    """
    found = {one: name for one, name in names_of(viewer, parties).items() if name} if parties else {}
    return found | organizations_named(viewer, parties - set(found))


def changes(words: Words, newer: FactView, older: FactView | None) -> list[tuple[str, str, str]]:
    """(column, from, to) of what a revision changed; nothing for the first."""
    if older is None:
        return []

    def said(column: Column, one: FactView) -> str:
        return words.word(column, one.values.get(column.id), str(one.values.get("procedure") or ""))

    found = [
        (column.name, said(column, older), said(column, newer))
        for column in words.register.columns
        if newer.values.get(column.id) != older.values.get(column.id)
    ]
    for name, attribute in (("有效期起", "valid_from"), ("有效期止", "valid_to"), ("来源", "source")):
        before, after = getattr(older, attribute), getattr(newer, attribute)
        if before != after:
            found.append((name, str(before or ""), str(after or "")))
    return found
