"""Takes orders for workers, web processes and jobs; each is a copy (fork) of what imported all."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import celery.apps.worker
import celery.bin.worker
import celery.concurrency.solo
import celery.worker.consumer
from celery import signals
from django.conf import settings

from config import clock
from config.celery import app
from connectors import connection as http
from connectors import registry as vendors
from integrations import registry as flows
from tests.crash import delivery_stage, pace, payroll_stage, plants, probe, stage, web

COMMAND = [
    *("worker", "--pool", "solo", "--queues", "soon,bulk", "--hostname", "crash@%h"),
    *("--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"),
]
READY = (celery.apps.worker, celery.bin.worker, celery.concurrency.solo, celery.worker.consumer)
"""What a worker would import when it starts."""
SEED = 20260302
RUNNING: set[int] = set()
"""The workers and web processes that nobody has seen end."""
JOBS: dict[str, Callable[[], object]] = {
    "prepare employees": stage.prepare,
    "prepare payroll": payroll_stage.prepare_payroll,
    "prepare reversal": payroll_stage.prepare_reversal,
    "prepare delivery": delivery_stage.prepare_delivery,
    "consent": stage.consent_anew,
}


def main() -> None:
    """Take orders until the line is closed."""
    sys.stdin.reconfigure(line_buffering=True)  # type: ignore[union-attr]  # a text stream
    app.loader.import_default_modules()
    app.finalize()
    http.trusted()
    vendors.vendors()
    flows.flows()
    listening = web.listen()
    orders: dict[str, Callable[[dict[str, Any]], object]] = {
        "worker": start_worker,
        "web": partial(start_web, listening),
        "job": run_job,
        "status": status,
        "plants": lambda order: {
            name: plant.likely
            for name, plant in plants.PLANTS.items()
            if order["scenario"] in (plant.shown_by[:1] if order["is_first"] else plant.shown_by)
        },
    }
    answer({"web": web.address(listening)})
    try:
        for line in sys.stdin:
            order = json.loads(line)
            answer(orders[order["order"]](order))
    finally:
        for pid in RUNNING:
            os.kill(pid, signal.SIGKILL)
        if settings.EMBEDDED_REDIS is not None:
            settings.EMBEDDED_REDIS.stop()


def answer(content: object) -> None:
    """One line to whoever gave the order."""
    sys.stdout.write(json.dumps(content) + "\n")
    sys.stdout.flush()


def start_worker(order: dict[str, Any]) -> object:
    """A worker with its marks and planted faults."""

    def work() -> None:
        if order["part_lines"]:
            pace.send_in_parts(order["part_lines"])
        # The clock may have been moved between two messages: no task believes an old offset.
        signals.task_prerun.connect(see_the_clock, weak=False)
        app.worker_main(COMMAND)

    return under_probe(work, order)


def start_web(listening: socket.socket, order: dict[str, Any]) -> object:
    """A web process with its marks and planted faults."""
    return under_probe(partial(web.serve, listening), order)


def under_probe(work: Callable[[], None], order: dict[str, Any]) -> object:
    """A process of the product, with its own patience, its planted faults and its marks."""

    def watched() -> None:
        pace.install()
        for name in order["plants"]:
            plants.PLANTS[name].put_in()
        probe.PROBE.arm(order["marks"], order["end_at"], order["signal"])
        work()

    pid = forked(watched, order["log"])
    RUNNING.add(pid)
    return {"pid": pid}


def run_job(order: dict[str, Any]) -> object:
    """A job on the product's own functions, to its end; what it answers goes into a file."""

    def work() -> None:
        outcome = JOBS[order["name"]]()
        Path(order["outcome"]).write_text(json.dumps(outcome), encoding="utf-8")

    pid = forked(work, order["log"])
    return {"status": os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}


def status(order: dict[str, Any]) -> object:
    """How a worker or a web process ended; None while it runs."""
    pid, ended = os.waitpid(order["pid"], os.WNOHANG)
    RUNNING.discard(pid)
    return {"status": os.waitstatus_to_exitcode(ended) if pid else None}


def forked(work: Callable[[], None], log: str) -> int:
    """A copy of this process that does the work and ends; what it prints goes into the log."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(file, 1)
        os.dup2(file, 2)
        random.seed(SEED)
        work()
        code = 0
    except SystemExit as error:
        code = int(error.code or 0)
    except BaseException:  # noqa: BLE001  # a copy must never go on as if it were the original
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def see_the_clock(**_: object) -> None:
    """Ask the sandbox what time it is."""
    clock.refresh()
