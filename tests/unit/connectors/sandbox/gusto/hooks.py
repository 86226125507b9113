"""The receiving end of Gusto's webhooks: an endpoint, its signatures, its subscriptions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from tests.unit.connectors.sandbox.gusto.caller import HOOK, SECONDS, Caller

TYPES = ["Company", "Employee", "Payroll"]


def sign(token: str, body: bytes) -> str:
    """The signature as receivers compute it."""
    return hmac.new(token.encode(), body, hashlib.sha256).hexdigest()


def sign_in_base64(token: str, body: bytes) -> str:
    """The same in the other spelling."""
    return base64.b64encode(bytes.fromhex(sign(token, body))).decode()


@dataclass(slots=True)
class Receiver:
    """A webhook endpoint on loopback that keeps what it gets and answers as told."""

    url: str
    statuses: list[int] = field(default_factory=list)
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    hold: threading.Event | None = None
    """While it is set to an event, answers wait for it."""

    def tokens(self) -> list[str]:
        """The verification tokens posted so far."""
        bodies = [json.loads(body) for _, body in self.received]
        return [body["verification_token"] for body in bodies if "verification_token" in body]

    def events(self) -> list[Any]:
        """The events posted so far."""
        bodies = [json.loads(body) for _, body in self.received]
        return [body for body in bodies if "event_type" in body]


@contextmanager
def receiving(sandbox: Any) -> Iterator[Receiver]:
    """A receiver that stands for ``https://connector.example``."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.received.append((dict(self.headers.items()), body))
            if receiver.hold is not None:
                receiver.hold.wait(SECONDS)
            self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver = Receiver(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    origin = {"origin": "https://connector.example", "loopback": receiver.url}
    sandbox.control("POST", "reach", origin)
    try:
        yield receiver
    finally:
        if receiver.hold is not None:
            receiver.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


def steer(caller: Caller, action: str) -> Any:
    """Pause, flush, settle, reorder or duplicate deliveries."""
    return caller.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": action})


def create(app: Caller, url: str = HOOK, types: list[str] | None = None) -> requests.Response:
    """Make a subscription."""
    body = {"url": url, "subscription_types": types or TYPES}
    return app.send("POST", "webhook_subscriptions", json=body)


def verify(app: Caller, uuid: str, token: str) -> requests.Response:
    """Hand a verification token back."""
    path = f"webhook_subscriptions/{uuid}/verify"
    return app.send("PUT", path, json={"verification_token": token})


def token_of(app: Caller, receiver: Receiver) -> str:
    """The verification token that was posted last, also if it comes late."""
    steer(app, "settle")
    if not receiver.tokens():
        app.sandbox.advance(6)
        steer(app, "settle")
    return receiver.tokens()[-1]


def subscribe(app: Caller, receiver: Receiver, types: list[str] | None = None) -> tuple[str, str]:
    """A verified subscription: its uuid and its token."""
    uuid = create(app, types=types).json()["uuid"]
    token = token_of(app, receiver)
    assert verify(app, uuid, token).status_code == 200
    return uuid, token


@contextmanager
def gathered(caller: Caller) -> Iterator[None]:
    """What is fired within is sent in one go at the end."""
    steer(caller, "pause")
    yield
    steer(caller, "flush")


def delivered(caller: Caller, receiver: Receiver) -> list[Any]:
    """The events that have come once all are sent."""
    steer(caller, "settle")
    return receiver.events()
