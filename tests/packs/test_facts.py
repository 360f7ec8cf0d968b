"""Facts folders: what is read, what is refused and with which row, and hashes that do not depend on form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.canonical import rows_hash
from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.packs.facts import convert_facts, read_facts, write_facts
from innocity.packs.facts_columns import arrow_schema, empty_table, table_hash
from innocity.packs.facts_text import case_table
from innocity.packs.load import load_pack
from innocity.packs.model import Pack, Register
from innocity.packs.registers import all_columns
from tests.packs.world import change

HEADER = "fact_id,party_id,title,level,kind,issued_on,prize,staff,in_town,year"
LONG = "9" * 5000  # Python by itself refuses to read so many digits
ROWS = ["f1,A,hnte,national,first,2020-05-01,12345.67,20,true,2020", "f2,B,gazelle,,,2020-06-01,,,,"]


@pytest.fixture
def pack(town: Path) -> Pack:
    return load_pack(town)


def folder(tmp_path: Path, files: Mapping[str, str | bytes], manifest: Mapping[str, Any] | None = None) -> Path:
    """A facts folder with these files and a manifest for the small city."""
    path = tmp_path / "facts"
    path.mkdir()
    content = {"format": 1, "city": "town", "simulated": False, "as_of": "2020-12-31", **(manifest or {})}
    (path / "manifest.json").write_text(json.dumps(content), encoding="utf-8")
    for name, text in files.items():
        (path / name).write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def csv(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def problems(path: Path, pack: Pack, **options: Any) -> list[InnoCityError]:
    with pytest.raises(InnoCityError) as caught:
        read_facts(path, pack, **options)
    error = caught.value
    return list(error.errors) if isinstance(error, InnoCityErrors) else [error]


def test_csv_becomes_typed_columns(tmp_path: Path, pack: Pack) -> None:
    facts = read_facts(folder(tmp_path, {"qualification.csv": csv(*ROWS)}), pack)
    table = facts.tables["qualification"]
    assert table.schema == arrow_schema(pack.registers["qualification"])
    first, second = table.to_pylist()
    assert (first["prize"], first["issued_on"], first["in_town"]) == (1_234_567, date(2020, 5, 1), True)
    assert (first["staff"], first["year"], first["valid_from"]) == (20, 2020, None)
    assert second["prize"] is None and second["level"] is None
    assert facts.tables["hosting"].num_rows == 0
    assert facts.manifest.as_of == date(2020, 12, 31)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings_and_chinese_headings(tmp_path: Path, pack: Pack, encoding: str) -> None:
    header = "事实编号,主体编号,称号,认定日期,奖金,来源"
    text = csv("f1,企业一,hnte,2020-05-01,20万元,公告", header=header)
    facts = read_facts(folder(tmp_path, {"qualification.csv": text.encode(encoding)}), pack)
    [row] = facts.tables["qualification"].to_pylist()
    assert (row["party_id"], row["prize"], row["source"]) == ("企业一", 20_000_000, "公告")


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("f2,B,hnte,,,2020-06-31,,,,", "E-FACTS-TYPE", "issued_on"),
        ("f2,B,hnte,,,2020/06/01,,,,", "E-FACTS-TYPE", "issued_on"),
        ("f2,B,hnte,,,2020-06-01,1.234,,,", "E-FACTS-TYPE", "prize"),
        ("f2,B,hnte,,,2020-06-01,abc,,,", "E-FACTS-TYPE", "prize"),
        ("f2,B,hnte,,,2020-06-01,,2.5,,", "E-FACTS-TYPE", "staff"),
        ("f2,B,hnte,,,2020-06-01,,,maybe,", "E-FACTS-TYPE", "in_town"),
        ("f2,B,hnte,,,2020-06-01,,,,20", "E-FACTS-TYPE", "year"),
        ("f2,B,unicorn,,,2020-06-01,,,,", "E-FACTS-CODE", "title"),
        ("f2,B,,,,2020-06-01,,,,", "E-FACTS-REQUIRED", "title"),
        ("f2,,hnte,,,2020-06-01,,,,", "E-FACTS-REQUIRED", "party_id"),
        (",B,hnte,,,2020-06-01,,,,", "E-FACTS-REQUIRED", "fact_id"),
        ("f1,B,hnte,,,2020-06-01,,,,", "E-FACTS-DUPLICATE", "fact_id"),
        ("f2,B,hnte,,,2020-06-01,1000000000.01,,,", "E-FACTS-VALUE", "prize"),
        ("f2,B,hnte,,,2020-06-01,,1000000001,,", "E-FACTS-VALUE", "staff"),
        ("f2,B,hnte,,,2020-06-01,,92233720368547758080,,", "E-FACTS-VALUE", "staff"),
        ("f2,B,hnte,,,2020-06-01,,-9223372036854775809,,", "E-FACTS-VALUE", "staff"),
        ("f2,B,hnte,,,2020-06-01,92233720368547758080,,,", "E-FACTS-VALUE", "prize"),
        ("f2,B,hnte,,,2020-06-01,100000万亿元,,,", "E-FACTS-VALUE", "prize"),
        (f"f2,B,hnte,,,2020-06-01,,{LONG},,", "E-FACTS-TYPE", "staff"),
        (f"f2,B,hnte,,,2020-06-01,{LONG},,,", "E-FACTS-TYPE", "prize"),
        ("f2,B,hnte,,,2020-06-01,,,,,", "E-FACTS-ROW", None),
        ("f2,B,hnte", "E-FACTS-ROW", None),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, pack: Pack, row: str, code: str, column: str | None) -> None:
    [error] = problems(folder(tmp_path, {"qualification.csv": csv(ROWS[0], row)}), pack)
    assert error.code == code
    assert "第 2 行" in error.message
    assert error.place and (error.place.file, error.place.line) == ("qualification.csv", 3)
    assert error.details.get("column") == column
    assert error.remedy


def test_ten_thousand_bad_rows_are_told_in_a_few_lines(tmp_path: Path, pack: Pack) -> None:
    rows = [f"f{i},A,unicorn,,,2020-06-01,,,," for i in range(10_000)]
    errors = problems(folder(tmp_path, {"qualification.csv": csv(*rows)}), pack)
    assert len(errors) == 5
    assert "10000" in errors[-1].message


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"qualification.csv": csv("f1,A,2020-01-01", header="fact_id,party_id,issued_on")},
         "E-FACTS-COLUMN-MISSING"),
        ({"qualification.csv": csv(ROWS[0] + ",x", header=HEADER + ",colour")}, "E-FACTS-COLUMN-EXTRA"),
        ({"qualification.csv": csv(ROWS[0] + ",x", header=HEADER + ",title")}, "E-FACTS-COLUMN-EXTRA"),
        ({"qualification.csv": b""}, "E-FACTS-COLUMN-MISSING"),
        ({"qualification.csv": b"fact_id,party_id\n\xff\xff\x00\xff\n"}, "E-FACTS-ENCODING"),
        ({"qualifications.csv": csv(*ROWS)}, "E-FACTS-REGISTER"),
        ({"qualification.csv": csv(*ROWS), "qualification.parquet": b"x"}, "E-FACTS-REGISTER"),
        ({"qualification.parquet": b"not parquet"}, "E-FACTS-TYPE"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, pack: Pack, files: dict[str, str | bytes], code: str) -> None:
    assert code in {error.code for error in problems(folder(tmp_path, files), pack)}


@pytest.mark.parametrize(
    "manifest",
    [{"format": 2}, {"city": 1}, {"simulated": "yes"}, {"as_of": "soon"}, {"registers": []}, {"city": "moon"}],
)
def test_bad_manifests(tmp_path: Path, pack: Pack, manifest: dict[str, Any]) -> None:
    if manifest == {"registers": []}:
        manifest = {"registers": ["qualification"]}
    assert {e.code for e in problems(folder(tmp_path, {}, manifest), pack)} == {"E-FACTS-MANIFEST"}


def test_missing_folder_and_broken_manifest(tmp_path: Path, pack: Pack) -> None:
    assert problems(tmp_path / "none", pack)[0].code == "E-FACTS-FOLDER"
    path = folder(tmp_path, {"manifest.json": "{"})
    assert problems(path, pack)[0].code == "E-FACTS-MANIFEST"


def test_no_rows_is_a_warning(tmp_path: Path, pack: Pack) -> None:
    facts = read_facts(folder(tmp_path, {"qualification.csv": HEADER + "\n"}), pack)
    assert [w.code for w in facts.warnings] == ["W-FACTS-EMPTY"]
    assert facts.tables["qualification"].num_rows == 0


def test_quoted_cells_may_hold_commas_and_line_ends(tmp_path: Path, pack: Pack) -> None:
    header = "fact_id,party_id,title,issued_on,prize,source"
    text = csv('f1,A,hnte,2020-05-01,"1,000","一行\n两行，""引号"""', header=header)
    [row] = read_facts(folder(tmp_path, {"qualification.csv": text}), pack).tables["qualification"].to_pylist()
    assert (row["prize"], row["source"]) == (100_000, '一行\n两行，"引号"')


