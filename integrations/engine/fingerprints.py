"""What a draft says, field by field, so that nothing is written that is already so."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.crypto import salted_hmac

from connectors.values import ABSENT
from connectors.vendor import SourceRecord
from integrations.flow import IS_ASIDE, Draft

CANONICAL_VERSION = 1
"""Raised when ``canonical`` changes what it says of the same value."""


def canonical(draft: Draft) -> dict[str, object]:
    """The draft's value by field name in plain JSON; fields that are ABSENT are left out."""
    return _plain_fields(draft.value)


UNSAID = ""
"""In a fingerprint: the field was there, and ABSENT."""


def fingerprint(draft: Draft) -> dict[str, Any]:
    """A digest per field of what the draft says, with the version of ``canonical``.

    Without what stands aside: how to bring it about, not what shall be.
    """
    said = canonical(draft)
    return {
        "version": CANONICAL_VERSION,
        "fields": {
            declared.name: _digest(said[declared.name]) if declared.name in said else UNSAID
            for declared in fields(draft.value)
            if not declared.metadata.get(IS_ASIDE)
        },
    }


def is_unchanged(stored: Mapping[str, Any], drawn: Mapping[str, Any]) -> bool:
    """Whether every field of ``drawn`` is as it was last written.

    A fingerprint of another version proves nothing, so the target is asked, and so it is for a
    field that was ABSENT then. A field that nobody knew of then is no change.
    """
    if not stored or stored.get("version") != drawn["version"]:
        return False
    before: Mapping[str, str] = stored["fields"]
    after: Mapping[str, str] = drawn["fields"]
    return all(
        digest == UNSAID or before.get(name, digest) == digest for name, digest in after.items()
    )


def is_otherwise(stored: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    """Whether two stored fingerprints say something different of a field that both speak of."""
    if not stored or not now or stored["version"] != now["version"]:
        return False
    before: Mapping[str, str] = stored["fields"]
    return any(
        UNSAID not in (digest, before.get(name, UNSAID)) and before[name] != digest
        for name, digest in now["fields"].items()
    )


def said(stored: Mapping[str, Any]) -> frozenset[str]:
    """The fields that the source has told at least once."""
    return frozenset(name for name, digest in stored.get("fields", {}).items() if digest != UNSAID)


def same_as_written(stored: Mapping[str, Any], drawn: Mapping[str, Any]) -> frozenset[str]:
    """The fields that say what was last written; none where that cannot be told."""
    if not stored or stored.get("version") != drawn["version"]:
        return frozenset()
    before: Mapping[str, str] = stored["fields"]
    return frozenset(
        name
        for name, digest in drawn["fields"].items()
        if digest != UNSAID and before.get(name) == digest
    )


def merged(stored: Mapping[str, Any], drawn: Mapping[str, Any]) -> dict[str, Any]:
    """What is known to stand at the target once ``drawn`` is written."""
    if not stored or stored.get("version") != drawn["version"]:
        return dict(drawn)
    said = {name: digest for name, digest in drawn["fields"].items() if digest != UNSAID}
    return {
        "version": drawn["version"],
        "fields": {**drawn["fields"], **stored["fields"], **said},
    }


def snapshot_digest(value: Any) -> str:
    """A digest of a record as it was read: equal digests, nothing to look at."""
    return _digest(plain(value))


def digest_of(snapshot: SourceRecord) -> str:
    """The digest of its value; empty where it is gone."""
    return "" if snapshot.is_gone else snapshot_digest(snapshot.value)


def plain(value: Any) -> Any:
    """A frozen value in JSON's terms; dates as ISO text, money as digits.

    Raises:
        TypeError: the value is of a kind that records do not have.
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def _plain_fields(value: Any) -> dict[str, object]:
    return {
        declared.name: plain(content)
        for declared in fields(value)
        if (content := getattr(value, declared.name)) is not ABSENT
    }


def _digest(value: object) -> str:
    """Keyed, since it covers pay, whose few digits a bare digest would give away.

    Under another SECRET_KEY nothing is as it was written: each record is compared once more.
    """
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return salted_hmac("fingerprint", text, algorithm="sha256").hexdigest()[:24]
