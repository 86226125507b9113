"""Webhook deliveries: sent over loopback, tried again on the vendor's schedule, kept for judges."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from connectors.sandbox.clock import iso
from connectors.sandbox.standin import JSON

if TYPE_CHECKING:
    from connectors.sandbox.world import World

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")
IDLE_SECONDS = 60.0
EXAMPLE = "https://connector.example=http://127.0.0.1:8000"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One webhook POST that a vendor wants to make, and how stubborn it is about it."""

    slug: str
    url: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    stamp: Callable[[datetime], Mapping[str, str]] | None = None
    """Headers made afresh for each attempt (a time stamp and its signature)."""
    retry_delays_seconds: tuple[float, ...] = ()
    """After a failed attempt the next one comes that much later; empty: never."""
    stop_on_4xx: bool = True
    on_result: Callable[[int, int | None], None] | None = None
    """Told after each attempt: its number from 1, and the status, None if there was no answer."""
    timeout_seconds: float = 10.0


@dataclass(slots=True)
class Posting:
    """A delivery on its way: ``waiting`` (to be sent, or for its next try), ``sending``,
    ``delivered``, ``refused`` (never tried again) or ``given up`` (no tries left)."""

    n: int
    delivery: Delivery
    state: str = "waiting"
    is_queued: bool = False
    attempts: list[dict[str, JSON]] = field(default_factory=list)
    next_at: datetime | None = None

    def as_json(self) -> dict[str, JSON]:
        """The delivery as the control API shows it."""
        return {
            "n": self.n,
            "vendor": self.delivery.slug,
            "url": self.delivery.url,
            "body": self.delivery.body.decode("utf-8", "replace"),
            "state": self.state,
            "attempts": self.attempts,
            "next_at": None if self.next_at is None else iso(self.next_at),
        }


