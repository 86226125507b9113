"""Recognises what an Acumatica answer complains of: by exception type first, by text last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import unquote_plus

from connectors import numbers, redaction
from connectors.exchange import Answer

MAX_DEPTH: Final = 10
"""Of inner exceptions that are looked at."""
MAX_TEXT_LENGTH: Final = 300

_FORM: Final = re.compile(r"([A-Z][\w /&-]{0,60}) \(([A-Z]{2}[0-9A-Z]{6})\)")


class Fault(StrEnum):
    """The complaints that are told apart."""

    NONE = ""
    OTHER = "other"
    """An error of the business logic that has no row of its own."""
    SEATS = "seats"
    BUSY = "busy"
    MISSING = "missing"
    NOT_SET_UP = "not set up"
    CANNOT_OPTIMIZE = "cannot optimize"
    UNKNOWN_TENANT = "unknown tenant"
    REFUSED_RECORD = "refused record"
    BAD_LOGIN = "bad login"


BY_TYPE: Final[Mapping[str, Fault]] = {
    "NoEntitySatisfiesTheConditionException": Fault.MISSING,
    "PXSetupNotEnteredException": Fault.NOT_SET_UP,
    "CannotOptimizeException": Fault.CANNOT_OPTIMIZE,
    "PXUndefinedCompanyException": Fault.UNKNOWN_TENANT,
    "OutcomeEntityHasErrorsException": Fault.REFUSED_RECORD,
}
"""By the exception's own name, without its name space, which differs between builds."""

BY_TEXT: Final[Mapping[str, Fault]] = {
    "long operation": Fault.BUSY,
    "optimization cannot be performed": Fault.CANNOT_OPTIMIZE,
    "invalid credentials": Fault.BAD_LOGIN,
}
"""In exception messages alone, for builds that give no telling type."""

SEAT_TEXTS: Final = ("api login limit", "concurrent api logins")
"""Anywhere: an HTML page, a plain text, the address of an error page behind a redirect."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What an answer complains of, and its own words for people."""

    fault: Fault
    message: str = ""

    def is_a(self, fault: Fault) -> bool:
        """Whether it is this one."""
        return self.fault is fault

    @property
    def form(self) -> str:
        """The form that the message names, as "Employees (EP203000)"; empty where it names none."""
        found = _FORM.search(self.message)
        return "" if found is None else found.group()


def complaint_of(answer: Answer) -> Complaint:
    """What this answer complains of; never raises, whatever the body is."""
    if _speaks_of_seats(answer):
        return Complaint(Fault.SEATS)
    if answer.is_success:
        return Complaint(Fault.NONE)
    errors = tuple(_errors(_body(answer)))
    message = redaction.printable(errors[0].message)[:MAX_TEXT_LENGTH] if errors else ""
    for error in errors:
        fault = BY_TYPE.get(error.type_name)
        if fault is not None:
            return Complaint(fault, message)
    for error in errors:
        for text, fault in BY_TEXT.items():
            if text in error.message.lower():
                return Complaint(fault, message)
    has_type = any(error.type_name for error in errors)
    return Complaint(Fault.OTHER if has_type else Fault.NONE, message)


def field_errors(body: object) -> tuple[tuple[str, str], ...]:
    """All ``error`` texts of a refused record: where they stand, and what they say.

    A record-level error stands at its record's own path, "" for the record that was sent.
    """
    return tuple(_field_errors(body, ""))


def _field_errors(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        error = value.get("error")
        if isinstance(error, str) and error.strip():
            yield path, redaction.printable(error.strip())[:MAX_TEXT_LENGTH]
        for name, part in value.items():
            # Some builds put the whole record under "entity".
            inner = path if name == "entity" and not path else f"{path}.{name}" if path else name
            yield from _field_errors(part, inner)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _field_errors(part, f"{path}[{position}]")


@dataclass(frozen=True, slots=True)
class _Error:
    type_name: str
    message: str


def _errors(body: object) -> Iterator[_Error]:
    """The error and its inner ones, outermost first."""
    for _ in range(MAX_DEPTH):
        if not isinstance(body, Mapping):
            return
        text = _text(body, "exceptionMessage") or _text(body, "message")
        yield _Error(_text(body, "exceptionType").rpartition(".")[2], text)
        body = body.get("innerException")


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _body(answer: Answer) -> object:
    try:
        return numbers.parse(answer.body)
    except numbers.Unreadable:
        return None


def _speaks_of_seats(answer: Answer) -> bool:
    if answer.is_success:
        return False
    location = unquote_plus(answer.headers.get("location", ""))
    spoken = f"{location}\n{answer.text()}".lower()
    return any(text in spoken for text in SEAT_TEXTS)
