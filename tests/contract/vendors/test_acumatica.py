"""Acumatica's client against the stand-in: letting in, seats, rights, patience, and lists."""

from __future__ import annotations

import traceback
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.auth import authorize_url, exchange_code
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    Effect,
    RateLimitError,
    RecordError,
    RetryableError,
)
from connectors.vendor import Identity, OAuthApp, TermValue
from connectors.vendors.acumatica import VENDOR
from connectors.vendors.acumatica.client import Client
from connectors.vendors.acumatica.departments import (
    create_department,
    list_departments,
    read_branches,
    read_departments,
    read_employee_classes,
    read_positions,
)
from connectors.vendors.acumatica.employees import (
    EmployeeDraft,
    create_employee,
    end_employee,
    get_employee,
)
from connectors.vendors.acumatica.records import Term
from tests.contract.vendors.conftest import ACUMATICA, Desk, Open, callback
from tests.grants import MemoryGrant

USER = {"username": "apiuser", "tenant": "Northwind"}
PASSWORD = "sandbox-password"
EMPLOYEE = "/entity/Default/24.200.001/Employee"
DRAFT = EmployeeDraft(
    "BHR-northwind-1",
    last_name="Haddad",
    department="FINANCE",
    employee_class="EMPSALARY",
    branch="HEADOFFICE",
    status="Active",
)


def put(desk: Desk, kind: str, key: str, body: Any) -> None:
    desk.sandbox.control("PUT", f"acumatica/{kind}/{key}", body)


def grant_of(client: Client) -> MemoryGrant:
    assert isinstance(client.account.grant, MemoryGrant)
    return client.account.grant


def employees(desk: Desk) -> Any:
    instance = desk.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]
    return instance["tenants"]["Northwind"]["employees"]


def test_connects_by_consent_and_knows_the_tenant(open_acumatica: Open) -> None:
    assert VENDOR.identify(open_acumatica()) == Identity(
        "northwind.acumatica.com/Northwind",
        "Northwind at northwind.acumatica.com",
        "northwind.acumatica.com/Northwind",
    )


def test_connects_an_instance_that_lives_under_a_path(desk: Desk) -> None:
    config = {**ACUMATICA, "instance_url": "https://solo.acumatica.com/erp", "extension": ""}
    apps = desk.sandbox.state("acumatica")["instances"]["solo.acumatica.com"]["tenants"]["Solo"]
    (row,) = apps["apps"].values()
    app = OAuthApp(row["client_id"], row["client_secret"])
    client = VENDOR.open(desk.door(), desk.account(VENDOR, config, app=app))
    assert VENDOR.identify(client).account_id == "solo.acumatica.com/erp/Solo"
    assert len(read_branches(client)) == 3
    client.close()


def test_asks_for_the_whole_client_id_a_proof_and_named_scopes(
    acumatica_app: OAuthApp,
) -> None:
    url = authorize_url(VENDOR, ACUMATICA, acumatica_app, callback(VENDOR), "state", "v" * 43)
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://northwind.acumatica.com/identity/connect/authorize?")
    assert query["client_id"] == [acumatica_app.client_id]
    assert query["scope"] == ["api offline_access openid profile"]
    assert query["code_challenge_method"] == ["S256"]
    assert acumatica_app.client_secret not in url


