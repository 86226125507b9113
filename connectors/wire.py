"""Sends one request over one kept line and reads its answer, bounded in time and size.

It follows no redirect and knows no proxy.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import weakref
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from time import monotonic
from typing import Final

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests.exceptions import RequestException
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import HTTPError
from urllib3.util.wait import wait_for_read

from connectors import egress
from connectors.addresses import Origin
from connectors.connection import CONNECT_SECONDS, Connection, trusted
from connectors.deadline import WATCHDOG, Watch

MAX_BYTES: Final = 32 * 1024 * 1024
"""Of an answer, both as sent and after decompression."""

# A server closes idle lines; a request that meets such a closing is lost without a trace of
# whether it was read. A new line costs less than an unclear write.
WRITE_IDLE_SECONDS: Final = 1.0
_CHUNK_BYTES: Final = 65_536


class Fault(StrEnum):
    """Why there is no answer."""

    REFUSED = "refused"
    NO_LINE = "no line"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    CUT = "cut"
    TOO_LARGE = "too large"
    UNREADABLE = "unreadable"


class BrokenLineError(Exception):
    """No answer, or none that can be read; ``has_sent`` once a first byte may have left."""

    def __init__(self, fault: Fault, sentence: str, *, has_sent: bool) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.sentence = sentence
        self.has_sent = has_sent


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, decompressed. Headers that came twice stand twice."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Line(HTTPAdapter):
    """One kept line to one origin for one thread: an adapter of ``requests``, its own pool."""

    def __init__(
        self, origin: Origin, *, may_be_private: bool, tls: ssl.SSLContext | None = None
    ) -> None:
        super().__init__()
        self._connection = Connection(origin, may_be_private, trusted() if tls is None else tls)
        # A line that nobody closed is closed with the last who knew it.
        weakref.finalize(self, self._connection.close)
        self._used_at = monotonic()
        self._has_sent = False
        self._watch: Watch | None = None
        self._may_be_idle = True

    def exchange(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        deadline_seconds: float,
        is_write: bool,
    ) -> Reply:
        """Send once and read the whole answer.

        Raises:
            BrokenLineError: says why there is no answer; never quotes URL, headers or bodies.
        """
        request = PreparedRequest()
        request.method, request.url, request.body = method, url, body
        request.headers = CaseInsensitiveDict(headers)
        self._has_sent = False
        self._may_be_idle = not is_write
        with WATCHDOG.watch(deadline_seconds, self._shut) as watch:
            self._watch = watch
            outcome = self._outcome(request)
        self._used_at = monotonic()
        has_timed_out = isinstance(outcome, BrokenLineError) and outcome.fault is Fault.TIMEOUT
        # A line that was shut may look like the end of a whole answer.
        if watch.has_fired or (has_timed_out and self._has_sent):
            sentence = f"no whole answer within {deadline_seconds:g} seconds"
            outcome = BrokenLineError(Fault.TIMEOUT, sentence, has_sent=self._has_sent)
        if isinstance(outcome, Reply):
            return outcome
        self._connection.close()
        # Raised here, without a context: the original errors quote the URL and more.
        raise outcome.with_traceback(None)

    def close(self) -> None:
        """Give the line back."""
        self._connection.close()
        super().close()

    def get_connection_with_tls_context(  # type: ignore[override]  # the line is its own pool
        self,
        request: PreparedRequest,
        verify: object,
        proxies: object = None,
        cert: object = None,
    ) -> Line:
        """The pool to send with: always this line, so no proxy and no other host."""
        return self

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """Nothing to set: the line's TLS context says what is trusted."""

    def urlopen(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str], **_: object
    ) -> HTTPResponse:
        """What ``HTTPAdapter.send`` asks of a pool: send, and answer with the body still unread."""
        connection = self._connection
        self._drop_if_stale()
        if connection.sock is None:
            connection.timeout = min(CONNECT_SECONDS, self._remaining_seconds())
            connection.connect()
        connection.sock.settimeout(self._remaining_seconds() or 0.001)
        self._has_sent = True
        connection.request(method, url, body=body, headers=headers)
        answer = connection.getresponse()
        return HTTPResponse(
            body=answer,
            headers=HTTPHeaderDict(answer.msg.items()),
            status=answer.status,
            version=answer.version,
            reason=answer.reason,
            preload_content=False,
            decode_content=False,
            original_response=answer,
            request_method=method,
        )

    def _outcome(self, request: PreparedRequest) -> Reply | BrokenLineError:
        try:
            return self._converse(request)
        except BrokenLineError as error:
            return error
        except (
            OSError,
            http.client.HTTPException,
            HTTPError,
            RequestException,
            egress.RefusedError,
            egress.NoLineError,
        ) as error:
            return self._broken(error)
        except BaseException:
            # Whatever interrupted the call left the line in the middle of something.
            self._connection.close()
            raise

    def _converse(self, request: PreparedRequest) -> Reply:
        response = self.send(request, stream=True)
        raw = response.raw
        encoding = raw.headers.get("content-encoding", "").strip().lower()
        chunks = _bounded(iter(lambda: raw.read(_CHUNK_BYTES, decode_content=False), b""))
        body = b"".join(_bounded(_unpacked(chunks, encoding)))
        return Reply(raw.status, tuple(raw.headers.items()), body)

    def _drop_if_stale(self) -> None:
        """A line that the server has closed, or may be about to close, is not used again."""
        line = self._connection.sock
        if line is None:
            return
        idle_seconds = monotonic() - self._used_at
        if wait_for_read(line, timeout=0.0) or (
            not self._may_be_idle and idle_seconds > WRITE_IDLE_SECONDS
        ):
            self._connection.close()

    def _remaining_seconds(self) -> float:
        return CONNECT_SECONDS if self._watch is None else self._watch.remaining_seconds()

    def _shut(self) -> None:
        """End whatever the sending thread waits for; called by the watchdog."""
        line = self._connection.sock
        if line is None:
            return
        try:
            # Not the TLS socket's own method: that one drops the encryption and reads on.
            socket.socket.shutdown(line, socket.SHUT_RDWR)
        except OSError:
            # Closed in the meantime, which is what was wanted.
            return

    def _broken(self, error: Exception) -> BrokenLineError:
        match error:
            case egress.RefusedError():
                return BrokenLineError(Fault.REFUSED, str(error), has_sent=False)
            case egress.NoLineError():
                return BrokenLineError(Fault.NO_LINE, str(error), has_sent=False)
        cause = _root(error)
        if isinstance(cause, ssl.SSLCertVerificationError) and not self._has_sent:
            sentence = f"the certificate is not accepted: {cause.verify_message}"
            return BrokenLineError(Fault.CERTIFICATE, sentence, has_sent=False)
        if isinstance(cause, TimeoutError):
            return BrokenLineError(Fault.TIMEOUT, "no answer in time", has_sent=self._has_sent)
        if not self._has_sent:
            return BrokenLineError(Fault.NO_LINE, "the line could not be opened", has_sent=False)
        return BrokenLineError(Fault.CUT, "the line was cut", has_sent=True)


