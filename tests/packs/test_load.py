"""Loading a city: parents, replacement, removal, and every broken reference with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.packs.load import find_city, known_cities, load_glossaries, load_pack, place_of, read_pack
from innocity.packs.model import FENCES
from tests.packs.world import add_fence, change

CITY, OPINION = "city.yaml", "documents/opinion.md"
SECOND = "id: hnte_reward\npromise: [900-2]"


def errors_of(town: Path) -> list[InnoCityError]:
    return read_pack(town)[1].errors


def codes_of(town: Path) -> list[str]:
    return [error.code for error in errors_of(town)]


def test_a_city_with_its_parent(town: Path) -> None:
    pack = load_pack("town")
    assert (pack.city.name, pack.parents) == ("试验市", ("base/parent",))
    assert list(pack.registers) == ["hosting", "qualification"]
    assert list(pack.units) == ["office", "science", "finance"]
    clause = pack.clauses["hnte_reward"]
    assert clause.article == "opinion#a1"
    lines = (town / OPINION).read_text(encoding="utf-8").split("\n")
    assert clause.place == f"cities/town/{OPINION}:{lines.index('```clause') + 1}"
    document = pack.document_of(clause)
    assert document is not None and document.articles[0].path == "一、1"
    assert len(pack.hash) == 64


def test_a_city_is_found_by_name_or_folder(town: Path, tmp_path: Path) -> None:
    assert find_city("town") == find_city(town) == town.resolve()
    assert find_city("base/parent").name == "parent"
    assert known_cities() == ["town"]
    for name in ("twon", "", "../.."):
        with pytest.raises(InnoCityError) as caught:
            find_city(name)
        assert caught.value.code == "E-CITY-UNKNOWN"
        assert "town" in (caught.value.remedy or "")


def test_the_same_id_replaces_the_whole(town: Path) -> None:
    (town / "registers").mkdir()
    (town / "registers" / "hosting.yaml").write_text(
        "id: hosting\nname: 孵化改\nrevision: 2\nsource: s\npurpose: p\nrefresh: r\n"
        "columns: [{id: only, name: 唯一, type: text}]\n",
        encoding="utf-8",
    )
    change(town / CITY, "{id: finance, name: 财政局}", "{id: office, name: 市办公室}")
    pack = load_pack(town)
    assert [c.id for c in pack.registers["hosting"].columns] == ["only"]
    assert pack.units["office"].name == "市办公室"
    assert list(pack.units) == ["science", "office"]


def test_remove_deletes_what_a_parent_brought(town: Path) -> None:
    text = (town / CITY).read_text(encoding="utf-8")
    (town / CITY).write_text(text + "remove: {registers: [hosting], units: [office]}\n", encoding="utf-8")
    pack = load_pack(town)
    assert "hosting" not in pack.registers and "office" not in pack.units
    (town / CITY).write_text(text + "remove: {registers: [nothing], colours: [x]}\n", encoding="utf-8")
    errors = errors_of(town)
    assert [e.code for e in errors] == ["E-CITY-REMOVE", "E-CITY-REMOVE"]
    assert errors[0].place and errors[0].place.line == 7


def test_the_hash_covers_meaning_not_prose(town: Path) -> None:
    before = load_pack(town).hash
    change(town / OPINION, "首次20万元，重新10万元。", "改写的摘要。\n\n多了几行。")
    change(town / OPINION, "what: 一次性奖励", "what: 换一种说法")
    add_fence(town, "statement", "id: fact\nsays: 只是陈述")
    assert load_pack(town).hash == before
    change(town / OPINION, "first: 20万元", "first: 21万元")
    changed = load_pack(town).hash
    assert changed != before
    change(town / OPINION, "valid_from: 2020-01-01", "valid_from: 2020-01-02")
    assert load_pack(town).hash not in (before, changed)


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "at"),
    [
        (CITY, "name: 试验市", "title: 试验市", "E-PACK-MISSING-FIELD", "id: town"),
        (CITY, "extends: [base/parent]", "extends: [base/nobody]", "E-CITY-PARENT", None),
        (CITY, "{id: finance,", "{id: science,", "E-PACK-DUPLICATE-ID", None),
        (CITY, "{id: finance,", "{id: Finance-1,", "E-PACK-ID", None),
        (CITY, "{id: finance, ", "{id: finance, parent: nobody, ", "E-PACK-UNIT", None),
        (OPINION, "id: opinion", "id: opinion\nreported_by: nothing", "E-PACK-DOCUMENT", None),
        (OPINION, "state: in_force", "state: valid", "E-PACK-FIELD", None),
        (OPINION, "territory: town", "territory: town\nlevel: planet", "E-PACK-CODE", None),
        (OPINION, "valid_to:", "valid_to: 2019-12-31", "E-PERIOD-ORDER", None),
        (OPINION, "valid_from: 2020-01-01", "valid_from: 2020-13-01", "E-DATE-FORMAT", None),
        (OPINION, "id: gazelle_reward", "id: hnte_reward", "E-PACK-DUPLICATE-ID", SECOND),
        (OPINION, "id: gazelle_reward", "id: Gazelle", "E-PACK-ID", None),
        (OPINION, "name: 瞪羚企业奖励", "name:", "E-PACK-MISSING-FIELD", "name:\ntopic: g"),
        (OPINION, "kind: reward", "kind: present", "E-PACK-FIELD", None),
        (OPINION, "kind: reward", "kind: reward\nplace: x", "E-PACK-UNKNOWN-FIELD", None),
        (OPINION, "kind: reward", "kind: reward\nwhom: x", "E-PACK-UNKNOWN-FIELD", None),
        (OPINION, "responsible: [science]", "responsible: [scinece]", "E-PACK-UNIT", None),
        (OPINION, "by: kind, cases: {first: 20万元", "by: kind, cases: {frist: 20万元", "E-PACK-CODE", None),
        (OPINION, "by: kind,", "by: kund,", "E-PACK-COLUMN", None),
        (OPINION, "first: 20万元", "first: 20万", "E-MONEY-UNIT", None),
        (OPINION, "first: 20万元", "first: 20万元/月", "E-LITERAL-TYPE", None),
        (OPINION, "top: 30万元", "top: {value: 30万元, alternatives: [{value: 5000元/月}]}", "E-LITERAL-TYPE", None),
        (OPINION, "first: 20万元", "first: bonus", "E-PACK-REFERENCE", None),
        (OPINION, "city: 50%, county", "city: 40%, county", "E-SHARE-SUM", None),
        (OPINION, "city: 50%, county", "moon: 50%, county", "E-PACK-PAYER", None),
        (OPINION, "city: 50%, county", "city: half, county", "E-RATE-FORMAT", None),
        (OPINION, 'match: "1:1"', 'match: "1:2"', "E-RATE-ABOVE-ONE", None),
        (OPINION, "cap: top", "cap: tpo", "E-PACK-REFERENCE", None),
        (OPINION, "top: 30万元", "top: {value: 30万元, alternatives: [{value: x}]}", "E-MONEY-FORMAT", None),
        (OPINION, "top: 30万元", "top: {}", "E-PACK-FIELD", None),
        (OPINION, "of: sum(prize), ", "", "E-PACK-FIELD", "amount: {match"),
    ],
)
def test_broken_in_one_place(town: Path, file: str, old: str, new: str, code: str, at: str | None) -> None:
    """The error stands on the line where `at` (default: the new text's last line) begins."""
    change(town / file, old, new)
    text = (town / file).read_text(encoding="utf-8")
    line = text[: text.index(at or new.rpartition("\n")[2])].count("\n") + 1
    errors = errors_of(town)
    assert code in [e.code for e in errors], [str(e) for e in errors]
    error = next(e for e in errors if e.code == code)
    assert error.place is not None and error.place.file == f"cities/town/{file}"
    assert error.place.line == line, str(error)
    assert error.message and error.remedy


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("register", "qualifications", "E-PACK-REGISTER"),
        ("counts_on", "issued", "E-PACK-COLUMN"),
        ("counts_on", "title", "E-PACK-COLUMN-TYPE"),
        ("object", "batch", "E-PACK-COLUMN"),
        ("party", "title", "E-PACK-COLUMN-TYPE"),
        ("distinct", "{by: [nothing]}", "E-PACK-COLUMN"),
        ("counts_over", "{from: issued_on, to: left}", "E-PACK-COLUMN"),
        ("join", "[{register: host, as: h, on: {tenant: party_id}}]", "E-PACK-REGISTER"),
        ("join", "[{register: hosting, as: h, on: {tenent: party_id}}]", "E-PACK-COLUMN"),
        ("join", "[{register: hosting, as: h, on: {tenant: partyid}}]", "E-PACK-COLUMN"),
        ("join", "[{register: hosting, as: h, on: {tenant: party_id}, at: title}]", "E-PACK-COLUMN-TYPE"),
        ("join", "[{register: hosting, as: title, on: {tenant: party_id}}]", "E-PACK-DUPLICATE-ID"),
        ("before", "{register: nothing, says: x}", "E-PACK-REGISTER"),
        ("gate", "{by: nobody, method: 评审}", "E-PACK-UNIT"),
        ("params", "{p: {missing: 比例, decide_by: [nobody]}}", "E-PACK-UNIT"),
        ("others", "[{payer: nobody, amount: 1元}]", "E-PACK-PAYER"),
        ("parts", "[{to: [a, b], share: 15%, leftover: c}]", "E-PACK-REFERENCE"),
        ("parts", "[{to: a}]", "E-PACK-FIELD"),
        ("parts", "[{to: a, share: 60%}, {to: b, share: 50%}]", "E-SHARE-SUM"),
        ("caps", "[{sum: 100, per: party}]", "E-MONEY-UNIT"),
        ("caps", "[{sum: 1000万元/月, per: party}]", "E-LITERAL-TYPE"),
        ("caps", "[{sum: nothing, per: party}]", "E-PACK-REFERENCE"),
        ("amount", "5000元/月", "E-LITERAL-TYPE"),
        ("amount", "{each: 5000元/月, times: count(), cap: 1000万元/月}", "E-LITERAL-TYPE"),
        ("amount", "{of: sum(prize), brackets: [{upto: 1万元/月, rate: 1%}, {rate: 2%}]}", "E-LITERAL-TYPE"),
        ("amount", "{each: 5000元/月, times: count(), cap: 1000万元}", None),
        ("others", "[{payer: city, amount: 5000元/月}]", "E-LITERAL-TYPE"),
        ("near", "{within: 20}", "E-RATE-FORMAT"),
        ("valid", "{from: 2021-01-01, to: 2020-01-01}", "E-PERIOD-ORDER"),
        ("promise", "", None),
    ],
)
def test_fields_of_a_clause(town: Path, field: str, value: str, code: str | None) -> None:
    fields = {
        "id": "probe", "name": "探针", "topic": "t", "who": "w", "what": "x",
        "register": "qualification", "counts_on": "issued_on", "amount": "1元",
    }  # fmt: skip
    add_fence(town, "clause", "\n".join(f"{k}: {v}" for k, v in (fields | {field: value}).items()))
    found = codes_of(town)
    assert found == ([code] if code else [])


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("monthly", "E-LITERAL-TYPE"),
        ("{by: kind, cases: {first: monthly}}", "E-LITERAL-TYPE"),
        ("{of: sum(prize), cap: monthly}", "E-LITERAL-TYPE"),
        ("{of: sum(prize), brackets: [{upto: monthly, rate: 1%}, {rate: 2%}]}", "E-LITERAL-TYPE"),
        ("{each: monthly, times: count()}", None),
    ],
)
def test_a_parameter_per_month_is_no_sum(town: Path, amount: str, code: str | None) -> None:
    """It stands where something counts the months, and the error names the way to write that."""
    written = f"{amount}\nparams: {{monthly: 5000元/月}}"
    change(town / OPINION, "{by: kind, cases: {first: 20万元, again: 10万元}}", written)
    errors = errors_of(town)
    assert [error.code for error in errors] == ([code] if code else [])
    line = (town / OPINION).read_text(encoding="utf-8").split("\n").index(f"amount: {amount}") + 1
    assert all("each" in (e.remedy or "") and e.place is not None and e.place.line == line for e in errors)


