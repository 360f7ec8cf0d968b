"""登记一条: by hand, or begun from a list, from decided grades, from a deal; shown first, written when asked."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from innocity.actions.open_account import open_account
from innocity.packs.load import load_pack
from innocity.records.models import Document
from innocity.records.queries.fact_lists import evidence_of
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR, PASSWORD

REGISTERS = "/weihai/office/registers"
NEW = f"{REGISTERS}/contract_payment/new/"


def a_firm(client: Client) -> Any:
    """A firm that is known."""
    return client.get(f"{REGISTERS}/organization/").context["page"].items[-1].party


def payment(client: Client, **changed: str) -> dict[str, str]:
    """What the form of a payment asks for."""
    given = {"whom": a_firm(client).code, "registration_no": "2023370000000778", "paid_on": "2023-11-02",
             "amount": "12万元", "filed": "true", "contract_type": "development"}  # fmt: skip
    return given | changed


def written(client: Client, preview: Any, **more: Any) -> Any:
    """The page after the preview's button."""
    context, register = preview.context, preview.context["register"].id
    asked = {"kept": context["kept"], "digest": context["preview"].digest, **more}
    return client.post(f"{REGISTERS}/{register}/import/", asked)


def test_one_fact_is_typed_seen_and_written_with_the_paper_it_rests_on(persona: Persona) -> None:
    client = persona("science")
    assert "登记一条" in client.get(f"{REGISTERS}/contract_payment/").content.decode()
    before = client.get(f"{REGISTERS}/contract_payment/").context["page"].total
    preview = client.post(NEW, payment(client))
    assert preview.context["preview"].new == 1, preview.content.decode()
    [told] = preview.context["additions"]
    assert dict(told.columns)["支付金额"] == "120000.00元" and dict(told.columns)["合同类型"] == "技术开发"
    assert client.get(f"{REGISTERS}/contract_payment/").context["page"].total == before, "nothing was written yet"
    paper = SimpleUploadedFile("支付凭证.txt", "付款回单".encode(), "text/plain")
    assert written(client, preview, paper=paper).status_code == 302
    page = client.get(f"{REGISTERS}/contract_payment/", {"text": a_firm(client).code})
    [line] = [one for one in page.context["page"].items if one.fact.values["registration_no"] == "2023370000000778"]
    assert line.fact.values["amount"] == 12_000_000 and line.fact.values["filed"] is True
    assert "支付凭证.txt" in client.get(f"{REGISTERS}/contract_payment/facts/{line.fact.fact_id}/").content.decode()


def test_a_secret_paper_stops_the_fact_too(persona: Persona) -> None:
    client = persona("science")
    before = client.get(f"{REGISTERS}/contract_payment/").context["page"].total
    preview = client.post(NEW, payment(client))
    paper = SimpleUploadedFile("依据.txt", "机密★5年".encode(), "text/plain")
    answer = written(client, preview, paper=paper)
    assert answer.status_code == 422 and "机密" in answer.content.decode()
    assert client.get(f"{REGISTERS}/contract_payment/").context["page"].total == before


def test_what_is_wrong_is_told_at_its_field_and_nothing_typed_is_lost(persona: Persona) -> None:
    client = persona("science")
    answer = client.post(NEW, payment(client, whom="没有的公司", amount="十二", paid_on="2023-13-40"))
    text = answer.content.decode()
    assert answer.status_code == 422 and {one.field for one in answer.context["faults"]} >= {"whom", "v-amount"}
    assert 'value="没有的公司"' in text and 'value="十二"' in text and 'aria-invalid="true"' in text


def test_the_same_fact_again_is_a_correction_unless_it_is_a_state_of_its_own(persona: Persona) -> None:
    client = persona("science")
    written(client, client.post(NEW, payment(client)))
    assert client.post(NEW, payment(client)).context["preview"].same == 1
    assert client.post(NEW, payment(client, amount="13万元")).context["preview"].changed == 1
    assert client.post(NEW, payment(client, adds="1", valid_from="2023-11-02")).context["preview"].new == 1


def test_only_who_keeps_a_register_enters_facts_and_ledgers_have_their_own_pages(persona: Persona) -> None:
    assert persona("firm").get(NEW).status_code == 403
    county, science = persona("county"), persona("science")
    assert county.get(f"{REGISTERS}/award/new/").context["shut"]
    assert science.get(f"{REGISTERS}/procedure_step/new/").context["shut"]
    assert "登记一条" not in science.get(f"{REGISTERS}/procedure_step/").content.decode()


@pytest.mark.parametrize("register", ["person", "organization", "innovation_platform", "platform_evaluation"])
def test_every_register_has_a_form_or_says_who_keeps_it(persona: Persona, register: str) -> None:
    answer = persona("science").get(f"{REGISTERS}/{register}/new/")
    assert answer.status_code == 200
    assert answer.context["shut"] == (register in ("person", "organization"))


