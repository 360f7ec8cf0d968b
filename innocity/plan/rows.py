"""The reference reading of a source: facts in memory -> the rows that count.

Facts are looked up by index, so that one party is read without reading the city. A row is a dict of the
register's columns (a join's under `alias.column`), with `__party`, `__on` and `__fact`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from innocity.core.dates import year_end, year_start
from innocity.plan.interpret import Evaluate, Run, compile_expression
from innocity.plan.nodes import Col, Node, Prior
from innocity.plan.scan import TRUE, JoinPlan, Source
from innocity.plan.scan_sql import Reach

Fact = dict[str, Any]


class Facts:
    """Facts by register, with an index for each column that is looked up. Late facts are left out."""

    def __init__(self, registers: Mapping[str, Iterable[Fact]], as_of: date | None = None) -> None:
        self.registers: dict[str, list[Fact]] = {
            name: [f for f in facts if as_of is None or f.get("recorded_at") is None or f["recorded_at"] <= as_of]
            for name, facts in registers.items()
        }
        self._indexes: dict[tuple[str, str], dict[Any, list[Fact]]] = {}

    def all(self, register: str) -> list[Fact]:
        """All facts of a register."""
        return self.registers.get(register, [])

    def by(self, register: str, column: str, value: Any) -> list[Fact]:
        """Facts whose column has this value."""
        index = self._indexes.get((register, column))
        if index is None:
            index = defaultdict(list)
            for fact in self.all(register):
                index[fact.get(column)].append(fact)
            self._indexes[(register, column)] = index
        return index.get(value) or []


class Rows:
    """Reads one source: all its rows, or those of one party."""

    def __init__(self, source: Source, run: Run, reach: Reach) -> None:
        self.source, self.run, self.reach = source, run, reach
        self.register = f"awards_of_{source.after}" if source.after else source.register
        self.where = None if source.where == TRUE else compile_expression(source.where, run)
        self.on = compile_expression(source.on, run) if source.on is not None else None
        self.over = tuple(compile_expression(n, run) for n in source.over) if source.over else None
        self.party = compile_expression(source.party, run)
        self.joins = [Joiner(j, run) for j in source.joins]
        self.priors = [_Prior(name, prior, run) for name, prior in source.priors]
        self.distinct = None
        if source.distinct:
            self.distinct = (
                [compile_expression(n, run) for n in source.distinct.by],
                [compile_expression(n, run) for n in source.distinct.prefer],
            )
        self.first, self.last = year_start(run.year), year_end(run.year)
        self.earliest = date.min if reach.before else year_start(run.year - 1) if reach.last else self.first
        self.own = source.party.name
        compares = bool(self.joins or self.priors or self.distinct)
        self.simple = not (compares or source.party.alias or source.after) and self.over is None

    def of(self, facts: Facts, party: str) -> list[Fact]:
        """The rows of one party."""
        if self.simple:
            own = facts.by(self.register, self.own, party)
            return self._own(own, party) if own else []
        candidates = self._candidates(facts, party)
        if not candidates:
            return []
        rows = [r for r in self._passed(candidates, facts) if r["__party"] == party]
        return self._chosen(rows, facts)

    def _own(self, candidates: list[Fact], party: str) -> list[Fact]:
        """The party's rows where nothing else must be looked at: the date first, which most rows fail."""
        on, where, earliest, last = self.on, self.where, self.earliest, self.last
        assert on is not None
        rows = []
        for fact in candidates:
            day = on(fact)
            if day is None or not earliest <= day <= last or (where is not None and not where(fact)):
                continue
            row = fact.copy()
            row["__party"], row["__on"], row["__fact"] = party, day, fact["fact_id"]
            rows.append(row)
        return rows

    def _candidates(self, facts: Facts, party: str) -> list[Fact]:
        """Rows that may be the party's: by their own column, or by way of the join that names the beneficiary."""
        column = self.source.party
        if not column.alias:
            return facts.by(self.register, self.own, party)
        theirs, ours = next(j.on[0] for j in self.source.joins if j.alias == column.alias)
        if not isinstance(ours, Col) or ours.alias:
            return facts.all(self.register)
        register = next(j.register for j in self.source.joins if j.alias == column.alias)
        values = dict.fromkeys(f.get(theirs) for f in facts.by(register, column.name, party))
        return [row for v in values if v is not None for row in facts.by(self.register, ours.name, v)]

    def everyone(self, facts: Facts) -> dict[str, list[Fact]]:
        """All rows by party."""
        grouped: dict[str, list[Fact]] = defaultdict(list)
        for row in self._chosen(list(self._passed(facts.all(self.register), facts)), facts):
            grouped[row["__party"]].append(row)
        return grouped

    def _passed(self, candidates: Iterable[Fact], facts: Facts) -> Iterable[Fact]:
        """Rows with their joins, party and date that pass `where`, of any year."""
        for fact in candidates:
            row = dict(fact)
            for join in self.joins:
                join.extend(row, facts)
            row["__party"], row["__on"], row["__fact"] = self.party(row), self._date(row), fact["fact_id"]
            if row["__party"] is None or row["__on"] is None:
                continue
            if self.where is None or self.where(row):
                yield row

    def _date(self, row: Fact) -> date | None:
        if self.over is None:
            assert self.on is not None
            day: date | None = self.on(row)
            return day
        start: date | None = self.over[0](row)
        end: date | None = self.over[1](row)
        if start is None or start > self.last or (end is not None and end < self.first):
            return None
        return max(start, self.first)

    def _chosen(self, rows: list[Fact], facts: Facts) -> list[Fact]:
        earliest, last = self.earliest, self.last
        rows = [r for r in rows if earliest <= r["__on"] <= last]
        if self.distinct is not None:
            rows = [r for r in rows if self._is_first(r, facts)]
        for prior in self.priors:
            for row in rows:
                row[prior.name] = prior.value(row, self._alike(prior, row, facts))
        return rows

    def _alike(self, prior: _Prior, row: Fact, facts: Facts) -> list[Fact]:
        """All rows, of any party, with the same `by`."""
        by = prior.by(row)
        if by is None:
            return []
        node = prior.node.by
        plain = isinstance(node, Col) and not node.alias
        candidates = facts.by(self.register, node.name, by) if plain else facts.all(self.register)  # type: ignore[attr-defined]
        alike = [r for r in self._passed(candidates, facts) if prior.by(r) == by]
        return alike if self.distinct is None else [r for r in alike if self._is_first(r, facts)]

    def _is_first(self, row: Fact, facts: Facts) -> bool:
        """Whether the row is the one that counts among those alike."""
        assert self.distinct is not None and self.source.distinct is not None
        by, prefer = self.distinct
        values = [b(row) for b in by]
        if None in values:
            return True
        node: Node = self.source.distinct.by[0]
        plain = isinstance(node, Col) and not node.alias
        candidates = facts.by(self.register, node.name, values[0]) if plain else facts.all(self.register)  # type: ignore[attr-defined]
        alike = [
            r
            for r in self._passed(candidates, facts)
            if r["__on"].year == row["__on"].year and [b(r) for b in by] == values
        ]
        best = min(alike, key=lambda r: ([not p(r) for p in prefer], r["__on"], r["__fact"].encode()))
        return bool(best["__fact"] == row["__fact"])


