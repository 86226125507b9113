"""What the trail keeps of the work on one record: what was read, drawn up, sent and answered."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.models import Body
from audit.trail import BodyText
from connectors.redaction import JSON, redact
from connectors.transport import Exchange
from connectors.vendor import Privacy, SourceRecord
from integrations.engine.fingerprints import plain
from integrations.flow import Difference, Leg


def of_read(leg: Leg, snapshot: SourceRecord, at: datetime) -> BodyText:
    """The record as it was read, by the classes that the leg declares for its fields."""
    value = redact(None if snapshot.is_gone else plain(snapshot.value), leg.reads)
    content = {
        "version": snapshot.version,
        "is_gone": snapshot.is_gone,
        "value": value.shown,
    }
    return BodyText(Body.Kind.READ, content, private=private_text(value.pay, value.health), at=at)


def of_exchange(exchange: Exchange) -> BodyText:
    """One call and its answer."""
    content = {
        "vendor": exchange.vendor,
        "method": exchange.method,
        "url": exchange.url,
        "status": exchange.status,
        "sent": exchange.sent,
        "received": exchange.received,
        "effect": str(exchange.effect),
        "request_id": exchange.request_id,
        "fault": exchange.fault,
    }
    return BodyText(
        Body.Kind.EXCHANGE,
        content,
        operation=exchange.operation,
        private=private_text(exchange.private.pay, exchange.private.health),
        at=exchange.started_at,
    )


def of_private_differences(differences: Sequence[Difference]) -> list[BodyText]:
    """The changed fields that an entry must not name the values of; none where there are none."""
    private = {
        kind: {
            f"/{one.field}": {"found": one.found, "wanted": one.wanted}
            for one in differences
            if one.privacy is kind
        }
        for kind in (Privacy.PAY, Privacy.HEALTH)
    }
    text = private_text(private[Privacy.PAY], private[Privacy.HEALTH])
    if not text:
        return []
    content = {"changes": [one.as_json() for one in differences if one.is_private]}
    return [BodyText(Body.Kind.DRAWN_UP, content, private=text)]


def private_text(pay: Mapping[str, JSON], health: Mapping[str, JSON]) -> str:
    """Pay and health values as one text for the trail to encrypt; empty where there are none."""
    if not pay and not health:
        return ""
    return json.dumps({"pay": dict(pay), "health": dict(health)}, default=str, ensure_ascii=False)
