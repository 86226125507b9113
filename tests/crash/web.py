"""gunicorn's own worker serves the product; the launcher stands where its arbiter does.

The launcher holds the socket that listens, starts one worker at a time, and sees how it ended: who
connects between two workers waits for the next one.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from threading import Semaphore

from django.core.signals import request_finished, request_started
from gunicorn.app.wsgiapp import WSGIApplication

from config import clock
from integrations.webhooks.bell import BELL, Bell
from tests.crash.plants import exchange
from tests.crash.probe import PROBE

COMMAND = ["gunicorn", "config.wsgi", "--worker-class", "gthread", "--threads", "1"]
"""As the Procfile has it, at width 1."""


def listen() -> socket.socket:
    """A socket that listens on a port of loopback that is free."""
    return socket.create_server(("127.0.0.1", 0))


def address(listening: socket.socket) -> str:
    """Where it is reached."""
    host, port = listening.getsockname()
    return f"http://{host}:{port}"


def serve(listening: socket.socket) -> None:
    """Answer requests until it is killed, as a process that an arbiter has just forked does."""
    turns = Turns(BELL)

    def begin(environ: Mapping[str, object], **_: object) -> None:
        # The clock may have been moved between two requests: none believes an old offset.
        clock.refresh()
        PROBE.begin(str(environ["REQUEST_METHOD"]))

    def end(**_: object) -> None:
        turns.take()
        PROBE.end()

    request_started.connect(begin, weak=False)
    request_finished.connect(end, weak=False)
    sys.argv = COMMAND
    application = WSGIApplication()
    settings = application.cfg
    log = settings.logger_class(settings)
    worker = settings.worker_class(
        1, os.getppid(), [listening], application, settings.timeout / 2, settings, log
    )
    worker.pid = os.getpid()
    worker.init_process()


class Turns:
    """The bell's thread wakes a worker once the answer is out, and the request's waits for that.

    Side by side they would leave their marks in an order of chance.
    """

    def __init__(self, bell: Bell) -> None:
        self._is_rung = False
        self._answered, self._woken = Semaphore(0), Semaphore(0)
        self._ring = exchange(bell, "ring", self._note)
        self._wake = exchange(bell, "_call", self._wake_after_answer)

    def take(self) -> None:
        """The request is answered: whom it rang for is woken now."""
        if self._is_rung:
            self._is_rung = False
            self._answered.release()
            self._woken.acquire()

    def _note(self) -> None:
        self._is_rung = True
        self._ring()

    def _wake_after_answer(self) -> None:
        self._answered.acquire()
        try:
            self._wake()
        finally:
            self._woken.release()
