"""One call, built and checked with the real address, to be sent as often as the rules allow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote, urlencode

from connectors import numbers, redaction
from connectors.addresses import Origin
from connectors.redaction import JSON, Redacted
from connectors.vendor import Operation, Privacy

_HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip",
    "User-Agent": "ml-connector",
}
_QUERY_SAFE: Final = "$,:()'@/*!-._~"
_PATH = re.compile(r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")


@dataclass(frozen=True, slots=True)
class Call:
    """What is sent, and what of it may be seen. Headers that prove who calls come later."""

    operation: Operation
    url: str = field(repr=False)
    """The vendor's own, with its query."""
    shown_url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)
    sent: Redacted


@dataclass(frozen=True, slots=True)
class _Body:
    raw: bytes | None = field(default=None, repr=False)
    value: JSON = field(default=None, repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)


def prepare(
    origin: Origin,
    operation: Operation,
    path: str,
    *,
    query: Sequence[tuple[str, str]] = (),
    json: object = None,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Call:
    """Put a call together.

    Raises:
        ValueError: the path is not percent-encoded, or could lead to another one.
        TypeError: the body holds a float or what has no JSON form.
    """
    if _PATH.fullmatch(path) is None or "//" in path or _has_dot_segment(path):
        raise ValueError(f"{operation.name}: the path is not one of {operation.path}.")
    body = _body(json, form)
    url = f"{origin}{path}"
    encoded = urlencode(query, quote_via=quote, safe=_QUERY_SAFE)
    return Call(
        operation=operation,
        url=f"{url}?{encoded}" if encoded else url,
        shown_url=url + _shown_query(query, operation),
        headers={**_HEADERS, **body.headers, **(headers or {})},
        body=body.raw,
        sent=redaction.redact(body.value, operation.sends),
    )


def _body(json: object, form: Mapping[str, str] | None) -> _Body:
    if json is not None:
        raw = numbers.write(json)
        # Without parameters: some vendors do not know their own type with a charset.
        return _Body(raw, numbers.parse(raw), {"Content-Type": "application/json"})
    if form is not None:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return _Body(urlencode(form).encode(), dict(form), headers)
    return _Body()


def _shown_query(query: Sequence[tuple[str, str]], operation: Operation) -> str:
    """The query as it may be seen: its names, and the values that are declared plain."""
    shown = (
        f"{name}={value if operation.sends.get(name) is Privacy.PLAIN else redaction.mark(value)}"
        for name, value in query
    )
    return f"?{'&'.join(shown)}" if query else ""


def _has_dot_segment(path: str) -> bool:
    return any(part.lower().replace("%2e", ".") in (".", "..") for part in path.split("/"))
