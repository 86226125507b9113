"""Decides mappings for a person and wakes the workers for what waited for them."""

from __future__ import annotations

from collections.abc import Callable
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
    suggested = rows.filter(state=MappingRow.State.SUGGESTED)
    return _decide(suggested, lambda row: mapping.confirm(row, row.target, by))


def ignore(rows: QuerySet[MappingRow], by: AbstractBaseUser) -> Confirmed:
    """Say of those of ``rows`` that are not ignored yet that their values are not carried."""
    carried = rows.exclude(state=MappingRow.State.IGNORED)
    return _decide(carried, lambda row: mapping.ignore(row, by))


def _decide(rows: QuerySet[MappingRow], decide: Callable[[MappingRow], int]) -> Confirmed:
    count = due_count = 0
    refusals: list[str] = []
    targets: set[int] = set()
    for row in rows.select_related("integration__target"):
        try:
            due_count += decide(row)
        except MappingError as error:
            refusals.append(error.summary)
            continue
        count += 1
        targets.add(row.integration.target_id)
    for target_id in sorted(targets):
        wake.drain(target_id)
    return Confirmed(count, due_count, tuple(refusals))
