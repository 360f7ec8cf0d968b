"""Addresses of firm pages, below `/<city>/my/`, and what the menu shows of them."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from innocity.web.views.firm import corrections, desk, entitlements, facts

#: (address, name, the addresses that count as the same place)
PLACES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("entitlements", _("应享政策"), ("entitlements", "letter")),
    ("to_do", _("待办"), ("to_do",)),
    ("near", _("差一步"), ("near",)),
    ("my_facts", _("我们的数据"), ("my_facts", "my_register", "my_fact", "correct", "my_correction", "my_corrections")),
    ("handlers", _("经办人"), ("handlers",)),
)
urlpatterns: list[URLPattern] = [
    path("", desk.to_do, name="to_do"),
    path("entitlements/", entitlements.entitlements, name="entitlements"),
    path("entitlements/letter/", entitlements.letter, name="letter"),
    path("entitlements/deadlines.ics", entitlements.calendar, name="deadlines"),
    path("near/", entitlements.near, name="near"),
    path("facts/", facts.facts, name="my_facts"),
    path("facts/<slug:register>/", facts.register, name="my_register"),
    path("facts/<slug:register>/<str:fact>/", facts.fact, name="my_fact"),
    path("facts/<slug:register>/<str:fact>/correct/<slug:step>/", corrections.step, name="correct"),
    path("corrections/", corrections.requests, name="my_corrections"),
    path("corrections/<int:number>/", corrections.receipt, name="my_correction"),
    path("corrections/<int:number>/withdraw/", corrections.withdraw, name="withdraw_correction"),
]
