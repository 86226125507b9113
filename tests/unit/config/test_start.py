"""Starting a process: what is wrong is said in one line each, without a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.conf import settings
from django.core.management import call_command

from config.environment import BASE_DIR
from tests.processes import environment
from tests.surroundings import GIVEN


def started(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=BASE_DIR,
        env={**os.environ, **dict.fromkeys(GIVEN, ""), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ("manage.py", "check"),
        ("-m", "celery", "-A", "config.celery", "worker", "-Q", "soon", "-P", "solo"),
        ("-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--log-level", "critical"),
    ],
    ids=["command", "worker", "web"],
)
def test_says_what_is_wrong_with_the_environment(arguments: tuple[str, ...]) -> None:
    ended = started(*arguments, LEASE_SECONDS="long", PUBLIC_URL="here")
    assert ended.returncode == 3
    assert ended.stdout == ""
    assert ended.stderr.splitlines() == [
        "PUBLIC_URL is 'here': "
        "write https://HOST[:PORT] and nothing after it (plain http on loopback only).",
        "LEASE_SECONDS is 'long': write whole seconds, 1 or more.",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "celery", "-A", "config.celery", "worker", "-Q", "soon", "-P", "solo"),
        ("-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--log-level", "critical"),
    ],
    ids=["worker", "web"],
)
def test_says_that_there_is_no_redis(arguments: tuple[str, ...], tmp_path: Path) -> None:
    ended = started(*arguments, VAR_DIR=str(tmp_path / "var"), REDIS_SERVER="/nowhere/redis")
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    assert (
        "REDIS_SERVER is '/nowhere/redis', which is no program: "
        "write the path of a redis-server, or unset it." in ended.stderr.splitlines()
    )


def test_finds_nothing_wrong_on_the_embedded_default(tmp_path: Path) -> None:
    ended = started("-W", "error", "manage.py", "check", VAR_DIR=str(tmp_path / "var"))
    assert (ended.returncode, ended.stderr) == (0, "")
    assert sorted(path.name for path in (tmp_path / "var").iterdir()) == ["keys"]


def test_uses_no_directory_of_its_own_where_every_server_is_named(tmp_path: Path) -> None:
    ended = started(
        "-c",
        "from config import settings; print(settings.EMBEDDED_REDIS, settings.REDIS_URLS.celery)",
        VAR_DIR=str(tmp_path / "var"),
        DATABASE_URL="postgres://db.example/ledger",
        REDIS_URL="redis://cache.example:6379/5",
        FERNET_KEYS="A" * 43 + "=",
        SECRET_KEY="a-secret-of-ours",
    )
    assert (ended.stdout, ended.stderr) == ("None redis://cache.example:6379/5\n", "")
    assert not (tmp_path / "var").exists()


def test_sends_cookies_over_https_alone_where_that_is_the_public_address() -> None:
    program = (
        "from config import settings as s; print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE)"
    )
    public = {"PUBLIC_URL": "https://connector.example"}
    assert started("-c", program, **public).stdout == "True True\n"
    assert started("-c", program).stdout == "False False\n"
    beside_sandbox = {**public, "SANDBOX_URL": "http://127.0.0.1:8100"}
    assert started("-c", program, **beside_sandbox).stdout == "False False\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("-m", "celery", "-A", "config.celery", "worker", "-Q", "soon", "-P", "solo"),
        ("-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--log-level", "critical"),
    ],
    ids=["worker", "web"],
)
def test_refuses_keys_that_the_database_was_not_written_with(
    arguments: tuple[str, ...], transactional_db: None
) -> None:
    call_command("check", databases=["default"])
    wrong = Fernet.generate_key().decode()

    ended = started(*arguments, **environment(FERNET_KEYS=wrong))

    assert ended.returncode == 3
    assert "Traceback" not in ended.stderr
    assert (
        "ml_connector.E004 FERNET_KEYS are not those that this database was written with. "
        "Put the right keys back, the newest first; on the embedded default restore "
        "var/keys from the backup that belongs to the database." in ended.stderr.splitlines()
    )
    assert wrong not in ended.stderr


def test_says_that_the_database_does_not_answer(tmp_path: Path) -> None:
    ended = started(
        *("-m", "gunicorn", "config.wsgi", "--bind", "127.0.0.1:0", "--log-level", "critical"),
        VAR_DIR=str(tmp_path / "var"),
        DATABASE_URL="postgres://nobody@127.0.0.1:9/nowhere",
        REDIS_URL=settings.REDIS_URLS.redis,
        FERNET_KEYS=Fernet.generate_key().decode(),
        SECRET_KEY="a-secret-of-ours",
    )
    assert ended.returncode == 3
    assert ended.stderr.startswith("The database does not answer: ")
    assert "Traceback" not in ended.stderr
