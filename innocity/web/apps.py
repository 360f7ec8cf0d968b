"""The Django app `web`."""

from __future__ import annotations

import logging
from importlib import import_module

from django.apps import AppConfig
from django.conf import settings

from innocity.web import connections
from innocity.web.messages import compile_all

log = logging.getLogger(__name__)


class WebConfig(AppConfig):
    """Pages, and the English words of the interface."""

    name = "innocity.web"
    label = "web"
    verbose_name = "网站"

    def ready(self) -> None:
        """Compile the catalogues of words; without them the site still speaks Chinese. Watch the database's file."""
        connections.watch()
        import_module("innocity.web.checks")  # Django asks them at `check`
        try:
            compile_all(settings.MESSAGES, settings.COMPILED_MESSAGES)
        except OSError as error:
            log.warning("The words of other languages could not be compiled: %s", error)
