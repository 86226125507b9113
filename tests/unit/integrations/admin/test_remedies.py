"""A record's page: why it stands where it does, and the buttons that mend it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client

from audit import trail
from audit.models import Action, Entry, SyncRun
from audit.outcomes import Outcome
from integrations import reasons
from integrations.models import Drift, Integration, Membership, Problem, Record
from tests.factories import make_integration, make_member, make_record
from tests.unit.integrations.admin.pages import Answered, address_of, page, press, told

pytestmark = pytest.mark.django_db

LIST = "/admin/integrations/record/"
State = Record.State
NAMESAKE = reasons.POSSIBLY_THE_SAME.because(candidates="Ada Lovelace").as_json()
DRIFTED = reasons.DRIFT.because(name="Ada", fields="title").as_json()


@pytest.fixture
def integration() -> Integration:
    """A flow that is switched on."""
    return make_integration()


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The broker, with an empty queue."""
    broker = redis.Redis.from_url(settings.REDIS_URLS.redis)
    broker.delete("soon")
    yield broker
    broker.delete("soon")
    broker.close()


def queued(broker: redis.Redis) -> list[tuple[str, str]]:
    """The tasks that wait, with their arguments."""
    messages = broker.lrange("soon", 0, -1)
    assert isinstance(messages, list)
    headers = [json.loads(one)["headers"] for one in messages]
    return [(one["task"], one["argsrepr"]) for one in headers]


@pytest.fixture
def namesake(integration: Integration) -> Record:
    """Somebody whose name stands at the target already."""
    return make_record(integration, state=State.HELD, reasons=[NAMESAKE], title="Ada Lovelace")


def drifted(integration: Integration) -> Record:
    """Somebody whose title and department were changed at the target."""
    record = make_record(integration, reasons=[DRIFTED], source_id="7", title="Ada")
    for field in ("title", "department"):
        Drift.objects.create(
            record=record, field=field, found="Boss", wanted="Clerk", digest=f"{field:x<64}"
        )
    Problem.objects.create(
        integration=integration, code="drift", subject="employees:7", sentence="Changed."
    )
    return record


def entry_of(record: Record) -> Entry:
    """An entry of the record, as a run left it."""
    whose = trail.Whose(
        tenant_id=record.integration.tenant_id,
        tenant_name="x",
        integration_id=record.integration_id,
        integration_title="x",
        flow=record.integration.flow,
        leg=record.leg,
    )
    run = trail.open_run(whose, SyncRun.Trigger.MANUAL)
    return trail.append(run, trail.EntryText(record.pk, record.source_id, Outcome.UPDATED))


def act(browser: Client, name: str, *records: Record) -> Answered:
    """Choose an action for rows of the list."""
    chosen = {"action": name, "_selected_action": [record.pk for record in records]}
    return browser.post(LIST, chosen)


def test_tells_its_story_in_words(browser: Client, namesake: Record) -> None:
    entry_of(namesake)

    text = page(browser, address_of(namesake))

    assert "It waits for a person." in text
    assert f"What to do: {NAMESAKE['remedy']}" in text
    assert ": updated." in text
    problem = namesake.problems.get()
    assert f'<a href="{address_of(problem)}">' in text


def test_offers_the_remedies_of_its_reasons_and_no_others(
    browser: Client, namesake: Record
) -> None:
    text = page(browser, address_of(namesake))

    for name in ("link", "create_as_new", "never", "retry_this"):
        assert address_of(namesake, name) in text
    for name in ("unlink", "send_again", "accept_difference", "carry_after_all", "replay"):
        assert address_of(namesake, name) not in text


def test_links_to_the_record_that_is_named(
    browser: Client, namesake: Record, queue: redis.Redis
) -> None:
    press(browser, namesake, "link", target_id=" EP00000007 ")

    namesake.refresh_from_db()
    assert namesake.target_id == "EP00000007"
    assert namesake.due_at is not None
    assert [task for task, _ in queued(queue)] == ["integrations.drain"]
    action = Action.objects.get()
    assert (action.what, action.details) == ("record.link", {"target_id": "EP00000007"})


def test_links_to_nothing_that_another_record_is(
    browser: Client, integration: Integration, namesake: Record
) -> None:
    other = make_record(integration)
    Record.objects.filter(pk=other.pk).update(target_id="EP7")

    answer = press(browser, namesake, "link", target_id="EP7")

    assert told(answer) == ["EP7 is linked to another record: unlink that first."]
    namesake.refresh_from_db()
    assert namesake.target_id == ""


def test_asks_for_the_id_again_where_none_is_typed(browser: Client, namesake: Record) -> None:
    answer = browser.post(address_of(namesake, "link"), {"target_id": ""})

    assert "This field is required." in answer.content.decode()
    assert not Action.objects.exists()


def test_creates_a_namesake_as_new(browser: Client, namesake: Record) -> None:
    press(browser, namesake, "create_as_new")

    namesake.refresh_from_db()
    assert namesake.is_somebody_else
    assert namesake.due_at is not None


def test_never_carries_and_takes_that_back(browser: Client, namesake: Record) -> None:
    press(browser, namesake, "never")
    namesake.refresh_from_db()
    assert namesake.state == State.IGNORED
    assert address_of(namesake, "retry_this") not in page(browser, address_of(namesake))

    press(browser, namesake, "carry_after_all")
    namesake.refresh_from_db()
    assert namesake.state == State.QUEUED
    assert told(browser.post(address_of(namesake, "carry_after_all")))[-1] == (
        "It is carried already."
    )


