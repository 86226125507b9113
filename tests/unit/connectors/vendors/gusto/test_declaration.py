"""How a Gusto company is opened, recognised and asked what it shows."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.auth import authorize_url
from connectors.errors import ConfigurationError, CredentialError
from connectors.vendor import Identity, OAuthApp
from connectors.vendors.gusto import VENDOR, operations
from connectors.vendors.gusto.auth import OAUTH
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.company import clean_environment
from tests.unit.connectors.vendors.gusto.conftest import (
    COMPANY,
    OWN,
    Vendor,
    body,
    open_client,
    refusal,
)

HOLDER = "/v1/token_info"
TITLE = "Harbor & Pine Consulting LLC"


def holder(**more: Any) -> Any:
    return {**body("holder"), **more}


def without(scope: str) -> str:
    """The granted scopes without one."""
    return " ".join(one for one in body("holder")["scope"].split() if one != scope)


@pytest.mark.parametrize(("typed", "kept"), [("production", "production"), (" Demo ", "demo")])
def test_knows_both_worlds(typed: str, kept: str) -> None:
    assert clean_environment(typed) == kept


@pytest.mark.parametrize("typed", ["", "sandbox", "https://api.gusto.com"])
def test_refuses_any_other_world(typed: str) -> None:
    with pytest.raises(ValueError, match="production, or demo"):
        clean_environment(typed)


def test_speaks_with_the_host_of_its_world() -> None:
    assert VENDOR.origin({"environment": "production"}) == "https://api.gusto.com"
    assert VENDOR.origin({"environment": "demo"}) == "https://api.gusto-demo.com"
    assert VENDOR.origin({}) == "https://api.gusto.com"


def test_counts_calls_per_company_once_it_is_known() -> None:
    config = {"environment": "production"}
    assert VENDOR.budget_of(config, "c1") == "gusto:production:c1"
    assert VENDOR.budget_of(config, "") == VENDOR.budget(config) == "gusto:production"


def test_asks_for_consent_as_gusto_documents_it() -> None:
    url = authorize_url(
        VENDOR,
        {"environment": "demo"},
        OAuthApp("app-1", "secret"),
        "https://connector.example/connect/callback/gusto/",
        "state-1",
        "verifier",
    )
    assert url.startswith("https://api.gusto-demo.com/oauth/authorize?")
    assert "response_type=code" in url
    assert "code_challenge" not in url
    assert "secret" not in url
    assert "compensations" not in url


def test_knows_the_company_by_the_tokens_own_word(vendor: Vendor) -> None:
    client = open_client(account_id="")
    vendor.answers("GET", HOLDER, holder())
    vendor.answers("GET", OWN, body("company"))
    assert VENDOR.identify(client) == Identity(COMPANY, TITLE, COMPANY)
    assert client.company_id == COMPANY
    assert len(vendor.calls) == 2


def test_tells_of_another_company_than_the_connections(vendor: Vendor) -> None:
    client = open_client(account_id="the company of before")
    vendor.answers("GET", HOLDER, holder())
    vendor.answers("GET", OWN, body("company"))
    assert VENDOR.identify(client).account_id == COMPANY, "took the connection's for the token's"


def test_refuses_a_token_of_no_single_company(vendor: Vendor, client: Client) -> None:
    app = {"type": "Oauth::Application", "uuid": "a1"}
    vendor.answers("GET", HOLDER, holder(resource=app, resource_owner=None))
    with pytest.raises(ConfigurationError, match="not for one company alone: connect again"):
        VENDOR.identify(client)


def test_refuses_a_token_that_gusto_calls_not_strict(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", HOLDER, holder())
    vendor.answers("GET", OWN, status=403)
    with pytest.raises(ConfigurationError, match="exactly one company"):
        VENDOR.identify(client)


def test_says_that_the_access_was_taken_back(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", HOLDER, refusal("invalid_token"), status=401)
    # Renewed once, and refused for good.
    vendor.answers("POST", "/oauth/token", {"error": "invalid_grant"}, status=400)
    with pytest.raises(CredentialError, match="connect it again"):
        VENDOR.identify(client)


@pytest.mark.parametrize("scope", [one.name for one in OAUTH.scopes if one.required])
def test_names_the_right_that_is_missing_and_what_to_do(
    vendor: Vendor, client: Client, scope: str
) -> None:
    vendor.answers("GET", HOLDER, holder(scope=without(scope)))
    with pytest.raises(ConfigurationError, match=f"the right {scope}, .* then connect again"):
        VENDOR.identify(client)


def test_finds_out_what_it_is_shown(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", HOLDER, holder())
    vendor.answers("GET", OWN, body("company"))
    vendor.answers("GET", "/v1/events", [])
    found = VENDOR.probe(client)
    assert found.facts == {
        "benefits": True,
        "health_benefits": True,
        "pay_rates": False,
        "ledger_report": True,
        "events": True,
        "company_status": "Approved",
    }
    assert found.warnings == ()


def test_warns_of_what_is_missing_and_of_what_is_too_much(vendor: Vendor, client: Client) -> None:
    scopes = f"{without('employee_benefits:read:phi')} compensations:read"
    vendor.lets_the_app_in()
    vendor.answers("GET", HOLDER, holder(scope=scopes))
    vendor.answers("GET", OWN, {**body("company"), "is_suspended": True})
    vendor.answers("GET", "/v1/events", refusal("missing_oauth_scopes"), status=403)
    found = VENDOR.probe(client)
    assert (found.facts["health_benefits"], found.facts["events"]) == (False, False)
    assert [warning.split(":")[0] for warning in found.warnings] == [
        "Gusto has suspended this company",
        "The app was not given Gusto's feed of events (events",
        "The app was given the right to read pay rates (compensations",
    ]


def test_declares_what_it_writes_and_that_nothing_of_a_company_is_among_it() -> None:
    written = {
        one.name for one in vars(operations).values() if getattr(one, "writes", False) is True
    }
    assert written == {"request_ledger", "create_webhook", "verify_webhook", "delete_webhook"}
