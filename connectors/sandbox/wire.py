"""The wire below the application: bodies read whole, connections closed in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
TRANSPORT = "sandbox.transport"


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which also hands the connection to the application."""

    def on_message_begin(self) -> None:
        """Begin a request; its connection goes along."""
        super().on_message_begin()
        scope: Scope = self.scope  # type: ignore[assignment]  # a key of ours beside ASGI's
        scope[TRANSPORT] = self.transport


def headers_of(scope: Scope) -> dict[str, str]:
    """The request's headers, names in lower case; one sent twice is joined by a comma."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return headers


async def read_body(receive: Receive) -> bytes:
    """The whole body, or what came of it before the caller went away."""
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body"):
        return body
    parts = [body]
    while message.get("more_body"):
        message = await receive()
        parts.append(message.get("body", b""))
    return b"".join(parts)


async def hang(receive: Receive, hang_ms: float | None) -> None:
    """Say nothing until the caller goes away, or so long."""
    try:
        async with asyncio.timeout(None if hang_ms is None else hang_ms / 1000):
            await gone(receive)
    except TimeoutError:
        return


async def gone(receive: Receive) -> None:
    """Wait until the caller's connection is closed."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def close(scope: Scope, receive: Receive, *, is_flushed: bool) -> None:
    """Close the connection: after what was written has gone out, or at once."""
    transport: asyncio.Transport = scope[TRANSPORT]
    if is_flushed:
        transport.close()
    else:
        transport.abort()
    await gone(receive)
