"""The page of a matter as people use it: sums where they are looked for, one form open, errors that lead to a field."""

from __future__ import annotations

import re

from tests.web.conftest import Persona
from tests.web.test_matter_money import START, TOLD, applied, approved, officer
from tests.web.test_matters import OWN, open_calls, step


def test_what_was_granted_and_paid_stands_above_the_steps_for_both_sides(persona: Persona) -> None:
    there, science = applied(persona, sum="12万元"), persona("science")
    assert "核定金额" not in science.get(there).content.decode()
    assert approved(science, there, "10万元").status_code == 302
    officer("wh_finance")
    for client, address in (
        (persona("firm"), there.replace("office/procedures", "my/matters")),
        (persona("wh_finance"), there),
    ):
        text = client.get(address).content.decode()
        sums = re.findall(r"<dt>([^<]*)</dt><dd><b class=\"num\">([^<]*)</b>", text.partition("办过的步骤")[0])
        assert sums == [("申请金额", "12万元"), ("核定金额", "10万元"), ("已拨付", "0元")]
    assert "核定 10万元，已拨付 0元" in persona("wh_finance").get(there).content.decode(), "whoever pays reads how much"


def test_of_several_steps_one_form_stands_open_and_its_button_says_which(persona: Persona) -> None:
    there, science = applied(persona), persona("science")
    shown = re.findall(r'<details class="card fold acts" id="step-(\w+)"( open)?>', science.get(there).content.decode())
    assert shown == [("approve", " open"), ("refuse", "")]
    refused = step(science, there, "refuse", actor="wh_science").content.decode()
    assert re.findall(r'id="step-(\w+)" open>', refused) == ["refuse"], "the one with the fault"
    assert refused.count("登记这一步<span>：审核未过") == 1


def test_an_error_leads_to_its_form_and_marks_the_fields_left_empty(persona: Persona) -> None:
    open_calls()
    answer = step(persona("firm"), START, "apply", **(TOLD | {"text": "", "evidence": ""}))
    text = answer.content.decode()
    assert answer.status_code == 422 and 'href="#f-asks"' in text and text.count('id="f-asks"') == 1
    assert set(re.findall(r'class="field bad"[^>]*><label for="f-(\w+)-apply"', text)) == {"text", "evidence"}


def test_a_refused_sum_is_told_at_its_field_too(persona: Persona) -> None:
    there, science = applied(persona), persona("science")
    text = approved(science, there, "35万元").content.decode()
    assert 'href="#f-sum"' in text and text.count('id="f-sum"') == 1
    assert re.search(r'id="f-sum".*?<span class="errmsg">[^<]*最多给10万元', text)


def test_what_was_applied_for_already_leads_to_that_matter(persona: Persona) -> None:
    case = applied(persona).rstrip("/").rpartition("/")[2]
    text = persona("firm").get(f"{START}?clause=hnte_reward").content.decode()
    assert f'<a class="btn" href="{OWN}{case}/">看那一件</a>' in text and "认定奖励" in text
