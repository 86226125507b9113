"""The doctor: what is misconfigured is a sentence with what to do, and ends the command with 1."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.management import call_command
from django.db import connection as database
from pytest_django import Settings

from audit import append_only
from config import clock
from integrations import doctor, switching
from integrations.connect import service
from integrations.doctor import Level
from integrations.models import Connection, Integration, OAuthApp, Record
from tests.clocks import StoppedClock
from tests.conftest import REPOSITORY
from tests.contract.toy.office import Office
from tests.factories import (
    make_app,
    make_connected,
    make_connection,
    make_integration,
    make_mapping,
    make_record,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(office: Office, stopped_clock: StoppedClock) -> Connection:
    """A connection to the toy vendor that works."""
    connection = make_connection(vendor="rolodex", title="Cards")
    service.connect_with_secrets(connection, {"api_key": "canary-key-1"})
    connection.refresh_from_db()
    return connection


def told(level: Level = Level.ACT) -> dict[str, str]:
    """What is said at this level: about what, and the sentence with its remedy."""
    return {
        one.about: f"{one.sentence} {one.remedy}".strip()
        for one in doctor.examine()
        if one.level == level
    }


def test_tests_each_connection_at_its_vendor(office: Office, connection: Connection) -> None:
    office.asked.clear()

    assert told() == {}

    assert told(Level.FINE)[f"connection {connection.tenant}: Cards"] == "It works."
    assert told(Level.NOTE)[f"connection {connection.tenant}: Cards"] == "No index cards."
    assert office.asked[:2] == [
        "GET /rolodex/northwind.rolodex.example/me",
        "GET /rolodex/northwind.rolodex.example/abilities",
    ]


def test_says_which_connection_the_vendor_refuses(office: Office, connection: Connection) -> None:
    office.me_status = 401

    sentence = told()[f"connection {connection.tenant}: Cards"]

    assert sentence.endswith("Mend that, then test it on its page.")
    assert "canary" not in sentence


def test_names_the_connection_of_the_other_world(
    connection: Connection, settings: Settings
) -> None:
    Connection.objects.update(is_sandbox=False)

    assert told()[f"connection {connection.tenant}: Cards"] == (
        "This connection was made without it and cannot be used in the sandbox: make a new one. "
        "See its page."
    )


def test_tells_of_a_connection_that_was_never_made_and_of_one_that_is_paused(
    connection: Connection,
) -> None:
    Connection.objects.update(status=Connection.Status.PAUSED, status_reason="Wrong address.")
    fresh = make_connection(connection.tenant, "rolodex", title="Fresh")

    assert told()[f"connection {connection.tenant}: Cards"].startswith(
        "It works and is paused: Wrong address. Mend"
    )
    assert told(Level.NOTE)[f"connection {fresh.tenant}: Fresh"].startswith(
        "It was never connected."
    )


def test_misses_the_secret_of_an_app(office: Office, settings: Settings) -> None:
    OAuthApp.objects.create(vendor="rolodex", client_id="bare")
    make_app("rolodex", client_id="whole")

    assert told() == {
        "OAuth app Rolodex bare": "It has no client secret. Enter its client secret on its page."
    }


def test_says_that_the_keys_are_wrong(connection: Connection, settings: Settings) -> None:
    make_app("rolodex", client_id="one")
    doctor.examine()
    settings.FERNET_KEYS = [Fernet.generate_key().decode()]

    said = told()

    assert said["check ml_connector.E004"].startswith("FERNET_KEYS are not those")
    assert "connect it again" in said[f"connection {connection.tenant}: Cards"]
    assert "cannot be read" in said["OAuth app Rolodex one"]


def test_names_old_keys_that_are_still_there(office: Office, settings: Settings) -> None:
    settings.FERNET_KEYS = [Fernet.generate_key().decode(), *settings.FERNET_KEYS]

    assert "rotate_keys --check" in told(Level.NOTE)["keys"]


def test_finds_the_trail_unguarded(office: Office) -> None:
    append_only.remove(database)
    try:
        assert "guard_trail" in told()["check ml_connector.E005"]
    finally:
        append_only.install(database)


def test_says_that_redis_is_away(office: Office, settings: Settings) -> None:
    settings.EMBEDDED_REDIS = None
    settings.REDIS_URLS = type(settings.REDIS_URLS)(
        **dict.fromkeys(type(settings.REDIS_URLS).__dataclass_fields__, "redis://127.0.0.1:9/0")
    )

    assert "until then no vendor is called" in told()["Redis"]


def test_says_that_the_sandbox_is_away(office: Office, settings: Settings) -> None:
    former = clock.use(clock.SandboxClock("http://127.0.0.1:9"))
    try:
        findings = doctor.examine()
    finally:
        clock.use(former)
    (about,) = [one for one in findings if one.about == "SANDBOX_URL"]
    assert about.level == Level.ACT
    assert about.sentence.startswith("The sandbox does not tell its time")


def test_notes_an_address_that_no_vendor_reaches(settings: Settings) -> None:
    settings.SANDBOX_URL = ""
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert "no vendor can send webhooks" in told(Level.NOTE)["PUBLIC_URL"]
    settings.PUBLIC_URL = "https://connector.example"
    assert told(Level.FINE)["PUBLIC_URL"].endswith("https://connector.example.")


def test_asks_for_a_person_where_an_integration_was_paused_by_itself(
    settings: Settings, stopped_clock: StoppedClock
) -> None:
    settings.SANDBOX_URL = ""
    integration = make_integration()
    Connection.objects.update(status=Connection.Status.CLOSED)
    about = f"integration {integration.tenant}: {integration}"
    paused = Integration.objects.filter(pk=integration.pk)

    paused.update(status=Integration.Status.PAUSED, status_reason="The address is wrong.")
    assert told()[about] == (
        "It is paused: The address is wrong. "
        "Mend what the reason names, then switch it on again on its page."
    )
    paused.update(status_reason=switching.PAUSED_BY_A_PERSON)
    assert told() == {}
    assert about in told(Level.NOTE)


def test_counts_the_mappings_that_hold_records(settings: Settings) -> None:
    settings.SANDBOX_URL = ""
    integration = make_integration()
    Connection.objects.update(status=Connection.Status.CLOSED)
    for name in ("Finance", "Sales"):
        make_mapping(integration, f'["{name}"]')

    assert told()[f"integration {integration.tenant}: {integration}"].startswith(
        "Department: 2 values have no confirmed counterpart; their records are held."
    )


def test_tells_how_long_the_oldest_due_record_waits(
    settings: Settings, office: Office, stopped_clock: StoppedClock
) -> None:
    source = make_connected(vendor="rolodex")
    integration = make_integration(source, make_connected(source.tenant, "rolodex"))
    record = make_record(integration)
    Record.objects.filter(pk=record.pk).update(due_at=clock.now() - timedelta(minutes=10))
    assert told(Level.FINE)["work"].endswith("has waited for 10 minutes.")

    Record.objects.filter(pk=record.pk).update(due_at=clock.now() - timedelta(minutes=40))
    assert told()["work"].startswith(
        "The oldest record that is due has waited for 40 minutes. See that both workers"
    )


def test_ends_with_1_where_a_person_must_act(
    connection: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("doctor", "--json")
    assert json.loads(capsys.readouterr().out)["ok"] is True
    OAuthApp.objects.create(vendor="rolodex", client_id="bare")

    with pytest.raises(SystemExit) as ended:
        call_command("doctor")

    assert ended.value.code == 1
    said = capsys.readouterr().out
    assert "findings need a person." in said
    assert "canary-key-1" not in said


def test_compares_this_machines_clock_with_the_databases(office: Office) -> None:
    has_clock = database.vendor == "postgresql"
    fine = told(Level.FINE)
    # SQLite has no clock of its own to compare with.
    assert ("clock" in fine) is has_clock
    assert fine.get("clock", "It differs from the database's by 0.").startswith(
        "It differs from the database's by 0."
    )


@pytest.mark.parametrize(
    ("variables", "sentence", "remedy"),
    [
        (
            {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/nowhere"},
            "It does not answer: ",
            "Start it, or correct DATABASE_URL.",
        ),
        ({}, "migrations wait.", "Run manage.py migrate."),
    ],
    ids=["away", "empty"],
)
def test_says_what_the_database_lacks(
    tmp_path: Path, variables: dict[str, str], sentence: str, remedy: str
) -> None:
    keys = {"FERNET_KEYS": Fernet.generate_key().decode(), "SECRET_KEY": "a-secret-of-ours"}
    given = {"VAR_DIR": str(tmp_path), "DATABASE_URL": "", "REDIS_URL": "redis://127.0.0.1:9/0"}

    ended = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=REPOSITORY,
        env={**os.environ, **keys, **given, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1, ended.stderr
    said = {one["about"].split()[0]: one for one in json.loads(ended.stdout)["findings"]}
    assert sentence in said["database"]["sentence"]
    assert said["database"]["remedy"] == remedy
    assert said["Redis"]["level"] == "act"