def test_conversion_and_hashes(tmp_path: Path, pack: Pack) -> None:
    source = folder(tmp_path, {"qualification.csv": csv(*reversed(ROWS))})
    manifest = convert_facts(source, tmp_path / "out", pack)
    facts = read_facts(tmp_path / "out", pack, verify=True)
    assert facts.tables["qualification"].column("fact_id").to_pylist() == ["f1", "f2"]
    assert facts.manifest == manifest
    assert (manifest.pack, manifest.registers["qualification"].rows) == (pack.hash, 2)
    with pytest.raises(InnoCityError) as caught:
        convert_facts(source, tmp_path / "out", pack)
    assert caught.value.code == "E-FACTS-EXISTS"
    assert convert_facts(source, tmp_path / "out", pack, overwrite=True).hash == manifest.hash
    assert sorted(p.name for p in tmp_path.iterdir() if p.name.startswith(".")) == []


def test_changed_facts_do_not_pass_for_the_old_ones(tmp_path: Path, pack: Pack) -> None:
    convert_facts(folder(tmp_path, {"qualification.csv": csv(*ROWS)}), tmp_path / "out", pack)
    path = tmp_path / "out" / "qualification.parquet"
    table = pq.read_table(path)
    pq.write_table(table.slice(0, 1), path)
    assert problems(tmp_path / "out", pack)[0].code == "E-FACTS-HASH"
    changed = table.set_column(table.column_names.index("prize"), "prize", pa.array([1, 2], pa.int64()))
    pq.write_table(changed, path)
    read_facts(tmp_path / "out", pack)
    assert problems(tmp_path / "out", pack, verify=True)[0].code == "E-FACTS-HASH"
    path.unlink()
    assert problems(tmp_path / "out", pack)[0].code == "E-FACTS-FOLDER"


