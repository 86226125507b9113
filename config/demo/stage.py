"""Starts the product's processes beside a sandbox, as somebody with a fresh clone would."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from config.var_dir import make_private

REPOSITORY = Path(__file__).resolve().parents[2]
PUBLIC_URL = "https://connector.example"
START_SECONDS = 60.0
STOP_SECONDS = 15.0
GLANCE_SECONDS = 0.1
VENDORS = "vendors.kept"
"""What the stand-ins knew at the end; taken away while they run."""
SWEEP_SECONDS = 1
"""More often than in earnest: nobody likes to watch a demo wait."""


class StageError(Exception):
    """The demo cannot go on; the text is one line that says what to do."""


class Stage:
    """One running demo: sandbox, worker, beat and web, and the directory of what it keeps."""

    def __init__(
        self, var_dir: Path, people: int, seed: int, web_port: int, *, is_fresh: bool = True
    ) -> None:
        self.var_dir = var_dir
        self.goes_on = not is_fresh and (var_dir / VENDORS).exists()
        """Whether both sides are still as the last demo left them: ours and the vendors'."""
        self.people = people
        self.seed = seed
        self.web_port = web_port or free_port()
        self.web_url = f"http://127.0.0.1:{self.web_port}"
        self.sandbox_url = ""
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def start(self) -> None:
        """Bring everything up, the sandbox first: the product follows its clock.

        Raises:
            StageError: a port is taken, or a process ended; says which and where its log is.
        """
        if not is_free(self.web_port):
            raise StageError(
                f"Port {self.web_port} is in use: end what uses it, or choose another with --port."
            )
        if not self.goes_on:
            shutil.rmtree(self.var_dir, ignore_errors=True)
        make_private(self.var_dir)
        self._start_sandbox()
        self.manage("migrate", "--verbosity", "0")
        self.start_worker()
        self._start_beat()
        self._start_web()

    def environment(self) -> dict[str, str]:
        """What the product's processes are started with."""
        # Empty rather than absent, or a .env file would fill it in.
        embedded = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "FERNET_KEYS", "SECRET_KEY"), "")
        return (
            dict(os.environ)
            | embedded
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "VAR_DIR": str(self.var_dir),
                "SANDBOX_URL": self.sandbox_url,
                "PUBLIC_URL": PUBLIC_URL,
                "SWEEP_SECONDS": str(SWEEP_SECONDS),
            }
        )

    def manage(self, *arguments: str) -> None:
        """Run one command of ``manage.py`` to its end, and keep the rest up meanwhile.

        Raises:
            StageError: it failed, its own words were printed; or another process ended.
        """
        command = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=REPOSITORY, env=self.environment()
        )
        try:
            while command.poll() is None:
                self.tend()
                time.sleep(GLANCE_SECONDS)
        finally:
            if command.poll() is None:
                command.terminate()
            command.wait()
        if command.returncode:
            raise StageError(f"manage.py {arguments[0]} ended with {command.returncode}.")

    def start_worker(self) -> None:
        """Start the worker that takes both queues, the urgent one first."""
        arguments = ["-m", "celery", "-A", "config.celery", "worker", "--loglevel", "WARNING"]
        arguments += ["--queues", "soon,bulk", "--concurrency", "2"]
        worker = self._spawn("worker", arguments)
        (self.var_dir / "worker.pid").write_text(str(worker.pid), encoding="ascii")

    def stop(self) -> None:
        """End everything in the reverse order, and the Redis that was started for it."""
        for name in reversed(list(self._running)):
            process = self._running.pop(name)
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self.sandbox_url:
            subprocess.run(
                [sys.executable, "-m", "config.embedded", "stop"],
                cwd=REPOSITORY,
                env=self.environment(),
                check=False,
                stdout=subprocess.DEVNULL,
            )

    def tend(self) -> None:
        """Start a worker that was killed anew, as any supervisor would.

        Raises:
            StageError: another process has ended, or one ended by itself.
        """
        worker = self._running.get("worker")
        if worker is not None and worker.poll() == -signal.SIGKILL:
            self.start_worker()
        self._check()

    def _check(self) -> None:
        for name, process in self._running.items():
            if process.poll() is not None:
                raise StageError(
                    f"The {name} ended by itself ({process.returncode}); see {self._log(name)}."
                )

    def _start_sandbox(self) -> None:
        port = free_port()
        self._spawn(
            "sandbox",
            [
                "-m",
                "connectors.sandbox",
                *("--port", str(port), "--seed", str(self.seed), "--people", str(self.people)),
                *("--reach", f"{PUBLIC_URL}={self.web_url}"),
                *("--keep", str(self.var_dir / VENDORS)),
            ],
        )
        self.sandbox_url = f"http://127.0.0.1:{port}"
        self._await(f"{self.sandbox_url}/_control/clock")

    def _start_beat(self) -> None:
        arguments = ["-m", "celery", "-A", "config.celery", "beat", "--loglevel", "WARNING"]
        self._spawn("beat", [*arguments, "--pidfile="])

    def _start_web(self) -> None:
        bind = f"127.0.0.1:{self.web_port}"
        arguments = ["-m", "gunicorn", "config.wsgi", "--bind", bind, "--threads", "4"]
        self._spawn("web", [*arguments, "--log-level", "warning", "--no-control-socket"])
        self._await(f"{self.web_url}/healthz")

    def _spawn(self, name: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
        with self._log(name).open("ab") as log:
            process = self._running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                cwd=REPOSITORY,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return process

    def _await(self, url: str) -> None:
        give_up_at = time.monotonic() + START_SECONDS
        while not _answers(url):
            self._check()
            if time.monotonic() > give_up_at:
                raise StageError(f"{url} did not answer within {START_SECONDS:.0f} seconds.")
            time.sleep(GLANCE_SECONDS)

    def _log(self, name: str) -> Path:
        return self.var_dir / f"{name}.log"


def free_port() -> int:
    """A port of loopback that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of loopback."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(url: str) -> bool:
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False
