"""Splitting a document: front matter, articles with spans, fences with their lines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innocity.core.errors import InnoCityError, InnoCityErrors
from innocity.packs.documents import split_document

HEAD = "---\nid: d\n---\n"


def codes_of(text: str) -> list[str]:
    with pytest.raises(InnoCityError) as caught:
        split_document(HEAD + text, "d.md")
    error = caught.value
    return [e.code for e in error.errors] if isinstance(error, InnoCityErrors) else [error.code]


def test_articles_and_fences() -> None:
    text = HEAD + (
        "# 标题\n导语\n"
        '## 甲 {#a1 path="一、1" span="0-10,20-30"}\n第一段\n\n### 小节\n第二段\n'
        "```statement\nid: s1\nsays: 说\n```\n"
        "    ```relation\n    id: r1\n    kind: basis\n    ```\n"
        "## 乙 {#a2}\n```call\nid: c1\n```\n"
        "## 章\n章下的文字\n```rule\nid: z\n```\n"
    )
    read = split_document(text, "d.md")
    first, second = read.articles
    assert (first.id, first.title, first.path, first.spans) == ("a1", "甲", "一、1", ((0, 10), (20, 30)))
    assert first.text == "第一段\n\n### 小节\n第二段"
    assert (second.text, second.spans) == ("", ())
    assert [(f.kind, f.article, f.line) for f in read.fences] == [
        ("statement", "a1", 11), ("relation", "a1", 15), ("call", "a2", 20), ("rule", "", 25),
    ]  # fmt: skip
    assert read.fences[1].data.line(("kind",)) == 17
    assert read.fences[1].data.data == {"id": "r1", "kind": "basis"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("## 甲 {#a1 span=0-10}", "E-DOCUMENT-HEADING"),
        ("## 甲 {a1}", "E-DOCUMENT-HEADING"),
        ('## 甲 {#a1 colour="红"}', "E-DOCUMENT-HEADING"),
        ('## 甲 {#a1 span="10-5"}', "E-DOCUMENT-SPAN"),
        ('## 甲 {#a1 span="3480~3990"}', "E-DOCUMENT-SPAN"),
        ('## 甲 {#a1 span=""}', "E-DOCUMENT-SPAN"),
        ("## 甲 {#a1}\n## 乙 {#a1}", "E-PACK-DUPLICATE-ID"),
        ("```clause\nid: x\n", "E-DOCUMENT-FENCE"),
        ("```clause\n- a\n```", "E-DOCUMENT-FENCE"),
        ("```clause\n```", "E-DOCUMENT-FENCE"),
        ("```clauses\nid: x\n```", "E-DOCUMENT-FENCE-KIND"),
        ("```\nid: x\n```", "E-DOCUMENT-FENCE-KIND"),
        ("```clause\nid: [\n```", "E-YAML-SYNTAX"),
    ],
)
def test_what_is_refused(text: str, code: str) -> None:
    assert codes_of(text) == [code]


def test_all_errors_of_a_document_come_together() -> None:
    assert codes_of("## 甲 {a}\n```clause\nid: [\n```\n```x\n```") == [
        "E-DOCUMENT-HEADING", "E-YAML-SYNTAX", "E-DOCUMENT-FENCE-KIND",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "id: x\n", "---\nid: x\n", "---\n- a\n---\n", "---\n---\n"])
def test_front_matter_is_needed(text: str) -> None:
    with pytest.raises(InnoCityError) as caught:
        split_document(text, "d.md")
    assert caught.value.code == "E-DOCUMENT-FRONT-MATTER"


PIECES = st.sampled_from(
    ["---\n", "id: d\n", "## 甲 {#a1}\n", '## 乙 {#a2 span="0-9"}\n', "```clause\n", "```\n", "    ```rule\n",
     "a: [1, {b: 2}\n", "- x\n", "# {\n", "文字\n", "\t\n", "&a *a\n", "\x00", "\ud7ff", "````\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_any_text_is_split_or_refused_with_a_code(text: str) -> None:
    for whole in (text, HEAD + text):
        try:
            assert split_document(whole, "d.md").front.data
        except InnoCityError as error:
            assert error.place is not None and error.code.startswith("E-")
