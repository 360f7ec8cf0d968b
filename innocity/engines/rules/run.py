"""A run: a city's clauses settled for a fact year, kept in a folder from which it can be replayed.

    run/  run.json  plan.json  awards.parquet  payers.parquet  parts.parquet  awards.xlsx  summary.md

The folder appears whole or not at all. `plan.json` holds the resolved pack, parameters and dates;
`run.json` the hashes of pack, snapshot and awards, the pools' factors and what the run comes to.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from innocity import __version__
from innocity.core.canonical import sha256_text
from innocity.core.errors import InnoCityError, Place, register_codes
from innocity.engines.rules import summary
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.decisions import check_clauses_named
from innocity.engines.rules.duck_engine import options_for, registers_read
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.results import awards_hash, awards_table, parts_table, payers_table, write_parquet
from innocity.engines.rules.settle_sql import Settling
from innocity.engines.rules.snapshot import Snapshot, open_snapshot
from innocity.packs.model import Pack
from innocity.plan.dialects import DUCKDB
from innocity.plan.duck import DuckDatabase, connect, open_facts
from innocity.plan.scan_sql import table_name

register_codes(
    {
        "E-RUN-EXISTS": ("结果文件夹已存在", "the results folder exists already"),
        "E-RUN-FOLDER": ("不是结果文件夹", "not a results folder"),
        "E-RUN-CHANGED": ("结果文件夹被改动过", "the results folder was changed after it was written"),
        "E-RUN-SNAPSHOT": ("事实与当时的不同", "the facts differ from those of the run"),
    }
)
FORMAT = 1
Progress = Callable[[str], None]
# What a pack holds and no award rests on.
_UNUSED: dict[str, Any] = {"documents": {"__all__": {"articles"}}} | dict.fromkeys(
    (
        "indicators",
        "observations",
        "targets",
        "tasks",
        "assessments",
        "indices",
        "matching",
        "gradings",
        "inspections",
        "rosters",
        "technology_kinds",
        "procedures",
    ),
    True,
)


@dataclass
class Outcome:
    """A settled run in memory."""

    plan: RulesPlan
    snapshot: Snapshot
    awards: pa.Table
    payers: pa.Table
    parts: pa.Table
    report: dict[str, Any]
    database: DuckDatabase = field(repr=False)

    @property
    def hash(self) -> str:
        """The run's hash: its awards in key order, with status and fen."""
        return str(self.report["hash"])


def evaluate(
    pack: Pack,
    snapshot: Snapshot,
    year: int,
    *,
    as_of: date | None = None,
    overrides: Mapping[str, str] | None = None,
    assume_ceilings: bool = False,
    threads: int | None = None,
    memory: str | None = None,
    temporary: Path | None = None,
    progress: Progress = lambda step: None,
) -> Outcome:
    """Settle a fact year in memory. `as_of` bounds what had been recorded (default: the snapshot's day)."""
    started = time.perf_counter()
    day = as_of or snapshot.as_of
    plan = compile_rules(pack, year, day, overrides, simulated=snapshot.simulated)
    database = connect(threads, memory, temporary)
    found = open_facts(database, pack, snapshot.facts, day, registers_read(plan))
    options = options_for(found, plan, database, assume_ceilings=assume_ceilings)
    settling = Settling(plan, database, DUCKDB, options, progress)
    settling.base_facts()
    settling.awards()
    progress("汇总结果")
    awards = awards_table(database)
    payers, parts = payers_table(database, plan), parts_table(awards, plan)
    clauses = summary.by_clause(database)
    report = {
        "format": FORMAT,
        "city": pack.city.id,
        "city_name": pack.city.name,
        "year": year,
        "as_of": day.isoformat(),
        "engine": __version__,
        "pack": pack.hash,
        "snapshot": {"hash": snapshot.hash, "as_of": snapshot.as_of.isoformat()},
        "simulated": snapshot.simulated,
        "unmatched_decisions": _unmatched_decisions(database, pack, year) if "decision" in found else 0,
        "overrides": dict(plan.overrides),
        "assume_ceilings": assume_ceilings,
        "hash": awards_hash(awards),
        "rows": awards.num_rows,
        "totals": summary.totals(clauses),
        "clauses": clauses,
        "payers": summary.by_payer(payers, database),
        "breakdowns": summary.breakdowns(database, plan),
        "pools": [asdict(p) for p in settling.pools],
        "seconds": round(time.perf_counter() - started, 3),
    }
    return Outcome(plan, snapshot, awards, payers, parts, report, database)


def _unmatched_decisions(database: DuckDatabase, pack: Pack, year: int) -> int:
    """How many decisions of this year meet no award. Error: E-DECISION-CLAUSE for an unknown clause."""
    made = table_name("decision")
    check_clauses_named((r[0] for r in database.rows(f"SELECT DISTINCT clause FROM {made}")), pack.clauses)
    met = 'SELECT 1 FROM "__awards" a WHERE a.clause = d.clause AND a.object = d.object AND a.party = d.party_id'
    return int(database.value(f"SELECT count(*) FROM {made} d WHERE d.year = {year} AND NOT EXISTS ({met})"))


def settle(
    pack: Pack, facts: Path, out: Path, year: int, *, overwrite: bool = False, verify: bool = False, **settings: Any
) -> Outcome:
    """Settle a fact year and write the run's folder; `settings` are those of `evaluate`.

    Errors: E-RUN-EXISTS, E-FACTS-*, and what compiling and evaluating refuse; then nothing is written.
    """
    if out.exists() and not overwrite:
        raise InnoCityError("E-RUN-EXISTS", f"结果文件夹 {out} 已存在", remedy="换一个 --out，或加 --overwrite")
    outcome = evaluate(pack, open_snapshot(facts, pack, verify=verify), year, **settings)
    write_run(outcome, out, settings.get("progress") or (lambda step: None))
    return outcome


