"""Each role at its own work, in a real browser: nobody has a right but by his membership."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from audit import trail
from audit.models import Action, Entry, SyncRun
from integrations import mapping, tasks
from integrations.engine import plans
from integrations.engine.run import whose
from integrations.models import Integration, Mapping, Membership, Plan, Problem, Record
from integrations.registry import flow
from tests import factories
from tests.browser.conftest import sign_in
from tests.company import Company
from tests.conftest import Sandbox
from tests.unit.integrations.admin.pages import address_of

Role = Membership.Role
UNKNOWN = "Submarines"


@pytest.fixture
def company(served: str, sandbox: Sandbox) -> Company:
    """Northwind, connected and mapped, nothing synced yet."""
    return Company(sandbox, 30)


def come_as(page: Page, served: str, company: Company, role: Membership.Role) -> None:
    """Sign in as somebody of the company who has nothing but this role."""
    sign_in(page, served, factories.make_member(company.tenant, role, ()))


def press(page: Page, title: str) -> None:
    """Press a button of a row's page, and say yes where it asks."""
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("button", name=title, exact=True).click()


def act(page: Page, name: str) -> None:
    """Choose an action for the first row of a list, and say yes."""
    page.locator("input.action-select").first.check()
    page.locator("select[name=action]").select_option(name)
    page.locator("[name=index]").click()
    page.get_by_role("button", name="Yes, do it").click()


def unmap(department: str) -> Mapping:
    """Nobody has said yet what this department is at the target."""
    row = Mapping.objects.get(kind="department", source_key=mapping.key_text([department]))
    Mapping.objects.filter(pk=row.pk).update(state=Mapping.State.UNMAPPED, target={})
    return row


@pytest.mark.slow
def test_lets_an_operator_map_what_records_wait_for(
    page: Page, served: str, company: Company
) -> None:
    sales = unmap("Sales")
    person_id = company.hire(department="Sales")
    company.sync()
    mapping.suggest(company.fresh())
    come_as(page, served, company, Role.OPERATOR)

    page.goto(f"{served}/admin/")
    page.get_by_role("link", name=re.compile("Problems that need you")).click()
    page.get_by_role("link", name=re.compile("department Sales has no counterpart")).click()
    expect(page.get_by_text("Map Sales in the mapping table")).to_be_visible()
    page.goto(f"{served}/admin/integrations/mapping/?records=records_wait&q=Sales")
    expect(page.get_by_role("row").filter(has_text="Suggested")).to_contain_text("Sales")
    act(page, "confirm_suggested")
    expect(page.get_by_text(re.compile("Confirmed: 1. Records that go on by it:"))).to_be_visible()

    company.drain()
    sales.refresh_from_db()
    assert sales.state == Mapping.State.CONFIRMED
    assert company.record(person_id).state == Record.State.SYNCED
    assert not Problem.objects.filter(subject="department:Sales", closed_at=None).exists()


@pytest.mark.slow
def test_lets_an_operator_take_the_table_out_and_in(
    page: Page, served: str, company: Company, tmp_path: Path
) -> None:
    sales = unmap("Sales")
    come_as(page, served, company, Role.OPERATOR)
    page.goto(f"{served}/admin/integrations/mapping/")
    page.get_by_role("link", name="Take the table out and in as a CSV file").click()
    page.get_by_role("link", name=company.integration.title).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the table").click()
    file = tmp_path / "mappings.csv"
    download.value.save_as(file)
    text = file.read_text(encoding="utf-8-sig")
    assert "department,Sales,,unmapped" in text

    for target, told in (("NOWHERE", "column target:"), ("SALES", "Confirmed: 1.")):
        filled = text.replace("department,Sales,,", f"department,Sales,{target},")
        file.write_text(filled, encoding="utf-8", newline="")
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Take in").click()
        expect(page.get_by_text(re.compile(re.escape(told)))).to_be_visible()

    sales.refresh_from_db()
    assert (sales.state, sales.target) == (Mapping.State.CONFIRMED, {"department": "SALES"})


