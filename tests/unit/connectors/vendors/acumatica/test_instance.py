"""Where an Acumatica instance stands, as a customer types it."""

from __future__ import annotations

import pytest

from connectors.errors import ConfigurationError
from connectors.vendor import Account, OAuthApp
from connectors.vendors.acumatica import VENDOR, instance
from tests.grants import MemoryGrant


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("https://acme.acumatica.com", "https://acme.acumatica.com"),
        (" https://ACME.acumatica.com/ ", "https://acme.acumatica.com"),
        ("acme.acumatica.com", "https://acme.acumatica.com"),
        ("https://erp.acme.example/Acumatica/", "https://erp.acme.example/Acumatica"),
        ("https://erp.acme.example:8443/erp", "https://erp.acme.example:8443/erp"),
        ("https://erp.acme.example:443", "https://erp.acme.example"),
    ],
)
def test_keeps_the_path_and_drops_the_last_slash(typed: str, clean: str) -> None:
    assert instance.clean_instance_url(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "http://acme.acumatica.com",
        "ftp://acme.acumatica.com",
        "https://",
        "https://user@acme.acumatica.com",
        "https://user:secret@acme.acumatica.com",
        "https://acme.acumatica.com@evil.example",
        "https://acme.acumatica.com/Main?ScreenId=EP203000",
        "https://acme.acumatica.com/#frame",
        "https://acme.acumatica.com:port",
        "https://acme.acumatica.com:99999",
        "https://acme.acumatica.com/../x",
        "https://acme.acumatica.com/a//b",
        "https://acme.acumatica.com/a b",
        "https://acme.acumatica.com/%2e%2e",
    ],
)
def test_refuses_what_is_no_plain_address(typed: str) -> None:
    with pytest.raises(ValueError, match="Enter"):
        instance.clean_instance_url(typed)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("", ""),
        (" MLConnector/24.200.001 ", "MLConnector/24.200.001"),
        ("MLConnector/1.0.0/", "MLConnector/1.0.0"),
    ],
)
def test_reads_name_and_version_of_an_endpoint(typed: str, clean: str) -> None:
    assert instance.clean_extension(typed) == clean


@pytest.mark.parametrize("typed", ["MLConnector", "ML/x", "../24.200.001", "A/1.0/B", "1/1.0"])
def test_refuses_what_is_no_endpoint(typed: str) -> None:
    with pytest.raises(ValueError, match="MLConnector"):
        instance.clean_extension(typed)
    with pytest.raises(ValueError, match="Enter"):
        instance.clean_endpoint(f"{typed}/")
    with pytest.raises(ValueError, match="Enter"):
        instance.clean_version(f"{typed}/")


def test_splits_the_address_for_calls_budget_and_name() -> None:
    config = {"instance_url": "https://erp.acme.example:8443/Acumatica"}
    assert VENDOR.origin(config) == "https://erp.acme.example:8443"
    assert instance.instance_path(config) == "/Acumatica"
    assert VENDOR.budget(config) == "acumatica:erp.acme.example:8443/acumatica"


APP = OAuthApp("88358B02@My Tenant", "s")


def account(app: OAuthApp | None, password: str = "", **config: str) -> Account:
    return Account(config, MemoryGrant(None, {"password": password}), app)


def test_takes_the_tenant_from_what_lets_us_in() -> None:
    assert instance.tenant(account(APP)) == "My Tenant"
    assert instance.tenant(account(APP, tenant="Company")) == "My Tenant"
    assert instance.tenant(account(None, "secret", tenant="Company")) == "Company"
    assert instance.tenant(account(APP, "secret", tenant="Company")) == "Company"


@pytest.mark.parametrize(
    "unknown",
    [
        account(OAuthApp("88358B02", "s")),
        account(OAuthApp("88358B02@", "s")),
        account(None),
        account(None, "secret"),
        account(APP, "secret"),
    ],
)
def test_asks_for_the_tenant_where_neither_says_it(unknown: Account) -> None:
    with pytest.raises(ConfigurationError, match="client ID whole"):
        instance.tenant(unknown)


def test_asks_for_the_user_whom_a_password_belongs_to() -> None:
    assert instance.user(account(None, "secret", username="apiuser")) == "apiuser"
    with pytest.raises(ConfigurationError, match="user whom the password"):
        instance.user(account(None, "secret"))
