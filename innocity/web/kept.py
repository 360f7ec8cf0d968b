"""What is worked out once for a city's state and kept until the state changes.

`innocity.web.cities.state_of` gives the same object for as long as nothing was recorded: whatever rests on it
alone need not be worked out again.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from innocity.actions.overview import Overview
from innocity.core.kept import Kept, Same

_Result = TypeVar("_Result")
_Rest = ParamSpec("_Rest")


def per_state(
    size: int = 64,
) -> Callable[[Callable[Concatenate[Overview, _Rest], _Result]], Callable[Concatenate[Overview, _Rest], _Result]]:
    """Keep the last `size` results of a function of a state and of hashable arguments. The state is told by identity.

    A result that is an error is not kept.
    """

    def wrap(
        function: Callable[Concatenate[Overview, _Rest], _Result],
    ) -> Callable[Concatenate[Overview, _Rest], _Result]:
        kept: Kept[_Result] = Kept(size)

        @wraps(function)
        def found(state: Overview, /, *args: _Rest.args, **kwargs: _Rest.kwargs) -> _Result:
            key = (Same(state), args, tuple(sorted(kwargs.items())))
            return kept.get(key, lambda: function(state, *args, **kwargs))

        return found

    return wrap
