"""The Django app of tenants, connections, integrations and their records."""

from __future__ import annotations

from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    """Named so that migrations and permissions read ``integrations.…``."""

    name = "integrations"
    verbose_name = "Console"
    default_auto_field = "django.db.models.BigAutoField"
