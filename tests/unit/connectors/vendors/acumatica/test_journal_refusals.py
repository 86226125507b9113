"""What a refused journal means, said so that an operator can mend it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from connectors.errors import ConnectorError, ContractError, Effect, RecordError, RetryableError
from connectors.vendor import Operation
from connectors.vendors.acumatica import ledger_operations as operations
from connectors.vendors.acumatica.journal_refusals import sentence_of
from connectors.vendors.acumatica.operations import CREATE_EMPLOYEE
from connectors.vendors.acumatica.refusals import judge
from tests.unit.connectors.vendors.acumatica.answers import answer

MISSING = {
    "message": "An error has occurred.",
    "exceptionMessage": "No entity satisfies the condition.",
    "exceptionType": "PX.Api.ContractBased.NoEntitySatisfiesTheConditionException",
}
BUSINESS = {
    "message": "An error has occurred.",
    "exceptionMessage": "The batch has been released and cannot be deleted.",
    "exceptionType": "PX.Data.PXException",
}
UNBALANCED = {"id": "x", "error": "Batch is out of balance, please review."}


@pytest.mark.parametrize(
    ("path", "text", "said"),
    [
        ("PostPeriod", "The 02-2026 financial period is closed.", "its financial period is closed"),
        ("PostPeriod", "The 02-2026 financial period is inactive.", "is not yet active"),
        ("PostPeriod", "The 02-2026 financial period is locked.", "is locked"),
        ("PostPeriod", "… is not defined in the system.", "outside the financial calendar"),
        ("", "The financial period is inactive in GL.", "is not yet active"),
        ("Details[0].Account", "'Account' cannot be found in the system.", "does not exist"),
        ("Details[0].Account", "Account 69990 is inactive.", "an account is inactive"),
        ("Details[2].Account", "Account 20000 is a control account for AP", r"lines.*\(line 3\)"),
        ("Details[0].Subaccount", "Subaccount 9 is inactive.", "a subaccount is inactive"),
        ("Details[0].Subaccount", "'Subaccount' cannot be empty.", "has no subaccount"),
        ("Details[0].Project", "'Project' cannot be empty.", "set the non-project code"),
        ("Details[0].UOM", "'UOM' cannot be empty.", "asks for units"),
        ("BranchID", "'Branch' cannot be found in the system.", "the branch"),
        ("", "Batch is out of balance, please review.", "debits do not equal its credits"),
        ("", "The control total does not equal the debit total.", "control total"),
        ("", "The batch has been released and cannot be changed.", "reverse it"),
        ("", "The Release action is not available for a batch that is On Hold.", "off hold"),
    ],
)
def test_says_what_to_do(path: str, text: str, said: str) -> None:
    assert re.search(said, sentence_of(((path, text),)))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("Details[0].Description", "'Account' cannot be found in the system."),
        ("Details[0].Account", "Something else."),
        ("", "Inserting  'GL Batch' record raised at least one error. Please review the errors."),
    ],
)
def test_says_nothing_of_what_it_does_not_know(path: str, text: str) -> None:
    assert sentence_of(((path, text),)) == ""


def test_looks_through_all_fields_for_one_that_it_knows() -> None:
    title = ("", "Inserting  'GL Batch' record raised at least one error.")
    field = ("Details[1].Account", "Account 69990 is inactive.")
    assert "(line 2)" in sentence_of((title, field))


@pytest.mark.parametrize(
    ("operation", "status", "content", "kind", "effect"),
    [
        (operations.CREATE_JOURNAL, 422, UNBALANCED, RecordError, Effect.NONE),
        (operations.ADD_JOURNAL_LINES, 412, b"", RecordError, Effect.NONE),
        (operations.CREATE_JOURNAL, 500, MISSING, RecordError, Effect.NONE),
        (operations.RELEASE_JOURNAL, 500, MISSING, RecordError, Effect.NONE),
        (operations.RELEASE_JOURNAL, 409, b"", RetryableError, Effect.NONE),
        (operations.RELEASE_JOURNAL, 500, BUSINESS, ContractError, Effect.UNKNOWN),
        (operations.DELETE_JOURNAL, 500, BUSINESS, ContractError, Effect.UNKNOWN),
        (operations.DELETE_JOURNAL, 500, b"", RetryableError, Effect.UNKNOWN),
        (operations.FIND_JOURNALS, 500, BUSINESS, ContractError, Effect.NONE),
        (operations.READ_RELEASE_STATUS, 500, b"<html></html>", RetryableError, Effect.NONE),
        (operations.READ_ACCOUNTS, 500, BUSINESS, ContractError, Effect.NONE),
    ],
)
def test_sorts_refusals_by_what_comes_next(
    operation: Operation, status: int, content: Any, kind: type[ConnectorError], effect: Effect
) -> None:
    with pytest.raises(ConnectorError) as caught:
        judge(operation, answer(content, status, operation))
    assert type(caught.value) is kind
    assert caught.value.effect is effect


@pytest.mark.parametrize(
    ("operation", "status", "content"),
    [
        (operations.READ_JOURNAL, 500, MISSING),
        (operations.DELETE_JOURNAL, 500, MISSING),
        (operations.DELETE_JOURNAL, 204, b""),
        (operations.RELEASE_JOURNAL, 202, b""),
        (operations.READ_RELEASE_STATUS, 202, b""),
        (operations.READ_RELEASE_STATUS, 500, BUSINESS),
        (operations.READ_RELEASE_STATUS, 422, UNBALANCED),
        (operations.READ_RELEASE_STATUS, 404, b""),
        (operations.READ_SUBACCOUNTS, 403, b""),
    ],
)
def test_lets_the_client_read(operation: Operation, status: int, content: Any) -> None:
    judge(operation, answer(content, status, operation))


def test_speaks_of_journals_only_where_one_was_refused() -> None:
    for operation, noun in ((operations.CREATE_JOURNAL, "journal"), (CREATE_EMPLOYEE, "record")):
        with pytest.raises(RecordError, match=f"refused the {noun}: ") as caught:
            judge(operation, answer(UNBALANCED, 422, operation))
        assert caught.value.fields == (("", "Batch is out of balance, please review."),)
