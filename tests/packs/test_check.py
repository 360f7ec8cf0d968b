"""`innocity check`: coverage, originals, cases, glossary, and clauses that look wrong."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from innocity.core.errors import ErrorList, InnoCityError
from innocity.core.glossary import Glossary, Term
from innocity.packs.check import (
    case_counts,
    check_pack,
    coverage,
    glossary_coverage,
    origins,
    read_case_refs,
    read_jsonl,
)
from innocity.packs.check_lint import lint
from innocity.packs.check_sources import sources
from innocity.packs.load import known_cities, load_pack
from innocity.packs.quantities import money_values, rate_values
from tests.packs.world import add_fence, change

OPINION = "documents/opinion.md"
#: Our own sentence in the manner of an official text, with its spaces and its elided units.
ORIGINAL = "一、1 首次认定给予20\u00a0万元，重新认定的给 10万元；省市各 50%。二、按1∶1配套，不超过 30 万元。"


def jsonl(path: Path, *rows: dict[str, str]) -> Path:
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def attach(town: Path, folder: Path, text: str = ORIGINAL) -> Path:
    """Give the small city's document an original in `folder`; the first article is the first sentence."""
    folder.mkdir(exist_ok=True)
    (folder / "o.txt").write_bytes(text.encode("utf-8"))
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    line = f"original: {{file: o.txt, sha256: {digest}, chars: {len(text)}}}"
    change(town / OPINION, 'origin: "900"', f'origin: "900"\n{line}')
    change(town / OPINION, 'span="0-30"', f'span="0-{text.index("二、")}"')
    heading = f'## 瞪羚 {{#a2 span="{text.index("二、")}-{len(text)}"}}'
    change(town / OPINION, "```clause\nid: gazelle", f"{heading}\n\n```clause\nid: gazelle")
    return folder


def test_amounts_in_running_text() -> None:
    text = "分别给予\u00a01000 万元、500 万元；10、5万元；1.5亿元以上；每人每月5000元；8000余万元；１２万"
    wan = 10**6
    assert money_values(text) == {
        1000 * wan, 500 * wan, 10 * wan, 5 * wan, 15_000_000_000, 500_000, 8000 * wan, 12 * wan,
    }  # fmt: skip
    assert money_values("2018年第20号，36家") == set()
    assert money_values("20 家，奖10万元") == {10 * wan}


def test_rates_in_running_text() -> None:
    assert rate_values("50％、1‰和百分之二十五") == {Fraction(1, 2), Fraction(1, 1000), Fraction(1, 4)}
    assert rate_values("按1∶0.5配套，三分之一，千分之三") == {Fraction(1, 2), Fraction(1, 3), Fraction(3, 1000)}
    assert rate_values("等额补助，市县各半") == {Fraction(1), Fraction(1, 2)}
    assert rate_values("2018/20号文，12:30开会") >= set()


def test_every_number_is_found_in_its_article(town: Path, tmp_path: Path) -> None:
    folder = attach(town, tmp_path / "originals")
    assert list(sources(load_pack(town), folder)) == []


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("first: 20万元", "first: 21万元", "amount.cases.first"),
        ("first: 20万元", "first: 30万元", "amount.cases.first"),  # stands in the other article only
        ("city: 50%, county: 50%", "city: 60%, county: 40%", "payers.city"),
        ("top: 30万元", "top: 31万元", "params.top"),
        ('match: "1:1"', "match: 90%", "amount.match"),
    ],
)
def test_a_number_that_is_not_there(town: Path, tmp_path: Path, old: str, new: str, name: str) -> None:
    folder = attach(town, tmp_path / "originals")
    change(town / OPINION, old, new)
    errors = sources(load_pack(town), folder).errors
    assert errors[0].code == "E-CHECK-LITERAL"
    assert errors[0].place and errors[0].place.path == name
    assert errors[0].remedy and "条目中有" in errors[0].remedy


def test_inferred_numbers_say_so(town: Path, tmp_path: Path) -> None:
    folder = attach(town, tmp_path / "originals")
    change(town / OPINION, "first: 20万元", "first: 21万元")
    change(town / OPINION, "top: 30万元", "top: {value: 31万元, derived: 推算}")
    assert len(sources(load_pack(town), folder).errors) == 1
    change(town / OPINION, "kind: reward", "kind: reward\nderived: {first: 推算}")
    assert list(sources(load_pack(town), folder)) == []


def test_pools_rules_and_appropriations_too(town: Path, tmp_path: Path) -> None:
    folder = attach(town, tmp_path / "originals")
    add_fence(town, "pool", "id: p\nsum: 1000万元\nmembers: [hnte_reward]")
    add_fence(town, "rule", "id: r\nof: [hnte_reward]\nparts: [{to: a, share: 15%}, {to: b, rest: true}]")
    add_fence(town, "appropriation", "id: a\ntotal: 2亿元\nparts: {fund: 30万元}")
    found = [(e.details["fence"], e.details["name"]) for e in sources(load_pack(town), folder).errors]
    assert sorted(found) == [("a", "total"), ("p", "sum"), ("r", "share")]


