"""The site as a WSGI application. The instance's own city is read before the first request."""

from __future__ import annotations

import contextlib
import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innocity.web.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from innocity.web import finder  # noqa: E402  (apps must be ready)

finder.catalogue(settings.INNOCITY_CITY)


def warm() -> None:
    """Work out beforehand what the first readers would wait for; what fails here fails again where it is shown."""
    from innocity.web import cities, entitled

    with contextlib.suppress(Exception):
        cities.state_of(settings.INNOCITY_CITY)
        entitled.warm(settings.INNOCITY_CITY)


threading.Thread(target=warm, name="warm", daemon=True).start()