@pytest.mark.parametrize(
    ("kind", "body", "code"),
    [
        ("group", "id: g\nmembers: [hnte_reward, nobody]", "E-PACK-CLAUSE"),
        ("group", "id: g\nmembers: [hnte_reward, hnte_reward]", "E-PACK-DUPLICATE-ID"),
        ("group", "id: g\nmembers: [hnte_reward]\ntake: lowest", "E-PACK-FIELD"),
        ("pool", "id: p\nsum: 1000万\nmembers: [hnte_reward]", "E-MONEY-UNIT"),
        ("pool", "id: p\nsum: 1000万元/月\nmembers: [hnte_reward]", "E-LITERAL-TYPE"),
        ("pool", "id: p\nsum: 1元\nmembers: [nobody]", "E-PACK-CLAUSE"),
        ("pool", "id: p\nsum: 1元\nmembers: [hnte_reward]\nwithin: nobody", "E-PACK-REFERENCE"),
        ("pool", "id: p\nsum: 1元\nmembers: [hnte_reward]\nwithin: p", "E-PACK-CIRCLE"),
        ("pool", "id: p\nsum: 1元\nmembers: [hnte_reward]\nshare: lottery", "E-PACK-FIELD"),
        ("rule", "id: r\nof: [nobody]", "E-PACK-CLAUSE"),
        ("rule", "id: r\nof: [hnte_reward]\npayers: {city: 90%}", "E-SHARE-SUM"),
        ("rule", "id: r\nof: [hnte_reward]\npayers: {moon: 100%}", "E-PACK-PAYER"),
        ("relation", "id: r\nkind: basis\nsource: opinion\ntarget: 省里的文件", None),
        ("relation", "id: r\nkind: basis\nsource: opinion\ntarget: nothing", "E-PACK-REFERENCE"),
        ("relation", "id: r\nkind: supersedes\nnewer: hnte_reward", "E-PACK-FIELD"),
        ("appropriation", "id: a\ntotal: 1亿元\nyears: 2021-2017", "E-YEARS-FORMAT"),
        ("appropriation", "id: a\nper_year: 1亿元", "E-PACK-FIELD"),
        ("appropriation", "id: a\ntotal: 1亿元\npayer: moon", "E-PACK-PAYER"),
        ("appropriation", "id: a\ntotal: 1亿元\nparts: {fund: 2亿元}", "E-PACK-FIELD"),
        ("appropriation", "id: a\ntotal: 1亿元\nuses: {register: nothing}", "E-PACK-REGISTER"),
        ("appropriation", "id: a\ntotal: 1亿元\nuses: {register: qualification, of: title}",
         "E-PACK-COLUMN-TYPE"),
        ("call", "id: c\nclauses: [nobody]\nfact_year: 2020\nopens: 2021-01-01\ncloses: 2021-02-01",
         "E-PACK-CLAUSE"),
        ("call", "id: c\nclauses: [hnte_reward]\nfact_year: 2020\nopens: 2021-03-01\ncloses: 2021-02-01",
         "E-PERIOD-ORDER"),
        ("call", "id: c\nclauses: [hnte_reward]\nfact_year: x\nopens: 2021-01-01\ncloses: 2021-02-01",
         "E-PACK-FIELD"),
    ],
)  # fmt: skip
def test_other_fences(town: Path, kind: str, body: str, code: str | None) -> None:
    add_fence(town, kind, body)
    assert codes_of(town) == ([code] if code else [])


