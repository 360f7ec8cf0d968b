"""The reference evaluation of one clause: rows of a party -> awards, with the steps of the arithmetic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from innocity.core.dates import year_end, year_start
from innocity.engines.rules.award import Award
from innocity.engines.rules.base_sql import free_text
from innocity.engines.rules.emit import needs_subject
from innocity.engines.rules.finish_sql import VALUED
from innocity.engines.rules.ir import CLASS_PARTY, Branch, ClausePlan
from innocity.plan.amounts import (
    Ladder,
    PerUnit,
    Plain,
    Rated,
    StepTaken,
    Trace,
    compile_amount,
    compile_limits,
    compile_unlimited,
)
from innocity.plan.interpret import INT64, Run, checked, column_key, compile_expression
from innocity.plan.nodes import Aggregate, Col, Lit, Node
from innocity.plan.rows import Fact, Facts, Rows

EPOCH = date(1970, 1, 1)
Decisions = Mapping[tuple[str, str, str], Fact]


class Program:
    """A compiled clause; `awards` evaluates it for one party."""

    def __init__(self, plan: ClausePlan, run: Run) -> None:
        self.plan, self.run = plan, run
        self.first, self.last = year_start(run.year), year_end(run.year)
        self.rows = Rows(plan.source, run, plan.reach) if plan.source is not None else None
        self.sums = [(name, _Sum(node, run)) for name, node in plan.asked]
        self.keys = [compile_expression(n, run) for n in plan.object or ()]
        self.escaped = [len(plan.object or ()) > 1 and free_text(n) for n in plan.object or ()]
        self.columns = [column_key(n) for n in plan.object or () if isinstance(n, Col)]
        self.conditions = [compile_expression(c.node, run) for c in plan.conditions]
        self.near = [[_near(b, plan, run) for b in c.branches] for c in plan.conditions]
        self.manual = compile_expression(plan.manual, run) if plan.manual is not None else None
        self.subject = compile_expression(plan.subject, run) if plan.subject is not None else None
        self.needs_subject = sorted(needs_subject(plan))
        self.amount = compile_unlimited(plan.amount, run) if plan.amount is not None and not plan.missing else None
        self.limits = compile_limits(plan.amount, run) if plan.amount is not None and self.amount else None
        self.gated = plan.clause.gate is not None and not plan.missing
        self.excludable = plan.clause.exclusions == "common"
        self.prefer = [compile_expression(p, run) for p in plan.once.prefer] if plan.once else []
        self.others = [(payer, compile_amount(sum_, run)) for payer, sum_ in plan.others]
        self.explained = _explainers(plan, run) if self.amount else None
        self.flags = " ".join(plan.flags)
        self.value_status, self.chosen_status = plan.value_status, plan.chosen_status
        self.starts_later = plan.valid_from is not None and plan.valid_from > self.last
        begun = plan.valid_from is None or plan.valid_from <= self.first
        self.all_year = plan.in_force and begun and (plan.valid_to is None or plan.valid_to >= self.last)

    def awards(self, party: str, rows: list[Fact], context: Context, trace: bool = False) -> list[Award]:
        """The awards of a party from its rows that count."""
        if self.plan.object is None:
            only = self._award(party, party, rows, context, trace) if rows else None
            return [] if only is None else [only]
        found = []
        for key, group in self._objects(rows).items():
            award = self._award(party, key, group, context, trace)
            if award is not None:
                found.append(award)
        return found

    def class_award(self) -> Award:
        """The one row of a clause that is open to a whole class."""
        plan = self.plan
        ended = plan.valid_to is not None and plan.valid_to < self.first
        status = "not_in_force" if ended or not plan.in_force else plan.value_status
        return Award(plan.id, self.run.year, "class", CLASS_PARTY, status, flags=self.flags)

    # --- objects -------------------------------------------------------------------------------------------

    def _objects(self, rows: list[Fact]) -> dict[str, list[Fact]]:
        grouped: dict[str, list[Fact]] = defaultdict(list)
        for row in rows:
            values = [key(row) for key in self.keys]
            if None not in values:
                grouped["|".join(map(_text, values, self.escaped))].append(row)
        return grouped

    def _holds(self, row: Fact) -> bool:
        plan, on = self.plan, row["__on"]
        return (
            plan.in_force
            and (plan.valid_from is None or plan.valid_from <= on)
            and (plan.valid_to is None or on <= plan.valid_to)
        )

    def _environment(self, rows: list[Fact]) -> tuple[Fact, bool, date | None] | None:
        """(names -> values, in force, date) of one object; None where nothing counts this year."""
        if not self.plan.grouped:
            if len(rows) == 1:
                return dict(rows[0]), self._holds(rows[0]), rows[0]["__on"]
            holding = [(self._holds(r), r["__on"], r["__fact"].encode(), i) for i, r in enumerate(rows)]
            holds, on, _, i = max(holding)
            return dict(rows[i]), holds, on
        first, last = self.first, self.last
        this = [r for r in rows if first <= r["__on"] <= last]
        if not this:
            return None
        counting = this if self.all_year else [r for r in this if self._holds(r)]
        environment: Fact = {name: s.value(rows, counting, self.run.year) for name, s in self.sums}
        for column in self.columns:
            environment[column] = rows[0][column]
        return environment, bool(counting), max([r["__on"] for r in counting]) if counting else None

    # --- one award -----------------------------------------------------------------------------------------

    def _award(self, party: str, key: str, rows: list[Fact], context: Context, trace: bool) -> Award | None:
        found = self._environment(rows)
        if found is None:
            return None
        row, holds, on = found
        if self.needs_subject:
            own = context.subject(party)
            row |= {f"party.{n}": own.get(n) if own else None for n in self.needs_subject}
        if self.subject is not None and not self.subject(row):
            return None
        award = Award(self.plan.id, self.run.year, key, party, "", on, flags=self.flags)
        manual = self.manual is not None and self.manual(row)
        if manual and not self._judged(award, row, context):
            award.status = "manual"
            return award
        if not holds:
            award.status, award.computed, award.decided, award.x_uncapped = "not_in_force", None, None, None
            return award
        if manual:
            return self._settled(award, row, context)
        checks = [c(row) for c in self.conditions]
        if all(checks):
            return self._fulfilled(award, row, context, trace)
        return self._missed(award, row, checks, context)

    def _judged(self, award: Award, row: Fact, context: Context) -> bool:
        """Whether a person has decided what only a person can; sets the award's sums."""
        decision = context.decisions.get((self.plan.id, award.object, award.party))
        if decision is None or self.plan.clause.amount.none == "in_kind":
            return False
        fen = self._evaluated(row, award, None) if self.amount is not None else None
        award.computed = None if fen is None else max(0, fen)
        self._decide(award, decision)
        if award.decided is None:
            award.computed = award.x_uncapped = None
        return award.decided is not None

    def _settled(self, award: Award, row: Fact, context: Context) -> Award:
        """An award that a person has judged: its sum, unless an exclusion stops it."""
        self._explain(award, row)
        award.excluded_by = context.excluded.get(award.party) if self.plan.clause.exclusions == "common" else None
        if award.excluded_by is not None:
            award.status, award.decided = "excluded", None
            return award
        award.status, award.value = "sum", award.decided
        self._set_prefer(award, row)
        return award

    def _fulfilled(self, award: Award, row: Fact, context: Context, trace: bool) -> Award | None:
        plan = self.plan
        if self.amount is not None:
            fen = self._evaluated(row, award, award.steps.append if trace else None)
            if fen is None:
                return None
            award.computed = fen if fen > 0 else 0
            self._explain(award, row)
        if self.excludable:
            award.excluded_by = context.excluded.get(award.party)
        decision = context.decisions.get((plan.id, award.object, award.party)) if context.decisions else None
        if award.excluded_by is not None:
            award.status = "excluded"
            return award
        if decision is not None and not self._decide(award, decision):
            return None
        chosen = decision is not None and decision["selected"] and self.gated
        award.status = "sum" if award.decided is not None else self.chosen_status if chosen else self.value_status
        if award.status not in VALUED:
            award.computed = award.x_base = award.x_uncapped = award.x_case = None
        for payer, amount in self.others:
            award.others[payer] = max(0, amount(row, None) or 0)
        award.value = award.decided if award.decided is not None else award.computed
        if self.prefer:
            self._set_prefer(award, row)
        return award

    def _evaluated(self, row: Fact, award: Award, trace: Trace) -> int | None:
        """The amount; on the way there what it was before its cap and floor, for those who explain it."""
        assert self.amount is not None
        fen = self.amount(row, trace)
        if self.limits is None or fen is None:
            return fen
        award.x_uncapped = fen
        return self.limits(fen, row, trace)

    def _set_prefer(self, award: Award, row: Fact) -> None:
        if self.prefer and not self.plan.grouped:
            size = len(self.prefer)
            award.prefer = sum(0 if p(row) else 2 ** (size - 1 - i) for i, p in enumerate(self.prefer))

    def _decide(self, award: Award, decision: Fact) -> bool:
        """Take the decision over; False where a service was refused, which leaves no row."""
        award.rank = decision["rank"]
        if self.plan.clause.amount.none == "in_kind":
            return decision["selected"] is not False
        fixed = award.computed if self.plan.clause.bound == "exact" else None
        if decision["selected"] is False:
            award.decided = 0
        elif decision["selected"]:
            award.decided = decision["sum"] if decision["sum"] is not None else fixed
        return True

    def _explain(self, award: Award, row: Fact) -> None:
        if self.explained is None:
            return
        base, case = self.explained
        if base is not None:
            award.x_base = base(row)
        if case is not None:
            award.x_case = case(row)

    def _missed(self, award: Award, row: Fact, checks: list[bool | None], context: Context) -> Award | None:
        failed = [i for i, c in enumerate(checks) if c is False]
        if len(failed) != 1 or None in checks:
            return None
        if self.plan.clause.exclusions == "common" and award.party in context.excluded:
            return None
        branches = [b for near in self.near[failed[0]] if (b := near(row)) is not None]
        if not branches:
            return None
        have, need, gap, unit = min(branches, key=lambda b: b[2])
        award.status, award.near_condition = "near", str(failed[0])
        award.near_have, award.near_need, award.near_gap, award.near_unit = have, need, gap, unit
        return award


