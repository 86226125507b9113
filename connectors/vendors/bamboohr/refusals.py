"""What BambooHR's answers mean: one table, closed by default.

Asked by the transport after each answer and by nobody else. An answer that the client itself
understands (a person who is gone, a value that exists) is no error. A new case is one row and one
test. Classic endpoints answer with an empty body and a sentence in a header: it is for people only,
nothing is decided by it. What a status means may depend on the call, which is the row's code here.
"""

from __future__ import annotations

from typing import Final

from connectors.errors import (
    ConfigurationError,
    CredentialError,
    Effect,
    RateLimitError,
    RecordError,
    RetryableError,
)
from connectors.exchange import Answer
from connectors.vendor import Operation
from connectors.vendors.bamboohr.operations import (
    CHANGE_LIST,
    CREATE_WEBHOOK,
    DELETE_WEBHOOK,
    LIST_PEOPLE,
    READ_CHANGES,
    READ_COMPANY,
    READ_PERSON,
    READ_ROLES,
    READ_STATUS_ROWS,
    READ_WEBHOOK,
)
from connectors.verdicts import COMMON, GOOD, Verdict, Verdicts

MESSAGE_HEADERS: Final = (
    "X-BambooHR-Error-Message",
    "X-BambooHR-Error-Messsage",
    "X-BambooHR-Message",
)
"""The second is the vendor's own misspelling; a real answer carried both."""
LOST_PAGE: Final = "BadPage"
FOREIGN_WEBHOOK: Final = "a webhook of another user"
DENIED_FIELDS: Final = "fields that may not be watched"

_BUSY: Final = Verdict(
    RateLimitError, "is not available or asks for fewer calls; tried again later."
)
_UNAVAILABLE: Final = Verdict(RetryableError, "is not available now; tried again later.")
_FAILED: Final = Verdict(RetryableError, "failed by its own fault; tried again later.")


def words_of(answer: Answer) -> str:
    """The sentence in the header, for people."""
    return next((text for name in MESSAGE_HEADERS if (text := answer.headers.get(name))), "")


def code_of(answer: Answer) -> str:
    """The call's name, or what a refusal of it says in its body."""
    if answer.operation is None:
        return ""
    name = answer.operation.name
    if name == LIST_PEOPLE.name and answer.status == 400:
        return LOST_PAGE if f'"{LOST_PAGE}"' in answer.text() else ""
    if answer.status == 403:
        # A missing right has an empty body.
        if name in (READ_WEBHOOK.name, DELETE_WEBHOOK.name) and '"errors"' in answer.text():
            return FOREIGN_WEBHOOK
        if name == CREATE_WEBHOOK.name and '"monitorFields"' in answer.text():
            return DENIED_FIELDS
    return name


VERDICTS: Final = Verdicts(
    "BambooHR",
    {
        **COMMON,
        (400, LOST_PAGE): GOOD,
        (400, CHANGE_LIST.name): Verdict(RecordError, "refused the new values.", Effect.NONE),
        401: Verdict(CredentialError, "no longer accepts the connection; connect it again."),
        403: Verdict(
            ConfigurationError,
            "does not allow this call: a right is missing, or the credential is locked out after "
            "wrong tries. Check the access level of the user who connected.",
            Effect.NONE,
        ),
        (403, READ_COMPANY.name): GOOD,
        (403, READ_PERSON.name): Verdict(
            RecordError, "does not show this person; give the connection's user access to them."
        ),
        (403, READ_ROLES.name): Verdict(RecordError, "does not show this person's job history."),
        (403, READ_STATUS_ROWS.name): GOOD,
        (403, READ_CHANGES.name): Verdict(
            ConfigurationError,
            "does not say who changed: an administrator has to connect it, so that the right "
            "public.integration is granted; a wrong API key used again and again locks out too.",
        ),
        (403, CHANGE_LIST.name): Verdict(
            ConfigurationError,
            "does not let the connection edit this list: it needs the right field.write and a "
            "user who may edit the list.",
            Effect.NONE,
        ),
        (403, FOREIGN_WEBHOOK): GOOD,
        (403, DENIED_FIELDS): GOOD,
        (400, CREATE_WEBHOOK.name): Verdict(
            ConfigurationError,
            "refused to send its webhooks here: check that PUBLIC_URL is a public https address.",
            Effect.NONE,
        ),
        (404, READ_WEBHOOK.name): GOOD,
        (404, DELETE_WEBHOOK.name): GOOD,
        (404, READ_PERSON.name): GOOD,
        (404, READ_ROLES.name): Verdict(RecordError, "has no such person any more."),
        (404, READ_STATUS_ROWS.name): GOOD,
        (404, CHANGE_LIST.name): Verdict(
            RecordError, "no longer has this list, or one of its values.", Effect.NONE
        ),
        408: _FAILED,
        (409, CHANGE_LIST.name): GOOD,
        500: _FAILED,
        598: _FAILED,
        # Throttling until September 2026 and plain unavailability since: a read fears neither, a
        # write cannot tell which of the two it met, so that its effect is not known.
        503: _BUSY,
        (503, CHANGE_LIST.name): _UNAVAILABLE,
        (503, CREATE_WEBHOOK.name): _UNAVAILABLE,
        (503, DELETE_WEBHOOK.name): _UNAVAILABLE,
    },
    code_of=code_of,
    words_of=words_of,
)


def judge(operation: Operation, answer: Answer) -> None:
    """Raise what this answer means; return for a success and for what the client understands."""
    documented = 201 if operation.name == CREATE_WEBHOOK.name else 200
    if answer.status != documented and answer.is_success:
        raise answer.contract_error(f"the call should be answered with {documented}")
    VERDICTS.judge(operation, answer)
