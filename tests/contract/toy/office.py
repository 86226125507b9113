"""The toy vendors' server on loopback, and the way of a browser to them and back."""

from __future__ import annotations

import base64
import hmac
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from connectors import registry
from connectors.transport import Door
from integrations import registry as flow_registry
from integrations.engine import access
from integrations.models import Connection

VENDORS = Path(__file__).parent / "vendors"
FLOWS = Path(__file__).parent / "flows"
Row = dict[str, str]
HOOK_SECRET = "canary-hook-secret"


@dataclass
class Office:
    """What the toy vendors answer, and what they were asked."""

    url: str = ""
    tokens: dict[str, object] = field(
        default_factory=lambda: {
            "access_token": "canary-access-1",
            "refresh_token": "canary-refresh-1",
            "expires_in": 3600,
            "scope": "cards drawers",
        }
    )
    token_status: int = 200
    revoke_status: int = 200
    me: dict[str, object] = field(
        default_factory=lambda: {"company": "northwind", "title": "Northwind Inc", "user": "ada"}
    )
    me_status: int = 200
    abilities: dict[str, object] = field(
        default_factory=lambda: {"facts": {"cards": 12}, "warnings": ["No index cards."]}
    )
    asked: list[str] = field(default_factory=list)
    sent: list[dict[str, list[str]]] = field(default_factory=list)
    cookie: str = ""
    """Set with every answer."""
    cards: dict[str, Row] = field(default_factory=dict)
    drawers: list[str] = field(default_factory=lambda: ["Garden", "Cellar", "Attic"])
    guests: dict[str, Row] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=lambda: {"1": "Garden", "2": "Tower"})
    bills: dict[str, Row] = field(default_factory=dict)
    books: Row = field(default_factory=lambda: {"currency": "EUR", "is_closed": "no"})
    retold: Row = field(default_factory=dict)
    """What somebody at the house makes of the next bill, right after it was entered."""
    hooks: dict[str, Row] = field(default_factory=dict)
    lost_before: set[str] = field(default_factory=set)
    """Last parts of paths: a write there is neither done nor answered, once."""
    lost_after: set[str] = field(default_factory=set)
    """The same: done, and not answered."""
    refused: dict[str, int] = field(default_factory=dict)
    """The same: refused with this status, as long as it stands here."""
    unread: set[str] = field(default_factory=set)
    """First parts of paths that nobody can read just now."""
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def file(self, card_id: str, **fields: str) -> None:
        """Put a card in its drawer, or change it."""
        card = {"name": "Ada", "email": f"{card_id}@northwind.example", "drawer": "Garden"}
        card |= {"id": card_id, "allowance": "100.00", "diet": "none"}
        version = str(next(self._numbers))
        self.cards[card_id] = card | self.cards.get(card_id, {}) | fields | {"version": version}

    def writes(self) -> list[str]:
        """The changing calls that the house was sent: the last part of each path."""
        sent = [one for one in self.asked if one.startswith("POST /homestead/")]
        return [one.rsplit("/", 1)[-1] for one in sent if not one.endswith("/token")]

    def answer(
        self, method: str, path: str, query: Mapping[str, str], body: Row
    ) -> tuple[int, object] | None:
        """Status and body; None where the line is cut."""
        place = path.split("/", 2)[-1]
        last = place.rsplit("/", 1)[-1]
        if last == "token":
            return self.token_status, self.tokens
        if last == "revoke":
            return self.revoke_status, {}
        if place == "me":
            return self.me_status, self.me
        if place == "abilities":
            return 200, self.abilities
        if method == "POST":
            return self._written(place, last, body)
        if place.split("/", 1)[0] in self.unread:
            return 503, {}
        return 200, self._read(place, last, query)

    def _read(self, place: str, last: str, query: Mapping[str, str]) -> object:
        if place == "cards":
            since = int(query["since"])
            changed = [card for card in self.cards.values() if int(card["version"]) > since]
            versions = [int(card["version"]) for card in self.cards.values()]
            return {"cards": changed, "version": max(versions, default=0)}
        if place == "drawers":
            return {"drawers": self.drawers}
        if place.startswith("hooks"):
            hooks = [self.hooks[last]] if last in self.hooks else []
            return {"hooks": list(self.hooks.values()) if last == "hooks" else hooks}
        if place == "rooms":
            return {"rooms": [{"number": one, "title": name} for one, name in self.rooms.items()]}
        if place == "books":
            return self.books
        kind = place.split("/", 1)[0]
        rows: dict[str, Row] = {"cards": self.cards, "bills": self.bills}.get(kind, self.guests)
        if place != kind:
            return {kind: [rows[last]] if last in rows else []}
        fields = [(name, query[name]) for name in ("reference", "email") if name in query]
        hits = [
            row
            for row in rows.values()
            if not fields or any(row[name] == value for name, value in fields)
        ]
        return {kind: hits}

    def _written(self, place: str, last: str, body: Row) -> tuple[int, object] | None:
        if last in self.refused:
            return self.refused[last], {"error": "The house is full.", "of": body}
        if last in self.lost_before:
            self.lost_before.remove(last)
            return None
        if place.startswith("hooks"):
            return self._hooked(place, body)
        if place.startswith("bills"):
            return self._billed(place, last, body)
        guest_id = place.split("/")[1] if "/" in place else f"G{next(self._numbers)}"
        if last == "confirm":
            self.guests[guest_id]["is_confirmed"] = "yes"
        else:
            self.guests[guest_id] = {"id": guest_id, "is_confirmed": "no", **body}
        if last in self.lost_after:
            self.lost_after.remove(last)
            return None
        return 200, {"guests": [self.guests[guest_id]]}

    def _billed(self, place: str, last: str, body: Row) -> tuple[int, object] | None:
        bill_id = place.split("/")[1] if "/" in place else f"B{next(self._numbers)}"
        if last == "release":
            self.bills[bill_id]["is_released"] = "yes"
        else:
            self.bills[bill_id] = {"id": bill_id, "is_released": "no", **body}
        answer = dict(self.bills[bill_id])
        self.bills[bill_id] |= self.retold
        self.retold = {}
        if last in self.lost_after:
            self.lost_after.remove(last)
            return None
        return 200, {"bills": [answer]}

    def _hooked(self, place: str, body: Row) -> tuple[int, object] | None:
        if place != "hooks":
            self.hooks.pop(place.split("/")[1], None)
            return 200, {}
        hook = {"id": f"H{next(self._numbers)}", "url": body["url"], "secret": HOOK_SECRET}
        self.hooks[hook["id"]] = hook
        if "hooks" in self.lost_after:
            self.lost_after.remove("hooks")
            return None
        return 200, hook

    def tell(self, client: Client, **told: object) -> int:
        """Post to where the one hook leads; the answer's status."""
        (hook,) = self.hooks.values()
        body = json.dumps(told).encode()
        digest = hmac.digest(hook["secret"].encode(), body, "sha256")
        signature = base64.b64encode(digest).decode()
        answer = client.post(
            urlsplit(hook["url"]).path,
            body,
            content_type="application/json",
            headers={"X-Rolodex-Signature": signature},
        )
        return answer.status_code


