"""The product's own processes, started on the database and the Redis of the running test."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import requests
from django.conf import settings
from django.db import connection

REPOSITORY = Path(__file__).resolve().parent.parent
START_SECONDS = 60
END_SECONDS = 60


def environment(**variables: str) -> dict[str, str]:
    """What a process needs to work on the rows of this test."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{database['NAME']}"
    else:
        user, password = (quote(str(database[one]), safe="") for one in ("USER", "PASSWORD"))
        host, port = database["HOST"], database["PORT"]
        url = f"postgres://{user}:{password}@{host}:{port}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "REDIS_URL": settings.REDIS_URLS.redis,
        "FERNET_KEYS": ",".join(settings.FERNET_KEYS),
        "SECRET_KEY": settings.SECRET_KEY,
        "SANDBOX_URL": settings.SANDBOX_URL,
        "PUBLIC_URL": settings.PUBLIC_URL,
        "ALLOWED_HOSTS": "127.0.0.1",
        **variables,
    }


class Process:
    """One of them, with its children; what it says goes to the log."""

    def __init__(self, *arguments: str, log: Path, **variables: str) -> None:
        with log.open("ab") as said:
            self._running = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=REPOSITORY,
                env=environment(**variables),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self._log = log

    def kill(self) -> None:
        """SIGKILL to it and all its children."""
        with suppress(ProcessLookupError):
            os.killpg(self._running.pid, signal.SIGKILL)
        self._running.wait()

    def ask_to_end(self) -> None:
        """SIGTERM to the process itself, as a supervisor sends it."""
        self._running.send_signal(signal.SIGTERM)

    def wait(self) -> int:
        """How it ended, once it has."""
        return self._running.wait(END_SECONDS)

    def end(self) -> None:
        """SIGTERM, and SIGKILL to who does not hear."""
        if self._running.poll() is None:
            os.killpg(self._running.pid, signal.SIGTERM)
        try:
            self._running.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()

    def check(self) -> None:
        """Fail where it has ended."""
        assert self._running.poll() is None, self._log.read_text()[-2000:]


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


def start_web(
    port: int, log: Path, application: str = "config.wsgi", options: Sequence[str] = ()
) -> Process:
    """gunicorn as the Procfile has it, once it answers."""
    arguments = (
        "-m",
        "gunicorn",
        application,
        "--bind",
        f"127.0.0.1:{port}",
        "--no-control-socket",
    )
    threads = ("--worker-class", "gthread", "--threads", "4", "--log-level", "warning")
    web = Process(*arguments, *threads, *options, log=log)
    give_up_at = time.monotonic() + START_SECONDS
    try:
        while not _answers(port):
            web.check()
            assert time.monotonic() < give_up_at, log.read_text()[-2000:]
    except BaseException:
        web.kill()
        raise
    return web


@contextmanager
def serving(log: Path, application: str = "config.wsgi", *options: str) -> Iterator[int]:
    """A web process on a port of its own while the block lasts."""
    port = free_port()
    web = start_web(port, log, application, options)
    try:
        yield port
    finally:
        web.end()


def _answers(port: int) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        try:
            return (
                session.get(f"http://127.0.0.1:{port}/healthz", timeout=START_SECONDS).status_code
                == 200
            )
        except requests.ConnectionError:
            return False
