"""The reference: a plan evaluated in Python over facts in memory, for one party or a whole city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from innocity.core.rates import share_out
from innocity.engines.rules.award import Award
from innocity.engines.rules.decisions import Decided, check_decisions
from innocity.engines.rules.finish_sql import VALUED
from innocity.engines.rules.ir import CapPlan, GroupPlan, OncePlan, PoolPlan, RulesPlan
from innocity.engines.rules.program import Context, Program
from innocity.plan.interpret import Run, checked, compile_expression
from innocity.plan.nodes import Col
from innocity.plan.rows import Fact, Facts

OWN = Col("text", "", "party_id")  # the party of a row itself


class Reference:
    """The plan as closures; build once, evaluate many parties."""

    def __init__(self, plan: RulesPlan) -> None:
        self.plan = plan
        self.run = Run(plan.year, plan.as_of)
        self.programs = {c.id: Program(c, self.run) for c in plan.clauses}
        self.followed = {c.source.after for c in plan.clauses if c.source is not None and c.source.after}
        self.exclusions = [(e, compile_expression(e.where, self.run)) for e in plan.exclusions]
        self.steps = {c.id: compile_expression(c.before.where, self.run) for c in plan.clauses if c.before}
        self.asked = [(n, p, p.rows) for n, p in self.programs.items() if p.rows is not None and not p.starts_later]

    # --- what a run shares ---------------------------------------------------------------------------------

    def context(self, facts: Facts) -> Context:
        """Decisions and exclusions of a set of facts."""
        latest_last = sorted(
            (d for d in facts.all("decision") if d["year"] in (None, self.plan.year)),
            key=lambda d: (d["year"] is not None, d["decided_on"] or date.min, d["fact_id"].encode()),
        )
        decisions = {(d["clause"], d["object"], d["party_id"]): d for d in latest_last}
        return Context(facts, decisions, self._excluded(facts), self.run)

    def _excluded(self, facts: Facts) -> dict[str, str]:
        found: dict[str, str] = {}
        for item, where in self.exclusions:
            for fact in facts.all(item.register):
                if where(fact) and self._lasts(fact, item.start, item.end, item.repaired):
                    party = fact["party_id"]
                    found[party] = min(item.id, found.get(party, item.id))
        return found

    def _lasts(self, fact: Fact, start: str, end: str | None, repaired: str | None) -> bool:
        day: date = self.run.as_of
        first = fact[start]
        over = [fact[column] for column in (end, repaired) if column is not None]
        return first is not None and first <= day and all(d is None or d > day for d in over)

    # --- one party -----------------------------------------------------------------------------------------

    def party(self, facts: Facts, party: str, context: Context | None = None, trace: bool = True) -> list[Award]:
        """The awards of one party before they are shared out with others, each with its steps."""
        context = context or self.context(facts)
        awards: list[Award] = []
        for name, program, reader in self.asked:
            source = reader.source
            local = facts
            if source.after:
                own = source.fusible() and source.party == OWN
                earlier = awards if own else self._everyone(source.after, facts, context)
                local = self._after(facts, earlier, source.after)
            rows = reader.of(local, party)
            found = program.awards(party, rows, context, trace) if rows else ()
            if found:
                awards += found
            elif name in self.steps:
                awards += self._steps_taken(name, program, facts.by(program.plan.before.register, "party_id", party))  # type: ignore[union-attr]
        return awards

    def _after(self, facts: Facts, awards: Iterable[Award], clause: str) -> Facts:
        rows = [
            {"fact_id": f"{a.clause}|{a.object}|{a.party}|{len(a.object)}", "party_id": a.party, "object": a.object,
             "year": a.year, "counted_on": a.counted_on, "amount": a.value}
            for a in awards if a.clause == clause and a.status == "sum"
        ]  # fmt: skip
        return Facts({**facts.registers, f"awards_of_{clause}": rows})

    def _steps_taken(self, name: str, program: Program, facts: Iterable[Fact]) -> list[Award]:
        where, parties = self.steps[name], set()
        for fact in facts:
            start, end = fact["valid_from"], fact["valid_to"]
            valid = start is not None and start <= program.last and (end is None or end > program.first)
            if valid and where(fact):
                parties.add(fact["party_id"])
        return [
            Award(name, self.run.year, p, p, "near", flags=program.flags, near_condition="before")
            for p in sorted(parties)
        ]

    def _decided(self, awards: list[Award], context: Context) -> Iterable[Decided]:
        for award in sorted(awards, key=Award.key):
            decision = context.decisions.get((award.clause, award.object, award.party))
            if decision is not None and decision["selected"] and award.status != "excluded":
                yield Decided(award.clause, award.object, award.party, award.status, decision["sum"], award.computed)

    # --- a whole city --------------------------------------------------------------------------------------

    def city(self, facts: Facts, assume_ceilings: bool = False) -> list[Award]:
        """All awards of a city, shared out, in key order."""
        context = self.context(facts)
        awards: list[Award] = []
        for name, program in self.programs.items():
            if program.starts_later:
                continue
            if program.rows is None:
                awards.append(program.class_award())
                continue
            found = self._everyone(name, facts, context, awards)
            if name in self.steps:
                have = {a.party for a in found}
                taken = self._steps_taken(name, program, facts.all(program.plan.before.register))  # type: ignore[union-attr]
                found += [a for a in taken if a.party not in have]
            awards += found
        check_decisions(self._decided(awards, context))
        Sharing(self.plan, facts, assume_ceilings).apply(awards)
        return sorted(awards, key=Award.key)

    def _everyone(self, name: str, facts: Facts, context: Context, earlier: list[Award] | None = None) -> list[Award]:
        """The awards of one clause to all parties; `earlier` are those it may build on, if they are known."""
        program = self.programs[name]
        if program.rows is None or program.starts_later:
            return []
        after = program.plan.source.after if program.plan.source else ""
        if after:
            known = self._everyone(after, facts, context) if earlier is None else earlier
            facts = self._after(facts, known, after)
        everyone = program.rows.everyone(facts)
        return [a for party, rows in everyone.items() for a in program.awards(party, rows, context)]


class Sharing:
    """Once, caps, groups and pools over a city's awards, in place."""

    def __init__(self, plan: RulesPlan, facts: Facts, assume_ceilings: bool) -> None:
        self.plan = plan
        self.history = [f for f in facts.all("award") if f["year"] < plan.year]
        self.paid = VALUED if assume_ceilings else ("sum",)

    def apply(self, awards: list[Award]) -> None:
        """Set after_group, after_pool, payable and the reasons of cuts."""
        by_clause: dict[str, list[Award]] = defaultdict(list)
        for award in awards:
            by_clause[award.clause].append(award)
        for clause in self.plan.clauses:
            rows = [a for a in by_clause[clause.id] if a.value is not None]
            if clause.once is not None:
                self._once(clause.id, clause.once, rows)
            for cap in clause.caps:
                self._cap(cap, rows)
        for group in self.plan.groups:
            self._group(group, [a for m in group.members for a in by_clause[m] if a.value is not None])
        for award in awards:
            award.after_group = award.value
        for pool in self.plan.pools:
            self._pool(pool, [a for m in pool.members for a in by_clause[m] if a.status in self.paid and a.value])
        pays = {c.id for c in self.plan.clauses if c.pays}
        for award in awards:
            award.after_pool = award.value
            award.payable = (award.value or 0) if award.status in self.paid and award.clause in pays else 0

    def once(self, awards: list[Award]) -> None:
        """Only what is given once: of several for the same, all but the first become 0 in `value`."""
        for clause in self.plan.clauses:
            if clause.once is not None:
                self._once(clause.id, clause.once, [a for a in awards if a.clause == clause.id and a.value is not None])

    def _once(self, clause: str, once: OncePlan, rows: list[Award]) -> None:
        had = {
            f["object"] if once.per == "object" else f["party_id"]
            for f in self.history
            if once.lifetime and f["clause"] == clause and f["amount"] is not None and f["amount"] > 0
        }
        scopes: dict[str, list[Award]] = defaultdict(list)
        for row in rows:
            scopes[row.object if once.per == "object" else row.party].append(row)
        for scope, alike in scopes.items():
            other = "party" if once.per == "object" else "object"
            alike = [a for a in alike if a.value]  # who was refused holds no place
            # Whoever was granted it holds it.
            alike.sort(key=lambda a: (
                a.decided is None, a.prefer, a.counted_on or date.max, getattr(a, other).encode()
            ))  # fmt: skip
            for i, row in enumerate(alike):
                if i or scope in had:
                    row.value, row.group_by = 0, "once"

    def _cap(self, cap: CapPlan, rows: list[Award]) -> None:
        taken: dict[str, int] = defaultdict(int)
        for row in sorted(
            rows, key=lambda a: (a.status != "sum", a.counted_on or date.max, a.object.encode(), a.party.encode())
        ):
            scope = row.party if cap.per == "party" else ""
            assert row.value is not None
            left = max(0, cap.fen - taken[scope])
            taken[scope] += row.value
            if row.value > left:
                row.value, row.group_by = left, "cap"

    def _group(self, group: GroupPlan, rows: list[Award]) -> None:
        order = {m: i for i, m in enumerate(group.members)}
        scopes: dict[str, list[Award]] = defaultdict(list)
        for row in rows:
            scopes[row.object if group.scope == "object" else row.party].append(row)
        for scope, alike in scopes.items():
            sums = [a.value for a in alike if a.status == "sum" and a.value is not None]
            best = max(sums, default=-1)
            before = self._paid_before(group, scope) if group.take == "net" else 0
            for is_sum in (True, False):
                ranked = sorted(
                    (a for a in alike if (a.status == "sum") is is_sum),
                    key=lambda a: (-(a.value or 0), order[a.clause], a.object.encode(), a.party.encode()),
                )  # fmt: skip
                for i, row in enumerate(ranked):
                    assert row.value is not None
                    wins = i == 0 and (is_sum or row.value > best)
                    after = max(0, row.value - max(0, before)) if wins else 0
                    if after < row.value:
                        row.group_by = group.id
                    row.value = after

    def _paid_before(self, group: GroupPlan, scope: str) -> int:
        column = "object" if group.scope == "object" else "party_id"
        return checked(
            sum(f["amount"] or 0 for f in self.history if f["clause"] in group.members and f[column] == scope)
        )

    def _pool(self, pool: PoolPlan, rows: list[Award]) -> None:
        asked = sum(a.value or 0 for a in rows)
        if asked <= pool.fen:
            return
        if pool.share == "pro_rata":
            ranked = sorted(rows, key=lambda a: (a.clause.encode(), a.object.encode(), a.party.encode()))
            keys = [f"{i:012d}" for i in range(len(ranked))]
            shares = share_out(pool.fen, [a.value or 0 for a in ranked], keys)
        else:
            ranked = sorted(rows, key=lambda a: self._turn(pool, a))
            shares, left = [], pool.fen
            for row in ranked:
                shares.append(max(0, min(row.value or 0, left)))
                left -= row.value or 0
        for row, share in zip(ranked, shares, strict=True):
            if share < (row.value or 0):
                row.pool_by = pool.id
            row.value = share

    def _turn(self, pool: PoolPlan, award: Award) -> tuple[object, ...]:
        key = (award.counted_on or date.max, award.clause.encode(), award.object.encode(), award.party.encode())
        if pool.share == "rank":
            return (2**63 - 1 if award.rank is None else award.rank, *key)
        return key