def test_after_must_not_run_in_a_circle(town: Path) -> None:
    for one, other in (("first", "second"), ("second", "first")):
        add_fence(
            town, "clause",
            f"id: {one}\nname: 甲\ntopic: t\nwho: w\nwhat: x\nafter: {{clause: {other}}}\namount: 1元",
        )  # fmt: skip
    assert codes_of(town) == ["E-PACK-CIRCLE", "E-PACK-CIRCLE"]


def test_a_broken_fence_is_one_error_not_one_for_each_use(town: Path) -> None:
    add_fence(town, "group", "id: both\nmembers: [hnte_reward, gazelle_reward]")
    change(town / OPINION, "name: 高新技术企业奖励", "name:")
    assert codes_of(town) == ["E-PACK-MISSING-FIELD"]


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        ("codes/kind.yaml", "id: again", "id: first", "E-PACK-DUPLICATE-ID"),
        ("codes/kind.yaml", "id: kind", "id: sort", "E-PACK-FILE-NAME"),
        ("registers/hosting.yaml", "id: entered_on", "id: tenant", "E-PACK-DUPLICATE-ID"),
        ("registers/hosting.yaml", "id: entered_on", "id: party_id", "E-PACK-DUPLICATE-ID"),
        ("registers/hosting.yaml", "type: date", "type: code", "E-PACK-CODE-LIST"),
        ("registers/hosting.yaml", "type: date", "type: code, codes: nothing", "E-PACK-CODE-LIST"),
        ("registers/hosting.yaml", "type: date", "type: date, codes: kind", "E-PACK-COLUMN-TYPE"),
        ("registers/hosting.yaml", "type: date", "type: datetime", "E-PACK-FIELD"),
        ("registers/qualification.yaml", "max: 10亿元", "max: 10亿", "E-MONEY-UNIT"),
    ],
)
def test_registers_and_codes(town: Path, file: str, old: str, new: str, code: str) -> None:
    change(town.parent / "base/parent" / file, old, new)
    assert code in codes_of(town)


