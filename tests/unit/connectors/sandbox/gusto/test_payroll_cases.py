"""Gusto §7, cases 12 to 14 and 16 to 18: the list, the pages of a payroll, and what changes."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.gusto.caller import HARBOR, Caller, assert_refused

case = pytest.mark.case
ALL_KINDS = "regular,off_cycle,external"


def large(stranger: Caller, people: int = 160) -> Caller:
    """The first company with a payroll of well over a hundred people."""
    stranger.sandbox.reset(people=people)
    return stranger.as_company()


def headers_of(answer: requests.Response) -> dict[str, str]:
    names = ("X-Page", "X-Per-Page", "X-Total-Count", "X-Total-Pages")
    return {name: answer.headers[name] for name in names if name in answer.headers}


@case("gusto", "12a")
def test_case_12a_shows_25_employees_of_a_payroll_by_default(stranger: Caller) -> None:
    harbor = large(stranger)
    state = harbor.payroll("b")
    count = len(state["employee_compensations"])
    assert 100 < count < 150
    answer = harbor.own(f"/payrolls/{state['uuid']}")
    assert len(answer.json()["employee_compensations"]) == 25
    assert headers_of(answer) == {
        "X-Page": "1",
        "X-Per-Page": "25",
        "X-Total-Count": str(count),
        "X-Total-Pages": str(-(-count // 25)),
    }


@case("gusto", "12b")
def test_case_12b_shows_a_hundred_at_most(stranger: Caller) -> None:
    harbor = large(stranger)
    state = harbor.payroll("b")
    path = f"/payrolls/{state['uuid']}"
    found: list[str] = []
    for number in (1, 2):
        answer = harbor.own(path, page=number, per=100)
        assert headers_of(answer)["X-Total-Pages"] == "2"
        found += [row["employee_uuid"] for row in answer.json()["employee_compensations"]]
    assert found == list(state["employee_compensations"])
    capped = harbor.own(path, per=500)
    assert headers_of(capped)["X-Per-Page"] == "100"
    assert len(capped.json()["employee_compensations"]) == 100
    beyond = harbor.own(path, page=9, per=100)
    assert (beyond.status_code, beyond.json()["employee_compensations"]) == (200, [])


@case("gusto", "12c")
def test_case_12c_shows_the_totals_of_all_on_every_page(stranger: Caller) -> None:
    harbor = large(stranger)
    state = harbor.payroll("b")
    path = f"/payrolls/{state['uuid']}"
    pages = [harbor.read(path, page=n, per=100, include="totals") for n in (1, 2)]
    assert [page["totals"] for page in pages] == [state["totals"]] * 2


def test_sorts_a_payroll_by_name(harbor: Caller) -> None:
    path = f"/payrolls/{harbor.payroll('b')['uuid']}"
    rows = harbor.read(path, per=100, sort_by="last_name:asc,first_name:asc")
    names = [(r["last_name"], r["first_name"]) for r in rows["employee_compensations"]]
    assert names == sorted(names)
    falling = harbor.read(path, per=100, sort_by="first_name:desc")["employee_compensations"]
    firsts = [row["first_name"] for row in falling]
    assert firsts == sorted(firsts, reverse=True)


def fixtures(harbor: Caller, **query: Any) -> set[str]:
    """The letters of the payrolls listed."""
    letters = {uuid: row["fixture"] for uuid, row in harbor.company()["payrolls"].items()}
    return {letters[row["uuid"]] for row in harbor.read("/payrolls", per=100, **query)}


def day(days: int, caller: Caller) -> str:
    today = date.fromisoformat(caller.company()["founded_on"])
    return (today + timedelta(days=days)).isoformat()


@case("gusto", "13a")
def test_case_13a_hides_what_is_not_regular_and_not_processed(harbor: Caller) -> None:
    assert fixtures(harbor) == {"a", "b", "c", "d", "j", "l", "m"}
    everything = fixtures(harbor, payroll_types=ALL_KINDS)
    assert {"e", "f", "g", "i", "k", "n", "dismissed"} <= everything
    assert fixtures(harbor, include_off_cycle="true") == everything - {"i"}
    assert fixtures(harbor, payroll_types="external") == {"i"}
    ahead = {"processing_statuses": "unprocessed", "end_date": day(30, harbor)}
    assert fixtures(harbor, **ahead) == {"next", "later"}
    assert fixtures(harbor, processed="false", end_date=day(30, harbor)) == {"next", "later"}


@case("gusto", "13b")
def test_case_13b_hides_an_off_cycle_payroll_whose_check_date_is_ahead(harbor: Caller) -> None:
    window = {"payroll_types": "regular,off_cycle", "end_date": day(60, harbor)}
    assert "h" not in fixtures(harbor, **window)
    assert "h" in fixtures(harbor, date_filter_by="check_date", **window)
    assert "m" in fixtures(harbor, **window)


@case("gusto", "13c")
def test_case_13c_filters_only_the_processed_by_check_date(harbor: Caller) -> None:
    for statuses in ("unprocessed", "processed,unprocessed"):
        filtered = {"date_filter_by": "check_date", "processing_statuses": statuses}
        wrong = harbor.own("/payrolls", **filtered)
        assert_refused(wrong, 422, "invalid_parameter", "date_filter_by")
    processed = {"date_filter_by": "check_date", "processing_statuses": "processed"}
    assert harbor.own("/payrolls", **processed).status_code == 200


@case("gusto", "13d")
def test_case_13d_spans_a_year_at_most(harbor: Caller) -> None:
    long = {"start_date": day(-380, harbor), "end_date": day(0, harbor)}
    assert_refused(harbor.own("/payrolls", **long), 422, "invalid_parameter", "start_date")
    year = {**long, "start_date": day(-365, harbor)}
    assert harbor.own("/payrolls", **year).status_code == 200
    assert "old" in fixtures(harbor, **year)
    assert "old" not in fixtures(harbor)
    wrong = harbor.own("/payrolls", start_date="yesterday")
    assert_refused(wrong, 422, "invalid_parameter", "start_date")


@case("gusto", "13e")
def test_case_13e_looks_three_months_ahead_at_most(harbor: Caller) -> None:
    far = harbor.own("/payrolls", end_date=day(100, harbor))
    assert_refused(far, 422, "invalid_parameter", "end_date")
    assert harbor.own("/payrolls", end_date=day(85, harbor)).status_code == 200


@case("gusto", "13f")
def test_case_13f_finds_nothing_for_unknown_kinds(harbor: Caller) -> None:
    for typo in ({"payroll_types": "regulars"}, {"processing_statuses": "procesed"}):
        answer = harbor.own("/payrolls", **typo)
        assert (answer.status_code, answer.json()) == (200, [])
    assert harbor.own("/payrolls", payroll_types="regular").json() != []


@case("gusto", "13g")
def test_case_13g_leaves_unknown_includes_out(harbor: Caller) -> None:
    plain = harbor.read("/payrolls")
    assert harbor.read("/payrolls", include="totalz,unheard_of") == plain
    assert "totals" in harbor.read("/payrolls", include="totalz,totals")[0]


@case("gusto", "13h")
def test_case_13h_comes_in_pages_unasked_in_the_newest_version(harbor: Caller) -> None:
    newest = harbor.own("/payrolls")
    assert headers_of(newest)["X-Per-Page"] == "25"
    older = harbor.with_token(harbor.token)
    older.version = "2026-02-01"
    assert headers_of(older.own("/payrolls")) == {}
    assert headers_of(older.own("/payrolls", page=1, per=500))["X-Per-Page"] == "100"
    rising = [row["check_date"] for row in newest.json()]
    assert rising == sorted(rising)
    falling = [row["check_date"] for row in harbor.read("/payrolls", sort_order="desc")]
    assert falling == sorted(falling, reverse=True)


@case("gusto", "14a")
def test_case_14a_shows_totals_in_the_list_only_when_asked(harbor: Caller) -> None:
    assert not any("totals" in row for row in harbor.read("/payrolls"))
    state = harbor.company()["payrolls"]
    for row in harbor.read("/payrolls", include="totals"):
        assert row["totals"] == state[row["uuid"]]["totals"]
        assert row["payroll_uuid"] == row["uuid"]
        assert "employee_compensations" not in row


@case("gusto", "14b")
def test_case_14b_shows_none_of_what_is_only_calculated(harbor: Caller) -> None:
    query = {"processing_statuses": "unprocessed", "include": "totals", "end_date": day(30, harbor)}
    rows = harbor.read("/payrolls", **query)
    assert [row["totals"] for row in rows] == [None, None]
    uuid = harbor.payroll("next")["uuid"]
    single = harbor.read(f"/payrolls/{uuid}")
    assert single["totals"] == harbor.payroll("next")["totals"]
    assert single["processing_request"] == {"status": "calculate_success", "errors": []}
    later = harbor.read(f"/payrolls/{harbor.payroll('later')['uuid']}")
    assert "employee_compensations" not in later


def events(app: Caller, uuid: str) -> list[str]:
    rows = app.get("events", event_type="payroll.*", limit=100).json()
    return [row["event_type"] for row in rows if row["entity_uuid"] == uuid]


@case("gusto", "16a")
def test_case_16a_runs_a_cancelled_payroll_again_under_the_same_id(
    harbor: Caller, app: Caller
) -> None:
    state = harbor.payroll("h")
    uuid = state["uuid"]
    read = f"/payrolls/{uuid}"
    meta = harbor.read(read, include="payroll_status_meta")["payroll_status_meta"]
    assert meta["cancellable"] is True
    harbor.person_does("payrolls", uuid, cancel=True)
    cancelled = harbor.read(read)
    assert (cancelled["processed"], cancelled["processed_date"]) == (False, None)
    harbor.person_does("payrolls", uuid, scale="1.1", process=True)
    again = harbor.read(read)
    assert again["processed"] is True
    assert again["totals"]["gross_pay"] != state["totals"]["gross_pay"]
    told = [event for event in events(app, uuid) if event != "payroll.submitted"]
    assert told == [
        "payroll.processed",
        "payroll.cancelled",
        "payroll.updated",
        "payroll.processed",
    ]


@case("gusto", "16b")
def test_case_16b_is_final_at_the_deadline(harbor: Caller) -> None:
    def cancel(uuid: str) -> requests.Response:
        url = f"{harbor.sandbox.url}/_control/gusto/payrolls/{uuid}"
        return requests.put(url, json={"cancel": True}, timeout=20)

    past = harbor.payroll("b")["uuid"]
    meta = harbor.read(f"/payrolls/{past}", include="payroll_status_meta")
    assert meta["payroll_status_meta"]["cancellable"] is False
    refused = cancel(past)
    assert refused.status_code == 400
    assert "16:00 Pacific" in refused.json()["error"]
    assert harbor.payroll("b")["processed"] is True
    assert cancel(harbor.payroll("h")["uuid"]).status_code == 200


@case("gusto", "17")
def test_case_17_moves_a_check_date_after_processing(harbor: Caller, app: Caller) -> None:
    state = harbor.payroll("h")
    uuid, later = state["uuid"], day(12, harbor)
    harbor.person_does("payrolls", uuid, check_date=later)
    moved = harbor.read(f"/payrolls/{uuid}")
    assert moved["check_date"] == later
    assert moved["processed"] is True
    changed = moved["payment_speed_changed"]
    assert changed["original_check_date"] == state["check_date"]
    assert changed["current_check_date"] == later
    assert set(changed) == {
        "original_check_date",
        "current_check_date",
        "original_debit_date",
        "current_debit_date",
        "reason",
    }
    assert events(app, uuid)[-1] == "payroll.updated"
    assert "payment_speed_changed" not in harbor.read(f"/payrolls/{harbor.payroll('b')['uuid']}")


@case("gusto", "18")
def test_case_18_changes_between_two_pages(stranger: Caller) -> None:
    harbor = large(stranger)
    payroll = harbor.payroll("b")
    path = f"/payrolls/{payroll['uuid']}"
    crew = next(
        uuid
        for uuid in harbor.company()["employees"]
        if uuid not in payroll["employee_compensations"]
    )
    first = harbor.read(path, page=1, per=100, include="totals")
    harbor.person_does("payrolls", payroll["uuid"], add_employee=crew)
    second = harbor.read(path, page=2, per=100, include="totals")
    assert first["totals"] != second["totals"]
    seen = [
        row["employee_uuid"] for page in (first, second) for row in page["employee_compensations"]
    ]
    assert crew not in seen
    assert len(seen) == len(set(seen)) + 1


def test_calculates_what_is_not_calculated_before_it_processes(harbor: Caller) -> None:
    uuid = harbor.payroll("later")["uuid"]
    harbor.person_does("payrolls", uuid, calculate=True)
    drawn = harbor.payroll("later")
    assert (drawn["processed"], len(drawn["employee_compensations"])) == (False, 12)
    harbor.person_does("payrolls", uuid, process=True)
    assert harbor.read(f"/payrolls/{uuid}")["totals"] == drawn["totals"]
    harbor.person_does("payrolls", uuid, fail=True)
    assert harbor.read(f"/payrolls/{uuid}")["processed"] is False


def test_deletes_what_is_not_processed(harbor: Caller, app: Caller) -> None:
    uuid = harbor.payroll("later")["uuid"]
    harbor.sandbox.control("DELETE", f"gusto/payrolls/{uuid}")
    assert_refused(harbor.own(f"/payrolls/{uuid}"), 404, "not_found")
    assert events(app, uuid) == ["payroll.deleted"]
    kept = f"{harbor.sandbox.url}/_control/gusto/payrolls/{harbor.payroll('b')['uuid']}"
    assert requests.delete(kept, timeout=20).status_code == 400


def test_runs_payrolls_that_a_person_asks_for(harbor: Caller, app: Caller) -> None:
    some = list(harbor.company()["employees"])[:2]
    made = harbor.person_does(
        "payrolls",
        "new",
        employees=some,
        earning="Referral Award",
        amount="250.00",
        off_cycle_reason="Bonus",
    )
    shown = harbor.read(f"/payrolls/{made['uuid']}", include="totals,taxes")
    assert shown["totals"]["gross_pay"] == "500.00"
    assert shown["totals"]["additional_earnings"] == "500.00"
    assert [row["employee_uuid"] for row in shown["employee_compensations"]] == some
    named = {"name": "Union dues", "amount": "12.00", "employee_uuid": some[0]}
    harbor.person_does("payrolls", made["uuid"], cancel=True, deduction=named)
    again = harbor.person_does("payrolls", made["uuid"], exclude=some[1], process=True)
    assert again["totals"]["other_deductions"] == "12.00"
    assert again["totals"]["gross_pay"] == "250.00"
    assert events(app, made["uuid"])[:4] == [
        "payroll.created",
        "payroll.calculated",
        "payroll.submitted",
        "payroll.processed",
    ]
    assert harbor.own(f"/payrolls/{made['uuid']}").json()["company_uuid"] == HARBOR
