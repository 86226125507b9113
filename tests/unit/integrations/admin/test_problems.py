"""The exception desk: what needs whom, what a problem stops, how it is taken on and how it ends."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from audit.models import Action
from config import clock
from integrations import reasons
from integrations.models import Comment, Integration, Membership, Problem, Record
from tests.factories import make_integration, make_member, make_problem, make_record
from tests.unit.integrations.admin.pages import address_of, page, press, told

pytestmark = pytest.mark.django_db

LIST = "/admin/integrations/problem/"
Role = Membership.Role


@pytest.fixture
def integration() -> Integration:
    """A flow that is switched on."""
    return make_integration()


@pytest.fixture
def avalanche(integration: Integration) -> Problem:
    """Two leavers too many."""
    reason = reasons.AVALANCHE.because(kind="deactivation", percent="5", hours="24").as_json()
    records = [
        make_record(integration, state=Record.State.HELD, reasons=[reason], title=title)
        for title in ("Ada Lovelace", "Grace Hopper")
    ]
    problem = records[0].problems.get()
    Problem.objects.filter(pk=problem.pk).update(subject="avalanche:deactivation")
    return Problem.objects.get(pk=problem.pk)


def cause(integration: Integration, **columns: object) -> Problem:
    """A problem that stops nobody."""
    problem = make_problem(integration, {"code": "misconfigured", "sentence": "It is wrong."})
    Problem.objects.filter(pk=problem.pk).update(**columns)
    return Problem.objects.get(pk=problem.pk)


def test_lists_what_needs_the_person_before_everything_else(
    browser: Client, operator: User, integration: Integration
) -> None:
    colleague = make_member(integration.tenant)
    for code, assignee in (("nobodys", None), ("mine", operator), ("theirs", colleague)):
        Problem.objects.create(integration=integration, code=code, sentence=code, assignee=assignee)
    Problem.objects.create(
        integration=integration, code="ended", sentence="ended", closed_at=clock.now()
    )

    def listed(query: str) -> set[str]:
        text = page(browser, LIST + query)
        return {code for code in ("nobodys", "mine", "theirs", "ended") if f">{code}<" in text}

    assert listed("") == {"nobodys", "mine"}
    assert listed("?what=open") == {"nobodys", "mine", "theirs"}
    assert listed("?what=closed") == {"ended"}
    assert listed("?what=all") == {"nobodys", "mine", "theirs", "ended"}


def test_counts_the_records_that_it_stops(browser: Client, avalanche: Problem) -> None:
    assert re.search(r'<td class="[^"]*field-record_count[^>]*>\s*2\s*<', page(browser, LIST))


def test_leads_to_the_records_and_says_what_to_do(browser: Client, avalanche: Problem) -> None:
    Problem.objects.filter(pk=avalanche.pk).update(remedy="Look at the list.")

    text = page(browser, address_of(avalanche))

    assert "Look at the list." in text
    for record in avalanche.records.all():
        assert f'<a href="{address_of(record)}">{record.title}</a>: Held' in text


def test_leads_to_the_record_that_it_tells_of_and_does_not_stop(
    browser: Client, integration: Integration
) -> None:
    record = make_record(integration, source_id="7", title="Ada Lovelace")
    problem = cause(integration, code="drift", subject="employees:7")

    assert f'<a href="{address_of(record)}">Ada Lovelace</a>' in page(browser, address_of(problem))


def test_is_taken_on_and_handed_on(
    browser: Client, operator: User, integration: Integration
) -> None:
    problem = cause(integration)
    colleague = make_member(integration.tenant, Role.OPERATOR)

    press(browser, problem, "take_on_this")
    problem.refresh_from_db()
    assert problem.assignee == operator

    press(browser, problem, "assign", assignee=colleague.pk)
    problem.refresh_from_db()
    assert problem.assignee == colleague
    assert [(one.what, one.outcome) for one in Action.objects.order_by("pk")] == [
        ("problem.take_on_this", "done"),
        ("problem.assign", "done"),
    ]


def test_is_handed_to_nobody_who_only_looks_or_belongs_elsewhere(
    browser: Client, integration: Integration
) -> None:
    problem = cause(integration)
    strangers = [
        make_member(integration.tenant, Role.AUDITOR),
        make_member(make_integration().tenant, Role.OPERATOR),
    ]

    text = page(browser, address_of(problem, "assign"))
    for stranger in strangers:
        assert stranger.username not in text
        answer = browser.post(address_of(problem, "assign"), {"assignee": stranger.pk})
        assert "Select a valid choice" in answer.content.decode()
    problem.refresh_from_db()
    assert problem.assignee is None


def test_takes_on_many_at_once(browser: Client, operator: User, integration: Integration) -> None:
    problem, ended = cause(integration), cause(make_integration(), closed_at=clock.now())

    browser.post(LIST, {"action": "take_on", "_selected_action": [problem.pk, ended.pk]})

    assert list(Problem.objects.filter(assignee=operator)) == [problem]


def test_keeps_comments_with_who_wrote_them(
    browser: Client, operator: User, integration: Integration
) -> None:
    problem = cause(integration)

    press(browser, problem, "comment", text="Finance is asked.\x07")

    text = page(browser, address_of(problem))
    assert "Finance is asked." in text
    assert "\x07" not in text
    assert Comment.objects.get().author == operator


def test_closes_in_somebodys_name_with_a_reason(
    browser: Client, operator: User, integration: Integration
) -> None:
    problem = cause(integration)

    press(browser, problem, "close", reason="Asked and answered.")

    problem.refresh_from_db()
    assert (problem.ending, problem.closed_by) == (Problem.Ending.PERSON, operator)
    text = page(browser, address_of(problem))
    assert "closed by a person" in text
    assert "Asked and answered." in text
    for name in ("close", "assign", "take_on_this"):
        assert address_of(problem, name) not in text


def test_closes_nothing_without_a_reason(browser: Client, integration: Integration) -> None:
    problem = cause(integration)

    answer = browser.post(address_of(problem, "close"), {"reason": " "})

    assert "This field is required." in answer.content.decode()
    problem.refresh_from_db()
    assert problem.closed_at is None


def test_closes_nothing_that_still_stops_records(browser: Client, integration: Integration) -> None:
    reason: dict[str, object] = {"code": "unmapped", "sentence": "No counterpart."}
    problem = make_record(integration, state=Record.State.HELD, reasons=[reason]).problems.get()

    answer = press(browser, problem, "close", reason="I am tired of it.")

    assert told(answer)[0].startswith("It still stops 1 records")
    problem.refresh_from_db()
    assert problem.closed_at is None
    assert Action.objects.get().outcome == Action.Outcome.REFUSED


def test_closes_no_difference_that_the_next_comparison_would_find_again(
    browser: Client, integration: Integration
) -> None:
    problem = cause(integration, code="drift", subject="employees:7")

    answer = press(browser, problem, "close", reason="Never mind.")

    assert told(answer)[0].endswith("accept it, or restore it.")


def test_releases_all_of_its_records(browser: Client, operator: User, avalanche: Problem) -> None:
    answer = press(browser, avalanche, "release")

    assert told(answer) == ["Released. Records that go on: 2."]
    assert set(Record.objects.values_list("cleared_for", "wanted")) == {("deactivation", 1)}
    avalanche.refresh_from_db()
    assert (avalanche.ending, avalanche.closed_by) == (Problem.Ending.RELEASED, operator)


def test_refuses_all_of_its_records(browser: Client, avalanche: Problem) -> None:
    answer = press(browser, avalanche, "refuse")

    assert told(answer) == ["Refused. Records that stay as they are: 2."]
    codes = [record.reasons[0]["code"] for record in Record.objects.all()]
    assert codes == ["change_refused", "change_refused"]


def test_decides_as_a_whole_on_nothing_but_an_avalanche(
    browser: Client, integration: Integration
) -> None:
    problem = cause(integration)
    text = page(browser, address_of(problem))
    for name in ("release", "refuse"):
        assert address_of(problem, name) not in text
        answer = browser.post(address_of(problem, name))
        assert told(answer)[-1] == "Its records are decided on one by one, on their own pages."
    problem.refresh_from_db()
    assert problem.closed_at is None


@pytest.mark.parametrize("name", ["release", "refuse"])
def test_leaves_an_avalanche_to_the_approver(client: Client, avalanche: Problem, name: str) -> None:
    tenant = avalanche.integration.tenant
    client.force_login(make_member(tenant, Role.OPERATOR))
    assert address_of(avalanche, name) not in page(client, address_of(avalanche))
    assert client.post(address_of(avalanche, name)).status_code == 403

    client.force_login(make_member(tenant, Role.APPROVER))
    press(client, avalanche, name)
    avalanche.refresh_from_db()
    assert avalanche.closed_at is not None
