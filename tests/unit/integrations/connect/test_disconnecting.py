"""Disconnecting: nothing runs on it any more, the access is given back and forgotten."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django_celery_beat.models import PeriodicTask

from audit.models import Action
from connectors.errors import CredentialError
from connectors.vendor import Tokens
from integrations import schedule, tasks
from integrations.connect import disconnecting, service
from integrations.connect.refusals import ConnectError
from integrations.grants import DatabaseGrantStore, read_tokens, write_tokens
from integrations.models import Connection, Grant, Integration, Tenant
from tests.contract.toy.office import Office
from tests.factories import make_app, make_connected, make_connection, make_integration, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)

REVOKE = "POST /rolodex/northwind.rolodex.example/revoke"


@pytest.fixture
def connection(office: Office) -> Connection:
    """A connection to the toy vendor with a stored consent."""
    return make_connected(vendor="rolodex", account_id="northwind")


def shared_with(connection: Connection, tenant: Tenant) -> Connection:
    """Another connection that hangs on the same grant."""
    sister = make_connected(tenant, "rolodex", app=connection.app, account_id="sister")
    Connection.objects.filter(pk=sister.pk).update(grant=connection.grant_id)
    sister.refresh_from_db()
    return sister


def test_gives_the_access_back_and_forgets_it(
    office: Office, connection: Connection, operator: User
) -> None:
    told = disconnecting.disconnect(connection, operator)

    assert told == "The access was given back to Rolodex. What was stored of the access is deleted."
    assert office.asked == [REVOKE, REVOKE]
    assert [form["token"] for form in office.sent] == [["refresh-1"], ["access-1"]]
    assert {form["client_secret"][0] for form in office.sent} == {"client-secret"}
    connection.refresh_from_db()
    assert (connection.status, connection.grant) == (Connection.Status.CLOSED, None)
    assert connection.status_reason.startswith("Disconnected on ")
    assert connection.status_reason.endswith(told)
    grant = Grant.objects.get(subject="northwind")
    assert (grant.unseal(), grant.sealed_at, grant.expires_at) == ({}, None, None)
    assert (grant.needs_consent, grant.generation, grant.lease_token) == (True, 2, "")
    action = Action.objects.get()
    assert (action.what, action.sentence) == ("connection.disconnect", told)
    assert (action.person_id, action.row_id) == (operator.pk, str(connection.pk))


def test_pauses_what_runs_on_it(office: Office, connection: Connection, operator: User) -> None:
    house = make_connected(connection.tenant, "homestead")
    running = make_integration(connection, house, flow="rolodex_to_homestead")
    schedule.keep(running)
    stranger = make_integration()

    disconnecting.disconnect(connection, operator)

    running.refresh_from_db()
    stranger.refresh_from_db()
    assert running.status == Integration.Status.PAUSED
    assert running.status_reason == f"Its connection {connection} was disconnected."
    assert not PeriodicTask.objects.get(name=f"integration {running.pk}").enabled
    assert stranger.status == Integration.Status.ON
    assert Connection.objects.get(pk=house.pk).status == Connection.Status.ACTIVE


def test_leaves_a_shared_access_to_the_last_connection(
    office: Office, connection: Connection, operator: User
) -> None:
    sister = shared_with(connection, connection.tenant)

    told = disconnecting.disconnect(connection, operator)

    assert told == "Another connection uses the same access: it stays with that one."
    assert office.asked == []
    assert read_tokens(Grant.objects.get(connections=sister)).refresh_token == "refresh-1"
    sister.refresh_from_db()
    assert sister.status == Connection.Status.ACTIVE

    assert "given back to Rolodex" in disconnecting.disconnect(sister, operator)
    assert office.asked == [REVOKE, REVOKE]


def test_tells_nobody_that_another_tenant_shares_the_access(
    office: Office, connection: Connection, operator: User
) -> None:
    sister = shared_with(connection, make_tenant())

    told = disconnecting.disconnect(connection, operator)

    assert told == "This connection no longer holds any access."
    assert office.asked == []
    sister.refresh_from_db()
    assert sister.status == Connection.Status.ACTIVE


def test_is_finished_by_the_daily_routine(
    office: Office, connection: Connection, operator: User
) -> None:
    office.revoke_status = 503
    disconnecting.disconnect(connection, operator)
    office.revoke_status = 200

    tasks.retain()

    connection.refresh_from_db()
    assert connection.grant is None


def test_tries_again_where_the_vendor_is_away(
    office: Office, connection: Connection, operator: User
) -> None:
    office.revoke_status = 503

    told = disconnecting.disconnect(connection, operator)

    assert "could not be reached" in told
    connection.refresh_from_db()
    assert connection.status == Connection.Status.CLOSED
    grant = Grant.objects.get(subject="northwind")
    assert connection.grant == grant
    assert read_tokens(grant).refresh_token == "refresh-1"
    assert disconnecting.finish_all() == 0

    office.revoke_status = 200
    assert disconnecting.finish_all() == 1

    connection.refresh_from_db()
    assert connection.grant is None
    assert "given back to Rolodex" in connection.status_reason
    assert Grant.objects.get(subject="northwind").unseal() == {}
    office.asked.clear()
    assert disconnecting.finish_all() == 0
    assert office.asked == []


def test_forgets_what_the_vendor_refuses_to_take_back(
    office: Office, connection: Connection, operator: User
) -> None:
    office.revoke_status = 404

    told = disconnecting.disconnect(connection, operator)

    assert "Rolodex did not take it back (" in told
    assert "remove it there" in told
    assert Grant.objects.get(subject="northwind").unseal() == {}


def test_forgets_what_has_no_way_back(office: Office, operator: User) -> None:
    house = make_connected(vendor="homestead", account_id="house")

    told = disconnecting.disconnect(house, operator)

    assert "Homestead has no way for us to give the access back" in told
    assert office.asked == []
    assert Grant.objects.get(subject="house").unseal() == {}


def test_forgets_a_key(office: Office, operator: User) -> None:
    connection = make_connection(vendor="rolodex")
    service.connect_with_secrets(connection, {"api_key": "canary-key-1"})
    connection.refresh_from_db()
    office.asked.clear()

    told = disconnecting.disconnect(connection, operator)

    assert "no way for us" in told
    assert office.asked == []
    assert Grant.objects.get().unseal() == {}


def test_forgets_an_access_that_no_key_of_ours_opens(
    office: Office, connection: Connection, operator: User
) -> None:
    grant = Grant.objects.get(subject="northwind")
    grant.sealed = grant.sealed.replace(str(grant.key), "another-row")
    grant.save()

    told = disconnecting.disconnect(connection, operator)

    assert "cannot be read with our keys" in told
    assert office.asked == []
    assert Grant.objects.get(subject="northwind").unseal() == {}


def test_calls_no_vendor_of_the_other_world(
    office: Office, connection: Connection, operator: User
) -> None:
    Connection.objects.filter(pk=connection.pk).update(is_sandbox=False)
    connection.refresh_from_db()

    disconnecting.disconnect(connection, operator)

    assert office.asked == []
    assert Grant.objects.get(subject="northwind").unseal() == {}


def test_refuses_a_second_time(office: Office, connection: Connection, operator: User) -> None:
    disconnecting.disconnect(connection, operator)
    connection.refresh_from_db()

    with pytest.raises(ConnectError, match="disconnected already"):
        disconnecting.disconnect(connection, operator)

    assert Action.objects.count() == 1


def test_does_nothing_twice_for_a_double_click(
    office: Office, connection: Connection, operator: User
) -> None:
    second_click = Connection.objects.get(pk=connection.pk)
    disconnecting.disconnect(connection, operator)

    disconnecting.disconnect(second_click, operator)

    assert office.asked == [REVOKE, REVOKE]
    assert Action.objects.count() == 1


def test_lets_nobody_connect_or_use_it_again(
    office: Office, connection: Connection, operator: User
) -> None:
    store = DatabaseGrantStore(connection.grant_id or 0)

    disconnecting.disconnect(connection, operator)

    connection.refresh_from_db()
    with pytest.raises(CredentialError, match="needs a new consent"):
        store.tokens()
    with pytest.raises(ConnectError, match="is closed"):
        service.start(connection, operator, "browser")
    again = make_connection(connection.tenant, "rolodex", app=connection.app)
    service.connect_with_secrets(again, {"api_key": "canary-key-1"})
    again.refresh_from_db()
    assert (again.status, again.account_id) == (Connection.Status.ACTIVE, "northwind")


def test_leaves_a_consent_that_came_meanwhile(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.CLOSED)
    grant_id = connection.grant_id or 0

    def give_back(grant: Grant) -> str:
        fresh = Grant.objects.get(pk=grant_id)
        write_tokens(fresh, Tokens("access-2", "refresh-2"))
        fresh.generation += 1
        fresh.save()
        return "given back"

    assert DatabaseGrantStore(grant_id).end(give_back) == "given back"

    assert read_tokens(Grant.objects.get(pk=grant_id)).refresh_token == "refresh-2"


def test_lets_nobody_refresh_meanwhile(connection: Connection) -> None:
    Connection.objects.filter(pk=connection.pk).update(status=Connection.Status.CLOSED)
    store = DatabaseGrantStore(connection.grant_id or 0)
    leases = list[str]()

    def give_back(grant: Grant) -> str:
        leases.append(Grant.objects.get(pk=grant.pk).lease_token)
        return "given back"

    store.end(give_back)

    assert leases != [""]
    assert Grant.objects.get(subject="northwind").lease_token == ""


def test_uses_the_app_that_the_consent_was_given_to(
    office: Office, connection: Connection, operator: User
) -> None:
    assert connection.app is not None
    other = make_app("rolodex", client_secret="another-secret")
    Connection.objects.filter(pk=connection.pk).update(app=other)
    connection.refresh_from_db()

    disconnecting.disconnect(connection, operator)

    assert {form["client_secret"][0] for form in office.sent} == {"client-secret"}
