"""A page that nothing has changed is not made again: public pages as a whole, parts of pages by the state of a city."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template
from django.test import Client

from innocity.web import unchanged
from tests.records import databases
from tests.web.conftest import Persona

HOME, FINDER = "/weihai/", "/weihai/clauses/"


def made(client: Client, address: str, **headers: str) -> bool:
    """Whether a page was rendered for this answer, rather than handed out as it was."""
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return bool(answer.templates)


@pytest.fixture
def anybody() -> Client:
    return Client(SERVER_NAME="localhost")


def test_a_public_page_is_made_once_for_all_who_have_not_signed_in(site: Client, anybody: Client) -> None:
    first, second = site.get(HOME), anybody.get(HOME)
    assert first.templates and not second.templates
    assert first.content == second.content and "Content-Security-Policy" in second
    assert first["Content-Type"] == second["Content-Type"] and not second.cookies


def test_an_address_with_another_question_is_another_page(site: Client) -> None:
    assert made(site, FINDER) and made(site, FINDER + "?words=博士后") and not made(site, FINDER)


def test_language_and_look_have_pages_of_their_own(site: Client, anybody: Client) -> None:
    made(site, HOME)
    for name, value in (("django_language", "en"), ("theme", "dark"), ("care", "1")):
        anybody.cookies[name] = value
        assert made(anybody, HOME), name
    assert 'lang="en"' in anybody.get(HOME).content.decode() and 'lang="zh-CN"' in site.get(HOME).content.decode()


def test_whoever_has_signed_in_gets_their_own_page_and_leaves_none(persona: Persona, anybody: Client) -> None:
    firm = persona("firm")
    assert made(firm, HOME) and made(firm, HOME)
    assert "no-store" in firm.get(HOME)["Cache-Control"] and "退出" in firm.get(HOME).content.decode()
    assert "退出" not in anybody.get(HOME).content.decode()


def test_a_browser_that_has_the_page_is_told_so(site: Client) -> None:
    page = site.get(HOME)
    again = site.get(HOME, headers={"if-none-match": page["ETag"]})
    assert (again.status_code, again.content) == (304, b"") and page["Cache-Control"] == "no-cache"
    assert "Cookie" in page["Vary"]
    assert site.get(HOME, headers={"if-none-match": '"another"'}).status_code == 200


def test_what_is_recorded_shows_on_the_next_page(persona: Persona, anybody: Client) -> None:
    address = "/weihai/clauses/hnte_reward/feedback/"
    assert made(anybody, HOME) and not made(anybody, HOME)
    page = anybody.get(address)
    assert page.cookies, "a form has a token of its own"
    given = {"rating": "5", "words": "申报窗口写得清楚", "csrfmiddlewaretoken": page.cookies["csrftoken"].value}
    assert anybody.post(address, given).status_code == 302
    assert made(anybody, HOME), "a message was recorded: everything is looked at anew"


def test_a_run_shows_and_so_does_the_next_day(site: Client, instance: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made(site, HOME) and not made(site, HOME)
    report = instance / "weihai" / "runs" / "first" / "run.json"
    text, stat = report.read_bytes(), report.stat()
    report.write_bytes(text)
    assert made(site, HOME) and not made(site, HOME)
    monkeypatch.setattr(unchanged.timezone, "localdate", lambda: date(2040, 1, 1))
    assert made(site, HOME)
    os.utime(report, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def test_a_page_that_is_not_there_is_not_kept(site: Client) -> None:
    assert site.get("/weihai/units/nobody/").status_code == 404
    assert site.get("/weihai/units/nobody/").status_code == 404
    assert site.get("/nowhere/").status_code == 404


def test_what_somebody_enters_is_kept_nowhere(site: Client) -> None:
    address = "/weihai/calculator/contract_payment_subsidy/"
    assert made(site, address) and not made(site, address)
    asked = address + "?contract_payment.0.amount=600万元"
    assert made(site, asked) and made(site, asked)


def test_an_example_of_the_pack_s_own_is_no_entry(site: Client) -> None:
    address = "/weihai/calculator/contract_payment_subsidy/"
    assert made(site, address + "?example=1") and not made(site, address + "?example=1")
    assert made(site, address + "?example=0"), "another example is another page"
    shown = [site.get(f"{address}?example={n}").content for n in "01"]
    assert shown[0] != shown[1] != site.get(address).content
    for entered in ("?example=1&contract_payment.0.amount=1", "?example=370102199001011234", "?example=1&example=2"):
        assert made(site, address + entered) and made(site, address + entered), entered


def test_pages_that_show_the_pack_alone_do_without_the_database(
    records: Path, anybody: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    def gone(viewer: object) -> str:
        raise OperationalError("the database is being restarted")

    monkeypatch.setattr(unchanged, "newest_hash", gone)
    assert made(anybody, FINDER) and made(anybody, FINDER)


def test_an_invented_light_is_no_page_of_its_own(site: Client) -> None:
    every = site.get("/weihai/progress/tasks/").content.decode()
    assert site.get("/weihai/progress/tasks/?light=invented").content.decode().count("<li id=") == every.count(
        "<li id="
    )


# --- parts -----------------------------------------------------------------------------------------------------


class State:
    """Something told by identity."""


def test_a_part_is_rendered_once_for_a_state_and_the_values_it_names() -> None:
    part = Template("{% load kept %}{% kept state a %}{{ a }}{{ b }}{% endkept %}")
    one, other = State(), State()

    def shown(state: State, a: str, b: str) -> str:
        return part.render(Context({"state": state, "a": a, "b": b}))

    assert shown(one, "x", "1") == "x1"
    assert shown(one, "x", "2") == "x1", "what is not named does not count"
    assert shown(one, "y", "2") == "y2" and shown(other, "x", "3") == "x3"


def test_parts_are_kept_by_language_and_escape_what_they_show() -> None:
    from django.utils.translation import override

    part = Template("{% load i18n kept %}{% kept state %}{% trans '登录' %}{{ name }}{% endkept %}")
    state = State()
    assert part.render(Context({"state": state, "name": "<b>"})) == "登录&lt;b&gt;"
    with override("en"):
        assert "登录" not in part.render(Context({"state": state, "name": "<b>"}))


def test_the_ledger_of_tasks_is_narrowed_though_its_rows_are_kept(persona: Persona) -> None:
    science = persona("science")
    every = science.get("/weihai/office/tasks/").content.decode()
    narrowed = science.get("/weihai/office/tasks/?light=overdue").content.decode()
    assert narrowed.count("<li id=") < every.count("<li id=")
    assert science.get("/weihai/office/tasks/").content.decode().count("<li id=") == every.count("<li id=")


# --- lists of officers and leaders ------------------------------------------------------------------------------


def test_a_fixed_text_is_said_in_the_language_of_each_page() -> None:
    from django.utils.translation import override

    part = Template("{% trans '登录' %}{% trans '100%' %}{% trans name %}")
    said = []
    for language in ("zh-hans", "en", "zh-hans"):
        with override(language):
            said.append(part.render(Context({"name": "登录"})))
    assert said[0] == said[2] == "登录100%登录" and "登录" not in said[1] and "100%" in said[1]


def test_the_menu_speaks_the_language_and_knows_the_place_of_each_page(site: Client, anybody: Client) -> None:
    anybody.cookies["django_language"] = "en"
    for _ in range(2):
        chinese, english = site.get(FINDER).content.decode(), anybody.get(FINDER).content.decode()
        assert 'href="/weihai/clauses/" aria-current="page">找政策' in chinese
        assert 'href="/weihai/clauses/" aria-current="page">' in english and ">找政策" not in english
        assert 'href="/weihai/clauses/">找政策' in site.get("/weihai/progress/").content.decode()


def test_the_list_of_registers_shows_what_was_just_recorded(persona: Persona) -> None:
    from innocity.actions.observe import observe
    from innocity.packs.load import load_pack

    science, county = persona("science"), persona("county")
    address = "/weihai/office/registers/"
    first = science.get(address).context["rows"]
    assert science.get(address).context["rows"] is first, "rows that show the same are one object"
    own = [{row["register"].id for row in one.get(address).context["rows"] if row["mine"]} for one in (science, county)]
    assert own[0] != own[1], "which registers are one's own is not kept for another unit"
    before = {row["register"].id: row["state"] for row in first}["observation"]
    observe(
        load_pack("weihai"),
        [{"indicator": "hnte_count", "period": "2023", "value": "1480", "party_id": "wh_science"}],
        settings.INNOCITY_VAR,
    )
    page = science.get(address)
    after = {row["register"].id: row["state"] for row in page.context["rows"]}["observation"]
    assert after.rows == (before.rows if before else 0) + 1
    row = re.search(r'registers/observation/">.*?</tr>', page.content.decode(), re.DOTALL)
    assert row is not None and re.search(rf'<td class="r num"[^>]*>{after.rows}<', row[0])


def test_a_figure_just_reported_stands_in_the_list_of_whoever_may_see_it(persona: Persona) -> None:
    science, other = persona("science"), persona("county")
    address = "/weihai/office/figures/?show=all"
    before = [one.get(address).content.decode() for one in (science, other)]
    sent = {"indicator": "hnte_count", "period": "2023", "value": "1481", "unit": "家", "observed_on": "2023-12-31"}
    form = science.get("/weihai/office/figures/report/?indicator=hnte_count")
    assert form.status_code == 200
    assert science.post(form.request["PATH_INFO"], sent).status_code == 302
    assert "1481" in science.get(address).content.decode() and "1481" not in before[0]
    assert other.get(address).content.decode().count("<tr>") == before[1].count("<tr>")
    assert "1481" not in other.get(address).content.decode(), "it waits for approval: others do not see it"


def test_scores_kept_for_the_leading_group_are_nobody_else_s(persona: Persona) -> None:
    leader = persona("leader")
    first = leader.get("/weihai/lead/units/").content
    body = re.compile(rb"<tbody>.*?</tbody>", re.DOTALL)
    assert body.findall(leader.get("/weihai/lead/units/").content) == body.findall(first)
    for name in ("science", "county", "firm"):
        assert persona(name).get("/weihai/lead/units/").status_code == 403


# --- what is asked at each request ------------------------------------------------------------------------------


def test_an_authority_that_is_revoked_ends_with_the_next_page(persona: Persona) -> None:
    from innocity.records.models import Handler

    firm = persona("firm")
    assert firm.get("/weihai/my/entitlements/").status_code == 200
    Handler.objects.filter(account__user__username="firm").update(revoked_on=date(2023, 1, 1))
    assert firm.get("/weihai/my/entitlements/").status_code in (302, 403)


def test_a_firm_s_pages_are_its_own_though_another_has_just_read_its(persona: Persona) -> None:
    firm, other = persona("firm"), persona("other_firm")
    for address in ("/weihai/my/", "/weihai/my/facts/", "/weihai/my/entitlements/"):
        own = {firm.get(address).context["viewer"].party, other.get(address).context["viewer"].party}
        names = [one.get(address).context["who"]["whom"] for one in (firm, other, firm)]
        assert len(own) == 2 and names[0] == names[2] != names[1]


def test_a_party_s_facts_are_found_by_an_index_alone(persona: Persona) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    firm = persona("firm")
    with CaptureQueriesContext(connection) as every:
        firm.get("/weihai/my/facts/")
    asked = [one["sql"] for one in every.captured_queries if "records_fact" in one["sql"]]
    asked = [sql for sql in asked if "COUNT(" in sql or "ROW_NUMBER" in sql]
    assert len(asked) == 2
    for sql in asked:
        found = databases.plan(sql).split(" / ")
        steps = [step for step in found if "_fact" in step and not step.startswith("Sort Key")]
        assert steps and all("current_facts_of_a_party" in step and "SCAN" not in step for step in steps), (sql, steps)
