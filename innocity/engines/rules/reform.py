"""政策测算: what a change of parameters or clauses would cost, and who would win or lose.

Base facts are summed once; each variant only evaluates its own plan on them. Base facts that a variant
sums in another way (other conditions, other clauses) are added beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.rules import summary
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.duck_engine import options_for, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.results import payers_table
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.snapshot import Snapshot
from innocity.engines.rules.totals_sql import Shared
from innocity.packs.model import FENCES, Fence, Frozen, Pack, Texts
from innocity.packs.yamltext import read_file
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts

register_codes({"E-OVERLAY": ("改动文件写得不对", "an overlay cannot be read")})
#: Ends of the spans in which sums are counted, in fen: 1, 5, 10, 20, 50, 100, 500 万元.
SPANS = tuple(wan * 10**6 for wan in (1, 5, 10, 20, 50, 100, 500))
KINDS = {"clauses": "clause", "groups": "group", "pools": "pool", "relations": "relation", "rules": "rule"}


class Overlay(Frozen):
    """A reform: parameters set, fields of clauses and groups replaced, clauses removed."""

    name: str = ""
    set: dict[str, str] = {}
    clauses: dict[str, dict[str, Any]] = {}
    groups: dict[str, dict[str, Any]] = {}
    pools: dict[str, dict[str, Any]] = {}
    relations: dict[str, dict[str, Any]] = {}
    rules: dict[str, dict[str, Any]] = {}
    remove: Texts = ()


def read_overlay(path: Path) -> Overlay:
    """An overlay from a YAML file. Error: E-OVERLAY with file and line."""
    document = read_file(path)
    try:
        return Overlay.model_validate(document.data or {})
    except ValidationError as error:
        reason = error.errors()[0]
        raise InnoCityError(
            "E-OVERLAY",
            f"改动文件写得不对：{reason['msg']}",
            document.place(reason["loc"]),
            "可写 set、clauses、groups、pools、relations、rules、remove",
        ) from None


def apply_overlay(pack: Pack, overlay: Overlay) -> Pack:
    """The pack with an overlay's fields replaced; nothing of the original is changed."""
    updates: dict[str, Any] = {}
    for attribute, kind in KINDS.items():
        current: dict[str, Fence] = dict(getattr(pack, attribute))
        for name, fields in getattr(overlay, attribute).items():
            current[name] = _changed(current.get(name), name, fields, kind)
        for name in overlay.remove:
            current.pop(name, None)
        updates[attribute] = current
    return pack.model_copy(update=updates)


def _changed(old: Fence | None, name: str, fields: dict[str, Any], kind: str) -> Fence:
    before = old.model_dump(by_alias=True, exclude_unset=True) if old is not None else {"id": name}
    try:
        return FENCES[kind].model_validate({**before, **fields})
    except ValidationError as error:
        raise InnoCityError(
            "E-OVERLAY", f"{name}：{error.errors()[0]['msg']}", Place(path=name), "对照 docs/explain/formats.md 改正"
        ) from None


@dataclass
class Reform:
    """Before and after, side by side."""

    before: RulesPlan
    after: RulesPlan
    report: dict[str, Any]


