"""Scalars are text, lines are known, and what could hurt is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError
from innocity.packs.yamltext import MAX_DEPTH, read_file, read_text

WORDS = st.text(alphabet="abc万元%:：1. '\"#-", min_size=1, max_size=12)
DATA = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


def code_of(text: str) -> tuple[str, int | None]:
    with pytest.raises(InnoCityError) as caught:
        read_text(text, "f.yaml")
    place = caught.value.place
    return caught.value.code, place.line if place else None


def test_every_scalar_is_text() -> None:
    text = "a: 1:1\nb: 3.10\nc: yes\nd: 2023-01-01\ne: 0x10\nf: 1_000\ng: '20%'\n"
    assert list(read_text(text, "f.yaml").data.values()) == [
        "1:1", "3.10", "yes", "2023-01-01", "0x10", "1_000", "20%",
    ]  # fmt: skip


def test_empty_is_not_given() -> None:
    assert read_text("a:\nb: ~\nc: null\nd: ''\ne: 'null'", "f.yaml").data == {
        "a": None, "b": None, "c": None, "d": None, "e": "null",
    }  # fmt: skip
    assert read_text("", "f.yaml").data is None


def test_lines_start_where_the_text_starts() -> None:
    located = read_text("a: 1\nb:\n  - c: 2\n    d: 3\n", "f.md", first_line=10)
    assert located.line(("b", 0, "d")) == 13
    assert located.place(("b", 0, "x", "y")).line == 12
    assert str(located.place(("b", 0, "d"))) == "f.md:13（b[0].d）"


def test_what_is_refused() -> None:
    assert code_of("a: 1\nb: 2\na: 3") == ("E-YAML-DUPLICATE-KEY", 3)
    assert code_of("x: {a: 1, a: 2}") == ("E-YAML-DUPLICATE-KEY", 1)
    assert code_of("a: [1, 2") == ("E-YAML-SYNTAX", 1)
    assert code_of("a: 1\nb: !!python/object:os.system x") == ("E-YAML-TAG", 2)
    assert code_of("a: !!int 3") == ("E-YAML-TAG", 1)
    assert code_of("? [a, b]\n: c") == ("E-YAML-SYNTAX", 1)
    assert code_of("a: 1\n---\nb: 2")[0] == "E-YAML-SYNTAX"


def test_aliases_are_bounded() -> None:
    assert read_text("a: &x [1]\nb: *x", "f.yaml").data == {"a": ["1"], "b": ["1"]}
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 9))
    assert code_of(bomb)[0] == "E-YAML-ALIAS"
    assert code_of("a: &x [*x]")[0] == "E-YAML-DEPTH"


@pytest.mark.parametrize("depth", [MAX_DEPTH + 2, 200_000])
def test_deep_nesting_is_refused_and_does_not_crash(depth: int) -> None:
    assert code_of("[" * depth)[0] in ("E-YAML-DEPTH", "E-YAML-SYNTAX")
    assert code_of("- " * depth + "x")[0] in ("E-YAML-DEPTH", "E-YAML-SYNTAX")


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 值\r\nb: 2\r\n".encode())
    assert read_file(path).data == {"a": "值", "b": "2"}
    path.write_bytes(b"a: 1\nb: \xff\xfe\n")
    with pytest.raises(InnoCityError) as caught:
        read_file(path)
    assert (caught.value.code, caught.value.place and caught.value.place.line) == ("E-FILE-ENCODING", 2)
    with pytest.raises(InnoCityError) as caught:
        read_file(tmp_path / "none.yaml")
    assert caught.value.code == "E-FILE-MISSING"


@given(DATA)
def test_dumped_data_reads_back(data: object) -> None:
    dumped = yaml.dump(data, allow_unicode=True, default_style='"')
    assert read_text(dumped, "f.yaml").data == data
