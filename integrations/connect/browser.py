"""The cookies of a browser that connects: one ties its attempts to it, one opens a link."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from integrations.connect import refusals
from integrations.connect.attempts import LIFE
from integrations.connect.refusals import ConnectError

ATTEMPTS = "connect"
LINK = "connect-link"
SECURE_PREFIX = "__Host-"
"""Without https a browser refuses such a name; it is left out only beside the sandbox."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def read_token(request: HttpRequest) -> str:
    """What the browser's cookie holds; empty where there is none, or nothing of ours."""
    token = request.COOKIES.get(_name(request, ATTEMPTS), "")
    return token if _TOKEN.fullmatch(token) else ""


def token_for(request: HttpRequest) -> str:
    """The browser's token, a new one where it has none: several attempts at once share it.

    Raises:
        ConnectError: the cookie could be read on its way.
    """
    refuse_insecure(request)
    return read_token(request) or secrets.token_urlsafe(32)


def set_token(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    """Have the browser keep its token as long as an attempt lives."""
    _set(request, response, ATTEMPTS, token, LIFE)


def read_link(request: HttpRequest) -> str:
    """The token of the link that this browser came by; empty where it came by none."""
    return request.COOKIES.get(_name(request, LINK), "")


def set_link(request: HttpRequest, response: HttpResponseBase, token: str, life: timedelta) -> None:
    """Have the browser keep a link's token, so that it need not stand in an address."""
    _set(request, response, LINK, token, life)


def refuse_insecure(request: HttpRequest) -> None:
    """Raises ConnectError where a cookie could be read on its way."""
    if not request.is_secure() and not settings.SANDBOX_URL:
        raise ConnectError(refusals.INSECURE)


def _set(
    request: HttpRequest, response: HttpResponseBase, name: str, token: str, life: timedelta
) -> None:
    response.set_cookie(
        _name(request, name),
        token,
        max_age=life,
        secure=request.is_secure(),
        httponly=True,
        # Strict would keep it back on the way home from the vendor.
        samesite="Lax",
    )


def _name(request: HttpRequest, name: str) -> str:
    if request.is_secure() or not settings.SANDBOX_URL:
        return SECURE_PREFIX + name
    return name
