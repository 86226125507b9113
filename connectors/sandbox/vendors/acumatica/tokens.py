"""Grants and tokens: issued, refreshed once each, ended after their time."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import random
from datetime import datetime, timedelta

from connectors.sandbox.standin import JSON, Answer, StandIn
from connectors.sandbox.vendors.acumatica import answers
from connectors.sandbox.vendors.acumatica.answers import RefusedError
from connectors.sandbox.vendors.acumatica.instance import App, Code, Grant, Instance, Token, User
from connectors.sandbox.vendors.acumatica.rows import new_id

ACCESS_SECONDS = 3600
CHAIN = timedelta(days=30)
CODE_LIFE = timedelta(minutes=5)


def secret(dice: random.Random) -> str:
    """An unguessable text, were the dice not seeded."""
    return base64.urlsafe_b64encode(dice.getrandbits(256).to_bytes(32, "big")).decode().rstrip("=")


class Tokens:
    """What is issued at one instance, at one instant."""

    def __init__(self, vendor: StandIn, instance: Instance, now: datetime) -> None:
        self._vendor = vendor
        self._instance = instance
        self._now = now
        self._dice = vendor.world.random(vendor.slug)

    def grant(self, app: App, tenant: str, user: User, scopes: tuple[str, ...]) -> Grant:
        """Note what a user agreed to."""
        grant = Grant(new_id(self._dice), app.client_id, tenant, user.name, scopes, self._now)
        self._instance.grants[grant.id] = grant
        return grant

    def code(self, grant: Grant, redirect_uri: str, challenge: str) -> str:
        """An authorization code for a grant."""
        code = secret(self._dice)
        self._instance.codes[code] = Code(grant, redirect_uri, challenge, self._now + CODE_LIFE)
        return code

    def take_code(self, code: str, redirect_uri: str, verifier: str) -> Grant:
        """Exchange a code.

        Raises:
            RefusedError: ``invalid_grant``: spent, too old, of another redirect URI or verifier.
        """
        kept = self._instance.codes.get(code)
        if kept is None or kept.expires_at <= self._now:
            raise RefusedError(invalid_grant())
        if kept.redirect_uri != redirect_uri and not self._vendor.is_soft("3b"):
            raise RefusedError(invalid_grant())
        if kept.challenge and not self._vendor.is_soft("3a"):
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            if challenge != kept.challenge:
                raise RefusedError(invalid_grant())
        if not self._vendor.is_soft("3c"):
            del self._instance.codes[code]
        return kept.grant

    def take_refresh_token(self, app: App, value: str) -> Grant:
        """Use a refresh token up.

        Raises:
            RefusedError: 4xx in the style of the switch: unknown, spent, another app's, or too old.
        """
        grant = self._instance.refresh_tokens.get(value)
        if grant is None or grant.client_id != app.client_id:
            raise RefusedError(self._dead())
        if value in grant.spent and not self._vendor.is_soft("3e"):
            raise RefusedError(self._dead())
        is_over = grant.ends_at is not None and grant.ends_at <= self._now
        if is_over and not self._vendor.is_soft("3g"):
            raise RefusedError(self._dead())
        grant.spent.add(value)
        return grant

    def issue(self, app: App, grant: Grant) -> Answer:
        """Answer with tokens for a grant; a refresh token only with ``offline_access``."""
        token = Token(secret(self._dice), grant, self._now + timedelta(seconds=ACCESS_SECONDS))
        self._instance.tokens[token.value] = token
        body: dict[str, JSON] = {}
        if "openid" in grant.scopes:
            body["id_token"] = self._id_token(app, grant)
        body |= {
            "access_token": token.value,
            "expires_in": ACCESS_SECONDS,
            "token_type": "Bearer",
        }
        if "offline_access" in grant.scopes or self._vendor.is_soft("3h"):
            grant.refresh_token = secret(self._dice)
            self._instance.refresh_tokens[grant.refresh_token] = grant
            if grant.ends_at is None or app.sliding_days:
                life = timedelta(days=app.sliding_days) if app.sliding_days else CHAIN
                grant.ends_at = self._now + life
            body["refresh_token"] = grant.refresh_token
        if self._vendor.switch("token_scope") == "told":
            body["scope"] = " ".join(grant.scopes)
        return answers.as_json(200, body, {"Cache-Control": "no-store", "Pragma": "no-cache"})

    def revoke(self, value: str) -> None:
        """Forget a token; the session it opened stays."""
        self._instance.tokens.pop(value, None)
        grant = self._instance.refresh_tokens.get(value)
        if grant is not None:
            grant.spent.add(value)

    def _id_token(self, app: App, grant: Grant) -> str:
        claims = {
            "iss": f"https://{self._instance.host}{self._instance.path}/identity",
            "aud": app.client_id,
            "sub": f"{grant.user}@{grant.tenant}",
            "iat": int(self._now.timestamp()),
            "exp": int(self._now.timestamp()) + ACCESS_SECONDS,
        }
        signed = b".".join(
            base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
            for part in ({"alg": "HS256", "typ": "JWT"}, claims)
        )
        signature = hmac.digest(app.client_secret.encode(), signed, "sha256")
        return (signed + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()

    def _dead(self) -> Answer:
        style = self._vendor.switch("dead_refresh_token")
        if style == "400_html":
            return answers.page(400, "Bad Request", "The request could not be understood.")
        if style == "401_empty":
            return answers.empty(401)
        return invalid_grant()


def invalid_grant(description: str = "") -> Answer:
    """400 ``invalid_grant``."""
    more = {"error_description": description} if description else {}
    return answers.as_json(400, {"error": "invalid_grant", **more})
