"""Turns what happened to an employee into signed webhook deliveries."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from connectors.sandbox.deliveries import Delivery
from connectors.sandbox.standin import JSON, StandIn
from connectors.sandbox.vendors.bamboohr.company import Company, Row, Webhook
from connectors.sandbox.vendors.bamboohr.fields import BY_ALIAS, CUSTOM_PREFIX
from connectors.sandbox.vendors.bamboohr.webhooks import second_text

RETRY_MINUTES = {"5-10-20-40-80": (5, 10, 20, 40, 80), "0-5-10-20-40": (0, 5, 10, 20, 40)}
JITTER_SECONDS = 30


@dataclass(slots=True)
class Notices:
    """The webhooks of one company at work."""

    standin: StandIn
    company: Company

    def tell(self, action: str, employee_id: str, changed: list[str]) -> None:
        """Something happened: ``created``, ``updated`` or ``deleted``."""
        for hook in list(self.company.webhooks.values()):
            owner = self.company.users[str(hook.user_id)]
            if owner.status != "enabled" and not self.standin.is_soft("28"):
                continue
            for event in hook.fields["events"]:
                if event in (f"employee.{action}", f"employee_with_fields.{action}"):
                    for group in self._groups(hook, action, changed):
                        self._send(hook, event, employee_id, group)

    def _groups(self, hook: Webhook, action: str, changed: list[str]) -> list[list[str]]:
        """One event for standard fields, one for custom ones; none where nothing is monitored."""
        if action != "updated":
            return [[]]
        hidden = self.company.users[str(hook.user_id)].hidden_fields
        monitored = hook.fields["monitorFields"] or []
        told = [name for name in changed if name in monitored]
        told = [name for name in told if hook.sees_all or name not in hidden]
        if self.standin.is_soft("26b"):
            return [told] if told else []
        custom = [name for name in told if name.startswith(CUSTOM_PREFIX)]
        standard = [name for name in told if name not in custom]
        return [group for group in (standard, custom) if group]

    def _send(self, hook: Webhook, event: str, employee_id: str, changed: list[str]) -> None:
        now = self.standin.world.now(self.standin.slug)
        payload = self._payload(hook, event, employee_id, changed, now)
        if hook.fields["format"] == "json" or self.standin.is_soft("26d"):
            body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
            content_type = "application/json"
        else:
            body = urlencode(flatten(payload)).encode()
            content_type = "application/x-www-form-urlencoded"
        headers = {"Content-Type": content_type, "User-Agent": "BambooHR/1.0"}
        if hook.fields["includeCompanyDomain"]:
            headers["Company-Domain"] = self.company.domain
        log: Row = {
            "webhookId": hook.id,
            "url": hook.fields["url"],
            "lastAttempted": second_text(now),
            "lastSuccess": "Webhook Not Found",
            "statusCode": "0",
            "format": hook.fields["format"],
            "employeeIds": [employee_id],
        }
        first_at = now

        def stamp(attempt_at: datetime) -> Mapping[str, str]:
            is_fresh = self.standin.switch("retry_timestamp") == "fresh"
            at = attempt_at if is_fresh else first_at
            return self._signature(hook, body, str(int(at.timestamp())))

        def note(_attempt: int, status: int | None) -> None:
            tried = second_text(self.standin.world.now(self.standin.slug))
            log["lastAttempted"], log["statusCode"] = tried, str(status or 0)
            if status is not None and 200 <= status < 300:
                log["lastSuccess"] = tried

        hook.last_sent = second_text(now)
        hook.log.append(log)
        self.standin.world.send(
            Delivery(
                slug=self.standin.slug,
                url=hook.fields["url"],
                body=body,
                headers=headers,
                stamp=stamp,
                retry_delays_seconds=self._retry_delays(),
                stop_on_4xx=not self.standin.is_soft("27a"),
                on_result=note,
            )
        )

    def _signature(self, hook: Webhook, body: bytes, timestamp: str) -> Mapping[str, str]:
        signed = body + timestamp.encode()
        if self.standin.is_soft("25"):
            signed = timestamp.encode() + b"." + body
        digest = hmac.new(hook.private_key.encode(), signed, hashlib.sha256).hexdigest()
        return {"X-BambooHR-Timestamp": timestamp, "X-BambooHR-Signature": digest}

    def _retry_delays(self) -> tuple[float, ...]:
        if self.standin.is_soft("27b"):
            return (300.0,) * 5
        schedule = self.standin.switch("retries")
        dice = self.standin.world.random(self.standin.slug)
        jitter = JITTER_SECONDS if schedule.startswith("0") else 0
        return tuple(
            minutes * 60 + (dice.uniform(0, jitter) if jitter else 0)
            for minutes in RETRY_MINUTES[schedule]
        )

    def _payload(
        self, hook: Webhook, event: str, employee_id: str, changed: list[str], now: datetime
    ) -> Row:
        timestamp = now.strftime("%Y-%m-%dT%H:%M:%S")
        style = self.standin.switch("event_timestamp")
        timestamp += "Z" if style == "Z" and not self.standin.is_soft("26c") else "+0000"
        if event.startswith("employee_with_fields."):
            return self._legacy(hook, event, employee_id, changed, timestamp)
        told: Row = {"companyId": self.company.id, "employeeId": employee_id}
        if event == "employee.updated":
            told["changedFields"] = changed
        return {"type": event, "timestamp": timestamp, "data": told}

    def _legacy(
        self, hook: Webhook, event: str, employee_id: str, changed: list[str], timestamp: str
    ) -> Row:
        person = self.company.employees.get(employee_id)
        values = {} if person is None else self.company.values(person)
        named = {BY_ALIAS[alias].name: values.get(alias) for alias in hook.fields["postFields"]}
        if self.standin.switch("legacy_values") == "nested":
            shown: JSON = {name: {"value": value} for name, value in named.items()}
        else:
            shown = named
        employee = {
            "action": event.partition(".")[2].capitalize(),
            "id": employee_id,
            "timestamp": timestamp,
            "changedFields": [BY_ALIAS[alias].name for alias in changed],
            "fields": shown,
        }
        return {"employees": [employee]}


def flatten(value: JSON, prefix: str = "") -> list[tuple[str, str]]:
    """``data[changedFields][0]=jobTitle``: how PHP spells nested values in a form."""
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = {str(number): part for number, part in enumerate(value)}.items()
    else:
        return [(prefix, "" if value is None else str(value))]
    return [
        pair
        for name, part in pairs
        for pair in flatten(part, f"{prefix}[{name}]" if prefix else str(name))
    ]
