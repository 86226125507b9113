"""The Django app of the trail."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Named so that migrations and permissions read ``audit.…``."""

    name = "audit"
    verbose_name = "Trail"
    default_auto_field = "django.db.models.BigAutoField"