class Context:
    """What awards of a run share: decisions, exclusions, the beneficiaries' own rows."""

    def __init__(self, facts: Facts, decisions: Decisions, excluded: Mapping[str, str], run: Run) -> None:
        self.facts, self.decisions, self.excluded = facts, decisions, excluded
        self.last = year_end(run.year)

    def subject(self, party: str) -> Fact | None:
        """The organisation's row as at the end of the year."""
        rows = [
            f
            for f in self.facts.by("organization", "party_id", party)
            if f["valid_from"] is not None
            and f["valid_from"] <= self.last
            and (f["valid_to"] is None or f["valid_to"] > self.last)
        ]
        return max(rows, key=lambda f: (f["valid_from"], f["fact_id"].encode()), default=None)


class _Sum:
    """One aggregate over the rows of an object."""

    def __init__(self, node: Aggregate, run: Run) -> None:
        self.node, self.how, self.this = node, node.how, node.years == "this"
        self.item = compile_expression(node.item, run) if node.item is not None else None
        self.when = compile_expression(node.when, run) if node.when is not None else None

    def value(self, rows: list[Fact], counting: list[Fact], year: int) -> Any:
        """The aggregate's value; `counting` are this year's rows in force."""
        chosen = counting if self.this else [r for r in rows if self._reaches(r["__on"].year, year)]
        when = self.when
        if when is not None:
            chosen = [r for r in chosen if when(r)]
        if self.item is None:
            return len(chosen) if self.how == "count" else bool(chosen)
        values = [v for v in map(self.item, chosen) if v is not None]
        if self.how == "sum":
            return checked(sum(values))
        if self.how == "distinct":
            return len(set(values))
        return (min if self.how == "min" else max)(values, default=None)

    def _reaches(self, of: int, year: int) -> bool:
        return {"last": of == year - 1, "before": of < year, "upto": of <= year}[self.node.years]


