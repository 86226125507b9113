"""A customer's browser: the way over a vendor's consent page, and the forms of the connect page."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import requests
from django.test import Client

from integrations.models import Connection

HOPS_COUNT = 5


def walk(vendor: str, url: str) -> str:
    """Walk a vendor's pages from its consent page; the address that leads back to the product."""
    with requests.Session() as visitor:
        visitor.trust_env = False
        for _ in range(HOPS_COUNT):
            answer = visitor.get(url, allow_redirects=False, timeout=10)
            assert answer.status_code == 302, answer.text
            url = urljoin(url, answer.headers["Location"])
            if "/connect/callback/" in url:
                parts = urlsplit(url)
                return f"{parts.path}?{parts.query}"
    raise AssertionError(f"{vendor} never sent the browser back.")


def press(customer: Client, connection: Connection, what: str) -> str:
    """Send a form of the customer's page as it stands there; where it leads."""
    url = f"/connect/to/{connection.key}/{what}/"
    page = customer.get("/connect/").content.decode()
    form = page.partition(f'action="{url}"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form or page))
    return str(customer.post(url, fields)["Location"])
