"""Settings that cannot be read: told by the variable's name, with what may be written; secrets are never repeated."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from innocity.core.errors import InnoCityError
from innocity.web import environment

SETTINGS = Path(environment.__file__).with_name("settings.py")
HIDDEN = "geheim"
WRONG = [
    ("IDLE_MINUTES", "abc"), ("IDLE_MINUTES", "0"), ("IDLE_MINUTES", "-5"), ("SESSION_HOURS", "1.5"),
    ("PASSWORD_DAYS", "三十"), ("PROXIES", "yes"), ("PROXIES", "99"), ("API_RATE", "0"), ("API_TOKEN_RATE", "fast"),
    ("SCANS_MINE", "0"), ("SCANS_WAITING", "many"), ("HTTPS", "ja"), ("DEBUG", "maybe"), ("DEMO", "2"),
    ("OIDC_HTTP", "http"), ("AUDIT_HASH", "md5"), ("LOG", "all"), ("MFA_ROLES", "boss"), ("CITY", "atlantis"),
    ("OIDC_URL", "office.example.cn"), ("OIDC_URL", "ftp://office.example.cn"), ("OIDC_URL", "https://"),
    ("ALLOWED_HOSTS", "https://city.example.cn"), ("ALLOWED_HOSTS", "city.example.cn:8000"), ("VAR", __file__),
    ("DATA_KEYS", HIDDEN), ("DATA_KEYS", f"a:{HIDDEN}"), ("DATA_KEYS", "a:1122"),
    ("DATABASE_URL", f"mysql://u:{HIDDEN}@db/city"), ("DATABASE_URL", f"postgresql://u:{HIDDEN}@db:port/city"),
    ("DATABASE_URL", f"postgresql://u:{HIDDEN}@db"), ("DATABASE_URL", "sqlite://var/x.sqlite3"),
    ("DATABASE_URL", "sqlite:///"), ("DATABASE_URL", "var/x.sqlite3"), ("DATABASE_URL", "postgresql://[db/city"),
]  # fmt: skip
FINE = {
    "IDLE_MINUTES": "15", "SESSION_HOURS": "8", "PASSWORD_DAYS": "0", "PROXIES": "1", "API_RATE": "1", "HTTPS": "On",
    "DEBUG": "0", "AUDIT_HASH": "sm3", "LOG": "requests", "MFA_ROLES": "none", "CITY": "liaocheng", "VAR": "elsewhere",
    "OIDC_URL": "https://office.example.cn/realm", "ALLOWED_HOSTS": "city.example.cn, [::1]",
    "DATA_KEYS": "a:" + "11" * 32 + ",b:" + "22" * 32, "DATABASE_URL": "postgres://u:p@db/city",
}  # fmt: skip


def settings(monkeypatch: pytest.MonkeyPatch, **given: str) -> dict[str, Any]:
    """The settings in an environment that holds these alone."""
    for name in [name for name in os.environ if name.startswith("INNOCITY_")]:
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(f"INNOCITY_{name}", value)
    return runpy.run_path(str(SETTINGS))


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_variable_written_wrongly_is_named_with_what_may_be_written(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(InnoCityError) as refused:
        settings(monkeypatch, **{name: value})
    error = refused.value
    assert error.code == "E-SETTING" and f"INNOCITY_{name}" in error.message and error.remedy
    assert HIDDEN not in str(error) and (HIDDEN in value or name == "DATA_KEYS" or value.lower() in error.message)


def test_what_may_be_written_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    found = settings(monkeypatch, **FINE)
    assert (found["INNOCITY_IDLE_SECONDS"], found["SESSION_COOKIE_AGE"]) == (900, 28800)
    assert found["INNOCITY_MFA_ROLES"] == frozenset() and found["SECURE_SSL_REDIRECT"] and not found["DEBUG"]
    assert found["ALLOWED_HOSTS"] == ["city.example.cn", "[::1]"]
    assert found["DATABASES"]["default"]["HOST"] == "db"


def test_what_is_not_given_or_empty_is_as_the_table_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for found in (settings(monkeypatch), settings(monkeypatch, **dict.fromkeys(FINE, ""))):
        assert found["INNOCITY_IDLE_SECONDS"] == 1800 and found["INNOCITY_CITY"] == "weihai"
        assert found["INNOCITY_MFA_ROLES"] == {"leader", "auditor"} and found["INNOCITY_VAR"] == Path("var")


def test_every_variable_of_the_table_is_tried() -> None:
    """A new one gets its check, or its reason here why any text will do."""
    any_text = {"SECRET_KEY", "OIDC_ID", "OIDC_SECRET", "OIDC_NAME", "OIDC_CLAIM", "OIDC_MFA", "METRICS_TOKEN"}
    read = set(environment_names(SETTINGS.read_text(encoding="utf-8")))
    assert read - any_text == {name for name, _ in WRONG}


def environment_names(text: str) -> list[str]:
    """The variables that the settings read."""
    import re

    return re.findall(r'\b(?:text|flag|number|choice|several|folder|address|data_keys|hosts|city)\("([A-Z_]+)"', text)


@pytest.mark.parametrize(("name", "value"), [("IDLE_MINUTES", "abc"), ("DATABASE_URL", f"mysql://u:{HIDDEN}@db/city")])
def test_a_command_says_so_and_does_not_call_it_a_failure_of_the_program(
    tmp_path: Path, name: str, value: str
) -> None:  # fmt: skip
    plain = {key: text for key, text in os.environ.items() if not key.startswith("INNOCITY_")}
    code = "from innocity.cli.main import app; app()"
    done = subprocess.run([sys.executable, "-c", code, "records", "status"], capture_output=True, text=True,
                          cwd=tmp_path, env={**plain, f"INNOCITY_{name}": value})  # fmt: skip
    assert done.returncode == 1 and "E-SETTING" in done.stderr and "E-INTERNAL" not in done.stderr
    assert f"INNOCITY_{name}" in done.stderr and HIDDEN not in done.stderr and list(tmp_path.iterdir()) == []
