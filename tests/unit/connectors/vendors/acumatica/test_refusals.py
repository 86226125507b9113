"""What Acumatica's answers mean, and what must not be taken for it."""

from __future__ import annotations

from typing import Any

import pytest

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
from connectors.vendor import Operation
from connectors.vendors.acumatica import operations
from connectors.vendors.acumatica.faults import Fault, complaint_of, field_errors
from connectors.vendors.acumatica.refusals import judge
from tests.unit.connectors.vendors.acumatica.answers import answer, body

READ = operations.READ_EMPLOYEE
LIST = operations.LIST_EMPLOYEES
FIND = operations.FIND_EMPLOYEES
CREATE = operations.CREATE_EMPLOYEE
DEPARTMENTS = operations.READ_DEPARTMENTS
LOGIN_LIMIT = b"<html><head><title>API Login Limit</title></head></html>"
FORM = "You have insufficient rights to access the Employees (EP203000) form."


def error(type_name: str, message: str = "", **more: Any) -> dict[str, Any]:
    return {
        "message": "An error has occurred.",
        "exceptionMessage": message,
        "exceptionType": type_name,
        "stackTrace": "   at PX.Api",
        **more,
    }


MISSING = error("PX.Api.ContractBased.NoEntitySatisfiesTheConditionException")
SETUP = error(
    "PX.Data.PXSetupNotEnteredException",
    "The required configuration data is not entered on the Accounts Payable Preferences "
    "(AP101000) form.",
)
OPTIMIZE = error(
    "PX.Api.ContractBased.CannotOptimizeException",
    "Optimization cannot be performed.The following fields cause the error: EmploymentHistory",
)
BUSINESS = error("PX.Data.PXException", "Something is wrong.")
OUTCOME = error("PX.Api.ContractBased.OutcomeEntityHasErrorsException", "Duplicate.")
TENANT = error("PX.Data.PXUndefinedCompanyException", "A proper company ID cannot be determined.")
INNER = {**BUSINESS, "innerException": OPTIMIZE}


@pytest.mark.parametrize(
    ("operation", "status", "content"),
    [
        (READ, 200, {}),
        (READ, 500, MISSING),
        (LIST, 500, OPTIMIZE),
        (LIST, 500, INNER),
        (FIND, 500, OPTIMIZE),
        (FIND, 500, BUSINESS),
        (DEPARTMENTS, 404, b""),
        (DEPARTMENTS, 403, b""),
        (operations.READ_DEPARTMENTS_ODATA, 404, b""),
        (operations.READ_USER, 403, b""),
        (operations.CHECK_ENTITY, 403, b""),
        (operations.CHECK_ENTITY, 404, b""),
        (operations.CHECK_ENTITY, 500, SETUP),
        (operations.LOG_IN, 204, b""),
    ],
)
def test_lets_the_client_read(operation: Operation, status: int, content: Any) -> None:
    judge(operation, answer(content, status, operation))


@pytest.mark.parametrize(
    ("operation", "status", "content", "kind", "effect"),
    [
        (READ, 401, b"", CredentialError, Effect.NONE),
        (READ, 403, {"message": FORM}, ConfigurationError, Effect.NONE),
        (READ, 404, b"", ConfigurationError, Effect.NONE),
        (READ, 429, b"", RateLimitError, Effect.NONE),
        (READ, 500, BUSINESS, ContractError, Effect.NONE),
        (READ, 500, SETUP, ConfigurationError, Effect.NONE),
        (READ, 500, b"<html>oops</html>", RetryableError, Effect.NONE),
        (READ, 302, b"", ContractError, Effect.NONE),
        (LIST, 500, BUSINESS, ContractError, Effect.NONE),
        (LIST, 500, MISSING, RecordError, Effect.NONE),
        (FIND, 500, b"", RetryableError, Effect.NONE),
        (FIND, 500, SETUP, ConfigurationError, Effect.NONE),
        (operations.CHECK_ENTITY, 500, BUSINESS, ContractError, Effect.NONE),
        (operations.READ_BRANCHES, 500, BUSINESS, ContractError, Effect.NONE),
        (CREATE, 400, BUSINESS, ContractError, Effect.NONE),
        (CREATE, 400, b"<html></html>", ContractError, Effect.UNKNOWN),
        (CREATE, 401, b"", CredentialError, Effect.NONE),
        (CREATE, 403, {"message": FORM}, ConfigurationError, Effect.NONE),
        (CREATE, 404, b"", ConfigurationError, Effect.NONE),
        (CREATE, 405, b"", ContractError, Effect.UNKNOWN),
        (CREATE, 409, b"", RetryableError, Effect.NONE),
        (CREATE, 412, b"", RecordError, Effect.NONE),
        (CREATE, 422, b"<html></html>", ContractError, Effect.UNKNOWN),
        (CREATE, 429, b"", RateLimitError, Effect.NONE),
        (CREATE, 500, b"", RetryableError, Effect.UNKNOWN),
        (CREATE, 500, BUSINESS, ContractError, Effect.UNKNOWN),
        (CREATE, 500, OUTCOME, RecordError, Effect.NONE),
        (
            CREATE,
            500,
            error("PX.Data.PXException", "A long operation is running for this screen."),
            RetryableError,
            Effect.NONE,
        ),
        (CREATE, 502, b"", RetryableError, Effect.UNKNOWN),
        (CREATE, 503, b"", RetryableError, Effect.UNKNOWN),
        (CREATE, 302, b"", ContractError, Effect.UNKNOWN),
        (operations.LOG_IN, 500, TENANT, ConfigurationError, Effect.NONE),
        (
            operations.LOG_IN,
            500,
            error("PX.Data.PXException", "Invalid credentials. Please try again."),
            CredentialError,
            Effect.NONE,
        ),
    ],
)
def test_says_what_must_be_done_next(
    operation: Operation,
    status: int,
    content: Any,
    kind: type[ConnectorError],
    effect: Effect,
) -> None:
    with pytest.raises(ConnectorError) as caught:
        judge(operation, answer(content, status, operation))
    assert type(caught.value) is kind
    assert caught.value.effect is effect
    assert caught.value.status == status


