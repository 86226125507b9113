"""Reading the environment: typed values, and for each bad one a line that says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.databases import POSTGRESQL, SQLITE
from config.environment import BASE_DIR, read
from config.variables import BadEnvironmentError

FERNET_KEY = "A" * 43 + "="
SHARED = {"FERNET_KEYS": FERNET_KEY, "SECRET_KEY": "a-secret-of-ours"}
FERNET_REMEDY = (
    "make a key with `python -c 'from cryptography.fernet import Fernet; "
    "print(Fernet.generate_key().decode())'`; several are separated by commas, the newest first."
)
SECRET_REMEDY = "make one with `python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
DATABASE_REMEDY = (
    "write postgres://USER:PASSWORD@HOST:5432/NAME or sqlite:////absolute/path.sqlite3, "
    "or unset it for the SQLite file in var/."
)
REDIS_REMEDY = (
    "write redis://HOST:6379/0, rediss://HOST:6379/0 or unix:///absolute/path.sock?db=0, "
    "or unset it for the Redis in var/."
)
ORIGIN_REMEDY = "write https://HOST[:PORT] and nothing after it (plain http on loopback only)."


def lines_of(given: dict[str, str]) -> tuple[str, ...]:
    with pytest.raises(BadEnvironmentError) as caught:
        read(given)
    return caught.value.lines


def test_needs_nothing_on_the_embedded_default() -> None:
    environment = read({})
    assert environment.var_dir == BASE_DIR / "var"
    assert environment.database is None
    assert environment.redis_url == ""
    assert environment.fernet_keys == ()
    assert environment.secret_key == ""
    assert environment.sandbox_url == ""
    assert environment.public_url == "http://127.0.0.1:8000"
    assert environment.allowed_hosts == ("127.0.0.1", "localhost", "[::1]", "127.0.0.1")
    assert environment.allowed_private_hosts == frozenset()
    assert (environment.lease_seconds, environment.sweep_seconds) == (300, 30)
    assert environment.settle_seconds is None


def test_counts_an_empty_variable_as_unset() -> None:
    assert read({"DATABASE_URL": "", "LEASE_SECONDS": "", "SANDBOX_URL": ""}) == read({})


def test_reads_every_variable() -> None:
    environment = read(
        {
            **SHARED,
            "VAR_DIR": "/srv/connector",
            "DATABASE_URL": "postgres://kim:p%40ss@db.example:5433/ledger?sslmode=require",
            "REDIS_URL": "redis://cache.example:6379/5",
            "REDIS_SERVER": "/opt/redis-server",
            "PUBLIC_URL": "https://connector.northwind.example/",
            "ALLOWED_HOSTS": "inside.example, .northwind.example",
            "ALLOWED_PRIVATE_HOSTS": "Erp.Northwind.example,10.1.2.3",
            "METRICS_TOKEN": "scrape",
            "EMAIL_URL": "smtp+tls://user:word@mail.example:587",
            "DEFAULT_FROM_EMAIL": "connector@northwind.example",
            "AUDIT_ANCHOR": "/mnt/anchor",
            "LEASE_SECONDS": "60",
            "SWEEP_SECONDS": "5",
        }
    )
    assert environment.var_dir == Path("/srv/connector")
    assert environment.database is not None
    assert environment.database.engine == POSTGRESQL
    assert environment.database.password == "p@ss"
    assert environment.database.options == (("sslmode", "require"),)
    assert environment.redis_url == "redis://cache.example:6379/5"
    assert environment.redis_server == "/opt/redis-server"
    assert environment.fernet_keys == (FERNET_KEY,)
    assert environment.secret_key == "a-secret-of-ours"
    assert environment.public_url == "https://connector.northwind.example"
    assert environment.allowed_hosts == (
        "inside.example",
        ".northwind.example",
        "connector.northwind.example",
    )
    assert environment.allowed_private_hosts == {"erp.northwind.example", "10.1.2.3"}
    assert environment.metrics_token == "scrape"
    assert environment.email_url == "smtp+tls://user:word@mail.example:587"
    assert environment.default_from_email == "connector@northwind.example"
    assert environment.audit_anchor == "/mnt/anchor"
    assert (environment.lease_seconds, environment.sweep_seconds) == (60, 5)


def test_reads_a_sqlite_file_by_its_absolute_path() -> None:
    database = read({**SHARED, "DATABASE_URL": "sqlite:////srv/connector/db.sqlite3"}).database
    assert database is not None
    assert (database.engine, database.name) == (SQLITE, "/srv/connector/db.sqlite3")


def test_keeps_a_settle_of_nought_apart_from_none() -> None:
    sandboxed = {"SANDBOX_URL": "http://127.0.0.1:8100", "SETTLE_SECONDS": "0"}
    assert read(sandboxed).settle_seconds == 0


def test_reads_a_secret_from_the_file_that_is_named(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("$a-secret-with-a-dollar\n")
    assert read({"SECRET_KEY_FILE": str(kept)}).secret_key == "$a-secret-with-a-dollar"


def test_refuses_a_variable_that_is_given_twice(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("one")
    assert lines_of({"SECRET_KEY_FILE": str(kept), "SECRET_KEY": "two"}) == (
        "SECRET_KEY and SECRET_KEY_FILE are both set: keep one of them.",
    )


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert lines_of({"SECRET_KEY_FILE": str(tmp_path / "nowhere")}) == (
        "SECRET_KEY_FILE cannot be read: name a readable text file (FileNotFoundError).",
    )


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        (
            "DATABASE_URL",
            "mysql://root:secret@db/x",
            f"DATABASE_URL names neither PostgreSQL nor SQLite: {DATABASE_REMEDY}",
        ),
        (
            "DATABASE_URL",
            "nonsense",
            f"DATABASE_URL names neither PostgreSQL nor SQLite: {DATABASE_REMEDY}",
        ),
        (
            "DATABASE_URL",
            "postgres://root:secret@db:port/x",
            f"DATABASE_URL has a host or port that cannot be read: {DATABASE_REMEDY}",
        ),
        (
            "DATABASE_URL",
            "postgres://root:secret@db/",
            f"DATABASE_URL names no database: {DATABASE_REMEDY}",
        ),
        (
            "DATABASE_URL",
            "sqlite:///db.sqlite3",
            f"DATABASE_URL names a SQLite file without its absolute path: {DATABASE_REMEDY}",
        ),
        (
            "REDIS_URL",
            "http://cache",
            f"REDIS_URL does not begin with redis://, rediss:// or unix://: {REDIS_REMEDY}",
        ),
        (
            "REDIS_URL",
            "redis://cache:port/0",
            f"REDIS_URL has a host or port that cannot be read: {REDIS_REMEDY}",
        ),
        ("REDIS_URL", "redis:///0", f"REDIS_URL names no host: {REDIS_REMEDY}"),
        (
            "REDIS_URL",
            "redis://cache/five",
            f"REDIS_URL has an index that is no number: {REDIS_REMEDY}",
        ),
        (
            "REDIS_URL",
            "unix://redis.sock",
            f"REDIS_URL names a socket without its absolute path: {REDIS_REMEDY}",
        ),
        (
            "FERNET_KEYS",
            f"{FERNET_KEY},short",
            f"FERNET_KEYS holds no Fernet key in place 2: {FERNET_REMEDY}",
        ),
        ("LEASE_SECONDS", "5m", "LEASE_SECONDS is '5m': write whole seconds, 1 or more."),
        ("LEASE_SECONDS", "0", "LEASE_SECONDS is '0': write whole seconds, 1 or more."),
        ("SWEEP_SECONDS", "1.5", "SWEEP_SECONDS is '1.5': write whole seconds, 1 or more."),
        ("SWEEP_SECONDS", "\u0663", "SWEEP_SECONDS is '\u0663': write whole seconds, 1 or more."),
        ("SETTLE_SECONDS", "5", "SETTLE_SECONDS is set without SANDBOX_URL: unset it."),
        (
            "PUBLIC_URL",
            "http://connector.northwind.example",
            f"PUBLIC_URL is 'http://connector.northwind.example': {ORIGIN_REMEDY}",
        ),
        (
            "PUBLIC_URL",
            "https://northwind.example/connector",
            f"PUBLIC_URL is 'https://northwind.example/connector': {ORIGIN_REMEDY}",
        ),
        (
            "PUBLIC_URL",
            "https://kim:secret@northwind.example",
            f"PUBLIC_URL is no address: {ORIGIN_REMEDY}",
        ),
        ("PUBLIC_URL", "northwind", f"PUBLIC_URL is 'northwind': {ORIGIN_REMEDY}"),
        (
            "SANDBOX_URL",
            "https://sandbox.example",
            "SANDBOX_URL is not on loopback: write http://127.0.0.1:PORT.",
        ),
        (
            "ALLOWED_HOSTS",
            "https://northwind.example",
            "ALLOWED_HOSTS contains 'https://northwind.example': "
            "write host names separated by commas.",
        ),
        (
            "ALLOWED_PRIVATE_HOSTS",
            "*",
            "ALLOWED_PRIVATE_HOSTS contains '*': write host names separated by commas.",
        ),
        (
            "EMAIL_URL",
            "pigeon://user:secret@mail.example",
            "EMAIL_URL names no mail server: write smtp+tls://USER:PASSWORD@HOST:587, "
            "or unset it to print mails on the console.",
        ),
    ],
)
def test_says_in_one_line_what_to_do(name: str, value: str, line: str) -> None:
    lines = lines_of({**SHARED, name: value})
    assert lines == (line,)
    assert "secret@" not in line


def test_asks_for_keys_where_a_database_is_shared() -> None:
    assert lines_of({"DATABASE_URL": "postgres://db/ledger"}) == (
        f"FERNET_KEYS is missing while DATABASE_URL is set: {FERNET_REMEDY}",
        f"SECRET_KEY is missing while DATABASE_URL is set: {SECRET_REMEDY}",
    )


def test_tells_all_that_is_wrong_at_once() -> None:
    lines = lines_of({"LEASE_SECONDS": "x", "SWEEP_SECONDS": "y", "PUBLIC_URL": "z"})
    assert [line.split()[0] for line in lines] == ["PUBLIC_URL", "LEASE_SECONDS", "SWEEP_SECONDS"]


@pytest.mark.parametrize(
    "public_url", ["http://127.0.0.1:8000", "http://localhost", "https://connector.example"]
)
def test_lets_a_sandbox_stand_behind_loopback_and_the_demo(public_url: str) -> None:
    environment = read({"SANDBOX_URL": "http://127.0.0.1:8100", "PUBLIC_URL": public_url})
    assert environment.sandbox_url == "http://127.0.0.1:8100"


def test_refuses_a_sandbox_behind_a_real_address() -> None:
    given = {"SANDBOX_URL": "http://127.0.0.1:8100", "PUBLIC_URL": "https://connector.acme.example"}
    assert lines_of(given) == (
        "SANDBOX_URL is set while PUBLIC_URL is https://connector.acme.example: "
        "unset one of the two.",
    )


def test_prints_no_secret() -> None:
    printed = repr(
        read(
            {
                **SHARED,
                "DATABASE_URL": "postgres://kim:hunter2@db/ledger",
                "REDIS_URL": "redis://:hunter2@cache:6379/0",
                "EMAIL_URL": "smtp://kim:hunter2@mail.example",
                "METRICS_TOKEN": "hunter2",
            }
        )
    )
    assert "hunter2" not in printed
    assert FERNET_KEY not in printed
    assert "a-secret-of-ours" not in printed
