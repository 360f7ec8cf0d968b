"""What the operator sees of the site: health, metrics, lines of log without personal data; settings for production."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.test import Client

from innocity.actions.issue_token import issue_token
from innocity.cli.serve import GRACE
from innocity.records.models import Party
from innocity.web import settings as web_settings
from innocity.web.watch import LOG, Line
from tests.web.conftest import Persona
from tests.web.personas import OPERATOR


@pytest.fixture
def lines() -> Iterator[list[str]]:
    """The lines that requests and refusals leave, as they are written."""
    found: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(Line().format(record))

    handler, level, refused = Kept(), LOG.level, logging.getLogger("django.security")
    for log in (LOG, refused):
        log.addHandler(handler)
    LOG.setLevel(logging.INFO)
    yield found
    for log in (LOG, refused):
        log.removeHandler(handler)
    LOG.setLevel(level)


def test_health_asks_the_database(records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Client(SERVER_NAME="localhost")
    assert one.get("/health/").json() == {"status": "ok", "city": "weihai"}
    from django.db import connection

    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "nowhere.sqlite3")
        connection.close()
        assert one.get("/health/").status_code == 503 and not Path("nowhere.sqlite3").exists()
    connection.close()


def test_a_line_a_request_and_nothing_personal_in_it(persona: Persona, lines: list[str]) -> None:
    firm = Party.objects.get(handlers__account__user__username="firm")
    one = persona("firm")
    one.get(f"/weihai/my/facts/organization/?q={firm.name}", headers={"x-request-id": "abcd-1234"})
    one.get(f"/weihai/my/facts/organization/{firm.code}/")
    one.get("/weihai/nobody@example.cn/")
    told = [json.loads(line) for line in lines]
    assert told[0]["id"] == "abcd-1234" and told[0]["role"] == "firm" and told[0]["status"] == 200
    assert told[0]["route"] == "my_register" and told[0]["ms"] > 0
    assert told[2]["route"] == "unknown" and told[2]["status"] == 404
    assert not any(word in "".join(lines) for word in (firm.name, firm.code, firm.id, "example", '"firm@'))


def test_a_program_is_told_by_the_unit_of_its_token(records: Path, lines: list[str]) -> None:
    token = issue_token(OPERATOR, "wh_science", "每日取数").token
    one = Client(SERVER_NAME="localhost")
    one.get("/api/v1/cities/weihai/runs", headers={"authorization": f"Bearer {token}"})
    one.get("/api/v1/cities/weihai/runs", headers={"authorization": f"Bearer {token[:-1]}"})
    one.get("/api/v1/cities/weihai/documents")
    told = [json.loads(line) for line in lines if '"api:' in line]
    assert [(line["role"], line.get("unit"), line["status"]) for line in told] == [
        ("token", "wh_science", 200), ("anonymous", None, 401), ("anonymous", None, 200)
    ]  # fmt: skip
    assert not any(word in "".join(lines) for word in (token, token[:20], "每日取数"))


def test_an_error_is_told_by_its_type_and_place() -> None:
    try:
        int("370102199001011234 is not a number")
    except ValueError:
        record = LOG.makeRecord(
            "django.request", 40, "x", 1, "Internal Server Error: %s", ("/a/370102/",), sys.exc_info()
        )
    line = json.loads(Line().format(record))
    assert line["error"] == "ValueError" and "test_watch.py" in line["where"][-1] and "3701" not in json.dumps(line)


def test_a_name_that_somebody_makes_up_for_the_site_is_not_repeated(lines: list[str]) -> None:
    """Django puts what it refuses into the words of the line itself."""
    Client(SERVER_NAME="zhang-san-370102199001011234.example").get("/health/")
    assert json.loads(lines[0])["event"] == "DisallowedHost" and "3701" not in "".join(lines)


def test_metrics_are_for_this_machine_or_for_whoever_has_the_token(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = Client(SERVER_NAME="localhost")
    one.get("/weihai/data/")
    text = one.get("/metrics/").content.decode()
    assert 'innocity_requests_total{method="GET",route="data",status="200"}' in text
    assert one.get("/metrics/", REMOTE_ADDR="10.0.0.1").status_code == 404
    assert one.get("/metrics/", headers={"x-forwarded-for": "10.0.0.1"}).status_code == 404
    monkeypatch.setattr(settings, "INNOCITY_METRICS_TOKEN", "secret-of-prometheus")
    assert one.get("/metrics/").status_code == 404
    bearer = {"authorization": "Bearer secret-of-prometheus"}
    assert one.get("/metrics/", REMOTE_ADDR="10.0.0.1", headers=bearer).status_code == 200


_HOLE = re.compile(r"\$\{\w+(?::[-?](.*?))?\}")
PRODUCTION = {
    "INNOCITY_HTTPS": "1", "INNOCITY_PROXIES": "1", "INNOCITY_ALLOWED_HOSTS": "policy.example.cn",
    "INNOCITY_SECRET_KEY": "k" * 10 + "-of-the-tests-that-is-long-enough-for-the-check-0123456789-abcdefghijk",
    "INNOCITY_OIDC_URL": "https://sign-in.example.cn/", "INNOCITY_OIDC_ID": "innocity", "INNOCITY_OIDC_SECRET": "s",
    "INNOCITY_OIDC_NAME": "政务统一登录", "INNOCITY_MFA_ROLES": "leader,auditor,officer",
}  # fmt: skip


def asked(tmp_path: Path, *words: str, code: int = 0, **others: str) -> str:
    plain = {key: value for key, value in os.environ.items() if not key.startswith("INNOCITY_")}
    own = {"INNOCITY_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "innocity.web.settings", **others}
    here = {**plain, **PRODUCTION, **own}
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, env=here, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_the_settings_of_production_pass_the_check(tmp_path: Path) -> None:
    assert "no issues" in asked(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING")


def test_the_check_refuses_what_opens_the_site_to_others(tmp_path: Path) -> None:
    bad = {
        "INNOCITY_OIDC_HTTP": "1", "INNOCITY_OIDC_URL": "http://sign-in.example.cn", "INNOCITY_OIDC_SECRET": "",
        "INNOCITY_PROXIES": "0", "INNOCITY_DEMO": "1",
    }  # fmt: skip
    said = asked(tmp_path, "-m", "django", "check", "--deploy", code=1, **bad)
    assert [f"innocity.E00{number}" in said for number in range(1, 6)] == [True] * 5


COMPOSE = yaml.safe_load((Path(__file__).resolve().parents[3] / "compose.yaml").read_text(encoding="utf-8"))["services"]
#: What no operator says: the image has its folder, and the rest would open the site to others.
NOT_SAID = {"INNOCITY_VAR", "INNOCITY_DEBUG", "INNOCITY_DEMO", "INNOCITY_OIDC_HTTP"}


def test_the_environment_of_compose_passes_the_check(tmp_path: Path) -> None:
    """As `compose.yaml` writes it, with what an operator has to say."""
    written = COMPOSE["site"]["environment"]
    given = {key: _HOLE.sub(r"\1", value) for key, value in written.items()}
    assert [key for key, value in written.items() if ":?" in value] == ["INNOCITY_SECRET_KEY", "INNOCITY_ALLOWED_HOSTS"]
    told = {key: PRODUCTION[key] for key in ("INNOCITY_SECRET_KEY", "INNOCITY_ALLOWED_HOSTS")}
    said = asked(tmp_path, "-m", "django", "check", "--deploy", "--fail-level", "WARNING", **given | told)
    assert "no issues" in said


def test_whatever_an_operator_writes_beside_compose_reaches_the_site() -> None:
    """Every setting that there is, and the certificate of who signs people in; none that there is not."""
    source = Path(str(web_settings.__file__)).read_text(encoding="utf-8")
    read = re.findall(
        r"\b(?:text|flag|number|choice|several|hosts|address|city|folder|data_keys)\(\"([A-Z_]+)\"", source
    )
    passed = {key for key in COMPOSE["site"]["environment"] if key != "REQUESTS_CA_BUNDLE"}
    assert passed == {f"INNOCITY_{name}" for name in read} - NOT_SAID
    # By a name of ours: the server's own REQUESTS_CA_BUNDLE names a file that the container lacks.
    assert COMPOSE["site"]["environment"]["REQUESTS_CA_BUNDLE"] == "${INNOCITY_CA_BUNDLE:-}"


def test_the_database_counts_as_ready_when_others_reach_it() -> None:
    """While PostgreSQL's image makes a database, a server stands there that only the container itself reaches."""
    assert "-h 127.0.0.1" in COMPOSE["database"]["healthcheck"]["test"][1]


