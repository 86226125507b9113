"""Reads admin pages as a test needs them."""

from __future__ import annotations

from typing import Protocol

from django.contrib.messages import get_messages
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client


def page(browser: Client, url: str) -> str:
    """The text of a page that must come."""
    response = browser.get(url)
    assert response.status_code == 200, response.content
    return response.content.decode()


class Answered(Protocol):
    """A response, and the request that led to it."""

    @property
    def wsgi_request(self) -> WSGIRequest: ...


def told(response: Answered) -> list[str]:
    """What an action told the person; shown on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]
