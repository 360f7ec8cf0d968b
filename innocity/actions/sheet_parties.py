"""Whom the rows of an office's table are about: by number, social credit code, id number of a person, or name."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from stdnum.cn import ric, uscc

from innocity.actions.sheet_headings import CODE, CODE_HEADING, NAME, NAME_HEADING, PERSON, PERSON_HEADING
from innocity.actions.sheet_values import Problems, alike
from innocity.core.errors import register_codes
from innocity.core.money import clean
from innocity.packs.model import Pack, Register
from innocity.records.protect import normal
from innocity.records.queries import imports
from innocity.records.queries.imports import KnownParty
from innocity.records.viewer import ANY_UNIT, Viewer

register_codes({
    "E-IMPORT-PARTY": ("不知道这一行说的是谁", "nobody can tell whom a row is about"),
    "E-IMPORT-PARTY-DIFFERS": ("代码与名称不是同一主体", "code and name belong to different parties"),
    "E-IMPORT-CODE-NUMBER": ("统一社会信用代码或证件号码不对", "a social credit code or id number is wrong"),
})  # fmt: skip

_BRACKETS = str.maketrans("()", "（）")
_PLAIN_BRACKETS = str.maketrans("（）", "()")
_DOCUMENT = re.compile(r"[A-Z0-9]{5,20}")
_WHOSE = "只能登记本区市或本单位的主体"


@dataclass(slots=True)
class Parties:
    """The party of each row (None where it is not known), and what of them is new.

    `people` are new people's id numbers by party; they leave memory only enciphered.
    """

    ids: list[str | None]
    names: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    people: dict[str, str] = field(default_factory=dict)


def find_parties(
    viewer: Viewer, register: Register, given: Mapping[str, pa.Array], rows: int, problems: Problems,
    units: Mapping[str, str] | None = None,
) -> Parties:  # fmt: skip
    """The parties of the rows. `given` holds texts by `party_id`, `@code`, `@name`, `@person` as far as they stand
    in the table; in register `organization` `uscc` and `name` serve too.

    `units`: ids of units by any name that they bear (`names_of_units`), which need not be the recorded one.
    A row of `organization` or `person` may bring a new party; elsewhere it must be recorded. Errors of rows in
    `problems`: E-IMPORT-PARTY, E-IMPORT-PARTY-DIFFERS, E-IMPORT-CODE-NUMBER, E-RECORDS-DENIED.
    """
    empty = pa.nulls(rows, pa.string())
    texts = [given.get("party_id", empty), *(_each(read, given.get(target, empty))
             for read, target in ((normal, CODE), (clean, NAME), (normal, PERSON)))]  # fmt: skip
    finder = _Finder(viewer, register, *texts, units=units or {})
    columns = [column.to_pylist() for column in texts]
    ids: list[str | None] = []
    sound: dict[int, str | None] = {}
    for row, number in enumerate(alike(texts)):
        if number in sound:
            ids.append(sound[number])
            continue
        before = problems.count
        found = finder.party(row, tuple(column[row] for column in columns), problems)
        if found is not None and finder.foreign(found):
            problems.add(row, NAME_HEADING, "E-RECORDS-DENIED", "这个主体不归本单位登记", _WHOSE)
        if problems.count == before:
            sound[number] = found
        ids.append(found)
    known = {one: finder.by_id[one].name for one in set(filter(None, ids)) if one in finder.by_id}
    return Parties(ids, known, finder.new, finder.new_people)


def names_of_units(pack: Pack) -> dict[str, str]:
    """The ids of units by name, full name and alias, as names are compared; a name that several bear is left out."""
    found: dict[str, set[str]] = {}
    for one in pack.units.values():
        for name in (one.name, one.full_name, *one.aliases):
            found.setdefault(_name(name) or "", set()).add(one.id)
    return {name: min(ids) for name, ids in found.items() if name and len(ids) == 1}


def resolved(
    viewer: Viewer, texts: Iterable[str | None], units: Mapping[str, str] | None = None
) -> dict[str, str]:  # fmt: skip
    """Words in a column that names other parties (seller, employer): what is a code or a name, as the party's id.

    Words that stand for nobody recorded stay as they are; so do names that several bear.
    """
    words = {text for text in texts if text}
    known = imports.parties_by_id(viewer, words)
    left = words - set(known)
    codes = {normal(word): word for word in left}
    found = {codes[code]: one.id for code, one in imports.parties_by_code(viewer, codes).items()}
    named = imports.parties_by_name(viewer, _spellings(left - set(found)))
    for word in left - set(found):
        same = {one.id for spelling in _spellings([word]) for one in named.get(spelling, ())}
        if len(same) == 1:
            found[word] = same.pop()
        elif not same and (unit := (units or {}).get(_name(word) or "")):
            found[word] = unit
    return found


class _Finder:
    """Parties that the table names, read at once."""

    def __init__(
        self, viewer: Viewer, register: Register, ids: pa.Array, codes: pa.Array, names: pa.Array, people: pa.Array,
        *, units: Mapping[str, str],
    ) -> None:  # fmt: skip
        self.viewer, self.register = viewer, register
        self.by_id = imports.parties_by_id(viewer, _different(ids))
        self.by_code = imports.parties_by_code(viewer, _different(codes))
        unnamed = _different(names.filter(pc.is_null(codes)))
        self.by_name: dict[str, dict[str, KnownParty]] = {}
        for spelling, same in imports.parties_by_name(viewer, _spellings(unnamed)).items():
            self.by_name.setdefault(_name(spelling) or "", {}).update({one.id: one for one in same})
        asked = {name: units[plain] for name in unnamed if (plain := _name(name) or "") in units}
        known = imports.parties_by_id(viewer, set(asked.values()))
        for name, unit in asked.items():
            if name not in self.by_name and unit in known:
                self.by_name[name] = {unit: known[unit]}
        numbers = imports.people_by_number(viewer, _different(people))
        self.by_person = dict(numbers)
        self.by_id |= imports.parties_by_id(viewer, set(numbers.values()))
        for one in (*self.by_code.values(), *(p for same in self.by_name.values() for p in same.values())):
            self.by_id[one.id] = one
        self.new: set[str] = set()
        self.new_people: dict[str, str] = {}
        fresh = _different(codes) - set(self.by_code)
        self.taken = imports.taken_codes(viewer, fresh) if register.id == "organization" else set()

    def party(self, row: int, cells: tuple[Any, ...], problems: Problems) -> str | None:
        """The party of a row, or None with what is wrong."""
        given, code, name, person = cells
        if given:
            return self._by_id(row, given, code, problems)
        if code:
            return self._by_code(row, code, name, problems)
        if person:
            return self._by_person(row, person, problems)
        if name:
            return self._by_name(row, name, problems)
        words = f"填{PERSON_HEADING}" if self.register.about == "person" else f"填{CODE_HEADING}或{NAME_HEADING}"
        problems.add(row, NAME_HEADING, "E-IMPORT-PARTY", "没有写是哪个主体", words)
        return None

    def foreign(self, party: str) -> bool:
        """Whether somebody bound to a county or to their own unit may not write of this party."""
        viewer = self.viewer
        if viewer.role == "operator":
            return False
        if ANY_UNIT & set(self.register.writers) and not viewer.duty(self.register):
            return party != viewer.unit
        one = self.by_id.get(party)
        return viewer.county is not None and (one is None or viewer.county not in (one.division, one.zone))

    def _by_id(self, row: int, given: str, code: str | None, problems: Problems) -> str | None:
        one = self.by_id.get(given)
        if one is None and self.register.id not in ("organization", "person"):
            problems.add(row, "主体编号", "E-IMPORT-PARTY", f"没有编号为 {given} 的主体",
                         f"核对编号，或改填{CODE_HEADING}、{NAME_HEADING}")  # fmt: skip
            return None
        if one is not None and code and one.code and one.code != code and self.register.id != "organization":
            text = f"编号 {given} 的代码不是 {code}"
            problems.add(row, CODE_HEADING, "E-IMPORT-PARTY-DIFFERS", text, "编号与代码留一个，或改成一致")
            return None
        if one is None:
            self.new.add(given)
        return given

    def _by_code(self, row: int, code: str, name: str | None, problems: Problems) -> str | None:
        one = self.by_code.get(code)
        if one is None:
            return self._new_code(row, code, problems)
        if name and one.name and _name(one.name) != name and self.register.id != "organization":
            text = f"代码 {code} 登记的名称是“{one.name}”"
            problems.add(row, NAME_HEADING, "E-IMPORT-PARTY-DIFFERS", text, "核对代码；更了名的先更正创新主体登记簿")
            return None
        return one.id

    def _new_code(self, row: int, code: str, problems: Problems) -> str | None:
        if not uscc.is_valid(code):
            text = f"{CODE_HEADING} {code[:20]} 的位数或校验位不对"
            problems.add(row, CODE_HEADING, "E-IMPORT-CODE-NUMBER", text, "照营业执照改正")
        elif code in self.taken:
            problems.add(row, CODE_HEADING, "E-RECORDS-DENIED", "这个主体不归本单位登记", _WHOSE)
        elif self.register.id != "organization":
            problems.add(row, CODE_HEADING, "E-IMPORT-PARTY", f"没有登记过 {code}", "先在创新主体登记簿里登记")
        else:
            self.new.add(code)
            return code
        return None

    def _by_person(self, row: int, number: str, problems: Problems) -> str | None:
        found = self.by_person.get(number)
        if found is not None:
            return found
        valid = ric.is_valid(number) if len(number) == 18 else bool(_DOCUMENT.fullmatch(number))
        if not valid:  # the number itself is never shown
            problems.add(
                row, PERSON_HEADING, "E-IMPORT-CODE-NUMBER", f"{PERSON_HEADING}的位数或校验位不对", "照证件改正"
            )
        elif self.register.id != "person":
            problems.add(row, PERSON_HEADING, "E-IMPORT-PARTY", "没有登记过这个人", "先在人才登记簿里登记")
        else:
            party = self.by_person[number] = f"person-{secrets.token_hex(8)}"
            self.new.add(party)
            self.new_people[party] = number
            return party
        return None

    def _by_name(self, row: int, name: str, problems: Problems) -> str | None:
        same = self.by_name.get(name, {})
        if len(same) == 1:
            return next(iter(same))
        if same:
            text = f"有 {len(same)} 个主体叫“{name[:60]}”"
            problems.add(row, NAME_HEADING, "E-IMPORT-PARTY", text, f"改填{CODE_HEADING}或主体编号")
        else:
            text = f"没有登记过叫“{name[:60]}”的主体"
            problems.add(
                row,
                NAME_HEADING,
                "E-IMPORT-PARTY",
                text,
                f"核对名称，或改填{CODE_HEADING}；新的先在创新主体登记簿里登记",
            )
        return None


def _each(read: Callable[[str], str], texts: pa.Array) -> pa.Array:
    """Texts as they are compared, each different one read once."""
    words = texts.dictionary_encode()
    return pa.array([read(word) or None for word in words.dictionary.to_pylist()], pa.string()).take(words.indices)


def _different(texts: pa.Array) -> set[str]:
    return set(filter(None, pc.unique(texts).to_pylist()))


def _name(text: str | None) -> str | None:
    """A name as it is compared: no spaces, plain brackets.

    >>> _name("威海 甲（集团）公司")
    '威海甲(集团)公司'
    """
    return clean(text) if text else None


def _spellings(names: Iterable[str]) -> set[str]:
    """The names with either kind of brackets."""
    return {one for name in names for one in (name, name.translate(_BRACKETS), name.translate(_PLAIN_BRACKETS))}
