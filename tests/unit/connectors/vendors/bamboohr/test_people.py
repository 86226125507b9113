"""Reading people from BambooHR."""

from __future__ import annotations

import json
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.errors import ContractError, RecordError, RetryableError
from connectors.values import ABSENT
from connectors.vendor import Hint
from connectors.vendors.bamboohr.client import Client
from connectors.vendors.bamboohr.people import read_people, read_roles, read_some_people
from connectors.vendors.bamboohr.records import Person
from tests.unit.connectors.vendors.bamboohr.conftest import Vendor, body, open_client

PEOPLE = "/api/v1/employees"
CHANGED = "/api/v1/employees/changed"
BAD_PAGE = {"error": {"code": "BadPage", "message": "The boundary employee changed."}}

ROSA = Person(
    id="117",
    employee_number="1042",
    first_name="Rosa",
    preferred_name=None,
    last_name="Lindqvist",
    display_name="Rosa Lindqvist",
    work_email="rosa.lindqvist@northwind.example",
    job_title="Staff Accountant",
    department="Finance",
    division="North America",
    location="Lindon, Utah",
    supervisor_id="23",
    hired_on=date(2024, 3, 4),
    left_on=None,
    is_active=True,
    employment_status="Full-Time",
)


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, keep_blank_values=True)


def deleted(person_id: str) -> dict[str, object]:
    change = {"id": person_id, "action": "Deleted", "lastChanged": "2026-03-01T09:12:00+00:00"}
    return {"latest": "2026-03-01T09:12:00+00:00", "employees": {person_id: change}}


