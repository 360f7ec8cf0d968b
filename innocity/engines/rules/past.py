"""A run of the past opened again: its plan as it was compiled then, and the facts that it read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from innocity.core.errors import InnoCityError
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.ir import RulesPlan
from innocity.engines.rules.run import read_plan, read_run
from innocity.engines.rules.snapshot import Snapshot, open_snapshot
from innocity.packs.model import Pack


@dataclass(frozen=True)
class PastRun:
    """A run's folder with its report and plan. `changed`: the pack is another one today."""

    folder: Path
    report: dict[str, Any]
    plan: RulesPlan
    changed: bool

    def snapshot(self, facts: Path | None = None) -> Snapshot:
        """The facts of the run; `facts` says where they lie now. Errors: E-FACTS-*, E-RUN-SNAPSHOT."""
        found = open_snapshot(facts or (self.folder / self.report["facts"]).resolve(), self.plan.pack)
        if found.hash != self.report["snapshot"]["hash"]:
            raise InnoCityError(
                "E-RUN-SNAPSHOT", "事实的摘要与算出这份结果时的不同", remedy="用 --facts 给出当时的事实，或重新 settle"
            )
        return found


def open_run(folder: Path, pack: Pack | None = None) -> PastRun:
    """Open a run's folder; where `pack` is the one it was settled with, it is taken with all its articles.

    Error: E-RUN-FOLDER.
    """
    report = read_run(folder)
    content, then = read_plan(folder)
    same = pack is not None and pack.hash == then.hash
    plan = compile_rules(
        pack if pack is not None and same else then,
        content["year"],
        date.fromisoformat(content["as_of"]),
        content["overrides"],
        simulated=content["simulated"],
    )
    return PastRun(folder, report, plan, not same)
