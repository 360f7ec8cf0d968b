"""Every command: what it prints, what it writes, and that --json is JSON and nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
import yaml
from python_calamine import CalamineWorkbook

from innocity.cli.diff import FIELDS
from innocity.core.money import format_money
from innocity.engines.rules.cases import read_cases, reference_engine, run_case
from innocity.engines.rules.compile import compile_rules
from innocity.engines.rules.profile import clause_profile
from innocity.engines.rules.template import case_template
from innocity.packs.load import cities_root, load_pack
from innocity.packs.model import Clause
from tests.cli.conftest import data, typed


def run_of(folder: Path) -> Path:
    [run] = (folder / "var/weihai/runs").iterdir()
    return run


def party_with(run: Path, status: str) -> str:
    """A body of the run that has an award of this status."""
    awards = pq.read_table(run / "awards.parquet", filters=[("status", "=", status)])
    parties = sorted(p for p in awards.column("party").to_pylist() if p.startswith("F"))
    return parties[0]


# --- check, describe, diff, schema, status --------------------------------------------------------------


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_check_finds_no_error(city: str) -> None:
    found = data("check", city)
    assert found["ok"] and found["errors"] == 0
    assert found["clauses"] > 30 and found["years"][-1] >= 2020
    assert f"{found['clauses']} 条款" in typed("check", city).stdout


def test_check_lists_each_finding_once(tmp_path: Path) -> None:
    for name in ("liaocheng", "base"):
        shutil.copytree(cities_root() / name, tmp_path / name)
    document = tmp_path / "liaocheng/documents/measures-2020.md"
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("program == 'foreign_expert' and ", "", 1), encoding="utf-8")
    found = data("check", tmp_path / "liaocheng")
    listed = [(f["code"], f["file"], f["line"], f["message"]) for f in found["findings"]]
    assert "W-CHECK-OVERLAP" in {code for code, *_ in listed}
    assert len(listed) == len(set(listed)) == found["errors"] + found["warnings"]


def test_check_takes_the_originals_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("INNOCITY_SOURCES", str(tmp_path))  # a folder that holds none of them
    found = data("check", "weihai")
    assert found["source"] == str(tmp_path)
    assert {f["code"] for f in found["findings"]} >= {"W-CHECK-SOURCE"}


def test_check_names_what_a_list_has_and_the_city_lacks(tmp_path: Path) -> None:
    promises = tmp_path / "promises.jsonl"
    promises.write_text('{"id": "001-99-9", "doc": "001"}\n', encoding="utf-8")
    result = typed("check", "weihai", "--promises", promises, code=1)
    assert "E-CHECK-PROMISE" in result.stdout and "001-99-9" in result.stdout


def test_describe_lists_clauses_and_shows_one_in_full() -> None:
    rows = data("describe", "weihai")
    assert {"hnte_reward", "contract_payment_subsidy"} <= {r["clause"] for r in rows}
    one = data("describe", "weihai", "contract_payment_subsidy")
    settable = {p["set"]: p for p in one["parameters"]}
    assert settable["contract_payment_subsidy.rate"]["value"] == "5%"
    assert settable["contract_payment_subsidy.by_signing"]["alternatives"][0]["value"] == "true"
    assert settable["science_fund.sum"]["value"] == "8000万元"
    assert one["digest"] and "30万元" in one["amount"]
    shown = typed("describe", "weihai", "contract_payment_subsidy").stdout
    assert "contract_payment_subsidy.rate" in shown and one["digest"][:20] in shown


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_every_parameter_that_describe_lists_can_be_set(city: str) -> None:
    pack = load_pack(city)
    for clause in pack.clauses:
        listed = clause_profile(pack, clause, {})["parameters"]
        settings = {p["set"]: p["value"] for p in listed if p["value"] is not None}
        compile_rules(pack, pack.city.default_year, date(2023, 12, 31), settings, only=[clause])


def test_diff_of_two_cities_goes_by_topic() -> None:
    found = data("diff", "weihai", "liaocheng")
    topics = {t["id"]: t for t in found["topics"]}
    assert topics["technology_contracts"]["only"] is None
    assert {t["only"] for t in found["topics"]} == {None, "left", "right"}
    sides = [p["left"] or p["right"] for t in found["topics"] for p in t["pairs"]]
    assert all(s["amount"] and s["state"] and s["article"] for s in sides)
    assert "只有 威海市（A）" in typed("diff", "weihai", "liaocheng").stdout


def test_diff_of_a_city_with_a_changed_copy(tmp_path: Path) -> None:
    for name in ("weihai", "base"):
        shutil.copytree(cities_root() / name, tmp_path / name)
    document = tmp_path / "weihai/documents/opinion-2018.md"
    text = document.read_text(encoding="utf-8")
    head, _, tail = text.partition("id: hnte_reward\n")
    document.write_text(
        head + "id: hnte_reward\n" + tail.replace("first: 20万元", "first: 25万元", 1), encoding="utf-8"
    )
    found = data("diff", "weihai", tmp_path / "weihai", "--changed")
    [pair] = [p for t in found["topics"] for p in t["pairs"]]
    assert pair["left"]["clause"] == "hnte_reward" and "20万元" in pair["left"]["amount"]
    assert "25万元" in pair["right"]["amount"] and pair["changed"] == ["amount"]
    shown = typed("diff", "weihai", tmp_path / "weihai", "--changed").stdout
    assert "不同之处：额度" in shown


def test_diff_has_a_name_for_every_field() -> None:
    fields = {field.alias or name for name, field in Clause.model_fields.items()} - {"place"}
    assert fields == set(FIELDS)
    assert all(not name.isascii() for name in FIELDS.values())


def test_schema_writes_json_schemas(tmp_path: Path) -> None:
    found = data("schema", tmp_path / "schemas")
    assert "fence.clause.schema.json" in found["files"]
    for name in found["files"]:
        assert "$schema" in json.loads((tmp_path / "schemas" / name).read_text(encoding="utf-8"))


def test_status_writes_a_page_that_is_always_the_same(tmp_path: Path) -> None:
    first, second = tmp_path / "a.md", tmp_path / "b.md"
    found = data("status", "liaocheng", "--out", first)
    typed("status", "liaocheng", "--out", second)
    assert first.read_bytes() == second.read_bytes()
    [city] = found["cities"]
    assert city["failing"] == [] and sum(city["counts"].values()) == len(city["promises"])
    page = first.read_text(encoding="utf-8")
    assert all(f"| {p['id']} |" in page for p in city["promises"])
    assert "全部通过" in page and str(tmp_path) not in page and str(cities_root()) not in page


# --- simulate, convert, settle, replay ------------------------------------------------------------------


def test_simulate_prints_published_against_simulated(empty: Path) -> None:
    shown = typed("simulate", "weihai", "--firms", "200", "--out", "facts").stdout
    assert "高新技术企业" in shown and "1376家" in shown and "模拟数据" in shown
    assert json.loads((empty / "facts/manifest.json").read_text("utf-8"))["simulated"] is True
    found = typed("simulate", "weihai", "--firms", "200", "--out", "facts", code=1)
    assert "E-FACTS-EXISTS" in found.stderr and "--overwrite" in found.stderr
    again = data("simulate", "weihai", "--firms", "200", "--out", "facts", "--overwrite")
    assert again["figures"] and again["registers"]["organization"] >= 200


def test_settle_writes_a_run_and_prints_its_totals(here: Path) -> None:
    run = run_of(here)
    report = json.loads((run / "run.json").read_text("utf-8"))
    assert run.name == f"2023-{report['hash'][:8]}"
    assert {f.name for f in run.iterdir()} == {
        "awards.parquet", "awards.xlsx", "parts.parquet", "payers.parquet", "plan.json", "run.json", "summary.md"
    }  # fmt: skip
    payable = pc.sum(pq.read_table(run / "awards.parquet").column("payable")).as_py()
    assert payable == report["totals"]["payable"] > 0
    shown = typed("settle", "weihai").stdout  # the same result of the same inputs: written again
    assert f"{payable // 100:,}.{payable % 100:02d} 元" in shown and "模拟数据" in shown and "未经主管部门核定" in shown
    assert run_of(here) == run


def test_the_workbook_says_sums_in_yuan_and_counts_as_counts(here: Path) -> None:
    """Whose, by which article, of what: an officer looks nothing up in another file."""
    run = run_of(here)
    book = CalamineWorkbook.from_path(run / "awards.xlsx")
    head, *rows = book.get_sheet_by_name("测算金额").to_python()
    awards = pq.read_table(run / "awards.parquet").to_pylist()
    summed = {(a["party"], a["object"]): a for a in awards if a["status"] == "sum"}
    assert len(rows) == sum(a["status"] == "sum" for a in awards)
    assert sum(round(float(row[head.index("资金池后（元）")] or 0) * 100) for row in rows) == sum(
        a["after_pool"] or 0 for a in awards if a["status"] == "sum"
    )
    for row in rows:
        told = dict(zip(head, row, strict=True))
        assert told["依据"].startswith("《") and isinstance(told["计入日期"], date)
        found = summed.get((told["编号"], told["事项"] or told["编号"]))
        if found is not None and found["x_base"] is not None:
            yuan, count = told["基数（元）"], told["数量"]
            assert found["x_base"] == (count if yuan == "" else round(yuan * 100))
    assert any(row[head.index("统一社会信用代码")] and row[head.index("注册地")] for row in rows)
    others = book.get_sheet_by_name("上限、待评审、待定、排除").to_python()
    assert not any("*" in row or "class" in row for row in others)


def test_a_run_that_is_refused_says_what_is_wrong_and_nothing_else(here: Path, tmp_path: Path) -> None:
    """The database goes with the command: what lives on at the end of a process is complained about at length."""
    awards = pq.read_table(run_of(here) / "awards.parquet").to_pylist()
    open_ = next(a for a in awards if a["status"] == "ceiling" and a["party"] != "*")
    facts = shutil.copytree(here / "var/weihai/facts", tmp_path / "facts")
    table = pq.read_table(facts / "decision.parquet")
    above = {**dict.fromkeys(table.column_names), "fact_id": "d-1", "party_id": open_["party"], "selected": True,
             "clause": open_["clause"], "object": open_["object"], "year": 2023, "sum": open_["computed"] + 1,
             "valid_from": date(2023, 1, 1), "recorded_at": date(2023, 1, 1), "source": "test"}  # fmt: skip
    pq.write_table(pa.concat_tables([table, pa.Table.from_pylist([above], table.schema)]), facts / "decision.parquet")
    manifest = json.loads((facts / "manifest.json").read_text("utf-8"))
    manifest["registers"]["decision"]["rows"] = table.num_rows + 1
    (facts / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    program = "import sys; from innocity.cli.main import app; app(sys.argv[1:])"
    command = ["settle", "weihai", "--facts", facts, "--out", tmp_path / "run"]
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, command)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "E-DECISION-ABOVE-CEILING" in done.stderr
    assert "leaked" not in done.stderr and not (tmp_path / "run").exists()


def test_settle_takes_its_settings(town: Path, tmp_path: Path) -> None:
    plain = json.loads((run_of(town) / "run.json").read_text("utf-8"))
    more = data("settle", "weihai", "--out", tmp_path / "a", "--set", "hnte_reward.again=15万元", "--verify")
    assert more["overrides"] == {"hnte_reward.again": "15万元"}
    assert more["totals"]["payable"] > plain["totals"]["payable"]
    ceilings = data("settle", "weihai", "--out", tmp_path / "b", "--assume", "ceilings")
    assert ceilings["assume_ceilings"] and ceilings["totals"]["payable"] > plain["totals"]["payable"]
    early = data("settle", "weihai", "--out", tmp_path / "c", "--as-of", "2023-01-05", "--year", "2023")
    assert early["as_of"] == "2023-01-05" and early["totals"]["sum"] < plain["totals"]["sum"]


def test_settle_does_not_overwrite_unasked(empty: Path) -> None:
    typed("simulate", "liaocheng", "--firms", "200")
    first = data("settle", "liaocheng", "--out", "run")
    assert first["city"] == "liaocheng" and first["year"] == load_pack("liaocheng").city.default_year
    before = (empty / "run/run.json").read_bytes()
    found = data("settle", "liaocheng", "--out", "run", code=1)
    assert found["error"]["code"] == "E-RUN-EXISTS" and "--overwrite" in found["error"]["remedy"]
    assert (empty / "run/run.json").read_bytes() == before
    data("settle", "liaocheng", "--out", "run", "--year", "2022", "--overwrite")
    assert json.loads((empty / "run/run.json").read_text("utf-8"))["year"] == 2022


def test_replay_reaches_the_same_hash_and_tells_other_facts(town: Path, tmp_path: Path) -> None:
    found = data("replay", run_of(town))
    assert found["same"] and found["hash_then"] == found["hash_now"]
    typed("simulate", "weihai", "--firms", "200", "--out", tmp_path / "facts")
    other = data("replay", run_of(town), "--facts", tmp_path / "facts", code=1)
    assert other["error"]["code"] == "E-RUN-SNAPSHOT"
    assert data("replay", tmp_path, code=1)["error"]["code"] == "E-RUN-FOLDER"


def test_replay_takes_a_run_a_city_or_the_latest_of_all(town: Path) -> None:
    run = run_of(town)
    latest = max((town / "var/weihai/runs").glob("*/run.json"), key=lambda p: p.stat().st_mtime_ns).parent
    assert data("replay", "--run", run)["run"] == str(run)
    for words in ((), ("weihai",)):
        found = data("replay", *words)
        assert found["same"] and (town / found["run"]) == latest
    assert data("replay", run, "--run", run, code=2)["error"]["code"] == "E-USAGE"


@pytest.mark.parametrize("name", ["payable", "year", "hash", "overrides"])
def test_replay_refuses_a_report_that_was_changed_by_hand(town: Path, tmp_path: Path, name: str) -> None:
    copy = tmp_path / "run"
    shutil.copytree(run_of(town), copy)
    report = json.loads((copy / "run.json").read_text("utf-8"))
    report["facts"] = str((run_of(town) / report["facts"]).resolve())
    changed = {"payable": {"totals": {**report["totals"], "payable": 1}}, "year": {"year": 2022}, "hash": {"hash": "0"},
               "overrides": {"overrides": {"hnte_reward.again": "1元"}}}[name]  # fmt: skip
    (copy / "run.json").write_text(json.dumps({**report, **changed}, ensure_ascii=False), encoding="utf-8")
    error = data("replay", copy, "--facts", town / "var/weihai/facts", code=1)["error"]
    assert error["code"] == "E-RUN-CHANGED" and error["file"].endswith("run.json")
    if name in ("year", "overrides"):
        assert name in error["message"]


def test_settle_shows_the_city_s_own_share_beside_the_total(here: Path) -> None:
    run = run_of(here)
    report = json.loads((run / "run.json").read_text("utf-8"))
    own = report["payers"]["city"]
    assert 0 < own < report["totals"]["payable"]
    shown = typed("settle", "weihai").stdout
    [headline] = [line for line in shown.splitlines() if "测算金额合计" in line]
    assert f"其中市级财政 {own // 100:,}.{own % 100:02d} 元" in headline
    assert f"其中市级财政 **{format_money(own)}**" in (run / "summary.md").read_text("utf-8")


def test_a_folder_of_files_without_a_manifest_is_told_how_to_become_facts(empty: Path) -> None:
    source = empty / "csv"
    source.mkdir()
    head = "fact_id,party_id,title,recognition_kind,issued_on"
    (source / "qualification.csv").write_text(f"{head}\n1,甲,hnte,first,2023-10-01\n", encoding="utf-8")
    for words in (
        ("settle", "weihai"),
        ("explain", "weihai", "甲"),
        ("reform", "weihai", "--set", "hnte_reward.first=1元"),
    ):
        error = data(*words, "--facts", source, code=1)["error"]
        assert error["code"] == "E-FACTS-FOLDER" and "innocity convert weihai" in error["remedy"]
    assert data("convert", "weihai", source, "facts", code=1)["error"]["code"] == "E-FACTS-MANIFEST"
    found = data("convert", "weihai", source, "facts", "--as-of", "2023-12-31", "--simulated")
    assert (found["as_of"], found["simulated"]) == ("2023-12-31", True)
    assert data("explain", "weihai", "甲", "--facts", "facts")["total"] == 20_000_000


def test_convert_turns_an_office_s_csv_into_hashed_parquet(empty: Path) -> None:
    source = empty / "csv"
    source.mkdir()
    (source / "manifest.json").write_text(
        '{"format": 1, "city": "weihai", "simulated": true, "as_of": "2023-12-31"}', encoding="utf-8"
    )
    head = "fact_id,party_id,title,recognition_kind,issued_on,valid_from,recorded_at,source"
    rows = f"{head}\n1,甲,hnte,first,2023-10-01,,,公告\n"
    (source / "qualification.csv").write_bytes(rows.encode("gb18030"))  # as spreadsheets here save it
    found = data("convert", "weihai", source, empty / "facts")
    assert found["registers"] == {"qualification": 1} and len(found["hash"]) == 64
    settled = data("settle", "weihai", "--facts", empty / "facts", "--out", empty / "run")
    assert settled["totals"]["payable"] == 20_000_000
    assert data("convert", "weihai", source, empty / "facts", code=1)["error"]["code"] == "E-FACTS-EXISTS"


# --- explain, near, reform ------------------------------------------------------------------------------


def test_explain_shows_each_step(here: Path) -> None:
    party = party_with(run_of(here), "sum")
    found = data("explain", "weihai", party)
    assert found["run"] and found["total"] == sum(i["payable"] for i in found["items"]) > 0
    shown = typed("explain", "weihai", party).stdout
    for item in found["items"]:
        assert item["name"] in shown
        if item["status"] in ("sum", "ceiling"):
            assert item["article"] in shown and item["steps"][0]["text"] in shown
    assert "谁出" in shown and "模拟数据" in shown and "未经主管部门核定" in shown
    assert format_money(found["total"]) in shown


def test_explain_agrees_with_the_run_for_everybody_of_a_clause(here: Path) -> None:
    run = run_of(here)
    awards = pq.read_table(run / "awards.parquet", filters=[("clause", "=", "hnte_reward"), ("status", "=", "sum")])
    for row in awards.to_pylist():
        items = data("explain", "weihai", row["party"], "--run", run)["items"]
        assert [i["payable"] for i in items if i["clause"] == "hnte_reward"] == [row["payable"]]


def test_explain_knows_a_party_by_id_name_part_of_a_name_and_credit_code(here: Path) -> None:
    organizations = pq.read_table(here / "var/weihai/facts/organization.parquet").to_pylist()
    row = next(r for r in organizations if r["party_id"] == party_with(run_of(here), "sum"))
    for text in (row["party_id"], row["name"], row["uscc"], row["name"].removeprefix("模拟")):
        assert data("explain", "weihai", text)["party"] == row["party_id"]
    many = data("explain", "weihai", "模拟企业", code=1)["error"]
    assert many["code"] == "E-PARTY-AMBIGUOUS" and "等" in many["message"]
    assert data("explain", "weihai", "没有这家", code=1)["error"]["code"] == "E-PARTY-UNKNOWN"


def test_explain_without_a_run_says_so(here: Path) -> None:
    party = party_with(run_of(here), "sum")
    result = typed("explain", "weihai", party, "--facts", "var/weihai/facts", "--year", "2023")
    assert "innocity settle" in result.stderr
    assert data("explain", "weihai", party, "--facts", "var/weihai/facts")["run"] is None


def test_the_first_explanation_builds_an_index_and_says_so(empty: Path) -> None:
    """As progress, which a terminal shows; a log is not filled with it."""
    from innocity.cli.explain import indexing

    typed("simulate", "liaocheng", "--firms", "200")
    words = ("explain", "liaocheng", "F0000001", "--facts", "var/liaocheng/facts")
    first, again = typed(*words), typed(*words)
    assert (first.stdout, first.stderr) == (again.stdout, again.stderr)
    assert list((empty / "var/liaocheng/facts/.index").rglob("organization.arrow"))
    steps: list[str] = []
    indexing(steps.append)("organization", 0, 3)
    assert steps == ["第一次查这份事实，先建索引（只做一次）：1/3 organization"]


def test_near_has_a_column_for_the_matter_only_where_a_row_has_one(capsys: pytest.CaptureFixture[str]) -> None:
    from innocity.cli.near import render
    from innocity.cli.screen import Screen

    row = {"name": "条款甲", "party_name": None, "party": "F1", "object": "F1", "says": "缺一条", "gap": None}
    report = {"year": 2023, "total": 1, "simulated": False, "rows": [row]}
    render(Screen(False), report)
    assert "事项" not in capsys.readouterr().out, "the party itself is what is counted"
    render(Screen(False), {**report, "rows": [{**row, "object": "K9"}]})
    said = capsys.readouterr().out
    assert "事项" in said and "K9" in said


def test_papers_of_a_clause_and_of_its_call_are_named_once_each() -> None:
    from innocity.packs.model_fences import each_once

    assert each_once(["保单", "缴费凭证", "立项文件", "年末贷款余额表", "保单与缴费凭证"]) == [
        "保单", "缴费凭证", "立项文件", "年末贷款余额表",
    ]  # fmt: skip
    assert each_once(["批复文件", "牵头或参与证明"]) == ["批复文件", "牵头或参与证明"]


def test_near_lists_the_run_s_near_misses(here: Path) -> None:
    run = run_of(here)
    wanted = pq.read_table(run / "awards.parquet", filters=[("status", "=", "near")]).to_pylist()
    found = data("near", "weihai", "--limit", "1000")
    assert found["total"] == len(found["rows"]) == len(wanted) > 0
    assert {(r["clause"], r["party"]) for r in found["rows"]} == {(r["clause"], r["party"]) for r in wanted}
    clause = found["rows"][0]["clause"]
    assert {r["clause"] for r in data("near", "weihai", "--clause", clause)["rows"]} == {clause}
    party = found["rows"][0]["party"]
    assert {r["party"] for r in data("near", "weihai", party)["rows"]} == {party}
    assert found["rows"][0]["says"] in typed("near", "weihai", "--limit", "1000").stdout
    assert data("near", "weihai", "--clause", "nothing", code=1)["error"]["code"] == "E-PACK-CLAUSE"


def test_reform_compares_before_and_after(here: Path) -> None:
    before = json.loads((run_of(here) / "run.json").read_text("utf-8"))["totals"]["payable"]
    found = data("reform", "weihai", "--set", "hnte_reward.again=15万元")
    more = found["after"]["payable"] - found["before"]["payable"]
    assert found["before"]["payable"] == before and more == found["gained"] - found["lost"] > 0
    assert [r["clause"] for r in found["clauses"]] == ["hnte_reward"]
    assert sum(r["after"] - r["before"] for r in found["payers"]) == more
    for name in ("division", "zone", "size", "industry"):
        rows = found["distribution"][name]
        assert sum(r["after"] - r["before"] for r in rows) == more, name
        assert all(r["after"] - r["before"] == r["gained"] - r["lost"] for r in rows)
        assert sum(r["winners"] for r in rows) == found["winners"] and not any(r["losers"] for r in rows)
    shown = typed("reform", "weihai", "--set", "hnte_reward.again=15万元", "--facts", "var/weihai/facts").stdout
    assert "按区市" in shown and "不可相加" in shown and "谁得谁失" in shown and "未经主管部门核定" in shown


def test_reform_takes_facts_year_and_day_of_a_run(town: Path, tmp_path: Path) -> None:
    run = data("settle", "weihai", "--year", "2022", "--as-of", "2023-06-30", "--out", tmp_path / "run")
    words = ("reform", "weihai", "--set", "hnte_reward.again=15万元")
    found = data(*words, "--run", tmp_path / "run")
    assert (found["year"], found["run"]) == (2022, str(tmp_path / "run"))
    assert found["before"]["payable"] == run["totals"]["payable"]
    latest = data(*words)
    assert latest["year"] == 2023 and latest["run"]
    assert data(*words, "--facts", "var/weihai/facts")["run"] is None
    assert data(*words, "--run", tmp_path / "run", "--year", "2023", code=2)["error"]["code"] == "E-USAGE"
    assert data(*words, "--run", tmp_path, code=1)["error"]["code"] == "E-RUN-FOLDER"
    typed("simulate", "weihai", "--firms", "200", "--out", tmp_path / "other")
    other = data(*words, "--run", tmp_path / "run", "--facts", tmp_path / "other", code=1)
    assert other["error"]["code"] == "E-RUN-SNAPSHOT"


def test_reform_starts_from_what_the_run_was_settled_with(town: Path, tmp_path: Path) -> None:
    """Its changed parameters and assumed ceilings stand on both sides: what differs is the reform alone."""
    out = tmp_path / "changed"
    data("settle", "weihai", "--set", "hnte_reward.first=30万元", "--assume", "ceilings", "--out", out)
    found = data("reform", "weihai", "--set", "hnte_reward.again=15万元", "--run", out)
    settled = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert found["before"]["payable"] == settled["totals"]["payable"]
    assert [c["clause"] for c in found["clauses"]] == ["hnte_reward"]


def test_reform_compares_the_values_of_parameters(town: Path) -> None:
    """Each comes to what trying it alone comes to; those that a budget bears are marked."""
    words = ("--vary", "hnte_reward.again=5万元,15万元", "--vary", "hnte_reward.first=20万元,30万元")
    alone = data("reform", "weihai", "--set", "hnte_reward.again=5万元", "--set", "hnte_reward.first=30万元")
    fen = alone["after"]["payable"]
    budget = f"{fen // 100}.{fen % 100:02d}元"
    found = data("reform", "weihai", *words, "--budget", budget)
    assert [list(v["settings"].values()) for v in found["variants"]] == [
        ["5万元", "20万元"], ["5万元", "30万元"], ["15万元", "20万元"], ["15万元", "30万元"]
    ]  # fmt: skip
    assert found["current"] == {"payable": alone["before"]["payable"]}
    second = found["variants"][1]
    assert (second["payable"], second["more"]) == (fen, fen - alone["before"]["payable"])
    changed = {r["clause"]: r["payable_after"] for r in alone["clauses"] if r["payable_after"] != r["payable_before"]}
    assert {name: c["payable"] for name, c in second["clauses"].items() if c["more"]} == changed != {}
    assert [v["within"] for v in found["variants"]] == [v["payable"] <= fen for v in found["variants"]]
    assert sorted({v["within"] for v in found["variants"]}) == [False, True]
    shown = typed("reform", "weihai", *words, "--budget", budget).stdout
    best = max((v for v in found["variants"] if v["within"]), key=lambda v: v["payable"])
    assert "用得最足的是 " + "；".join(f"{name}={value}" for name, value in best["settings"].items()) in shown
    assert "高新技术企业" in shown and "未经主管部门核定" in shown


def test_reform_refuses_values_that_cannot_be_compared(town: Path) -> None:
    assert data("reform", "weihai", "--vary", "hnte_reward.again", code=2)["error"]["code"] == "E-USAGE"
    assert data("reform", "weihai", "--budget", "2亿元", code=2)["error"]["code"] == "E-USAGE"
    several = ",".join(f"{i}万元" for i in range(1, 20))
    many = [part for key in ("again", "first") for part in ("--vary", f"hnte_reward.{key}={several}")]
    assert data("reform", "weihai", *many, code=1)["error"]["code"] == "E-VARY-MANY"
    wrong = data("reform", "weihai", "--vary", "hnte_reward.nothing=5万元,6万元", code=1)
    assert wrong["error"]["code"] == "E-PARAM-UNKNOWN"


def test_reform_reads_an_overlay_and_saves(town: Path, tmp_path: Path) -> None:
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text("name: 不再奖励\nremove: [hnte_reward]\n", encoding="utf-8")
    saved = town / "var/weihai/reforms/trial.json"
    saved.unlink(missing_ok=True)
    found = data("reform", "weihai", overlay, "--save", "trial")
    assert found["name"] == "不再奖励" and found["losers"] > 0 and found["winners"] == 0
    assert json.loads(saved.read_text("utf-8"))["lost"] == found["lost"]
    assert data("reform", "weihai", overlay, "--save", "trial", code=1)["error"]["code"] == "E-RUN-EXISTS"
    assert data("reform", "weihai", overlay, "--save", "../x", code=2)["error"]["code"] == "E-USAGE"
    assert data("reform", "weihai", code=2)["error"]["code"] == "E-USAGE"
    overlay.write_text("clauses: {hnte_reward: {nonsense: 1}}\n", encoding="utf-8")
    assert data("reform", "weihai", overlay, code=1)["error"]["code"] == "E-OVERLAY"


# --- cases ----------------------------------------------------------------------------------------------

CASE = """\
- says: 首次认定得20万元
  city: weihai
  clauses: [hnte_reward]
  years: [2019]
  facts:
    qualification: [{party_id: A, title: hnte, recognition_kind: first, issued_on: 2019-10-01}]
  expect: [{party: A, status: sum, fen: %d}]
