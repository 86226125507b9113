"""One line and its answers: bounded in time and size, cut lines told apart, nothing followed."""

from __future__ import annotations

import gc
import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator

import pytest
from urllib3.util.wait import wait_for_read

from connectors import wire
from connectors.addresses import Origin
from connectors.wire import BrokenLineError, Fault, Line, Reply
from tests.unit.connectors.conftest import NAMED_HOST, Trust
from tests.unit.connectors.servers import Received, Script, Server, always, answer, in_turn

HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip"}


def line_to(server: Server) -> Line:
    return Line(Origin.of(server.url), may_be_private=True)


def exchange(
    line: Line, server: Server, *, deadline_seconds: float = 5.0, is_write: bool = False
) -> Reply:
    return line.exchange(
        "GET",
        f"{server.url}/people/7?a=b%20c",
        HEADERS,
        None,
        deadline_seconds=deadline_seconds,
        is_write=is_write,
    )


def failure(script: Script, *, deadline_seconds: float = 5.0) -> BrokenLineError:
    """Why there is no answer; the error must come alone, since others quote the URL."""
    with Server(script) as server:
        line = line_to(server)
        with pytest.raises(BrokenLineError) as caught:
            exchange(line, server, deadline_seconds=deadline_seconds)
        line.close()
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    return caught.value


@pytest.fixture
def small_answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The limit of an answer's size, small enough to be passed quickly."""
    monkeypatch.setattr(wire, "MAX_BYTES", 1_000_000)
    return iter([1_000_000])


def test_keeps_one_line_for_many_calls() -> None:
    with Server(always(answer(b'{"id": 7}', "Set-Cookie: a=1", "Set-Cookie: b=2"))) as server:
        line = line_to(server)
        for _ in range(3):
            reply = exchange(line, server)
        line.close()
    assert reply.status == 200
    assert reply.body == b'{"id": 7}'
    assert [value for name, value in reply.headers if name == "Set-Cookie"] == ["a=1", "b=2"]
    assert [one.line_number for one in server.received] == [1, 1, 1]
    assert server.received[0].target == "/people/7?a=b%20c"
    assert server.received[0].headers["host"] == f"127.0.0.1:{server.port}"


def test_closes_its_line_with_whoever_forgot_to() -> None:
    with Server(always(answer())) as server:
        line = line_to(server)
        exchange(line, server)
        sock = line._connection.sock
        del line
        gc.collect()
    assert sock is not None
    assert sock.fileno() == -1


def test_uses_a_new_line_when_the_server_has_closed_the_old_one() -> None:
    def one_answer_each(received: Received, line: socket.socket) -> None:
        line.sendall(answer())
        line.shutdown(socket.SHUT_RDWR)

    with Server(one_answer_each) as server:
        line = line_to(server)
        for _ in range(3):
            exchange(line, server)
            _until_closed_by_the_server(line)
        line.close()
    assert [one.line_number for one in server.received] == [1, 2, 3]


