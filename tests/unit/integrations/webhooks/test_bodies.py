"""How much of a body is read, with a length and without."""

from __future__ import annotations

from io import BytesIO
from typing import IO

import pytest

from integrations.webhooks.bodies import (
    MOST_BYTES,
    CutOffError,
    EncodedError,
    TooLargeError,
    read_body,
)

CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


class Dripping(BytesIO):
    """A stream that gives a little at a time and counts what was taken."""

    def __init__(self, length: int) -> None:
        super().__init__(b"x" * length)
        self.taken_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        part = super().read(min(size or -1, 100_000))
        self.taken_bytes += len(part)
        return part


class Waiting(BytesIO):
    """A stream that would wait for ever for what was not announced."""

    def read(self, size: int | None = -1) -> bytes:
        raise AssertionError("This would hang.")


def said(length: int) -> dict[str, object]:
    return {"CONTENT_LENGTH": str(length)}


@pytest.mark.parametrize("length", [0, 1, MOST_BYTES])
def test_reads_all_of_it_up_to_a_mebibyte(length: int) -> None:
    assert read_body(said(length), Dripping(length)) == b"x" * length
    assert read_body(CHUNKED, Dripping(length)) == b"x" * length


def test_reads_no_further_than_the_length_that_was_said() -> None:
    stream = Dripping(20)
    assert read_body(said(7), stream) == b"x" * 7
    assert stream.taken_bytes == 7


def test_refuses_more_without_reading_it() -> None:
    with pytest.raises(TooLargeError):
        read_body(said(MOST_BYTES + 1), Waiting())


def test_stops_reading_a_chunked_body_that_does_not_end() -> None:
    stream = Dripping(MOST_BYTES * 3)
    with pytest.raises(TooLargeError):
        read_body(CHUNKED, stream)
    assert stream.taken_bytes == MOST_BYTES + 1


def test_tells_a_body_that_was_cut_off() -> None:
    with pytest.raises(CutOffError):
        read_body(said(8), Dripping(7))


@pytest.mark.parametrize("stream", [Waiting()])
def test_waits_for_nothing_where_no_body_was_announced(stream: IO[bytes]) -> None:
    assert read_body({}, stream) == b""
    assert read_body({"CONTENT_LENGTH": ""}, stream) == b""


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip"])
def test_refuses_what_is_compressed(coding: str) -> None:
    with pytest.raises(EncodedError):
        read_body({"HTTP_CONTENT_ENCODING": coding, **said(3)}, Waiting())
    assert read_body({"HTTP_CONTENT_ENCODING": "identity", **said(3)}, Dripping(3)) == b"xxx"
