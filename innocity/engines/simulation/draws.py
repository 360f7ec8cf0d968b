"""Random numbers that depend on a seed, a name and an index, and on nothing else.

Three tools, all vectorised and all addressable, so that how the work is cut into chunks cannot matter:

- `Draws.stream`: uniform numbers of rows a..b of a named stream (numpy's counter-based Philox, advanced to a);
- `Draws.unit`: the uniform number of any entity of a named trait, in any order (a 64-bit mixing hash);
- `Shuffle`: a bijection of 0..n-1 that can be asked in both directions, for exact selections.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_OUTPUTS = 4  # 64-bit numbers that Philox yields per step of its counter
_ROUNDS = 4
_ROUND_SALT = 0x632BE59BD9B4E019


def _unit(words: _Words) -> Floats:
    """The upper 53 bits as a number in [0, 1)."""
    return np.asarray((words >> np.uint64(11)) * 2.0**-53, dtype=np.float64)


def _mix(words: _Words) -> _Words:
    """The finaliser of SplitMix64: every input bit reaches every output bit."""
    words = (words ^ (words >> np.uint64(30))) * _FIRST
    words = (words ^ (words >> np.uint64(27))) * _SECOND
    return words ^ (words >> np.uint64(31))


@dataclass(frozen=True)
class Draws:
    """The random numbers of one seed."""

    seed: int

    def key(self, name: str, size: int = 8) -> int:
        """A key of `size` bytes for a name under this seed."""
        text = f"{self.seed}|{name}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=size).digest(), "little")

    def stream(self, name: str, start: int, stop: int) -> Floats:
        """Numbers start..stop of the stream `name`, in [0, 1).

        >>> draws = Draws(7)
        >>> bool((draws.stream("x", 0, 10)[3:8] == draws.stream("x", 3, 8)).all())
        True
        """
        source = np.random.Philox(key=self.key(name, 16))
        steps, skip = divmod(start, _OUTPUTS)
        source.advance(steps)
        return _unit(source.random_raw(stop - start + skip)[skip:])

    def unit(self, name: str, index: Ints) -> Floats:
        """The number of each entity in `index` for the trait `name`, in [0, 1)."""
        return _unit(_mix((index.astype(np.uint64) + np.uint64(1)) * _GOLDEN + np.uint64(self.key(name))))

    def below(self, name: str, index: Ints, limit: Ints | int) -> Ints:
        """A whole number in [0, limit) for each entity in `index`; `limit` may differ from entity to entity."""
        return (self.unit(name, index) * limit).astype(np.int64)

    def shuffle(self, name: str, size: int) -> Shuffle:
        """A bijection of 0..size-1 named `name`."""
        return Shuffle(size, self.key(name))


@dataclass(frozen=True)
class Shuffle:
    """A bijection of 0..size-1: a Feistel network over the digits of a mixed radix, with cycle walking.

    >>> shuffle = Draws(7).shuffle("order", 10)
    >>> there = shuffle.forward(np.arange(10))
    >>> sorted(there.tolist()) == list(range(10)), shuffle.back(there).tolist() == list(range(10))
    (True, True)
    """

    size: int
    key: int

    @cached_property
    def _radix(self) -> tuple[int, int]:
        high = max(1, int(np.ceil(np.sqrt(self.size))))
        return high, -(-self.size // high)

    def forward(self, index: Ints) -> Ints:
        """Where each index goes."""
        return self._walk(index, self._encrypt)

    def back(self, index: Ints) -> Ints:
        """Where each index comes from."""
        return self._walk(index, self._decrypt)

    def _walk(self, index: Ints, step: Callable[[Ints], Ints]) -> Ints:
        """Apply the step until the result lies below `size`; few indices need it a second time."""
        result = step(index)
        outside = np.flatnonzero(result >= self.size)
        while outside.size:
            result[outside] = step(result[outside])
            outside = outside[result[outside] >= self.size]
        return result

    def _round(self, number: int, half: Ints, modulus: int) -> Ints:
        salt = np.uint64((self.key + number * _ROUND_SALT) % 2**64)
        return (_mix(half.astype(np.uint64) * _GOLDEN + salt) % np.uint64(modulus)).astype(np.int64)

    def _encrypt(self, index: Ints) -> Ints:
        high, low = self._radix
        left, right = np.divmod(index, low)
        for number in range(_ROUNDS):
            if number % 2:
                right = (right + self._round(number, left, low)) % low
            else:
                left = (left + self._round(number, right, high)) % high
        return np.asarray(left * low + right, dtype=np.int64)

    def _decrypt(self, index: Ints) -> Ints:
        high, low = self._radix
        left, right = np.divmod(index, low)
        for number in reversed(range(_ROUNDS)):
            if number % 2:
                right = (right - self._round(number, left, low)) % low
            else:
                left = (left - self._round(number, right, high)) % high
        return np.asarray(left * low + right, dtype=np.int64)
