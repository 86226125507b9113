"""Which database a URL names, and how Django is to open it."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path

from environ import Env

SQLITE = "django.db.backends.sqlite3"
POSTGRESQL = "django.db.backends.postgresql"
BUSY_SECONDS = 10
CONNECT_SECONDS = 5
REUSE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Database:
    """One database. ``options`` are libpq's own, from the URL's query (``sslmode=require``)."""

    engine: str
    name: str
    user: str = ""
    password: str = field(default="", repr=False)
    host: str = ""
    port: str = ""
    options: tuple[tuple[str, str], ...] = ()


def parse_database_url(url: str) -> Database:
    """The database that ``url`` names: PostgreSQL, or a SQLite file by its absolute path.

    Raises:
        ValueError: it names neither; the text never repeats the URL, which may hold a password.
    """
    scheme = url.partition("://")[0]
    if scheme not in ("postgres", "postgresql", "sqlite"):
        raise ValueError("names neither PostgreSQL nor SQLite")
    with warnings.catch_warnings():
        # The parser's warnings print what it read, the password too.
        warnings.simplefilter("ignore")
        try:
            parsed = Env.db_url_config(url)
        except ValueError:
            raise ValueError("has a host or port that cannot be read") from None
    name = str(parsed["NAME"])
    if not name:
        raise ValueError("names no database")
    if scheme == "sqlite" and not name.startswith("/"):
        raise ValueError("names a SQLite file without its absolute path")
    return Database(
        engine=SQLITE if scheme == "sqlite" else POSTGRESQL,
        name=name,
        user=str(parsed["USER"]),
        password=str(parsed["PASSWORD"]),
        host=str(parsed["HOST"]),
        port=str(parsed["PORT"]),
        options=tuple((key, str(value)) for key, value in parsed.get("OPTIONS", {}).items()),
    )


def sqlite_file(var_dir: Path) -> Database:
    """The database of the embedded default."""
    return Database(engine=SQLITE, name=str(var_dir / "db.sqlite3"))


def django_database(database: Database) -> dict[str, object]:
    """The entry for Django's ``DATABASES``."""
    if database.engine == SQLITE:
        return _sqlite(database)
    return {
        "ENGINE": database.engine,
        "NAME": database.name,
        "USER": database.user,
        "PASSWORD": database.password,
        "HOST": database.host,
        "PORT": database.port,
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": REUSE_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"connect_timeout": CONNECT_SECONDS, **dict(database.options)},
        # A server set up without a locale would make databases that know ASCII only.
        "TEST": {"CHARSET": "UTF8", "TEMPLATE": "template0"},
    }


def _sqlite(database: Database) -> dict[str, object]:
    path = Path(database.name)
    return {
        "ENGINE": database.engine,
        "NAME": database.name,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            # A transaction that begins as a reader and then writes fails at once instead of
            # waiting, so every transaction begins as a writer.
            "transaction_mode": "IMMEDIATE",
            "timeout": BUSY_SECONDS,
            # FULL: what was committed before a vendor call is still there after a power cut.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
        },
        # A file, because threads and worker processes of a test share no memory.
        "TEST": {"NAME": str(path.with_name(f"test_{path.name}"))},
    }
