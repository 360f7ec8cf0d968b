"""Twenty people read a site at once; how long each page takes, from asking to the last byte."""

from __future__ import annotations

import http.client
import random
import statistics
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

TRIES = 600  # tenths of a second that a server may take to start


@dataclass(frozen=True)
class Read:
    """Milliseconds of a page over all that was read: the middle, the ninety-fifth of a hundred, the worst."""

    count: int
    p50: float
    p95: float
    worst: float


def read(
    port: int,
    pages: Mapping[str, Sequence[str]],
    cookies: Mapping[str, str],
    readers: int,
    seconds: float,
    pause: float,
) -> dict[str, Read]:
    """`readers` people, each of one of the kinds of `pages`, read pages at random with a pause between two.

    `pages`: addresses by kind of reader; `cookies`: the session of each kind ("" for whoever has none). Pauses are
    drawn evenly from 0 to twice `pause`. A page that does not answer with 200 raises.
    """
    times: dict[str, list[float]] = {}
    failed: list[str] = []
    lock, until = threading.Lock(), time.monotonic() + seconds
    kinds = list(pages)

    def one(number: int) -> None:
        chance = random.Random(number)
        kind = kinds[number % len(kinds)]
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        time.sleep(chance.uniform(0, pause))
        while time.monotonic() < until and not failed:
            address = chance.choice(pages[kind])
            started = time.perf_counter()
            connection.request("GET", address, headers={"Cookie": cookies[kind], "Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
            taken = (time.perf_counter() - started) * 1000
            with lock:
                times.setdefault(f"{kind} {address}", []).append(taken)
                if answer.status != 200:
                    failed.append(f"{kind} {address}: {answer.status}")
            time.sleep(chance.uniform(0, 2 * pause))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise RuntimeError(failed[0])
    every = [value for values in times.values() for value in values]
    return {"all": _told(every), **{page: _told(values) for page, values in sorted(times.items())}}


def _told(values: list[float]) -> Read:
    ordered = sorted(values)
    return Read(len(ordered), statistics.median(ordered), ordered[int(len(ordered) * 0.95)], ordered[-1])


def wait_for(port: int, address: str = "/health/") -> None:
    """Until the server answers."""
    for _ in range(TRIES):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", address, headers={"Host": "localhost"})
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(f"no answer on port {port}")
