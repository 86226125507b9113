"""The cookie that ties an attempt to connect to the browser in which it was started."""

from __future__ import annotations

import re
import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from integrations.connect import refusals
from integrations.connect.attempts import LIFE
from integrations.connect.refusals import ConnectError

SECURE_NAME = "__Host-connect"
PLAIN_NAME = "connect"
"""Without https a browser refuses the other name; only beside the sandbox."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


def read_token(request: HttpRequest) -> str:
    """What the browser's cookie holds; empty where there is none, or nothing of ours."""
    token = request.COOKIES.get(_name(request), "")
    return token if _TOKEN.fullmatch(token) else ""


def token_for(request: HttpRequest) -> str:
    """The browser's token, a new one where it has none: several attempts at once share it.

    Raises:
        ConnectError: the cookie could be read on its way.
    """
    if not request.is_secure() and not settings.SANDBOX_URL:
        raise ConnectError(refusals.INSECURE)
    return read_token(request) or secrets.token_urlsafe(32)


def set_token(request: HttpRequest, response: HttpResponseBase, token: str) -> None:
    """Have the browser keep its token as long as an attempt lives."""
    response.set_cookie(
        _name(request),
        token,
        max_age=LIFE,
        secure=request.is_secure(),
        httponly=True,
        # Strict would keep it back on the way home from the vendor.
        samesite="Lax",
    )


def _name(request: HttpRequest) -> str:
    if request.is_secure() or not settings.SANDBOX_URL:
        return SECURE_NAME
    return PLAIN_NAME