class Laboratory:
    """A snapshot with its base facts, on which variants of a pack are tried.

    `overrides` and `assume_ceilings` are what the run that stands before the change was settled with.
    """

    def __init__(
        self, pack: Pack, snapshot: Snapshot, year: int, as_of: date | None = None, threads: int | None = None,
        overrides: Mapping[str, str] | None = None, assume_ceilings: bool = False,
    ) -> None:  # fmt: skip
        self.pack, self.snapshot, self.year = pack, snapshot, year
        self.overrides, self.assume_ceilings = dict(overrides or {}), assume_ceilings
        self.as_of = as_of or snapshot.as_of
        self.database: DuckDatabase = connect(threads)
        self.present = open_facts(self.database, pack, snapshot.facts, self.as_of)
        self.shared = Shared()
        self._before: RulesPlan | None = None

    @property
    def plan(self) -> RulesPlan:
        """The plan as it stands; its awards are in `__before`."""
        if self._before is None:
            self._before = self._evaluate(self.pack, {}, "__before")
        return self._before

    def _settling(self, pack: Pack, overrides: Mapping[str, str]) -> Settling:
        """An evaluation of a variant, its base facts at hand."""
        settings = {**self.overrides, **overrides}
        plan = compile_rules(pack, self.year, self.as_of, settings, simulated=self.snapshot.simulated)
        present = self.present & set(registers_read(plan))
        options = options_for(present, plan, explain=False, assume_ceilings=self.assume_ceilings)
        settling = Settling(plan, self.database, DUCKDB, options, shared=self.shared)
        settling.base_facts()
        return settling

    def totals(self, overlay: Overlay) -> dict[str, tuple[int, int]]:
        """What a variant comes to, by clause: how many awards, and the payable fen. Cheap where little differs."""
        settling = self._settling(apply_overlay(self.pack, overlay), overlay.set)
        settling.keep_rows()
        return settling.totals()

    def _evaluate(self, pack: Pack, overrides: Mapping[str, str], table: str) -> RulesPlan:
        settling = self._settling(pack, overrides)
        plan = settling.plan
        settling.awards()
        self.database.whole()
        self.database.run(f'DROP TABLE IF EXISTS "{table}"')
        self.database.run(f'CREATE TEMP TABLE "{table}" AS SELECT * FROM "__awards"')
        self.database.connection.register(f"payers_{table}", payers_table(self.database, plan))
        return plan

    def try_out(self, overlay: Overlay, step: Callable[[str], None] = lambda name: None) -> Reform:
        """Evaluate a variant and compare it with the pack as it stands."""
        step("按现行条款算")
        before = self.plan
        step("按改动后的条款算")
        after = self._evaluate(apply_overlay(self.pack, overlay), overlay.set, "__after")
        changes = self._changes()
        before_clauses, after_clauses = (summary.by_clause(self.database, t) for t in ("__before", "__after"))
        report = {
            "name": overlay.name, "city": self.pack.city.id, "year": self.year, "simulated": self.snapshot.simulated,
            "before": summary.totals(before_clauses), "after": summary.totals(after_clauses),
            "clauses": _side_by_side(before_clauses, after_clauses), "payers": self._payers(), **changes,
            "distribution": self._distribution(), "spread": self._spread(),
        }  # fmt: skip
        return Reform(before, after, report)

    def _changes(self) -> dict[str, Any]:
        """Winners and losers by party, over all clauses."""
        self.database.run('DROP TABLE IF EXISTS "__changes"')
        self.database.run(
            'CREATE TEMP TABLE "__changes" AS SELECT party,'
            " CAST(sum(b) AS BIGINT) AS before, CAST(sum(a) AS BIGINT) AS after FROM"
            ' (SELECT party, payable AS b, 0 AS a FROM "__before" WHERE payable > 0 UNION ALL'
            ' SELECT party, 0 AS b, payable AS a FROM "__after" WHERE payable > 0) u GROUP BY party'
        )
        row = self.database.rows(
            "SELECT count(*) FILTER (WHERE after > before), count(*) FILTER (WHERE after < before),"
            " count(*) FILTER (WHERE after = before),"
            " CAST(coalesce(sum(after - before) FILTER (WHERE after > before), 0) AS BIGINT),"
            ' CAST(coalesce(sum(before - after) FILTER (WHERE after < before), 0) AS BIGINT) FROM "__changes"'
        )[0]
        names = ("winners", "losers", "unchanged", "gained", "lost")
        return dict(zip(names, row, strict=True)) | {
            "most_gained": self._extremes("after - before"), "most_lost": self._extremes("before - after"),
            "changed": self._changed_parties(),
        }  # fmt: skip

    def _extremes(self, difference: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.database.table(
            f'SELECT party, before, after FROM "__changes" WHERE {difference} > 0'
            f" ORDER BY {difference} DESC, party LIMIT 10"
        ).to_pylist()
        return found

    def _changed_parties(self) -> list[list[Any]]:
        """[party, before, after] in fen of everybody who gains or loses, the largest difference first."""
        changed = 'SELECT party, before, after FROM "__changes" WHERE before <> after'
        return [list(row) for row in self.database.rows(f"{changed} ORDER BY abs(after - before) DESC, party")]

    def _payers(self) -> list[dict[str, Any]]:
        sides = " UNION ALL ".join(
            f'SELECT "to", {"fen" if t == "__before" else "0"} AS b, {"fen" if t == "__after" else "0"} AS a'
            f" FROM payers_{t}"
            for t in ("__before", "__after")
        )
        found: list[dict[str, Any]] = self.database.table(
            f'SELECT "to" AS payer, CAST(sum(b) AS BIGINT) AS before, CAST(sum(a) AS BIGINT) AS after FROM ({sides})'
            " GROUP BY 1 ORDER BY 3 DESC, 1"
        ).to_pylist()
        return found

    def _spread(self) -> list[dict[str, Any]]:
        """How many parties get how much, before and after, and how many gain or lose how much: a row a span.

        `upto` is the span's end in fen, which still belongs to it; None for the last, which is open.
        """
        ends = [*SPANS, None]

        def counts(what: str) -> list[int]:
            cells = []
            for start, end in zip((0, *SPANS), ends, strict=True):
                below = f" AND {what} <= {end}" if end is not None else ""
                cells.append(f"count(*) FILTER (WHERE {what} > {start}{below})")
            return list(self.database.rows(f'SELECT {", ".join(cells)} FROM "__changes"')[0])

        columns = {"before": "before", "after": "after", "gained": "after - before", "lost": "before - after"}
        found = {name: counts(f"({what})") for name, what in columns.items()}
        return [{"upto": end} | {name: found[name][i] for name in found} for i, end in enumerate(ends)]

    def _distribution(self) -> dict[str, list[dict[str, Any]]]:
        """By division, zone, size, industry, chain, each a whole of its own: payable before and after, how many parties
        gain and lose, and how much (fen)."""
        told = "CAST(sum(before) AS BIGINT) AS before, CAST(sum(after) AS BIGINT) AS after"
        for more, fen, parties in (("after - before", "gained", "winners"), ("before - after", "lost", "losers")):
            told += f", CAST(sum(greatest({more}, 0)) AS BIGINT) AS {fen}"
            told += f", count(*) FILTER (WHERE {more} > 0) AS {parties}"
        most = "CASE WHEN sum(before) > 0 THEN sum(before) ELSE sum(after) END"
        return summary.by_group(self.database, self.plan, 'SELECT * FROM "__changes"', told, most)


def _side_by_side(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Clauses whose result changed, largest change first."""
    olds, news = ({r["clause"]: r for r in rows} for rows in (before, after))
    blank = {"payable": 0, "open": 0, "sum": 0, "parties": 0}
    rows = []
    for name in sorted({*olds, *news}):
        old, new = olds.get(name, blank), news.get(name, blank)
        if any(old[k] != new[k] for k in blank):
            rows.append(
                {"clause": name} | {f"{k}_{side}": r[k] for k in blank for side, r in (("before", old), ("after", new))}
            )
    return sorted(rows, key=lambda r: -abs(r["payable_after"] - r["payable_before"]))
