"""The match review in the admin: pairs side by side, decided in bulk."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.models import Action
from integrations.models import Integration, Match, Membership, Record
from tests.factories import make_integration, make_member
from tests.unit.integrations.admin.pages import Answered, address_of, page, press, told

pytestmark = pytest.mark.django_db

LIST = "/admin/integrations/match/"
Decision, Ground = Match.Decision, Match.Ground


@pytest.fixture
def integration() -> Integration:
    """A flow whose review nobody has confirmed yet."""
    integration = make_integration(status=Integration.Status.DRAFT)
    Integration.objects.update(reviewed_at=None)
    integration.refresh_from_db()
    return integration


def pair(
    integration: Integration, source: str, target: str, ground: Match.Ground = Ground.NAME
) -> Match:
    """One row of the review."""
    return Match.objects.create(
        integration=integration,
        leg="employees",
        source_id=source,
        source_title=f"Source {source}" if source else "",
        target_id=target,
        target_title=f"Target {target}" if target else "",
        ground=ground,
    )


def decide(browser: Client, name: str, matches: Sequence[Match]) -> Answered:
    """Choose a decision for several rows of the list, and say yes where it asks."""
    chosen = {"action": name, "_selected_action": [match.pk for match in matches]}
    asked = browser.post(LIST, chosen)
    return browser.post(LIST, {**chosen, "sure": "yes"}) if asked.status_code == 200 else asked


def decisions() -> dict[tuple[str, str], str]:
    """What is decided of each pair."""
    rows = Match.objects.values_list("source_id", "target_id", "decision")
    return {(source, target): decision for source, target, decision in rows}


def test_shows_both_sides_beside_each_other(browser: Client, integration: Integration) -> None:
    pair(integration, "1", "EP1")

    text = page(browser, LIST)

    assert "Source 1 (1)" in text
    assert "Target EP1 (EP1)" in text
    assert "the same name only" in text


@pytest.mark.parametrize(
    ("name", "decision"),
    [
        ("link", Decision.LINK),
        ("not_the_same", Decision.LEAVE),
        ("create_as_new", Decision.CREATE),
        ("never", Decision.NEVER),
    ],
)
def test_decides_many_at_once_and_carries_nothing_out_yet(
    browser: Client, operator: User, integration: Integration, name: str, decision: str
) -> None:
    matches = [pair(integration, "1", "EP1"), pair(integration, "2", "EP2")]

    answer = decide(browser, name, matches)

    assert told(answer) == ["Pairs decided: 2."]
    assert set(decisions().values()) == {decision}
    assert set(Match.objects.values_list("decided_by", flat=True)) == {operator.pk}
    assert not Record.objects.exists()
    action = Action.objects.get()
    assert (action.what, action.details["count"]) == (f"match.{name}", 2)


@pytest.mark.parametrize("name", ["link", "not_the_same", "create_as_new", "never"])
def test_asks_before_many_are_decided(browser: Client, integration: Integration, name: str) -> None:
    match = pair(integration, "1", "EP1")

    asked = browser.post(LIST, {"action": name, "_selected_action": [match.pk]})

    assert asked.status_code == 200
    assert "Source 1 (1) / Target EP1 (EP1)" in asked.content.decode()
    assert 'name="sure"' in asked.content.decode()
    assert decisions() == {("1", "EP1"): Decision.OPEN}
    assert not Action.objects.exists()


def test_can_be_decided_otherwise_until_the_review_is_confirmed(
    browser: Client, integration: Integration
) -> None:
    match = pair(integration, "1", "EP1")
    for name in ("link", "create_as_new"):
        decide(browser, name, [match])
    assert decisions() == {("1", "EP1"): Decision.CREATE}


def test_decides_only_what_makes_sense_for_a_pair(
    browser: Client, integration: Integration
) -> None:
    matches = [
        pair(integration, "1", "EP1", Ground.REFERENCE),
        pair(integration, "2", "", Ground.SOURCE_ONLY),
        pair(integration, "", "EP3", Ground.TARGET_ONLY),
    ]

    refused = told(decide(browser, "create_as_new", matches))

    assert refused[0] == "Pairs decided: 1."
    assert "our reference, so it cannot be decided" in refused[1]
    assert decisions() == {
        ("1", "EP1"): Decision.OPEN,
        ("2", ""): Decision.CREATE,
        ("", "EP3"): Decision.OPEN,
    }


def test_links_nobody_twice(browser: Client, integration: Integration) -> None:
    first, same_target = pair(integration, "1", "EP1"), pair(integration, "2", "EP1")
    same_source = pair(integration, "1", "EP2")

    messages = told(decide(browser, "link", [first, same_target, same_source]))

    assert messages[0] == "Pairs decided: 1."
    assert len(messages) == 3
    # Whichever came first in the list has it; the other two would link it a second time.
    assert sorted(decisions().values()) == [Decision.LINK, Decision.OPEN, Decision.OPEN]


def test_is_confirmed_as_a_whole_once(browser: Client, integration: Integration) -> None:
    linked = pair(integration, "1", "EP1", Ground.EMAIL)
    pair(integration, "2", "EP2")

    answer = press(browser, integration, "confirm_review")

    assert told(answer) == ["Match review confirmed. Pairs left to a person: 1."]
    assert Record.objects.get(source_id="1").target_id == "EP1"
    linked.refresh_from_db()
    assert linked.decision == Decision.LINK
    assert address_of(integration, "confirm_review") not in page(browser, address_of(integration))
    again = browser.post(address_of(integration, "confirm_review"))
    assert told(again)[-1] == "The match review is confirmed already."


def test_carries_a_late_decision_out_at_once(browser: Client, integration: Integration) -> None:
    match = pair(integration, "1", "EP1")
    press(browser, integration, "confirm_review")

    decide(browser, "link", [match])

    record = Record.objects.get(source_id="1")
    assert record.target_id == "EP1"
    assert record.due_at is not None
    refused = told(decide(browser, "create_as_new", [match]))
    assert "was decided before the review was confirmed" in refused[-1]
    assert decisions() == {("1", "EP1"): Decision.LINK}


@pytest.mark.parametrize("role", [Membership.Role.AUDITOR, Membership.Role.APPROVER])
def test_is_decided_by_nobody_whose_role_is_another(
    client: Client, integration: Integration, role: Membership.Role
) -> None:
    match = pair(integration, "1", "EP1")
    client.force_login(make_member(integration.tenant, role))

    assert 'name="action"' not in page(client, LIST)
    decide(client, "link", [match])

    assert decisions() == {("1", "EP1"): Decision.OPEN}


def test_is_decided_for_no_other_tenant(client: Client, integration: Integration) -> None:
    match, own = pair(integration, "1", "EP1"), pair(make_integration(), "2", "EP2")
    client.force_login(make_member(own.integration.tenant))

    decide(client, "link", [match, own])

    assert decisions() == {("1", "EP1"): Decision.OPEN, ("2", "EP2"): Decision.LINK}
