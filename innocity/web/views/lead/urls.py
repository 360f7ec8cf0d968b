"""Addresses of lead pages, below `/<city>/lead/`, and what the menu shows of them."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from innocity.web.views.lead import changes, cockpit, indices, money, sheet, units

#: (address, name, the addresses that count as the same place)
PLACES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = (
    ("cockpit", _("驾驶舱"), ("cockpit",)),
    ("units", _("单位"), ("units", "unit_score")),
    ("money", _("资金去向"), ("money",)),
    ("changes", _("变化"), ("changes",)),
    ("indices", _("综合评价"), ("indices",)),
    ("sheet", _("呈阅件"), ("sheet",)),
)
urlpatterns: list[URLPattern] = [
    path("", cockpit.cockpit, name="cockpit"),
    path("units/", units.units, name="units"),
    path("units/<slug:unit>/", units.unit_score, name="unit_score"),
    path("money/", money.money, name="money"),
    path("money.csv", money.money_file, name="money_file"),
    path("changes/", changes.changes, name="changes"),
    path("indices/", indices.indices, name="indices"),
    path("sheet/", sheet.sheet, name="sheet"),
    path("sheet.<str:ending>", sheet.sheet_file, name="sheet_file"),
]
