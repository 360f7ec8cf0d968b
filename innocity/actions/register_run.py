"""Register a settled run: which folder, of which pack and facts, with which hash."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from django.db import transaction

from innocity.actions.recording import instance_of
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.rules.run import check_unchanged, read_plan, read_run
from innocity.packs.model import Pack
from innocity.records import store
from innocity.records.models import Run
from innocity.records.viewer import Viewer

register_codes({
    "E-RUN-CITY": ("测算属于另一座城市", "the run is another city's"),
})  # fmt: skip

KEPT = ("city_name", "totals", "clauses", "payers", "pools", "breakdowns", "overrides", "assume_ceilings", "rows")


def register_run(pack: Pack, viewer: Viewer, folder: Path) -> Run:
    """Record a run's folder, once; a run that is known already is given back.

    A run with changed parameters or assumed ceilings is kept as supposed: no entitlement rests on it. Errors:
    E-RUN-FOLDER, E-RUN-CHANGED, E-RUN-CITY, E-RECORDS-*.
    """
    if viewer.role not in ("operator", "officer"):
        raise InnoCityError("E-RECORDS-DENIED", "只有工作人员可以登记测算", None, "登录有权限的账号")
    report = read_run(folder)
    content, its_pack = read_plan(folder)
    check_unchanged(folder, report, content, its_pack)
    if report["city"] != pack.city.id:
        raise InnoCityError("E-RUN-CITY", f"测算属于 {report['city']}", None, f"给出 {pack.city.id} 的结果文件夹")
    with transaction.atomic():
        entry = store.next_entry()
        instance_of(pack)
        known: Run | None = Run.objects.filter(seal=report["seal"]).first()
        if known is not None:
            return known
        run: Run = Run.objects.create(
            city=report["city"], year=report["year"], as_of=date.fromisoformat(report["as_of"]), hash=report["hash"],
            seal=report["seal"], pack=report["pack"], snapshot=report["snapshot"]["hash"], engine=report["engine"],
            simulated=report["simulated"], supposed=bool(report["overrides"]) or report["assume_ceilings"],
            folder=str(folder.absolute()), report={key: report[key] for key in KEPT}, entry=entry,
        )  # fmt: skip
        details = {key: report[key] for key in ("year", "hash", "seal", "pack", "engine")}
        store.audit(viewer, "register_run", report["hash"], {**details, "snapshot": run.snapshot})
    return run
