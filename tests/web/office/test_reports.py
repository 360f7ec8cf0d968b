"""报告: the page has the same report as the file; what cannot be written is told at its field."""

from __future__ import annotations

import io

import pytest
from docx import Document

from tests.web.conftest import Persona

REPORTS = "/weihai/office/reports/"


@pytest.mark.parametrize("kind", ["midterm", "selfeval", "bulletin", "decision"])
def test_a_report_is_read_on_the_page(persona: Persona, kind: str) -> None:
    answer = persona("science").get(REPORTS, {"kind": kind, "as_of": "2023-12-31"})
    text = answer.content.decode()
    assert answer.status_code == 200 and f'data-kind="{kind}"' in text and text.count("<h1") == 1
    assert "style=" not in text.partition("<main")[2]


def test_the_word_file_says_what_the_page_says(persona: Persona) -> None:
    client = persona("science")
    asked = {"kind": "decision", "as_of": "2023-12-31", "issuer": "威海市科学技术局"}
    page = client.get(REPORTS, asked).content.decode()
    answer = client.get(f"{REPORTS}file.docx", asked)
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    paragraphs = [one.text for one in Document(io.BytesIO(answer.content)).paragraphs if len(one.text) > 20]
    assert paragraphs and any(text[:15] in page for text in paragraphs)


def test_the_ledgers_are_taken_as_a_workbook(persona: Persona) -> None:
    answer = persona("science").get(f"{REPORTS}file.xlsx", {"kind": "midterm", "as_of": "2023-12-31"})
    assert answer.status_code == 200 and answer.content[:2] == b"PK"
    assert persona("science").get(f"{REPORTS}file.exe", {"kind": "midterm"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"kind": "nonsense"}, "kind"), ({"kind": "supervision"}, "unit"), ({"kind": "midterm", "as_of": "某日"}, "as_of"),
     ({"kind": "midterm", "document": "nothing"}, "document")],
)  # fmt: skip
def test_what_cannot_be_written_is_told_at_its_field(persona: Persona, asked: dict[str, str], field: str) -> None:
    answer = persona("science").get(REPORTS, asked)
    assert answer.status_code == 200 and answer.context["faults"][0].field == field
    assert f'id="{field}"' in answer.content.decode()
    assert persona("science").get(f"{REPORTS}file.docx", asked).status_code == 422
