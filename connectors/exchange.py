"""What leaves the door: the answer, for the client that asked, and the exchange, for the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Any, Final

from requests.structures import CaseInsensitiveDict

from connectors import numbers, redaction
from connectors.call import Call
from connectors.errors import ContractError, Effect
from connectors.redaction import JSON, Redacted
from connectors.vendor import Operation

_REQUEST_ID_HEADERS: Final = ("x-request-id", "request-id", "x-correlation-id")
_UNREAD: Final = object()


@dataclass(frozen=True)
class Answer:
    """What the vendor answered, whatever its status; its repr shows neither headers nor body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in any case; of a header that came twice the values stand side by side, by comma."""
    body: bytes = field(repr=False)
    url: str = field(repr=False)
    """The vendor's own, with its query."""
    vendor: str = ""
    operation: Operation | None = field(default=None, repr=False)
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Names and values that it sets; an empty value takes a cookie away."""
    _parsed: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "headers", CaseInsensitiveDict(self.headers))

    @property
    def is_success(self) -> bool:
        """A status from 200 to 299."""
        return 200 <= self.status <= 299

    @property
    def request_id(self) -> str:
        """What the vendor's support asks for, where it says one."""
        found = (self.headers.get(name, "") for name in _REQUEST_ID_HEADERS)
        return redaction.printable(next(filter(None, found), ""))[:100]

    @property
    def unclear_effect(self) -> Effect:
        """What an answer that nobody understands leaves open."""
        is_read = self.operation is None or not self.operation.writes
        return Effect.NONE if is_read else Effect.UNKNOWN

    def json(self) -> Any:
        """The body, read by the rules of ``numbers.parse``; read once.

        Raises:
            ContractError: the body is no JSON by those rules; says what it is.
        """
        if not self._parsed:
            try:
                self._parsed.append(numbers.parse(self.body))
            except numbers.Unreadable as error:
                flaw = str(error)
            else:
                return self._parsed[0]
            raise self.contract_error(flaw)
        return self._parsed[0]

    def text(self) -> str:
        """The body as text; for looking for a known sentence, never for showing."""
        return self.body.decode("utf-8", "replace")

    def excerpt(self) -> str:
        """The redacted body in at most 500 characters, for an error's ``detail``."""
        fields = {} if self.operation is None else self.operation.reads
        try:
            return redaction.excerpt(self.json(), fields)
        except ContractError as error:
            return error.detail

    def contract_error(self, flaw: str) -> ContractError:
        """The error for an answer that is not as documented; ``flaw`` completes the sentence."""
        name = "" if self.operation is None else self.operation.name
        return ContractError(
            f"The answer to {name or 'the call'} is not as documented: {flaw} "
            f"(status {self.status}).",
            vendor=self.vendor,
            operation=name,
            status=self.status,
            request_id=self.request_id,
            effect=self.unclear_effect,
            detail=redaction.describe(
                self.body,
                self.headers.get("content-type", ""),
                may_quote=self.operation is None or not self.operation.grants_access,
            ),
        )


@dataclass(frozen=True, slots=True)
class Private:
    """Pay and health values of one exchange, by where they stand: ``/sent/…`` or ``/received/…``.

    Never shown with the rest: the trail encrypts each of the two by itself.
    """

    pay: Mapping[str, JSON] = field(default_factory=dict, repr=False)
    health: Mapping[str, JSON] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, redacted: no header, no secret, no private value."""

    vendor: str
    operation: str
    method: str
    url: str
    """The vendor's own; of its query only what the operation declares as plain."""
    status: int | None
    started_at: datetime
    seconds: float
    sent: JSON
    received: JSON
    effect: Effect
    request_id: str = ""
    fault: str = ""
    """Why there was no answer, in words."""
    private: Private = field(default_factory=Private)


def exchange_of(
    vendor: str,
    call: Call,
    answer: Answer | None,
    *,
    started_at: datetime,
    seconds: float,
    effect: Effect,
    fault: str = "",
) -> Exchange:
    """One attempt as the trail may keep it."""
    received = Redacted() if answer is None else _received(call.operation, answer)
    return Exchange(
        vendor=vendor,
        operation=call.operation.name,
        method=call.operation.method,
        url=call.shown_url,
        status=None if answer is None else answer.status,
        started_at=started_at,
        seconds=seconds,
        sent=call.sent.shown,
        received=received.shown,
        effect=effect,
        request_id="" if answer is None else answer.request_id,
        fault=fault,
        private=Private(
            pay=_side_by_side(call.sent.pay, received.pay),
            health=_side_by_side(call.sent.health, received.health),
        ),
    )


def cookies_of(headers: Sequence[tuple[str, str]]) -> Mapping[str, str]:
    """What an answer's headers set, by name; one that nobody can read is left out."""
    cookies: dict[str, str] = {}
    for name, value in headers:
        if name.lower() == "set-cookie":
            with suppress(CookieError):
                cookies.update((key, one.value) for key, one in SimpleCookie(value).items())
    return cookies


def _received(operation: Operation, answer: Answer) -> Redacted:
    if not answer.body:
        return Redacted()
    try:
        return redaction.redact(answer.json(), operation.reads)
    except ContractError as error:
        return Redacted(f"<{error.detail}>")


def _side_by_side(sent: Mapping[str, JSON], received: Mapping[str, JSON]) -> Mapping[str, JSON]:
    return {
        **{f"/sent{pointer}": value for pointer, value in sent.items()},
        **{f"/received{pointer}": value for pointer, value in received.items()},
    }