def test_another_text_is_not_the_original(town: Path, tmp_path: Path) -> None:
    folder = attach(town, tmp_path / "originals")
    (folder / "o.txt").write_text(ORIGINAL + "。", encoding="utf-8")
    assert [e.code for e in sources(load_pack(town), folder)] == ["E-CHECK-SOURCE"]
    (folder / "o.txt").unlink()
    assert [e.code for e in sources(load_pack(town), folder)] == ["W-CHECK-SOURCE"]


def test_wrong_length_and_missing_span(town: Path, tmp_path: Path) -> None:
    folder = attach(town, tmp_path / "originals")
    change(town / OPINION, f"chars: {len(ORIGINAL)}", f"chars: {len(ORIGINAL) + 1}")
    assert [e.code for e in sources(load_pack(town), folder)] == ["E-CHECK-SOURCE"]
    change(town / OPINION, f"chars: {len(ORIGINAL) + 1}", f"chars: {len(ORIGINAL)}")
    change(town / OPINION, f' span="0-{ORIGINAL.index("二、")}"', "")
    assert [e.code for e in sources(load_pack(town), folder)] == ["E-CHECK-SOURCE"]


def test_numbers_without_any_original_are_a_warning(town: Path, tmp_path: Path) -> None:
    found = list(sources(load_pack(town), tmp_path))
    assert [e.code for e in found] == ["W-CHECK-SOURCE", "W-CHECK-SOURCE"]


def test_promises(town: Path, tmp_path: Path) -> None:
    path = jsonl(
        tmp_path / "p.jsonl",
        {"id": "900-1", "doc": "900"}, {"id": "900-3", "doc": "900"}, {"id": "901-1", "doc": "901"},
    )  # fmt: skip
    found = coverage(load_pack(town), path)
    assert [(e.code, e.details.get("promise")) for e in found] == [
        ("E-CHECK-PROMISE", "900-3"), ("W-CHECK-PROMISE", None),
    ]  # fmt: skip


def test_lists_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InnoCityError) as caught:
        read_jsonl(tmp_path / "none.jsonl")
    assert caught.value.code == "E-FILE-MISSING"
    (tmp_path / "bad.jsonl").write_text('{"id": "a"}\n{"no": 1}\n', encoding="utf-8")
    with pytest.raises(InnoCityError) as caught:
        read_jsonl(tmp_path / "bad.jsonl")
    assert (caught.value.code, caught.value.place and caught.value.place.line) == ("E-CHECK-LIST", 2)


def test_cases_and_worked_examples(town: Path, tmp_path: Path) -> None:
    cases = "".join(f"- {{says: 甲, clauses: [hnte_reward], origin: e{i}}}\n" for i in range(2))
    (town / "cases" / "a.yaml").write_text(cases + "- {says: 乙, clauses: [nobody]}\n", encoding="utf-8")
    errors = ErrorList()
    found = read_case_refs(town / "cases", errors)
    assert len(found) == 3 and len(errors) == 0
    counted = case_counts(load_pack(town), found)
    assert [(e.code, e.details.get("clause")) for e in counted] == [
        ("E-PACK-CLAUSE", None), ("E-CHECK-CASES", "hnte_reward"), ("E-CHECK-CASES", "gazelle_reward"),
    ]  # fmt: skip
    listed = jsonl(
        tmp_path / "e.jsonl", {"id": "e1", "benefit_id": "900-1"}, {"id": "e2", "benefit_id": "900-1"},
        {"id": "e3", "benefit_id": "901-1"},
    )  # fmt: skip
    assert [e.details["example"] for e in origins(load_pack(town), found, listed)] == ["e2"]
    (town / "cases" / "b.yaml").write_text("a: [", encoding="utf-8")
    (town / "cases" / "c.yaml").write_text("a: 1", encoding="utf-8")
    read_case_refs(town / "cases", errors)
    assert [e.code for e in errors] == ["E-YAML-SYNTAX", "E-YAML-TOP"]


def test_glossary(town: Path) -> None:
    pack = load_pack(town)
    missing = {e.details["term"] for e in glossary_coverage(pack, Glossary())}
    assert {"qualification", "issued_on", "fact_id", "kind", "high_tech_firms"} <= missing
    assert "hnte" not in missing  # codes bring their own name
    assert list(glossary_coverage(pack, Glossary(Term(one, "词") for one in missing))) == []


def test_everything_at_once(town: Path, tmp_path: Path) -> None:
    folder = attach(town, tmp_path / "originals")
    promises = jsonl(tmp_path / "p.jsonl", {"id": "900-9", "doc": "900"})
    examples = jsonl(tmp_path / "e.jsonl", {"id": "e1", "benefit_id": "900-1"})
    change(town / OPINION, "first: 20万元", "first: 21万元")
    change(town / OPINION, "state: in_force", "state: repealed")
    found = check_pack(load_pack(town), promises=promises, worked_examples=examples, source=folder)
    assert {e.code for e in found.errors} == {
        "E-CHECK-PROMISE", "E-CHECK-ORIGIN", "E-CHECK-CASES", "E-CHECK-GLOSSARY", "E-CHECK-LITERAL",
    }  # fmt: skip
    assert {e.code for e in found.warnings} == {"W-CHECK-PROMISE", "W-CHECK-EXPIRED"}


