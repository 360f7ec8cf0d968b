"""Clients of the interface with tokens of units."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from innocity.actions.issue_token import issue_token
from tests.web.personas import OPERATOR

BASE = "/api/v1/cities/weihai"


class Caller:
    """Asks the interface by a token, or without one."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(SERVER_NAME="localhost")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(BASE + path, headers={**self.headers, **headers})

    def post(self, path: str, body: Any) -> Any:
        text = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(BASE + path, text, content_type="application/json", headers=self.headers)


@pytest.fixture
def science(records: Path) -> Caller:
    """The department of science, which may record."""
    return Caller(issue_token(OPERATOR, "wh_science", "业务系统", writes=True).token)


@pytest.fixture
def county(records: Path) -> Caller:
    """A county that may only read."""
    return Caller(issue_token(OPERATOR, "wh_huancui", "区里的系统").token)


@pytest.fixture
def anybody(records: Path) -> Caller:
    """No token."""
    return Caller()


@pytest.fixture
def settings_patch(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`settings_patch("NAME", value)`: a setting of the site for one test."""
    from django.conf import settings

    return lambda name, value: monkeypatch.setattr(settings, name, value, raising=False)