def test_containers_come_back_end_in_time_and_leave_room_on_the_disk() -> None:
    for one in COMPOSE.values():
        assert one["restart"] == "unless-stopped" and {"max-size", "max-file"} <= one["logging"]["options"].keys()
        assert int(one["stop_grace_period"].removesuffix("s")) > GRACE
    assert COMPOSE["site"]["init"] is True


def test_https_and_single_sign_on_by_environment(tmp_path: Path) -> None:
    code = """
import innocity.records
from django.conf import settings
from django.test import Client
from django.urls import reverse
one = Client(SERVER_NAME="policy.example.cn")
first = one.get("/account/login/")
page = one.get("/account/login/", headers={"x-forwarded-proto": "https"})
hsts = page.headers["Strict-Transport-Security"]
print(first.status_code, first["Location"], hsts, page.cookies["csrftoken"]["secure"])
print(reverse("openid_connect_callback", args=["office"]), "政务统一登录" in page.content.decode(),
      sorted(settings.INNOCITY_MFA_ROLES))
"""
    first, second = asked(tmp_path, "-c", code).splitlines()
    assert first.startswith("301 https://policy.example.cn/account/login/ max-age=31536000") and first.endswith("True")
    assert second == "/account/single/office/login/callback/ True ['auditor', 'leader', 'officer']"
