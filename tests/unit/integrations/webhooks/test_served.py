"""Deliveries through the real web server, chunked and not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.models import Delivery, Subscription
from tests.processes import serving
from tests.unit.integrations.webhooks.posts import path_of, signed, told

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def port(subscription: Subscription, tmp_path: Path) -> Iterator[int]:
    """Where gunicorn serves the product."""
    with serving(tmp_path / "web.log") as port:
        yield port


def sent(port: int, head: list[str], body: bytes) -> int:
    """One request as given; the status of its answer."""
    lines = [*head, "Host: 127.0.0.1", "Connection: close", "", ""]
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall("\r\n".join(lines).encode() + body)
        answer = line.makefile("rb").readline()
    return int(answer.split(b" ")[1])


def chunked(body: bytes, size: int = 7) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def head(subscription: Subscription, body: bytes, *more: str) -> list[str]:
    headers = [f"{name}: {value}" for name, value in signed(body).items()]
    kind = "Content-Type: application/json"
    return [f"POST {path_of(subscription)} HTTP/1.1", kind, *headers, *more]


def test_takes_up_what_has_a_length_and_what_is_chunked(
    subscription: Subscription, port: int
) -> None:
    body = told()
    whole = head(subscription, body, f"Content-Length: {len(body)}")
    assert sent(port, whole, body) == 200
    pieces = head(subscription, body, "Transfer-Encoding: chunked")
    assert sent(port, pieces, chunked(body)) == 200
    assert [one.body for one in Delivery.objects.all()] == [body.decode()] * 2

    large = b"x" * ((1 << 20) + 1)
    assert sent(port, head(subscription, large, f"Content-Length: {len(large)}"), b"") == 413
    assert (
        sent(
            port,
            head(subscription, large, "Transfer-Encoding: chunked"),
            chunked(large, 1 << 16),
        )
        == 413
    )
    assert sent(port, head(subscription, body), b"") == 401
    assert Delivery.objects.count() == 2
