"""OAuth at BambooHR: the consent page, codes, tokens and their refresh."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from urllib.parse import urlencode

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.bamboohr.answers import as_html, as_json, empty
from connectors.sandbox.vendors.bamboohr.company import Company, Grant, User
from connectors.sandbox.vendors.bamboohr.scopes import SCOPES

CODE_SECONDS = 120
TOKEN_SECONDS = 3600
TOKEN_KEYS = (
    "access_token",
    "expires_in",
    "token_type",
    "scope",
    "refresh_token",
    "id_token",
    "companyDomain",
)


@dataclass(slots=True)
class App:
    """An app as registered at the developer portal."""

    client_id: str
    client_secret: str
    redirect_uris: list[str]


@dataclass(slots=True)
class Code:
    """An authorization code, good once and shortly."""

    company: str
    client_id: str
    redirect_uri: str
    user_id: int
    scopes: list[str]
    expires_at: datetime
    is_spent: bool = False


@dataclass(slots=True)
class OAuth:
    """The authorization server of all companies."""

    standin: StandIn
    companies: dict[str, Company]
    apps: dict[str, App] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)

    def authorize(self, company: Company, request: Request) -> Answer:
        """The consent page, and what a person's decision on it leads to."""
        asked = dict(request.params())
        app = self.apps.get(asked.get("client_id", ""))
        if app is None:
            return as_html("<h1>Unknown application</h1>", 400)
        redirect_uri = asked.get("redirect_uri", "")
        if not self._is_registered(app, redirect_uri):
            return as_html("<h1>The redirect URI does not match the registered one</h1>", 400)
        scope = asked.get("scope", "")
        if asked.get("response_type") != "code" or "+" in scope:
            return as_html("<h1>Bad request</h1>", 400)
        if set(scope.split()) - SCOPES:
            return self._back(redirect_uri, asked, {"error": "invalid_scope"})
        if request.method == "POST":
            chosen = dict(request.form())
            user = company.users.get(chosen.get("user", ""))
            if chosen.get("decision") != "connect" or user is None:
                return self._back(redirect_uri, asked, {"error": "access_denied"})
            return self._agree(company, app, user, asked)
        if self.standin.world.auto_consent(self.standin.slug):
            return self._agree(company, app, next(iter(company.users.values())), asked)
        return consent_page(company, app, scope.split())

    def _is_registered(self, app: App, redirect_uri: str) -> bool:
        if self.standin.is_soft("2a"):
            return redirect_uri.rstrip("/") in [uri.rstrip("/") for uri in app.redirect_uris]
        return redirect_uri in app.redirect_uris

    def _agree(self, company: Company, app: App, user: User, asked: dict[str, str]) -> Answer:
        scopes = asked.get("scope", "").split()
        if "public.integration" in scopes and not user.is_admin:
            return self._back(asked["redirect_uri"], asked, {"error": "access_denied"})
        if self.standin.switch("granted_scopes") == "one fewer":
            scopes = scopes[:-1]
        code = self._secret(40)
        now = self.standin.world.now(self.standin.slug)
        self.codes[code] = Code(
            company=company.domain,
            client_id=app.client_id,
            redirect_uri=asked["redirect_uri"],
            user_id=user.id,
            scopes=scopes,
            expires_at=now + timedelta(seconds=CODE_SECONDS),
        )
        return self._back(asked["redirect_uri"], asked, {"code": code})

    def _back(self, redirect_uri: str, asked: dict[str, str], result: dict[str, str]) -> Answer:
        if "state" in asked:
            result["state"] = asked["state"]
        joint = "&" if "?" in redirect_uri else "?"
        answer = empty(302, {"Location": f"{redirect_uri}{joint}{urlencode(result)}"})
        answer.to_browser = True
        return answer

    def token(self, company: Company, request: Request) -> Answer:
        """Exchange a code, or refresh."""
        mode = "normal" if self.standin.is_soft("10") else self.standin.switch("token_endpoint")
        if mode == "503":
            return as_html("<h1>Service Unavailable</h1>", 503)
        if mode == "200 with a page":
            return as_html("<h1>Down for maintenance</h1>")
        if mode == "200 with error":
            return as_json({"error": "server_error", "error_description": "Try again later"})
        fields = read_fields(request)
        if fields is None:
            return failure(400, "invalid_request", "The body is neither JSON nor a form")
        wanted = dict(request.params()).get("request") or fields.get("request")
        if wanted != "token" and not self.standin.is_soft("4"):
            return failure(400, "invalid_request", "request=token is missing")
        app = self.apps.get(fields.get("client_id", ""))
        secret = fields.get("client_secret", "")
        if app is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
            return failure(401, "invalid_client", "Client authentication failed")
        if fields.get("grant_type") == "authorization_code":
            return self._exchange(company, app, fields)
        if fields.get("grant_type") == "refresh_token":
            return self._refresh(company, app, fields.get("refresh_token", ""))
        return failure(400, "unsupported_grant_type", "The grant type is not supported")

    def _exchange(self, company: Company, app: App, fields: dict[str, str]) -> Answer:
        code = self.codes.get(fields.get("code", ""))
        now = self.standin.world.now(self.standin.slug)
        if code is None or code.company != company.domain or code.client_id != app.client_id:
            return failure(400, "invalid_grant", "The authorization code is invalid")
        is_late = now >= code.expires_at and not self.standin.is_soft("3b")
        if is_late or (code.is_spent and not self.standin.is_soft("3a")):
            return failure(400, "invalid_grant", "The authorization code is spent or has expired")
        if code.redirect_uri != fields.get("redirect_uri") and not self.standin.is_soft("2b"):
            return failure(400, "invalid_grant", "The redirect URI differs")
        code.is_spent = True
        is_offline = "offline_access" in code.scopes or self.standin.is_soft("1b")
        grant = Grant(
            id=str(len(company.grants) + 1),
            client_id=app.client_id,
            user_id=code.user_id,
            scopes=code.scopes,
            refresh_token=self._secret(40) if is_offline else None,
        )
        company.grants[grant.id] = grant
        return self._tokens(company, app, grant, grant.refresh_token)

    def _refresh(self, company: Company, app: App, refresh_token: str) -> Answer:
        for grant in company.grants.values():
            spent = refresh_token in grant.spent_refresh_tokens and not self.standin.is_soft("5a")
            known = refresh_token == grant.refresh_token or (
                refresh_token in grant.spent_refresh_tokens
            )
            is_usable = refresh_token and known and not spent
            if is_usable and grant.client_id == app.client_id:
                return self._renew(company, app, grant)
        return failure(400, "invalid_grant", "The refresh token is invalid or has been used")

    def _renew(self, company: Company, app: App, grant: Grant) -> Answer:
        user = company.users[str(grant.user_id)]
        if user.status != "enabled":
            return failure(400, "invalid_grant", "The user is no longer enabled")
        mode = "rotating" if self.standin.is_soft("5b") else self.standin.switch("refresh")
        if mode == "rotating":
            grant.spent_refresh_tokens.append(str(grant.refresh_token))
            grant.refresh_token = self._secret(40)
        return self._tokens(company, app, grant, None if mode == "omitted" else grant.refresh_token)

    def _tokens(
        self, company: Company, app: App, grant: Grant, refresh_token: str | None
    ) -> Answer:
        now = self.standin.world.now(self.standin.slug)
        access_token = self._secret(40)
        grant.access_tokens[access_token] = now + timedelta(seconds=TOKEN_SECONDS)
        answered: dict[str, JSON] = {
            "access_token": access_token,
            "expires_in": TOKEN_SECONDS,
            "token_type": "Bearer",
            "scope": " ".join(grant.scopes),
            "id_token": id_token(company.users[str(grant.user_id)], app, company.domain, now),
            "companyDomain": self._domain(company),
        }
        if self.standin.is_soft("1a"):
            del answered["id_token"]
        if refresh_token is not None:
            answered["refresh_token"] = refresh_token
        return as_json({key: answered[key] for key in TOKEN_KEYS if key in answered})

    def _domain(self, company: Company) -> str:
        is_other = self.standin.switch("company_domain") == "other"
        if is_other and not self.standin.is_soft("7b"):
            return next(domain for domain in self.companies if domain != company.domain)
        return company.domain

    def _secret(self, digits: int) -> str:
        return f"{self.standin.world.random(self.standin.slug).getrandbits(4 * digits):0{digits}x}"


