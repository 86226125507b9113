"""Answers of Acumatica, made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from connectors.exchange import Answer
from connectors.vendor import Operation
from connectors.vendors.acumatica import operations
from tests.unit.connectors.vendors.payloads import payload

NOTHING: Mapping[str, str] = MappingProxyType({})


def answer(
    body: Any = b"",
    status: int = 200,
    operation: Operation = operations.READ_EMPLOYEE,
    headers: Mapping[str, str] = NOTHING,
) -> Answer:
    """What the vendor answered: bytes as they are, anything else as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, headers, raw, "https://acme.acumatica.com", "acumatica", operation)


def body(name: str) -> Any:
    """A kept body of Acumatica's."""
    return payload("acumatica", name)
