"""Rights that end are given anew by the customer himself, and what waited goes on."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from integrations.connect import links
from integrations.models import Connection
from tests.company import Company
from tests.faults.test_credentials import revoke, token_calls
from tests.faults.test_lost_answers import assert_as_quiet
from tests.visitor import press, walk


@pytest.mark.parametrize("vendor", ["bamboohr", "acumatica"])
def test_goes_on_after_the_customer_connected_again(
    company: Company, client: Client, vendor: str
) -> None:
    company.sync()
    person_id = company.hire()
    revoke(company, vendor)
    assert company.sync().state == "failed"
    connection = Connection.objects.get(vendor=vendor)
    made = links.make(company.tenant, list(Connection.objects.all()), company.operator)
    client.get(urlsplit(made.url).path)
    page = client.get("/connect/").content.decode()
    assert page.count("Needs you again") == 1
    assert "1 of 2 accounts still waits for you." in page
    assert company.employee_of(person_id) is None
    tokens = token_calls(company, vendor)

    back = client.get(walk(vendor, press(client, connection, "consent")))

    assert back["Location"] == f"/connect/#connection-{connection.pk}"
    assert token_calls(company, vendor) == tokens + 1
    assert "Nothing is left for you to do here." in client.get("/connect/").content.decode()
    company.drain()
    company.sync()
    assert_as_quiet(company, person_id)
