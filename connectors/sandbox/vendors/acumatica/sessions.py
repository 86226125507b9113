"""API sessions: who is calling, which session that opens or keeps, and the licence's seats."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.instance import (
    Instance,
    Session,
    Tenant,
    Token,
    User,
)
from connectors.sandbox.vendors.acumatica.rows import new_id

SESSION_COOKIE = "ASP.NET_SessionId"
TICKET_COOKIE = ".ASPXAUTH"
CONCURRENT = "api:concurrent_access"
LIMIT_TEXT = "The number of concurrent API logins has been reached."


@dataclass(slots=True)
class Caller:
    """Who signed a request, and in which session it works."""

    tenant: Tenant
    user: User
    session: Session


def cookies_of(request: Request) -> Mapping[str, str]:
    """The request's cookies."""
    header = request.headers.get("cookie")
    if not header:
        return {}
    pairs = (pair.partition("=") for pair in header.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def set_cookies(session: Session) -> list[tuple[str, str]]:
    """The headers that hand a session to the client."""
    return [
        ("Set-Cookie", f"{SESSION_COOKIE}={session.id}; path=/; HttpOnly; SameSite=Lax"),
        ("Set-Cookie", f"{TICKET_COOKIE}={session.ticket}; path=/; HttpOnly; SameSite=Lax"),
    ]


class Sessions:
    """The sessions of one instance, at one instant."""

    def __init__(self, vendor: StandIn, instance: Instance, now: datetime) -> None:
        self._vendor = vendor
        self._instance = instance
        self.now = now
        self.cookies: list[tuple[str, str]] = []
        """Headers that hand a session opened by this request to the client."""

    def caller(self, request: Request) -> Caller:
        """Who is calling.

        Raises:
            RefusedError: 401: nobody, or the token or session is over; a seat that is not free.
        """
        authorization = request.headers.get("authorization", "")
        if authorization.startswith("Bearer "):
            return self._bearer(authorization[7:].strip(), request)
        cookies = cookies_of(request)
        session = self._open(cookies.get(SESSION_COOKIE, ""))
        if session is None or session.ticket != cookies.get(TICKET_COOKIE):
            raise RefusedError(not_signed_in())
        session.used_at = self.now
        return self._as_caller(session)

    def basic_caller(self, request: Request, tenant: Tenant) -> Caller | None:
        """Who signed the request with name and password, which OData takes; opens no session."""
        authorization = request.headers.get("authorization", "")
        if not authorization.startswith("Basic "):
            return None
        try:
            name, _, password = base64.b64decode(authorization[6:]).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        user = tenant.users.get(name.partition("@")[0])
        if user is None or not same(user.password, password):
            return None
        return Caller(tenant, user, Session("", tenant.name, user.name, "basic", self.now))

    def token(self, value: str) -> Token | None:
        """The access token, if it is one and still lasts."""
        token = self._instance.tokens.get(value)
        if token is None:
            return None
        is_over = token.expires_at <= self.now and not self._vendor.is_soft("3f")
        return None if is_over else token

    def _bearer(self, value: str, request: Request) -> Caller:
        token = self.token(value)
        if token is None or "api" not in token.grant.scopes:
            raise RefusedError(not_signed_in())
        scopes = token.grant.scopes
        if CONCURRENT in scopes and not self._vendor.is_soft("4d"):
            return self._concurrent(token, request)
        kind, session_id = self._kept_session(token)
        session = self._open(session_id)
        if session is None:
            closes_at = token.expires_at if kind == "token" else None
            session = self._begin(token, kind, session_id, closes_at)
            token.session_id = session.id
            if kind == "grant":
                token.grant.session_id = session.id
        session.used_at = self.now
        return self._as_caller(session)

    def _kept_session(self, token: Token) -> tuple[str, str]:
        """The kind of session a token works in, and the id it had so far."""
        is_lasting = "offline_access" in token.grant.scopes or CONCURRENT in token.grant.scopes
        if is_lasting and not self._vendor.is_soft("4c"):
            return "grant", token.grant.session_id
        if not is_lasting and self._vendor.is_soft("4b"):
            for session in self._instance.sessions.values():
                if (session.kind, session.user) == ("token", token.grant.user):
                    return "token", session.id
        return "token", token.session_id

    def _concurrent(self, token: Token, request: Request) -> Caller:
        session = self._open(cookies_of(request).get(SESSION_COOKIE, ""))
        grant = token.grant
        if session is not None and (session.tenant, session.user) == (grant.tenant, grant.user):
            session.used_at = self.now
            return self._as_caller(session)
        session = self._begin(token, "concurrent", "", None)
        self.cookies = set_cookies(session)
        return self._as_caller(session)

    def _begin(
        self, token: Token, kind: str, session_id: str, closes_at: datetime | None
    ) -> Session:
        grant = token.grant
        user = self._instance.tenants[grant.tenant].users[grant.user]
        switch = "seat_limit_at_call"
        return self.begin(grant.tenant, user, kind, switch, session_id, closes_at)

    def begin(
        self,
        tenant: str,
        user: User,
        kind: str,
        refusal_switch: str,
        session_id: str = "",
        closes_at: datetime | None = None,
    ) -> Session:
        """Open a session.

        Raises:
            RefusedError: no seat is free; in the style the switch says.
        """
        if self._is_full(user) and not self._vendor.is_soft("4a"):
            raise RefusedError(no_seat(self._vendor.switch(refusal_switch), self._instance.path))
        dice = self._vendor.world.random(self._vendor.slug)
        session = Session(
            session_id or f"{dice.getrandbits(120):030x}",
            tenant,
            user.name,
            kind,
            self.now,
            closes_at,
            ticket=f"{dice.getrandbits(256):064X}",
            mask=int(new_id(dice).replace("-", ""), 16),
        )
        self._instance.sessions[session.id] = session
        return session

    def end(self, request: Request) -> None:
        """Log out: close the session that the request works in, if it is open."""
        session_id = cookies_of(request).get(SESSION_COOKIE, "")
        authorization = request.headers.get("authorization", "")
        if not session_id and authorization.startswith("Bearer "):
            token = self._instance.tokens.get(authorization[7:].strip())
            if token is not None:
                session_id = token.grant.session_id or token.session_id
        if not self._vendor.is_soft("4f"):
            self._instance.sessions.pop(session_id, None)

    def _open(self, session_id: str) -> Session | None:
        session = self._instance.sessions.get(session_id)
        if session is None:
            return None
        if self.is_over(session):
            del self._instance.sessions[session_id]
            return None
        return session

    def is_over(self, session: Session) -> bool:
        """Whether a session has closed by itself."""
        if session.closes_at is not None and session.closes_at <= self.now:
            return True
        idle_minutes = int(self._vendor.switch("idle_minutes"))
        idle_for = self.now - session.used_at
        return idle_for >= timedelta(minutes=idle_minutes) and not self._vendor.is_soft("4e")

    def _is_full(self, user: User) -> bool:
        sessions = self._instance.sessions
        for session in [row for row in sessions.values() if self.is_over(row)]:
            del sessions[session.id]
        seats = self._instance.licence.max_api_users
        mine = sum(session.user == user.name for session in sessions.values())
        is_mine_full = 0 < user.max_api_logins <= mine
        return is_mine_full or 0 < seats <= len(sessions)

    def _as_caller(self, session: Session) -> Caller:
        tenant = self._instance.tenants[session.tenant]
        return Caller(tenant, tenant.users[session.user], session)


def same(expected: str, given: str) -> bool:
    """Compare secrets."""
    return hmac.compare_digest(expected.encode(), given.encode())


def not_signed_in() -> Answer:
    """401."""
    return answers.http_error(401, "Authorization has been denied for this request.")


def no_seat(style: str, instance_path: str) -> Answer:
    """How a full seat pool shows up; every style is real."""
    if style == "500_html":
        return answers.page(500, "API Login Limit", LIMIT_TEXT)
    if style == "429_text":
        body = b"The custom error module does not recognize this error."
        return Answer(429, dict(answers.TEXT_TYPE), body)
    if style == "302_error_page":
        text = LIMIT_TEXT.replace(" ", "%20")
        target = f"{instance_path}/Frames/Error.aspx?exceptionID=&typeID=error&message={text}"
        return Answer(302, {"Location": target, **answers.HTML_TYPE})
    return answers.exception(LIMIT_TEXT, status=429)
