"""How BambooHR signs its notices and what they tell: whom to read afresh, never what is so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl

from connectors.notices import json_object, not_documented
from connectors.vendor import Delivery, Notice, Webhooks
from connectors.vendors.bamboohr.client import SLUG
from connectors.vendors.bamboohr.subscribing import EVENTS, SUBSCRIBING

SIGNATURE_HEADER: Final = "x-bamboohr-signature"
TIMESTAMP_HEADER: Final = "x-bamboohr-timestamp"
EMPLOYEE: Final = "employee"

_FORM_ID: Final = re.compile(r"data\[employeeId\]|employees\[[0-9]{1,6}\]\[id\]", re.ASCII)


def signed(delivery: Delivery) -> Sequence[bytes]:
    """The raw body with the time behind it, without a separator; nothing without a time.

    Reference: https://documentation.bamboohr.com/docs/webhooks; some public guides have it the
    other way round, captured deliveries do not.
    """
    timestamp = delivery.headers.get(TIMESTAMP_HEADER, "")
    return (delivery.body + timestamp.encode(),) if timestamp else ()


def signed_at(delivery: Delivery) -> datetime | None:
    """When BambooHR signed it: Unix seconds, covered by the signature."""
    text = delivery.headers.get(TIMESTAMP_HEADER, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 11):
        return None
    return datetime.fromtimestamp(int(text), UTC)


def parse_notices(delivery: Delivery) -> Sequence[Notice]:
    """Whom a delivery names, each once; nobody where it tells of something else.

    BambooHR numbers no delivery: a repeat only asks for one more look.

    Raises:
        ContractError: a proved delivery that is neither of the documented forms.
    """
    ids = _form_ids(delivery) if _is_form(delivery) else _json_ids(delivery)
    return tuple(Notice(EMPLOYEE, person_id) for person_id in dict.fromkeys(ids))


def event_of(delivery: Delivery) -> str:
    """BambooHR's word for what a delivery tells of; empty where it has none.

    Raises:
        ContractError: a proved delivery that is neither of the documented forms.
    """
    if _is_form(delivery):
        return next((value for name, value in _fields(delivery) if name == "type"), "")
    kind = json_object(delivery, SLUG).get("type")
    return kind if isinstance(kind, str) else ""


def _is_form(delivery: Delivery) -> bool:
    return "form" in delivery.headers.get("content-type", "")


def _fields(delivery: Delivery) -> Sequence[tuple[str, str]]:
    return parse_qsl(delivery.body.decode("utf-8", "replace"), keep_blank_values=True)


def _form_ids(delivery: Delivery) -> Iterator[str]:
    event = event_of(delivery)
    if event and event not in EVENTS:
        return
    yield from (value for name, value in _fields(delivery) if _FORM_ID.fullmatch(name) and value)


def _json_ids(delivery: Delivery) -> Iterator[str]:
    match json_object(delivery, SLUG):
        case {"type": str(kind), "data": {"employeeId": str(person_id)}}:
            if kind in EVENTS:
                yield person_id
        case {"type": str(kind)} if kind not in EVENTS:
            return
        case {"employees": list(employees)}:
            # The older, field-based form: several people in one delivery.
            yield from (_old_id(employee) for employee in employees)
        case _:
            raise not_documented(SLUG, "it names no employee")


def _old_id(employee: object) -> str:
    match employee:
        case {"id": str(person_id)} | {"id": int(person_id)}:
            return str(person_id)
    raise not_documented(SLUG, "it lists an employee without an id")


WEBHOOKS: Final = Webhooks(
    header=SIGNATURE_HEADER,
    signed=signed,
    parse=parse_notices,
    signed_at=signed_at,
    event=event_of,
    subscribing=SUBSCRIBING,
)
