"""What Gusto's answers mean: one table by status and category, closed by default.

Asked by the transport after each answer and by nobody else. Decided by status and category, never
by a message. Bodies come in three shapes: ``errors`` with categories, at any depth; ``errors`` as
plain texts; a flat ``error``. Only the first has a category. A new case is one row and one test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

from config import clock
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    Effect,
    RateLimitError,
    RecordError,
    RetryableError,
)
from connectors.exchange import Answer
from connectors.vendor import Operation
from connectors.vendors.gusto.company import TITLE, VERSION
from connectors.vendors.gusto.operations import (
    ASK_FOR_TOKEN,
    CREATE_WEBHOOK,
    DELETE_WEBHOOK,
    DOWNLOAD_REPORT,
    LIST_WEBHOOKS,
    READ_BENEFITS,
    READ_CONTRACTOR_PAYMENT,
    READ_EVENTS,
    READ_PAYROLL,
    READ_PERSON,
    READ_REPORT,
    READ_WEBHOOK,
    REQUEST_LEDGER,
    VERIFY_WEBHOOK,
)
from connectors.verdicts import COMMON, MAX_RETRY_AFTER_SECONDS, Verdict, Verdicts

NOT_FOUND: Final = "not_found"
INVALID_VALUE: Final = "invalid_attribute_value"
MISSING_SCOPES: Final = "missing_oauth_scopes"
NESTED: Final = "nested_errors"
_DEEPEST: Final = 10

_NOT_UNDERSTOOD: Final = Verdict(ContractError, "does not understand what was asked.", Effect.NONE)
_REFUSED: Final = Verdict(RecordError, "refused the values.", Effect.NONE)
_LINK_ENDED: Final = Verdict(
    RetryableError, "no longer gives out this report; it is asked for anew later."
)
_COMPANY_UNKNOWN: Final = Verdict(
    ConfigurationError,
    "does not show this company to the connection: the access was given for another one, or the "
    "company is gone. Connect it again as this company's administrator.",
    Effect.NONE,
)
_ADDRESS_REFUSED: Final = Verdict(
    ConfigurationError,
    "refused to send its webhooks here: check that PUBLIC_URL is a public https address. Changes "
    "are found by polling meanwhile.",
    Effect.NONE,
)

_APP_REFUSED: Final = Verdict(
    ConfigurationError,
    "does not accept the app's own token: check the client id and secret of the app.",
    Effect.NONE,
)
OF_THE_APP: Final = frozenset(
    one.name
    for one in (
        READ_EVENTS,
        LIST_WEBHOOKS,
        READ_WEBHOOK,
        CREATE_WEBHOOK,
        VERIFY_WEBHOOK,
        ASK_FOR_TOKEN,
        DELETE_WEBHOOK,
    )
)
"""Calls by the app's own token: a refusal of it is no company's."""

VERDICTS: Final = Verdicts(
    TITLE,
    {
        **COMMON,
        400: _NOT_UNDERSTOOD,
        401: Verdict(
            CredentialError,
            "no longer accepts the connection: the access was taken back or has ended; connect it "
            "again.",
        ),
        (403, MISSING_SCOPES): Verdict(
            ConfigurationError,
            "did not grant a right that this call needs: give it to the app at Gusto, then connect "
            "again.",
            Effect.NONE,
        ),
        403: Verdict(
            ConfigurationError,
            "does not allow this call: the access must be given for exactly one company, by its "
            "primary or a full-access administrator. Connect it again as one.",
            Effect.NONE,
        ),
        (404, NOT_FOUND): _COMPANY_UNKNOWN,
        (404, "missing_permissions"): Verdict(
            ConfigurationError, "keeps this call to another kind of app.", Effect.NONE
        ),
        (404, "deprecated_endpoint"): Verdict(
            ConfigurationError,
            "has withdrawn this call: the product must be updated.",
            Effect.NONE,
        ),
        406: Verdict(
            ConfigurationError,
            f"no longer answers in version {VERSION}, or the app demands another one: the product "
            "must be updated.",
            Effect.NONE,
        ),
        409: Verdict(
            RetryableError, "is changing this record just now; tried again later.", Effect.NONE
        ),
        (422, INVALID_VALUE): _REFUSED,
        (422, "invalid_operation"): Verdict(
            RecordError, "does not allow this for the record as it stands.", Effect.NONE
        ),
        (422, "payroll_blocker"): Verdict(
            RecordError, "holds this payroll back until it is mended there.", Effect.NONE
        ),
        (422, NESTED): _REFUSED,
        (422, "invalid_parameter"): _NOT_UNDERSTOOD,
        (422, "missing_parameter"): _NOT_UNDERSTOOD,
        (422, "invalid_request_error"): _NOT_UNDERSTOOD,
        (422, "duplicate_operation"): Verdict(
            RetryableError, "is doing just this already; tried again later.", Effect.NONE
        ),
        (422, "invalid_application_setup"): Verdict(
            ConfigurationError,
            "says that the app is not set up for this: complete it at Gusto's developer portal.",
            Effect.NONE,
        ),
        500: Verdict(RetryableError, "failed by its own fault; tried again later."),
    },
    code_of=lambda answer: category_of(answer),
)

RECORD_VERDICTS: Final[Mapping[tuple[str, int, str], Verdict | None]] = {
    # What the client itself reads is no error: None.
    (READ_PERSON.name, 404, NOT_FOUND): None,
    (READ_PAYROLL.name, 404, NOT_FOUND): None,
    (READ_CONTRACTOR_PAYMENT.name, 404, NOT_FOUND): None,
    (READ_WEBHOOK.name, 404, NOT_FOUND): None,
    (DELETE_WEBHOOK.name, 404, NOT_FOUND): None,
    (VERIFY_WEBHOOK.name, 404, NOT_FOUND): None,
    (VERIFY_WEBHOOK.name, 422, INVALID_VALUE): None,
    (READ_EVENTS.name, 403, MISSING_SCOPES): None,
    (READ_BENEFITS.name, 403, MISSING_SCOPES): None,
    (REQUEST_LEDGER.name, 404, NOT_FOUND): Verdict(
        RecordError, "has no such payroll any more.", Effect.NONE
    ),
    (READ_REPORT.name, 404, NOT_FOUND): _LINK_ENDED,
    (DOWNLOAD_REPORT.name, 403, ""): _LINK_ENDED,
    (DOWNLOAD_REPORT.name, 404, ""): _LINK_ENDED,
}
"""What a status and a category mean for one call, where that differs from all the others."""

FIELD_VERDICTS: Final[Mapping[tuple[str, str], Verdict | None]] = {
    (READ_EVENTS.name, "starting_after_uuid"): None,
    (READ_EVENTS.name, "resource_uuid"): _COMPANY_UNKNOWN,
    (CREATE_WEBHOOK.name, "url"): _ADDRESS_REFUSED,
}
"""What a 422 means for one call by the field that it names, whatever its category."""

SUCCESSES: Final[Mapping[str, int]] = {CREATE_WEBHOOK.name: 201, DELETE_WEBHOOK.name: 204}
"""What is documented for a call that ends well; 200 for all the others."""


def judge(operation: Operation, answer: Answer) -> None:
    """Raise what this answer means; return for a success and for what the client understands."""
    if answer.is_success and answer.status != SUCCESSES.get(operation.name, 200):
        raise answer.contract_error("the call should be answered with another status")
    if answer.status == 401 and operation.name in OF_THE_APP:
        raise VERDICTS.error(_APP_REFUSED, operation, answer)
    category = category_of(answer)
    place = (operation.name, answer.status, category)
    if place in RECORD_VERDICTS:
        verdict = RECORD_VERDICTS[place]
        if verdict is not None:
            raise VERDICTS.error(verdict, operation, answer)
        return
    if answer.status == 422 and (named := _named_fields(operation, answer)):
        if verdict := FIELD_VERDICTS[named[0]]:
            raise VERDICTS.error(verdict, operation, answer)
        return
    try:
        VERDICTS.judge(operation, answer)
    except RateLimitError as error:
        raise _until_reset(error, answer) from None


def category_of(answer: Answer) -> str:
    """The first category of a refusal's body; empty where it has none."""
    return next((one for error in _errors(answer) if (one := _text(error, "category"))), "")


