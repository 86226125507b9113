"""The one closed list of what can become of a record in a run."""

from __future__ import annotations

from django.db import models


class Outcome(models.TextChoices):
    """For entries, runs and metrics alike."""

    CREATED = "created"
    UPDATED = "updated"
    DEACTIVATED = "deactivated"
    REACTIVATED = "reactivated"
    LINKED = "linked"
    POSTED = "posted"
    REVERSED = "reversed"
    NOTED = "noted"
    UNCHANGED = "unchanged"
    FILTERED = "filtered"
    WAITING = "waiting"
    HELD = "held"
    FAILED = "failed"
    IGNORED = "ignored"


WRITTEN = (
    Outcome.CREATED,
    Outcome.UPDATED,
    Outcome.DEACTIVATED,
    Outcome.REACTIVATED,
    Outcome.POSTED,
    Outcome.REVERSED,
    Outcome.NOTED,
)
"""Outcomes that changed something at the target."""
