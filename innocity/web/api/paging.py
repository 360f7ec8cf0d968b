"""Lists in slices, and ids that can be asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from django.http import Http404
from ninja import Path, Query

from innocity.records.views import Page

T = TypeVar("T")
#: Ids as packs and registers write them: anything else is no id, and is refused before it is looked up.
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")]
OptionalId = Annotated[str, Query(pattern=r"^([A-Za-z0-9][A-Za-z0-9_.-]{0,99})?$")]
Words = Annotated[str, Query(max_length=100, pattern=r"^[^\x00-\x1f]*$")]
Number = Annotated[int, Query(ge=1, le=1_000_000)]
Size = Annotated[int, Query(ge=1, le=200)]


def paged(items: Sequence[Any], shown: Callable[[Any], Any], page: int, size: int) -> dict[str, Any]:
    """One page of a list; behind the last one it is empty."""
    part = items[(page - 1) * size : page * size]
    return {
        "items": [shown(one) for one in part], "total": len(items), "page": page, "size": size,
        "pages": max(1, -(-len(items) // size)),
    }  # fmt: skip


def of_records(rows: Page, shown: Callable[[Any], Any], page: int) -> dict[str, Any]:
    """A page of what the records gave in pages; behind the last one it is empty."""
    items = [shown(one) for one in rows.items] if page <= rows.pages else []
    return {"items": items, "total": rows.total, "page": page, "pages": rows.pages, "size": rows.size}


def found(mapping: Any, key: str) -> Any:
    """What a mapping holds under an id. Raises Http404 where it holds nothing."""
    one = mapping.get(key)
    if one is None:
        raise Http404(f"no {key}")
    return one
