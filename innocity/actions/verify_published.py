"""That every fact which is public was published by an entry of the log, and that what the log published is public."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from innocity.records.chain import Entry, Finding
from innocity.records.queries import publications
from innocity.records.viewer import Viewer

_VERBS = ("publish_facts", "unpublish_facts")
_CARRIED = "kept_public"


class Publications:
    """What the log says of publications, read entry by entry: by register and fact the last entry that says it is
    public, or that it is not."""

    def __init__(self) -> None:
        self.opened: dict[str, dict[str, int]] = defaultdict(dict)
        self.shut: dict[str, dict[str, int]] = defaultdict(dict)
        self.whole: dict[str, int] = {}  # registers of which an entry of an earlier version published all there was

    def note(self, entry: Entry) -> None:
        """What an entry did; one that cannot be read is found by its hash anyway."""
        if entry.action in _VERBS or f'"{_CARRIED}"' in entry.details:
            try:
                self._note(entry, json.loads(entry.details))
            except (ValueError, TypeError, AttributeError):
                return

    def _note(self, entry: Entry, details: dict[str, Any]) -> None:
        register = entry.object.partition("/")[0]
        if entry.action == "publish_facts" and details.get("ids") is None:
            self.whole[register] = entry.seq
        named = details.get("ids" if entry.action in _VERBS else _CARRIED) or ()
        to = self.shut if entry.action == "unpublish_facts" else self.opened
        to[register].update(dict.fromkeys(named, entry.seq))

    def findings(self, viewer: Viewer) -> Iterator[Finding]:
        """What is public without the log, or not public against it. Nobody may write meanwhile."""
        for register, fact_id, entry in publications.published_facts(viewer):
            if not self._is_open(register, fact_id, entry):
                yield Finding("changed", 0, f"{register} 的 {fact_id} 标着公开，审计里没有公开它的记录")
        for register, known in self.opened.items():
            for fact_id, entry in publications.written_unpublished(viewer, register, known):
                if self._is_open(register, fact_id, entry):
                    yield Finding("changed", 0, f"{register} 的 {fact_id} 审计里已公开，却没有标着公开")

    def _is_open(self, register: str, fact_id: str, written: int) -> bool:
        """Whether the log last said that this revision, written by the entry `written`, is public."""
        opened = max(self.opened[register].get(fact_id, 0), self.whole.get(register, 0))
        return opened >= written and opened > self.shut[register].get(fact_id, 0)
