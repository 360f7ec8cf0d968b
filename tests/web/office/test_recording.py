"""登记一条: by hand, or begun from a list, from decided grades, from a deal; shown first, written when asked."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.web.conftest import Persona

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
    assert client.post(NEW, payment(client, adds="1")).context["preview"].new == 1


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
    asked = {"on": "2024-02-01", "full": "100万元"}
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
    assert client.post("/weihai/office/gradings/platform_grading/record/", asked).context["preview"].same == len(graded)


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
    preview = client.post(f"{REGISTERS}/innovation_platform/new/", given | {"valid_from": "2023-12-28"})
    assert preview.context["preview"].new == 1, "the old state stays as it is"
    written(client, preview)
    gone = client.get("/weihai/office/rosters/platforms_gone/").context["rows"]
    assert values["platform_id"] in [value for row, _ in gone for value in row.values]


def test_grades_are_recorded_by_who_keeps_the_register_alone(persona: Persona) -> None:
    asked = {"on": "2024-02-01"}
    address = "/weihai/office/gradings/platform_grading/record/"
    assert persona("firm").post(address, asked).status_code == 403
    refused = persona("county").post(address, asked)
    assert refused.status_code == 422 and "没有登记" in refused.content.decode()
    assert persona("science").post(address, {"on": "哪天"}).status_code == 422
    assert persona("science").get(address).status_code == 404
