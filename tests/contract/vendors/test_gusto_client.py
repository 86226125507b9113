"""Gusto's client against its stand-in: connecting, people, payrolls to the cent, feed, reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import clock
from connectors.auth import exchange_code, refresh
from connectors.errors import (
    ConfigurationError,
    ContractError,
    CredentialError,
    RateLimitError,
    RetryableError,
)
from connectors.oauth import revoke
from connectors.signatures import Proof, prove
from connectors.vendor import Account, Delivery, OAuthApp, Page, SourceRecord, Subscribed
from connectors.vendors.gusto import VENDOR, contractors
from connectors.vendors.gusto.arithmetic import disagreements, hidden_benefits, unnamed_earnings
from connectors.vendors.gusto.client import Client
from connectors.vendors.gusto.ledger import (
    Aggregation,
    download_ledger,
    read_link,
    request_ledger,
)
from connectors.vendors.gusto.lists import read_components, read_departments
from connectors.vendors.gusto.payroll_records import TOTALS, Kind, Payroll
from connectors.vendors.gusto.payrolls import read_payroll, read_payrolls, read_some_payrolls
from connectors.vendors.gusto.people import has_left, leaves_on, read_people, read_some_people
from connectors.vendors.gusto.records import Person
from connectors.vendors.gusto.subscribing import SUBSCRIBING
from connectors.vendors.gusto.webhooks import WEBHOOKS
from tests.contract.vendors.conftest import Desk, callback
from tests.grants import MemoryGrant
from tests.unit.connectors.sandbox.bamboohr.account import Receiver, receiving

PRODUCTION = {"environment": "production"}
HARBOR = "6f0c1d3e-2b6a-4c55-9d0e-5b1f7a9c2e10"
APP = OAuthApp("ml-connector-sandbox", "sandbox-secret-gusto")
PEOPLE = 150
"""So many that more than a hundred of them are paid together."""
OFF_BY_A_CENT = "n"
FIXTURES = "abcdefghijklmn"

Open = Callable[..., Client]


@pytest.fixture
def open_gusto(desk: Desk) -> Iterator[Open]:
    """Opens clients of one company, by its consent."""
    with ExitStack() as opened:

        def open_client(company_id: str = HARBOR, **door: Any) -> Client:
            grant = MemoryGrant(desk.consent(VENDOR, PRODUCTION, APP))
            account = Account(PRODUCTION, grant, APP, callback(VENDOR), company_id)
            client: Client = VENDOR.open(desk.door(**door), account)
            opened.callback(client.close)
            return client

        yield open_client


@pytest.fixture
def company(desk: Desk, open_gusto: Open) -> Client:
    """A connected company that is large enough for pages."""
    desk.sandbox.reset(people=PEOPLE)
    clock.refresh()
    return open_gusto()


def known(desk: Desk) -> Any:
    """What the stand-in knows of the company."""
    return desk.sandbox.state("gusto")["companies"][HARBOR]


def fixture(desk: Desk, letter: str) -> Any:
    """The generated payroll of one kind."""
    rows = known(desk)["payrolls"].values()
    return next(row for row in rows if row["fixture"] == letter)


def change(desk: Desk, kind: str, key: str, **body: Any) -> Any:
    return desk.sandbox.control("PUT", f"gusto/{kind}/{key}", body)


def whole(client: Client, desk: Desk, letter: str) -> Payroll:
    payroll = read_payroll(client, fixture(desk, letter)["uuid"]).value
    assert isinstance(payroll, Payroll)
    return payroll


def everybody(client: Client) -> dict[str, SourceRecord]:
    return {one.id: one for page in read_people(client, "") for one in page.records}


def person_of(client: Client, person_id: str) -> Person:
    (record,) = read_some_people(client, [person_id])
    assert isinstance(record.value, Person)
    return record.value


def hints(pages: list[Page]) -> dict[str, str]:
    return {hint.id: hint.version for page in pages for hint in page.hints}


# Connecting


def test_connects_and_knows_the_company(company: Client) -> None:
    identity = VENDOR.identify(company)
    assert (identity.account_id, identity.title) == (HARBOR, "Harbor & Pine Consulting LLC")
    found = VENDOR.probe(company)
    assert found.facts == {
        "benefits": True,
        "health_benefits": True,
        "pay_rates": True,
        "ledger_report": True,
        "events": True,
        "company_status": "Approved",
    }


def test_tells_of_a_consent_for_another_company(desk: Desk, open_gusto: Open) -> None:
    desk.sandbox.switch("gusto", "auto_consent_company", "second")
    identity = VENDOR.identify(open_gusto())
    assert identity.title == "Cinder Hill Ceramics Inc"
    assert identity.account_id != HARBOR


@pytest.mark.parametrize("refusal", ["404", "403"])
def test_is_shown_no_other_company(desk: Desk, open_gusto: Open, refusal: str) -> None:
    desk.sandbox.switch("gusto", "foreign_company", refusal)
    desk.sandbox.switch("gusto", "auto_consent_company", "second")
    stranger = open_gusto()
    with pytest.raises(ConfigurationError):
        list(read_payrolls(stranger, ""))
    with pytest.raises(ConfigurationError):
        read_departments(stranger)


def test_takes_a_code_once(desk: Desk) -> None:
    code = desk.code(VENDOR, PRODUCTION, APP)
    use = (desk.door(), VENDOR, PRODUCTION, APP, callback(VENDOR), code, "")
    assert exchange_code(*use).refresh_token
    with pytest.raises(CredentialError):
        exchange_code(*use)


@pytest.mark.parametrize("revocation", ["when used", "at once"])
def test_renews_its_token_and_goes_on(desk: Desk, company: Client, revocation: str) -> None:
    desk.sandbox.switch("gusto", "refresh_revocation", revocation)
    first = company.account.grant.tokens()
    desk.advance(7_000)
    company.who_am_i()
    second = company.account.grant.tokens()
    assert second.refresh_token != first.refresh_token
    with pytest.raises(CredentialError):
        refresh(desk.door(), VENDOR, company.account, first)
    assert refresh(desk.door(), VENDOR, company.account, second).access_token


def test_says_that_the_access_was_given_back(desk: Desk, company: Client) -> None:
    tokens = company.account.grant.tokens()
    assert revoke(desk.door(), VENDOR, PRODUCTION, APP, tokens)
    with pytest.raises(CredentialError, match="connect it again"):
        company.who_am_i()


def test_names_a_right_that_the_app_was_not_given(desk: Desk, open_gusto: Open) -> None:
    scopes = ["companies:read", "employees:read", "departments:read", "employments:read"]
    change(desk, "apps", APP.client_id, scopes=scopes)
    client = open_gusto()
    with pytest.raises(ConfigurationError, match="payrolls:read"):
        VENDOR.identify(client)
    with pytest.raises(ConfigurationError, match="did not grant a right"):
        read_payroll(client, fixture(desk, "a")["uuid"])
    found = VENDOR.probe(client)
    assert (found.facts["benefits"], found.facts["events"]) == (False, False)


def test_says_that_its_version_is_no_longer_taken(desk: Desk, company: Client) -> None:
    desk.sandbox.fault(vendor="gusto", path="/v1/token_info", times=1, action={"status": 406})
    with pytest.raises(ConfigurationError, match="2026-06-15"):
        company.who_am_i()


def test_waits_as_long_as_gusto_asks_for(desk: Desk, company: Client) -> None:
    desk.sandbox.switch("gusto", "rate_limit", "5 a minute")
    for style in ("errors", "empty", "text"):
        desk.sandbox.switch("gusto", "throttle_body", style)
        with pytest.raises(RateLimitError) as caught:
            [read_departments(company) for _ in range(6)]
        assert caught.value.retry_after_seconds is not None
        assert 0 < caught.value.retry_after_seconds <= 61


# People


def test_reads_everybody_over_all_pages(desk: Desk, company: Client) -> None:
    pages = list(read_people(company, ""))
    assert [len(page.records) for page in pages if page.records] == [100, PEOPLE - 100]
    assert {one.id for page in pages for one in page.records} == set(known(desk)["employees"])
    assert pages[-1].mark
    (again,) = read_people(company, pages[-1].mark)
    assert again.records == ()


def test_hears_of_a_change_by_the_feed(desk: Desk, company: Client) -> None:
    mark = list(read_people(company, ""))[-1].mark
    somebody = next(iter(known(desk)["employees"]))
    desk.advance(3_600)
    change(desk, "employees", somebody, last_name="Okonkwo-Reyes")
    (told,) = read_people(company, mark)
    assert somebody in {hint.id for hint in told.hints}
    assert person_of(company, somebody).last_name == "Okonkwo-Reyes"
    (again,) = read_people(company, told.mark)
    assert somebody in {hint.id for hint in again.hints}, "went past what may not be settled"
    desk.advance(3_600)
    (settled,) = read_people(company, told.mark)
    (quiet,) = read_people(company, settled.mark)
    assert quiet.hints == ()


def test_reads_everybody_where_the_place_in_the_feed_is_lost(company: Client) -> None:
    pages = list(read_people(company, "00000000-0000-4000-8000-000000000000"))
    assert sum(len(page.records) for page in pages) == PEOPLE


def test_reads_some_of_them_and_knows_who_is_gone(desk: Desk, company: Client) -> None:
    ids = list(known(desk)["employees"])[:5]
    records = read_some_people(company, [*ids, "00000000-0000-4000-8000-000000000000"])
    assert [one.id for one in records[:5]] == ids
    assert [one.is_gone for one in records] == [False] * 5 + [True]


def test_knows_a_leaver_from_the_day_after_the_last_one(desk: Desk, company: Client) -> None:
    today = date.fromisoformat(known(desk)["today"])
    people = [one.value for one in everybody(company).values()]
    active = next(
        one
        for one in people
        if one.is_onboarded and not one.is_terminated and one.end is None and one.job is not None
    )
    last_day = today + timedelta(days=2)
    change(desk, "employees", active.id, terminate=last_day.isoformat())
    person = person_of(company, active.id)
    assert leaves_on(person) == last_day
    assert not has_left(person, today)
    desk.advance(3 * 86_400)
    person = person_of(company, active.id)
    assert has_left(person, today + timedelta(days=3))
    assert not has_left(person, last_day)


# Payrolls


def test_reads_a_payroll_of_more_than_a_hundred_people_whole(desk: Desk, company: Client) -> None:
    row = fixture(desk, "b")
    paid = {key for key, pay in row["employee_compensations"].items() if not pay["excluded"]}
    assert len(paid) > 100
    before = len(desk.calls("gusto"))
    payroll = whole(company, desk, "b")
    assert {check.employee_id for check in payroll.paychecks} == paid
    assert len(desk.calls("gusto")) - before == 2
    for check in payroll.paychecks:
        told = row["employee_compensations"][check.employee_id]
        assert str(check.gross_pay) == told["gross_pay"]
        assert [str(line.amount) for line in check.taxes] == [
            line["amount"] for line in told["taxes"]
        ]
    assert payroll.totals is not None
    assert {name: str(amount) for name, amount in payroll.totals.stated()} == row["totals"]
    assert set(row["totals"]) <= set(TOTALS)


@pytest.mark.parametrize("amounts", ["text", "number"])
@pytest.mark.parametrize("time_off", ["text", "null", "absent"])
def test_reads_the_same_whatever_the_amounts_are(
    desk: Desk, company: Client, amounts: str, time_off: str
) -> None:
    plain = whole(company, desk, "b")
    desk.sandbox.switch("gusto", "line_amounts_2026", amounts)
    desk.sandbox.switch("gusto", "time_off_amount", time_off)
    payroll = whole(company, desk, "b")
    assert payroll.totals == plain.totals
    assert [check.taxes for check in payroll.paychecks] == [
        check.taxes for check in plain.paychecks
    ]
    assert disagreements(payroll) == ()
    if time_off == "text":
        assert payroll == plain
    else:
        assert unnamed_earnings(payroll) == sum(
            line.amount
            for check in plain.paychecks
            for line in check.earnings
            if line.is_time_off and isinstance(line.amount, Decimal)
        )


@pytest.mark.parametrize("letter", FIXTURES)
def test_reads_every_kind_of_payroll(desk: Desk, company: Client, letter: str) -> None:
    row = fixture(desk, letter)
    payroll = whole(company, desk, letter)
    assert (payroll.kind, payroll.off_cycle_reason) == (
        Kind(row["kind"]),
        row["off_cycle_reason"] or "",
    )
    assert payroll.check_on.isoformat() == row["check_date"]
    assert (payroll.period_from is None) is (row["start_date"] is None)
    found = disagreements(payroll)
    if letter != OFF_BY_A_CENT:
        assert found == ()
        return
    assert found
    assert {abs(one.residual) for one in found} == {Decimal("0.01")}
    assert {one.employee_id for one in found} == {""}


@given(seed=st.integers(min_value=1, max_value=10_000))
@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_adds_up_for_whatever_company(desk: Desk, open_gusto: Open, seed: int) -> None:
    desk.sandbox.reset(seed=seed, people=60)
    clock.refresh()
    client = open_gusto()
    broken = {
        row["fixture"]
        for row in known(desk)["payrolls"].values()
        if row["processed"] and disagreements(read_payroll(client, row["uuid"]).value)
    }
    assert broken == {OFF_BY_A_CENT}


@pytest.mark.parametrize(
    ("switch", "value", "letter", "rules"),
    [
        ("other_deductions", "without", "b", []),
        (
            "paper_checks",
            "with reimbursements",
            "c",
            ["net pay is what is transferred and what is paid by check"],
        ),
        (
            "company_taxes",
            "apart",
            "g",
            [
                "the tax debit is the taxes of both sides",
                "the employer's taxes are those of all employees and the company's own",
            ],
        ),
    ],
)
def test_holds_what_follows_a_rule_that_nobody_has_proved(
    desk: Desk, company: Client, switch: str, value: str, letter: str, rules: list[str]
) -> None:
    desk.sandbox.switch("gusto", switch, value)
    assert [one.rule for one in disagreements(whole(company, desk, letter))] == rules


def test_lists_all_kinds_also_with_a_check_date_ahead(desk: Desk, company: Client) -> None:
    rows = known(desk)["payrolls"].values()
    pages = list(read_payrolls(company, ""))
    processed = {row["uuid"] for row in rows if row["processed"] and not row["external"]}
    assert set(hints(pages)) == processed
    others = {one.id: one.value for page in pages for one in page.records}
    assert set(others) == {row["uuid"] for row in rows} - processed
    assert not any(payroll.is_whole for payroll in others.values())
    assert {payroll.kind for payroll in others.values() if payroll.is_processed} == {Kind.EXTERNAL}


def test_gives_a_payroll_the_version_that_its_hint_had(desk: Desk, company: Client) -> None:
    told = hints(list(read_payrolls(company, "")))
    records = read_some_payrolls(company, list(told))
    assert {one.id: one.version for one in records} == told


def test_polls_at_one_call_while_nothing_happens(desk: Desk, company: Client) -> None:
    desk.advance(3_600)
    mark = list(read_payrolls(company, ""))[-1].mark
    before = len(desk.calls("gusto"))
    (page,) = read_payrolls(company, mark)
    assert (page.hints, page.records) == ((), ())
    assert desk.calls("gusto")[before:] == ["GET /v1/events"]


def test_notices_a_payroll_that_is_cancelled_and_run_anew(desk: Desk, company: Client) -> None:
    row = next(
        row
        for row in known(desk)["payrolls"].values()
        if row["processed"] and row["payroll_deadline"] > clock.now().isoformat()
    )
    first = read_payroll(company, row["uuid"])
    mark = list(read_payrolls(company, ""))[-1].mark
    change(desk, "payrolls", row["uuid"], cancel=True)
    (told,) = read_payrolls(company, mark)
    assert row["uuid"] in hints([told])
    assert not read_payroll(company, row["uuid"]).value.is_processed
    change(desk, "payrolls", row["uuid"], scale="1.10")
    change(desk, "payrolls", row["uuid"], process=True)
    second = read_payroll(company, row["uuid"])
    assert second.value.is_processed
    assert second.version != first.version
    assert second.value.totals != first.value.totals


def test_notices_a_cancelled_one_by_the_lists_alone(desk: Desk, company: Client) -> None:
    row = fixture(desk, "h")
    mark = list(read_payrolls(company, ""))[-1].mark.split()[0]
    change(desk, "payrolls", row["uuid"], cancel=True)
    pages = list(read_payrolls(company, mark))
    assert row["uuid"] not in {hint.id for page in pages for hint in page.hints if hint.version}
    assert row["uuid"] in {one.id for page in pages for one in page.records}


def test_notices_that_a_payroll_changes_while_it_is_read(desk: Desk, company: Client) -> None:
    row = fixture(desk, "b")
    outsider = next(
        key for key in known(desk)["employees"] if key not in row["employee_compensations"]
    )
    pages = 0

    def changed_meanwhile(exchange: Any) -> None:
        nonlocal pages
        pages += exchange.operation == "read_payroll"
        if pages == 1:
            pages += 1
            change(desk, "payrolls", row["uuid"], add_employee=outsider)

    company.door.on_exchange = changed_meanwhile
    with pytest.raises(RetryableError, match="changed"):
        read_payroll(company, row["uuid"])
    company.door.on_exchange = None
    assert disagreements(read_payroll(company, row["uuid"]).value) == ()


def test_reads_on_after_a_page_that_failed(desk: Desk, company: Client) -> None:
    row = fixture(desk, "b")
    path = f"/v1/companies/[^/]+/payrolls/{row['uuid']}"
    for action in ({"status": 502}, {"truncate": True}):
        desk.sandbox.fault(vendor="gusto", method="GET", path=path, skip=1, times=1, action=action)
        assert disagreements(read_payroll(company, row["uuid"]).value) == ()


def test_says_that_benefits_are_hidden(desk: Desk, open_gusto: Open) -> None:
    scopes = (
        [scope.name for scope in VENDOR.oauth.scopes if scope.name != "employee_benefits:read:phi"]
        if VENDOR.oauth is not None
        else []
    )
    change(desk, "apps", APP.client_id, scopes=scopes)
    payroll = whole(open_gusto(), desk, "b")
    hidden = hidden_benefits(payroll)
    assert hidden is not None
    assert hidden.deductions > 0
    assert disagreements(payroll) == ()


def test_says_that_a_deleted_payroll_is_gone(company: Client) -> None:
    (record,) = read_some_payrolls(company, ["00000000-0000-4000-8000-000000000000"])
    assert record.is_gone


# Lists, reports, subscriptions


def test_reads_departments_and_components(desk: Desk, company: Client) -> None:
    titles = {row["title"] for row in known(desk)["departments"].values()}
    assert {one.key for one in read_departments(company)} == titles
    components = {one.key: one for one in read_components(company)}
    assert {"employee_tax:Social Security", "employer_tax:Social Security"} <= set(components)
    lines = [
        line
        for row in known(desk)["payrolls"].values()
        for pay in row["employee_compensations"].values()
        for line in pay["deductions"]
    ]
    numbered = {line["name"] for line in lines if any(sign.isdigit() for sign in line["name"])}
    assert numbered
    assert not any(name in str(components) for name in numbered)


@pytest.mark.parametrize("aggregation", list(Aggregation))
def test_fetches_the_ledger_report_of_a_payroll(
    desk: Desk, company: Client, aggregation: Aggregation
) -> None:
    payroll = whole(company, desk, "b")
    request = request_ledger(company, payroll.id, aggregation)
    assert read_link(company, request) == ""
    desk.advance(5)
    link = read_link(company, request)
    ledger = download_ledger(company, link)
    assert ledger.check_on == payroll.check_on
    assert any(line.department for line in ledger.lines) is (aggregation == "department")
    assert any(line.job for line in ledger.lines) is (aggregation == "job")
    desk.advance(601)
    with pytest.raises(RetryableError, match="asked for anew"):
        download_ledger(company, link)


def test_asks_anew_where_the_report_failed(desk: Desk, company: Client) -> None:
    desk.sandbox.switch("gusto", "report_outcome", "fails")
    request = request_ledger(company, fixture(desk, "a")["uuid"], Aggregation.DEFAULT)
    desk.advance(5)
    with pytest.raises(RetryableError, match="asked for anew"):
        read_link(company, request)


def test_sends_its_token_to_no_link(desk: Desk, company: Client) -> None:
    with pytest.raises(ContractError, match="no address"):
        download_ledger(company, "ftp://reports.example/1")


def test_refuses_an_address_that_gusto_cannot_reach(desk: Desk, company: Client) -> None:
    with pytest.raises(ConfigurationError, match="PUBLIC_URL"):
        SUBSCRIBING.create(company, "https://10.0.0.8/webhooks/gusto/k/")
    assert SUBSCRIBING.list_own(company) == []


def test_subscribes_proves_and_deletes(desk: Desk, company: Client) -> None:
    desk.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "pause"})
    made = SUBSCRIBING.create(company, "https://connector.example/webhooks/gusto/k/")
    assert made.secret == ""
    assert SUBSCRIBING.fault(company, made) == ""
    token = desk.sandbox.state("gusto")["subscriptions"][made.id]["verification_token"]
    assert SUBSCRIBING.prove is not None
    assert not SUBSCRIBING.prove(company, made.id, "another")
    assert SUBSCRIBING.prove(company, made.id, token)
    assert SUBSCRIBING.list_own(company) == [Subscribed(made.id, made.url)]
    assert SUBSCRIBING.remove(company, made.id)
    assert SUBSCRIBING.remove(company, made.id)
    assert "does not have it" in SUBSCRIBING.fault(company, made)


@pytest.mark.parametrize("spelled", ["hex", "base64"])
@pytest.mark.parametrize("written", ["plain", "odd"])
def test_proves_what_gusto_sends(desk: Desk, company: Client, spelled: str, written: str) -> None:
    desk.sandbox.switch("gusto", "signature", spelled)
    desk.sandbox.switch("gusto", "event_bytes", written)
    with receiving(desk.sandbox) as receiver:
        made = SUBSCRIBING.create(company, "https://connector.example/webhooks/gusto/k/")
        settle(desk)
        secret = WEBHOOKS.posted_secret(arrived(receiver))
        assert SUBSCRIBING.prove is not None
        assert SUBSCRIBING.prove(company, made.id, secret)
        receiver.received.clear()
        somebody = next(iter(known(desk)["employees"]))
        change(desk, "employees", somebody, last_name="Okonkwo-Reyes")
        settle(desk)
        told = arrived(receiver)
    assert prove(WEBHOOKS, told, [secret]) is Proof.VALID
    assert prove(WEBHOOKS, told, ["another"]) is Proof.DIFFERS
    (notice,) = WEBHOOKS.parse(told)
    assert (notice.kind, notice.id, notice.account_id) == ("employee", somebody, HARBOR)
    assert WEBHOOKS.event(told) == "employee.updated"


def test_has_the_token_posted_once_more(desk: Desk, company: Client) -> None:
    with receiving(desk.sandbox) as receiver:
        made = SUBSCRIBING.create(company, "https://connector.example/webhooks/gusto/k/")
        settle(desk)
        assert SUBSCRIBING.ask_for_secret is not None
        SUBSCRIBING.ask_for_secret(company, made.id)
        settle(desk)
        posted = {WEBHOOKS.posted_secret(arrived(receiver, place)) for place in (0, 1)}
    assert len(receiver.received) == 2
    assert "" not in posted


def test_shows_nothing_private_of_all_that_it_reads(desk: Desk, company: Client) -> None:
    everybody(company)
    whole(company, desk, "b")
    list(read_payrolls(company, ""))
    request = request_ledger(company, fixture(desk, "b")["uuid"], Aggregation.JOB)
    desk.advance(5)
    link = read_link(company, request)
    download_ledger(company, link)
    pays = fixture(desk, "b")["employee_compensations"].values()
    private = {person["last_name"] for person in known(desk)["employees"].values()}
    private |= {pay["gross_pay"] for pay in pays if len(pay["gross_pay"]) > 6}
    private |= {line["name"] for pay in pays for line in pay["deductions"]}
    private |= {line["name"] for pay in pays for line in pay["benefits"]}
    private |= {amount for amount in fixture(desk, "b")["totals"].values() if len(amount) > 6}
    tokens = company.account.grant.tokens()
    private |= {tokens.access_token, tokens.refresh_token, APP.client_secret, link}
    shown = [
        f"{one.url} {one.sent} {one.received} {one.fault}"
        for one in desk.exchanges
        if one.operation != "who_am_i"
    ]
    assert len(shown) > 8
    assert {text for text in private if any(text in line for line in shown)} == set()
    told = [str(one.private.health) for one in desk.exchanges if one.private.health]
    assert any("Medical" in text for text in told)


def settle(desk: Desk) -> None:
    """Wait until nothing is being sent."""
    desk.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "settle"})


def arrived(receiver: Receiver, place: int = 0) -> Delivery:
    """A delivery as the product is given it."""
    _, headers, body = receiver.received[place]
    return Delivery(body, {name.lower(): value for name, value in headers.items()})


def test_reads_which_contractors_were_paid_and_no_amount(desk: Desk, company: Client) -> None:
    stored = known(desk)["contractor_payments"]
    listed = [
        record
        for page in contractors.read_payments(company, is_first=True)
        for record in page.records
    ]
    assert {record.id for record in listed} == {f"{contractors.PREFIX}{uuid}" for uuid in stored}
    assert {record.value.paid_on.isoformat() for record in listed} == {
        row["date"] for row in stored.values()
    }
    (first, *_) = listed
    assert contractors.read_payment(company, first.id) == first
    unknown = contractors.read_payment(
        company, f"{contractors.PREFIX}11111111-2222-4333-8444-555555555555"
    )
    assert unknown.is_gone
