"""The last results of something dear, by a key that names all they rest on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

_Result = TypeVar("_Result")


class Same:
    """A part of a key that is equal to itself alone: for objects that do not change and are not compared by value."""

    def __init__(self, one: object) -> None:
        self.one = one  # held, so that its id is nobody else's as long as the key is kept

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.one is self.one

    def __hash__(self) -> int:
        return id(self.one)


class Kept(Generic[_Result]):
    """The last `size` results by a key that names everything they rest on."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: OrderedDict[Hashable, _Result] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], _Result]) -> _Result:
        """What was made under this key, else what `make` gives now."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self.size:
                self._kept.popitem(last=False)
        return made
