"""No secret leaves the door: not by an exception, a log line, a repr or an exchange."""

from __future__ import annotations

import dataclasses
import logging
import socket
import traceback
from collections.abc import Callable, Mapping
from decimal import Decimal

import pytest
import responses
import simplejson

from connectors.auth import BasicAuth, BearerAuth, exchange_code, refresh
from connectors.errors import ConnectorError
from connectors.exchange import Exchange
from connectors.redaction import JSON
from connectors.transport import Door
from connectors.vendor import Account, OAuthApp, Operation, Privacy, Tokens
from tests.unit.connectors.servers import Received, Server, answer, toy_vendor
from tests.unit.connectors.test_oauth import CONFIG, OAUTH, REDIRECT, TOKEN_URL

TOKEN = "canary-t0ken-7f3a9b"
KEY = "canary-k3y-51ce02"
IN_QUERY = "canary-qu3ry-0d41aa"
IN_FORM = "canary-f0rm-99e1b7"
IN_BODY = "canary-b0dy-d3adbe"
IN_HEADER = "canary-h3ader-77aa01"
IN_ANSWER = "canary-answ3r-c0ffee"
IN_ANSWER_HEADER = "canary-s3tcookie-1234ab"
NAME = "Canaryperson"
PAY = "987654.32"
ALL = (TOKEN, KEY, IN_QUERY, IN_FORM, IN_BODY, IN_HEADER, IN_ANSWER, IN_ANSWER_HEADER, NAME, PAY)

FIELDS = {"name": Privacy.PERSON, "pay": Privacy.PAY, "id": Privacy.PLAIN}
READ = Operation(
    "read_person", "GET", "/people/{id}", deadline_seconds=1.0, reads=FIELDS, sends=FIELDS
)
WRITE = dataclasses.replace(READ, name="save_person", method="PUT", writes=True)

BODY = simplejson.dumps(
    {"id": 7, "name": NAME, "pay": Decimal(PAY), "token": IN_ANSWER, IN_ANSWER: 1, "x": [IN_ANSWER]}
).encode()
COOKIE = f"Set-Cookie: session={IN_ANSWER_HEADER}; path=/"

SCRIPTS: dict[str, bytes] = {
    "good": answer(BODY, COOKIE),
    "unlisted": answer(BODY, COOKIE, status="418 X"),
    "unavailable": answer(BODY, COOKIE, status="503 X"),
    "throttled": answer(BODY, COOKIE, status="429 X"),
    "refused": answer(BODY, COOKIE, status="401 X"),
    "redirected": answer(
        BODY, f"Location: https://evil.example/?token={IN_ANSWER}", status="302 X"
    ),
    "page": answer(f"<html><title>{IN_ANSWER} {NAME}7</title>{IN_ANSWER}</html>".encode()),
    "text": answer(f"failed for token={IN_ANSWER}, pay {PAY}".encode(), "X: y"),
    "truncated": answer(BODY[:-4]),
    "deep": answer(b"[" * 50 + f'"{IN_ANSWER}"'.encode() + b"]" * 50),
    "number": answer(f'{{"a": "{IN_ANSWER}", "pay": 1e3000000}}'.encode()),
    "cut": answer(BODY, length=100_000),
    "packed": answer(BODY, "Content-Encoding: gzip"),
    "garbage": f"{IN_ANSWER}\r\n\r\n".encode(),
    "headers": b"HTTP/1.1 200 OK\r\n" + f"no colon {IN_ANSWER}\r\n".encode() * 3 + b"\r\n",
    "silence": b"",
}


class Cookies:
    """A session cookie, which a 401 cannot renew."""

    def headers(self) -> Mapping[str, str]:
        return {"Cookie": f"session={TOKEN}", "X-Api-Key": KEY}

    def renew(self) -> bool:
        return False


def told(error: BaseException) -> str:
    """Everything that an exception could tell, its causes and contexts included."""
    parts = ["".join(traceback.format_exception(error)), repr(error), str(vars(error))]
    for linked in (error.__cause__, error.__context__):
        if linked is not None:
            parts.append(told(linked))
    return "\n".join(parts)


def seen(exchange: Exchange) -> str:
    """What of an exchange anybody may see: all but the private part."""
    shown = {
        field.name: getattr(exchange, field.name)
        for field in dataclasses.fields(exchange)
        if field.name != "private"
    }
    return f"{exchange!r} {shown!r} {simplejson.dumps(exchange.received)}"


def assert_silent(*texts: str) -> None:
    for text in texts:
        assert [canary for canary in ALL if canary in text] == []