@pytest.mark.parametrize("operation", [READ, FIND, CREATE, operations.LOG_IN])
@pytest.mark.parametrize(
    ("status", "content", "location"),
    [
        (500, LOGIN_LIMIT, ""),
        (429, LOGIN_LIMIT, ""),
        (
            302,
            b"",
            "/Frames/Error.aspx?exceptionID=x&message=The+number+of+concurrent+API+logins+has"
            "+been+reached.",
        ),
        (302, b"", "/ui/error?message=The%20number%20of%20concurrent%20API%20logins"),
    ],
)
def test_knows_a_full_seat_pool_in_each_style(
    operation: Operation, status: int, content: bytes, location: str
) -> None:
    headers = {"Location": location} if location else {}
    with pytest.raises(RateLimitError) as caught:
        judge(operation, answer(content, status, operation, headers))
    assert caught.value.effect is Effect.NONE


def test_does_not_take_a_login_page_for_a_full_seat_pool() -> None:
    headers = {"Location": "/Frames/Login.aspx?ReturnUrl=%2fentity"}
    with pytest.raises(ContractError):
        judge(READ, answer(b"", 302, READ, headers))


def test_does_not_take_an_employee_who_speaks_of_logins_for_a_full_seat_pool() -> None:
    judge(READ, answer({"note": {"value": "API Login Limit"}}, 200, READ))


def test_names_the_form_that_may_not_be_opened() -> None:
    with pytest.raises(ConfigurationError, match=r"Employees \(EP203000\)"):
        judge(READ, answer({"message": FORM}, 403, READ))


def test_names_the_preferences_that_are_missing() -> None:
    with pytest.raises(ConfigurationError, match=r"Accounts Payable Preferences \(AP101000\)"):
        judge(READ, answer(SETUP, 500, READ))


def test_collects_every_refused_field_of_the_tree() -> None:
    with pytest.raises(RecordError) as caught:
        judge(CREATE, answer(body("refused"), 422, CREATE))
    assert caught.value.fields == (
        ("", "Inserting  'Employee' record raised at least one error. Please review the errors."),
        ("EmployeeSettings.DepartmentID", "'Department' cannot be found in the system."),
        ("EmploymentHistory[0].PositionID", "'Position' cannot be found in the system."),
    )
    assert "EmployeeSettings.DepartmentID: 'Department' cannot be found" in caught.value.summary
    assert "Okafor" not in f"{caught.value.summary}{caught.value.detail}"


def test_collects_the_same_under_entity_and_beside_a_message() -> None:
    paths = [path for path, _ in field_errors({"entity": body("refused")})]
    assert paths == ["", "EmployeeSettings.DepartmentID", "EmploymentHistory[0].PositionID"]
    with pytest.raises(RecordError) as caught:
        judge(CREATE, answer({"exceptionMessage": "Duplicate."}, 422, CREATE))
    assert caught.value.fields == (("", "Duplicate."),)


def test_shows_what_could_hide_something_as_escapes() -> None:
    hidden = {"LastName": {"error": "wrong\u202e\x07name"}}
    assert field_errors(hidden) == (("LastName", "wrong\\u202e\\u0007name"),)


@pytest.mark.parametrize("content", [b"", b"<html>", b"[1]", b'{"innerException": 7}', b"\xff"])
def test_recognises_nothing_in_nonsense(content: bytes) -> None:
    assert complaint_of(answer(content, 500)).fault is Fault.NONE
