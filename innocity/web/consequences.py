"""改后测算: what a request for a correction would change of what its firm is owed, or has changed, in words."""

from __future__ import annotations

from typing import Any

from innocity.actions.weigh_correction import Weighed, weigh_correction
from innocity.engines.rules.ir import STATUS_NAMES
from innocity.packs.model import Pack
from innocity.records import queries
from innocity.records.queries.corrections import CorrectionView
from innocity.records.viewer import Viewer
from innocity.web.entitled import today_of


def consequence_of(pack: Pack, viewer: Viewer, one: CorrectionView) -> dict[str, Any] | None:
    """Before and after for the year of the latest run; nothing where it cannot be told."""
    run = queries.latest_run(viewer)
    day, simulated = today_of(pack, viewer)
    year = run.year if run else pack.city.default_year
    found = weigh_correction(pack, viewer, one, year, day, simulated=simulated)
    if found is None:
        return None
    rows = [(each, _word(each.state_before, each.before), _word(each.state_after, each.after))
            for each in found.changes]  # fmt: skip
    return {"found": found, "rows": sorted(rows, key=lambda row: -_size(row[0])), "simulated": simulated}


def _word(state: str, fen: int | None) -> str:
    return STATUS_NAMES.get(state, "") if state and fen is None else ""


def _size(one: Weighed) -> int:
    return abs((one.after or 0) - (one.before or 0))