def test_parquet_types_may_be_narrower_but_not_other(tmp_path: Path, pack: Pack) -> None:
    register = pack.registers["qualification"]
    table = pa.table({
        "fact_id": pa.array(["f1"]).dictionary_encode(), "party_id": pa.array(["A"], pa.large_string()),
        "title": ["hnte"], "issued_on": pa.array([date(2020, 1, 1)]), "prize": pa.array([5], pa.int32()),
    })  # fmt: skip
    out = tmp_path / "out"
    write_facts(out, {"qualification": table}, pack, as_of=date(2020, 12, 31), simulated=True)
    assert pq.read_schema(out / "qualification.parquet").equals(arrow_schema(register))
    for name, array in (("prize", pa.array([5.0])), ("issued_on", pa.array(["2020-01-01"])), ("title", pa.array([1]))):
        wrong = table.set_column(table.column_names.index(name), name, array)
        with pytest.raises(InnoCityError) as caught:
            write_facts(tmp_path / "bad", {"qualification": wrong}, pack, as_of=date(2020, 1, 1), simulated=True)
        assert caught.value.code == "E-FACTS-TYPE"
        assert not (tmp_path / "bad").exists()
    with pytest.raises(InnoCityError) as caught:
        write_facts(tmp_path / "bad", {"nothing": table}, pack, as_of=date(2020, 1, 1), simulated=True)
    assert caught.value.code == "E-FACTS-REGISTER"


def test_a_renamed_column_takes_its_old_facts(town: Path, tmp_path: Path) -> None:
    change(
        town.parent / "base/parent/registers/qualification.yaml",
        "{id: prize, name: 奖金,", "{id: bonus, was: prize, name: 奖金,",
    )  # fmt: skip
    facts = read_facts(folder(tmp_path, {"qualification.csv": csv(*ROWS)}), load_pack(town))
    assert facts.tables["qualification"].column("bonus").to_pylist() == [1_234_567, None]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=8)


@given(
    st.lists(
        st.tuples(CELL, st.none() | CELL, st.none() | st.integers(-(10**15), 10**15), st.none() | st.booleans(),
                  st.none() | st.dates()),
        max_size=12, unique_by=lambda row: row[0],
    )
)  # fmt: skip
def test_the_hash_by_columns_is_the_hash_by_rows(rows: list[tuple[Any, ...]]) -> None:
    register = Register.model_validate({
        "id": "r", "name": "r", "source": "s", "purpose": "p", "refresh": "r",
        "columns": [
            {"id": "a", "name": "a", "type": "text"}, {"id": "m", "name": "m", "type": "money"},
            {"id": "b", "name": "b", "type": "bool"}, {"id": "d", "name": "d", "type": "date"},
        ],
    })  # fmt: skip
    dicts = [{"fact_id": f, "party_id": "P", "a": a, "m": m, "b": b, "d": d} for f, a, m, b, d in rows]
    table = pa.Table.from_pylist(dicts, schema=arrow_schema(register)) if dicts else empty_table(register)
    names = [column.id for column in all_columns(register)]
    ordered = sorted(dicts, key=lambda row: row["fact_id"].encode("utf-8"))
    assert table_hash(table, register) == rows_hash(names, [[row.get(n) for n in names] for row in ordered])


