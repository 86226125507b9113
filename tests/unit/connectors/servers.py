"""A small real server whose answers a test writes byte by byte, and a vendor to speak with it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from connectors.vendor import Capabilities, Identity, Limits, OAuth, Operation, Vendor
from connectors.verdicts import COMMON, Verdicts

READ = Operation("read_person", "GET", "/people/{id}", deadline_seconds=5.0)
WRITE = Operation("save_person", "PUT", "/people/{id}", writes=True, deadline_seconds=5.0)
VERDICTS = Verdicts("Toy", COMMON)


def toy_vendor(
    judge: Callable[..., None] = VERDICTS.judge,
    oauth: OAuth | None = None,
    limits: Limits = Limits(concurrent_calls=2),  # noqa: B008  # frozen
) -> Vendor:
    """A vendor with nothing but a table of what its answers mean."""
    return Vendor(
        slug="toy",
        title="Toy",
        summary="",
        fields=(),
        origin=lambda config: f"https://{config['host']}",
        open=lambda door, account: None,
        identify=lambda client: Identity("1", "Toy", "1"),
        probe=lambda client: Capabilities(),
        limits=limits,
        budget=lambda config: "toy:1",
        judge=judge,
        oauth=oauth,
    )


@dataclass(frozen=True)
class Received:
    """One request as it came over the line."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    line_number: int
    """Which of the server's connections it came over, from 1."""


Script = Callable[[Received, socket.socket], None]
"""Answers one request by writing to its line."""


def answer(
    body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None
) -> bytes:
    """A whole answer as bytes; ``length`` may lie."""
    head = [
        f"HTTP/1.1 {status}",
        "Content-Type: application/json",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body


def always(reply: bytes) -> Script:
    """The same answer to each request; an empty one closes the line without a word."""
    return lambda received, line: _reply(line, reply)


def in_turn(*replies: bytes) -> Script:
    """One answer after the other; an empty one closes the line without a word."""
    left = list(replies)
    return lambda received, line: _reply(line, left.pop(0))


def _reply(line: socket.socket, reply: bytes) -> None:
    if reply:
        line.sendall(reply)
    else:
        line.close()


class Server:
    """Listens on loopback; each line is served by a thread until one side closes it."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Received] = []
        self._script = script
        self._tls = tls
        self._lines: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"{'http' if tls is None else 'https'}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._accept)
        self._threads = [self._thread]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for line in self._lines:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._lines.append(line)
            thread = threading.Thread(target=self._serve, args=(line, len(self._lines)))
            self._threads.append(thread)
            thread.start()

    def _serve(self, raw_line: socket.socket, line_number: int) -> None:
        line = raw_line
        try:
            if self._tls is not None:
                line = self._tls.wrap_socket(raw_line, server_side=True)
            while (received := _read(line, line_number)) is not None:
                self.received.append(received)
                self._script(received, line)
        except OSError:
            return
        finally:
            line.close()
            raw_line.close()


def _read(line: socket.socket, line_number: int) -> Received | None:
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = line.recv(65_536)
        if not chunk:
            return None
        head += chunk
    top, _, body = head.partition(b"\r\n\r\n")
    first, *rest = top.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (r.partition(":") for r in rest)}
    while len(body) < int(headers.get("content-length", "0")):
        body += line.recv(65_536)
    method, target, _ = first.split(" ")
    return Received(method, target, headers, body, line_number)
