"""Who may act for a firm: authorised and revoked by its legal person, at once, and written down."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from innocity.actions.authorise_handler import authorise_handler
from innocity.actions.revoke_handler import revoke_handler
from innocity.core.errors import InnoCityError
from innocity.records import queries
from innocity.records.models import AuditEntry
from innocity.records.queries import accounts
from innocity.records.viewer import Viewer
from tests.web.conftest import Persona, signed_in
from tests.web.personas import OPERATOR

HANDLERS, FIRMS = "/weihai/my/handlers/", "/weihai/my/firms/"


def viewer(name: str) -> Viewer:
    return Viewer.of(get_user_model().objects.get(username=name))


def text_of(answer: Any) -> str:
    return answer.content.decode()


def test_the_legal_person_opens_an_account_for_a_handler(persona: Persona) -> None:
    answer = persona("firm").post(HANDLERS, {"name": "王会计"})
    password = answer.context["password"]
    assert "已授权 王会计" in text_of(answer) and password in text_of(answer)
    one = Client(SERVER_NAME="localhost")
    assert one.post("/account/login/", {"login": "王会计", "password": password}).status_code == 302
    assert (
        one.get("/weihai/my/entitlements/")["Location"] == "/account/password/"
    )  # the first password is changed first
    new = "Mine-alone-2026"
    one.post("/account/password/", {"oldpassword": password, "password1": new, "password2": new})
    page = one.get(HANDLERS)
    assert (
        page.status_code == 200 and "由法定代表人的账号办理" in text_of(page) and "授权一位经办人" not in text_of(page)
    )
    assert viewer("王会计").party == viewer("firm").party
    entry = AuditEntry.objects.get(action="authorise_handler")
    assert entry.actor == "firm" and "王会计" in entry.details and password not in entry.details


def test_revoking_takes_hold_on_the_next_request(persona: Persona) -> None:
    firm = viewer("firm")
    assert firm.party is not None
    authorise_handler(firm, firm.party, "helper")
    set_right = get_user_model().objects.get(username="helper").account
    set_right.must_change_password = False
    set_right.save()
    one = signed_in("helper")
    assert one.get(HANDLERS).status_code == 200
    answer = persona("firm").post(HANDLERS, {"revoke": "helper"})
    assert "已撤销 helper" in text_of(answer)
    assert one.get(HANDLERS)["Location"] == FIRMS
    assert "现在没有企业授权您经办" in text_of(one.get(FIRMS))
    assert queries.party(viewer("helper"), firm.party) is None
    assert AuditEntry.objects.filter(action="revoke_handler", actor="firm").count() == 1
    shown = accounts.handlers(firm, firm.party)
    assert [(one.name, one.revoked_on is None) for one in shown] == [("firm", True), ("helper", False)]


def test_revoking_is_asked_for_twice_without_scripts(persona: Persona) -> None:
    firm = viewer("firm")
    assert firm.party is not None
    authorise_handler(firm, firm.party, "helper")
    first = text_of(persona("firm").get(HANDLERS))
    assert "?revoke=helper" in first and "确定撤销" not in first
    assert "确定撤销" in text_of(persona("firm").get(HANDLERS + "?revoke=helper"))


def test_who_acts_for_several_firms_chooses_which(persona: Persona) -> None:
    firm, other = viewer("firm"), viewer("other_firm")
    assert firm.party is not None and other.party is not None
    authorise_handler(firm, firm.party, "other_firm")
    one = persona("other_firm")
    assert viewer("other_firm").party is None
    assert one.get(HANDLERS)["Location"] == FIRMS
    page = one.get(FIRMS)
    assert len(re.findall('name="party"', text_of(page))) == 2
    assert one.post(FIRMS, {"party": "F9999999"}).status_code == 200  # none of theirs
    assert one.get(HANDLERS)["Location"] == FIRMS
    for party in (firm.party, other.party):
        assert one.post(FIRMS, {"party": party}).status_code == 302
        assert one.get(HANDLERS).context["viewer"].party == party
    assert "换一家企业" in text_of(one.get("/account/"))


def test_a_handler_may_not_authorise_nor_revoke(persona: Persona) -> None:
    firm, other = viewer("firm"), viewer("other_firm")
    assert firm.party is not None and other.party is not None
    authorise_handler(firm, firm.party, "helper")
    helper = viewer("helper")
    for who, party in (
        (helper, firm.party),
        (other, firm.party),
        (viewer("science"), firm.party),
        (Viewer(), firm.party),
    ):
        for act in (authorise_handler, revoke_handler):
            with pytest.raises(InnoCityError) as refused:
                act(who, party, "helper2")
            assert refused.value.code == "E-HANDLER-DENIED"
    assert persona("other_firm").post(HANDLERS, {"revoke": "helper"}).status_code == 422


@pytest.mark.parametrize(("name", "code"), [
    ("science", "E-HANDLER-ACCOUNT"), ("firm", "E-HANDLER-ACCOUNT"), ("", "E-ACCOUNT-NAME"), ("a b", "E-ACCOUNT-NAME"),
    ("FIRM", "E-ACCOUNT-NAME"),
])  # fmt: skip
def test_names_that_cannot_act_are_refused_beside_the_field(persona: Persona, name: str, code: str) -> None:
    answer = persona("firm").post(HANDLERS, {"name": name})
    assert answer.status_code == 422 and answer.context["error"].code == code
    assert 'aria-invalid="true"' in text_of(answer) and "data-focus" in text_of(answer)


def test_the_legal_person_is_revoked_by_the_operator_alone(persona: Persona) -> None:
    firm = viewer("firm")
    assert firm.party is not None
    with pytest.raises(InnoCityError) as refused:
        revoke_handler(firm, firm.party, "firm")
    assert refused.value.code == "E-HANDLER-ACCOUNT"
    revoke_handler(OPERATOR, firm.party, "firm")
    assert viewer("firm").party is None
