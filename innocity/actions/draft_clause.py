"""A benefit that was read, as the draft of a clause with its golden cases.

Every number is a parameter with a reading that nobody has confirmed: the program marks what it computes from
it. What is counted stands in one register of drafts until a person has chosen the right one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from innocity.actions.draft_register import Source, conditions
from innocity.actions.draft_words import Marks
from innocity.core.money import format_money
from innocity.core.rates import format_rate
from innocity.engines.reading.model import Amount, Benefit

_KINDS = {
    "matching": "matching", "risk_compensation": "risk_compensation", "in_kind": "service",
}  # fmt: skip
_WORDS = (("贴息", "interest"), ("奖", "reward"), ("配套", "matching"), ("补", "subsidy"))
_MODES = {"一事一议": "一事一议"}
#: Why a number is not printed as it is written here: reckoned, or its unit stands in a table's head.
_DERIVED = {True: "原文只写减半，数额是算出来的", False: "表里只有数字，单位在表头"}
SAMPLE_BASE = 100_000_000  # fen: the base of a rate in a sample case
SAMPLE_MONTHS = 6
LONGEST_NAME = 20  # characters: a name, never a sentence of the document


@dataclass(frozen=True, slots=True)
class ClauseDraft:
    """The fields of a clause, and its cases."""

    data: dict[str, Any]
    cases: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Frame:
    """What all clauses of a document share: the city, the year of their sample cases, its text, first ids, and who
    looked at what was read."""

    city: str
    year: int
    text: str
    prefix: str
    marks: Marks = field(default_factory=Marks)


def clause_draft(b: Benefit, key: str, frame: Frame, topic: str, name: str, source: Source) -> ClauseDraft:
    """The draft of a clause that counts the rows of `source`.

    The document's sentences are not copied: `who` and `note` say where they stand.
    """
    sums = _Sums(key, source, frame.marks.reading(b))
    amount = sums.amount(b)
    when = sums.when(b)
    data: dict[str, Any] = {
        "id": key, "name": name, "topic": topic, "kind": _kind(b, frame.text), "force": b.force,
        "who": f"待写：见原文第 {b.start}-{b.end} 字", "what": _what(b), "params": sums.params,
        "register": source.register if sums.params else None, "counts_on": source.counts_on if sums.params else None,
        "where": source.where if sums.params else None,
        "object": source.object if sums.params else None, "when": when, "amount": amount,
        "bound": "upto" if _upto(b) else None,
        "gate": {"method": b.gate} if b.gate else None, "caps": sums.caps,
        "service": "待写" if amount == "in_kind" else None, "derived": sums.derived,
        "note": _note(b, len(when), frame.marks),
    }  # fmt: skip
    return ClauseDraft(data, _cases(b, data, sums, frame))


def case_name(a: Amount, number: int) -> str:
    """The name of a case: as read, without quotes, cut to a name's length; else its number."""
    return (a.case or "").replace("'", "").replace("\\", "")[:LONGEST_NAME] or str(number)


def _upto(b: Benefit) -> bool:
    return any(a.mode == "max" and (a.value_yuan is not None or a.rate is not None) for a in b.amounts)


def _kind(b: Benefit, text: str) -> str:
    if b.shape in _KINDS:
        return _KINDS[b.shape]
    return next((kind for word, kind in _WORDS if word in text[b.start : b.end]), "subsidy")


def _what(b: Benefit) -> str:
    shapes = {
        "fixed": "定额", "ladder": "分档定额", "proportional": "按比例", "matching": "按比例配套", "monthly": "按月",
        "per_unit": "按数量", "risk_compensation": "按损失比例", "min_of_two": "两者取低", "in_kind": "服务或便利",
        "discretionary": "没有写明数额",
    }  # fmt: skip
    event = f"，触发事项为{b.trigger_kind}" if b.trigger_kind else ""
    return f"{shapes.get(b.shape, '待写')}{event}"


_STACKING = {
    "stacks": "可能与其他扶持叠加", "net": "要扣除别处已得的，写进 net", "exclusive": "不与别的重复享受，写进互斥组",
}  # fmt: skip


def _note(b: Benefit, written: int, marks: Marks) -> str:
    said = [marks.of(b)]
    if b.instalments:
        said.append(
            "分期拨付：" + "、".join(format_rate(Fraction(str(s)).limit_denominator(100)) for s in b.instalments)
        )
    if len(b.thresholds) > written:
        said.append(f"还有 {len(b.thresholds) - written} 处带数字的条件，写进 when")
    if b.payers:
        said.append("出资：" + "、".join(b.payers))
    if b.stacking:
        said.append(_STACKING[b.stacking])
    if b.period:
        said.append(f"期限：{b.period}")
    return "；".join(said)