class Courier:
    """Sends deliveries: in order to one address, side by side to several."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.postings: list[Posting] = []
        self.paused: set[str] = set()
        """Vendors that send nothing for now."""
        self._queues: dict[str, deque[Posting]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}

    def clear(self) -> None:
        """Forget everything; what is being sent just now is cut off."""
        for worker in self._workers.values():
            worker.cancel()
        self.postings = []
        self.paused = set()
        self._queues = {}
        self._workers = {}

    def send(self, delivery: Delivery) -> None:
        """Take a delivery on."""
        posting = Posting(len(self.postings) + 1, delivery)
        self.postings.append(posting)
        if delivery.slug not in self.paused:
            self._queue(posting)

    def unsent(self) -> list[Posting]:
        """What no address has taken or refused for good."""
        return [one for one in self.postings if one.state in ("waiting", "sending")]

    def take_up(self, postings: Sequence[Posting]) -> None:
        """Go on with what another process left; what it was sending is sent again."""
        for posting in postings:
            posting.n, posting.is_queued = len(self.postings) + 1, False
            self.postings.append(posting)
            if posting.state == "sending" or posting.next_at is None:
                posting.state, slug = "waiting", posting.delivery.slug
                posting.next_at = self._world.now(slug)
                self._world.later(slug, posting.next_at, partial(self._queue_due, posting))

    def pause(self, slug: str) -> None:
        """Send nothing of this vendor until ``flush``; what waits, waits."""
        self.paused.add(slug)

    def duplicate(self, slug: str) -> None:
        """Send every waiting delivery twice; with none waiting, the last one once more."""
        waiting = self._waiting(slug)
        sent = [posting for posting in self.postings if posting.delivery.slug == slug]
        for posting in waiting or sent[-1:]:
            self.send(posting.delivery)

    def reorder(self, slug: str) -> None:
        """Turn round the order of what waits."""
        waiting = self._waiting(slug)
        for posting, delivery in zip(
            waiting, [posting.delivery for posting in reversed(waiting)], strict=True
        ):
            posting.delivery = delivery

    async def flush(self, slug: str) -> list[Posting]:
        """Send now what waits, also for a later try, and wait until each was tried once."""
        self.paused.discard(slug)
        waiting = self._waiting(slug)
        for posting in waiting:
            self._queue(posting)
        await self.idle()
        return waiting

    async def idle(self) -> None:
        """Wait until nothing is being sent."""
        while self._workers:
            await asyncio.wait(self._workers.values(), timeout=IDLE_SECONDS)

    def _waiting(self, slug: str) -> list[Posting]:
        return [
            posting
            for posting in self.postings
            if posting.delivery.slug == slug and posting.state == "waiting"
        ]

    def _queue(self, posting: Posting) -> None:
        if posting.state != "waiting" or posting.is_queued:
            return
        posting.is_queued = True
        url = posting.delivery.url
        self._queues.setdefault(url, deque()).append(posting)
        if url not in self._workers:
            worker = asyncio.get_running_loop().create_task(self._work(url))
            self._workers[url] = worker

    async def _work(self, url: str) -> None:
        queue = self._queues[url]
        while queue:
            await self._attempt(queue.popleft())
        del self._workers[url]

    async def _attempt(self, posting: Posting) -> None:
        delivery = posting.delivery
        posting.state, posting.is_queued, posting.next_at = "sending", False, None
        at = self._world.now(delivery.slug)
        headers = {**delivery.headers, **(delivery.stamp(at) if delivery.stamp else {})}
        status: int | None = None
        problem = ""
        try:
            async with asyncio.timeout(delivery.timeout_seconds):
                status = await post(delivery.url, headers, delivery.body, self._world.reach)
        except TimeoutError:
            problem = f"no answer within {delivery.timeout_seconds:g} s"
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:
            problem = str(error) or type(error).__name__
        posting.attempts.append(
            {"at": iso(at), "status": status, "problem": problem, "headers": headers}
        )
        self._settle(posting, status)
        if delivery.on_result is not None:
            delivery.on_result(len(posting.attempts), status)

    def _settle(self, posting: Posting, status: int | None) -> None:
        delivery = posting.delivery
        if status is not None and 200 <= status < 300:
            posting.state = "delivered"
        elif status is not None and 400 <= status < 500 and delivery.stop_on_4xx:
            posting.state = "refused"
        elif len(posting.attempts) > len(delivery.retry_delays_seconds):
            posting.state = "given up"
        else:
            posting.state = "waiting"
            wait_seconds = delivery.retry_delays_seconds[len(posting.attempts) - 1]
            posting.next_at = self._world.now(delivery.slug) + timedelta(seconds=wait_seconds)
            self._world.later(delivery.slug, posting.next_at, lambda: self._queue_due(posting))

    def _queue_due(self, posting: Posting) -> None:
        due_at = posting.next_at
        is_due = due_at is not None and due_at <= self._world.now(posting.delivery.slug)
        if is_due and posting.delivery.slug not in self.paused:
            self._queue(posting)


async def post(url: str, headers: Mapping[str, str], body: bytes, reach: Mapping[str, str]) -> int:
    """POST over loopback as a proxy in front of the public origin would pass it on; the status.

    Raises:
        OSError: nobody listens there, or the origin leads nowhere (``--reach``).
    """
    public = urlsplit(url)
    origin = f"{public.scheme}://{public.netloc}"
    local = urlsplit(reach.get(origin, origin))
    if local.scheme != "http" or local.hostname not in LOOPBACK_HOSTS:
        raise OSError(f"{origin} cannot be reached: start the sandbox with --reach {origin}=…")
    reader, writer = await asyncio.open_connection(local.hostname, local.port or 80)
    try:
        target = public.path or "/"
        lines = [
            f"POST {target}{'?' + public.query if public.query else ''} HTTP/1.1",
            f"Host: {public.netloc}",
            f"X-Forwarded-Proto: {public.scheme}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
        await writer.drain()
        status_line = await reader.readline()
        parts = status_line.split(b" ", 2)
        if len(parts) < 2 or not parts[0].startswith(b"HTTP/") or not parts[1].isdigit():
            raise OSError("the connection was closed without an answer")
        await reader.read()
        return int(parts[1])
    finally:
        writer.close()


def parse_reach(text: str) -> tuple[str, str]:
    """Read ``ORIGIN=LOOPBACK``, such as ``https://connector.example=http://127.0.0.1:8000``.

    Raises:
        ValueError: it is not of that form; shows one that is.
    """
    public, _, local = text.partition("=")
    for origin in (public, local):
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path.strip("/"):
            raise ValueError(f"{text} is not ORIGIN=LOOPBACK, such as {EXAMPLE}")
    if urlsplit(local).hostname not in LOOPBACK_HOSTS or urlsplit(local).scheme != "http":
        raise ValueError(f"{local} is no http origin on loopback, as in {EXAMPLE}")
    return public.rstrip("/"), local.rstrip("/")
