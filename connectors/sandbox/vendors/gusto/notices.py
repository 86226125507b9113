"""Events: kept for the feed, signed and sent to every subscription of an app that may hear them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from connectors.sandbox.deliveries import Delivery
from connectors.sandbox.standin import StandIn
from connectors.sandbox.vendors.gusto.company import Row, new_uuid
from connectors.sandbox.vendors.gusto.environment import Environment, Event, Subscription

RETRIES = 16
RETRY_DELAYS_SECONDS = tuple(4.0 * 2**number for number in range(RETRIES))
"""Doubling from four seconds: three days in all."""
LIMIT_SECONDS = {"10 s": 10.0, "1 s": 1.0}
SOFT_LIMIT_SECONDS = 30.0
ALWAYS_SENT = ("company.provisioned",)
ODD_VALUE = "Żółta Łódź"


@dataclass(frozen=True, slots=True)
class Notices:
    """The events of one environment."""

    standin: StandIn
    environment: Environment

    def tell(
        self,
        event_type: str,
        company_uuid: str,
        entity_type: str,
        entity_uuid: str,
        *,
        at: datetime | None = None,
    ) -> Event | None:
        """Something happened; at ``at`` it is history already, which nobody is sent."""
        is_demo = self.environment.is_demo and not self.standin.is_soft("25")
        if event_type == "payroll.paid" and is_demo:
            return None
        now = self.standin.world.now(self.standin.slug)
        happened_at = at or now
        dice = self.standin.world.random(self.standin.slug)
        row: Row = {
            "uuid": new_uuid(dice),
            "event_type": event_type,
            "resource_type": "Company",
            "resource_uuid": company_uuid,
            "entity_type": entity_type,
            "entity_uuid": entity_uuid,
            "timestamp": int(happened_at.timestamp()),
        }
        event = Event(row, happened_at, self._listeners(company_uuid))
        self.environment.events.append(event)
        if at is None:
            self.send(event)
        return event

    def _listeners(self, company_uuid: str) -> frozenset[str]:
        """The apps that this company has let in; of a company nobody knows, all of them."""
        if company_uuid not in self.environment.companies:
            return frozenset(self.environment.apps)
        grants = self.environment.grants.values()
        return frozenset(grant.client_id for grant in grants if grant.company_uuid == company_uuid)

    def send(self, event: Event) -> None:
        """Post an event to the subscriptions that are verified for its kind."""
        for subscription in list(self.environment.subscriptions.values()):
            is_theirs = subscription.client_id in event.apps
            is_wanted = (
                event.row["entity_type"] in subscription.types
                or event.row["event_type"] in ALWAYS_SENT
            )
            if is_theirs and is_wanted and self._is_open(subscription):
                event.was_sent = True
                self.standin.world.send(self._delivery(subscription, event.row))

    def _is_open(self, subscription: Subscription) -> bool:
        if subscription.status == "pending" and self.standin.is_soft("20d"):
            return True
        return subscription.status == "verified"

    def _delivery(self, subscription: Subscription, row: Row) -> Delivery:
        body = spelled(row, is_odd=self._is_odd())
        delays = RETRY_DELAYS_SECONDS
        if self.standin.is_soft("23a"):
            delays = delays[:1] * RETRIES
        limit_seconds = LIMIT_SECONDS[self.standin.switch("response_limit")]
        signature_header = self.standin.switch("signature_header")

        def note(attempt: int, status: int | None) -> None:
            is_heard = status is not None and 200 <= status < 300
            self.environment.was_heard = is_heard
            self.environment.checked_at = self.standin.world.now(self.standin.slug)
            if not is_heard and attempt > len(delays) and not self.standin.is_soft("23c"):
                subscription.status = "unreachable"

        return Delivery(
            slug=self.standin.slug,
            url=subscription.url,
            body=body,
            headers={
                "Content-Type": "application/json",
                signature_header: self._sign(subscription, body),
            },
            retry_delays_seconds=delays,
            stop_on_4xx=False,
            on_result=note,
            timeout_seconds=SOFT_LIMIT_SECONDS if self.standin.is_soft("23b") else limit_seconds,
        )

    def _is_odd(self) -> bool:
        return self.standin.switch("event_bytes") == "odd" and not self.standin.is_soft("21b")

    def _sign(self, subscription: Subscription, body: bytes) -> str:
        signed = json.dumps(json.loads(body)).encode() if self.standin.is_soft("21a") else body
        digest = hmac.new(subscription.token.encode(), signed, hashlib.sha256).digest()
        if self.standin.switch("signature") == "base64":
            return base64.b64encode(digest).decode()
        return digest.hex()

    def hand_over(self, subscription: Subscription, token: str) -> None:
        """Post a verification token to the subscription's address."""
        told: Row = {"verification_token": token}
        if self.standin.switch("handshake_body") == "with uuid":
            told["webhook_subscription_uuid"] = subscription.uuid
        self.standin.world.send(
            Delivery(
                slug=self.standin.slug,
                url=subscription.url,
                body=json.dumps(told, separators=(",", ":")).encode(),
                headers={"Content-Type": "application/json"},
            )
        )


def spelled(row: Row, *, is_odd: bool) -> bytes:
    """The event's bytes; odd ones have other blanks, another order and letters beyond ASCII."""
    if not is_odd:
        return json.dumps(row, separators=(",", ":")).encode()
    turned: Row = {"references": {"label": ODD_VALUE}}
    turned.update(reversed(row.items()))
    return json.dumps(turned, indent=1, ensure_ascii=False).encode()


def matches(pattern: str, event_type: str) -> bool:
    """``payroll.*``, ``*.created`` or the exact type."""
    asked, given = pattern.split("."), event_type.split(".")
    return len(asked) == len(given) and all(
        part in ("*", other) for part, other in zip(asked, given, strict=True)
    )


def in_order(events: Iterable[Event]) -> list[Event]:
    """By the second in which they happened."""
    return sorted(events, key=lambda event: int(event.row["timestamp"]))
