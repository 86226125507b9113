"""The authorization code flow over our door.

authlib builds the requests; it holds no token and sends nothing. Answers are read here, by our own
number rules and closed by default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl, urlsplit

# authlib ships no types.
from authlib.oauth2.rfc6749 import parameters  # type: ignore[import-untyped]
from authlib.oauth2.rfc7636 import create_s256_code_challenge  # type: ignore[import-untyped]

from config import clock
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    CredentialError,
    Effect,
    RateLimitError,
    RetryableError,
)
from connectors.exchange import Answer
from connectors.transport import Door
from connectors.vendor import Account, OAuth, OAuthApp, Operation, Tokens, Vendor
from connectors.verdicts import retry_after_seconds

FETCH_TOKENS: Final = Operation(
    "fetch_tokens",
    "POST",
    "/token",
    writes=True,
    deadline_seconds=30.0,
    grants_access=True,
    docs="RFC 6749, sections 4.1.3 and 6",
)

REVOKE_TOKEN: Final = Operation(
    "revoke_token",
    "POST",
    "/revocation",
    writes=True,
    deadline_seconds=30.0,
    grants_access=True,
    docs="RFC 7009, section 2",
)

_MAX_TOKEN_LENGTH: Final = 16_384
_MAX_LIFE_SECONDS: Final = 366 * 24 * 3_600
# Errors of RFC 6749 that say something of our app or our request, not of the grant.
_OF_THE_APP: Final = frozenset(
    {
        "invalid_client",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
    }
)


def authorize_url(
    vendor: Vendor,
    config: Mapping[str, str],
    app: OAuthApp,
    redirect_uri: str,
    state: str,
    verifier: str,
) -> str:
    """The vendor's own address of its consent page; ``browser_url`` makes it the sandbox's."""
    oauth = oauth_of(vendor)
    extra = dict(oauth.authorize_params)
    if oauth.pkce:
        extra["code_challenge"] = create_s256_code_challenge(verifier)
        extra["code_challenge_method"] = "S256"
    url: str = parameters.prepare_grant_uri(
        oauth.authorize_url(config),
        client_id=app.client_id,
        response_type="code",
        redirect_uri=redirect_uri,
        scope=[scope.name for scope in oauth.scopes],
        state=state,
        **extra,
    )
    return url


def exchange_code(
    door: Door,
    vendor: Vendor,
    config: Mapping[str, str],
    app: OAuthApp,
    redirect_uri: str,
    code: str,
    verifier: str,
) -> Tokens:
    """Trade the code of a consent for tokens.

    Raises:
        CredentialError: the code is spent, too old or not ours: the consent must be repeated.
        ConfigurationError: the app's id, secret, redirect URI or scopes are wrong.
        ConnectorError: see ``Session.send``.
    """
    oauth = oauth_of(vendor)
    proof = {"code_verifier": verifier} if oauth.pkce else {}
    body = parameters.prepare_token_request(
        "authorization_code",
        code=code,
        redirect_uri=redirect_uri,
        client_id=app.client_id,
        client_secret=app.client_secret,
        **proof,
    )
    return _fetch(door, vendor, config, body, Tokens(""))


def fetch_app_tokens(
    door: Door,
    vendor: Vendor,
    config: Mapping[str, str],
    app: OAuthApp,
    grant_type: str = "client_credentials",
) -> Tokens:
    """Tokens of the app itself, for what belongs to no account (RFC 6749, section 4.4).

    ``grant_type`` is the vendor's own word for it.

    Raises:
        ConfigurationError: the app's id or secret is wrong, or it may not act by itself.
        ConnectorError: see ``Session.send``.
    """
    body = parameters.prepare_token_request(
        grant_type, client_id=app.client_id, client_secret=app.client_secret
    )
    return _fetch(door, vendor, config, body, Tokens(""))


def refresh(door: Door, vendor: Vendor, account: Account, tokens: Tokens) -> Tokens:
    """Trade a refresh token for a new pair; what the answer leaves out stays as it was.

    Only ``GrantStore.renew`` may call this: it sees to one refresh at a time.

    Raises:
        CredentialError: the vendor wants a new consent.
        ConfigurationError: the app's id or secret is wrong.
        ConnectorError: see ``Session.send``.
    """
    if account.app is None or not tokens.refresh_token:
        raise CredentialError(
            f"{vendor.title}: the access has ended and cannot be renewed; connect it again.",
            vendor=vendor.slug,
            operation=FETCH_TOKENS.name,
        )
    oauth = oauth_of(vendor)
    body = parameters.prepare_token_request(
        "refresh_token",
        refresh_token=tokens.refresh_token,
        redirect_uri=account.redirect_uri if oauth.redirect_uri_in_refresh else None,
        client_id=account.app.client_id,
        client_secret=account.app.client_secret,
    )
    return _fetch(door, vendor, account.config, body, tokens)


def revoke(
    door: Door, vendor: Vendor, config: Mapping[str, str], app: OAuthApp, tokens: Tokens
) -> bool:
    """Give a pair of tokens back; False where the vendor has no place for that.

    The refresh token goes first: with it gone, nothing renews the other one. A token that ended
    already is no error (RFC 7009, section 2.2), so that this may run twice.

    Raises:
        ConfigurationError: the app's id or secret is wrong.
        ConnectorError: see ``Session.send``.
    """
    revoke_url = oauth_of(vendor).revoke_url
    if revoke_url is None:
        return False
    parts = urlsplit(revoke_url(config))
    judging = replace(vendor, judge=_judge(vendor))
    origin = f"{parts.scheme}://{parts.netloc}"
    with door.session(judging, origin, vendor.budget(config), None) as session:
        for token in filter(None, (tokens.refresh_token, tokens.access_token)):
            form = {
                "token": token,
                "client_id": app.client_id,
                "client_secret": app.client_secret,
            }
            session.send(replace(REVOKE_TOKEN, path=parts.path), parts.path, form=form)
    return True


def oauth_of(vendor: Vendor) -> OAuth:
    """The declaration of a vendor that is let in by consent."""
    if vendor.oauth is None:
        raise ValueError(f"{vendor.slug} declares no OAuth.")
    return vendor.oauth


def _fetch(
    door: Door, vendor: Vendor, config: Mapping[str, str], body: str, former: Tokens
) -> Tokens:
    oauth = oauth_of(vendor)
    parts = urlsplit(oauth.token_url(config))
    asked_at = clock.now()
    judging = replace(vendor, judge=_judge(vendor))
    origin = f"{parts.scheme}://{parts.netloc}"
    with door.session(judging, origin, vendor.budget(config), None) as session:
        answer = session.send(
            replace(FETCH_TOKENS, path=parts.path),
            parts.path,
            query=(*parse_qsl(parts.query), *oauth.token_params.items()),
            form=dict(parse_qsl(body, keep_blank_values=True)),
        )
    return _tokens(vendor, answer, former, asked_at)


def _judge(vendor: Vendor) -> Callable[[Operation, Answer], None]:
    """What a token endpoint's refusal means; its body may echo the form and is never quoted."""

    def judge(operation: Operation, answer: Answer) -> None:
        if answer.status == 429:
            error = RateLimitError(f"{vendor.title} asks for fewer logins; tried again later.")
            error.retry_after_seconds = retry_after_seconds(answer)
            raise error
        if answer.status >= 500 or answer.status == 408:
            failure = RetryableError(
                f"{vendor.title} could not renew the access now; tried again later.",
                effect=Effect.UNKNOWN,
            )
            failure.retry_after_seconds = retry_after_seconds(answer)
            raise failure
        code = _error_code(answer)
        if 400 <= answer.status <= 499 or code is not None:
            raise _refusal(vendor, answer.status, code or "")

    return judge