def candidate(client: Client, number: str, platform: str) -> None:
    """A platform whose candidacy ended with approval."""
    given = {"whom": a_firm(client).code, "candidate": number, "name": "模拟重点实验室", "type": "key_lab",
             "level": "province", "stage": "approved", "as_on": "2023-06-30", "platform_id": platform}  # fmt: skip
    answer = written(client, client.post(f"{REGISTERS}/platform_candidate/new/", given))
    assert answer.status_code == 302, answer.content.decode()


def test_an_approved_candidate_becomes_a_platform_from_the_list_that_misses_it(persona: Persona) -> None:
    client = persona("science")
    candidate(client, "候选-9", "P-候选-9")
    [(_, begins)] = [one for one in client.get("/weihai/office/rosters/candidates_approved/").context["rows"]
                       if "P-候选-9" in one[0].values]  # fmt: skip
    form = client.get(f"{REGISTERS}/innovation_platform/new/?{begins}")
    given = form.context["given"]
    assert (given["platform_id"], given["type"], given["level"], given["approved_on"]) == (
        "P-候选-9", "key_lab", "province", "2023-06-30"
    )  # fmt: skip
    assert written(client, client.post(f"{REGISTERS}/innovation_platform/new/", given)).status_code == 302
    again = client.get("/weihai/office/rosters/candidates_approved/").context["rows"]
    assert [begins for row, begins in again if "P-候选-9" in row.values] == [""], "it is registered"


def test_decided_grades_become_evaluations_with_the_support_that_their_tier_opens(persona: Persona) -> None:
    """Graded, shown, written: the result, the points and the share of a whole support; incomplete ones are left out."""
    client = persona("science")
    firm = a_firm(client)
    for number, teams in (("体系-1", "4"), ("体系-2", "")):
        one = {"whom": firm.code, "platform_id": number, "name": number, "type": "research_institute",
               "level": "city", "system_layer": "institute", "approved_on": "2021-05-01"}  # fmt: skip
        told = {"whom": firm.code, "platform_id": number, "year": "2023", "reported_on": "2023-12-28", "teams": teams,
                "patents": "20", "conversions": "9", "spin_offs": "5", "output_value": "1亿元"}  # fmt: skip
        for register, given in (("innovation_platform", one), ("platform_output", told)):
            assert written(client, client.post(f"{REGISTERS}/{register}/new/", given)).status_code == 302
    page = client.get("/weihai/office/gradings/platform_grading/")
    graded = [one for one, _ in page.context["grades"] if one.tier is not None and not one.missing]
    assert "体系-1" in {one.subject.values["编号"] for one in graded} and page.context["whole_ones"] == len(graded)
    assert page.context["left_ones"], "one of the two has not told its teams"
    asked = {"on": "2024-02-01", "year": "2023", "full": "100万元"}
    preview = client.post("/weihai/office/gradings/platform_grading/record/", asked)
    assert preview.context["preview"].new == len(graded), preview.content.decode()
    assert written(client, preview).status_code == 302
    lines = client.get(f"{REGISTERS}/platform_evaluation/").context["page"].items
    found = {one.fact.values["platform_id"]: one.fact.values for one in lines
             if str(one.fact.values["evaluated_on"]) == "2024-02-01"}  # fmt: skip
    for one in graded:
        values = found[one.subject.values["编号"]]
        assert (values["result"], values["score"]) == (one.tier.id, f"{float(one.score):.2f}")
        assert values["support"] == 100_000_000 * one.tier.support
    assert all(one.fact.source.startswith("演示规则") for one in lines if one.fact.values["grading"])
    address = "/weihai/office/gradings/platform_grading/record/"
    assert client.post(address, asked).context["preview"].same == len(graded)
    # What is graded anew for the same year is a correction, also on another day and with another result.
    worse = {"whom": firm.code, "platform_id": "体系-1", "year": "2023", "reported_on": "2023-12-28", "teams": "1",
             "patents": "0", "conversions": "0", "spin_offs": "0", "output_value": "10万元"}  # fmt: skip
    assert written(client, client.post(f"{REGISTERS}/platform_output/new/", worse), reason="更正").status_code == 302
    again = client.post(address, asked | {"on": "2024-03-01"}).context["preview"]
    assert (again.new, again.changed) == (0, len(graded))
    for wrong in ({"on": "2999-01-01"}, {"full": "-100万元"}, {"full": "0"}, {"year": "哪年"}):
        assert client.post(address, asked | wrong).status_code == 422, wrong
    assert client.post(address, asked | {"year": "2019"}).status_code == 422, "of that year nothing is measured"