def test_takes_a_code_once(desk: Desk, acumatica_app: OAuthApp) -> None:
    code = desk.code(VENDOR, ACUMATICA, acumatica_app)
    use = (desk.door(), VENDOR, ACUMATICA, acumatica_app, callback(VENDOR), code, "v" * 64)
    assert exchange_code(*use).refresh_token
    with pytest.raises(CredentialError):
        exchange_code(*use)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"version": "26.999.001"}, r"Default in 20\.200\.001, .* and 25\.200\.001, not in 26"),
        ({"version": "9.1"}, r"24\.200\.001"),
        ({"endpoint": "Nothing"}, r"offers no endpoint Nothing; it has Default.* and MLConnector"),
        ({"extension": "MLConnector/1.0"}, r"MLConnector in 24\.200\.001, not in 1\.0"),
    ],
)
def test_says_which_endpoints_there_are_instead(
    open_acumatica: Open, config: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        VENDOR.identify(open_acumatica(**config))


@pytest.mark.parametrize("form", ["wrapped", "bare"])
def test_reads_both_forms_of_the_list_of_endpoints(
    desk: Desk, open_acumatica: Open, form: str
) -> None:
    desk.sandbox.switch("acumatica", "entity_list", form)
    offered = open_acumatica().read_endpoints()
    assert {row.name for row in offered} >= {"Default", "MLConnector"}


def test_renews_ahead_of_the_end_with_the_rotated_token(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica()
    first = grant_of(client).tokens()
    assert get_employee(client, "EP00000001") is not None
    desk.advance(1900)
    assert get_employee(client, "EP00000001") is not None
    second = grant_of(client).tokens()
    assert grant_of(client).renewals == 1
    assert second.refresh_token not in ("", first.refresh_token)
    desk.advance(1900)
    assert get_employee(client, "EP00000001") is not None
    assert grant_of(client).renewals == 2


def test_asks_for_a_new_consent_when_the_refresh_token_is_dead(
    desk: Desk, open_acumatica: Open
) -> None:
    client = open_acumatica()
    desk.advance(31 * 24 * 3600)
    with pytest.raises(CredentialError):
        get_employee(client, "EP00000001")


def test_renews_once_after_a_refused_token_and_repeats_a_write(
    desk: Desk, open_acumatica: Open
) -> None:
    client = open_acumatica()
    desk.sandbox.fault(
        vendor="acumatica", method="PUT", path=EMPLOYEE, times=1, action={"status": 401}
    )
    created = create_employee(client, DRAFT)
    assert grant_of(client).renewals == 1
    assert [key for key in employees(desk) if key == created.employee_id] == [created.employee_id]


def test_logs_in_as_a_user_and_again_after_ten_idle_minutes(
    desk: Desk, open_acumatica: Open
) -> None:
    client = open_acumatica(PASSWORD, **USER)
    assert VENDOR.identify(client).account_id == "northwind.acumatica.com/Northwind"
    assert client.read_user() == "apiuser"
    desk.advance(601)
    assert get_employee(client, "EP00000001") is not None
    assert grant_of(client).renewals == 2
    logins = [call for call in desk.calls("acumatica") if call.endswith("/entity/auth/login")]
    assert len(logins) == 2


def test_shares_one_session_between_workers(desk: Desk, open_acumatica: Open) -> None:
    first = open_acumatica(PASSWORD, **USER)
    second = VENDOR.open(desk.door(), first.account)
    for client in (first, second):
        assert get_employee(client, "EP00000001") is not None
    second.close()
    tenant = desk.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]["tenants"]
    assert len(tenant["Northwind"]["sessions"]) == 1


def test_gives_the_seat_back(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica(PASSWORD, **USER)
    get_employee(client, "EP00000001")
    client.log_out()
    tenant = desk.sandbox.state("acumatica")["instances"]["northwind.acumatica.com"]["tenants"]
    assert tenant["Northwind"]["sessions"] == {}


@pytest.mark.parametrize("status", ["500", "401"])
def test_tells_a_wrong_password(desk: Desk, open_acumatica: Open, status: str) -> None:
    desk.sandbox.switch("acumatica", "login_refusal", status)
    with pytest.raises(CredentialError):
        get_employee(open_acumatica("wrong", **USER), "EP00000001")


def test_tells_an_unknown_tenant(open_acumatica: Open) -> None:
    client = open_acumatica(PASSWORD, username="apiuser", tenant="Nowhere")
    with pytest.raises(ConfigurationError, match="tenant"):
        get_employee(client, "EP00000001")


def test_never_logs_in_without_a_tenant(open_acumatica: Open) -> None:
    with pytest.raises(ConfigurationError, match="tenant"):
        open_acumatica(PASSWORD, username="apiuser", tenant="")


@pytest.mark.parametrize("style", ["302_error_page", "500_html", "429_text", "429_json"])
def test_waits_for_a_seat_however_its_lack_is_said(
    desk: Desk, open_acumatica: Open, style: str
) -> None:
    other = open_acumatica(PASSWORD, **USER)
    get_employee(other, "EP00000001")
    client = open_acumatica()
    desk.sandbox.switch("acumatica", "seat_limit_at_call", style)
    put(desk, "licences", "any", {"max_api_users": 1})
    with pytest.raises(RateLimitError, match=r"seat|fewer calls") as caught:
        create_employee(client, DRAFT)
    assert caught.value.effect is Effect.NONE
    other.log_out()
    assert create_employee(client, DRAFT).reference == "BHR-northwind-1"


@pytest.mark.parametrize("style", ["302_error_page", "500_html", "429_text", "429_json"])
def test_waits_for_a_seat_when_logging_in(desk: Desk, open_acumatica: Open, style: str) -> None:
    get_employee(open_acumatica(), "EP00000001")
    desk.sandbox.switch("acumatica", "seat_limit_at_login", style)
    put(desk, "licences", "any", {"max_api_users": 1})
    with pytest.raises(RateLimitError, match=r"seat|fewer calls"):
        get_employee(open_acumatica(PASSWORD, **USER), "EP00000001")


def test_names_the_form_that_the_role_may_not_open(desk: Desk, open_acumatica: Open) -> None:
    put(desk, "users", "apiuser", {"forbidden_forms": ["EP203000"]})
    client = open_acumatica()
    with pytest.raises(ConfigurationError, match=r"Employees \(EP203000\)"):
        get_employee(client, "EP00000001")
    assert VENDOR.identify(client).account_id == "northwind.acumatica.com/Northwind"
    assert VENDOR.probe(client).facts["employees"] == "forbidden"


def test_names_the_preferences_that_are_missing(desk: Desk, open_acumatica: Open) -> None:
    put(desk, "missing_setup", "EP203000", {"preferences": "Time and Expenses Preferences"})
    with pytest.raises(ConfigurationError, match="set up"):
        get_employee(open_acumatica(), "EP00000001")


def test_refuses_to_change_the_status_of_the_users_own_employee(
    desk: Desk, open_acumatica: Open
) -> None:
    client = open_acumatica()
    own = get_employee(client, "EP00000001")
    assert own is not None
    with pytest.raises(RecordError) as caught:
        end_employee(client, own, EmployeeDraft("x", status="Inactive"))
    assert caught.value.effect is Effect.NONE
    assert employees(desk)["EP00000001"]["Status"] == "Active"


def test_is_delayed_by_the_throttle_and_then_served(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica()
    put(desk, "licences", "any", {"requests_per_minute": 4})
    for _ in range(2):
        assert get_employee(client, "EP00000001") is not None
    desk.advance(59.4)
    assert get_employee(client, "EP00000001") is not None
    prompt, delayed = desk.exchanges[-2:]
    assert prompt.seconds < 0.1 < 0.2 <= delayed.seconds
    assert delayed.status == 200


def test_takes_a_declined_request_for_one_without_effect(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica()
    desk.sandbox.fault(vendor="acumatica", path=EMPLOYEE, times=1, action={"status": 429})
    with pytest.raises(RateLimitError) as caught:
        create_employee(client, DRAFT)
    assert caught.value.effect is Effect.NONE
    assert caught.value.retry_after_seconds is None


@pytest.mark.parametrize(
    ("action", "error", "effect"),
    [
        ({"status": 409, "body": {"message": "A long operation"}}, RetryableError, Effect.NONE),
        ({"status": 503, "headers": {"Retry-After": "9"}}, RetryableError, Effect.UNKNOWN),
        ({"status": 500}, RetryableError, Effect.UNKNOWN),
        ({"status": 404, "body": "<html></html>"}, ConfigurationError, Effect.NONE),
        ({"status": 302, "headers": {"Location": "/Frames/Login.aspx"}}, ContractError, None),
        ({"status": 200, "body": "<html>Sign in</html>"}, ContractError, Effect.UNKNOWN),
        ({"status": 200, "body": {"EmployeeID": "EP1"}}, ContractError, Effect.UNKNOWN),
        ({"garbage": True}, ContractError, Effect.UNKNOWN),
        ({"drop_before": True}, RetryableError, Effect.UNKNOWN),
    ],
)
def test_says_what_is_known_of_a_writes_effect(
    desk: Desk,
    open_acumatica: Open,
    action: dict[str, Any],
    error: type[ConnectorError],
    effect: Effect | None,
) -> None:
    client = open_acumatica()
    desk.sandbox.fault(vendor="acumatica", method="PUT", path=EMPLOYEE, times=1, action=action)
    with pytest.raises(ConnectorError) as caught:
        create_employee(client, DRAFT)
    assert type(caught.value) is error
    assert caught.value.effect is (Effect.UNKNOWN if effect is None else effect)


def test_reads_departments_from_the_customers_endpoint(open_acumatica: Open) -> None:
    terms = read_departments(open_acumatica())
    assert TermValue("FINANCE", "Finance") in terms
    assert len(terms) == 10


def test_reads_departments_over_odata_without_such_an_endpoint(
    desk: Desk, open_acumatica: Open
) -> None:
    by_endpoint = read_departments(open_acumatica())
    desk.sandbox.switch("acumatica", "departments_through", "odata")
    assert set(read_departments(open_acumatica())) == set(by_endpoint)
    assert set(read_departments(open_acumatica(extension=""))) == set(by_endpoint)


def test_reads_departments_in_use_where_nothing_else_is_open(
    desk: Desk, open_acumatica: Open
) -> None:
    desk.sandbox.switch("acumatica", "departments_through", "nothing")
    in_use = {row["EmployeeSettings"]["DepartmentID"] for row in employees(desk).values()}
    assert {term.key for term in read_departments(open_acumatica())} == in_use


def test_reads_positions_classes_and_branches(open_acumatica: Open) -> None:
    client = open_acumatica()
    assert TermValue("ANALYST", "Analyst") in read_positions(client)
    assert TermValue("EMPSALARY", "Salaried Employees") in read_employee_classes(client)
    assert TermValue("HEADOFFICE", "Northwind Head Office") in read_branches(client)


def test_reads_branches_in_use_where_ledgers_are_closed(desk: Desk, open_acumatica: Open) -> None:
    put(desk, "users", "apiuser", {"forbidden_forms": ["GL201500"]})
    in_use = {row["EmployeeSettings"]["BranchID"] for row in employees(desk).values()}
    assert {term.key for term in read_branches(open_acumatica())} == in_use


def test_reads_positions_in_use_without_an_endpoint(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica(extension="")
    history = [row for one in employees(desk).values() for row in one["EmploymentHistory"]]
    assert {term.key for term in read_positions(client)} == {row["PositionID"] for row in history}
    assert {term.key for term in read_employee_classes(client)} == {
        one["EmployeeSettings"]["EmployeeClass"] for one in employees(desk).values()
    }


def test_adds_a_department_once(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica()
    added = Term("FIELDOPS", "Field Operations")
    assert create_department(client, added) == added
    assert added in list_departments(client)
    assert TermValue("FIELDOPS", "Field Operations") in read_departments(client)
    with pytest.raises(RecordError) as caught:
        create_department(client, Term("FIELDOPS", "Something else"))
    assert caught.value.effect is Effect.NONE
    assert TermValue("FIELDOPS", "Field Operations") in read_departments(client)


def test_adds_no_department_without_an_endpoint_of_the_customer(open_acumatica: Open) -> None:
    client = open_acumatica(extension="")
    with pytest.raises(ConfigurationError, match="SM207060"):
        create_department(client, Term("X", "X"))
    with pytest.raises(ConfigurationError, match="SM207060"):
        list_departments(client)


@pytest.mark.parametrize(
    ("through", "rung", "can_create"),
    [("endpoint", "endpoint", True), ("odata", "odata", False), ("nothing", "in use", False)],
)
def test_finds_out_what_the_tenant_can_do(
    desk: Desk, open_acumatica: Open, through: str, rung: str, can_create: bool
) -> None:
    desk.sandbox.switch("acumatica", "departments_through", through)
    found = VENDOR.probe(open_acumatica())
    assert found.facts["departments"] == rung
    assert found.facts["can_create_departments"] is can_create
    assert found.facts["employees"] == "readable"
    assert found.facts["user"] == "apiuser"
    assert "Default/24.200.001" in found.facts["endpoints"]
    assert bool(found.warnings) is (rung == "in use")


def test_keeps_what_is_secret_out_of_every_error(desk: Desk, open_acumatica: Open) -> None:
    client = open_acumatica()
    get_employee(client, "EP00000001")
    tokens = grant_of(client).tokens()
    secrets = ["sandbox-secret-acumatica", tokens.access_token, tokens.refresh_token, "Haddad"]
    actions: list[dict[str, Any]] = [{"status": status} for status in (400, 401, 403, 422, 500)]
    actions += [{"drop_after": True}, {"garbage": True}, {"status": 200, "body": "<html></html>"}]
    for action in actions:
        desk.sandbox.fault(vendor="acumatica", path=EMPLOYEE, times=9, action=action)
        with pytest.raises(ConnectorError) as caught:
            create_employee(client, DRAFT)
        desk.sandbox.control("DELETE", "faults")
        told = "".join(traceback.format_exception(caught.value)) + repr(vars(caught.value))
        assert [secret for secret in secrets if secret in told] == []


def test_warns_of_a_sign_in_that_will_end(open_acumatica: Open) -> None:
    assert "password" in VENDOR.probe(open_acumatica(PASSWORD, **USER)).warnings[0]


def test_keeps_what_is_secret_out_of_every_exchange(desk: Desk, open_acumatica: Open) -> None:
    by_consent = open_acumatica()
    create_employee(by_consent, DRAFT)
    by_login = open_acumatica(PASSWORD, **USER)
    get_employee(by_login, "EP00000001")
    seen = repr(desk.exchanges)
    tokens = [grant_of(client).tokens() for client in (by_consent, by_login)]
    secrets = [PASSWORD, "sandbox-secret-acumatica"]
    secrets += [one.access_token for one in tokens] + [tokens[0].refresh_token]
    assert [secret for secret in secrets if secret in seen] == []
    assert [secret for secret in secrets if secret in repr((by_consent.account, by_login))] == []
