"""Reading payrolls from Gusto: which there are, and one of them over all its pages."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors import numbers
from connectors.errors import ContractError, RetryableError
from connectors.exchange import Answer
from connectors.redaction import redact
from connectors.shapes import Shape
from connectors.values import ABSENT
from connectors.vendor import Hint, Page
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.operations import LIST_PAYROLLS, READ_PAYROLL
from connectors.vendors.gusto.payroll_answers import amount
from connectors.vendors.gusto.payroll_records import PAYROLL_READS, Earning, Kind, Payroll
from connectors.vendors.gusto.payrolls import (
    list_payrolls,
    read_payroll,
    read_payrolls,
    read_some_payrolls,
)
from integrations.engine.fingerprints import snapshot_digest
from tests.clocks import StoppedClock
from tests.unit.connectors.vendors.gusto.conftest import OWN, Vendor, body, counted, refusal

PAYROLL = "0d6f0a52-1c7e-4b0b-9a55-2f5f3f0f8a01"
ONE = f"{OWN}/payrolls/{PAYROLL}"
LIST = f"{OWN}/payrolls"
WHOLE = "benefits,deductions,taxes,payroll_status_meta,totals,reversals"


def row(**more: Any) -> Any:
    """A row of the list, or the head of a payroll."""
    head = {**body("payroll"), **more}
    del head["employee_compensations"]
    return head


def one_page(**more: Any) -> Any:
    return {**body("payroll"), **more}


def with_people(ids: list[str]) -> Any:
    """A page of the payroll with paychecks of these employees."""
    first = body("payroll")["employee_compensations"][0]
    return one_page(employee_compensations=[{**first, "employee_uuid": one} for one in ids])


def refused(answer: Any) -> Shape:
    return Shape(Answer(200, {}, b"{}", "", "gusto", READ_PAYROLL))


def test_reads_a_payroll_to_the_cent(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", ONE, one_page(), headers=counted(1, 2))
    record = read_payroll(client, PAYROLL)
    payroll: Payroll = record.value
    assert (record.id, record.title) == (PAYROLL, "Payroll paid on 2026-11-13")
    assert (payroll.kind, payroll.is_processed, payroll.is_whole) == (Kind.REGULAR, True, True)
    assert (payroll.check_on, payroll.period_to) == (date(2026, 11, 13), date(2026, 11, 8))
    assert payroll.deadline_at == datetime(2026, 11, 11, tzinfo=UTC)
    assert payroll.totals is not None
    assert payroll.totals.gross_pay == Decimal("6797.15")
    dana, lee = payroll.paychecks
    assert dana.earnings[0] == Earning(
        "Regular Hours", "5e2f0000-0000-4000-8000-000000000001", False, Decimal("3846.15")
    )
    assert lee.earnings[-1] == Earning("Vacation Hours", "", True, Decimal("228.00"))
    assert str(lee.gross_pay) == "2451.00"
    assert dana.reimbursements == (Decimal("86.40"),)
    asked = vendor.query(0)
    assert asked == {
        "include": WHOLE,
        "page": "1",
        "per": "100",
        "sort_by": "last_name:asc,first_name:asc",
    }
    assert vendor.sent[0].headers["X-Gusto-API-Version"] == "2026-06-15"


def test_reads_the_same_from_an_older_version(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", ONE, one_page())
    vendor.answers("GET", ONE, body("payroll_of_2026_02"))
    new, old = read_payroll(client, PAYROLL), read_payroll(client, PAYROLL)
    assert old.value == new.value
    assert (old.version, snapshot_digest(old.value)) == (new.version, snapshot_digest(new.value))


@pytest.mark.parametrize(
    ("value", "text"),
    [("440.0", "440.00"), ("384", "384.00"), ("2.64", "2.64"), (385, "385.00"), ("-0.92", "-0.92")],
)
def test_takes_every_scale(value: object, text: str) -> None:
    assert str(amount(refused(None), value, "an amount")) == text
    assert str(amount(refused(None), Decimal(str(value)), "an amount")) == text


@pytest.mark.parametrize("value", ["", "1,234.00", "0.005", "NaN", "1e3000000", True, [], "٣"])
def test_refuses_what_is_no_amount_to_the_cent(value: object) -> None:
    with pytest.raises(ContractError, match="an amount"):
        amount(refused(None), value, "an amount")


def test_reads_all_pages(vendor: Vendor, client: Client) -> None:
    ids = [f"e{number}" for number in range(130)]
    vendor.answers("GET", ONE, with_people(ids[:100]), headers=counted(2, 130))
    vendor.answers("GET", ONE, with_people(ids[100:]), headers=counted(2, 130))
    record = read_payroll(client, PAYROLL)
    assert [check.employee_id for check in record.value.paychecks] == ids
    assert [vendor.query(place)["page"] for place in (0, 1)] == ["1", "2"]


def test_ends_with_a_short_page_where_nothing_is_counted(vendor: Vendor, client: Client) -> None:
    ids = [f"e{number}" for number in range(130)]
    vendor.answers("GET", ONE, with_people(ids[:100]))
    vendor.answers("GET", ONE, with_people(ids[100:]))
    assert len(read_payroll(client, PAYROLL).value.paychecks) == 130


@pytest.mark.parametrize(
    ("ids", "count", "more"),
    [
        (["e100"], 101, {"check_date": "2026-11-14"}),
        (["e100"], 101, {"calculated_at": "2026-11-10T18:02:12Z"}),
        (["e100"], 101, {"totals": {**body("payroll")["totals"], "gross_pay": "6797.16"}}),
        (["e100"], 102, {}),
        (["e99"], 101, {}),
        ([], 101, {}),
    ],
)
def test_notices_that_it_changed_between_two_pages(
    vendor: Vendor, client: Client, ids: list[str], count: int, more: dict[str, Any]
) -> None:
    first = [f"e{number}" for number in range(100)]
    vendor.answers("GET", ONE, with_people(first), headers=counted(2, 101))
    vendor.answers("GET", ONE, {**with_people(ids), **more}, headers=counted(2, count))
    with pytest.raises(RetryableError, match="changed"):
        read_payroll(client, PAYROLL)


def test_leaves_out_whom_it_does_not_pay(vendor: Vendor, client: Client) -> None:
    page = one_page()
    page["employee_compensations"][1]["excluded"] = True
    vendor.answers("GET", ONE, page, headers=counted(1, 2))
    assert len(read_payroll(client, PAYROLL).value.paychecks) == 1


def test_says_that_a_deleted_one_is_gone(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", ONE, refusal("not_found"), status=404)
    (record,) = read_some_payrolls(client, [PAYROLL])
    assert (record.id, record.is_gone, record.value) == (PAYROLL, True, None)


def test_does_not_take_another_payroll_for_it(vendor: Vendor, client: Client) -> None:
    vendor.answers("GET", ONE, one_page(uuid="another"))
    with pytest.raises(ContractError, match="the id that was asked for"):
        read_payroll(client, PAYROLL)


def test_reads_the_day_of_the_debit_also_where_it_was_moved(vendor: Vendor, client: Client) -> None:
    meta = {"cancellable": True, "expected_debit_time": "2026-11-12T00:00:00Z"}
    moved = {"current_debit_date": "2026-11-12", "reason": "r"}
    vendor.answers("GET", ONE, one_page(payroll_status_meta=meta))
    vendor.answers("GET", ONE, one_page(payroll_status_meta=meta, payment_speed_changed=moved))
    first, second = (read_payroll(client, PAYROLL) for _ in range(2))
    assert (first.value.debit_on, first.value.is_cancellable) == (date(2026, 11, 11), True)
    assert second.value.debit_on == date(2026, 11, 12)
    assert first.version != second.version


def test_reads_a_run_without_a_period(vendor: Vendor, client: Client) -> None:
    page = one_page(
        off_cycle=True,
        off_cycle_reason="Tax reconciliation",
        pay_period={"start_date": None, "end_date": None},
        employee_compensations=[],
        company_taxes=[{"name": "CA SUI", "employer": True, "amount": "-0.92"}],
    )
    vendor.answers("GET", ONE, page, headers=counted(1, 0))
    record = read_payroll(client, PAYROLL)
    assert record.title == "Tax reconciliation paid on 2026-11-13"
    assert (record.value.period_from, record.value.is_cancellable) == (None, ABSENT)
    assert record.value.company_taxes[0].amount == Decimal("-0.92")


def test_keeps_all_of_a_payroll_apart_as_pay_and_benefits_as_health() -> None:
    shown = redact(numbers.parse(json.dumps(one_page()).encode()), PAYROLL_READS)
    text = str(shown.shown)
    assert "2026-11-13" in text
    for private in ("Dana", "Okafor", "CS-204417", "6797.15", "2880.04", "Medical", "Mileage"):
        assert private not in text
    assert "Medical Insurance" in shown.health.values()
    assert "Child support - CS-204417" in shown.pay.values()
    assert "6797.15" in shown.pay.values()


def test_lists_every_kind_by_check_date_also_ahead(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.answers("GET", LIST, [row()], headers=counted(1, 1))
    first, last = date(2026, 1, 1), date(2026, 5, 29)
    ((found,),) = list_payrolls(client, first, last)
    assert (found.payroll.id, found.payroll.is_whole) == (PAYROLL, False)
    assert vendor.query(0) == {
        "processing_statuses": "processed",
        "payroll_types": "regular,off_cycle,external",
        "include": "payroll_status_meta,totals,reversals",
        "start_date": "2026-01-01",
        "end_date": "2026-05-29",
        "sort_order": "asc",
        "page": "1",
        "per": "100",
        "date_filter_by": "check_date",
    }


def test_asks_for_no_window_longer_than_a_year(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    for _ in range(3):
        vendor.answers("GET", LIST, [])
    list(list_payrolls(client, date(2024, 1, 1), date(2026, 3, 1)))
    windows = [(vendor.query(n)["start_date"], vendor.query(n)["end_date"]) for n in range(3)]
    assert windows == [
        ("2024-01-01", "2024-12-30"),
        ("2024-12-31", "2025-12-30"),
        ("2025-12-31", "2026-03-01"),
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 3, 2), date(2026, 3, 1)), (date(2026, 3, 1), date(2026, 6, 1))],
)
def test_asks_for_no_window_that_gusto_refuses(
    client: Client, stopped_clock: StoppedClock, first: date, last: date
) -> None:
    with pytest.raises(ValueError, match="window of payrolls"):
        list(list_payrolls(client, first, last))


def test_gives_a_payroll_the_same_version_in_the_list_and_by_itself(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.answers("GET", LIST, [row()])
    vendor.answers("GET", ONE, one_page())
    ((listed,),) = list_payrolls(client, date(2026, 1, 1), date(2026, 3, 1))
    assert listed.version == read_payroll(client, PAYROLL).version


@pytest.mark.parametrize(
    "change",
    [
        {"check_date": "2026-11-16"},
        {"processed": False},
        {"calculated_at": "2026-11-10T19:00:00Z"},
        {"payroll_status_meta": {"cancellable": False}},
        {"totals": {**body("payroll")["totals"], "tax_debit": "1.00"}},
    ],
)
def test_gives_it_another_version_once_it_stands_otherwise(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock, change: dict[str, Any]
) -> None:
    vendor.answers("GET", LIST, [row(), row(**change)])
    ((before, after),) = list_payrolls(client, date(2026, 1, 1), date(2026, 3, 1))
    assert before.version != after.version


def test_reads_everything_first_and_marks_the_day_and_the_feed(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", [event("ev-1")])
    for _ in range(3):
        vendor.answers("GET", LIST, [row()] if _ == 2 else [])
    vendor.answers("GET", LIST, [row(uuid="open", processed=False, totals=None)])
    pages = list(read_payrolls(client, ""))
    hints = [hint for page in pages for hint in page.hints]
    records = [record for page in pages for record in page.records]
    assert [hint.id for hint in hints] == [PAYROLL]
    assert hints[0].version
    assert [(one.id, one.value.is_processed, one.value.is_whole) for one in records] == [
        ("open", False, False)
    ]
    assert [page.mark for page in pages if page.mark] == ["2026-03-02 ev-1"]
    assert vendor.query(2)["start_date"] == "2024-03-02"
    assert vendor.query(5)["processing_statuses"] == "unprocessed"
    assert "date_filter_by" not in vendor.query(5)


def test_does_not_read_whole_what_is_never_posted(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", [])
    vendor.answers("GET", LIST, [row(external=True)])
    vendor.answers("GET", LIST, [])
    pages = list(read_payrolls(client, "2026-03-01"))
    assert [page.hints for page in pages if page.hints] == []
    (record,) = (record for page in pages for record in page.records)
    assert (record.value.kind, record.title) == (
        Kind.EXTERNAL,
        "External payroll paid on 2026-11-13",
    )


def test_polls_at_one_call_while_nothing_happens(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", [])
    assert list(read_payrolls(client, "2026-03-02 ev-1")) == [Page(mark="2026-03-02 ev-1")]
    assert vendor.calls == ["POST /oauth/token", "GET /v1/events"]


def test_takes_what_the_feed_tells_for_a_reason_to_read(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    told = [event("ev-2", entity_uuid="p1"), event("ev-3", entity_type="Employee")]
    vendor.answers("GET", "/v1/events", told)
    (page,) = read_payrolls(client, "2026-03-02 ev-1")
    assert page == Page(hints=(Hint("p1"),), mark="2026-03-02 ev-3")


def test_looks_at_the_lists_once_a_day_and_where_the_feed_is_lost(
    vendor: Vendor, client: Client, stopped_clock: StoppedClock
) -> None:
    vendor.lets_the_app_in()
    vendor.answers("GET", "/v1/events", refusal("invalid", "starting_after_uuid"), status=422)
    vendor.answers("GET", "/v1/events", [event("ev-9")])
    vendor.answers("GET", LIST, [])
    vendor.answers("GET", LIST, [])
    pages = list(read_payrolls(client, "2026-03-02 lost"))
    assert pages[-1].mark == "2026-03-02 ev-9"
    assert vendor.query(3)["start_date"] == "2026-01-16"


def event(event_id: str, **more: Any) -> Any:
    """An event of a day ago, of a payroll."""
    at = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp())
    return {**deepcopy(body("event")), "uuid": event_id, "timestamp": at, **more}


def test_reads_the_list_and_one_payroll_by_the_same_privacy() -> None:
    assert LIST_PAYROLLS.reads == READ_PAYROLL.reads