def write_run(outcome: Outcome, out: Path, progress: Progress = lambda step: None) -> None:
    """Write a run's folder beside its place, then put it there whole."""
    from innocity.engines.rules.run_files import summary_text, write_workbook  # needs this module's Outcome

    out = out.absolute()
    temporary = out.parent / f".{out.name}.{os.getpid()}.tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        progress("写结果")
        for name in ("awards", "payers", "parts"):
            write_parquet(getattr(outcome, name), temporary / f"{name}.parquet")
        facts = os.path.relpath(outcome.snapshot.folder.absolute(), out)
        report = {**outcome.report, "facts": facts}
        plan = plan_json(outcome.plan, outcome.snapshot.simulated)
        report["seal"] = _seal(report, plan)
        (temporary / "plan.json").write_text(plan, encoding="utf-8")
        (temporary / "run.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        (temporary / "summary.md").write_text(summary_text(outcome), encoding="utf-8")
        write_workbook(outcome, temporary / "awards.xlsx")
        if out.exists():
            old = out.parent / f".{out.name}.{os.getpid()}.old"
            out.rename(old)
            temporary.rename(out)
            shutil.rmtree(old)
        else:
            temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def plan_json(plan: RulesPlan, simulated: bool) -> str:
    """The plan as it can be compiled again: the resolved pack, the year, the day and the settings."""
    pack = plan.pack.model_dump(mode="json", by_alias=True, exclude=_UNUSED)
    content = {
        "format": FORMAT,
        "engine": __version__,
        "year": plan.year,
        "as_of": plan.as_of.isoformat(),
        "simulated": simulated,
        "overrides": dict(plan.overrides),
        "pack": pack,
    }
    return json.dumps(content, ensure_ascii=False) + "\n"


def read_run(folder: Path) -> dict[str, Any]:
    """`run.json` of a run's folder. Error: E-RUN-FOLDER."""
    try:
        report: dict[str, Any] = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        for key in ("hash", "facts", "city", "year", "as_of", "overrides", "pack", "assume_ceilings", "engine"):
            report[key]  # what those who read a run need
        report["snapshot"]["hash"]
    except (OSError, ValueError, KeyError, TypeError):
        raise _not_a_run(folder) from None
    return report


def read_plan(folder: Path) -> tuple[dict[str, Any], Pack]:
    """`plan.json` of a run's folder and the pack in it. Error: E-RUN-FOLDER."""
    try:
        content = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
        content["year"], content["as_of"], content["overrides"], content["simulated"]  # what a plan needs
        return content, Pack.model_validate(content["pack"])
    except (OSError, ValueError, KeyError, TypeError):
        raise _not_a_run(folder) from None


def _seal(report: Mapping[str, Any], plan: str) -> str:
    """A hash over `run.json` (but for the seal itself) and `plan.json`: it tells a change made by hand."""
    content = json.dumps({k: v for k, v in report.items() if k != "seal"}, ensure_ascii=False)
    return sha256_text(json.dumps(json.loads(content), ensure_ascii=False, sort_keys=True) + "\n" + plan)


def check_unchanged(folder: Path, report: Mapping[str, Any], content: Mapping[str, Any], pack: Pack) -> None:
    """`run.json` and `plan.json` say the same, and what they said when they were written. Error: E-RUN-CHANGED."""
    said = {"year": content["year"], "as_of": content["as_of"], "overrides": content["overrides"],
            "simulated": content["simulated"], "city": pack.city.id, "pack": pack.hash}  # fmt: skip
    differ = [key for key, value in said.items() if report.get(key) != value]
    if not differ and report.get("seal") == _seal(report, (folder / "plan.json").read_text(encoding="utf-8")):
        return
    what = f"run.json 与 plan.json 的 {'、'.join(differ)} 不同" if differ else "run.json 或 plan.json 写出之后改动过"
    remedy = "不要手改结果文件夹；恢复原文件，或用 innocity settle 重新测算"
    raise InnoCityError("E-RUN-CHANGED", what, Place(str(folder / "run.json")), remedy)


def _not_a_run(folder: Path) -> InnoCityError:
    return InnoCityError("E-RUN-FOLDER", f"“{folder}”不是结果文件夹", remedy="给出 innocity settle 写出的文件夹")


@dataclass(frozen=True, slots=True)
class Replay:
    """A replay beside the run it repeats."""

    same: bool
    hash_then: str
    hash_now: str
    engine_then: str
    engine_now: str
    snapshot_same: bool


def replay(folder: Path, facts: Path | None = None) -> Replay:
    """Evaluate a run's own plan again on its snapshot; the hash must be the same.

    `facts` says where the snapshot lies now (default: where it lay). Errors: E-RUN-FOLDER, E-RUN-CHANGED,
    E-RUN-SNAPSHOT.
    """
    report = read_run(folder)
    content, pack = read_plan(folder)
    check_unchanged(folder, report, content, pack)
    snapshot = open_snapshot(facts or (folder / report["facts"]).resolve(), pack, verify=True)
    if snapshot.hash != report["snapshot"]["hash"]:
        raise InnoCityError(
            "E-RUN-SNAPSHOT", "事实的摘要与当时的不同，不能重算出同一结果", remedy="用 --facts 给出当时的事实文件夹"
        )
    outcome = evaluate(
        pack,
        snapshot,
        content["year"],
        as_of=date.fromisoformat(content["as_of"]),
        overrides=content["overrides"],
        assume_ceilings=report["assume_ceilings"],
    )
    return Replay(outcome.hash == report["hash"], report["hash"], outcome.hash, report["engine"], __version__, True)
