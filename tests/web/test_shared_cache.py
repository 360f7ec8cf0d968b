"""Counts of tries: one store for all processes of the site."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings

from innocity.web.shared_cache import FILE, SharedCache

_COUNTS = """
import innocity.records
from django.core.cache import cache
cache.add("tries", 0, 60)
print(max(cache.incr("tries") for _ in range(200)))
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SharedCache:
    monkeypatch.setattr(settings, "INNOCITY_VAR", tmp_path)
    return SharedCache("", {})


def test_what_is_kept_is_found_until_it_is_over(store: SharedCache) -> None:
    store.set("a", {"x": [1, 2.5, "字"]}, 60)
    store.set("b", 7)
    assert store.get("a") == {"x": [1, 2.5, "字"]} and store.get("b") == 7 and store.get("c", "none") == "none"
    store.set("a", 1, 0.01)
    time.sleep(0.02)
    assert store.get("a") is None and not store.touch("a", 5) and not store.delete("a")
    with pytest.raises(ValueError):
        store.incr("a")
    assert store.add("a", 5, 60) and not store.add("a", 6, 60) and store.incr("a") == 6 and store.decr("a", 2) == 4
    assert store.touch("a", 0.01)
    time.sleep(0.02)
    assert store.get("a") is None
    store.clear()
    assert store.get("b") is None


def test_two_at_once_are_counted_as_two(store: SharedCache) -> None:
    with ThreadPoolExecutor(8) as pool:
        added = list(pool.map(lambda _: store.add("once", 1, 60), range(64)))
        store.set("n", 0, 60)
        list(pool.map(lambda _: store.incr("n"), range(400)))
    assert sum(added) == 1 and store.get("n") == 400


def test_the_first_to_open_it_wait_for_each_other(store: SharedCache, tmp_path: Path) -> None:
    first = sqlite3.connect(tmp_path / FILE, isolation_level=None, check_same_thread=False)
    first.execute("BEGIN IMMEDIATE")  # as one that is just switching the file to write-ahead
    threading.Timer(0.2, first.execute, ("COMMIT",)).start()
    store.set("a", 1, 60)
    assert store.get("a") == 1
    first.close()


def test_processes_share_it(store: SharedCache, tmp_path: Path) -> None:
    import os

    env = {**os.environ, "INNOCITY_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "innocity.web.settings"}
    runs = [
        subprocess.Popen([sys.executable, "-c", _COUNTS], env=env, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    highest = [int(one.communicate(timeout=120)[0]) for one in runs]
    assert max(highest) == 400 and store.get("tries") == 400


def test_nobody_else_reads_the_file(store: SharedCache, tmp_path: Path) -> None:
    store.set("a", 1)
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
