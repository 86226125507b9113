"""Rights that end: told once, no storm of tries, and all goes on after a new consent."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from integrations.engine.access import open_client
from integrations.models import Connection, Grant, Record
from tests.company import Company
from tests.connected import consent
from tests.faults.test_lost_answers import assert_as_quiet


def revoke(company: Company, vendor: str) -> None:
    """Somebody at the company takes our consent back."""
    state = company.sandbox.state(vendor)
    if vendor == "bamboohr":
        grants = state["companies"]["northwind"]["grants"]
    else:
        tenant = state["instances"]["northwind.acumatica.com"]["tenants"]["Northwind"]
        grants = tenant["grants"]
    for key in list(grants):
        company.sandbox.control("DELETE", f"{vendor}/grants/{key}")


def token_calls(company: Company, vendor: str) -> int:
    """How often the vendor was asked for a token."""
    return sum("token" in row["path"] for row in company.sandbox.requests(vendor))


def generation_of(connection: Connection) -> int:
    """How often the pair in force has been replaced."""
    return Grant.objects.get(connections=connection).generation


@pytest.mark.parametrize("vendor", ["bamboohr", "acumatica"])
def test_asks_for_a_new_consent_once_and_goes_on_after_it(company: Company, vendor: str) -> None:
    company.sync()
    person_id = company.hire()
    revoke(company, vendor)
    tokens = token_calls(company, vendor)
    assert company.sync().state == "failed"
    connection = Connection.objects.get(vendor=vendor)
    assert connection.status == Connection.Status.NEEDS_REAUTH
    assert connection.status_reason
    assert token_calls(company, vendor) == tokens + 1
    count = len(company.sandbox.requests(vendor))
    for _ in range(3):
        company.advance(seconds=600)
        company.drain()
        company.sync()
    assert len(company.sandbox.requests(vendor)) == count
    assert company.employee_of(person_id) is None
    consent(connection, company.operator)
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE
    company.drain()
    company.sync()
    assert_as_quiet(company, person_id)


def test_says_at_the_record_that_acumatica_needs_a_new_consent(company: Company) -> None:
    company.sync()
    person_id = company.hire()
    revoke(company, "acumatica")
    company.sync()
    assert company.record(person_id).state == Record.State.FAILED
    assert company.codes(person_id) == ["needs_reauth"]
    assert company.record(person_id).tries == 0


@pytest.mark.parametrize("vendor", ["bamboohr", "acumatica"])
def test_refreshes_once_for_eight_threads(company: Company, vendor: str) -> None:
    connection = Connection.objects.get(vendor=vendor)
    before = token_calls(company, vendor)
    generation = generation_of(connection)
    company.advance(seconds=3_500)

    def ask(_: int) -> None:
        client = open_client(connection)
        try:
            client.who_am_i() if vendor == "bamboohr" else client.read_endpoints()
        finally:
            client.close()
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert token_calls(company, vendor) == before + 1
    assert generation_of(connection) == generation + 1


@pytest.mark.parametrize("vendor", ["bamboohr", "acumatica"])
def test_refreshes_a_token_that_ended_early_and_sends_once_more(
    company: Company, vendor: str
) -> None:
    company.sync()
    person_id = company.hire()
    company.sandbox.fault(vendor=vendor, path="mployee", action="status", status=401)
    before = token_calls(company, vendor)
    assert company.sync().counts["created"] == 1
    assert token_calls(company, vendor) == before + 1
    assert_as_quiet(company, person_id)