def read_fields(request: Request) -> dict[str, str] | None:
    """The body's fields, from JSON or from a form; None if it is no JSON object but says so."""
    if "json" not in request.headers.get("content-type", ""):
        return dict(request.form())
    try:
        parsed = json.loads(request.body)
    except ValueError:
        return None
    if not isinstance(parsed, dict):
        return None
    return {str(key): str(value) for key, value in parsed.items()}


def failure(status: int, error: str, description: str) -> Answer:
    """RFC 6749's form; the vendor documents none."""
    return as_json({"error": error, "error_description": description}, status)


def id_token(user: User, app: App, domain: str, now: datetime) -> str:
    """A JWT that says who agreed."""
    claims = {
        "iss": f"https://{domain}.bamboohr.com",
        "aud": app.client_id,
        "sub": str(user.id),
        "email": user.email,
        "name": f"{user.first_name} {user.last_name}",
        "given_name": user.first_name,
        "family_name": user.last_name,
        "iat": int(now.timestamp()),
        "exp": int(now.timestamp()) + TOKEN_SECONDS,
    }
    parts = [segment({"alg": "HS256", "typ": "JWT"}), segment(claims)]
    signed = ".".join(parts).encode()
    digest = hmac.new(app.client_secret.encode(), signed, hashlib.sha256).digest()
    return ".".join([*parts, base64.urlsafe_b64encode(digest).decode().rstrip("=")])


def segment(claims: dict[str, JSON]) -> str:
    """One part of a JWT."""
    return base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")


def consent_page(company: Company, app: App, scopes: list[str]) -> Answer:
    """The page on which a person connects or denies; posts to its own address."""
    users = "".join(
        f"<option value={user.id}>{escape(user.first_name)} {escape(user.last_name)}"
        f"{' (administrator)' if user.is_admin else ''}</option>"
        for user in company.users.values()
        if user.status == "enabled"
    )
    rights = "".join(f"<li>{escape(scope)}</li>" for scope in scopes)
    return as_html(
        f"<h1>Connect {escape(app.client_id)} to {escape(company.information['displayName'])}?</h1>"
        f"<p>It asks for:</p><ul>{rights}</ul>"
        f"<form method=post><label>You are <select name=user>{users}</select></label>"
        "<p><button name=decision value=connect>Connect</button> "
        "<button name=decision value=deny>Deny</button></p></form>"
    )