def test_a_platform_that_failed_is_taken_out_by_a_new_state_that_keeps_the_old_one(persona: Persona) -> None:
    client = persona("science")
    platform = next(one for one in client.get(f"{REGISTERS}/innovation_platform/").context["page"].items
                    if one.fact.values.get("status") in (None, "active"))  # fmt: skip
    values = platform.fact.values
    review = {"whom": platform.party.code, "platform_id": values["platform_id"], "type": values["type"],
              "evaluated_on": "2023-12-20", "result": "fail"}  # fmt: skip
    assert written(client, client.post(f"{REGISTERS}/platform_evaluation/new/", review)).status_code == 302
    [(_, begins)] = [one for one in client.get("/weihai/office/rosters/platforms_failed/").context["rows"]
                       if values["platform_id"] in one[0].values]  # fmt: skip
    given = client.get(f"{REGISTERS}/innovation_platform/new/?{begins}").context["given"]
    assert given["status"] == "eliminated" and given["name"] == (values["name"] or "")
    assert given["approved_on"] == values["approved_on"].isoformat(), "all that is known of it goes along"
    undated = client.post(f"{REGISTERS}/innovation_platform/new/", given)
    assert undated.status_code == 422 and undated.context["faults"][0].field == "v-valid_from"
    preview = client.post(f"{REGISTERS}/innovation_platform/new/", given | {"valid_from": "2023-12-28"})
    assert preview.context["preview"].new == 1, "the old state stays as it is"
    written(client, preview)
    gone = client.get("/weihai/office/rosters/platforms_gone/").context["rows"]
    assert values["platform_id"] in [value for row, _ in gone for value in row.values]


def test_grades_are_recorded_by_who_keeps_the_register_alone(persona: Persona) -> None:
    asked = {"on": "2024-02-01", "year": "2023"}
    address = "/weihai/office/gradings/platform_grading/record/"
    assert persona("firm").post(address, asked).status_code == 403
    refused = persona("county").post(address, asked)
    assert refused.status_code == 422 and "没有登记" in refused.content.decode()
    assert persona("science").post(address, {"on": "哪天", "year": "2023"}).status_code == 422
    assert persona("science").get(address).status_code == 404


def test_a_paper_about_several_firms_is_the_unit_s_and_no_firm_reads_of_it(persona: Persona) -> None:
    """Written by a sheet of two firms with one paper: it lies with the unit, and a firm's page does not name it."""
    science = persona("science")
    parties = [one.party for one in science.get(f"{REGISTERS}/organization/").context["page"].items[:2]]
    text = "统一社会信用代码,合同登记编号,支付日期,支付金额\n" + "".join(
        f"{one.code},20233700000007{place},2023-11-02,12万元\n" for place, one in enumerate(parties)
    )
    sheet = SimpleUploadedFile("两家.csv", text.encode("utf-8-sig"), "text/csv")
    preview = science.post(f"{REGISTERS}/contract_payment/import/", {"file": sheet})
    paper = SimpleUploadedFile("两家的评审意见.txt", "意见".encode(), "text/plain")
    assert written(science, preview, paper=paper).status_code == 302
    [kept] = Document.objects.filter(file_name="两家的评审意见.txt")
    assert kept.party_id == "wh_science"
    assert {one.party_id for one in kept.facts.all()} == {one.id for one in parties}
    pack = load_pack("weihai")
    for fact in kept.facts.all():
        seen = evidence_of(Viewer("firm", "x", party=fact.party_id), pack.registers["contract_payment"], fact.fact_id)
        assert seen == (), "a firm does not even read its name"


def carried(preview: Any, **more: Any) -> dict[str, Any]:
    """What the buttons of a preview send along."""
    context = preview.context
    return {"kept": context["kept"], "digest": context["preview"].digest, "prepared": "1",
            "grading": context["grading"], "given": context["given"], **more}  # fmt: skip


def test_a_state_of_its_own_shows_from_when_to_when_it_holds_and_that_it_is_new(persona: Persona) -> None:
    client = persona("science")
    written(client, client.post(NEW, payment(client)))
    asked = payment(client, adds="1", valid_from="2023-11-02", valid_to="2024-11-01")
    preview = client.post(NEW, asked)
    [told] = preview.context["additions"]
    assert (
        told.forced and dict(told.columns)["有效期起"] == "2023-11-02" and "标“另记一条”的" in preview.content.decode()
    )
    assert dict(told.columns)["有效期止"] == "2024-11-01"
    [plain] = client.post(NEW, payment(client, registration_no="2023370000000779")).context["additions"]
    assert not plain.forced and "有效期起" not in dict(plain.columns)


