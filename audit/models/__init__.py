"""The trail's rows; ids and names as they were, no foreign key out of audit."""

from __future__ import annotations

from audit.models.actions import Action
from audit.models.entries import Body, Entry
from audit.models.opening import Opening
from audit.models.runs import SyncRun

__all__ = ["Action", "Body", "Entry", "Opening", "SyncRun"]
