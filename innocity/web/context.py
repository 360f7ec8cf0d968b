"""What every page knows: how it is to look, which city it shows, where it can go."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import get_script_prefix, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from innocity.records import queries
from innocity.records.queries.accounts import firms_of
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import own_party, viewer_of
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
_LOOKED_INTO = ("figures", "office_tasks", "registers", "rosters", "chains", "reform", "runs", "reports")
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
        "who": SimpleLazyObject(lambda: _who(request, viewer)),
        "entering": now is not None and now.startswith(("account_", "mfa_")),
        "work": _work(viewer, now),
        "city": SimpleLazyObject(lambda: cities.pack_of(city).city),
        "city_id": city,
        "own_city": settings.INNOCITY_CITY,  # whose records it is: all pages behind the sign-in are about that one
        "places": _menu("public", city, now),
        "here": request.get_full_path(),
        "charts": settings.CHARTS.is_dir(),
        "demo_day": SimpleLazyObject(lambda: _demo_day(city)),
    }


def _demo_day(city: str) -> dict[str, Any]:
    """Of a city whose newest run rests on simulated facts: the day at which it stands still. Else nothing.

    Facts, lights and sums are as of that day; what people do on the site carries the day on which they do it.
    """
    run = cities.run_of(city)
    return {"day": cities.day_of(city)} if run is not None and run.simulated else {}


def _who(request: HttpRequest, viewer: Viewer) -> dict[str, Any]:
    """What the bar says of whoever has signed in: the role in words, the name of the unit or firm."""
    account = getattr(request.user, "account_in_force", None)  # its unit came with it
    if viewer.unit and account is not None and account.unit_id == viewer.unit:
        whom = account.unit.name or viewer.unit
    else:
        found = queries.party(viewer, viewer.unit) if viewer.unit else own_party(request)
        whom = (found.name or found.id) if found else ""
    several = viewer.role == "firm" and viewer.party is not None and len(firms_of(viewer)) > 1
    return {"role": ROLES.get(viewer.role, ""), "whom": whom, "several": several}


def _menu(name: str, city: str, now: str | None, *, without: str = "") -> tuple[dict[str, Any], ...]:
    """Address, word, and whether one is there now, of each place of a menu."""
    return _worked_out(name, city, now, without, get_language(), get_script_prefix())


@lru_cache(maxsize=2048)
def _worked_out(
    name: str, city: str, now: str | None, without: str, language: str | None, prefix: str
) -> tuple[dict[str, Any], ...]:
    """The same, worked out once for each language: every page shows two menus."""
    places = {"public": PLACES, "choice": CHOICE, **WORK}.get(name, ())
    return tuple(_place(key, str(word), same, city, now) for key, word, same in places if key != without)


def _place(key: str, word: str, same: tuple[str, ...], city: str, now: str | None) -> dict[str, Any]:
    address = reverse(key) if key == "compare" else reverse(key, args=[city])
    return {"address": address, "word": word, "current": now in same}


def _work(viewer: Viewer, now: str | None) -> tuple[dict[str, Any], ...]:
    """The pages of whoever has signed in; all are of the instance's own city. Before a firm is chosen, the choice."""
    undecided = viewer.role == "firm" and viewer.party is None
    # An auditor and a county's officers read no documents for the city's pack.
    unread = "reading" if viewer.role == "auditor" or viewer.county is not None else ""
    return _menu("choice" if undecided else viewer.role, settings.INNOCITY_CITY, now, without=unread)
