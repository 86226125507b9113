"""Gives every test process a directory, a database and a Redis of its own; loaded by pytest first.

On the embedded default all three are in a new private directory. With ``DATABASE_URL`` and
``REDIS_URL`` the tests run on those servers: Django adds the xdist worker to the database's name,
and the first worker alone uses the Redis index that was given, for it was given no other.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, transaction

from audit import append_only
from config import clock
from tests.clocks import StoppedClock

GIVEN = ("DATABASE_URL", "REDIS_URL", "REDIS_SERVER", "FERNET_KEYS", "SECRET_KEY")
UNSET = (
    "ALLOWED_HOSTS",
    "ALLOWED_PRIVATE_HOSTS",
    "AUDIT_ANCHOR",
    "DEFAULT_FROM_EMAIL",
    "EMAIL_URL",
    "LEASE_SECONDS",
    "METRICS_TOKEN",
    "PUBLIC_URL",
    "SANDBOX_URL",
    "SETTLE_SECONDS",
    "SWEEP_SECONDS",
)

VAR_DIR = tempfile.mkdtemp(prefix="ml-connector-test-")
os.environ["VAR_DIR"] = VAR_DIR
# Where the settings do not load, pytest ends without a word to its plugins.
atexit.register(shutil.rmtree, VAR_DIR, ignore_errors=True)
for name in UNSET:
    # Empty rather than absent, or the developer's .env would fill it in.
    os.environ[name] = ""
for name in GIVEN:
    os.environ.setdefault(name, "")
if os.environ.get("PYTEST_XDIST_WORKER", "gw0") != "gw0":
    os.environ["REDIS_URL"] = ""


@pytest.fixture(scope="session", autouse=True)
def _redis() -> None:
    """Budgets and queues are there for whoever needs them."""
    if settings.EMBEDDED_REDIS is not None:
        settings.EMBEDDED_REDIS.start()


@pytest.fixture
def stopped_clock() -> Iterator[StoppedClock]:
    """The product's clock stands still until the test moves it."""
    stopped = StoppedClock()
    former = clock.use(stopped)
    yield stopped
    clock.use(former)


@pytest.fixture(autouse=True)
def _trail_that_can_be_emptied(
    request: pytest.FixtureRequest, _django_db_marker: None
) -> Iterator[None]:
    """After a test that commits, Django empties every table, on SQLite with DELETE.

    The trail's triggers refuse that, as they must. They are taken away for this one moment of a
    test process, by its own hand, and set again: the product has no such door. PostgreSQL is
    emptied with TRUNCATE, which fires no row trigger.
    """
    if "_django_db_helper" in request.fixturenames:
        request.getfixturevalue("_django_db_helper")
    yield
    is_used = request.node.get_closest_marker("django_db") or (
        "_django_db_helper" in request.fixturenames
    )
    if not is_used or connection.vendor != "sqlite" or connection.in_atomic_block:
        return
    tables = [model._meta.db_table for model in apps.get_app_config("audit").get_models()]
    with connection.cursor() as cursor:
        if not any(cursor.execute(f"SELECT 1 FROM {table}").fetchone() for table in tables):
            return
        with transaction.atomic():
            append_only.remove(connection)
            for table in tables:
                cursor.execute(f"DELETE FROM {table}")
            append_only.install(connection)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running."""
    if settings.configured and settings.EMBEDDED_REDIS is not None:
        settings.EMBEDDED_REDIS.stop()
