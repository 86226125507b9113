"""Operators' daily work, walked in a real browser: problem and remedy, review, preview, replay."""

from __future__ import annotations

import pytest
from django.db.models import Model
from playwright.sync_api import Page, expect

from audit.models import Action, Entry
from integrations import tasks
from integrations.engine import plans, review
from integrations.engine.reconcile import reconcile
from integrations.models import Integration, Match, Membership, Plan, Problem, Record
from integrations.registry import flow
from tests import factories
from tests.browser.conftest import sign_in
from tests.company import Company
from tests.conftest import Sandbox
from tests.unit.integrations.admin.pages import address_of

Role = Membership.Role


@pytest.fixture
def company(served: str, sandbox: Sandbox) -> Company:
    """Northwind, connected and mapped, nothing synced yet."""
    return Company(sandbox, 30)


def homonym(company: Company) -> str:
    """Hire somebody who bears a stranger's name, and hold him."""
    contact = next(iter(company.strangers.values()))["ContactInfo"]
    person_id = company.hire(firstName=contact["FirstName"], lastName=contact["LastName"])
    company.sync()
    return person_id


def sign_in_as(page: Page, served: str, company: Company, role: Membership.Role) -> None:
    """Sign in as somebody of the company with this role."""
    sign_in(page, served, factories.make_member(company.tenant, role))


def row_page(served: str, row: Model, name: str = "change") -> str:
    """The address of a row's page, or of one of its buttons."""
    return served + address_of(row, name)


def press(page: Page, title: str) -> None:
    """Press a button of a row's page, and say yes where it asks."""
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("button", name=title, exact=True).click()


def test_goes_from_a_problem_to_its_remedy(page: Page, served: str, company: Company) -> None:
    record = company.record(homonym(company))
    problem = Problem.objects.get(code="possibly_the_same")

    page.goto(f"{served}/admin/integrations/problem/")
    page.get_by_role("link", name=problem.sentence, exact=True).click()
    page.get_by_role("button", name="Assign to me").click()
    expect(page.get_by_text("You look after it.")).to_be_visible()
    page.get_by_role("link", name=record.title, exact=True).click()
    press(page, "Create as new")
    expect(page.get_by_text("It will be created as new.")).to_be_visible()

    company.drain()
    record.refresh_from_db()
    assert record.state == Record.State.SYNCED
    page.goto(row_page(served, problem))
    expect(page.get_by_text("by itself: nothing is stopped by it any more")).to_be_visible()


def test_links_by_the_id_that_is_typed(page: Page, served: str, company: Company) -> None:
    number = next(iter(company.strangers))
    record = company.record(homonym(company))

    page.goto(row_page(served, record))
    page.get_by_role("link", name="Link to …").click()
    page.get_by_label("Id at the target").fill(number)
    page.get_by_role("button", name="Link to …").click()
    expect(page.get_by_text("Linked; it is brought up to date by itself.")).to_be_visible()

    company.drain()
    record.refresh_from_db()
    assert (record.state, record.target_id) == (Record.State.SYNCED, number)


def test_decides_and_confirms_a_match_review(page: Page, served: str, company: Company) -> None:
    contact = next(iter(company.strangers.values()))["ContactInfo"]
    company.hire(firstName=contact["FirstName"], lastName=contact["LastName"])
    Integration.objects.update(reviewed_at=None, status=Integration.Status.DRAFT)
    review.draw_up(company.fresh(), company.leg)

    page.goto(f"{served}/admin/integrations/match/?ground__exact=name")
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option("create_as_new")
    page.locator("[name=index]").click()
    page.get_by_role("button", name="Yes, do it").click()
    expect(page.get_by_text("Pairs decided: 1.")).to_be_visible()
    page.goto(row_page(served, company.integration))
    press(page, "Confirm match review")
    expect(page.get_by_text("Match review confirmed.")).to_be_visible()

    decided = Match.objects.get(ground=Match.Ground.NAME)
    assert decided.decision == Match.Decision.CREATE
    assert Record.objects.get(source_id=decided.source_id).is_somebody_else


def test_approves_a_preview_as_an_approver(page: Page, served: str, company: Company) -> None:
    person_id = company.hire(lastName="Ahlström")
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    sign_in_as(page, served, company, Role.APPROVER)

    page.goto(row_page(served, plan))
    expect(page.get_by_text("Ahlström", exact=True)).to_be_visible()
    press(page, "Approve and post")
    expect(page.get_by_text("Approved; it is being posted.")).to_be_visible()

    plans.post(Plan.objects.get(pk=plan.pk), flow(company.integration.flow).leg("employees"))
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Ahlström"
    page.reload()
    expect(page.get_by_text("Posted", exact=True)).to_be_visible()


def test_replays_an_entry(page: Page, served: str, company: Company) -> None:
    person_id = company.hire()
    company.sync()
    entry = Entry.objects.get(source_id=person_id)

    page.goto(row_page(served, entry))
    press(page, "Replay")
    expect(page.get_by_text("It is being run again")).to_be_visible()

    tasks.replay_entry(entry.pk)
    page.get_by_role("link", name="All entries of this record").click()
    expect(page.get_by_role("row").filter(has_text="Unchanged")).to_be_visible()


def test_accepts_a_difference(page: Page, served: str, company: Company) -> None:
    person_id = company.hire()
    company.sync()
    record = company.record(person_id)
    changed = {"ContactInfo": {"LastName": "Changed-There"}}
    company.sandbox.control("PUT", f"acumatica/employees/{record.target_id}", changed)
    reconcile(company.fresh(), company.leg)

    page.goto(row_page(served, record))
    page.get_by_role("link", name="Accept this difference …").click()
    page.get_by_label("Reason").fill("Her name there.")
    page.get_by_role("button", name="Accept this difference …").click()
    expect(page.get_by_text("Accepted; it is quiet until a side changes.")).to_be_visible()

    assert reconcile(company.fresh(), company.leg).drifted == []


def test_sends_a_form_once_however_often_it_is_clicked(
    page: Page, served: str, company: Company
) -> None:
    homonym(company)
    problem = Problem.objects.get(code="possibly_the_same")

    page.goto(row_page(served, problem, "comment"))
    page.get_by_label("Comment").fill("Asked HR.")
    page.get_by_role("button", name="Comment …").dblclick()
    expect(page.get_by_text("Asked HR.")).to_be_visible()
    page.goto(row_page(served, problem))

    expect(page.get_by_text("Asked HR.")).to_have_count(1)
    assert Action.objects.filter(what="problem.comment").count() == 1


def test_offers_an_auditor_nothing_to_press(page: Page, served: str, company: Company) -> None:
    record = company.record(homonym(company))
    problem = Problem.objects.get(code="possibly_the_same")
    sign_in_as(page, served, company, Role.AUDITOR)

    for row in (record, problem, company.integration, company.integration.source):
        page.goto(row_page(served, row))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.get_by_role("button", name="Save")).to_have_count(0)
        expect(page.locator("[data-button]")).to_have_count(0)
