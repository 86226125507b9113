"""One lane of the proof: a database, a Redis, a sandbox and a launcher of its own."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, Self
from urllib.request import ProxyHandler, Request, build_opener

from cryptography.fernet import Fernet

from tests.crash.broker import Broker
from tests.crash.databases import POSTGRES, Database, PostgreSQL, SQLite
from tests.crash.processes import LOG, CutFailed, Launcher, Process, Server, Web, Worker
from tests.crash.scenario import Facts, Opening, Scenario

NOBODY = 0
"""The id of no integration."""
PUBLIC_URL = "https://connector.example"
ACCESS_SECONDS = 7_200
"""After so long each vendor's access has ended: it is renewed in the story."""
COUNTED = ("audit_entry", "integrations_write")
"""Tables of which only what the story adds counts."""
UNSET = (
    *("ALLOWED_HOSTS", "ALLOWED_PRIVATE_HOSTS", "AUDIT_ANCHOR", "DEFAULT_FROM_EMAIL", "EMAIL_URL"),
    *("GUNICORN_CMD_ARGS", "LEASE_SECONDS", "METRICS_TOKEN", "REDIS_SERVER", "SETTLE_SECONDS"),
    "SWEEP_SECONDS",
)


class Lane:
    """Everything that a worker or a web process needs; ``begin`` makes it as it was prepared."""

    def __init__(
        self, scenario: Scenario, database: str, server_url: str = POSTGRES, redis_url: str = ""
    ) -> None:
        self.scenario = scenario
        key = f"{os.getpid()}_{secrets.token_hex(3)}"
        shared = Path("/dev/shm")
        # In memory where there is such a place: a process is killed here, never the machine.
        self.folder = Path(
            tempfile.mkdtemp(prefix=f"crash-{key}-", dir=shared if shared.is_dir() else None)
        )
        self._redis_url = redis_url
        self.broker = Broker(redis_url or f"unix://{self.folder / 'redis.sock'}")
        self._key = Fernet.generate_key().decode()
        self.database: Database = (
            PostgreSQL(server_url, key) if database == "postgresql" else SQLite(self.folder)
        )
        self.worker: Worker | None = None
        self._processes: list[Process] = []
        self._begun_after = 0
        self.target_before: Any = None
        """Everything at the target before the story."""
        self.begun_after: dict[str, int] = {}
        """The last row of each table of ``COUNTED`` that was there before the story."""
        self._opener = build_opener(ProxyHandler({}))

    def __enter__(self) -> Self:
        with ExitStack() as undo:
            undo.callback(shutil.rmtree, self.folder, ignore_errors=True)
            self.database.create()
            undo.callback(self.database.close)
            undo.callback(self.broker.close)
            if self._redis_url:
                self.broker.check_is_empty()
                undo.callback(self.broker.lose_all)
            self._sandbox = undo.enter_context(
                Server(
                    "tests.crash.vendors",
                    str(self.scenario.people),
                    environment=dict(os.environ),
                    log=self.folder / "sandbox.log",
                )
            )
            self.sandbox_url = self._sandbox.greeting.split()[-1]
            self._launcher = undo.enter_context(Launcher(self._environment(), self.folder))
            undo.callback(self._end_processes)
            self.facts = Facts(**self._launcher.job(f"prepare {self.scenario.name}"))
            self._run_in()
            self.advance(ACCESS_SECONDS)
            self._prepare_opening()
            self.broker.keep()
            self._begun_after = len(self.journal())
            self.target_before = self.control("GET", f"{self.scenario.target}/state")
            self.begun_after = {name: self._last_id(name) for name in COUNTED}
            self._sandbox.ask("freeze")
            self.database.keep()
            self._undo = undo.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._undo.close()

    def begin(self) -> None:
        """Everything as it was prepared, no process."""
        self._end_processes()
        self._sandbox.ask("again")
        self.broker.restore()
        self.database.restore()
        (self.folder / LOG).unlink(missing_ok=True)

    def start_worker(
        self, end_at: int = 0, signal_number: int = signal.SIGKILL, plants: Sequence[str] = ()
    ) -> Worker:
        """A new worker, which takes what waits in the queues."""
        waiting_count = self.broker.waiting_count()
        part_lines = self.scenario.part_lines
        self.worker = self._launcher.worker(end_at, int(signal_number), plants, part_lines)
        self.worker.owed_count = waiting_count
        self._processes.append(self.worker)
        return self.worker

    def start_web(self, end_at: int = 0, plants: Sequence[str] = ()) -> Web:
        """A new web process, which answers whoever waits to be answered."""
        web = self._launcher.web(end_at, int(signal.SIGKILL), plants)
        self._processes.append(web)
        return web

    def give_again(self) -> None:
        """What a dead worker had taken comes back, as the broker brings it after an hour."""
        given_count = self.broker.give_again()
        if self.worker is not None:
            self.worker.owed_count += given_count

    def kill_worker(self) -> int | None:
        """SIGKILL for the worker at work; how it ended."""
        worker, self.worker = self.worker, None
        return worker.kill() if worker is not None else None

    def proceed_with(self, worker: Worker) -> None:
        """A worker that was stopped goes on; it ends its message and takes those from now on."""
        self.worker = worker
        worker.owe_anew(self.broker.waiting_count())
        worker.proceed()

    def send(self, queue: str, task: str, *arguments: object) -> None:
        """One message to the worker at work."""
        if self.worker is not None:
            self.worker.owed_count += 1
        self.broker.send(queue, task, *arguments)

    def sweep(self) -> None:
        """What beat sends every half minute."""
        self.send("soon", "integrations.sweep")

    def poll(self, *, everything: bool = False) -> None:
        """What beat sends every few minutes."""
        self.send("bulk", "integrations.poll", self.facts.integration, everything)

    def post(self) -> None:
        """What a web process sends once somebody has approved a preview."""
        self.send("bulk", "integrations.post_plan", self.facts.plan)

    def deliver(self) -> None:
        """The source sends each delivery that waits, and has an answer to it or none."""
        self._steer_deliveries("flush")

    def repeat_delivery(self) -> None:
        """The source makes two of each delivery that waits; where none waits, it sends the last."""
        self._steer_deliveries("duplicate")

    def await_deliveries(self) -> None:
        """Until nothing is on its way to the web process."""
        self._steer_deliveries("settle")

    def attempts(self) -> list[dict[str, Any]]:
        """What the source has tried to deliver, and what came of each try."""
        rows = self.control("GET", f"webhooks?vendor={self.scenario.source}")
        return [attempt for row in rows for attempt in row["attempts"]]

    def change_again(self) -> None:
        """The told record changes once more at the source.

        Raises:
            CutFailed: the scenario knows of no such change.
        """
        if self.scenario.second_change is None:
            raise CutFailed(f"{self.scenario.name} has no second change")
        path, body = self.scenario.second_change
        self.control("PUT", path.format(told=self.facts.told), body)

    def plants(self, *, is_first: bool = False) -> dict[str, str]:
        """The safeties of this story that can be taken out, with what is likely to notice it.

        ``is_first``: only those that no story before it takes out.
        """
        return self._launcher.plants(self.scenario.name, is_first=is_first)

    def consent(self) -> None:
        """What a person does whose connection asks for it."""
        sent_count = self._launcher.job("consent")["sent"]
        if self.worker is not None:
            self.worker.owed_count += sent_count

    def control(self, method: str, path: str, content: object = None) -> Any:
        """Call the sandbox's control API."""
        body = None if content is None else json.dumps(content).encode()
        request = Request(f"{self.sandbox_url}/_control/{path}", body, method=method)
        with self._opener.open(request, timeout=30) as answer:
            return json.load(answer)

    def now(self) -> datetime:
        """The instant that it is for everybody."""
        return datetime.fromisoformat(self.control("GET", "clock")["now"])

    def advance(self, seconds: float) -> None:
        """Let time pass for everybody."""
        self.control("POST", "clock", {"advance_seconds": seconds})

    def tell_of(self, source_id: str) -> None:
        """A notice makes a record due, as a delivery does in one statement.

        Raises:
            CutFailed: there is no such record.
        """
        told_count = self.database.change(
            "UPDATE integrations_record SET wanted = wanted + 1, due_at = ? WHERE source_id = ?",
            self.now(),
            source_id,
        )
        if told_count != 1:
            raise CutFailed(f"the notice found {told_count} records")

    def journal(self) -> list[dict[str, Any]]:
        """The calls that reached a vendor since ``begin``."""
        rows: list[dict[str, Any]] = self.control("GET", f"requests?after={self._begun_after}")
        return rows

    def held(self) -> list[dict[str, Any]]:
        """The calls that are held."""
        rows: list[dict[str, Any]] = self.control("GET", "held")
        return rows

    def secrets_of(self, sealed: object) -> dict[str, str]:
        """What an encrypted column holds."""
        token = sealed if isinstance(sealed, str) else bytes(memoryview(sealed))  # type: ignore[arg-type]  # the two databases' types
        content = json.loads(Fernet(self._key).decrypt(token))
        found: dict[str, str] = content["secrets"]
        return found

    def check_sandbox(self) -> None:
        """No mistake of the stand-in's own may pass for one of the product's.

        Raises:
            CutFailed: there was one.
        """
        defects = self.control("GET", "defects")
        if defects:
            raise CutFailed(f"the sandbox itself failed: {defects[0]['where']}")

    def _last_id(self, table: str) -> int:
        found = self.database.rows(f"SELECT coalesce(max(id), 0) AS last FROM {table}")
        return int(found[0]["last"])

    def _run_in(self) -> None:
        """Let a worker work what switching on asks for, and something that is nothing.

        What only a first start writes is there then.
        """
        worker = self.start_worker()
        self.send("soon", "integrations.read_vocabularies", NOBODY)
        worker.await_idle()
        self._end_processes()

    def _prepare_opening(self) -> None:
        """A notice has come, but where the story begins with its delivery."""
        if self.scenario.opening is not Opening.DELIVERY:
            self.tell_of(self.facts.told)
            return
        loopback = self._launcher.web_address
        self.control("POST", "reach", {"origin": PUBLIC_URL, "loopback": loopback})

    def _steer_deliveries(self, action: str) -> None:
        self.control("POST", "webhooks", {"vendor": self.scenario.source, "action": action})

    def _end_processes(self) -> None:
        for process in self._processes:
            process.kill()
        self._processes = []
        self.worker = None

    def _environment(self) -> dict[str, str]:
        # Empty rather than absent, or a .env file would fill it in.
        return (
            dict(os.environ)
            | dict.fromkeys(UNSET, "")
            | {
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": self.database.url,
                "FERNET_KEYS": self._key,
                "PUBLIC_URL": PUBLIC_URL,
                "PYTHONHASHSEED": "0",
                "REDIS_URL": self._redis_url,
                "SANDBOX_URL": self.sandbox_url,
                "SECRET_KEY": self._key,
                "VAR_DIR": str(self.folder),
            }
        )
