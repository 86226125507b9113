"""Two integrations that write the same kind of record at one account: found, and one may lead."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from integrations import registry, switching
from integrations.choosing import lead_name, lead_of
from integrations.engine import marks
from integrations.models import Connection, Integration, Tenant, Tie
from tests.factories import (
    make_connected,
    make_integration,
    make_record,
    make_tenant,
    make_user,
)

pytestmark = pytest.mark.django_db

LED, LINKED = {"employees_leads": "leads"}, {"employees_leads": "link only"}
Status = Integration.Status


def books(tenant: Tenant) -> Connection:
    """The tenant's account at finance."""
    known = Connection.objects.filter(tenant=tenant, vendor="acumatica").order_by("pk").first()
    return known or make_connected(tenant, "acumatica")


def installed(
    tenant: Tenant,
    source: str = "bamboohr",
    target: Connection | None = None,
    status: Integration.Status = Status.ON,
    options: Mapping[str, str] | None = None,
) -> Integration:
    """People of one source to the tenant's books, unless to another account."""
    return make_integration(
        make_connected(tenant, source),
        target or books(tenant),
        flow=f"{source}_to_acumatica",
        status=status,
        options=options,
    )


@pytest.mark.parametrize("slug", sorted(registry.flows()))
def test_lets_a_person_choose_for_each_leg_that_says_what_it_writes(slug: str) -> None:
    flow = registry.flow(slug)
    offered = {option.name: option for option in flow.options}
    for leg in flow.legs:
        assert offered.get(lead_name(leg.name)) == (
            lead_of(leg.name, leg.title) if leg.writes else None
        )


def test_finds_who_writes_the_same_at_the_same_account() -> None:
    tenant = make_tenant()
    first, second = installed(tenant), installed(tenant, "gusto")
    leg = registry.flow(second.flow).leg("employees")
    assert [(other, theirs.name) for other, theirs in second.overlapping(leg)] == [
        (first, "employees")
    ]
    departments = registry.flow(first.flow).leg("departments")
    assert first.overlapping(departments) == []


def test_lets_two_companies_of_one_vendor_write_side_by_side() -> None:
    """They have people of their own."""
    tenant = make_tenant()
    first, second = installed(tenant, "gusto"), installed(tenant, "gusto")
    leg = registry.flow(second.flow).leg("employees")
    assert first.source != second.source
    assert second.overlapping(leg) == []


def test_finds_nobody_at_another_account_or_of_another_tenant_or_who_does_not_run() -> None:
    tenant = make_tenant()
    account_id = books(tenant).account_id
    installed(tenant, target=make_connected(tenant, "acumatica"))
    stranger = make_tenant()
    installed(stranger, target=make_connected(stranger, "acumatica", account_id=account_id))
    installed(tenant, status=Status.PAUSED)
    installed(tenant, status=Status.DRAFT)
    installed(tenant, status=Status.CLOSED)
    second = installed(tenant, "gusto", status=Status.DRAFT)
    switching.switch_on(second)
    assert second.status == Status.ON


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, LINKED),
        (LED, LINKED),
        (LINKED, {}),
        (LINKED, LED),
        (LINKED, LINKED),
        ({"leg_employees": "off"}, {}),
        ({}, {"leg_employees": "off"}),
    ],
)
def test_switches_on_beside_another_one_where_at_most_one_writes(
    first: dict[str, str], second: dict[str, str]
) -> None:
    tenant = make_tenant()
    installed(tenant, options=first)
    beside = installed(tenant, "gusto", status=Status.DRAFT, options=second)
    beside.full_clean()
    switching.switch_on(beside)
    assert beside.status == Status.ON
    beside.full_clean()


@pytest.mark.parametrize("first", [{}, LED])
@pytest.mark.parametrize(
    ("second", "told"), [({}, "choose under “Who leads"), (LED, "leads already, and only one")]
)
def test_switches_no_second_writer_on(
    first: dict[str, str], second: dict[str, str], told: str
) -> None:
    tenant = make_tenant()
    leader = installed(tenant, options=first)
    beside = installed(tenant, "gusto", status=Status.PAUSED, options=second)
    with pytest.raises(switching.SwitchError, match=f"^{leader} .*{told}"):
        switching.switch_on(beside)
    beside.refresh_from_db()
    assert beside.status == Status.PAUSED


def test_goes_by_what_was_stored_meanwhile() -> None:
    tenant = make_tenant()
    installed(tenant)
    beside = installed(tenant, "gusto", status=Status.DRAFT, options=LINKED)
    Integration.objects.filter(pk=beside.pk).update(options=LED)
    with pytest.raises(switching.SwitchError, match="leads already"):
        switching.switch_on(beside)


def test_refuses_what_would_make_a_second_leader_of_one_that_runs() -> None:
    tenant = make_tenant()
    leader = installed(tenant)
    beside = installed(tenant, "gusto", options={"leg_employees": "off"})
    beside.full_clean()
    beside.options = {}
    with pytest.raises(ValidationError) as refused:
        beside.full_clean()
    assert refused.value.messages[0].startswith(f"{leader} carries the same kind of record")


def test_installs_before_anybody_has_chosen() -> None:
    tenant = make_tenant()
    installed(tenant)
    installed(tenant, "gusto", status=Status.DRAFT).full_clean()
    installed(tenant, "gusto", status=Status.CLOSED, options=LED).full_clean()


def test_says_in_the_form_who_leads_already(client: Client) -> None:
    client.force_login(make_user())
    tenant = make_tenant()
    leader = installed(tenant)
    beside = installed(tenant, "gusto", status=Status.DRAFT)
    url = f"/admin/integrations/integration/{beside.pk}/change/"
    assert 'name="option_employees_leads"' in client.get(url).content.decode()
    refused = client.post(url, {"title": "Pay", "option_employees_leads": "leads"})
    assert f"{leader} leads already" in refused.content.decode()
    client.post(url, {"title": "Pay", "option_employees_leads": "link only"})
    beside.refresh_from_db()
    assert beside.options == LINKED


def test_takes_nothing_for_written_once_another_one_leads_or_it_leads_itself() -> None:
    integration = installed(make_tenant())
    record, other = make_record(integration), make_record(integration, leg="departments")
    tie = Tie.objects.create(
        integration=integration,
        connection=integration.target,
        record=record,
        kind="employee",
        target_id="7",
        leads=["last_name"],
    )
    for options, is_open in ((LINKED, True), (LED, False)):
        integration.records.update(fingerprint={"version": 1, "fields": {}})
        integration.options = options
        integration.save()
        for row in (record, other, tie):
            row.refresh_from_db()
        assert (record.fingerprint, tie.leads) == ({}, [])
        assert other.fingerprint != {}
        assert marks.is_open(integration, "employees") is is_open
        assert marks.is_open(integration, "departments")


def test_leaves_what_was_written_alone_where_nobody_else_comes_to_lead() -> None:
    integration = installed(make_tenant())
    record = make_record(integration)
    integration.records.update(fingerprint={"version": 1, "fields": {}})
    integration.options = {**LED, "leaver_status": "On Hold"}
    integration.save()
    integration.save(update_fields=["title"])
    record.refresh_from_db()
    assert record.fingerprint != {}
    assert marks.is_open(integration, "employees")
