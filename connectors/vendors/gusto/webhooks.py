"""How Gusto signs its notices and what they tell: which record of which company to read afresh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from connectors.notices import json_object, not_documented
from connectors.vendor import Delivery, Notice, Webhooks
from connectors.vendors.gusto.company import SLUG
from connectors.vendors.gusto.subscribing import SUBSCRIBING

SIGNATURE_HEADER: Final = "x-gusto-signature"
KINDS: Final[Mapping[str, str]] = MappingProxyType({"Employee": "employee", "Payroll": "payroll"})
"""What legs listen to, by Gusto's name of the entity."""
_LONGEST_TOKEN: Final = 200


def signed(delivery: Delivery) -> Sequence[bytes]:
    """The raw body and nothing else.

    Source: docs.gusto.com, app integrations, "Webhooks": HMAC-SHA256 keyed with the subscription's
    verification token. That it is written in hex is seen, not documented; base64 passes too.
    """
    return (delivery.body,)


def parse_notices(delivery: Delivery) -> Sequence[Notice]:
    """What a delivery names; nothing where it tells of something else.

    One subscription serves all companies of the app, so each notice says whose it is.

    Raises:
        ContractError: a proved delivery that is not as documented.
    """
    body = json_object(delivery, SLUG)
    event_id, company_id = _text(body, "uuid"), _text(body, "resource_uuid")
    kind = KINDS.get(str(body.get("entity_type")), "")
    if not kind:
        return ()
    entity_id = _text(body, "entity_uuid")
    return (Notice(kind, entity_id, event_id=event_id, account_id=company_id),)


def event_of(delivery: Delivery) -> str:
    """Gusto's word for what a delivery tells of.

    Raises:
        ContractError: a proved delivery that is no object.
    """
    kind = json_object(delivery, SLUG).get("event_type")
    return kind if isinstance(kind, str) else ""


def posted_secret(delivery: Delivery) -> str:
    """The verification token that Gusto posts to prove an address; empty for anything else.

    Raises:
        ContractError: a body that is no object.
    """
    token = json_object(delivery, SLUG).get("verification_token")
    is_token = isinstance(token, str) and 0 < len(token) <= _LONGEST_TOKEN
    return token if is_token and isinstance(token, str) else ""


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise not_documented(SLUG, f"it has no {name}")
    return value


WEBHOOKS: Final = Webhooks(
    header=SIGNATURE_HEADER,
    signed=signed,
    parse=parse_notices,
    encoding="hex",
    other_encodings=("base64",),
    event=event_of,
    posted_secret=posted_secret,
    subscribing=SUBSCRIBING,
)
