"""What keeps one account from being guessed from many addresses, without shutting its owner out.

Five failures of one address at one account shut that address out for a quarter of an hour (django-axes). From
`FREE` failures on, from wherever, the account slows down: one try in so many seconds, twice as many with each
further failure, five minutes at most. A device on which the account was signed in before carries a signed cookie and
need not wait: it has tries of its own. So twenty wrong passwords of a stranger cost the owner nothing at their own
device, and a wait at another one; whoever guesses has `FREE` tries, then about 300 a day from all addresses together.

Nothing is said of whether an account exists: names without one are counted alike.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

FREE = 20  # failures of an account, from wherever, before it slows down
SPAN = 3600  # seconds after the last failure in which they count
LONGEST = 300  # seconds between two tries at the most
OWN = 10  # failures that a known device may have in a quarter of an hour
OWN_SPAN = 900
_SALT = "innocity.known-device"
_DAYS = 180


def delay(failures: int) -> int:
    """Seconds between two tries after so many failures of an account.

    >>> [delay(n) for n in (0, 19, 20, 21, 25, 40)]
    [0, 0, 2, 4, 64, 300]
    """
    return 0 if failures < FREE else min(LONGEST, 2 ** min(failures - FREE + 1, 9))


def may_try(request: HttpRequest, name: str) -> bool:
    """Whether a password may be tried for an account now; what is allowed takes the account's turn."""
    if _trusted(request, name):
        return True
    wait = delay(int(cache.get(_key("failures", name), 0)))
    return not wait or cache.add(_key("turn", name), 1, wait)


def count_failure(request: HttpRequest, name: str) -> None:
    """A wrong password: it counts for the known device that it came from, else for the account."""
    if _trusted(request, name):
        _count(f"device-{_device(request, name)}", OWN_SPAN)
    else:
        _count(_key("failures", name), SPAN)


def _count(key: str, seconds: int) -> None:
    if cache.add(key, 1, seconds):
        return
    with suppress(ValueError):  # it was over between the two
        cache.incr(key)
        cache.touch(key, seconds)


def remember_device(request: HttpRequest, response: HttpResponse, name: str) -> None:
    """After a sign-in: the browser need not wait for this account from now on."""
    device = _device(request, name) or secrets.token_hex(16)
    cache.delete(f"device-{device}")
    value = signing.dumps([_digest(name), device], salt=_SALT)
    response.set_cookie(
        _cookie(name), value, max_age=_DAYS * 86400, httponly=True, samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE), path="/account/",
    )  # fmt: skip


def _trusted(request: HttpRequest, name: str) -> bool:
    device = _device(request, name)
    return bool(device) and int(cache.get(f"device-{device}", 0)) < OWN


def _device(request: HttpRequest, name: str) -> str:
    """The number of a browser that this account was signed in on before; empty for any other."""
    try:
        whose, device = signing.loads(request.COOKIES.get(_cookie(name), ""), salt=_SALT, max_age=_DAYS * 86400)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if whose == _digest(name) else ""


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def _cookie(name: str) -> str:
    return f"known-{_digest(name)[:8]}"


def _key(what: str, name: str) -> str:
    return f"sign-in-{what}-{_digest(name)}"
