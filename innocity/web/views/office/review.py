"""Sending figures in, sending them back, approving, locking, unlocking: what the pages of figures show and do of it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from innocity.actions.authority import overseers, unit_names
from innocity.actions.figure_states import STATE_NAMES, FigureState, State, figure_states
from innocity.actions.ledger import changed
from innocity.actions.lock_figures import lock_figures
from innocity.actions.review_figure import review_figure
from innocity.actions.submit_figure import submit_figure
from innocity.actions.unlock_figure import unlock_figure
from innocity.core.errors import InnoCityError
from innocity.packs.model import Pack
from innocity.records.viewer import Viewer
from innocity.web import cities
from innocity.web.access import viewer_of
from innocity.web.views.office.common import faults_of, var, writers_page

LIGHTS: dict[State, str] = {
    "recorded": "watch", "submitted": "near", "returned": "alert", "approved": "met", "locked": "met",
    "unlocked": "watch",
}  # fmt: skip
#: What may be done in each state: by the unit that reported, and by whoever oversees.
OWN: dict[State, tuple[str, ...]] = {"recorded": ("submit",), "returned": ("submit",), "unlocked": ("submit",)}
OFFICE: dict[State, tuple[str, ...]] = {
    "submitted": ("approve", "return"), "approved": ("return",), "locked": ("unlock",),
}  # fmt: skip
STEPS = {
    "submit": gettext_noop("报送审核"), "approve": gettext_noop("审核通过"), "return": gettext_noop("退回"),
    "unlock": gettext_noop("单项解锁"),
}  # fmt: skip
NEEDS_TEXT = frozenset(("return", "unlock"))


def states_of(city: str) -> list[FigureState]:
    """How far each recorded figure is; read again when something was recorded."""
    return _states(city, var(), changed(cities.pack_of(city), var()))


@lru_cache(maxsize=4)
def _states(city: str, folder: Path, stamp: tuple[object, ...]) -> list[FigureState]:
    pack = cities.pack_of(city)
    return figure_states(pack, folder) if "figure_review" in pack.registers else []


def oversees(pack: Pack, viewer: Viewer) -> bool:
    """Whether the asker approves, locks and unlocks; the actions look again."""
    return viewer.role == "operator" or (viewer.role in ("officer", "leader") and viewer.unit in overseers(pack))


def steps(pack: Pack, viewer: Viewer, one: FigureState) -> list[tuple[str, str, bool]]:
    """(step, its name, whether it needs a reason) that the asker may take now; nobody reviews an own report."""
    own = OWN.get(one.state, ()) if viewer.role == "operator" or viewer.unit == one.unit else ()
    office = OFFICE.get(one.state, ()) if oversees(pack, viewer) and not _own(one, viewer) else ()
    return [(name, STEPS[name], name in NEEDS_TEXT) for name in (*own, *office)]


def _own(one: FigureState, viewer: Viewer) -> bool:
    """Whether the asker sent in this very figure, which somebody else has to review."""
    return one.state in ("submitted", "approved") and one.submitted_by == viewer.name.strip() != ""


def _waits_for(pack: Pack, one: FigureState, viewer: Viewer) -> str:
    """Who has to take the next step, where it is not the asker: for a figure that waits for review."""
    if one.state != "submitted" or (oversees(pack, viewer) and not _own(one, viewer)):
        return ""
    text = _("由{units}审核").format(units=unit_names(pack, overseers(pack)))
    return text + (_("；您报送的数要换一个人审核") if _own(one, viewer) else "")


def _shown(pack: Pack, one: FigureState) -> dict[str, Any]:
    figure = one.figure
    unit = pack.units[one.unit].name if one.unit in pack.units else one.unit
    return {
        "indicator": pack.indicators[figure.indicator], "figure": figure, "light": LIGHTS[one.state], "unit": unit,
        "word": STATE_NAMES[one.state], "says": one.reason, "state": one.state, "reporter": one.unit,
        "evidence": cities.approved_for(pack.city.id, Viewer()).figures.papers.get(figure.fact or "", ()),
    }  # fmt: skip


def pending(pack: Pack, viewer: Viewer) -> list[dict[str, Any]]:
    """Figures that wait for the asker: to be sent in, to be sent in anew, to be approved."""
    found = []
    for one in states_of(pack.city.id):
        own = viewer.unit == one.unit and one.state in OWN
        office = oversees(pack, viewer) and one.state == "submitted"
        if own or (office and not _own(one, viewer)):
            found.append(_shown(pack, one))
    return found


def of_indicator(pack: Pack, viewer: Viewer, indicator: str) -> list[dict[str, Any]]:
    """How far the figures of an indicator are, with the steps that the asker may take and those taken before."""
    found, hidden = [], cities.hidden_from(pack.city.id, viewer).figures
    for one in states_of(pack.city.id):
        if one.figure.indicator == indicator and one.figure.fact not in hidden:
            trail = [_step(row) for row in reversed(one.history)]
            found.append(
                {
                    **_shown(pack, one),
                    "steps": steps(pack, viewer, one),
                    "trail": trail,
                    "waits_for": _waits_for(pack, one, viewer),
                }
            )
    return found


def words(history: list[dict[str, Any]]) -> dict[str, tuple[str, str]]:
    """Light and word of how far each figure is, by its fact id."""
    return {one["figure"].fact: (one["light"], one["word"]) for one in history if one["figure"].fact}


def _step(row: Any) -> dict[str, Any]:
    return {
        "word": "已报送" if row["outcome"] == "submitted" else STATE_NAMES.get(row["outcome"], row["outcome"]),
        "day": row["decided_on"], "by": row["by"],
        "text": row.get("text", "") or "",
    }  # fmt: skip


def take(pack: Pack, viewer: Viewer, data: Any) -> str:
    """Take the step that a form asks for; gives which. Errors: E-REVIEW-*, E-FIGURE-*, E-LEDGER-*."""
    step, text = data.get("do", ""), data.get("text", "").strip()[:300]
    indicator, period = data.get("indicator", ""), data.get("period", "")
    same: dict[str, Any] = {
        "scope": data.get("scope") or None, "simulated": data.get("simulated") == "1", "var": var(), "viewer": viewer,
    }  # fmt: skip
    if step == "submit":
        submit_figure(pack, indicator, period, text=text, **same)
    elif step in ("approve", "return"):
        review_figure(pack, indicator, period, "approved" if step == "approve" else "returned", text=text, **same)
    else:
        unlock_figure(pack, indicator, period, text, **same)
    return step


@require_POST
@writers_page
def lock(request: HttpRequest, city: str) -> HttpResponse:
    """Lock all approved figures of a period."""
    from innocity.web.views.office.figures import page

    pack, viewer = cities.pack_of(city), viewer_of(request)
    try:
        done = lock_figures(pack, request.POST.get("period", "").strip()[:20], var=var(), viewer=viewer)
    except InnoCityError as error:
        fields = {"E-PERIOD-FORMAT": "lock-period", "E-REVIEW-NONE": "lock-period", "E-FIGURE-PERIOD": "lock-period"}
        return page(request, city, faults_of(error, fields))
    return redirect(f"{reverse('figures', args=[city])}?locked={len(done.rows)}&open={len(done.open)}")
