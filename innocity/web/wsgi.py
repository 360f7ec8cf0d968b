"""The site as a WSGI application. The instance's own city is read before the first request."""

from __future__ import annotations

import atexit
import contextlib
import gc
import os
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innocity.web.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()
# So that the first request, which may be a health check that waits for seconds only, does not have to import views.
len(get_resolver().url_patterns)

from innocity.web import finder  # noqa: E402  (apps must be ready)

finder.catalogue(settings.INNOCITY_CITY)


def warm() -> None:
    """Work out beforehand what the first readers would wait for; what fails here fails again where it is shown."""
    from innocity.web import cities, entitled

    with contextlib.suppress(Exception):
        cities.state_of(settings.INNOCITY_CITY)
        entitled.warm(settings.INNOCITY_CITY)
    gc.collect()
    atexit.register(gc.unfreeze)  # libraries complain of what is still there when the process ends
    gc.freeze()  # packs and plans stay: a sweep that looks through them all stops the process for a fifth of a second


threading.Thread(target=warm, name="warm", daemon=True).start()
