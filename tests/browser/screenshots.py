"""Takes the pictures of the README from a running product; ``make screenshots`` calls it.

No test by its name, so the suite leaves it alone; it fails where a picture is too large to keep.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from config import clock
from integrations import mapping
from integrations.connect import links
from integrations.engine import plans
from integrations.models import HighWaterMark, Integration, Mapping, Plan, Problem, Tenant
from tests import factories
from tests.browser.conftest import sign_in
from tests.company import Company
from tests.conftest import Sandbox
from tests.unit.integrations.admin.pages import address_of

PICTURES = Path(__file__).parent / "pictures"
LARGEST_BYTES = 150 * 1024
WIDE = ViewportSize(width=1280, height=800)
DAYS_COUNT = 11
PORTALS = ("Ada", "Grace", "Katherine", "Edsger", "Barbara", "Alan", "Radia", "Donald")


@pytest.fixture
def company(served: str, sandbox: Sandbox) -> Company:
    """Northwind after some days of life, with a few things that wait for a person."""
    company = Company(sandbox, 60)
    Tenant.objects.filter(pk=company.tenant.pk).update(name="Northwind Traders")
    Integration.objects.update(title="People follow HR")
    company.integration.source.title, company.integration.target.title = "Our HR", "Our ledger"
    for connection in (company.integration.source, company.integration.target):
        connection.save()
    sales = Mapping.objects.get(kind="department", source_key=mapping.key_text(["Sales"]))
    company.sync()
    # The first sync would dwarf the days of the chart.
    company.advance(days=14)
    for day in range(DAYS_COUNT):
        for number in range(1 + day * 5 % 4):
            company.hire(
                firstName=PORTALS[number], lastName=f"Lindqvist-{day}", department="Finance"
            )
        company.change(company.someone(), lastName=f"Okafor-{day}")
        company.sync()
        company.advance(days=1)
    contacts = (one["ContactInfo"] for one in company.strangers.values())
    stranger = next(one for one in contacts if one["FirstName"] != "Integration")
    namesake = {"firstName": stranger["FirstName"], "lastName": stranger["LastName"]}
    company.hire(**namesake, department="Finance")
    Mapping.objects.filter(pk=sales.pk).update(state=Mapping.State.UNMAPPED, target={})
    for name in PORTALS[:4]:
        company.hire(firstName=name, lastName="Castellan", department="Sales")
    company.sync()
    mapping.suggest(company.fresh())
    HighWaterMark.objects.update(polled_at=clock.now())
    company.hire(firstName="Mary", lastName="Haverford", department="Finance")
    company.change(company.someone(department="Finance"), lastName="Haverford")
    return company


@pytest.fixture
def visitor(browser: Browser, served: str) -> Page:
    """Somebody who may do everything."""
    page = browser.new_page(viewport=WIDE, color_scheme="light")
    user = factories.make_user()
    user.username, user.first_name = "grace", "Grace"
    sign_in(page, served, user)
    return page


def picture(page: Page, name: str) -> None:
    """Keep what the window shows."""
    PICTURES.mkdir(exist_ok=True)
    page.wait_for_load_state("networkidle")
    file = PICTURES / f"{name}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    assert file.stat().st_size <= LARGEST_BYTES, f"{file} is larger than {LARGEST_BYTES} bytes."


def test_takes_the_pictures(browser: Browser, visitor: Page, served: str, company: Company) -> None:
    plan = plans.keep(company.fresh(), company.leg, company.operator)
    assert Plan.objects.get(pk=plan.pk).lines
    problem = Problem.objects.filter(closed_at=None, code="possibly_the_same").get()
    places = {
        "home": "/admin/",
        "mappings": "/admin/integrations/mapping/?kind__exact=department",
        "record": address_of(problem.records.get()),
        "preview": address_of(plan),
    }
    for name, address in places.items():
        visitor.goto(served + address)
        if name == "preview":
            visitor.locator("#lines").evaluate("one => one.scrollIntoView()")
        picture(visitor, name)

    tenant = Tenant.objects.get(pk=company.tenant.pk)
    made = links.make(tenant, list(tenant.connections.all()), company.operator)
    customer = browser.new_page(viewport=WIDE)
    customer.goto(made.url.replace("https://connector.example", served))
    picture(customer, "connect")
