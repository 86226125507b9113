"""The demo's judge of Gusto's people: whom of HR's employees each of them is, and who is nobody."""

from __future__ import annotations

from typing import Any

import pytest

from config.demo.expectations import PayrollDecisions, Tied, expected_ties, tie_faults
from tests.unit.config.demo import books

TODAY = "2026-11-20"
PERSON_ID = "b8a0c0de-52f1-4d0f-8f3b-0f5c9f1d7a21"
OTHER_ID = "41c9c0de-52f1-4d0f-8f3b-0f5c9f1d7a22"
DECISIONS = PayrollDecisions({"Ledgers": "Finance"})


def person(**changes: Any) -> Any:
    """Somebody whom nothing keeps from being tied."""
    return {
        "uuid": PERSON_ID,
        "first_name": "Dana",
        "last_name": "Okafor",
        "work_email": "dana@harborpine.example",
        "department": "Finance",
        "current_employment_status": "full_time",
        "onboarded": True,
        "terminations": [],
        "jobs": [{"primary": True, "hire_date": "2024-06-03"}],
    } | changes


def employee(
    first: str = "Dana", last: str = "Okafor", email: str = "Dana@HarborPine.example"
) -> Any:
    """An employee whom HR's integration wrote."""
    return {"ContactInfo": {"FirstName": first, "LastName": last, "Email": email}}


def judged(*people: Any, there: Any = (), tied: Any = None) -> list[Tied]:
    """Who these people are where these employees stand, numbered from 0."""
    rows = {f"EP{number}": row for number, row in enumerate(there)}
    return expected_ties(
        books.gusto(employees=people),
        books.acumatica(employees=rows),
        DECISIONS,
        tied or {},
        TODAY,
    )


@pytest.mark.parametrize("department", ["Finance", "Ledgers", None])
def test_takes_whoever_has_the_address_for_the_same_person(department: str | None) -> None:
    there = [employee("Ivo", "Marsh", "ivo@harborpine.example"), employee("Dana", "Marsh")]
    (one,) = judged(person(department=department), there=there)
    assert one == Tied(PERSON_ID, "linked", "EP1")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"onboarded": False}, "not onboarded"),
        ({"jobs": [{"primary": True, "hire_date": "2026-11-21"}]}, "future"),
        ({"terminations": [{"active": True}]}, "left before"),
        ({"department": "Night Shift"}, "held"),
        ({"current_employment_status": "fractional_twelve_hours"}, "held"),
    ],
)
def test_ties_nobody_who_is_not_to_be_carried(changes: Any, why: str) -> None:
    assert judged(person(**changes), there=[employee()]) == [Tied(PERSON_ID, why)]


def test_lets_whom_hr_has_not_written_wait() -> None:
    there = [employee("Ivo", "Marsh", "ivo@harborpine.example")]
    assert judged(person(), there=there) == [Tied(PERSON_ID, "waits for HR")]
    nameless = person(work_email=None)
    nobody = [employee("Ivo", "Marsh", "")]
    assert judged(nameless, there=nobody) == [Tied(PERSON_ID, "waits for HR")]


def test_holds_a_namesake_unless_that_one_is_somebody_elses() -> None:
    there = [employee(email="d.okafor@harborpine.example")]
    assert judged(person(), there=there) == [Tied(PERSON_ID, "held")]
    other = person(uuid=OTHER_ID, work_email="d.okafor@harborpine.example")
    first, second = judged(person(), other, there=there)
    assert (first.why, second) == ("waits for HR", Tied(OTHER_ID, "linked", "EP0"))


def test_holds_whoever_shares_an_address_with_several() -> None:
    assert judged(person(), there=[employee(), employee("Lee")]) == [Tied(PERSON_ID, "held")]


@pytest.mark.parametrize(
    "changes", [{"work_email": None}, {"terminations": [{"active": True}]}, {"onboarded": False}]
)
def test_keeps_whom_somebody_was_known_to_be(changes: Any) -> None:
    (one,) = judged(person(**changes), there=[employee()], tied={PERSON_ID: "EP7"})
    assert one == Tied(PERSON_ID, "linked", "EP7")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {PERSON_ID: ("waiting", "")},
        {PERSON_ID: ("synced", "EP8")},
        {PERSON_ID: ("synced", "EP7"), OTHER_ID: ("synced", "EP8")},
    ],
)
def test_notices_each_planted_fault(said: Any) -> None:
    wanted = [Tied(PERSON_ID, "linked", "EP7")]
    assert tie_faults(wanted, {PERSON_ID: ("synced", "EP7")}) == []
    assert len(tie_faults(wanted, said)) == 1
