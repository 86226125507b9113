"""Reading people from Gusto, and who of them has left."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from connectors import numbers
from connectors.errors import ConfigurationError, ContractError, RetryableError
from connectors.redaction import redact
from connectors.values import ABSENT
from connectors.vendor import Hint, Page
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.people import has_left, leaves_on, read_people, read_some_people
from connectors.vendors.gusto.records import PERSON_READS, Job, Person, Termination
from tests.clocks import StoppedClock
from tests.unit.connectors.vendors.gusto.conftest import (
    COMPANY,
    OWN,
    Vendor,
    body,
    counted,
    refusal,
)

PEOPLE = f"{OWN}/employees"
DANA = "b8a0c0de-52f1-4d0f-8f3b-0f5c9f1d7a21"
YESTERDAY = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
JUST_NOW = int(datetime(2026, 3, 2, 8, 55, tzinfo=UTC).timestamp())


def somebody(person_id: str = DANA, **more: Any) -> Any:
    return {**body("employee"), "uuid": person_id, **more}


def event(event_id: str, entity_id: str, **more: Any) -> Any:
    """An event of a day ago, of an employee of the company."""
    return {
        "uuid": event_id,
        "event_type": "employee.updated",
        "resource_type": "Company",
        "resource_uuid": COMPANY,
        "entity_type": "Employee",
        "entity_uuid": entity_id,
        "timestamp": YESTERDAY,
        **more,
    }


def test_reads_a_person_by_id(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"/v1/employees/{DANA}", somebody())
    (record,) = read_some_people(client, [DANA])
    assert record.value == Person(
        id=DANA,
        code="7c41e9",
        first_name="Dana",
        preferred_name=None,
        last_name="Okafor",
        work_email="dana@harborpine.example",
        department="Advisory",
        department_id="3d1b7c1e-0000-4000-8000-000000000001",
        employment_status="full_time",
        is_onboarded=True,
        is_terminated=False,
        jobs=(
            Job(
                "5e2f0000-0000-4000-8000-000000000001",
                True,
                "Senior Consultant",
                date(2024, 6, 3),
            ),
        ),
        terminations=(Termination(date(2026, 12, 31), False),),
    )
    assert (record.title, record.version) == ("Dana Okafor", "a4f1c7f3b0f24b6f9a0f3c1d2e4b5a69")
    assert vendor.calls == [f"GET /v1/employees/{DANA}"], "asked for the company again"


def test_is_known_by_the_name_that_the_person_prefers(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"/v1/employees/{DANA}", somebody(preferred_first_name="Dee"))
    assert read_some_people(client, [DANA])[0].title == "Dee Okafor"


def test_reads_no_address_birthday_number_or_pay(vendor: Vendor, client: Client) -> None:
    row = somebody(date_of_birth="1990-04-17", phone="4155550137", email="dana@private.example")
    shown = str(redact(numbers.parse(json.dumps(row).encode()), PERSON_READS).shown)
    for private in ("1990-04-17", "4155550137", "private.example", "Dana", "Okafor", "2026-12-31"):
        assert private not in shown
    assert "Advisory" in shown


def test_keeps_absent_null_and_empty_apart(vendor: Vendor, client: Client) -> None:
    row = somebody(work_email=None, department="")
    del row["terminations"], row["employee_code"]
    vendor.answers("GET", f"/v1/employees/{DANA}", row)
    person = read_some_people(client, [DANA])[0].value
    assert (person.work_email, person.department) == (None, "")
    assert (person.code, person.terminations) == (ABSENT, ABSENT)
    assert not has_left(person, date(2030, 1, 1))


def test_says_that_a_deleted_person_is_gone(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"/v1/employees/{DANA}", refusal("not_found"), status=404)
    (record,) = read_some_people(client, [DANA])
    assert (record.id, record.is_gone) == (DANA, True)


@pytest.mark.parametrize("more", [{"company_uuid": "another"}, {"uuid": "another"}])
def test_takes_nobody_of_another_company_or_id(
    vendor: Vendor, client: Client, more: dict[str, str]
) -> None:
    vendor.answers("GET", f"/v1/employees/{DANA}", {**somebody(), **more})
    with pytest.raises(ContractError):
        read_some_people(client, [DANA])


def test_asks_for_several_together_and_by_id_for_whom_the_list_leaves_out(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", PEOPLE, [somebody("a"), somebody("c")])
    vendor.answers("GET", "/v1/employees/b", somebody("b"))
    vendor.answers("GET", "/v1/employees/d", refusal("not_found"), status=404)
    records = read_some_people(client, ["a", "b", "c", "d"])
    assert [(one.id, one.is_gone) for one in records] == [
        ("a", False),
        ("b", False),
        ("c", False),
        ("d", True),
    ]
    assert vendor.query(0)["uuids"] == "a,b,c,d"


def test_reads_everybody_page_by_page_after_the_place_in_the_feed(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", [event("ev-7", "a"), event("ev-6", "a")])
    vendor.answers("GET", PEOPLE, [somebody("a"), somebody("b")], headers=counted(2, 3))
    vendor.answers("GET", PEOPLE, [somebody("c")], headers=counted(2, 3))
    pages = list(read_people(client, ""))
    assert [one.id for page in pages for one in page.records] == ["a", "b", "c"]
    assert [page.mark for page in pages] == ["", "", "ev-7"]
    assert (vendor.query(1)["sort_order"], vendor.query(1)["resource_uuid"]) == ("desc", COMPANY)
    assert vendor.sent[1].headers["Authorization"] == "Bearer app-access"
    assert vendor.sent[2].headers["Authorization"] == "Bearer access-1"
    assert (vendor.query(3)["page"], vendor.query(3)["sort_by"]) == ("2", "created_at:asc")


def test_does_not_take_half_of_a_list_that_changed_for_the_whole(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", [])
    vendor.answers("GET", PEOPLE, [somebody("a")], headers=counted(2, 3))
    vendor.answers("GET", PEOPLE, [somebody("c")], headers=counted(2, 2))
    with pytest.raises(RetryableError, match="changed"):
        list(read_people(client, ""))


def test_asks_the_feed_who_changed(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers(
        "GET",
        "/v1/events",
        [
            event("ev-2", "a"),
            event("ev-3", "p", entity_type="Payroll"),
            event("ev-4", "x", resource_uuid="another company"),
        ],
        headers={"X-Has-Next-Page": "true"},
    )
    vendor.answers("GET", "/v1/events", [event("ev-5", "b"), event("ev-6", "a")])
    (page,) = read_people(client, "ev-1")
    assert page == Page(hints=(Hint("a"), Hint("b")), mark="ev-6")
    assert [vendor.query(place)["starting_after_uuid"] for place in (1, 2)] == ["ev-1", "ev-4"]


def test_is_told_again_what_happened_just_now(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    told = [event("ev-2", "a"), event("ev-3", "b", timestamp=JUST_NOW), event("ev-4", "c")]
    vendor.answers("GET", "/v1/events", told)
    (page,) = read_people(client, "ev-1")
    assert page == Page(hints=(Hint("a"), Hint("b"), Hint("c")), mark="ev-2")


@pytest.mark.parametrize(
    ("status", "answer"),
    [
        (422, refusal("invalid_attribute_value", "starting_after_uuid")),
        (403, refusal("missing_oauth_scopes")),
    ],
)
def test_reads_everybody_where_the_place_is_lost_or_the_feed_is_closed(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock, status: int, answer: Any
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", answer, status=status)
    newest: Any = [event("ev-9", "a")] if status == 422 else answer
    vendor.answers("GET", "/v1/events", newest, status=200 if status == 422 else 403)
    vendor.answers("GET", PEOPLE, [somebody("a")], headers=counted(1, 1))
    pages = list(read_people(client, "ev-1"))
    assert [one.id for page in pages for one in page.records] == ["a"]
    assert pages[-1].mark == ("ev-9" if status == 422 else "")


def test_does_not_go_on_where_the_feed_refuses_the_company(vendor: Vendor, client: Client) -> None:
    vendor.lets_the_app_in()
    answer = refusal("invalid_attribute_value", "resource_uuid")
    vendor.answers("GET", "/v1/events", answer, status=422)
    with pytest.raises(ConfigurationError):
        list(read_people(client, "ev-1"))


def person(*ends: tuple[str, bool], hired: str = "2024-06-03") -> Person:
    return Person(
        id="1",
        code=None,
        first_name=None,
        preferred_name=None,
        last_name=None,
        work_email=None,
        department=None,
        department_id=None,
        employment_status=None,
        is_onboarded=True,
        is_terminated=bool(ends),
        jobs=(Job("j", True, None, date.fromisoformat(hired)),),
        terminations=tuple(
            Termination(date.fromisoformat(day), is_active) for day, is_active in ends
        ),
    )


@pytest.mark.parametrize(
    ("ends", "hired", "today", "has_gone"),
    [
        ((), "2024-06-03", "2026-03-02", False),
        ((("2026-03-01", True),), "2024-06-03", "2026-03-02", True),
        # The last day is a day of work; and Gusto has to say so too.
        ((("2026-03-02", True),), "2024-06-03", "2026-03-02", False),
        ((("2026-03-01", False),), "2024-06-03", "2026-03-02", False),
        ((("2026-12-31", False),), "2024-06-03", "2026-03-02", False),
        # Who came back is no leaver by an end from before, and one again by the next.
        ((("2025-01-31", True),), "2025-09-01", "2026-03-02", False),
        ((("2025-01-31", True), ("2026-02-27", True)), "2025-09-01", "2026-03-02", True),
    ],
)
def test_knows_a_leaver_from_the_day_after_the_last_one(
    ends: tuple[tuple[str, bool], ...], hired: str, today: str, has_gone: bool
) -> None:
    somebody_else = person(*ends, hired=hired)
    assert has_left(somebody_else, date.fromisoformat(today)) is has_gone


def test_tells_a_last_day_that_lies_ahead() -> None:
    assert leaves_on(person(("2026-12-31", False))) == date(2026, 12, 31)
    assert leaves_on(person()) is None
