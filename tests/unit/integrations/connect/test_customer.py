"""The customer's page: what it shows, what it lets him do, and what it keeps from him."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from audit.models import Action
from config import clock
from integrations.connect import links
from integrations.connect.attempts import digest
from integrations.grants import DatabaseGrantStore, read_tokens
from integrations.models import (
    Connection,
    ConnectLink,
    ConnectSession,
    Grant,
    Integration,
    Record,
    Tenant,
)
from tests.clocks import StoppedClock
from tests.contract.toy.office import Office, way_back
from tests.factories import (
    make_app,
    make_connected,
    make_connection,
    make_integration,
    make_record,
    make_tenant,
    make_user,
)
from tests.unit.integrations.connect.answers import Answer

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant(transactional_db: None) -> Tenant:
    """A customer."""
    return make_tenant("Northwind <Traders>")


@pytest.fixture
def connection(office: Office, tenant: Tenant) -> Connection:
    """A connection to the toy vendor that waits for its consent."""
    return make_connection(tenant, "rolodex", app=make_app("rolodex"), title="Cards of Ada")


def linked(*connections: Connection) -> tuple[ConnectLink, str]:
    """A link to these connections, and its path."""
    made = links.make(connections[0].tenant, connections, make_user())
    return made.link, made.url.removeprefix("http://127.0.0.1:8000")


@pytest.fixture
def customer(client: Client, connection: Connection) -> Client:
    """A browser that came by a link to the connection; nobody is signed in."""
    return came_by(client, connection)


def came_by(client: Client, *connections: Connection) -> Client:
    """A browser at the page of these connections."""
    client.get(linked(*connections)[1])
    return client


def text_of(response: Answer) -> str:
    """The page without its tags."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode()).split()
    return " ".join(words).replace(" ,", ",").replace(" .", ".")


def shown(customer: Client) -> str:
    """What the page says."""
    response = customer.get("/connect/")
    assert response.status_code == 200
    return text_of(response)


def press(customer: Client, connection: Connection, what: str, **typed: str) -> Answer:
    """Send a form of the page as the page holds it."""
    page = customer.get("/connect/").content.decode()
    token = re.search(r'name="form" value="([0-9a-f]{64})"', page)
    proof = {} if token is None else {"form": token[1]}
    return customer.post(f"/connect/to/{connection.key}/{what}/", proof | typed)


def begun(customer: Client, connection: Connection, **typed: str) -> dict[str, str]:
    """Press Connect; the query with which the browser arrives at the consent page."""
    response = press(customer, connection, "consent", **({"company": "northwind"} | typed))
    assert response.status_code == 302, response.content
    query = parse_qs(urlsplit(response["Location"]).query)
    return {name: values[0] for name, values in query.items()}


