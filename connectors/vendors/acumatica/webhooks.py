"""How Acumatica's push notifications are known for ours, and whom they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from connectors.notices import json_object, not_documented
from connectors.vendor import Delivery, Notice, Webhooks
from connectors.vendors.acumatica.instance import SLUG

HEADER: Final = "x-ml-connector-key"
"""Acumatica signs nothing: an administrator writes this header and its value beside the address."""

QUERIES: Final[Mapping[str, tuple[str, str]]] = {"MLC-Employees": ("employee", "EmployeeID")}
"""The inquiries that set-up asks for: what legs listen to, and the column that names the record."""


def signed(delivery: Delivery) -> Sequence[bytes]:
    """The header carries the secret itself, so that there is nothing to compute from."""
    return (delivery.body,)


def parse_notices(delivery: Delivery) -> Sequence[Notice]:
    """Whom a notification names, each once; nobody where its inquiry is not one of ours.

    An update lists a record both as deleted and as inserted. The time orders notifications, which
    may overtake each other; one transaction gives all of its inquiries the same id.

    Raises:
        ContractError: it is not as documented.
    """
    body = json_object(delivery, SLUG)
    kind, column = QUERIES.get(_text(body, "Query"), ("", ""))
    if not kind:
        return ()
    rows = [row for part in ("Inserted", "Deleted") for row in _rows(body, part)]
    event_id = f"{_text(body, 'Id')}/{_text(body, 'Query')}"
    ids = dict.fromkeys(_text(row, column).strip() for row in rows)
    return tuple(Notice(kind, key, _version(body), event_id) for key in ids)


def _version(body: Mapping[str, object]) -> str:
    stamp = body.get("TimeStamp")
    return str(stamp) if isinstance(stamp, int) else ""


def _rows(body: Mapping[str, object], part: str) -> Sequence[Mapping[str, object]]:
    rows = body.get(part, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise not_documented(SLUG, f"{part} is no list of rows")
    return rows


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value:
        raise not_documented(SLUG, f"it has no {name}")
    return value


WEBHOOKS: Final = Webhooks(header=HEADER, signed=signed, parse=parse_notices, digest="none")
