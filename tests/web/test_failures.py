"""What readers see when something goes wrong: a page in their language that says what to do, and nothing of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import close_old_connections, connection
from django.test import Client
from django.test.utils import override_settings

from innocity.actions.reading_store import ReadDocument
from innocity.actions.try_reform import write_json
from innocity.web.settings import database
from tests.records import databases
from tests.web.account.conftest import free_ports
from tests.web.broken_urls import WORDS
from tests.web.conftest import Persona


@pytest.fixture
def away(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The database does not answer: nobody listens where it should, or its folder is gone."""
    settings: dict[str, Any] = databases.sqlite(tmp_path / "gone" / "innocity.sqlite3")
    if request.param == "postgresql":
        server = {"HOST": "127.0.0.1", "PORT": free_ports(1)[0], "USER": "innocity", "NAME": "innocity"}
        settings = {"ENGINE": "django.db.backends.postgresql", **server}
        monkeypatch.setenv("INNOCITY_DATABASE_URL", f"postgresql://innocity@127.0.0.1:{server['PORT']}/innocity")
    with databases.used(settings):
        yield


both = pytest.mark.parametrize("away", ["sqlite", "postgresql"], indirect=True)


def browser(**cookies: str) -> Client:
    one = Client(HTTP_HOST="localhost", raise_request_exception=False)
    for name, value in cookies.items():
        one.cookies[name] = value
    return one


def heading(answer: Any) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", answer.content.decode())
    return found[1] if found else ""


def ways_on(answer: Any) -> list[str]:
    buttons = re.search(r'<p class="buttons">(.*?)</p>', answer.content.decode())
    return re.findall(r'href="([^"]*)"', buttons[1]) if buttons else []


# --- failures of ours ------------------------------------------------------------------------------------------


@override_settings(ROOT_URLCONF="tests.web.broken_urls")
def test_an_error_of_ours_says_nothing_of_itself_and_gives_the_number_of_its_line_in_the_log(site: Client) -> None:
    answer = browser().get("/weihai/broken/?q=1&w=2")
    text = answer.content.decode()
    assert answer.status_code == 500 and heading(answer) == "出错了" and answer["Cache-Control"] == "no-store"
    assert not any(word in text for word in (WORDS, "ValueError", "Traceback", "138", "/srv"))
    assert f"<code>{answer['X-Request-ID']}</code>" in text
    assert ways_on(answer) == ["/weihai/broken/?q=1&amp;w=2", "/weihai/", "/weihai/clauses/"]


