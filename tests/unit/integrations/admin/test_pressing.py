"""A button counts once, and never on a page that shows what is no longer so."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client

from audit.models import Action
from config import clock
from integrations.admin.pressing import TOKENS_KEPT
from integrations.models import Comment, Integration, Pressed, Problem, Record
from integrations.models.working import Write
from tests.factories import make_integration, make_problem, make_record
from tests.unit.integrations.admin.pages import address_of, page, press, token_of, told


@pytest.fixture
def integration() -> Integration:
    """A flow that is switched on."""
    return make_integration()


@pytest.fixture
def problem(integration: Integration) -> Problem:
    """A problem that stops nobody."""
    return make_problem(integration, {"code": "misconfigured", "sentence": "It is wrong."})


@pytest.mark.django_db
def test_does_nothing_twice_when_a_form_is_sent_again(browser: Client, problem: Problem) -> None:
    url = address_of(problem, "comment")
    typed = {"text": "Once.", "page": token_of(page(browser, url))}

    browser.post(url, typed)
    again = browser.post(url, typed)

    assert told(again)[-1] == "That was done already; here is how it stands now."
    assert Comment.objects.count() == 1
    assert Action.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_lets_one_of_two_presses_at_the_same_moment_pass(operator: User, problem: Problem) -> None:
    browsers = [Client(), Client()]
    for one in browsers:
        one.force_login(operator)
    url = address_of(problem, "comment")
    typed = {"text": "Once.", "page": token_of(page(browsers[0], url))}
    together = Barrier(2)

    def send(browser: Client) -> None:
        together.wait()
        try:
            browser.post(url, typed)
        finally:
            connections.close_all()

    threads = [Thread(target=send, args=(one,)) for one in browsers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Comment.objects.count() == 1


@pytest.mark.django_db
def test_refuses_a_press_on_what_is_no_longer_so_and_names_both(
    browser: Client, integration: Integration
) -> None:
    record = make_record(integration, state=Record.State.HELD)
    url = address_of(record, "never")
    seen = token_of(page(browser, url))
    Record.objects.filter(pk=record.pk).update(state=Record.State.SYNCED, target_id="EP7")

    answer = browser.post(url, {"page": seen})

    assert told(answer) == [
        "It has changed since you loaded the page: State was Held, is now Synced; "
        "Target id was empty, is now EP7. Nothing was done: look at it again."
    ]
    record.refresh_from_db()
    assert record.state == Record.State.SYNCED
    action = Action.objects.get()
    assert (action.what, action.outcome) == ("record.never", Action.Outcome.REFUSED)


@pytest.mark.django_db
def test_refuses_a_page_that_is_none_of_ours(browser: Client, problem: Problem) -> None:
    answer = browser.post(address_of(problem, "take_on_this"), {"page": "made-up"})

    assert told(answer)[0].startswith("The page was not one of ours any more")
    problem.refresh_from_db()
    assert problem.assignee is None


@pytest.mark.django_db
def test_says_what_will_be_done_before_it_is_done(
    browser: Client, integration: Integration
) -> None:
    record = make_record(integration, state=Record.State.HELD)

    text = page(browser, address_of(record, "never"))

    assert "“Carry after all” takes that back." in text
    record.refresh_from_db()
    assert record.state == Record.State.HELD


@pytest.mark.django_db
def test_shows_a_refusal_of_the_remedy_and_leaves_an_action(
    browser: Client, integration: Integration
) -> None:
    record = make_record(integration)
    Record.objects.filter(pk=record.pk).update(target_id="EP7")
    Write.objects.create(
        record=record,
        run_key="00000000-0000-0000-0000-000000000001",
        step="update",
        reference="x",
        sent_at=clock.now(),
        settled_at=clock.now(),
    )

    answer = press(browser, record, "unlink")

    told_now = "The outcome of the last call is still being verified: try again later."
    assert told(answer) == [told_now]
    action = Action.objects.get()
    assert (action.what, action.outcome, action.sentence) == (
        "record.unlink",
        Action.Outcome.REFUSED,
        told_now,
    )


@pytest.mark.django_db
def test_forgets_tokens_that_nobody_can_send_any_more(browser: Client, problem: Problem) -> None:
    Pressed.objects.create(token="old", at=clock.now() - 2 * TOKENS_KEPT)

    press(browser, problem, "take_on_this")

    assert Pressed.objects.count() == 1
    assert not Pressed.objects.filter(token="old").exists()
