"""The web process: ``gunicorn config.wsgi``."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from config.embedded import start_or_exit
from config.starting import refuse_bad_start

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
if settings.EMBEDDED_REDIS is not None:
    start_or_exit(settings.EMBEDDED_REDIS)
refuse_bad_start()
