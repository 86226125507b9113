"""Who calls: company tokens and system tokens, versions, and the pace of calls."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.gusto.answers import (
    as_json,
    empty,
    not_found,
    refused,
)
from connectors.sandbox.vendors.gusto.company import Company, second_text
from connectors.sandbox.vendors.gusto.environment import App, Environment, Grant, Pair
from connectors.sandbox.vendors.gusto.versions import CHANGES, HEADER, OLDEST, VERSIONS, Version

MINUTE = timedelta(seconds=60)
SHORT_LIMIT = 5
LIMITS = {"200 a minute": 200, "5 a minute": SHORT_LIMIT, "off": None}


@dataclass(frozen=True, slots=True)
class Caller:
    """A token at work; ``grant`` is None for a token of the app itself."""

    app: App
    grant: Grant | None
    scopes: frozenset[str]

    def company(self, standin: StandIn, environment: Environment, name: str) -> Company | Answer:
        """The company of this uuid, which must be the token's own."""
        company = environment.companies.get(name)
        if company is None or self.grant is None:
            return not_found()
        if company.uuid != self.grant.company_uuid and not standin.is_soft("6b"):
            return foreign(standin)
        return company


def foreign(standin: StandIn) -> Answer:
    """Another company's record with a token that is for one company only."""
    if standin.switch("foreign_company") == "403":
        return refused(403, "missing_oauth_scopes", "The token is for another company.")
    return not_found()


@dataclass(slots=True)
class Gate:
    """Lets callers in and counts their calls."""

    standin: StandIn
    environment: Environment
    calls: dict[str, deque[datetime]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """The instant it is at Gusto."""
        return self.standin.world.now(self.standin.slug)

    def admit(self, request: Request) -> Caller | Answer:
        """The caller, or the refusal."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token:
            return self._refused("The access token is missing")
        system = self.environment.system_tokens.get(token)
        if system is not None and self.now < system.expires_at:
            app = self.environment.apps[system.client_id]
            return Caller(app, None, frozenset(app.scopes))
        for grant in self.environment.grants.values():
            for pair in grant.pairs:
                if pair.access_token == token:
                    return self._granted(grant, pair)
        return self._refused("The access token is invalid or has expired")

    def _granted(self, grant: Grant, pair: Pair) -> Caller | Answer:
        if self.now >= pair.expires_at and not self.standin.is_soft("4"):
            return self._refused("The access token expired")
        use(self.standin, grant, pair)
        return Caller(self.environment.apps[grant.client_id], grant, frozenset(grant.scopes))

    def _refused(self, reason: str) -> Answer:
        challenge = f'Bearer realm="Gusto", error="invalid_token", error_description="{reason}"'
        headers = {"WWW-Authenticate": challenge}
        if self.standin.switch("invalid_token_body") == "empty":
            return empty(401, headers)
        return refused(401, "invalid_token", reason, headers=headers)

    def pace(self, caller: Caller) -> tuple[Answer | None, dict[str, str]]:
        """The refusal of a call too many, and the headers that tell how many are left."""
        limit = LIMITS[self.standin.switch("rate_limit")]
        if limit is None or caller.grant is None:
            return None, {}
        owner = "" if self.standin.is_soft("26b") else caller.grant.id
        calls = self.calls.setdefault(owner, deque())
        while calls and calls[0] <= self.now - MINUTE:
            calls.popleft()
        is_lenient = self.standin.is_soft("26a") and limit > SHORT_LIMIT
        is_over = len(calls) >= limit and not is_lenient
        if not is_over:
            calls.append(self.now)
        clears_at = calls[0] + MINUTE
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(max(limit - len(calls), 0)),
            "X-RateLimit-Reset": second_text(clears_at),
        }
        if self.standin.switch("rate_headers") == "absent" and not self.standin.is_soft("26c"):
            return (self._too_many({}) if is_over else None), {}
        if not is_over:
            return None, headers
        seconds = max(int((clears_at - self.now).total_seconds()) + 1, 1)
        return self._too_many({"Retry-After": str(seconds)}), headers

    def _too_many(self, headers: dict[str, str]) -> Answer:
        style = self.standin.switch("throttle_body")
        if style == "text":
            return Answer(429, {"Content-Type": "text/plain", **headers}, b"Too Many Requests\n")
        if style == "empty":
            return empty(429, headers)
        message = "You have exceeded the rate limit."
        return refused(429, "rate_limit_exceeded", message, headers=headers)

    def version(self, app: App, request: Request) -> Version | Answer:
        """The version asked for, the app's own if none is, or 406."""
        asked = request.headers.get(HEADER.lower())
        softened = frozenset(case for case in CHANGES if self.standin.is_soft(case))
        if asked is None:
            return Version(app.minimum_version, softened)
        if asked in VERSIONS and asked >= app.minimum_version:
            if asked == OLDEST and self.standin.switch("version_2025_06_15") == "refused":
                return self._wrong_version()
            return Version(asked, softened)
        if self.standin.is_soft("10b"):
            return Version(app.minimum_version, softened)
        return self._wrong_version()

    def _wrong_version(self) -> Answer:
        message = "The API version is not supported. See the versioning guide."
        if self.standin.switch("version_refusal") == "flat" and not self.standin.is_soft("10c"):
            return as_json({"name": "Invalid X-Gusto-API-Version Header", "message": message}, 406)
        return refused(406, "invalid_api_version", message)


def use(standin: StandIn, grant: Grant, pair: Pair) -> None:
    """The first call with a new access token ends the refresh tokens that it replaces."""
    if pair.is_used:
        return
    pair.is_used = True
    if not pair.parent or pair.is_spent:
        return
    for other in grant.pairs:
        is_sibling = other is not pair and other.parent == pair.parent
        is_parent = other.refresh_token == pair.parent
        if (is_parent and not standin.is_soft("2a")) or (is_sibling and not standin.is_soft("3")):
            other.is_spent = True
