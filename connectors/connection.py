"""One HTTP connection, to the address that ``egress`` checked; takes no cut answer for whole."""

from __future__ import annotations

import http.client
import ssl
from functools import cache
from io import BufferedReader
from typing import Final

import certifi

from connectors import egress
from connectors.addresses import Origin

CONNECT_SECONDS: Final = 10.0
"""For name, connection and, once more, TLS."""


class _Head:
    """Where an answer's head is read from: an error when the line ends before the head does."""

    def __init__(self, line: BufferedReader) -> None:
        self._line = line

    def readline(self, limit: int = -1) -> bytes:
        """One line of the head, never none."""
        text = self._line.readline(limit)
        if not text:
            raise ConnectionResetError
        return text

    def close(self) -> None:
        """Close the line."""
        self._line.close()


class _Response(http.client.HTTPResponse):
    """Takes no head for whole that was cut: Python's own reads a cut 200 as an empty success."""

    fp: BufferedReader | _Head | None  # type: ignore[assignment]

    def begin(self) -> None:
        """Read the head."""
        line = self.fp
        if not isinstance(line, BufferedReader):
            return
        self.fp = _Head(line)
        try:
            super().begin()
        finally:
            if self.fp is not None:
                self.fp = line


class Connection(http.client.HTTPConnection):
    """Its socket is made by ``egress``; server name, certificate and Host stay the origin's."""

    response_class = _Response

    def __init__(self, origin: Origin, may_be_private: bool, tls: ssl.SSLContext | None) -> None:
        super().__init__(origin.host, origin.port)
        # Host names the port only where it is not the scheme's own.
        self.default_port = 443 if origin.scheme == "https" else 80
        self._origin = origin
        self._may_be_private = may_be_private
        self._tls = tls if origin.scheme == "https" else None

    def connect(self) -> None:
        """Connect within ``self.timeout``, TLS included."""
        seconds = CONNECT_SECONDS if self.timeout is None else self.timeout
        line = egress.connect(self._origin, seconds, may_be_private=self._may_be_private)
        line.settimeout(seconds)
        if self._tls is not None:
            try:
                line = self._tls.wrap_socket(line, server_hostname=self._origin.host.rstrip("."))
            except BaseException:
                line.close()
                raise
        self.sock = line


@cache
def trusted() -> ssl.SSLContext:
    """Whose certificates are believed: the public list's, and what the machine's owner adds."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context