def test_opens_a_new_line_for_a_write_after_a_moment_of_idleness(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server(always(answer())) as server:
        line = line_to(server)
        exchange(line, server, is_write=True)
        exchange(line, server, is_write=True)
        monkeypatch.setattr(wire, "WRITE_IDLE_SECONDS", 0.0)
        exchange(line, server)
        exchange(line, server, is_write=True)
        line.close()
    assert [one.line_number for one in server.received] == [1, 1, 1, 2]


def test_ends_a_dripping_answer_at_the_deadline() -> None:
    is_over = threading.Event()

    def drip(received: Received, line: socket.socket) -> None:
        line.sendall(answer(b"", length=1_000))
        while not is_over.wait(0.02):
            line.sendall(b" ")

    started = time.monotonic()
    error = failure(drip, deadline_seconds=0.3)
    seconds = time.monotonic() - started
    is_over.set()
    assert (error.fault, error.has_sent) == (Fault.TIMEOUT, True)
    assert error.sentence == "no whole answer within 0.3 seconds"
    assert seconds < 0.8


@pytest.mark.parametrize("head", [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "])
def test_ends_dripping_headers_at_the_deadline(head: bytes) -> None:
    is_over = threading.Event()

    def drip(received: Received, line: socket.socket) -> None:
        while not is_over.wait(0.02):
            line.sendall(head or b"H")

    started = time.monotonic()
    error = failure(drip, deadline_seconds=0.3)
    seconds = time.monotonic() - started
    is_over.set()
    assert error.has_sent
    assert error.fault in (Fault.TIMEOUT, Fault.CUT)
    assert seconds < 0.8


def test_ends_a_dripping_answer_over_tls(trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    is_over = threading.Event()

    def drip(received: Received, line: socket.socket) -> None:
        line.sendall(answer(b"", length=1_000))
        while not is_over.wait(0.02):
            line.sendall(b" ")

    _resolve_to_loopback(monkeypatch)
    with Server(drip, trust.server) as server:
        line = Line(Origin("https", NAMED_HOST, server.port), may_be_private=True, tls=trust.client)
        started = time.monotonic()
        with pytest.raises(BrokenLineError) as caught:
            line.exchange("GET", server.url, HEADERS, None, deadline_seconds=0.4, is_write=False)
        assert time.monotonic() - started < 0.9
        is_over.set()
        line.close()
    assert caught.value.fault is Fault.TIMEOUT


def test_keeps_name_and_certificate_of_the_host_at_a_pinned_address(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    named: list[str | None] = []
    trust.server.sni_callback = lambda line, name, context: named.append(name)
    _resolve_to_loopback(monkeypatch)
    with Server(always(answer()), trust.server) as server:
        origin = Origin("https", NAMED_HOST, server.port)
        line = Line(origin, may_be_private=True, tls=trust.client)
        line.exchange("GET", f"{origin}/x", HEADERS, None, deadline_seconds=5.0, is_write=False)
        line.close()
    trust.server.sni_callback = None
    assert named == [NAMED_HOST]
    assert server.received[0].headers["host"] == f"{NAMED_HOST}:{server.port}"


def test_names_no_port_that_is_the_schemes_own(
    trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(always(answer()), trust.server) as server:
        _resolve_to_loopback(monkeypatch, server.port)
        origin = Origin("https", NAMED_HOST, 443)
        line = Line(origin, may_be_private=True, tls=trust.client)
        line.exchange("GET", f"{origin}/x", HEADERS, None, deadline_seconds=5.0, is_write=False)
        line.close()
    assert server.received[0].headers["host"] == NAMED_HOST


@pytest.mark.parametrize("is_trusted", [True, False])
def test_refuses_a_certificate_of_another_host_or_of_nobody(
    trust: Trust, monkeypatch: pytest.MonkeyPatch, is_trusted: bool
) -> None:
    _resolve_to_loopback(monkeypatch)
    with Server(always(answer()), trust.server) as server:
        origin = Origin("https", "other.example" if is_trusted else NAMED_HOST, server.port)
        line = Line(origin, may_be_private=True, tls=trust.client if is_trusted else None)
        with pytest.raises(BrokenLineError, match="the certificate is not accepted: ") as caught:
            line.exchange("GET", f"{origin}/", HEADERS, None, deadline_seconds=5.0, is_write=True)
        line.close()
    assert (caught.value.fault, caught.value.has_sent) == (Fault.CERTIFICATE, False)
    assert server.received == []


def test_has_sent_nothing_when_nobody_listens() -> None:
    with Server(always(answer())) as server:
        pass
    line = line_to(server)
    with pytest.raises(BrokenLineError, match="connection refused") as caught:
        exchange(line, server, is_write=True)
    assert (caught.value.fault, caught.value.has_sent) == (Fault.NO_LINE, False)


@pytest.mark.parametrize(
    "reply",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        answer(b"{}", length=100),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000 + b"\r\n\r\n",
    ],
)
def test_tells_a_cut_or_senseless_line_from_an_answer(reply: bytes) -> None:
    def cut(received: Received, line: socket.socket) -> None:
        line.sendall(reply)
        line.shutdown(socket.SHUT_RDWR)

    error = failure(cut)
    assert (error.fault, error.has_sent) == (Fault.CUT, True)
    assert error.sentence == "the line was cut"


def test_reads_chunked_and_packed_answers() -> None:
    packed = gzip.compress(b'{"rows": [' + b"1, " * 50_000 + b"1]}")
    chunks = b"".join(
        b"%x\r\n%s\r\n" % (len(packed[at : at + 1_000]), packed[at : at + 1_000])
        for at in range(0, len(packed), 1_000)
    )
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    with Server(always(head + chunks + b"0\r\n\r\n")) as server:
        line = line_to(server)
        first, second = exchange(line, server), exchange(line, server)
        line.close()
    assert len(first.body) == 150_013
    assert first.body == second.body
    assert [one.line_number for one in server.received] == [1, 1]


@pytest.mark.usefixtures("small_answers")
def test_reads_no_more_than_the_limit_of_a_plain_answer() -> None:
    error = failure(always(answer(b" " * 1_000_001)))
    assert (error.fault, error.has_sent) == (Fault.TOO_LARGE, True)


@pytest.mark.usefixtures("small_answers")
def test_reads_an_answer_of_exactly_the_limit() -> None:
    with Server(always(answer(b" " * 1_000_000))) as server:
        line = line_to(server)
        assert len(exchange(line, server).body) == 1_000_000
        line.close()


def test_inflates_no_more_than_the_limit_of_a_bomb() -> None:
    deflator = zlib.compressobj(9, wbits=31)
    zeros = bytes(1024 * 1024)
    bomb = b"".join(deflator.compress(zeros) for _ in range(64)) + deflator.flush()
    started = time.monotonic()
    error = failure(always(answer(bomb, "Content-Encoding: gzip")))
    assert error.fault is Fault.TOO_LARGE
    assert error.sentence == "the answer is larger than 32 MiB"
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b'{"not": "packed"}', "gzip"),
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip"),
        (gzip.compress(b"{}", mtime=0), "br"),
        (gzip.compress(b"{}", mtime=0), "gzip, gzip"),
    ],
)
def test_refuses_damaged_or_unknown_packing(body: bytes, encoding: str) -> None:
    error = failure(always(answer(body, f"Content-Encoding: {encoding}")))
    assert (error.fault, error.has_sent) == (Fault.UNREADABLE, True)


def test_takes_an_empty_answer_said_to_be_packed() -> None:
    with Server(always(answer(b"", "Content-Encoding: gzip"))) as server:
        line = line_to(server)
        assert exchange(line, server).body == b""
        line.close()


def test_follows_no_redirect() -> None:
    with Server(always(answer(b"", "Location: /login", status="302 Found"))) as server:
        line = line_to(server)
        reply = exchange(line, server)
        line.close()
    assert reply.status == 302
    assert len(server.received) == 1


def test_knows_no_proxy_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Server(always(answer())) as server:
        line = line_to(server)
        assert exchange(line, server).status == 200
        line.close()


def test_works_again_after_a_broken_answer() -> None:
    with Server(in_turn(answer(b"{}", "Content-Encoding: gzip"), answer(b"[1]"))) as server:
        line = line_to(server)
        with pytest.raises(BrokenLineError):
            exchange(line, server)
        assert exchange(line, server).body == b"[1]"
        line.close()
    assert [one.line_number for one in server.received] == [1, 2]


def _resolve_to_loopback(monkeypatch: pytest.MonkeyPatch, at_port: int | None = None) -> None:
    def getaddrinfo(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        address = ("127.0.0.1", port if at_port is None else at_port)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


def _until_closed_by_the_server(line: Line) -> None:
    sock = line._connection.sock
    assert sock is not None
    assert wait_for_read(sock, timeout=5)
