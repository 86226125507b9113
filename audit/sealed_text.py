"""Encrypted text that knows which key opens it; what no key opens is its row's fault alone."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.utils.encoding import force_bytes
from fernet_fields import EncryptedTextField


class Ciphertext(str):
    """Stands in a row for what is stored, byte for byte: no key of ours opens it, or it is moved.

    Reads as empty and is saved as it was, so that a row can be shown and changed around it.
    """

    stored: bytes

    def __new__(cls, stored: bytes) -> Ciphertext:
        text = super().__new__(cls, "")
        text.stored = stored
        return text


# The package ships no types: for the checker its field is the text field that it derives from.
if TYPE_CHECKING:
    EncryptedText = models.TextField[str, str]
else:
    EncryptedText = EncryptedTextField


class SealedTextField(EncryptedText):
    """Encrypts with the first of ``FERNET_KEYS``; nothing is stored as nothing."""

    def get_db_prep_save(self, value: str | None, connection: BaseDatabaseWrapper) -> object:
        if value is None:
            return None
        return _stored(value)

    def from_db_value(
        self,
        value: bytes | memoryview | None,
        expression: Expression,
        connection: BaseDatabaseWrapper,
    ) -> str | None:
        """A row that no key opens must not take the whole list with it."""
        if value is None:
            return None
        stored = bytes(value)
        return opened(stored, _keys()) if stored else ""


def opened(stored: bytes, keys: tuple[str, ...]) -> str:
    """The text, or the ciphertext itself where none of ``keys`` opens it."""
    for key in keys:
        try:
            return _fernet(key).decrypt(stored).decode()
        except InvalidToken:
            continue
    return Ciphertext(stored)


def sealed(text: str) -> bytes:
    """What is stored for a text from now on."""
    return _fernet(_keys()[0]).encrypt(force_bytes(text))


def key_id(key: str) -> str:
    """What a key is called where it must not be shown."""
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def key_of(stored: bytes) -> str:
    """The id of the key that opens this; empty where none does."""
    for key in _keys():
        if not isinstance(opened(stored, (key,)), Ciphertext):
            return key_id(key)
    return ""


def is_sealed_with_first(stored: bytes) -> bool:
    """Whether the key that encrypts now opens this."""
    return not isinstance(opened(stored, _keys()[:1]), Ciphertext)


def sealed_anew(stored: bytes) -> bytes:
    """The same text under the first key.

    Raises:
        ValueError: no key of ours opens it.
    """
    text = opened(stored, _keys())
    if isinstance(text, Ciphertext):
        raise ValueError("No key of ours opens this.")
    return sealed(text)


def key_ids() -> tuple[str, ...]:
    """The ids of our keys, the one that encrypts first."""
    return tuple(key_id(key) for key in _keys())


def _stored(value: str) -> bytes:
    if isinstance(value, Ciphertext):
        return value.stored
    return sealed(value) if value else b""


def _keys() -> tuple[str, ...]:
    return tuple(settings.FERNET_KEYS)


@lru_cache(maxsize=32)
def _fernet(key: str) -> Fernet:
    return Fernet(key)
