"""Reforms in the background, and comparisons of values: a folder a job, worked on by a program of its own.

    var/<city>/reforms/.jobs/<id>/  ask.json  state.json  result.json  variant-<n>.json

A page may be left and come back to: all that it needs stands in the folder, whichever process of the site asks. One
job is worked on at a time; the others wait. `python -m innocity.actions.reform_jobs FOLDER` works on one.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

from innocity.actions.file_lock import locked
from innocity.actions.try_reform import Basis, check_overlay, read_reform, try_reform, write_json
from innocity.actions.vary_reform import combinations, vary_reform
from innocity.core.errors import InnoCityError, register_codes
from innocity.engines.rules.reform import Overlay
from innocity.packs.load import load_pack
from innocity.packs.model import Pack

register_codes({
    "E-REFORM-BUSY": ("排队的测算太多", "too many reforms wait"),
    "E-REFORM-MINE": ("自己的测算还没算完", "the asker has as many reforms under way as one may have"),
    "E-REFORM-STOPPED": ("测算中途停了", "the program stopped before the reform was done"),
})  # fmt: skip

State = Literal["waiting", "running", "done", "failed"]
KEPT = 40  # jobs kept, the newest
WAITING = 8  # jobs that may wait
MINE = 2  # of these, those of one account
STEPS = ("排队", "打开事实", "按现行条款算", "按改动后的条款算", "找名称", "完成")
VARY_STEPS = ("排队", "打开事实", "按现行条款算", "逐个组合算", "完成")
_LOOK = 0.2  # seconds between two looks at the queue
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Job:
    """One reform that is tried, or values that are compared (`kind`): then `done` combinations of `of`.

    `step` is one of `steps`; times are seconds since the epoch.
    """

    id: str
    city: str
    state: State
    step: str
    by: str
    name: str
    asked_at: float
    begun_at: float | None = None
    ended_at: float | None = None
    pid: int | None = None
    error: str = ""
    remedy: str = ""
    kind: Literal["reform", "vary"] = "reform"
    done: int = 0
    of: int = 0

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps in their order."""
        return VARY_STEPS if self.kind == "vary" else STEPS

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in ("done", "failed")

    @property
    def seconds(self) -> int:
        """How long it has been worked on, or was."""
        return int((self.ended_at or time.time()) - (self.begun_at or self.asked_at))


def start_reform(pack: Pack, by: str, overlay: Overlay, basis: Basis, var: Path) -> Job:
    """Check a change, then start to try it. Errors: those of `check_overlay`, E-REFORM-BUSY, E-REFORM-MINE."""
    check_overlay(pack, overlay, basis)
    job = Job(secrets.token_hex(8), pack.city.id, "waiting", STEPS[0], by, overlay.name, time.time())
    return _queued(job, overlay, basis, var, {})


def start_variants(
    pack: Pack, by: str, overlay: Overlay, vary: Mapping[str, Sequence[str]], budget: int | None, basis: Basis,
    var: Path,
) -> Job:  # fmt: skip
    """Check the first and the last combination, then start to compare all of them (the program checks the others).

    Errors: E-VARY-*, those of `check_overlay`, E-REFORM-BUSY, E-REFORM-MINE.
    """
    plans = combinations(vary)
    for one in (plans[0], plans[-1]):
        check_overlay(pack, overlay.model_copy(update={"set": {**overlay.set, **one}}), basis)
    job = Job(secrets.token_hex(8), pack.city.id, "waiting", STEPS[0], by, overlay.name, time.time(), kind="vary",
              of=len(plans))  # fmt: skip
    return _queued(job, overlay, basis, var, {"vary": {key: list(texts) for key, texts in vary.items()},
                                              "budget": budget})  # fmt: skip


def _queued(job: Job, overlay: Overlay, basis: Basis, var: Path, more: Mapping[str, Any]) -> Job:
    """The job with its program, where one more may wait. Errors: E-REFORM-BUSY, E-REFORM-MINE."""
    root = _root(var, job.city)
    with locked(root, "测算"):
        _check_queue([one for one in jobs(var, job.city) if not one.over], job.by)
        _forget(root)
        return _started(job, overlay, basis, root, more)


def _check_queue(under_way: Sequence[Job], by: str) -> None:
    """That one more may wait. Errors: E-REFORM-BUSY, E-REFORM-MINE."""
    if sum(one.by == by for one in under_way) >= MINE:
        text = f"您已有 {MINE} 个测算没有算完"
        raise InnoCityError("E-REFORM-MINE", text, None, "等算完一个再开始，好让别人也排得上")
    if len(under_way) >= WAITING:
        raise InnoCityError("E-REFORM-BUSY", f"已有 {WAITING} 个测算在排队", None, "过一会儿再开始")


def _started(job: Job, overlay: Overlay, basis: Basis, root: Path, more: Mapping[str, Any]) -> Job:
    folder = root / job.id
    written = {key: str(value) if isinstance(value, Path | date) else value for key, value in asdict(basis).items()}
    write_json(folder / "ask.json", {"overlay": overlay.model_dump(mode="json"), "basis": written, **more})
    write_json(folder / "state.json", asdict(job))
    return _spawn(folder, job)


def _spawn(folder: Path, job: Job) -> Job:
    command = [sys.executable, "-m", "innocity.actions.reform_jobs", str(folder.absolute())]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    threading.Thread(target=process.wait, daemon=True).start()  # so that it does not stay a zombie
    (folder / "pid").write_text(str(process.pid), encoding="ascii")
    return replace(job, pid=process.pid)


