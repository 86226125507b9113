"""An operator connects accounts: over the vendor's own consent page and back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from integrations.engine.access import redirect_uri
from integrations.models import Connection, Tenant
from tests import factories
from tests.conftest import Sandbox

APPS = {
    "bamboohr": "ml-connector-sandbox",
    "acumatica": "88358B02-A48D-A50E-F710-39C1636C30F6@Northwind",
}


def connection_to(vendor: str, sandbox: Sandbox, tenant: Tenant | None = None) -> Connection:
    """A connection that waits for its consent, its app registered at the vendor."""
    secret = f"sandbox-secret-{vendor}"
    app = factories.make_app(vendor, client_id=APPS[vendor], client_secret=secret)
    connection = factories.make_connection(tenant, vendor, app=app, title="Northwind")
    uris = {"client_secret": secret, "redirect_uris": [redirect_uri(connection)]}
    sandbox.control("PUT", f"{vendor}/apps/{APPS[vendor]}", uris)
    return connection


@pytest.mark.parametrize("vendor", ["bamboohr", "acumatica"])
def test_connects_by_giving_consent(vendor: str, page: Page, served: str, sandbox: Sandbox) -> None:
    connection = connection_to(vendor, sandbox)
    page.goto(f"{served}/admin/integrations/connection/{connection.pk}/change/")
    page.get_by_role("button", name="Connect").click()
    page.wait_for_url(re.compile(f"/{vendor}/"))
    page.get_by_role("button", name=re.compile("allow|connect", re.IGNORECASE)).click()
    expect(page.get_by_text("Northwind is connected.")).to_be_visible()
    connection.refresh_from_db()
    assert connection.status == Connection.Status.ACTIVE


@pytest.mark.parametrize("vendor", ["bamboohr", "acumatica"])
def test_says_how_to_start_again_when_consent_is_denied(
    vendor: str, page: Page, served: str, sandbox: Sandbox
) -> None:
    connection = connection_to(vendor, sandbox)
    page.goto(f"{served}/admin/integrations/connection/{connection.pk}/change/")
    page.get_by_role("button", name="Connect").click()
    page.wait_for_url(re.compile(f"/{vendor}/"))
    page.get_by_role("button", name=re.compile("deny|cancel", re.IGNORECASE)).click()
    page.wait_for_url(re.compile("/connect/callback/"))
    expect(page.locator("body")).to_contain_text("Connect")
    connection.refresh_from_db()
    assert connection.status == Connection.Status.PENDING
    assert connection.grant_id is None
