"""The demo: the whole way by itself, in its own folder, again and again."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from pathlib import Path

from tests.cli.test_errors import PROGRAM


def test_the_demo_asks_nothing_ends_well_and_can_be_repeated(tmp_path: Path) -> None:
    kept = tmp_path / "var/weihai/facts"  # somebody's own facts, which a demo must not touch
    kept.mkdir(parents=True)
    words = [*PROGRAM, "demo", "--no-serve", "--scale", "0.02"]
    plain = {**os.environ, "COLUMNS": "120"}
    first = subprocess.run(words, capture_output=True, text=True, cwd=tmp_path, stdin=subprocess.DEVNULL, env=plain)
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("模拟数据")
    for number, word in enumerate(
        ("检查", "用例", "模拟", "测算", "解释", "尚缺", "政策测算", "重算", "指标亮灯", "中期评估", "装进库"), 1
    ):
        assert f"━━ {number}/11 {word}" in first.stdout.replace("跑用例", "用例").replace("造一个模拟", "模拟"), word
    assert "相同：每一笔都与当时一样" in first.stdout and "innocity explain weihai" in first.stdout
    assert first.stderr == ""
    for who in ("企业法定代表人", "市科技局经办", "市领导", "审计人员"):
        assert who in first.stdout

    second = subprocess.run([*words, "--json"], capture_output=True, text=True, cwd=tmp_path, stdin=subprocess.DEVNULL)
    found = json.loads(second.stdout)
    assert second.returncode == 0 and found["simulated"] and found["replay"]["same"]
    assert found["run"]["hash"] == found["replay"]["hash_now"] and found["run"]["totals"]["payable"] > 0
    assert found["explanation"]["items"] and found["reform"]["clauses"] and found["near"]["total"] >= 0
    assert found["database"]["added"] == 0 and "leader" in found["database"]["people"]
    assert found["simulation"]["agree"] > 0.8 * found["simulation"]["figures"]
    assert {p.name for p in (tmp_path / "var/demo/weihai").iterdir()} == {"facts", "run", "reports"}
    with sqlite3.connect(tmp_path / "var/demo/innocity.sqlite3") as database:
        sql = "SELECT register, count(*) FROM records_fact WHERE source LIKE '政策申报%' GROUP BY register"
        loop = dict(database.execute(sql).fetchall())
    assert loop["decision"] >= loop["award"] > 0, "what some firms applied for was granted and paid"
    assert list(kept.iterdir()) == [] and {p.name for p in tmp_path.iterdir()} == {"var"}
