"""What of a clause can be changed, as fields of a form: what it is called, its value now, its bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext_noop

from innocity.core.errors import InnoCityError
from innocity.core.glossary import Glossary
from innocity.core.kept import Kept, Same
from innocity.engines.rules.compile import SHARES, TAKES
from innocity.engines.rules.profile import clause_profile
from innocity.packs.literals import LiteralType, literal_type, parse_literal
from innocity.packs.load import load_glossaries
from innocity.packs.model import Amount, Clause, Pack, Param

#: Names of the literals of an amount.
PARTS = {
    "amount": "金额", "rate": "比例", "each": "每个单位的金额", "cap": "封顶", "floor": "保底", "upto": "分档上限",
    "sum": "资金规模", "share": "资金不够时怎样分", "take": "同时符合几项时", "assume": "是否采用这条推定",
    "once": "同一事项只给一次", "period": "年限",
}  # fmt: skip
CHOICES: dict[str, str] = {
    "pro_rata": gettext_noop("按同一比例"), "rank": gettext_noop("按评审排序"), "first_come": gettext_noop("先到先得"),
    "highest": gettext_noop("只给最高的一项"), "all": gettext_noop("各项都给"), "net": gettext_noop("就高，扣除已给的"),
    "true": gettext_noop("是"), "false": gettext_noop("否"),
}  # fmt: skip
BOUNDS: dict[LiteralType, str] = {
    "money": "写带单位的金额，如 20万元", "monthly": "写按月的金额，如 5000元/月", "rate": "0 到 100%，如 5%",
    "integer": "写整数", "date": "写成 2023-07-27", "bool": "", "text": "写文件里的代码",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One parameter. `value` is what stands in the form, `now` what holds today (empty: the text lacks it)."""

    key: str
    label: str
    now: str
    value: str
    note: str = ""
    bounds: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    others: tuple[tuple[str, str], ...] = ()  # other readings: value, what it means
    missing: str = ""
    type: LiteralType | None = None
    above_one: bool = False
    error: str = field(default="")
    remedy: str = field(default="")

    @property
    def id(self) -> str:
        """The id of its element."""
        return "p-" + self.key.replace(".", "-")

    @property
    def changed(self) -> bool:
        """Whether another value is asked for."""
        return self.value.strip() not in ("", self.now)


def fields_of(pack: Pack, clause: Clause, topics: Mapping[str, str], given: Mapping[str, str]) -> list[Field]:
    """All parameters of a clause and of what it shares with others, with the values `given` in a form."""
    return [_field(pack, clause, one, given) for one in clause_profile(pack, clause.id, topics)["parameters"]]


def _field(pack: Pack, clause: Clause, one: Mapping[str, object], given: Mapping[str, str]) -> Field:
    key, now = str(one["set"]), str(one["value"] or "")
    owner, _, name = key.partition(".")
    param = clause.params.get(name) if owner == clause.id else None
    kind = (param.type if param else None) or (literal_type(now) if now else None)
    above = _above_one(clause, param)
    value = as_sum(given.get(key, now).strip()[:60], kind)
    found = Field(
        key, _label(pack, clause, owner, name, param, str(one["says"] or "")), now, value,
        str(one["reading"] or ""), _bounds(kind, above), _choices(owner, name, now, pack),
        tuple((a["value"], a["says"] or "") for a in one["alternatives"]),  # type: ignore[attr-defined]
        str(one["missing"] or ""), kind, above,
    )  # fmt: skip
    return checked(found)


def as_sum(text: str, kind: LiteralType | None) -> str:
    """A sum as people write it, 15万, with the unit that clauses write; everything else as it stands.

    >>> as_sum("15万", "money"), as_sum("1.5亿/月", "monthly"), as_sum("15", "money"), as_sum("15万", "integer")
    ('15万元', '1.5亿元/月', '15', '15万')
    """
    if kind not in ("money", "monthly"):
        return text
    return _NO_UNIT.sub(r"\1元\2", text)


