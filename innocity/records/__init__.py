"""What a city knows: parties, facts, documents, runs, accounts and the audit log. The only Django models.

Importing this package makes Django ready with the settings named by DJANGO_SETTINGS_MODULE (default: the site's),
so that commands and actions need no ceremony. Pages and actions read through `innocity.records.queries` alone.
"""

from __future__ import annotations

import os

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innocity.web.settings")
if not (apps.ready or apps.app_configs or apps.loading):  # Django itself may be what imports this package
    django.setup()
