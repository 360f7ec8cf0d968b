"""Addresses of firm pages, below `/<city>/my/`, and what the menu shows of them."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from innocity.web.views.firm import additions, chain, corrections, desk, entitlements, exchange, facts, matters

#: (address, name, the addresses that count as the same place)
PLACES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("entitlements", _("应享政策"), ("entitlements", "letter")),
    ("to_do", _("待办"), ("to_do",)),
    ("near", _("差一步"), ("near",)),
    ("my_matters", _("办事"), ("my_matters", "my_matter", "start_matter", "my_paper")),
    (
        "my_facts",
        _("我们的数据"),
        (
            "my_facts",
            "my_register",
            "my_fact",
            "my_fact_paper",
            "correct",
            "add_where",
            "add_fact",
            "my_correction",
            "my_corrections",
        ),
    ),
    ("my_exchange", _("我们的供需"), ("my_exchange",)),
    ("my_chain", _("产业链"), ("my_chain",)),
    ("handlers", _("经办人"), ("handlers",)),
)
urlpatterns: list[URLPattern] = [
    path("", desk.to_do, name="to_do"),
    path("entitlements/", entitlements.entitlements, name="entitlements"),
    path("entitlements/letter/", entitlements.letter, name="letter"),
    path("entitlements/deadlines.ics", entitlements.calendar, name="deadlines"),
    path("near/", entitlements.near, name="near"),
    path("matters/", matters.all_matters, name="my_matters"),
    path("matters/start/<slug:procedure>/", matters.start, name="start_matter"),
    path("matters/papers/<int:number>/", matters.paper, name="my_paper"),
    path("matters/<slug:case>/", matters.matter, name="my_matter"),
    path("facts/", facts.facts, name="my_facts"),
    path("facts/<slug:register>/", facts.register, name="my_register"),
    path("facts/<slug:register>/<str:fact>/", facts.fact, name="my_fact"),
    path("facts/<slug:register>/<str:fact>/papers/<int:number>/", facts.paper, name="my_fact_paper"),
    path("facts/<slug:register>/<str:fact>/correct/<slug:step>/", corrections.step, name="correct"),
    path("exchange/", exchange.my_exchange, name="my_exchange"),
    path("chain/", chain.my_chain, name="my_chain"),
    path("add/", additions.choose, name="add_where"),
    path("add/<slug:register>/<slug:step>/", additions.step, name="add_fact"),
    path("corrections/", corrections.requests, name="my_corrections"),
    path("corrections/<int:number>/", corrections.receipt, name="my_correction"),
    path("corrections/<int:number>/withdraw/", corrections.withdraw, name="withdraw_correction"),
]