def test_rows_of_a_case(pack: Pack) -> None:
    register = pack.registers["qualification"]
    rows = [
        {"party_id": "A", "title": "hnte", "issued_on": "2020-05-01", "prize": "12万元"},
        {"party_id": "B", "fact_id": "own", "title": None},
    ]
    first, second = case_table(rows, register, pack.codes, counts_on="issued_on").to_pylist()
    assert (first["fact_id"], first["valid_from"], first["prize"]) == (
        "qualification-0001", date(2020, 5, 1), 12_000_000,
    )  # fmt: skip
    assert (second["fact_id"], second["valid_from"], second["title"]) == ("own", date(1900, 1, 1), None)
    assert (second["recorded_at"], second["source"]) == (date(1900, 1, 1), "case")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"title": "hnte"}, "E-FACTS-REQUIRED"),
        ({"party_id": "A", "title": "unicorn"}, "E-FACTS-CODE"),
        ({"party_id": "A", "prize": "120000"}, "E-FACTS-TYPE"),
        ({"party_id": "A", "issued_on": "2020"}, "E-FACTS-TYPE"),
        ({"party_id": "A", "colour": "red"}, "E-FACTS-COLUMN-EXTRA"),
        ({"party_id": "A", "prize": "20亿元"}, "E-FACTS-VALUE"),
        ({"party_id": "A", "prize": "100000万亿元"}, "E-FACTS-VALUE"),
        ({"party_id": "A", "staff": "92233720368547758080"}, "E-FACTS-VALUE"),
    ],
)
def test_rows_of_a_case_that_are_refused(pack: Pack, row: dict[str, str], code: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        case_table([row], pack.registers["qualification"], pack.codes)
    assert caught.value.code == code
    assert caught.value.place and "qualification[0]" in str(caught.value.place)


def test_a_fact_that_ends_before_it_begins_is_named_with_its_line(tmp_path: Path, pack: Pack) -> None:
    head = HEADER + ",valid_from,valid_to"
    good = "f1,A,hnte,national,first,2020-05-01,,,,,2020-05-01,2020-05-01"
    wrong = "f2,B,gazelle,,,2020-06-01,,,,,2020-06-02,2020-06-01"
    path = folder(tmp_path, {"qualification.csv": csv(good, wrong, header=head)})
    [error] = problems(path, pack)
    assert error.code == "E-FACTS-PERIOD" and "valid_from" in error.message
    assert error.place is not None and (error.place.file, error.place.line) == ("qualification.csv", 3)


def test_a_folder_without_a_manifest_is_converted_when_its_day_is_given(tmp_path: Path, pack: Pack) -> None:
    source = folder(tmp_path, {"qualification.csv": csv(*ROWS)})
    (source / "manifest.json").unlink()
    refused = problems(source, pack)[0]
    assert refused.code == "E-FACTS-FOLDER" and "innocity convert" in str(refused.remedy)
    with pytest.raises(InnoCityError) as caught:
        convert_facts(source, tmp_path / "out", pack)
    assert caught.value.code == "E-FACTS-MANIFEST" and "--as-of" in str(caught.value.remedy)
    manifest = convert_facts(source, tmp_path / "out", pack, as_of=date(2020, 12, 31))
    assert (manifest.as_of, manifest.simulated) == (date(2020, 12, 31), False)
    assert read_facts(tmp_path / "out", pack, verify=True).tables["qualification"].num_rows == len(ROWS)


def test_a_day_that_the_manifest_contradicts_is_refused(tmp_path: Path, pack: Pack) -> None:
    source = folder(tmp_path, {"qualification.csv": csv(*ROWS)})
    with pytest.raises(InnoCityError) as caught:
        convert_facts(source, tmp_path / "out", pack, as_of=date(2021, 12, 31))
    assert caught.value.code == "E-FACTS-MANIFEST" and not (tmp_path / "out").exists()


@pytest.mark.parametrize("with_manifest", [True, False])
def test_a_folder_without_any_register_is_not_converted(tmp_path: Path, pack: Pack, with_manifest: bool) -> None:
    source = folder(tmp_path, {"notes.txt": "x"})
    if not with_manifest:
        (source / "manifest.json").unlink()
    with pytest.raises(InnoCityError) as caught:
        convert_facts(source, tmp_path / "out", pack, as_of=date(2020, 12, 31))
    assert caught.value.code == "E-FACTS-FOLDER" and not (tmp_path / "out").exists()
