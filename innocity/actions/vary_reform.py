"""方案比选: what each value of some parameters would cost, and which of them a budget bears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

from innocity.actions.try_reform import Basis, Step, check_overlay, open_laboratory
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.rules.reform import Overlay
from innocity.packs.model import Pack

register_codes({
    "E-VARY-EMPTY": ("没有可比的取值", "there are no values to compare"),
    "E-VARY-MANY": ("要比的组合太多", "too many combinations to compare"),
})  # fmt: skip

MOST = 200  # combinations


def vary_reform(
    pack: Pack, overlay: Overlay, vary: Mapping[str, Sequence[str]], basis: Basis, budget: int | None = None,
    step: Step = lambda name: None,
) -> dict[str, Any]:  # fmt: skip
    """The payable fen of every combination of values, all else changed as `overlay` says.

    `vary`: values by parameter (`clause.param`), as `--set` takes them. `variants` of the result, in the order
    given: `settings`, `payable` (fen), `more` (fen above what stands today), `within` (of `budget` in fen, None
    without one), `clauses` ({id: {count, payable, more}} of those that differ). `current` is today's.
    Errors: E-VARY-EMPTY, E-VARY-MANY, those of `check_overlay` (before anything is computed), E-FACTS-*.
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
        variants.append({
            "settings": {name: plan.set[name] for name in vary}, "payable": payable,
            "more": payable - _payable(current), "within": None if budget is None else payable <= budget,
            "clauses": _differing(current, found),
        })  # fmt: skip
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


def _payable(totals: Mapping[str, tuple[int, int]]) -> int:
    return sum(fen for _, fen in totals.values())


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
