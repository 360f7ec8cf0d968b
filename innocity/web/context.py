"""What every page knows: how it is to look, which city it shows, where it can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from innocity.records import queries
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.firm import urls as firm
from innocity.web.views.lead import urls as lead
from innocity.web.views.office import urls as office

#: (address, name, the addresses that count as the same place)
PLACES = (
    ("finder", _("找政策"), ("finder", "clause")),
    ("calculator", _("算一算"), ("calculator", "calculate")),
    ("documents", _("文件"), ("documents", "document")),
    ("progress", _("进展"), ("progress", "tasks", "indicator", "unit")),
    ("graph", _("政策图谱"), ("graph",)),
    ("compare", _("城市对比"), ("compare",)),
    ("data", _("开放数据"), ("data", "systems")),
)
#: What of the offices' places a leader looks into; the rest is handled by officers.
_LOOKED_INTO = ("figures", "office_tasks", "registers", "rosters", "reform", "runs", "reports")
#: The places of a role's own work, shown beside the public ones to whoever has signed in.
WORK: dict[str, tuple[tuple[str, Any, tuple[str, ...]], ...]] = {
    "firm": firm.PLACES, "officer": office.PLACES,
    "leader": (*lead.PLACES, *(one for one in office.PLACES if one[0] in _LOOKED_INTO)),
    "auditor": office.AUDITED, "operator": office.AUDITED,
}  # fmt: skip
#: All that opens to somebody who acts for several firms, or for none any more, before one is chosen.
CHOICE: tuple[tuple[str, Any, tuple[str, ...]], ...] = (("firms", _("选择企业"), ("firms",)),)
ROLES = {"firm": _("企业经办人"), "officer": _("工作人员"), "leader": _("领导小组"), "auditor": _("审计人员")}
THEMES = ("light", "dark")


def look(request: HttpRequest) -> dict[str, str]:
    """The theme (empty: as the machine is set) and whether 关怀版 is on, from the cookies."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in THEMES else "", "care": "1" if request.COOKIES.get("care") == "1" else ""}


def site(request: HttpRequest) -> dict[str, Any]:
    """The context processor of all templates."""
    match = request.resolver_match
    name = match.kwargs.get("city", "") if match else ""
    city = name if name in cities.city_ids() else settings.INNOCITY_CITY
    now = match.url_name if match else ""
    viewer = viewer_of(request)
    return {
        **look(request),
        "viewer": viewer,
        "who": SimpleLazyObject(lambda: _who(viewer)),
        "entering": now is not None and now.startswith(("account_", "mfa_")),
        "work": _work(viewer, now),
        "city": SimpleLazyObject(lambda: cities.pack_of(city).city),
        "city_id": city,
        "places": [_place(key, word, same, city, now) for key, word, same in PLACES],
        "here": request.get_full_path(),
        "charts": settings.CHARTS.is_dir(),
    }


def _who(viewer: Viewer) -> dict[str, Any]:
    """What the bar says of whoever has signed in: the role in words, the name of the unit or firm."""
    own = viewer.unit or viewer.party
    found = queries.party(viewer, own) if own else None
    return {"role": ROLES.get(viewer.role, ""), "whom": (found.name or found.id) if found else ""}


def _place(key: str, word: Any, same: tuple[str, ...], city: str, now: str | None) -> dict[str, Any]:
    address = reverse(key) if key == "compare" else reverse(key, args=[city])
    return {"address": address, "word": word, "current": now in same}


def _work(viewer: Viewer, now: str | None) -> list[dict[str, Any]]:
    """The pages of whoever has signed in; all are of the instance's own city. Before a firm is chosen, the choice."""
    undecided = viewer.role == "firm" and viewer.party is None
    places = CHOICE if undecided else WORK.get(viewer.role, ())
    if viewer.role == "auditor" or viewer.county is not None:  # they read no documents for the city's pack
        places = tuple(one for one in places if one[0] != "reading")
    return [_place(key, word, same, settings.INNOCITY_CITY, now) for key, word, same in places]
