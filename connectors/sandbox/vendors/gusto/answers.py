"""How Gusto answers: JSON, and refusals as a list of errors by key and category (dossier §5)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from connectors.sandbox.standin import JSON, Answer

JSON_TYPE = {"Content-Type": "application/json; charset=utf-8"}
HTML_TYPE = {"Content-Type": "text/html; charset=utf-8"}
XML_TYPE = {"Content-Type": "application/xml"}


def as_json(value: JSON, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """A JSON answer."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return Answer(status, {**JSON_TYPE, **(headers or {})}, body)


def empty(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """No body."""
    return Answer(status, dict(headers or {}))


def page(text: str, status: int = 200) -> Answer:
    """A page for a person."""
    html = f"<!doctype html>\n<html lang=en><title>Gusto</title>{text}</html>\n"
    return Answer(status, dict(HTML_TYPE), html.encode())


def refused(
    status: int,
    category: str,
    message: str,
    key: str = "request",
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """One error."""
    error = {"error_key": key, "category": category, "message": message}
    return as_json({"errors": [error]}, status, headers)


def not_found() -> Answer:
    """404 as it is documented."""
    return refused(404, "not_found", "The requested resource was not found.")


def invalid(key: str, category: str, message: str) -> Answer:
    """422 on one field."""
    return refused(422, category, message, key)


def grant_refused(status: int, error: str, description: str) -> Answer:
    """The refusal of the OAuth endpoints, which have RFC 6749's form."""
    return as_json({"error": error, "error_description": description}, status)