def test_what_was_typed_is_written_and_its_receipt_stands_at_the_fact(persona: Persona) -> None:
    client = persona("science")
    preview = client.post(NEW, payment(client))
    text = preview.content.decode()
    assert '<input type="hidden" name="prepared" value="1">' in text and "导入表格" not in text and "选文件" not in text
    answer = client.post(f"{REGISTERS}/contract_payment/import/", carried(preview))
    assert answer["Location"].startswith(f"{REGISTERS}/contract_payment/facts/"), answer["Location"]
    page = client.get(answer["Location"])
    assert page.context["fact"].values["registration_no"] == "2023370000000778"
    assert "已登记" in page.content.decode() and "新增 1 条" in page.content.decode()
    changed = client.post(NEW, payment(client, amount="13万元"))
    corrected = client.post(f"{REGISTERS}/contract_payment/import/", carried(changed, reason="看错了"))
    assert corrected["Location"].partition("?")[0] == answer["Location"].partition("?")[0], "it is the same fact"
    same = client.post(NEW, payment(client, amount="13万元")).content.decode()
    assert "填的都已经登记过了" in same and "返回修改" in same


def test_a_commit_that_fails_stays_what_it_was_and_tells_each_field_its_own_fault(persona: Persona) -> None:
    client = persona("science")
    written(client, client.post(NEW, payment(client)))
    preview = client.post(NEW, payment(client, amount="13万元"))
    secret = SimpleUploadedFile("依据.txt", "机密★5年".encode(), "text/plain")
    answer = client.post(f"{REGISTERS}/contract_payment/import/", carried(preview, reason="看错了", paper=secret))
    text = answer.content.decode()
    assert answer.status_code == 422 and answer.context["prepared"] and "1 填写" in text and "导入表格" not in text
    paper, reason = field(text, "paper"), field(text, "reason")
    assert 'aria-invalid="true"' in paper and "e-paper" in paper and 'id="e-paper"' in text
    assert "aria-invalid" not in reason and 'id="e-reason"' not in text and 'value="看错了"' in reason
    assert '<a href="#paper">' in text


def field(text: str, name: str) -> str:
    """The element of a page that is filled in under this id."""
    found = re.search(rf'<(?:input|select)[^>]* ?id="{name}"[^>]*>', text)
    assert found is not None, name
    return found[0]


def test_required_fields_say_so_and_a_wrong_choice_is_told_at_its_list(persona: Persona) -> None:
    client = persona("science")
    text = client.get(NEW).content.decode()
    columns = load_pack("weihai").registers["contract_payment"].columns
    for column in columns:
        assert (" required" in field(text, f"v-{column.id}")) == column.required, column.id
    assert " required" in field(text, "whom")
    answer = client.post(NEW, payment(client, contract_type="没有的类型"))
    wrong = field(answer.content.decode(), "v-contract_type")
    assert wrong.startswith("<select") and 'aria-invalid="true"' in wrong and "e-contract_type" in wrong
    empty = client.post(NEW, payment(client, registration_no=""))
    assert empty.status_code == 422 and {one.field for one in empty.context["faults"]} == {"v-registration_no"}


def test_every_fault_of_a_form_points_to_a_field_that_it_has(persona: Persona) -> None:
    """The register of organisations asks for no party beside its own columns."""
    open_account(OPERATOR, "market", PASSWORD, "officer", unit="wh_market")
    client = persona("market")
    answer = client.post(f"{REGISTERS}/organization/new/", {"name": ""})
    text = answer.content.decode()
    assert answer.status_code == 422 and not answer.context["shut"], text
    for link in re.findall(r'<a href="#([^"]+)">', text.partition('id="errors"')[2].partition("</div>")[0]):
        assert field(text, link)
    assert 'href="#v-uscc"' in text and 'aria-invalid="true"' in field(text, "v-uscc")


def test_registers_about_anything_ask_of_whom_a_row_is(persona: Persona) -> None:
    text = persona("science").get(f"{REGISTERS}/competition_entry/new/").content.decode()
    assert "不针对谁的，写本单位全名" in text and "由哪个单位登记，写单位全名" not in text
    assert "由哪个单位登记，写单位全名" in persona("science").get(f"{REGISTERS}/inspector/new/").content.decode()
    assert "本单位全名" not in persona("science").get(NEW).content.decode()


def test_the_form_puts_the_own_unit_only_where_units_report_in_their_own_name(persona: Persona) -> None:
    """A decision is about the firm that it is about: with the own unit there it would be written of nobody."""
    client = persona("science")
    for register in ("decision", "project_application", "support_record"):
        page = client.get(f"{REGISTERS}/{register}/new/")
        assert page.context["given"].get("whom", "") == "" and "由哪个单位登记" not in page.content.decode(), register
    own = client.get(f"{REGISTERS}/inspector/new/")
    assert own.context["given"]["whom"] == "市科技局" and "由哪个单位登记" in own.content.decode()
