"""The mapping table as a CSV file, out and in; a file with one fault decides nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from integrations import csv_files, mapping, mapping_targets, registry, wake
from integrations.csv_files import FileFaultError, Line
from integrations.flow import MappingKind
from integrations.mapping import MappingError
from integrations.mapping_targets import OPEN_PLACE, SEPARATOR
from integrations.models import Integration
from integrations.models import Mapping as MappingRow

NEEDED = ("kind", "source", "target")
OPTIONAL = ("state", "version", "why")
COLUMNS = (*NEEDED, *OPTIONAL)
"""``state`` and ``version`` may be left out; ``why`` is told and not read."""
FAULTS_COUNT = 20
"""So many faults are told at once."""


@dataclass(slots=True)
class Taken:
    """What a file came to."""

    confirmed_count: int = 0
    ignored_count: int = 0
    unchanged_count: int = 0
    open_count: int = 0
    due_count: int = 0
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"Confirmed: {self.confirmed_count}. Not carried: {self.ignored_count}. As before: "
            f"{self.unchanged_count}. Left open: {self.open_count}. "
            f"Records that go on by it: {self.due_count}."
        )


def write(integration: Integration, rows: Iterable[MappingRow]) -> str:
    """The file of these rows of one integration."""
    kinds = {kind.kind: kind for kind in registry.flow(integration.flow).mapping_kinds}

    def cells(row: MappingRow) -> tuple[str, ...]:
        target = mapping_targets.shown(kinds[row.kind], row.target)
        return row.kind, _shown_key(row), target, row.state, str(row.version), row.ground

    return csv_files.write(COLUMNS, (cells(row) for row in rows if row.kind in kinds))


def take_in(integration: Integration, content: bytes, by: AbstractBaseUser) -> Taken:
    """Decide what the file says: all of it, or nothing.

    Raises:
        FileFaultError: names line and column of each fault.
    """
    with transaction.atomic():
        taken = _Reading(integration, by).take(csv_files.read(content, NEEDED, OPTIONAL))
        if taken.faults:
            raise FileFaultError(taken.faults[:FAULTS_COUNT])
    if taken.due_count:
        wake.drain(integration.target_id)
    return taken


class _Reading:
    """One file on its way in."""

    def __init__(self, integration: Integration, by: AbstractBaseUser) -> None:
        self._integration = integration
        self._by = by
        kinds = registry.flow(integration.flow).mapping_kinds
        self._kinds = {kind.kind: kind for kind in kinds}
        self._rows: dict[tuple[str, str], MappingRow] = {}
        for row in integration.mappings.select_related("integration__target"):
            self._rows[row.kind, _shown_key(row)] = row
        self._read: dict[int, int] = {}
        """In which line each row stands."""
        self._taken = Taken()

    def take(self, lines: Iterable[Line]) -> Taken:
        faults: list[tuple[int, str]] = []
        # Masks first: what another row says may be what fills one of them.
        for line in sorted(lines, key=lambda one: OPEN_PLACE not in one.cells["target"]):
            fault = self._decide(line)
            if fault:
                faults.append((line.number, fault))
        self._taken.faults = [fault for _, fault in sorted(faults)]
        return self._taken

    def _decide(self, line: Line) -> str:
        """Decide one row; answers what is wrong."""
        kind = self._kinds.get(line.cells["kind"].strip())
        if kind is None:
            there_are = ", ".join(sorted(self._kinds))
            return line.fault("kind", f"{line.cells['kind']!r} is none. There are: {there_are}.")
        try:
            row = self._row(kind, line.cells["source"])
        except MappingError as error:
            return line.fault("source", error.summary)
        before = self._read.setdefault(row.pk, line.number)
        if before != line.number:
            return line.fault("source", f"It stands in line {before} already.")
        typed = line.cells.get("version", "").strip()
        if typed and not typed.isdecimal():
            return line.fault("version", f"{typed!r} is no number; leave it as it was written.")
        version = int(typed) if typed else row.version
        try:
            return self._store(line, kind, row, version)
        except MappingError as error:
            return line.fault("target" if version == row.version else "version", error.summary)

    def _row(self, kind: MappingKind, source: str) -> MappingRow:
        """The row that the cell names.

        Raises:
            MappingError: there is none, and none can be opened.
        """
        for text in (source, source.strip()):
            if (found := self._rows.get((kind.kind, text))) is not None:
                return found
        key = [part.strip() for part in source.split(SEPARATOR)]
        return mapping.row_for(self._integration, kind.kind, key)

    def _store(self, line: Line, kind: MappingKind, row: MappingRow, version: int) -> str:
        """Store what the line says of its row; answers what is wrong.

        Raises:
            MappingError: the target is none, or the row has changed since the file was written.
        """
        text = line.cells["target"].strip()
        state = line.cells.get("state", "").strip()
        if state and state not in MappingRow.State:
            return line.fault("state", f"{state!r} is none. There are: {_states()}.")
        if state == MappingRow.State.IGNORED and text:
            return line.fault("target", "It is ignored and has a target: leave one of both empty.")
        if state == MappingRow.State.IGNORED:
            return self._ignore(row, version)
        if not text:
            self._taken.open_count += 1
            return ""
        target = mapping_targets.parsed(kind, text)
        if target is None:
            needed = SEPARATOR.join(kind.parts)
            return line.fault("target", f"It needs exactly {needed}, {text!r} stands there.")
        if row.state == MappingRow.State.CONFIRMED and row.target == target:
            self._taken.unchanged_count += 1
            return ""
        self._taken.due_count += mapping.confirm(row, target, self._by, version)
        self._taken.confirmed_count += 1
        return ""

    def _ignore(self, row: MappingRow, version: int) -> str:
        if row.state == MappingRow.State.IGNORED:
            self._taken.unchanged_count += 1
            return ""
        self._taken.due_count += mapping.ignore(row, self._by, version)
        self._taken.ignored_count += 1
        return ""


def _shown_key(row: MappingRow) -> str:
    return SEPARATOR.join(mapping.key_parts(row.source_key))


def _states() -> str:
    return ", ".join(MappingRow.State.values)
