"""What people do leaves an action: who, what, on which row, what came of it, and no secret."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from audit.models import Action
from integrations.models import (
    Connection,
    Integration,
    Mapping,
    Membership,
    OAuthApp,
    Tenant,
    Term,
)
from tests.contract.toy.office import Office, begin, way_back
from tests.factories import (
    make_connection,
    make_integration,
    make_mapping,
    make_member,
    make_record,
    make_tenant,
)

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {"time_zone": "UTC", "bodies_kept_days": 400}
DONE, REFUSED = Action.Outcome.DONE, Action.Outcome.REFUSED


def noted() -> list[tuple[str, str, str, str]]:
    """What was done, in order: what, on which row, what came of it, and the sentence."""
    return [
        (one.what, one.row_title, one.outcome, one.sentence)
        for one in Action.objects.order_by("pk")
    ]


@pytest.fixture
def connection(office: Office, operator: User) -> Connection:
    """A connection to the toy vendor that waits for its first access."""
    return make_connection(make_tenant("Northwind"), "rolodex", title="Cards")


def test_notes_who_did_what_on_which_row(
    browser: Client, operator: User, connection: Connection
) -> None:
    address = f"/admin/integrations/connection/{connection.pk}"
    browser.post(f"{address}/secrets/", {"api_key": "canary-key-1"})
    browser.post(f"{address}/test_connection/")

    assert noted() == [
        ("connection.enter_secrets", "Cards", DONE, ""),
        ("connection.test_connection", "Cards", DONE, ""),
    ]
    action = Action.objects.latest("pk")
    assert (action.tenant_id, action.person_id, action.person_name) == (
        connection.tenant_id,
        operator.pk,
        operator.username,
    )
    assert (action.model, action.row_id) == ("integrations.connection", str(connection.pk))
    assert "canary" not in str(list(Action.objects.values()))


def test_notes_what_was_refused_and_why(
    browser: Client, connection: Connection, office: Office
) -> None:
    office.me_status = 401
    address = f"/admin/integrations/connection/{connection.pk}"
    browser.post(f"{address}/secrets/", {"api_key": "canary-key-1"})
    browser.post(f"{address}/test_connection/")

    (entered, tested) = noted()
    assert entered[:3] == ("connection.enter_secrets", "Cards", REFUSED)
    assert tested == (
        "connection.test_connection",
        "Cards",
        REFUSED,
        "The connection has no access yet: connect it first.",
    )
    assert "canary" not in str(noted())


def test_notes_a_consent_from_its_beginning_to_its_end(
    browser: Client, operator: User, office: Office
) -> None:
    app = OAuthApp(vendor="rolodex", client_id="client")
    app.seal({"client_secret": "canary-secret"})
    app.save()
    connection = make_connection(vendor="rolodex", app=app, title="Cards")

    query = begin(browser, connection)
    browser.get(way_back(query))
    office.token_status = 400
    browser.get(way_back(begin(browser, connection)))

    told = noted()
    assert [one[:3] for one in told] == [
        ("connection.connect", "Cards", DONE),
        ("connection.consent", "Cards", DONE),
        ("connection.connect", "Cards", DONE),
        ("connection.consent", "Cards", REFUSED),
    ]
    assert told[3][3]
    people = set(Action.objects.values_list("person_name", flat=True))
    assert people == {operator.username}
    assert "canary" not in str(told)
    assert query["state"] not in str(list(Action.objects.values()))


def test_notes_each_switch_of_an_integration(browser: Client) -> None:
    integration = make_integration(status=Integration.Status.DRAFT)
    address = f"/admin/integrations/integration/{integration.pk}"
    for button in ("poll_now", "switch_on", "poll_now", "read_vocabularies", "pause"):
        browser.post(f"{address}/{button}/")

    assert [(what, outcome) for what, _, outcome, _ in noted()] == [
        ("integration.poll_now", REFUSED),
        ("integration.switch_on", DONE),
        ("integration.poll_now", DONE),
        ("integration.read_vocabularies", DONE),
        ("integration.pause", DONE),
    ]


def test_notes_the_mapping_that_was_confirmed(browser: Client) -> None:
    integration = make_integration()
    Term.objects.create(
        connection=integration.target, kind="department", key="FIN", title="Finance"
    )
    row = make_mapping(integration, '["Finance"]')

    browser.post(
        f"/admin/integrations/mapping/{row.pk}/change/",
        {"part_department": "FIN", "seen_version": 1},
    )

    (action,) = Action.objects.all()
    assert (action.what, action.outcome) == ("mapping.change", DONE)
    assert action.details == {
        "kind": "department",
        "source_key": ["Finance"],
        "target": {"department": "FIN"},
        "version": 2,
        "message": [{"changed": {"fields": ["Department"]}}],
    }


def test_notes_an_action_on_several_rows_once_for_each_tenant(browser: Client) -> None:
    first, second = make_record(make_integration()), make_record(make_integration())

    browser.post(
        "/admin/integrations/record/",
        {"action": "retry", "_selected_action": [first.pk, second.pk]},
    )

    noted_ids = {one.tenant_id: one.details for one in Action.objects.filter(what="record.retry")}
    assert noted_ids == {
        first.integration.tenant_id: {"count": 1, "ids": [first.pk]},
        second.integration.tenant_id: {"count": 1, "ids": [second.pk]},
    }


def test_notes_rows_added_changed_and_deleted(browser: Client, connection: Connection) -> None:
    browser.post("/admin/integrations/tenant/add/", FORM | {"name": "Contoso"})
    tenant = Tenant.objects.get(name="Contoso")
    browser.post(f"/admin/integrations/tenant/{tenant.pk}/change/", FORM | {"name": "Fabrikam"})
    browser.post(f"/admin/integrations/connection/{connection.pk}/delete/", {"post": "yes"})

    assert noted() == [
        ("tenant.add", "Contoso", DONE, ""),
        ("tenant.change", "Fabrikam", DONE, ""),
        ("connection.delete", "Cards", DONE, ""),
    ]
    assert Action.objects.get(what="tenant.add").tenant_id == tenant.pk


def test_notes_what_was_confirmed_at_the_command_line(operator: User) -> None:
    integration = make_integration()
    suggested = Mapping.State.SUGGESTED
    Term.objects.create(
        connection=integration.target, kind="department", key="FIN", title="Finance"
    )
    make_mapping(integration, '["Finance"]', target={"department": "FIN"}, state=suggested)

    call_command(
        "confirm", str(integration.pk), "--mappings", "--as", operator.username, stdout=StringIO()
    )

    (action,) = Action.objects.all()
    assert (action.what, action.person_id, action.outcome) == (
        "integration.confirm_mappings",
        operator.pk,
        DONE,
    )


@pytest.mark.parametrize("is_foreign", [True, False], ids=["foreign", "auditor"])
def test_lets_nobody_confirm_at_the_command_line_without_a_role(is_foreign: bool) -> None:
    integration = make_integration()
    tenant = make_tenant() if is_foreign else integration.tenant
    role = Membership.Role.ADMINISTRATOR if is_foreign else Membership.Role.AUDITOR
    user = make_member(tenant, role)

    with pytest.raises(CommandError, match=f"{user} may not decide that at"):
        call_command("confirm", str(integration.pk), "--mappings", "--as", user.username)

    assert [one[2] for one in noted()] == [REFUSED]
