"""How often one place may ask: counted by the minute, by all processes of the site on this machine together."""

from __future__ import annotations

import hashlib
import time

from django.core.cache import cache
from django.http import HttpRequest

from innocity.web.sign_in import address_of


def allowed(request: HttpRequest, what: str, a_minute: int) -> bool:
    """Whether the place from which a request comes may ask for something once more in this minute.

    Kept is a hash of its address, for two minutes.
    """
    place = hashlib.sha256(address_of(request).encode()).hexdigest()[:16]
    key = f"limit-{what}-{place}-{int(time.time()) // 60}"
    cache.add(key, 0, 120)
    try:
        return int(cache.incr(key)) <= a_minute
    except ValueError:  # dropped between the two: a new count
        return True
