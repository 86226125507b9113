"""Django's command line."""

from __future__ import annotations

import os
import sys

import django
from django.conf import settings
from django.core.management import execute_from_command_line, get_commands

from config.embedded import start_or_exit

OURS = ("audit", "config", "integrations")
ALONE = ("doctor", "guard_trail", "rotate_keys", "sandbox")
"""Commands of ours that speak with no vendor, or say themselves that there is no Redis."""


def works_with_redis(command: str) -> bool:
    """Most of our own commands speak with vendors, whose budgets are in Redis."""
    return get_commands().get(command) in OURS and command not in ALONE


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if settings.EMBEDDED_REDIS is not None and works_with_redis("".join(sys.argv[1:2])):
        start_or_exit(settings.EMBEDDED_REDIS)
    execute_from_command_line(sys.argv)
