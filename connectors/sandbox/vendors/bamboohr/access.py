"""Who calls: API keys and bearer tokens, what they may see, lock-out and throttling."""

from __future__ import annotations

import base64
import binascii
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.bamboohr.answers import as_json, refused
from connectors.sandbox.vendors.bamboohr.company import Company, Employee, Grant, User

LOCKOUT_AFTER = 10
"""Wrong keys within the window until everything is refused; the vendor publishes no number."""
LOCKOUT_SECONDS = 600
THROTTLE_LIMITS = {"off": None, "5 a minute": 5, "100 a minute": 100}
RETRY_AFTER_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Caller:
    """A credential at work. ``scopes`` is None for an API key, which may all its user may."""

    user: User
    owner: str
    scopes: frozenset[str] | None = None

    @property
    def is_integration(self) -> bool:
        """Whether ``public.integration`` lifts the user's own limits."""
        return self.scopes is not None and "public.integration" in self.scopes

    def may_see(self, person: Employee) -> bool:
        """Whether he may see anything of this employee."""
        visible = self.user.visible_employees
        return visible is None or self.is_integration or person.id in visible

    def may_read(self, alias: str) -> bool:
        """Whether he may see this field."""
        return self.is_integration or alias not in self.user.hidden_fields

    def has_any(self, scopes: frozenset[str]) -> bool:
        """Whether his token carries one of these scopes."""
        return self.scopes is None or not scopes or not self.scopes.isdisjoint(scopes)


@dataclass(slots=True)
class Gate:
    """Lets callers in, company by company; remembers wrong keys and the pace of calls."""

    standin: StandIn
    companies: dict[str, Company]
    wrong_keys: dict[str, deque[datetime]] = field(default_factory=dict)
    locked_until: dict[str, datetime] = field(default_factory=dict)
    calls: dict[str, deque[datetime]] = field(default_factory=dict)

    def admit(self, company: Company, request: Request) -> Caller | Answer:
        """The caller, or the refusal he gets."""
        now = self.standin.world.now(self.standin.slug)
        throttled = self._throttle(company, now)
        if throttled is not None:
            return throttled
        locked_until = self.locked_until.get(company.domain)
        if locked_until is not None and now < locked_until:
            return refused(403, "Too many failed login attempts")
        kind, _, credential = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            return self._bearer(company, credential.strip(), now)
        return self._basic(company, kind, credential, now)

    def _basic(
        self, company: Company, kind: str, credential: str, now: datetime
    ) -> Caller | Answer:
        key = ""
        if kind.lower() == "basic":
            try:
                key = base64.b64decode(credential, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                key = ""
        user = company.users.get(str(company.api_keys.get(key, "")))
        if user is not None and user.status == "enabled":
            return Caller(user, f"key:{key}")
        self._count_wrong_key(company, now)
        if self.standin.is_soft("9a"):
            return refused(401, "Unauthorized")
        realm = f'Basic realm="https://api.bamboohr.com/{company.domain}"'
        return refused(401, "API key not provided or invalid", {"WWW-Authenticate": realm})

    def _count_wrong_key(self, company: Company, now: datetime) -> None:
        tries = self.wrong_keys.setdefault(company.domain, deque())
        tries.append(now)
        while tries and tries[0] < now - timedelta(seconds=LOCKOUT_SECONDS):
            tries.popleft()
        if len(tries) >= LOCKOUT_AFTER and not self.standin.is_soft("9b"):
            self.locked_until[company.domain] = now + timedelta(seconds=LOCKOUT_SECONDS)
            tries.clear()

    def _bearer(self, company: Company, token: str, now: datetime) -> Caller | Answer:
        for owner in self.companies.values():
            for grant in owner.grants.values():
                expires_at = grant.access_tokens.get(token)
                if expires_at is None:
                    continue
                if now >= expires_at and not self.standin.is_soft("6"):
                    return self._refused_token("Access token expired")
                if owner is not company and not self.standin.is_soft("7a"):
                    status = int(self.standin.switch("foreign_token"))
                    return refused(status, "Token is not valid for this company")
                return self._granted(owner, grant)
        return self._refused_token("Access token invalid")

    def _refused_token(self, reason: str) -> Answer:
        if self.standin.switch("token_refusal") == "json":
            return as_json({"error": reason}, 401)
        return refused(401, reason)

    def _granted(self, company: Company, grant: Grant) -> Caller | Answer:
        user = company.users[str(grant.user_id)]
        if user.status != "enabled":
            return self._refused_token("Access token invalid")
        return Caller(user, f"app:{grant.client_id}:{user.id}", frozenset(grant.scopes))

    def _throttle(self, company: Company, now: datetime) -> Answer | None:
        limit = THROTTLE_LIMITS[self.standin.switch("throttle")]
        if limit is None:
            return None
        calls = self.calls.setdefault(company.domain, deque())
        while calls and calls[0] <= now - timedelta(minutes=1):
            calls.popleft()
        if len(calls) < limit:
            calls.append(now)
            return None
        status = 503 if self.standin.is_soft("29a") else int(self.standin.switch("throttle_status"))
        return refused(status, "Over rate limit", self._retry_after(now))

    def _retry_after(self, now: datetime) -> dict[str, str]:
        style = self.standin.switch("retry_after")
        if style == "none" and not self.standin.is_soft("29b"):
            return {}
        if style == "date" and not self.standin.is_soft("29b"):
            until = now.replace(microsecond=0) + timedelta(seconds=RETRY_AFTER_SECONDS)
            return {"Retry-After": format_datetime(until, usegmt=True)}
        return {"Retry-After": str(RETRY_AFTER_SECONDS)}