def test_reads_a_person_by_id_with_the_time_of_the_last_change(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", f"{PEOPLE}/117", body("person"))
    (record,) = read_some_people(client, ["117"])
    assert record.value == ROSA
    assert (record.id, record.title, record.version, record.is_gone) == (
        "117",
        "Rosa Lindqvist",
        "2026-02-27T18:20:05+00:00",
        False,
    )


def test_asks_for_json_and_for_named_fields_and_never_for_the_future(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", f"{PEOPLE}/117", body("person"))
    read_some_people(client, ["117"])
    (request,) = vendor.sent
    assert request.headers["Accept"] == "application/json"
    assert request.headers["Authorization"] == "Bearer access-1"
    assert query(request.url) == {
        "fields": [
            "id,employeeNumber,firstName,preferredName,lastName,displayName,workEmail,jobTitle,"
            "department,division,location,supervisorEId,hireDate,terminationDate,status,"
            "employmentHistoryStatus,lastChanged"
        ]
    }


def test_reads_a_leaver_and_a_supervisor_spelled_otherwise(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{PEOPLE}/96", body("leaver"))
    (record,) = read_some_people(client, ["96"])
    assert record.value.is_active is False
    assert record.value.left_on == date(2026, 2, 13)
    assert record.value.supervisor_id == ""
    assert record.value.employee_number == ""
    assert record.value.work_email is None


def test_tells_what_may_not_be_seen_from_what_is_empty(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{PEOPLE}/118", body("restricted_person"))
    (record,) = read_some_people(client, ["118"])
    assert record.value.work_email is ABSENT
    assert record.value.department is ABSENT
    assert record.value.left_on is ABSENT
    assert record.value.supervisor_id is ABSENT
    assert record.value.hired_on is None
    assert record.title == "Ivo Marsh"
    assert record.version == ""


@pytest.mark.parametrize("empty", ["0000-00-00", "", None])
def test_takes_all_three_empty_dates_for_none(
    vendor: Vendor, client: Client, empty: str | None
) -> None:
    vendor.answers("GET", f"{PEOPLE}/117", {**body("person"), "terminationDate": empty})
    assert read_some_people(client, ["117"])[0].value.left_on is None


def test_says_that_a_deleted_person_is_gone(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{PEOPLE}/96", status=404)
    vendor.answers("GET", CHANGED, body("changes"))
    (record,) = read_some_people(client, ["96"])
    assert (record.id, record.value, record.is_gone) == ("96", None, True)
    assert query(vendor.calls[1]) == {"since": ["2011-06-05T00:00:00Z"], "type": ["deleted"]}


def test_takes_nobody_for_gone_who_was_not_deleted(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{PEOPLE}/117", status=404)
    vendor.answers("GET", CHANGED, body("changes"))
    with pytest.raises(RetryableError, match="117"):
        read_some_people(client, ["117"])


def test_holds_a_person_whom_the_connection_may_not_see(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{PEOPLE}/96", status=403)
    with pytest.raises(RecordError):
        read_some_people(client, ["96"])


@pytest.mark.parametrize(
    "change",
    [
        {"status": "Dormant"},
        {"status": None},
        {"id": "118"},
        {"id": None},
        {"hireDate": "04.03.2024"},
        {"firstName": 7},
        {"firstName": {"value": "Rosa"}},
    ],
)
def test_concludes_nothing_from_what_is_not_documented(
    vendor: Vendor, client: Client, change: dict[str, object]
) -> None:
    vendor.answers("GET", f"{PEOPLE}/117", {**body("person"), **change})
    with pytest.raises(ContractError) as caught:
        read_some_people(client, ["117"])
    shown = f"{caught.value} {caught.value.detail}"
    assert "Rosa" not in shown
    assert "rosa.lindqvist" not in shown


def test_reads_everybody_with_versions_deleted_ones_and_the_mark_on_the_last_page(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("GET", PEOPLE, body("people_page"))
    vendor.answers("GET", PEOPLE, body("people_last_page"))
    first, last = read_people(client, "")
    assert [(record.id, record.version) for record in first.records] == [
        ("117", "2026-03-02T16:04:11+00:00"),
        ("118", "2026-03-02T15:58:40+00:00"),
    ]
    assert (first.hints, first.mark) == ((), "")
    assert [(record.id, record.version) for record in last.records] == [("119", "")]
    assert last.hints == (Hint("96", "2026-03-01T09:12:00+00:00"),)
    assert last.mark == "2026-03-02T16:04:11+00:00"
    changed, page_1, page_2 = vendor.calls
    assert query(changed) == {"since": ["2011-06-05T00:00:00Z"]}
    assert query(page_1) == {
        "fields": [
            "workEmail,departmentName,divisionName,locationName,reportsToId,hireDate,"
            "employmentStatusName"
        ],
        "page[limit]": ["100"],
    }
    assert query(page_2)["page[after]"] == ["118"]


def test_reads_a_person_of_the_list_without_what_the_list_does_not_have(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("GET", PEOPLE, body("people_page"))
    vendor.answers("GET", PEOPLE, body("people_last_page"))
    (rosa, ivo), (noor,) = (page.records for page in read_people(client, ""))
    assert rosa.value == Person(
        id="117",
        employee_number=ABSENT,
        first_name="Rosa",
        preferred_name=None,
        last_name="Lindqvist",
        display_name=ABSENT,
        work_email="rosa.lindqvist@northwind.example",
        job_title="Staff Accountant",
        department="Finance",
        division="North America",
        location="Lindon, Utah",
        supervisor_id="23",
        hired_on=date(2024, 3, 4),
        left_on=ABSENT,
        is_active=True,
        employment_status="Full-Time",
    )
    assert ivo.value.work_email is ABSENT
    assert ivo.value.department is None
    assert ivo.value.is_active is False
    assert noor.value.supervisor_id == "117"
    assert (rosa.title, noor.title) == ("Rosa Lindqvist", "Noor Haddad")


def test_starts_the_scan_anew_once_when_a_boundary_was_lost(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("GET", PEOPLE, body("people_page"))
    vendor.answers("GET", PEOPLE, BAD_PAGE, status=400)
    vendor.answers("GET", PEOPLE, body("people_page"))
    vendor.answers("GET", PEOPLE, body("people_last_page"))
    pages = list(read_people(client, ""))
    assert [[record.id for record in page.records] for page in pages] == [
        ["117", "118"],
        ["117", "118"],
        ["119"],
    ]
    assert [page.mark for page in pages] == ["", "", "2026-03-02T16:04:11+00:00"]


def test_gives_up_for_now_when_the_boundary_is_lost_again(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("GET", PEOPLE, BAD_PAGE, status=400)
    vendor.answers("GET", PEOPLE, BAD_PAGE, status=400)
    with pytest.raises(RetryableError, match="changed twice"):
        list(read_people(client, ""))


def test_does_not_follow_a_cursor_that_leads_back(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("GET", PEOPLE, body("people_page"))
    vendor.answers("GET", PEOPLE, body("people_page"))
    with pytest.raises(ContractError, match="circle"):
        list(read_people(client, ""))


def test_leaves_a_person_with_an_unknown_status_to_the_read_by_id(
    vendor: Vendor, client: Client
) -> None:
    page = body("people_last_page")
    page["data"][0]["status"] = "Dormant"
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("GET", PEOPLE, page)
    (only,) = read_people(client, "")
    assert only.records == ()
    assert only.hints == (Hint("119", ""), Hint("96", "2026-03-01T09:12:00+00:00"))


def test_asks_with_a_mark_only_who_changed_since_a_second_before_it(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", CHANGED, body("changes"))
    (page,) = read_people(client, "2026-03-01T00:00:00+00:00")
    assert page.records == ()
    assert page.hints == (
        Hint("117", "2026-03-02T16:04:11+00:00"),
        Hint("118", "2026-03-02T15:58:40+00:00"),
        Hint("96", "2026-03-01T09:12:00+00:00"),
    )
    assert page.mark == "2026-03-02T16:04:11+00:00"
    assert query(vendor.calls[0]) == {"since": ["2026-02-28T23:59:59Z"]}


@pytest.mark.parametrize("nothing", [{"latest": None, "employees": []}, {"employees": {}}])
def test_keeps_the_mark_when_nothing_changed(
    vendor: Vendor, client: Client, nothing: dict[str, object]
) -> None:
    vendor.answers("GET", CHANGED, nothing)
    (page,) = read_people(client, "2026-03-01T00:00:00Z")
    assert (page.hints, page.mark) == ((), "2026-03-01T00:00:00Z")


@pytest.mark.parametrize(
    "feed",
    [
        {"latest": "yesterday", "employees": {}},
        {"latest": "2026-03-02T16:04:11", "employees": {}},
        {"latest": None, "employees": [{"id": "1"}]},
        {"latest": None, "employees": {"1": {"action": "Merged", "lastChanged": "x"}}},
        {"latest": None, "employees": {"1": {"action": "Updated"}}},
    ],
)
def test_moves_no_mark_by_a_feed_that_is_not_as_documented(
    vendor: Vendor, client: Client, feed: dict[str, object]
) -> None:
    vendor.answers("GET", CHANGED, feed)
    with pytest.raises(ContractError):
        list(read_people(client, "2026-03-01T00:00:00Z"))


def test_reads_everybody_by_one_report_with_an_api_key(vendor: Vendor) -> None:
    strange = {**body("leaver"), "id": "120", "status": "Dormant"}
    report = {"title": "People", "fields": [], "employees": [body("person"), strange]}
    vendor.answers("GET", CHANGED, body("changes"))
    vendor.answers("POST", "/api/v1/reports/custom", report)
    (page,) = read_people(open_client(secrets={"api_key": "a" * 40}), "")
    (record,) = page.records
    assert (record.value, record.version) == (ROSA, "2026-02-27T18:20:05+00:00")
    assert page.hints == (Hint("120", ""), Hint("96", "2026-03-01T09:12:00+00:00"))
    assert page.mark == "2026-03-02T16:04:11+00:00"
    asked = vendor.sent[1]
    assert asked.headers["Authorization"].startswith("Basic ")
    assert asked.headers["Content-Type"] == "application/json"
    assert query(asked.url) == {"format": ["json"]}
    assert "terminationDate" in json.loads(asked.body)["fields"]


def test_reads_more_than_a_hundred_people_by_one_report_with_an_api_key(vendor: Vendor) -> None:
    ids = [str(number) for number in range(1, 102)]
    report = {"employees": [{**body("leaver"), "id": id_} for id_ in ids[:100]]}
    vendor.answers("POST", "/api/v1/reports/custom", report)
    vendor.answers("GET", f"{PEOPLE}/101", status=404)
    vendor.answers("GET", CHANGED, deleted("101"))
    records = read_some_people(open_client(secrets={"api_key": "a" * 40}), ids)
    assert [record.id for record in records] == ids
    assert records[0].value.left_on == date(2026, 2, 13)
    assert records[100].is_gone
    assert json.loads(vendor.sent[0].body)["filters"] == {"employeeIds": list(range(1, 102))}


def test_reads_more_than_a_hundred_people_from_the_list_and_leavers_by_id(
    vendor: Vendor, client: Client
) -> None:
    ids = [str(number) for number in range(1, 102)]
    staying = [{"employeeId": id_, "status": "Active"} for id_ in ids[:99]]
    leaver = {"employeeId": "100", "status": "Inactive"}
    page = {"data": [*staying, leaver], "meta": {"page": {"nextCursor": None}}}
    vendor.answers("GET", PEOPLE, page)
    vendor.answers("GET", PEOPLE, {**page, "data": []})
    vendor.answers("GET", f"{PEOPLE}/100", {**body("leaver"), "id": "100"})
    vendor.answers("GET", f"{PEOPLE}/101", status=404)
    vendor.answers("GET", CHANGED, deleted("101"))
    records = read_some_people(client, ids)
    assert [record.id for record in records] == ids
    assert records[99].value.left_on == date(2026, 2, 13)
    assert records[100].is_gone
    assert query(vendor.calls[0])["filter[ids]"] == [",".join(ids[:100])]
    assert query(vendor.calls[1])["filter[ids]"] == ["101"]
    assert len(vendor.calls) == 5


def test_sorts_roles_by_day_and_row(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", f"{PEOPLE}/117/tables/jobInfo", body("job_info"))
    roles = read_roles(client, "117")
    assert [(role.row_id, role.since_on, role.job_title) for role in roles] == [
        ("310", date(2024, 3, 4), "Junior Accountant"),
        ("355", date(2026, 3, 2), "Accountant"),
        ("1355", date(2026, 3, 2), "Staff Accountant"),
    ]
    assert roles[1].division is ABSENT
    assert roles[1].supervisor is None


def test_holds_the_record_when_the_person_of_a_job_history_is_gone(
    vendor: Vendor, client: Client
) -> None:
    vendor.answers("GET", f"{PEOPLE}/117/tables/jobInfo", status=404)
    with pytest.raises(RecordError):
        read_roles(client, "117")
