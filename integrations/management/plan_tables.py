"""Previews as tables at the command line; what is private is masked there for everybody."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from integrations.engine import sheets
from integrations.engine.preview import Line
from integrations.flow import Leg, Sheet


def plan_tables(leg: Leg, lines: Sequence[Line]) -> Iterator[RenderableType]:
    """The lines, then each money document that they would make."""
    yield _lines(leg, lines)
    for line in lines:
        for sheet in line.sheets:
            yield _sheet(line, sheet)


def _lines(leg: Leg, lines: Sequence[Line]) -> Table:
    table = Table("record", "outcome", "change", title=f"{leg.title}: {len(lines)} seen")
    for line in lines:
        # A sheet tells of the amounts better than one line for each of them.
        told = [one for one in line.differences if not (line.sheets and one.is_private)]
        changes = [f"{one.field}: {' → '.join(one.shown)}" for one in told]
        text = Text("\n".join([*changes, *line.sentences]))
        table.add_row(Text(f"{line.title} ({line.source_id})"), str(line.outcome), text)
    return table


def _sheet(line: Line, sheet: Sheet) -> Group:
    table = Table(
        "account",
        "subaccount",
        "text",
        title=Text(f"{sheet.title}: {line.title} ({line.source_id})"),
        show_footer=True,
    )
    table.columns[0].footer = "total"
    for side in ("debit", "credit"):
        table.add_column(side, justify="right", footer=Text(sheets.MASK))
    for one in sheet.lines:
        cells = (one.account, one.subaccount, one.text)
        amounts = (sheets.mask_of(one.debit), sheets.mask_of(one.credit))
        table.add_row(*(Text(cell) for cell in (*cells, *amounts)))
    facts = [f"{label}: {value}" for label, value in sheet.facts]
    checks = [f"checked: {check}" for check in sheet.checks]
    return Group(table, Text("\n".join([*facts, *checks])))
