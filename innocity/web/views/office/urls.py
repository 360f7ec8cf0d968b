"""Addresses of office pages, below `/<city>/office/`, and what the menu shows of them."""

from __future__ import annotations

from django.urls import URLPattern
from django.utils.functional import Promise

#: (address, name, the addresses that count as the same place)
PLACES: tuple[tuple[str, str | Promise, tuple[str, ...]], ...] = ()
urlpatterns: list[URLPattern] = []
