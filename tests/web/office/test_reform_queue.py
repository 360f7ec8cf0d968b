"""The queue of reforms: two of one account at most, worked on in the order in which they were asked for."""

from __future__ import annotations

import os
import threading
import time
from dataclasses import asdict
from pathlib import Path

import pytest

from innocity.actions import reform_jobs
from innocity.actions.reform_jobs import Job, ahead_of, jobs
from innocity.actions.try_reform import write_json
from tests.web.conftest import Persona

CHANGE = "/weihai/office/reform/change/hnte_reward/"
MORE = {"hnte_reward.first": "30万元"}


def waiting(var: Path, number: int, by: str, at: float, state: str = "waiting") -> Job:
    """A job that waits, as if this process worked on it."""
    job = Job(f"{number:016x}", "weihai", state, "排队", by, f"第{number}个", at)  # type: ignore[arg-type]
    folder = var / "weihai" / "reforms" / ".jobs" / job.id
    write_json(folder / "state.json", asdict(job))
    (folder / "pid").write_text(str(os.getpid()), encoding="ascii")
    return job


def test_one_account_holds_two_at_most_and_the_others_still_find_a_place(persona: Persona, records: Path) -> None:
    now = time.time()
    for number in (1, 2):
        waiting(records, number, "science", now + number)
    refused = persona("science").post(CHANGE, MORE)
    assert refused.status_code == 422 and "没有算完" in refused.context["faults"][0].message
    assert len(jobs(records, "weihai")) == 2
    assert persona("group_office").post(CHANGE, MORE).status_code == 302


def test_a_full_queue_is_told(persona: Persona, records: Path) -> None:
    for number in range(reform_jobs.WAITING):
        waiting(records, number + 1, f"officer{number}", time.time())
    refused = persona("science").post(CHANGE, MORE)
    assert refused.status_code == 422 and "排队" in refused.context["faults"][0].message


def test_the_page_tells_the_place_in_the_queue(persona: Persona, records: Path) -> None:
    now = time.time()
    waiting(records, 1, "leader", now - 9, "running")
    waiting(records, 2, "group_office", now - 5)
    mine = waiting(records, 3, "science", now)
    waiting(records, 4, "leader", now + 5)
    assert ahead_of(records, mine) == 2
    text = persona("science").get(f"/weihai/office/reform/jobs/{mine.id}/").content.decode()
    assert "前面还有 2 个测算" in text


def test_jobs_are_worked_on_in_the_order_of_asking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reform_jobs, "_LOOK", 0.01)
    now, order = time.time(), []
    made = [waiting(tmp_path, number, "a", now + number) for number in range(1, 5)]
    root = tmp_path / "weihai" / "reforms" / ".jobs"

    def work(job: Job) -> None:
        with reform_jobs._turn(root, job):
            order.append(job.id)
            write_json(root / job.id / "state.json", asdict(job) | {"state": "done"})

    threads = [threading.Thread(target=work, args=(job,)) for job in reversed(made)]
    for one in threads:
        one.start()
        time.sleep(0.05)
    for one in threads:
        one.join(timeout=30)
    assert order == [job.id for job in made]