class TestPage:
    def test_shows_what_is_wanted_and_why(self, customer: Client, connection: Connection) -> None:
        page = shown(customer)

        assert "Northwind &lt;Traders&gt;" in page
        assert "1 of 1 account still waits for you." in page
        assert "Rolodex Not connected yet Cards of Ada Cards of people." in page
        assert "cards Reads the cards. drawers (optional) Reads the drawers" in page
        assert "Connect Rolodex" in page
        assert "Without that consent: API key" in page
        assert "Disconnect" not in page

    def test_says_what_each_integration_moves(self, customer: Client, tenant: Tenant) -> None:
        hr = make_connection(tenant, "bamboohr", app=make_app("bamboohr"))
        erp = make_connection(tenant, "acumatica", app=make_app("acumatica"))
        before = shown(came_by(customer, hr, erp))
        make_integration(hr, erp, status=Integration.Status.ON)

        page = shown(customer)

        assert "BambooHR → Acumatica Not switched on yet." in before
        assert "BambooHR → Acumatica Switched on." in page
        assert "What moves From BambooHR to Acumatica: name, work e-mail" in page
        assert "What never moves Pay, bank details, addresses" in page
        assert "Why is somebody held? The record says why" in page
        assert "Acumatica change role, create department, create employee," in page

    def test_says_how_soon_a_change_is_found(
        self, customer: Client, tenant: Tenant, settings: Settings
    ) -> None:
        hr = make_connection(tenant, "bamboohr", app=make_app("bamboohr"))
        erp = make_connection(tenant, "acumatica", app=make_app("acumatica"))
        came_by(customer, hr, erp)
        integration = make_integration(hr, erp, status=Integration.Status.DRAFT)
        assert "Changes are" not in shown(customer)
        Integration.objects.update(status=Integration.Status.ON)

        assert "Changes are looked for every 15 minutes: webhooks are off." in shown(customer)
        Integration.objects.filter(pk=integration.pk).update(poll_minutes=60)
        assert "every 60 minutes: webhooks are off." in shown(customer)
        settings.PUBLIC_URL = "https://connector.example"
        assert "told at once, and looked for every 60 minutes besides." in shown(customer)

    def test_names_no_flow_that_nothing_is_wanted_for(self, customer: Client) -> None:
        assert "carried" not in shown(customer)

    def test_shows_nothing_of_anybody_else(
        self, customer: Client, connection: Connection, tenant: Tenant
    ) -> None:
        other = make_connected(tenant, "homestead", account_id="unasked-account")
        foreign = make_connected(vendor="rolodex", account_id="foreign-account")
        house = make_connected(foreign.tenant, "homestead", account_id="foreign-house")
        make_integration(foreign, house, flow="rolodex_to_homestead")

        page = shown(customer)

        for hidden in (other, foreign, house, foreign.tenant):
            assert str(hidden) not in page
        assert "account" not in re.findall(r"\S+-account", page)
        for stranger in (other, foreign, house):
            for what in ("consent", "secrets", "disconnect"):
                assert press(customer, stranger, what).status_code == 404
            assert customer.get(f"/connect/to/{stranger.key}/disconnect/").status_code == 404
        assert not ConnectSession.objects.exists()
        assert Connection.objects.get(pk=foreign.pk).status == Connection.Status.ACTIVE

    def test_shows_no_connection_that_is_another_tenants_after_all(self, customer: Client) -> None:
        foreign = make_connection(vendor="rolodex", app=make_app("rolodex"))
        # Past the function that makes links, which refuses it.
        ConnectLink.objects.get().connections.add(foreign)

        assert foreign.title not in shown(customer)
        assert press(customer, foreign, "consent").status_code == 404

    def test_says_that_nothing_is_prepared(self, client: Client, office: Office) -> None:
        house = make_connection(vendor="homestead")

        page = shown(came_by(client, house))

        assert "not prepared yet" in page
        assert "Connect Homestead" not in page

    def test_keeps_what_cannot_be_seen_apart(
        self, customer: Client, connection: Connection
    ) -> None:
        Connection.objects.filter(pk=connection.pk).update(
            account_id="a", account_title="North\u202ewind", status="active"
        )

        assert "North\\u202ewind (a)" in shown(customer)

    def test_is_changed_by_no_visit(self, customer: Client, connection: Connection) -> None:
        before = list(Connection.objects.values())

        for path in ("", f"to/{connection.key}/disconnect/"):
            customer.get(f"/connect/{path}")
            customer.head(f"/connect/{path}")
        for what in ("consent", "secrets"):
            assert customer.get(f"/connect/to/{connection.key}/{what}/").status_code == 405
        assert customer.post("/connect/").status_code == 405

        assert list(Connection.objects.values()) == before
        assert Action.objects.filter(person_id=None).count() == 0

    def test_takes_no_form_of_another_page(self, connection: Connection) -> None:
        customer = came_by(Client(enforce_csrf_checks=True), connection)
        other = came_by(Client(), connection)
        strange = re.search(r'"form" value="(\w+)"', other.get("/connect/").content.decode())
        assert strange is not None

        for proof in ({}, {"form": ""}, {"form": strange[1]}, {"form": "é"}):
            for what in ("consent", "secrets", "disconnect"):
                answer = customer.post(f"/connect/to/{connection.key}/{what}/", proof)
                assert answer.status_code == 403
                assert "Nothing was done" in text_of(answer)
        assert press(customer, connection, "consent", company="northwind").status_code == 302

    def test_ends_with_the_link(self, customer: Client, connection: Connection) -> None:
        ConnectLink.objects.update(revoked_at=clock.now())

        for what in ("consent", "secrets", "disconnect"):
            assert press(customer, connection, what).status_code == 404
        assert not ConnectSession.objects.exists()