@pytest.mark.parametrize("operation", [READ, WRITE], ids=["read", "write"])
@pytest.mark.parametrize("script", SCRIPTS)
def test_tells_no_secret_of_a_call(
    script: str,
    operation: Operation,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in (
        "urllib3",
        "urllib3.connectionpool",
        "urllib3.connection",
        "requests",
        "http.client",
    ):
        # By caplog, which gives each its own level back.
        caplog.set_level(logging.DEBUG, name)
    exchanges: list[Exchange] = []
    errors: list[BaseException] = []

    def reply(received: Received, line: socket.socket) -> None:
        line.sendall(SCRIPTS[script])
        if script in ("cut", "garbage", "silence", "headers"):
            line.shutdown(socket.SHUT_RDWR)

    with Server(reply) as server:
        door = Door(
            private_hosts=frozenset({"127.0.0.1"}),
            on_exchange=exchanges.append,
            sleep=lambda _: None,
        )
        session = door.session(toy_vendor(), server.url, "toy:1", Cookies())
        for json, form in (
            ({"name": NAME, "pay": Decimal(PAY), "secret": IN_BODY, IN_BODY: 1}, None),
            (None, {"password": IN_FORM, "name": NAME}),
        ):
            try:
                received = session.send(
                    operation,
                    "/people/7",
                    query=[("api_key", IN_QUERY), ("id", "7")],
                    json=json,
                    form=form,
                    headers={"X-Secret": IN_HEADER},
                )
                assert_silent(repr(received))
                received.json()
            except ConnectorError as error:
                errors.append(error)
        session.close()
    sent = server.received[0]
    assert IN_QUERY in sent.target
    assert IN_HEADER in sent.headers["x-secret"]
    assert TOKEN in sent.headers["cookie"]
    assert exchanges
    assert bool(errors) is (script != "good")
    out, err = capfd.readouterr()
    assert_silent(caplog.text, out, err, *map(told, errors), *map(seen, exchanges))


def test_hands_on_pay_apart() -> None:
    exchanges: list[Exchange] = []
    with Server(lambda received, line: line.sendall(SCRIPTS["good"])) as server:
        door = Door(private_hosts=frozenset({"127.0.0.1"}), on_exchange=exchanges.append)
        with door.session(toy_vendor(), server.url, "toy:1", None) as session:
            session.send(READ, "/people/7")
    pay: Mapping[str, JSON] = exchanges[0].private.pay
    assert pay == {"/received/pay": Decimal(PAY)}
    assert PAY not in repr(exchanges[0].private)


class Store:
    """A grant whose tokens are canaries."""

    def secrets(self) -> Mapping[str, str]:
        return {"api_key": KEY}

    def tokens(self) -> Tokens:
        return Tokens(TOKEN, KEY)

    def renew(self, spent: Tokens, refresh: Callable[[Tokens], Tokens]) -> Tokens:
        return refresh(spent)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 404, 429, 500])
@pytest.mark.parametrize("is_page", [False, True], ids=["json", "page"])
@responses.activate
def test_tells_no_secret_of_a_token_call(
    status: int, is_page: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    echo = f"refresh_token={KEY} code={IN_FORM} correcthorse"
    body = (
        f"<title>{echo}</title>"
        if is_page
        else simplejson.dumps({"error": echo, "access_token": IN_ANSWER})
    )
    responses.post(TOKEN_URL, status=status, body=body)
    exchanges: list[Exchange] = []
    door = Door(on_exchange=exchanges.append)
    app = OAuthApp("app", KEY)
    vendor = toy_vendor(oauth=OAUTH)
    account = Account(CONFIG, Store(), app)
    calls: list[Callable[[], Tokens]] = [
        lambda: refresh(door, vendor, account, Tokens(TOKEN, KEY)),
        lambda: exchange_code(door, vendor, CONFIG, app, REDIRECT, IN_FORM, IN_QUERY),
    ]
    errors: list[BaseException] = []
    for call in calls:
        with pytest.raises(ConnectorError) as caught:
            call()
        errors.append(caught.value)
    texts = [caplog.text, *map(told, errors), *map(seen, exchanges)]
    assert_silent(*texts)
    assert not any("correcthorse" in text for text in texts)
    assert len(exchanges) == 2


def test_shows_nothing_of_credentials() -> None:
    account = Account(CONFIG, Store(), OAuthApp("app", KEY))
    bearer = BearerAuth(Door(), toy_vendor(oauth=OAUTH), account)
    bearer.headers()
    basic = BasicAuth(KEY, TOKEN)
    assert_silent(repr(bearer), repr(basic), repr(Tokens(TOKEN, KEY)), repr(account.app))