def _root(error: Exception) -> BaseException:
    """The error that ``requests`` wrapped."""
    wrapped = error.args[0] if isinstance(error, RequestException) and error.args else error
    return wrapped if isinstance(wrapped, BaseException) else error


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    total_bytes = 0
    for chunk in chunks:
        total_bytes += len(chunk)
        if total_bytes > MAX_BYTES:
            size = f"the answer is larger than {MAX_BYTES // 1024 // 1024} MiB"
            raise BrokenLineError(Fault.TOO_LARGE, size, has_sent=True)
        yield chunk


def _unpacked(chunks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """The body piece by piece, never more than a piece of it inflated at once."""
    if encoding in ("", "identity"):
        yield from chunks
        return
    if encoding != "gzip":
        raise BrokenLineError(
            Fault.UNREADABLE, "the answer is packed in an unknown way", has_sent=True
        )
    inflator = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    is_empty = True
    try:
        for chunk in chunks:
            is_empty = False
            while chunk and not inflator.eof:
                yield inflator.decompress(chunk, _CHUNK_BYTES)
                chunk = inflator.unconsumed_tail
        is_damaged = not inflator.eof and not is_empty
    except zlib.error:
        is_damaged = True
    if is_damaged:
        raise BrokenLineError(
            Fault.UNREADABLE, "the answer's compression is damaged", has_sent=True
        )
