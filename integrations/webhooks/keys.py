"""The unguessable part of a webhook's address; a stranger's is told apart without a query."""

from __future__ import annotations

import base64
import hmac
import secrets

from django.conf import settings
from django.utils.crypto import salted_hmac

RANDOM_LENGTH = 24
MAC_BYTES = 18
"""Its text has 24 characters, as the random part before it has."""


def new_url_key() -> str:
    """A random text with its MAC behind it, 48 characters of ``A-Za-z0-9_-``."""
    text = secrets.token_urlsafe(RANDOM_LENGTH * 3 // 4)
    return text + _mac(text, settings.SECRET_KEY)


def is_ours(url_key: str) -> bool:
    """Whether this installation made the key; false for all of them after a new SECRET_KEY."""
    text, given = url_key[:RANDOM_LENGTH], url_key[RANDOM_LENGTH:]
    known = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(given.encode(), _mac(text, one).encode()) for one in known)


def _mac(text: str, secret: str | bytes) -> str:
    digest = salted_hmac(__name__, text, secret=secret, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:MAC_BYTES]).decode("ascii")
