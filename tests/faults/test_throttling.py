"""Vendors that ask for patience or are away: nothing is lost, nobody is pressed."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from config import clock
from connectors.transport import Door
from integrations.engine import access
from integrations.models import Budget, HighWaterMark, Record
from tests.company import Company
from tests.faults.changes import EMPLOYEE_WRITE
from tests.faults.test_lost_answers import assert_as_quiet, outcomes

CHANGED = {"vendor": "bamboohr", "method": "GET", "path": "/changed$"}


pytestmark = pytest.mark.usefixtures("synced")


@pytest.fixture(autouse=True)
def _without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read is repeated after a moment; nobody waits for it here."""
    monkeypatch.setattr(access, "Door", partial(Door, sleep=lambda seconds: None))


def mark(company: Company) -> str:
    """How far the feed of people is handled."""
    return HighWaterMark.objects.get(integration=company.integration, leg="employees").value


@pytest.mark.parametrize("after", ["300", None], ids=["with Retry-After", "without"])
def test_leaves_acumatica_alone_for_as_long_as_it_asks(company: Company, after: str | None) -> None:
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    before = len(company.writes())
    headers = {} if after is None else {"Retry-After": after}
    company.sandbox.fault(**EMPLOYEE_WRITE, action="status", status=429, headers=headers)
    run = company.sync()
    assert run.state == "interrupted"
    record = company.record(person_id)
    assert (record.state, company.codes(person_id)) == (Record.State.FAILED, ["will_retry"])
    assert record.tries == 0
    assert outcomes(company, person_id, "create") == ["refused"]
    paused_until = Budget.objects.get(scope__startswith="acumatica").paused_until
    seconds = float(after or 30)
    assert abs(paused_until - clock.now() - timedelta(seconds=seconds)).total_seconds() < 10
    count = len(company.calls("acumatica"))
    company.advance(seconds=seconds / 2)
    company.drain()
    assert len(company.calls("acumatica")) == count
    company.advance(seconds=seconds)
    company.drain()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == 2


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("after", ["120", "date"])
def test_leaves_bamboohr_alone_for_as_long_as_it_asks(
    company: Company, status: int, after: str
) -> None:
    known = mark(company)
    person_id = company.hire()
    when = after
    if after == "date":
        when = f"{clock.now() + timedelta(seconds=120):%a, %d %b %Y %H:%M:%S} GMT"
    company.sandbox.fault(**CHANGED, action="status", status=status, headers={"Retry-After": when})
    count = len(company.calls("bamboohr"))
    assert company.sync().state == "interrupted"
    assert company.sync().state == "interrupted"
    assert len(company.calls("bamboohr")) == count + 1
    assert mark(company) == known
    company.advance(seconds=130)
    assert company.sync().counts["created"] == 1
    assert_as_quiet(company, person_id)


def test_leaves_bamboohr_alone_for_a_while_where_it_does_not_say_how_long(
    company: Company,
) -> None:
    known = mark(company)
    person_id = company.hire()
    company.sandbox.fault(**CHANGED, action="status", status=429)
    count = len(company.calls("bamboohr"))
    assert company.sync().state == "interrupted"
    assert company.sync().state == "interrupted"
    assert len(company.calls("bamboohr")) == count + 1
    assert mark(company) == known
    company.advance(seconds=40)
    assert company.sync().counts["created"] == 1
    assert_as_quiet(company, person_id)


def test_reads_again_what_failed_for_a_moment(company: Company) -> None:
    person_id = company.hire()
    company.sandbox.fault(**CHANGED, action="status", status=503)
    assert company.sync().counts["created"] == 1
    assert_as_quiet(company, person_id)


def test_goes_on_once_bamboohr_is_back(company: Company) -> None:
    known = mark(company)
    person_id = company.hire()
    company.sandbox.fault(**CHANGED, action="status", status=503, times=3)
    run = company.sync()
    assert (run.state, run.seen_count) == ("interrupted", 0)
    assert mark(company) == known
    assert company.employee_of(person_id) is None
    company.advance(seconds=60)
    company.sync()
    assert_as_quiet(company, person_id)


@pytest.mark.parametrize("after", ["120", None], ids=["with Retry-After", "without"])
@pytest.mark.parametrize("applied", [False, True], ids=["undone", "done"])
def test_takes_a_503_on_a_write_for_no_answer(
    company: Company, applied: bool, after: str | None
) -> None:
    person_id = company.hire(workEmail="nora.quist@northwind.example")
    before = len(company.writes())
    headers = {} if after is None else {"Retry-After": after}
    company.sandbox.fault(
        **EMPLOYEE_WRITE, action="status", status=503, applied=applied, headers=headers
    )
    company.sync()
    assert company.record(person_id).state == Record.State.WRITING
    assert outcomes(company, person_id, "create") == ["unclear"]
    company.settle()
    assert_as_quiet(company, person_id)
    assert len(company.writes()) - before == (1 if applied else 2)


@pytest.mark.parametrize("action", ["garbage", "truncate"])
def test_moves_no_mark_for_a_page_that_it_cannot_read(company: Company, action: str) -> None:
    known = mark(company)
    person_id = company.hire()
    company.sandbox.fault(**CHANGED, action=action, times=3)
    assert company.sync().state in ("failed", "interrupted")
    assert mark(company) == known
    assert company.employee_of(person_id) is None
    company.sandbox.control("DELETE", "faults")
    company.sync()
    assert_as_quiet(company, person_id)