_NO_UNIT = re.compile(r"^([0-9０-９][0-9０-９,，.．]*\s*(?:百|千)?(?:万亿|亿|万))(/月|每月)?$")


def _above_one(clause: Clause, param: Param | None) -> bool:
    return param.above_one if param else bool(clause.amount.above_one)


def _bounds(kind: LiteralType | None, above: bool) -> str:
    if kind == "rate" and above:
        return "可以超过 100%，如 150%"
    return BOUNDS[kind] if kind else "原文没有写；填了才能算"


def _choices(owner: str, name: str, now: str, pack: Pack) -> tuple[tuple[str, str], ...]:
    values: tuple[str, ...] = ()
    if name == "share" and owner in pack.pools:
        values = SHARES
    elif name == "take" and owner in pack.groups:
        values = TAKES
    elif now in ("true", "false"):
        values = ("true", "false")
    return tuple((value, CHOICES[value]) for value in values)


def label_of(pack: Pack, clause: Clause, one: Mapping[str, object]) -> str:
    """What a parameter of `clause_profile` is called, as on the page where it is changed."""
    owner, _, name = str(one["set"]).partition(".")
    param = clause.params.get(name) if owner == clause.id else None
    return _label(pack, clause, owner, name, param, str(one["says"] or ""))


def _label(pack: Pack, clause: Clause, owner: str, name: str, param: Param | None, says: str) -> str:
    """What a parameter is called: the case of an amount that it is of, its own words, else the part it is."""
    if owner != clause.id:
        shared = pack.pools.get(owner) or pack.groups.get(owner) or pack.rules.get(owner)
        title = (getattr(shared, "name", "") or says) if shared else says
        return f"{title}：{PARTS.get(name, name)}" if title and title != PARTS.get(name) else PARTS.get(name, name)
    if case := _case(pack, clause, name):
        return case
    if param is not None and (param.says or param.reading):
        return str(param.says or param.reading)
    base, _, number = name.rpartition("_")
    if base in PARTS and number.isdigit():
        return f"{PARTS[base]}（第{number}处）"
    return says or PARTS.get(name) or _words(pack).zh(name) or name


_GLOSSARIES: Kept[Glossary] = Kept(4)


def _words(pack: Pack) -> Glossary:
    """The glossary of a city's folder: what its clauses call their parameters and cases."""
    return _GLOSSARIES.get(Same(pack), lambda: load_glossaries(pack))


def _case(pack: Pack, clause: Clause, name: str) -> str:
    """The Chinese name of the case of an amount whose literal or parameter this is: that of a code."""
    for amount in _amounts(clause.amount):
        if not isinstance(amount.cases, dict):
            continue
        own = [key for key, one in amount.cases.items() if name in (key, one.fixed)]
        # The codes are those of the column that the amount goes by: the list that knows all of its cases.
        lists = [codes for codes in pack.codes.values() if set(amount.cases) <= {code.id for code in codes.codes}]
        if own and lists:
            return "、".join(code.name for code in lists[0].codes if code.id in own)
    return ""


def _amounts(amount: Amount) -> Iterator[Amount]:
    yield amount
    cases = amount.cases.values() if isinstance(amount.cases, dict) else [step.is_ for step in amount.cases or ()]
    for one in (*cases, *(amount.lesser or ()), *(amount.greater or ()), *(amount.all or ())):
        yield from _amounts(one)


def checked(one: Field) -> Field:
    """The field, with what is wrong with the value asked for."""
    if not one.changed:
        return one
    if one.choices:
        wrong = one.value not in dict(one.choices)
        return replace(one, error="不在可选的几项之中", remedy="从列表里选") if wrong else one
    try:
        read = parse_literal(one.value, one.type, above_one=one.above_one)
    except InnoCityError as error:
        return replace(one, error=error.message, remedy=error.remedy or "")
    if one.type is None and read.type == "text":
        return replace(one, error=f"看不懂“{one.value}”", remedy="写金额、比例或整数，如 20万元、5%、3")
    return one