class Joiner:
    """Adds the matching row of another register to a row."""

    def __init__(self, join: JoinPlan, run: Run) -> None:
        self.join = join
        self.ours = [compile_expression(node, run) for _, node in join.on]
        self.at = compile_expression(join.at, run) if join.at is not None else None
        self.where: Evaluate | None = None if join.where == TRUE else compile_expression(join.where, run)

    def extend(self, row: Fact, facts: Facts) -> None:
        best: Fact | None = None
        for fact in self._matching(row, facts):
            extended = {f"{self.join.alias}.{k}": v for k, v in fact.items()}
            if self.where is not None and not self.where({**row, **extended}):
                continue
            if best is None or _later(fact, best):
                best = fact
        blank = dict.fromkeys(next(iter(facts.all(self.join.register)), {}))
        row.update({f"{self.join.alias}.{k}": v for k, v in (best or blank).items()})
        if best is None:
            row.update({f"{self.join.alias}.{k}": None for k in self.join.columns})

    def _matching(self, row: Fact, facts: Facts) -> list[Fact]:
        values = [ours(row) for ours in self.ours]
        if None in values:
            return []
        first = facts.by(self.join.register, self.join.on[0][0], values[0])
        alike = [f for f in first if all(f.get(c) == v for (c, _), v in zip(self.join.on, values, strict=True))]
        if self.at is None:
            return alike
        at = self.at(row)
        return [
            f
            for f in alike
            if at is not None
            and f["valid_from"] is not None
            and f["valid_from"] <= at
            and (f["valid_to"] is None or at < f["valid_to"])
        ]


def _later(a: Fact, b: Fact) -> bool:
    def rank(fact: Fact) -> tuple[date, bytes]:
        return fact["valid_from"] or date.min, fact["fact_id"].encode()

    return rank(a) > rank(b)


class _Prior:
    """The highest or last earlier value."""

    def __init__(self, name: str, prior: Prior, run: Run) -> None:
        self.name, self.node = name, prior
        self.item, self.by = compile_expression(prior.item, run), compile_expression(prior.by, run)

    def value(self, row: Fact, alike: list[Fact]) -> int | None:
        place = (row["__on"], row["__fact"].encode())
        earlier = [r for r in alike if (r["__on"], r["__fact"].encode()) < place]
        if not earlier:
            return None
        if self.node.how == "last":
            last: int | None = self.item(max(earlier, key=lambda r: (r["__on"], r["__fact"].encode())))
            return last
        known = [v for v in map(self.item, earlier) if v is not None]
        return max(known, default=None)