class TestConsent:
    def test_connects(self, office: Office, customer: Client, connection: Connection) -> None:
        query = begun(customer, connection)
        attempt = ConnectSession.objects.get()
        assert attempt.link == ConnectLink.objects.get()
        assert attempt.started_by is None

        response = customer.get(way_back(query))

        assert response["Location"] == f"/connect/#connection-{connection.pk}"
        connection.refresh_from_db()
        assert connection.status == Connection.Status.ACTIVE
        page = shown(customer)
        assert "Rolodex Connected" in page
        assert "It is the account Northwind Inc (northwind), last tested on" in page
        assert "Nothing is left for you to do here." in page
        assert "No index cards." in page
        assert "Connect Rolodex again" in page
        who = f"the customer, by connect link {ConnectLink.objects.get().pk}"
        done = Action.objects.filter(person_name=who).order_by("pk")
        assert [(one.what, one.outcome) for one in done] == [
            ("connection.connect", "done"),
            ("connection.consent", "done"),
        ]

    def test_ties_the_attempt_to_the_browser(
        self, customer: Client, connection: Connection
    ) -> None:
        query = begun(customer, connection)
        token = customer.cookies["connect"].value
        assert ConnectSession.objects.get().browser_digest == digest(token)

        stolen = came_by(Client(), connection).get(way_back(query))

        assert "started in another browser" in text_of(stolen)
        assert "Back to your accounts" in text_of(stolen)

    def test_takes_the_company_that_the_customer_names(
        self, customer: Client, connection: Connection
    ) -> None:
        Connection.objects.filter(pk=connection.pk).update(config={})

        response = press(customer, connection, "consent", company=" SouthWind ")

        assert "southwind.rolodex.example/consent?" in response["Location"]
        connection.refresh_from_db()
        assert connection.config == {"company": "southwind", "shelf": "top"}

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [("", "This field is required."), ("no word", "Company: Enter the company's one word")],
    )
    def test_says_what_is_wrong_with_a_field(
        self, customer: Client, connection: Connection, typed: str, sentence: str
    ) -> None:
        response = press(customer, connection, "consent", company=typed)

        assert response.status_code == 400
        assert sentence.replace("'", "&#x27;") in text_of(response)
        assert "<title>Not connected: " in response.content.decode()
        assert not ConnectSession.objects.exists()
        connection.refresh_from_db()
        assert connection.config == {"company": "northwind"}

    def test_asks_no_address_of_an_account_that_is_tied(
        self, customer: Client, connection: Connection
    ) -> None:
        customer.get(way_back(begun(customer, connection)))

        assert "Company" not in shown(customer)
        press(customer, connection, "consent", company="southwind")

        connection.refresh_from_db()
        assert connection.config["company"] == "northwind"

    def test_lets_nobody_name_the_server_that_our_secret_goes_to(
        self, client: Client, tenant: Tenant, office: Office
    ) -> None:
        ours = make_connection(tenant, "homestead", app=make_app("homestead"))
        his = make_connection(tenant, "homestead", app=make_app("homestead", tenant))
        customer = came_by(client, ours, his)

        press(customer, ours, "consent", address="https://evil.example")
        press(customer, his, "consent", address="https://mine.example")

        ours.refresh_from_db()
        his.refresh_from_db()
        assert ours.config["address"] == "https://house.example"
        assert his.config["address"] == "https://mine.example"

    @pytest.mark.parametrize(
        ("error", "sentence"),
        [
            ("access_denied", "The consent was refused at Rolodex"),
            ("invalid_scope", "Rolodex does not grant all the rights"),
        ],
    )
    def test_says_that_it_was_denied_and_how_to_start_again(
        self, customer: Client, connection: Connection, error: str, sentence: str
    ) -> None:
        answer = customer.get(way_back(begun(customer, connection), error=error))

        assert answer.status_code == 400
        assert sentence in text_of(answer)
        assert "choose Connect to start again" in text_of(answer)
        assert 'href="/connect/"' in answer.content.decode()
        page = shown(customer)
        assert f"The last try did not work. {sentence}" in page
        customer.get(way_back(begun(customer, connection)))
        assert "last try" not in shown(customer)

    def test_says_what_became_of_a_state(
        self, customer: Client, connection: Connection, stopped_clock: StoppedClock
    ) -> None:
        spent = way_back(begun(customer, connection))
        customer.get(spent)
        assert "was used before" in text_of(customer.get(spent))
        foreign = way_back({**begun(customer, connection), "state": "foreign"})
        assert "belongs to no attempt" in text_of(customer.get(foreign))
        late = way_back(begun(customer, connection))
        stopped_clock.advance(minutes=15)
        answer = customer.get(late)
        assert "later than fifteen minutes" in text_of(answer)
        assert "Back to your accounts" in text_of(answer)

    def test_says_that_it_was_another_account(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        customer.get(way_back(begun(customer, connection)))
        office.me = {"company": "southwind", "title": "Southwind", "user": "bob"}

        answer = customer.get(way_back(begun(customer, connection)))

        assert "Northwind Inc (northwind)" in text_of(answer)
        assert "Southwind (southwind)" in text_of(answer)
        assert "The last try did not work." in shown(customer)
        assert Grant.objects.get().subject == "ada"

    def test_says_which_right_is_missing(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        office.tokens["scope"] = "drawers"
        answer = customer.get(way_back(begun(customer, connection)))
        assert "lacks rights that are needed: cards: Reads the cards." in text_of(answer)

        office.tokens["scope"] = "cards"
        customer.get(way_back(begun(customer, connection)))
        assert "The consent lacks the right drawers" in shown(customer)

    def test_replaces_the_access_by_a_second_consent(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        customer.get(way_back(begun(customer, connection)))
        office.tokens |= {"access_token": "canary-access-2", "refresh_token": "canary-refresh-2"}

        customer.get(way_back(begun(customer, connection)))

        assert read_tokens(Grant.objects.get()).refresh_token == "canary-refresh-2"
        assert "Rolodex Connected" in shown(customer)

    def test_resumes_what_waited(self, customer: Client, connection: Connection) -> None:
        customer.get(way_back(begun(customer, connection)))
        integration = make_integration(connection, make_connected(connection.tenant, "homestead"))
        failed = make_record(integration, state=Record.State.FAILED)
        Connection.objects.filter(pk=connection.pk).update(
            status=Connection.Status.NEEDS_REAUTH, status_reason="Refused."
        )
        page = shown(customer)
        assert "Needs you again" in page
        assert "Northwind Inc (northwind) no longer lets us in" in page
        assert "1 of 1 account still waits for you." in page

        customer.get(way_back(begun(customer, connection)))

        failed.refresh_from_db()
        assert failed.due_at is not None
        connection.refresh_from_db()
        assert connection.status == Connection.Status.ACTIVE

    def test_stores_nothing_once_the_link_has_ended(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        query = begun(customer, connection)
        ConnectLink.objects.update(revoked_at=clock.now())

        answer = customer.get(way_back(query))

        assert "The link has ended" in text_of(answer)
        assert "Back to your accounts" not in text_of(answer)
        assert office.asked == []
        assert not Grant.objects.exists()

    def test_says_what_our_side_lacks(self, customer: Client, connection: Connection) -> None:
        assert connection.app is not None
        connection.app.seal({})
        connection.app.save()

        answer = press(customer, connection, "consent", company="northwind")

        assert answer.status_code == 400
        assert "It did not work, and nothing was stored." in text_of(answer)
        assert "has no client secret yet" in text_of(answer)
        refused = Action.objects.filter(outcome="refused").get()
        assert refused.what == "connection.connect"


class TestSecrets:
    KEY = "canary-key-1"

    def test_stores_what_works(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        response = press(customer, connection, "secrets", company="northwind", api_key=self.KEY)

        assert response["Location"] == f"/connect/#connection-{connection.pk}"
        assert DatabaseGrantStore(Grant.objects.get().pk).secrets() == {"api_key": self.KEY}
        page = customer.get("/connect/").content.decode()
        assert "Connected" in page
        assert self.KEY not in page
        assert "It is stored; leave this empty to keep it." in page
        assert self.KEY not in str(list(Action.objects.values()))

    def test_stores_nothing_that_does_not_work(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        office.me_status = 401

        response = press(customer, connection, "secrets", company="southwind", api_key=self.KEY)

        assert response.status_code == 400
        page = response.content.decode()
        assert "It did not work, and nothing was stored." in page
        assert f'<a href="#connection-{connection.pk}">See what is wrong</a>' in page
        assert "does not accept the access" in page
        assert self.KEY not in page
        assert 'value="southwind"' in page
        assert re.search(r"<details open>\s*<summary>Without that consent", page)
        assert not Grant.objects.exists()
        connection.refresh_from_db()
        assert connection.config == {"company": "northwind"}
        assert "southwind" in office.asked[0]
        refused = Action.objects.get(outcome="refused")
        assert (refused.what, refused.sentence) == (
            "connection.enter_secrets",
            "Rolodex does not accept the access.",
        )

    def test_stores_the_company_with_the_key(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        press(customer, connection, "secrets", company="southwind", api_key=self.KEY)

        connection.refresh_from_db()
        assert connection.status == Connection.Status.ACTIVE
        assert connection.config == {"company": "southwind", "shelf": "top"}

    def test_says_what_is_missing(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        page = press(customer, connection, "secrets", company="", api_key=self.KEY)
        assert 'aria-invalid="true"' in page.content.decode()

        page = press(customer, connection, "secrets", company="northwind", api_key="")
        assert "Nothing was entered." in text_of(page)
        assert office.asked == []

    def test_has_no_form_where_a_vendor_has_no_secret(self, client: Client, office: Office) -> None:
        house = make_connection(vendor="homestead", app=make_app("homestead"))

        assert press(came_by(client, house), house, "secrets").status_code == 404


class TestDisconnecting:
    def test_asks_first_and_ends_it_then(
        self, office: Office, customer: Client, connection: Connection
    ) -> None:
        customer.get(way_back(begun(customer, connection)))
        office.asked.clear()
        asked = customer.get(f"/connect/to/{connection.key}/disconnect/")
        assert "This ends the connection to Northwind Inc for good" in text_of(asked)
        assert "is given back to Rolodex" in text_of(asked)
        assert Connection.objects.get().status == Connection.Status.ACTIVE

        response = press(customer, connection, "disconnect")

        assert response["Location"] == f"/connect/#connection-{connection.pk}"
        assert office.asked == ["POST /rolodex/northwind.rolodex.example/revoke"] * 2
        assert Connection.objects.get().status == Connection.Status.CLOSED
        page = shown(customer)
        assert "Rolodex Disconnected" in page
        assert "The access was given back to Rolodex." in page
        assert "ask for a new link" in page
        assert "Connect Rolodex" not in page
        action = Action.objects.get(what="connection.disconnect")
        assert action.person_name.startswith("the customer, by connect link")

        again = press(customer, connection, "disconnect")
        assert again.status_code in (302, 403)
        assert len(office.asked) == 2

    def test_offers_nothing_once_it_is_closed(
        self, customer: Client, connection: Connection
    ) -> None:
        customer.get(way_back(begun(customer, connection)))
        form = {"company": "northwind", "api_key": "canary-key-1"}
        proof = re.search(r'"form" value="(\w+)"', customer.get("/connect/").content.decode())
        assert proof is not None
        press(customer, connection, "disconnect")

        for what in ("consent", "secrets"):
            url = f"/connect/to/{connection.key}/{what}/"
            answer = customer.post(url, form | {"form": proof[1]})
            assert answer.status_code == 400
        assert Grant.objects.get().unseal() == {}

    def test_has_nothing_to_end_before_it_was_connected(
        self, customer: Client, connection: Connection
    ) -> None:
        assert customer.get(f"/connect/to/{connection.key}/disconnect/").status_code == 302
        assert press(customer, connection, "disconnect").status_code == 302
        connection.refresh_from_db()
        assert connection.status == Connection.Status.PENDING
