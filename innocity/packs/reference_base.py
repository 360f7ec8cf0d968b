"""What all checks of cross references share: places, known ids, circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from innocity.core.errors import ErrorList, Place
from innocity.packs.invalid import suggest
from innocity.packs.layers import Source
from innocity.packs.model import Fence, Pack


class References:
    """A pack and where its objects stand; `broken` are ids of objects that could not be read: they are
    an error already, not one more for each use.
    """

    def __init__(
        self,
        pack: Pack,
        sources: Mapping[tuple[str, str], Source],
        broken: frozenset[str],
        errors: ErrorList,
    ) -> None:
        self.pack = pack
        self.broken = broken
        self.sources = sources
        self.errors = errors

    def at(self, fence: Fence, *steps: str | int) -> Place:
        """The place of a part of a fence."""
        return self.sources["fence", fence.id].place(*steps)

    def need(self, name: str, known: Iterable[str], code: str, what: str, place: Place) -> bool:
        """Whether `name` is among the known ids; an error with a suggestion if not."""
        ids = set(known)
        if name not in ids and name not in self.broken:
            self.errors.add(code, f"{what}“{name}”不存在", place, suggest(name, ids))
        return name in ids

    def need_unit(self, name: str, place: Place) -> None:
        """A unit that answers for something."""
        self.need(name, self.pack.units, "E-PACK-UNIT", "责任单位", place)

    def circles(self, follows: Mapping[str, str], key: str, text: str, kind: str = "fence") -> None:
        """Chains that come back to where they begin, an error at each of their links."""
        for start in follows:
            here = follows.get(start)
            for _ in follows:
                if here is None or here == start:
                    break
                here = follows.get(here)
            if here == start:
                place = self.sources[kind, start].place(key)
                self.errors.add("E-PACK-CIRCLE", f"{text}：{start}", place, "去掉其中一处")
