"""What the pages of 政策测算 share: what a reform can be tried on, whose jobs are shown, how far a job is."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop

from innocity.actions import reform_jobs
from innocity.actions.try_reform import Basis, facts_basis, run_basis
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.web.access import viewer_of
from innocity.web.views.office.common import var

#: The steps of a job in the words of the interface; 排队 is one of its own.
STEP_WORDS = (
    gettext_noop("打开事实"), gettext_noop("按现行条款算"), gettext_noop("按改动后的条款算"), gettext_noop("找名称"),
    gettext_noop("逐个组合算"), gettext_noop("完成"),
)  # fmt: skip


def may_see(viewer: Viewer, job: reform_jobs.Job) -> bool:
    """What somebody tries and does not keep is nobody else's."""
    return viewer.role == "operator" or job.by == viewer.name


def job_of(request: HttpRequest, city: str, name: str) -> reform_jobs.Job:
    """One's own job by the name in an address. Raises Http404."""
    found = reform_jobs.job_of(var(), city, name)
    if found is None or not may_see(viewer_of(request), found):
        raise Http404(f"no job {name}")
    return found


def steps_of(one: reform_jobs.Job) -> list[tuple[str, str]]:
    """(step, done, now or to come)."""
    at = one.steps.index(one.step) if one.step in one.steps else 0
    ended = one.state == "done"
    words = ["done" if i < at or ended else "now" if i == at else "later" for i in range(len(one.steps))]
    return list(zip(one.steps, words, strict=True))


def bases_of(pack: Pack, viewer: Viewer) -> list[tuple[str, str, Path, bool]]:
    """(id, name, folder, whether it is a run) of what a reform can be tried on, the newest of each first."""
    found = []
    for run in queries.runs(viewer)[:3]:
        if (Path(run.folder) / "run.json").is_file():
            found.append((f"run-{run.id}", f"{run.year} 年度测算所用的事实，截至 {run.as_of}", Path(run.folder), True))
    for one in queries.snapshots(viewer)[:3]:
        if Path(one.folder).is_dir():
            found.append((f"snapshot-{one.id}", f"{one.as_of} 的事实快照 {one.hash[:8]}", Path(one.folder), False))
    return found


def basis_of(pack: Pack, viewer: Viewer, wanted: str) -> Basis:
    """Errors: E-REFORM-BASIS, those of runs and facts."""
    for name, _, folder, is_run in bases_of(pack, viewer):
        if wanted in ("", name):
            return run_basis(pack, folder) if is_run else facts_basis(pack, folder)
    raise InnoCityError("E-REFORM-BASIS", "还没有登记过测算或快照", None, "请系统管理员先登记一次测算")
