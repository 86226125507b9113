"""Gives every test process a directory, a database and a Redis of its own; loaded by pytest first.

On the embedded default all three are in a new private directory. With ``DATABASE_URL`` and
``REDIS_URL`` the tests run on those servers: Django adds the xdist worker to the database's name,
and the first worker alone uses the Redis index that was given, for it was given no other.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from django.conf import settings

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


@pytest.fixture(scope="session", autouse=True)
def _static_files_on_demand() -> Iterator[None]:
    """Every test client is a server anew, and would first look at each static file there is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(settings, "WHITENOISE_AUTOREFRESH", True, raising=False)
        yield


@pytest.fixture
def stopped_clock() -> Iterator[StoppedClock]:
    """The product's clock stands still until the test moves it."""
    stopped = StoppedClock()
    former = clock.use(stopped)
    yield stopped
    clock.use(former)


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: no collection need look through it again."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing running."""
    if settings.configured and settings.EMBEDDED_REDIS is not None:
        settings.EMBEDDED_REDIS.stop()
