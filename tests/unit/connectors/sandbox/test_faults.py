"""Planted faults: which requests they strike, and what caller and vendor then see."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import Account

NEW = {"firstName": "Ada", "lastName": "Hopperton"}


@pytest.fixture
def admin(sandbox: Any) -> Any:
    """A caller who may read and write."""
    account = Account(sandbox)
    with account.session:
        yield account.as_user()


def count(admin: Account) -> int:
    return len(admin.state()["employees"])


def last_row(admin: Account) -> Any:
    return admin.sandbox.requests("bamboohr")[-1]


def in_background(call: Callable[[], object]) -> threading.Thread:
    """Run a call that will not end by itself; whatever it ends with is of no interest."""

    def run() -> None:
        try:
            call()
        except requests.RequestException:
            return

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def wait_until(is_so: Callable[[], bool]) -> None:
    """Ask another process again and again; fails after ten seconds."""
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline, "waited in vain"


def test_strikes_the_requests_it_is_meant_for_and_no_other(admin: Account) -> None:
    admin.sandbox.fault(
        vendor="bamboohr", method="GET", path="^/api/v1/employees/1", skip=1, times=2,
        action="status", status=500,
    )  # fmt: skip
    statuses = [admin.get("employees/117").status_code for _ in range(5)]
    assert statuses == [200, 500, 500, 200, 200]
    admin.sandbox.fault(vendor="bamboohr", method="POST", path="", action="status", status=500)
    admin.sandbox.fault(vendor="acumatica", path="", action="status", status=500)
    admin.sandbox.fault(host="^southwind", path="", action="status", status=500)
    assert admin.get("employees/117").status_code == 200
    assert admin.post("employees", json=NEW).status_code == 500
    planted = admin.sandbox.control("GET", "faults")
    assert [(row["struck"], row["times"]) for row in planted] == [(2, 0), (1, 0), (0, 1), (0, 1)]
    admin.sandbox.fault(path="", times=None, action="status", status=503)
    assert {admin.get("employees/117").status_code for _ in range(4)} == {503}
    admin.sandbox.control("DELETE", "faults")
    assert admin.get("employees/117").status_code == 200


def test_answers_a_status_with_body_and_headers(admin: Account) -> None:
    admin.sandbox.fault(
        action="status", status=503, body={"error": "later"}, headers={"Retry-After": "7"}
    )
    answer = admin.post("employees", json=NEW)
    assert answer.status_code == 503
    assert answer.json() == {"error": "later"}
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Retry-After"] == "7"
    assert count(admin) == 120
    admin.sandbox.fault(action={"status": 504, "applied": True, "body_base64": "AP8="})
    answer = admin.post("employees", json=NEW)
    assert answer.status_code == 504
    assert answer.content == b"\x00\xff"
    assert count(admin) == 121


def test_drops_before_and_after_the_work(admin: Account) -> None:
    admin.sandbox.fault(action="drop_before")
    with pytest.raises(requests.ConnectionError):
        admin.post("employees", json=NEW)
    assert count(admin) == 120
    assert last_row(admin)["status"] is None
    assert last_row(admin)["applied"] is False
    admin.sandbox.fault(action="drop_after")
    with pytest.raises(requests.ConnectionError):
        admin.post("employees", json=NEW)
    assert count(admin) == 121
    assert last_row(admin)["status"] is None
    assert last_row(admin)["applied"] is True
    assert admin.post("employees", json=NEW).status_code == 201


def test_works_late_what_the_caller_has_given_up(admin: Account) -> None:
    admin.sandbox.fault(action="apply_late_ms", apply_late_ms=300_000, hang_ms=20)
    with pytest.raises(requests.ConnectionError):
        admin.post("employees", json=NEW)
    assert count(admin) == 120
    admin.sandbox.advance(299)
    assert count(admin) == 120
    admin.sandbox.advance(2)
    assert count(admin) == 121


def test_leaves_the_caller_of_late_work_waiting_until_he_gives_up(admin: Account) -> None:
    admin.sandbox.fault(action={"apply_late_ms": 60_000})
    with pytest.raises(requests.ReadTimeout):
        admin.session.post(
            f"{admin.api}/employees", json=NEW, headers=admin.authorization, timeout=0.1
        )
    wait_until(lambda: not last_row(admin)["in_flight"])
    assert last_row(admin)["status"] is None
    admin.sandbox.advance(60)
    assert count(admin) == 121


def test_works_late_in_real_time_too(admin: Account) -> None:
    admin.sandbox.fault(action={"apply_late_ms": 30, "hang_ms": 1})
    with pytest.raises(requests.ConnectionError):
        admin.post("employees", json=NEW)
    wait_until(lambda: count(admin) == 121)


def test_delays_before_it_works(admin: Account) -> None:
    admin.sandbox.fault(action="delay_ms", ms=120)
    answer = admin.get("employees/117")
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.12


def test_answers_garbage_after_the_work(admin: Account) -> None:
    admin.sandbox.fault(action="garbage")
    answer = admin.post("employees", json=NEW)
    assert answer.status_code == 201
    assert answer.content.startswith(b"\x1f\x8b")
    assert count(admin) == 121


def test_truncates_the_answer(admin: Account) -> None:
    whole = admin.get("employees/117?fields=firstName,lastName,department").content
    admin.sandbox.fault(action="truncate")
    with pytest.raises(requests.exceptions.ChunkedEncodingError) as caught:
        admin.get("employees/117?fields=firstName,lastName,department")
    assert f"{len(whole) // 2} bytes read" in str(caught.value)


def test_marks_what_is_written_under_a_search_lag(admin: Account) -> None:
    admin.sandbox.fault(action="search_lag_ms", search_lag_ms=60_000)
    made = admin.post("employees", json=NEW)
    assert made.status_code == 201
    new = made.headers["Location"].rsplit("/", 1)[1]
    path = "employees/changed?since=2020-01-01T00:00:00Z"
    assert admin.get(f"employees/{new}").status_code == 200
    assert new not in admin.get(path).json()["employees"]
    assert new not in str(
        admin.as_app("employee").get("employees?filter[lastName]=Hopperton").json()
    )
    admin.sandbox.advance(61)
    assert new in admin.get(path).json()["employees"]


def test_holds_a_request_as_received(admin: Account) -> None:
    admin.sandbox.fault(vendor="bamboohr", method="POST", action="hold", at="received")
    thread = in_background(lambda: admin.post("employees", json=NEW))
    wait_until(lambda: bool(admin.sandbox.control("GET", "held")))
    (held,) = admin.sandbox.control("GET", "held")
    assert (held["held"], held["in_flight"], held["applied"]) == ("received", True, False)
    assert count(admin) == 120
    released = admin.sandbox.control("POST", "release", {"apply": "now"})
    assert released == {"released": [held["n"]]}
    thread.join()
    assert count(admin) == 121
    assert admin.sandbox.control("GET", "held") == []
    assert admin.sandbox.requests()[held["n"] - 1]["status"] == 201


def test_never_works_a_held_request_that_is_released_so(admin: Account) -> None:
    admin.sandbox.fault(action={"hold": "received"})
    thread = in_background(lambda: admin.post("employees", json=NEW))
    wait_until(lambda: bool(admin.sandbox.control("GET", "held")))
    admin.sandbox.control("POST", "release", {"apply": "never", "vendor": "bamboohr"})
    thread.join()
    assert count(admin) == 120
    assert last_row(admin)["status"] is None


def test_works_a_held_request_later_when_nobody_waits_any_more(admin: Account) -> None:
    admin.sandbox.fault(action={"hold": "received"})
    thread = in_background(lambda: admin.post("employees", json=NEW))
    wait_until(lambda: bool(admin.sandbox.control("GET", "held")))
    (held,) = admin.sandbox.control("GET", "held")
    admin.sandbox.control("POST", "release", {"apply": "later", "n": held["n"]})
    thread.join()
    assert count(admin) == 120
    assert admin.sandbox.control("GET", "held")[0]["put_off"] is True
    admin.sandbox.control("POST", "release", {"apply": "now", "n": held["n"]})
    assert count(admin) == 121
    assert admin.sandbox.control("GET", "held") == []


def test_holds_an_answer_once_the_work_is_done(admin: Account) -> None:
    admin.sandbox.fault(times=2, action={"hold": "applied"})
    first = in_background(lambda: admin.post("employees", json=NEW))
    wait_until(lambda: bool(admin.sandbox.control("GET", "held")))
    assert count(admin) == 121
    (held,) = admin.sandbox.control("GET", "held")
    assert (held["held"], held["applied"]) == ("applied", True)
    admin.sandbox.control("POST", "release", {"apply": "never"})
    first.join()
    assert last_row(admin)["status"] is None
    second = in_background(lambda: admin.post("employees", json=NEW))
    wait_until(lambda: bool(admin.sandbox.control("GET", "held")))
    admin.sandbox.control("POST", "release", {"apply": "now"})
    second.join()
    assert last_row(admin)["status"] == 201
    assert count(admin) == 122


def test_lets_held_requests_go_with_nothing_done_at_a_reset(admin: Account) -> None:
    admin.sandbox.fault(action={"hold": "received"})
    thread = in_background(lambda: admin.post("employees", json=NEW))
    wait_until(lambda: bool(admin.sandbox.control("GET", "held")))
    admin.sandbox.reset()
    thread.join()
    assert count(admin) == 120
    assert admin.sandbox.control("GET", "faults") == []
