"""Opens the append-only trail for one purpose, until the transaction ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from audit.models import Opening


@contextmanager
def opened(purpose: Opening.Purpose) -> Iterator[None]:
    """One transaction in which the triggers on bodies allow ``purpose`` and nothing more."""
    with transaction.atomic():
        row = Opening.objects.create(purpose=purpose)
        yield
        row.delete()