def _refusal(vendor: Vendor, status: int, code: str) -> ConnectorError:
    if code in _OF_THE_APP:
        return ConfigurationError(
            f"{vendor.title} refuses our app ({code}): check its client id, secret, redirect "
            "address and scopes.",
            detail=code,
        )
    if status in (404, 405, 410) and not code:
        return ConfigurationError(
            f"{vendor.title} has no token endpoint at this address: check the account's address."
        )
    # Any other refusal: bodies are not reliable enough to tell more (a dead refresh token
    # arrives as any 4xx).
    return CredentialError(
        f"{vendor.title} no longer accepts the access that was granted; connect it again.",
        detail=code if code == "invalid_grant" else "",
    )


def _error_code(answer: Answer) -> str | None:
    """The ``error`` of a token answer, also of one with status 200; None where there is none."""
    try:
        body = answer.json()
    except ConnectorError:
        return None
    if not isinstance(body, dict) or "error" not in body:
        return None
    code = body["error"]
    return code if isinstance(code, str) else ""


def _tokens(vendor: Vendor, answer: Answer, former: Tokens, asked_at: datetime) -> Tokens:
    body = answer.json()
    if not isinstance(body, dict):
        raise answer.contract_error("it is no object")
    access_token = _token(body.get("access_token"))
    if access_token is None:
        raise answer.contract_error("it holds no access token")
    refresh_token: str | None = former.refresh_token
    # A vendor that does not rotate it leaves it out, null or empty.
    if body.get("refresh_token") not in (None, ""):
        refresh_token = _token(body["refresh_token"])
    if refresh_token is None:
        raise answer.contract_error("its refresh token is none")
    if str(body.get("token_type", "bearer")).lower() != "bearer":
        raise answer.contract_error("its token is no bearer token")
    scope = body.get("scope")
    return Tokens(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_at=_expires_at(answer, body.get("expires_in"), asked_at),
        scopes=tuple(scope.split()) if isinstance(scope, str) else former.scopes,
        facts={**former.facts, **_facts(vendor, body)},
    )


def _token(value: object) -> str | None:
    """A text that can stand in a header; None for anything else."""
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_TOKEN_LENGTH:
        return None
    return value if value.isascii() and value.isprintable() and " " not in value else None


def _expires_at(answer: Answer, expires_in: object, asked_at: datetime) -> datetime | None:
    """Counted from when it was asked for: the answer's way back is part of its life."""
    if expires_in is None:
        return None
    text = str(expires_in)
    seconds = int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else -1
    if not 0 < seconds <= _MAX_LIFE_SECONDS:
        raise answer.contract_error("its lifetime is no number of seconds")
    return asked_at + timedelta(seconds=seconds)


def _facts(vendor: Vendor, body: Mapping[str, object]) -> Mapping[str, str]:
    found = {name: body.get(name) for name in oauth_of(vendor).facts}
    return {name: value for name, value in found.items() if isinstance(value, str)}
