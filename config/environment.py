"""What the environment says, read once and typed; a bad variable is a line that says what to do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from environ import Env

from config.databases import Database
from config.variables import (
    FERNET_REMEDY,
    HOST,
    SERVED_HOST,
    BadEnvironmentError,
    Variables,
    is_loopback,
)

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")
DEMO_URL = "https://connector.example"
"""The public address that the demo plays; the sandbox stands behind it as behind loopback."""
SECRET_REMEDY = "make one with `python -c 'import secrets; print(secrets.token_urlsafe(50))'`"


@dataclass(frozen=True, slots=True)
class Environment:
    """Every variable that the product knows; what may hold a secret is not printed."""

    var_dir: Path
    database: Database | None
    """None: the SQLite file in ``var_dir``."""
    redis_url: str = field(repr=False)
    """Empty: the embedded Redis."""
    redis_server: str
    fernet_keys: tuple[str, ...] = field(repr=False)
    """Empty: those in ``var_dir``."""
    secret_key: str = field(repr=False)
    """Empty: the one in ``var_dir``."""
    sandbox_url: str
    public_url: str
    allowed_hosts: tuple[str, ...]
    allowed_private_hosts: frozenset[str]
    metrics_token: str = field(repr=False)
    email_url: str = field(repr=False)
    default_from_email: str
    audit_anchor: str
    lease_seconds: int
    sweep_seconds: int
    settle_seconds: int | None
    """Overrules the settle of every operation; None: each operation's own."""


def load() -> Environment:
    """What this process was started with; ``.env`` beside ``manage.py`` fills in what is not set.

    Raises:
        BadEnvironmentError: names each variable that is wrong.
    """
    Env.read_env(BASE_DIR / ".env")
    return read(os.environ)


def read(given: Mapping[str, str]) -> Environment:
    """The typed form of ``given``; an empty variable counts as unset.

    Raises:
        BadEnvironmentError: names each variable that is wrong.
    """
    variables = Variables(given)
    public_url = variables.origin("PUBLIC_URL") or "http://127.0.0.1:8000"
    environment = Environment(
        var_dir=BASE_DIR / (variables.text("VAR_DIR") or "var"),
        database=variables.database("DATABASE_URL"),
        redis_url=variables.redis_url("REDIS_URL"),
        redis_server=variables.text("REDIS_SERVER"),
        fernet_keys=variables.fernet_keys("FERNET_KEYS"),
        secret_key=variables.text("SECRET_KEY"),
        sandbox_url=variables.origin("SANDBOX_URL"),
        public_url=public_url,
        allowed_hosts=(
            *(variables.hosts("ALLOWED_HOSTS", SERVED_HOST) or LOOPBACK_HOSTS),
            urlsplit(public_url).hostname or "",
        ),
        allowed_private_hosts=frozenset(variables.hosts("ALLOWED_PRIVATE_HOSTS", HOST)),
        metrics_token=variables.text("METRICS_TOKEN"),
        email_url=variables.email_url("EMAIL_URL") or "consolemail://",
        default_from_email=variables.text("DEFAULT_FROM_EMAIL") or "ml-connector@localhost",
        audit_anchor=variables.text("AUDIT_ANCHOR"),
        lease_seconds=variables.seconds("LEASE_SECONDS", default=300, least=1),
        sweep_seconds=variables.seconds("SWEEP_SECONDS", default=30, least=1),
        settle_seconds=variables.seconds("SETTLE_SECONDS", default=None, least=0),
    )
    _refuse_missing_keys(variables)
    _refuse_sandbox_in_earnest(environment, variables)
    if variables.problems:
        raise BadEnvironmentError(variables.problems)
    return environment


def _refuse_missing_keys(variables: Variables) -> None:
    """Keys in a directory of one host would be lost to the others that share the database."""
    if not variables.is_set("DATABASE_URL"):
        return
    for name, remedy in (("FERNET_KEYS", FERNET_REMEDY), ("SECRET_KEY", SECRET_REMEDY)):
        if not variables.is_set(name):
            variables.refuse(name, "is missing while DATABASE_URL is set", remedy)


def _refuse_sandbox_in_earnest(environment: Environment, variables: Variables) -> None:
    """A stand-in serves loopback and the demo; behind a real address it would take real secrets."""
    if not environment.sandbox_url:
        if environment.settle_seconds is not None:
            variables.refuse("SETTLE_SECONDS", "is set without SANDBOX_URL", "unset it")
        return
    if not is_loopback(urlsplit(environment.sandbox_url).hostname or ""):
        variables.refuse("SANDBOX_URL", "is not on loopback", "write http://127.0.0.1:PORT")
    public_url = environment.public_url
    if public_url != DEMO_URL and not is_loopback(urlsplit(public_url).hostname or ""):
        variables.refuse(
            "SANDBOX_URL", f"is set while PUBLIC_URL is {public_url}", "unset one of the two"
        )
