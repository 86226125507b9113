"""How the product hears of payrolls: events, the feed, polls; large ones, several companies."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from audit.models import SyncRun
from config import clock
from integrations import switching, tasks
from integrations.models import Integration, Record, Subscription
from tests import posting_company
from tests.conftest import Sandbox
from tests.posting_company import PostingCompany
from tests.reckoning import cost_of, lines_of, reckoned, totals_of

MANY = 1_200


def listen(books: PostingCompany) -> None:
    """Let the deliveries arrive, and workers do what they are woken for."""
    books.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "settle"})
    tasks.take_up_deliveries()
    books.drain()


@pytest.fixture
def listening(books: PostingCompany, live_server: LiveServer, settings: Settings) -> PostingCompany:
    """Gusto posts to the product what happens to payrolls."""
    settings.ALLOWED_HOSTS = ["connector.example", "127.0.0.1"]
    reach = {"origin": settings.PUBLIC_URL, "loopback": live_server.url}
    books.sandbox.control("POST", "reach", reach)
    Integration.objects.filter(pk=books.integration.pk).update(
        status=Integration.Status.PAUSED, reviewed_at=clock.now()
    )
    switching.switch_on(books.fresh())
    tasks.mend_subscription(books.integration.source_id)
    tasks.mend_subscription(books.integration.source_id)
    assert Subscription.objects.get().state == Subscription.State.ACTIVE
    books.look()
    return books


def test_posts_cancels_and_posts_anew_as_gusto_tells(listening: PostingCompany) -> None:
    listening.choose(release="when final")
    listening.drain()
    payroll_id = listening.pay(check_date=listening.day(10))
    listen(listening)
    assert listening.standing(payroll_id) == ["r1 Balanced"]
    assert SyncRun.objects.filter(leg="payrolls", trigger="webhook").exists()
    listening.cancel(payroll_id)
    listen(listening)
    assert listening.journals_of(payroll_id) == []
    listening.change_payroll(payroll_id, process=True)
    listen(listening)
    assert listening.standing(payroll_id) == ["r1 Balanced"]


def test_makes_of_a_repeated_notice_no_second_batch(listening: PostingCompany) -> None:
    payroll_id = listening.pay()
    listen(listening)
    listening.sandbox.control("POST", "webhooks", {"vendor": "gusto", "action": "duplicate"})
    listen(listening)
    assert listening.standing(payroll_id) == ["r1 Posted"]


def test_hears_of_payrolls_by_the_feed_where_nobody_can_reach_it(
    books: PostingCompany, settings: Settings
) -> None:
    settings.PUBLIC_URL = ""
    books.look()
    before = len(books.calls("gusto"))
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.calls("gusto")[before] == "GET events"
    assert "GET payrolls" not in books.calls("gusto")[before:]
    books.advance(seconds=1_200)
    books.look()
    before = len(books.calls("gusto"))
    books.look()
    assert books.calls("gusto")[before:] == ["GET events"]


def test_reads_the_lists_where_the_feed_was_not_granted(books: PostingCompany) -> None:
    books.withdraw_feed()
    books.look()
    payroll_id = books.pay()
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]
    before = len(books.ledger_writes())
    books.look()
    assert len(books.ledger_writes()) == before


def test_finds_a_bonus_whose_check_date_is_ahead(books: PostingCompany) -> None:
    books.withdraw_feed()
    payroll_id = books.bonus(check_date=books.day(30))
    books.look()
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_shows_payments_to_contractors_as_not_carried(books: PostingCompany) -> None:
    books.choose(start_date=books.day(-60))
    books.look()
    payments = books.contractor_payments()
    assert payments
    records = Record.objects.filter(leg="payrolls", reasons__0__code=NOT_CARRIED)
    assert records.count() == len(payments)
    assert set(records.values_list("state", flat=True)) == {"filtered"}
    assert not [
        row for row in books.journals() if any(key in row["Description"] for key in payments)
    ]


NOT_CARRIED = "contractor_payment_not_carried"


def test_posts_a_payroll_of_1200_people_over_all_its_pages(
    sandbox: Sandbox,
    transactional_db: None,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    books = PostingCompany(sandbox, MANY)
    books.pass_time_instead_of_waiting(monkeypatch)
    payroll_id = books.fixture("b")
    payroll = books.payroll(payroll_id)
    assert len(payroll["employee_compensations"]) > 1_000
    books.choose(start_date=payroll["check_date"])
    books.look()
    journal = books.journal(payroll_id)
    assert journal["Status"] == "Posted"
    assert lines_of(journal) == reckoned(payroll)
    assert totals_of(journal)[0] == cost_of(payroll) > Decimal(1_000_000)
    clock.follow("")
    assert posting_company.forbidden_calls(sandbox) == []


def test_keeps_two_companies_apart_in_one_acumatica(books: PostingCompany) -> None:
    other = books.second_company()
    other.clear_what_is_ahead()
    ours, theirs = books.pay(), other.pay()
    books.look()
    other.look()
    assert books.standing(ours) == ["r1 Posted"]
    assert other.standing(theirs) == ["r1 Posted"]
    assert len(books.journals()) == 2
    assert books.journal(ours)["BranchID"] == "HEADOFFICE"
    assert other.journal(theirs)["BranchID"] == "WEST"
    assert lines_of(other.journal(theirs)) == reckoned(other.payroll(theirs))
    for company, mine, foreign in ((books, ours, theirs), (other, theirs, ours)):
        of_it = Record.objects.filter(integration=company.integration, leg="payrolls")
        ids = set(of_it.values_list("source_id", flat=True))
        assert mine in ids
        assert foreign not in ids
