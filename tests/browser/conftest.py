"""A real browser against a live server, with the sandbox behind it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.db import connections
from playwright.sync_api import Browser, Page, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from config import clock
from connectors.pacing import budget_redis
from tests.conftest import Sandbox

PASSWORD = "a-password-of-the-tests"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture
def served(
    sandbox: Sandbox, transactional_db: None, live_server: LiveServer, settings: Settings
) -> Iterator[str]:
    """The address of the product's pages, with the sandbox standing in for the vendors."""
    settings.SANDBOX_URL = sandbox.url
    settings.PUBLIC_URL = "https://connector.example"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    clock.follow(sandbox.url)
    budget_redis(settings.REDIS_URLS.redis).flushdb()
    reach = {"origin": "https://connector.example", "loopback": live_server.url}
    sandbox.control("POST", "reach", reach)
    yield str(live_server.url)
    clock.follow("")


@pytest.fixture
def browser(served: str) -> Iterator[Browser]:
    """Chromium; each context in it is another visitor's."""
    # The browser's driver runs an event loop in this thread; the rows are the test's own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    program = shutil.which("chromium")
    assert program is not None, "Chromium is missing: install Debian's package chromium."
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield launched
        launched.close()
        # Under a running event loop Django keeps connections of their own for this thread, which
        # nobody else would close: a PostgreSQL database that is still in use can't be dropped.
        connections.close_all()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser, served: str) -> Page:
    """A page of Chromium, signed in to the admin as an administrator."""
    opened = browser.new_page()
    sign_in(opened, served, User.objects.create_superuser("operator"))
    return opened


def sign_in(page: Page, served: str, user: User) -> None:
    """Sign in to the console as this person, whoever was signed in before."""
    user.set_password(PASSWORD)
    user.save()
    page.context.clear_cookies()
    page.goto(f"{served}/admin/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", PASSWORD)
    page.locator("form [type=submit]").click()
    page.wait_for_url(f"{served}/admin/")
