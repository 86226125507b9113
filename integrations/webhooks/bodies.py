"""Reads the body of a request as it was sent, at most 1 MiB of it, chunked or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Final

MOST_BYTES: Final = 1 << 20


class TooLargeError(Exception):
    """There is more of it than is read."""


class EncodedError(Exception):
    """It is compressed: what was signed could be told from it only by unpacking it."""


class CutOffError(Exception):
    """The line ended before the body did."""


def read_body(environ: Mapping[str, object], stream: IO[bytes]) -> bytes:
    """The raw bytes.

    A chunked body has no length; Django takes it for empty, so the server's own stream is read.

    Raises:
        EncodedError: it has a Content-Encoding.
        TooLargeError: it has more than ``MOST_BYTES``.
        CutOffError: it has fewer bytes than it said.
    """
    if str(environ.get("HTTP_CONTENT_ENCODING", "")).strip().lower() not in ("", "identity"):
        raise EncodedError
    said = str(environ.get("CONTENT_LENGTH") or "").strip()
    if said:
        length = int(said)
        if length > MOST_BYTES:
            raise TooLargeError
        body = _read(stream, length)
        if len(body) < length:
            raise CutOffError
        return body
    # Without this promise of the server, reading on would wait for what never comes.
    if not environ.get("wsgi.input_terminated"):
        return b""
    body = _read(stream, MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise TooLargeError
    return body


def _read(stream: IO[bytes], most_bytes: int) -> bytes:
    """A stream may give less than it is asked for, and nothing only at its end."""
    parts: list[bytes] = []
    while most_bytes > 0 and (part := stream.read(most_bytes)):
        parts.append(part)
        most_bytes -= len(part)
    return b"".join(parts)
