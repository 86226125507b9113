"""The sandbox's clock: real time, jumps, and a vendor's own skew."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from tests.unit.connectors.sandbox.bamboohr.account import Account


def now(sandbox: Any) -> datetime:
    return datetime.fromisoformat(sandbox.control("GET", "clock")["now"])


def test_starts_at_real_time(sandbox: Any) -> None:
    shown = sandbox.control("GET", "clock")
    assert shown["now"].endswith("Z")
    assert abs((now(sandbox) - datetime.now(UTC)).total_seconds()) < 2
    assert set(shown["vendor_offset_seconds"]) >= {"bamboohr"}


def test_starts_where_a_reset_says(sandbox: Any) -> None:
    sandbox.reset(clock_start="2026-03-02T09:00:00Z")
    passed = now(sandbox) - datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert timedelta(0) <= passed < timedelta(seconds=5)
    sandbox.reset(clock_start="2026-03-02T09:00:00-07:00")
    assert now(sandbox).hour == 16


def test_jumps_for_everybody(sandbox: Any) -> None:
    before = now(sandbox)
    answer = sandbox.advance(3600.5)
    assert 3600.5 <= (now(sandbox) - before).total_seconds() < 3603
    assert abs(answer["offset_seconds"] - 3600.5) < 0.01
    assert answer["vendor_offset_seconds"]["bamboohr"] == 0


def test_jumps_for_one_vendor_and_back(sandbox: Any) -> None:
    account = Account(sandbox)
    with account.session:
        admin = account.as_user()
        before = now(sandbox)
        sandbox.advance(-90, vendor_only="bamboohr")
        assert (now(sandbox) - before).total_seconds() < 2
        date = parsedate_to_datetime(admin.get("employees/0").headers["Date"])
        assert 85 < (now(sandbox) - date).total_seconds() < 95
        answer = sandbox.advance(120, vendor_only="bamboohr")
        assert abs(answer["vendor_offset_seconds"]["bamboohr"] - 30) < 0.01


def test_stops_in_a_jump_at_each_instant_for_which_something_is_due(sandbox: Any) -> None:
    account = Account(sandbox)
    sandbox.reset(clock_start="2026-03-02T09:00:00Z")
    account.hr("117", department="Sales", date="2026-03-04")
    account.hr("118", terminate={"date": "2026-03-03"})
    account.hr("119", department="Sales", date="2026-03-05")
    sandbox.advance(5 * 86_400)
    people = account.state()["employees"]
    assert people["117"]["lastChanged"] == "2026-03-04T00:00:00+00:00"
    assert people["118"]["lastChanged"] == "2026-03-03T00:00:00+00:00"
    assert people["119"]["lastChanged"] == "2026-03-05T00:00:00+00:00"
    assert people["118"]["status"] == "Inactive"
    assert account.state()["today"] == "2026-03-07"


def test_lets_a_vendors_own_jump_bring_only_its_own_day(sandbox: Any) -> None:
    account = Account(sandbox)
    sandbox.reset(clock_start="2026-03-02T09:00:00Z")
    account.hr("118", terminate={"date": "2026-03-03"})
    sandbox.advance(86_400, vendor_only="bamboohr")
    assert account.person("118")["status"] == "Inactive"
    assert now(sandbox).day == 2
