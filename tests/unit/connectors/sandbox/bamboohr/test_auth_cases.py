"""BambooHR §7, cases 1 to 10: consent, tokens, keys, scopes."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.unit.connectors.sandbox.bamboohr.account import (
    CLIENT_ID,
    FORM,
    MANAGER,
    OUTSIDER,
    REASON,
    REDIRECT_URI,
    Account,
)

case = pytest.mark.case
SEVEN_KEYS = [
    "access_token",
    "expires_in",
    "token_type",
    "scope",
    "refresh_token",
    "id_token",
    "companyDomain",
]


def query_of(answer: requests.Response) -> dict[str, str]:
    location = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def assert_refused(answer: requests.Response, status: int, error: str) -> None:
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"] == error


@case("bamboohr", "1a")
def test_case_1a_answers_a_code_with_all_seven_keys(account: Account) -> None:
    page = account.authorize()
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert "Connect</button>" in page.text
    assert "Deny</button>" in page.text

    agreed = account.decide()
    assert agreed.status_code == 302
    assert agreed.headers["Location"].startswith("http://127.0.0.1:9/connect/callback/bamboohr/?")
    assert query_of(agreed)["state"] == "st-1"

    answer = account.exchange(query_of(agreed)["code"])
    assert answer.status_code == 200
    tokens = answer.json()
    assert list(tokens) == SEVEN_KEYS
    assert tokens["expires_in"] == 3600
    assert tokens["token_type"] == "Bearer"
    assert tokens["companyDomain"] == "northwind"
    assert tokens["scope"].split()[:3] == ["openid", "email", "offline_access"]
    assert len(tokens["id_token"].split(".")) == 3

    denied = account.decide("deny")
    assert query_of(denied) == {"error": "access_denied", "state": "st-1"}
    assert query_of(account.decide(scope="employee unheard_of"))["error"] == "invalid_scope"
    assert account.authorize(scope="openid+email").status_code == 400
    assert account.authorize(client_id="nobody").status_code == 400


def test_consents_by_itself_only_when_switched(account: Account) -> None:
    assert account.authorize().status_code == 200
    account.sandbox.switch("bamboohr", "auto_consent", "on")
    answer = account.authorize()
    assert answer.status_code == 302
    assert account.exchange(query_of(answer)["code"]).status_code == 200


def test_gives_the_right_to_all_employees_to_administrators_only(account: Account) -> None:
    scope = "employee public.integration"
    assert query_of(account.decide(user=MANAGER, scope=scope))["error"] == "access_denied"
    assert "code" in query_of(account.decide(user=OUTSIDER, scope=scope))


@case("bamboohr", "1b")
def test_case_1b_gives_no_refresh_token_without_offline_access(account: Account) -> None:
    with_it = account.connect("openid offline_access employee")
    assert len(with_it["refresh_token"]) == 40
    without = account.connect("openid employee")
    assert "refresh_token" not in without
    assert without["access_token"]


@case("bamboohr", "2a")
def test_case_2a_refuses_a_redirect_uri_off_by_a_slash(account: Account) -> None:
    off = account.authorize(redirect_uri=REDIRECT_URI.rstrip("/"))
    assert off.status_code == 400
    assert "Location" not in off.headers
    assert account.authorize(redirect_uri=REDIRECT_URI).status_code == 200


@case("bamboohr", "2b")
def test_case_2b_refuses_another_redirect_uri_with_the_code(account: Account) -> None:
    code = account.code()
    off = account.exchange(code, redirect_uri=REDIRECT_URI.rstrip("/"))
    assert_refused(off, 400, "invalid_grant")
    assert account.exchange(code).status_code == 200


@case("bamboohr", "3a")
def test_case_3a_takes_a_code_once(account: Account) -> None:
    code = account.code()
    assert account.exchange(code).status_code == 200
    assert_refused(account.exchange(code), 400, "invalid_grant")


@case("bamboohr", "3b")
def test_case_3b_takes_a_code_for_a_short_while(account: Account) -> None:
    in_time, late = account.code(), account.code()
    account.sandbox.advance(60)
    assert account.exchange(in_time).status_code == 200
    account.sandbox.advance(120)
    assert_refused(account.exchange(late), 400, "invalid_grant")


@case("bamboohr", "4")
def test_case_4_wants_request_token_in_query_or_body(account: Account) -> None:
    def exchange(*, json: bool = False, query: str, **fields: str) -> requests.Response:
        asked = {"grant_type": "authorization_code", "redirect_uri": REDIRECT_URI}
        sent = {**asked, "code": account.code(), **fields}
        return account.token(sent, json=json, query=query)

    right = exchange(query="?request=token")
    assert right.request.headers["Content-Type"] == FORM
    assert right.status_code == 200
    assert exchange(json=True, query="?request=token").status_code == 200
    assert exchange(query="", request="token").status_code == 200
    assert exchange(json=True, query="", request="token").status_code == 200
    assert_refused(exchange(query=""), 400, "invalid_request")
    wrong = exchange(query="?request=token", client_secret="wrong")
    assert_refused(wrong, 401, "invalid_client")


@case("bamboohr", "5a")
def test_case_5a_takes_a_rotated_refresh_token_once(account: Account) -> None:
    first = account.connect()["refresh_token"]
    renewed = account.refresh(first)
    assert renewed.status_code == 200
    assert renewed.json()["refresh_token"] != first
    # The loser of two parallel refreshes is the one that comes second.
    assert_refused(account.refresh(first), 400, "invalid_grant")
    assert account.refresh(renewed.json()["refresh_token"]).status_code == 200
    assert_refused(account.refresh("0" * 40), 400, "invalid_grant")


@case("bamboohr", "5b")
def test_case_5b_repeats_or_omits_the_refresh_token_when_switched(account: Account) -> None:
    token = account.connect()["refresh_token"]
    account.sandbox.switch("bamboohr", "refresh", "same")
    assert account.refresh(token).json()["refresh_token"] == token
    account.sandbox.switch("bamboohr", "refresh", "omitted")
    assert "refresh_token" not in account.refresh(token).json()
    assert account.refresh(token).status_code == 200
    account.sandbox.switch("bamboohr", "refresh", "rotating")
    assert account.refresh(token).json()["refresh_token"] != token


@case("bamboohr", "6")
def test_case_6_refuses_an_expired_access_token(account: Account) -> None:
    app = account.as_app()
    account.sandbox.advance(3599)
    assert app.get("employees/0").status_code == 200
    account.sandbox.advance(2)
    answer = app.get("employees/0")
    assert answer.status_code == 401
    assert answer.content == b""
    assert answer.headers[REASON] == "Access token expired"
    account.sandbox.switch("bamboohr", "token_refusal", "json")
    answer = app.get("employees/0")
    assert answer.status_code == 401
    assert answer.json() == {"error": "Access token expired"}


@case("bamboohr", "7a")
def test_case_7a_refuses_a_token_at_another_company(account: Account) -> None:
    token = account.connect()["access_token"]
    elsewhere = Account(account.sandbox, "southwind").as_token(token)
    assert account.as_token(token).get("employees/0").status_code == 200
    with elsewhere.session:
        assert elsewhere.get("employees/0").status_code == 401
        account.sandbox.switch("bamboohr", "foreign_token", "403")
        answer = elsewhere.get("employees/0")
    assert answer.status_code == 403
    assert answer.content == b""


@case("bamboohr", "7b")
def test_case_7b_can_name_another_company_than_was_asked(account: Account) -> None:
    assert account.connect()["companyDomain"] == "northwind"
    account.sandbox.switch("bamboohr", "company_domain", "other")
    assert account.connect()["companyDomain"] == "southwind"


@case("bamboohr", "8a")
def test_case_8a_refuses_a_call_whose_scope_is_missing(account: Account) -> None:
    narrow = account.as_app("employee")
    assert narrow.get("employees/101?fields=firstName").status_code == 200
    assert narrow.get("meta/fields").status_code == 200
    for path in ("meta/lists", "meta/users", "company_information", "employees/directory"):
        answer = narrow.get(path)
        assert answer.status_code == 403, path
        assert answer.content == b""
        assert answer.headers[REASON]
    wide = account.as_app("employee field user company:info employee_directory")
    for path in ("meta/lists", "meta/users", "company_information", "employees/directory"):
        assert wide.get(path).status_code == 200, path


@case("bamboohr", "8b")
def test_case_8b_opens_changed_only_to_public_scopes(account: Account) -> None:
    path = "employees/changed?since=2026-01-01T00:00:00Z"
    assert account.as_app("employee").get(path).status_code == 403
    assert account.as_app("public.user").get(path).status_code == 200
    assert account.as_app("public.integration").get(path).status_code == 200
    assert account.as_user().get(path).status_code == 200
    account.sandbox.switch("bamboohr", "changed_scopes", "employee will do")
    assert account.as_app("employee").get(path).status_code == 200


def test_grants_one_scope_fewer_when_switched(account: Account) -> None:
    account.sandbox.switch("bamboohr", "granted_scopes", "one fewer")
    assert account.connect("employee field webhooks")["scope"] == "employee field"


@case("bamboohr", "9a")
def test_case_9a_takes_a_key_with_any_password_and_refuses_a_wrong_one(account: Account) -> None:
    for password in ("x", "", "whatever"):
        right = account.get("employees/0", auth=(account.key(), password))
        assert right.status_code == 200
    wrong = account.get("employees/0", auth=("f" * 40, "x"))
    assert wrong.status_code == 401
    assert wrong.content == b""
    assert wrong.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert wrong.headers["WWW-Authenticate"] == 'Basic realm="https://api.bamboohr.com/northwind"'
    assert wrong.headers[REASON] == "API key not provided or invalid"
    assert wrong.headers["Cache-Control"] == "no-cache, private"


@case("bamboohr", "9b")
def test_case_9b_locks_everybody_out_after_many_wrong_keys(account: Account) -> None:
    right = account.as_user()
    for _ in range(10):
        assert right.get("employees/0").status_code == 200
        account.get("employees/0", auth=("f" * 40, "x"))
    assert right.get("employees/0").status_code == 403
    account.sandbox.advance(601)
    assert right.get("employees/0").status_code == 200


@case("bamboohr", "10")
def test_case_10_can_be_away_or_answer_200_with_an_error(account: Account) -> None:
    code = account.code()
    account.sandbox.switch("bamboohr", "token_endpoint", "503")
    away = account.exchange(code)
    assert away.status_code == 503
    assert away.headers["Content-Type"] == "text/html; charset=UTF-8"
    account.sandbox.switch("bamboohr", "token_endpoint", "200 with error")
    odd = account.exchange(code)
    assert odd.status_code == 200
    assert odd.json()["error"] == "server_error"
    assert "access_token" not in odd.json()
    account.sandbox.switch("bamboohr", "token_endpoint", "200 with a page")
    page = account.exchange(code)
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=UTF-8"
    account.sandbox.switch("bamboohr", "token_endpoint", "normal")
    assert account.exchange(code).status_code == 200


def test_registers_apps_with_https_redirects_only(account: Account) -> None:
    control = f"{account.sandbox.url}/_control/bamboohr/apps/second"
    off = requests.put(control, json={"client_secret": "s", "redirect_uris": ["http://a.example/"]})
    assert off.status_code == 400
    right = {"client_secret": "s", "redirect_uris": ["https://a.example/back/"]}
    account.sandbox.control("PUT", "bamboohr/apps/second", right)
    apps = account.sandbox.state("bamboohr")["apps"]
    assert sorted(apps) == [CLIENT_ID, "second"]
    assert apps["second"]["redirect_uris"] == ["https://a.example/back/"]
