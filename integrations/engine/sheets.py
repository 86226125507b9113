"""Sheets of a preview as they are kept: their text in clear, their amounts masked and apart."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from connectors.vendor import Privacy
from integrations.flow import Sheet

MASK: Final = f"<{Privacy.PAY}>"
"""Stands where an amount does that not everybody may see."""
Shown = Mapping[str, object]
"""A sheet in the form that previews keep and print."""
Amounts = Sequence[Sequence[str]]
"""Debit and credit of each line of a sheet, as digits; empty where there is none."""


def masked(sheet: Sheet) -> dict[str, object]:
    """All of a sheet but its amounts: of those only on which side they stand."""
    return {
        "title": sheet.title,
        "facts": [list(fact) for fact in sheet.facts],
        "lines": [
            {
                "account": line.account,
                "subaccount": line.subaccount,
                "text": line.text,
                "debit": mask_of(line.debit),
                "credit": mask_of(line.credit),
            }
            for line in sheet.lines
        ],
        "totals": [MASK, MASK],
        "checks": list(sheet.checks),
    }


def mask_of(amount: Decimal) -> str:
    """What everybody sees of an amount: that there is one."""
    return MASK if amount else ""


def private_text(sheets: Mapping[str, Sequence[Sheet]]) -> str:
    """The amounts of all sheets by source id, as one text to encrypt; empty where there are none.

    Sums are kept too: what an approver saw is what stands there, however it is added up later.
    """
    amounts = {
        source_id: [
            [*([_digits(line.debit), _digits(line.credit)] for line in sheet.lines), _totals(sheet)]
            for sheet in of_record
        ]
        for source_id, of_record in sheets.items()
        if of_record
    }
    return json.dumps(amounts) if amounts else ""


def amounts_of(text: str) -> dict[str, Sequence[Amounts]]:
    """The amounts by source id: of each sheet those of its lines, then its totals."""
    found: dict[str, Sequence[Amounts]] = json.loads(text) if text else {}
    return found


def with_amounts(shown: Shown, amounts: Amounts) -> Shown:
    """The sheet with its amounts in the place of the masks, thousands apart."""
    lines = shown["lines"]
    if not isinstance(lines, list):
        raise TypeError("A sheet has a list of lines.")
    *of_lines, totals = amounts
    return {
        **shown,
        "lines": [
            {**line, "debit": _printed(debit), "credit": _printed(credit)}
            for line, (debit, credit) in zip(lines, of_lines, strict=True)
        ],
        "totals": [_printed(total) for total in totals],
    }


def beside_sheets(differences: object) -> list[Mapping[str, str]]:
    """Those of a kept line's differences that a sheet does not show better: all but amounts."""
    if not isinstance(differences, list):
        raise TypeError("A line has a list of differences.")
    return [one for one in differences if MASK not in (one["found"], one["wanted"])]


def _digits(amount: Decimal) -> str:
    return format(amount, "f") if amount else ""


def _printed(digits: str) -> str:
    return f"{Decimal(digits):,f}" if digits else ""


def _totals(sheet: Sheet) -> list[str]:
    return [format(total, "f") for total in sheet.totals]
