"""Every page can be read and used by everybody: axe-core finds no serious fault on any of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib import admin
from playwright.sync_api import Browser, Page, ViewportSize, expect

from integrations.connect import links
from integrations.models import Integration, Mapping, Match, Plan, Problem, Record, Tenant
from integrations.models.base import tenant_id_of
from tests import factories
from tests.browser.conftest import sign_in
from tests.unit.integrations.admin.house import build_house
from tests.unit.integrations.admin.pages import address_of

Scheme = Literal["light", "dark"]
GRAVE = ("serious", "critical")
WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> Scheme:
    """What the visitor's browser asks for."""
    return "dark" if request.param == "dark" else "light"


@pytest.fixture
def house(served: str) -> Integration:
    """One row of everything."""
    return build_house("alpha")


@pytest.fixture
def visitor(browser: Browser, served: str, scheme: Scheme) -> Iterator[Page]:
    """Somebody signed in who may do everything."""
    context = browser.new_context(color_scheme=scheme, viewport=WIDE)
    page = context.new_page()
    sign_in(page, served, factories.make_user())
    yield page
    context.close()


def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical: the rule, and the first place."""
    found = Axe().run(page).response["violations"]
    return [
        f"{page.url}: {one['id']} ({one['impact']}): {one['nodes'][0]['html'][:200]} "
        f"{one['nodes'][0].get('failureSummary', '')[:300]}"
        for one in found
        if one["impact"] in GRAVE
    ]


def faults_of(page: Page, served: str, addresses: list[str]) -> list[str]:
    """Those of several pages."""
    found = list[str]()
    for address in addresses:
        answer = page.goto(served + address)
        assert answer is not None
        assert answer.status == 200, address
        page.wait_for_load_state("networkidle")
        found += faults(page)
    return found


def lists() -> list[str]:
    return [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in MODELS]


def rows(house: Integration) -> list[str]:
    """The page of one row of each model."""
    found = []
    for model in MODELS:
        own = [
            row
            for row in model._default_manager.all()
            if tenant_id_of(row) in (None, house.tenant_id)
        ]
        found += [address_of(row) for row in own[:1]]
    return found


def questions(house: Integration) -> list[str]:
    """The pages that ask before something is done, and the forms of what is new."""
    record = Record.objects.get(integration=house)
    asked = [
        (record, "link"),
        (record, "never"),
        (Problem.objects.get(integration=house), "assign"),
        (Plan.objects.get(integration=house), "refuse"),
        (Mapping.objects.get(integration=house), "ignore_this"),
        (house.source, "secrets"),
        (house.source, "disconnect"),
    ]
    added = [f"/admin/integrations/{name}/add/" for name in ("tenant", "oauthapp", "integration")]
    return [
        *(address_of(row, name) for row, name in asked),
        *added,
        "/admin/integrations/connection/add/",
        f"/admin/integrations/connection/add/?tenant={house.tenant_id}&vendor=bamboohr",
        "/admin/integrations/mapping/csv/",
        f"/admin/integrations/mapping/csv/{house.pk}/",
        f"/connect/links/{house.tenant_id}/",
        "/admin/auth/user/add/",
    ]


@pytest.mark.slow
def test_reads_the_home_page_and_every_list(
    visitor: Page, served: str, house: Integration, scheme: Scheme
) -> None:
    visitor.goto(f"{served}/admin/")
    is_dark = visitor.locator("html").evaluate("one => one.classList.contains('dark')")
    assert is_dark == (scheme == "dark")
    assert faults_of(visitor, served, ["/admin/", *lists()]) == []


@pytest.mark.slow
def test_reads_the_page_of_every_row(visitor: Page, served: str, house: Integration) -> None:
    assert faults_of(visitor, served, rows(house)) == []


@pytest.mark.slow
def test_reads_what_is_asked_before_something_is_done(
    visitor: Page, served: str, house: Integration
) -> None:
    found = faults_of(visitor, served, questions(house))
    for name, model in (("link", Match), ("ignore", Mapping), ("create_these_as_new", Record)):
        visitor.goto(f"{served}/admin/integrations/{model._meta.model_name}/")
        visitor.locator("input.action-select").first.check()
        visitor.locator("select[name=action]").select_option(name)
        visitor.locator("[name=index]").click()
        expect(visitor.get_by_role("button", name="Yes, do it")).to_be_visible()
        found += faults(visitor)
    assert found == []


@pytest.mark.slow
def test_reads_the_console_on_a_phone(visitor: Page, served: str, house: Integration) -> None:
    visitor.set_viewport_size(NARROW)
    record = Record.objects.get(integration=house)
    addresses = ["/admin/", "/admin/integrations/record/", address_of(record), address_of(house)]
    assert faults_of(visitor, served, addresses) == []


@pytest.mark.slow
def test_reads_the_pages_of_whoever_is_not_signed_in(
    browser: Browser, served: str, house: Integration, scheme: Scheme
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport=WIDE)
    found = faults_of(page, served, ["/admin/login/"])
    tenant = Tenant.objects.get(pk=house.tenant_id)
    made = links.make(tenant, list(tenant.connections.all()), factories.make_user())
    for place in (made.url.replace("https://connector.example", served), f"{served}/connect/"):
        page.goto(place)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        found += faults(page)
    found += faults_of(page, served, [f"/connect/to/{house.source.key}/disconnect/"])
    page.context.clear_cookies()
    for place in ("/connect/", "/connect/callback/bamboohr/?state=unknown&code=1"):
        page.goto(served + place)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        found += faults(page)
    assert found == []
