"""The form of 多值比较: one or two parameters, the values of each as a list or from–to–step, a budget."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from innocity.actions.vary_reform import MOST, values_between
from innocity.core.errors import InnoCityError
from innocity.core.money import parse_money
from innocity.packs.model import Pack
from innocity.web import cities
from innocity.web.views.office.common import Fault
from innocity.web.views.office.parameters import CHOICES, Field, as_sum, checked, fields_of

LETTERS = ("a", "b")
_LISTED = re.compile(r"[,，;；、\n]")
_LONG, _SHORT = 2000, 40  # signs of a list, of one value
_NUMBERS = ("money", "monthly", "rate", "integer")


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter of the form with what was typed: a list, or from, to and step."""

    letter: str
    key: str = ""
    values: str = ""
    first: str = ""
    last: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says: `vary` and `budget` (fen) as `vary_reform` takes them; `faults` says what is wrong."""

    rows: tuple[Row, ...]
    budget_text: str
    vary: dict[str, list[str]] = field(default_factory=dict)
    budget: int | None = None
    faults: tuple[Fault, ...] = ()


def choices_of(city: str) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    """Every parameter that can take several values, by the clause that has it: a shared one stands at its first."""
    return _choices(city, cities.pack_of(city).hash)


@lru_cache(maxsize=4)
def _choices(city: str, stamp: str) -> tuple[tuple[str, tuple[Field, ...]], ...]:
    pack, topics = cities.pack_of(city), cities.topics_of(city)
    seen: set[str] = set()
    found = []
    for clause in pack.clauses.values():
        fields = fields_of(pack, clause, topics, {}) if clause.computes() else []
        own = tuple(one for one in fields if one.key not in seen and (one.choices or one.type in (*_NUMBERS, None)))
        seen |= {one.key for one in own}
        if own:
            found.append((clause.name, own))
    return tuple(found)


def read(pack: Pack, city: str, data: Mapping[str, str], *, sent: bool) -> Asked:
    """What a form says, with all that is wrong with it where it was `sent`."""
    rows = tuple(_row(data, letter) for letter in LETTERS)
    text = data.get("budget", "").strip()[:_SHORT]
    if not sent:
        return Asked(rows, text)
    fields = {one.key: one for _, group in choices_of(city) for one in group}
    faults: list[Fault] = []
    vary: dict[str, list[str]] = {}
    for row in rows:
        if row.key or row.letter == LETTERS[0]:
            vary |= _values(row, fields, faults)
    if rows[0].key and rows[0].key == rows[1].key:
        faults.append(Fault("两个参数是同一个", "第二个换一个，或不选", f"f-{LETTERS[1]}"))
    count = 1
    for values in vary.values():
        count *= len(values)
    if count > MOST:
        faults.append(Fault(f"共 {count:,} 个组合，最多 {MOST} 个", "少写几个值，或分几次比", f"f-{LETTERS[0]}-values"))
    return Asked(rows, text, vary, _budget(text, faults), tuple(faults))


def _row(data: Mapping[str, str], letter: str) -> Row:
    between = (data.get(f"{letter}_{name}", "").strip()[:_SHORT] for name in ("from", "to", "step"))
    return Row(letter, data.get(letter, "").strip()[:100], data.get(f"{letter}_values", "").strip()[:_LONG], *between)


def _budget(text: str, faults: list[Fault]) -> int | None:
    if not text:
        return None
    try:
        budget = parse_money(text)
    except InnoCityError as error:
        faults.append(Fault(f"预算：{error.message}", error.remedy or "", "f-budget"))
        return None
    if budget <= 0:
        faults.append(Fault("预算要大于 0", "写一年的钱，如 2亿元；没有预算就空着", "f-budget"))
    return budget


def _values(row: Row, fields: Mapping[str, Field], faults: list[Fault]) -> dict[str, list[str]]:
    """The values of one parameter by its key; what is wrong goes into `faults`, at its input."""
    one = fields.get(row.key)
    if one is None:
        what = "没有这个参数" if row.key else "没有选要比的参数"
        faults.append(Fault(what, "从列表里选一个", f"f-{row.letter}"))
        return {}
    place = f"f-{row.letter}-values"
    try:
        values = _typed(row, one)
    except InnoCityError as error:
        faults.append(Fault(f"{one.label}：{error.message}", error.remedy or "", f"f-{row.letter}-from"))
        return {}
    if not values:
        faults.append(Fault(f"{one.label}：没有写取值", "写几个值，或写从多少到多少、每次加多少", place))
    for text in values:
        tried = checked(replace(one, value=text))
        if tried.error:
            faults.append(Fault(f"{one.label}：{tried.error}", tried.remedy, place))
    return {one.key: values}


def _typed(row: Row, one: Field) -> list[str]:
    """The values as literals, each once. Errors: those of `values_between`."""
    codes = {CHOICES[code]: code for code, _ in one.choices}
    listed = [text.strip() for text in _LISTED.split(row.values)]
    values = [as_sum(codes.get(text, text), one.type) for text in listed if text]
    if not values and row.first and row.last and row.step:
        first, last, step = (as_sum(text, one.type) for text in (row.first, row.last, row.step))
        values = values_between(first, last, step, one.type, above_one=one.above_one)
    elif not values and one.choices:
        values = [code for code, _ in one.choices]
    return list(dict.fromkeys(values))