@pytest.mark.slow
def test_lets_an_operator_preview_sync_and_replay(
    page: Page, served: str, company: Company
) -> None:
    person_id = company.hire()
    come_as(page, served, company, Role.OPERATOR)
    page.goto(served + address_of(company.integration))
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_text("A preview is being drawn up.")).to_be_visible()
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    page.goto(served + address_of(plan))
    expect(page.get_by_text("created")).not_to_have_count(0)
    expect(page.get_by_role("link", name="Approve and post")).to_have_count(0)

    page.goto(served + address_of(company.integration))
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_text("Sync asked for.")).to_be_visible()
    company.sync()
    record = company.record(person_id)
    assert record.state == Record.State.SYNCED

    page.goto(served + address_of(record))
    press(page, "Replay")
    expect(page.get_by_text("It is being run again")).to_be_visible()
    tasks.replay_entry(Entry.objects.get(source_id=person_id).pk)
    assert Entry.objects.filter(source_id=person_id, outcome="unchanged").count() == 1


@pytest.mark.slow
def test_lets_an_approver_approve_and_change_nothing_else(
    page: Page, served: str, company: Company
) -> None:
    person_id = company.hire(lastName="Ahlström")
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    come_as(page, served, company, Role.APPROVER)
    page.goto(f"{served}/admin/")
    page.get_by_role("link", name=re.compile("Previews to approve")).click()
    page.locator("#result_list tbody a").first.click()
    press(page, "Approve and post")
    expect(page.get_by_text("Approved; it is being posted.")).to_be_visible()

    plans.post(Plan.objects.get(pk=plan.pk), flow(company.integration.flow).leg("employees"))
    assert company.employee_of(person_id)["ContactInfo"]["LastName"] == "Ahlström"
    for row in (company.record(person_id), company.integration, Mapping.objects.first()):
        assert row is not None
        page.goto(served + address_of(row))
        expect(page.locator("[data-button]")).to_have_count(0)
        expect(page.get_by_role("button", name="Save")).to_have_count(0)


@pytest.mark.slow
def test_lets_an_auditor_look_at_everything_and_press_nothing(
    page: Page, served: str, company: Company
) -> None:
    unmap("Sales")
    company.hire(department="Sales")
    company.sync()
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    come_as(page, served, company, Role.AUDITOR)
    before = Action.objects.count()

    rows = (
        company.integration,
        company.integration.source,
        Record.objects.filter(state=Record.State.HELD).first(),
        Problem.objects.first(),
        Mapping.objects.first(),
        Entry.objects.first(),
        SyncRun.objects.first(),
        plan,
    )
    for row in rows:
        assert row is not None
        page.goto(served + address_of(row))
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("[data-button]")).to_have_count(0)
        expect(page.get_by_role("button", name="Save")).to_have_count(0)
    for name in ("record", "mapping", "match", "problem"):
        page.goto(f"{served}/admin/integrations/{name}/")
        expect(page.locator("select[name=action]")).to_have_count(0)
    page.goto(f"{served}/admin/integrations/mapping/csv/{company.integration.pk}/")
    expect(page.get_by_text("Your role is to look")).to_be_visible()
    assert Action.objects.count() == before


@pytest.mark.slow
def test_lets_an_administrator_change_what_somebody_is(
    page: Page, served: str, company: Company
) -> None:
    colleague = factories.make_member(company.tenant, Role.AUDITOR, ())
    membership = Membership.objects.get(user=colleague)
    come_as(page, served, company, Role.ADMINISTRATOR)
    page.goto(served + address_of(membership))
    page.locator("select[name=role]").select_option(Role.OPERATOR)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()

    sign_in(page, served, colleague)
    page.goto(served + address_of(company.integration))
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert Integration.objects.get().status == Integration.Status.ON


@pytest.mark.slow
def test_follows_a_run_by_itself_until_it_has_ended(
    page: Page, served: str, company: Company
) -> None:
    run = trail.open_run(whose(company.integration, company.leg), SyncRun.Trigger.MANUAL)
    trail.note_progress(run, 20, {"created": 5})
    come_as(page, served, company, Role.AUDITOR)
    page.goto(served + address_of(run))
    expect(page.get_by_text("5 settled, 15 in hand.")).to_be_visible()

    trail.note_progress(run, 20, {"created": 15})
    expect(page.get_by_text("15 settled, 5 in hand.")).to_be_visible(timeout=15_000)
    trail.close_run(run, SyncRun.State.DONE, 20, {"created": 20})
    ended = page.get_by_text("It has ended: nothing here changes any more.")
    expect(ended).to_be_visible(timeout=15_000)
    expect(page.get_by_role("status")).to_contain_text("It has ended")
