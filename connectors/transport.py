"""The one door for calls to vendors: checks, paces, sends, reads, judges and reports each of them.

It repeats a read a little and a write only when the answer proves that it had no effect; it never
sleeps for a vendor that asks for patience.
"""

from __future__ import annotations

import math
import random
import re
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Final, Protocol, Self
from urllib.parse import urlsplit

from config import clock
from connectors import egress
from connectors.addresses import Origin, from_sandbox, to_sandbox
from connectors.call import Call, prepare
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    Effect,
    RateLimitError,
    RetryableError,
)
from connectors.exchange import Answer, Exchange, cookies_of, exchange_of
from connectors.vendor import Limits, Operation, Vendor
from connectors.wire import BrokenLineError, Fault, Line, Reply

if TYPE_CHECKING:
    from connectors.auth import Auth

__all__ = ["Answer", "Door", "Exchange", "NotAllowed", "Pacing", "Session"]

REPEAT_WITHIN_SECONDS: Final = 10.0
"""No attempt begins later than this after the first one."""

# Before the first and the second repetition of a read; there is no third.
_WAITS_SECONDS: Final = (0.5, 1.5)
_PASSING_STATUSES: Final = frozenset({502, 503, 504})
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


class NotAllowed(Exception):  # noqa: N818  # reads as what it says at the engine
    """A flow called what it did not declare: a defect of ours. Nothing was sent."""


class Pacing(Protocol):
    """Who lets calls begin; ``connectors.pacing.Pacer`` in the product."""

    def slot(
        self, vendor: str, scope: str, limits: Limits, operation: Operation
    ) -> AbstractContextManager[None]:
        """Holds one of the budget's places while a call is under way.

        Raises:
            RateLimitError: there is none soon, or budgets cannot be counted: nothing was sent.
        """

    def pause(self, scope: str, seconds: float | None, reason: str) -> None:
        """The vendor asked for patience: nothing of this budget begins before it is over."""

    def answered(self, scope: str) -> None:
        """The vendor gave a proper answer, whatever it says."""

    def failed(self, scope: str, reason: str) -> None:
        """The vendor gave none, or one by its own fault."""


