"""gusto-app-integration, Gusto's own generated client, does its ordinary reads and subscribes.

Release 0.2.4 always asks for version 2024-04-01, which is refused by now: a hook of its HTTP client
asks for the newest one. Its models check the type of all that they know, so it also judges shapes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from gusto_app_integration import GustoAppIntegration
from gusto_app_integration.models import (
    APIError,
    GetEventsSecurity,
    GetV1CompaniesCompanyIDPayrollsPayrollIDQueryParamInclude,
    GetV1CompaniesCompanyIDPayrollsQueryParamInclude,
    GetV1WebhookSubscriptionsSecurity,
    PayrollTypes,
    PostV1WebhookSubscriptionSecurity,
    PostV1WebhookSubscriptionSubscriptionTypes,
)
from pydantic import ValidationError

from tests.conftest import Sandbox
from tests.unit.connectors.sandbox.gusto.caller import HARBOR, HOOK, NEWEST, VERSION, Caller

READABLE = "abcdefghjlmn"
"""The payrolls that this release knows all of; Historical (i) and Adhoc (k) are newer."""
EVERY_PART = [
    GetV1CompaniesCompanyIDPayrollsPayrollIDQueryParamInclude.BENEFITS,
    GetV1CompaniesCompanyIDPayrollsPayrollIDQueryParamInclude.DEDUCTIONS,
    GetV1CompaniesCompanyIDPayrollsPayrollIDQueryParamInclude.TAXES,
]


@pytest.fixture
def caller(sandbox: Sandbox) -> Iterator[Caller]:
    """What connects the companies."""
    caller = Caller(sandbox)
    with caller.session:
        yield caller


@pytest.fixture
def newest() -> Iterator[httpx.Client]:
    """An HTTP client that asks for the newest version, whatever it was told."""

    def ask_for_the_newest(request: httpx.Request) -> None:
        request.headers[VERSION] = NEWEST

    with httpx.Client(event_hooks={"request": [ask_for_the_newest]}, trust_env=False) as client:
        yield client


def connect(caller: Caller, client: httpx.Client) -> GustoAppIntegration:
    """The client, led to the sandbox, with a token for the first company."""
    token = caller.connect()["access_token"]
    return GustoAppIntegration(company_access_auth=token, server_url=caller.base, client=client)


@pytest.fixture
def gusto(caller: Caller, newest: httpx.Client) -> GustoAppIntegration:
    """The same, asking for the newest version."""
    return connect(caller, newest)


def test_is_refused_in_the_version_that_it_asks_for_itself(caller: Caller) -> None:
    with httpx.Client(trust_env=False) as plain:
        gusto = connect(caller, plain)
        with pytest.raises(APIError) as caught:
            gusto.companies.get(company_id=HARBOR)
    assert caught.value.status_code == 406
    assert "invalid_api_version" in caught.value.body


def test_knows_whose_token_it_has(gusto: GustoAppIntegration) -> None:
    told = gusto.introspection.get_token_info()
    assert told is not None
    assert told.resource is not None
    assert told.resource.uuid == HARBOR


def test_reads_the_company_and_its_lists(gusto: GustoAppIntegration, caller: Caller) -> None:
    state = caller.company()
    company = gusto.companies.get(company_id=HARBOR)
    assert company.name == state["name"]
    departments = gusto.departments.get_all(company_uuid=HARBOR)
    assert [row.title for row in departments] == [
        row["title"] for row in state["departments"].values()
    ]
    types = gusto.earning_types.get(company_id=HARBOR)
    assert [row.name for row in types.default or []] == [
        row["name"] for row in state["earning_types"]["default"]
    ]
    locations = gusto.company_locations.list(company_id=HARBOR)
    assert {row.uuid for row in locations} == set(state["locations"])
    schedules = gusto.pay_schedules.list(company_id=HARBOR)
    assert {row.uuid for row in schedules} == set(state["pay_schedules"])
    assert gusto.pay_schedules.get_pay_periods(company_id=HARBOR) != []


def test_reads_people_but_for_a_status_that_it_does_not_know(
    gusto: GustoAppIntegration, caller: Caller
) -> None:
    state = caller.company()["employees"]
    found = [
        person
        for page in (1, 2)
        for person in gusto.employees.get(company_id=HARBOR, page=page, per=9)
    ]
    assert [person.uuid for person in found] == list(state)[:18]
    assert [person.department for person in found] == [
        row["department"] for row in list(state.values())[:18]
    ]
    one = gusto.employees.get_by_id(employee_id=found[0].uuid)
    assert one.last_name == state[found[0].uuid]["last_name"]
    leaver = next(uuid for uuid, row in state.items() if row["terminations"])
    (ended,) = gusto.employees.get_terminations(employee_id=leaver)
    assert ended.effective_date == state[leaver]["terminations"][0]["effective_date"]
    history = gusto.employee_employments.get_history(employee_id=leaver)
    assert [str(row.hire_date) for row in history] == [
        row["hire_date"] for row in state[leaver]["employment_history"]
    ]
    with pytest.raises(ValidationError, match="fractional_twelve_hours"):
        gusto.employees.get(company_id=HARBOR)


def test_lists_regular_payrolls_with_totals(gusto: GustoAppIntegration, caller: Caller) -> None:
    asked = GetV1CompaniesCompanyIDPayrollsQueryParamInclude
    listed = gusto.payrolls.get_for_company(
        company_id=HARBOR,
        payroll_types=[PayrollTypes.REGULAR],
        include=[asked.TOTALS, asked.PAYROLL_STATUS_META],
        per=100,
        page=1,
    )
    state = caller.company()["payrolls"]
    assert len(listed) == 7
    for row in listed:
        assert row.payroll_uuid is not None
        assert row.totals is not None
        assert row.totals.gross_pay == state[row.payroll_uuid]["totals"]["gross_pay"]


@pytest.mark.parametrize("fixture", READABLE)
def test_reads_payrolls_of_every_kind_that_it_knows(
    gusto: GustoAppIntegration, caller: Caller, fixture: str
) -> None:
    state = caller.payroll(fixture)
    payroll = gusto.payrolls.get(company_id=HARBOR, payroll_id=state["uuid"], include=EVERY_PART)
    assert payroll.totals is not None
    assert payroll.totals.net_pay == state["totals"]["net_pay"]
    # It has no page parameter: it sees the first 25 people and no more.
    rows = payroll.employee_compensations or []
    assert len(rows) == min(len(state["employee_compensations"]), 25)
    for row in rows:
        assert isinstance(row.employee_uuid, str)
        paid = state["employee_compensations"][row.employee_uuid]
        if not paid["excluded"]:
            assert f"{row.net_pay:.2f}" == paid["net_pay"]


def test_subscribes_and_reads_events_as_the_app(gusto: GustoAppIntegration, caller: Caller) -> None:
    token = caller.as_app().token
    events = gusto.events.get_all(security=GetEventsSecurity(system_access_auth=token), limit="100")
    assert [event.uuid for event in events] == [event["uuid"] for event in known_events(caller)]
    made = gusto.webhooks.create(
        security=PostV1WebhookSubscriptionSecurity(system_access_auth=token),
        url=HOOK,
        subscription_types=[PostV1WebhookSubscriptionSubscriptionTypes.PAYROLL],
    )
    listed = gusto.webhooks.list_subscriptions(
        security=GetV1WebhookSubscriptionsSecurity(system_access_auth=token)
    )
    assert [row.uuid for row in listed] == [made.uuid]


def known_events(caller: Caller) -> list[Any]:
    """What the stand-in has of the last thirty days, as the raw feed shows it."""
    rows: list[Any] = caller.as_app().get("events", limit=100).json()
    return rows
