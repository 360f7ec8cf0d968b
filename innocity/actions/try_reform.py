"""政策测算: try a reform over the facts of a run or a snapshot, and keep it as a named draft.

A draft is a JSON file, `var/<city>/reforms/<name>.json`, as `innocity reform --save` writes it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.parties import Parties
from innocity.engines.rules.reform import Laboratory, Overlay, apply_overlay
from innocity.engines.rules.run import read_run
from innocity.engines.rules.snapshot import open_snapshot
from innocity.packs.facts import read_manifest
from innocity.packs.model import Pack

register_codes({
    "E-REFORM-NAME": ("方案的名字不能用", "the name of a draft cannot be used"),
    "E-REFORM-BASIS": ("没有可用来测算的事实", "there are no facts to try a reform on"),
    "E-REFORM-EMPTY": ("没有改动", "nothing is changed"),
})  # fmt: skip

Step = Callable[[str], None]
NAME_MOST = 40  # characters of a draft's name
_UNFIT = re.compile(r'[\x00-\x1f/\\:*?"<>|]')


@dataclass(frozen=True, slots=True)
class Basis:
    """What a reform is tried on: facts, year and day; those of `run` if there is one, with its facts' hash.

    `settings` and `ceilings`: the parameters that the run was settled with, and whether ceilings counted in full.
    """

    facts: Path
    year: int
    as_of: date | None = None
    run: Path | None = None
    hash: str | None = None
    settings: dict[str, str] = field(default_factory=dict)
    ceilings: bool = False


def run_basis(pack: Pack, folder: Path) -> Basis:
    """The facts, year, day and settings of a run's folder. Errors: E-RUN-FOLDER, E-REFORM-BASIS."""
    report = read_run(folder)
    if report["city"] != pack.city.id:
        raise InnoCityError("E-REFORM-BASIS", f"这份结果是 {report['city']} 的", None, "换一份本市的结果")
    return Basis(
        (folder / report["facts"]).resolve(), report["year"], date.fromisoformat(report["as_of"]), folder,
        report["snapshot"]["hash"], dict(report["overrides"]), report["assume_ceilings"],
    )  # fmt: skip


def facts_basis(pack: Pack, folder: Path, year: int | None = None) -> Basis:
    """A folder of facts with the city's year. Errors: E-FACTS-FOLDER, E-FACTS-MANIFEST, E-REFORM-BASIS."""
    manifest = read_manifest(folder)
    if manifest.city != pack.city.id:
        raise InnoCityError("E-REFORM-BASIS", f"这份事实是 {manifest.city} 的", None, "换一份本市的事实")
    return Basis(folder, year or pack.city.default_year, manifest.as_of)


def check_overlay(pack: Pack, overlay: Overlay, basis: Basis) -> None:
    """That a change can be tried at all. Errors: E-REFORM-EMPTY, E-OVERLAY, E-PARAM-*, those of literals."""
    if overlay.model_copy(update={"name": ""}) == Overlay():
        raise InnoCityError("E-REFORM-EMPTY", "没有改任何参数", None, "至少改一个数，或停掉一个条款")
    settings = {**basis.settings, **overlay.set}
    compile_rules(apply_overlay(pack, overlay), basis.year, basis.as_of or date(basis.year, 12, 31), settings)


def try_reform(pack: Pack, overlay: Overlay, basis: Basis, step: Step = lambda name: None) -> dict[str, Any]:
    """Before and after, with the names of those who gain and lose most, and what the change was.

    Errors: those of `check_overlay`, E-FACTS-*, E-RUN-SNAPSHOT.
    """
    return reform_report(open_laboratory(pack, basis, step), overlay, basis, step)


def reform_report(
    laboratory: Laboratory, overlay: Overlay, basis: Basis, step: Step = lambda name: None
) -> dict[str, Any]:
    """The same in a laboratory that is open already: one more variant on the same facts."""
    pack, snapshot = laboratory.pack, laboratory.snapshot
    report = laboratory.try_out(overlay, step).report
    step("找名称")
    most = [*report["most_gained"], *report["most_lost"]]
    names = Parties(pack, snapshot, laboratory.as_of).names(row["party"] for row in most)
    for row in most:
        row["name"] = names.get(row["party"])
    return {
        **report, "changes": overlay.model_dump(mode="json", exclude_defaults=True), "pack": pack.hash,
        "facts": snapshot.hash, "as_of": laboratory.as_of.isoformat(), "run": str(basis.run) if basis.run else None,
    }  # fmt: skip


def open_laboratory(pack: Pack, basis: Basis, step: Step = lambda name: None) -> Laboratory:
    """Where variants are tried on the facts of a basis. Errors: E-FACTS-*, E-RUN-SNAPSHOT."""
    step("打开事实")
    snapshot = open_snapshot(basis.facts, pack)
    if basis.hash not in (None, snapshot.hash):
        text = "事实的摘要与算出这份结果时的不同"
        raise InnoCityError("E-RUN-SNAPSHOT", text, None, "另选一份事实（命令行用 --facts），或重新测算后再试")
    return Laboratory(pack, snapshot, basis.year, basis.as_of, overrides=basis.settings, assume_ceilings=basis.ceilings)


# --- drafts ------------------------------------------------------------------------------------------------


def reform_file(var: Path, city: str, name: str) -> Path:
    """Where a draft of this name lies. Error: E-REFORM-NAME for a name that is no file name."""
    clean = name.strip()
    if not clean or clean.startswith(".") or _UNFIT.search(clean) or len(clean) > NAME_MOST:
        text = f"“{clean[:NAME_MOST]}”不能用作方案名" if clean else "没有写方案名"
        raise InnoCityError("E-REFORM-NAME", text, None, f"写 1 到 {NAME_MOST} 个字，不带斜杠、冒号等符号")
    return var / city / "reforms" / f"{clean}.json"


def fit_name(text: str) -> str:
    """A text as the name of a draft: signs that no file name takes left out, cut where it is too long.

    >>> fit_name("首次认定30万元/年")
    '首次认定30万元年'
    """
    clean = _UNFIT.sub("", text).strip().lstrip(".")
    return clean if len(clean) <= NAME_MOST else clean[: NAME_MOST - 1] + "…"


def read_reforms(var: Path, city: str) -> dict[str, dict[str, Any]]:
    """All drafts by name, the newest first; files that cannot be read are left out."""
    found = []
    for path in (var / city / "reforms").glob("*.json"):
        report = read_reform(path)
        if report is not None:
            found.append((path.stat().st_mtime_ns, path.stem, report))
    return {name: report for _, name, report in sorted(found, key=lambda one: (-one[0], one[1]))}


def read_reform(path: Path) -> dict[str, Any] | None:
    """A draft, or the result of a job; None where the file is none."""
    try:
        report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        report["before"]["payable"], report["after"]["payable"], report["clauses"], report["changes"]
        return report
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_json(path: Path, content: Any) -> None:
    """The whole file or none: written beside, then put in its place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)


def overlay_text(report: dict[str, Any]) -> str:
    """A draft's change as an overlay file: `innocity reform CITY FILE.yaml` reads it."""
    kept = Overlay.model_validate(report["changes"]).model_dump(mode="json", exclude_defaults=True)
    head = f"# 政策测算方案：{report['name']}（{report['city']}，{report['year']} 年度）\n"
    return head + str(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=110))
