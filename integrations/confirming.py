"""Confirms mappings for a person and wakes the workers for what waited for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import QuerySet

from integrations import mapping, wake
from integrations.mapping import MappingError
from integrations.models import Mapping as MappingRow


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What became of several mappings."""

    count: int
    due_count: int
    refusals: tuple[str, ...]


def confirm_suggested(rows: QuerySet[MappingRow], by: AbstractBaseUser) -> Confirmed:
    """Confirm those of ``rows`` that are suggested, each for itself."""
    count = due_count = 0
    refusals: list[str] = []
    targets: set[int] = set()
    suggested = rows.filter(state=MappingRow.State.SUGGESTED)
    for row in suggested.select_related("integration__target"):
        try:
            due_count += mapping.confirm(row, row.target, by)
        except MappingError as error:
            refusals.append(error.summary)
            continue
        count += 1
        targets.add(row.integration.target_id)
    for target_id in sorted(targets):
        wake.drain(target_id)
    return Confirmed(count, due_count, tuple(refusals))
