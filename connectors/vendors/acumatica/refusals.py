"""What Acumatica's answers mean: one table, closed by default.

Asked by the transport after each answer and by nobody else. The status alone says little here: a
missing record, a wrong filter and a full seat pool are all 500, so ``faults`` tells them apart. An
answer that the client itself understands is no error. A new case is one row and one test.
"""

from __future__ import annotations

from typing import Final

from connectors.errors import (
    ConfigurationError,
    ContractError,
    CredentialError,
    Effect,
    RateLimitError,
    RecordError,
    RetryableError,
)
from connectors.exchange import Answer
from connectors.vendor import Operation
from connectors.vendors.acumatica.faults import Complaint, Fault, complaint_of, field_errors
from connectors.vendors.acumatica.instance import SLUG
from connectors.vendors.acumatica.journal_refusals import sentence_of
from connectors.vendors.acumatica.ledger_operations import (
    DELETE_JOURNAL,
    JOURNAL_WRITES,
    READ_JOURNAL,
    READ_RELEASE_STATUS,
    READ_SUBACCOUNTS,
)
from connectors.vendors.acumatica.operations import (
    CHECK_ENTITY,
    FIND_EMPLOYEES,
    LIST_EMPLOYEES,
    LOG_IN,
    READ_BRANCHES,
    READ_DEPARTMENTS,
    READ_DEPARTMENTS_ODATA,
    READ_EMPLOYEE,
    READ_EMPLOYEE_CLASSES,
    READ_POSITIONS,
    READ_USER,
)
from connectors.verdicts import COMMON, Verdict, Verdicts

NO_SEAT: Final = Verdict(
    RateLimitError,
    "has no free seat for another API session; tried again when one is free. If this stays, look "
    "at License Monitoring Console (SM604000) and at the user's number of concurrent API logins.",
)

VERDICTS: Final = Verdicts(
    "Acumatica",
    {
        **COMMON,
        302: Verdict(ContractError, "shows an error page instead of an answer."),
        (400, Fault.OTHER): Verdict(
            ContractError, "does not understand what was sent.", Effect.NONE
        ),
        401: Verdict(CredentialError, "no longer accepts the connection; connect it again."),
        404: Verdict(
            ConfigurationError,
            "does not offer what was asked for; check the endpoint's name and version, and "
            "whether the customer's own endpoint has this entity.",
            Effect.NONE,
        ),
        409: Verdict(
            RetryableError, "is busy with this form in our session; tried again.", Effect.NONE
        ),
        412: Verdict(
            RecordError,
            "refused the record: its number is taken already, or it was deleted meanwhile.",
            Effect.NONE,
        ),
        (500, Fault.BUSY): Verdict(
            RetryableError, "is busy with this form in our session; tried again.", Effect.NONE
        ),
        (500, Fault.MISSING): Verdict(RecordError, "has no such record.", Effect.NONE),
        (500, Fault.UNKNOWN_TENANT): Verdict(
            ConfigurationError,
            "does not know the tenant; enter it as Tenants (SM203520) spells it.",
            Effect.NONE,
        ),
        (500, Fault.OTHER): Verdict(ContractError, "failed in a way that is not documented."),
        500: Verdict(RetryableError, "failed by its own fault; tried again later."),
    },
    code_of=lambda answer: complaint_of(answer).fault,
)

OPEN_OR_NOT: Final = frozenset(
    operation.name
    for operation in (
        READ_DEPARTMENTS,
        READ_DEPARTMENTS_ODATA,
        READ_POSITIONS,
        READ_EMPLOYEE_CLASSES,
        READ_BRANCHES,
        READ_SUBACCOUNTS,
        READ_USER,
    )
)
"""Reads that fall back to another way when this one is not open."""

GONE_OR_NOT: Final = frozenset(
    operation.name for operation in (READ_EMPLOYEE, READ_JOURNAL, DELETE_JOURNAL)
)
"""Calls for which a record that is not there is an answer."""


def judge(operation: Operation, answer: Answer) -> None:
    """Raise what this answer means; return for a success and for what the client understands."""
    complaint = complaint_of(answer)
    if complaint.is_a(Fault.SEATS):
        raise VERDICTS.error(NO_SEAT, operation, answer)
    if _is_understood(operation, answer, complaint):
        return
    if answer.status == 403:
        raise VERDICTS.error(_forbidden(operation, complaint), operation, answer)
    if complaint.is_a(Fault.NOT_SET_UP):
        raise VERDICTS.error(_not_set_up(complaint), operation, answer)
    if answer.status == 422 or complaint.is_a(Fault.REFUSED_RECORD):
        raise _refused_record(operation, answer, complaint)
    if operation.name == LOG_IN.name and complaint.is_a(Fault.BAD_LOGIN):
        raise VERDICTS.error(_bad_login(), operation, answer)
    VERDICTS.judge(operation, answer)


def _is_understood(operation: Operation, answer: Answer, complaint: Complaint) -> bool:
    """Whether the client itself reads this answer: it is one of its documented outcomes."""
    status = answer.status
    if operation.name in GONE_OR_NOT:
        return complaint.is_a(Fault.MISSING)
    if operation.name == READ_RELEASE_STATUS.name:
        # A release that failed says so here, in whatever form; a lost status says nothing.
        return status in (400, 404, 422) or complaint.is_a(Fault.OTHER)
    if operation.name == LIST_EMPLOYEES.name:
        return complaint.is_a(Fault.CANNOT_OPTIMIZE)
    if operation.name == FIND_EMPLOYEES.name:
        # Which exception an instance throws at a filter that it cannot do is not documented.
        return status == 500 and complaint.fault in (Fault.CANNOT_OPTIMIZE, Fault.OTHER)
    if operation.name == CHECK_ENTITY.name:
        return status in (403, 404) or complaint.is_a(Fault.NOT_SET_UP)
    return operation.name in OPEN_OR_NOT and status in (403, 404)


def _forbidden(operation: Operation, complaint: Complaint) -> Verdict:
    form = complaint.form or "the form behind it"
    return Verdict(
        ConfigurationError,
        f"does not let the user of the connection open {form}: give the user's role access to it, "
        f"or switch its feature on ({operation.name}).",
        Effect.NONE,
    )


def _not_set_up(complaint: Complaint) -> Verdict:
    form = complaint.form or "the module's preferences form"
    return Verdict(ConfigurationError, f"is not set up for this: fill in {form}.", Effect.NONE)


def _bad_login() -> Verdict:
    return Verdict(CredentialError, "refused the user name or the password.", Effect.NONE)


def _refused_record(operation: Operation, answer: Answer, complaint: Complaint) -> RecordError:
    """The refusal with every field that is named in it; nothing was saved."""
    fields = field_errors(answer.json()) or (("", complaint.message or "without a reason"),)
    named = "; ".join(f"{path}: {text}" if path else text for path, text in fields[:5])
    known = sentence_of(fields) if operation.name in JOURNAL_WRITES else ""
    summary = f"the journal: {known}. It says: {named}" if known else f"the record: {named}"
    error = RecordError(
        f"Acumatica refused {summary}",
        vendor=SLUG,
        operation=operation.name,
        status=answer.status,
        request_id=answer.request_id,
        effect=Effect.NONE,
        detail=answer.excerpt(),
    )
    error.fields = fields
    return error