@override_settings(ROOT_URLCONF="tests.web.broken_urls")
def test_its_page_needs_neither_the_pack_nor_what_other_pages_know(
    site: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise RuntimeError(WORDS)

    for name in ("innocity.web.cities.pack_of", "innocity.web.cities.city_ids", "innocity.web.context.viewer_of"):
        monkeypatch.setattr(name, fails)
    for address, method in (("/weihai/broken/", "get"), ("/weihai/nothing/", "get"), ("/weihai/broken/", "post")):
        answer = getattr(browser(), method)(address)
        assert answer.status_code == 500 and heading(answer) == "出错了" and WORDS not in answer.content.decode()


@override_settings(ROOT_URLCONF="tests.web.broken_urls")
def test_it_speaks_the_reader_s_language_and_keeps_the_reader_s_look(site: Client) -> None:
    text = browser(django_language="en", theme="dark", care="1").get("/weihai/broken/").content.decode()
    assert '<html lang="en" data-theme="dark" data-care="1">' in text and "<h1>Something went wrong</h1>" in text
    assert not re.search("[\u4e00-\u9fff]", text) and " style=" not in text and "<script" not in text


@override_settings(ROOT_URLCONF="tests.web.broken_urls")
def test_programs_get_a_failure_of_ours_in_the_form_of_all_errors(site: Client) -> None:
    answer = browser().get("/api/v1/weihai/broken/")
    assert answer.status_code == 500 and answer.json()["code"] == "E-API-SERVER" and WORDS not in str(answer.json())


# --- the database is away --------------------------------------------------------------------------------------


SESSION = "a" * 32  # of somebody who was signed in


@pytest.mark.parametrize(("away", "address", "session"), [
    ("sqlite", "/weihai/office/", SESSION), ("sqlite", "/weihai/nothing/", SESSION),
    ("postgresql", "/weihai/office/", SESSION), ("postgresql", "/weihai/nothing/", SESSION),
    ("postgresql", "/weihai/", ""), ("postgresql", "/weihai/progress/", ""),
], indirect=["away"])  # fmt: skip
def test_while_the_database_is_away_a_page_that_needs_it_says_so(
    site: Client, away: None, address: str, session: str
) -> None:
    cookies = {settings.SESSION_COOKIE_NAME: session} if session else {}
    answer = browser(**cookies).get(address)
    assert answer.status_code == 503 and heading(answer) == "暂时连不上数据库" and answer["Retry-After"] == "30"
    assert ways_on(answer) == [address, "/weihai/clauses/", "/weihai/calculator/"]
    in_english = browser(django_language="en", **cookies).get(address)
    assert heading(in_english) == "The database is out of reach" and in_english.status_code == 503


@both
def test_while_the_database_is_away_what_its_page_leads_to_opens(site: Client, away: None) -> None:
    for address in ("/weihai/clauses/", "/weihai/calculator/", "/account/login/"):
        assert browser().get(address).status_code == 200, address


@both
def test_while_the_database_is_away_a_sign_in_fails_with_a_page_and_keeps_nothing(site: Client, away: None) -> None:
    told = {"login": "science", "password": "Secret-of-2023!"}
    answer = browser().post(
        "/account/login/", told, headers={"referer": "http://localhost/account/login/?next=/weihai/"}
    )
    assert answer.status_code == 503 and "Secret" not in answer.content.decode()
    assert ways_on(answer)[0] == "/account/login/?next=/weihai/"


@both
def test_whoever_watches_is_told_that_the_database_is_away(site: Client, away: None) -> None:
    answer = browser().get("/health/")
    assert answer.status_code == 503 and answer.json()["status"] == "no database"


@pytest.mark.parametrize("away", ["postgresql"], indirect=True)
def test_programs_are_told_when_to_come_back(site: Client, away: None) -> None:
    told = browser().get("/api/v1/cities/weihai/tasks")
    assert told.status_code == 503 and told.json()["code"] == "E-API-AWAY" and told["Retry-After"] == "30"
    assert "127.0.0.1" not in told.content.decode() and "INNOCITY" not in told.content.decode()


def test_a_connection_that_the_server_closed_meanwhile_fails_no_page(postgres: str) -> None:
    kept = {name: value for name, value in database("postgresql://u@h/n").items() if name.startswith("CONN_")}
    with databases.used({**databases.postgresql(postgres, "postgres"), **kept}):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (first,) = cursor.fetchone()
        with psycopg.connect(postgres, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [first])
        close_old_connections()  # as Django does when a request begins
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            assert cursor.fetchone()[0] != first


# --- what readers send -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("fields", [{"login": "x" * 3_000_000}, {f"x{n}": "1" for n in range(1200)}])
def test_a_form_with_too_much_in_it_is_told_so(site: Client, fields: dict[str, str]) -> None:
    answer = browser().post("/account/login/", fields, headers={"referer": "http://localhost/account/login/"})
    assert answer.status_code == 413 and heading(answer) == "一次交得太多" and len(answer.content) < 50_000
    assert ways_on(answer)[:2] == ["/account/login/", "/weihai/"]


def test_a_form_without_its_token_leads_back_to_where_it_stands(site: Client) -> None:
    one = Client(HTTP_HOST="localhost", enforce_csrf_checks=True)
    answer = one.post("/account/login/", {"login": "x"}, headers={"referer": "http://localhost/account/login/"})
    assert answer.status_code == 403 and heading(answer) == "这一页过期了" and ways_on(answer)[0] == "/account/login/"


@pytest.mark.parametrize("came", [
    "", "https://evil.example/weihai/", "http://localhost//evil.example/", "javascript:alert(1)", "http://localhost",
    "http://localhost:81/weihai/", "http://localhost@evil.example/", "http://[",
])  # fmt: skip
def test_no_page_leads_back_elsewhere(site: Client, came: str) -> None:
    answer = browser().get("/preferences/", headers={"referer": came})
    assert answer.status_code == 405 and ways_on(answer) == ["/weihai/", "/weihai/clauses/", "/weihai/site-map/"]


def test_an_address_that_takes_forms_alone_shows_a_page_in_a_browser(site: Client) -> None:
    answer = browser().get("/preferences/", headers={"referer": "http://localhost/weihai/"})
    assert answer.status_code == 405 and answer["Allow"] == "POST"
    assert heading(answer) == "这个网址不能直接打开" and ways_on(answer)[0] == "/weihai/"


def test_a_request_that_cannot_be_read_is_told_in_the_reader_s_language(site: Client) -> None:
    assert heading(browser().get("/weihai/?q=%00")) == "看不懂这个请求"
    answer = browser(django_language="en").get("/weihai/?q=%00")
    assert answer.status_code == 400 and heading(answer) == "Request not understood"


def test_a_network_that_tries_too_often_is_told_how_long_to_wait(records: Path) -> None:
    one, asked = browser(), "/account/login/?next=/weihai/office/"
    for n in range(31):
        answer = one.post(asked, {"login": f"nobody{n}", "password": "x"})
        if answer.status_code == 429:
            break
    text = answer.content.decode()
    assert answer.status_code == 429 and "过一分钟再试" in text
    assert f'href="{asked}">再试一次' in text and one.get(asked).status_code == 200


def test_whom_a_page_is_not_for_is_told_whom_to_ask(persona: Persona) -> None:
    answer = persona("science").get(
        "/weihai/lead/", headers={"host": "localhost", "referer": "http://localhost/weihai/office/"}
    )
    assert answer.status_code == 403 and heading(answer) == "您的账号不能看这一页"
    assert "管理员" in answer.content.decode() and ways_on(answer)[:2] == ["/weihai/office/", "/weihai/"]


# --- what goes on behind a page ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_job_that_stopped_says_so_in_the_reader_s_language_and_leads_on(
    persona: Persona, records: Path, language: str
) -> None:
    job, reading = records / "weihai/reforms/.jobs" / ("0" * 15 + "a"), records / "weihai/readings" / ("0" * 15 + "b")
    state: dict[str, Any] = {
        "id": job.name, "city": "weihai", "state": "running", "step": "打开事实", "by": "science", "name": "draft",
        "asked_at": 1.0,
    }  # fmt: skip
    one = ReadDocument(reading.name, "weihai", "a.pdf", "Scan", "0" * 64, 0, "science", "wh_science", "2026-11-22")
    for folder, name, told in (
        (job, "state.json", {**state, "asked_at": 1.0}),
        (reading, "document.json", asdict(one)),
    ):
        folder.mkdir(parents=True)
        write_json(folder / name, told)
        (folder / "pid").write_text("999999999", "ascii")
    client = persona("science")
    client.cookies["django_language"] = language
    for address, up in ((f"reform/jobs/{job.name}/", "reform/"), (f"reading/{reading.name}/", "reading/")):
        text = client.get(f"/weihai/office/{address}").content.decode()
        card = text[text.index('<div id="progress"') : text.index("</main>")]
        assert ("程序中途停了" in card) == (language != "en") and ("The program stopped" in card) == (language == "en")
        assert f'href="/weihai/office/{up}"' in card and "hx-get" not in card
        assert language != "en" or not re.search("[\u4e00-\u9fff]", card)
