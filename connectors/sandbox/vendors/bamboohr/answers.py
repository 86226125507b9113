"""How BambooHR answers: JSON, XML, and refusals that say why in a header only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape, quoteattr

from connectors.sandbox.standin import JSON, Answer

ALWAYS = {
    "Server": "nginx",
    "Cache-Control": "no-cache, private",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Authorization,User-Agent",
    "X-Content-Type-Options": "nosniff",
}
HTML = "text/html; charset=UTF-8"
REASON = "X-BambooHR-Error-Message"


def as_json(value: JSON, status: int = 200) -> Answer:
    """A JSON answer."""
    body = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return Answer(status, {**ALWAYS, "Content-Type": "application/json"}, body)


def as_xml(text: str) -> Answer:
    """An XML answer."""
    body = f'<?xml version="1.0"?>\n{text}'.encode()
    return Answer(200, {**ALWAYS, "Content-Type": "text/xml; charset=UTF-8"}, body)


def as_html(text: str, status: int = 200) -> Answer:
    """A page for a person."""
    page = f"<!doctype html>\n<html lang=en><title>BambooHR</title>{text}</html>\n"
    return Answer(status, {**ALWAYS, "Content-Type": HTML}, page.encode())


def as_text(text: str, status: int = 200) -> Answer:
    """Plain text."""
    return Answer(status, {**ALWAYS, "Content-Type": "text/plain; charset=UTF-8"}, text.encode())


def empty(status: int, headers: Mapping[str, str] | None = None) -> Answer:
    """No body; the classic endpoints' success after a write."""
    return Answer(status, {**ALWAYS, "Content-Type": HTML, **(headers or {})})


def refused(status: int, reason: str, headers: Mapping[str, str] | None = None) -> Answer:
    """The classic endpoints' refusal: empty body, reason in a header."""
    return empty(status, {REASON: reason, **(headers or {})})


def problem(status: int, code: str, message: str) -> Answer:
    """The refusal of the paginated list."""
    return as_json({"error": {"code": code, "message": message}}, status)


def element(name: str, attributes: Mapping[str, JSON], content: str = "") -> str:
    """One XML element; ``content`` is markup already."""
    spelled = "".join(f" {key}={quoteattr(text_of(value))}" for key, value in attributes.items())
    return f"<{name}{spelled}>{content}</{name}>" if content else f"<{name}{spelled}/>"


def fields_of(values: Mapping[str, JSON]) -> str:
    """``<field id="…">…</field>`` for each value."""
    return "".join(
        element("field", {"id": name}, escape(text_of(value))) for name, value in values.items()
    )


def elements(rows: Iterable[str]) -> str:
    """Elements one after the other."""
    return "".join(rows)


def text_of(value: JSON) -> str:
    """A scalar as XML writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
