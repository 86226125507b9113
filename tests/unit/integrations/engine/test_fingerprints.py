"""What counts as a change of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from connectors.values import ABSENT
from integrations.engine.fingerprints import (
    CANONICAL_VERSION,
    canonical,
    fingerprint,
    is_unchanged,
    merged,
    plain,
    snapshot_digest,
)
from integrations.flow import Draft


@dataclass(frozen=True)
class Value:
    name: Any = ABSENT
    amount: Any = ABSENT
    on: Any = ABSENT


def draft(**fields: Any) -> Draft:
    return Draft(Value(**fields), "REF-1", ())


def test_leaves_absent_fields_out_and_keeps_empty_ones() -> None:
    drawn = draft(name=None, amount=Decimal("10.50"), on=date(2026, 3, 2))
    assert canonical(drawn) == {"name": None, "amount": "10.50", "on": "2026-03-02"}
    assert canonical(draft(name="")) == {"name": ""}


def test_sees_a_changed_an_emptied_and_an_unreadable_field() -> None:
    stored = fingerprint(draft(name="Rosa", amount=Decimal(1)))
    assert is_unchanged(stored, fingerprint(draft(name="Rosa", amount=Decimal(1))))
    assert not is_unchanged(stored, fingerprint(draft(name="Rose", amount=Decimal(1))))
    assert not is_unchanged(stored, fingerprint(draft(name=None, amount=Decimal(1))))
    assert is_unchanged(stored, fingerprint(draft(amount=Decimal(1))))


def test_takes_a_field_that_nobody_knew_of_for_no_change() -> None:
    stored = fingerprint(draft(name="Rosa"))
    del stored["fields"]["on"]
    assert is_unchanged(stored, fingerprint(draft(name="Rosa", on=date(2026, 3, 2))))


def test_asks_the_target_for_a_field_that_was_absent_before() -> None:
    stored = fingerprint(draft(name="Rosa"))
    drawn = fingerprint(draft(name="Rosa", on=date(2026, 3, 2)))
    assert not is_unchanged(stored, drawn)
    assert is_unchanged(merged(stored, drawn), fingerprint(draft(name="Rosa")))


def test_asks_the_target_when_nothing_or_another_version_was_stored() -> None:
    drawn = fingerprint(draft(name="Rosa"))
    assert not is_unchanged({}, drawn)
    assert not is_unchanged({**drawn, "version": CANONICAL_VERSION - 1}, drawn)


def test_keeps_what_was_written_before_and_is_not_read_now() -> None:
    before = fingerprint(draft(name="Rosa", amount=Decimal(1)))
    after = merged(before, fingerprint(draft(name="Rose")))
    assert is_unchanged(after, fingerprint(draft(name="Rose", amount=Decimal(1))))
    old = {**before, "version": CANONICAL_VERSION - 1}
    assert merged(old, fingerprint(draft(name="Rose"))) == fingerprint(draft(name="Rose"))


def test_gives_equal_snapshots_equal_digests() -> None:
    assert snapshot_digest(Value(name="a")) == snapshot_digest(Value(name="a"))
    assert snapshot_digest(Value(name="a")) != snapshot_digest(Value(name="a", amount=None))


def test_refuses_what_records_do_not_hold() -> None:
    with pytest.raises(TypeError, match="float"):
        plain(1.5)
