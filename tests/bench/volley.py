"""Posts as fast as a server answers, over a few kept lines; cheap enough to share a machine."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class Shots:
    """What was answered: seconds per answered request, and the numbers of those answered 200."""

    seconds: list[float] = field(default_factory=list)
    taken: list[int] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)
    """Statuses other than 200."""
    cut_count: int = 0
    """Requests that met no server or lost it."""

    def p99_ms(self) -> float:
        """The time that one in a hundred took longer than."""
        return sorted(self.seconds)[int(len(self.seconds) * 0.99)] * 1000


def request_bytes(path: str, headers: dict[str, str], body: bytes) -> bytes:
    """One request, ready to be sent."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def fire(port: int, requests: Sequence[bytes], *, lines: int = 8) -> tuple[float, Shots]:
    """Send them all; seconds from first to last answer, and what was answered."""
    shots = Shots()
    queue = iter(enumerate(requests))
    began = time.perf_counter()
    asyncio.run(_all(port, queue, shots, lines))
    return time.perf_counter() - began, shots


async def _all(port: int, queue: Iterator[tuple[int, bytes]], shots: Shots, lines: int) -> None:
    await asyncio.gather(*(_line(port, queue, shots) for _ in range(lines)))


async def _line(port: int, queue: Iterator[tuple[int, bytes]], shots: Shots) -> None:
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None
    for number, request in queue:
        began = time.perf_counter()
        try:
            if reader is None or writer is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request)
            status, closes = await _answer(reader)
        except (OSError, asyncio.IncompleteReadError):
            shots.cut_count += 1
            await _hang_up(writer)
            reader = writer = None
            await asyncio.sleep(0.01)
            continue
        shots.seconds.append(time.perf_counter() - began)
        if status == 200:
            shots.taken.append(number)
        else:
            shots.refused.append(status)
        if closes:
            await _hang_up(writer)
            reader = writer = None
    await _hang_up(writer)


async def _hang_up(writer: asyncio.StreamWriter | None) -> None:
    if writer is not None:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0] or 0)
    await reader.readexactly(length)
    return int(head.split(b" ")[1]), b"connection: close" in head
