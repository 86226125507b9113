"""The Django app of the wiring: brings Celery and the system checks into every process."""

from __future__ import annotations

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Has no models."""

    name = "config"

    def ready(self) -> None:
        """Make ours the Celery app of every process, so that tasks know their broker."""
        from config import celery, checks

        checks.register_checks()
        celery.app.set_default()