def _near(branch: Branch, plan: ClausePlan, run: Run) -> Callable[[Fact], tuple[int, int, int, str] | None]:
    """A closure that gives (have, need, gap, unit) where the miss is near."""
    have_of, need_of = compile_expression(branch.have, run), compile_expression(branch.need, run)
    share, days, is_day = plan.near_within, plan.clause.near.days, branch.unit == "day"
    gap_of: Callable[[int, int], int] = {
        ">=": lambda h, n: n - h, ">": lambda h, n: n + 1 - h, "<=": lambda h, n: h - n,
        "<": lambda h, n: h - n + 1, "==": lambda h, n: abs(h - n),
    }[branch.op]  # fmt: skip

    def near(row: Fact) -> tuple[int, int, int, str] | None:
        have, need = have_of(row), need_of(row)
        if have is None or need is None:
            return None
        if is_day:
            have, need = (have - EPOCH).days, (need - EPOCH).days
        gap = gap_of(have, need)
        close = gap <= days if is_day else gap * share.denominator <= abs(need) * share.numerator
        return (have, need, gap, branch.unit) if close else None

    return near


def _explainers(plan: ClausePlan, run: Run) -> tuple[Any, Any]:
    """Closures for x_base and x_case; None where a column stays empty."""
    amount = plan.amount
    assert amount is not None
    node: Node | None = None
    if isinstance(amount, Rated):
        node = amount.base
    elif isinstance(amount, PerUnit):
        node = amount.times
    elif isinstance(amount, Plain) and not isinstance(amount.value, Lit):
        node = amount.value
    case = None
    if isinstance(amount, Ladder):
        steps = [(n, compile_expression(c, run)) for n, c in zip(amount.names, amount.conditions, strict=True)]
        case = lambda row: next((n for n, c in steps if c(row)), None)  # noqa: E731
    return (compile_expression(node, run) if node is not None else None), case


def _text(value: Any, escaped: bool) -> str:
    """A key's part as the databases print it."""
    if escaped:
        return str(value).replace("\\", "\\\\").replace("|", "\\|")
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


__all__ = ["INT64", "Context", "Program", "StepTaken"]
