"""People are told by mail of what waits for them: each cause once, and nothing private."""

from __future__ import annotations

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from integrations import alerts, stopping, switching
from integrations.connect import disconnecting
from integrations.models import Connection, Integration, Membership, Problem, Tenant
from tests import factories

pytestmark = pytest.mark.django_db


def make_person(
    tenant: Tenant | None, address: str, role: Membership.Role = Membership.Role.OPERATOR
) -> None:
    user = factories.make_member(tenant, role)
    user.email = address
    user.save()


@pytest.fixture
def integration() -> Integration:
    integration = factories.make_integration()
    make_person(integration.tenant, "ops@northwind.example")
    return integration


def refuse(connection: Connection) -> None:
    assert stopping.need_consent(Connection.objects.filter(pk=connection.pk), "Refused.") == 1


def test_tells_once_that_a_connection_needs_a_consent(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    refuse(integration.source)
    assert alerts.send() == 1
    assert alerts.send() == 0
    [mail] = mailoutbox
    assert mail.to == ["ops@northwind.example"]
    assert mail.subject == (
        f"{integration.tenant.name}: {integration.source.title} needs a new consent"
    )
    assert f"/admin/integrations/connection/{integration.source_id}/change/" in str(mail.body)


def test_tells_again_when_it_is_refused_anew(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    refuse(integration.source)
    alerts.send()
    Connection.objects.filter(pk=integration.source_id).update(status=Connection.Status.ACTIVE)
    refuse(integration.source)
    assert alerts.send() == 1
    assert len(mailoutbox) == 2


def test_a_storm_is_one_mail(integration: Integration, mailoutbox: list[EmailMessage]) -> None:
    refuse(integration.source)
    refuse(integration.target)
    for number in range(300):
        Problem.objects.create(
            integration=integration,
            code="unmapped",
            reason_class="mapping",
            subject=f"department:{number}",
            sentence="Grace Hopper waits.",
        )
    assert alerts.send() == 1
    [mail] = mailoutbox
    assert "3 things wait for a person" in mail.subject
    assert "300 new problems" in str(mail.body)


def test_names_no_person_and_no_value_of_a_record(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    Problem.objects.create(
        integration=integration,
        code="drift",
        reason_class="record",
        subject="employees:4711",
        sentence="Grace Hopper earns 4000.00 there.",
    )
    alerts.send()
    [mail] = mailoutbox
    for private in ("Grace", "4000", "4711"):
        assert private not in f"{mail.subject} {mail.body}"


def test_tells_of_a_pause_that_no_person_wanted(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    paused = Integration.objects.filter(pk=integration.pk)
    paused.update(status=Integration.Status.PAUSED, status_reason=switching.PAUSED_BY_A_PERSON)
    assert alerts.send() == 0
    paused.update(status_reason="The endpoint is gone.")
    assert alerts.send() == 1
    assert "The endpoint is gone." in str(mailoutbox[0].body)


@pytest.mark.django_db(transaction=True)
def test_tells_of_an_integration_whose_connection_was_disconnected(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    disconnecting.end(integration.source)

    assert alerts.send() == 1
    assert alerts.send() == 0

    (mail,) = mailoutbox
    title, ended = integration.title, integration.source.title
    assert mail.subject == f"{integration.tenant.name}: {title} is disconnected"
    assert f"Its connection {ended} was disconnected." in str(mail.body)
    assert "install the flow anew" in str(mail.body)
    assert "switch the integration on again" not in str(mail.body)


def test_tells_those_who_may_mend_it_and_nobody_else(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    make_person(integration.tenant, "auditor@northwind.example", Membership.Role.AUDITOR)
    make_person(factories.make_tenant(), "ops@contoso.example")
    make_person(None, "all@operator.example", Membership.Role.ADMINISTRATOR)
    refuse(integration.source)
    alerts.send()
    told = sorted(address for mail in mailoutbox for address in mail.to)
    assert told == ["all@operator.example", "ops@northwind.example"]


def test_tells_next_time_what_could_not_be_sent(
    integration: Integration,
    mailoutbox: list[EmailMessage],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(*args: object) -> int:
        raise ConnectionRefusedError

    refuse(integration.source)
    with monkeypatch.context() as broken:
        broken.setattr(EmailBackend, "send_messages", away)
        assert alerts.send() == 0
    assert alerts.send() == 1
    assert len(mailoutbox) == 1


def test_a_title_cannot_add_a_header(
    integration: Integration, mailoutbox: list[EmailMessage]
) -> None:
    Connection.objects.filter(pk=integration.source_id).update(title="A\nBcc: x@evil.example")
    refuse(integration.source)
    assert alerts.send() == 1
    assert mailoutbox[0].recipients() == ["ops@northwind.example"]