def test_exclusions(town: Path) -> None:
    path = town / "exclusions.yaml"
    path.write_text(
        "- {id: a, name: 甲, register: nothing, from: valid_from}\n"
        "- {id: b, name: 乙, register: qualification, from: title}\n"
        "- {id: c, name: 丙, register: qualification, from: issued_on, to: nothing}\n"
        "- {id: d, name: 丁, register: qualification, from: issued_on}\n",
        encoding="utf-8",
    )
    errors = errors_of(town)
    assert [(e.code, e.place and e.place.line) for e in errors] == [
        ("E-PACK-REGISTER", 1), ("E-PACK-COLUMN-TYPE", 2), ("E-PACK-COLUMN", 3),
    ]  # fmt: skip
    path.write_text("a: 1\n", encoding="utf-8")
    assert codes_of(town) == ["E-YAML-TOP"]


def test_parents_must_not_run_in_a_circle(town: Path) -> None:
    parent = town.parent / "base/parent/city.yaml"
    parent.write_text(parent.read_text(encoding="utf-8") + "extends: [town]\n", encoding="utf-8")
    assert codes_of(town) == ["E-CITY-CIRCLE"]


def test_all_errors_come_together(town: Path) -> None:
    change(town / OPINION, "kind: reward", "kind: present")
    change(town / OPINION, "cap: top", "cap: tpo")
    change(town / CITY, "{id: finance,", "{id: science,")
    with pytest.raises(InnoCityErrors) as caught:
        load_pack(town)
    assert len(caught.value.errors) == 3
    (town / CITY).unlink()
    with pytest.raises(InnoCityError) as missing:
        load_pack(town)
    assert missing.value.code == "E-CITY-UNKNOWN"


