"""What counts a promise: the register that keeps the thing it names, found by the code lists of the pack.

A register is proposed only where the text names entries of one code list, the event of the promise is one that this
list's register records, and its sums can be told apart by a column. Everything else is counted in the register of
drafts until a person has chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from innocity.core.money import format_money
from innocity.engines.reading.model import Amount, Benefit
from innocity.engines.reading.numbers import sums
from innocity.engines.reading.vocabulary import Vocabulary, Word
from innocity.packs.model import Column, Pack, Register

REGISTER = "draft_event"
_NAMED = frozenset({"认定", "备案", "入选", "评价", "入库", "评选", "批复", "升级"})
#: Code list -> the register that records such things, and the events by which it does.
RECORDED: Mapping[str, tuple[str, frozenset[str]]] = {
    "qualification_title": ("qualification", _NAMED),
    "platform_type": ("innovation_platform", _NAMED | {"设立", "建设"}),
    "st_award_name": ("st_award", frozenset({"获奖"})),
    "ip_type": ("ip_right", frozenset({"授权"})),
    "program": ("st_project", frozenset({"立项"})),
    "contract_type": ("technology_contract", frozenset({"登记", "认定", "备案"})),
}
#: Where a list's things are judged every year, that is recorded apart.
JUDGED: Mapping[str, str] = {"platform_type": "platform_evaluation"}
#: Code lists by which the sums of one promise may differ, and the words of cases that are no names of codes.
LADDERS = ("level", "recognition_kind", "award_grade", "evaluation_result")
_CASES: Mapping[str, str] = {"国家": "national", "省": "province", "市": "city", "县": "county", "区": "county"}
_LEVELS = ("county", "city", "province", "national")
_AGAIN = (
    (re.compile(r"^重新(?:通过)?(?:认定|评定|备案)"), "again"),
    (re.compile(r"^(?:首次|新)(?:通过)?(?:认定|评定|备案|获批)"), "first"),
)
_EACH = re.compile(r"每[件项]")
_SAMPLES: Mapping[str, Any] = {"text": "X1", "money": "100万元", "integer": 1, "bool": True, "party": "B"}


@dataclass(frozen=True, slots=True)
class Source:
    """The rows that count: register, condition, date, object, the money a rate is of (of all rows of a year where the
    object is the party); a row that counts, one that does not, the column with its codes by which sums differ."""

    register: str
    where: str
    counts_on: str
    object: str
    money: str | None
    fact: dict[str, Any]
    other: dict[str, Any] | None
    by: str | None = None
    cases: tuple[str, ...] = ()
    columns: Mapping[str, Column] = field(default_factory=dict)


def placeholder(key: str, year: int, pack: Pack) -> Source:
    """The rows of the register of drafts that name the clause; one that a city has kept since earlier may lack columns
    for conditions."""
    fact = {"party_id": "A", "clause": key, "approved_on": f"{year}-06-30"}
    other = {**fact, "clause": f"{key}_other"}
    kept = pack.registers.get(REGISTER)
    columns = {c.id: c for c in kept.columns} if kept else {}
    return Source(REGISTER, f"clause == '{key}'", "approved_on", "fact_id", "amount", fact, other, columns=columns)


def names_of(pack: Pack) -> Vocabulary:
    """The entries of the code lists that registers record, by name and alias."""
    words: list[Word] = []
    aliases: list[tuple[str, Word]] = []
    for listed in RECORDED:
        for code in pack.codes[listed].codes if listed in pack.codes else ():
            word = Word(code.id, code.name, "code", listed)
            words.append(word)
            aliases += [(alias, word) for alias in code.aliases]
    return Vocabulary.of(words, aliases)


def proposed(b: Benefit, text: str, names: Vocabulary, pack: Pack, year: int) -> Source | None:
    """The register that keeps what a benefit (its words in `text`) names; nothing where they do not settle it."""
    found = names.words_in(text.replace("（", "(").replace("）", ")"))
    named = [w for w in found if w.list and b.trigger_kind in RECORDED[w.list][1]]
    lists = {w.list for w in named}
    if len(lists) != 1 or b.shape == "monthly" or (lists == {"ip_type"} and not _EACH.search(text)):
        return None
    listed = str(named[0].list)
    register = _register(pack, listed, b)
    dated = next((c for c in register.columns if c.type == "date" and c.required), None) if register else None
    column = next((c for c in register.columns if c.codes == listed), None) if register else None
    paid = [a for a in b.amounts if a.value_yuan is not None or a.rate is not None]
    if register is None or dated is None or column is None or not paid:
        return None
    rated = any(a.rate is not None for a in paid)
    money = _money(register, paid[0].base or "") if rated else None
    by, cases = _ladder(paid, register, pack, column) if len(paid) > 1 else (None, ())
    if (rated and money is None) or (len(paid) > 1 and by is None):
        return None
    codes = tuple(dict.fromkeys(w.id for w in named))
    more = [w for w in (_levels(b, register, by), _kind(b, register, by, pack)) if w is not None]
    return _source(register, column, codes, dated, money, by, cases, more, pack, year)


def _register(pack: Pack, listed: str, b: Benefit) -> Register | None:
    judged = JUDGED.get(listed) if b.trigger_kind == "评价" else None
    return pack.registers.get(judged or RECORDED[listed][0])


def _money(register: Register, base: str) -> str | None:
    """The column a rate is taken of: the one that the text names, else the required sum, else the only one."""
    sums_ = [c for c in register.columns if c.type == "money"]
    said = [c for c in sums_ if c.name in base]
    needed = said or [c for c in sums_ if c.required] or sums_
    return needed[0].id if len(needed) == 1 else None


def _ladder(
    paid: Sequence[Amount], register: Register, pack: Pack, column: Column
) -> tuple[str | None, tuple[str, ...]]:
    """The column whose codes the cases name, each another, and these codes."""
    for c in register.columns:
        if c.codes in LADDERS or c.id == column.id:
            codes = [_code(a.case or "", c, pack) for a in paid]
            if all(codes) and len(set(codes)) == len(codes):
                return c.id, tuple(str(code) for code in codes)
    return None, ()


def _code(case: str, column: Column, pack: Pack) -> str | None:
    """The code that the name of a case means: its name, a level without 级, 首次认定…, or the longest name in it."""
    entries = pack.codes[str(column.codes)].codes
    names = {n.replace("（", "(").replace("）", ")"): code.id for code in entries for n in (code.name, *code.aliases)}
    if column.codes == "level":
        known = _CASES.get(re.sub(r"级?的?$", "", case.lstrip("、")))
    elif column.codes == "recognition_kind":
        known = next((code for pattern, code in _AGAIN if pattern.match(case)), None)
    else:
        inside = [n for n in names if n in case]
        known = names[max(inside, key=len)] if inside else None
    return known if known in {code.id for code in entries} else None


def _levels(b: Benefit, register: Register, by: str | None) -> tuple[str, tuple[str, ...]] | None:
    """The column of the level and the levels that the trigger names, where sums do not differ by level."""
    column = next((c for c in register.columns if c.codes == "level"), None)
    if column is None or column.id == by:
        return None
    found: list[str] = []
    for m in re.finditer(r"(国家|省|市|县)级(以上)?", b.trigger or ""):
        code = _CASES[m[1]]
        found += _LEVELS[_LEVELS.index(code) :] if m[2] else (code,)
    return (column.id, tuple(dict.fromkeys(found))) if found else None


def _kind(b: Benefit, register: Register, by: str | None, pack: Pack) -> tuple[str, tuple[str, ...]] | None:
    """The column of the kind of recognition and the kind that the trigger names: 首次认定, 重新认定, 升级."""
    column = next((c for c in register.columns if c.codes == "recognition_kind"), None)
    if column is None or column.id == by:
        return None
    words = re.sub(r"^对", "", b.trigger or "")
    code = "upgraded" if b.trigger_kind == "升级" else next((c for p, c in _AGAIN if p.match(words)), None)
    first_only = code == "first" and not words.startswith("首次")  # 新认定 says only that it is of this year
    known = code in pack.codes["recognition_kind"].ids()
    return (column.id, (code,)) if code and known and not first_only else None


def _source(
    register: Register, column: Column, codes: tuple[str, ...], dated: Column, money: str | None, by: str | None,
    cases: tuple[str, ...], more: Sequence[tuple[str, tuple[str, ...]]], pack: Pack, year: int,
) -> Source:  # fmt: skip
    if by == column.id:
        codes = cases
    wanted = [_among(column.id, codes), *(_among(*one) for one in more)]
    fact = {"party_id": "A", **{c.id: _sample(c, pack, year) for c in register.columns if c.required}}
    fact[column.id] = codes[0]
    fact |= {name: wanted_codes[0] for name, wanted_codes in more}
    if by:
        fact[by] = cases[0]
    rest = [c.id for c in pack.codes[str(column.codes)].codes if c.id not in codes]
    other = {**fact, column.id: rest[0]} if rest else None
    return Source(
        register.id, " and ".join(wanted), dated.id, "party" if money else _object(register),
        f"sum({money})" if money else None, fact, other, by, cases,
        {c.id: c for c in register.columns},
    )  # fmt: skip


def _among(column: str, codes: Sequence[str]) -> str:
    if len(codes) == 1:
        return f"{column} == '{codes[0]}'"
    return f"{column} in [{', '.join(repr(c) for c in codes)}]"


def _object(register: Register) -> str:
    """What is counted once a year: the thing with a number or name of its own, else the party."""
    return next((c.id for c in register.columns if c.type == "text" and c.required), "party")


def _sample(column: Column, pack: Pack, year: int) -> Any:
    if column.codes is not None and column.codes in pack.codes:
        return pack.codes[column.codes].codes[0].id
    return {"date": f"{year}-06-30", "year": year}.get(column.type, _SAMPLES.get(column.type, "X1"))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition with a number: the column, how it compares, the number as a literal, a value that just meets it."""

    column: str
    operator: str
    literal: str
    sample: Any


