"""Encrypts every sealed row anew with the first of FERNET_KEYS, so that an old key may go.

Each row is replaced by compare-and-set on what was read, a grant on its generation too: a pair
that a refresh stores meanwhile is sealed with the first key already and wins. The generation is
left as it is, or that refresh would lose its race to us and the new pair with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import BinaryField, ExpressionWrapper, F, Model

from audit.models import Body, Opening
from audit.opening import opened as opened_trail
from audit.sealed_text import (
    Ciphertext,
    SealedTextField,
    is_sealed_with_first,
    key_ids,
    key_of,
    sealed_anew,
)

BATCH_COUNT = 500
Report = Callable[[str, int], None]


@dataclass(slots=True)
class Tally:
    """What was found, and what was done about it."""

    rows_by_key: Counter[str] = field(default_factory=Counter)
    """After the run, by key id."""
    rotated_count: int = 0
    unreadable: list[str] = field(default_factory=list)
    """Rows that no key of ours opens."""
    overtaken_count: int = 0
    """Rows that somebody else replaced in the same moment; they have the first key."""

    def needed_keys(self) -> list[str]:
        """The ids of old keys that some row still needs."""
        return [one for one in key_ids()[1:] if self.rows_by_key[one]]


@dataclass(frozen=True, slots=True)
class Column:
    """One encrypted column."""

    model: type[Model]
    name: str

    @property
    def title(self) -> str:
        """Like ``integrations.grant.sealed``."""
        return f"{self.model._meta.label_lower}.{self.name}"

    @property
    def has_generation(self) -> bool:
        """Whether its rows count how often their secrets were replaced."""
        return any(one.name == "generation" for one in self.model._meta.concrete_fields)

    def opening(self) -> AbstractContextManager[None]:
        """One transaction for a batch; a body's triggers are opened for new keys alone."""
        if self.model is Body:
            return opened_trail(Opening.Purpose.KEYS)
        return transaction.atomic()

    def row_count(self) -> int:
        """How many rows hold something."""
        return int(self._raw().count())

    def batches(self, row_count: int = BATCH_COUNT) -> Iterator[list[tuple[int, bytes, int]]]:
        """Primary key, ciphertext and generation, in the order of the primary key."""
        last = 0
        generation = "generation" if self.has_generation else "pk"
        while True:
            rows = self._raw().filter(pk__gt=last).order_by("pk")
            batch = list(rows.values_list("pk", "raw", generation)[:row_count])
            if not batch:
                return
            yield [(pk, bytes(raw), number) for pk, raw, number in batch]
            last = batch[-1][0]

    def replace(self, pk: int, stored: bytes, generation: int) -> bool:
        """Put the new ciphertext in, unless the row was replaced meanwhile."""
        rows = self._raw().filter(pk=pk, raw=stored)
        if self.has_generation:
            rows = rows.filter(generation=generation)
        return bool(rows.update(**{self.name: Ciphertext(sealed_anew(stored))}))

    def _raw(self) -> Any:
        raw = ExpressionWrapper(F(self.name), output_field=BinaryField())
        rows = self.model._default_manager.annotate(raw=raw)
        return rows.filter(raw__isnull=False).exclude(raw=b"")


def columns() -> list[Column]:
    """Every encrypted column of the product."""
    return [
        Column(model, one.name)
        for model in apps.get_models()
        for one in model._meta.concrete_fields
        if isinstance(one, SealedTextField)
    ]


def rotate(report: Report, *, is_dry: bool, batch_count: int = BATCH_COUNT) -> Tally:
    """Go over all rows in batches; what was done stays done, so a new start goes on from there.

    ``report`` is told after each batch which column was worked and how many of its rows.
    """
    tally = Tally()
    for column in columns():
        for batch in column.batches(batch_count):
            with nullcontext() if is_dry else column.opening():
                for pk, stored, generation in batch:
                    _rotate_row(tally, column, (pk, stored, generation), is_dry=is_dry)
            report(column.title, len(batch))
    return tally


def _rotate_row(tally: Tally, column: Column, row: tuple[int, bytes, int], *, is_dry: bool) -> None:
    pk, stored, generation = row
    first = key_ids()[0]
    if is_sealed_with_first(stored):
        tally.rows_by_key[first] += 1
        return
    key = key_of(stored)
    if not key:
        tally.unreadable.append(f"{column.title} {pk}")
        return
    if is_dry:
        tally.rows_by_key[key] += 1
        return
    if column.replace(pk, stored, generation):
        tally.rotated_count += 1
    else:
        tally.overtaken_count += 1
    tally.rows_by_key[first] += 1