class Handler(BaseHTTPRequestHandler):
    """Answers as the office says."""

    office: ClassVar[Office]

    def do_GET(self) -> None:
        self._reply({})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.headers["Content-Type"] == "application/json":
            self._reply(json.loads(text))
            return
        self.office.sent.append(parse_qs(text))
        self._reply({})

    def _reply(self, body: Row) -> None:
        parts = urlsplit(self.path)
        self.office.asked.append(f"{self.command} {parts.path}")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        answered = self.office.answer(self.command, parts.path.lstrip("/"), query, body)
        if answered is None:
            self.close_connection = True
            return
        text = json.dumps(answered[1]).encode()
        self.send_response(answered[0])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if self.office.cookie:
            self.send_header("Set-Cookie", f"visit={self.office.cookie}; Path=/")
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def office(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Toy vendors and toy flow are installed; the product takes the office for the sandbox.

    A read is repeated after a moment; nobody waits for it here.
    """
    monkeypatch.setattr(access, "Door", partial(Door, sleep=lambda seconds: None))
    office = Office()
    handler = type("OfficeHandler", (Handler,), {"office": office})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    office.url = f"http://127.0.0.1:{server.server_port}"
    settings.SANDBOX_URL = office.url
    registry.add_path(VENDORS)
    flow_registry.add_path(FLOWS)
    yield office
    flow_registry.remove_path(FLOWS)
    registry.remove_path(VENDORS)
    server.shutdown()
    server.server_close()
    thread.join()


def begin(client: Client, connection: Connection, *, secure: bool = False) -> dict[str, str]:
    """Press Connect; the query with which the browser arrives at the consent page."""
    response = client.post(f"/connect/start/{connection.pk}/", secure=secure)
    assert response.status_code == 302, response.content
    query = parse_qs(urlsplit(response["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def way_back(query: dict[str, str], **arrives: str) -> str:
    """The address, without its host, at which the browser comes back."""
    path = urlsplit(query["redirect_uri"]).path
    pairs = {"state": query["state"], **(arrives or {"code": "code-1"})}
    return path + "?" + "&".join(f"{name}={value}" for name, value in pairs.items())