def _named_fields(operation: Operation, answer: Answer) -> list[tuple[str, str]]:
    """The fields that a 422 names and that say more than its category."""
    places = ((operation.name, _text(error, "error_key")) for error in _errors(answer))
    return [place for place in places if place in FIELD_VERDICTS]


def _errors(answer: Answer) -> Iterator[Mapping[str, object]]:
    """The errors of a refusal, outer ones first; none of a success or of another shape."""
    if answer.is_success:
        return
    try:
        body = answer.json()
    except ContractError:
        return
    yield from _listed(body, _DEEPEST)


def _listed(body: object, depth: int) -> Iterator[Mapping[str, object]]:
    rows = body.get("errors") if isinstance(body, Mapping) else None
    for row in rows if isinstance(rows, list) and depth else ():
        if isinstance(row, Mapping):
            yield row
            yield from _listed(row, depth - 1)


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _until_reset(error: RateLimitError, answer: Answer) -> ConnectorError:
    """Where no ``Retry-After`` says how long, the instant at which the window is new does."""
    if error.retry_after_seconds is None:
        try:
            reset_at = datetime.fromisoformat(answer.headers.get("x-ratelimit-reset", ""))
        except ValueError:
            return error
        if reset_at.tzinfo is not None:
            seconds = (reset_at - clock.now()).total_seconds()
            error.retry_after_seconds = min(max(seconds, 0.0), MAX_RETRY_AFTER_SECONDS)
    return error
