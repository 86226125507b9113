"""How Django is told to open each kind of database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.utils import ConnectionHandler

from config.databases import django_database, parse_database_url, sqlite_file


@pytest.mark.django_db
def test_opens_sqlite_so_that_a_commit_survives_a_power_cut(tmp_path: Path) -> None:
    connection = ConnectionHandler({"default": django_database(sqlite_file(tmp_path))})["default"]
    answers = {}
    with connection.cursor() as cursor:
        for pragma in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys"):
            cursor.execute(f"PRAGMA {pragma}")
            answers[pragma] = cursor.fetchone()[0]
    connection.close()
    assert answers == {
        "journal_mode": "wal",
        "synchronous": 2,
        "busy_timeout": 10_000,
        "foreign_keys": 1,
    }


def test_begins_every_sqlite_transaction_as_a_writer(tmp_path: Path) -> None:
    settings = django_database(sqlite_file(tmp_path))
    assert settings["NAME"] == str(tmp_path / "db.sqlite3")
    assert settings["ATOMIC_REQUESTS"] is False
    assert settings["OPTIONS"] == {
        "transaction_mode": "IMMEDIATE",
        "timeout": 10,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
    }


def test_tests_on_a_sqlite_file_and_not_in_memory(tmp_path: Path) -> None:
    settings = django_database(sqlite_file(tmp_path))
    assert settings["TEST"] == {"NAME": str(tmp_path / "test_db.sqlite3")}


def test_opens_postgresql_with_the_options_of_the_url() -> None:
    database = parse_database_url("postgres://kim:p%40ss@db.example:5433/ledger?sslmode=require")
    assert django_database(database) == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "ledger",
        "USER": "kim",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "5433",
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": 5, "sslmode": "require"},
        "TEST": {"CHARSET": "UTF8", "TEMPLATE": "template0"},
    }


def test_reads_a_postgresql_socket() -> None:
    database = parse_database_url("postgres:////var/run/postgresql/ledger")
    assert (database.host, database.name, database.port) == ("/var/run/postgresql", "ledger", "")


def test_repeats_no_password_in_a_refusal() -> None:
    with pytest.raises(ValueError, match="names neither") as caught:
        parse_database_url("oracel://kim:hunter2@db/ledger")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