"""


def test_cases_of_any_folder_are_run(empty: Path) -> None:
    (empty / "own.yaml").write_text(CASE % 20_000_000, encoding="utf-8")
    found = data("cases", "run", empty)
    assert found["engines"] == ["duckdb", "reference"] and (found["cases"], found["failing"]) == (1, 0)
    assert "全部相符" in typed("cases", "run", "own.yaml", "--engine", "reference").stdout


def test_a_case_that_fails_ends_with_one(empty: Path) -> None:
    (empty / "own.yaml").write_text(CASE % 19_999_999, encoding="utf-8")
    shown = typed("cases", "run", "own.yaml", code=1).stdout
    assert "首次认定得20万元" in shown and "own.yaml:1" in shown and "20000000" in shown
    found = data("cases", "run", "own.yaml", code=1)
    assert found["failing"] == 1 and found["results"][0]["problems"]


def test_cases_that_cannot_be_read_are_told(empty: Path) -> None:
    (empty / "own.yaml").write_text(CASE % 1 + "  nonsense: 1\n", encoding="utf-8")
    found = data("cases", "run", "own.yaml", code=1)["error"]
    assert found["code"] == "E-CASE-FORMAT" and found["line"] == 1
    assert data("cases", "run", "nowhere", code=1)["error"]["code"] == "E-FILE-MISSING"
    assert data("cases", "run", "own.yaml", "--engine", "abacus", code=2)["error"]["code"] == "E-USAGE"


def test_cases_run_on_postgres(empty: Path, postgres: str) -> None:
    (empty / "own.yaml").write_text(CASE % 20_000_000, encoding="utf-8")
    found = data("cases", "run", "own.yaml", "--engine", "postgres,reference", "--postgres", postgres)
    assert found["engines"] == ["postgres", "reference"] and found["failing"] == 0


def test_template_holds_what_the_clause_reads_and_no_more() -> None:
    [case] = yaml.safe_load(typed("cases", "template", "weihai", "hnte_reward").stdout)
    assert case["clauses"] == ["hnte_reward"] and list(case["facts"]) == ["qualification"]
    assert set(case["facts"]["qualification"][0]) == {"party_id", "title", "recognition_kind", "issued_on"}
    assert case["facts"]["qualification"][0]["title"] == "hnte"


def test_a_template_is_a_case_that_can_be_run(empty: Path) -> None:
    """Filled with its samples, the skeleton of a ladder pays its first step."""
    text = typed("cases", "template", "weihai", "hnte_reward").stdout
    (empty / "own.yaml").write_text(text.replace("fen: 0", "fen: 20000000"), encoding="utf-8")
    assert data("cases", "run", "own.yaml")["failing"] == 0


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_the_template_of_every_clause_can_be_read_and_evaluated(city: str, empty: Path) -> None:
    """Its sample values have the right types and codes; what they come to is for the officer to fill in."""
    pack = load_pack(city)
    text = "".join(case_template(pack, clause, pack.city.default_year) for clause in pack.clauses)
    (empty / "all.yaml").write_text(text, encoding="utf-8")
    engine = {"reference": reference_engine}
    outcomes = [run_case(pack, case, engine) for case in read_cases(empty / "all.yaml")]
    assert len(outcomes) == len(pack.clauses)
    assert [o.problems for o in outcomes if any("[E-" in p for p in o.problems)] == []
