"""Faults that the control API plants: which requests they strike, and what then happens."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.sandbox.standin import JSON, Request

ACTIONS: Mapping[str, str] = {
    "status": "answers this status (+ body, body_base64, headers); with applied=true works first",
    "drop_before": "does nothing and closes the connection",
    "drop_after": "does the work and closes the connection without an answer",
    "apply_late_ms": "leaves the caller waiting (or closes after hang_ms); works that much later",
    "search_lag_ms": "does the work and answers (with lost=true closes instead); searches find it"
    " only that much later",
    "delay_ms": "waits that long, then works and answers",
    "garbage": "does the work and answers bytes that mean nothing",
    "truncate": "does the work, sends half of the answer's body and closes the connection",
    "hold": "stops at 'received' or 'applied' until POST /_control/release",
}
HELD_AT = ("received", "applied")
GARBAGE = b"\x1f\x8b\x08\x00<<\xff\xfe not what was promised \x00"


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to a request that is struck."""

    kind: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait_ms: float = 0.0
    hang_ms: float | None = None
    held_at: str = ""
    is_applied: bool = False
    is_lost: bool = False


@dataclass(slots=True)
class Fault:
    """One planted fault. ``times`` is how often it still strikes; None is for ever."""

    n: int
    vendor: str
    method: str
    host: re.Pattern[str]
    path: re.Pattern[str]
    skip: int
    times: int | None
    action: Action
    planted: Mapping[str, JSON]
    struck: int = 0

    def fits(self, slug: str, request: Request) -> bool:
        """Whether this request is one of those it is meant for."""
        return (
            self.vendor in ("", slug)
            and self.method in ("", request.method)
            and self.host.search(request.host) is not None
            and self.path.search(request.path) is not None
        )

    def as_json(self) -> dict[str, JSON]:
        """The fault as the control API shows it."""
        return {
            "n": self.n,
            "fault": dict(self.planted),
            "skip": self.skip,
            "times": self.times,
            "struck": self.struck,
        }


class Faults:
    """The planted faults, in the order they were planted; the first that strikes acts alone."""

    def __init__(self) -> None:
        self.rows: list[Fault] = []
        self._last = 0

    def clear(self) -> None:
        """Forget all of them."""
        self.rows = []

    def plant(self, asked: Mapping[str, JSON]) -> Fault:
        """Plant what the control API was asked for.

        Raises:
            ValueError: a part of it is missing, unknown or no valid pattern.
        """
        unknown = set(asked) - FAULT_KEYS - ACTION_KEYS
        if unknown:
            raise ValueError(f"A fault has no {', '.join(sorted(unknown))}.")
        self._last += 1
        fault = Fault(
            n=self._last,
            vendor=text_of(asked, "vendor"),
            method=text_of(asked, "method").upper().replace("*", ""),
            host=pattern_of(asked, "host"),
            path=pattern_of(asked, "path"),
            skip=count_of(asked, "skip", 0),
            times=None if asked.get("times", 1) is None else count_of(asked, "times", 1),
            action=parse_action(asked),
            planted=dict(asked),
        )
        self.rows.append(fault)
        return fault

    def strike(self, slug: str, request: Request) -> Action | None:
        """The action for this request, if a fault strikes it; uses up one skip or one time."""
        for fault in self.rows:
            if fault.times == 0 or not fault.fits(slug, request):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
            fault.struck += 1
            return fault.action
        return None


FAULT_KEYS = {"vendor", "method", "host", "path", "skip", "times", "action"}
ACTION_KEYS = {"headers", "body", "body_base64", "applied", "hang_ms", "at", "ms", "lost", *ACTIONS}


def parse_action(asked: Mapping[str, JSON]) -> Action:
    """Read the action: its name with its values beside it, or an object ``{name: value, …}``.

    Raises:
        ValueError: says which actions there are, or what a value must be.
    """
    action = asked.get("action")
    if isinstance(action, dict):
        names = [name for name in ACTIONS if name in action]
        if len(names) != 1 or set(action) - ACTION_KEYS:
            raise ValueError(f"A fault's action is exactly one of: {', '.join(ACTIONS)}.")
        return _action(names[0], action)
    if not isinstance(action, str) or action not in ACTIONS:
        raise ValueError(f"A fault's action is one of: {', '.join(ACTIONS)}.")
    return _action(action, asked)


def _action(kind: str, values: Mapping[str, JSON]) -> Action:
    headers = values.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        raise ValueError("A fault's headers are an object of texts.")
    body, content_type = _body(values)
    if content_type and "content-type" not in {name.lower() for name in headers}:
        headers = {"Content-Type": content_type, **headers}
    status = 0
    if kind == "status":
        status = count_of(values, "status", 0)
        if not 200 <= status <= 599:
            raise ValueError("A fault's status is a number from 200 to 599.")
    held_at = ""
    if kind == "hold":
        spelled = values.get("at", values.get("hold", "received"))
        held_at = "received" if spelled is True else str(spelled)
        if held_at not in HELD_AT:
            raise ValueError(f"A request is held at one of: {', '.join(HELD_AT)}.")
    return Action(
        kind=kind,
        status=status,
        headers=headers,
        body=body,
        wait_ms=_milliseconds(values, kind) if kind.endswith("_ms") else 0.0,
        hang_ms=_milliseconds(values, "hang_ms") if values.get("hang_ms") is not None else None,
        held_at=held_at,
        is_applied=values.get("applied") is True,
        is_lost=values.get("lost") is True,
    )


def _body(values: Mapping[str, JSON]) -> tuple[bytes, str]:
    if "body_base64" in values:
        return base64.b64decode(text_of(values, "body_base64"), validate=True), ""
    body = values.get("body", "")
    if isinstance(body, str):
        return body.encode(), "text/html; charset=UTF-8" if body else ""
    return json.dumps(body).encode(), "application/json"


def _milliseconds(values: Mapping[str, JSON], name: str) -> float:
    number = values.get(name, values.get("ms"))
    if isinstance(number, bool) or not isinstance(number, (int, float)) or number < 0:
        raise ValueError(f"{name} is a number of milliseconds.")
    return float(number)


def text_of(values: Mapping[str, JSON], name: str) -> str:
    """A text that may be absent or null.

    Raises:
        ValueError: it is something else.
    """
    text = values.get(name)
    if isinstance(text, str):
        return text
    if text is None:
        return ""
    raise ValueError(f"{name} is a text.")


def count_of(values: Mapping[str, JSON], name: str, default: int) -> int:
    """A whole number that is not negative.

    Raises:
        ValueError: it is something else.
    """
    number = values.get(name, default)
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise ValueError(f"{name} is a whole number, 0 or more.")
    return number


def pattern_of(values: Mapping[str, JSON], name: str) -> re.Pattern[str]:
    """A regular expression; absent fits everything.

    Raises:
        ValueError: it is no regular expression; says why.
    """
    try:
        return re.compile(text_of(values, name))
    except re.error as error:
        raise ValueError(f"{name} is no regular expression: {error}.") from error
