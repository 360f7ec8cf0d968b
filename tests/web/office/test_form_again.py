"""返回修改: from what is shown back to the form, with all that was typed, without a script."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from innocity.actions.prepare_rows import NEW as NEW_WORD
from innocity.actions.prepare_rows import prepared_table
from innocity.actions.sheet_headings import CODE
from innocity.core.errors import InnoCityError
from innocity.packs.load import load_pack
from innocity.packs.registers import BASE_COLUMNS
from innocity.web.views.office.importing import _typed, _Waiting
from tests.web.conftest import Persona
from tests.web.office.test_recording import NEW, REGISTERS, a_firm, candidate, carried, field, payment, written


@pytest.mark.parametrize("more", [{}, {"adds": "1", "valid_from": "2023-11-02"}])
def test_from_the_preview_one_goes_back_to_the_form_with_all_that_was_typed(
    persona: Persona, more: dict[str, str]
) -> None:
    client = persona("science")
    asked = payment(client, **more)
    preview = client.post(NEW, asked)
    assert '<form id="again" method="post"' in preview.content.decode()
    back = client.post(f"{REGISTERS}/contract_payment/import/", carried(preview, do="edit"))
    assert back.status_code == 200 and back.context["given"].items() >= asked.items()
    assert back.context["given"].get("adds", "") == more.get("adds", "")
    assert f'action="{NEW}"' in back.content.decode() and 'value="12万元"' in back.content.decode()
    corrected = client.post(NEW, back.context["given"] | {"amount": "15万元"})
    assert dict(corrected.context["additions"][0].columns)["支付金额"] == "150000.00元"
    sheet = SimpleUploadedFile("乱.csv", b"\xff\x00\xfe,\n1", "text/csv")
    unread = client.post(f"{REGISTERS}/contract_payment/import/", {"file": sheet})
    assert unread.context["kept"], unread.content.decode()
    given = {"kept": unread.context["kept"], "prepared": "1"}
    assert client.post(f"{REGISTERS}/contract_payment/import/", given | {"do": "edit"}).status_code == 404
    refused = client.post(f"{REGISTERS}/contract_payment/import/", given)
    assert refused.status_code == 422 and f'href="{NEW}"' in refused.content.decode()


def assert_filled_in(text: str, asked: dict[str, str]) -> None:
    """The form of decided grades holds what it was given."""
    for name in ("on", "full"):
        assert f'value="{asked[name]}"' in field(text, name), name
    assert f'<option value="{asked["year"]}" selected>' in text


def test_grades_go_back_to_their_page_and_their_receipt_stands_at_the_list(persona: Persona) -> None:
    client = persona("science")
    for number in ("体系-3", "体系-4"):
        one = {"whom": a_firm(client).code, "platform_id": number}
        told = {"year": "2023", "reported_on": "2023-12-28", "teams": "4", "patents": "20", "conversions": "9",
                "spin_offs": "5", "output_value": "1亿元"}  # fmt: skip
        known = {"name": number, "type": "research_institute", "level": "city", "system_layer": "institute",
                 "approved_on": "2021-05-01"}  # fmt: skip
        for register, given in (("innovation_platform", known), ("platform_output", told)):
            assert written(client, client.post(f"{REGISTERS}/{register}/new/", one | given)).status_code == 302
    asked = {"on": "2024-02-01", "year": "2023", "full": "80万元"}
    preview = client.post("/weihai/office/gradings/platform_grading/record/", asked)
    assert preview.context["grading"] == "platform_grading" and preview.context["preview"].new > 1
    assert preview.content.decode().count(f'name="given" value="{escape(preview.context["given"])}"') == 2
    address = f"{REGISTERS}/platform_evaluation/import/"
    back = client.post(address, carried(preview, do="edit"))
    assert back["Location"].startswith("/weihai/office/gradings/platform_grading/?")
    assert_filled_in(client.get(back["Location"]).content.decode(), asked)
    secret = SimpleUploadedFile("依据.txt", "机密★5年".encode(), "text/plain")
    failed = client.post(address, carried(preview, paper=secret))
    assert failed.status_code == 422 and failed.context["given"] == preview.context["given"], "it is not lost there"
    refused = client.post("/weihai/office/gradings/platform_grading/record/", asked | {"on": "2999-01-01"})
    assert_filled_in(client.get(refused.context["back"]).content.decode(), asked | {"on": "2999-01-01"})
    other = client.post(address, carried(preview, do="edit", given="year=2023&next=//elsewhere.example&on=x"))
    assert other["Location"] == "/weihai/office/gradings/platform_grading/?on=x&year=2023", "its own fields alone"
    answer = client.post(address, carried(preview))
    assert answer["Location"].startswith(f"{REGISTERS}/platform_evaluation/?done=")
    assert f"新增 {preview.context['preview'].new} 条" in client.get(answer["Location"]).content.decode()
    assert client.post(address, carried(preview)).status_code == 404, "it was written, once"


@pytest.mark.parametrize("city", ["weihai", "liaocheng"])
def test_what_is_typed_into_the_form_of_any_register_comes_back_from_its_row(city: str) -> None:
    """Also where a column bears the name by which a table says whom it is about, and of days and wrong values."""
    wrong = []
    for one in load_pack(city).registers.values():
        named = [*one.columns, *(column for column in BASE_COLUMNS if column.id in ("valid_from", "valid_to"))]
        typed = {column.id: f" 第{place}项，1.50元\n=A{place}" for place, column in enumerate(named)}
        typed = {name: text.strip() for name, text in typed.items()} | {"source": "供需对接 甲 乙"}
        about = {} if one.id == "organization" else {CODE: "91371000MA00000000"}
        file = _Waiting("", "手工登记.xlsx", prepared_table(one, [typed | about | {"fact_id": NEW_WORD}]))
        back = _typed(one, file)
        asked = typed | {"adds": "1"} | ({"whom": "91371000MA00000000"} if about else {})
        lost = {name for name, text in asked.items() if back.get(name) != text}
        if lost:
            wrong.append((one.id, lost, {name: back.get(name) for name in lost}))
    assert wrong == []


def test_a_form_whose_row_is_refused_when_it_is_written_comes_back_too(
    persona: Persona, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = persona("science")
    preview = client.post(NEW, payment(client))

    def refuses(*_: Any, **__: Any) -> Any:
        raise InnoCityError("E-RECORDS-PACK", "城市包换了一版", None, "请管理员更新")

    monkeypatch.setattr("innocity.web.views.office.importing.check_import", refuses)
    refused = client.post(f"{REGISTERS}/contract_payment/import/", carried(preview))
    text, kept = refused.content.decode(), preview.context["kept"]
    assert refused.status_code == 422 and "返回修改" in text and f'name="kept" value="{kept}"' in text
    back = client.post(f"{REGISTERS}/contract_payment/import/", carried(preview, do="edit"))
    assert back.context["given"].items() >= payment(client).items()


def test_what_a_list_led_to_comes_back_with_all_that_it_brought(persona: Persona) -> None:
    """A form begun from a row of a list, changed, shown, and opened again: nothing is typed twice."""
    client = persona("science")
    candidate(client, "候选-8", "P-候选-8")
    [(_, begins)] = [one for one in client.get("/weihai/office/rosters/candidates_approved/").context["rows"]
                     if "P-候选-8" in one[0].values]  # fmt: skip
    given = client.get(f"{REGISTERS}/innovation_platform/new/?{begins}").context["given"] | {"name": "改过的名称"}
    preview = client.post(f"{REGISTERS}/innovation_platform/new/", given)
    back = client.post(f"{REGISTERS}/innovation_platform/import/", carried(preview, do="edit"))
    told = {name: text for name, text in given.items() if text}
    assert back.context["given"].items() >= told.items() and 'value="改过的名称"' in back.content.decode()
