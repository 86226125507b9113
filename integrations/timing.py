"""Instants that every part of the app agrees on."""

from __future__ import annotations

from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""A lease that ended long ago: nobody holds the row."""
