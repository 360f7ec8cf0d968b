"""The site as a WSGI application. The instance's own city is read before the first request."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innocity.web.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from innocity.web import finder  # noqa: E402  (apps must be ready)

finder.catalogue(settings.INNOCITY_CITY)
