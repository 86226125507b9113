"""Case 18: delays and refusals of the licence, forms without rights, forms without setup."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.unit.connectors.sandbox.acumatica.conftest import DEPARTMENT, EMPLOYEE, Erp

HOST = "northwind.acumatica.com"
DELAY_SECONDS = 0.8


def seconds_of_a_call(erp: Erp) -> float:
    """How long the vendor takes for one simple call."""
    begun = time.monotonic()
    assert erp.get(f"{EMPLOYEE}/EP00000001").status_code == 200
    return time.monotonic() - begun


@pytest.mark.slow
@pytest.mark.case("acumatica", "18a")
def test_case_18_delays_from_half_of_the_limit_on(erp: Erp) -> None:
    erp.control("licences", HOST, requests_per_minute=50)
    for _ in range(25):
        assert seconds_of_a_call(erp) < DELAY_SECONDS / 2
    erp.sandbox.advance(40 - 1)
    # The oldest has about 20 seconds left: 20 / (50 - 25) is the vendor's own sample, 0.8 s.
    assert DELAY_SECONDS - 0.1 <= seconds_of_a_call(erp) <= DELAY_SECONDS + 0.4
    erp.sandbox.advance(61)
    assert seconds_of_a_call(erp) < DELAY_SECONDS / 2


@pytest.mark.slow
@pytest.mark.case("acumatica", "18b")
def test_case_18_declines_what_would_wait_behind_twenty(erp: Erp) -> None:
    erp.get(EMPLOYEE)
    erp.control("licences", HOST, max_concurrent_requests=16, request_seconds=1.0)
    with ThreadPoolExecutor(50) as callers:
        answers = list(callers.map(lambda _: erp.get(f"{EMPLOYEE}/EP00000001"), range(50)))
    declined = [answer for answer in answers if answer.status_code != 200]
    assert len(declined) == 14
    for answer in declined:
        assert answer.status_code == 429
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.text == "The custom error module does not recognize this error."
        assert "Retry-After" not in answer.headers
    assert erp.get(f"{EMPLOYEE}/EP00000001").status_code == 200


@pytest.mark.slow
@pytest.mark.case("acumatica", "18b")
def test_case_18_says_when_to_come_back_where_the_switch_says_so(erp: Erp) -> None:
    erp.get(EMPLOYEE)
    erp.sandbox.switch("acumatica", "throttle_retry_after", "present")
    erp.control("licences", HOST, max_concurrent_requests=1, request_seconds=0.1)
    with ThreadPoolExecutor(40) as callers:
        answers = list(callers.map(lambda _: erp.get(f"{EMPLOYEE}/EP00000001"), range(40)))
    declined = [answer for answer in answers if answer.status_code == 429]
    assert declined
    assert {answer.headers["Retry-After"] for answer in declined} == {"60"}


@pytest.mark.case("acumatica", "18c")
def test_case_18_refuses_a_form_without_rights(erp: Erp) -> None:
    erp.control("users", "apiuser", forbidden_forms=["EP203000"])
    refused = erp.get(EMPLOYEE)
    assert refused.status_code == 403
    text = "You have insufficient rights to access the Employees (EP203000) form."
    assert refused.json() == {"message": text}
    assert erp.get(DEPARTMENT).status_code == 200


@pytest.mark.case("acumatica", "18d")
def test_case_18_answers_500_where_a_form_is_not_set_up(erp: Erp) -> None:
    erp.control("missing_setup", "EP203000", preferences="Time and Expenses Preferences")
    refused = erp.get(EMPLOYEE)
    assert refused.status_code == 500
    body = refused.json()
    assert body["exceptionType"] == "PX.Data.PXSetupNotEnteredException"
    assert "Time and Expenses Preferences" in body["exceptionMessage"]
    erp.sandbox.control("DELETE", "acumatica/missing_setup/EP203000")
    assert erp.get(EMPLOYEE).status_code == 200
