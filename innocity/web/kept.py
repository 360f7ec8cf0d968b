"""What is worked out once for a city's state and kept until the state changes.

`innocity.web.cities.state_of` gives the same object for as long as nothing was recorded: whatever rests on it
alone need not be worked out again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Concatenate, Generic, ParamSpec, TypeVar

from innocity.actions.overview import Overview

_Result = TypeVar("_Result")
_Rest = ParamSpec("_Rest")


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


def per_state(
    size: int = 64,
) -> Callable[[Callable[Concatenate[Overview, _Rest], _Result]], Callable[Concatenate[Overview, _Rest], _Result]]:
    """Keep the last `size` results of a function of a state and of hashable arguments. The state is told by identity.

    A result that is an error is not kept.
    """

    def wrap(
        function: Callable[Concatenate[Overview, _Rest], _Result],
    ) -> Callable[Concatenate[Overview, _Rest], _Result]:
        kept: Kept[tuple[Overview, _Result]] = Kept(size)

        @wraps(function)
        def found(state: Overview, /, *args: _Rest.args, **kwargs: _Rest.kwargs) -> _Result:
            key = (id(state), args, tuple(sorted(kwargs.items())))
            # The state is kept beside the result: as long as it is, its id is nobody else's.
            return kept.get(key, lambda: (state, function(state, *args, **kwargs)))[1]

        return found

    return wrap
