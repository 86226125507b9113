"""Money documents in a browser: read line by line before they are approved, and as they stand."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, expect

from config import clock
from integrations.engine import sheets
from integrations.flow import Sheet, SheetLine
from integrations.models import Document, Integration, Membership, Plan, Record, Term
from tests import factories
from tests.browser.conftest import sign_in
from tests.browser.test_reading import WIDE, Scheme, faults, scheme
from tests.contract.toy.house import FLOW
from tests.contract.toy.office import Office, office
from tests.unit.integrations.admin.pages import address_of

__all__ = ["office", "scheme"]

NOTHING = Decimal("0.00")


@pytest.fixture
def bill(served: str, office: Office) -> Document:
    """A bill that stands at the house and is released tomorrow."""
    tenant = factories.make_tenant("Northwind Traders")
    source = factories.make_connected(tenant, "rolodex")
    address = {"address": "https://house.example"}
    target = factories.make_connected(tenant, "homestead", config=address)
    integration = factories.make_integration(source, target, flow=FLOW)
    record = factories.make_record(integration, leg="bills", title="Ada Byron", source_id="1")
    Record.objects.filter(pk=record.pk).update(state=Record.State.WAITING, target_id="B2")
    return Document.objects.create(
        record=record,
        connection=target,
        vendor="homestead",
        account_id=target.account_id,
        number="1",
        kind="bill",
        reference="BILL-northwind-1 r1",
        target_id="B2",
        total_digits="1205.50",
        currency="EUR",
        dated_on=date(2026, 1, 5),
    )


def preview_of(integration: Integration, line_count: int) -> Plan:
    """A preview of one payroll-like document."""
    line = SheetLine("6000", "SAL-000", "Wages", Decimal("1234.56"), NOTHING)
    owed = SheetLine("2100", "", "Net pay", NOTHING, Decimal("1234.56") * line_count)
    facts = (("Date", "2026-01-05"), ("Period", "01-2026"), ("Branch", "MAIN"))
    checks = ("Every account is active.", "The period is open in the general ledger.")
    sheet = Sheet("Journal NW r1", facts, ((line,) * line_count) + (owed,), checks)
    told = {
        "source_id": "1",
        "title": "Payroll of 2026-01-05",
        "outcome": "created",
        "steps": ["enter", "release"],
        "differences": [{"field": "total", "found": "", "wanted": "<pay>"}],
        "reasons": [],
        "digest": "e" * 64,
        "sheets": [sheets.masked(sheet)],
    }
    return Plan.objects.create(
        integration=integration,
        leg="bills",
        lines=[told],
        private=sheets.private_text({"1": [sheet]}),
        counts={"created": 1},
        digest="f" * 64,
        mapping_digest="0" * 64,
        drawn_up_on=date(2026, 1, 5),
        expires_at=clock.now() + timedelta(days=3),
    )


@pytest.mark.slow
def test_releases_a_bill_that_a_person_wants_released(
    page: Page, served: str, bill: Document
) -> None:
    page.goto(served + address_of(bill.record))
    expect(page.get_by_role("cell", name="written, not released, since")).to_be_visible()
    page.get_by_role("link", name="Documents …", exact=True).click()
    page.get_by_label("Release now: The bill is released at the house at once.").check()
    page.get_by_role("button", name="Documents …", exact=True).click()
    expect(page.get_by_text("It is being done")).to_be_visible()
    expect(page.get_by_text("Release now", exact=True)).to_be_visible()
    assert Record.objects.get(pk=bill.record_id).wish == "release"
    page.get_by_role("link", name="Documents …", exact=True).click()
    page.get_by_label("As the integration would do by itself.").check()
    page.get_by_role("button", name="Documents …", exact=True).click()
    expect(page.get_by_text("The integration goes on as it would by itself.")).to_be_visible()
    assert Record.objects.get(pk=bill.record_id).wish == ""


@pytest.mark.slow
def test_reads_debits_and_credits_before_approving(page: Page, served: str, bill: Document) -> None:
    plan = preview_of(bill.record.integration, 3)
    page.goto(served + address_of(plan))
    sheet = page.get_by_role("region", name="Journal NW r1")
    total = sheet.get_by_role("row", name="Total")
    expect(total.get_by_role("cell")).to_have_text(["3,703.68", "3,703.68"])
    expect(sheet.get_by_role("row")).to_have_count(6)
    expect(page.get_by_text("The period is open in the general ledger.")).to_be_visible()
    approver = factories.make_member(plan.integration.tenant, Membership.Role.APPROVER)
    sign_in(page, served, approver)
    page.goto(served + address_of(plan))
    expect(total.get_by_role("cell")).to_have_text(["<pay>", "<pay>"])
    expect(sheet.get_by_role("row", name="Net pay")).to_be_visible()
    expect(page.get_by_text("3,703.68")).to_have_count(0)


@pytest.mark.slow
def test_reads_money_pages_without_a_fault(
    browser: Browser, served: str, bill: Document, scheme: Scheme
) -> None:
    plan = preview_of(bill.record.integration, 3)
    target = bill.connection
    for kind in ("account", "subaccount"):
        Term.objects.create(connection=target, kind=kind, key=f"{kind[0]}-1", title=kind)
    coding = factories.make_mapping(plan.integration, '["Garden"]', kind="coding")
    Document.objects.update(created_at=clock.now() - timedelta(days=3))
    page = browser.new_context(color_scheme=scheme, viewport=WIDE).new_page()
    sign_in(page, served, factories.make_user())
    places = [
        address_of(plan),
        address_of(bill),
        address_of(bill.record),
        address_of(bill.record, "documents"),
        address_of(coding),
        address_of(plan.integration),
        "/admin/integrations/document/?stands=overdue",
        "/admin/",
    ]
    found = []
    for place in places:
        page.goto(served + place)
        page.wait_for_load_state("networkidle")
        found += faults(page)
    page.context.close()
    assert found == []
