"""The application: finds the vendor in the path, applies latency and faults, keeps the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from urllib.parse import unquote

from connectors.sandbox.control import Control, as_response
from connectors.sandbox.faults import GARBAGE, Action
from connectors.sandbox.holds import Holds
from connectors.sandbox.journal import Row
from connectors.sandbox.standin import Answer, Request, StandIn
from connectors.sandbox.wire import Receive, Scope, Send, close, hang, headers_of, read_body
from connectors.sandbox.world import World

LONGEST_ALARM_SECONDS = 3600.0
"""Timers of a loop hold only so long; waking early does nothing but set the next alarm."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the caller gets: an answer, a part of one, or a closed connection."""

    answer: Answer | None = None
    is_cut: bool = False


CLOSED = Outcome()
Perform = Callable[..., Answer | None]
"""Works the request and answers; None when a reset came between. Takes ``lag_ms``."""


class Sandbox:
    """The ASGI application."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.holds = Holds()
        self._control = Control(world, self.holds).app()
        self._alarm: asyncio.TimerHandle | None = None
        self._dates: dict[int, bytes] = {}
        world.on_agenda = self.set_alarm

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["path"].startswith("/_control/"):
            await self._control(scope, receive, send)
            self.set_alarm()
            return
        parts = scope["raw_path"].decode("ascii").split("/", 3)
        standin = self.world.standins.get(parts[1])
        if standin is None or len(parts) < 3:
            known = ", ".join(f"/{slug}/<host>/…" for slug in self.world.standins)
            nowhere = as_response(404, {"error": f"Nothing is here. There is {known}."})
            await nowhere(scope, receive, send)
            return
        raw_path = "/" + parts[3] if len(parts) > 3 else "/"
        request = Request(
            method=scope["method"],
            host=unquote(parts[2]).lower(),
            path=unquote(raw_path),
            query=scope["query_string"].decode("latin-1"),
            headers=headers_of(scope),
            body=await read_body(receive),
            raw_path=raw_path,
        )
        await self._serve(standin, request, scope, receive, send)

    async def _serve(
        self, standin: StandIn, request: Request, scope: Scope, receive: Receive, send: Send
    ) -> None:
        world, slug = self.world, standin.slug
        row = world.journal.open(slug, request, world.now())
        status = None
        try:
            outcome = await self._work(standin, request, row, receive)
            answer = outcome.answer
            if answer is not None:
                if answer.delay_seconds:
                    await asyncio.sleep(answer.delay_seconds)
                status = answer.status
                if world.recorder is not None:
                    softened = bool(world.softened)
                    world.recorder.exchange(row, request, answer, is_softened=softened)
                await self._send(slug, answer, send, is_cut=outcome.is_cut)
            if answer is None or outcome.is_cut:
                await close(scope, receive, is_flushed=outcome.is_cut)
        finally:
            world.journal.close(row, status, world.now())

    async def _work(
        self, standin: StandIn, request: Request, row: Row, receive: Receive
    ) -> Outcome:
        world = self.world
        generation = world.generation
        action = world.faults.strike(standin.slug, request)
        if standin.fault_case and standin.is_soft(standin.fault_case):
            action = None
        if world.latency_ms:
            await asyncio.sleep(world.latency_ms / 1000)
            if world.generation != generation:
                return CLOSED
        if action is None:
            row.was_applied = True
            return Outcome(world.perform(standin, request))
        row.fault = action.kind

        def perform(*, lag_ms: float | None = None) -> Answer | None:
            if world.generation != generation:
                return None
            row.was_applied = True
            return world.perform(standin, request, lag_ms=lag_ms)

        return await self._strike(action, perform, row, receive)

    async def _strike(
        self, action: Action, perform: Perform, row: Row, receive: Receive
    ) -> Outcome:
        match action.kind:
            case "status":
                if action.is_applied:
                    perform()
                return Outcome(Answer(action.status, dict(action.headers), action.body))
            case "drop_before":
                return CLOSED
            case "drop_after":
                perform()
                return CLOSED
            case "apply_late_ms":
                self._perform_later(row.vendor, action.wait_ms, perform)
                await hang(receive, action.hang_ms)
                return CLOSED
            case "search_lag_ms":
                answer = perform(lag_ms=action.wait_ms)
                return CLOSED if action.is_lost else Outcome(answer)
            case "delay_ms":
                await asyncio.sleep(action.wait_ms / 1000)
                return Outcome(perform())
            case "garbage":
                answer = perform()
                if answer is not None:
                    answer.body = GARBAGE
                return Outcome(answer)
            case "truncate":
                return Outcome(perform(), is_cut=True)
            case _:
                return await self._hold(action, perform, row)

    async def _hold(self, action: Action, perform: Perform, row: Row) -> Outcome:
        answer: Answer | None = None
        if action.held_at == "applied":
            answer = perform()
        work_later = perform if action.held_at == "received" else None
        released = await self.holds.wait(row, action.held_at, work_later)
        if released != "now":
            return CLOSED
        return Outcome(answer if work_later is None else perform())

    def _perform_later(self, slug: str, wait_ms: float, perform: Perform) -> None:
        due_at = self.world.now(slug) + timedelta(milliseconds=wait_ms)
        self.world.later(slug, due_at, perform)

    async def _send(self, slug: str, answer: Answer, send: Send, *, is_cut: bool) -> None:
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in (*answer.headers.items(), *answer.more_headers)
        ]
        if answer.to_browser:
            headers = [(name, self._reached(name, value)) for name, value in headers]
        headers.append((b"date", self._date(slug)))
        names = {name.lower() for name, _ in headers}
        if b"content-length" not in names and b"transfer-encoding" not in names:
            headers.append((b"content-length", str(len(answer.body)).encode()))
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        body = answer.body[: len(answer.body) // 2] if is_cut else answer.body
        await send({"type": "http.response.body", "body": body, "more_body": is_cut})

    def _reached(self, name: bytes, value: bytes) -> bytes:
        if name.lower() != b"location":
            return value
        target = value.decode("latin-1")
        for origin, loopback in self.world.reach.items():
            if target == origin or target.startswith((origin + "/", origin + "?")):
                return (loopback + target.removeprefix(origin)).encode("latin-1")
        return value

    def _date(self, slug: str) -> bytes:
        now = self.world.now(slug)
        second = int(now.timestamp())
        date = self._dates.get(second)
        if date is None:
            date = format_datetime(now.replace(microsecond=0), usegmt=True).encode()
            self._dates = {second: date}
        return date

    def set_alarm(self) -> None:
        """Wake when the next thing on the agenda is due in real time; needs a running loop."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        next_at = self.world.agenda.next_at()
        if next_at is not None:
            seconds = (next_at - self.world.now()).total_seconds()
            loop = asyncio.get_running_loop()
            wait_seconds = min(max(seconds, 0.0), LONGEST_ALARM_SECONDS)
            self._alarm = loop.call_later(wait_seconds, self._ring)

    def _ring(self) -> None:
        self.world.agenda.run_due()
        self.set_alarm()
