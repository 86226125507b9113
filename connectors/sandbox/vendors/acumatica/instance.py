"""An instance and its tenants: users, apps, licence, tables, and what is open there just now."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from connectors.sandbox.standin import JSON
from connectors.sandbox.vendors.acumatica.contract.endpoints import ENTITIES
from connectors.sandbox.vendors.acumatica.table import Table


@dataclass(slots=True)
class User:
    """Someone who may sign in to a tenant."""

    name: str
    password: str
    email: str = ""
    employee_id: str = ""
    """The user's own employee record."""
    has_api_rights: bool = True
    must_change_password: bool = False
    forbidden_forms: list[str] = field(default_factory=list)
    max_api_logins: int = 0
    """How many sessions the user may have open; 0: no limit."""


@dataclass(slots=True)
class App:
    """A connected application, registered by the customer (SM303010)."""

    client_id: str
    client_secret: str
    redirect_uris: list[str] = field(default_factory=list)
    name: str = "ml-connector"
    sliding_days: int = 0
    """Each refresh prolongs the chain by so many days; 0: it ends 30 days after the first issue."""


@dataclass(slots=True)
class Grant:
    """What a user agreed to: tokens are issued under it."""

    id: str
    client_id: str
    tenant: str
    user: str
    scopes: tuple[str, ...]
    begun_at: datetime
    refresh_token: str = ""
    ends_at: datetime | None = None
    session_id: str = ""
    spent: set[str] = field(default_factory=set)
    """Refresh tokens that were used up."""


@dataclass(slots=True)
class Token:
    """An access token."""

    value: str
    grant: Grant
    expires_at: datetime
    session_id: str = ""


@dataclass(slots=True)
class Code:
    """An authorization code on its way to the token endpoint."""

    grant: Grant
    redirect_uri: str
    challenge: str
    expires_at: datetime


@dataclass(slots=True)
class Session:
    """An open API session: it holds a seat."""

    id: str
    tenant: str
    user: str
    kind: str
    """``cookie``, ``token``, ``grant`` or ``concurrent``."""
    used_at: datetime
    closes_at: datetime | None = None
    ticket: str = ""
    """The value of the cookie ``.ASPXAUTH``."""
    mask: int = 0
    """What the session's record ids differ by, where they are the session's own."""


@dataclass(slots=True)
class Licence:
    """What the instance may do at once (SM604000); 0: no limit."""

    max_api_users: int = 20
    max_concurrent_requests: int = 0
    requests_per_minute: int = 0
    request_seconds: float = 0.0
    """How long each request keeps one of the concurrent places."""


@dataclass(slots=True)
class Push:
    """A push notification (SM302000): a query whose changes are posted to a URL."""

    name: str
    query: str
    url: str
    header_name: str = ""
    header_value: str = ""


@dataclass(slots=True)
class LongOperation:
    """An action that goes on after its answer; keeps its form busy in its session."""

    id: str
    action: str
    form: str
    session: str
    record: str
    """The key of the record that it works on."""
    begun_at: str
    polls_left: int = 0
    """How often it still answers that it is running, whatever the time."""
    state: str = "running"
    """Then ``done``, or ``failed`` for the reason in ``error``."""
    error: str = ""


@dataclass(slots=True)
class Tenant:
    """One company's data on an instance."""

    name: str
    tables: dict[str, Table]
    users: dict[str, User] = field(default_factory=dict)
    apps: dict[str, App] = field(default_factory=dict)
    pushes: dict[str, Push] = field(default_factory=dict)
    missing_setup: dict[str, str] = field(default_factory=dict)
    """Forms that cannot be used yet, with the preferences form that must be filled in first."""
    slow_members: dict[str, list[str]] = field(default_factory=dict)
    """Members by entity that list reads cannot optimize at this tenant."""
    last_employee_number: int = 0
    last_batch_number: int = 0
    main_branch: str = "HEADOFFICE"
    """The branch that API sessions begin in."""
    ytd_net_income_account: str = ""
    default_subaccount: str = ""
    """What the general ledger's preferences give to a line whose account asks for it."""
    operations: dict[str, LongOperation] = field(default_factory=dict)
    removed: list[dict[str, JSON]] = field(default_factory=list)
    """Records that keep a history and were deleted, for judges."""


@dataclass(slots=True)
class Instance:
    """One site of the ERP."""

    host: str
    path: str
    tenants: dict[str, Tenant]
    default_tenant: str
    licence: Licence = field(default_factory=Licence)
    sessions: dict[str, Session] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    refresh_tokens: dict[str, Grant] = field(default_factory=dict)
    processed_at: deque[datetime] = field(default_factory=deque)
    """When the requests of the past minute were worked."""
    queued_until: list[datetime] = field(default_factory=list)
    busy_until: list[datetime] = field(default_factory=list)

    def inside(self, path: str) -> str | None:
        """The path below the instance's own; None: it is elsewhere on the host."""
        while "//" in path:
            path = path.replace("//", "/")
        if not self.path:
            return path
        if path == self.path or path.startswith(self.path + "/"):
            return path[len(self.path) :] or "/"
        return None


def new_tenant(name: str) -> Tenant:
    """A tenant with empty tables."""
    return Tenant(name, {row.table: Table(row.keys, row.indexed) for row in ENTITIES})
