"""One of Gusto's two environments, production or demo: apps, grants, companies, events."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.gusto.company import Company, Payroll, Row
from connectors.sandbox.vendors.gusto.scopes import ALL
from connectors.sandbox.vendors.gusto.versions import OLDEST


@dataclass(slots=True)
class App:
    """An app as registered at the developer portal."""

    client_id: str
    client_secret: str
    redirect_uris: list[str]
    uuid: str
    scopes: list[str] = field(default_factory=lambda: list(ALL))
    minimum_version: str = OLDEST


@dataclass(slots=True)
class Code:
    """An authorization code."""

    company_uuid: str
    client_id: str
    redirect_uri: str
    expires_at: datetime
    is_spent: bool = False


@dataclass(slots=True)
class Pair:
    """An access token and the refresh token that came with it."""

    access_token: str
    refresh_token: str
    parent: str
    """The refresh token that it was got with; empty for the first pair."""
    expires_at: datetime
    is_used: bool = False
    is_spent: bool = False
    """Its refresh token is revoked."""


@dataclass(slots=True)
class Grant:
    """What one company has granted to an app."""

    id: str
    client_id: str
    company_uuid: str
    admin_uuid: str
    scopes: list[str]
    pairs: list[Pair] = field(default_factory=list)


@dataclass(slots=True)
class SystemToken:
    """A token of the app itself."""

    client_id: str
    expires_at: datetime


@dataclass(slots=True)
class Subscription:
    """A webhook subscription of an app."""

    uuid: str
    client_id: str
    url: str
    types: list[str]
    token: str
    status: str = "pending"
    next_token: str = ""
    """One that was asked for anew and is not verified yet."""

    def row(self) -> Row:
        """As the API shows it: the token is never in it."""
        return {
            "uuid": self.uuid,
            "url": self.url,
            "status": self.status,
            "subscription_types": list(self.types),
        }


@dataclass(slots=True)
class Event:
    """Something that happened, as it is sent and listed."""

    row: Row
    at: datetime
    apps: frozenset[str]
    """The apps that could hear of it when it happened."""
    was_sent: bool = False
    """Somebody was subscribed to it."""


@dataclass(slots=True)
class ReportRequest:
    """A general ledger report that was asked for."""

    uuid: str
    company_uuid: str
    payroll_uuid: str
    aggregation: str
    integration_type: str | None
    ready_at: datetime
    is_failed: bool
    body: JSON = None
    url_expires_at: datetime | None = None
    key: str = ""


@dataclass(slots=True)
class Environment:
    """Everything of one environment."""

    host: str
    is_demo: bool
    companies: dict[str, Company] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    system_tokens: dict[str, SystemToken] = field(default_factory=dict)
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    reports: dict[str, ReportRequest] = field(default_factory=dict)
    snapshots: dict[tuple[str, str], Payroll] = field(default_factory=dict)
    """Softened: payrolls as their first page showed them, by token and uuid."""
    last_grant: int = 0
    was_heard: bool | None = None
    """How the last delivery ended; None before there was one."""
    checked_at: datetime | None = None

    def company_of_employee(self, employee_uuid: str) -> Company | None:
        """Where somebody works."""
        return next((c for c in self.companies.values() if employee_uuid in c.employees), None)

    def company_of_payroll(self, payroll_uuid: str) -> Company | None:
        """Whose payroll it is."""
        return next((c for c in self.companies.values() if payroll_uuid in c.payrolls), None)

    def company_named(self, name: str) -> Company | None:
        """The company with this uuid or slug."""
        found = (c for c in self.companies.values() if name in (c.uuid, c.slug))
        return next(found, None)
