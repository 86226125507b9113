"""Reads admin pages as a test needs them."""

from __future__ import annotations

import re
from typing import Protocol

from django.contrib.messages import get_messages
from django.core.handlers.wsgi import WSGIRequest
from django.db.models import Model
from django.test import Client

TOKEN = re.compile(r'name="page" value="([^"]+)"')


def page(browser: Client, url: str) -> str:
    """The text of a page that must come."""
    response = browser.get(url)
    assert response.status_code == 200, response.content
    return response.content.decode()


class Answered(Protocol):
    """A response, and the request that led to it."""

    content: bytes
    status_code: int

    @property
    def wsgi_request(self) -> WSGIRequest: ...


def told(response: Answered) -> list[str]:
    """What an action told the person; shown on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def address_of(row: Model, name: str = "change") -> str:
    """The page of a row, or one of its buttons."""
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{name}/"


def token_of(text: str) -> str:
    """What a page hands out with its buttons."""
    found = TOKEN.search(text)
    assert found is not None, text
    return found.group(1)


def press(browser: Client, row: Model, name: str, **typed: object) -> Answered:
    """Press a button as a person does: see the page, answer what is asked, send it."""
    shown = page(browser, address_of(row))
    assert address_of(row, name) in shown, f"{name} is not offered"
    asked = browser.get(address_of(row, name))
    if asked.status_code == 200:
        shown = asked.content.decode()
    return browser.post(address_of(row, name), {**typed, "page": token_of(shown)})