class _Sums:
    """The parameters and the amount of a clause."""

    def __init__(self, key: str, source: Source, reading: str) -> None:
        self.key, self.source, self.reading = key, source, reading
        self.met: dict[str, Any] = {}  # values that just meet the conditions
        self.params: dict[str, Any] = {}
        self.derived: dict[str, str] = {}
        self.caps: list[dict[str, str]] = []
        self.cases: list[tuple[str | None, Amount]] = []

    def amount(self, b: Benefit) -> Any:
        """The amount in pack format: fixed, ladder by conditions, rate with cap, per unit, monthly; else open."""
        paid = [a for a in b.amounts if a.value_yuan is not None or a.rate is not None]
        if not paid:
            return "in_kind" if b.shape == "in_kind" else "undecided"
        caps = [a for a in b.amounts if a.cap_yuan is not None and a.value_yuan is None]
        shapes = [self._one(a, b) for a in paid]
        self.cases = [(None, paid[0])] if len(paid) == 1 else [(f"c{n}", a) for n, a in enumerate(paid, 1)]
        for n, cap in enumerate(caps):
            name = self._param("cap", cap.cap_yuan or 0)
            if n == 0 and len(shapes) == 1 and isinstance(shapes[0], dict):
                shapes[0]["cap"] = name
            else:
                self.caps.append({"sum": name, "per": "party"})
        if len(shapes) == 1:
            return shapes[0]
        if self.source.by:
            return {"by": self.source.by, "cases": dict(zip(self.source.cases, shapes, strict=True))}
        steps = [
            {"name": f"c{n}", "if": f"kind == '{case_name(a, n)}'", "is": shape}
            for n, (a, shape) in enumerate(zip(paid, shapes, strict=True), 1)
        ]
        return {"cases": steps}

    def when(self, b: Benefit) -> list[dict[str, str]]:
        """The conditions that a column can hold; each number is a parameter."""
        said = []
        for c in conditions(b, self.source) if self.params else ():
            name = self._free("floor" if c.operator.startswith(">") else "ceiling")
            self.params[name] = {"value": c.literal, "reading": self.reading}
            self.met[_bare(c.column)] = c.sample
            said.append({"if": f"{c.column} {c.operator} {name}", "says": f"待写：见原文第 {b.start}-{b.end} 字的条件"})
        return said

    def _one(self, a: Amount, b: Benefit) -> Any:
        if a.rate is not None:
            text = format_rate(Fraction(str(a.rate)))
            return {"rate": self._named("rate", text, a), "of": self.source.money}
        text = format_money(round((a.value_yuan or 0) * 100))
        if b.shape == "monthly":
            name = self._named("each", f"{text}/月", a)
            return {"each": name, "times": "months_in_year(entered_on, left_on)"}
        return self._named("sum", text, a)

    def _named(self, stem: str, text: str, a: Amount) -> str:
        name = self._free(stem)
        self.params[name] = {"value": text, "reading": self.reading}
        if a.derived:
            self.derived[name] = _DERIVED["减半" in a.derived]
        return name

    def _param(self, stem: str, yuan: float) -> str:
        name = self._free(stem)
        self.params[name] = {"value": format_money(round(yuan * 100)), "reading": self.reading}
        return name

    def _free(self, stem: str) -> str:
        n = 1
        while f"{stem}_{n}" in self.params:
            n += 1
        return f"{stem}_{n}"


def _cases(b: Benefit, data: dict[str, Any], sums: _Sums, frame: Frame) -> list[dict[str, Any]]:
    """Cases of a clause that computes (its first case, a fact that is another's, another year), one of others."""
    city, year, mark = frame.city, frame.year, frame.marks.of(b)
    head = {"city": city, "clauses": [data["id"]], "years": [year]}
    if not sums.params:
        status = "in_kind" if data["amount"] == "in_kind" else "awaiting_parameter"
        status = "awaiting_decision" if b.gate and status != "in_kind" else status
        return [{"says": f"{mark}：没有数额，要人定", **head, "expect": [{"party": "*", "status": status}]}]
    source, nothing = sums.source, {"expect": [], "total_fen": 0}
    fact = _fact(b, sums, year)
    past = {**fact, source.counts_on: f"{year - 1}-06-30"}
    found = [{"says": f"{mark}：第一档", **head, "facts": {source.register: [fact]}, **_expected(b, sums)}]
    if source.other is not None:
        other = {**fact, **{k: v for k, v in source.other.items() if v != source.fact.get(k)}}
        found.append({"says": "别的事项不算", **head, "facts": {source.register: [other]}, **nothing})
    return [*found, {"says": "别的年份的事实不算", **head, "facts": {source.register: [past]}, **nothing}]


def _fact(b: Benefit, sums: _Sums, year: int) -> dict[str, Any]:
    case, first = sums.cases[0]
    fact: dict[str, Any] = {**sums.source.fact, **sums.met}
    if case and not sums.source.by:
        fact["kind"] = case_name(first, 1)
    if first.rate is not None and sums.source.money:
        fact[_bare(sums.source.money)] = format_money(SAMPLE_BASE)
    if b.shape == "monthly":
        fact |= {"entered_on": f"{year}-01-01", "left_on": f"{year}-07-01"}
    return fact


def _bare(column: str) -> str:
    """The column in a sum over rows.

    >>> _bare("sum(amount)"), _bare("amount")
    ('amount', 'amount')
    """
    return column.removeprefix("sum(").removesuffix(")")


def _expected(b: Benefit, sums: _Sums) -> dict[str, Any]:
    """What the first case gives, computed here with integers, not by the engine that is to be tested."""
    _, first = sums.cases[0]
    if b.gate:
        return {"expect": [{"party": "A", "status": "awaiting_decision"}]}
    if first.rate is not None:
        fen = _half_up(Fraction(str(first.rate)) * SAMPLE_BASE)
    else:
        fen = round((first.value_yuan or 0) * 100) * (SAMPLE_MONTHS if b.shape == "monthly" else 1)
    for cap in _limits(b):
        fen = min(fen, cap)
    status = "ceiling" if _upto(b) else "sum"
    return {"expect": [{"party": "A", "status": status, "fen": fen}], "total_fen": fen}


def _limits(b: Benefit) -> Sequence[int]:
    return [round(a.cap_yuan * 100) for a in b.amounts if a.cap_yuan is not None and a.value_yuan is None]


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))
