"""Looking ahead and back: dry runs, a backfill from a day, replay, explanation, remedies."""

from __future__ import annotations

import json
from io import StringIO

from django.core.management import call_command

from audit.models import SyncRun
from integrations import remedies
from integrations.engine import plans
from integrations.models import Plan, Record
from integrations.replaying import replay
from tests.posting_company import LEG, PostingCompany
from tests.reckoning import cost_of


def told(books: PostingCompany, *arguments: str) -> str:
    """What a command says of the integration."""
    name, *rest = arguments
    out = StringIO()
    call_command(name, books.integration.title, *rest, stdout=out)
    return out.getvalue()


def test_shows_what_it_would_post_and_posts_nothing(books: PostingCompany) -> None:
    payroll_id = books.pay()
    lines = json.loads(told(books, "sync", "--leg", LEG, "--dry-run", "--json"))
    text = json.dumps(lines)
    assert payroll_id in text
    assert "enter" in text
    assert books.journals() == []
    assert str(cost_of(books.payroll(payroll_id))) not in text


def test_previews_a_backfill_from_a_day_and_posts_it_once_approved(
    full_books: PostingCompany,
) -> None:
    full_books.look()
    full_books.choose(start_date=full_books.day(-10))
    told(full_books, "sync", "--leg", LEG, "--from", full_books.day(-10))
    plan = Plan.objects.filter(leg=LEG).latest("pk")
    assert plan.from_on is not None
    dismissed = full_books.fixture("dismissed")
    assert dismissed in {line["source_id"] for line in plan.lines}
    assert full_books.journals_of(dismissed) == []
    run = full_books.approve(plan)
    assert run is not None
    assert run.trigger == SyncRun.Trigger.BACKFILL
    assert full_books.standing(dismissed) == ["r1 Posted"]
    assert full_books.journals_of(full_books.fixture("a")) == []


def test_explains_a_payroll_without_an_amount(books: PostingCompany) -> None:
    payroll_id = books.pay()
    books.look()
    said = told(books, "explain", LEG, payroll_id)
    assert "It stands at the target as the source has it." in said
    assert books.journal(payroll_id)["BatchNbr"] in said
    machine = told(books, "explain", LEG, payroll_id, "--json")
    amounts = {amount for amount in books.payroll(payroll_id)["totals"].values() if len(amount) > 6}
    assert amounts
    assert not [amount for amount in amounts if amount in said or amount in machine]


def test_replays_a_payroll_and_writes_nothing_that_stands(books: PostingCompany) -> None:
    payroll_id = books.pay()
    books.look()
    entry = books.entries(payroll_id)[-1]
    writes = len(books.ledger_writes())
    again = replay(entry.pk)
    assert again.replay_of == entry
    assert len(books.ledger_writes()) == writes
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_replays_a_payroll_that_could_not_be_posted_before(books: PostingCompany) -> None:
    books.set_account("60100", Active=False)
    payroll_id = books.pay()
    books.look()
    entry = books.entries(payroll_id)[-1]
    books.set_account("60100", Active=True)
    assert replay(entry.pk).replay_of == entry
    assert books.standing(payroll_id) == ["r1 Posted"]


def test_notes_each_thing_that_was_done_in_the_trail(books: PostingCompany) -> None:
    books.choose(release="when final")
    payroll_id = books.pay(check_date=books.day(10))
    books.look()
    books.run_again(payroll_id, "1.1")
    books.look()
    books.make_final(payroll_id)
    outcomes = [entry.outcome for entry in books.entries(payroll_id)]
    assert [one for one in outcomes if one in ("created", "updated", "posted")] == [
        "created",
        "updated",
        "posted",
    ]


def test_posts_never_what_a_person_said_never_to(books: PostingCompany) -> None:
    books.set_account("60100", Active=False)
    payroll_id = books.pay()
    books.look()
    remedies.never(books.paid(payroll_id))
    books.set_account("60100", Active=True)
    books.look()
    books.drain()
    assert books.journals() == []
    assert books.state(payroll_id) == Record.State.IGNORED


def test_finds_its_batches_again_after_an_older_backup_was_restored(books: PostingCompany) -> None:
    payroll_id = books.pay()
    books.look()
    writes = len(books.ledger_writes())
    books.restore_older_backup()
    books.look()
    assert len(books.ledger_writes()) == writes
    assert books.standing(payroll_id) == ["r1 Posted"]
    assert books.state(payroll_id) == Record.State.SYNCED
    assert books.documents(payroll_id) == ["r1 released"]


def test_releases_now_or_deletes_where_a_person_wishes(books: PostingCompany) -> None:
    books.choose(release="never")
    released, deleted = books.pay(), books.pay(check_date=books.day(8))
    books.look()
    books.wish(released, "release")
    books.wish(deleted, "delete")
    assert books.standing(released) == ["r1 Posted"]
    assert books.journals_of(deleted) == []
    assert books.state(deleted) == Record.State.HELD
    assert books.why(deleted) == ["journal_deleted_on_request"]


def test_tells_what_the_ledger_has_for_those_days_already(books: PostingCompany) -> None:
    """Somebody may have posted the payroll by hand before the integration was there."""
    books.choose(release="never")
    posted_id = books.pay()
    books.look()
    batch = books.journal(posted_id)
    payroll_id = books.pay()
    (alone,) = plans.keep(books.fresh(), books.payroll_leg, None).checks
    assert "no journals but those that were made here" in alone
    books.at_acumatica(batch, Description="Payroll by the bureau")
    plan = plans.keep(books.fresh(), books.payroll_leg, None)
    assert books.line_of(plan, payroll_id)["steps"] == ["enter"]
    (told,) = plan.checks
    assert f"GL/{batch['BatchNbr']} of {batch['TransactionDate'][:10]}" in told
    assert "bureau" not in told