def test_unlinks(browser: Client, integration: Integration) -> None:
    record = make_record(integration)
    Record.objects.filter(pk=record.pk).update(target_id="EP7")

    press(browser, record, "unlink")

    record.refresh_from_db()
    assert (record.target_id, record.wanted) == ("", 1)


@pytest.mark.parametrize("name", ["create_as_new", "unlink", "send_again", "link"])
def test_refuses_a_remedy_that_makes_no_sense(
    browser: Client, integration: Integration, name: str
) -> None:
    record = make_record(integration)

    answer = browser.post(address_of(record, name), {"target_id": "EP1"})

    assert told(answer) == ["That makes no sense for the record as it stands now."]
    assert Action.objects.get().outcome == Action.Outcome.REFUSED
    before = (record.wanted, record.target_id, record.is_somebody_else)
    record.refresh_from_db()
    assert (record.wanted, record.target_id, record.is_somebody_else) == before


def test_shows_what_was_changed_at_the_target(browser: Client, integration: Integration) -> None:
    text = page(browser, address_of(drifted(integration)))

    assert "<td>title</td><td>Boss</td><td>Clerk</td><td>no</td>" in text


def test_accepts_one_difference_with_a_reason(
    browser: Client, operator: User, integration: Integration
) -> None:
    record = drifted(integration)

    press(browser, record, "accept_difference", differences=[f"{'title':x<64}"], reason="Promoted.")

    title, department = Drift.objects.get(field="title"), Drift.objects.get(field="department")
    assert (title.accepted_by, title.reason) == (operator, "Promoted.")
    assert department.accepted_at is None
    assert Problem.objects.get().closed_at is None
    assert Action.objects.get().details == {"fields": ["title"], "reason": "Promoted."}
    assert "Promoted." in page(browser, address_of(record))


def test_is_quiet_once_every_difference_is_accepted(
    browser: Client, operator: User, integration: Integration
) -> None:
    record = drifted(integration)
    digests = [f"{field:x<64}" for field in ("title", "department")]

    press(browser, record, "accept_difference", differences=digests, reason="Promoted.")

    record.refresh_from_db()
    assert record.reasons == []
    problem = Problem.objects.get()
    assert (problem.ending, problem.closed_by) == (Problem.Ending.PERSON, operator)
    assert problem.ending_reason == "Promoted."
    assert address_of(record, "accept_difference") not in page(browser, address_of(record))


def test_accepts_no_difference_that_has_changed_since_it_was_shown(
    browser: Client, integration: Integration
) -> None:
    record = drifted(integration)
    Drift.objects.filter(field="title").update(digest="n" * 64)

    answer = browser.post(
        address_of(record, "accept_difference"),
        {"differences": [f"{'title':x<64}"], "reason": "Promoted."},
    )

    assert "Select a valid choice" in answer.content.decode()
    assert not Drift.objects.filter(accepted_at__isnull=False).exists()


@pytest.mark.parametrize("from_record", [True, False], ids=["record", "entry"])
def test_replays_by_a_worker(
    browser: Client, integration: Integration, queue: redis.Redis, from_record: bool
) -> None:
    record = make_record(integration)
    entry_of(record)
    latest = entry_of(record)

    answer = press(browser, record if from_record else latest, "replay")

    assert told(answer) == ["It is being run again; what comes of it is among its entries."]
    assert queued(queue) == [("integrations.replay_entry", f"({latest.pk},)")]
    what = "record.replay" if from_record else "entry.replay"
    assert Action.objects.get().what == what


def test_replays_nothing_that_was_never_worked(browser: Client, integration: Integration) -> None:
    record = make_record(integration)

    answer = browser.post(address_of(record, "replay"))

    assert told(answer) == ["It has no entry yet that could be run again."]


def test_decides_on_many_records_at_once(
    browser: Client, integration: Integration, namesake: Record
) -> None:
    other = make_record(integration)

    asked = act(browser, "create_these_as_new", namesake, other)
    assert "That cannot be taken back from here." in asked.content.decode()
    assert not Record.objects.filter(is_somebody_else=True).exists()
    assert not Action.objects.exists()
    chosen = {"action": "create_these_as_new", "_selected_action": [namesake.pk, other.pk]}
    answer = browser.post(LIST, {**chosen, "sure": "Yes, do it"})

    assert told(answer) == [
        "Records decided: 1.",
        "Records for which that makes no sense now: 1.",
    ]
    assert set(Record.objects.filter(is_somebody_else=True)) == {namesake}
    act(browser, "never_these", namesake, other)
    assert set(Record.objects.values_list("state", flat=True)) == {State.IGNORED}
    act(browser, "carry_these_after_all", namesake, other)
    assert set(Record.objects.values_list("state", flat=True)) == {State.QUEUED}
    assert Action.objects.filter(what="record.never_these").get().details["count"] == 2


@pytest.mark.parametrize("role", [Membership.Role.AUDITOR, Membership.Role.APPROVER])
def test_is_mended_by_nobody_whose_role_is_another(
    client: Client, namesake: Record, role: Membership.Role
) -> None:
    client.force_login(make_member(namesake.integration.tenant, role))

    assert 'name="action"' not in page(client, LIST)
    act(client, "never_these", namesake)

    namesake.refresh_from_db()
    assert namesake.state == State.HELD
