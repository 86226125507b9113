"""What web and workers make sure of before they begin: that they hold the right keys."""

from __future__ import annotations

import sys

from django.core.checks import run_checks
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.utils import OperationalError

from config.variables import CANNOT_BOOT

START_TAG = "ml_connector_start"
"""The system checks without which no process may begin."""


def refuse_bad_start() -> None:
    """End with a line for each thing that is wrong; without a traceback."""
    try:
        found = run_checks(tags=[START_TAG], databases=[DEFAULT_DB_ALIAS])
    except OperationalError as error:
        print(f"The database does not answer: {str(error).strip()}", file=sys.stderr)
        raise SystemExit(CANNOT_BOOT) from None
    finally:
        # Processes are forked from here; none may share it.
        connection.close()
    if found:
        for message in found:
            print(f"{message.id} {message.msg} {message.hint}", file=sys.stderr)
        raise SystemExit(CANNOT_BOOT)