def test_glossaries_of_city_and_program(town: Path) -> None:
    (town.parent / "glossary.yaml").write_text("terms: [{id: a, zh: 甲}, {id: b, zh: 乙}]", encoding="utf-8")
    (town / "glossary.yaml").write_text("terms: [{id: b, zh: 丙}]", encoding="utf-8")
    glossary = load_glossaries(load_pack(town))
    assert (glossary.zh("a"), glossary.zh("b")) == ("甲", "丙")


def test_places_read_back() -> None:
    assert place_of("cities/x/a.md:31").line == 31
    assert place_of("").file is None


@pytest.mark.parametrize("name", ["base/cn", "base/shandong", "weihai", "liaocheng"])
def test_cities_of_the_repository_load(name: str) -> None:
    pack, errors = read_pack(name)
    assert [str(e) for e in errors.errors] == []
    assert pack is not None and len(pack.registers) >= 32


ODD = ["", "5", "[x]", "{a: b}", "[{a: {b: c}}]", "200%"]


@pytest.mark.parametrize("kind", sorted(FENCES))
def test_odd_values_are_refused_with_a_code_and_a_line(kind: str, town: Path) -> None:
    """Whatever stands in a field: either the pack loads, or the error has a code, a line and a remedy."""
    base = {
        "clause": "name: n\ntopic: t\nwho: w\nwhat: x\nregister: qualification\ncounts_on: issued_on\namount: 1元",
        "rule": "of: [hnte_reward]", "group": "members: [hnte_reward]", "pool": "sum: 1元\nmembers: []",
        "appropriation": "total: 1元", "relation": "kind: basis\nsource: opinion\ntarget: 文",
        "statement": "says: x", "call": "clauses: []\nfact_year: 2020\nopens: 2020-01-01\ncloses: 2020-02-01",
        "target": "indicator: i\noperator: qualitative", "task": "title: t",
    }[kind]  # fmt: skip
    path = town / OPINION
    text = path.read_text(encoding="utf-8")
    fields = [field.alias or name for name, field in FENCES[kind].model_fields.items()]
    for name in fields:
        kept = [line for line in f"id: probe\n{base}".split("\n") if not line.startswith(f"{name}:")]
        for value in ODD:
            path.write_text(text, encoding="utf-8")
            add_fence(town, kind, "\n".join([*kept, f"{name}: {value}"]))
            for error in errors_of(town):
                assert error.code.startswith("E-") and error.place and error.place.line, f"{name}: {value}"
                assert error.remedy, str(error)
