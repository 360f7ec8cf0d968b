"""Bad cities and bad facts: each mistake has its code and its place, and nothing half-written is left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from innocity.packs.load import cities_root
from tests.cli.conftest import typed
from tests.packs.world import add_fence, change, make_city

OPINION = "documents/opinion.md"


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small city of the pack tests with the registers that a run needs, in an empty current folder."""
    folder = make_city(tmp_path / "cities")
    for register in ("award", "decision"):
        text = (cities_root() / f"base/cn/registers/{register}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"cities/base/parent/registers/{register}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("INNOCITY_CITIES", str(tmp_path / "cities"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return folder


BASE = "fact_id,party_id,valid_from,valid_to,recorded_at,source"
QUALIFICATION = f"{BASE},title,kind,issued_on,prize\n"
ROW = "q1,甲,2023-06-01,,2023-06-02,公告,hnte,first,2023-06-01,\n"


def facts(register: str = "qualification", text: str = QUALIFICATION + ROW, **more: str) -> Path:
    """A facts folder of CSV files in the current folder."""
    folder = Path("facts")
    folder.mkdir()
    manifest = {"format": 1, "city": "town", "simulated": True, "as_of": "2023-12-31"}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    for name, content in {register: text, **more}.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    return folder


def refused(*words: str | Path) -> list[dict[str, Any]]:
    """The errors of a settling that must fail, after which there is no run nor a part of one."""
    out = Path("runs/out")
    found = json.loads(typed("settle", "town", "--year", "2023", "--out", out, *words, "--json", code=1).stdout)
    assert not out.exists() and not (out.parent.exists() and list(out.parent.iterdir()))
    errors: list[dict[str, Any]] = found.get("errors") or [found["error"]]
    assert all(e["code"] and e["message"] for e in errors)
    return errors


def test_the_town_and_its_facts_are_right_before_they_are_broken(town: Path) -> None:
    found = json.loads(typed("settle", "town", "--facts", facts(), "--out", "runs/out", "--json").stdout)
    assert found["totals"]["payable"] == 20_000_000 and Path("runs/out/run.json").is_file()
    assert list(Path("runs").iterdir()) == [Path("runs/out")]


# --- the city -------------------------------------------------------------------------------------------

MISTAKES = {
    "unknown column": (("where: title == 'hnte'", "where: titel == 'hnte'"), "E-EXPR-NAME"),
    "unknown code": (("where: title == 'hnte'", "where: title == 'hntee'"), "E-EXPR-CODE"),
    "broken expression": (("where: title == 'hnte'", "where: title == == 'hnte'"), "E-EXPR-SYNTAX"),
    "no unit": (("first: 20万元", "first: 20万"), "E-MONEY-UNIT"),
    "finer than a fen": (("first: 20万元", "first: 0.001元"), "E-MONEY-DECIMALS"),
    "a rate for a sum": (("first: 20万元", "first: 20%"), "E-LITERAL-TYPE"),
    "rate above one": (('match: "1:1"', "rate: 150%"), "E-RATE-ABOVE-ONE"),
    "shares not adding up": (("payers: {city: 50%, county: 50%}", "payers: {city: 50%, county: 40%}"), "E-SHARE-SUM"),
    "unknown field": (("kind: reward", "knid: reward"), "E-PACK-UNKNOWN-FIELD"),
    "unknown register": (("register: qualification\ncounts_on: issued_on\nwhere: title == 'hnte'",
                          "register: qualifications\ncounts_on: issued_on\nwhere: title == 'hnte'"), "E-PACK-REGISTER"),
    "validity that ends before it begins": (
        ("who: 企业\nwhat: 一次性", "valid: {from: 2023-01-01, to: 2022-01-01}\nwho: 企业\nwhat: 一次性"),
        "E-PERIOD-ORDER"),
}  # fmt: skip


@pytest.mark.parametrize(("passage", "code"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_clause(town: Path, passage: tuple[str, str], code: str) -> None:
    change(town / OPINION, *passage)
    errors = refused("--facts", facts())
    assert code in {e["code"] for e in errors}
    assert all(str(e["file"]).endswith("opinion.md") and e["line"] > 1 and e["remedy"] for e in errors), errors
    checked = json.loads(typed("check", "town", "--json", code=1).stdout)
    assert {e["code"] for e in errors} <= {f["code"] for f in checked["findings"]}


def test_clauses_of_one_promise_that_overlap_are_a_warning(town: Path) -> None:
    change(town / OPINION, "promise: [900-2]", "promise: [900-1]")
    change(town / OPINION, "where: title == 'gazelle'", "where: title == 'hnte'")
    found = json.loads(typed("check", "town", "--json", code=1).stdout)["findings"]
    overlap = next(f for f in found if f["code"] == "W-CHECK-OVERLAP")
    assert overlap["severity"] == "warning" and "gazelle_reward" in overlap["message"]


def test_supersession_in_a_circle(town: Path) -> None:
    for number, (newer, older) in enumerate((("hnte_reward", "gazelle_reward"), ("gazelle_reward", "hnte_reward"))):
        body = f"id: r{number}\nkind: supersedes\nnewer: {newer}\nolder: {older}"
        add_fence(town, "relation", body)
    [error] = refused("--facts", facts())
    assert error["code"] == "E-SUPERSEDE-CYCLE" and str(error["file"]).endswith("opinion.md")


def test_a_sum_beyond_what_the_program_can_hold(town: Path) -> None:
    change(town / OPINION, 'amount: {match: "1:1", of: sum(prize), cap: top}', "amount: {each: top, times: sum(staff)}")
    change(town / OPINION, "params: {top: 30万元}", "params: {top: 9万亿元}")
    head = f"{BASE},title,kind,issued_on,staff\n"
    rows = "".join(f"q{i},甲,2023-06-01,,2023-06-02,公告,gazelle,first,2023-06-01,999999999\n" for i in range(9))
    [error] = refused("--facts", facts(text=head + rows))
    assert error["code"] == "E-OVERFLOW" and error["remedy"]


# --- decisions ------------------------------------------------------------------------------------------

DECISION = f"{BASE},clause,object,selected,sum\nd1,甲,2023-07-01,,2023-07-02,会议纪要,hnte_reward,甲,true,"


def test_a_decision_above_the_ceiling_is_refused_and_never_clipped(town: Path) -> None:
    change(town / OPINION, "payers: {city: 50%, county: 50%}", "bound: upto")
    [error] = refused("--facts", facts(decision=DECISION + "200000.01\n"))
    assert error["code"] == "E-DECISION-ABOVE-CEILING" and "20万元" in error["message"]
    assert error["path"] == "hnte_reward／甲／甲"
    for name in Path("facts").iterdir():
        name.unlink()
    Path("facts").rmdir()
    words = ("settle", "town", "--facts", facts(decision=DECISION + "200000\n"), "--out", "runs/out", "--json")
    assert json.loads(typed(*words).stdout)["totals"]["payable"] == 20_000_000


def test_a_decision_out_of_force_is_refused(town: Path) -> None:
    change(town / OPINION, "valid_to:\n", "valid_to: 2023-01-31\n")
    [error] = refused("--facts", facts(decision=DECISION + "100000\n"))
    assert error["code"] == "E-DECISION-NOT-IN-FORCE" and error["path"] == "hnte_reward／甲／甲"


# --- facts ----------------------------------------------------------------------------------------------

WRONG = {
    "a column is missing": ("title,kind,issued_on", "title,kind", ",2023-06-01,\n", ",\n", "E-FACTS-COLUMN-MISSING"),
    "a column too many": ("issued_on,prize", "issued_on,colour", "", "", "E-FACTS-COLUMN-EXTRA"),
    "no date": ("", "", "first,2023-06-01", "first,去年六月", "E-FACTS-TYPE"),
    "no money": ("", "", "2023-06-01,\n", "2023-06-01,很多\n", "E-FACTS-TYPE"),
    "a fraction of a fen": ("", "", "2023-06-01,\n", "2023-06-01,1.005\n", "E-FACTS-TYPE"),
    "above the column's bound": ("", "", "2023-06-01,\n", "2023-06-01,10.01亿元\n", "E-FACTS-VALUE"),
    "an unknown code": ("", "", "hnte,first", "hnte,third", "E-FACTS-CODE"),
    "a required value": ("", "", "hnte,first", ",first", "E-FACTS-REQUIRED"),
    "a row too long": ("", "", "2023-06-01,\n", "2023-06-01,,,\n", "E-FACTS-ROW"),
}


@pytest.mark.parametrize(("head", "new_head", "cell", "new_cell", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_fact(town: Path, head: str, new_head: str, cell: str, new_cell: str, code: str) -> None:
    text = QUALIFICATION.replace(head, new_head) + (ROW.replace(cell, new_cell) if cell else ROW)
    errors = refused("--facts", facts(text=text))
    assert [e["code"] for e in errors] == [code]
    assert errors[0]["file"] == "qualification.csv" and errors[0]["line"] in (1, 2) and errors[0]["remedy"]
    folder = Path("parquet")
    found = json.loads(typed("convert", "town", "facts", folder, "--json", code=1).stdout)
    assert found["error"]["code"] == code and not folder.exists()


def test_facts_that_stand_twice(town: Path) -> None:
    [error] = refused("--facts", facts(text=QUALIFICATION + ROW + ROW))
    assert error["code"] == "E-FACTS-DUPLICATE" and error["line"] == 3


def test_a_file_of_no_register(town: Path) -> None:
    [error] = refused("--facts", facts(qualifications=QUALIFICATION))
    assert error["code"] == "E-FACTS-REGISTER" and "qualification" in str(error["remedy"])


def test_no_rows_at_all_is_nothing_to_pay(town: Path) -> None:
    result = typed("settle", "town", "--facts", facts(text=QUALIFICATION), "--out", "runs/out", "--json")
    assert json.loads(result.stdout)["totals"]["payable"] == 0
    assert "W-FACTS-EMPTY" in result.stderr


def test_text_in_the_encoding_of_spreadsheets_is_read(town: Path) -> None:
    folder = facts()
    path = folder / "qualification.csv"
    path.write_bytes(path.read_text("utf-8").replace("甲", "甲乙丙公司").encode("gb18030"))
    found = json.loads(typed("settle", "town", "--facts", folder, "--out", "runs/out", "--json").stdout)
    assert found["totals"]["payable"] == 20_000_000
    assert pq.read_table("runs/out/awards.parquet").column("party").to_pylist() == ["甲乙丙公司"]


def test_text_in_no_known_encoding_is_refused(town: Path) -> None:
    folder = facts()
    (folder / "qualification.csv").write_bytes(QUALIFICATION.encode() + b"q1,\xff\xff\xff,,,,,,,,\n")
    [error] = refused("--facts", folder)
    assert error["code"] == "E-FACTS-ENCODING" and error["file"] == "qualification.csv"


@pytest.mark.parametrize(
    ("manifest", "code"),
    [("{", "E-FACTS-MANIFEST"), ('{"format": 2}', "E-FACTS-MANIFEST"), ("[]", "E-FACTS-MANIFEST"),
     ('{"format": 1, "city": "weihai", "simulated": true, "as_of": "2023-12-31"}', "E-FACTS-MANIFEST"),
     ('{"format": 1, "city": "town", "simulated": true, "as_of": "2023-13-31"}', "E-FACTS-MANIFEST")],
)  # fmt: skip
def test_a_wrong_manifest(town: Path, manifest: str, code: str) -> None:
    folder = facts()
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    assert {e["code"] for e in refused("--facts", folder)} == {code}


def test_parquet_of_wrong_types_columns_and_contents(town: Path) -> None:
    typed("convert", "town", facts(), "parquet")
    path = Path("parquet/qualification.parquet")
    table = pq.read_table(path)
    index = table.column_names.index("prize")
    spoiled = {
        "E-FACTS-TYPE": table.set_column(index, "prize", table.column("prize").cast(pa.float64())),
        "E-FACTS-COLUMN-MISSING": table.drop_columns(["issued_on"]),
        "E-FACTS-COLUMN-EXTRA": table.append_column("colour", pa.array(["red"])),
        "E-FACTS-HASH": pa.concat_tables([table, table]),
    }
    for code, content in spoiled.items():
        pq.write_table(content, path)
        assert {e["code"] for e in refused("--facts", "parquet")} == {code}
    changed = table.set_column(1, "party_id", pa.array(["乙"]))
    pq.write_table(changed, path)
    assert {e["code"] for e in refused("--facts", "parquet", "--verify")} == {"E-FACTS-HASH"}


# --- the command line -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "code"),
    [("hnte_reward.first=30万", "E-MONEY-UNIT"), ("hnte_reward.firts=30万元", "E-PARAM-UNKNOWN"),
     ("nothing.first=30万元", "E-PARAM-UNKNOWN"), ("hnte_reward.first=5%", "E-LITERAL-TYPE"),
     ("hnte_reward.first=5000元/月", "E-LITERAL-TYPE"), ("gazelle_reward.top=5000元/月", "E-LITERAL-TYPE")],
)  # fmt: skip
def test_a_wrong_setting(town: Path, setting: str, code: str) -> None:
    [error] = refused("--facts", facts(), "--set", setting)
    assert error["code"] == code


def test_a_number_beyond_all_bounds(town: Path) -> None:
    """Settling and converting say where it stands; neither fails inside."""
    folder = facts(text=QUALIFICATION + ROW + ROW.replace("q1", "q2").replace("01,\n", "01,92233720368547758080\n"))
    [error] = refused("--facts", folder)
    assert (error["code"], error["line"], error["path"]) == ("E-FACTS-VALUE", 3, "prize")
    found = json.loads(typed("convert", "town", folder, "parquet", "--json", code=1).stdout)
    assert found["error"]["code"] == "E-FACTS-VALUE" and not Path("parquet").exists()


@pytest.mark.parametrize("year", ["20233", "0", "-1", "1899", "3000", "9999999999999999999999"])
def test_a_year_that_is_none(town: Path, year: str) -> None:
    """No command takes it: 0 is not "the usual one"."""
    for words in (
        ("settle", "town"), ("explain", "town", "甲"), ("near", "town"), ("reform", "town", "--set", "a.b=1"),
        ("cases", "template", "town", "hnte_reward"), ("inspect", "town"),
    ):  # fmt: skip
        found = json.loads(typed(*words, "--year", year, "--json", code=2).stdout)
        assert found["error"]["code"] == "E-USAGE" and found["error"]["remedy"], words
        assert "1900" in found["error"]["remedy"] and "2999" in found["error"]["remedy"]


@pytest.mark.parametrize("year", ["1900", "2999"])
def test_the_first_and_the_last_year_can_be_settled(town: Path, year: str) -> None:
    typed("settle", "town", "--facts", facts(), "--out", "runs/out", "--year", year)
    assert json.loads(Path("runs/out/run.json").read_text("utf-8"))["year"] == int(year)


def test_a_wrong_day(town: Path) -> None:
    [error] = refused("--facts", facts(), "--as-of", "2023-02-30")
    assert error["code"] == "E-DATE-FORMAT"


def test_a_decision_about_nothing_is_mentioned(town: Path) -> None:
    text = DECISION.replace("selected", "year,selected").replace("hnte_reward,甲,", "hnte_reward,乙,2023,") + "100000\n"
    result = typed("settle", "town", "--facts", facts(decision=text), "--out", "runs/out")
    assert "1 条本年度的决定没有对应的事项" in result.stdout
    assert json.loads(Path("runs/out/run.json").read_text("utf-8"))["totals"]["payable"] == 20_000_000


def test_a_decision_under_no_clause_is_refused(town: Path) -> None:
    [error] = refused("--facts", facts(decision=DECISION.replace("hnte_reward,", "hnte_rewards,") + "100000\n"))
    assert error["code"] == "E-DECISION-CLAUSE" and "hnte_rewards" in error["message"]
