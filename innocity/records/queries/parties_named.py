"""Names of organisations that a page tells by right: holders of shared reports, those drawn for an inspection."""

from __future__ import annotations

from collections.abc import Collection

from innocity.records.models import Party
from innocity.records.viewer import Viewer

_IN = 500


def organizations_named(viewer: Viewer, parties: Collection[str]) -> dict[str, str]:
    """The names of organisations among some parties, never of persons.

    For callers that publish them: which report is whose, who was drawn. Nothing else is told of them.
    """
    wanted, found = sorted(parties), dict[str, str]()
    for start in range(0, len(wanted), _IN):
        rows = Party.objects.filter(id__in=wanted[start : start + _IN], kind=Party.Kind.ORGANIZATION)
        found.update((one, name) for one, name in rows.values_list("id", "name") if name)
    return found
