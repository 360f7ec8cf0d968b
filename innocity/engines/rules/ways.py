"""Which way each clause's rows go until they are results, and which clauses go it together.

Most clauses' awards go from their rows straight into the results. Those that compete with others (groups over
several tables), that others build on, or that name a step before, go by way of `__raw`. Clauses that are alike in
all that follows are settled in one statement: most statements of a pack are planned longer than they run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from innocity.engines.rules.base_sql import Base
from innocity.engines.rules.emit import Cut, needs_subject
from innocity.engines.rules.finish_sql import VALUED, Options, manner
from innocity.engines.rules.ir import ClausePlan, GroupPlan, RulesPlan
from innocity.engines.rules.settle_parts import tied_groups

Alike = tuple[ClausePlan, ...]  # clauses settled in one statement


def together(clauses: Iterable[ClausePlan], way: Callable[[ClausePlan], object]) -> list[Alike]:
    """The clauses, those together that `way` gives the same, in the order of the first of each."""
    found: dict[object, list[ClausePlan]] = {}
    for clause in clauses:
        found.setdefault(way(clause), []).append(clause)
    return [tuple(c) for c in found.values()]


def terms_of_once(clause: ClausePlan) -> object:
    """What one pass over several clauses must find alike in their `once`; preferences stand in the rows."""
    return clause.once and (clause.once.per, clause.once.lifetime)


def begun(plan: RulesPlan, clause: ClausePlan) -> bool:
    """Whether the clause is in force before the plan's year is over."""
    return clause.valid_from is None or clause.valid_from.year <= plan.year


class Ways:
    """The ways of one plan's clauses; `bases` are the tables of base facts of those that sum rows."""

    def __init__(self, plan: RulesPlan, options: Options, bases: dict[str, Base]) -> None:
        self.plan, self.options, self.bases = plan, options, bases
        self.followed = {c.source.after for c in plan.clauses if c.source is not None and c.source.after}
        self.cuts = self._find_cuts()
        grouped = {m for g in plan.groups for m in g.members} - set(self.cuts)
        self.staged = {c.id for c in plan.clauses if c.before is not None} | grouped | self.followed
        self.pooled = {m for p in plan.pools for m in p.members}

    def alike(self, clauses: list[ClausePlan]) -> list[Alike]:
        """The clauses, each with those that go its way, in their order.

        Alone are those that build on others' awards or that others build on, as they must keep their place, and
        those with caps, a running sum of each, and those settled against rivals in their own row.
        """
        return together(clauses, self._way)

    def _way(self, clause: ClausePlan) -> object:
        after = clause.source is not None and clause.source.after
        if after or clause.id in self.followed or clause.id in self.cuts or clause.caps:
            return clause.id
        how = manner(clause, self.options)
        if clause.id in self.staged:  # once, caps, groups and pools come when all of them have been gathered
            return "staged", how.kind
        if not how.sums and not how.decides:  # nothing is paid; what all rows have alike, the view says
            return "nothing", how.excludes, how.near, clause.flags if clause.object is None else None
        return "sums", how.kind, terms_of_once(clause), *self._pay(clause)

    def _pay(self, clause: ClausePlan) -> tuple[object, ...]:
        return clause.pays, *(p.id for p in self.plan.pools if clause.id in p.members)

    def staged_pools(self) -> list[Alike]:
        """Staged clauses that stand in pools, those together that stand in the same and count alike."""
        return together(map(self.plan.clause, sorted(self.pooled & self.staged)), self._pay)

    def stands_alone(self, clause: ClausePlan) -> bool:
        """Whether its awards are what its own row of base facts comes to, and nothing else touches them."""
        if self.options.decides(clause) or clause.id in self.staged or clause.id not in self.bases:
            return False
        followed = clause.id in self.followed or (clause.source is not None and clause.source.after)
        asks = clause.subject is not None or needs_subject(clause)
        return not (followed or clause.once or clause.caps or clause.before or asks)

    def valued(self, clause: ClausePlan) -> bool:
        """Whether the clause can come to an amount in the plan's year."""
        known = clause.amount is not None and not clause.missing
        return begun(self.plan, clause) and known and clause.value_status in VALUED

    def _find_cuts(self) -> dict[str, Cut]:
        """Groups whose members' sums all stand in the same row of base facts, by member."""
        found: dict[str, Cut] = {}
        for tied in tied_groups(self.plan.groups):
            members = [self.plan.clause(m) for m in tied[0].members]
            if len(tied) > 1 or any(m.id in self.followed for m in members) or not self._in_one_row(tied[0], members):
                continue
            for i, clause in enumerate(members):
                rivals = tuple((m, j < i) for j, m in enumerate(members) if j != i)
                found[clause.id] = Cut(tied[0].id, tuple((m, f) for m, f in rivals if self.valued(m)))
        return found

    def _in_one_row(self, group: GroupPlan, members: list[ClausePlan]) -> bool:
        paid = group.take == "net" and self.options.paid(group.members)
        if paid or any(map(self.options.decides, members)):
            return False
        if any(not c.grouped or c.object is not None or c.source is None or c.source.after for c in members):
            return False
        free = all(c.once is None and not c.caps and c.before is None and c.subject is None for c in members)
        free = free and not any(map(needs_subject, members))
        row = len({id(self.bases[c.id]) for c in members}) == 1
        return free and row and len({c.clause.exclusions for c in members}) == 1
