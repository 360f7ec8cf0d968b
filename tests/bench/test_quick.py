"""Small runs of the benchmarks: every rival that is there gives the engine's awards, to the fen.

No time is asserted here; `make bench` measures.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench import __main__ as command
from bench import shapes, weihai
from bench.data import Draw, ids, write
from bench.measure import Result, here, interleaved
from bench.rivals import environment
from bench.worker import comparable


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(autouse=True)
def only_what_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test installs nothing: rivals with their own environment take part where `make bench` has made it."""
    found = environment.FOLDER / "bin" / "python" if environment.installed() else None
    monkeypatch.setattr(environment, "python", lambda: found)


def test_rivals_give_the_same_awards(scratch: Path) -> None:
    results = shapes.against_rivals(scratch, 2_000, 1)
    assert "equal to the fen" in results[0].note
    awards = pq.read_table(scratch / "results" / "engine.parquet")
    assert set(awards["clause"].to_pylist()) == {f"shape_{x}" for x in "abcdef"}
    paid = pa.table({"c": awards["clause"], "f": awards["after_pool"]}).group_by("c").aggregate([("f", "sum")])
    assert dict(zip(*paid.to_pydict().values(), strict=True))["shape_b"] <= 1_000_000_000  # the pool holds


def test_awards_that_differ_are_refused(scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_a_fen_more(*arguments: object) -> object:
        measured = interleaved(*arguments)  # type: ignore[arg-type]
        path = scratch / "results" / "numpy.parquet"
        table = pq.read_table(path)
        fen = [table["computed"][0].as_py() + 1, *table["computed"][1:].to_pylist()]
        pq.write_table(table.set_column(3, "computed", pa.array(fen, pa.int64())), path)
        return measured

    monkeypatch.setattr(shapes, "interleaved", with_a_fen_more)
    with pytest.raises(shapes.Differ, match="numpy"):
        shapes.against_rivals(scratch, 2_000, 1)


def test_reforms_give_what_settling_gives(scratch: Path) -> None:
    results = shapes.reforms(scratch, 2_000, 3)  # refuses totals that differ from the settlement's
    assert {r.unit for r in results} == {"s"} and all(r.value > 0 for r in results)


def test_one_firm_is_explained(scratch: Path) -> None:
    memory, disk = shapes.one_firm(scratch, 2_000, 20)
    assert (memory.unit, disk.unit) == ("µs", "ms")


def test_parquet_to_parquet(scratch: Path) -> None:
    memory, time = shapes.large(scratch, 2_000, 2)
    assert memory.unit == "MB" and time.rival_value is not None
    assert not (scratch / "shapes-4000").exists()  # the large city is taken away again


def test_weihai_by_hand(scratch: Path) -> None:
    (result,) = weihai.against_sql(scratch, 2_000, 1)
    assert "equal to the fen" in result.note


def test_facts_are_the_same_every_time(tmp_path: Path) -> None:
    one, two = (write(tmp_path / name, 500) for name in "ab")
    for path in one.glob("*.parquet"):
        assert pq.read_table(path).equals(pq.read_table(two / path.name))
    assert ids("f", Draw("qualification", 0, 3).random.integers(0, 9, 3)).to_pylist()[0].startswith("f0000000")


def test_results_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = Result("x", 1.0, "s", "y", 2.0, 0.5, "<= 1 x", True)
    monkeypatch.setattr(command, "benchmarks", lambda *_: {"one": lambda: [result], "two": lambda: []})
    out = tmp_path / "results.json"
    assert command.main(["--only", "one", "--out", str(out)]) == [result]
    assert '"ratio": 0.5' in out.read_text("utf-8")


def test_tables_are_compared_in_key_order() -> None:
    table = pa.table({"clause": ["b", "a"], "object": ["1", "1"], "party": ["p", "q"], "computed": [1, 2]})
    assert comparable(table)["party"].to_pylist() == ["q", "p"]


def test_a_result_knows_its_promise() -> None:
    assert shapes._versus("x", 1.4, "y", 1.0, 1.5, "").met is True
    assert shapes._versus("x", 1.6, "y", 1.0, 1.5, "").met is False
    assert here("engine").module == "engine"