_ABOVE = re.compile(r"超过|突破|高于|大于|多于")
_BELOW = re.compile(r"以下|以内|不超过|不高于|低于|少于")
_COUNT = re.compile(r"(?<![0-9.])([0-9]{1,6})(?:件|家|项|个|人|名|台|套|户)")
FOREIGN = re.compile(r"美元|欧元|日元|港元")
MEASURE, QUANTITY = "condition_amount", "condition_count"


def conditions(b: Benefit, source: Source) -> list[Condition]:
    """The conditions of a promise of one sum that a column of its register can hold; the others stay in the note."""
    if len([a for a in b.amounts if a.value_yuan is not None or a.rate is not None]) != 1:
        return []
    found: dict[str, Condition] = {}
    for text in b.thresholds:
        made = None if FOREIGN.search(text) else _condition(text, source)
        if made is not None and made.column not in found and _is_kept(made.column, source):
            found[made.column] = made
    return list(found.values())


def _is_kept(column: str, source: Source) -> bool:
    return not source.columns or re.sub(r"^sum\((.*)\)$", r"\1", column) in source.columns


def _condition(text: str, source: Source) -> Condition | None:
    operator = ("<=" if "不" in text or "以" in text else "<") if _BELOW.search(text) else ">="
    operator = ">" if operator == ">=" and _ABOVE.search(text) and "以上" not in text else operator
    step = {">": 1, "<": -1}.get(operator, 0)
    money = sums(text)
    counted = _COUNT.findall(text)
    if len(money) == 1 and not counted:
        column = MEASURE if source.register == REGISTER else _named(text, source)
        fen = round(money[0].value * 100)
        return Condition(column, operator, format_money(fen), format_money(fen + 100 * step)) if column else None
    if len(counted) == 1 and not money and source.register == REGISTER:
        return Condition(QUANTITY, operator, counted[0], int(counted[0]) + step)
    return None


def _named(text: str, source: Source) -> str | None:
    """The column of money whose name stands in a condition (年度技术合同成交额300万元以上: 合同成交额)."""
    found = next((c.id for c in source.columns.values() if c.type == "money" and c.name in text), None)
    return f"sum({found})" if found and source.object == "party" and source.money else found