FIELDS = {
    "name": "探针", "topic": "t", "who": "w", "what": "x", "register": "qualification",
    "counts_on": "issued_on", "amount": "20万元",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"amount": "{fixed: 20万元, cap: 20万元}"}, ["W-CHECK-CAP"]),
        ({"amount": "{fixed: 20万元, cap: 19万元}"}, []),
        ({"amount": "{rate: 1%, of: prize, cap: 1000万元}"}, ["W-CHECK-CAP"]),
        ({"amount": "{rate: 1%, of: prize, cap: 999万元}"}, []),
        ({"amount": "{rate: 1%, of: sum(prize), cap: 1000万元}"}, []),
        ({"amount": "{by: kind, cases: {first: 2万元, again: 1万元}, cap: 2万元}"}, ["W-CHECK-CAP"]),
        ({"amount": "{all: [1万元, 2万元], cap: 3万元}"}, ["W-CHECK-CAP"]),
        ({"amount": "{all: [1万元, 2万元], cap: 2万元}"}, []),
        ({"amount": "{lesser: [1万元, {of: sum(prize)}], cap: 1万元}"}, ["W-CHECK-CAP"]),
        ({"caps": "[{sum: 20万元, per: party}]"}, ["W-CHECK-CAP"]),
        ({"caps": "[{sum: 20万元, per: party}]", "object": "title"}, []),
        ({"amount": "{rate: 150%, above_one: true, of: sum(prize)}"}, ["W-CHECK-RATE"]),
        ({"where": "kind == 'first'", "amount": "{by: kind, cases: {first: 2元, again: 1元}}"},
         ["W-CHECK-UNREACHABLE"]),
        ({"where": "kind in ['first', 'again'] and title == 'hnte'",
          "amount": "{by: kind, cases: {first: 2元, again: 1元}}"}, []),
        ({"amount": "{cases: [{name: a, if: staff > 1, is: 1元}, {name: b, if: staff  > 1, is: 2元}]}"},
         ["W-CHECK-UNREACHABLE"]),
        ({"amount": "{cases: [{name: a, if: staff > 2, is: 2元}, {name: b, if: staff > 1, is: 1元}]}"}, []),
        ({"promise": "[900-1]"}, ["W-CHECK-OVERLAP"]),
        ({"promise": "[900-1]", "where": "title == 'gazelle'"}, []),
        ({"promise": "[900-1]", "where": "title == 'gazelle' or (title == 'x' and kind == 'first')"}, []),
        ({"promise": "[900-1]", "where": "title == 'gazelle' or kind == 'first'"}, ["W-CHECK-OVERLAP"]),
        ({"promise": "[900-1]", "valid": "{to: 2019-12-31}"}, []),
        ({"promise": "[900-1]", "register": "hosting", "counts_on": "entered_on"}, []),
    ],
)  # fmt: skip
def test_lint(town: Path, fields: dict[str, str], codes: list[str]) -> None:
    add_fence(town, "clause", "id: probe\n" + "\n".join(f"{k}: {v}" for k, v in (FIELDS | fields).items()))
    assert [e.code for e in lint(load_pack(town))] == codes


def test_a_group_or_relation_settles_an_overlap(town: Path) -> None:
    body = "\n".join(f"{k}: {v}" for k, v in (FIELDS | {"promise": "[900-1]"}).items())
    add_fence(town, "clause", f"id: probe\n{body}")
    add_fence(town, "group", "id: g\nmembers: [probe, hnte_reward]")
    assert list(lint(load_pack(town))) == []


def test_a_cap_with_another_reading_may_bind(town: Path) -> None:
    fields = {
        "amount": "{fixed: 1元, cap: top}", "params": "{top: {value: 9元, alternatives: [{value: 0.5元}]}}",
    }  # fmt: skip
    add_fence(town, "clause", "id: probe\n" + "\n".join(f"{k}: {v}" for k, v in (FIELDS | fields).items()))
    assert list(lint(load_pack(town))) == []


def test_lapsed_documents(town: Path) -> None:
    assert list(lint(load_pack(town), date(2030, 1, 1))) == []
    change(town / OPINION, "valid_to:", "valid_to: 2022-12-31")
    assert [e.code for e in lint(load_pack(town), date(2023, 1, 1))] == ["W-CHECK-EXPIRED"] * 2
    assert list(lint(load_pack(town), date(2022, 12, 31))) == []


SOURCES = os.environ.get("INNOCITY_SOURCES")


@pytest.mark.skipif(not SOURCES, reason="INNOCITY_SOURCES names no folder with the original documents")
@pytest.mark.parametrize("city", known_cities())
def test_every_amount_of_the_repository_stands_in_its_article(city: str) -> None:
    found = sources(load_pack(city), Path(SOURCES or "."))
    assert [str(error) for error in found.errors] == []