def job_of(var: Path, city: str, name: str) -> Job | None:
    """A job by its id, as far as it is now; one whose program is gone has failed."""
    if not _ID.fullmatch(name):
        return None
    folder = _root(var, city) / name
    try:
        job = Job(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if job.over or _alive(folder):
        return job
    with contextlib.suppress(OSError, ValueError, TypeError):  # it may have ended between the two looks
        job = Job(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    if job.over:
        return job
    return replace(job, state="failed", error="程序中途停了，没有算完", remedy="重新开始；还是不行请找系统管理员")


def jobs(var: Path, city: str) -> list[Job]:
    """All jobs that are kept, the newest first."""
    found = [job_of(var, city, path.name) for path in _root(var, city).glob("*/")]
    return sorted((one for one in found if one is not None), key=lambda one: -one.asked_at)


def ahead_of(var: Path, job: Job) -> int:
    """How many jobs are worked on before this one."""
    return len(_before(_root(var, job.city), job))


def _before(root: Path, job: Job) -> list[Job]:
    others = (job_of(root.parents[2], root.parents[1].name, path.name) for path in root.glob("*/"))
    mine = (job.asked_at, job.id)
    return [one for one in others if one is not None and not one.over and (one.asked_at, one.id) < mine]


def result_of(var: Path, city: str, name: str, variant: int = 0) -> dict[str, Any] | None:
    """What a job found, or of a comparison the whole report of a combination by its number; None where there is none.

    A comparison keeps whole reports of few combinations only (`vary_reform.WHOLE`).
    """
    file = f"variant-{variant}.json" if variant else "result.json"
    return read_reform(_root(var, city) / name / file) if _ID.fullmatch(name) else None


def basis_asked(var: Path, city: str, name: str) -> Basis | None:
    """What a job's facts are; None where there is no such job."""
    try:
        return _basis(json.loads((_root(var, city) / name / "ask.json").read_text(encoding="utf-8"))["basis"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def variants_of(var: Path, city: str, name: str) -> dict[str, Any] | None:
    """What a comparison of values found, as `vary_reform` gives it; None where it is not done."""
    if not _ID.fullmatch(name):
        return None
    try:
        report: dict[str, Any] = json.loads((_root(var, city) / name / "result.json").read_text(encoding="utf-8"))
        report["variants"], report["current"]["payable"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return report


def _root(var: Path, city: str) -> Path:
    return var / city / "reforms" / ".jobs"


def _alive(folder: Path) -> bool:
    try:
        pid = int((folder / "pid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return time.time() - folder.stat().st_mtime < 10 if folder.is_dir() else False  # it is only being started
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _forget(root: Path) -> None:
    """Take the oldest jobs away; drafts are files of their own."""
    over = [one for one in jobs(root.parents[2], root.parents[1].name) if one.over]
    for one in over[KEPT:]:
        shutil.rmtree(root / one.id, ignore_errors=True)


# --- the program that works -----------------------------------------------------------------------------------


def work(folder: Path) -> None:
    """Work on the job of a folder; what goes wrong is written into its state."""
    job = Job(**json.loads((folder / "state.json").read_text(encoding="utf-8")))
    with _turn(folder.parent, job):
        job = replace(job, state="running", begun_at=time.time(), pid=os.getpid())

        def known(step: str | None = None, done: int | None = None) -> None:
            nonlocal job
            told = step if step in job.steps else job.steps[-2] if step else job.step
            job = replace(job, step=told, done=job.done if done is None else done)
            write_json(folder / "state.json", asdict(job))

        try:
            known(STEPS[1])
            write_json(folder / "result.json", _found(folder, job, known))
            job = replace(job, state="done", step=STEPS[-1])
        except InnoCityError as error:
            job = replace(job, state="failed", error=error.message, remedy=error.remedy or "")
        except Exception as error:  # whoever waits must learn that it failed; the log has the rest
            job = replace(job, state="failed", error=f"程序出错：{type(error).__name__}", remedy="请找系统管理员看日志")
            raise
        finally:
            write_json(folder / "state.json", asdict(replace(job, ended_at=time.time())))


def _found(folder: Path, job: Job, known: Callable[..., None]) -> dict[str, Any]:
    """What the job's question comes to; `known` is told the step, and how many combinations are done."""
    ask = json.loads((folder / "ask.json").read_text(encoding="utf-8"))
    pack, overlay, basis = load_pack(job.city), Overlay(**ask["overlay"]), _basis(ask["basis"])
    if job.kind == "reform":
        return try_reform(pack, overlay, basis, known)

    def told(number: int, report: dict[str, Any] | None) -> None:
        if report is not None:
            write_json(folder / f"variant-{number}.json", report)
        known(done=number)

    return vary_reform(pack, overlay, ask["vary"], basis, ask["budget"], known, told)


def _basis(written: dict[str, Any]) -> Basis:
    day, run = written["as_of"], written["run"]
    paths = {"facts": Path(written["facts"]), "run": Path(run) if run else None}
    return Basis(**{**written, **paths, "as_of": date.fromisoformat(day) if day else None})


@contextlib.contextmanager
def _turn(root: Path, job: Job) -> Iterator[None]:
    """Wait until no other job is worked on, and all that were asked for earlier are over."""
    while True:
        with (root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not _before(root, job):
                yield
                return
        time.sleep(_LOOK)


if __name__ == "__main__":
    work(Path(sys.argv[1]))
