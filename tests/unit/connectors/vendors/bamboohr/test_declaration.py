"""How a BambooHR account is named, opened and recognised."""

from __future__ import annotations

import pytest

from connectors.auth import authorize_url
from connectors.errors import ConfigurationError, CredentialError
from connectors.vendor import Identity, OAuthApp, Tokens
from connectors.vendors.bamboohr import VENDOR, clean_company_domain
from connectors.vendors.bamboohr.auth import OAUTH
from connectors.vendors.bamboohr.client import Client
from tests.unit.connectors.vendors.bamboohr.conftest import Vendor, body, open_client

SELF = "/api/v1/employees/0"
COMPANY = "/api/v1/company_information"


@pytest.mark.parametrize(
    "typed",
    [
        "northwind",
        " Northwind ",
        "northwind.bamboohr.com",
        "https://northwind.bamboohr.com",
        "https://northwind.bamboohr.com/",
        "HTTPS://NORTHWIND.bamboohr.com/",
    ],
)
def test_reduces_an_address_to_the_company(typed: str) -> None:
    assert clean_company_domain(typed) == "northwind"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "acme.bamboohr.com/x@evil",
        "acme.bamboohr.com@evil.example",
        "evil.example",
        "evil.example/.bamboohr.com",
        "evil.example#.bamboohr.com",
        "acme.bamboohr.com:444",
        "http://acme.bamboohr.com",
        "https://acme.bamboohr.com/home/",
        "a.b",
        "-acme",
        "acme_1",
        "ácme",
        "acme.bamboohr.com.bamboohr.com",
        "x" * 64,
    ],
)
def test_refuses_what_could_lead_elsewhere(typed: str) -> None:
    with pytest.raises(ValueError, match=r"before \.bamboohr\.com"):
        clean_company_domain(typed)


def test_asks_for_consent_as_bamboohr_documents_it() -> None:
    url = authorize_url(
        VENDOR,
        {"company_domain": "northwind"},
        OAuthApp("app-1", "secret"),
        "https://connector.example/connect/callback/bamboohr/",
        "state-1",
        "verifier",
    )
    assert url.startswith("https://northwind.bamboohr.com/authorize.php?")
    assert "request=authorize" in url
    assert "response_type=code" in url
    assert "public.integration" in url
    assert "code_challenge" not in url
    assert "secret" not in url


def test_knows_the_company_by_its_domain(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", SELF, {"id": "0"})
    vendor.answers("GET", COMPANY, {"legalName": "Northwind Inc.", "displayName": "Northwind"})
    assert VENDOR.identify(client) == Identity("northwind", "Northwind", "northwind")


def test_does_without_the_companys_name_where_it_may_not_be_seen(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", SELF, {"id": "8"})
    vendor.answers("GET", COMPANY, status=403)
    assert VENDOR.identify(client) == Identity("northwind", "northwind", "northwind")


def test_refuses_a_consent_for_another_company_and_names_both(vendor: Vendor) -> None:
    stranger = open_client(tokens=Tokens("a", "r", facts={"companyDomain": "southwind"}))
    with pytest.raises(ConfigurationError, match=r"southwind.*northwind"):
        VENDOR.identify(stranger)
    assert vendor.calls == []


def test_does_not_repeat_a_refused_key(vendor: Vendor) -> None:
    vendor.answers("GET", SELF, status=401)
    with pytest.raises(CredentialError):
        VENDOR.identify(open_client(secrets={"api_key": "b" * 40}))
    assert len(vendor.calls) == 1


def test_finds_out_which_lists_and_fields_are_shown(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", "/api/v1/meta/lists", body("lists"))
    vendor.answers("GET", "/api/v1/employees/changed", body("changes"))
    vendor.answers("GET", "/api/v1/employees/117", {"id": "117", "status": "Active"})
    found = VENDOR.probe(client)
    assert found.facts["reads_people_by"] == "list"
    assert found.facts["lists"] == ["department", "jobTitle", "location"]
    assert found.facts["editable_lists"] == ["department", "jobTitle"]
    assert "workEmail" in found.facts["unreadable_fields"]
    assert "status" not in found.facts["unreadable_fields"]
    assert any("division" in warning for warning in found.warnings)
    assert any("workEmail" in warning for warning in found.warnings)


def test_warns_of_a_right_that_was_not_granted(vendor: Vendor) -> None:
    granted = tuple(scope.name for scope in OAUTH.scopes if scope.name != "webhooks")
    client = open_client(tokens=Tokens("a", "r", scopes=granted))
    vendor.answers("GET", "/api/v1/meta/lists", body("lists"))
    vendor.answers("GET", "/api/v1/employees/changed", {"latest": None, "employees": []})
    warnings = VENDOR.probe(client).warnings
    assert warnings[0].startswith("BambooHR did not grant the right webhooks")


def test_counts_calls_per_company() -> None:
    assert VENDOR.budget({"company_domain": "northwind"}) == "bamboohr:northwind"
    assert VENDOR.origin({"company_domain": "northwind"}) == "https://northwind.bamboohr.com"
