"""Cases 4 and 5: seats, sessions and their end; the cookie login and its refusals."""

from __future__ import annotations

import http.client
import time
from urllib.parse import urlsplit

import pytest
import requests

from tests.conftest import Sandbox
from tests.unit.connectors.sandbox.acumatica.conftest import EMPLOYEE, Erp, bearer

LIMIT = "The number of concurrent API logins has been reached."


def cookies_of(answer: requests.Response) -> dict[str, str]:
    """The cookies that an answer sets."""
    return dict(answer.cookies.items())


def sessions_of(erp: Erp) -> dict[str, str]:
    """The kinds of the open sessions by id."""
    return {key: row["kind"] for key, row in erp.tenant()["sessions"].items()}


def log_out(erp: Erp, cookies: dict[str, str]) -> requests.Response:
    """Close a cookie session."""
    return erp.send("POST", "/entity/auth/logout", cookies=cookies, headers={"Content-Length": "0"})


def fill_the_seats(erp: Erp) -> None:
    """One licensed session, and it is taken."""
    erp.control("licences", "northwind.acumatica.com", max_api_users=1)
    assert erp.login().status_code == 204


def test_logs_in_with_two_cookies(stranger: Erp) -> None:
    answer = stranger.login()
    assert (answer.status_code, answer.content) == (204, b"")
    cookies = cookies_of(answer)
    assert sorted(cookies) == [".ASPXAUTH", "ASP.NET_SessionId"]
    assert stranger.get(EMPLOYEE, cookies=cookies).status_code == 200
    for name in cookies:
        alone = {name: cookies[name]}
        assert stranger.get(EMPLOYEE, cookies=alone).status_code == 401


def test_logs_in_with_a_form(stranger: Erp) -> None:
    form = {"name": "apiuser", "password": "sandbox-password", "tenant": "Northwind"}
    assert stranger.send("POST", "/entity/auth/login", form=form).status_code == 204


@pytest.mark.case("acumatica", "4a")
def test_case_04_refuses_a_login_beyond_the_seats(stranger: Erp) -> None:
    fill_the_seats(stranger)
    answer = stranger.login()
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "<title>API Login Limit</title>" in answer.text
    assert len(sessions_of(stranger)) == 1


@pytest.mark.case("acumatica", "4a")
def test_case_04_redirects_a_call_beyond_the_seats_to_an_error_page(erp: Erp) -> None:
    fill_the_seats(erp)
    answer = erp.get(EMPLOYEE)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith("/Frames/Error.aspx?")
    assert location.endswith(LIMIT.replace(" ", "%20"))
    assert erp.get(location).status_code == 200


@pytest.mark.case("acumatica", "4a")
@pytest.mark.parametrize(
    ("style", "status", "kind"),
    [
        ("500_html", 500, "text/html; charset=utf-8"),
        ("429_text", 429, "text/plain; charset=utf-8"),
        ("302_error_page", 302, "text/html; charset=utf-8"),
        ("429_json", 429, "application/json; charset=utf-8"),
    ],
)
def test_case_04_shows_a_full_pool_in_every_style(
    erp: Erp, style: str, status: int, kind: str
) -> None:
    fill_the_seats(erp)
    for switch in ("seat_limit_at_login", "seat_limit_at_call"):
        erp.sandbox.switch("acumatica", switch, style)
    for answer in (erp.login(), erp.get(EMPLOYEE)):
        assert (answer.status_code, answer.headers["Content-Type"]) == (status, kind)
        assert "Retry-After" not in answer.headers
    if style == "429_text":
        assert erp.login().text == "The custom error module does not recognize this error."


@pytest.mark.case("acumatica", "4a")
def test_case_04_limits_the_sessions_of_one_user(stranger: Erp) -> None:
    stranger.control("users", "apiuser", max_api_logins=1)
    assert stranger.login().status_code == 204
    assert stranger.login().status_code == 500


@pytest.mark.case("acumatica", "4b")
def test_case_04_opens_a_session_for_each_token_of_scope_api(stranger: Erp) -> None:
    for _ in range(2):
        headers = bearer(stranger.password_token("api").json())
        for _ in range(2):
            assert stranger.get(EMPLOYEE, headers=headers).status_code == 200
    assert sorted(sessions_of(stranger).values()) == ["token", "token"]


@pytest.mark.case("acumatica", "4c")
def test_case_04_keeps_one_session_for_all_tokens_of_a_grant(stranger: Erp) -> None:
    tokens = stranger.password_token("api offline_access").json()
    assert stranger.get(EMPLOYEE, headers=bearer(tokens)).status_code == 200
    first = sessions_of(stranger)
    refreshed = stranger.token(
        grant_type="refresh_token", refresh_token=tokens["refresh_token"]
    ).json()
    assert stranger.get(EMPLOYEE, headers=bearer(refreshed)).status_code == 200
    assert sessions_of(stranger) == first
    assert list(first.values()) == ["grant"]


@pytest.mark.case("acumatica", "4d")
def test_case_04_opens_a_session_for_each_concurrent_call_without_cookie(stranger: Erp) -> None:
    scope = "api offline_access api:concurrent_access"
    headers = bearer(stranger.password_token(scope).json())
    first = stranger.get(EMPLOYEE, headers=headers)
    assert stranger.get(EMPLOYEE, headers=headers).status_code == 200
    assert list(sessions_of(stranger).values()) == ["concurrent", "concurrent"]
    kept = stranger.get(EMPLOYEE, headers=headers, cookies=cookies_of(first))
    assert kept.status_code == 200
    assert len(sessions_of(stranger)) == 2


