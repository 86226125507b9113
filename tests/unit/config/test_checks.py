"""The system checks: a contradiction is found and told with what to do."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import Tags, run_checks
from django.core.management import call_command
from django.db import connection
from pytest_django import Settings

from audit import append_only
from audit.models import Action
from config.checks import TAG
from connectors import registry
from integrations.models import KeyProof


@pytest.fixture
def seventh_folder(tmp_path: Path) -> Iterator[Path]:
    """A further place where vendors are looked for."""
    registry.add_path(tmp_path)
    yield tmp_path
    registry.remove_path(tmp_path)


def told() -> list[str]:
    return [f"{message.id} {message.msg} {message.hint}" for message in run_checks(tags=[TAG])]


def test_has_nothing_to_say_about_the_product_as_it_is() -> None:
    assert told() == []


def test_names_a_vendor_folder_that_declares_none(seventh_folder: Path) -> None:
    broken = seventh_folder / "broken_vendor"
    broken.mkdir()
    (broken / "__init__.py").write_text("")
    assert told() == [
        "ml_connector.E001 A vendor cannot be loaded: "
        "The folder connectors/vendors/broken_vendor declares no VENDOR. "
        "Mend its folder in connectors/vendors, or remove it."
    ]


def test_refuses_one_key_for_two_purposes(settings: Settings) -> None:
    settings.SECRET_KEY = settings.FERNET_KEYS[0]
    assert told() == [
        "ml_connector.E003 SECRET_KEY is one of FERNET_KEYS. "
        "Make a SECRET_KEY of its own: secrets.token_urlsafe(50)."
    ]


def told_of_the_database() -> list[str]:
    found = run_checks(tags=[Tags.database], databases=["default"])
    return [f"{message.id} {message.msg} {message.hint}" for message in found]


@pytest.mark.django_db
def test_leaves_a_proof_and_believes_the_keys_that_open_it(settings: Settings) -> None:
    assert told_of_the_database() == []
    assert KeyProof.objects.count() == 1
    settings.FERNET_KEYS = [Fernet.generate_key().decode(), *settings.FERNET_KEYS]

    assert told_of_the_database() == []


@pytest.mark.django_db
def test_refuses_keys_that_the_database_was_not_written_with(settings: Settings) -> None:
    assert told_of_the_database() == []
    settings.FERNET_KEYS = [Fernet.generate_key().decode()]

    assert told_of_the_database() == [
        "ml_connector.E004 FERNET_KEYS are not those that this database was written with. "
        "Put the right keys back, the newest first; on the embedded default restore "
        "var/keys from the backup that belongs to the database."
    ]
    assert KeyProof.objects.count() == 1


@pytest.mark.django_db
def test_finds_the_trail_unguarded_and_has_it_mended() -> None:
    append_only.remove(connection)
    (message,) = told_of_the_database()
    assert message.startswith(
        "ml_connector.E005 Triggers of the trail are missing or altered: "
        "audit_entry_refuses_update, audit_entry_refuses_delete, "
    )
    assert message.endswith("then run `manage.py guard_trail`.")

    said = StringIO()
    call_command("guard_trail", stdout=said)

    assert said.getvalue().startswith("Set again: audit_entry_refuses_update, ")
    assert told_of_the_database() == []
    assert len(Action.objects.get(what="trail.guard").details["missing"]) >= 8
    call_command("guard_trail", stdout=(again := StringIO()))
    assert again.getvalue() == "All triggers of the trail stand.\n"
