"""The program's dictionary and what is refused in one."""

from __future__ import annotations

from pathlib import Path

import pytest

from innocity.core.canonical import canonical_json, rows_hash
from innocity.core.citations import Citation, split_key
from innocity.core.errors import InnoCityError
from innocity.core.glossary import Glossary, Term, load_glossary, parse_terms, read_glossary

ROOT = Path(__file__).resolve().parents[2]


def test_the_program_s_glossary() -> None:
    glossary = load_glossary(ROOT / "glossary.yaml")
    assert glossary.zh("high_tech_firms") == "高新技术企业"
    assert glossary.id_of("高企") == "high_tech_firms"
    assert all(term.zh and term.en for term in glossary)


def test_lookup_ignores_spaces_and_width() -> None:
    glossary = Glossary([Term("rd_expenditure", "R&D 经费", aliases=("研发 投入",))])
    assert glossary.id_of("Ｒ＆Ｄ经费") == glossary.id_of("研发投入") == "rd_expenditure"
    assert glossary.id_of("没有") is None
    assert glossary.get("nothing") is None


def test_a_later_glossary_replaces_the_same_id() -> None:
    glossary = Glossary([Term("a", "甲")]).with_terms([Term("a", "乙"), Term("b", "丙")])
    assert [(t.id, t.zh) for t in glossary] == [("a", "乙"), ("b", "丙")]
    assert glossary.id_of("甲") is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (None, "E-GLOSSARY-FORMAT"),
        ({"terms": {}}, "E-GLOSSARY-FORMAT"),
        ({"terms": [], "more": "x"}, "E-GLOSSARY-FORMAT"),
        ({"terms": [{"id": "a"}]}, "E-GLOSSARY-FORMAT"),
        ({"terms": [{"id": "a b", "zh": "甲"}]}, "E-GLOSSARY-FORMAT"),
        ({"terms": [{"id": "a", "zh": "甲", "aliases": "乙"}]}, "E-GLOSSARY-FORMAT"),
        ({"terms": [{"id": "a", "zh": "甲", "colour": "红"}]}, "E-GLOSSARY-FORMAT"),
        ({"terms": [{"id": "a", "zh": "甲"}, {"id": "a", "zh": "乙"}]}, "E-GLOSSARY-DUPLICATE"),
    ],
)
def test_what_is_refused(data: object, code: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        parse_terms(data)
    assert caught.value.code == code


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InnoCityError) as caught:
        read_glossary(tmp_path / "none.yaml")
    assert caught.value.code == "E-FILE-MISSING"
    (tmp_path / "bad.yaml").write_text("terms: [", encoding="utf-8")
    with pytest.raises(InnoCityError) as caught:
        read_glossary(tmp_path / "bad.yaml")
    assert caught.value.code == "E-GLOSSARY-FORMAT"
    assert len(load_glossary(tmp_path / "none.yaml")) == 0


def test_citations() -> None:
    assert str(Citation("d", "a7", "办法", None, "第七条")) == "《办法》第七条"
    assert split_key("d#a7") == ("d", "a7")
    with pytest.raises(InnoCityError):
        split_key("#a7")


def test_canonical_text() -> None:
    assert canonical_json({"b": {1, 3, 2}, "a": (True, "\n")}) == '{"a":[true,"\\n"],"b":[1,2,3]}'
    for value in (1.5, object(), {"x": float("nan")}):
        with pytest.raises(InnoCityError) as caught:
            canonical_json(value)
        assert caught.value.code == "E-CANONICAL-TYPE"
    assert rows_hash(["a"], [["1"]]) != rows_hash(["b"], [["1"]])