@pytest.mark.case("acumatica", "4e")
def test_case_04_closes_a_session_after_ten_idle_minutes(stranger: Erp) -> None:
    cookies = cookies_of(stranger.login())
    for _ in range(2):
        stranger.sandbox.advance(590)
        assert stranger.get(EMPLOYEE, cookies=cookies).status_code == 200
    stranger.sandbox.advance(601)
    assert stranger.get(EMPLOYEE, cookies=cookies).status_code == 401


def test_waits_twenty_minutes_where_the_switch_says_so(stranger: Erp) -> None:
    stranger.sandbox.switch("acumatica", "idle_minutes", "20")
    cookies = cookies_of(stranger.login())
    stranger.sandbox.advance(1190)
    assert stranger.get(EMPLOYEE, cookies=cookies).status_code == 200


@pytest.mark.case("acumatica", "4f")
def test_case_04_frees_the_seat_on_logout(stranger: Erp) -> None:
    cookies = cookies_of(stranger.login())
    answer = log_out(stranger, cookies)
    assert (answer.status_code, answer.content) == (204, b"")
    assert sessions_of(stranger) == {}
    assert stranger.get(EMPLOYEE, cookies=cookies).status_code == 401


@pytest.mark.case("acumatica", "4f")
def test_case_04_logs_a_token_out(erp: Erp) -> None:
    assert erp.get(EMPLOYEE).status_code == 200
    assert erp.send("POST", "/entity/auth/logout", {}).status_code == 204
    assert sessions_of(erp) == {}


@pytest.mark.case("acumatica", "4g")
def test_case_04_asks_for_a_length_at_logout(stranger: Erp) -> None:
    def status_without_length() -> int:
        parts = urlsplit(stranger.base)
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        connection.putrequest("POST", f"{parts.path}/entity/auth/logout")
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    assert status_without_length() == 411
    assert stranger.send("POST", "/entity/auth/logout", {}).status_code == 204
    stranger.sandbox.switch("acumatica", "length_required", "no")
    assert status_without_length() == 204


@pytest.mark.slow
@pytest.mark.case("acumatica", "4h")
def test_case_04_never_queues_a_logout(erp: Erp) -> None:
    erp.control(
        "licences", "northwind.acumatica.com", max_concurrent_requests=1, request_seconds=0.6
    )
    begun = time.monotonic()
    assert erp.get(EMPLOYEE).status_code == 200
    between = time.monotonic()
    assert erp.send("POST", "/entity/auth/logout", {}).status_code == 204
    assert between - begun >= 0.6
    assert time.monotonic() - between < 0.5


@pytest.mark.case("acumatica", "5a")
def test_case_05_refuses_a_wrong_password(stranger: Erp) -> None:
    answer = stranger.login(password="guessed")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    body = answer.json()
    assert body["message"] == "An error has occurred."
    assert body["exceptionMessage"] == "Invalid credentials. Please try again."
    assert body["exceptionType"] == "PX.Data.PXException"
    assert stranger.login().status_code == 204


@pytest.mark.case("acumatica", "5a")
def test_case_05_refuses_it_with_401_where_the_switch_says_so(stranger: Erp) -> None:
    stranger.sandbox.switch("acumatica", "login_refusal", "401")
    answer = stranger.login(password="guessed")
    assert answer.status_code == 401
    assert "Invalid credentials" in answer.json()["exceptionMessage"]


@pytest.mark.case("acumatica", "5b")
def test_case_05_refuses_an_unknown_tenant_of_several(stranger: Erp) -> None:
    answer = stranger.login(tenant="Nowhere")
    assert answer.status_code == 500
    assert answer.json()["exceptionType"] == "PX.Data.PXUndefinedCompanyException"
    assert "A proper company ID cannot be determined" in answer.json()["exceptionMessage"]
    assert stranger.login().status_code == 204


def test_takes_any_tenant_where_there_is_one(sandbox: Sandbox) -> None:
    solo = Erp(sandbox, "solo.acumatica.com/erp")
    assert solo.login(tenant="Nowhere").status_code == 204


@pytest.mark.case("acumatica", "5c")
def test_case_05_takes_an_empty_tenant_for_the_default_one(stranger: Erp) -> None:
    answer = stranger.login(tenant="")
    assert answer.status_code == 204
    rows = stranger.get(EMPLOYEE, cookies=cookies_of(answer)).json()
    assert len(rows) == 1
    northwind = stranger.get(EMPLOYEE, cookies=cookies_of(stranger.login())).json()
    assert len(northwind) == 3


@pytest.mark.case("acumatica", "5d")
def test_case_05_knows_company_as_the_older_name_of_tenant(stranger: Erp) -> None:
    answer = stranger.login(tenant="", company="Northwind")
    rows = stranger.get(EMPLOYEE, cookies=cookies_of(answer)).json()
    assert len(rows) == 3


@pytest.mark.case("acumatica", "5e")
def test_case_05_refuses_a_user_who_must_change_the_password(stranger: Erp) -> None:
    stranger.control("users", "apiuser", must_change_password=True)
    answer = stranger.login()
    assert answer.status_code == 500
    assert "must be changed" in answer.json()["exceptionMessage"]
    stranger.control("users", "apiuser", must_change_password=False)
    assert stranger.login().status_code == 204
