"""A customer connects his own accounts by a link: no log-in here, no script, on any screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect

from integrations.connect import links
from integrations.models import Connection, Integration, Tenant
from tests import factories
from tests.browser.test_connect import connection_to
from tests.conftest import Sandbox

PHONE = ViewportSize(width=320, height=640)
WIDE = ViewportSize(width=1280, height=900)
TITLES = {"bamboohr": "BambooHR", "acumatica": "Acumatica"}
ALLOW = re.compile("allow|connect", re.IGNORECASE)
DENY = re.compile("deny|cancel", re.IGNORECASE)
LEAST_CONTRAST = 4.5
"""WCAG 2.2, 1.4.3, for text of the usual size."""

CONTRASTS = """() => {
  const light = rgb => {
    const [r, g, b] = rgb.match(/[\\d.]+/g).map(Number).map(one => {
      const part = one / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = element => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== 'transparent') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('body *')]
    .filter(one => [...one.childNodes].some(part => part.nodeType === 3 && part.data.trim()))
    .map(one => {
      const both = [light(getComputedStyle(one).color), light(ground(one))];
      const [dark, bright] = [Math.min(...both), Math.max(...both)];
      return [(bright + 0.05) / (dark + 0.05), one.textContent.trim().slice(0, 40)];
    });
}"""
"""How text stands out from what is behind it: the ratio, and the beginning of the text."""


@pytest.fixture
def tenant(served: str) -> Tenant:
    """A customer whose accounts wait to be connected."""
    return factories.make_tenant("Northwind Traders")


@pytest.fixture
def accounts(tenant: Tenant, sandbox: Sandbox) -> dict[str, Connection]:
    """A connection to each vendor, its app registered there, and the flow between them."""
    made = {vendor: connection_to(vendor, sandbox, tenant) for vendor in TITLES}
    factories.make_integration(made["bamboohr"], made["acumatica"], status=Integration.Status.DRAFT)
    return made


@pytest.fixture
def customer(
    browser: Browser, served: str, tenant: Tenant, accounts: dict[str, Connection]
) -> Iterator[Page]:
    """A phone without scripts, at the page that its link opens."""
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    opened = context.new_page()
    opened.goto(address(served, tenant))
    yield opened
    context.close()


def address(served: str, tenant: Tenant) -> str:
    """The address of a new link, at the live server."""
    made = links.make(tenant, list(tenant.connections.all()), factories.make_user())
    return made.url.replace("https://connector.example", served)


def card(page: Page, vendor: str) -> Locator:
    """The part of the page that is about one account."""
    return page.get_by_role("region", name=TITLES[vendor], exact=True)


def consent(page: Page, vendor: str, answer: re.Pattern[str] = ALLOW) -> None:
    """Press Connect and answer at the vendor."""
    page.get_by_role("button", name=f"Connect {TITLES[vendor]}").click()
    page.wait_for_url(re.compile(f"/{vendor}/"))
    page.get_by_role("button", name=answer).click()
    page.wait_for_url(re.compile("/connect/"))


def assert_fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    for box in [one.bounding_box() for one in page.locator("body *:visible").all()]:
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.slow
def test_connects_both_accounts_on_a_phone_without_scripts(
    customer: Page, served: str, accounts: dict[str, Connection]
) -> None:
    expect(customer).to_have_url(f"{served}/connect/")
    expect(customer.get_by_text("2 of 2 accounts still wait for you.")).to_be_visible()
    expect(customer.get_by_text("What never moves")).to_be_visible()
    assert_fits(customer)

    for vendor, connection in accounts.items():
        consent(customer, vendor)
        expect(customer).to_have_url(f"{served}/connect/#connection-{connection.pk}")
        expect(card(customer, vendor).get_by_text("Connected", exact=True)).to_be_visible()
        connection.refresh_from_db()
        assert connection.status == Connection.Status.ACTIVE

    expect(customer.get_by_text("Nothing is left for you to do here.")).to_be_visible()
    assert_fits(customer)


@pytest.mark.slow
def test_says_what_went_wrong_and_starts_again(
    customer: Page, accounts: dict[str, Connection]
) -> None:
    consent(customer, "bamboohr", DENY)
    expect(customer.get_by_text("The consent was refused at BambooHR")).to_be_visible()
    customer.get_by_role("link", name="Back to your accounts").click()
    expect(card(customer, "bamboohr").get_by_text("The last try did not work.")).to_be_visible()

    consent(customer, "bamboohr")

    expect(card(customer, "bamboohr").get_by_text("Connected", exact=True)).to_be_visible()
    expect(customer.get_by_text("The last try")).to_have_count(0)


@pytest.mark.slow
def test_tries_a_key_before_it_is_stored(
    customer: Page, sandbox: Sandbox, accounts: dict[str, Connection]
) -> None:
    key = next(iter(sandbox.state("bamboohr")["companies"]["northwind"]["api_keys"]))
    own = card(customer, "bamboohr")
    own.get_by_text("Without that consent: API key").click()
    for typed, told in (("0" * 40, "It did not work, and nothing was stored."), (key, "Connected")):
        own.get_by_label("API key").fill(typed)
        own.get_by_role("button", name="Test and connect").click()
        expect(own.get_by_text(told)).to_be_visible()
        assert typed not in customer.content()
    accounts["bamboohr"].refresh_from_db()
    assert accounts["bamboohr"].status == Connection.Status.ACTIVE


@pytest.mark.slow
def test_reconnects_and_disconnects_with_the_keyboard_alone(
    browser: Browser, served: str, tenant: Tenant, accounts: dict[str, Connection], sandbox: Sandbox
) -> None:
    sandbox.switch("acumatica", "auto_consent", "on")
    page = browser.new_page(viewport=WIDE)
    page.goto(address(served, tenant))
    for name in ("Connect Acumatica", "Connect Acumatica again"):
        press(page, "button", name)
        expect(card(page, "acumatica").get_by_text("Connected", exact=True)).to_be_visible()
    press(page, "link", "Disconnect Acumatica …")
    press(page, "button", "Disconnect Acumatica")
    expect(card(page, "acumatica").get_by_text("Disconnected", exact=True)).to_be_visible()
    expect(card(page, "acumatica")).to_contain_text("The access was given back to Acumatica.")
    accounts["acumatica"].refresh_from_db()
    assert accounts["acumatica"].status == Connection.Status.CLOSED


def press(page: Page, role: Literal["button", "link"], name: str) -> None:
    """Go there key by key, see where one is, and press Enter."""
    wanted = page.get_by_role(role, name=name, exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    expect(wanted).to_be_focused()
    assert wanted.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_load_state()


@pytest.mark.slow
def test_opens_by_what_an_operator_copied_until_it_is_revoked(
    page: Page, browser: Browser, served: str, tenant: Tenant, accounts: dict[str, Connection]
) -> None:
    page.goto(f"{served}/connect/links/{tenant.pk}/")
    page.get_by_role("button", name="Make the link").click()
    copied = page.get_by_label("The link's address").input_value()
    copied = copied.replace("https://connector.example", served)
    guest = browser.new_context().new_page()
    guest.goto(copied)
    expect(guest.get_by_role("heading", name="Connect your accounts")).to_be_visible()
    page.get_by_role("link", name="I have copied it").click()
    assert copied.rsplit("/", 2)[1] not in page.content()

    page.get_by_role("button", name="Revoke").click()

    expect(page.get_by_text("The link was revoked")).to_be_visible()
    for url in (copied, f"{served}/connect/"):
        guest.goto(url)
        expect(guest.get_by_role("heading", name="This link opens nothing")).to_be_visible()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_can_be_read_by_everybody(
    browser: Browser,
    served: str,
    tenant: Tenant,
    accounts: dict[str, Connection],
    scheme: Literal["light", "dark"],
) -> None:
    Connection.objects.filter(pk=accounts["bamboohr"].pk).update(
        status=Connection.Status.NEEDS_REAUTH, account_id="northwind"
    )
    page = browser.new_page(viewport=WIDE, color_scheme=scheme)
    complaints = list[str]()
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(address(served, tenant))
    page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")

    assert [one for one in page.evaluate(CONTRASTS) if one[0] < LEAST_CONTRAST] == []
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("h1").count() == 1
    levels = [int(one[1]) for one in page.locator("h1, h2, h3, h4").evaluate_all(TAGS)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert page.get_by_role("main").count() == page.get_by_role("banner").count() == 1
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    for field in page.locator("input:not([type=hidden])").all():
        assert page.locator(f"label[for={field.get_attribute('id')}]").count() == 1
        for described_by in (field.get_attribute("aria-describedby") or "").split():
            assert described_by in ids
    for pressed in page.locator("button, a.button, summary").all():
        box = pressed.bounding_box()
        assert box is not None
        assert box["height"] >= 24
    # The policy that forbids scripts and foreign things stops nothing that the page needs.
    assert complaints == []


TAGS = "all => all.map(one => one.tagName)"