class Door:
    """How the calls of one process and purpose leave it."""

    def __init__(
        self,
        *,
        sandbox_url: str = "",
        private_hosts: frozenset[str] = frozenset(),
        pacer: Pacing | None = None,
        on_exchange: Callable[[Exchange], None] | None = None,
        allowed: frozenset[str] | None = None,
        may_begin: Callable[[Operation, float], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
        tls: ssl.SSLContext | None = None,
        longest_seconds: float = math.inf,
    ) -> None:
        """
        ``allowed`` names the operations that a flow declares (None: no limit, as when connecting);
        ``may_begin`` is asked right before each attempt and raises when it must not begin, for
        instance since a lease does not outlive the deadline; ``tls`` replaces the trusted
        certificates in tests; ``longest_seconds`` ends calls before the operation's own deadline,
        which leases and settling go by all the same.
        """
        self.sandbox_url = sandbox_url.rstrip("/")
        self.private_hosts = private_hosts
        self.pacer = pacer
        self.on_exchange = on_exchange
        self.allowed = allowed
        self.may_begin = may_begin
        self.sleep = sleep
        self.tls = tls
        self.longest_seconds = longest_seconds

    def session(self, vendor: Vendor, origin: str, budget: str, auth: Auth | None) -> Session:
        """Calls to one origin, counted against one budget, by one thread.

        Raises:
            ConfigurationError: the origin is no https address of a host.
        """
        return Session(self, vendor, origin, budget, auth)


@dataclass(frozen=True, slots=True)
class _Attempt:
    """What became of one sending: an answer, or why there is none."""

    started_at: datetime
    seconds: float
    outcome: Answer | BrokenLineError


class Session:
    """The calls of one client to one origin over one kept line; for one thread at a time."""

    def __init__(
        self, door: Door, vendor: Vendor, origin: str, budget: str, auth: Auth | None
    ) -> None:
        self._door = door
        self._vendor = vendor
        self._budget = budget
        self._auth = auth
        self.origin = self._checked(origin)
        self._line = self._open_line()

    def send(
        self,
        operation: Operation,
        path: str,
        *,
        query: Sequence[tuple[str, str]] = (),
        json: object = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Make one call and answer what the vendor's table lets pass.

        ``path`` is percent-encoded already and holds no query.

        Raises:
            NotAllowed: the flow did not declare this operation; nothing was sent.
            ConnectorError: what ``Vendor.judge`` makes of the answer, or why there is none.
        """
        if not self._is_allowed(operation):
            raise NotAllowed(f"{self._vendor.slug}: this flow may not call {operation.name}.")
        call = prepare(
            self.origin, operation, path, query=query, json=json, form=form, headers=headers
        )
        return self._judged(call, self._last_attempt(call))

    def own_path(self, url: str) -> tuple[str, str]:
        """Path and query of a URL that an answer names, if it leads to this session's origin.

        Raises:
            ContractError: it leads elsewhere; nothing that carries a token goes there.
        """
        is_relative = url.startswith("/") and not url.startswith("//")
        with suppress(ValueError):
            parts = urlsplit(url)
            if is_relative or Origin.of(url) == self.origin:
                return parts.path or "/", parts.query
        raise ContractError(
            "An answer names an address outside the account's own host.",
            vendor=self._vendor.slug,
        )

    def wait(self, seconds: float) -> None:
        """Let a moment pass between two calls of one operation; longer waits are rows."""
        self._door.sleep(seconds)

    def close(self) -> None:
        """Give the line back."""
        self._line.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _is_allowed(self, operation: Operation) -> bool:
        allowed = self._door.allowed
        return allowed is None or operation.grants_access or operation.name in allowed

    def _checked(self, text: str) -> Origin:
        try:
            origin = Origin.of(text)
            egress.check_scheme(origin, self._door.private_hosts)
        except (ValueError, egress.RefusedError) as error:
            reason = str(error)
        else:
            return origin
        raise ConfigurationError(
            f"{self._vendor.title}: the account's address cannot be used: {reason}",
            vendor=self._vendor.slug,
        )

    def _open_line(self) -> Line:
        door = self._door
        if door.sandbox_url:
            return Line(Origin.of(door.sandbox_url), may_be_private=True, tls=door.tls)
        may_be_private = self.origin.host in door.private_hosts
        return Line(self.origin, may_be_private=may_be_private, tls=door.tls)

    def _last_attempt(self, call: Call) -> _Attempt:
        """Send, and again where that is harmless and soon."""
        first_at = time.monotonic()
        waits = iter(_WAITS_SECONDS)
        has_renewed = False
        while True:
            attempt = self._attempted(call)
            if _status(attempt) == 401 and not has_renewed:
                has_renewed = True
                # A 401 proves that nothing was done: reads and writes alike may go once more.
                if self._has_renewed(call, attempt):
                    self._report(call, attempt, Effect.NONE)
                    continue
            if not self._may_repeat(call.operation, attempt):
                return attempt
            wait_seconds = next(waits, math.inf) * random.uniform(0.5, 1.0)
            if time.monotonic() + wait_seconds > first_at + REPEAT_WITHIN_SECONDS:
                return attempt
            self._report(call, attempt, Effect.NONE)
            self._door.sleep(wait_seconds)

    def _has_renewed(self, call: Call, refused: _Attempt) -> bool:
        if self._auth is None:
            return False
        try:
            return self._auth.renew()
        except ConnectorError:
            self._report(call, refused, Effect.NONE)
            raise

    def _attempted(self, call: Call) -> _Attempt:
        """Send once. What it needs is fetched first; nothing is held meanwhile but a slot."""
        headers = dict(call.headers)
        if self._auth is not None:
            headers.update(self._auth.headers())
        self._check_headers(call.operation, headers)
        with self._slot(call.operation):
            if self._door.may_begin is not None:
                self._door.may_begin(call.operation, call.operation.deadline_seconds)
            started_at, started = clock.now(), time.monotonic()
            try:
                reply = self._line.exchange(
                    call.operation.method,
                    self._wire_url(call.url),
                    headers,
                    call.body,
                    deadline_seconds=min(
                        call.operation.deadline_seconds, self._door.longest_seconds
                    ),
                    is_write=call.operation.writes,
                )
            except BrokenLineError as error:
                return _Attempt(started_at, time.monotonic() - started, error)
            seconds = time.monotonic() - started
        return _Attempt(started_at, seconds, self._answer(call, reply))

    def _slot(self, operation: Operation) -> AbstractContextManager[None]:
        pacer = self._door.pacer
        if pacer is None:
            return nullcontext()
        vendor = self._vendor
        return pacer.slot(vendor.slug, self._budget, vendor.limits, operation)

    def _check_headers(self, operation: Operation, headers: Mapping[str, str]) -> None:
        for name, value in headers.items():
            if _HEADER_VALUE.fullmatch(value) is None:
                raise ConfigurationError(
                    f"{self._vendor.title}: {name} holds characters that no header may hold; "
                    "check the names and keys that were filled in.",
                    vendor=self._vendor.slug,
                    operation=operation.name,
                )

    def _wire_url(self, url: str) -> str:
        """The very last step: where the bytes go, once all is built and checked."""
        sandbox_url = self._door.sandbox_url
        return to_sandbox(url, sandbox_url, self._vendor.slug) if sandbox_url else url

    def _answer(self, call: Call, reply: Reply) -> Answer:
        """The reply as the vendor's own: with real addresses, also where the sandbox sent it."""
        sandbox_url, slug = self._door.sandbox_url, self._vendor.slug
        headers: dict[str, str] = {}
        for name, value in reply.headers:
            name = name.lower()
            if sandbox_url and name in ("location", "content-location"):
                value = from_sandbox(value, sandbox_url, slug)
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        return Answer(
            status=reply.status,
            headers=headers,
            body=reply.body,
            url=call.url,
            vendor=slug,
            operation=call.operation,
            cookies=cookies_of(reply.headers),
        )

    def _may_repeat(self, operation: Operation, attempt: _Attempt) -> bool:
        outcome = attempt.outcome
        if operation.writes:
            return False
        if isinstance(outcome, BrokenLineError):
            return outcome.fault in (Fault.NO_LINE, Fault.CUT, Fault.UNREADABLE)
        # A vendor that says when is believed; waiting for it is not this thread's work.
        return outcome.status in _PASSING_STATUSES and "retry-after" not in outcome.headers

    def _judged(self, call: Call, attempt: _Attempt) -> Answer:
        answer = attempt.outcome
        if isinstance(answer, BrokenLineError):
            failure = self._error_of(call.operation, answer)
            self._report(call, attempt, failure.effect)
            self._pace(call.operation, failure)
            raise failure
        try:
            self._vendor.judge(call.operation, answer)
            if 300 <= answer.status <= 399:
                raise answer.contract_error("it sends us elsewhere")
        except ConnectorError as error:
            self._complete(error, call.operation, answer)
            self._report(call, attempt, error.effect)
            self._pace(call.operation, error)
            raise
        self._pace(call.operation, None)
        has_written = call.operation.writes and answer.is_success
        self._report(call, attempt, Effect.DONE if has_written else Effect.NONE)
        return answer

    def _pace(self, operation: Operation, error: ConnectorError | None) -> None:
        """Tell the budget how the vendor fares: away, asking for patience, or well.

        A token that is granted or refused says nothing of whether the vendor's work goes on.
        """
        pacer = self._door.pacer
        if pacer is None:
            return
        if isinstance(error, RateLimitError):
            pacer.pause(self._budget, error.retry_after_seconds, error.summary)
        elif operation.grants_access:
            return
        elif isinstance(error, RetryableError) and error.status in (None, *_PASSING_STATUSES):
            pacer.failed(self._budget, error.summary)
        else:
            pacer.answered(self._budget)

    def _error_of(self, operation: Operation, broken: BrokenLineError) -> ConnectorError:
        kind: type[ConnectorError] = RetryableError
        if broken.fault in (Fault.REFUSED, Fault.CERTIFICATE):
            kind = ConfigurationError
        if broken.fault in (Fault.TOO_LARGE, Fault.UNREADABLE):
            kind = ContractError
        where = f"{operation.method} {self.origin}{operation.path}"
        return kind(
            f"{self._vendor.title}: {broken.sentence} ({where}).",
            vendor=self._vendor.slug,
            operation=operation.name,
            effect=Effect.UNKNOWN if operation.writes and broken.has_sent else Effect.NONE,
        )

    def _complete(self, error: ConnectorError, operation: Operation, answer: Answer) -> None:
        """What every error of this call says of it, unless the vendor's table said it better."""
        error.vendor = error.vendor or self._vendor.slug
        error.operation = error.operation or operation.name
        error.status = answer.status if error.status is None else error.status
        error.request_id = error.request_id or answer.request_id

    def _report(self, call: Call, attempt: _Attempt, effect: Effect) -> None:
        if self._door.on_exchange is not None:
            exchange = exchange_of(
                self._vendor.slug,
                call,
                attempt.outcome if isinstance(attempt.outcome, Answer) else None,
                started_at=attempt.started_at,
                seconds=attempt.seconds,
                effect=effect,
                fault="" if isinstance(attempt.outcome, Answer) else attempt.outcome.sentence,
            )
            self._door.on_exchange(exchange)


def _status(attempt: _Attempt) -> int | None:
    return attempt.outcome.status if isinstance(attempt.outcome, Answer) else None
