"""Gusto §7, cases 1 to 9: consent, rotating tokens, tokens of the app, scopes, disconnecting."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.unit.connectors.sandbox.gusto.caller import (
    CINDER,
    CLIENT_ID,
    CLIENT_SECRET,
    HARBOR,
    REDIRECT_URI,
    Caller,
    assert_grant_refused,
    assert_refused,
)

case = pytest.mark.case
PAY_KEYS = {"rate", "payment_unit", "current_compensation_uuid", "compensations"}


def query_of(answer: requests.Response) -> dict[str, str]:
    location = urlsplit(answer.headers["Location"])
    return {name: values[0] for name, values in parse_qs(location.query).items()}


@case("gusto", "1a")
def test_case_1a_exchanges_a_code_for_a_pair_that_lives_two_hours(stranger: Caller) -> None:
    page = stranger.authorize()
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Authorize</button>" in page.text
    assert "Harbor &amp; Pine Consulting LLC" in page.text
    assert "Cinder Hill Ceramics Inc" in page.text
    agreed = stranger.decide()
    assert agreed.status_code == 302
    assert agreed.headers["Location"].startswith("http://127.0.0.1:9/connect/callback/gusto/?")
    assert query_of(agreed)["state"] == "st-1"
    answer = stranger.exchange(query_of(agreed)["code"])
    assert answer.status_code == 200
    tokens = answer.json()
    assert set(tokens) == {
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "created_at",
        "scope",
    }
    assert (tokens["expires_in"], tokens["token_type"]) == (7200, "Bearer")
    assert (len(tokens["access_token"]), len(tokens["refresh_token"])) == (43, 43)
    assert tokens["scope"].split()[:2] == ["public", "companies:read"]
    assert "events:read" not in tokens["scope"]
    assert answer.headers["X-Request-Id"]
    assert query_of(stranger.decide("deny")) == {"error": "access_denied", "state": "st-1"}
    assert stranger.authorize(client_id="nobody").status_code == 400
    assert_grant_refused(stranger.ask_token(grant_type="password"), 400, "unsupported_grant_type")


def test_consents_by_itself_for_one_company_when_switched(stranger: Caller) -> None:
    stranger.switch("auto_consent", "on")
    for which, company in (("first", HARBOR), ("second", CINDER)):
        stranger.switch("auto_consent_company", which)
        code = query_of(stranger.authorize())["code"]
        other = stranger.with_token(stranger.exchange(code).json()["access_token"])
        assert other.get("token_info").json()["resource"]["uuid"] == company


def test_spells_the_token_type_small_when_switched(stranger: Caller) -> None:
    stranger.switch("token_type", "bearer")
    assert stranger.connect()["token_type"] == "bearer"


def test_takes_forms_as_integrators_send_them(stranger: Caller) -> None:
    fields = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT_URI,
        "code": stranger.code(),
    }
    assert stranger.send("POST", "/oauth/token", data=fields).status_code == 200


@case("gusto", "1b")
def test_case_1b_takes_a_code_once(stranger: Caller) -> None:
    code = stranger.code()
    assert stranger.exchange(code).status_code == 200
    assert_grant_refused(stranger.exchange(code), 400, "invalid_grant")


@case("gusto", "1c")
def test_case_1c_takes_a_code_for_ten_minutes(stranger: Caller) -> None:
    in_time, late = stranger.code(), stranger.code()
    stranger.sandbox.advance(540)
    assert stranger.exchange(in_time).status_code == 200
    stranger.sandbox.advance(70)
    assert_grant_refused(stranger.exchange(late), 400, "invalid_grant")


@case("gusto", "1d")
def test_case_1d_wants_the_registered_redirect_uri_twice(stranger: Caller) -> None:
    off = REDIRECT_URI.rstrip("/")
    assert stranger.authorize(redirect_uri=off).status_code == 400
    code = stranger.code()
    assert_grant_refused(stranger.exchange(code, redirect_uri=off), 400, "invalid_grant")
    assert stranger.exchange(code).status_code == 200
    wrong = stranger.exchange(stranger.code(), client_secret="wrong")
    assert_grant_refused(wrong, 401, "invalid_client")


@case("gusto", "2a")
def test_case_2a_ends_the_old_refresh_token_when_the_new_access_token_is_used(
    stranger: Caller,
) -> None:
    first = stranger.connect()
    second = stranger.refresh(first["refresh_token"]).json()
    assert second["refresh_token"] != first["refresh_token"]
    third = stranger.refresh(first["refresh_token"])
    assert third.status_code == 200
    renewed = stranger.with_token(third.json()["access_token"])
    assert renewed.get("token_info").status_code == 200
    assert_grant_refused(stranger.refresh(first["refresh_token"]), 400, "invalid_grant")
    assert stranger.refresh(third.json()["refresh_token"]).status_code == 200
    assert_grant_refused(stranger.refresh("x" * 43), 400, "invalid_grant")


@case("gusto", "2b")
def test_case_2b_ends_it_at_once_when_switched(stranger: Caller) -> None:
    stranger.switch("refresh_revocation", "at once")
    first = stranger.connect()
    second = stranger.refresh(first["refresh_token"])
    assert second.status_code == 200
    assert_grant_refused(stranger.refresh(first["refresh_token"]), 400, "invalid_grant")
    assert stranger.refresh(second.json()["refresh_token"]).status_code == 200


@case("gusto", "2b")
@case("gusto", "27")
@pytest.mark.parametrize(("revocation", "status"), [("when used", 200), ("at once", 400)])
def test_case_2c_loses_the_answer_of_a_refresh(
    stranger: Caller, revocation: str, status: int
) -> None:
    stranger.switch("refresh_revocation", revocation)
    first = stranger.connect()
    stranger.sandbox.fault(vendor="gusto", path="/oauth/token", action="drop_after")
    with pytest.raises(requests.ConnectionError):
        stranger.refresh(first["refresh_token"])
    assert stranger.refresh(first["refresh_token"]).status_code == status


@case("gusto", "3")
def test_case_3_leaves_one_chain_after_two_refreshes_at_once(stranger: Caller) -> None:
    first = stranger.connect()
    one, other = (stranger.refresh(first["refresh_token"]).json() for _ in range(2))
    assert stranger.with_token(other["access_token"]).get("token_info").status_code == 200
    assert_grant_refused(stranger.refresh(one["refresh_token"]), 400, "invalid_grant")
    # A late use of the loser's access token changes nothing.
    stranger.with_token(one["access_token"]).get("token_info")
    assert stranger.refresh(other["refresh_token"]).status_code == 200


@case("gusto", "4")
def test_case_4_refuses_an_expired_access_token(stranger: Caller) -> None:
    tokens = stranger.connect()
    harbor = stranger.with_token(tokens["access_token"])
    stranger.sandbox.advance(7100)
    assert harbor.own().status_code == 200
    stranger.sandbox.advance(110)
    expired = harbor.own()
    assert_refused(expired, 401, "invalid_token")
    assert expired.headers["WWW-Authenticate"].startswith("Bearer realm=")
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]
    renewed = stranger.refresh(tokens["refresh_token"]).json()["access_token"]
    assert stranger.with_token(renewed).own().status_code == 200


def test_refuses_without_a_token_and_without_a_body_when_switched(stranger: Caller) -> None:
    assert_refused(stranger.own(), 401, "invalid_token")
    stranger.switch("invalid_token_body", "empty")
    empty = stranger.own()
    assert (empty.status_code, empty.content) == (401, b"")
    assert 'error="invalid_token"' in empty.headers["WWW-Authenticate"]


@case("gusto", "5a")
def test_case_5a_keeps_company_data_from_the_app_itself(app: Caller, harbor: Caller) -> None:
    assert harbor.own("/departments").status_code == 200
    assert_refused(app.own("/departments"), 403, "missing_oauth_scopes")
    app.switch("wrong_token_kind", "401")
    assert_refused(app.own("/departments"), 401, "invalid_token")


@case("gusto", "5b")
def test_case_5b_keeps_subscriptions_and_events_from_companies(app: Caller, harbor: Caller) -> None:
    grant = harbor.state()["grants"]["1"]
    every = [*grant["scopes"], "events:read", "webhook_subscriptions:read"]
    harbor.person_does("grants", "1", scopes=every)
    for path in ("webhook_subscriptions", "events", "webhooks/health_check"):
        assert app.get(path).status_code == 200
        assert_refused(harbor.get(path), 403, "missing_oauth_scopes")
    app.switch("wrong_token_kind", "401")
    assert_refused(harbor.get("events"), 401, "invalid_token")


@case("gusto", "6a")
def test_case_6a_says_whose_a_token_is(app: Caller, harbor: Caller) -> None:
    told = harbor.get("token_info")
    assert told.status_code == 200
    assert told.json()["resource"] == {"type": "Company", "uuid": HARBOR}
    assert told.json()["resource_owner"]["type"] == "CompanyAdmin"
    assert "payrolls:read" in told.json()["scope"].split()
    of_app = app.get("token_info").json()
    assert of_app["resource"]["type"] == "Oauth::Application"
    assert of_app["resource_owner"] is None


def test_gives_the_app_a_token_without_a_refresh_token(stranger: Caller) -> None:
    token = stranger.ask_token(grant_type="system_access").json()
    assert token["refresh_token"] is None
    assert token["expires_in"] == 7200
    stranger.switch("system_refresh_token", "absent")
    assert "refresh_token" not in stranger.ask_token(grant_type="system_access").json()


@case("gusto", "6b")
def test_case_6b_hides_another_company(harbor: Caller) -> None:
    cinder = harbor.as_company(CINDER)
    for path in ("", "/employees", "/payrolls"):
        assert cinder.get(f"companies/{CINDER}{path}").status_code == 200
        assert_refused(harbor.get(f"companies/{CINDER}{path}"), 404, "not_found")
    stranger_uuid = next(iter(harbor.company(CINDER)["employees"]))
    assert_refused(harbor.get(f"employees/{stranger_uuid}"), 404, "not_found")
    assert cinder.get(f"employees/{stranger_uuid}").status_code == 200
    harbor.switch("foreign_company", "403")
    assert harbor.get(f"companies/{CINDER}").status_code == 403


def without(stranger: Caller, *scopes: str) -> Caller:
    """A token of an app that has lost scopes at the developer portal."""
    kept = [scope for scope in stranger.state()["apps"][CLIENT_ID]["scopes"] if scope not in scopes]
    stranger.person_does("apps", CLIENT_ID, scopes=kept)
    return stranger.as_company()


@case("gusto", "7a")
def test_case_7a_refuses_what_no_scope_opens(stranger: Caller, harbor: Caller) -> None:
    assert harbor.own("/payrolls").status_code == 200
    limited = without(stranger, "payrolls:read")
    assert_refused(limited.own("/payrolls"), 403, "missing_oauth_scopes")
    assert limited.own("/employees").status_code == 200


def benefit_names(caller: Caller) -> set[str]:
    uuid = caller.payroll("b")["uuid"]
    payroll = caller.read(f"/payrolls/{uuid}", include="benefits", per=100)
    people = payroll["employee_compensations"]
    return {row["name"] for person in people for row in person.get("benefits", [])}


@case("gusto", "7b")
def test_case_7b_shows_no_benefits_without_their_scope(stranger: Caller, harbor: Caller) -> None:
    assert "401(k)" in benefit_names(harbor)
    assert benefit_names(without(stranger, "employee_benefits:read")) == set()


@case("gusto", "7c")
def test_case_7c_shows_no_pay_rates_without_their_scope(stranger: Caller, harbor: Caller) -> None:
    def job_keys(caller: Caller) -> set[str]:
        person: dict[str, Any] = caller.read("/employees", page=1, per=1)[0]
        return set(person["jobs"][0])

    assert job_keys(harbor) >= PAY_KEYS
    limited = job_keys(without(stranger, "compensations:read"))
    assert limited & PAY_KEYS == set()
    assert {"uuid", "title", "hire_date", "primary"} <= limited


@case("gusto", "7d")
def test_case_7d_hides_health_plans_without_a_scope_of_their_own(
    stranger: Caller, harbor: Caller
) -> None:
    assert {"Medical Insurance", "Dental Insurance", "401(k)"} <= benefit_names(harbor)
    limited = benefit_names(without(stranger, "employee_benefits:read:phi"))
    assert limited == {"401(k)", "Group Term Life"}


@case("gusto", "8")
def test_case_8_refuses_a_secret_in_the_address(stranger: Caller) -> None:
    fields = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "authorization_code",
        "redirect_uri": REDIRECT_URI,
        "code": stranger.code(),
    }
    secret = {"client_secret": CLIENT_SECRET}
    wrong = stranger.send("POST", "/oauth/token", params=secret, json=fields)
    assert_grant_refused(wrong, 400, "invalid_request")
    assert stranger.send("POST", "/oauth/token", json=fields).status_code == 200


@case("gusto", "9a")
def test_case_9a_ends_all_tokens_when_the_company_disconnects(stranger: Caller) -> None:
    tokens = stranger.connect()
    harbor = stranger.with_token(tokens["access_token"])
    assert harbor.own().status_code == 200
    stranger.sandbox.control("DELETE", "gusto/grants/1")
    assert_refused(harbor.own(), 401, "invalid_token")
    assert_grant_refused(stranger.refresh(tokens["refresh_token"]), 400, "invalid_grant")


@case("gusto", "9a")
def test_case_9a_ends_them_by_revocation_and_by_the_app_too(stranger: Caller, app: Caller) -> None:
    tokens = stranger.connect()
    credentials = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    body = {**credentials, "token": tokens["access_token"]}
    assert stranger.send("POST", "/oauth/revoke", json=body).status_code == 200
    assert_grant_refused(stranger.refresh(tokens["refresh_token"]), 400, "invalid_grant")
    harbor = stranger.as_company()
    ended = app.send("POST", f"companies/{HARBOR}/disconnect_app_integration")
    assert (ended.status_code, ended.content) == (204, b"")
    assert_refused(harbor.own(), 401, "invalid_token")


@case("gusto", "9b")
def test_case_9b_tells_of_companies_that_come_and_go(stranger: Caller, app: Caller) -> None:
    stranger.connect()
    stranger.sandbox.control("DELETE", "gusto/grants/1")
    events = app.get("events", event_type="company.*", resource_uuid=HARBOR).json()
    told = [(event["event_type"], event["entity_uuid"]) for event in events]
    assert told == [("company.provisioned", HARBOR), ("company.deprovisioned", HARBOR)]


def test_registers_apps_with_https_redirects_only(stranger: Caller) -> None:
    control = f"{stranger.sandbox.url}/_control/gusto/apps/second"
    off = requests.put(control, json={"client_secret": "s", "redirect_uris": ["http://a.example/"]})
    assert off.status_code == 400
    right = {"client_secret": "s", "redirect_uris": ["https://a.example/back/"]}
    stranger.person_does("apps", "second", **right)
    assert stranger.state()["apps"]["second"]["redirect_uris"] == ["https://a.example/back/"]


def test_keeps_demo_apps_and_companies_apart(stranger: Caller, demo: Caller) -> None:
    assert demo.authorize(client_id=CLIENT_ID).status_code == 400
    company = next(iter(demo.state()["companies"]))
    tokens = demo.connect(company)
    assert demo.with_token(tokens["access_token"]).get(f"companies/{company}").status_code == 200
    assert_refused(stranger.with_token(tokens["access_token"]).own(), 401, "invalid_token")
