"""Folds names and e-mail addresses, so that spelling alone does not make two of one."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """Case, accents, width and runs of white space taken away."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.casefold().split())


def folded_name(*parts: str | None) -> str:
    """First and last name as one folded text; empty where nothing is known."""
    return folded(" ".join(part for part in parts if part))


def folded_email(address: str) -> str:
    """An address is compared without case or surrounding white space, accents kept."""
    return unicodedata.normalize("NFC", address).strip().casefold()
