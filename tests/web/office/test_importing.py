"""导入: template -> check -> preview -> commit; errors by row to take home."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.conftest import Persona

REGISTER = "/weihai/office/registers/contract_payment/"
IMPORT = f"{REGISTER}import/"


def table(rows: list[dict[str, str]]) -> SimpleUploadedFile:
    """Rows as a CSV file that is uploaded."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return SimpleUploadedFile("支付.csv", text.getvalue().encode("utf-8-sig"), "text/csv")


def row(client: Client, **changed: str) -> dict[str, str]:
    """A payment of a firm that is known."""
    code = client.get("/weihai/office/registers/organization/").context["page"].items[-1].party.code
    given = {
        "统一社会信用代码": code,
        "合同登记编号": "2023370000000777",
        "支付日期": "2023-11-02",
        "支付金额": "12万元",
    }
    return given | changed


def sent(client: Client, file: SimpleUploadedFile) -> Any:
    return client.post(IMPORT, {"file": file})


def test_a_table_is_shown_first_and_written_when_asked(persona: Persona) -> None:
    client = persona("science")
    before = client.get(REGISTER).context["page"].total
    preview = sent(client, table([row(client)]))
    shown = preview.context["preview"]
    assert (shown.new, shown.changed, shown.problem_count) == (1, 0, 0), shown.as_dict()
    assert client.get(REGISTER).context["page"].total == before
    answer = client.post(IMPORT, {"kept": preview.context["kept"], "digest": shown.digest})
    assert answer.status_code == 302
    assert "新增 1 条" in client.get(answer["Location"]).content.decode()
    assert client.get(REGISTER).context["page"].total == before + 1


def test_the_same_table_again_writes_nothing(persona: Persona) -> None:
    client = persona("science")
    rows = [row(client)]
    preview = sent(client, table(rows))
    client.post(IMPORT, {"kept": preview.context["kept"], "digest": preview.context["preview"].digest})
    again = sent(client, table(rows))
    assert again.context["preview"].same == 1 and not again.context["ready"]
    assert "不用写入" in again.content.decode()


def test_a_row_with_an_error_stops_all_and_goes_home_marked(persona: Persona) -> None:
    client = persona("science")
    preview = sent(client, table([row(client), row(client, 支付金额="十二")]))
    assert preview.context["problems"][0][0] == 3 and "不能写入" in preview.content.decode()
    answer = client.post(IMPORT, {"kept": preview.context["kept"], "do": "errors"})
    assert answer["Content-Disposition"].startswith("attachment") and answer.content[:2] == b"PK"


@pytest.mark.parametrize("data", [{}, {"file": SimpleUploadedFile("x.xlsx", b"no workbook")}])
def test_no_file_and_no_table_are_told(persona: Persona, data: dict[str, Any]) -> None:
    answer = persona("science").post(IMPORT, data)
    assert answer.status_code == 422 and answer.context["faults"] and 'role="alert"' in answer.content.decode()


def test_nobody_reaches_the_file_of_another(persona: Persona) -> None:
    science = persona("science")
    kept = sent(science, table([row(science)])).context["kept"]
    assert persona("group_office").post(IMPORT, {"kept": kept}).status_code in (200, 404)
    assert persona("leader").post(IMPORT, {"kept": kept}).context["shut"]
    assert science.post(IMPORT, {"kept": "../../secret"}).status_code == 404


def test_registers_with_forms_of_their_own_are_not_imported(persona: Persona) -> None:
    answer = persona("science").get("/weihai/office/registers/observation/import/")
    assert answer.context["shut"] and answer.context["faults"]


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_template_is_for_taking(persona: Persona, ending: str) -> None:
    answer = persona("science").get(f"{REGISTER}template.{ending}")
    assert answer.status_code == 200 and len(answer.content) > 100
    assert persona("science").get(f"{REGISTER}template.exe").status_code == 404
