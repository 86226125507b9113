"""OAuth at Gusto: consent for one company, codes, rotating tokens, tokens of the app itself."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from connectors.sandbox.standin import JSON, Answer, Request, StandIn
from connectors.sandbox.vendors.gusto import consent
from connectors.sandbox.vendors.gusto.answers import as_json, empty, grant_refused, page
from connectors.sandbox.vendors.gusto.company import Company
from connectors.sandbox.vendors.gusto.environment import (
    App,
    Code,
    Environment,
    Grant,
    Pair,
    SystemToken,
)
from connectors.sandbox.vendors.gusto.notices import Notices
from connectors.sandbox.vendors.gusto.scopes import OF_THE_APP

CODE_SECONDS = 600
TOKEN_SECONDS = 7200


@dataclass(slots=True)
class OAuth:
    """The authorization server of one environment."""

    standin: StandIn
    environment: Environment

    def announce(self, company: Company, event_type: str) -> None:
        """Tell that a company came or went."""
        notices = Notices(self.standin, self.environment)
        notices.tell(event_type, company.uuid, "Company", company.uuid)

    @property
    def now(self) -> datetime:
        """The instant it is at Gusto."""
        return self.standin.world.now(self.standin.slug)

    def answer(self, request: Request) -> Answer:
        """Answer a request below ``/oauth/``."""
        if "client_secret" in dict(request.params()) and not self.standin.is_soft("8"):
            return grant_refused(
                400, "invalid_request", "The client secret must not be in the URL."
            )
        match request.method, request.path:
            case ("GET" | "POST", "/oauth/authorize"):
                return self._authorize(request)
            case "POST", "/oauth/token":
                return self._token(request)
            case "POST", "/oauth/revoke":
                return self._revoke(request)
            case _:
                return page("<h1>Not found</h1>", 404)

    def _authorize(self, request: Request) -> Answer:
        asked = dict(request.params())
        app = self.environment.apps.get(asked.get("client_id", ""))
        if app is None:
            return page("<h1>Unknown application</h1>", 400)
        is_registered = asked.get("redirect_uri", "") in app.redirect_uris
        if not is_registered and not self.standin.is_soft("1d"):
            return page("<h1>The redirect URI is not registered</h1>", 400)
        if asked.get("response_type") != "code":
            return page("<h1>Bad request</h1>", 400)
        companies = self.environment.companies
        if request.method == "POST":
            chosen = dict(request.form())
            company = companies.get(chosen.get("company", ""))
            if chosen.get("decision") != "connect" or company is None:
                return self._back(asked, {"error": "access_denied"})
            return self._agree(app, company, asked)
        if self.standin.world.auto_consent(self.standin.slug):
            listed = list(companies.values())
            is_second = self.standin.switch("auto_consent_company") == "second"
            return self._agree(app, listed[-1] if is_second else listed[0], asked)
        return consent.page_for(app, companies.values())

    def _agree(self, app: App, company: Company, asked: dict[str, str]) -> Answer:
        code = self._secret()
        self.environment.codes[code] = Code(
            company_uuid=company.uuid,
            client_id=app.client_id,
            redirect_uri=asked["redirect_uri"],
            expires_at=self.now + timedelta(seconds=CODE_SECONDS),
        )
        return self._back(asked, {"code": code})

    def _back(self, asked: dict[str, str], result: dict[str, str]) -> Answer:
        if "state" in asked:
            result["state"] = asked["state"]
        redirect_uri = asked["redirect_uri"]
        joint = "&" if "?" in redirect_uri else "?"
        answer = empty(302, {"Location": f"{redirect_uri}{joint}{urlencode(result)}"})
        answer.to_browser = True
        return answer

    def _token(self, request: Request) -> Answer:
        fields = read_fields(request)
        app = self._app(fields)
        if app is None:
            return grant_refused(401, "invalid_client", "Client authentication failed.")
        match fields.get("grant_type"):
            case "authorization_code":
                return self._exchange(app, fields)
            case "refresh_token":
                return self._refresh(app, fields.get("refresh_token", ""))
            case "system_access":
                return self._system(app)
            case _:
                return grant_refused(400, "unsupported_grant_type", "Unknown grant type.")

    def _app(self, fields: dict[str, str]) -> App | None:
        app = self.environment.apps.get(fields.get("client_id", ""))
        secret = fields.get("client_secret", "")
        if app is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
            return None
        return app

    def _exchange(self, app: App, fields: dict[str, str]) -> Answer:
        code = self.environment.codes.get(fields.get("code", ""))
        if code is None or code.client_id != app.client_id:
            return grant_refused(400, "invalid_grant", "The authorization code is invalid.")
        is_late = self.now >= code.expires_at and not self.standin.is_soft("1c")
        is_other = fields.get("redirect_uri") != code.redirect_uri and not self.standin.is_soft(
            "1d"
        )
        if is_late or is_other or (code.is_spent and not self.standin.is_soft("1b")):
            return grant_refused(
                400, "invalid_grant", "The authorization code is invalid, expired or spent."
            )
        code.is_spent = True
        company = self.environment.companies[code.company_uuid]
        return self._tokens(self._grant(app, company), "")

    def _grant(self, app: App, company: Company) -> Grant:
        environment = self.environment
        environment.last_grant += 1
        scopes = [scope for scope in app.scopes if scope not in OF_THE_APP]
        grant = Grant(
            id=str(environment.last_grant),
            client_id=app.client_id,
            company_uuid=company.uuid,
            admin_uuid=company.admin_uuid,
            scopes=scopes,
        )
        environment.grants[grant.id] = grant
        self.announce(company, "company.provisioned")
        return grant

    def _refresh(self, app: App, refresh_token: str) -> Answer:
        for grant in self.environment.grants.values():
            for pair in grant.pairs:
                is_known = pair.refresh_token == refresh_token and grant.client_id == app.client_id
                if is_known and not pair.is_spent:
                    is_at_once = self.standin.switch("refresh_revocation") == "at once"
                    if is_at_once and not self.standin.is_soft("2b"):
                        pair.is_spent = True
                    return self._tokens(grant, refresh_token)
        return grant_refused(
            400, "invalid_grant", "The refresh token is invalid, expired or revoked."
        )

    def _tokens(self, grant: Grant, parent: str) -> Answer:
        pair = Pair(
            access_token=self._secret(),
            refresh_token=self._secret(),
            parent=parent,
            expires_at=self.now + timedelta(seconds=TOKEN_SECONDS),
        )
        grant.pairs.append(pair)
        answered = self._described(pair.access_token)
        answered["refresh_token"] = pair.refresh_token
        answered["scope"] = " ".join(grant.scopes)
        if self.standin.is_soft("1a"):
            del answered["created_at"]
        return as_json(answered)

    def _system(self, app: App) -> Answer:
        token = self._secret()
        expires_at = self.now + timedelta(seconds=TOKEN_SECONDS)
        self.environment.system_tokens[token] = SystemToken(app.client_id, expires_at)
        answered = self._described(token)
        if self.standin.switch("system_refresh_token") == "null":
            answered["refresh_token"] = None
        return as_json(answered)

    def _described(self, access_token: str) -> dict[str, JSON]:
        return {
            "access_token": access_token,
            "token_type": self.standin.switch("token_type"),
            "expires_in": TOKEN_SECONDS,
            "created_at": int(self.now.timestamp()),
        }

    def _revoke(self, request: Request) -> Answer:
        fields = read_fields(request)
        app = self._app(fields)
        if app is None:
            return grant_refused(401, "invalid_client", "Client authentication failed.")
        token = fields.get("token", "")
        for grant in list(self.environment.grants.values()):
            tokens = {
                text for pair in grant.pairs for text in (pair.access_token, pair.refresh_token)
            }
            if token in tokens and grant.client_id == app.client_id:
                self.end(grant)
        self.environment.system_tokens.pop(token, None)
        return as_json({})

    def end(self, grant: Grant) -> None:
        """The company and the app part: all tokens die, the app is told."""
        if not self.standin.is_soft("9b"):
            company = self.environment.companies[grant.company_uuid]
            self.announce(company, "company.deprovisioned")
        if not self.standin.is_soft("9a"):
            del self.environment.grants[grant.id]

    def _secret(self) -> str:
        """43 characters of URL-safe base64."""
        digits = self.standin.world.random(self.standin.slug).getrandbits(256)
        return base64.urlsafe_b64encode(digits.to_bytes(32)).decode().rstrip("=")


def read_fields(request: Request) -> dict[str, str]:
    """The body's fields, from JSON or from a form; none if it is neither."""
    if "json" not in request.headers.get("content-type", ""):
        return dict(request.form())
    try:
        parsed = json.loads(request.body)
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {str(key): str(value) for key, value in parsed.items()}
