"""Reads the body of a proved webhook delivery; what it means is known in the vendors' folders."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import numbers
from connectors.errors import ContractError
from connectors.vendor import Delivery


def json_object(delivery: Delivery, vendor: str) -> Mapping[str, object]:
    """The body as a JSON object.

    Raises:
        ContractError: it is none; says what it is, without quoting it.
    """
    try:
        parsed = numbers.parse(delivery.body)
    except numbers.Unreadable as error:
        flaw = str(error)
    else:
        if isinstance(parsed, Mapping):
            return parsed
        flaw = "it is no object"
    raise not_documented(vendor, flaw)


def not_documented(vendor: str, flaw: str) -> ContractError:
    """The error for a notice that is not as documented; ``flaw`` completes the sentence."""
    return ContractError(f"A notice of {vendor} is not as documented: {flaw}.", vendor=vendor)
