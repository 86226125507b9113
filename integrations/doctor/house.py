"""Looks at what all tenants share: database, keys, Redis, clocks and addresses."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Tags, run_checks
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from redis.exceptions import RedisError

from audit.sealed_text import key_ids
from config import clock
from connectors.pacing import budget_redis
from integrations.doctor.findings import Finding, Level, act, fine, note

CLOCK_SECONDS = 2.0
"""A machine whose clock differs more from the database's would take leases that are held."""
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def look_at_house() -> tuple[list[Finding], bool]:
    """What there is to say, and whether the database and the clock can be asked for the rest."""
    addresses, database = list(_addresses()), _database()
    findings = [*addresses, _redis(), database]
    if database.level == Level.ACT:
        return findings, False
    findings += [*_checks(), _keys()]
    if any(one.level == Level.ACT for one in addresses):
        # A sandbox that is away takes the product's time with it.
        return findings, False
    return [*findings, *_clock()], True


def _database() -> Finding:
    about = f"database ({connection.vendor})"
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return act(
            about,
            f"It does not answer: {str(error).strip()}",
            "Start it, or correct DATABASE_URL.",
        )
    if waiting:
        return act(about, f"{len(waiting)} migrations wait.", "Run manage.py migrate.")
    return fine(about, "It answers and has all its tables.")


def _checks() -> Iterator[Finding]:
    """What the system checks say: vendors, flows, keys, the trail's triggers."""
    found = [
        *run_checks(tags=["ml_connector"]),
        *run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS]),
    ]
    for message in found:
        yield act(f"check {message.id}", str(message.msg), str(message.hint or ""))
    if not found:
        yield fine("checks", "Vendors and flows load, the keys are right, the trail is guarded.")


def _keys() -> Finding:
    first, *old = key_ids()
    if not old:
        return fine("keys", f"One key, {first}.")
    return note(
        "keys",
        f"Key {first} encrypts; {', '.join(old)} only open what is old.",
        "Run manage.py rotate_keys; what rotate_keys --check proves unneeded may go.",
    )


def _redis() -> Finding:
    try:
        if settings.EMBEDDED_REDIS is not None:
            settings.EMBEDDED_REDIS.start()
        with budget_redis(settings.REDIS_URLS.redis) as redis:
            redis.ping()
    except (RedisError, OSError, RuntimeError) as error:
        return act(
            "Redis",
            f"It does not answer: {error}",
            "Start it, or correct REDIS_URL; until then no vendor is called and all work waits.",
        )
    return fine("Redis", "It answers.")


def _clock() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        ahead = clock.now() - clock.offset() - cursor.fetchone()[0]
    seconds = ahead.total_seconds()
    if abs(seconds) <= CLOCK_SECONDS:
        yield fine("clock", f"It differs from the database's by {abs(seconds):.1f} s.")
        return
    side = "ahead of" if seconds > 0 else "behind"
    yield act(
        "clock",
        f"This machine's clock is {abs(seconds):.0f} s {side} the database's.",
        "Let both follow the same time server (chrony, systemd-timesyncd).",
    )


def _addresses() -> Iterator[Finding]:
    public = urlsplit(settings.PUBLIC_URL)
    if settings.SANDBOX_URL:
        try:
            clock.refresh()
        except RuntimeError as error:
            yield act("SANDBOX_URL", str(error), "Start the sandbox first, or unset SANDBOX_URL.")
        else:
            yield note("SANDBOX_URL", f"No vendor is called, but {settings.SANDBOX_URL}.")
    elif public.hostname in LOOPBACK:
        yield note(
            "PUBLIC_URL",
            f"{settings.PUBLIC_URL} is this machine alone: no vendor can send webhooks to it.",
            "Set PUBLIC_URL to the https address under which vendors and browsers reach it.",
        )
    else:
        yield fine("PUBLIC_URL", f"Vendors reach the product at {settings.PUBLIC_URL}.")
