"""The Celery app: messages only wake workers, whatever must not be lost is a row."""

from __future__ import annotations

import os
from collections.abc import Mapping

import kombu
from celery import Celery, bootsteps
from django.conf import settings
from kombu.exceptions import OperationalError

from config.embedded import EmbeddedRedisError, start_or_exit
from config.starting import refuse_bad_start
from config.variables import BadEnvironmentError

PUBLISH_SECONDS = 0.2
"""Whoever publishes waits this long for Redis and no longer: the sweep finds what was not told.

A stopped Redis accepts connections and never answers; a web request would hang for ever. Consumers
are not bound by it: they wait for work.
"""
PUBLISHING = {
    "socket_timeout": PUBLISH_SECONDS,
    "socket_connect_timeout": PUBLISH_SECONDS,
    "max_retries": 0,
}

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class App(Celery):
    """Celery whose embedded Redis runs before it is spoken to, and whose publishers never hang."""

    def connection_for_read(self, url: str | None = None, **kwargs: object) -> kombu.Connection:
        if settings.EMBEDDED_REDIS is not None:
            start_or_exit(settings.EMBEDDED_REDIS)
        return super().connection_for_read(url, **kwargs)

    def connection_for_write(
        self,
        url: str | None = None,
        *,
        transport_options: Mapping[str, object] | None = None,
        **kwargs: object,
    ) -> kombu.Connection:
        try:
            if settings.EMBEDDED_REDIS is not None:
                settings.EMBEDDED_REDIS.start(PUBLISH_SECONDS)
        except (BadEnvironmentError, EmbeddedRedisError) as error:
            raise OperationalError(str(error)) from error
        options = {**(transport_options or {}), **PUBLISHING}
        return super().connection_for_write(url, transport_options=options, **kwargs)


class KeysProven(bootsteps.Step):
    """The first thing of a worker: with wrong keys it would seal what nobody can open."""

    def __init__(self, parent: object, **kwargs: object) -> None:
        refuse_bad_start()
        super().__init__(parent, **kwargs)


app = App("ml_connector")
app.steps["worker"].add(KeysProven)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
