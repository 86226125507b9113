"""BambooHR's client against its stand-in: connecting, people, lists, and calls refused."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from config import clock
from connectors.auth import exchange_code
from connectors.errors import (
    ConfigurationError,
    ConnectorError,
    ContractError,
    CredentialError,
    RateLimitError,
    RetryableError,
)
from connectors.values import ABSENT
from connectors.vendor import Identity, OAuthApp, SourceRecord, TermValue
from connectors.vendors.bamboohr import VENDOR
from connectors.vendors.bamboohr.auth import OAUTH
from connectors.vendors.bamboohr.client import Client
from connectors.vendors.bamboohr.lists import ensure_options, read_list
from connectors.vendors.bamboohr.people import read_people, read_roles, read_some_people
from tests.contract.vendors.conftest import BAMBOOHR, Desk, Open, callback
from tests.grants import MemoryGrant

PERSON = "/api/v1/employees/101"


def company(desk: Desk) -> Any:
    return desk.sandbox.state("bamboohr")["companies"]["northwind"]


def change(desk: Desk, person_id: str, **body: Any) -> Any:
    return desk.sandbox.control("PUT", f"bamboohr/employees/{person_id}", body)


def key_of(desk: Desk, user: int) -> str:
    keys: dict[str, Any] = company(desk)["api_keys"]
    return next(key for key, row in keys.items() if row["user"] == user)


def everybody(client: Client) -> tuple[dict[str, SourceRecord], str]:
    pages = list(read_people(client, ""))
    return {record.id: record for page in pages for record in page.records}, pages[-1].mark


def grant_of(client: Client) -> MemoryGrant:
    assert isinstance(client.account.grant, MemoryGrant)
    return client.account.grant


def test_connects_by_consent_and_knows_the_company(open_bamboohr: Open) -> None:
    client = open_bamboohr()
    assert VENDOR.identify(client) == Identity("northwind", "Northwind", "northwind")
    assert set(grant_of(client).tokens().scopes) == {scope.name for scope in OAUTH.scopes}


def test_connects_with_an_api_key(desk: Desk, open_bamboohr: Open) -> None:
    client = open_bamboohr(key_of(desk, 2370))
    assert VENDOR.identify(client) == Identity("northwind", "Northwind", "northwind")


def test_refuses_a_consent_that_names_another_company(desk: Desk, open_bamboohr: Open) -> None:
    desk.sandbox.switch("bamboohr", "company_domain", "other")
    with pytest.raises(ConfigurationError, match=r"southwind.*northwind"):
        VENDOR.identify(open_bamboohr())


def test_takes_a_code_once(desk: Desk, bamboohr_app: OAuthApp) -> None:
    code = desk.code(VENDOR, BAMBOOHR, bamboohr_app)
    use = (desk.door(), VENDOR, BAMBOOHR, bamboohr_app, callback(VENDOR), code, "")
    assert exchange_code(*use).facts == {"companyDomain": "northwind"}
    with pytest.raises(CredentialError):
        exchange_code(*use)


@pytest.mark.parametrize("style", ["rotating", "same", "omitted"])
def test_renews_however_the_refresh_token_comes_back(
    desk: Desk, open_bamboohr: Open, style: str
) -> None:
    desk.sandbox.switch("bamboohr", "refresh", style)
    client = open_bamboohr()
    first = grant_of(client).tokens()
    for renewals in (1, 2):
        desk.advance(3400)
        assert client.who_am_i() == "102"
        assert grant_of(client).renewals == renewals
    second = grant_of(client).tokens()
    assert (second.refresh_token == first.refresh_token) is (style != "rotating")
    assert second.access_token != first.access_token


@pytest.mark.parametrize(
    ("style", "error"), [("503", RetryableError), ("200 with error", CredentialError)]
)
def test_tells_a_vendor_that_is_away_from_a_consent_that_ended(
    desk: Desk, open_bamboohr: Open, style: str, error: type[ConnectorError]
) -> None:
    client = open_bamboohr()
    desk.sandbox.switch("bamboohr", "token_endpoint", style)
    desk.advance(3700)
    with pytest.raises(error):
        client.who_am_i()


def test_renews_once_after_a_refused_token(desk: Desk, open_bamboohr: Open) -> None:
    client = open_bamboohr()
    desk.sandbox.fault(vendor="bamboohr", path=PERSON, times=1, action={"status": 401})
    assert client.read_person("101").id == "101"
    assert grant_of(client).renewals == 1


def test_does_not_try_a_wrong_key_twice(desk: Desk, open_bamboohr: Open) -> None:
    with pytest.raises(CredentialError) as caught:
        open_bamboohr("0" * 40).who_am_i()
    assert "API key" in caught.value.detail
    assert len(desk.calls("bamboohr")) == 1


@pytest.mark.parametrize("cursor", ["id", "base64"])
@pytest.mark.parametrize("limits", ["250 of 2500", "50 of 100"])
def test_reads_everybody_as_the_company_has_them(
    desk: Desk, open_bamboohr: Open, cursor: str, limits: str
) -> None:
    desk.sandbox.switch("bamboohr", "cursor", cursor)
    desk.sandbox.switch("bamboohr", "page_limits", limits)
    people = company(desk)["employees"]
    found, mark = everybody(open_bamboohr())
    assert set(found) == set(people)
    assert mark != ""
    for person_id, row in people.items():
        person = found[person_id].value
        assert person.last_name == row["lastName"]
        assert person.department == row["department"]
        assert person.job_title == row["jobTitle"]
        assert person.supervisor_id == row["supervisorEId"]
        assert person.is_active is (row["status"] == "Active")
        assert person.left_on is ABSENT


@pytest.mark.parametrize("empty", ["zeros", "null", "blank"])
def test_reads_the_same_by_report_with_an_api_key(
    desk: Desk, open_bamboohr: Open, empty: str
) -> None:
    desk.sandbox.switch("bamboohr", "empty_date", empty)
    client = open_bamboohr(key_of(desk, 2370))
    found, mark = everybody(client)
    assert set(found) == set(company(desk)["employees"])
    assert mark != ""
    some = list(found)[:3]
    assert [found[key] for key in some] == list(read_some_people(client, some))
    assert "GET /api/v1/employees" not in desk.calls("bamboohr")


def test_reads_many_people_together(desk: Desk, open_bamboohr: Open) -> None:
    client = open_bamboohr()
    people = company(desk)["employees"]
    active = sum(row["status"] == "Active" for row in people.values())
    records = read_some_people(client, list(people))
    assert [record.id for record in records] == list(people)
    left = [record for record in records if record.value.is_active is False]
    assert all(record.value.left_on is not ABSENT for record in left)
    reads = [call for call in desk.calls("bamboohr") if call.startswith("GET /api/v1/employees/")]
    assert len(reads) == len(people) - active


def test_says_what_the_credential_may_not_see(desk: Desk, open_bamboohr: Open) -> None:
    user = company(desk)["users"]["2371"]
    client = open_bamboohr(key_of(desk, 2371))
    found = VENDOR.probe(client)
    assert user["hiddenFields"]
    assert set(user["hiddenFields"]) & set(found.facts["unreadable_fields"])
    assert any(name in warning for name in user["hiddenFields"] for warning in found.warnings)


def test_has_nothing_to_warn_of_where_all_is_shown(open_bamboohr: Open) -> None:
    assert VENDOR.probe(open_bamboohr()).warnings == ()


def test_says_which_right_was_not_granted(desk: Desk, open_bamboohr: Open) -> None:
    desk.sandbox.switch("bamboohr", "granted_scopes", "one fewer")
    client = open_bamboohr()
    (missing,) = OAUTH.missing_scopes(grant_of(client).tokens().scopes)
    with pytest.raises(ConfigurationError, match=missing.name):
        VENDOR.identify(client)


def test_follows_hires_changes_leavers_and_deletions(desk: Desk, open_bamboohr: Open) -> None:
    client = open_bamboohr()
    found, mark = everybody(client)
    desk.advance(60)
    active = [key for key, record in found.items() if record.value.is_active]
    moved, leaver, deleted = active[-1], active[-2], active[-3]
    today = clock.now().date().isoformat()
    change(desk, moved, department="Finance")
    change(desk, leaver, terminate={"date": today})
    desk.sandbox.control("DELETE", f"bamboohr/employees/{deleted}")
    hired = change(desk, "new", firstName="Noor", lastName="Haddad", hireDate=today)["id"]
    (page,) = read_people(client, mark)
    hints = {hint.id: hint.version for hint in page.hints}
    assert {moved, leaver, deleted, hired} <= set(hints)
    assert page.mark > mark
    records = read_some_people(client, [moved, leaver, deleted, hired])
    assert records[0].value.department == "Finance"
    assert records[0].version == hints[moved]
    assert (records[1].value.is_active, records[1].value.left_on) == (
        False,
        date.fromisoformat(today),
    )
    assert records[2].is_gone
    assert records[3].value.last_name == "Haddad"


def test_waits_for_a_person_who_cannot_be_seen_everywhere_yet(
    desk: Desk, open_bamboohr: Open
) -> None:
    desk.sandbox.switch("bamboohr", "created_visible", "late")
    client = open_bamboohr()
    hired = change(desk, "new", firstName="Noor", lastName="Haddad")["id"]
    with pytest.raises(RetryableError):
        read_some_people(client, [hired])
    desk.advance(60)
    assert read_some_people(client, [hired])[0].value.last_name == "Haddad"


@pytest.mark.parametrize("empty", ["array", "object"])
@pytest.mark.parametrize("latest", ["null", "absent"])
@pytest.mark.parametrize("since", ["inclusive", "exclusive"])
def test_misses_nothing_of_the_marks_own_second(
    desk: Desk, open_bamboohr: Open, empty: str, latest: str, since: str
) -> None:
    for switch, value in (("empty_changed", empty), ("empty_latest", latest), ("since", since)):
        desk.sandbox.switch("bamboohr", switch, value)
    client = open_bamboohr()
    desk.advance(60)
    change(desk, "101", preferredName="May")
    _, mark = everybody(client)
    (page,) = read_people(client, mark)
    assert [hint.id for hint in page.hints] == ["101"]
    assert page.mark == mark
    later = (clock.now() + timedelta(minutes=5)).isoformat()
    (nothing,) = read_people(client, later)
    assert (nothing.hints, nothing.mark) == ((), later)


def test_begins_anew_when_the_boundary_of_a_page_was_deleted(
    desk: Desk, open_bamboohr: Open
) -> None:
    client = open_bamboohr()
    pages = read_people(client, "")
    first = next(pages)
    desk.sandbox.control("DELETE", f"bamboohr/employees/{first.records[-1].id}")
    rest = list(pages)
    found = {record.id for page in rest for record in page.records}
    assert found == set(company(desk)["employees"])


def test_reads_the_job_history_in_order(desk: Desk, open_bamboohr: Open) -> None:
    client = open_bamboohr()
    today = clock.now().date()
    for days in (20, 10):
        change(desk, "105", date=(today - timedelta(days=days)).isoformat(), department="Finance")
    roles = read_roles(client, "105")
    since = [role.since_on for role in roles if isinstance(role.since_on, date)]
    assert since == sorted(since)
    assert since[-2:] == [today - timedelta(days=20), today - timedelta(days=10)]
    assert roles[-1].department == "Finance"


def test_does_not_see_a_termination_that_is_yet_to_come(desk: Desk, open_bamboohr: Open) -> None:
    client = open_bamboohr()
    someone = next(
        key for key, record in everybody(client)[0].items() if record.value.is_active is True
    )
    day = clock.now().date() + timedelta(days=3)
    change(desk, someone, terminate={"date": day.isoformat()})
    assert client.read_person(someone).value.is_active is True
    desk.advance(4 * 24 * 3600)
    person = client.read_person(someone).value
    assert (person.is_active, person.left_on) == (False, day)


@pytest.mark.parametrize("field_id", ["text", "number"])
def test_adds_a_department_once_and_brings_an_archived_one_back(
    desk: Desk, open_bamboohr: Open, field_id: str
) -> None:
    desk.sandbox.switch("bamboohr", "list_field_id", field_id)
    client = open_bamboohr()
    before = read_list(client, "department")
    for _ in range(2):
        ensure_options(client, "department", ["Kite Workshop"])
    after = read_list(client, "department")
    assert set(after) - set(before) == {TermValue("Kite Workshop", "Kite Workshop")}
    writes = [call for call in desk.calls("bamboohr") if call.startswith("PUT")]
    assert len(writes) == 1
    archived = next(term for term in after if not term.is_active)
    ensure_options(client, "department", [archived.key.upper()])
    assert TermValue(archived.key, archived.key) in read_list(client, "department")
    options = company(desk)["lists"]["department"]["options"]
    assert len([row for row in options if row["name"] == archived.key]) == 1


@pytest.mark.parametrize(
    "alias", ["department", "division", "jobTitle", "location", "employmentHistoryStatus"]
)
def test_reads_the_lists_that_people_carry(desk: Desk, open_bamboohr: Open, alias: str) -> None:
    client = open_bamboohr()
    keys = {term.key for term in read_list(client, alias)}
    carried = {row[alias] for row in company(desk)["employees"].values()} - {None, ""}
    assert carried <= keys


@pytest.mark.parametrize("status", ["503", "429"])
@pytest.mark.parametrize(("style", "names_a_time"), [("seconds", 1), ("date", 1), ("none", 0)])
def test_pauses_when_bamboohr_asks_for_fewer_calls(
    desk: Desk, open_bamboohr: Open, status: str, style: str, names_a_time: int
) -> None:
    client = open_bamboohr()
    desk.sandbox.switch("bamboohr", "throttle_status", status)
    desk.sandbox.switch("bamboohr", "retry_after", style)
    desk.sandbox.switch("bamboohr", "throttle", "5 a minute")
    for _ in range(5):
        client.read_person("101")
    with pytest.raises(RateLimitError) as caught:
        client.read_person("101")
    seconds = caught.value.retry_after_seconds
    assert (seconds is not None and 0 < seconds <= 60) if names_a_time else seconds is None


@pytest.mark.parametrize(
    ("action", "error"),
    [
        ({"status": 200, "body": "<html>Log in</html>"}, ContractError),
        ({"status": 200, "body": ""}, ContractError),
        ({"status": 200, "body": {"id": "102"}}, ContractError),
        ({"status": 302, "headers": {"Location": "/login.php"}}, ContractError),
        ({"garbage": True}, ContractError),
        ({"truncate": True}, RetryableError),
        ({"status": 500}, RetryableError),
    ],
)
def test_concludes_nothing_from_what_is_no_answer(
    desk: Desk, open_bamboohr: Open, action: dict[str, Any], error: type[ConnectorError]
) -> None:
    client = open_bamboohr()
    desk.sandbox.fault(vendor="bamboohr", path=PERSON, times=9, action=action)
    with pytest.raises(ConnectorError) as caught:
        client.read_person("101")
    assert type(caught.value) is error


def test_keeps_what_is_secret_out_of_every_exchange(desk: Desk, open_bamboohr: Open) -> None:
    key = key_of(desk, 2370)
    by_consent, by_key = open_bamboohr(), open_bamboohr(key)
    for client in (by_consent, by_key):
        everybody(client)
        read_roles(client, "101")
    desk.advance(3400)
    by_consent.who_am_i()
    tokens = grant_of(by_consent).tokens()
    seen = repr(desk.exchanges) + repr(by_consent) + repr(by_key)
    secrets = [key, "sandbox-secret-bamboohr", tokens.access_token, tokens.refresh_token]
    assert [secret for secret in secrets if secret in seen] == []
    person = company(desk)["employees"]["101"]
    assert person["workEmail"] not in seen
