"""Previews in the admin: every line with its differences, approved by whom it is up to."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import redis
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Action
from config import clock
from integrations.models import Membership, Plan
from tests.factories import make_integration, make_member
from tests.unit.integrations.admin.pages import address_of, page, press, told

pytestmark = pytest.mark.django_db

Role, State = Membership.Role, Plan.State
CHANGED = {"field": "title", "found": "Clerk", "wanted": "Manager"}
PAY = {"field": "rate", "found": "<pay>", "wanted": "<pay>"}


@pytest.fixture
def queue() -> Iterator[redis.Redis]:
    """The broker, with an empty queue."""
    broker = redis.Redis.from_url(settings.REDIS_URLS.redis)
    broker.delete("bulk")
    yield broker
    broker.delete("bulk")
    broker.close()


def posted(broker: redis.Redis) -> list[str]:
    """The plans that workers were told to post."""
    messages = broker.lrange("bulk", 0, -1)
    assert isinstance(messages, list)
    headers = [json.loads(one)["headers"] for one in messages]
    return [one["argsrepr"] for one in headers if one["task"] == "integrations.post_plan"]


def line(source_id: str, outcome: str, **more: object) -> dict[str, object]:
    """One line as it is kept."""
    empty: dict[str, object] = {"steps": [], "differences": [], "reasons": [], "digest": "e" * 64}
    return {
        "source_id": source_id,
        "title": f"Person {source_id}",
        "outcome": outcome,
        **empty,
    } | more


def kept(**columns: object) -> Plan:
    """A preview of four people."""
    lines = [
        line("1", "updated", steps=["update"], differences=[CHANGED, PAY]),
        line("2", "held", reasons=["Department Finance has no counterpart."]),
        line("3", "waiting", title="Grace Hopper", reasons=["Starts on 2027-01-04."]),
        line("4", "unchanged"),
    ]
    defaults: dict[str, object] = {
        "integration": make_integration(),
        "leg": "employees",
        "lines": lines,
        "counts": {"updated": 1, "held": 1, "waiting": 1, "unchanged": 1},
        "digest": "a" * 64,
        "mapping_digest": "b" * 64,
        "drawn_up_on": date(2026, 1, 5),
        "expires_at": clock.now() + timedelta(days=3),
    }
    return Plan.objects.create(**(defaults | columns))


def test_shows_each_line_with_its_differences(browser: Client, operator: User) -> None:
    plan = kept(asked_by=operator)

    text = page(browser, address_of(plan))

    for part in ("Person 1", "Clerk", "Manager", "&lt;pay&gt;", "Person 2", operator.username):
        assert part in text
    assert "Department Finance has no counterpart." in text
    assert "a" * 64 in text
    assert "b" * 64 in text
    assert "held 1, unchanged 1, updated 1, waiting 1" in text


def test_shows_what_changes_nothing_where_it_is_asked_for(browser: Client) -> None:
    plan = kept()

    assert "Person 4" not in page(browser, address_of(plan))
    assert "1 lines change nothing." in page(browser, address_of(plan))
    assert "Person 4" in page(browser, address_of(plan) + "?lines=all")


def test_turns_pages(browser: Client) -> None:
    plan = kept(lines=[line(str(number), "created") for number in range(1, 151)])

    assert "Page 1 of 2" in page(browser, address_of(plan))
    second = page(browser, address_of(plan) + "?p=2")
    assert "Person 150" in second
    assert "Person 99<" not in second


def test_hides_what_lies_ahead(client: Client) -> None:
    plan = kept()
    tenant = plan.integration.tenant

    client.force_login(make_member(tenant, Role.AUDITOR))
    text = page(client, address_of(plan))
    assert "(lies ahead: hidden)" in text
    assert "Grace Hopper" not in text
    assert "2027" not in text
    client.force_login(make_member(tenant, Role.AUDITOR, ["see_future"]))
    assert "Grace Hopper" in page(client, address_of(plan))


def test_opens_no_preview_for_the_list(browser: Client) -> None:
    kept()

    with CaptureQueriesContext(database) as queries:
        page(browser, "/admin/integrations/plan/")

    assert not any('"integrations_plan"."lines"' in query["sql"] for query in queries)


def test_is_approved_and_posted(browser: Client, operator: User, queue: redis.Redis) -> None:
    plan = kept()

    answer = press(browser, plan, "approve")

    assert told(answer) == ["Approved; it is being posted."]
    plan.refresh_from_db()
    assert (plan.state, plan.approved_by) == (State.APPROVED, operator)
    assert posted(queue) == [f"({plan.pk},)"]


def test_is_approved_once(browser: Client, queue: redis.Redis) -> None:
    plan = kept()
    for _ in range(2):
        answer = browser.post(address_of(plan, "approve"))
    assert told(answer)[-1] == "The plan is spent or expired: draw up a new one."
    assert len(posted(queue)) == 1


def test_is_posted_that_nobody_could_be_told_of(browser: Client, queue: redis.Redis) -> None:
    plan = kept(state=State.APPROVED, approved_at=clock.now())

    press(browser, plan, "post")

    assert posted(queue) == [f"({plan.pk},)"]


@pytest.mark.parametrize("state", [State.DRAWN_UP, State.APPROVED])
def test_is_refused_with_a_reason(
    browser: Client, operator: User, queue: redis.Redis, state: str
) -> None:
    plan = kept(state=state)

    press(browser, plan, "refuse", reason="Not before the audit.")

    plan.refresh_from_db()
    assert (plan.state, plan.refused_by) == (State.REFUSED, operator)
    assert "Not before the audit." in page(browser, address_of(plan))
    assert told(browser.post(address_of(plan, "approve")))[-1].startswith("The plan is spent")
    assert posted(queue) == []
    refused = Action.objects.get(what="plan.refuse")
    assert refused.details == {"reason": "Not before the audit."}


@pytest.mark.parametrize("state", [State.POSTED, State.STOPPED, State.REFUSED])
def test_offers_nothing_once_it_is_spent(browser: Client, state: str) -> None:
    plan = kept(state=state)

    text = page(browser, address_of(plan))
    for name in ("approve", "post", "refuse"):
        assert address_of(plan, name) not in text
        browser.post(address_of(plan, name), {"reason": "Late."})
    plan.refresh_from_db()
    assert plan.state == state


def test_says_that_it_is_expired(browser: Client) -> None:
    plan = kept(expires_at=clock.now())

    text = page(browser, address_of(plan))

    assert "expired: draw up a new one" in text
    assert address_of(plan, "approve") not in text


def test_says_what_has_changed(browser: Client) -> None:
    plan = kept(state=State.STOPPED, stopped_by=["Record 7 would be written otherwise."])

    assert "Record 7 would be written otherwise." in page(browser, address_of(plan))


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR])
def test_leaves_the_decision_to_the_approver(
    client: Client, queue: redis.Redis, role: Membership.Role
) -> None:
    plan = kept()
    client.force_login(make_member(plan.integration.tenant, role))

    text = page(client, address_of(plan))
    for name in ("approve", "post", "refuse"):
        assert address_of(plan, name) not in text
        assert client.post(address_of(plan, name), {"reason": "x"}).status_code == 403

    plan.refresh_from_db()
    assert plan.state == State.DRAWN_UP
    assert posted(queue) == []
    assert set(Action.objects.values_list("outcome", flat=True)) == {Action.Outcome.REFUSED}


def test_is_approved_by_an_approver(client: Client, queue: redis.Redis) -> None:
    plan = kept()
    client.force_login(make_member(plan.integration.tenant, Role.APPROVER))

    press(client, plan, "approve")

    plan.refresh_from_db()
    assert plan.state == State.APPROVED


def test_belongs_to_its_tenant(client: Client) -> None:
    plan = kept()
    client.force_login(make_member(make_integration().tenant))

    assert client.get(address_of(plan)).status_code == 302
    assert client.post(address_of(plan, "approve")).status_code == 404
