"""方案比选: what each value of some parameters would cost, and which of them a budget bears."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Any

from innocity.actions.try_reform import Basis, Step, check_overlay, open_laboratory, reform_report
from innocity.core.errors import InnoCityError, register_codes
from innocity.core.money import format_money
from innocity.engines.rules.reform import Overlay
from innocity.packs.literals import LiteralType, parse_literal
from innocity.packs.model import Pack

register_codes({
    "E-VARY-EMPTY": ("没有可比的取值", "there are no values to compare"),
    "E-VARY-MANY": ("要比的组合太多", "too many combinations to compare"),
    "E-VARY-RANGE": ("取值的起止不对", "a range of values cannot be read"),
})  # fmt: skip

MOST = 200  # combinations
WHOLE = 20  # combinations up to which each is tried in full: who gains and who loses
#: Told after each combination: its number from 1, and the whole report where it was tried in full.
Told = Callable[[int, dict[str, Any] | None], None]
_COUNTED = ("winners", "losers", "unchanged", "gained", "lost")


def vary_reform(
    pack: Pack, overlay: Overlay, vary: Mapping[str, Sequence[str]], basis: Basis, budget: int | None = None,
    step: Step = lambda name: None, told: Told | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The payable fen of every combination of values, all else changed as `overlay` says.

    `vary`: values by parameter (`clause.param`), as `--set` takes them. `variants` of the result, in the order
    given: `settings`, `payable` (fen), `more` (fen above what stands today), `within` (of `budget` in fen, None
    without one), `clauses` ({id: {count, payable, more}} of those that differ). `current` is today's. With `told`,
    up to WHOLE combinations are tried in full: `winners`, `losers`, `unchanged`, `gained`, `lost` as of a reform,
    `awards` (sums paid) and `parties` (who get any). Errors: E-VARY-EMPTY, E-VARY-MANY, those of `check_overlay`
    (before anything is computed), E-FACTS-*.
    """
    plans = [overlay.model_copy(update={"set": {**overlay.set, **one}}) for one in combinations(vary)]
    for plan in plans:
        check_overlay(pack, plan, basis)
    laboratory = open_laboratory(pack, basis, step)
    step("按现行条款算")
    current = laboratory.totals(Overlay())
    variants = []
    for number, plan in enumerate(plans, 1):
        step(f"第 {number} 个方案，共 {len(plans)} 个")
        found = laboratory.totals(plan)
        payable = _payable(found)
        whole = reform_report(laboratory, plan, basis) if told and len(plans) <= WHOLE else None
        variants.append({
            "settings": {name: plan.set[name] for name in vary}, "payable": payable,
            "more": payable - _payable(current), "within": None if budget is None else payable <= budget,
            "clauses": _differing(current, found), **_counted(whole),
        })  # fmt: skip
        if told:
            told(number, whole)
    return {
        "name": overlay.name, "city": pack.city.id, "year": basis.year, "simulated": laboratory.snapshot.simulated,
        "current": {"payable": _payable(current)}, "budget": budget, "variants": variants, "pack": pack.hash,
        "facts": laboratory.snapshot.hash, "as_of": laboratory.as_of.isoformat(),
    }  # fmt: skip


def combinations(vary: Mapping[str, Sequence[str]]) -> list[dict[str, str]]:
    """Every combination of values, the last parameter running fastest. Errors: E-VARY-EMPTY, E-VARY-MANY.

    >>> combinations({"a.rate": ["1%", "2%"], "b.cap": ["10万元"]})
    [{'a.rate': '1%', 'b.cap': '10万元'}, {'a.rate': '2%', 'b.cap': '10万元'}]
    """
    values = {name: list(dict.fromkeys(texts)) for name, texts in vary.items()}
    if not values or not all(values.values()):
        raise InnoCityError("E-VARY-EMPTY", "没有写要比的取值", None, "写成 条款.参数=值,值,值")
    count = prod(len(texts) for texts in values.values())
    if count > MOST:
        raise InnoCityError("E-VARY-MANY", f"共 {count:,} 个组合，最多 {MOST} 个", None, "少写几个值，或分几次比")
    return [dict(zip(values, chosen, strict=True)) for chosen in product(*values.values())]


def values_between(
    first: str, last: str, step: str, kind: LiteralType | None = None, *, above_one: bool = False
) -> list[str]:
    """Values from `first` to `last`, both as they are written, `step` apart. Errors: E-VARY-RANGE, E-VARY-MANY,
    those of literals.

    >>> values_between("10万元", "30万元", "10万元"), values_between("1%", "2%", "0.5%")
    (['10万元', '20万元', '30万元'], ['1%', '1.5%', '2%'])
    """
    read = [parse_literal(text, kind, above_one=above_one) for text in (first, last, step)]
    start, end, width = (one.value for one in read)
    wrong = {one.type for one in read} not in ({"money"}, {"monthly"}, {"rate"}, {"integer"})
    if wrong or not all(isinstance(one, int | Fraction) for one in (start, end, width)):
        raise InnoCityError("E-VARY-RANGE", "起、止和间隔不是同一种数", None, "三个都写金额，或都写比例，或都写整数")
    assert isinstance(start, int | Fraction) and isinstance(end, int | Fraction) and isinstance(width, int | Fraction)
    if width <= 0 or end < start:
        text = f"从 {first} 到 {last}，每次加 {step}，一个值也没有"
        raise InnoCityError("E-VARY-RANGE", text, None, "核对起止和间隔")
    count = int((end - start) / width) + 1
    if count > MOST:
        text = f"从 {first} 到 {last} 有 {count:,} 个值，最多 {MOST} 个"
        raise InnoCityError("E-VARY-MANY", text, None, "间隔写大一些")
    return [_written(start + width * number, read[0].type) for number in range(count)]


def _written(value: int | Fraction, kind: LiteralType) -> str:
    """A number as a literal of its type."""
    if kind in ("money", "monthly"):
        return format_money(int(value), monthly=kind == "monthly")
    if kind == "integer":
        return str(value)
    rate = Fraction(value)
    exact = 10**12 % (rate * 100).denominator == 0
    return f"{float(rate * 100):.12g}%" if exact else f"{rate.numerator}/{rate.denominator}"


def _payable(totals: Mapping[str, tuple[int, int]]) -> int:
    return sum(fen for _, fen in totals.values())


def _counted(whole: Mapping[str, Any] | None) -> dict[str, int]:
    """Who gains and loses, how many sums are paid and to how many, of what was tried in full."""
    if whole is None:
        return {}
    parties = sum(row["after"] for row in whole["spread"])
    return {name: whole[name] for name in _COUNTED} | {"awards": whole["after"]["sum"], "parties": parties}


def _differing(
    before: Mapping[str, tuple[int, int]], after: Mapping[str, tuple[int, int]]
) -> dict[str, dict[str, int]]:
    """The clauses that come to something else, the largest change first."""
    found = {}
    for name in {**before, **after}:
        (old_count, old), (count, fen) = before.get(name, (0, 0)), after.get(name, (0, 0))
        if (old_count, old) != (count, fen):
            found[name] = {"count": count, "payable": fen, "more": fen - old}
    return dict(sorted(found.items(), key=lambda one: (-abs(one[1]["more"]), one[0])))
