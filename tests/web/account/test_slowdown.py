"""Guessing passwords: the address is shut out first, the account slows down, the owner's device stays free."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from innocity.records.accounts import AccountBackend
from innocity.web import slowdown
from tests.web.account.test_sign_in import client, sign_in

_ADDRESSES = count(1)
FREE = slowdown.FREE


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few failures make an account slow, a turn lasts longer than any test, and a password is soon looked at."""
    from django.conf import settings

    monkeypatch.setattr(slowdown, "FREE", 6)
    monkeypatch.setattr(slowdown, "delay", lambda failures: 300 if failures >= slowdown.FREE else 0)
    monkeypatch.setattr(settings, "PASSWORD_HASHERS", ["tests.web.personas.QuickHasher"])


def elsewhere() -> Client:
    """A client of an address of its own."""
    number = next(_ADDRESSES)
    return client(f"10.{number // 65536 + 1}.{number // 256 % 256}.{number % 256}")


def attack(name: str, tries: int) -> None:
    for _ in range(tries):
        sign_in(elsewhere(), name, "wrong")


def time_passes(name: str) -> None:
    """As if the wait for the next try were over."""
    cache.delete(slowdown._key("turn", name))


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were really looked at."""
    found: list[str] = []
    real = AccountBackend.authenticate

    def noted(self: Any, request: Any, username: Any = None, password: Any = None, **more: Any) -> Any:
        found.append(password)
        return real(self, request, username=username, password=password, **more)

    monkeypatch.setattr(AccountBackend, "authenticate", noted)
    return found


def test_a_strangers_failures_cost_the_owner_nothing_on_a_known_device(records: Path) -> None:
    owner = elsewhere()
    assert sign_in(owner, "firm").status_code == 302
    owner.post("/account/logout/")
    attack("firm", 10)
    moved = elsewhere()  # the same browser in another place
    moved.cookies = owner.cookies
    assert sign_in(moved, "firm").status_code == 302


def test_on_another_device_the_owner_waits_and_then_gets_in(records: Path) -> None:
    attack("firm", 10)
    owner = elsewhere()
    answer = sign_in(owner, "firm")
    assert answer.status_code == 200 and "隔几分钟再试" in answer.content.decode()
    time_passes("firm")
    assert sign_in(owner, "firm").status_code == 302


def test_other_accounts_are_not_slowed_down(records: Path) -> None:
    attack("firm", 10)
    assert sign_in(elsewhere(), "science").status_code == 302


def test_brute_force_from_many_addresses_is_stopped(records: Path, checked: list[str]) -> None:
    attack("firm", 20)
    assert len(checked) == slowdown.FREE + 1, "the first tries, and the turn that came after them"
    assert sign_in(elsewhere(), "firm").status_code == 200, "the right password is not tried out of turn either"
    assert len(checked) == slowdown.FREE + 1


def test_the_wait_grows_with_each_failure_up_to_its_longest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    waits = [slowdown.delay(n) for n in range(60)]
    assert waits[:FREE] == [0] * FREE and waits == sorted(waits)
    assert waits[-1] == slowdown.LONGEST and len(set(waits)) > 6


def test_one_address_is_shut_out_before_the_account_slows_down(records: Path) -> None:
    one = elsewhere()
    for _ in range(16):
        sign_in(one, "firm", "wrong")
    assert sign_in(one, "firm").status_code == 429
    assert sign_in(elsewhere(), "firm").status_code == 302, "what axes refuses is no failure of the account"


def test_a_known_device_has_no_endless_tries(records: Path, checked: list[str]) -> None:
    owner = elsewhere()
    sign_in(owner, "firm")
    owner.post("/account/logout/")
    attack("firm", 10)
    before = len(checked)
    for _ in range(slowdown.OWN + 6):
        thief = elsewhere()
        thief.cookies = owner.cookies
        sign_in(thief, "firm", "wrong")
    assert len(checked) - before <= slowdown.OWN + 1


def test_a_device_known_for_one_account_is_not_for_another_and_none_can_be_made_up(records: Path) -> None:
    other = elsewhere()
    sign_in(other, "science")
    (name, value), *_ = [(k, v.value) for k, v in other.cookies.items() if k.startswith("known-")]
    assert other.cookies[name]["httponly"] and other.cookies[name]["samesite"] == "Lax"
    attack("firm", 10)
    stranger = elsewhere()
    for made_up in (value, value[:-2] + "xx", "x"):
        stranger.cookies[slowdown._cookie("firm")] = made_up
        assert sign_in(stranger, "firm").status_code == 200


def test_names_without_an_account_slow_down_alike(records: Path) -> None:
    attack("nobody", 10)
    answer = sign_in(elsewhere(), "nobody", "wrong")
    assert "隔几分钟再试" in answer.content.decode()
